package extract

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// constraintFields are the fields of drivers' errors that hold the name of the constraint
// which a row violates (pgconn/errors.go, lib/pq error.go).
var constraintFields = map[string]string{
	"github.com/jackc/pgx/v5/pgconn.PgError": "ConstraintName",
	"github.com/jackc/pgconn.PgError":        "ConstraintName",
	"github.com/jackc/pgx.PgError":           "ConstraintName",
	"github.com/lib/pq.Error":                "Constraint",
}

// quotedConstraint is the name in the text of a server's error.
var quotedConstraint = regexp.MustCompile(`constraint "([^"]+)"`)

// errorNames finds the names of constraints that the code compares the server's errors with.
func (x *extractor) errorNames() []usage.ErrorName {
	e := &errorNames{extractor: x, holders: map[types.Object]bool{}}
	for _, file := range x.pkg.Files {
		for _, d := range file.Decls {
			fn, _ := d.(*ast.FuncDecl)
			e.fn = nil
			if fn != nil {
				e.fn, _ = x.Info.Defs[fn.Name].(*types.Func)
			}
			ast.Inspect(d, e.node)
		}
	}
	return e.found
}

type errorNames struct {
	*extractor
	fn *types.Func
	// holders are the variables that are set to the name of an error's constraint.
	holders map[types.Object]bool
	found   []usage.ErrorName
}

func (e *errorNames) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, v := range n.Rhs {
			if id, ok := n.Lhs[min(i, len(n.Lhs)-1)].(*ast.Ident); ok && e.isName(v) {
				e.holders[e.Info.ObjectOf(id)] = true
			}
		}
	case *ast.BinaryExpr:
		if n.Op == token.EQL || n.Op == token.NEQ {
			e.compared(n.X, n.Y)
			e.compared(n.Y, n.X)
		}
	case *ast.SwitchStmt:
		for _, c := range n.Body.List {
			for _, label := range c.(*ast.CaseClause).List {
				e.compared(n.Tag, label)
			}
		}
	case *ast.IndexExpr:
		e.indexed(n)
	case *ast.CallExpr:
		e.called(n)
	}
	return true
}

// isName says that an expression is the name of the constraint of an error.
func (e *errorNames) isName(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return e.holders[e.Info.ObjectOf(x)]
	case *ast.ParenExpr:
		return e.isName(x.X)
	case *ast.SelectorExpr:
		field, ok := e.Info.Uses[x.Sel].(*types.Var)
		if !ok || !field.IsField() || field.Pkg() == nil {
			return false
		}
		for typ, name := range constraintFields {
			if field.Name() == name && typ == field.Pkg().Path()+".PgError" ||
				field.Name() == name && typ == field.Pkg().Path()+".Error" {
				return true
			}
		}
	}
	return false
}

func (e *errorNames) compared(name, with ast.Expr) {
	if name != nil && e.isName(name) {
		e.note(with, e.text(with))
	}
}

// indexed takes the keys of a map that is asked for the name.
func (e *errorNames) indexed(x *ast.IndexExpr) {
	if !e.isName(x.Index) {
		return
	}
	if lit, ok := e.pkg.Declared(x.X).(*ast.CompositeLit); ok {
		for _, el := range lit.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				e.note(kv.Key, e.text(kv.Key))
			}
		}
	}
}

// called takes slices.Contains(list, name) and a text that is looked for in the error's own.
func (e *errorNames) called(call *ast.CallExpr) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || len(call.Args) != 2 {
		return
	}
	fn, ok := e.Info.Uses[sel.Sel].(*types.Func)
	if !ok {
		return
	}
	switch fn.FullName() {
	case "slices.Contains":
		if lit, ok := e.pkg.Declared(call.Args[0]).(*ast.CompositeLit); ok && e.isName(call.Args[1]) {
			for _, el := range lit.Elts {
				e.note(el, e.text(el))
			}
		}
	case "strings.Contains", "strings.HasSuffix", "strings.HasPrefix", "strings.EqualFold":
		if e.isName(call.Args[0]) && fn.Name() == "EqualFold" {
			e.note(call.Args[1], e.text(call.Args[1]))
		} else if m := quotedConstraint.FindStringSubmatch(e.text(call.Args[1])); m != nil {
			e.note(call.Args[1], m[1])
		}
	}
}

func (e *errorNames) text(x ast.Expr) string {
	if v := e.Info.Types[x].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

func (e *errorNames) note(at ast.Expr, name string) {
	if name == "" {
		return
	}
	pos := e.Fset.Position(at.Pos())
	n := usage.ErrorName{Name: name, Live: true,
		Site: usage.Site{File: pos.Filename, Line: pos.Line, Column: pos.Column, API: "error", Package: e.Pkg.Path()}}
	if e.fn != nil {
		n.Site.Function, n.Site.FunctionKey = functionName(e.fn), Key(e.fn)
	}
	e.found = append(e.found, n)
}
