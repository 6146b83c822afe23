// Package checkout reads the files of a tree that anybody may have written: the work tree, or one
// that was brought out of git. Everything is opened through an os.Root, so that no link and no ".."
// leads out; only regular files are read, and none beyond a limit.
//
// What it is given are folders; what it gives are fs.FS, to the readers of migrations and configs,
// and Files, to those of Go code, which may lie in the module cache as well. It knows nothing of
// what the files say.
package checkout

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
)

// DefaultLimit is the size in bytes of the largest file that is read, unless a Root has another.
const DefaultLimit = 256 << 20

// Root is a folder that its files are read through. It is an fs.FS of slash-separated names
// relative to it.
type Root struct {
	dir   string
	root  *os.Root
	limit int64
	flag  string
}

// Open opens a folder. The Root has to be closed.
func Open(dir string) (*Root, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Root{dir: filepath.Clean(dir), root: root, limit: DefaultLimit, flag: "-file-limit"}, nil
}

// Close closes the folder.
func (r *Root) Close() error { return r.root.Close() }

// Dir is the folder's name, as it was given to Open.
func (r *Root) Dir() string { return r.dir }

// Limited is the same folder with another limit for its files, in bytes, and the flag that sets it.
func (r *Root) Limited(limit int64, flag string) *Root {
	c := *r
	c.limit, c.flag = limit, flag
	return &c
}

// Limit is the size in bytes of the largest file that is read.
func (r *Root) Limit() int64 { return r.limit }

// Rel is the name in the Root of a path; ok is false for what lies elsewhere by its name.
func (r *Root) Rel(file string) (name string, ok bool) {
	rel, err := filepath.Rel(r.dir, file)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// Open implements fs.FS.
func (r *Root) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	f, err := r.root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, refused(name, err)
	}
	info, err := f.Stat()
	if err == nil && !info.IsDir() {
		err = r.admits(info)
	}
	if err != nil {
		f.Close()
		return nil, refused(name, err)
	}
	if info.IsDir() {
		return f, nil
	}
	return &file{f, io.LimitReader(f, r.limit+1), tooLarge(r.limit, r.flag)}, nil
}

// admits says what is wrong with a file that is no folder.
func (r *Root) admits(info fs.FileInfo) error {
	switch {
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: it is a %s", ErrNotRegular, kindOf(info.Mode()))
	case info.Size() > r.limit:
		return tooLarge(r.limit, r.flag)
	}
	return nil
}

// The reasons for which a file is not read.
var (
	ErrNotRegular = errors.New("not a regular file")
	ErrOutside    = errors.New("leads out of the repository")
	ErrTooLarge   = errors.New("larger than the limit")
)

func tooLarge(limit int64, flag string) error {
	return fmt.Errorf("%w of %d MiB (%s)", ErrTooLarge, limit>>20, flag)
}

// refused says why a name cannot be opened. os.Root has no error of its own for a path that leaves
// it but this text (os/root.go, errPathEscapes).
func refused(name string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if err.Error() == "path escapes from parent" {
		err = ErrOutside
	}
	return &fs.PathError{Op: "open", Path: name, Err: err}
}

var kinds = []struct {
	mode fs.FileMode
	name string
}{
	{fs.ModeNamedPipe, "named pipe"}, {fs.ModeSocket, "socket"}, {fs.ModeDevice, "device"}, {fs.ModeSymlink, "link"},
	{fs.ModeDir, "folder"},
}

func kindOf(mode fs.FileMode) string {
	for _, k := range kinds {
		if mode&k.mode != 0 {
			return k.name
		}
	}
	return "file of an unknown kind"
}

// file is a regular file of which no more is read than the limit, however it grows.
type file struct {
	*os.File
	limited  io.Reader
	tooLarge error
}

func (f *file) Read(p []byte) (int, error) {
	n, err := f.limited.Read(p)
	if l, ok := f.limited.(*io.LimitedReader); ok && l.N <= 0 {
		return 0, f.tooLarge
	}
	return n, err
}

// ReadFile implements fs.ReadFileFS.
func (r *Root) ReadFile(name string) ([]byte, error) {
	f, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, refused(name, err)
	}
	return data, nil
}

// Stat implements fs.StatFS; it follows links within the Root.
func (r *Root) Stat(name string) (fs.FileInfo, error) {
	info, err := r.root.Stat(filepath.FromSlash(name))
	if err != nil {
		return nil, refused(name, err)
	}
	return info, nil
}

// Above is the root of the tree that a folder stands in, where git does not tell: the nearest folder
// above with .git, else the outermost with go.work or go.mod; "" if there is none.
func Above(dir string) string {
	root := ""
	for {
		switch {
		case exists(filepath.Join(dir, ".git")):
			return dir
		case exists(filepath.Join(dir, "go.work")), exists(filepath.Join(dir, "go.mod")):
			root = dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return root
		}
		dir = up
	}
}

func exists(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// ReadOperator reads a file that the command line names outside of any Root: links and pipes are the
// operator's, the limit in bytes holds.
func ReadOperator(file string, limit int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = tooLarge(limit, "-file-limit")
	}
	return data, err
}

// Source is a file of Go code, or one that decides how code is built, that is refused.
type Source struct {
	// Name is slash-separated, relative to the Root.
	Name string
	Err  error
}

func (e *Source) Error() string { return e.Name + ": " + e.Err.Error() }

func (e *Source) Unwrap() error { return e.Err }

// CheckSources looks for what the go command would read though it is no regular file of the tree:
// Go code and module files that are links to the outside, pipes and the like, and files that C code
// includes. The error is a *Source.
func (r *Root) CheckSources() error {
	c := &cgo{tree: r, preambles: map[string]string{}, odd: map[string]bool{}}
	err := fs.WalkDir(r, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && d != nil && d.IsDir():
			return fs.SkipDir // What cannot be read, the go command cannot read either.
		case err != nil:
			return nil
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case d.IsDir():
			return nil
		case !d.Type().IsRegular() && Builds(d.Name()):
			if err := r.checkOdd(name); err != nil {
				return err
			}
		}
		return c.note(name, d)
	})
	if err != nil {
		return err
	}
	return c.check()
}

// checkOdd refuses an entry that is no regular file, unless it leads to one, or to a folder, in the
// tree.
func (r *Root) checkOdd(name string) error {
	info, err := r.Stat(name)
	switch {
	case err == nil && info.IsDir(), errors.Is(err, fs.ErrNotExist):
		return nil // Of a link to nothing the go command says so where it matters.
	case err == nil:
		err = r.admits(info)
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if err != nil {
		return &Source{name, err}
	}
	return nil
}

// Builds says that the go command reads files, or a folder, of that name (go/build, matchFile).
func Builds(name string) bool {
	switch path.Base(name) {
	case "go.mod", "go.sum", "go.work", "go.work.sum", "modules.txt", "vendor":
		return true
	}
	switch path.Ext(name) {
	case ".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90", ".s", ".S",
		".sx", ".swig", ".swigcxx", ".syso":
		return true
	}
	return false
}

// Inside says that a path lies in a folder, by their names.
func Inside(dir, file string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && (rel == "." || filepath.IsLocal(rel)) && !strings.HasPrefix(rel, "..")
}
