package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/config"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog/migration"
)

// readMigrations reads the migrations of the work tree.
func (d *database) readMigrations() error {
	d.progress.step("reading migrations")
	switch len(d.migrations) {
	case 0:
		return d.findMigrations()
	case 1:
		path, format := migration.SplitFormat(d.migrations[0])
		if slices.Contains(config.ModelFormats, format) {
			return d.nameModels(path, format)
		}
		root, rel := d.place(d.path(path))
		if strings.HasSuffix(path, ".go") || migration.HasGo(root, rel) {
			return d.readGoMigrations(path)
		}
		set, err := migration.Read(root, rel, format)
		d.set = set
		return err
	}
	return &usageError{"one -migrations for one database; several databases need a config with a name for each"}
}

// place splits a folder into the root that file names are relative to and the rest.
func (k *checker) place(path string) (root, rel string) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if r, err := filepath.Rel(k.root, path); err == nil && filepath.IsLocal(r) {
		return k.root, filepath.ToSlash(r)
	}
	return filepath.Dir(path), filepath.Base(path)
}

func (d *database) findMigrations() error {
	found, err := migration.Find(d.dir)
	if err != nil {
		return err
	}
	switch {
	case len(found) == 1:
		folder := filepath.Join(d.dir, filepath.FromSlash(found[0]))
		root, rel := d.place(folder)
		if migration.HasGo(root, rel) {
			return d.readGoMigrations(found[0])
		}
		set, err := migration.Read(root, rel, "")
		d.set = set
		return err
	case len(found) == 0 && (d.pending == "none" || d.schema != "" && d.pending != ""):
		return nil
	case len(found) == 0:
		return d.findModels()
	}
	return fmt.Errorf("migrations in %s: schemavet never makes one schema out of several. Name the right ones, or the databases that they belong to:\n\n%s",
		strings.Join(found, " and "), blockToPaste(found))
}

// blockToPaste is a config for several folders of migrations, to be filled in.
func blockToPaste(found []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\t# %s: one database\n\tmigrations: [%s]\n\n\t# or several\n\tdatabases:\n", config.Name, found[0])
	for i, folder := range found {
		fmt.Fprintf(&b, "\t  database%d:\n\t    migrations: [%s]\n\t    packages: [./PACKAGES/OF/IT/...]\n", i+1, folder)
	}
	return b.String()
}

// carriedBy lists the migrations in another tree of the repository: in the same folder, or
// where they are found if that is not there.
func (d *database) carriedBy(tree string, v *usage.Version) ([]usage.Migration, error) {
	switch {
	case d.set == nil:
		return nil, nil
	case d.set.List != "":
		return d.carriedGoMigrations(tree, v)
	}
	paths := []string{d.set.Path}
	format := d.set.Format
	if !migration.Exists(tree, d.set.Path) {
		found, err := migration.Find(tree)
		if err != nil {
			return nil, err
		}
		paths, format = found, ""
	}
	var out []usage.Migration
	for _, p := range paths {
		set, err := migration.Read(tree, p, format)
		if err != nil {
			return nil, err
		}
		out = append(out, migrationsOf(set)...)
	}
	return out, nil
}

func migrationsOf(set *migration.Set) []usage.Migration {
	out := make([]usage.Migration, 0, len(set.Units))
	for _, u := range set.Units {
		m := usage.Migration{Set: set.Path, Version: u.Version, Name: u.Name, Digest: u.Digest()}
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
		ours[u.Version+"\x00"+u.Name] = true
	}
	names, same, renamed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, m := range d.carriedOf(v) {
		name := m.Version + "\x00" + m.Name
		names[name], same[name+m.Digest] = true, true
		if !ours[name] && m.Digest != migration.Empty {
			renamed[m.Digest] = true
		}
	}
	return func(u migration.Unit) bool {
		name, digest := u.Version+"\x00"+u.Name, d.digest(u)
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
	for _, o := range d.databases {
		if o.set != nil {
			delete(sets, o.set.Path)
		}
	}
	sets[d.set.Path] = true
	return slices.DeleteFunc(slices.Clone(v.Migrations), func(m usage.Migration) bool { return !sets[m.Set] })
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
	for _, m := range d.carriedOf(v) {
		names[m.Version+"\x00"+m.Name] = m.Digest
		byDigest[m.Digest] = m.Name
	}
	has := map[string]bool{}
	for _, u := range d.set.Units {
		has[u.Name] = true
	}
	for _, u := range d.set.Units {
		digest := d.digest(u)
		old, same := names[u.Version+"\x00"+u.Name]
		from, moved := byDigest[digest]
		switch {
		case u.Repeatable:
		case same && old != digest:
			d.note(fmt.Sprintf("%s was edited since %s: what runs there is the old text", u.Name, v.Name), u.File, 0)
		case !same && moved && !has[from] && digest != migration.Empty:
			d.note(fmt.Sprintf("%s is %s of %s, renamed: it counts as run", u.Name, from, v.Name), u.File, 0)
		}
	}
}

// splitUnits tells applied from pending migrations.
func (d *database) splitUnits() (applied, pending []migration.Unit, err error) {
	if d.models != nil {
		return d.splitModels()
	}
	if d.set == nil {
		return nil, nil, nil
	}
	isPending, err := d.pendingRule()
	if err != nil {
		return nil, nil, err
	}
	if d.pending == "" && d.ran != nil {
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
	for _, v := range d.versions {
		for _, m := range v.Migrations {
			if m.Name == u.Name && m.Text != "" {
				u.Text, u.Unknown = m.Text, nil
				return []migration.Unit{u}
			}
		}
	}
	return nil
}

func (d *database) pendingRule() (func(migration.Unit) bool, error) {
	spec := d.pending
	switch {
	case spec == "all":
		return func(migration.Unit) bool { return true }, nil
	case spec == "none":
		return func(migration.Unit) bool { return false }, nil
	case strings.HasPrefix(spec, "after:"):
		return d.pendingAfter(strings.TrimPrefix(spec, "after:"))
	case strings.HasPrefix(spec, "since:"):
		return d.pendingSince(strings.TrimPrefix(spec, "since:"))
	}
	if d.ran != nil {
		type key struct{ file, version string }
		pending := map[key]bool{}
		for _, u := range d.ran.Units {
			pending[key{u.File, u.Version}] = true
		}
		return func(u migration.Unit) bool { return pending[key{u.File, u.Version}] }, nil
	}
	if len(d.versions) == 0 {
		return nil, errors.New("cannot tell which migrations are pending without a deployed version; say -pending all, none, after:VERSION or since:REV")
	}
	for _, v := range d.versions {
		if v.Source != "git" && len(d.carriedOf(v.Version)) == 0 {
			return nil, fmt.Errorf("cannot tell which migrations are pending: %s does not say which it carries; say -pending all, none, after:VERSION or since:REV", v.Name)
		}
	}
	carried := make([]func(migration.Unit) bool, 0, len(d.versions))
	for _, v := range d.versions {
		d.noteChanged(v.Version)
		carried = append(carried, d.carries(v.Version))
	}
	return func(u migration.Unit) bool {
		return slices.ContainsFunc(carried, func(carries func(migration.Unit) bool) bool { return !carries(u) })
	}, nil
}

func (d *database) pendingAfter(version string) (func(migration.Unit) bool, error) {
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

func (d *database) pendingSince(name string) (func(migration.Unit) bool, error) {
	if d.repo == nil {
		return nil, fmt.Errorf("-pending since:%s: this is no git repository", name)
	}
	rev, err := d.repo.Resolve(name)
	if err != nil {
		return nil, fmt.Errorf("-pending since:%w", err)
	}
	dir, err := os.MkdirTemp("", "schemavet-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	list, err := d.carriedIn(dir, rev)
	if err != nil {
		return nil, fmt.Errorf("-pending since:%s: %w", name, deployed.HidePath(err, dir))
	}
	carried := d.carries(&usage.Version{Migrations: list})
	return func(u migration.Unit) bool { return !carried(u) }, nil
}

// carriedIn lists the migrations of a revision, of which the files are written below a folder.
func (d *database) carriedIn(dir string, rev deployed.Revision) ([]usage.Migration, error) {
	if _, err := d.repo.Extract(d.ctx, rev.Tree, dir); err != nil {
		return nil, err
	}
	v := &usage.Version{}
	if d.set.List != "" {
		b := d.build(d.dir, dir)
		sub, err := filepath.Rel(d.root, d.dir)
		if err != nil {
			return nil, err
		}
		b.Dir = filepath.Join(dir, sub)
		if v, err = deployed.Load(d.ctx, b, rev.Name, "git"); err != nil {
			return nil, err
		}
		d.problems(v)
	}
	return d.carriedBy(dir, v)
}
