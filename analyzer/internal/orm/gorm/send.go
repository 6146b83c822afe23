package gorm

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// send gives what the last call sends (finisher_api.go).
func (s *session) send(c *goval.Call) []goval.Value {
	if orm.Owner(c) == "Association" {
		return s.sendAssociation(c)
	}
	if finish, ok := finishers[c.Name]; ok {
		return finish(s, c)
	}
	return nil
}

var finishers map[string]func(*session, *goval.Call) []goval.Value

func init() {
	first := func(desc string) func(*session, *goval.Call) []goval.Value {
		return func(s *session, c *goval.Call) []goval.Value {
			s.prepare(&c.Args[0])
			s.orderByKey(desc)
			s.limited = true
			return s.find(c, 1)
		}
	}
	finishers = map[string]func(*session, *goval.Call) []goval.Value{
		"Exec": func(s *session, c *goval.Call) []goval.Value { return []goval.Value{s.sql(c)} },
		"Find": func(s *session, c *goval.Call) []goval.Value { return s.find(c, 1) },
		"Take": func(s *session, c *goval.Call) []goval.Value {
			s.limited = true
			return s.find(c, 1)
		},
		"First": first(""), "Last": first(" DESC"), "FirstOrInit": first(""),
		"FindInBatches": func(s *session, c *goval.Call) []goval.Value {
			s.prepare(&c.Args[0])
			s.orderByKey("")
			s.limited = true
			return s.find(c, 3)
		},
		"FirstOrCreate": (*session).firstOrCreate,
		"Scan":          (*session).scan, "Row": (*session).scan, "Rows": (*session).scan,
		"Count":           (*session).count,
		"Pluck":           (*session).pluck,
		"Create":          (*session).create,
		"CreateInBatches": (*session).create,
		"Save":            (*session).save,
		"Update": func(s *session, c *goval.Call) []goval.Value {
			return s.updateColumn(c)
		},
		"UpdateColumn": func(s *session, c *goval.Call) []goval.Value {
			s.skipHooks = true
			return s.updateColumn(c)
		},
		"Updates": func(s *session, c *goval.Call) []goval.Value { return s.update(c.Args[0]) },
		"UpdateColumns": func(s *session, c *goval.Call) []goval.Value {
			s.skipHooks = true
			return s.update(c.Args[0])
		},
		"Delete": (*session).remove,
	}
}

// orderByKey is what First and Last add.
func (s *session) orderByKey(desc string) {
	if s.model == nil {
		if s.modelArg != nil {
			s.orders = append(s.orders, goval.UnknownIdent("primary key"))
		}
		return
	}
	key := s.model.prior
	if key == nil && len(s.model.columns) > 0 {
		key = s.model.columns[0]
	}
	if key != nil {
		s.orders = append(s.orders, join(s.w.of(s.tableRef(), key), textOf(desc)))
	}
}

// find is a query with conditions given in the call, and what is loaded with it.
func (s *session) find(c *goval.Call, conditions int) []goval.Value {
	dest := &c.Args[0]
	s.prepare(dest)
	if conditions < len(c.Args) && c.Name != "FindInBatches" {
		s.wheres = append(s.wheres, s.conditions(c.Args[conditions], orm.Variadic(c, conditions+1))...)
	}
	if s.raw != nil {
		return append([]goval.Value{s.raw}, s.preloaded()...)
	}
	keyed := *s
	keyed.wheres, keyed.keyed = slices.Clone(s.wheres), true
	out := []goval.Value{s.queryText(dest)}
	if s.maybeKeyed(*dest) {
		out = append(out, join(orm.DependsOn("only if the key is set"), keyed.queryText(dest)))
	}
	return append(out, s.preloaded()...)
}

// maybeKeyed says that a destination is a value of the model that may have its key, as one that a function is given:
// one that is made beside the call has what is set there.
func (s *session) maybeKeyed(dest goval.Arg) bool {
	t := dest.DynamicType()
	if s.model == nil || !sameModel(t, s.model) {
		return false
	}
	_, isStruct := indirect(t).Underlying().(*types.Struct)
	return isStruct && slices.ContainsFunc(s.model.primary, func(f *field) bool {
		return orm.FieldSet(dest, f.bind) == orm.MaybeSet && (dest.List() == nil || dest.List().Open != "" || f.isSetIn(dest))
	})
}

// isSetIn says that a literal, or the code behind it, sets a field by its own name where it is one of an embedded struct.
func (f *field) isSetIn(a goval.Arg) bool {
	return orm.FieldSet(a, f.bind[len(f.bind)-1:]) == orm.IsSet
}

// scan is a query whose rows go to something else than the model.
func (s *session) scan(*goval.Call) []goval.Value {
	if s.raw != nil {
		return []goval.Value{s.raw}
	}
	return []goval.Value{s.queryText(s.modelArg)}
}

func (s *session) count(c *goval.Call) []goval.Value {
	if s.raw != nil {
		return []goval.Value{s.raw}
	}
	if len(s.groups) == 0 {
		s.orders = nil
	}
	list := textOf("count(*)")
	if len(s.selects) > 0 {
		text, _ := s.selects[0].Text().Constant()
		switch {
		case strings.HasPrefix(strings.TrimSpace(strings.ToLower(text)), "count("):
			list = s.selects[0].Text()
		case len(s.selects) == 1 && isName(s.selects[0].Text()) && s.distinct:
			list = join(textOf("COUNT(DISTINCT("), quoted(s.columnName(s.selects[0].Text())), textOf("))"))
		case len(s.selects) == 1 && isName(s.selects[0].Text()):
			list = join(textOf("COUNT("), quoted(s.columnName(s.selects[0].Text())), textOf(")"))
		}
	}
	s.selects, s.distinct, s.selectExpr = nil, false, list
	return []goval.Value{s.queryText(nil)}
}

// columnName is the name of a column that the code gives, or of a field of the model.
func (s *session) columnName(v goval.Value) goval.Value {
	if text, ok := v.Constant(); ok && s.model != nil {
		if f := s.model.lookUp(text); f != nil && f.column != text {
			return textOf(f.column)
		}
	}
	return v
}

func (s *session) pluck(c *goval.Call) []goval.Value {
	if s.raw != nil {
		return []goval.Value{s.raw}
	}
	if len(s.selects) != 1 && s.selectExpr == nil {
		name := s.columnName(c.Args[0].Text())
		s.selects = nil
		if isName(name) {
			name = quoted(name)
		}
		distinct := ""
		if s.distinct {
			distinct = "DISTINCT "
		}
		s.selectExpr, s.distinct = join(textOf(distinct), name), false
	}
	return []goval.Value{s.queryText(nil)}
}

// firstOrCreate looks for a row, and makes one of the conditions if there is none.
func (s *session) firstOrCreate(c *goval.Call) []goval.Value {
	dest := c.Args[0]
	query, insert := *s, *s
	query.prepare(&dest)
	query.orderByKey("")
	query.limited = true
	out := query.find(c, 1)
	insert.wheres = nil
	for _, text := range insert.create(&goval.Call{Name: "Create", Args: []goval.Arg{dest}}) {
		out = append(out, join(orm.DependsOn("only if no row is found"), text))
	}
	if len(s.assigns) > 0 {
		update := *s
		update.setModel(dest)
		for _, text := range update.update(s.assigns[0]) {
			out = append(out, join(orm.DependsOn("only if a row is found"), text))
		}
	}
	return out
}
