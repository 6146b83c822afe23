package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/internal/checkout"
	"github.com/schemavet/schemavet/analyzer/internal/project"
	"github.com/schemavet/schemavet/analyzer/internal/recognise"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// readMigrations reads the migrations of the work tree.
func (d *database) readMigrations(ctx context.Context) error {
	s := d.c.s
	s.step("reading migrations")
	var named []string
	for _, m := range d.is.Migrations {
		named = append(named, s.path(m))
	}
	top, _ := s.tree.Rel(s.dir)
	at, err := project.Locate(s, top, named)
	var several *project.SeveralError
	switch {
	case errors.As(err, &several):
		return s.whichOf(several.Found)
	case err != nil && len(named) == 1:
		return fmt.Errorf("-migrations %s: %w", d.shown(), reasonOf(err))
	case err != nil && len(named) > 1:
		return fmt.Errorf("-migrations: %w", err)
	case err != nil:
		return err
	}
	d.sayFound(at.Found)
	if len(at.All) == 0 {
		if d.is.Schema != "" && d.is.Pending != "" || d.is.Pending == "none" && s.opts.Next == "none" {
			return nil
		}
		err := d.findModels(ctx)
		if d.is.Pending == "none" && errors.Is(err, errNoMigrations) {
			return nil
		}
		return err
	}
	d.located = at.All[0]
	switch d.located.Kind {
	case project.GoFunctions:
		return d.readGoMigrations(ctx)
	case project.Models:
		return d.nameModels(ctx)
	}
	var sets []*migration.Set
	for _, l := range at.All {
		set, err := d.c.readSet(l.Tree, l.Name, l.Format)
		if err != nil {
			return err
		}
		sets = append(sets, set)
	}
	d.set = migration.Join(sets)
	return nil
}

// sayFound says what was set aside, and why several sets make one schema.
func (d *database) sayFound(f *recognise.Found) {
	if f == nil {
		return
	}
	for _, s := range slices.Concat(f.Sets, f.Aside) {
		d.c.result.Candidates = append(d.c.result.Candidates,
			report.Candidate{Path: s.Path, Score: s.Score, Reasons: s.Reasons, Aside: s.Aside})
	}
	for _, s := range f.Aside {
		if len(f.Sets) == 0 && s.Engine == "" && s.Apart == "" {
			d.c.wrong(fmt.Sprintf("%s looks like migrations and is not read: %s; say what the schema is with -migrations or "+
				"-schema", d.c.s.fromHere(s.Path), s.Aside))
			continue
		}
		d.c.note("not taken for migrations of this program: "+d.c.s.fromHere(s.Path)+": "+s.Aside, "", 0)
	}
	if len(f.Sets) > 1 {
		var paths []string
		for _, s := range f.Sets {
			paths = append(paths, d.c.s.fromHere(s.Path))
		}
		d.c.note(fmt.Sprintf("%s make one schema: %s names tables of both", strings.Join(paths, " and "), f.Together), "", 0)
	}
}

// shown is where the migrations stand, as it was named.
func (d *database) shown() string {
	if len(d.is.Migrations) == 0 {
		return d.c.s.fromHere(d.located.Name)
	}
	path, _ := migration.SplitFormat(d.is.Migrations[0])
	return path
}

// Checkout is the repository.
func (s *Session) Checkout() project.Repository { return project.Repository{FS: s.tree, Dir: s.root} }

// readSet reads the migrations in a folder of a tree.
func (c *checker) readSet(tree fs.FS, folder, format string) (*migration.Set, error) {
	return migration.Read(tree, folder, format, c.s.variables)
}

// Place finds the tree that a path is in, and its name there. What lies outside of the repository is
// named by the command line: there links are the operator's.
func (s *Session) Place(path string) (fs.FS, string, error) {
	if name, ok := s.tree.Rel(path); ok {
		return s.tree, name, nil
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if name, ok := s.tree.Rel(path); ok {
		return s.tree, name, nil
	}
	tree, err := checkout.Open(filepath.Dir(path))
	if err != nil {
		return nil, "", err
	}
	s.cleanup.add(func() { tree.Close() })
	return tree.Limited(s.tree.Limit(), "-file-limit"), filepath.Base(path), nil
}

// hasFolders says that there are migrations below the folder of -C, or elsewhere in the repository.
func (s *Session) hasFolders() bool {
	top, ok := s.tree.Rel(s.dir)
	if !ok {
		return false
	}
	found, err := recognise.Find(s.tree, top)
	return err != nil || len(found.Sets) > 0
}

// splitUnits tells applied from pending migrations.
func (d *database) splitUnits(ctx context.Context) (applied, pending []migration.Unit, err error) {
	if d.models != nil {
		return d.splitModels(ctx)
	}
	if d.set == nil {
		return nil, nil, nil
	}
	isPending, err := d.pendingRule(ctx)
	if err != nil {
		return nil, nil, err
	}
	if d.is.Pending == "" && d.ran != nil {
		d.leaveOutLive(isPending)
		return slices.DeleteFunc(slices.Clone(d.set.Units), isPending), d.ran.Units, nil
	}
	for _, u := range d.set.Units {
		if isPending(u) {
			pending = append(pending, u)
			applied = append(applied, d.before(u)...)
		} else {
			applied = append(applied, u)
		}
	}
	applied, pending = migration.Effective(d.withOthers(applied), d.leaveOut(pending))
	return applied, pending, nil
}

func (d *database) pendingRule(ctx context.Context) (func(migration.Unit) bool, error) {
	spec := d.is.Pending
	switch {
	case spec == "all":
		return func(migration.Unit) bool { return true }, nil
	case spec == "none":
		return func(migration.Unit) bool { return false }, nil
	case strings.HasPrefix(spec, "after:"):
		return d.pendingAfter(strings.TrimPrefix(spec, "after:"))
	case strings.HasPrefix(spec, "since:"):
		return d.pendingSince(ctx, strings.TrimPrefix(spec, "since:"))
	}
	if d.ran != nil {
		type key struct{ file, version string }
		pending := map[key]bool{}
		for _, u := range d.ran.Units {
			pending[key{u.File, u.Version}] = true
		}
		return func(u migration.Unit) bool { return pending[key{u.File, u.Version}] }, nil
	}
	if len(d.c.versions) == 0 {
		return nil, errors.New("cannot tell which migrations are pending without a deployed version; say -pending " +
			"all, none, after:VERSION or since:REV")
	}
	for _, v := range d.c.versions {
		if v.Source != "git" && len(d.carriedOf(v.Version)) == 0 {
			return nil, fmt.Errorf("cannot tell which migrations are pending: %s does not say which it carries; say "+
				"-pending all, none, after:VERSION or since:REV", v.Name)
		}
	}
	carried := make([]func(migration.Unit) bool, 0, len(d.c.versions))
	for _, v := range d.c.versions {
		d.noteChanged(v.Version)
		d.ranFor = append(d.ranFor, v.Version)
		carried = append(carried, d.carries(v.Version))
	}
	return func(u migration.Unit) bool {
		return slices.ContainsFunc(carried, func(carries func(migration.Unit) bool) bool { return !carries(u) })
	}, nil
}

func (d *database) pendingAfter(version string) (func(migration.Unit) bool, error) {
	if len(d.set.Parts) > 0 {
		return nil, fmt.Errorf("-pending after:%s: several sets make the schema, each with versions of its own; say all, "+
			"none or since:REV", version)
	}
	at := slices.IndexFunc(d.set.Units, func(u migration.Unit) bool {
		return u.Version == version || u.Name == version || strings.TrimLeft(u.Version, "0") == strings.TrimLeft(version, "0")
	})
	if at < 0 {
		return nil, fmt.Errorf("-pending after:%s: no migration has this version", version)
	}
	key := func(u migration.Unit) string { return u.File + "\x00" + u.Version + "\x00" + u.Name }
	later := map[string]bool{}
	for _, u := range d.set.Units[at+1:] {
		later[key(u)] = true
	}
	return func(u migration.Unit) bool { return later[key(u)] }, nil
}

func (d *database) pendingSince(ctx context.Context, name string) (func(migration.Unit) bool, error) {
	if d.c.s.repo == nil {
		return nil, fmt.Errorf("-pending since:%s: this is no git repository", name)
	}
	rev, err := d.c.s.repo.Resolve(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("-pending since:%w", err)
	}
	dir, done, err := d.c.s.cleanup.folder()
	if err != nil {
		return nil, err
	}
	defer done()
	list, err := d.carriedIn(ctx, dir, rev)
	if err != nil {
		return nil, fmt.Errorf("-pending since:%s: %w", name, deployed.HidePath(err, dir))
	}
	v := &usage.Version{Name: rev.Name, Migrations: list}
	d.ranFor = []*usage.Version{v}
	carried := d.carries(v)
	return func(u migration.Unit) bool { return !carried(u) }, nil
}
