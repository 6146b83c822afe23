package bun

import (
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// inline are the relations that are joined, with the name of each; the others are loaded by
// queries of their own.
type inline struct {
	r      *relation
	alias  string
	parent string
	apply  goval.Value
}

// split follows the paths of relations.
func (q *query) split() (joined []inline, many []manyOf) {
	done := map[string]bool{}
	for _, rel := range q.relations {
		tb, alias, parent, path := q.table, "", "", ""
		names := strings.Split(rel.path, ".")
		for i, name := range names {
			if tb == nil || tb.relations[name] == nil {
				break
			}
			r := tb.relations[name]
			path += "." + name
			apply := goval.Value(nil)
			if i == len(names)-1 {
				apply = rel.apply
			}
			if r.kind == "has-many" || r.kind == "m2m" {
				rest := strings.Join(names[i+1:], ".")
				if !done[path] || rest != "" {
					many = append(many, manyOf{tb, r, apply, rest, rel.apply})
				}
				done[path] = true
				break
			}
			if alias != "" {
				parent = alias
				alias += "__"
			}
			alias += r.field.name
			if !done[path] {
				done[path] = true
				joined = append(joined, inline{r, alias, parent, apply})
			}
			tb = r.join
		}
	}
	return joined, many
}

type manyOf struct {
	owner *table
	r     *relation
	apply goval.Value
	// rest is the path of relations behind this one, with what a function adds to it.
	rest      string
	restApply goval.Value
}

// selectText writes a SELECT (query_select.go).
func (q *query) selectText(count bool) goval.Value {
	joined, _ := q.split()
	named := make([][]column, len(joined))
	for i, j := range joined {
		named[i] = q.applied(j.r.join, j.apply)
	}
	wrapped := count && (len(q.groups) > 0 || q.distinct != nil)
	list := goval.Text("count(*)")
	if !count || wrapped {
		list = q.columnList(joined, named)
	}
	out := goval.Concat(q.withText(), q.Made("SELECT "), q.distinct, list, q.fromText(true))
	for _, j := range joined {
		out = goval.Concat(out, q.joinText(j))
	}
	for _, j := range q.joins {
		out = goval.Concat(out, goval.Text(" "), j)
	}
	out = goval.Concat(out, q.whereText(true))
	if q.unknown != nil {
		out = goval.Concat(out, goval.Text(" "), q.unknown)
	}
	if len(q.groups) > 0 {
		out = goval.Concat(out, goval.Text(" GROUP BY "), orm.Join(q.groups, ", "))
	}
	if len(q.havings) > 0 {
		out = goval.Concat(out, goval.Text(" HAVING "), orm.Join(q.havings, " AND "))
	}
	if !count {
		out = goval.Concat(out, q.tail())
		if q.lock != nil {
			out = goval.Concat(out, goval.Text(" FOR "), q.lock)
		}
	}
	if len(q.unions) > 0 {
		out = goval.Concat(goval.Text("("), out, goval.Text(")"), orm.Join(q.unions, ""))
	}
	if wrapped {
		out = goval.Concat(goval.Text("WITH _count_wrapper AS ("), out,
			goval.Text(") SELECT count(*) FROM _count_wrapper"))
	}
	return out
}

// applied runs the function of a relation: conditions it adds to the query, columns it keeps.
func (q *query) applied(tb *table, apply goval.Value) []column {
	if len(apply) == 0 {
		return nil
	}
	ways := expand(apply).Variants()
	saved, savedColumns := q.table, q.columns
	q.table, q.columns = tb, nil
	q.take(ways[len(ways)-1])
	named := q.columns
	q.table, q.columns = saved, savedColumns
	return named
}

func (q *query) withText() goval.Value {
	if len(q.with) == 0 {
		return nil
	}
	return goval.Concat(goval.Text("WITH "), orm.Join(q.with, ", "), goval.Text(" "))
}

// columnList are the columns of the query and of what is joined.
func (q *query) columnList(joined []inline, named [][]column) goval.Value {
	var out []goval.Value
	switch {
	case q.columns != nil:
		for _, c := range q.columns {
			out = append(out, q.columnText(c))
		}
	case q.table != nil:
		out = q.names(q.table.qualifier(), q.table.fields)
	default:
		out = append(out, goval.Text("*"))
	}
	for i, j := range joined {
		if named[i] == nil {
			for _, f := range j.r.join.fields {
				out = append(out, q.aliased(j, f))
			}
			continue
		}
		for _, c := range named[i] {
			if text, ok := c.text.Constant(); ok && !c.expr && j.r.join.byName[text] != nil {
				out = append(out, q.aliased(j, j.r.join.byName[text]))
			} else if c.expr {
				out = append(out, c.text)
			} else {
				out = append(out, sqlbuild.Quoted(c.text))
			}
		}
	}
	return orm.Join(out, ", ")
}

func (q *query) aliased(j inline, f *field) goval.Value {
	return goval.Concat(q.name(sqlbuild.Quote(j.alias)+".", f), goval.Text(` AS "`+j.alias+"__"+f.name+`"`))
}

func (q *query) columnText(c column) goval.Value {
	if c.expr {
		return c.text
	}
	if text, ok := c.text.Constant(); ok && q.table != nil && q.table.byName[text] != nil {
		return goval.Concat(goval.Text(q.table.qualifier()), sqlbuild.Quoted(c.text))
	}
	return sqlbuild.Quoted(c.text)
}

// fromText are the tables: the model's, and those that are named.
func (q *query) fromText(withAlias bool) goval.Value {
	tables := q.tableExprs
	if m := q.modelTableText(withAlias, true); m != nil {
		tables = append([]goval.Value{m}, tables...)
	}
	if len(tables) == 0 {
		return nil
	}
	return goval.Concat(goval.Text(" FROM "), orm.Join(tables, ", "))
}

// modelTableText is the model's table; nil if there is none.
func (q *query) modelTableText(withAlias, selects bool) goval.Value {
	switch {
	case q.modelTable != nil:
		return q.modelTable
	case q.table == nil && q.modelArg != nil && !q.isMap():
		return unknownTable(q.modelArg)
	case q.table == nil && q.unknown != nil && len(q.tableExprs) == 0:
		return goval.UnknownIdent("table")
	case q.table == nil || q.table.typeName == "" && q.table.name == "":
		return nil
	}
	text := sqlbuild.Quote(q.table.name)
	if selects {
		text = q.table.selects
	}
	out := q.tableText(q.table, text)
	if withAlias && (!selects || sqlbuild.Quote(q.table.alias) != text) {
		out = goval.Concat(out, goval.Text(" AS "+sqlbuild.Quote(q.table.alias)))
	}
	return out
}

// tableText is the name of a table, if it is known.
func (q *query) tableText(tb *table, name string) goval.Value {
	if tb.name == "" {
		return unknownName(tb)
	}
	run := q.ts.env.Position(typeObject(tb))
	return goval.Value{&goval.Lit{Text: name, Runs: []goval.Run{q.At}, Declared: &run}}
}

// unknownTable stands for the table of a value whose type is not known: a parameter's, if the
// function is given it.
func unknownTable(a *goval.Arg) goval.Value {
	if goval.Is[*goval.Param](a.Text()) {
		return a.Text()
	}
	return goval.UnknownIdent("table of " + a.Type)
}

// joinText joins the table of a relation (relationJoin.appendHasOneJoin).
func (q *query) joinText(j inline) goval.Value {
	base := j.parent
	if base == "" {
		base = q.table.alias
	}
	var on []goval.Value
	for i, b := range j.r.base {
		on = append(on, goval.Concat(q.name(sqlbuild.Quote(j.alias)+".", j.r.far[i]), goval.Text(" = "),
			q.name(sqlbuild.Quote(base)+".", b)))
	}
	name := q.tableText(j.r.join, j.r.join.selects)
	out := goval.Concat(goval.Text(" LEFT JOIN "), name, goval.Text(" AS "+sqlbuild.Quote(j.alias)+" ON ("),
		orm.Join(on, " AND "), goval.Text(")"))
	if j.r.join.deleted != nil && !q.all {
		out = goval.Concat(out, goval.Text(" AND "), q.alive(sqlbuild.Quote(j.alias)+".", j.r.join.deleted))
	}
	return out
}

// alive leaves out rows that are marked as deleted, or all others.
func (q *query) alive(qualifier string, f *field) goval.Value {
	name := q.name(qualifier, f)
	switch {
	case (f.isPtr || f.nullZero) && q.deletedOnly:
		return goval.Concat(name, goval.Text(" IS NOT NULL"))
	case f.isPtr || f.nullZero:
		return goval.Concat(name, goval.Text(" IS NULL"))
	case q.deletedOnly:
		return goval.Concat(name, goval.Text(" != "), orm.Value("no time"))
	}
	return goval.Concat(name, goval.Text(" = "), orm.Value("no time"))
}

// conditions joins what Where and the like were given.
func (q *query) conditions() goval.Value {
	var out goval.Value
	for i, w := range q.wheres {
		if i > 0 {
			out = goval.Concat(out, w.sep)
		}
		out = goval.Concat(out, goval.Text("("), w.text, goval.Text(")"))
	}
	return out
}

func (q *query) softDeletes() bool {
	return q.table != nil && q.table.deleted != nil && !q.all && (!q.force || q.deletedOnly)
}

// whereText is WHERE (whereBaseQuery.appendWhere).
func (q *query) whereText(withAlias bool) goval.Value {
	var parts []goval.Value
	if len(q.wheres) > 0 {
		text := q.conditions()
		if q.hasOr && (q.softDeletes() || q.wherePK != nil) {
			text = goval.Concat(goval.Text("("), text, goval.Text(")"))
		}
		parts = append(parts, text)
	}
	qualifier := ""
	if q.table != nil && withAlias {
		qualifier = q.table.qualifier()
	}
	if q.softDeletes() {
		parts = append(parts, q.alive(q.table.qualifier(), q.table.deleted))
	}
	if q.wherePK != nil {
		parts = append(parts, q.keyText(qualifier))
	} else if q.wherePKOpen {
		parts = append(parts, goval.Unknown("primary key"))
	}
	if len(parts) == 0 {
		return nil
	}
	return goval.Concat(goval.Text(" WHERE "), orm.Join(parts, " AND "))
}

// keyText compares the keys of a struct, or of the elements of a slice.
func (q *query) keyText(qualifier string) goval.Value {
	names := q.names(qualifier, q.wherePK)
	if q.modelArg != nil && isSlice(q.modelArg.DynamicType()) {
		return inText(names)
	}
	var out []goval.Value
	for _, n := range names {
		out = append(out, goval.Concat(n, goval.Text(" = "), orm.Value("key")))
	}
	return goval.Concat(goval.Text("("), orm.Join(out, " AND "), goval.Text(")"))
}

func inText(names []goval.Value) goval.Value {
	if len(names) == 1 {
		return goval.Concat(names[0], goval.Text(" IN ("), orm.Value("keys"), goval.Text(")"))
	}
	var values []goval.Value
	for range names {
		values = append(values, orm.Value("key"))
	}
	return goval.Concat(goval.Text("("), orm.Join(names, ", "), goval.Text(") IN (("), orm.Join(values, ", "),
		goval.Text("))"))
}

func (q *query) tail() goval.Value {
	var out goval.Value
	if len(q.orders) > 0 {
		out = goval.Concat(out, goval.Text(" ORDER BY "), orm.Join(q.orders, ", "))
	}
	if q.limited {
		out = goval.Concat(out, goval.Text(" LIMIT "), orm.Value("limit"))
	}
	if q.offset {
		out = goval.Concat(out, goval.Text(" OFFSET "), orm.Value("offset"))
	}
	return out
}

// loads are the queries for relations that are not joined.
func (q *query) loads() []goval.Value {
	_, many := q.split()
	var out []goval.Value
	for _, m := range many {
		in := newQuery(q.ts, q.At)
		in.verb, in.table, in.all = "SELECT", m.r.join, q.all
		alias := m.r.join.qualifier()
		if m.r.kind == "m2m" {
			between := sqlbuild.Quote(m.r.between.alias)
			for _, n := range in.names(between+".", m.r.m2mBase) {
				in.columns = append(in.columns, column{n, true})
			}
			name := q.tableText(m.r.between, sqlbuild.Quote(m.r.between.name))
			in.joins = append(in.joins, goval.Concat(goval.Text("JOIN "), name, goval.Text(" AS "+between+" ON "),
				inText(in.names(between+".", m.r.m2mBase))))
			for i, f := range m.r.m2mFar {
				in.addWhere(" AND ", goval.Concat(in.name(alias, m.r.far[i]), goval.Text(" = "), in.name(between+".", f)))
			}
		} else {
			in.addWhere(" AND ", inText(in.names(alias, m.r.far)))
			if m.r.polymorphic != nil {
				in.addWhere(" AND ", goval.Concat(in.name("", m.r.polymorphic), goval.Text(" = "), orm.Value("type")))
			}
		}
		kept := in.applied(m.r.join, m.apply)
		if kept == nil {
			for _, n := range in.names(alias, m.r.join.fields) {
				in.columns = append(in.columns, column{n, true})
			}
		} else {
			for _, c := range kept {
				in.columns = append(in.columns, column{in.columnText(c), true})
			}
		}
		if m.rest != "" {
			in.relations = append(in.relations, related{m.rest, m.restApply})
		}
		out = append(append(out, in.selectText(false)), in.loads()...)
	}
	return out
}
