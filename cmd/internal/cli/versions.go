package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/schemavet/schemavet/analyzer/cache"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// version is a deployed version. What a manifest holds is read again when it is judged, so that
// not all of them are in memory at once.
type version struct {
	*usage.Version
	reload func() (*usage.Version, error)
}

// load is the version with its queries.
func (v *version) load() (*usage.Version, error) {
	if v.reload == nil {
		return v.Version, nil
	}
	return v.reload()
}

// loadVersions loads what is deployed, and the next code.
func (k *checker) loadVersions() error {
	if err := k.defaultDeployed(); err != nil {
		return err
	}
	for _, source := range k.deployed {
		if err := k.loadSource(source); err != nil {
			return err
		}
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
	rev, err := k.repo.DefaultDeployed(k.ctx)
	if err != nil {
		return err
	}
	k.deployed = []string{rev.Commit}
	return nil
}

// statStatements is the source that stands for the statements that the server counts.
const statStatements = "pg_stat_statements"

// loadSource takes a source of -deployed: what runs, or evidence of it.
func (k *checker) loadSource(source string) error {
	switch ext := filepath.Ext(source); {
	case source == "none":
		return nil
	case source == statStatements:
		return k.readStatements()
	case ext == ".log" || ext == ".csv":
		return k.readLog(source)
	case ext == ".json" && strings.ContainsAny(source, "*?["):
		return k.loadManifests(source)
	}
	list, err := k.versionsOf(source)
	for _, v := range list {
		k.versions = append(k.versions, v)
	}
	return err
}

// loadManifests loads all that a pattern of file names matches.
func (k *checker) loadManifests(pattern string) error {
	files, err := k.glob(pattern)
	if err != nil || len(files) == 0 {
		return fmt.Errorf("-deployed %s: no manifest matches", pattern)
	}
	for _, file := range files {
		v, err := k.loadManifest(file)
		if err != nil {
			return err
		}
		k.versions = append(k.versions, v)
	}
	return nil
}

// glob finds the files that a pattern of the command line or the config names.
func (k *checker) glob(pattern string) ([]string, error) {
	path := k.path(pattern)
	name, ok := k.tree.Rel(path)
	if !ok {
		return filepath.Glob(path)
	}
	names, err := fs.Glob(k.tree, name)
	for i := range names {
		names[i] = filepath.Join(k.root, filepath.FromSlash(names[i]))
	}
	return names, err
}

// versionsOf loads the versions that a source names.
func (k *checker) versionsOf(source string) ([]*version, error) {
	switch {
	case strings.HasSuffix(source, ".json"):
		v, err := k.loadManifest(source)
		return []*version{v}, err
	case strings.HasSuffix(source, ".sql"):
		text, err := k.readText(source)
		if err != nil {
			return nil, fmt.Errorf("-deployed %s: %w", source, err)
		}
		v, err := deployed.QueryFile(k.rel(k.path(source)), text)
		return []*version{{Version: v}}, err
	}
	builds, err := k.builds(source)
	if err != nil {
		return nil, fmt.Errorf("-deployed %w", err)
	}
	var out []*version
	for _, b := range builds {
		v, err := k.loadRevision(b)
		if err != nil {
			return nil, err
		}
		out = append(out, &version{Version: v})
	}
	return out, nil
}

// loadVersion loads the one version that a source names.
func (k *checker) loadVersion(source string) (*usage.Version, error) {
	list, err := k.versionsOf(source)
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("-deployed %s: names %d versions; want one", source, len(list))
	}
	return list[0].load()
}

// loadManifest reads a manifest, to see that it is whole, and keeps all but its queries.
func (k *checker) loadManifest(source string) (*version, error) {
	read := func() (*usage.Version, error) {
		f, err := k.openLarge(source)
		if err != nil {
			return nil, fmt.Errorf("-deployed %s: %w", source, reasonOf(err))
		}
		defer f.Close()
		v, err := deployed.ReadManifest(deployed.Limited(f, k.limit()))
		if err != nil {
			return nil, fmt.Errorf("-deployed %s: %w", source, err)
		}
		v.Source = "manifest"
		return v, nil
	}
	v, err := read()
	if err != nil {
		return nil, err
	}
	return &version{withoutQueries(v), read}, nil
}

// limit is the size in bytes of the largest file that is read as a whole.
func (k *checker) limit() int64 { return int64(k.manifestLimit) << 20 }

// openLarge opens a manifest, a file of evidence or an executable, of which -manifest-limit is the
// limit.
func (k *checker) openLarge(path string) (fs.File, error) {
	file := k.path(path)
	if name, ok := k.tree.Rel(file); ok {
		return k.tree.Limited(k.limit(), "-manifest-limit").Open(name)
	}
	return os.Open(file)
}

// build is a revision and how the code that runs was made of it.
type build struct {
	deployed.Revision
	how *deployed.Binary
}

// builds are the revisions that a source names: tags by a pattern, a revision, or that of which
// an executable was built.
func (k *checker) builds(source string) ([]build, error) {
	if k.repo == nil {
		return nil, fmt.Errorf("%s: this is no git repository", source)
	}
	if spec, ok := strings.CutPrefix(source, "latest:"); ok {
		revs, err := k.repo.Latest(k.ctx, spec)
		var out []build
		for _, r := range revs {
			out = append(out, build{Revision: r})
		}
		return out, err
	}
	rev, err := k.repo.Resolve(k.ctx, source)
	if err == nil {
		return []build{{Revision: rev}}, nil
	}
	f, openErr := k.openLarge(source)
	if openErr != nil {
		return nil, err
	}
	defer f.Close()
	at, ok := f.(io.ReaderAt)
	if info, statErr := f.Stat(); !ok || statErr != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	bin, err := deployed.ReadBinary(at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	rev, err = k.repo.RevisionOf(k.ctx, bin)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	rev.Name = filepath.ToSlash(source)
	return []build{{rev, bin}}, nil
}

// loadRevision extracts a revision, or takes what was kept of it.
func (k *checker) loadRevision(b build) (*usage.Version, error) {
	k.progress.step("reading " + b.Name)
	kept := k.openCache()
	how := k.build(k.dir, k.root)
	if b.how != nil {
		how = b.how.Build(how)
	}
	how.Files = nil
	dir, done, err := k.end.folder()
	if err != nil {
		return nil, err
	}
	defer done()
	v, err := k.repo.Load(k.ctx, kept, b.Revision, how, dir, k.sets(), k.carriedBy)
	if err == nil && b.how != nil && b.how.Modified {
		v.Errors = append(v.Errors, usage.Problem{Message: fmt.Sprintf("%s was built from a changed work tree (vcs.modified): what was changed is not seen; name the revision itself, with -deployed %.12s, if it does not matter", b.Name, b.Commit)})
	}
	return v, err
}

// openCache opens the folder for kept results. Without one, or without a key, nothing is kept.
func (k *checker) openCache() *cache.Cache {
	kept, err := cache.Open(k.cache, Fingerprint(), k.root)
	if err != nil && k.cache != "" {
		k.note("-cache: nothing is kept: "+err.Error(), "", 0)
	}
	kept.Trim()
	return kept
}

// sets names the sets of migrations whose contents are looked for in revisions.
func (k *checker) sets() string {
	var out []string
	for _, d := range k.databases {
		if d.set != nil {
			out = append(out, d.set.Format, d.set.Path, d.set.List, d.pending)
		}
	}
	return strings.Join(out, "\x00")
}

// carriedBy lists the migrations in another tree of the repository.
func (k *checker) carriedBy(tree fs.FS, v *usage.Version) ([]usage.Migration, error) {
	var out []usage.Migration
	for _, d := range k.databases {
		list, err := d.carriedBy(tree, v)
		if err != nil {
			return nil, d.named(err)
		}
		out = append(out, list...)
	}
	return out, nil
}
