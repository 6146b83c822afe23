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

// carriedBy lists the migrations in another tree of the repository: in the same folder, or
// where they are found if that is not there.
func (d *database) carriedBy(tree fs.FS, v *usage.Version) ([]usage.Migration, error) {
	switch {
	case d.set == nil:
		return nil, nil
	case d.set.List != "":
		return d.carriedGoMigrations(tree, v)
	}
	var out []usage.Migration
	moved := true
	for _, part := range d.set.Of() {
		if !migration.Exists(tree, part.Path) {
			continue
		}
		moved = false
		set, err := d.c.readSet(tree, part.Path, part.Format)
		if err != nil {
			return nil, err
		}
		out = append(out, migrationsOf(set)...)
	}
	if !moved {
		return out, nil
	}
	found, err := recognise.Find(tree, ".")
	if err != nil {
		return nil, err
	}
	for _, s := range found.Sets {
		set, err := d.c.readSet(tree, s.Path, "")
		if err != nil {
			return nil, err
		}
		out = append(out, migrationsOf(set)...)
	}
	return out, nil
}

func migrationsOf(set *migration.Set) []usage.Migration {
	out := make([]usage.Migration, 0, len(set.Units))
	for _, part := range set.Of() {
		if b := part.Base; b != nil {
			out = append(out, usage.Migration{Set: part.Path, Name: b.File, Digest: b.Digest(), Text: b.Text, Base: true})
		}
	}
	for _, u := range set.Units {
		m := usage.Migration{Set: set.PathOf(u), Version: u.Version, Name: u.Name, Digest: u.Digest()}
		if u.Repeatable {
			m.Text = u.Text
		}
		out = append(out, m)
	}
	return out
}

// carries says of a unit whether the version carries it: the same version and name, with a content
// that may have been edited since, which is said; or the same content under a name that is none of
// the set's any more. A migration that can be repeated runs again when it was edited.
func (d *database) carries(v *usage.Version) func(migration.Unit) bool {
	ours := map[string]bool{}
	for _, u := range d.set.Units {
		ours[nameOf(u)] = true
	}
	names, same, renamed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	of := d.partsBySet(v)
	for _, m := range d.carriedOf(v) {
		name := nameOf(migration.Unit{Set: of[m.Set], Version: m.Version, Name: m.Name})
		names[name], same[name+m.Digest] = true, true
		if !ours[name] && m.Digest != migration.Empty {
			renamed[m.Digest] = true
		}
	}
	return func(u migration.Unit) bool {
		name, digest := nameOf(u), d.digest(u)
		return names[name] && (!u.Repeatable || same[name+digest]) || renamed[digest]
	}
}

// carriedOf are the migrations of a version that are of this set: those that have its folder, or one
// of which some migration stands in the set too, since folders move and have other paths in other
// repositories.
func (d *database) carriedOf(v *usage.Version) []usage.Migration {
	known := map[string]bool{}
	for _, u := range d.set.Units {
		known[d.digest(u)] = true
	}
	sets := map[string]bool{}
	for _, m := range v.Migrations {
		if m.Digest != migration.Empty && known[m.Digest] {
			sets[m.Set] = true
		}
	}
	for _, o := range d.c.databases {
		if o.set == nil {
			continue
		}
		for _, part := range o.set.Of() {
			delete(sets, part.Path)
		}
	}
	for _, part := range d.set.Of() {
		sets[part.Path] = true
	}
	return slices.DeleteFunc(slices.Clone(v.Migrations), func(m usage.Migration) bool { return !sets[m.Set] })
}

// nameOf identifies a unit in its set, and that among several.
func nameOf(u migration.Unit) string { return u.Set + "\x00" + u.Version + "\x00" + u.Name }

// partsBySet says, where several sets make the schema, which of them those of a version are, by their folders: the same
// folder, or one of which some migration stands in the set.
func (d *database) partsBySet(v *usage.Version) map[string]string {
	out := map[string]string{}
	if len(d.set.Parts) == 0 {
		return out
	}
	byDigest := map[string]string{}
	for _, u := range d.set.Units {
		byDigest[d.digest(u)] = u.Set
	}
	for _, m := range v.Migrations {
		if part, ok := byDigest[m.Digest]; ok && out[m.Set] == "" && m.Digest != migration.Empty {
			out[m.Set] = part
		}
	}
	for _, part := range d.set.Parts {
		out[part.Path] = part.Path
	}
	return out
}

// digest is that of a unit of the set; it is computed once.
func (d *database) digest(u migration.Unit) string {
	key := u.File + "\x00" + u.Version + "\x00" + u.Name
	if d.known == nil {
		d.known = map[string]string{}
	}
	if _, ok := d.known[key]; !ok {
		d.known[key] = u.Digest()
	}
	return d.known[key]
}

// noteChanged says which migrations of a version were edited, renamed or renumbered since.
func (d *database) noteChanged(v *usage.Version) {
	names, byDigest := map[string]string{}, map[string]string{}
	of := d.partsBySet(v)
	for _, m := range d.carriedOf(v) {
		names[nameOf(migration.Unit{Set: of[m.Set], Version: m.Version, Name: m.Name})] = m.Digest
		byDigest[m.Digest] = m.Name
	}
	has := map[string]bool{}
	for _, u := range d.set.Units {
		has[u.Name] = true
	}
	for _, u := range d.set.Units {
		digest := d.digest(u)
		old, same := names[nameOf(u)]
		from, moved := byDigest[digest]
		switch {
		case u.Repeatable:
		case same && old != digest:
			d.c.note(fmt.Sprintf("%s was edited since %s: what runs there is the old text", u.Name, v.Name), u.File, 0)
		case !same && moved && !has[from] && digest != migration.Empty:
			d.c.note(fmt.Sprintf("%s is %s of %s, renamed: it counts as run", u.Name, from, v.Name), u.File, 0)
		}
	}
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
	applied, pending = migration.Effective(applied, pending)
	return applied, pending, nil
}

// before is what a deployed version has of a migration that runs again.
func (d *database) before(u migration.Unit) []migration.Unit {
	if !u.Repeatable {
		return nil
	}
	for _, v := range d.c.versions {
		for _, m := range v.Migrations {
			if m.Name == u.Name && m.Text != "" {
				u.Text, u.Unknown = m.Text, nil
				return []migration.Unit{u}
			}
		}
	}
	return nil
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
	carried := d.carries(&usage.Version{Migrations: list})
	return func(u migration.Unit) bool { return !carried(u) }, nil
}

// carriedIn lists the migrations of a revision, of which the files are written below a folder.
func (d *database) carriedIn(ctx context.Context, dir string, rev deployed.Revision) ([]usage.Migration, error) {
	if _, err := d.c.s.repo.Extract(ctx, rev, dir); err != nil {
		return nil, err
	}
	v := &usage.Version{}
	if d.set.List != "" {
		b := d.c.s.build(d.c.s.dir, dir)
		b.Files = nil
		sub, err := filepath.Rel(d.c.s.root, d.c.s.dir)
		if err != nil {
			return nil, err
		}
		b.Dir = filepath.Join(dir, sub)
		if v, err = deployed.Load(ctx, b, rev.Name, "git"); err != nil {
			return nil, err
		}
		d.c.problems(v)
	}
	tree, err := checkout.Open(dir)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	return d.carriedBy(tree, v)
}
