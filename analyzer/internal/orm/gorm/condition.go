package gorm

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// expr is a condition as clause.Expression has it.
type expr struct {
	kind exprKind
	// text is that of raw and simple ones; negated what NOT makes of a simple one.
	text, negated goval.Value
	list          []expr
}

type exprKind byte

const (
	rawExpr exprKind = iota
	simpleExpr
	andExpr
	orExpr
	notExpr
)

func raw(text goval.Value) expr { return expr{kind: rawExpr, text: text} }

// compare is a column and a value: IS NULL, IN or an operator.
func compare(column goval.Value, a goval.Arg, s *session) expr {
	switch {
	case a.Nil:
		return expr{kind: simpleExpr, text: join(column, textOf(" IS NULL")), negated: join(column, textOf(" IS NOT NULL"))}
	case orm.IsSequence(a):
		return in(column, orm.Value("values"))
	}
	v := s.variable(a)
	return expr{kind: simpleExpr, text: join(column, textOf(" = "), v), negated: join(column, textOf(" <> "), v)}
}

func equal(column goval.Value) expr {
	return expr{kind: simpleExpr, text: join(column, textOf(" = "), orm.Value("value")),
		negated: join(column, textOf(" <> "), orm.Value("value"))}
}

func in(column, values goval.Value) expr {
	return expr{kind: simpleExpr, text: join(column, textOf(" IN ("), values, textOf(")")),
		negated: join(column, textOf(" NOT IN ("), values, textOf(")"))}
}

// and joins as clause.And does.
func and(list []expr) expr {
	if len(list) == 1 && list[0].kind != orExpr {
		return list[0]
	}
	return expr{kind: andExpr, list: list}
}

// not is clause.Not.
func not(list []expr) expr {
	if len(list) == 1 && list[0].kind == andExpr {
		list = list[0].list
	}
	return expr{kind: notExpr, list: list}
}

// build writes a condition.
func (e expr) build() goval.Value {
	switch e.kind {
	case andExpr, orExpr:
		word := " AND "
		if e.kind == orExpr {
			word = " OR "
		}
		if len(e.list) > 1 {
			return join(textOf("("), buildAll(e.list, word), textOf(")"))
		}
		return buildAll(e.list, word)
	case notExpr:
		return e.buildNot()
	}
	return e.text
}

func (e expr) buildNot() goval.Value {
	negates := slices.ContainsFunc(e.list, func(c expr) bool { return c.kind == simpleExpr })
	var parts []goval.Value
	for _, c := range e.list {
		switch {
		case negates && c.kind == simpleExpr:
			parts = append(parts, c.negated)
			continue
		case negates:
			parts = append(parts, join(textOf("NOT "), bracketed(c)))
			continue
		}
		parts = append(parts, bracketed(c))
	}
	out := orm.Join(parts, " AND ")
	if len(e.list) > 1 {
		out = join(textOf("("), out, textOf(")"))
	}
	if !negates {
		out = join(textOf("NOT "), out)
	}
	return out
}

func bracketed(c expr) goval.Value {
	if c.kind == rawExpr && c.isCompound() {
		return join(textOf("("), c.build(), textOf(")"))
	}
	return c.build()
}

// isCompound says that a raw text has several conditions.
func (e expr) isCompound() bool {
	upper := strings.ToUpper(e.text.Literal())
	return strings.Contains(upper, " AND ") || strings.Contains(upper, " OR ")
}

// buildAll is clause.buildExprs.
func buildAll(list []expr, word string) goval.Value {
	var out goval.Value
	for i, e := range list {
		single := e.kind == orExpr && len(e.list) == 1
		if i > 0 {
			if single {
				out = join(out, textOf(" OR "))
			} else {
				out = join(out, textOf(word))
			}
		}
		inner := e
		if (single || e.kind == andExpr && len(e.list) == 1) && len(list) > 1 {
			inner = e.list[0]
		}
		if len(list) > 1 && inner.kind == rawExpr && inner.isCompound() {
			out = join(out, textOf("("), e.build(), textOf(")"))
		} else {
			out = join(out, e.build())
		}
	}
	return out
}

// buildWhere is clause.Where's: a lone OR does not come first.
func buildWhere(list []expr) goval.Value {
	if len(list) == 1 && list[0].kind == andExpr {
		list = list[0].list
	}
	list = slices.Clone(list)
	for i, e := range list {
		if e.kind != orExpr || len(e.list) > 1 {
			list[0], list[i] = list[i], list[0]
			break
		}
	}
	return buildAll(list, " AND ")
}

// conditions are those that a query and its arguments make (Statement.BuildCondition).
func (s *session) conditions(query goval.Arg, args *goval.List) []expr {
	if isText(query) {
		text, constant := query.Text().Constant()
		_, err := strconv.Atoi(text)
		n := len(args.Elems)
		switch {
		case constant && err == nil:
		case constant && text == "" && n == 0 && args.Open == "":
			return nil
		case n == 0 || contains(query.Text(), "?"):
			return []expr{raw(s.text(query.Text(), args))}
		case contains(query.Text(), "@"):
			return []expr{raw(s.named(query.Text(), args))}
		case !constant || strings.Contains(strings.TrimSpace(text), " ") || n > 1:
			return []expr{raw(s.text(query.Text(), args))}
		default:
			return []expr{compare(quoted(query.Text()), args.Elems[0].Arg, s)}
		}
		return s.primaryKey()
	}
	var out []expr
	for i, a := range append([]goval.Arg{query}, plain(args)...) {
		out = append(out, s.condition(a, i == 0, args)...)
		if m := s.ms.of(a.DynamicType()); i == 0 && m != nil && len(args.Elems) > 0 && isText(args.Elems[0].Arg) {
			break // These are the names of its fields.
		}
	}
	if len(out) == 0 {
		return nil
	}
	return []expr{and(out)}
}

func plain(l *goval.List) []goval.Arg {
	var out []goval.Arg
	for _, e := range l.Elems {
		out = append(out, e.Arg)
	}
	return out
}

func isText(a goval.Arg) bool {
	t := a.GoType()
	if t != nil && types.IsInterface(t) {
		return len(a.Text()) > 0 && a.List() == nil && !orm.HasSteps(a.Text()) && a.Text().Known()
	}
	if t == nil {
		return a.Text().Known() && !orm.HasSteps(a.Text())
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// condition is what one argument that is no text makes.
func (s *session) condition(a goval.Arg, first bool, rest *goval.List) []expr {
	if a.Nil {
		return nil
	}
	if orm.HasSteps(a.Text()) {
		return s.nested(a)
	}
	path, name := orm.TypeName(a)
	if path == "gorm.io/gorm/clause" {
		return s.clauseConditions(a, name)
	}
	if a.List() != nil && isMap(a) {
		return s.mapConditions(a.List())
	}
	if m := s.ms.of(a.GoType()); m != nil && !structs.HasMethod(types.NewPointer(structs.Of(a.GoType())), "Value") {
		return s.structConditions(m, a, first, rest)
	}
	if t := a.GoType(); t != nil && isMapType(t) {
		return []expr{raw(goval.Unknown("keys of a map"))}
	}
	if t := a.GoType(); t == nil || types.IsInterface(t) || structs.IsNamed(t, "gorm.io/gorm", "DB") {
		return []expr{raw(goval.Unknown("a condition"))}
	}
	return s.primaryKey()
}

func isMap(a goval.Arg) bool {
	t := a.List().GoType()
	if t == nil {
		return strings.HasPrefix(a.List().Type, "map[")
	}
	return isMapType(t)
}

func isMapType(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// primaryKey is the condition that plain values make.
func (s *session) primaryKey() []expr {
	if s.model == nil || s.model.prior == nil {
		return []expr{raw(join(goval.UnknownIdent("primary key"),
			textOf(" = "), orm.Value("value")))}
	}
	return []expr{in(s.w.of(s.tableRef(), s.model.prior), orm.Value("values"))}
}

// nested is a group: the conditions of another session.
func (s *session) nested(a goval.Arg) []expr {
	if _, name := orm.TypeName(a); name == "Expr" {
		return []expr{raw(s.expression(a.Text()))}
	}
	if len(a.Text().Variants()) == 1 {
		inner := s.inner(a.Text())
		if len(inner.wheres) == 0 {
			return nil
		}
		list := inner.wheres
		if len(list) == 1 && list[0].kind == orExpr && len(list[0].list) == 1 {
			list = []expr{{kind: andExpr, list: list}}
		}
		return []expr{and(list)}
	}
	return []expr{raw(orm.Each(a.Text(), func(steps goval.Value) []goval.Value {
		inner := s.inner(steps)
		if len(inner.wheres) == 0 {
			return []goval.Value{textOf("true")}
		}
		return []goval.Value{join(textOf("("), buildWhere(inner.wheres), textOf(")"))}
	}))}
}

func (s *session) mapConditions(l *goval.List) []expr {
	var out []expr
	for _, e := range l.Elems {
		column := quoted(e.Key)
		if text, ok := e.Key.Constant(); !ok || !strings.Contains(text, ".") {
			column = join(s.tableRef(), textOf("."), column)
		}
		c := compare(column, e.Arg, s)
		if e.Optional {
			c = raw(goval.Choice([]goval.Value{c.build(), textOf("true")}))
		}
		out = append(out, c)
	}
	if l.Open != "" {
		out = append(out, raw(goval.Unknown("more keys of a map")))
	}
	return out
}

// structConditions are those of the fields that are not zero, or that are named.
func (s *session) structConditions(m *model, a goval.Arg, first bool, rest *goval.List) []expr {
	selected := map[string]bool{}
	if first {
		for _, e := range rest.Elems {
			if text, ok := e.Text().Constant(); ok && isText(e.Arg) {
				selected[text] = true
			}
		}
	}
	var out []expr
	for _, f := range m.fields {
		named := selected[f.column] || selected[f.name]
		if !named && (len(selected) > 0 || !f.readable) || f.column == "" {
			continue
		}
		column := join(s.tableRef(), textOf("."), s.w.column(f))
		switch set := orm.FieldSet(a, f.bind); {
		case named || set == orm.IsSet:
			out = append(out, equal(column))
		case set == orm.MaybeSet:
			out = append(out, raw(goval.Choice([]goval.Value{textOf("true"), join(depends(f), equal(column).build())})))
		}
	}
	return out
}

// depends says that a text is sent only if a field is not zero.
func depends(f *field) goval.Value { return orm.DependsOn("only if " + f.name + " is set") }

// clauseConditions are those of values of gorm's clause package.
func (s *session) clauseConditions(a goval.Arg, name string) []expr {
	if a.List() == nil {
		return []expr{raw(goval.Unknown("clause." + name))}
	}
	switch name {
	case "Expr", "NamedExpr":
		return []expr{raw(s.exprLiteral(a.List()))}
	case "Eq":
		return []expr{compare(s.columnOf(a.List().Get("Column")), a.List().Get("Value"), s)}
	case "IN":
		return []expr{in(s.columnOf(a.List().Get("Column")), orm.Value("values"))}
	case "Neq":
		e := compare(s.columnOf(a.List().Get("Column")), a.List().Get("Value"), s)
		e.text, e.negated = e.negated, e.text
		return []expr{e}
	case "Where":
		exprs := a.List().Get("Exprs")
		if exprs.List() == nil {
			break
		}
		return s.each(exprs.List())
	}
	if operator, ok := operators[name]; ok {
		column, v := s.columnOf(a.List().Get("Column")), s.variable(a.List().Get("Value"))
		return []expr{{kind: simpleExpr, text: join(column, textOf(operator[0]), v),
			negated: join(column, textOf(operator[1]), v)}}
	}
	return []expr{raw(goval.Unknown("clause." + name))}
}

func (s *session) each(l *goval.List) []expr {
	var out []expr
	for _, e := range l.Elems {
		out = append(out, s.condition(e.Arg, false, &goval.List{})...)
	}
	if l.Open != "" {
		out = append(out, raw(goval.Unknown("more conditions")))
	}
	return out
}

var operators = map[string][2]string{
	"Gt": {" > ", " <= "}, "Gte": {" >= ", " < "}, "Lt": {" < ", " >= "}, "Lte": {" <= ", " > "},
	"Like": {" LIKE ", " NOT LIKE "},
}

// columnOf is a column that a clause names: a text, or a clause.Column.
func (s *session) columnOf(a goval.Arg) goval.Value {
	if a.List() == nil {
		if isText(a) {
			return quoted(a.Text())
		}
		return goval.UnknownIdent("column")
	}
	name, table := a.List().Get("Name"), a.List().Get("Table")
	column := quoted(name.Text())
	if b, _ := a.List().Get("Raw").Bool(); b {
		column = name.Text()
	}
	if text, ok := name.Text().Constant(); ok && text == "~~~py~~~" && s.model != nil && s.model.prior != nil {
		column = s.w.column(s.model.prior)
	}
	if text, ok := table.Text().Constant(); ok && text == "~~~ct~~~" {
		return join(s.tableRef(), textOf("."), column)
	} else if !ok || text != "" {
		if len(table.Text()) > 0 {
			return join(quoted(table.Text()), textOf("."), column)
		}
	}
	return column
}
