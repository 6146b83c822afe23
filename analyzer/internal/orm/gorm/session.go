package gorm

import (
	"go/types"
	"regexp"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// session is what calls have put together so far (gorm.Statement).
type session struct {
	ms *models
	w  writer
	// modelArg is that of Model; model what is made of it, or of the destination.
	modelArg *goval.Arg
	model    *model
	// table is the name that columns are qualified with, tableExpr what stands in FROM, if
	// Table gave one.
	table, tableExpr goval.Value

	distinct, unscoped, skipHooks bool
	queryFields                   bool // a SELECT names the columns of the model
	selects                       []goval.Arg
	selectExpr                    goval.Value
	omits                         []string
	joins                         []joined
	wheres, havings               []expr
	groups, orders                []goval.Value
	limited, offset               bool
	locking                       goval.Value
	conflict                      *goval.Arg
	returning                     []goval.Value
	returnsAll                    bool
	preloads                      preloads
	raw                           goval.Value
	association                   goval.Value
	assigns, attrs                []goval.Arg
	// keyed says that the destination of a query has its key, where that is not known.
	keyed bool
	// saving are the models of the values that the model's are saved with.
	saving saving
	// unknown stands for calls that are not understood.
	unknown goval.Value
}

// joined is a call of Joins or InnerJoins.
type joined struct {
	kind string
	name goval.Value
	args *goval.List
}

type preload struct {
	name goval.Value
	args *goval.List
}

func newSession(ms *models, at goval.Run) *session {
	return &session{ms: ms, w: writer{sqlbuild.Writer{At: at, Env: ms.env}}, queryFields: ms.naming.QueryFields}
}

// inner is another session within a statement: a group of conditions or a query.
func (s *session) inner(v goval.Value) *session {
	in := newSession(s.ms, s.w.At)
	in.modelArg, in.model, in.table = s.modelArg, s.model, s.table
	steps := expand(v).Variants()
	if len(steps) > 0 {
		in.take(steps[0])
	}
	return in
}

// foresee finds the model and the table before the calls are followed: conditions are written
// when all is known.
func (s *session) foresee(steps goval.Value) {
	ahead := newSession(s.ms, s.w.At)
	for i, p := range steps {
		c := goval.CallOf(p)
		if c == nil || len(c.Args) == 0 {
			continue
		}
		switch name := c.Name; {
		case name == "Model" || name == "Table":
			chained[name](ahead, c)
		case i == len(steps)-1 && hasDestination[name] && orm.Owner(c) == "DB":
			ahead.prepare(&c.Args[0])
		}
	}
	s.model, s.table = ahead.model, ahead.table
}

// hasDestination are the calls whose first argument is the model if nothing else is.
var hasDestination = map[string]bool{
	"Create": true, "CreateInBatches": true, "Save": true, "First": true, "Take": true, "Last": true, "Find": true,
	"FindInBatches": true, "FirstOrInit": true, "FirstOrCreate": true, "Updates": true, "UpdateColumns": true,
	"Delete": true,
}

// take follows the calls.
func (s *session) take(steps goval.Value) {
	for i, p := range steps {
		switch p := p.(type) {
		case *goval.Hole:
			if p.Type == "" || i > 0 {
				s.unknown = append(s.unknown, p)
			}
		case *goval.Call:
			if call, ok := chained[p.Name]; ok {
				call(s, p)
			}
		}
	}
}

// chained are the calls that add something (chainable_api.go). Others open a session or
// send something before.
var chained map[string]func(s *session, c *goval.Call)

func init() {
	chained = map[string]func(*session, *goval.Call){
		"Model":    func(s *session, c *goval.Call) { s.setModel(c.Args[0]) },
		"Table":    (*session).setTable,
		"Select":   (*session).setSelect,
		"Distinct": (*session).setDistinct,
		"Omit":     (*session).setOmit,
		"Where": func(s *session, c *goval.Call) {
			s.wheres = append(s.wheres, s.conditions(c.Args[0], orm.Variadic(c, 1))...)
		},
		"Not": func(s *session, c *goval.Call) {
			if list := s.conditions(c.Args[0], orm.Variadic(c, 1)); len(list) > 0 {
				s.wheres = append(s.wheres, not(list))
			}
		},
		"Or": func(s *session, c *goval.Call) {
			if list := s.conditions(c.Args[0], orm.Variadic(c, 1)); len(list) > 0 {
				s.wheres = append(s.wheres, expr{kind: orExpr, list: []expr{and(list)}})
			}
		},
		"Having": func(s *session, c *goval.Call) {
			s.havings = append(s.havings, s.conditions(c.Args[0], orm.Variadic(c, 1))...)
		},
		"Joins":      func(s *session, c *goval.Call) { s.join("LEFT", c) },
		"InnerJoins": func(s *session, c *goval.Call) { s.join("INNER", c) },
		"Group": func(s *session, c *goval.Call) {
			if isName(c.Args[0].Text()) {
				s.groups = append(s.groups, quoted(c.Args[0].Text()))
			} else {
				s.groups = append(s.groups, c.Args[0].Text())
			}
		},
		"Order":    (*session).addOrder,
		"Limit":    func(s *session, c *goval.Call) { s.limited = true },
		"Offset":   func(s *session, c *goval.Call) { s.offset = true },
		"Unscoped": func(s *session, c *goval.Call) { s.unscoped = true },
		"Preload": func(s *session, c *goval.Call) {
			s.preloads = append(s.preloads, preload{c.Args[0].Text(), orm.Variadic(c, 1)})
		},
		"Raw":         func(s *session, c *goval.Call) { s.raw = s.sql(c) },
		"Clauses":     (*session).addClauses,
		"Assign":      func(s *session, c *goval.Call) { s.assigns = plain(orm.Variadic(c, 0)) },
		"Attrs":       func(s *session, c *goval.Call) { s.attrs = plain(orm.Variadic(c, 0)) },
		"Association": func(s *session, c *goval.Call) { s.association = c.Args[0].Text() },
		"Session":     (*session).open,
		// A statement that was sent before leaves its model.
		"First": (*session).leave, "Take": (*session).leave, "Last": (*session).leave, "Find": (*session).leave,
	}
}

func (s *session) leave(c *goval.Call) {
	if s.modelArg == nil && len(c.Args) > 0 {
		s.setModel(c.Args[0])
	}
}

// open takes the options of a session.
func (s *session) open(c *goval.Call) {
	if len(c.Args) == 0 || c.Args[0].List() == nil {
		return
	}
	options := c.Args[0].List()
	if b, _ := options.Get("NewDB").Bool(); b {
		*s = *newSession(s.ms, s.w.At)
	}
	if b, _ := options.Get("SkipHooks").Bool(); b {
		s.skipHooks = true
	}
	if b, known := options.Get("QueryFields").Bool(); known {
		s.queryFields = b
	}
}

func (s *session) setModel(a goval.Arg) {
	if a.Nil {
		s.modelArg, s.model = nil, nil
		return
	}
	s.modelArg = &a
	s.model = s.ms.of(a.DynamicType())
}

var tableAlias = regexp.MustCompile(`(?i)(?:.+? AS (\w+)\s*(?:$|,)|^\w+\s+(\w+)$)`)

func (s *session) setTable(c *goval.Call) {
	name, args := c.Args[0].Text(), orm.Variadic(c, 1)
	text, constant := name.Constant()
	switch {
	case len(args.Elems) > 0 || strings.ContainsAny(text, " `"):
		s.tableExpr = s.text(name, args)
		if m := tableAlias.FindStringSubmatch(text); m != nil {
			s.table = textOf(m[1] + m[2])
		}
	case constant && text == "":
		s.tableExpr, s.table = nil, nil
	default:
		s.tableExpr = quoted(name)
		s.table = name
		if _, last, ok := strings.Cut(text, "."); ok {
			s.table = textOf(last)
		}
	}
}

func (s *session) setDistinct(c *goval.Call) {
	s.distinct = true
	if len(c.Args) > 0 {
		s.setSelect(c)
	}
}

func (s *session) setSelect(c *goval.Call) {
	query, args := c.Args[0], orm.Variadic(c, 1)
	if query.List() != nil || orm.IsSequence(query) {
		s.selects = nil
		if query.List() == nil {
			query.Value = goval.Value{&goval.List{Open: "columns"}}
		}
		for _, e := range query.List().Elems {
			s.selects = append(s.selects, e.Arg)
		}
		if query.List().Open != "" {
			s.selects = append(s.selects, goval.Arg{Value: query.List().More()})
		}
		s.selects = append(s.selects, plain(args)...)
		return
	}
	n := len(args.Elems)
	switch {
	case n > 0 && strings.Count(query.Text().Literal(), "?") >= n:
		s.selectExpr = s.text(query.Text(), args)
		return
	case n > 0 && contains(query.Text(), "@"):
		s.selectExpr = s.named(query.Text(), args)
		return
	}
	s.selects, s.selectExpr = []goval.Arg{query}, nil
	for _, a := range args.Elems {
		if a.List() != nil {
			s.selects = append(s.selects, plain(a.List())...)
		} else {
			s.selects = append(s.selects, a.Arg)
		}
	}
	if args.Open != "" {
		s.selects = append(s.selects, goval.Arg{Value: args.More()})
	}
}

func (s *session) setOmit(c *goval.Call) {
	s.omits = nil
	for _, e := range orm.Variadic(c, 0).Elems {
		if text, ok := e.Text().Constant(); ok {
			s.omits = append(s.omits, strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })...)
		}
	}
}

func (s *session) join(kind string, c *goval.Call) {
	s.joins = append(s.joins, joined{kind, c.Args[0].Text(), orm.Variadic(c, 1)})
}

func (s *session) addOrder(c *goval.Call) {
	a := c.Args[0]
	if a.List() != nil {
		s.clause(a)
		return
	}
	if text, ok := a.Text().Constant(); ok && text == "" {
		return
	}
	s.orders = append(s.orders, a.Text())
}

// addClauses takes values of the clause package.
func (s *session) addClauses(c *goval.Call) {
	l := orm.Variadic(c, 0)
	for _, e := range l.Elems {
		s.clause(e.Arg)
	}
	if l.Open != "" {
		s.unknown = append(s.unknown, l.More()...)
	}
}

func (s *session) clause(a goval.Arg) {
	path, name := orm.TypeName(a)
	if a.List() == nil || path != "gorm.io/gorm/clause" {
		if orm.HasSteps(a.Text()) {
			s.wheres = append(s.wheres, raw(s.expression(a.Text())))
		} else {
			s.unknown = append(s.unknown, goval.Unknown("clause "+name)...)
		}
		return
	}
	switch name {
	case "OnConflict":
		s.conflict = &a
	case "Returning":
		s.setReturning(a.List().Get("Columns"))
	case "Locking":
		s.locking = join(textOf("FOR "), a.List().Get("Strength").Text())
		if options := a.List().Get("Options").Text(); len(options) > 0 {
			s.locking = join(s.locking, textOf(" "), options)
		}
	case "OrderByColumn":
		s.orders = append(s.orders, s.orderColumn(a.List()))
	case "OrderBy":
		if e := a.List().Get("Expression"); e.List() != nil || len(e.Text()) > 0 {
			s.orders = append(s.orders, s.variable(e))
			return
		}
		if columns := a.List().Get("Columns").List(); columns != nil {
			for _, e := range columns.Elems {
				if e.List() != nil {
					s.orders = append(s.orders, s.orderColumn(e.List()))
				}
			}
		}
	case "From":
		s.unknown = append(s.unknown, goval.Unknown("clause From")...)
	default:
		s.wheres = append(s.wheres, s.clauseConditions(a, name)...)
	}
}

func (s *session) orderColumn(l *goval.List) goval.Value {
	column := s.columnOf(l.Get("Column"))
	if desc, known := l.Get("Desc").Bool(); known && desc {
		return join(column, textOf(" DESC"))
	}
	return column
}

func (s *session) setReturning(columns goval.Arg) {
	if columns.List() == nil || len(columns.List().Elems) == 0 {
		s.returnsAll = true
		return
	}
	for _, e := range columns.List().Elems {
		s.returning = append(s.returning, s.columnOf(e.Arg))
	}
}

// sql is the text of Raw or Exec.
func (s *session) sql(c *goval.Call) goval.Value {
	args := orm.Variadic(c, 1)
	if contains(c.Args[0].Text(), "@") && (len(args.Elems) > 0 || args.Open != "") {
		return s.named(c.Args[0].Text(), args)
	}
	return s.text(c.Args[0].Text(), args)
}

// text is SQL whose question marks take arguments (clause.Expr).
func (s *session) text(v goval.Value, args *goval.List) goval.Value {
	next := 0
	return v.ReplaceMarks('?', false, func(mark *goval.Lit, before string) goval.Value {
		next++
		before = strings.ToUpper(strings.TrimRight(before, " \t\n"))
		switch {
		case next <= len(args.Elems):
			a := args.Elems[next-1].Arg
			v := s.variable(a)
			if list := orm.IsSequence(a) && !strings.HasSuffix(before, "("); (list || strings.HasSuffix(before, " IN")) &&
				!orm.HasSteps(a.Text()) {
				v = join(textOf("("), v, textOf(")"))
			}
			return v
		case args.Open != "":
			return orm.Value(args.Open)
		}
		return goval.Value{mark}
	})
}

var parameterName = regexp.MustCompile(`@[A-Za-z_]\w*`)

// named is SQL whose parameters have names (clause.NamedExpr).
func (s *session) named(v goval.Value, args *goval.List) goval.Value {
	v = s.text(v, args)
	var out goval.Value
	for _, part := range v {
		p, ok := part.(*goval.Lit)
		if !ok {
			out = append(out, part)
			continue
		}
		from := 0
		for _, m := range parameterName.FindAllStringIndex(p.Text, -1) {
			out = append(out, p.Slice(from, m[0]))
			out = append(out, orm.Value(p.Text[m[0]:m[1]])...)
			from = m[1]
		}
		out = append(out, p.Slice(from, len(p.Text)))
	}
	return out
}

// variable is what an argument writes: a query, an expression, a name, or a parameter
// (Statement.AddVar). Of a list it writes one value.
func (s *session) variable(a goval.Arg) goval.Value {
	if orm.HasSteps(a.Text()) {
		return s.expression(a.Text())
	}
	path, name := orm.TypeName(a)
	if a.List() != nil && path == "gorm.io/gorm/clause" {
		switch name {
		case "Expr", "NamedExpr":
			return s.exprLiteral(a.List())
		case "Column":
			return s.columnOf(a)
		case "Table":
			if name := a.List().Get("Name").Text(); len(name) > 0 {
				return quoted(name)
			}
			return goval.UnknownIdent("table name")
		}
	}
	return orm.Sent("value", a.DynamicType())
}

// exprLiteral is a clause.Expr that the code makes itself.
func (s *session) exprLiteral(l *goval.List) goval.Value {
	vars := l.Get("Vars").List()
	if vars == nil {
		vars = &goval.List{}
	}
	return s.text(l.Get("SQL").Text(), vars)
}

// expression is a sub-query, or gorm.Expr.
func (s *session) expression(v goval.Value) goval.Value {
	return orm.Each(expand(v), func(steps goval.Value) []goval.Value {
		last := steps.LastCall()
		if last != nil && orm.Owner(last) == "" {
			return []goval.Value{s.text(last.Args[0].Text(), orm.Variadic(last, 1))}
		}
		in := newSession(s.ms, s.w.At)
		in.foresee(steps)
		in.take(steps)
		if in.raw != nil {
			return []goval.Value{in.raw}
		}
		return []goval.Value{in.queryText(nil)}
	})
}

// tableRef is the quoted name that columns are qualified with.
func (s *session) tableRef() goval.Value {
	switch {
	case s.table != nil:
		return quoted(s.table)
	case s.model != nil:
		return s.tableOf(s.model)
	}
	return goval.UnknownIdent("table name")
}

// tableOf qualifies columns with a model's table, without its schema.
func (s *session) tableOf(m *model) goval.Value {
	if _, last, ok := strings.Cut(m.tableName, "."); ok {
		return textOf(`"` + last + `"`)
	}
	return quoted(m.table)
}

// from is what stands in FROM, INTO or UPDATE.
func (s *session) from() goval.Value {
	switch {
	case s.tableExpr != nil:
		return s.tableExpr
	case s.model != nil:
		return s.relationName(s.model)
	}
	return nil
}

// relationName is a model's table as a statement names it, declared where the model is.
func (s *session) relationName(m *model) goval.Value {
	name := quoted(m.table)
	if m.tableName == "" || len(m.table) != 1 {
		return name
	}
	p := &goval.Lit{Runs: []goval.Run{s.w.At}}
	p.Text, _ = name.Constant()
	if lit, ok := goval.Only[*goval.Lit](m.table); ok && len(lit.Runs) > 0 { // What TableName gives.
		p.Declared = &lit.Runs[0]
	} else if n, ok := types.Unalias(m.typ).(*types.Named); ok {
		run := s.w.Env.Position(n.Obj())
		p.Declared = &run
	}
	return goval.Value{p}
}
