package gormv1

import (
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// scope is a search with the value that it is about (search.go, scope.go).
type scope struct {
	ms *models
	sqlbuild.Writer
	value *goval.Arg
	model *model
	table goval.Value

	wheres, ors, nots, having []condition
	joins, orders             []goval.Value
	selects, group            goval.Value
	chosen, omitted           []string // names of fields that Select and Omit give
	limited, offset, unscoped bool
	preloads                  []string
	raw, unknown              goval.Value
}

// condition is what a call gives: it is written when the table is known.
type condition struct {
	call *goval.Call
	at   int
}

func text(s string) goval.Value { return goval.Text(s) }

func cat(values ...goval.Value) goval.Value { return goval.Concat(values...) }

// column is the quoted name of a field's column behind a qualifier.
func (s *scope) column(qualifier string, f *field) goval.Value {
	return s.Declared(qualifier+quote(f.column), f.obj)
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, ".", `"."`) + `"` }

// quoted quotes a name that the code gives, unless it is more than one.
func quoted(v goval.Value) goval.Value {
	name, ok := v.Constant()
	if !ok || strings.ContainsAny(name, " \"`()") {
		return v
	}
	return text(quote(name))
}

// from is the table; a hole if nothing tells it.
func (s *scope) from() goval.Value {
	switch {
	case s.table != nil:
		return quoted(s.table)
	case s.model != nil:
		return quoted(s.model.table)
	}
	return goval.UnknownIdent("table name")
}

// of is a column of the model behind its table.
func (s *scope) of(f *field) goval.Value {
	if name, ok := s.from().Constant(); ok {
		return s.column(name+".", f)
	}
	return cat(s.from(), text("."), s.column("", f))
}

// about makes a value what the statement is about.
func (s *scope) about(a goval.Arg) {
	s.value, s.model = &a, s.ms.of(a.DynamicType())
}

// take follows a call.
func (s *scope) take(c *goval.Call) {
	if follow, ok := chained[c.Name]; ok {
		follow(s, c)
	}
}

var chained map[string]func(*scope, *goval.Call)

func init() {
	unknown := func(s *scope, c *goval.Call) { s.unknown = append(s.unknown, goval.Unknown(c.Name)...) }
	chained = map[string]func(*scope, *goval.Call){
		"Model":    func(s *scope, c *goval.Call) { s.about(c.Args[0]) },
		"Table":    func(s *scope, c *goval.Call) { s.table = c.Args[0].Text() },
		"Where":    func(s *scope, c *goval.Call) { s.wheres = append(s.wheres, condition{c, 0}) },
		"Or":       func(s *scope, c *goval.Call) { s.ors = append(s.ors, condition{c, 0}) },
		"Not":      func(s *scope, c *goval.Call) { s.nots = append(s.nots, condition{c, 0}) },
		"Joins":    func(s *scope, c *goval.Call) { s.joins = append(s.joins, s.sql(c, 0)) },
		"Having":   func(s *scope, c *goval.Call) { s.having = append(s.having, condition{c, 0}) },
		"Order":    func(s *scope, c *goval.Call) { s.orders = append(s.orders, ordered(c.Args[0].Text())) },
		"Group":    func(s *scope, c *goval.Call) { s.group = c.Args[0].Text() },
		"Limit":    func(s *scope, c *goval.Call) { s.limited = true },
		"Offset":   func(s *scope, c *goval.Call) { s.offset = true },
		"Unscoped": func(s *scope, c *goval.Call) { s.unscoped = true },
		"Raw":      func(s *scope, c *goval.Call) { s.raw = s.sql(c, 0) },
		"Select":   (*scope).choose,
		"Omit": func(s *scope, c *goval.Call) {
			for _, e := range orm.Variadic(c, 0).Elems {
				name, _ := e.Text().Constant()
				s.omitted = append(s.omitted, name)
			}
		},
		"Preload": func(s *scope, c *goval.Call) {
			name, _ := c.Args[0].Text().Constant()
			s.preloads = append(s.preloads, name)
		},
		"New":    func(s *scope, c *goval.Call) { *s = scope{ms: s.ms, Writer: s.Writer} },
		"Scopes": unknown, "Assign": unknown, "Attrs": unknown,
	}
}

// choose is Select: columns of a query, or fields of what is written.
func (s *scope) choose(c *goval.Call) {
	first := c.Args[0]
	switch {
	case first.List() != nil:
		s.selects = first.List().Join(text(", "))
		for _, e := range first.List().Elems {
			name, _ := e.Text().Constant()
			s.chosen = append(s.chosen, name)
		}
		return
	case orm.HasSteps(first.Text()):
		s.selects = s.expression(first.Text())
		return
	}
	s.selects = s.sql(c, 0)
	names := []goval.Value{first.Text()}
	for _, e := range orm.Variadic(c, 1).Elems {
		names = append(names, e.Text())
	}
	for _, n := range names {
		name, _ := n.Constant()
		s.chosen = append(s.chosen, name)
	}
}

// ordered quotes a name, and leaves any other text as it is (quoteIfPossible).
func ordered(v goval.Value) goval.Value {
	if name, ok := v.Constant(); ok && strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.')
	}) < 0 {
		return text(quote(name))
	}
	return v
}

// sql is text with ? in the places of the arguments that follow it.
func (s *scope) sql(c *goval.Call, at int) goval.Value {
	return s.filled(c.Args[at].Text(), orm.Variadic(c, at+1))
}

func (s *scope) filled(v goval.Value, args *goval.List) goval.Value {
	i := 0
	return v.ReplaceMarks('?', true, func(*goval.Lit, string) goval.Value {
		i++
		if i > len(args.Elems) {
			return orm.Value("value")
		}
		return s.argument(args.Elems[i-1].Arg)
	})
}

// argument is a value, gorm.Expr or a sub-query.
func (s *scope) argument(a goval.Arg) goval.Value {
	if orm.HasSteps(a.Text()) {
		return s.expression(a.Text())
	}
	return orm.Sent("value", a.DynamicType())
}

// expression is gorm.Expr, or db.…​.QueryExpr() and SubQuery().
func (s *scope) expression(v goval.Value) goval.Value {
	return orm.Each(v, func(steps goval.Value) []goval.Value {
		in := &scope{ms: s.ms, Writer: s.Writer}
		for _, p := range steps {
			c := goval.CallOf(p)
			if c == nil {
				continue
			}
			switch c.Name {
			case "Expr":
				return []goval.Value{in.sql(c, 0)}
			case "QueryExpr":
				return []goval.Value{in.query("")}
			case "SubQuery":
				return []goval.Value{cat(text("("), in.query(""), text(")"))}
			}
			in.take(c)
		}
		return []goval.Value{goval.Unknown("an expression")}
	})
}

// written are conditions as text.
func (s *scope) written(list []condition, include bool) (out []goval.Value) {
	for _, c := range list {
		out = append(out, s.conditions(c.call, c.at, include)...)
	}
	return out
}

// conditions are those of Where, Or and Not (Scope.buildCondition).
func (s *scope) conditions(c *goval.Call, at int, include bool) []goval.Value {
	if at >= len(c.Args) {
		return nil
	}
	a := c.Args[at]
	operator := " = "
	if !include {
		operator = " <> "
	}
	if m := s.ms.of(a.DynamicType()); m != nil && a.List() != nil && !orm.HasSteps(a.Text()) {
		return s.structConditions(m, a, operator)
	}
	if a.List() != nil && strings.HasPrefix(a.List().Type, "map[") {
		return s.mapConditions(a.List(), operator)
	}
	if t := a.DynamicType(); t != nil && orm.IsScalar(t) && !isText(t) {
		return []goval.Value{s.keyCondition(a, operator)}
	}
	sql := s.sql(c, at)
	if known, ok := a.Text().Constant(); ok && !include && isColumn(known) {
		return []goval.Value{cat(s.qualified(known), text(" NOT IN ("), orm.Value("values"), text(")"))}
	}
	if !include {
		return []goval.Value{cat(text("NOT ("), sql, text(")"))}
	}
	return []goval.Value{cat(text("("), sql, text(")"))}
}

func isColumn(s string) bool { return !strings.ContainsAny(s, " =<>?") }

// qualified is a column that the code names, behind the table.
func (s *scope) qualified(name string) goval.Value {
	if s.model != nil {
		if f := s.model.byName(name); f != nil && f.column == name {
			return s.of(f)
		}
	}
	return cat(s.from(), text("."), text(quote(name)))
}

func (s *scope) keyCondition(a goval.Arg, operator string) goval.Value {
	if s.model == nil || s.model.key() == nil {
		return goval.Unknown("a condition")
	}
	if orm.IsSequence(a) {
		operator = strings.Replace(strings.Replace(operator, "<>", "NOT IN", 1), "=", "IN", 1)
		return cat(s.of(s.model.key()), text(operator+"("), orm.Value("values"), text(")"))
	}
	return cat(s.of(s.model.key()), text(operator), orm.Value("key"))
}

func (s *scope) structConditions(m *model, a goval.Arg, operator string) (out []goval.Value) {
	for _, f := range m.fields {
		if orm.FieldSet(a, f.path) == orm.IsSet {
			out = append(out, cat(s.of(f), text(operator), orm.Sent(f.name, f.typ)))
		}
	}
	return out
}

func (s *scope) mapConditions(l *goval.List, operator string) (out []goval.Value) {
	for _, e := range l.Elems {
		name, ok := e.Key.Constant()
		if !ok || e.Optional {
			continue
		}
		out = append(out, cat(s.qualified(name), text(operator), s.argument(e.Arg)))
	}
	if more := l.More(); more != nil {
		out = append(out, goval.Unknown("keys of a map"))
	}
	return out
}

// where is the WHERE clause (Scope.whereSQL).
func (s *scope) where(keys bool) goval.Value {
	var first []goval.Value
	if s.model != nil {
		if f := s.model.byName("DeletedAt"); f != nil && !s.unscoped {
			first = append(first, cat(s.of(f), text(" IS NULL")))
		}
		for _, f := range s.model.primary {
			if s.value != nil && (orm.FieldSet(*s.value, f.path) == orm.IsSet ||
				keys && orm.FieldSet(*s.value, f.path) == orm.MaybeSet) {
				first = append(first, cat(s.of(f), text(" = "), orm.Sent(f.name, f.typ)))
			}
		}
	}
	combined := orm.Join(append(s.written(s.wheres, true), s.written(s.nots, false)...), " AND ")
	if either := s.written(s.ors, true); len(either) > 0 {
		if len(combined) > 0 {
			either = append([]goval.Value{combined}, either...)
		}
		combined = orm.Join(either, " OR ")
	}
	switch {
	case len(first) > 0 && len(combined) > 0:
		return cat(text(" WHERE "), orm.Join(first, " AND "), text(" AND ("), combined, text(")"))
	case len(first) > 0:
		return cat(text(" WHERE "), orm.Join(first, " AND "))
	case len(combined) > 0:
		return cat(text(" WHERE "), combined)
	}
	return nil
}

// combined is what follows the tables (Scope.CombinedConditionSql).
func (s *scope) combined(keys bool) goval.Value {
	out := cat(orm.Join(append([]goval.Value{nil}, s.joins...), " "), s.where(keys))
	if s.group != nil {
		out = cat(out, text(" GROUP BY "), s.group)
	}
	if len(s.having) > 0 {
		out = cat(out, text(" HAVING "), orm.Join(s.written(s.having, true), " AND "))
	}
	if len(s.orders) > 0 {
		out = cat(out, text(" ORDER BY "), orm.Join(s.orders, ","))
	}
	if s.limited {
		out = cat(out, text(" LIMIT "), orm.Value("limit"))
	}
	if s.offset {
		out = cat(out, text(" OFFSET "), orm.Value("offset"))
	}
	if s.unknown != nil {
		out = cat(out, text(" "), s.unknown)
	}
	return out
}

// query is a SELECT; of the given columns if there are any.
func (s *scope) query(columns string) goval.Value {
	if s.raw != nil {
		return s.raw
	}
	what := s.Made("*")
	switch {
	case columns != "":
		what = text(columns)
	case s.selects != nil:
		what = s.selects
	case len(s.joins) > 0:
		what = cat(s.from(), text(".*"))
	}
	return cat(s.Made("SELECT "), what, s.Made(" FROM "), s.from(), s.combined(false))
}
