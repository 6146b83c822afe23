package extract

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

// sentField is the field of a struct that a call sends as it is, as  db.Prepare(entry.SQL)
// does for the entries of a list.
func (x *extractor) sentField(e ast.Expr) *types.Var {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	v, ok := x.Info.Uses[sel.Sel].(*types.Var)
	if !ok || !v.IsField() {
		return nil
	}
	return v.Origin()
}

// sendsField notes that a field is sent: those who set it are sites, if the package does not
// know itself what it is set to.
func (x *extractor) sendsField(call *ast.CallExpr, i int, s sent) {
	if i >= len(call.Args) {
		return
	}
	v := x.sentField(call.Args[i])
	if v == nil || s.value.Known() && !v.Exported() {
		return
	}
	sink := fact.Sink{Text: goval.Value{&goval.Param{}}, API: s.api, Style: s.style, Driver: s.driver}
	if !slices.ContainsFunc(x.fieldSinks[v], func(o fact.Sink) bool { return o.API == sink.API }) {
		x.fieldSinks[v] = append(x.fieldSinks[v], sink)
	}
	if !s.value.Known() && !slices.Contains(x.pkg.FieldValues()[v], nil) {
		x.fieldSites[call] = v
	}
}

// setFields makes sites of the places where the package sets a field that is sent elsewhere.
func (x *extractor) setFields() {
	for v, values := range x.pkg.FieldValues() {
		v = v.Origin()
		if b, ok := v.Type().Underlying().(*types.Basic); !ok || b.Info()&types.IsString == 0 {
			continue
		}
		sinks := x.sinksOfField(v)
		for _, e := range values {
			if e == nil || len(sinks) == 0 {
				continue
			}
			x.fieldsSet[v] = true
			at := &ast.CallExpr{Fun: e, Lparen: e.Pos(), Rparen: e.End() - 1}
			st := &site{call: at, fn: x.functionAround(e)}
			for _, s := range sinks {
				text := x.pkg.ValueOf(e)
				st.texts = append(st.texts, sent{value: s.Text.Substitute(func(int) goval.Value { return text }), api: s.API,
					style: s.Style, driver: s.Driver})
			}
			x.sites[at] = st
			x.order = append(x.order, at)
			x.beside[at] = e
		}
	}
	slices.SortFunc(x.order, func(a, b *ast.CallExpr) int { return int(a.Pos() - b.Pos()) })
}

// sinksOfField are the calls that send a field: of this package if that does not know what it
// is set to, else of the package that declares it.
func (x *extractor) sinksOfField(v *types.Var) []fact.Sink {
	for _, of := range x.fieldSites {
		if of == v {
			return x.fieldSinks[v]
		}
	}
	if v.Pkg() == nil || v.Pkg() == x.Pkg {
		return nil
	}
	if known, ok := x.Facts.Import(v); ok {
		return known.Sinks
	}
	return nil
}

func (x *extractor) functionAround(e ast.Expr) *types.Func {
	for fn, decl := range x.pkg.Functions() {
		if decl.Pos() <= e.Pos() && e.End() <= decl.End() {
			return fn
		}
	}
	return nil
}

// prepared is the field that a statement goes into whose text stands beside it in a literal,
// as in  {&s.insertStmt, insertSQL}.
func (x *extractor) prepared(e ast.Expr) *types.Var {
	var found *types.Var
	for _, file := range x.pkg.Files {
		if e.Pos() < file.FileStart || e.Pos() > file.FileEnd {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || !slices.ContainsFunc(lit.Elts, func(el ast.Expr) bool { return el == e || valueOf(el) == e }) {
				return n == nil || n.Pos() <= e.Pos() && e.End() <= n.End()
			}
			for _, el := range lit.Elts {
				if addr, ok := ast.Unparen(valueOf(el)).(*ast.UnaryExpr); ok {
					found = x.sentField(addr.X)
				}
			}
			return false
		})
	}
	return found
}

func valueOf(el ast.Expr) ast.Expr {
	if kv, ok := el.(*ast.KeyValueExpr); ok {
		return kv.Value
	}
	return el
}
