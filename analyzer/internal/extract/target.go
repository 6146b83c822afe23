package extract

import (
	"go/ast"
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
)

// target is what a call can reach: a function, a function literal, or a function value of
// which only the shape is known.
type target struct {
	fn *types.Func
	// lit is the position of a function literal; index the argument with the text of a
	// function value.
	lit, index int
	// shift is 1 for a method expression, whose first argument is the receiver.
	shift int
}

// targets resolves the function of a call, through variables and fields that the package sets
// to functions, methods and literals. One that comes from elsewhere, as from a map, is known by its shape alone.
func (x *extractor) targets(call *ast.CallExpr) []target {
	if t, ok := x.target(call.Fun); ok {
		x.called[t.lit] = true
		return []target{t}
	}
	if tv := x.Info.Types[call.Fun]; tv.IsType() || tv.IsBuiltin() {
		return nil
	}
	values, _ := x.pkg.Held(call.Fun)
	var out []target
	for _, v := range values {
		if t, ok := x.target(v); ok {
			out = append(out, t)
			x.called[t.lit] = x.called[t.lit] || !x.escapes(call.Fun)
		}
	}
	typ := x.Info.TypeOf(call.Fun)
	if len(out) > 0 || typ == nil {
		return out
	}
	if sig, ok := typ.Underlying().(*types.Signature); ok {
		if index, ok := dbapi.ValueShape(sig); ok && index < len(call.Args) {
			out = append(out, target{index: index})
		}
	}
	return out
}

// target resolves an expression that names a function or is one.
func (x *extractor) target(e ast.Expr) (target, bool) {
	e = ast.Unparen(e)
	switch g := e.(type) {
	case *ast.IndexExpr:
		e = g.X
	case *ast.IndexListExpr:
		e = g.X
	}
	switch e := e.(type) {
	case *ast.FuncLit:
		return target{lit: int(e.Pos())}, true
	case *ast.Ident:
		fn, ok := x.Info.Uses[e].(*types.Func)
		return target{fn: fn}, ok
	case *ast.SelectorExpr:
		fn, ok := x.Info.Uses[e.Sel].(*types.Func)
		t := target{fn: fn}
		if sel := x.Info.Selections[e]; sel != nil && sel.Kind() == types.MethodExpr {
			t.shift = 1
		}
		return t, ok
	}
	return target{}, false
}

// escapes says that a function-typed variable or field may be called where it is not seen: it
// is exported, or handed on as a value.
func (x *extractor) escapes(fun ast.Expr) bool {
	v, ok := x.Info.Uses[identOf(fun)].(*types.Var)
	return !ok || v.Exported() && (v.IsField() || v.Parent() == x.Pkg.Scope()) || x.handedOn()[v]
}

// handedOn are the function-typed variables and fields that stand elsewhere than at a call or
// on the left of an assignment.
func (x *extractor) handedOn() map[types.Object]bool {
	if x.handed != nil {
		return x.handed
	}
	x.handed = map[types.Object]bool{}
	plain := map[*ast.Ident]bool{}
	for _, file := range x.pkg.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				plain[identOf(n.Fun)] = true
			case *ast.AssignStmt:
				for _, lhs := range n.Lhs {
					plain[identOf(lhs)] = true
				}
			case *ast.KeyValueExpr:
				plain[identOf(n.Key)] = true
			}
			return true
		})
	}
	for id, obj := range x.Info.Uses {
		if v, ok := obj.(*types.Var); ok && !plain[id] {
			if _, isFunc := v.Type().Underlying().(*types.Signature); isFunc {
				x.handed[v] = true
			}
		}
	}
	return x.handed
}

func identOf(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	}
	return nil
}
