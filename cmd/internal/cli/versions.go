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
	"github.com/schemavet/schemavet/analyzer/gomigration"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog/migration"
)

// readMigrations reads the migrations of the work tree.
func (k *checker) readMigrations() error {
	k.progress.step("reading migrations")
	switch len(k.migrations) {
	case 0:
		return k.findMigrations()
	case 1:
		path, format := migration.SplitFormat(k.migrations[0])
		if slices.Contains(config.ModelFormats, format) {
			return k.nameModels(path, format)
		}
		if strings.HasSuffix(path, ".go") {
			return k.readGoMigrations(path)
		}
		root, rel := k.place(k.path(path))
		set, err := migration.Read(root, rel, format)
		k.set = set
		return err
	}
	return &usageError{"one -migrations for one database; several databases need a config with a name for each"}
}

// notes passes on what the reader of the migrations had to decide.
func (k *checker) notes(set *migration.Set) {
	for _, n := range set.Notes {
		k.result.Notes = append(k.result.Notes, usage.Problem{Message: n})
	}
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

func (k *checker) findMigrations() error {
	found, err := migration.Find(k.dir)
	if err != nil {
		return err
	}
	switch {
	case len(found) == 1:
		root, rel := k.place(filepath.Join(k.dir, filepath.FromSlash(found[0])))
		set, err := migration.Read(root, rel, "")
		k.set = set
		return err
	case len(found) == 0 && (k.pending == "none" || k.schema != "" && k.pending != ""):
		return nil
	case len(found) == 0:
		return k.findModels()
	}
	return fmt.Errorf("migrations in %s: schemavet never makes one schema out of several. Name the right ones:\n\n\t# %s\n\tmigrations: [%s]\n",
		strings.Join(found, " and "), ".schemavet.yaml", found[0])
}

// loadVersions loads what is deployed, and the next code.
func (k *checker) loadVersions() error {
	if err := k.defaultDeployed(); err != nil {
		return err
	}
	for _, source := range k.deployed {
		if source == "none" {
			continue
		}
		v, err := k.loadVersion(source)
		if err != nil {
			return err
		}
		k.versions = append(k.versions, v)
	}
	if k.next == "none" {
		return nil
	}
	v, err := k.worktree()
	k.nextVersion = v
	return err
}

func (k *checker) defaultDeployed() error {
	if len(k.deployed) > 0 {
		return nil
	}
	if k.repo == nil {
		return errors.New("cannot tell what is deployed: this is no git repository; name it with -deployed (a manifest, a file of queries, or none)")
	}
	rev, err := k.repo.DefaultDeployed()
	if err != nil {
		return err
	}
	k.deployed = []string{rev.Commit}
	return nil
}

func (k *checker) loadVersion(source string) (*usage.Version, error) {
	switch {
	case strings.HasSuffix(source, ".json"):
		data, err := os.ReadFile(k.path(source))
		if err != nil {
			return nil, fmt.Errorf("-deployed %s: %w", source, err)
		}
		v, err := deployed.ReadManifest(data)
		if err != nil {
			return nil, fmt.Errorf("-deployed %s: %w", source, err)
		}
		v.Source = "manifest"
		return v, nil
	case strings.HasSuffix(source, ".sql"):
		data, err := os.ReadFile(k.path(source))
		if err != nil {
			return nil, fmt.Errorf("-deployed %s: %w", source, err)
		}
		return deployed.QueryFile(k.rel(k.path(source)), string(data))
	case k.repo == nil:
		return nil, fmt.Errorf("-deployed %s: this is no git repository", source)
	}
	rev, err := k.repo.Resolve(source)
	if err != nil {
		return nil, fmt.Errorf("-deployed %w", err)
	}
	k.progress.step("reading " + source)
	store, err := deployed.OpenStore(k.cache, Fingerprint())
	if err != nil {
		return nil, err
	}
	return k.repo.Load(k.ctx, store, rev, k.build(k.dir, k.root), k.carriedBy)
}

// carriedBy lists the migrations in another tree of the repository: in the same folder, or
// where they are found if that is not there.
func (k *checker) carriedBy(tree string, v *usage.Version) ([]usage.Migration, error) {
	switch {
	case k.set == nil:
		return nil, nil
	case k.set.Format == gomigration.Format:
		return k.carriedGoMigrations(v)
	}
	paths := []string{k.set.Path}
	format := k.set.Format
	if !migration.Exists(tree, k.set.Path) {
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
		out = append(out, usage.Migration{Set: set.Path, Version: u.Version, Name: u.Name, Digest: u.Digest()})
	}
	return out
}

// carries says of a unit whether the version carries it: the same content, whatever its
// number, or the same version and name with a content that was edited since.
func carries(v *usage.Version) func(migration.Unit) bool {
	digests, names := map[string]bool{}, map[string]bool{}
	for _, m := range v.Migrations {
		digests[m.Digest] = true
		names[m.Version+"\x00"+m.Name] = true
	}
	return func(u migration.Unit) bool { return digests[u.Digest()] || names[u.Version+"\x00"+u.Name] }
}

// splitUnits tells applied from pending migrations.
func (k *checker) splitUnits() (applied, pending []migration.Unit, err error) {
	if k.models != nil {
		return k.splitModels()
	}
	if k.set == nil {
		return nil, nil, nil
	}
	isPending, err := k.pendingRule()
	if err != nil {
		return nil, nil, err
	}
	for _, u := range k.set.Units {
		if isPending(u) {
			pending = append(pending, u)
		} else {
			applied = append(applied, u)
		}
	}
	return applied, pending, nil
}

func (k *checker) pendingRule() (func(migration.Unit) bool, error) {
	spec := k.pending
	switch {
	case spec == "all":
		return func(migration.Unit) bool { return true }, nil
	case spec == "none":
		return func(migration.Unit) bool { return false }, nil
	case strings.HasPrefix(spec, "after:"):
		return k.pendingAfter(strings.TrimPrefix(spec, "after:"))
	case strings.HasPrefix(spec, "since:"):
		return k.pendingSince(strings.TrimPrefix(spec, "since:"))
	}
	if k.hasRun != nil {
		return func(u migration.Unit) bool { return !k.hasRun(u) }, nil
	}
	if len(k.versions) == 0 {
		return nil, errors.New("cannot tell which migrations are pending without a deployed version; say -pending all, none, after:VERSION or since:REV")
	}
	for _, v := range k.versions {
		if len(v.Migrations) == 0 && v.Source != "git" {
			return nil, fmt.Errorf("cannot tell which migrations are pending: %s does not say which it carries; say -pending all, none, after:VERSION or since:REV", v.Name)
		}
	}
	return func(u migration.Unit) bool {
		return slices.ContainsFunc(k.versions, func(v *usage.Version) bool { return !carries(v)(u) })
	}, nil
}

func (k *checker) pendingAfter(version string) (func(migration.Unit) bool, error) {
	at := slices.IndexFunc(k.set.Units, func(u migration.Unit) bool {
		return u.Version == version || u.Name == version || strings.TrimLeft(u.Version, "0") == strings.TrimLeft(version, "0")
	})
	if at < 0 {
		return nil, fmt.Errorf("-pending after:%s: no migration has this version", version)
	}
	later := map[string]bool{}
	for _, u := range k.set.Units[at+1:] {
		later[u.File] = true
	}
	return func(u migration.Unit) bool { return later[u.File] }, nil
}

func (k *checker) pendingSince(name string) (func(migration.Unit) bool, error) {
	if k.repo == nil {
		return nil, fmt.Errorf("-pending since:%s: this is no git repository", name)
	}
	rev, err := k.repo.Resolve(name)
	if err != nil {
		return nil, fmt.Errorf("-pending since:%w", err)
	}
	dir, err := os.MkdirTemp("", "schemavet-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if _, err := k.repo.Extract(k.ctx, rev.Tree, dir); err != nil {
		return nil, err
	}
	v := &usage.Version{}
	if k.set.Format == gomigration.Format {
		b := k.build(k.dir, dir)
		sub, err := filepath.Rel(k.root, k.dir)
		if err != nil {
			return nil, err
		}
		b.Dir = filepath.Join(dir, sub)
		if v, err = deployed.Load(k.ctx, b, name, "git"); err != nil {
			return nil, err
		}
	}
	list, err := k.carriedBy(dir, v)
	if err != nil {
		return nil, err
	}
	carried := carries(&usage.Version{Migrations: list})
	return func(u migration.Unit) bool { return !carried(u) }, nil
}
