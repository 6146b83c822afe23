package rowscan

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// read is what one call of a reading function takes.
func (p *Package) read(r dbapi.Reader, fn *types.Func, call *ast.CallExpr) fact.Reads {
	c := p.consumerAt(fn, call.Fun)
	c.Unsure = p.unsure(r, fn, call)
	switch r.Form {
	case dbapi.NoForm:
		if len(call.Args) == 1 {
			p.keys(&c, call.Args[0])
		} else {
			c.Match = usage.IntoMap
		}
		return here(c, r.How)
	case dbapi.VariadicForm, dbapi.SliceForm:
		return p.positional(c, r, call)
	case dbapi.FuncForm:
		if r.Dest < len(call.Args) {
			return p.collected(call, p.each(call.Args[r.Dest], 0))
		}
	case dbapi.TypeForm:
		return p.typed(r, fn, call.Fun)
	case dbapi.PointerForm:
		if r.Dest < len(call.Args) {
			return p.pointed(fact.Reader{Consumer: c, How: p.howOf(r.How, call)}, call.Args[r.Dest])
		}
	}
	return fact.Reads{Open: true}
}

func here(c usage.Consumer, how dbapi.How) fact.Reads {
	return fact.Reads{Readers: []fact.Reader{{Consumer: c, How: how}}}
}

// keys makes a consumer one that fills a map, of which the code asks some keys by name, or is
// not known which.
func (p *Package) keys(c *usage.Consumer, e ast.Expr) {
	c.Match, c.Dests = usage.IntoMap, nil
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok || p.Info.ObjectOf(id) == nil || p.Info.ObjectOf(id).Parent() == p.Types.Scope() {
		return
	}
	var dests []usage.Dest
	for _, use := range p.uses[p.Info.ObjectOf(id)] {
		cur, ok := p.find(use)
		if !ok || use == id {
			continue
		}
		index, ok := cur.Parent().Node().(*ast.IndexExpr)
		if !ok || index.X != use {
			return
		}
		key := p.Info.Types[index.Index].Value
		if key == nil || key.Kind() != constant.String {
			return
		}
		dests = append(dests, usage.Dest{Name: constant.StringVal(key), Type: "any"})
	}
	if len(dests) > 0 {
		c.Match, c.Dests = usage.ByName, dests
	}
}

// collected looks for the keys of the one map that a call gives.
func (p *Package) collected(call *ast.CallExpr, reads fact.Reads) fact.Reads {
	cur, ok := p.find(call)
	if !ok {
		return reads
	}
	n, ok := cur.Parent().Node().(*ast.AssignStmt)
	if !ok || len(n.Rhs) != 1 {
		return reads
	}
	if t := p.Info.TypeOf(n.Lhs[0]); t == nil || GoType(t) != "map[string]any" {
		return reads
	}
	for i := range reads.Readers {
		if c := &reads.Readers[i].Consumer; c.Match == usage.IntoMap {
			p.keys(c, n.Lhs[0])
		}
	}
	return reads
}

// positional is a Scan: each argument is a pointer.
func (p *Package) positional(c usage.Consumer, r dbapi.Reader, call *ast.CallExpr) fact.Reads {
	var args []ast.Expr
	known := true
	switch {
	case r.Form == dbapi.SliceForm && r.Dest < len(call.Args):
		args, known = p.elements(call.Args[r.Dest])
	case call.Ellipsis.IsValid():
		args, known = p.elements(call.Args[len(call.Args)-1])
	case r.Dest <= len(call.Args):
		args = call.Args[r.Dest:]
	}
	if !known {
		return fact.Reads{Open: true}
	}
	c.Match, c.Extra, c.Missing = usage.ByPosition, usage.Refused, usage.Refused
	c.Dests = make([]usage.Dest, 0, len(args))
	for _, a := range args {
		d := usage.Dest{}
		if ptr, ok := p.Info.TypeOf(a).(*types.Pointer); ok {
			d.Type = GoType(ptr.Elem())
		}
		c.Dests = append(c.Dests, d)
	}
	return here(c, r.How)
}

// elements are those of a slice of pointers that is written out, here, where a variable is
// declared, or in the function that gives it.
func (p *Package) elements(e ast.Expr) ([]ast.Expr, bool) {
	switch x := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return x.Elts, true
	case *ast.Ident:
		if value := p.setOnce(p.Info.Uses[x]); value != nil {
			return p.elements(value)
		}
	case *ast.CallExpr:
		fn := p.callee(x)
		if fn == nil || p.decls[fn.Origin()] == nil || p.decls[fn.Origin()].Body == nil ||
			len(p.decls[fn.Origin()].Body.List) != 1 {
			return nil, false
		}
		if ret, ok := p.decls[fn.Origin()].Body.List[0].(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
			if lit, ok := ret.Results[0].(*ast.CompositeLit); ok {
				return lit.Elts, true
			}
		}
	}
	return nil, false
}

// pointed completes a reader whose destination is what an expression points to.
func (p *Package) pointed(r fact.Reader, e ast.Expr) fact.Reads {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if index, ok := p.parameterOf(id); ok && !isPointer(p.Info.TypeOf(id)) {
			r.From, r.Index = fact.Argument, index
			return fact.Reads{Readers: []fact.Reader{r}}
		}
		if value := p.setOnce(p.Info.Uses[id]); value != nil && !isPointer(p.Info.TypeOf(id)) {
			return p.pointed(r, value)
		}
	}
	t := p.Info.TypeOf(e)
	if !isPointer(t) {
		return fact.Reads{Open: true}
	}
	return p.fill(r, t.Underlying().(*types.Pointer).Elem(), e)
}

func isPointer(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// typed is a reading function with a type argument, as it is named.
func (p *Package) typed(r dbapi.Reader, fn *types.Func, fun ast.Expr) fact.Reads {
	reader := fact.Reader{Consumer: p.consumerAt(fn, fun), How: r.How}
	if id := nameOf(fun); id != nil {
		if args := p.Info.Instances[id].TypeArgs; args != nil && args.Len() > 0 {
			return p.fill(reader, args.At(args.Len()-1), fun)
		}
	}
	return fact.Reads{Open: true}
}

// fill completes a reader whose destination has a type. A type parameter of the function
// around the place is filled in by its callers.
func (p *Package) fill(r fact.Reader, t types.Type, at ast.Expr) fact.Reads {
	elem := t
	if r.How.All() {
		s, ok := t.Underlying().(*types.Slice)
		if !ok {
			return fact.Reads{Open: true}
		}
		elem = s.Elem()
	}
	if tp, ok := deref(elem).(*types.TypeParam); ok {
		if index, ok := p.typeParameterOf(tp, at); ok {
			r.From, r.Index = fact.TypeArgument, index
			return fact.Reads{Readers: []fact.Reader{r}}
		}
		return fact.Reads{Open: true}
	}
	if !p.columns(&r.Consumer, r.How, elem) {
		return fact.Reads{Open: true}
	}
	r.From = fact.Here
	return fact.Reads{Readers: []fact.Reader{r}}
}

func (p *Package) typeParameterOf(tp *types.TypeParam, at ast.Expr) (int, bool) {
	cur, ok := p.find(at)
	if !ok {
		return 0, false
	}
	fn := p.enclosing(cur)
	if fn == nil {
		return 0, false
	}
	params := fn.Signature().TypeParams()
	for i := range params.Len() {
		if params.At(i) == tp {
			return i, true
		}
	}
	return 0, false
}

// resolve completes a reader in a function that is called here.
func (p *Package) resolve(r fact.Reader, call *ast.CallExpr) fact.Reads {
	switch r.From {
	case fact.Argument:
		if r.Index < len(call.Args) {
			return p.pointed(r, call.Args[r.Index])
		}
	case fact.Function:
		if r.Index < len(call.Args) {
			return p.each(call.Args[r.Index], r.Parameter)
		}
	case fact.TypeArgument:
		if id := nameOf(call.Fun); id != nil {
			if args := p.Info.Instances[id].TypeArgs; args != nil && r.Index < args.Len() {
				t := args.At(r.Index)
				if r.How.All() {
					t = types.NewSlice(t)
				}
				return p.fill(r, t, call.Fun)
			}
		}
	case fact.Here:
		return fact.Reads{Readers: []fact.Reader{r}}
	}
	return fact.Reads{Open: true}
}

// consumerAt begins a Consumer where a reading function is named.
func (p *Package) consumerAt(fn *types.Func, e ast.Expr) usage.Consumer {
	pos := p.Fset.Position(e.Pos())
	if id := nameOf(e); id != nil {
		pos = p.Fset.Position(id.Pos())
	}
	return usage.Consumer{API: fn.Origin().FullName(), File: pos.Filename, Line: pos.Line, Column: pos.Column}
}

func deref(t types.Type) types.Type {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		return types.Unalias(ptr.Elem())
	}
	return t
}
