package deployed

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/schemavet/schemavet/analyzer/internal/checkout"
)

// Repository is a git repository that is only read: nothing is written into it, no
// worktree, no index, no reference. Of git its plumbing alone is run, without anything that a
// repository's configuration could have it run.
type Repository struct {
	// Root is the top of the work tree. GitDir is set for a bare repository that somebody named.
	Root, GitDir string
}

// OpenRepository finds the repository that holds dir, an absolute path without links; nil if none
// does.
func OpenRepository(ctx context.Context, dir string) (*Repository, error) {
	top, err := git(ctx, dir, "rev-parse", "--show-toplevel")
	above := checkout.Above(dir)
	if _, statErr := os.Lstat(filepath.Join(above, ".git")); above == "" || statErr != nil {
		above = ""
	}
	_, given := os.LookupEnv("GIT_DIR")
	switch {
	case err != nil && (above == "" || errors.Is(err, errBare)) && !given:
		return nil, nil
	case err != nil:
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(top); err == nil {
		top = real
	}
	if err := pointsBack(above); err != nil && !given {
		return nil, err
	}
	if top != above && !given {
		return nil, fmt.Errorf("the configuration of the git repository in %s makes %s its work tree (core.worktree); "+
			"run in that folder, or set GIT_DIR and GIT_WORK_TREE", above, top)
	}
	return &Repository{Root: top}, nil
}

// pointsBack checks a .git that is a file, as work trees and submodules have: the repository that it
// names has to name it, or a checkout could have any repository read.
func pointsBack(top string) error {
	file := filepath.Join(top, ".git")
	info, err := os.Lstat(file)
	if err != nil || info.IsDir() {
		return err
	}
	text, err := os.ReadFile(file)
	dir, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
	if err != nil || !info.Mode().IsRegular() || !ok {
		return fmt.Errorf("%s is neither a folder nor the file of a work tree", file)
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(top, dir)
	}
	back, err := os.ReadFile(filepath.Join(dir, "gitdir"))
	if err == nil && sameFile(strings.TrimSpace(string(back)), file) {
		return nil
	}
	config, err := os.ReadFile(filepath.Join(dir, "config"))
	for line := range strings.Lines(string(config)) {
		key, value, _ := strings.Cut(line, "=")
		tree := filepath.Join(dir, strings.Trim(strings.TrimSpace(value), `"`))
		if err == nil && strings.EqualFold(strings.TrimSpace(key), "worktree") && sameFile(tree, top) {
			return nil
		}
	}
	return fmt.Errorf("%s names a repository that does not name it back", file)
}

func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// OpenNamed opens a repository that somebody named, with a work tree or bare.
func OpenNamed(dir string) *Repository {
	if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
		return &Repository{Root: dir}
	}
	return &Repository{Root: dir, GitDir: dir}
}

// quiet is the configuration with which git runs nothing of the repository's, and fetches nothing.
var quiet = []string{
	"core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null", "protocol.allow=never",
	"safe.bareRepository=explicit", "gc.auto=0", "maintenance.auto=false",
}

// gitCommand is a run of git in a folder.
func gitCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	full := []string{"-C", dir, "--no-optional-locks", "--no-pager", "--literal-pathspecs"}
	for _, setting := range quiet {
		full = append(full, "-c", setting)
	}
	cmd := exec.CommandContext(ctx, "git", append(full, args...)...)
	cmd.Env = append(os.Environ(), "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_TERMINAL_PROMPT=0",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_ATTR_NOSYSTEM=1", "GIT_EXTERNAL_DIFF=", "GIT_TRACE=", "LC_ALL=C")
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

var (
	errNoGit = errors.New("git is not installed, or not in PATH: it is needed to read this repository")
	errBare  = errors.New("a bare repository that nobody named")
)

// git runs a command and returns what it prints, without white space at its ends.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, gitLimit, errors.New("git does not answer"))
	defer cancel()
	cmd := gitCommand(ctx, dir, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", gitError(ctx, args, err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// gitLimit is how long one look-up may take.
const gitLimit = time.Minute

// known are the failures of git that are said: its own words can hold lines of files that a
// repository's configuration names.
var known = []struct{ words, meaning string }{
	{"dubious ownership", "a repository of another owner; git config --global --add safe.directory FOLDER admits it"},
	{"not a git repository", "not a git repository"},
	{"could not get object info", "an object is not there"},
	{"not a tree object", "an object is not there"},
	{"bad object", "an object is not there"},
	{"unable to read", "an object cannot be read"},
	{"unknown option", "this git is too old"},
}

// gitError says what a failing git means.
func gitError(ctx context.Context, args []string, err error, stderr string) error {
	message := err.Error()
	for _, k := range known {
		if strings.Contains(stderr, k.words) {
			message = k.meaning
			break
		}
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, exec.ErrNotFound):
		return errNoGit
	case strings.Contains(stderr, "cannot use bare repository"):
		return errBare
	}
	return fmt.Errorf("git %s: %s", verb(args), message)
}

// verb is the command among arguments.
func verb(args []string) string {
	for i, a := range args {
		if !strings.HasPrefix(a, "-") && (i == 0 || args[i-1] != "-c") {
			return a
		}
	}
	return ""
}

func (r *Repository) git(ctx context.Context, args ...string) (string, error) {
	return git(ctx, r.Root, r.args(args)...)
}

func (r *Repository) args(args []string) []string {
	if r.GitDir != "" {
		return append([]string{"--git-dir=" + r.GitDir}, args...)
	}
	return args
}

// Revision is a commit and its tree.
type Revision struct{ Name, Commit, Tree string }

// Resolve finds a revision.
func (r *Repository) Resolve(ctx context.Context, rev string) (Revision, error) {
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil {
		if ctx.Err() != nil {
			return Revision{}, err
		}
		hint := "no such revision here"
		if r.isShallow(ctx) {
			hint = "no such revision in this shallow clone" + r.remedy(ctx)
		}
		return Revision{}, fmt.Errorf("revision %s: %s", rev, hint)
	}
	tree, err := r.git(ctx, "rev-parse", commit+"^{tree}")
	return Revision{rev, commit, tree}, err
}

// DefaultDeployed is the merge base of HEAD with the remote's default branch.
func (r *Repository) DefaultDeployed(ctx context.Context) (Revision, error) {
	for _, branch := range []string{"origin/HEAD", "origin/main", "origin/master"} {
		if _, err := r.git(ctx, "rev-parse", "--verify", "--quiet", branch+"^{commit}"); err != nil {
			continue
		}
		base, err := r.git(ctx, "merge-base", "HEAD", branch)
		if err != nil {
			return Revision{}, errors.New("the merge base of HEAD and " + branch +
				" is not in this clone; name what is deployed with -deployed" + r.remedy(ctx))
		}
		rev, err := r.Resolve(ctx, base)
		if err == nil {
			rev.Name = base[:12]
		}
		return rev, err
	}
	return Revision{}, errors.New("cannot tell what is deployed: there is no origin/HEAD, origin/main or origin/master; " +
		"name it with -deployed REVISION, -deployed 'latest:v*' for the newest tag or -deployed none" + r.remedy(ctx))
}

func (r *Repository) isShallow(ctx context.Context) bool {
	shallow, _ := r.git(ctx, "rev-parse", "--is-shallow-repository")
	return shallow == "true"
}

// remedy is how the history that is not here is had: a command to paste.
func (r *Repository) remedy(ctx context.Context) string {
	remotes, err := r.git(ctx, "remote")
	if err == nil && remotes == "" {
		return "; this repository has no remote"
	}
	remote, _, _ := strings.Cut(remotes, "\n")
	unshallow := ""
	if r.isShallow(ctx) {
		unshallow = "--unshallow "
	}
	return fmt.Sprintf(", or fetch the whole history (fetch-depth: 0 in CI): git fetch %s%s "+
		"'+refs/heads/*:refs/remotes/%[2]s/*'", unshallow, cmp.Or(remote, "origin"))
}

// LeftOut are the files of code and migrations that a sparse checkout leaves out of the work tree.
func (r *Repository) LeftOut(ctx context.Context) ([]string, error) {
	if sparse, err := r.git(ctx, "config", "--bool", "core.sparseCheckout"); err != nil || sparse != "true" {
		return nil, nil
	}
	list, err := r.git(ctx, "ls-files", "-t", "-z")
	if err != nil {
		return nil, err
	}
	var out []string
	for entry := range strings.SplitSeq(list, "\x00") {
		if file, ok := strings.CutPrefix(entry, "S "); ok &&
			(strings.HasSuffix(file, ".go") || strings.HasSuffix(file, ".sql")) {
			out = append(out, file)
		}
	}
	return out, nil
}
