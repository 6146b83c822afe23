package rowscan

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/fact"
)

// carries says that a value, or the first of several, can hold rows: it is no plain value.
func carries(t types.Type) bool {
	if tuple, ok := t.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return false
		}
		t = tuple.At(0).Type()
	}
	if t == nil {
		return false
	}
	return !slices.Contains(plainResults, nameOfType(t))
}

// plainResults are the results of calls that give no rows.
var plainResults = []string{"error", "Result", "CommandTag"}

func nameOfType(t types.Type) string {
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

// isRows says that a type has a Scan with any number of destinations.
func isRows(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Scan")
	fn, ok := obj.(*types.Func)
	return ok && dbapi.ScanShape(fn)
}

// value follows an expression that holds rows, or a statement.
func (p *Package) value(cur inspector.Cursor) fact.Reads {
	e := cur.Node()
	parent := cur.Parent()
	switch n := parent.Node().(type) {
	case *ast.ParenExpr, *ast.TypeAssertExpr, *ast.StarExpr, *ast.UnaryExpr:
		return p.value(parent)
	case *ast.SelectorExpr:
		return p.selected(n, parent)
	case *ast.CallExpr:
		if i := slices.IndexFunc(n.Args, func(a ast.Expr) bool { return a == e }); i >= 0 {
			return p.argument(n, i)
		}
	case *ast.AssignStmt:
		return p.assigned(n, e)
	case *ast.ValueSpec:
		if i := slices.IndexFunc(n.Values, func(v ast.Expr) bool { return v == e }); i >= 0 && i < len(n.Names) {
			return p.object(p.Info.Defs[n.Names[i]], n.End())
		}
	case *ast.KeyValueExpr:
		if id, ok := n.Key.(*ast.Ident); ok && n.Value == e {
			return p.field(p.Info.Uses[id])
		}
	case *ast.ReturnStmt:
		return p.returned(cur)
	case *ast.ExprStmt, *ast.BinaryExpr, *ast.IfStmt, *ast.GoStmt, *ast.DeferStmt:
		return fact.Reads{}
	}
	return fact.Reads{Open: true}
}

// assigned follows the variable or field that an assignment sets.
func (p *Package) assigned(n *ast.AssignStmt, e ast.Node) fact.Reads {
	i := slices.IndexFunc(n.Rhs, func(v ast.Expr) bool { return v == e })
	if i < 0 {
		// A variable that holds rows is set to something else.
		return fact.Reads{}
	}
	lhs := n.Lhs[min(i, len(n.Lhs)-1)]
	if len(n.Rhs) == 1 {
		lhs = n.Lhs[0]
	}
	switch x := ast.Unparen(lhs).(type) {
	case *ast.Ident:
		if x.Name == "_" {
			return fact.Reads{}
		}
		return p.object(p.Info.ObjectOf(x), n.End())
	case *ast.SelectorExpr:
		return p.field(p.Info.Uses[x.Sel])
	}
	return fact.Reads{Open: true}
}

// object follows the uses of a variable behind a place, up to where it is set again.
func (p *Package) object(obj types.Object, after token.Pos) fact.Reads {
	v, ok := obj.(*types.Var)
	if !ok {
		return fact.Reads{Open: true}
	}
	if v.IsField() || v.Parent() == p.Types.Scope() {
		return p.field(v)
	}
	var out fact.Reads
	for _, id := range p.uses[v] {
		if id.Pos() < after {
			continue
		}
		cur, ok := p.find(id)
		switch {
		case !ok:
		case p.isSet(cur):
			// What is set in a block around the place hides the rows from there on, what is
			// set in another branch to the end of that.
			from, to := block(cur)
			if from <= after && after <= to {
				return out
			}
			after = to
		default:
			out.Add(p.value(cur))
		}
	}
	return out
}

// isSet says that the variable at a cursor is on the left of an assignment.
func (p *Package) isSet(cur inspector.Cursor) bool {
	n, ok := cur.Parent().Node().(*ast.AssignStmt)
	return ok && !slices.Contains(n.Rhs, cur.Node().(ast.Expr))
}

// block is the extent of the innermost block around a place.
func block(cur inspector.Cursor) (from, to token.Pos) {
	for outer := range cur.Enclosing((*ast.BlockStmt)(nil), (*ast.CaseClause)(nil), (*ast.CommClause)(nil)) {
		return outer.Node().Pos(), outer.Node().End()
	}
	return token.NoPos, token.NoPos
}

// field follows all uses of a field, or of a variable of the package, that is set to a value:
// a statement there lives on.
func (p *Package) field(obj types.Object) fact.Reads {
	v, ok := obj.(*types.Var)
	if !ok || p.busy[obj] {
		return fact.Reads{Open: !ok}
	}
	p.busy[obj] = true
	defer delete(p.busy, obj)
	out := fact.Reads{Open: v.Exported(), Kept: strings.HasSuffix(nameOfType(v.Type()), "Stmt")}
	for _, id := range p.uses[v.Origin()] {
		cur, ok := p.find(id)
		if !ok {
			continue
		}
		if sel, ok := cur.Parent().Node().(*ast.SelectorExpr); ok && sel.Sel == id {
			cur = cur.Parent()
		}
		switch n := cur.Parent().Node().(type) {
		case *ast.AssignStmt:
			if !slices.Contains(n.Rhs, cur.Node().(ast.Expr)) {
				continue
			}
		case *ast.KeyValueExpr:
			if n.Key == cur.Node() {
				continue
			}
		}
		out.Add(p.value(cur))
	}
	return out
}

// returned follows what a function gives back: to all its calls in this package, and to those
// who call it with the text.
func (p *Package) returned(cur inspector.Cursor) fact.Reads {
	for outer := range cur.Enclosing((*ast.FuncLit)(nil), (*ast.FuncDecl)(nil)) {
		decl, ok := outer.Node().(*ast.FuncDecl)
		if !ok {
			return fact.Reads{Open: true}
		}
		if fn, ok := p.Info.Defs[decl.Name].(*types.Func); ok && fn != nil {
			return fact.Reads{Returned: true}
		}
	}
	return fact.Reads{Open: true}
}

// Callers follows what all calls of a function in this package do with the rows that it gives
// back.
func (p *Package) Callers(fn *types.Func) fact.Reads {
	out := fact.Reads{Open: fn.Exported()}
	if p.busy[fn] {
		return out
	}
	p.busy[fn] = true
	defer delete(p.busy, fn)
	for _, id := range p.uses[fn.Origin()] {
		call, ok := p.callOf(id)
		if !ok {
			out.Open = true
			continue
		}
		reads := p.value(call)
		if reads.Returned {
			reads.Returned = false
			if outer := p.enclosing(call); outer != nil {
				reads.Add(p.Callers(outer))
			}
		}
		out.Add(reads)
	}
	return out
}

// callOf finds the call of the function that an identifier names.
func (p *Package) callOf(id *ast.Ident) (inspector.Cursor, bool) {
	cur, ok := p.find(id)
	for ok {
		parent := cur.Parent()
		switch n := parent.Node().(type) {
		case *ast.SelectorExpr, *ast.ParenExpr, *ast.IndexExpr, *ast.IndexListExpr:
			cur = parent
			continue
		case *ast.CallExpr:
			return parent, n.Fun == cur.Node()
		}
		return cur, false
	}
	return cur, false
}

// enclosing is the declared function around a place.
func (p *Package) enclosing(cur inspector.Cursor) *types.Func {
	for outer := range cur.Enclosing((*ast.FuncDecl)(nil)) {
		fn, _ := p.Info.Defs[outer.Node().(*ast.FuncDecl).Name].(*types.Func)
		return fn
	}
	return nil
}

// idle are the methods of rows and statements that read no column.
var idle = map[string]bool{"Next": true, "Close": true, "Err": true, "NextResultSet": true, "CommandTag": true,
	"Conn": true, "RawValues": true, "TypeMap": true, "Exec": true, "ExecContext": true, "MustExec": true,
	"MustExecContext": true}

// asking are the methods of rows that tell their columns.
var asking = map[string]bool{"Columns": true, "ColumnTypes": true, "FieldDescriptions": true}

// selected follows a method that is called on rows or on a statement.
func (p *Package) selected(sel *ast.SelectorExpr, cur inspector.Cursor) fact.Reads {
	fn, ok := p.Info.Uses[sel.Sel].(*types.Func)
	if !ok {
		if field, isVar := p.Info.Uses[sel.Sel].(*types.Var); isVar && field.Embedded() {
			return p.value(cur)
		}
		return fact.Reads{Open: true}
	}
	call, called := cur.Parent().Node().(*ast.CallExpr)
	if !called || call.Fun != sel {
		return fact.Reads{Open: !idle[fn.Name()]}
	}
	switch r, ok := p.reads(fn); {
	case ok && r.Rows == dbapi.OfReceiver:
		return p.read(r, fn, call)
	case asking[fn.Name()]:
		return fact.Reads{Asks: true}
	case idle[fn.Name()]:
		return fact.Reads{}
	case p.decls[fn.Origin()] != nil:
		return p.At(call, p.parameter(fn, receiver))
	case passing[fn.Name()] && carries(p.Info.TypeOf(call)):
		return p.value(cur.Parent())
	}
	return fact.Reads{Open: true}
}

// passing are the methods of statements that give rows, or another statement.
var passing = map[string]bool{"Query": true, "QueryContext": true, "QueryRow": true, "QueryRowContext": true,
	"Queryx": true, "QueryxContext": true, "QueryRowx": true, "QueryRowxContext": true, "Unsafe": true, "Stmt": true,
	"StmtContext": true, "Stmtx": true, "StmtxContext": true, "NamedStmt": true, "NamedStmtContext": true}

// argument follows rows that are given to a function.
func (p *Package) argument(call *ast.CallExpr, i int) fact.Reads {
	if p.isConversion(call) || p.isBuiltin(call) {
		return fact.Reads{Open: true}
	}
	fn := p.callee(call)
	if fn == nil {
		return p.handedTo(call, i)
	}
	if r, ok := p.reads(fn); ok && r.Rows == i {
		return p.read(r, fn, call)
	}
	if passing[fn.Name()] && p.decls[fn.Origin()] == nil {
		if cur, ok := p.find(call); ok {
			return p.value(cur)
		}
	}
	params := fn.Signature().Params()
	if i >= params.Len() || fn.Signature().Variadic() && i >= params.Len()-1 {
		return fact.Reads{Open: true}
	}
	return p.At(call, p.parameter(fn, i))
}

func (p *Package) isConversion(call *ast.CallExpr) bool { return p.Info.Types[call.Fun].IsType() }

func (p *Package) isBuiltin(call *ast.CallExpr) bool { return p.Info.Types[call.Fun].IsBuiltin() }
