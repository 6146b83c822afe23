package bun

import (
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// query is what calls have put together so far (query_base.go and the queries built on it).
type query struct {
	// order says that VALUES has the number of each row besides.
	order bool
	ts    *tables
	sqlbuild.Writer
	verb string
	// modelArg is what Model is given; table what is made of it.
	modelArg *goval.Arg
	table    *table

	with, tableExprs, groups, havings, orders, joins, returning, sets []goval.Value
	columns                                                           []column
	excluded                                                          bool
	modelTable, on, lock, raw, distinct                               goval.Value
	wheres                                                            []where
	wherePK                                                           []*field
	wherePKOpen, hasOr, limited, offset, deletedOnly, all, force      bool
	values                                                            []goval.Element
	relations                                                         []related
	unions                                                            []goval.Value
	bulk, omitZero                                                    bool
	unknown                                                           goval.Value
	defines                                                           definition
}

// column is one that is named: of the table by its name, or text.
type column struct {
	text goval.Value
	expr bool
}

// where is a condition with what joins it to the one before.
type where struct {
	sep, text goval.Value
}

// related is a relation that is loaded, with what a function adds.
type related struct {
	path  string
	apply goval.Value
}

func newQuery(ts *tables, at goval.Run) *query {
	return &query{ts: ts, Writer: sqlbuild.Writer{At: at, Env: ts.env}}
}

// name is a field's column behind a qualifier, declared where the field is.
func (q *query) name(qualifier string, f *field) goval.Value {
	return q.Declared(qualifier+sqlbuild.Quote(f.name), f.obj)
}

func (q *query) names(qualifier string, fields []*field) []goval.Value {
	out := make([]goval.Value, 0, len(fields))
	for _, f := range fields {
		out = append(out, q.name(qualifier, f))
	}
	return out
}

// take follows the calls.
func (q *query) take(steps goval.Value) {
	for _, p := range steps {
		c := goval.CallOf(p)
		if c == nil {
			if slices.Contains(queries, goval.TypeOf(p)[strings.LastIndexByte(goval.TypeOf(p), '.')+1:]) {
				q.unknown = append(q.unknown, p)
			}
			continue
		}
		if call, ok := calls[c.Name]; ok {
			call(q, c)
		}
	}
}

var calls map[string]func(*query, *goval.Call)

func init() {
	begin := func(verb string) func(*query, *goval.Call) {
		return func(q *query, c *goval.Call) { q.verb = verb }
	}
	union := func(word string) func(*query, *goval.Call) {
		return func(q *query, c *goval.Call) {
			q.unions = append(q.unions, goval.Concat(goval.Text(" "+word+" ("), q.sub(c.Args[0]), goval.Text(")")))
		}
	}
	calls = map[string]func(*query, *goval.Call){
		"NewSelect": begin("SELECT"), "NewInsert": begin("INSERT"), "NewUpdate": begin("UPDATE"),
		"NewDelete": begin("DELETE"), "NewSelectQuery": begin("SELECT"), "NewInsertQuery": begin("INSERT"),
		"NewUpdateQuery": begin("UPDATE"), "NewDeleteQuery": begin("DELETE"),
		"NewValues": func(q *query, c *goval.Call) { q.verb = "VALUES"; q.setModel(c.Args[len(c.Args)-1]) },
		"NewRaw":    func(q *query, c *goval.Call) { q.verb, q.raw = "RAW", q.format(c, 0) },
		"NewRawQuery": func(q *query, c *goval.Call) {
			q.verb, q.raw = "RAW", q.format(c, 1)
		},
		"WithOrder":     func(q *query, c *goval.Call) { q.order = true },
		"Model":         func(q *query, c *goval.Call) { q.setModel(c.Args[0]) },
		"With":          func(q *query, c *goval.Call) { q.addWith("", c) },
		"WithRecursive": func(q *query, c *goval.Call) { q.addWith("RECURSIVE ", c) },
		"Distinct":      func(q *query, c *goval.Call) { q.distinct = goval.Text("DISTINCT ") },
		"DistinctOn": func(q *query, c *goval.Call) {
			q.distinct = goval.Concat(goval.Text("DISTINCT ON ("), q.format(c, 0), goval.Text(") "))
		},
		"Table": func(q *query, c *goval.Call) {
			for _, e := range orm.Variadic(c, 0).Elems {
				q.tableExprs = append(q.tableExprs, sqlbuild.Quoted(e.Text()))
			}
		},
		"TableExpr":      func(q *query, c *goval.Call) { q.tableExprs = append(q.tableExprs, q.format(c, 0)) },
		"ModelTableExpr": func(q *query, c *goval.Call) { q.modelTable = q.format(c, 0) },
		"Column":         (*query).addColumns,
		"ColumnExpr":     func(q *query, c *goval.Call) { q.columns = append(q.columns, column{q.format(c, 0), true}) },
		"ExcludeColumn":  (*query).excludeColumns,
		"WherePK":        (*query).addWherePK,
		"Where":          func(q *query, c *goval.Call) { q.addWhere(" AND ", q.format(c, 0)) },
		"WhereOr":        func(q *query, c *goval.Call) { q.addWhere(" OR ", q.format(c, 0)) },
		"WhereGroup":     (*query).addGroup,
		"WhereDeleted":   func(q *query, c *goval.Call) { q.deletedOnly, q.all = true, false },
		"WhereAllWithDeleted": func(q *query, c *goval.Call) {
			q.all, q.deletedOnly = true, false
		},
		"ForceDelete": func(q *query, c *goval.Call) { q.force = true },
		"Group": func(q *query, c *goval.Call) {
			for _, e := range orm.Variadic(c, 0).Elems {
				q.groups = append(q.groups, sqlbuild.Quoted(e.Text()))
			}
		},
		"GroupExpr": func(q *query, c *goval.Call) { q.groups = append(q.groups, q.format(c, 0)) },
		"Having": func(q *query, c *goval.Call) {
			q.havings = append(q.havings, goval.Concat(goval.Text("("), q.format(c, 0), goval.Text(")")))
		},
		"Order":     (*query).addOrders,
		"OrderExpr": func(q *query, c *goval.Call) { q.orders = append(q.orders, q.format(c, 0)) },
		"OrderBy": func(q *query, c *goval.Call) {
			q.orders = append(q.orders, goval.Concat(sqlbuild.Quoted(c.Args[0].Text()), goval.Text(" "), c.Args[1].Text()))
		},
		"Limit":    func(q *query, c *goval.Call) { q.limited = c.Args[0].Const != "0" },
		"Offset":   func(q *query, c *goval.Call) { q.offset = c.Args[0].Const != "0" },
		"For":      func(q *query, c *goval.Call) { q.lock = q.format(c, 0) },
		"Union":    union("UNION"),
		"UnionAll": union("UNION ALL"), "Intersect": union("INTERSECT"), "IntersectAll": union("INTERSECT ALL"),
		"Except": union("EXCEPT"), "ExceptAll": union("EXCEPT ALL"),
		"Join":     func(q *query, c *goval.Call) { q.joins = append(q.joins, q.format(c, 0)) },
		"JoinOn":   func(q *query, c *goval.Call) { q.joinOn(" AND ", c) },
		"JoinOnOr": func(q *query, c *goval.Call) { q.joinOn(" OR ", c) },
		"Relation": (*query).addRelation,
		"Value": func(q *query, c *goval.Call) {
			q.values = append(q.values, goval.Element{Key: c.Args[0].Text(), Arg: goval.Arg{Value: q.format(c, 1)}})
		},
		"Returning": func(q *query, c *goval.Call) { q.returning = append(q.returning, q.format(c, 0)) },
		"On":        func(q *query, c *goval.Call) { q.on = q.format(c, 0) },
		"Set":       func(q *query, c *goval.Call) { q.sets = append(q.sets, q.format(c, 0)) },
		"SetColumn": func(q *query, c *goval.Call) {
			q.sets = append(q.sets, goval.Concat(sqlbuild.Quoted(c.Args[0].Text()), goval.Text(" = "), q.format(c, 1)))
		},
		"OmitZero": func(q *query, c *goval.Call) { q.omitZero = true },
		"Bulk":     func(q *query, c *goval.Call) { q.bulk = true },
		"Ignore": func(q *query, c *goval.Call) {
			q.on = goval.Text("CONFLICT DO NOTHING")
		},
	}
	maps.Copy(calls, definitionCalls)
}

func (q *query) setModel(a goval.Arg) {
	q.modelArg = &a
	q.table = q.ts.of(a.DynamicType())
}

func (q *query) addWith(word string, c *goval.Call) {
	if len(c.Args) < 2 {
		return
	}
	columns := goval.Value(nil)
	if v := q.valuesOf(c.Args[1]); v != nil {
		names := v.names("", v.fieldsNamed(false))
		if v.order {
			names = append(names, goval.Text("_order"))
		}
		columns = goval.Concat(goval.Text(" ("), orm.Join(names, ", "), goval.Text(")"))
	}
	q.with = append(q.with, goval.Concat(goval.Text(word), sqlbuild.Quoted(c.Args[0].Text()), columns, goval.Text(" AS ("),
		q.sub(c.Args[1]), goval.Text(")")))
}

// valuesOf is the VALUES query that an argument is; nil if it is another.
func (q *query) valuesOf(a goval.Arg) *query {
	ways := expand(a.Text()).Variants()
	if len(ways) == 0 {
		return nil
	}
	in := newQuery(q.ts, q.At)
	in.take(ways[0])
	if in.verb != "VALUES" || in.table == nil {
		return nil
	}
	return in
}

func (q *query) addColumns(c *goval.Call) {
	l := orm.Variadic(c, 0)
	for _, e := range l.Elems {
		name, ok := e.Text().Constant()
		if ok && e.Optional && slices.ContainsFunc(q.columns,
			func(c column) bool { text, _ := c.text.Constant(); return text == name }) {
			continue // Ways that exclude each other add it.
		}
		q.columns = append(q.columns, column{text: e.Text()})
	}
	if l.Open != "" {
		q.columns = append(q.columns, column{l.More(), true})
	}
}

func (q *query) excludeColumns(c *goval.Call) {
	if q.table == nil {
		return
	}
	if q.columns == nil {
		for _, f := range q.table.fields {
			q.columns = append(q.columns, column{text: goval.Text(f.name)})
		}
		q.excluded = true
	}
	for _, e := range orm.Variadic(c, 0).Elems {
		name, _ := e.Text().Constant()
		if name == "*" {
			q.columns = []column{}
			return
		}
		q.columns = slices.DeleteFunc(q.columns,
			func(col column) bool { text, ok := col.text.Constant(); return ok && !col.expr && text == name })
	}
}

func (q *query) addWherePK(c *goval.Call) {
	if q.table == nil {
		q.wherePKOpen = true
		return
	}
	l := orm.Variadic(c, 0)
	if len(l.Elems) == 0 && l.Open == "" {
		q.wherePK = q.table.pks
		return
	}
	for _, e := range l.Elems {
		if name, ok := e.Text().Constant(); ok && q.table.byName[name] != nil {
			q.wherePK = append(q.wherePK, q.table.byName[name])
		}
	}
}

func (q *query) addWhere(sep string, text goval.Value) {
	q.hasOr = q.hasOr || strings.Contains(sep, "OR")
	q.wheres = append(q.wheres, where{sep: goval.Text(sep), text: text})
}

// addGroup is a group in brackets, which a function fills.
func (q *query) addGroup(c *goval.Call) {
	if len(c.Args) < 2 {
		return
	}
	sep := c.Args[0].Text()
	if text, ok := sep.Constant(); ok && strings.Contains(strings.ToUpper(text), "OR") {
		q.hasOr = true
	}
	text := orm.Each(expand(orm.WithoutRoot(c.Args[1].Func())), func(steps goval.Value) []goval.Value {
		in := *q
		in.wheres = nil
		in.take(steps)
		return []goval.Value{in.conditions()}
	})
	if len(text) > 0 {
		q.wheres = append(q.wheres, where{sep: sep, text: text})
	}
}

func (q *query) addOrders(c *goval.Call) {
	for _, e := range orm.Variadic(c, 0).Elems {
		text, ok := e.Text().Constant()
		switch name, direction, found := strings.Cut(text, " "); {
		case ok && text == "":
		case found:
			q.orders = append(q.orders, goval.Text(sqlbuild.Quote(name)+" "+direction))
		default:
			q.orders = append(q.orders, sqlbuild.Quoted(e.Text()))
		}
	}
}

func (q *query) joinOn(sep string, c *goval.Call) {
	if len(q.joins) == 0 {
		return
	}
	last := len(q.joins) - 1
	word := " ON "
	if text, ok := q.joins[last].Constant(); ok && strings.Contains(text, " ON (") || !ok {
		word = sep
	}
	q.joins[last] = goval.Concat(q.joins[last], goval.Text(word+"("), q.format(c, 0), goval.Text(")"))
}

func (q *query) addRelation(c *goval.Call) {
	path, ok := c.Args[0].Text().Constant()
	if !ok {
		return
	}
	r := related{path: path}
	if len(c.Args) > 1 {
		r.apply = orm.WithoutRoot(c.Args[1].Func())
	}
	q.relations = append(q.relations, r)
}

var mark = regexp.MustCompile(`\?(\w*)`)

// format is text whose marks take arguments, names of the model, or numbered arguments
// (schema/querygen.go).
func (q *query) format(c *goval.Call, from int) goval.Value {
	if from >= len(c.Args) {
		return nil
	}
	args := orm.Variadic(c, from+1)
	ways := c.Args[from].Text().Variants()
	if len(ways) < 2 {
		return q.formatted(c.Args[from].Text(), args)
	}
	var out goval.Value
	for i, way := range ways {
		if i == 0 {
			out = q.formatted(way, args)
		} else {
			out = goval.Either(out, q.formatted(way, args))
		}
	}
	return out
}

// formatted is one text with its arguments.
func (q *query) formatted(text goval.Value, args *goval.List) goval.Value {
	next := 0
	var out goval.Value
	for _, part := range text {
		p, ok := part.(*goval.Lit)
		if !ok {
			out = append(out, part)
			continue
		}
		at := 0
		for _, m := range mark.FindAllStringSubmatchIndex(p.Text, -1) {
			if m[0] > 0 && p.Text[m[0]-1] == '\\' {
				out = append(append(out, p.Slice(at, m[0]-1)), p.Slice(m[0], m[1]))
				at = m[1]
				continue
			}
			out = append(out, p.Slice(at, m[0]))
			out = append(out, q.argument(p.Text[m[2]:m[3]], p.Slice(m[0], m[1]), args, &next)...)
			at = m[1]
		}
		out = append(out, p.Slice(at, len(p.Text)))
	}
	return out
}

// argument is what a mark with a name, which may be empty, stands for.
func (q *query) argument(name string, text *goval.Lit, args *goval.List, next *int) goval.Value {
	if name == "" {
		*next++
		switch {
		case *next <= len(args.Elems):
			return q.value(args.Elems[*next-1].Arg)
		case args.Open != "":
			return orm.Value(args.Open)
		}
		return goval.Value{text}
	}
	if n := strings.Trim(name, "0123456789"); n == "" {
		i := 0
		for _, c := range name {
			i = i*10 + int(c-'0')
		}
		if i < len(args.Elems) {
			return q.value(args.Elems[i].Arg)
		}
		return goval.Value{text}
	}
	if q.table != nil {
		switch name {
		case "TableName":
			return goval.Text(sqlbuild.Quote(q.table.name))
		case "TableAlias":
			return goval.Text(sqlbuild.Quote(q.table.alias))
		case "PKs":
			return orm.Join(q.names("", q.table.pks), ", ")
		case "TablePKs":
			return orm.Join(q.names(q.table.qualifier(), q.table.pks), ", ")
		case "Columns":
			return orm.Join(q.names("", q.table.fields), ", ")
		case "TableColumns":
			return orm.Join(q.names(q.table.qualifier(), q.table.fields), ", ")
		}
	}
	if len(args.Elems) == 1 && goval.Is[*goval.Hole](args.Elems[0].Text()) ||
		q.table != nil && q.table.byName[name] != nil {
		return orm.Value(name)
	}
	return goval.Value{text}
}

// value is what an argument writes: a name, text, a query, or a value.
func (q *query) value(a goval.Arg) goval.Value {
	if orm.HasSteps(a.Text()) {
		return q.sub(a)
	}
	path, name := orm.TypeName(a)
	if strings.HasPrefix(path, "github.com/uptrace/bun") {
		switch name {
		case "Ident", "Name":
			return sqlbuild.Quoted(a.Text())
		case "Safe", "Order":
			return a.Text()
		}
	}
	if a.Nil {
		return goval.Text("NULL")
	}
	return orm.Written("value", a.DynamicType())
}

// sub is a query within another.
func (q *query) sub(a goval.Arg) goval.Value {
	return orm.Each(expand(a.Text()), func(steps goval.Value) []goval.Value {
		in := newQuery(q.ts, q.At)
		in.take(steps)
		text := in.text()
		if len(text) == 0 {
			text = goval.Unknown("query")
		}
		return []goval.Value{text}
	})
}

// send gives what the last call sends.
func (q *query) send(c *goval.Call) []goval.Value {
	if q.verb == "RAW" {
		return []goval.Value{q.raw}
	}
	switch c.Name {
	case "Count":
		return []goval.Value{q.selectText(true)}
	case "Exists":
		return []goval.Value{goval.Concat(q.Made("SELECT EXISTS ("), q.selectText(false), goval.Text(")"))}
	case "ScanAndCount":
		out := append([]goval.Value{q.selectText(false)}, q.loads()...)
		if q.limited || q.offset {
			out = append(out, q.selectText(true))
		}
		return out
	case "String":
		return []goval.Value{q.text()}
	}
	switch q.verb {
	case "INSERT":
		return q.insertTexts()
	case "UPDATE":
		return q.updateTexts()
	}
	out := []goval.Value{q.text()}
	if q.verb == "SELECT" && c.Name == "Scan" {
		out = append(out, q.loads()...)
	}
	return out
}

// text is the statement as part of another one.
func (q *query) text() goval.Value {
	switch q.verb {
	case "SELECT":
		return q.selectText(false)
	case "INSERT":
		if texts := q.insertTexts(); len(texts) > 0 {
			return texts[0]
		}
	case "UPDATE":
		if texts := q.updateTexts(); len(texts) > 0 {
			return texts[0]
		}
	case "DELETE":
		return q.deleteText()
	case "VALUES":
		return q.valuesText()
	case "RAW":
		return q.raw
	}
	if text := q.definitionText(); text != nil {
		return text
	}
	if q.unknown != nil {
		return q.selectText(false)
	}
	return nil
}

// element says which fields of the model's value are set.
func (q *query) element() goval.Arg {
	if q.modelArg == nil {
		return goval.Arg{}
	}
	a := *q.modelArg
	if a.List() != nil && orm.IsSequence(a) && len(a.List().Elems) > 0 {
		return a.List().Elems[0].Arg
	}
	return a
}

func isSlice(t types.Type) bool {
	for t != nil {
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			return true
		default:
			return false
		}
	}
	return false
}
