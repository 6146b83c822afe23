package deployed

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// Repository is a git repository that is only read: nothing is written into it, no
// worktree, no index, no reference.
type Repository struct {
	// Root is the top of the work tree.
	Root string
}

// OpenRepository finds the repository that holds dir; ok is false if none does.
func OpenRepository(dir string) (*Repository, bool) {
	out, err := exec.Command("git", "-C", dir, "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return nil, false
	}
	return &Repository{strings.TrimSpace(string(out))}, true
}

func (r *Repository) git(args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-C", r.Root, "--no-optional-locks"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %s", strings.Join(args, " "), strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// Revision is a commit and its tree.
type Revision struct{ Name, Commit, Tree string }

// Resolve finds a revision.
func (r *Repository) Resolve(rev string) (Revision, error) {
	commit, err := r.git("rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil {
		hint := "no such revision here"
		if shallow, _ := r.git("rev-parse", "--is-shallow-repository"); shallow == "true" {
			hint = "no such revision in this shallow clone; fetch the whole history (fetch-depth: 0 in CI)"
		}
		return Revision{}, fmt.Errorf("revision %s: %s", rev, hint)
	}
	tree, err := r.git("rev-parse", commit+"^{tree}")
	return Revision{rev, commit, tree}, err
}

// DefaultDeployed is the merge base of HEAD with the remote's default branch.
func (r *Repository) DefaultDeployed() (Revision, error) {
	for _, branch := range []string{"origin/HEAD", "origin/main", "origin/master"} {
		if _, err := r.git("rev-parse", "--verify", "--quiet", branch+"^{commit}"); err != nil {
			continue
		}
		base, err := r.git("merge-base", "HEAD", branch)
		if err != nil {
			return Revision{}, errors.New("the merge base of HEAD and " + branch + " is not in this clone; name what is deployed with -deployed, or fetch the whole history (fetch-depth: 0 in CI)")
		}
		rev, err := r.Resolve(base)
		if err == nil {
			rev.Name = base[:12]
		}
		return rev, err
	}
	return Revision{}, errors.New("cannot tell what is deployed: there is no origin/HEAD, origin/main or origin/master; name it with -deployed REVISION, or fetch the whole history (fetch-depth: 0 in CI)")
}

// Extract writes the files of a tree below dir, straight from the object store. What is
// missing there (partial clones), submodules and LFS pointers are notes.
func (r *Repository) Extract(ctx context.Context, tree, dir string) ([]usage.Problem, error) {
	list, err := exec.CommandContext(ctx, "git", "-C", r.Root, "ls-tree", "-r", "-z", "--full-tree", tree).Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-tree %s: %w", tree, err)
	}
	var notes []usage.Problem
	var blobs []treeEntry
	for entry := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		meta, path, ok := strings.Cut(entry, "\t")
		f := strings.Fields(meta)
		if !ok || len(f) != 3 {
			continue
		}
		switch {
		case f[1] == "commit":
			notes = append(notes, usage.Problem{Message: "submodule is not part of the revision's tree; packages in it are not seen", File: path})
		case wanted(path):
			blobs = append(blobs, treeEntry{f[0], f[2], path})
		}
	}
	more, err := r.writeBlobs(ctx, blobs, dir)
	return append(notes, more...), err
}

type treeEntry struct{ mode, hash, path string }

// wanted leaves out files that no build reads.
func wanted(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".svg", ".mp4", ".webm", ".woff", ".woff2", ".ttf", ".pdf", ".zip", ".gz", ".tsx", ".ts", ".jsx", ".map":
		return false
	}
	return true
}

// writeBlobs asks one git process for all files.
func (r *Repository) writeBlobs(ctx context.Context, blobs []treeEntry, dir string) ([]usage.Problem, error) {
	cmd := exec.CommandContext(ctx, "git", "-C", r.Root, "cat-file", "--batch", "--buffer")
	// A partial clone must not start to download here.
	cmd.Env = append(os.Environ(), "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		w := bufio.NewWriter(in)
		for _, b := range blobs {
			fmt.Fprintln(w, b.hash)
		}
		w.Flush()
		in.Close()
	}()
	notes, err := readBlobs(bufio.NewReaderSize(out, 1<<20), blobs, dir)
	if err != nil {
		cmd.Process.Kill()
		cmd.Wait()
		return nil, err
	}
	return notes, cmd.Wait()
}

func readBlobs(out *bufio.Reader, blobs []treeEntry, dir string) ([]usage.Problem, error) {
	var notes []usage.Problem
	for _, b := range blobs {
		header, err := out.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		f := strings.Fields(header)
		if len(f) != 3 {
			notes = append(notes, usage.Problem{Message: "the object of this file is not in the clone", File: b.path})
			continue
		}
		size, err := strconv.Atoi(f[2])
		if err != nil {
			return nil, fmt.Errorf("git cat-file: %q", header)
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(out, data); err != nil {
			return nil, err
		}
		if _, err := out.Discard(1); err != nil {
			return nil, err
		}
		if bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/spec/")) {
			notes = append(notes, usage.Problem{Message: "the file is a Git LFS pointer", File: b.path})
		}
		if err := writeEntry(dir, b, data); err != nil {
			return nil, err
		}
	}
	return notes, nil
}

func writeEntry(dir string, b treeEntry, data []byte) error {
	if !filepath.IsLocal(filepath.FromSlash(b.path)) {
		return nil
	}
	path := filepath.Join(dir, filepath.FromSlash(b.path))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if b.mode == "120000" {
		target := filepath.FromSlash(string(data))
		if !filepath.IsLocal(filepath.Join(filepath.Dir(filepath.FromSlash(b.path)), target)) {
			return nil // a link out of the tree leads nowhere here
		}
		return os.Symlink(target, path)
	}
	return os.WriteFile(path, data, 0o644)
}
