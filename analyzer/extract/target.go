package extract

import (
	"go/ast"
	"go/types"

	"github.com/schemavet/schemavet/analyzer/dbapi"
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
// to functions, methods and literals.
func (x *extractor) targets(call *ast.CallExpr) []target {
	if t, ok := x.target(call.Fun); ok {
		return []target{t}
	}
	values, isVariable := x.pkg.Held(call.Fun)
	if !isVariable {
		return nil
	}
	var out []target
	for _, v := range values {
		if t, ok := x.target(v); ok {
			out = append(out, t)
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
		x.called[int(e.Pos())] = true
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
