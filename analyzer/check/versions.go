package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/internal/cache"
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
func (c *checker) loadVersions(ctx context.Context) error {
	sources, err := c.deployed(ctx)
	if err != nil {
		return err
	}
	for _, source := range sources {
		if err := c.loadSource(ctx, source); err != nil {
			return err
		}
	}
	if c.s.opts.Next == "none" {
		return nil
	}
	c.next, err = c.worktree(ctx)
	return err
}

// deployed are the sources of what runs: those that are named, else the revision that is taken to.
func (c *checker) deployed(ctx context.Context) ([]string, error) {
	if len(c.s.opts.Deployed) > 0 {
		return c.s.opts.Deployed, nil
	}
	if c.s.repo == nil {
		return nil, errors.New("cannot tell what is deployed: this is no git repository; name it with -deployed " +
			"(a manifest, a file of queries, or none)")
	}
	rev, err := c.s.repo.DefaultDeployed(ctx)
	return []string{rev.Name}, err
}

// statStatements is the source that stands for the statements that the server counts.
const statStatements = "pg_stat_statements"

// loadSource takes a source of -deployed: what runs, or evidence of it.
func (c *checker) loadSource(ctx context.Context, source string) error {
	switch ext := filepath.Ext(source); {
	case source == "none":
		return nil
	case source == statStatements:
		return c.readStatements(ctx)
	case ext == ".log" || ext == ".csv":
		return c.readLog(source)
	case ext == ".json" && strings.ContainsAny(source, "*?["):
		return c.loadManifests(source)
	}
	list, err := c.versionsOf(ctx, source)
	c.versions = append(c.versions, list...)
	return err
}

// loadManifests loads all that a pattern of file names matches.
func (c *checker) loadManifests(pattern string) error {
	files, err := c.s.glob(pattern)
	if err != nil || len(files) == 0 {
		return fmt.Errorf("-deployed %s: no manifest matches", pattern)
	}
	for _, file := range files {
		v, err := c.loadManifest(file)
		if err != nil {
			return err
		}
		c.versions = append(c.versions, v)
	}
	return nil
}

// glob finds the files that a pattern of the command line or the config names.
func (s *Session) glob(pattern string) ([]string, error) {
	path := s.path(pattern)
	name, ok := s.tree.Rel(path)
	if !ok {
		return filepath.Glob(path)
	}
	names, err := fs.Glob(s.tree, name)
	for i := range names {
		names[i] = filepath.Join(s.root, filepath.FromSlash(names[i]))
	}
	return names, err
}

// versionsOf loads the versions that a source names.
func (c *checker) versionsOf(ctx context.Context, source string) ([]*version, error) {
	switch {
	case strings.HasSuffix(source, ".json"):
		v, err := c.loadManifest(source)
		return []*version{v}, err
	case strings.HasSuffix(source, ".sql"):
		text, err := c.s.readText(source)
		if err != nil {
			return nil, fmt.Errorf("-deployed %s: %w", source, err)
		}
		v, err := deployed.QueryFile(c.s.rel(c.s.path(source)), text)
		return []*version{{Version: v}}, err
	}
	builds, err := c.builds(ctx, source)
	if err != nil {
		return nil, fmt.Errorf("-deployed %w", err)
	}
	var out []*version
	for _, b := range builds {
		v, err := c.loadRevision(ctx, b)
		if err != nil {
			return nil, err
		}
		out = append(out, &version{Version: v})
	}
	return out, nil
}

// loadVersion loads the one version that a source names.
func (c *checker) loadVersion(ctx context.Context, source string) (*usage.Version, error) {
	list, err := c.versionsOf(ctx, source)
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("-deployed %s: names %d versions; want one", source, len(list))
	}
	return list[0].load()
}

// loadManifest reads a manifest, to see that it is whole, and keeps all but its queries.
func (c *checker) loadManifest(source string) (*version, error) {
	read := func() (*usage.Version, error) {
		f, err := c.s.openLarge(source)
		if err != nil {
			return nil, fmt.Errorf("-deployed %s: %w", source, reasonOf(err))
		}
		defer f.Close()
		v, err := deployed.ReadManifest(deployed.Limited(f, c.s.limit()))
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
func (s *Session) limit() int64 { return int64(s.opts.ManifestLimit) << 20 }

// openLarge opens a manifest, a file of evidence or an executable, of which -manifest-limit is the
// limit.
func (s *Session) openLarge(path string) (fs.File, error) {
	file := s.path(path)
	if name, ok := s.tree.Rel(file); ok {
		return s.tree.Limited(s.limit(), "-manifest-limit").Open(name)
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
func (c *checker) builds(ctx context.Context, source string) ([]build, error) {
	if c.s.repo == nil {
		return nil, fmt.Errorf("%s: this is no git repository", source)
	}
	if spec, ok := strings.CutPrefix(source, "latest:"); ok {
		revs, err := c.s.repo.Latest(ctx, spec)
		var out []build
		for _, r := range revs {
			out = append(out, build{Revision: r})
		}
		return out, err
	}
	rev, err := c.s.repo.Resolve(ctx, source)
	if err == nil {
		return []build{{Revision: rev}}, nil
	}
	f, openErr := c.s.openLarge(source)
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
	rev, err = c.s.repo.RevisionOf(ctx, bin)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	rev.Name = filepath.ToSlash(source)
	return []build{{rev, bin}}, nil
}

// loadRevision extracts a revision, or takes what was kept of it.
func (c *checker) loadRevision(ctx context.Context, b build) (*usage.Version, error) {
	c.s.step("reading " + b.Name)
	kept := c.openCache()
	how := c.s.build(c.s.dir, c.s.root)
	if b.how != nil {
		how = b.how.Build(how)
	}
	how.Files = nil
	dir, done, err := c.s.cleanup.folder()
	if err != nil {
		return nil, err
	}
	defer done()
	v, err := c.s.repo.Load(ctx, kept, b.Revision, how, dir, c.sets(), c.carriedBy)
	if err == nil && b.how != nil && b.how.Modified {
		v.Errors = append(v.Errors, usage.Problem{Message: fmt.Sprintf("%s was built from a changed work tree "+
			"(vcs.modified): what was changed is not seen; name the revision itself, with -deployed %.12s, if it does "+
			"not matter", b.Name, b.Commit)})
	}
	return v, err
}

// openCache opens the folder for kept results. Without one, without a key, or in a program that does
// not say what it is, nothing is kept.
func (c *checker) openCache() *cache.Cache {
	if c.s.opts.Program == "" {
		return nil
	}
	kept, err := cache.Open(c.s.opts.Cache, c.s.opts.Program, c.s.root)
	if err != nil && c.s.opts.Cache != "" {
		c.note("-cache: nothing is kept: "+err.Error(), "", 0)
	}
	kept.Trim()
	return kept
}

// sets names the sets of migrations whose contents are looked for in revisions.
func (c *checker) sets() string {
	var out []string
	for _, d := range c.databases {
		if d.set != nil {
			out = append(out, d.set.Format, d.set.Path, d.set.List, d.is.Pending)
		}
	}
	return strings.Join(out, "\x00")
}

// carriedBy lists the migrations in another tree of the repository.
func (c *checker) carriedBy(tree fs.FS, v *usage.Version) ([]usage.Migration, error) {
	var out []usage.Migration
	for _, d := range c.databases {
		list, err := d.carriedBy(tree, v)
		if err != nil {
			return nil, d.named(err)
		}
		out = append(out, list...)
	}
	return out, nil
}
