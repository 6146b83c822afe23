package goval

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
)

// closure follows a function literal that stands in an expression. One that only a variable holds which is
// only called runs where that is called; any other may run now, and at any time after.
func (f *Frame) closure(lit *ast.FuncLit) {
	if f.pkg.calledAs[lit] != nil {
		return
	}
	after, _ := f.branch(func() { f.runLiteral(lit, nil) })
	f.env = f.env.join(after)
	f.control.later = append(f.control.later, later{lit, maps.Clone(f.env)})
	for _, obj := range f.pkg.mayWrite(lit) {
		f.kept[place{obj: obj}] = "set by a function literal"
	}
}

// mayWrite are the variables around a literal that it may write.
func (p *Package) mayWrite(lit *ast.FuncLit) []types.Object {
	return slices.DeleteFunc(p.written(lit.Body, func(ast.Node) bool { return true }),
		func(obj types.Object) bool { return within(lit, posOf(obj)) })
}

// again runs a literal that may run later once more, if what it uses has changed since it was made.
func (f *Frame) again(l later, now env) {
	changed := false
	ast.Inspect(l.lit.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !changed {
			if v, ok := f.pkg.Info.Uses[id].(*types.Var); ok && !within(l.lit, posOf(v)) {
				changed = now.differs(l.seen, v)
			}
		}
		return !changed
	})
	if !changed {
		return
	}
	saved := f.env
	f.env = maps.Clone(now)
	f.runLiteral(l.lit, nil)
	f.env = saved
}

// posOf is the place of a variable as a node.
func posOf(v types.Object) ast.Node { return &ast.Ident{NamePos: v.Pos(), Name: v.Name()} }

// differs says that a variable, or a field of it, holds something else than in another env.
func (e env) differs(o env, v *types.Var) bool {
	for p, value := range e {
		if p.obj == v && !same(value, o[p]) {
			return true
		}
	}
	return false
}

// callLiteral follows the call of a function literal: its own calls see what callers give as parameters
// of it, the variables around it what this call gives.
func (f *Frame) callLiteral(lit *ast.FuncLit, call *ast.CallExpr) {
	if f.observed {
		f.branch(func() { f.runLiteral(lit, nil) })
	}
	defer func(observed bool) { f.observed = observed }(f.observed)
	f.observed = false
	f.runLiteral(lit, call)
}

// runLiteral runs the body of a literal on the variables around it, for the arguments of a call or, without
// one, for any.
func (f *Frame) runLiteral(lit *ast.FuncLit, call *ast.CallExpr) {
	if f.pkg.running[lit] {
		return
	}
	f.pkg.running[lit] = true
	defer delete(f.pkg.running, lit)
	var given []Value
	if call != nil {
		given = f.givenTo(lit, call)
	}
	f.bindParams(lit.Type, int(lit.Pos()))
	i := 0
	for _, field := range lit.Type.Params.List {
		for _, name := range field.Names {
			obj := f.pkg.Info.Defs[name]
			if _, followed := f.env[place{obj: obj}]; followed && i < len(given) && given[i] != nil {
				f.put(place{obj: obj}, given[i])
			}
			i++
		}
	}
	f.depth++
	dead := f.dead
	f.env = f.body(lit.Body)
	f.depth, f.dead = f.depth-1, dead
}

// givenTo are the arguments of a call of a literal by its parameters.
func (f *Frame) givenTo(lit *ast.FuncLit, call *ast.CallExpr) []Value {
	sig := f.signature(lit)
	if sig == nil {
		return nil
	}
	var out []Value
	for i := range sig.Params().Len() {
		out = append(out, f.Argument(call, i))
	}
	return out
}

// literalOf is the function literal that a call runs: its own, or the one that a variable holds which is
// only called.
func (f *Frame) literalOf(call *ast.CallExpr) *ast.FuncLit {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return lit
	}
	return f.pkg.calledLiteral(call)
}

// calledLiteral is the literal that a variable holds which is only called, of a call of that variable; nil for any
// other call.
func (p *Package) calledLiteral(call *ast.CallExpr) *ast.FuncLit {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return nil
	}
	if values := p.held[p.Info.Uses[id]]; len(values) == 1 {
		if lit, ok := ast.Unparen(values[0]).(*ast.FuncLit); ok && p.calledAs[lit] != nil {
			return lit
		}
	}
	return nil
}

// noteLiterals finds the literals that only a local variable holds which is set once and only called.
func (p *Package) noteLiterals() {
	p.calledAs = map[*ast.FuncLit]types.Object{}
	called := map[*ast.Ident]bool{}
	for _, file := range p.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
					called[id] = true
				}
			}
			return true
		})
	}
	calls, other := map[types.Object]int{}, map[types.Object]int{}
	for id, obj := range p.Info.Uses {
		if called[id] {
			calls[obj]++
		} else {
			other[obj]++
		}
	}
	for obj, values := range p.held {
		if v, ok := obj.(*types.Var); !ok || v.IsField() || v.Parent() == p.Types.Scope() || p.assigned[obj] {
			continue
		}
		if lit, ok := ast.Unparen(values[0]).(*ast.FuncLit); ok && len(values) == 1 && calls[obj] > 0 && other[obj] == 0 {
			p.calledAs[lit] = obj
		}
	}
}
