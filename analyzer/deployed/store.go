package deployed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// Store keeps the usage of revisions, so that a second run does not analyse them again.
type Store struct {
	dir  string
	tool string
}

// maxAge is how long an entry is kept after its last use.
const maxAge = 30 * 24 * time.Hour

// OpenStore opens the cache folder ("" is the user's) for a build of the tool.
func OpenStore(dir, tool string) (*Store, error) {
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("no cache folder; name one with -cache: %w", err)
		}
		dir = filepath.Join(user, "schemavet")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cache folder: %w", err)
	}
	s := &Store{dir, tool}
	s.trim()
	return s, nil
}

// trim removes what has not been used for long. What cannot be removed stays.
func (s *Store) trim() {
	entries, _ := os.ReadDir(s.dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && !e.IsDir() && time.Since(info.ModTime()) > maxAge {
			os.Remove(filepath.Join(s.dir, e.Name()))
		}
	}
}

func (s *Store) path(key ...string) string {
	sum := sha256.Sum256([]byte(s.tool + "\x00" + strings.Join(key, "\x00")))
	return filepath.Join(s.dir, "usage-"+hex.EncodeToString(sum[:16])+".jsonl")
}

// get returns a kept version; a damaged one counts as none.
func (s *Store) get(path string) *usage.Version {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	v, err := ReadManifest(f)
	if err != nil {
		return nil
	}
	now := time.Now()
	os.Chtimes(path, now, now)
	return v
}

// put keeps a version: a temporary file, then a rename.
func (s *Store) put(path string, v *usage.Version) error {
	return WriteFile(path, func(f *os.File) error { return WriteManifest(f, v) })
}

// WriteFile writes a file whole or not at all.
func WriteFile(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Load extracts a revision, or takes what the store kept of it. migrations lists what a
// tree, with the code found in it, carries; sets says of which sets, as a part of the key.
func (r *Repository) Load(ctx context.Context, s *Store, rev Revision, b Build, sets string,
	migrations func(tree string, v *usage.Version) ([]usage.Migration, error)) (*usage.Version, error) {
	sub, err := filepath.Rel(r.Root, b.Dir)
	if err != nil {
		return nil, err
	}
	path := s.path(rev.Tree, b.Constraints(), filepath.ToSlash(sub), strings.Join(b.Patterns, "\x00"), sets)
	if v := s.get(path); v != nil {
		v.Name, v.Revision = rev.Name, rev.Commit
		return v, nil
	}
	tree, err := os.MkdirTemp("", "schemavet-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tree)
	if tree, err = filepath.EvalSymlinks(tree); err != nil {
		return nil, err
	}
	notes, err := r.Extract(ctx, rev.Tree, tree)
	if err != nil {
		return nil, err
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
	if v.Migrations, err = migrations(tree, v); err != nil {
		return nil, fmt.Errorf("-deployed %s: %w", rev.Name, HidePath(err, tree))
	}
	if len(v.Errors) == 0 {
		if err := s.put(path, v); err != nil {
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
	return fmt.Errorf("%s", strings.ReplaceAll(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""), dir, "."))
}
