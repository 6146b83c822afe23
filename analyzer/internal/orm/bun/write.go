package bun

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/strval"
)

func typeObject(tb *table) types.Object {
	if n, ok := types.Unalias(tb.typ).(*types.Named); ok {
		return n.Obj()
	}
	return types.NewTypeName(0, nil, "", nil)
}

func (q *query) isMap() bool {
	if q.modelArg == nil {
		return false
	}
	t := q.modelArg.DynamicType()
	for t != nil {
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			t = u.Elem()
			continue
		case *types.Slice:
			t = u.Elem()
			continue
		case *types.Map:
			return true
		}
		return false
	}
	return false
}

// fieldsNamed are the fields that a write names: those of Column, or all.
func (q *query) fieldsNamed(dataOnly bool) []*field {
	if len(q.columns) == 0 {
		if dataOnly {
			return q.table.data()
		}
		return q.table.fields
	}
	var out []*field
	for _, c := range q.columns {
		if text, ok := c.text.Constant(); ok && !c.expr {
			if f := q.table.byName[text]; f != nil && !(dataOnly && f.isPK) {
				out = append(out, f)
			}
		}
	}
	return out
}

// unknownColumns stand for the columns of Column that are not known.
func (q *query) unknownColumns() []strval.Value {
	var out []strval.Value
	for _, c := range q.columns {
		if _, ok := c.text.Constant(); !ok {
			out = append(out, c.text)
		}
	}
	return out
}

// value of a field that Value gives; nil if the model's is taken.
func (q *query) given(f *field) strval.Value {
	for _, e := range q.values {
		if text, ok := e.Key.Constant(); ok && q.table != nil && q.table.byName[text] == f {
			return e.Text
		}
	}
	return nil
}

// extra are the values for columns that the model does not have.
func (q *query) extra() []strval.Element {
	return slices.DeleteFunc(slices.Clone(q.values), func(e strval.Element) bool {
		text, ok := e.Key.Constant()
		return ok && q.table != nil && q.table.byName[text] != nil
	})
}

// insertTexts are the ways of an INSERT: bun asks for the columns back that it leaves to the
// database (query_insert.go).
func (q *query) insertTexts() []strval.Value {
	table := q.modelTableText(true, false)
	others := q.tableExprs
	if table == nil && len(others) > 0 {
		table, others = others[0], others[1:]
	}
	if table == nil {
		return nil
	}
	head := strval.Concat(q.withText(), q.made("INSERT INTO "), table)
	if len(others) > 0 {
		return []strval.Value{strval.Concat(head, q.insertSelect(others), q.onText(), q.returningText(nil))}
	}
	if q.table == nil && q.isMap() {
		return []strval.Value{strval.Concat(head, q.insertMap(), q.onText(), q.returningText(nil))}
	}
	if q.table == nil {
		return []strval.Value{strval.Concat(head, strval.Text(" ("), strval.Unknown("columns of "+q.modelArg.Type),
			strval.Text(") VALUES ("), orm.Value("values"), strval.Text(")"), q.onText(), q.returningText(nil))}
	}
	fields := q.fieldsNamed(false)
	names, values := q.names("", fields), []strval.Value{}
	var certain, possible []*field
	for _, f := range fields {
		v := q.given(f)
		switch set := orm.FieldSet(q.element(), f.path); {
		case v != nil:
			certain = append(certain, f)
		case !f.isPtr && !f.nullZero && !f.hasDefault || set == orm.IsSet:
			v = f.written()
		case set == orm.NotSet:
			certain, v = append(certain, f), strval.Text("DEFAULT")
		default:
			possible, v = append(possible, f), f.written()
		}
		values = append(values, v)
	}
	for _, c := range q.unknownColumns() {
		names, values = append(names, c), append(values, orm.Value("value"))
	}
	for _, e := range q.extra() {
		names, values = append(names, identOf(e.Key)), append(values, e.Text)
	}
	body := strval.Concat(head, strval.Text(" ("), orm.Join(names, ", "), strval.Text(") VALUES ("),
		orm.Join(values, ", "), strval.Text(")"), q.onText())
	out := []strval.Value{strval.Concat(body, q.returningText(certain))}
	if len(possible) > 0 && len(q.returning) == 0 {
		both := slices.DeleteFunc(slices.Clone(fields),
			func(f *field) bool { return !slices.Contains(certain, f) && !slices.Contains(possible, f) })
		out = append(out, strval.Concat(body, q.returningText(both)))
	}
	return out
}

func (q *query) insertSelect(others []strval.Value) strval.Value {
	list, columns := strval.Text("*"), strval.Value(nil)
	if q.columns != nil {
		var names []strval.Value
		for _, c := range q.columns {
			if c.expr {
				names = append(names, c.text)
			} else {
				names = append(names, identOf(c.text))
			}
		}
		list = orm.Join(names, ", ")
		columns = strval.Concat(strval.Text(" ("), list, strval.Text(")"))
	}
	return strval.Concat(columns, strval.Text(" SELECT "), list, strval.Text(" FROM "), orm.Join(others, ", "))
}

func (q *query) insertMap() strval.Value {
	l := q.modelArg.List
	if l == nil {
		l = &strval.List{Open: "keys of a map"}
	}
	names := l.Map(func(e strval.Element) strval.Value { return identOf(e.Key) }).Join(strval.Text(", "))
	values := l.Map(func(e strval.Element) strval.Value { return q.value(e.Arg) }).Join(strval.Text(", "))
	return strval.Concat(strval.Text(" ("), names, strval.Text(") VALUES ("), values, strval.Text(")"))
}

// onText is ON CONFLICT.
func (q *query) onText() strval.Value {
	if q.on == nil {
		return nil
	}
	out := strval.Concat(strval.Text(" ON "), q.on)
	text, _ := q.on.Constant()
	switch {
	case len(q.sets) > 0:
		out = strval.Concat(out, strval.Text(" SET "), orm.Join(q.sets, ", "))
	case strings.HasSuffix(strings.ToUpper(text), " DO UPDATE") && q.table != nil:
		var sets []strval.Value
		for _, f := range q.fieldsNamed(true) {
			sets = append(sets, strval.Concat(q.name("", f), strval.Text(" = "), q.name("EXCLUDED.", f)))
		}
		out = strval.Concat(out, strval.Text(" SET "), orm.Join(sets, ", "))
	}
	if len(q.wheres) > 0 {
		out = strval.Concat(out, strval.Text(" WHERE "), q.conditions())
	}
	return out
}

func (q *query) returningText(fields []*field) strval.Value {
	if len(q.returning) == 1 {
		if text, ok := q.returning[0].Constant(); ok && (text == "" || text == "null" || text == "NULL") {
			return nil
		}
	}
	names := q.returning
	if len(names) == 0 {
		names = q.names("", fields)
	}
	if len(names) == 0 {
		return nil
	}
	return strval.Concat(strval.Text(" RETURNING "), orm.Join(names, ", "))
}

// updateTexts are the ways of an UPDATE (query_update.go).
func (q *query) updateTexts() []strval.Value {
	if q.bulk && q.table != nil {
		return []strval.Value{q.bulkText()}
	}
	table := q.modelTableText(true, false)
	others := q.tableExprs
	if table == nil && len(others) > 0 {
		table, others = others[0], others[1:]
	}
	if table == nil {
		return nil
	}
	certain, possible := q.assignments()
	text := func(sets []strval.Value) strval.Value {
		sets = append(slices.Clone(sets), q.sets...)
		if len(sets) == 0 {
			return nil
		}
		out := strval.Concat(q.withText(), q.made("UPDATE "), table, strval.Text(" SET "), orm.Join(sets, ", "))
		if len(others) > 0 {
			out = strval.Concat(out, strval.Text(" FROM "), orm.Join(others, ", "))
		}
		for _, j := range q.joins {
			out = strval.Concat(out, strval.Text(" "), j)
		}
		out = strval.Concat(out, q.whereText(true))
		if q.unknown != nil {
			out = strval.Concat(out, strval.Text(" "), q.unknown)
		}
		return strval.Concat(out, q.tail(), q.returningText(nil))
	}
	out := []strval.Value{text(certain)}
	if len(possible) > 0 {
		out = append(out, strval.Concat(orm.DependsOn("only if the fields are set"),
			text(append(slices.Clone(certain), possible...))))
	}
	return out
}

// assignments are those that the model's value makes.
func (q *query) assignments() (certain, possible []strval.Value) {
	switch {
	case q.table == nil && q.isMap():
		l := q.modelArg.List
		if l == nil {
			l = &strval.List{Open: "keys of a map"}
		}
		return []strval.Value{l.Map(func(e strval.Element) strval.Value {
			return strval.Concat(identOf(e.Key), strval.Text(" = "), q.value(e.Arg))
		}).Join(strval.Text(", "))}, nil
	case q.table == nil && q.modelArg != nil && len(q.sets) == 0:
		return []strval.Value{strval.Unknown("assignments from " + q.modelArg.Type)}, nil
	case q.table == nil, q.modelArg.TypedNil, len(q.sets) > 0 && q.columns == nil, isSlice(q.modelArg.DynamicType()):
		return nil, nil
	}
	for _, f := range q.fieldsNamed(true) {
		if f.tag.has("skipupdate") {
			continue
		}
		v := q.given(f)
		set := orm.FieldSet(q.element(), f.path)
		if v == nil {
			v = f.written()
			if f.isPtr && set == orm.NotSet || f.nullZero && set == orm.NotSet {
				v = strval.Text("DEFAULT")
			}
		}
		a := strval.Concat(q.name("", f), strval.Text(" = "), v)
		switch {
		case q.omitZero && q.given(f) == nil && set == orm.NotSet:
		case q.omitZero && q.given(f) == nil && set == orm.MaybeSet:
			possible = append(possible, a)
		default:
			certain = append(certain, a)
		}
	}
	certain = append(certain, q.unknownColumns()...)
	for _, e := range q.extra() {
		certain = append(certain, strval.Concat(e.Key, strval.Text(" = "), e.Text))
	}
	return certain, possible
}

// bulkText updates many rows from values.
func (q *query) bulkText() strval.Value {
	alias := q.table.qualifier()
	var sets, on []strval.Value
	for _, f := range q.fieldsNamed(true) {
		if !f.tag.has("skipupdate") {
			sets = append(sets, strval.Concat(q.name("", f), strval.Text(" = "), q.name("_data.", f)))
		}
	}
	for _, f := range q.table.pks {
		on = append(on, strval.Concat(q.name(alias, f), strval.Text(" = "), q.name("_data.", f)))
	}
	fields := q.table.fields
	values := q.valuesOfFields(fields)
	q.wheres = append(q.wheres, where{sep: strval.Text(" AND "), text: orm.Join(on, " AND ")})
	return strval.Concat(strval.Text(`WITH "_data" (`), orm.Join(q.names("", fields), ", "), strval.Text(") AS ("),
		values, strval.Text(") "),
		q.made("UPDATE "), q.modelTableText(true, false), strval.Text(" SET "), orm.Join(sets, ", "),
		strval.Text(" FROM _data"), q.whereText(true), q.returningText(nil))
}

func (q *query) valuesText() strval.Value {
	if q.table == nil {
		return strval.Unknown("values")
	}
	return q.valuesOfFields(q.fieldsNamed(false))
}

func (q *query) valuesOfFields(fields []*field) strval.Value {
	var values []strval.Value
	for _, f := range fields {
		v := q.given(f)
		if v == nil {
			v = strval.Concat(orm.Value(f.name), strval.Text("::"+f.sqlType()))
		}
		values = append(values, v)
	}
	return strval.Concat(strval.Text("VALUES ("), orm.Join(values, ", "), strval.Text(")"))
}

// deleteText is a DELETE, or the UPDATE that marks rows as deleted (query_delete.go).
func (q *query) deleteText() strval.Value {
	table := q.modelTableText(true, false)
	others := q.tableExprs
	if table == nil && len(others) > 0 {
		table, others = others[0], others[1:]
	}
	if table == nil {
		return nil
	}
	if q.softDeletes() {
		set := strval.Concat(q.name("", q.table.deleted), strval.Text(" = "), orm.Value("now"))
		return strval.Concat(q.withText(), q.made("UPDATE "), table, strval.Text(" SET "), set, q.whereText(true), q.tail(),
			q.returningText(nil))
	}
	out := strval.Concat(q.withText(), q.made("DELETE FROM "), table)
	if len(others) > 0 {
		out = strval.Concat(out, strval.Text(" USING "), orm.Join(others, ", "))
	}
	out = strval.Concat(out, q.whereText(true))
	if q.unknown != nil {
		out = strval.Concat(out, strval.Text(" "), q.unknown)
	}
	return strval.Concat(out, q.tail(), q.returningText(nil))
}
