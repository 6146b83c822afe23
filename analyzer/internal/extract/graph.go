package extract

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

// Graph is what the functions of a package mention, by types.Object's string key, so that
// graphs of several packages can be joined.
type Graph struct {
	// Path is that of the package.
	Path string
	// Roots are mentioned by package-level initializers and by init functions.
	Roots []string
	// Mentions lists, for each function, the functions, types and methods in its body.
	Mentions map[string][]string
	// Methods lists, for each type, its methods as name and key.
	Methods map[string]map[string]string
	// Exported are exported functions and methods.
	Exported []string
	// Main says that the package is a program.
	Main bool
}

// Key names an object across packages.
func Key(obj types.Object) string {
	if fn, ok := obj.(*types.Func); ok {
		return fn.Origin().FullName()
	}
	if obj.Pkg() == nil {
		return obj.Name()
	}
	return obj.Pkg().Path() + "." + obj.Name()
}

// CallPrefix marks the name of a method that is called through an interface.
const CallPrefix = "call:"

// graph collects the reference graph of the package.
func (x *extractor) graph() *Graph {
	g := &Graph{Path: x.Pkg.Path(), Mentions: map[string][]string{}, Methods: map[string]map[string]string{},
		Main: x.Pkg.Name() == "main"}
	for _, file := range x.pkg.Files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				x.functionMentions(g, d)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if !onlyChecks(spec) && !x.isWireSet(spec) {
						g.Roots = append(g.Roots, x.mentions(spec)...)
					}
				}
			}
		}
	}
	return g
}

// onlyChecks says that a variable is there for the compiler alone, as  var _ I = (*T)(nil)  is.
func onlyChecks(spec ast.Spec) bool {
	v, ok := spec.(*ast.ValueSpec)
	if !ok || slices.ContainsFunc(v.Names, func(id *ast.Ident) bool { return id.Name != "_" }) {
		return false
	}
	return !slices.ContainsFunc(v.Values, func(e ast.Expr) bool {
		called := false
		ast.Inspect(e, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if _, conversion := ast.Unparen(funOf(call)).(*ast.StarExpr); ok && !conversion {
				called = true
			}
			return !called
		})
		return called
	})
}

// isWireSet says that a variable is a set of google/wire, which its generator reads and whose
// functions nothing calls at run time.
func (x *extractor) isWireSet(spec ast.Spec) bool {
	v, ok := spec.(*ast.ValueSpec)
	return ok && len(v.Values) > 0 && !slices.ContainsFunc(v.Values, func(e ast.Expr) bool {
		call, ok := ast.Unparen(e).(*ast.CallExpr)
		if !ok {
			return true
		}
		fn, ok := x.Info.Uses[identOf(call.Fun)].(*types.Func)
		return !ok || fn.Pkg() == nil || fn.Pkg().Path() != "github.com/google/wire"
	})
}

func funOf(call *ast.CallExpr) ast.Expr {
	if call == nil {
		return nil
	}
	return call.Fun
}

// PlainGraph is the graph of a package that reaches no database: it may still lead to one
// that does.
func PlainGraph(in *Input) *Graph {
	x := &extractor{Input: in}
	x.pkg = &goval.Package{Fset: in.Fset, Files: x.deployedFiles(), Types: in.Pkg, Info: in.Info}
	return x.graph()
}

func (x *extractor) functionMentions(g *Graph, d *ast.FuncDecl) {
	fn, ok := x.Info.Defs[d.Name].(*types.Func)
	if !ok {
		return
	}
	key := Key(fn)
	if d.Body != nil {
		g.Mentions[key] = append(g.Mentions[key], x.mentions(d.Body)...) // A package may have several init.
	}
	if d.Name.Name == "init" && d.Recv == nil || g.Main && d.Name.Name == "main" {
		g.Roots = append(g.Roots, key)
	}
	if fn.Exported() {
		g.Exported = append(g.Exported, key)
	}
	if recv := fn.Signature().Recv(); recv != nil {
		t := recv.Type()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok {
			owner := Key(n.Origin().Obj())
			if g.Methods[owner] == nil {
				g.Methods[owner] = map[string]string{}
			}
			g.Methods[owner][fn.Name()] = key
		}
	}
}

// mentions lists the functions and types that a node names; a method of an interface is
// listed by its name.
func (x *extractor) mentions(n ast.Node) []string {
	var out []string
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		switch obj := x.Info.Uses[id].(type) {
		case *types.Func:
			if recv := obj.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
				out = append(out, CallPrefix+obj.Name())
			} else {
				out = append(out, Key(obj))
			}
		case *types.TypeName:
			out = append(out, Key(obj))
		}
		return true
	})
	return out
}
