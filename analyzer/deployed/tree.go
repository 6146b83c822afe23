package deployed

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/checkout"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// Extract writes the files of a revision below dir, straight from the object store: each object is
// what its name says. Submodules and LFS pointers are notes; what is no path, what leads out, and what
// the clone lacks, is an error.
func (r *Repository) Extract(ctx context.Context, rev Revision, dir string) ([]usage.Problem, error) {
	into, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer into.Close()
	objects, err := r.openObjects(ctx)
	if err != nil {
		return nil, err
	}
	w := &treeWriter{rev: rev, into: into, left: maxTree, seen: map[string]string{}}
	err = w.write(objects)
	objects.close()
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case errors.Is(err, errLacks), err != nil && lacks(objects.stderr.String()):
		err = rev.incomplete(w.at)
	}
	return w.notes, err
}

// lacks says that git has tried to fetch an object.
func lacks(stderr string) bool {
	return strings.Contains(stderr, "promisor remote") || strings.Contains(stderr, "not allowed")
}

// incomplete says that a partial clone has not all that the revision holds.
func (rev Revision) incomplete(at string) error {
	return fmt.Errorf("%s: this partial clone lacks objects of it (the first: %s); "+
		"fetch them with: git fetch --refetch --no-filter origin %s", rev.Name, at, rev.Commit)
}

// The most that a revision may hold: bytes of all files, and entries of all folders.
const (
	maxTree    = 8 << 30
	maxEntries = 1_000_000
)

// treeEntry is an entry of a tree object; path is that in the whole tree.
type treeEntry struct{ mode, hash, path string }

func (e treeEntry) isFolder() bool { return e.mode == "40000" }
func (e treeEntry) isLink() bool   { return e.mode == "120000" }

// treeWriter writes the files of a revision.
type treeWriter struct {
	rev     Revision
	into    *os.Root
	left    int64
	entries int
	notes   []usage.Problem
	// seen are the paths, by their names in lower case.
	seen map[string]string
	// at is what was read last.
	at string
}

// write reads the folders level by level, then the files.
func (w *treeWriter) write(objects *objects) error {
	var files []treeEntry
	for folders := []treeEntry{{"40000", w.rev.Tree, "."}}; len(folders) > 0; {
		var within []treeEntry
		err := objects.each(folders, "tree", func(folder treeEntry, size int64, data func() ([]byte, error)) error {
			w.at = folder.path
			if size > checkout.DefaultLimit {
				return fmt.Errorf("%s: the folder %s has more entries than are read", w.rev.Name, folder.path)
			}
			raw, err := data()
			if err != nil {
				return err
			}
			list, err := entriesOf(folder, raw)
			if err != nil {
				return err
			}
			for _, e := range list {
				switch more, err := w.sort(e); {
				case err != nil:
					return err
				case more && e.isFolder():
					within = append(within, e)
				case more:
					files = append(files, e)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		folders = within
	}
	return objects.each(files, "blob", w.file)
}

// sort looks at an entry, and says whether it is to be read.
func (w *treeWriter) sort(e treeEntry) (bool, error) {
	if w.entries++; w.entries > maxEntries {
		return false, fmt.Errorf("%s: its tree has more than the %d entries that are read", w.rev.Name, maxEntries)
	}
	if err := checkPath(e.path, w.seen); err != nil {
		return false, fmt.Errorf("%s: %w", w.rev.Name, err)
	}
	if e.mode == "160000" {
		const message = "submodule is not part of the revision's tree; packages in it are not seen"
		w.notes = append(w.notes, usage.Problem{Message: message, File: e.path})
		return false, nil
	}
	return e.isFolder() || wanted(e.path), nil
}

// entriesOf reads a tree object: for each entry MODE NAME, a NUL, and the hash in binary.
func entriesOf(folder treeEntry, raw []byte) ([]treeEntry, error) {
	var out []treeEntry
	size := len(folder.hash) / 2
	for len(raw) > 0 {
		head, rest, ok := bytes.Cut(raw, []byte{0})
		mode, name, named := strings.Cut(string(head), " ")
		if !ok || !named || len(rest) < size || strings.Contains(name, "/") {
			return nil, fmt.Errorf("the folder %s of the tree is damaged", folder.path)
		}
		path := name
		if folder.path != "." {
			path = folder.path + "/" + name
		}
		out = append(out, treeEntry{mode, hex.EncodeToString(rest[:size]), path})
		raw = rest[size:]
	}
	return out, nil
}

// file writes one file. One that is too large is left out, which is an error where it could hold a
// query.
func (w *treeWriter) file(e treeEntry, size int64, data func() ([]byte, error)) error {
	w.at = e.path
	if size > checkout.DefaultLimit {
		if holdsCode(e.path) {
			return fmt.Errorf("%s: %s has %d MiB, more than the %d MiB that are read of a file",
				w.rev.Name, e.path, size>>20, checkout.DefaultLimit>>20)
		}
		return nil
	}
	if w.left -= size; w.left < 0 {
		return fmt.Errorf("%s: its files have more than the %d GiB that are read of a revision", w.rev.Name, maxTree>>30)
	}
	text, err := data()
	if errors.Is(err, errLacks) && !holdsCode(e.path) {
		w.notes = append(w.notes, usage.Problem{Message: "the object of this file is not in the clone", File: e.path})
		return nil
	} else if err != nil {
		return err
	}
	if bytes.HasPrefix(text, []byte("version https://git-lfs.github.com/spec/")) {
		w.notes = append(w.notes, usage.Problem{Message: "the file is a Git LFS pointer", File: e.path})
	}
	name := filepath.FromSlash(e.path)
	if err := w.into.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if e.isLink() {
		return w.link(e, filepath.FromSlash(string(text)))
	}
	f, err := w.into.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// holdsCode says that a file can hold a query, or decides which files do.
func holdsCode(name string) bool {
	return checkout.Builds(name) && path.Base(name) != "go.sum" || path.Ext(name) == ".sql"
}

// link makes a link within the tree. One that leads out leads nowhere here: where it could hold a query
// it is an error.
func (w *treeWriter) link(e treeEntry, target string) error {
	if !filepath.IsAbs(target) && filepath.IsLocal(filepath.Join(filepath.Dir(filepath.FromSlash(e.path)), target)) {
		return w.into.Symlink(target, filepath.FromSlash(e.path))
	}
	if holdsCode(e.path) {
		return fmt.Errorf("%s: %s is a link that %w", w.rev.Name, e.path, checkout.ErrOutside)
	}
	return nil
}

// checkPath refuses what is no path within a folder, is there twice, or is another one on a file
// system that does not tell upper from lower case.
func checkPath(name string, seen map[string]string) error {
	last := path.Base(name)
	if !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) || strings.EqualFold(last, ".git") {
		return fmt.Errorf("its tree has an entry that is no path: %q", name)
	}
	key := strings.ToLower(name)
	switch other, had := seen[key]; {
	case !had:
		seen[key] = name
		return nil
	case other == name:
		return fmt.Errorf("its tree has an entry twice: %q", name)
	default:
		return fmt.Errorf("its tree has entries that differ in case only: %q and %q", other, name)
	}
}

// wanted leaves out files that no build reads.
func wanted(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".svg", ".mp4", ".webm", ".woff", ".woff2", ".ttf", ".pdf", ".zip", ".gz",
		".tsx", ".ts", ".jsx", ".map":
		return false
	}
	return true
}
