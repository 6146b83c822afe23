package bun

import (
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/strval"
)

// inline are the relations that are joined, with the name of each; the others are loaded by
// queries of their own.
type inline struct {
	r      *relation
	alias  string
	parent string
	apply  strval.Value
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
			apply := strval.Value(nil)
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
	apply strval.Value
	// rest is the path of relations behind this one, with what a function adds to it.
	rest      string
	restApply strval.Value
}

// selectText writes a SELECT (query_select.go).
func (q *query) selectText(count bool) strval.Value {
	joined, _ := q.split()
	named := make([][]column, len(joined))
	for i, j := range joined {
		named[i] = q.applied(j.r.join, j.apply)
	}
	wrapped := count && (len(q.groups) > 0 || q.distinct != nil)
	list := strval.Text("count(*)")
	if !count || wrapped {
		list = q.columnList(joined, named)
	}
	out := strval.Concat(q.withText(), q.made("SELECT "), q.distinct, list, q.fromText(true))
	for _, j := range joined {
		out = strval.Concat(out, q.joinText(j))
	}
	for _, j := range q.joins {
		out = strval.Concat(out, strval.Text(" "), j)
	}
	out = strval.Concat(out, q.whereText(true))
	if q.unknown != nil {
		out = strval.Concat(out, strval.Text(" "), q.unknown)
	}
	if len(q.groups) > 0 {
		out = strval.Concat(out, strval.Text(" GROUP BY "), orm.Join(q.groups, ", "))
	}
	if len(q.havings) > 0 {
		out = strval.Concat(out, strval.Text(" HAVING "), orm.Join(q.havings, " AND "))
	}
	if !count {
		out = strval.Concat(out, q.tail())
		if q.lock != nil {
			out = strval.Concat(out, strval.Text(" FOR "), q.lock)
		}
	}
	if len(q.unions) > 0 {
		out = strval.Concat(strval.Text("("), out, strval.Text(")"), orm.Join(q.unions, ""))
	}
	if wrapped {
		out = strval.Concat(strval.Text("WITH _count_wrapper AS ("), out,
			strval.Text(") SELECT count(*) FROM _count_wrapper"))
	}
	return out
}

// applied runs the function of a relation: conditions it adds to the query, columns it keeps.
func (q *query) applied(tb *table, apply strval.Value) []column {
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

func (q *query) withText() strval.Value {
	if len(q.with) == 0 {
		return nil
	}
	return strval.Concat(strval.Text("WITH "), orm.Join(q.with, ", "), strval.Text(" "))
}

// columnList are the columns of the query and of what is joined.
func (q *query) columnList(joined []inline, named [][]column) strval.Value {
	var out []strval.Value
	switch {
	case q.columns != nil:
		for _, c := range q.columns {
			out = append(out, q.columnText(c))
		}
	case q.table != nil:
		out = q.names(q.table.qualifier(), q.table.fields)
	default:
		out = append(out, strval.Text("*"))
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
				out = append(out, identOf(c.text))
			}
		}
	}
	return orm.Join(out, ", ")
}

func (q *query) aliased(j inline, f *field) strval.Value {
	return strval.Concat(q.name(ident(j.alias)+".", f), strval.Text(` AS "`+j.alias+"__"+f.name+`"`))
}

func (q *query) columnText(c column) strval.Value {
	if c.expr {
		return c.text
	}
	if text, ok := c.text.Constant(); ok && q.table != nil && q.table.byName[text] != nil {
		return strval.Concat(strval.Text(q.table.qualifier()), identOf(c.text))
	}
	return identOf(c.text)
}

// fromText are the tables: the model's, and those that are named.
func (q *query) fromText(withAlias bool) strval.Value {
	tables := q.tableExprs
	if m := q.modelTableText(withAlias, true); m != nil {
		tables = append([]strval.Value{m}, tables...)
	}
	if len(tables) == 0 {
		return nil
	}
	return strval.Concat(strval.Text(" FROM "), orm.Join(tables, ", "))
}

// modelTableText is the model's table; nil if there is none.
func (q *query) modelTableText(withAlias, selects bool) strval.Value {
	switch {
	case q.modelTable != nil:
		return q.modelTable
	case q.table == nil && q.modelArg != nil && !q.isMap():
		return unknownTable(q.modelArg)
	case q.table == nil && q.unknown != nil && len(q.tableExprs) == 0:
		return strval.Value{{Kind: strval.Hole, Place: strval.IdentText, Reason: "table"}}
	case q.table == nil || q.table.typeName == "" && q.table.name == "":
		return nil
	}
	text := ident(q.table.name)
	if selects {
		text = q.table.selects
	}
	out := q.tableText(q.table, text)
	if withAlias && (!selects || ident(q.table.alias) != text) {
		out = strval.Concat(out, strval.Text(" AS "+ident(q.table.alias)))
	}
	return out
}

// tableText is the name of a table, if it is known.
func (q *query) tableText(tb *table, name string) strval.Value {
	if tb.name == "" {
		return unknownName(tb)
	}
	run := q.ts.env.Position(typeObject(tb))
	return strval.Value{{Kind: strval.Lit, Text: name, Runs: []strval.Run{q.at}, Declared: &run}}
}

// unknownTable stands for the table of a value whose type is not known: a parameter's, if the
// function is given it.
func unknownTable(a *strval.Arg) strval.Value {
	if len(a.Text) == 1 && a.Text[0].Kind == strval.Param {
		return a.Text
	}
	return strval.Value{{Kind: strval.Hole, Place: strval.IdentText, Reason: "table of " + a.Type}}
}

// joinText joins the table of a relation (relationJoin.appendHasOneJoin).
func (q *query) joinText(j inline) strval.Value {
	base := j.parent
	if base == "" {
		base = q.table.alias
	}
	var on []strval.Value
	for i, b := range j.r.base {
		on = append(on, strval.Concat(q.name(ident(j.alias)+".", j.r.far[i]), strval.Text(" = "), q.name(ident(base)+".", b)))
	}
	name := q.tableText(j.r.join, j.r.join.selects)
	out := strval.Concat(strval.Text(" LEFT JOIN "), name, strval.Text(" AS "+ident(j.alias)+" ON ("),
		orm.Join(on, " AND "), strval.Text(")"))
	if j.r.join.deleted != nil && !q.all {
		out = strval.Concat(out, strval.Text(" AND "), q.alive(ident(j.alias)+".", j.r.join.deleted))
	}
	return out
}

// alive leaves out rows that are marked as deleted, or all others.
func (q *query) alive(qualifier string, f *field) strval.Value {
	name := q.name(qualifier, f)
	switch {
	case (f.isPtr || f.nullZero) && q.deletedOnly:
		return strval.Concat(name, strval.Text(" IS NOT NULL"))
	case f.isPtr || f.nullZero:
		return strval.Concat(name, strval.Text(" IS NULL"))
	case q.deletedOnly:
		return strval.Concat(name, strval.Text(" != "), orm.Value("no time"))
	}
	return strval.Concat(name, strval.Text(" = "), orm.Value("no time"))
}

// conditions joins what Where and the like were given.
func (q *query) conditions() strval.Value {
	var out strval.Value
	for i, w := range q.wheres {
		if i > 0 {
			out = strval.Concat(out, w.sep)
		}
		out = strval.Concat(out, strval.Text("("), w.text, strval.Text(")"))
	}
	return out
}

func (q *query) softDeletes() bool {
	return q.table != nil && q.table.deleted != nil && !q.all && (!q.force || q.deletedOnly)
}

// whereText is WHERE (whereBaseQuery.appendWhere).
func (q *query) whereText(withAlias bool) strval.Value {
	var parts []strval.Value
	if len(q.wheres) > 0 {
		text := q.conditions()
		if q.hasOr && (q.softDeletes() || q.wherePK != nil) {
			text = strval.Concat(strval.Text("("), text, strval.Text(")"))
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
		parts = append(parts, strval.Unknown("primary key"))
	}
	if len(parts) == 0 {
		return nil
	}
	return strval.Concat(strval.Text(" WHERE "), orm.Join(parts, " AND "))
}

// keyText compares the keys of a struct, or of the elements of a slice.
func (q *query) keyText(qualifier string) strval.Value {
	names := q.names(qualifier, q.wherePK)
	if q.modelArg != nil && isSlice(q.modelArg.DynamicType()) {
		return inText(names)
	}
	var out []strval.Value
	for _, n := range names {
		out = append(out, strval.Concat(n, strval.Text(" = "), orm.Value("key")))
	}
	return strval.Concat(strval.Text("("), orm.Join(out, " AND "), strval.Text(")"))
}

func inText(names []strval.Value) strval.Value {
	if len(names) == 1 {
		return strval.Concat(names[0], strval.Text(" IN ("), orm.Value("keys"), strval.Text(")"))
	}
	var values []strval.Value
	for range names {
		values = append(values, orm.Value("key"))
	}
	return strval.Concat(strval.Text("("), orm.Join(names, ", "), strval.Text(") IN (("), orm.Join(values, ", "),
		strval.Text("))"))
}

func (q *query) tail() strval.Value {
	var out strval.Value
	if len(q.orders) > 0 {
		out = strval.Concat(out, strval.Text(" ORDER BY "), orm.Join(q.orders, ", "))
	}
	if q.limited {
		out = strval.Concat(out, strval.Text(" LIMIT "), orm.Value("limit"))
	}
	if q.offset {
		out = strval.Concat(out, strval.Text(" OFFSET "), orm.Value("offset"))
	}
	return out
}

// loads are the queries for relations that are not joined.
func (q *query) loads() []strval.Value {
	_, many := q.split()
	var out []strval.Value
	for _, m := range many {
		in := newQuery(q.ts, q.at)
		in.verb, in.table, in.all = "SELECT", m.r.join, q.all
		alias := m.r.join.qualifier()
		if m.r.kind == "m2m" {
			between := ident(m.r.between.alias)
			for _, n := range in.names(between+".", m.r.m2mBase) {
				in.columns = append(in.columns, column{n, true})
			}
			name := q.tableText(m.r.between, ident(m.r.between.name))
			in.joins = append(in.joins, strval.Concat(strval.Text("JOIN "), name, strval.Text(" AS "+between+" ON "),
				inText(in.names(between+".", m.r.m2mBase))))
			for i, f := range m.r.m2mFar {
				in.addWhere(" AND ", strval.Concat(in.name(alias, m.r.far[i]), strval.Text(" = "), in.name(between+".", f)))
			}
		} else {
			in.addWhere(" AND ", inText(in.names(alias, m.r.far)))
			if m.r.polymorphic != nil {
				in.addWhere(" AND ", strval.Concat(in.name("", m.r.polymorphic), strval.Text(" = "), orm.Value("type")))
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
