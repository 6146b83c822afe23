package extract

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
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
	x.addFieldSink(v, sink)
	if !s.value.Known() && !slices.Contains(x.pkg.FieldValues()[v.Origin()], nil) {
		x.fieldSites[call] = v
	}
}

// sendsFieldOf notes that a field of which the package does not know what it is set to is a part of what a call sends:
// a builder that a struct carries, as in  i.query.Limit(1).Query().
func (x *extractor) sendsFieldOf(call *ast.CallExpr, s sent) {
	if x.fieldSites[call] != nil {
		return
	}
	v := unknownField(s.value)
	if v == nil || slices.Contains(x.pkg.FieldValues()[v.Origin()], nil) {
		return
	}
	v = v.Origin()
	sink := fact.Sink{Text: ofField(s.value, v), API: s.api, Style: s.style, Driver: s.driver, Reader: s.reader}
	x.addFieldSink(v, sink)
	x.fieldSites[call] = v
}

// unknownField is the one field that all that is not known of a builder is; nil if it is none.
func unknownField(v goval.Value) *types.Var {
	lowered, ok := goval.Only[*goval.Lowered](v)
	if !ok || len(lowered.Chain) == 0 {
		return nil
	}
	hole, ok := lowered.Chain[0].(*goval.Hole)
	if !ok || hole.Field() == nil || hole.Type == "" {
		return nil
	}
	return hole.Field()
}

// ofField is what is sent of a field that is a parameter.
func ofField(v goval.Value, field *types.Var) goval.Value {
	chain := v[0].(*goval.Lowered).Chain
	param := &goval.Param{Type: field.Type().String()}
	return goval.Value{&goval.Lowered{Chain: append(goval.Value{param}, chain[1:]...)}}
}

func (x *extractor) addFieldSink(v *types.Var, sink fact.Sink) {
	if !slices.ContainsFunc(x.fieldSinks[v],
		func(o fact.Sink) bool { return o.API == sink.API && sameValue(o.Text, sink.Text) }) {
		x.fieldSinks[v] = append(x.fieldSinks[v], sink)
	}
}

// set makes a site of the place where the package sets a field that is sent elsewhere.
func (x *extractor) set(v *types.Var, e ast.Expr, f *goval.Frame) {
	v = v.Origin()
	sinks := x.sinksOfField(v)
	if len(sinks) == 0 {
		return
	}
	x.fieldsSet[v] = true
	if text, ok := f.Eval(e).Constant(); ok && text == "" {
		return // set to nothing, until something else sets it
	}
	at := x.setAt[e]
	if at == nil {
		at = &ast.CallExpr{Fun: e, Lparen: e.Pos(), Rparen: e.End() - 1}
		x.setAt[e] = at
	}
	x.beside[at] = e
	for _, s := range sinks {
		text := s.Text.Substitute(func(int) goval.Value { return f.Eval(e) })
		x.send(at, f, sent{value: text, api: s.API, style: s.Style, driver: s.Driver, reader: s.Reader})
	}
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
	if api := dbapi.SentField(v); api != "" {
		return []fact.Sink{{Text: goval.Value{&goval.Param{}}, API: api, Driver: dbapi.DriverOf(v.Pkg().Path())}}
	}
	if known, ok := x.Facts.Import(v); ok {
		return known.Sinks
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
