package strval

import (
	"go/ast"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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
	return namedFile(f.evalString(e), filepath.Dir(f.pkg.Fset.Position(e.Pos()).Filename))
}

// namedFile is the text of the file of a name, for code in a folder. If the folder in the name is
// known when the program runs, the file is the only one of the module with the rest of the name.
func namedFile(name Value, dir string) Value {
	if text, ok := name.Constant(); ok {
		return constantFile(text, dir)
	}
	if name.HasParam() || len(name.Literals()) > 0 {
		return Value{{Kind: File, Text: dir, Options: []Value{name}}}
	}
	var texts []Value
	for _, v := range name.Variants() {
		texts = append(texts, fileInSomeFolder(v, dir))
	}
	return OneOf(texts)
}

func constantFile(name, dir string) Value {
	if filepath.IsAbs(name) {
		return Unknown("file " + name)
	}
	for {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if data, err := os.ReadFile(file); err == nil {
			return FileText(file, string(data))
		}
		if isModule(dir) || filepath.Dir(dir) == dir {
			return Unknown("file " + name + ", which is not found")
		}
		dir = filepath.Dir(dir)
	}
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// fileInSomeFolder is the text of a file of whose name only the end is known.
func fileInSomeFolder(name Value, dir string) Value {
	rest := ""
	for i := len(name) - 1; i >= 0 && name[i].Kind == Lit; i-- {
		rest = name[i].Text + rest
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 || strings.HasSuffix(rest, "/") {
		return Unknown("file whose name is not constant")
	}
	for !isModule(dir) && filepath.Dir(dir) != dir {
		dir = filepath.Dir(dir)
	}
	found := filesOf(dir, path.Base(rest))
	found = slices.DeleteFunc(slices.Clone(found), func(file string) bool { return !strings.HasSuffix(filepath.ToSlash(file), rest[slash:]) })
	switch len(found) {
	case 0:
		return Unknown("file " + rest[slash+1:] + ", which is not found")
	case 1:
		return readFile(rest[slash+1:], found[0])
	}
	return Unknown("one of several files " + rest[slash+1:])
}

// modules are the files of the modules that were asked for, by their names.
var modules struct {
	sync.Mutex
	files map[string]map[string][]string
}

// filesOf are the files of a module with a name, but for those of other modules and of folders
// that the go command leaves out.
func filesOf(module, name string) []string {
	modules.Lock()
	defer modules.Unlock()
	if modules.files == nil {
		modules.files = map[string]map[string][]string{}
	}
	if files, ok := modules.files[module]; ok {
		return files[name]
	}
	files := map[string][]string{}
	filepath.WalkDir(module, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case !d.IsDir():
			files[d.Name()] = append(files[d.Name()], file)
		case file != module && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "node_modules" || d.Name() == "vendor" || d.Name() == "testdata" || isModule(file)):
			return filepath.SkipDir
		}
		return nil
	})
	modules.files[module] = files
	return files[name]
}

// joinPath evaluates filepath.Join and path.Join.
func (f *Frame) joinPath(call *ast.CallExpr) Value {
	if call.Ellipsis.IsValid() {
		return f.fallback(call)
	}
	var out Value
	constant := []string{}
	for i, a := range call.Args {
		v := f.evalString(a)
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

func readFile(name, file string) Value {
	data, err := os.ReadFile(file)
	if err != nil {
		return Unknown("embedded file " + name + " cannot be read")
	}
	return FileText(file, string(data))
}
