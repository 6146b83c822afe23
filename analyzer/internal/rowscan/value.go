package rowscan

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// handedTo follows rows that are given to a function value: a literal, a variable, or a
// parameter of the function around it.
func (p *Package) handedTo(call *ast.CallExpr, i int) fact.Reads {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return p.literal(lit, i)
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return fact.Reads{Open: true}
	}
	if index, ok := p.parameterOf(id); ok {
		return fact.Reads{Readers: []fact.Reader{{From: fact.Function, Index: index, Parameter: i}}}
	}
	if value := p.setOnce(p.Info.Uses[id]); value != nil {
		return p.each(value, i)
	}
	return fact.Reads{Open: true}
}

// literal follows rows in a parameter of a function literal.
func (p *Package) literal(lit *ast.FuncLit, i int) fact.Reads {
	n := 0
	for _, field := range lit.Type.Params.List {
		for _, name := range field.Names {
			if n == i {
				reads := p.object(p.Info.Defs[name], lit.Body.Pos())
				reads.Returned = false
				return reads
			}
			n++
		}
	}
	return fact.Reads{}
}

// each is what a function that is given as a value does with rows in a parameter.
func (p *Package) each(e ast.Expr, i int) fact.Reads {
	e = ast.Unparen(e)
	if lit, ok := e.(*ast.FuncLit); ok {
		return p.literal(lit, i)
	}
	fn := p.function(e)
	if fn == nil {
		if id, ok := e.(*ast.Ident); ok {
			if index, ok := p.parameterOf(id); ok {
				return fact.Reads{Readers: []fact.Reader{{From: fact.Function, Index: index, Parameter: i}}}
			}
			if value := p.setOnce(p.Info.Uses[id]); value != nil {
				return p.each(value, i)
			}
		}
		if call, ok := e.(*ast.CallExpr); ok {
			return p.returnedFunc(call, i)
		}
		return fact.Reads{Open: true}
	}
	if r, ok := p.reads(fn); ok && r.Form == dbapi.TypeForm {
		return p.typed(r, fn, e)
	} else if ok && r.How == dbapi.Map {
		c := p.consumerAt(fn, e)
		c.Match = usage.IntoMap
		return here(c, r.How)
	}
	reads := p.parameter(fn, i)
	reads.Returned = false
	for _, r := range reads.Readers {
		reads.Open = reads.Open || r.From != fact.Here
	}
	reads.Readers = slices.DeleteFunc(slices.Clone(reads.Readers),
		func(r fact.Reader) bool { return r.From != fact.Here })
	return reads
}

// returnedFunc follows rows into the function that a call gives, if its body returns a literal.
func (p *Package) returnedFunc(call *ast.CallExpr, i int) fact.Reads {
	fn := p.callee(call)
	if fn == nil || p.decls[fn.Origin()] == nil || p.decls[fn.Origin()].Body == nil {
		return fact.Reads{Open: true}
	}
	body := p.decls[fn.Origin()].Body.List
	if len(body) == 0 {
		return fact.Reads{Open: true}
	}
	if ret, ok := body[len(body)-1].(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
		if lit, ok := ret.Results[0].(*ast.FuncLit); ok {
			return p.literal(lit, i)
		}
	}
	return fact.Reads{Open: true}
}

// parameterOf says that an identifier is a parameter of the declared function around it, and
// which.
func (p *Package) parameterOf(id *ast.Ident) (int, bool) {
	cur, ok := p.find(id)
	if !ok {
		return 0, false
	}
	fn := p.enclosing(cur)
	if fn == nil {
		return 0, false
	}
	params := fn.Signature().Params()
	for i := range params.Len() {
		if params.At(i) == p.Info.Uses[id] {
			return i, true
		}
	}
	return 0, false
}

// setOnce is the only value that a variable of a function is set to; nil if there are others.
func (p *Package) setOnce(obj types.Object) ast.Expr {
	v, ok := obj.(*types.Var)
	if !ok || v.IsField() || v.Parent() == p.Types.Scope() {
		return nil
	}
	for _, id := range p.uses[v] {
		cur, ok := p.find(id)
		if !ok {
			return nil
		}
		if p.isSet(cur) {
			return nil
		}
		if u, ok := cur.Parent().Node().(*ast.UnaryExpr); ok && u.Op == token.AND {
			return nil
		}
	}
	return p.initial(v)
}

// initial is the expression that a variable is declared with.
func (p *Package) initial(v *types.Var) ast.Expr {
	cur, ok := p.root.FindByPos(v.Pos(), v.Pos())
	if !ok {
		return nil
	}
	switch n := cur.Parent().Node().(type) {
	case *ast.AssignStmt:
		for i, lhs := range n.Lhs {
			if lhs == cur.Node() && len(n.Lhs) == len(n.Rhs) {
				return n.Rhs[i]
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if name == cur.Node() && len(n.Names) == len(n.Values) {
				return n.Values[i]
			}
		}
	}
	return nil
}
