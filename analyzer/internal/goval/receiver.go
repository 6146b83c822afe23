package goval

import (
	"go/ast"
	"go/types"
	"slices"
)

// What the fields of a struct hold goes together where the package writes all of its values as literals:
//
//	func newUsers() *loader { return &loader{table: "users", columns: []string{"name"}} }
//	func newTeams() *loader { return &loader{table: "teams", columns: []string{"title", "owner"}} }
//	func (l *loader) load() { db.Query("SELECT " + strings.Join(l.columns, ", ") + " FROM " + l.table) }
//
// A method of such a struct runs on one of the literals.

// maxReceivers bounds the literals that a method is run on.
const maxReceivers = 16

// receivers are the literals that a method may run on; nil where it does not matter or not all are known.
func (p *Package) receivers(fn *types.Func) []Value {
	if fn == nil || fn.Signature().Recv() == nil {
		return nil
	}
	t := fn.Signature().Recv().Type()
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != p.Types || p.isMade(n) {
		return nil
	}
	values, known := p.literals[n.Origin()]
	if !known {
		values = p.literalsOf(n.Origin())
		if p.literals == nil {
			p.literals = map[*types.Named][]Value{}
		}
		p.literals[n.Origin()] = values
	}
	return values
}

// literalsOf are all the values of a struct, where two of its fields at least vary.
func (p *Package) literalsOf(n *types.Named) []Value {
	st, ok := n.Underlying().(*types.Struct) // of the generic type, as fields are known
	if !ok {
		return nil
	}
	var varying []*types.Var
	sets := 0
	for v := range st.Fields() {
		if len(p.Elsewhere.of(v, p.Types)) > 0 {
			return nil
		}
		if values := p.fields[v]; len(values) > 1 && p.varies(v.Type()) {
			varying = append(varying, v)
			sets += len(values)
		}
	}
	if len(varying) < 2 {
		return nil
	}
	var out []Value
	for _, lit := range p.compositesOf(n) {
		l := p.frame().composite(lit)
		for _, v := range varying {
			given := l.Get(v.Name())
			switch {
			case len(given.Value) > 0 && (isWritten(given.Value) || isFunction(v.Type())):
				sets--
			case len(given.Value) > 0 || len(out) == maxReceivers:
				return nil
			default: // The zero value.
				zero := Value{}
				if p.listed(v.Type()) {
					zero = Value{&List{Type: v.Type().String(), typ: v.Type()}}
				}
				l.Elems = append(l.Elems, Element{Key: Text(v.Name()), Arg: Arg{Value: zero}})
			}
		}
		out = append(out, Value{l})
	}
	if sets != 0 { // A field is set elsewhere too.
		return nil
	}
	return out
}

// isWritten says that a value is text, or a list of it, that stands there.
func isWritten(v Value) bool {
	if l := v.List(); l != nil {
		return l.known() && !slices.ContainsFunc(l.Elems, func(e Element) bool { return !isWritten(e.Value) })
	}
	return v.settled()
}

// compositesOf are the literals of a struct.
func (p *Package) compositesOf(n *types.Named) []*ast.CompositeLit {
	var out []*ast.CompositeLit
	for _, file := range p.Files {
		ast.Inspect(file, func(node ast.Node) bool {
			lit, ok := node.(*ast.CompositeLit)
			if !ok {
				return true
			}
			t := p.Info.TypeOf(lit)
			if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
				t = ptr.Elem()
			}
			if of, ok := types.Unalias(t).(*types.Named); ok && of.Origin() == n && len(lit.Elts) > 0 {
				out = append(out, lit)
			}
			return true
		})
	}
	return out
}

// varies says that it matters what a field of the type holds.
func (p *Package) varies(t types.Type) bool {
	return isText(t) || p.listed(t) || p.given(t) || isFunction(t)
}

func isFunction(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}
