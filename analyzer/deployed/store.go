package deployed

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/cache"
	"github.com/schemavet/schemavet/analyzer/internal/checkout"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// get returns what was kept of a revision; a damaged entry counts as none.
func get(kept *cache.Cache, name string) *usage.Version {
	data, ok := kept.Get(name)
	if !ok {
		return nil
	}
	v, err := ReadManifest(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	return v
}

// put keeps a version.
func put(kept *cache.Cache, name string, v *usage.Version) error {
	var data bytes.Buffer
	if err := WriteManifest(&data, v); err != nil {
		return err
	}
	return kept.Put(name, data.Bytes())
}

// Load extracts a revision into an empty folder, tree, or takes what was kept of it.
// migrations lists what a tree, with the code found in it, carries; sets says of which sets, as a
// part of the key.
func (r *Repository) Load(ctx context.Context, kept *cache.Cache, rev Revision, b Build, tree, sets string,
	migrations func(tree fs.FS, v *usage.Version) ([]usage.Migration, error)) (*usage.Version, error) {
	sub, err := filepath.Rel(r.Root, b.Dir)
	if err != nil {
		return nil, err
	}
	name := strings.Join([]string{"usage", rev.Tree, b.Constraints(), filepath.ToSlash(sub),
		strings.Join(b.Patterns, "\x01"), sets}, "\x00")
	if v := get(kept, name); v != nil {
		v.Name, v.Revision = rev.Name, rev.Commit
		return v, nil
	}
	notes, err := r.Extract(ctx, rev, tree)
	if err != nil {
		return nil, fmt.Errorf("-deployed %w", HidePath(err, tree))
	}
	b.Dir, b.Root = filepath.Join(tree, sub), tree
	if _, err := os.Stat(b.Dir); err != nil {
		return nil, fmt.Errorf("-deployed %s: the revision has no folder %s", rev.Name, filepath.ToSlash(sub))
	}
	v, err := Load(ctx, b, rev.Name, "git")
	if err != nil {
		return nil, fmt.Errorf("-deployed %s: %w", rev.Name, HidePath(err, tree))
	}
	v.Revision = rev.Commit
	v.Notes = append(v.Notes, notes...)
	files, err := checkout.Open(tree)
	if err != nil {
		return nil, err
	}
	defer files.Close()
	if v.Migrations, err = migrations(files, v); err != nil {
		return nil, fmt.Errorf("-deployed %s: %w", rev.Name, HidePath(err, tree))
	}
	if len(v.Errors) == 0 {
		if err := put(kept, name, v); err != nil {
			v.Notes = append(v.Notes, usage.Problem{Message: "the usage of " + rev.Name + " could not be kept: " + err.Error()})
		}
	}
	return v, nil
}

// HidePath takes the temporary folder out of a message.
func HidePath(err error, dir string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s", strings.ReplaceAll(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""), dir,
		"."))
}
