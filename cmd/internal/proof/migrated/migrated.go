// Package migrated compares what the migrations of a checkout make, as we read them, with the
// catalog of a database that the project's own program has migrated.
//
// FOLDER is that of the migrations, files or Go code, relative to the checkout. With -apply it runs
// them on the database, which is empty, itself. It prints what
// could not be read, what could not be followed, and the facts in which the catalogs differ.
package migrated

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

// Proof is the comparison.
func Proof() kit.Proof {
	var before, first, format string
	var apply bool
	return kit.Proof{Name: "migrated", Args: "CHECKOUT FOLDER DSN",
		Summary: "what migrations make against a database that the project's own program has migrated", Min: 3, Max: 3,
		Own: func(fs *flag.FlagSet) {
			fs.StringVar(&before, "before", "", "`SQL` that was run before the migrations")
			fs.StringVar(&first, "first", "public", "the schema that is searched first")
			fs.StringVar(&format, "format", "", "format of the migrations")
			fs.BoolVar(&apply, "apply", false, "run the migrations on the database first")
		},
		Run: func(_ context.Context, f kit.Flags, args []string) error {
			return run(args[0], args[1], args[2], before, first, format, f.Verbose, apply)
		}}
}

func run(checkout, folder, dsn, before, schema, format string, verbose, apply bool) error {
	set, err := read(checkout, folder, format)
	if err != nil {
		return err
	}
	statements, unread := 0, 0
	for _, u := range set.Units {
		for _, s := range u.Statements {
			statements++
			if len(s.Unknown) > 0 {
				unread++
				fmt.Printf("not read: %s:%d: %s\n", s.File, s.Line, s.Unknown[0].Reason)
			}
		}
		if verbose {
			fmt.Printf("unit %s (%s): %d statements\n", u.Name, u.Version, len(u.Statements))
			for _, s := range u.Statements {
				fmt.Printf("  %s:%d: %s\n", s.File, s.Line, strings.Join(strings.Fields(s.Text), " "))
			}
		}
	}
	units := set.Units
	if before != "" {
		units = append([]migration.Unit{{Name: "before", File: "before.sql", Text: before}}, units...)
	}
	major, err := versionOf(dsn)
	if err != nil {
		return err
	}
	p := plan.Compile(catalog.New(major), units, nil, []string{schema, "public"})
	followed := 0
	for _, n := range p.Notes {
		if !strings.HasPrefix(n.Message, "not run, since") {
			followed++
			fmt.Printf("not followed: %s:%d: %s\n", n.File, n.Line, n.Message)
		}
	}
	if apply {
		if err := migrate(dsn, units); err != nil {
			return err
		}
	}
	server, err := catalogOf(dsn)
	if err != nil {
		return err
	}
	own := migration.OwnTables(set.Format, "")
	theirs := catalog.Describe(server)
	differences := 0
	for _, line := range catalog.Differences(theirs, catalog.Describe(p.Base)) {
		skip := false
		for _, name := range append(own, "schema_version.", "schema_version ") {
			skip = skip || strings.Contains(line, "."+name)
		}
		if !skip {
			differences++
			fmt.Println(line)
		}
	}
	fmt.Printf("%s: %d migrations of %s, %d texts: %d not read, %d not followed; %d facts of the server's catalog, "+
		"%d differences\n",
		filepath.Base(checkout), len(set.Units), set.Format, statements, unread, followed, len(theirs), differences)
	return nil
}

// read reads the migrations of a folder, those that are Go code among them.
func read(checkout, folder, format string) (*migration.Set, error) {
	root, err := filepath.Abs(checkout)
	if err != nil {
		return nil, err
	}
	if !migration.HasGo(os.DirFS(root), folder) && !strings.HasSuffix(folder, ".go") {
		return migration.Read(os.DirFS(root), folder, format, nil)
	}
	dir := folder
	if strings.HasSuffix(folder, ".go") {
		dir = filepath.Dir(folder)
	}
	module := root
	for d := filepath.Join(root, dir); len(d) >= len(root); d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			module = d
			break
		}
	}
	rel, err := filepath.Rel(module, filepath.Join(root, dir))
	if err != nil {
		return nil, err
	}
	v, err := deployed.Load(context.Background(),
		deployed.Build{Dir: module, Root: root, Patterns: []string{"./" + rel}}, "migrated", "worktree")
	if err != nil {
		return nil, err
	}
	for _, e := range v.Errors {
		fmt.Printf("error: %s:%d: %s\n", e.File, e.Line, e.Message)
	}
	lists := check.GoMigrations(v, filepath.ToSlash(folder))
	if len(lists) != 1 {
		return nil, fmt.Errorf("%s: %d lists of migrations; want one", folder, len(lists))
	}
	s := &migration.Set{Format: lists[0].Format, Path: folder}
	if files, _ := filepath.Glob(filepath.Join(root, dir, "*.sql")); len(files) > 0 {
		if s, err = migration.Read(os.DirFS(root), dir, lists[0].Format, nil); err != nil {
			return nil, err
		}
	}
	return migration.Merge(s, lists[0].Units), nil
}

// migrate runs the units as they stand, each in one message, or statement by statement where they
// run without a transaction.
func migrate(dsn string, units []migration.Unit) error {
	ctx := context.Background()
	conn, err := live.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, u := range units {
		for _, text := range u.Texts() {
			texts := []string{text}
			if sts, err := pgtree.Parse(text); u.NoTransaction && err == nil {
				texts = nil
				for _, st := range sts {
					texts = append(texts, st.Text)
				}
			}
			for _, text := range texts {
				if _, err := conn.PgConn().Exec(ctx, text).ReadAll(); err != nil {
					fmt.Printf("the server refuses %s: %v\n", u.Name, err)
				}
			}
		}
	}
	return nil
}

func versionOf(dsn string) (int, error) {
	ctx := context.Background()
	conn, err := live.Open(ctx, dsn)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	s, err := live.Begin(ctx, conn)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	return s.Server().Major(), nil
}

func catalogOf(dsn string) (*catalog.Schema, error) {
	ctx := context.Background()
	conn, err := live.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	s, _, err := live.Read(ctx, conn)
	if err != nil {
		return nil, err
	}
	return ddl.Complete(s), nil
}
