package deployed

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/analyzer/checkout"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// Extract writes the files of a revision below dir, straight from the object store. Submodules and
// LFS pointers are notes; what is no path, and what the clone lacks, is an error.
func (r *Repository) Extract(ctx context.Context, rev Revision, dir string) ([]usage.Problem, error) {
	cmd := gitCommand(ctx, r.Root, r.args([]string{"ls-tree", "-r", "-z", "--full-tree", rev.Tree})...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	list, err := cmd.Output()
	if err != nil {
		if ctx.Err() == nil && lacks(stderr.String()) {
			return nil, rev.incomplete(1, "a folder")
		}
		return nil, gitError(ctx, []string{"ls-tree"}, err, stderr.String())
	}
	entries, notes, err := readTree(string(list))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rev.Name, err)
	}
	into, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer into.Close()
	more, err := r.writeBlobs(ctx, rev, entries, into)
	return append(notes, more...), err
}

// lacks says that git has tried to fetch an object, or does not have it.
func lacks(stderr string) bool {
	return strings.Contains(stderr, "promisor remote") || strings.Contains(stderr, "missing") || strings.Contains(stderr, "not allowed")
}

// incomplete says that a partial clone has not all that the revision holds.
func (rev Revision) incomplete(n int, first string) error {
	return fmt.Errorf("%s: this partial clone lacks %d of its objects (first: %s); fetch them with: git fetch --refetch --no-filter origin %s", rev.Name, n, first, rev.Commit)
}

type treeEntry struct{ mode, hash, path string }

// readTree reads what ls-tree prints: MODE TYPE HASH, a tab, PATH, a NUL. A tree that somebody made
// by hand can hold anything.
func readTree(list string) (blobs []treeEntry, notes []usage.Problem, err error) {
	seen := map[string]string{} // by their names in lower case
	for entry := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		meta, name, ok := strings.Cut(entry, "\t")
		f := strings.Fields(meta)
		if !ok || len(f) != 3 {
			continue
		}
		if err := checkPath(name, seen); err != nil {
			return nil, nil, err
		}
		switch {
		case f[1] == "commit":
			notes = append(notes, usage.Problem{Message: "submodule is not part of the revision's tree; packages in it are not seen", File: name})
		case wanted(name):
			blobs = append(blobs, treeEntry{f[0], f[2], name})
		}
	}
	return blobs, notes, nil
}

// checkPath refuses what is no path within a folder, is there twice, or is another one on a file
// system that does not tell upper from lower case.
func checkPath(name string, seen map[string]string) error {
	if !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) || slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool { return strings.EqualFold(part, ".git") }) {
		return fmt.Errorf("its tree has an entry that is no path: %q", name)
	}
	for at := name; at != "."; at = path.Dir(at) {
		key := strings.ToLower(at)
		other, had := seen[key]
		isFolder := at != name
		switch {
		case !had && isFolder:
			seen[key] = at + "/"
		case !had:
			seen[key] = at
		case other == at+"/" && isFolder:
			return nil // The folders above are known.
		case strings.TrimSuffix(other, "/") == at:
			return fmt.Errorf("its tree has an entry twice: %q", at)
		default:
			return fmt.Errorf("its tree has entries that differ in case only: %q and %q", strings.TrimSuffix(other, "/"), at)
		}
	}
	return nil
}

// wanted leaves out files that no build reads.
func wanted(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".svg", ".mp4", ".webm", ".woff", ".woff2", ".ttf", ".pdf", ".zip", ".gz", ".tsx", ".ts", ".jsx", ".map":
		return false
	}
	return true
}

// writeBlobs asks one git process for all files.
func (r *Repository) writeBlobs(ctx context.Context, rev Revision, blobs []treeEntry, into *os.Root) ([]usage.Problem, error) {
	cmd := gitCommand(ctx, r.Root, r.args([]string{"cat-file", "--batch", "--buffer"})...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, gitError(ctx, cmd.Args, err, "")
	}
	go func() {
		w := bufio.NewWriter(in)
		for _, b := range blobs {
			fmt.Fprintln(w, b.hash)
		}
		w.Flush()
		in.Close()
	}()
	w := &blobWriter{rev: rev, into: into, left: maxTree}
	readErr := w.read(bufio.NewReaderSize(out, 1<<20), blobs)
	if readErr != nil {
		cmd.Process.Kill()
	}
	waitErr := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case lacks(stderr.String()):
		return nil, rev.incomplete(1, "a file")
	case readErr != nil:
		return nil, readErr
	case waitErr != nil:
		return nil, gitError(ctx, []string{"cat-file"}, waitErr, stderr.String())
	case w.missing > 0:
		return nil, rev.incomplete(w.missing, w.first)
	}
	return w.notes, nil
}

// maxTree is the most that the files of a revision may hold together, in bytes.
const maxTree = 8 << 30

// blobWriter writes what cat-file gives.
type blobWriter struct {
	rev     Revision
	into    *os.Root
	left    int64
	notes   []usage.Problem
	missing int
	first   string
}

// read takes for each file a line HASH TYPE SIZE, the content, and a line break.
func (w *blobWriter) read(out *bufio.Reader, blobs []treeEntry) error {
	for _, b := range blobs {
		header, err := out.ReadString('\n')
		if err != nil {
			return fmt.Errorf("git cat-file: %w", err)
		}
		f := strings.Fields(header)
		if len(f) != 3 {
			if w.missing++; w.missing == 1 {
				w.first = b.path
			}
			continue
		}
		size, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			return fmt.Errorf("git cat-file: %q", header)
		}
		if err := w.take(out, b, size); err != nil {
			return err
		}
		if _, err := out.Discard(1); err != nil {
			return err
		}
	}
	return nil
}

// take writes one file. One that is too large is left out, which is an error where it could hold a
// query.
func (w *blobWriter) take(out *bufio.Reader, b treeEntry, size int64) error {
	if size > checkout.DefaultLimit {
		if ext := filepath.Ext(b.path); ext == ".go" || ext == ".sql" {
			return fmt.Errorf("%s: %s has %d MiB, more than the %d MiB that are read of a file", w.rev.Name, b.path, size>>20, checkout.DefaultLimit>>20)
		}
		_, err := io.CopyN(io.Discard, out, size)
		return err
	}
	if w.left -= size; w.left < 0 {
		return fmt.Errorf("%s: its files have more than the %d GiB that are read of a revision", w.rev.Name, maxTree>>30)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(out, data); err != nil {
		return err
	}
	if bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/spec/")) {
		w.notes = append(w.notes, usage.Problem{Message: "the file is a Git LFS pointer", File: b.path})
	}
	return w.write(b, data)
}

func (w *blobWriter) write(b treeEntry, data []byte) error {
	name := filepath.FromSlash(b.path)
	if err := w.into.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if b.mode == "120000" {
		target := filepath.FromSlash(string(data))
		if filepath.IsAbs(target) || !filepath.IsLocal(filepath.Join(filepath.Dir(name), target)) {
			return nil // a link out of the tree leads nowhere here
		}
		return w.into.Symlink(target, name)
	}
	f, err := w.into.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
