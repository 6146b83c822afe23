package ent

import (
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// operators are the ends of the names of predicates of fields, with what stands behind the
// column.
var operators = map[string]string{
	"": " = ", "EQ": " = ", "NEQ": " <> ", "GT": " > ", "GTE": " >= ", "LT": " < ", "LTE": " <= ",
	"Contains": " LIKE ", "HasPrefix": " LIKE ", "HasSuffix": " LIKE ", "ContainsFold": " ILIKE ", "EqualFold": " ILIKE ",
	"In": " IN ", "NotIn": " NOT IN ", "IsNil": " IS NULL", "NotNil": " IS NOT NULL",
}

// condition is what a predicate writes; maybe says that it is added for some data only.
type condition struct {
	text  goval.Value
	maybe bool
}

// predicates are what each of a list of predicates writes.
func (b *builder) predicates(l *goval.List, e *entity, alias string) []condition {
	var out []condition
	for _, el := range l.Elems {
		out = append(out, condition{b.predicate(el.Arg, e, alias), el.Optional})
	}
	if l.Open != "" {
		out = append(out, condition{text: l.More()})
	}
	return out
}

// joinConditions puts an operator between conditions: those that are certain, or all.
func joinConditions(before string, conditions []condition, operator, after string) goval.Value {
	var certain, all []goval.Value
	for _, c := range conditions {
		all = append(all, c.text)
		if !c.maybe {
			certain = append(certain, c.text)
		}
	}
	join := func(texts []goval.Value) goval.Value {
		if len(texts) == 0 {
			return nil
		}
		return cat(lit(before), orm.Join(texts, operator), lit(after))
	}
	if len(certain) == len(all) {
		return join(all)
	}
	return goval.Choice([]goval.Value{join(certain), join(all)})
}

// predicate is what a predicate writes for a table under a name.
func (b *builder) predicate(a goval.Arg, e *entity, alias string) goval.Value {
	var out []goval.Value
	if len(a.Func()) > 0 {
		for _, way := range orm.WithoutRoot(a.Func()).Variants() {
			out = append(out, b.ofSelector(way, e, alias))
		}
		return goval.Choice(out)
	}
	for _, way := range a.Text().Variants() {
		predicate := goval.Unknown("a predicate")
		if len(way) == 1 {
			switch p := way[0].(type) {
			case *goval.Call:
				predicate = b.predicateCall(p, e, alias)
			case *goval.Arg:
				predicate = b.predicate(*p, e, alias)
			case *goval.Param:
				predicate = way
			}
		}
		out = append(out, predicate)
	}
	if len(out) == 0 {
		return goval.Unknown("a predicate")
	}
	return goval.Choice(out)
}

func (b *builder) predicateCall(c *goval.Call, e *entity, alias string) goval.Value {
	switch c.Name {
	case "And", "Or":
		conditions := b.predicates(orm.Variadic(c, 0), e, alias)
		if !slices.ContainsFunc(conditions, func(c condition) bool { return !c.maybe }) {
			// Code asks for none of them only where it does not get here.
			for i := range conditions {
				conditions[i].maybe = false
			}
		}
		if len(conditions) == 0 {
			return goval.Unknown("predicates")
		}
		return joinConditions("(", conditions, " "+strings.ToUpper(c.Name)+" ", ")")
	case "Not":
		return cat(lit("NOT ("), b.predicate(c.Args[0], e, alias), lit(")"))
	}
	if name, ok := strings.CutPrefix(c.Name, "Has"); ok {
		if d := e.edges[name]; d != nil {
			return b.hasEdge(d, e, alias)
		}
		if d := e.edges[strings.TrimSuffix(name, "With")]; d != nil && strings.HasSuffix(name, "With") {
			return b.hasEdgeWith(d, e, alias, orm.Variadic(c, 0))
		}
	}
	field, operator := e.split(c.Name)
	if field == "" {
		return goval.Unknown(c.Name)
	}
	column := b.column(alias, e, e.fields[field])
	switch operator {
	case "IsNil", "NotNil":
		return cat(column, lit(operators[operator]))
	case "In", "NotIn":
		return cat(column, lit(operators[operator]+"("), orm.Value(field), lit(")"))
	}
	return cat(column, lit(operators[operator]), orm.Value(field))
}

// split cuts the name of a predicate into that of a field and an operator.
func (e *entity) split(name string) (field, operator string) {
	for f := range e.fields {
		rest, ok := strings.CutPrefix(name, f)
		if _, known := operators[rest]; ok && known && len(f) > len(field) {
			field, operator = f, rest
		}
	}
	return field, operator
}

// hasEdge asks for a neighbor (sqlgraph.HasNeighbors).
func (b *builder) hasEdge(d *edge, e *entity, alias string) goval.Value {
	switch {
	case d.rel == "M2M":
		owner, _ := d.ends()
		return cat(b.column(alias, e, e.id), b.Made(` IN (SELECT `+quote(d.table, owner)+` FROM "`+d.table+`")`))
	case d.fromOwner():
		return cat(b.Made(quote(alias, d.columns[0])), lit(" IS NOT NULL"))
	}
	from, to := b.Made(`"`+d.table+`"`), d.table
	if e.table == d.table {
		from, to = renamed(from, d.table)
	}
	key := b.Made(quote(to, d.columns[0]))
	return cat(lit("EXISTS (SELECT "), key, lit(" FROM "), from, lit(" WHERE "), b.column(alias, e, e.id), lit(" = "),
		key, lit(")"))
}

// renamed gives the table of an edge within one entity another name.
func renamed(from goval.Value, table string) (goval.Value, string) {
	return cat(from, lit(` AS "`+table+`_edge"`)), table + "_edge"
}

// hasEdgeWith asks for a neighbor with predicates (sqlgraph.HasNeighborsWith).
func (b *builder) hasEdgeWith(d *edge, e *entity, alias string, preds *goval.List) goval.Value {
	other := b.es.of(e.root, d.to)
	if other == nil {
		return goval.Unknown("edge " + d.name)
	}
	if d.rel == "M2M" {
		owner, far := d.ends()
		out := cat(b.column(alias, e, e.id), b.Made(` IN (SELECT `+quote(d.table, owner)+` FROM "`+d.table+`" JOIN `),
			b.table(other), lit(` AS "`+joined+`" ON `),
			b.Made(quote(d.table, far)), lit(" = "), b.column(joined, other, other.id))
		return cat(out, joinConditions(" WHERE ", b.predicates(preds, other, joined), " AND ", ""), lit(")"))
	}
	from, to := b.table(other), other.table
	if other.table == alias {
		from, to = renamed(from, other.table)
	}
	key := b.column(to, other, other.id)
	match := cat(b.Made(quote(alias, d.columns[0])), lit(" = "), key)
	if !d.fromOwner() {
		key = b.Made(quote(to, d.columns[0]))
		match = cat(b.column(alias, e, e.id), lit(" = "), key)
	}
	conds := append([]condition{{text: match}}, b.predicates(preds, other, to)...)
	return cat(lit("EXISTS (SELECT "), key, lit(" FROM "), from, joinConditions(" WHERE ", conds, " AND ", ")"))
}
