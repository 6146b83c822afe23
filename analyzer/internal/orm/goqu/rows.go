package goqu

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// setRows is Rows(rows...): maps or structs, one slice of these, or a dataset.
func (w *writer) setRows(d *dataset, rows *goval.List) {
	d.rows, d.query = nil, nil
	if len(rows.Elems) == 1 && rows.Open == "" {
		a := rows.Elems[0].Arg
		switch {
		case isBuilt(a):
			d.columns, d.query = nil, w.query(a)
			return
		case orm.IsSequence(a):
			rows = a.List()
			if rows == nil || len(rows.Elems) == 0 && rows.Open != "" {
				rows = &goval.List{Elems: []goval.Element{{Arg: elementOf(a)}}}
			}
		}
	}
	var all []row
	for _, e := range rows.Elems {
		r, known := w.row(e.Arg, true)
		if !known {
			d.rows = goval.Concat(goval.Text(" "), unknown(e.Arg, "row"))
			return
		}
		all = append(all, r)
	}
	switch {
	case len(all) == 0 && rows.More() != nil:
		d.rows = goval.Concat(goval.Text(" "), rows.More())
	case len(all) > 0:
		var forms []goval.Value
		for _, names := range all[0].forms() {
			forms = append(forms, written(names, all))
		}
		d.rows = goval.Choice(forms)
	}
}

// written are rows with the columns that names has: all rows have the same.
func written(names row, rows []row) goval.Value {
	if len(names) == 0 {
		return goval.Text(" DEFAULT VALUES")
	}
	out := goval.Concat(goval.Text(" ("), names.list(func(a assignment) goval.Value { return a.name }),
		goval.Text(") VALUES "))
	for i, r := range rows {
		var with row
		for _, a := range r {
			if slices.ContainsFunc(names, func(n assignment) bool { return goval.Alike(n.name, a.name) }) {
				with = append(with, a)
			}
		}
		if i > 0 {
			out = goval.Concat(out, goval.Text(", "))
		}
		out = goval.Concat(out, goval.Text("("), with.list(func(a assignment) goval.Value { return a.value }),
			goval.Text(")"))
	}
	return out
}

// elementOf is an element of a slice of which nothing but the type is known.
func elementOf(a goval.Arg) goval.Arg {
	t := a.DynamicType()
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		return goval.Typed(s.Elem())
	}
	return goval.Arg{}
}

// row is what a map or a struct sets, in the order of its names.
type row []assignment

type assignment struct {
	name, value goval.Value
	// optional says that it is not always there.
	optional bool
}

// forms are the row with all that it can have, with each that is not always there alone, and with what is
// always there.
func (r row) forms() []row {
	with := func(keep func(i int) bool) row {
		var out row
		for i, a := range r {
			if !a.optional || keep(i) {
				out = append(out, a)
			}
		}
		return out
	}
	out := []row{with(func(int) bool { return true })}
	for i, a := range r {
		if a.optional {
			out = append(out, with(func(j int) bool { return i == j }))
		}
	}
	if len(out) > 1 {
		out = append(out, with(func(int) bool { return false }))
	}
	return out
}

func (r row) list(of func(assignment) goval.Value) goval.Value {
	var out []goval.Value
	for _, a := range r {
		out = append(out, of(a))
	}
	return orm.Join(out, ", ")
}

// row is what an argument sets.
func (w *writer) row(a goval.Arg, insert bool) (row, bool) {
	if st := structOf(a.DynamicType()); st != nil {
		return w.structRow(a, st, insert)
	}
	l := a.List()
	if l == nil || l.Open != "" {
		return nil, false
	}
	var out row
	for _, e := range sorted(l) {
		out = append(out, assignment{identifier(e.Key).written(), w.value(e.Arg), e.Optional})
	}
	return out, true
}

// assignments are what Set is given: a map, a struct, or an expression that sets one column.
func (w *writer) assignments(a goval.Arg) goval.Value {
	if isBuilt(a) {
		return w.each(a, func(n *node) goval.Value { return w.operand(n) })
	}
	set, known := w.row(a, false)
	if !known {
		return unknown(a, "what is set")
	}
	list := &goval.List{}
	for _, s := range set {
		list.Elems = append(list.Elems, goval.Element{Optional: s.optional,
			Arg: goval.Arg{Value: goval.Concat(s.name, goval.Text("="), s.value)}})
	}
	return list.Join(goval.Text(","))
}

// conflict is what OnConflict is given.
func (w *writer) conflict(a goval.Arg) goval.Value {
	if a.Nil {
		return nil
	}
	return w.each(a, func(n *node) goval.Value {
		if n.expr == nil {
			return goval.Unknown("conflict")
		}
		return n.expr.written()
	})
}

// doUpdate is DoUpdate(target, update): the target is written as it is.
func (w *writer) doUpdate(c *goval.Call) *expr {
	target := text(c, 0)
	if constant, ok := target.Constant(); !ok || !strings.HasPrefix(strings.ToLower(constant), "on constraint") {
		target = sqlbuild.Where(goval.Text("("), target, goval.Text(")"))
	}
	return &expr{text: goval.Concat(orm.At(c, " ON CONFLICT "), target, goval.Text(" DO UPDATE SET "),
		w.assignments(c.Args[1]))}
}
