package goqu

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// identifier is a name with dots as I(name) reads it: one to three parts.
func identifier(v goval.Value) *expr {
	parts := split(v)
	switch len(parts) {
	case 1:
		return &expr{isIdentifier: true, column: parts[0]}
	case 2:
		return &expr{isIdentifier: true, table: parts[0], column: parts[1]}
	case 3:
		return &expr{isIdentifier: true, schema: parts[0], table: parts[1], column: parts[2]}
	}
	return &expr{isIdentifier: true, column: v}
}

// split cuts a text at its dots; what is not known has none.
func split(v goval.Value) []goval.Value {
	out := []goval.Value{nil}
	for _, p := range v {
		lit, ok := p.(*goval.Lit)
		if !ok {
			out[len(out)-1] = append(out[len(out)-1], p)
			continue
		}
		for from := 0; ; {
			dot := strings.IndexByte(lit.Text[from:], '.')
			if dot < 0 {
				out[len(out)-1] = append(out[len(out)-1], lit.Slice(from, len(lit.Text)))
				break
			}
			out[len(out)-1] = append(out[len(out)-1], lit.Slice(from, from+dot))
			out = append(out, nil)
			from += dot + 1
		}
	}
	return out
}

// quoted is a part of an identifier: a name that is known, or any.
func quoted(v goval.Value) goval.Value {
	text, ok := v.Constant()
	switch {
	case goval.Is[*goval.OneOf](v):
		return orm.Each(v, func(way goval.Value) []goval.Value { return []goval.Value{quoted(way)} })
	case !ok && v.HasParam():
		return v
	case !ok:
		return goval.UnknownIdent("name")
	case text == "*":
		return v
	}
	return goval.Concat(goval.Text(`"`), v, goval.Text(`"`))
}

// isText says that an argument is a string, known or not.
func isText(a goval.Arg) bool {
	t := a.DynamicType()
	if t == nil {
		_, constant := a.Text().Constant()
		return constant
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// isBuilt says that an argument is an expression or a dataset, known or not.
func isBuilt(a goval.Arg) bool {
	if a.List() != nil {
		return false
	}
	return orm.HasSteps(a.Text()) || makes(orNothing(a.DynamicType())) ||
		len(a.Text()) == 1 && goval.TypeOf(a.Text()[0]) != ""
}

func orNothing(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	return t
}

// isMap says that an argument is an Ex, an ExOr or an Op: the name of its type.
func mapName(a goval.Arg) string {
	path, name := orm.TypeName(a)
	if slices.Contains(paths, path) && slices.Contains(containers, name) {
		return name
	}
	return ""
}

// value is what an argument writes where a value can stand: a hole for one, or what an expression
// writes; a dataset in brackets.
func (w *writer) value(a goval.Arg) goval.Value {
	switch {
	case mapName(a) != "" && mapName(a) != "Vals" && mapName(a) != "Record":
		return w.condition(a).written()
	case isBuilt(a):
		return w.each(a, func(n *node) goval.Value { return w.operand(n) })
	case a.Nil:
		return goval.Text("NULL")
	case isRow(a):
		return goval.Concat(goval.Text("("), w.elements(a), goval.Text(")"))
	}
	return w.hole(a)
}

// operand is what a node writes beside an operator.
func (w *writer) operand(n *node) goval.Value {
	switch {
	case n.dataset != nil:
		return goval.Concat(goval.Text("("), w.text(n.dataset), goval.Text(")"), as(n.dataset.alias))
	case n.expr != nil:
		return n.expr.written()
	}
	return n.unknownText()
}

func (w *writer) hole(a goval.Arg) goval.Value {
	if w.sent {
		return orm.Sent("value", a.DynamicType())
	}
	return orm.Written("value", a.DynamicType())
}

// elements are those of a list of values, with commas: one stands for all that are not known.
func (w *writer) elements(a goval.Arg) goval.Value {
	l := a.List()
	if l == nil || l.Open != "" || len(l.Elems) == 0 {
		return w.hole(goval.Arg{})
	}
	return l.Map(func(e goval.Element) goval.Value { return w.value(e.Arg) }).Join(goval.Text(", "))
}

// isRow says that an argument is a slice that is written element by element: a []byte, and one that
// says what its value is, are one value; json.RawMessage is not.
func isRow(a goval.Arg) bool {
	t := a.DynamicType()
	if l := a.List(); l != nil && l.GoType() != nil {
		t = l.GoType()
	}
	if t == nil {
		return false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Slice)
	if !ok || structs.HasMethod(t, "Value") {
		return false
	}
	_, isNamed := types.Unalias(t).(*types.Named)
	return isNamed || !types.Identical(s.Elem(), types.Typ[types.Byte])
}

// each folds every way in which an argument can be made.
func (w *writer) each(a goval.Arg, write func(*node) goval.Value) goval.Value {
	return orm.Each(a.Text(), func(steps goval.Value) []goval.Value { return []goval.Value{write(w.fold(steps))} })
}

// column is what an argument writes in a list of columns: a string is an identifier, a struct its
// columns.
func (w *writer) column(a goval.Arg) goval.Value {
	switch {
	case a.Nil:
		return nil
	case isBuilt(a):
		return w.each(a, func(n *node) goval.Value { return w.operand(n) })
	case isText(a):
		return identifier(a.Text()).written()
	}
	if st := structOf(a.DynamicType()); st != nil {
		return w.structColumns(st)
	}
	return unknown(a, "column")
}

// unknown is what stands in the place of an argument that is not understood: what callers give, or a hole.
func unknown(a goval.Arg, reason string) goval.Value {
	switch l := a.List(); {
	case l != nil && l.More() != nil:
		return l.More()
	case a.Text().HasParam():
		return a.Text()
	}
	return goval.Unknown(reason)
}

// columnList are the columns of the arguments of a call.
func (w *writer) columnList(l *goval.List) goval.Value {
	return l.Map(func(e goval.Element) goval.Value { return w.column(e.Arg) }).Join(goval.Text(", "))
}
