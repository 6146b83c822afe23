package goval

import (
	"go/ast"
	"go/types"
)

// A description is a struct with texts that a package declares, and of which nothing sets a part later:
//
//	var Users = Table{Name: "users", Columns: []string{"id", "name"}}

// description is what a variable of a package is declared as, if it is one.
func (p *Package) description(obj types.Object) (Value, bool) {
	v, ok := obj.(*types.Var)
	if !ok || packageVar(v) == nil || !IsDescription(v.Type()) || p.assigned[v] || p.changed[v] || p.busy[v] {
		return nil, false
	}
	if v.Pkg() != p.Types {
		known, ok := p.Lookup.Text(v)
		return known, ok && known.List() != nil
	}
	lit, ok := ast.Unparen(p.values[v]).(*ast.CompositeLit)
	if !ok || p.isMade(v.Type()) {
		return nil, false
	}
	if p.descriptions[v] == nil {
		p.busy[v] = true // code that does not compile may describe a variable by itself
		p.descriptions[v] = Value{p.frame().composite(lit)}
		delete(p.busy, v)
	}
	return p.descriptions[v], true
}

// IsDescription says that a type can be that of one: a named struct, none of Go's own, with a text in it.
func IsDescription(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || IsStandard(n.Obj().Pkg()) || isBuilder(t) || isTemplate(t) {
		return false
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if isString(f.Type()) {
			return true
		}
	}
	return false
}

// described is a description, or a field of one by its path.
func (f *Frame) described(e ast.Expr) (Value, bool) {
	path := ""
	for {
		e = ast.Unparen(e)
		id := identOf(e)
		if id == nil {
			return nil, false
		}
		v, ok := f.pkg.Info.Uses[id].(*types.Var)
		if !ok {
			return nil, false
		}
		if !v.IsField() {
			whole, ok := f.pkg.description(v)
			if !ok || path == "" {
				return whole, ok
			}
			return whole.at(path)
		}
		sel, ok := e.(*ast.SelectorExpr)
		if !ok {
			return nil, false
		}
		if at := f.pkg.Info.Selections[sel]; at == nil || len(at.Index()) != 1 {
			return nil, false
		}
		path, e = "."+v.Name()+path, sel.X
	}
}

// Descriptions are the descriptions that a call gives, by the parameter, and whether it gives other values too where
// one could stand.
func (f *Frame) Descriptions(call *ast.CallExpr) (given map[int]Value, others bool) {
	given = map[int]Value{}
	sig := f.signature(call.Fun)
	for i, a := range call.Args {
		if sig == nil || i >= sig.Params().Len() || !IsDescription(sig.Params().At(i).Type()) {
			continue
		}
		if v, ok := f.described(a); ok && v.List().known() {
			given[i] = v
		} else {
			others = true
		}
	}
	return given, others
}
