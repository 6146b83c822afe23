package cli

import (
	"fmt"
	"path/filepath"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/gomigration"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog/migration"
)

// readGoMigrations reads the list of migrations in a Go file of the work tree.
func (d *database) readGoMigrations(path string) error {
	file := d.path(path)
	rel, err := filepath.Rel(d.dir, filepath.Dir(file))
	if err != nil {
		return err
	}
	b := d.build(d.dir, d.root)
	b.Patterns = []string{"./" + filepath.ToSlash(rel)}
	v, err := deployed.Load(d.ctx, b, path, "worktree")
	if err != nil {
		return fmt.Errorf("-migrations %s: %w", path, err)
	}
	lists := gomigration.Lists(v, d.rel(file))
	if len(lists) != 1 {
		return fmt.Errorf("-migrations %s: %d lists of Go migrations in this file; want one, such as  var migrations = []func(*sql.Tx) error{…}", path, len(lists))
	}
	units, skipped := gomigration.Units(v, lists[0])
	d.set = &migration.Set{Format: gomigration.Format, Path: lists[0], Units: units}
	for _, s := range skipped {
		d.result.Notes = append(d.result.Notes, usage.Problem{Message: "a statement of the migrations is not known as a whole and was not run", File: s.File, Line: s.Line})
	}
	return nil
}

// carriedGoMigrations lists those that a version's code holds: the list of the same name,
// or the only one, since packages move.
func (d *database) carriedGoMigrations(v *usage.Version) ([]usage.Migration, error) {
	lists := gomigration.Lists(v, "")
	name := d.set.Path
	if len(lists) == 1 {
		name = lists[0]
	}
	units, _ := gomigration.Units(v, name)
	if len(units) == 0 && d.pending == "" {
		return nil, fmt.Errorf("no list of Go migrations called %s in it; say which are pending with -pending after:VERSION", name)
	}
	return migrationsOf(&migration.Set{Path: name, Units: units}), nil
}
