package strval

import (
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
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
	text, ok := f.evalString(name).Constant()
	if !ok {
		return Unknown("embedded file whose name is not constant"), true
	}
	return readFile(text, filepath.Join(dir, filepath.FromSlash(text))), true
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
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "embed" || obj.Pkg() == nil || obj.Parent() != obj.Pkg().Scope() {
		return "", false
	}
	return filepath.Dir(f.pkg.Fset.Position(obj.Pos()).Filename), true
}

// subSystem evaluates fs.Sub(fsys, dir).
func (f *Frame) subSystem(call *ast.CallExpr) (string, bool) {
	fn := f.callee(call)
	if fn == nil || fn.FullName() != "io/fs.Sub" || len(call.Args) != 2 {
		return "", false
	}
	dir, ok := f.fileSystem(call.Args[0])
	sub, constant := f.evalString(call.Args[1]).Constant()
	return filepath.Join(dir, filepath.FromSlash(sub)), ok && constant
}

// FileNamed is the text of the file that an expression names. A relative name is looked for
// in the folder of the package and in those above it, up to that of the module: which of them
// the program runs in is not known.
func (f *Frame) FileNamed(e ast.Expr) Value {
	name, ok := f.evalString(e).Constant()
	if !ok {
		return Unknown("file whose name is not constant")
	}
	if filepath.IsAbs(name) {
		return Unknown("file " + name)
	}
	dir := filepath.Dir(f.pkg.Fset.Position(e.Pos()).Filename)
	for {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if data, err := os.ReadFile(file); err == nil {
			return FileText(file, string(data))
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || filepath.Dir(dir) == dir {
			return Unknown("file " + name + ", which is not found")
		}
		dir = filepath.Dir(dir)
	}
}

func readFile(name, file string) Value {
	data, err := os.ReadFile(file)
	if err != nil {
		return Unknown("embedded file " + name + " cannot be read")
	}
	return FileText(file, string(data))
}
