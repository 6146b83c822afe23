package deployed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/internal/checkout"
)

// goCommand is how the go command is run for a source tree: as the operator has set it up, but so
// that nothing of the tree is run, and nothing is changed there.
type goCommand struct {
	env []string
	// places are the folders besides the repository that code may be in, modules those of a go.work
	// of the operator's.
	places, modules []string
	// work are the folders of the modules of the go.work of the folder itself.
	work []string
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
	} else if work != "" && work != "off" && filepath.Dir(work) == filepath.Clean(dir) {
		g.work = modulesOf(work)
	}
	return g, nil
}

// everywhere are patterns that name all modules of a go.work where they name all of its folder.
func (g *goCommand) everywhere(patterns []string) []string {
	if len(g.work) == 0 || !slices.Equal(patterns, []string{"./..."}) {
		return patterns
	}
	var out []string
	for _, dir := range g.work {
		out = append(out, filepath.Join(dir, "..."))
	}
	return out
}

// checkModules refuses module files that send the go command out of the tree: replace and use are read
// before any package is.
func checkModules(tree *checkout.Root, dir string) error {
	folder, ok := tree.Rel(dir)
	if !ok {
		return nil
	}
	modules := []string{}
	for ; ; folder = path.Dir(folder) {
		if _, err := tree.Stat(path.Join(folder, "go.mod")); err == nil {
			modules = append(modules, folder)
		}
		uses, err := checkWorkspace(tree, folder)
		if err != nil {
			return err
		}
		modules = append(modules, uses...)
		if folder == "." {
			break
		}
	}
	for _, module := range modules {
		name := path.Join(module, "go.mod")
		data, err := tree.ReadFile(name)
		if err != nil {
			continue
		}
		f, err := modfile.Parse(name, data, nil)
		if err != nil {
			continue // The go command says what is wrong.
		}
		for _, r := range f.Replace {
			if err := inTree(tree, module, name, r.Syntax.Start.Line, r.New); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkWorkspace checks the go.work of a folder, and returns the modules that it uses.
func checkWorkspace(tree *checkout.Root, folder string) ([]string, error) {
	name := path.Join(folder, "go.work")
	data, err := tree.ReadFile(name)
	if err != nil {
		return nil, nil
	}
	f, err := modfile.ParseWork(name, data, nil)
	if err != nil {
		return nil, nil
	}
	var out []string
	for _, u := range f.Use {
		if err := inTree(tree, folder, name, u.Syntax.Start.Line, module.Version{Path: u.Path}); err != nil {
			return nil, err
		}
		out = append(out, path.Join(folder, filepath.ToSlash(u.Path)))
	}
	for _, r := range f.Replace {
		if err := inTree(tree, folder, name, r.Syntax.Start.Line, r.New); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// inTree checks a folder that a module file names, of which the path is relative to the file's.
func inTree(tree *checkout.Root, folder, file string, line int, to module.Version) error {
	if to.Version != "" || !modfile.IsDirectoryPath(to.Path) && to.Path != "." && to.Path != ".." {
		return nil
	}
	dir := filepath.FromSlash(to.Path)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(tree.Dir(), filepath.FromSlash(folder), dir)
	}
	name, ok := tree.Rel(dir)
	if ok {
		if _, err := tree.Stat(name); !errors.Is(err, checkout.ErrOutside) {
			return nil
		}
	}
	return fmt.Errorf("%s:%d: %s %w; if that folder belongs to it, use both in a go.work above the repository", file,
		line, to.Path, checkout.ErrOutside)
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
				if slices.Contains(strings.Split(name, "/"), ".git") {
					refused = fmt.Errorf("package %s is in a folder of git's own: %s", p.PkgPath, name)
				}
				if _, err := tree.Stat(name); err != nil {
					refused = fmt.Errorf("package %s: %w", p.PkgPath, err)
				}
				continue
			}
			in := func(place string) bool { return place != "" && checkout.Inside(place, dir) }
			if !slices.ContainsFunc(g.places, in) && !slices.ContainsFunc(g.modules, in) {
				refused = fmt.Errorf("package %s is in %s, outside of the repository: a replace of its go.mod or a use of "+
					"its go.work leads there; "+
					"if that folder belongs to it, use both in a go.work above the repository", p.PkgPath, dir)
			}
		}
	})
	return refused
}
