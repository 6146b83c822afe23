package deployed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/checkout"
)

// goCommand is how the go command is run for a source tree: as the operator has set it up, but so
// that nothing of the tree is run, and nothing is changed there.
type goCommand struct {
	env []string
	// places are the folders besides the repository that code may be in, modules those of a go.work
	// of the operator's.
	places, modules []string
}

// newGoCommand asks the go command for its settings in a folder; root is the repository, own are
// variables that differ from ours.
func newGoCommand(ctx context.Context, dir, root string, own []string) (*goCommand, error) {
	env := append(os.Environ(), own...)
	// A newer toolchain is another program; modules that are fetched directly ask for no password.
	env = append(env, "GOTOOLCHAIN=local", "GIT_TERMINAL_PROMPT=0")
	cmd := exec.CommandContext(ctx, "go", "env", "-json", "GOFLAGS", "GOWORK", "GOMODCACHE", "GOROOT", "GOCACHE")
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, env, 5*time.Second
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("the go command is not installed, or not in PATH: it is needed to read Go code")
	case err != nil:
		return nil, fmt.Errorf("%s: go env: %w", dir, stderrOf(err))
	}
	settings := map[string]string{}
	if err := json.Unmarshal(out, &settings); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	g := &goCommand{places: []string{settings["GOMODCACHE"], settings["GOROOT"], settings["GOCACHE"]}}
	g.env = append(env, "GOFLAGS="+safeFlags(settings["GOFLAGS"], vendored(dir)))
	if work := settings["GOWORK"]; work != "" && work != "off" && !checkout.Inside(root, work) {
		g.modules = modulesOf(work)
	}
	return g, nil
}

// stderrOf is what a command printed, as its error.
func stderrOf(err error) error {
	var ee *exec.ExitError
	if errors.As(err, &ee) && len(ee.Stderr) > 0 {
		return errors.New(strings.TrimSpace(string(ee.Stderr)))
	}
	return err
}

// safeFlags are GOFLAGS without what runs another program, and with modules that are only read.
func safeFlags(flags string, vendored bool) string {
	var out []string
	mod := false
	for _, flag := range splitFlags(flags) {
		name, value, _ := strings.Cut(strings.TrimLeft(strings.Trim(flag, `'"`), "-"), "=")
		switch {
		case name == "toolexec" || name == "vettool" || name == "exec":
			continue
		case name == "mod" && value == "mod":
			continue
		case name == "mod":
			mod = true
		}
		out = append(out, flag)
	}
	if !mod && !vendored {
		out = append(out, "-mod=readonly")
	}
	return strings.Join(out, " ")
}

// splitFlags takes GOFLAGS apart: at white space, but for what is quoted as a whole
// (cmd/internal/quoted).
func splitFlags(flags string) []string {
	var out []string
	for flags = strings.TrimLeft(flags, " \t\r\n"); flags != ""; flags = strings.TrimLeft(flags, " \t\r\n") {
		end := strings.IndexAny(flags, " \t\r\n")
		if flags[0] == '\'' || flags[0] == '"' {
			if end = strings.IndexByte(flags[1:], flags[0]); end >= 0 {
				end += 2
			}
		}
		if end < 0 {
			end = len(flags)
		}
		out = append(out, flags[:end])
		flags = flags[end:]
	}
	return out
}

// modulesOf are the folders of the modules that a go.work uses.
func modulesOf(work string) []string {
	data, err := os.ReadFile(work)
	if err != nil {
		return nil
	}
	f, err := modfile.ParseWork(work, data, nil)
	if err != nil {
		return nil
	}
	var out []string
	for _, use := range f.Use {
		dir := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(work), dir)
		}
		out = append(out, dir)
	}
	return out
}

// admit refuses packages whose code lies elsewhere than in the repository, the module cache, the
// standard library, or a module that a go.work of the operator's uses.
func (g *goCommand) admit(roots []*packages.Package, root string) error {
	tree, err := checkout.Open(root)
	if err != nil {
		return err
	}
	defer tree.Close()
	var refused error
	checked := map[string]bool{}
	packages.Visit(roots, nil, func(p *packages.Package) {
		for _, file := range slices.Concat(p.GoFiles, p.OtherFiles, p.EmbedFiles) {
			dir := filepath.Dir(file)
			if checked[dir] || refused != nil {
				continue
			}
			checked[dir] = true
			if name, ok := tree.Rel(dir); ok {
				if _, err := tree.Stat(name); err != nil {
					refused = fmt.Errorf("package %s: %w", p.PkgPath, err)
				}
				continue
			}
			in := func(place string) bool { return place != "" && checkout.Inside(place, dir) }
			if !slices.ContainsFunc(g.places, in) && !slices.ContainsFunc(g.modules, in) {
				refused = fmt.Errorf("package %s is in %s, outside of the repository: a replace of its go.mod or a use of its go.work leads there; "+
					"if that folder belongs to it, use both in a go.work above the repository", p.PkgPath, dir)
			}
		}
	})
	return refused
}
