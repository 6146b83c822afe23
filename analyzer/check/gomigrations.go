package check

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/internal/gomigration"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// readGoMigrations reads the migrations in a Go file or folder of the work tree, with those that
// are files beside them.
func (d *database) readGoMigrations(ctx context.Context) error {
	file, path := d.located.Path, d.shown()
	dir := file
	if strings.HasSuffix(file, ".go") {
		dir = filepath.Dir(file)
	}
	rel, err := filepath.Rel(d.c.s.dir, dir)
	if err != nil {
		return err
	}
	if _, err := d.c.s.stat(file); err != nil {
		return fmt.Errorf("-migrations %s: no such file or folder", path)
	}
	b := d.c.s.build(d.c.s.dir, d.c.s.root)
	b.Patterns = []string{"./" + filepath.ToSlash(rel)}
	v, err := deployed.Load(ctx, b, path, "worktree")
	if err != nil {
		return fmt.Errorf("-migrations %s: %w", path, err)
	}
	lists := changing(gomigration.Lists(v, d.c.s.rel(file)))
	if len(lists) == 0 && dir == file {
		if d.set, err = d.c.readSet(d.c.s.tree, d.c.s.rel(dir), ""); err == nil {
			return nil // Go code that only looks like migrations stands beside them.
		}
	}
	if len(lists) != 1 {
		return fmt.Errorf("-migrations %s: %d lists of Go migrations there; want one: of functions, texts or structs with "+
			"these, which a variable holds or a function gives back, or functions that are registered with goose, "+
			"gormigrate, bun, go-pg or sql-migrate", path, len(lists))
	}
	d.c.problems(&usage.Version{Errors: v.Errors})
	return d.takeList(lists[0], d.c.s.rel(dir), path)
}

// takeList takes a list of Go migrations, with those that are files of its folder.
func (d *database) takeList(l gomigration.List, dir, shown string) (err error) {
	if u := unversioned(l); u != nil {
		return fmt.Errorf("-migrations %s: %s: a migration is registered in a way that does not tell its version; "+
			"name the pending ones in files, or as constants", shown, u.File)
	}
	d.set, err = d.withFiles(d.c.s.tree, dir, l)
	return err
}

// changing are the lists that change a schema.
func changing(lists []gomigration.List) []gomigration.List {
	return slices.DeleteFunc(lists, func(l gomigration.List) bool { return !l.Changes() })
}

// unversioned is a migration of a tool that orders them by numbers, of which the number is not
// known; nil if there is none.
func unversioned(l gomigration.List) *migration.Unit {
	for i, u := range l.Units {
		if (l.Tool == "goose" || l.Tool == "bun" || l.Tool == "go-pg") && strings.Trim(u.Version, "0123456789") != "" {
			return &l.Units[i]
		}
	}
	return nil
}

// withFiles adds the migrations of the same tool that are files of the folder.
func (d *database) withFiles(tree fs.FS, dir string, l gomigration.List) (*migration.Set, error) {
	s := &migration.Set{Format: l.Tool, Path: dir, List: l.Name}
	if l.Tool == "goose" || l.Tool == "bun" || l.Tool == "go-pg" {
		if files, err := fs.Glob(tree, globEscape.Replace(dir)+"/*.sql"); err == nil && len(files) > 0 {
			read, err := d.c.readSet(tree, dir, l.Tool)
			if err != nil {
				return nil, err
			}
			s = read
			s.List = l.Name
		}
	}
	return migration.Merge(s, l.Units), nil
}

// globEscape has a path match itself in a pattern.
var globEscape = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

// carriedGoMigrations lists those that a version's code holds: the list of the same name,
// or the only one, since packages move.
func (d *database) carriedGoMigrations(tree fs.FS, v *usage.Version) ([]usage.Migration, error) {
	lists := changing(gomigration.Lists(v, "."))
	if len(lists) == 0 && d.set.Format == migration.Go {
		return nil, nil // The list is new, or was empty.
	}
	at := -1
	for i, l := range lists {
		if l.Name == d.set.List || len(lists) == 1 {
			at = i
		}
	}
	if at < 0 {
		// The first migration in Go may have come beside files.
		if s, err := d.withFiles(tree, d.set.Path, gomigration.List{Name: d.set.List, Tool: d.set.Format}); err == nil &&
			len(s.Units) > 0 {
			return migrationsOf(s, isKnown), nil
		}
	}
	if at < 0 && d.is.Pending == "" {
		return nil, fmt.Errorf("no list of Go migrations called %s in it; say which are pending with -pending "+
			"after:VERSION", d.set.List)
	} else if at < 0 {
		return nil, nil
	}
	dir := d.set.Path
	if len(lists[at].Units) > 0 {
		dir = filepath.ToSlash(filepath.Dir(lists[at].Units[0].File))
	}
	s, err := d.withFiles(tree, dir, lists[at])
	if err != nil {
		return nil, err
	}
	return migrationsOf(s, isKnown), nil
}

// listFile is the file of a list of Go migrations; empty for migrations that are files, and for a list without any.
func listFile(s *migration.Set) string {
	if s.Format != migration.Go || len(s.Units) == 0 {
		return ""
	}
	return s.Units[0].File
}
