package sqlscan

import (
	"fmt"
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// list binds a list of expressions in which t.* stands for its columns
// (transformExpressionList). open says that there may be more.
func (b *binder) list(l *level, nodes []*pg_query.Node) (out []value, open bool) {
	for _, n := range nodes {
		cols, more, ok := b.star(l, n)
		if !ok {
			out = append(out, b.expr(l, n))
			continue
		}
		open = open || more
		for i := range cols {
			out = append(out, value{typ: cols[i].typ, col: &cols[i], holdsColumn: true})
		}
	}
	return out, open
}

// rowExpr binds ROW(…); t.* in it stands for its columns.
func (b *binder) rowExpr(l *level, x *pg_query.RowExpr) value {
	elems, open := b.list(l, x.Args)
	if open {
		return value{holdsColumn: true}
	}
	v := typed(catalog.OIDRecord)
	v.elems, v.holdsColumn = append([]value{}, elems...), holdsColumn(elems)
	return v
}

// indirection binds (e).field and e[i].
func (b *binder) indirection(l *level, arg *pg_query.Node, list []*pg_query.Node) value {
	v, ok := b.columnOfRow(l, arg, list)
	if ok {
		list = list[1:]
	} else {
		v = b.expr(l, arg)
	}
	var indices []*pg_query.A_Indices
	for i, n := range list {
		switch x := n.GetNode().(type) {
		case *pg_query.Node_AIndices:
			// What stands together is one access to an array of so many dimensions.
			indices = append(indices, x.AIndices)
			if i+1 == len(list) || list[i+1].GetAIndices() == nil {
				v, indices = b.subscript(l, v, indices), nil
			}
		case *pg_query.Node_String_:
			v = b.field(v, x.String_.Sval, b.find(b.exprStart(arg), x.String_.Sval))
		}
	}
	return v
}

// columnOfRow binds (t).c as the column t.c, where t is the row of a table (ParseComplexProjection).
func (b *binder) columnOfRow(l *level, arg *pg_query.Node, list []*pg_query.Node) (v value, ok bool) {
	if len(list) == 0 { // (t).*
		return value{}, false
	}
	name, _ := bareName(arg)
	field := list[0].GetString_().GetSval()
	if name == "" || field == "" {
		return value{}, false
	}
	if res := l.unqualified(name, false); res.col != nil || res.dup || res.open {
		return value{}, false
	}
	it, dup, _ := l.named("", name)
	if it == nil || dup || it.rel == nil || len(it.find(field)) != 1 {
		return value{}, false
	}
	at := b.find(b.exprStart(arg), field)
	return b.qualifiedColumn(l, "", name, field, at, b.nameEnd(at, 1)), true
}

// subscript binds e[i], e[i:j] and more of them in a row (transformContainerSubscripts).
func (b *binder) subscript(l *level, v value, list []*pg_query.A_Indices) value {
	base := b.env.Schema.BaseType(v.typ.ID)
	var bounds []value
	slice := false
	for _, x := range list {
		slice = slice || x.IsSlice
		for _, n := range []*pg_query.Node{x.Lidx, x.Uidx} {
			if n != nil {
				bounds = append(bounds, b.expr(l, n))
			}
		}
	}
	if base == 0 || base == catalog.OIDUnknown {
		return value{holdsColumn: v.holdsColumn}
	}
	elem := b.element(v.typ)
	switch {
	case elem.ID == 0:
		b.mismatch(v.at, "subscript", "42804",
			fmt.Sprintf("cannot subscript type %s because it does not support subscripting", b.types().Name(v.typ.ID)), v)
		return value{failed: true}
	case base == catalog.OIDJSONB:
		for _, i := range bounds {
			if i.typ.ID == catalog.OIDUnknown {
				b.coerce(i, catalog.TypeRef{ID: catalog.OIDText}, sqltype.Implicit)
			}
		}
	default:
		for _, i := range bounds {
			if _, ok := b.coerce(i, catalog.TypeRef{ID: catalog.OIDInt4}, sqltype.Assignment); !ok {
				b.mismatch(i.at, "subscript", "42804", "array subscript must have type integer", i)
			}
		}
	}
	if slice {
		elem = catalog.TypeRef{ID: base}
	}
	return value{typ: elem, holdsColumn: v.holdsColumn}
}

// fields are those of a row without a named type: of a subquery, of ROW(…), of a function's
// OUT arguments (expandRecordVariable).
func (v value) fields() []Column {
	var out []Column
	switch {
	case v.typ.ID != catalog.OIDRecord:
	case v.col != nil:
		return v.col.row
	case v.row != nil:
		for _, c := range v.row.cols {
			out = append(out, Column{Name: c.name, Type: c.typ, row: c.row})
		}
	case v.elems != nil:
		for i, e := range v.elems {
			out = append(out, Column{Name: fmt.Sprintf("f%d", i+1), Type: e.typ, row: e.fields()})
		}
	case v.fn != nil:
		for _, a := range v.fn.Outputs() {
			out = append(out, Column{Name: a.Name, Type: a.Type})
		}
	}
	return out
}

// field binds a field of a composite value, or the function that is written like one.
func (b *binder) field(v value, name string, at int) value {
	if row, ok := b.env.Schema.RowColumns(v.typ.ID); ok &&
		!slices.ContainsFunc(row, func(c catalog.Column) bool { return c.Name == name }) {
		o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: Field, Name: name}
		if f, ok := b.functionOf(v, name, o); ok {
			return f
		}
	}
	return b.fieldAt(v, name, at)
}

func (b *binder) fieldAt(v value, name string, at int) value {
	row, ok := b.env.Schema.RowColumns(v.typ.ID)
	if !ok {
		return b.recordField(v, name, at)
	}
	t, _ := b.env.Schema.TypeByID(b.env.Schema.BaseType(v.typ.ID))
	b.looks(catalog.KindRelation, t.Schema, t.Name)
	o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: Field, Name: name,
		Object: catalog.Name{Kind: catalog.KindColumn, Schema: t.Schema, Name: t.Name, Sub: name}}
	i := slices.IndexFunc(row, func(c catalog.Column) bool { return c.Name == name })
	if i < 0 {
		o.State, o.SQLSTATE, o.Message = Failed, "42703", fmt.Sprintf("column %q not found in data type %s", name, t.Name)
		b.note(o)
		return value{failed: true}
	}
	o.Type = row[i].Type
	b.note(o)
	b.depend(catalog.Dep{Class: catalog.ClassRelation, ID: t.Relation, Column: row[i].Num})
	return value{typ: row[i].Type, at: at, holdsColumn: true}
}

// recordField binds a field of a row without a named type, as far as its fields are known.
func (b *binder) recordField(v value, name string, at int) value {
	fields := v.fields()
	for _, f := range fields {
		if f.Name == name {
			return columnValue(f, at)
		}
	}
	if len(fields) > 0 {
		b.fail(at, "field "+name, "42703", fmt.Sprintf("could not identify column %q in record data type", name))
	}
	return value{failed: true}
}
