package bun

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
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
func (q *query) unknownColumns() []goval.Value {
	var out []goval.Value
	for _, c := range q.columns {
		if _, ok := c.text.Constant(); !ok {
			out = append(out, c.text)
		}
	}
	return out
}

// value of a field that Value gives; nil if the model's is taken.
func (q *query) given(f *field) goval.Value {
	for _, e := range q.values {
		if text, ok := e.Key.Constant(); ok && q.table != nil && q.table.byName[text] == f {
			return e.Text()
		}
	}
	return nil
}

// extra are the values for columns that the model does not have.
func (q *query) extra() []goval.Element {
	return slices.DeleteFunc(slices.Clone(q.values), func(e goval.Element) bool {
		text, ok := e.Key.Constant()
		return ok && q.table != nil && q.table.byName[text] != nil
	})
}

// insertTexts are the ways of an INSERT: bun asks for the columns back that it leaves to the
// database (query_insert.go).
func (q *query) insertTexts() []goval.Value {
	table := q.modelTableText(q.on != nil, false) // its alias is for ON CONFLICT alone
	others := q.tableExprs
	if table == nil && len(others) > 0 {
		table, others = others[0], others[1:]
	}
	if table == nil {
		return nil
	}
	head := goval.Concat(q.withText(), q.Made("INSERT INTO "), table)
	if len(others) > 0 {
		return []goval.Value{goval.Concat(head, q.insertSelect(others), q.onText(), q.returningText(nil))}
	}
	if q.table == nil && q.isMap() {
		return []goval.Value{goval.Concat(head, q.insertMap(), q.onText(), q.returningText(nil))}
	}
	if q.table == nil {
		return []goval.Value{goval.Concat(head, goval.Text(" ("), goval.Unknown("columns of "+q.modelArg.Type),
			goval.Text(") VALUES ("), orm.Value("values"), goval.Text(")"), q.onText(), q.returningText(nil))}
	}
	fields := q.fieldsNamed(false)
	names, values := q.names("", fields), []goval.Value{}
	var certain, possible []*field
	for _, f := range fields {
		v := q.given(f)
		switch set := orm.FieldSet(q.element(), f.path); {
		case v != nil:
			certain = append(certain, f)
		case !f.isPtr && !f.nullZero && !f.hasDefault || set == orm.IsSet:
			v = f.written()
		case set == orm.NotSet:
			certain, v = append(certain, f), goval.Text("DEFAULT")
		default:
			possible, v = append(possible, f), f.written()
		}
		values = append(values, v)
	}
	for _, c := range q.unknownColumns() {
		names, values = append(names, c), append(values, orm.Value("value"))
	}
	for _, e := range q.extra() {
		names, values = append(names, sqlbuild.Quoted(e.Key)), append(values, e.Text())
	}
	body := goval.Concat(head, goval.Text(" ("), orm.Join(names, ", "), goval.Text(") VALUES ("),
		orm.Join(values, ", "), goval.Text(")"), q.onText())
	out := []goval.Value{goval.Concat(body, q.returningText(certain))}
	if len(possible) > 0 && len(q.returning) == 0 {
		both := slices.DeleteFunc(slices.Clone(fields),
			func(f *field) bool { return !slices.Contains(certain, f) && !slices.Contains(possible, f) })
		out = append(out, goval.Concat(body, q.returningText(both)))
	}
	return out
}

func (q *query) insertSelect(others []goval.Value) goval.Value {
	list, columns := goval.Text("*"), goval.Value(nil)
	if q.columns != nil {
		var names []goval.Value
		for _, c := range q.columns {
			if c.expr {
				names = append(names, c.text)
			} else {
				names = append(names, sqlbuild.Quoted(c.text))
			}
		}
		list = orm.Join(names, ", ")
		columns = goval.Concat(goval.Text(" ("), list, goval.Text(")"))
	}
	return goval.Concat(columns, goval.Text(" SELECT "), list, goval.Text(" FROM "), orm.Join(others, ", "))
}

func (q *query) insertMap() goval.Value {
	l := q.modelArg.List()
	if l == nil {
		l = &goval.List{Open: "keys of a map"}
	}
	names := l.Map(func(e goval.Element) goval.Value { return sqlbuild.Quoted(e.Key) }).Join(goval.Text(", "))
	values := l.Map(func(e goval.Element) goval.Value { return q.value(e.Arg) }).Join(goval.Text(", "))
	return goval.Concat(goval.Text(" ("), names, goval.Text(") VALUES ("), values, goval.Text(")"))
}

// onText is ON CONFLICT.
func (q *query) onText() goval.Value {
	if q.on == nil {
		return nil
	}
	out := goval.Concat(goval.Text(" ON "), q.on)
	text, _ := q.on.Constant()
	switch {
	case len(q.sets) > 0:
		out = goval.Concat(out, goval.Text(" SET "), orm.Join(q.sets, ", "))
	case strings.HasSuffix(strings.ToUpper(text), " DO UPDATE") && q.table != nil:
		var sets []goval.Value
		for _, f := range q.fieldsNamed(true) {
			sets = append(sets, goval.Concat(q.name("", f), goval.Text(" = "), q.name("EXCLUDED.", f)))
		}
		out = goval.Concat(out, goval.Text(" SET "), orm.Join(sets, ", "))
	}
	if len(q.wheres) > 0 {
		out = goval.Concat(out, goval.Text(" WHERE "), q.conditions())
	}
	return out
}

// isReturningNull says that nothing is to be returned: Returning("NULL").
func (q *query) isReturningNull() bool {
	if len(q.returning) != 1 {
		return false
	}
	text, ok := q.returning[0].Constant()
	return ok && (text == "" || text == "null" || text == "NULL")
}

// hasReturning says that the query was told what to return (returningQuery.hasReturning).
func (q *query) hasReturning() bool { return len(q.returning) > 0 && !q.isReturningNull() }

func (q *query) returningText(fields []*field) goval.Value {
	if q.isReturningNull() {
		return nil
	}
	names := q.returning
	if len(names) == 0 {
		names = q.names("", fields)
	}
	if len(names) == 0 {
		return nil
	}
	return goval.Concat(goval.Text(" RETURNING "), orm.Join(names, ", "))
}

// updateTexts are the ways of an UPDATE (query_update.go).
func (q *query) updateTexts() []goval.Value {
	if q.bulk && q.table != nil {
		return []goval.Value{q.bulkText()}
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
	text := func(sets []goval.Value) goval.Value {
		sets = append(slices.Clone(sets), q.sets...)
		if len(sets) == 0 {
			return nil
		}
		out := goval.Concat(q.withText(), q.Made("UPDATE "), table, goval.Text(" SET "), orm.Join(sets, ", "))
		if len(others) > 0 {
			out = goval.Concat(out, goval.Text(" FROM "), orm.Join(others, ", "))
		}
		for _, j := range q.joins {
			out = goval.Concat(out, goval.Text(" "), j)
		}
		out = goval.Concat(out, q.whereText(true))
		if q.unknown != nil {
			out = goval.Concat(out, goval.Text(" "), q.unknown)
		}
		return goval.Concat(out, q.tail(), q.returningText(nil))
	}
	out := []goval.Value{text(certain)}
	if len(possible) > 0 {
		out = append(out, goval.Concat(orm.DependsOn("only if the fields are set"),
			text(append(slices.Clone(certain), possible...))))
	}
	return out
}

// assignments are those that the model's value makes.
func (q *query) assignments() (certain, possible []goval.Value) {
	switch {
	case q.table == nil && q.isMap():
		l := q.modelArg.List()
		if l == nil {
			l = &goval.List{Open: "keys of a map"}
		}
		return []goval.Value{l.Map(func(e goval.Element) goval.Value {
			return goval.Concat(sqlbuild.Quoted(e.Key), goval.Text(" = "), q.value(e.Arg))
		}).Join(goval.Text(", "))}, nil
	case q.table == nil && q.modelArg != nil && len(q.sets) == 0:
		return []goval.Value{goval.Unknown("assignments from " + q.modelArg.Type)}, nil
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
				v = goval.Text("DEFAULT")
			}
		}
		a := goval.Concat(q.name("", f), goval.Text(" = "), v)
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
		certain = append(certain, goval.Concat(e.Key, goval.Text(" = "), e.Text()))
	}
	return certain, possible
}

// bulkText updates many rows from values.
func (q *query) bulkText() goval.Value {
	alias := q.table.qualifier()
	var sets, on []goval.Value
	for _, f := range q.fieldsNamed(true) {
		if !f.tag.has("skipupdate") {
			sets = append(sets, goval.Concat(q.name("", f), goval.Text(" = "), q.name("_data.", f)))
		}
	}
	for _, f := range q.table.pks {
		on = append(on, goval.Concat(q.name(alias, f), goval.Text(" = "), q.name("_data.", f)))
	}
	fields := q.table.fields
	values := q.valuesOfFields(fields)
	q.wheres = append(q.wheres, where{sep: goval.Text(" AND "), text: orm.Join(on, " AND ")})
	return goval.Concat(goval.Text(`WITH "_data" (`), orm.Join(q.names("", fields), ", "), goval.Text(") AS ("),
		values, goval.Text(") "),
		q.Made("UPDATE "), q.modelTableText(true, false), goval.Text(" SET "), orm.Join(sets, ", "),
		goval.Text(" FROM _data"), q.whereText(true), q.returningText(nil))
}

func (q *query) valuesText() goval.Value {
	if q.table == nil {
		return goval.Unknown("values")
	}
	return q.valuesOfFields(q.fieldsNamed(false))
}

func (q *query) valuesOfFields(fields []*field) goval.Value {
	var values []goval.Value
	for _, f := range fields {
		v := q.given(f)
		if v == nil {
			v = goval.Concat(orm.Value(f.name), goval.Text("::"+f.sqlType()))
		}
		values = append(values, v)
	}
	if q.order {
		values = append(values, goval.Text("0"))
	}
	return goval.Concat(goval.Text("VALUES ("), orm.Join(values, ", "), goval.Text(")"))
}

// deleteText is a DELETE, or the UPDATE that marks rows as deleted (query_delete.go).
func (q *query) deleteText() goval.Value {
	table := q.modelTableText(true, false)
	others := q.tableExprs
	if table == nil && len(others) > 0 {
		table, others = others[0], others[1:]
	}
	if table == nil {
		return nil
	}
	if q.softDeletes() {
		set := goval.Concat(q.name("", q.table.deleted), goval.Text(" = "), orm.Value("now"))
		return goval.Concat(q.withText(), q.Made("UPDATE "), table, goval.Text(" SET "), set, q.whereText(true), q.tail(),
			q.returningText(nil))
	}
	out := goval.Concat(q.withText(), q.Made("DELETE FROM "), table)
	if len(others) > 0 {
		out = goval.Concat(out, goval.Text(" USING "), orm.Join(others, ", "))
	}
	out = goval.Concat(out, q.whereText(true))
	if q.unknown != nil {
		out = goval.Concat(out, goval.Text(" "), q.unknown)
	}
	return goval.Concat(out, q.tail(), q.returningText(nil))
}
