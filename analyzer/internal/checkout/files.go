package checkout

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Files are the trees that Go code is read from: the repository, and as it needs them the module
// cache and GOROOT. Names are absolute. It may be used by several goroutines; its owner closes it.
type Files struct {
	mu sync.Mutex
	// roots are what is opened, dirs what may be.
	roots map[string]*Root
	dirs  []string
	limit int64
	// named are the files of modules, by module and base name.
	named map[string]map[string][]string
}

// NewFiles are the files of a repository, and of further folders, such as the module cache.
func NewFiles(repository string, more ...string) *Files {
	f := &Files{roots: map[string]*Root{}, limit: DefaultLimit, named: map[string]map[string][]string{}}
	for _, dir := range append([]string{repository}, more...) {
		if dir != "" {
			f.dirs = append(f.dirs, filepath.Clean(dir))
		}
	}
	return f
}

// Add admits further folders.
func (f *Files) Add(dirs ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, dir := range dirs {
		f.dirs = append(f.dirs, filepath.Clean(dir))
	}
}

// Limit sets the size in bytes of the largest file that is read.
func (f *Files) Limit(bytes int64) { f.limit = bytes }

// Close closes what was opened.
func (f *Files) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.roots {
		r.Close()
	}
	f.roots = map[string]*Root{}
}

// Within finds the tree that a file stands in by its name, and its name there.
func (f *Files) Within(file string) (tree *Root, name string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	dir := ""
	for _, d := range f.dirs {
		if Inside(d, file) && len(d) > len(dir) {
			dir = d
		}
	}
	if dir == "" {
		return nil, "", &fs.PathError{Op: "open", Path: file, Err: ErrOutside}
	}
	if f.roots[dir] == nil {
		root, err := Open(dir)
		if err != nil {
			return nil, "", err
		}
		f.roots[dir] = root.Limited(f.limit, "-file-limit")
	}
	rel, err := filepath.Rel(dir, file)
	return f.roots[dir], filepath.ToSlash(rel), err
}

// ReadFile returns the content of a file.
func (f *Files) ReadFile(file string) ([]byte, error) {
	tree, name, err := f.Within(file)
	if err != nil {
		return nil, err
	}
	return tree.ReadFile(name)
}

// IsModule says that a folder has a go.mod.
func (f *Files) IsModule(dir string) bool {
	tree, name, err := f.Within(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	_, err = tree.Stat(name)
	return err == nil
}

// Named lists the files of a base name in a module, but for those of other modules and of folders
// that the go command leaves out.
func (f *Files) Named(module, base string) []string {
	f.mu.Lock()
	files, ok := f.named[module]
	f.mu.Unlock()
	if !ok {
		files = f.list(module)
		f.mu.Lock()
		f.named[module] = files
		f.mu.Unlock()
	}
	return files[base]
}

func (f *Files) list(module string) map[string][]string {
	out := map[string][]string{}
	tree, top, err := f.Within(module)
	if err != nil {
		return out
	}
	fs.WalkDir(tree, top, func(name string, d fs.DirEntry, err error) error {
		file := filepath.Join(tree.Dir(), filepath.FromSlash(name))
		switch {
		case err != nil:
			return nil
		case !d.IsDir():
			out[d.Name()] = append(out[d.Name()], file)
		case name != top && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") ||
			slices.Contains(leftOut, d.Name()) || f.IsModule(file)):
			return fs.SkipDir
		}
		return nil
	})
	return out
}

// leftOut are folders in which no file of a module's own code is looked for.
var leftOut = []string{"node_modules", "vendor", "testdata"}
