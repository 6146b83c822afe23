package goval

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// embedFile evaluates the reading of a file of an embedded file system: fsys.ReadFile(name)
// and fs.ReadFile(fsys, name).
func (f *Frame) embedFile(call *ast.CallExpr, fn *types.Func) (Value, bool) {
	var fsys, name ast.Expr
	switch fn.FullName() {
	case "(embed.FS).ReadFile", "(io/fs.ReadFileFS).ReadFile":
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok || len(call.Args) != 1 {
			return nil, false
		}
		fsys, name = sel.X, call.Args[0]
	case "io/fs.ReadFile":
		if len(call.Args) != 2 {
			return nil, false
		}
		fsys, name = call.Args[0], call.Args[1]
	default:
		return nil, false
	}
	dir, ok := f.fileSystem(fsys)
	if !ok {
		return nil, false
	}
	text, ok := f.text(name).Constant()
	if !ok {
		return Unknown("embedded file whose name is not constant"), true
	}
	return f.pkg.readFile(text, filepath.Join(dir, filepath.FromSlash(text))), true
}

// fileSystem is the folder behind an expression that denotes embedded files, or a folder of
// them by fs.Sub.
func (f *Frame) fileSystem(e ast.Expr) (string, bool) {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		return f.fileSystemOf(f.pkg.Info.ObjectOf(x))
	case *ast.SelectorExpr:
		return f.fileSystemOf(f.pkg.Info.Uses[x.Sel])
	case *ast.CallExpr:
		return f.subSystem(x)
	}
	return "", false
}

func (f *Frame) fileSystemOf(obj types.Object) (string, bool) {
	if obj == nil {
		return "", false
	}
	if call := f.pkg.subs[obj]; call != nil && !f.pkg.busy[obj] {
		f.pkg.busy[obj] = true
		defer delete(f.pkg.busy, obj)
		return f.subSystem(call)
	}
	named, ok := types.Unalias(obj.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "embed" || obj.Pkg() == nil ||
		obj.Parent() != obj.Pkg().Scope() {
		return "", false
	}
	return folderOf(f.pkg.Fset, obj.Pos()), true
}

// subSystem evaluates fs.Sub(fsys, dir).
func (f *Frame) subSystem(call *ast.CallExpr) (string, bool) {
	fn := f.callee(call)
	if fn == nil || fn.FullName() != "io/fs.Sub" || len(call.Args) != 2 {
		return "", false
	}
	dir, ok := f.fileSystem(call.Args[0])
	sub, constant := f.text(call.Args[1]).Constant()
	return filepath.Join(dir, filepath.FromSlash(sub)), ok && constant
}

// Files are the files of source trees, by their absolute names. A driver says what may be read.
type Files interface {
	// ReadFile returns the content of a file.
	ReadFile(file string) ([]byte, error)
	// IsModule says that a folder is the root of a module.
	IsModule(dir string) bool
	// Named lists the files of a base name that belong to a module, which is named by its root.
	Named(module, base string) []string
}

// folderOf is the folder of the file that holds a position, whatever its //line comments say.
func folderOf(fset *token.FileSet, pos token.Pos) string {
	return filepath.Dir(fset.PositionFor(pos, false).Filename)
}

// FileNamed is the text of the file that an expression names. A relative name is looked for
// in the folder of the package and in those above it, up to that of the module: which of them
// the program runs in is not known.
func (f *Frame) FileNamed(e ast.Expr) Value {
	return namedFile(f.pkg.Disk, f.text(e), folderOf(f.pkg.Fset, e.Pos()))
}

// namedFile is the text of the file of a name, for code in a folder. If the folder in the name is
// known when the program runs, the file is the only one of the module with the rest of the name.
func namedFile(files Files, name Value, dir string) Value {
	if text, ok := name.Constant(); ok {
		return constantFile(files, text, dir)
	}
	if name.HasParam() || len(name.Literals()) > 0 {
		return Value{&File{Name: name, Folder: dir, files: files}}
	}
	var texts []Value
	for _, v := range name.Variants() {
		texts = append(texts, fileInSomeFolder(files, v, dir))
	}
	return Choice(texts)
}

func constantFile(files Files, name, dir string) Value {
	if filepath.IsAbs(name) || files == nil {
		return Unknown("file " + name)
	}
	for {
		file := filepath.Join(dir, filepath.FromSlash(name))
		data, err := files.ReadFile(file)
		switch {
		case err == nil:
			return FileText(file, string(data))
		case !errors.Is(err, fs.ErrNotExist):
			return Unknown("file " + name + ", which cannot be read: " + reasonOf(err))
		case files.IsModule(dir) || filepath.Dir(dir) == dir:
			return Unknown("file " + name + ", which is not found")
		}
		dir = filepath.Dir(dir)
	}
}

// reasonOf is why a file cannot be read, without its absolute name.
func reasonOf(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// fileInSomeFolder is the text of a file of whose name only the end is known.
func fileInSomeFolder(files Files, name Value, dir string) Value {
	rest := ""
	for _, p := range slices.Backward(name) {
		lit, ok := p.(*Lit)
		if !ok {
			break
		}
		rest = lit.Text + rest
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 || strings.HasSuffix(rest, "/") || files == nil {
		return Unknown("file whose name is not constant")
	}
	for !files.IsModule(dir) && filepath.Dir(dir) != dir {
		dir = filepath.Dir(dir)
	}
	found := slices.DeleteFunc(slices.Clone(files.Named(dir, path.Base(rest))), func(file string) bool {
		return !strings.HasSuffix(filepath.ToSlash(file), rest[slash:])
	})
	switch len(found) {
	case 0:
		return Unknown("file " + rest[slash+1:] + ", which is not found")
	case 1:
		return readFile(files, rest[slash+1:], found[0])
	}
	return Unknown("one of several files " + rest[slash+1:])
}

// joinPath evaluates filepath.Join and path.Join.
func (f *Frame) joinPath(call *ast.CallExpr) Value {
	if call.Ellipsis.IsValid() {
		return f.fallback(call)
	}
	var out Value
	constant := []string{}
	for i, a := range call.Args {
		v := f.text(a)
		if text, ok := v.Constant(); ok && constant != nil {
			constant = append(constant, text)
		} else {
			constant = nil
		}
		if i > 0 {
			out = append(out, Text("/")...)
		}
		out = append(out, v...)
	}
	if constant != nil {
		return Text(path.Join(constant...))
	}
	return out
}

func (p *Package) readFile(name, file string) Value { return readFile(p.Disk, name, file) }

func readFile(files Files, name, file string) Value {
	if files == nil {
		return Unknown("embedded file " + name)
	}
	data, err := files.ReadFile(file)
	if err != nil {
		return Unknown("embedded file " + name + " cannot be read: " + reasonOf(err))
	}
	return FileText(file, string(data))
}
