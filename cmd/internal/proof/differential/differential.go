// Package differential compares the binder and the simulator with a PostgreSQL server on
// a real project: every column dropped and renamed, every table dropped and renamed, and
// for every statement of the code whether the server and Bind agree on its first error.
package differential

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/plan"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Proof is the comparison.
func Proof() kit.Proof {
	var o options
	return kit.Proof{Name: "differential", Args: "REPOSITORY",
		Summary: "binder and simulator against a server: every column and table dropped and renamed", Min: 1, Max: 1,
		Own: func(fs *flag.FlagSet) {
			fs.StringVar(&o.dump, "dump", "", "write schema and statements to this `FOLDER` and stop")
			fs.StringVar(&o.migrations, "migrations", "",
				"`FOLDER` of migrations in the revision; without it the list of Go migrations")
		},
		Run: func(ctx context.Context, f kit.Flags, args []string) error {
			o.repo, o.rev, o.schema, o.packages, o.verbose = args[0], f.Rev, f.Schema, f.Packages, f.Verbose
			disagreements, err := run(ctx, o)
			if err == nil && disagreements > 0 {
				err = kit.ErrDisagrees
			}
			return err
		}}
}

type options struct {
	dump                                    string
	repo, rev, migrations, schema, packages string
	verbose                                 bool
}

// statement is a distinct statement of the code.
type statement struct {
	st   pgtree.Statement
	sql  string
	site usage.Site
}

func run(ctx context.Context, o options) (int, error) {
	tree, err := os.MkdirTemp("", "schemavet-differential-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(tree)
	repo := deployed.OpenNamed(o.repo)
	rev, err := repo.Resolve(context.Background(), o.rev)
	if err != nil {
		return 0, err
	}
	if _, err := repo.Extract(ctx, rev, tree); err != nil {
		return 0, err
	}
	v, err := deployed.Load(ctx, deployed.Build{Dir: tree, Root: tree, Patterns: strings.Split(o.packages, ",")}, o.rev,
		"git")
	if err != nil {
		return 0, err
	}
	units, err := o.units(tree, v)
	if err != nil {
		return 0, err
	}
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		return 0, err
	}
	defer cluster.Stop()
	conn, err := cluster.Database(ctx, "project")
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	d := &differ{options: o, conn: conn}
	d.schema = d.build(ctx, units)
	d.collect(ctx, v)
	if o.dump != "" {
		return 0, d.dump(cluster.DSN("project"))
	}
	d.compareAll(ctx)
	sites, migrationSites := 0, 0
	for _, q := range v.Queries {
		if q.Migration != nil {
			migrationSites++
		} else {
			sites++
		}
	}
	fmt.Printf("%s %s: %d sites (and %d in Go migrations), %d distinct statements, %d took part, %d mutations, %d "+
		"pairs, %d breaking pairs, %d disagreements\n",
		filepath.Base(filepath.Dir(o.repo+"/")), o.rev, sites, migrationSites, d.distinct, len(d.statements), d.mutations,
		d.pairs, d.breaking, d.disagreements)
	return d.disagreements, nil
}

func (o options) units(tree string, v *usage.Version) ([]migration.Unit, error) {
	if o.schema != "" {
		data, err := os.ReadFile(o.schema)
		return []migration.Unit{{Name: "schema", File: o.schema, Text: string(data)}}, err
	}
	if o.migrations != "" {
		set, err := migration.Read(os.DirFS(tree), o.migrations, "", nil)
		if err != nil {
			return nil, err
		}
		return set.Units, nil
	}
	lists := check.GoMigrations(v, ".")
	if len(lists) != 1 {
		return nil, fmt.Errorf("%d lists of Go migrations; want one", len(lists))
	}
	return lists[0].Units, nil
}

// differ runs the comparison.
type differ struct {
	options
	conn       *pgx.Conn
	schema     *catalog.Schema
	statements []statement

	distinct, mutations, pairs, breaking, disagreements int
}

// build makes the schema on both sides. What the server refuses, the simulator must not
// keep, so a unit that fails there is a disagreement unless it fails here as well.
func (d *differ) build(ctx context.Context, units []migration.Unit) *catalog.Schema {
	s := catalog.New(15)
	for _, u := range units {
		texts := []string{u.Text}
		for _, l := range u.Statements {
			texts = append(texts, l.Text)
		}
		if u.NoTransaction {
			texts = split(u.Text)
		}
		serverErr := error(nil)
		for _, text := range texts {
			if strings.TrimSpace(text) == "" || strings.Contains(text, "$1") && u.Statements != nil {
				continue
			}
			if _, err := d.conn.PgConn().Exec(ctx, pgtree.BlankPsql(text)).ReadAll(); err != nil {
				serverErr = err
			}
		}
		p := plan.Compile(s, nil, []migration.Unit{u}, []string{"public"})
		s = p.Last()
		for _, f := range p.Failures {
			if serverErr == nil && !f.May {
				d.disagree("migration %s: we refuse %s: %s", u.Name, f.Origin.Statement, f.Message)
			}
		}
		if serverErr != nil {
			fmt.Printf("note: the server refuses migration %s: %v\n", u.Name, serverErr)
		}
		for _, n := range p.Notes {
			fmt.Printf("note: %s:%d: %s\n", n.File, n.Line, n.Message)
		}
	}
	_, err := d.conn.Exec(ctx, "SET search_path = public")
	if err != nil {
		fmt.Println("note:", err)
	}
	d.compareCatalog(ctx, s)
	return closed(s)
}

// compareCatalog compares what both sides know after all migrations.
func (d *differ) compareCatalog(ctx context.Context, s *catalog.Schema) {
	server, _, err := live.Read(ctx, d.conn)
	if err != nil {
		d.disagree("the server's catalog cannot be read: %v", err)
		return
	}
	facts := catalog.Describe(ddl.Complete(server))
	differences := catalog.Differences(facts, catalog.Describe(s))
	for _, line := range differences {
		d.disagree("catalog: %s", line)
	}
	fmt.Printf("catalog: %d facts on the server, %d differences\n", len(facts), len(differences))
}

// split gives the statements of a migration that runs without a transaction.
func split(text string) []string {
	sts, err := pgtree.Parse(text)
	if err != nil {
		return []string{text}
	}
	out := make([]string, 0, len(sts))
	for _, st := range sts {
		out = append(out, st.Text)
	}
	return out
}

// closed says of every place that it is known: the server was built by the same statements.
func closed(s *catalog.Schema) *catalog.Schema {
	for _, n := range s.Namespaces() {
		n.Open = false
		s = s.WithNamespace(n)
	}
	for _, r := range s.Relations() {
		if r.Open {
			c := r.Clone()
			c.Open = false
			s = s.WithRelation(c)
		}
	}
	return s
}

func (d *differ) disagree(format string, args ...any) {
	d.disagreements++
	if d.verbose || d.disagreements <= 20 {
		fmt.Printf("DISAGREE "+format+"\n", args...)
	}
}

// collect keeps the distinct statements that work in the base.
func (d *differ) collect(ctx context.Context, v *usage.Version) {
	seen := map[string]bool{}
	for _, q := range v.Queries {
		if q.Migration != nil {
			continue
		}
		for _, t := range q.Texts {
			text := sqltext.Parse(t, q.Style)
			if text.Err != nil || text.Partial {
				continue
			}
			for _, st := range text.Statements {
				if !seen[st.Text] {
					seen[st.Text] = true
					d.distinct++
					d.take(ctx, statement{st, renumber(st.Text), q.Site})
				}
			}
		}
	}
}

var parameter = regexp.MustCompile(`\$[0-9]+`)

// renumber counts the parameters from 1 without gaps, as the server wants them: those that
// stand for holes have high numbers.
func renumber(sql string) string {
	numbers := map[string]int{}
	return parameter.ReplaceAllStringFunc(sql, func(p string) string {
		if numbers[p] == 0 {
			numbers[p] = len(numbers) + 1
		}
		return fmt.Sprintf("$%d", numbers[p])
	})
}

func (d *differ) take(ctx context.Context, s statement) {
	ours := d.bind(s, d.schema)
	theirs := d.ask(ctx, s)
	switch {
	case theirs == "" && ours == "":
		d.statements = append(d.statements, s)
	case theirs != ours && !typeOnly(theirs):
		d.disagree("base: %s:%d: server %q, ours %q: %s", s.site.File, s.site.Line, theirs, ours, oneLine(s.sql))
	default:
		fmt.Printf("note: fails in the base (%s): %s:%d: %s\n", theirs, s.site.File, s.site.Line, oneLine(s.sql))
	}
}

// typeOnly are errors about parameter types, which a client that states them avoids.
func typeOnly(sqlstate string) bool { return sqlstate == "42P08" || sqlstate == "42P18" }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (d *differ) bind(s statement, schema *catalog.Schema) string {
	b := sqlscan.Bind(s.st, &sqlscan.Env{Schema: schema, SearchPath: []string{"public"}})
	if o := b.First(sqlscan.RewritePhase); o != nil {
		return o.SQLSTATE
	}
	return ""
}

// ask prepares the statement; what PREPARE does not take is executed and rolled back.
func (d *differ) ask(ctx context.Context, s statement) string {
	var err error
	switch s.st.Node.GetNode().(type) {
	case nil:
		return "42601"
	default:
		if s.st.Kind().IsQuery() {
			_, err = d.conn.PgConn().Prepare(ctx, "", s.sql, nil)
		} else {
			err = d.execute(ctx, s.sql)
		}
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func (d *differ) execute(ctx context.Context, sql string) error {
	if d.conn.PgConn().TxStatus() == 'I' {
		d.send(ctx, "BEGIN")
		defer d.send(ctx, "ROLLBACK")
	}
	d.send(ctx, "SAVEPOINT run")
	err := d.send(ctx, sql)
	d.send(ctx, "ROLLBACK TO run")
	return err
}

// send executes one text with the simple protocol.
func (d *differ) send(ctx context.Context, sql string) error {
	_, err := d.conn.PgConn().Exec(ctx, sql).ReadAll()
	return err
}

// dump writes the schema, as pg_dump -s has it, and the statements that take part.
func (d *differ) dump(dsn string) error {
	if err := os.MkdirAll(d.options.dump, 0o755); err != nil {
		return err
	}
	schema, err := exec.Command("pg_dump", "-s", "-O", "-x", "-d", dsn).Output()
	if err != nil {
		return fmt.Errorf("pg_dump: %w", err)
	}
	var queries strings.Builder
	for _, s := range d.statements {
		queries.WriteString(s.st.Text + ";\n")
	}
	return errors.Join(os.WriteFile(filepath.Join(d.options.dump, "schema.sql"), schema, 0o644),
		os.WriteFile(filepath.Join(d.options.dump, "queries.sql"), []byte(queries.String()), 0o644))
}

// compareAll runs every mutation.
func (d *differ) compareAll(ctx context.Context) {
	for _, r := range d.schema.Relations() {
		if !r.IsTable() || r.Schema != "public" {
			continue
		}
		table := pgx.Identifier{r.Schema, r.Name}.Sanitize()
		d.mutate(ctx, "DROP TABLE "+table+" CASCADE")
		d.mutate(ctx, "ALTER TABLE "+table+" RENAME TO schemavet_renamed")
		for _, c := range r.Columns {
			col := pgx.Identifier{c.Name}.Sanitize()
			d.mutate(ctx, "ALTER TABLE "+table+" DROP COLUMN "+col+" CASCADE")
			d.mutate(ctx, "ALTER TABLE "+table+" RENAME COLUMN "+col+" TO schemavet_renamed")
		}
	}
}

func (d *differ) mutate(ctx context.Context, change string) {
	d.mutations++
	d.send(ctx, "BEGIN")
	defer d.send(ctx, "ROLLBACK")
	serverErr := d.send(ctx, change)
	sts, err := pgtree.Parse(change)
	if err != nil {
		d.disagree("%s: %v", change, err)
		return
	}
	res, ourErr := ddl.Apply(d.schema, ddl.Session{SearchPath: []string{"public"}}, sts[0])
	if (serverErr == nil) != (ourErr == nil) {
		d.disagree("%s: server %v, ours %v", change, serverErr, ourErr)
		return
	}
	if serverErr != nil {
		return
	}
	d.send(ctx, "SAVEPOINT s")
	for _, s := range d.statements {
		theirs := d.ask(ctx, s)
		if theirs != "" {
			d.send(ctx, "ROLLBACK TO s")
			d.breaking++
		}
		d.pairs++
		if ours := d.bind(s, res.Schema); ours != theirs {
			d.disagree("%s: server %q, ours %q: %s:%d: %s", change, theirs, ours, s.site.File, s.site.Line, oneLine(s.sql))
		}
	}
}
