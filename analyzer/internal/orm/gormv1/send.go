package gormv1

import (
	"cmp"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// senders are what the methods send that send something.
var senders map[string]func(*scope, *goval.Call) []goval.Value

func init() {
	one := func(v goval.Value) []goval.Value { return []goval.Value{v} }
	first := func(order string) func(*scope, *goval.Call) []goval.Value {
		return func(s *scope, c *goval.Call) []goval.Value { return one(s.first(c, order)) }
	}
	senders = map[string]func(*scope, *goval.Call) []goval.Value{
		"First": first("ASC"), "Last": first("DESC"), "Take": first(""), "FirstOrInit": first("ASC"),
		"Find": func(s *scope, c *goval.Call) []goval.Value {
			s.destination(c.Args[0])
			s.wheres = append(s.wheres, condition{c, 1})
			return one(s.query(""))
		},
		"Scan": func(s *scope, c *goval.Call) []goval.Value {
			if s.value == nil {
				s.destination(c.Args[0])
			}
			return one(s.query(""))
		},
		"Row":  func(s *scope, c *goval.Call) []goval.Value { return one(s.query("")) },
		"Rows": func(s *scope, c *goval.Call) []goval.Value { return one(s.query("")) },
		"Count": func(s *scope, c *goval.Call) []goval.Value {
			return one(s.count())
		},
		"Pluck": func(s *scope, c *goval.Call) []goval.Value {
			s.selects = c.Args[0].Text()
			return one(s.query(""))
		},
		"FirstOrCreate": func(s *scope, c *goval.Call) []goval.Value {
			again := *s
			return append(one(s.first(c, "ASC")), again.create(c.Args[0])...)
		},
		"Create": func(s *scope, c *goval.Call) []goval.Value { return s.create(c.Args[0]) },
		"Save":   (*scope).save,
		"Related": func(s *scope, c *goval.Call) []goval.Value {
			return one(s.rowsOf(c.Args[0].DynamicType(), "Related"))
		},
		"Delete": (*scope).remove,
		"Update": func(s *scope, c *goval.Call) []goval.Value { return s.updates(pairs(c), true) },
		"UpdateColumn": func(s *scope, c *goval.Call) []goval.Value {
			return s.updates(pairs(c), false)
		},
		"Updates":       func(s *scope, c *goval.Call) []goval.Value { return s.updates(c.Args[0], true) },
		"UpdateColumns": func(s *scope, c *goval.Call) []goval.Value { return s.updates(c.Args[0], false) },
		"Exec":          func(s *scope, c *goval.Call) []goval.Value { return one(s.sql(c, 0)) },
	}
}

// rowsOf is a query for the rows of a relation, by keys that are not followed.
func (s *scope) rowsOf(t types.Type, reason string) goval.Value {
	m := s.ms.of(t)
	if m == nil {
		return goval.Unknown(reason)
	}
	in := &scope{ms: s.ms, Writer: s.Writer, model: m}
	return cat(in.query(""), text(" "), goval.Unknown("conditions of "+reason))
}

// preloaded are the queries for relations that are loaded with the rows, each along a path of
// names.
func (s *scope) preloaded() (out []goval.Value) {
	for _, path := range s.preloads {
		var t types.Type
		if s.model != nil {
			t = s.model.typ
		}
		for name := range strings.SplitSeq(path, ".") {
			obj, _, _ := types.LookupFieldOrMethod(orInvalid(structs.Of(t)), true, nil, name)
			t = nil
			if v, ok := obj.(*types.Var); ok {
				t = v.Type()
			}
		}
		out = append(out, s.rowsOf(t, "Preload "+path))
	}
	return out
}

func orInvalid(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	return t
}

func isText(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// destination makes what rows go into the value that the query is about.
func (s *scope) destination(a goval.Arg) { s.about(a) }

func (s *scope) first(c *goval.Call, order string) goval.Value {
	s.destination(c.Args[0])
	s.wheres = append(s.wheres, condition{c, 1})
	s.limited = true
	if order != "" && s.model != nil && s.model.key() != nil {
		s.orders = append(s.orders, cat(s.of(s.model.key()), text(" "+order)))
	}
	return s.query("")
}

// count is Count, which leaves a GROUP BY in a sub-query (Scope.count).
func (s *scope) count() goval.Value {
	s.orders = nil
	if s.group != nil {
		return goval.Concat(s.Made("SELECT "), text("count(*) FROM ( SELECT count(*) as name from "), s.from(),
			s.combined(false), text(" ) AS count_table"))
	}
	if name, ok := s.selects.Constant(); ok && len(name) > 5 && (name[:5] == "count" || name[:5] == "COUNT") {
		return s.query("")
	}
	return s.query("count(*)")
}

// changeable says that Select and Omit leave a field in.
func (s *scope) changeable(f *field) bool {
	is := func(name string) bool { return name == f.name || name == f.column }
	if len(s.chosen) > 0 {
		return slices.ContainsFunc(s.chosen, is)
	}
	return !slices.ContainsFunc(s.omitted, is)
}

// create is an INSERT: of columns with a default those that are set.
func (s *scope) create(a goval.Arg) []goval.Value {
	s.about(a)
	if s.model == nil {
		return []goval.Value{cat(s.Made("INSERT INTO "), s.from(), text(" ("), goval.Unknown("columns of "+a.Type),
			text(") VALUES ("), orm.Value("values"), text(")"))}
	}
	out := s.insert(func(set orm.Setness) bool { return set == orm.IsSet })
	if s.savesMore() {
		out = append(out, goval.Unknown("the values of relations"))
	}
	if slices.ContainsFunc(s.model.fields, func(f *field) bool {
		return (f.hasDefault || f.primary) && orm.FieldSet(*s.value, f.path) == orm.MaybeSet
	}) {
		all := s.insert(func(set orm.Setness) bool { return set != orm.NotSet })
		out = append(out, cat(orm.DependsOn("a field that may be set"), all[0]))
	}
	return out
}

// savesMore says that a literal sets a relation, whose values are saved too.
func (s *scope) savesMore() bool {
	return s.value.List() != nil && slices.ContainsFunc(s.value.List().Elems, func(e goval.Element) bool {
		name, _ := e.Key.Constant()
		return e.List() != nil && !slices.ContainsFunc(s.model.fields, func(f *field) bool { return f.path[0] == name })
	})
}

// insert is an INSERT, with the query for the columns that the server has filled
// (forceReloadAfterCreateCallback).
func (s *scope) insert(isSet func(orm.Setness) bool) []goval.Value {
	var names, values, filled []goval.Value
	for _, f := range s.model.fields {
		blank := !isSet(orm.FieldSet(*s.value, f.path)) && !slices.Contains([]string{"CreatedAt", "UpdatedAt"}, f.name)
		if !s.changeable(f) || blank && (f.hasDefault || f.primary) {
			if s.changeable(f) && f.hasDefault {
				filled = append(filled, s.column("", f))
			}
			continue
		}
		names, values = append(names, s.column("", f)), append(values, orm.Sent(f.name, f.typ))
	}
	out := cat(s.Made("INSERT INTO "), s.from())
	if len(names) == 0 {
		out = cat(out, text(" DEFAULT VALUES"))
	} else {
		out = cat(out, text(" ("), orm.Join(names, ","), text(") VALUES ("), orm.Join(values, ","), text(")"))
	}
	if key := s.model.key(); key != nil {
		out = cat(out, text(" RETURNING "), s.of(key))
	}
	if len(filled) == 0 {
		return []goval.Value{out}
	}
	var keys []goval.Value
	for _, f := range s.model.primary {
		keys = append(keys, cat(text(f.column+" = "), orm.Sent(f.name, f.typ)))
	}
	again := &scope{ms: s.ms, Writer: s.Writer, model: s.model, table: s.table, unscoped: true,
		selects: orm.Join(filled, ", ")}
	reload := again.query("")
	if len(keys) > 0 {
		reload = cat(reload, text(" WHERE "), orm.Join(keys, " AND "))
	}
	return []goval.Value{out, reload}
}

// save is an UPDATE of all columns, or an INSERT if the key is not set, or no row has it.
func (s *scope) save(c *goval.Call) []goval.Value {
	s.about(c.Args[0])
	if s.model == nil {
		return s.create(c.Args[0])
	}
	set := orm.MaybeSet
	if key := s.model.key(); key != nil {
		set = orm.FieldSet(*s.value, key.path)
	}
	var out []goval.Value
	if set != orm.NotSet {
		var sets []goval.Value
		for _, f := range s.model.fields {
			if !f.primary && s.changeable(f) {
				sets = append(sets, cat(s.column("", f), text(" = "), orm.Sent(f.name, f.typ)))
			}
		}
		out = append(out, s.update(sets))
		again := &scope{ms: s.ms, Writer: s.Writer, table: s.model.table}
		out = append(out, again.first(c, "ASC"))
	}
	insert := &scope{ms: s.ms, Writer: s.Writer, table: s.table, chosen: s.chosen, omitted: s.omitted}
	return append(out, insert.create(c.Args[0])...)
}

func (s *scope) update(sets []goval.Value) goval.Value {
	return cat(s.Made("UPDATE "), s.from(), text(" SET "), orm.Join(sets, ", "), s.combined(true))
}

// pairs are the arguments of Update: a name and a value, again and again, or a map or struct.
func pairs(c *goval.Call) goval.Arg {
	l := orm.Variadic(c, 0)
	if len(l.Elems) == 1 {
		return l.Elems[0].Arg
	}
	out := &goval.List{Type: "map[string]interface{}", Open: l.Open}
	for i := 0; i+1 < len(l.Elems); i += 2 {
		out.Elems = append(out.Elems, goval.Element{Key: l.Elems[i].Text(), Arg: l.Elems[i+1].Arg})
	}
	return goval.Arg{Value: goval.Value{out}}
}

// updates sets what a map or a struct has, in the order of the columns, and the time.
func (s *scope) updates(a goval.Arg, timed bool) []goval.Value {
	set := map[string]goval.Value{}
	var maybe, unknown bool
	m := s.ms.of(a.DynamicType())
	switch {
	case a.List() != nil && m == nil:
		for _, e := range a.List().Elems {
			name, ok := e.Key.Constant()
			unknown = unknown || !ok
			if ok {
				column, value := s.assignment(name, e.Arg)
				set[column] = value
			}
		}
		unknown = unknown || a.List().More() != nil
	case m != nil:
		for _, f := range m.fields {
			switch orm.FieldSet(a, f.path) {
			case orm.IsSet:
				set[f.column] = cat(s.column("", f), text(" = "), orm.Sent(f.name, f.typ))
			case orm.MaybeSet:
				maybe = true
			}
		}
	default:
		unknown = true
	}
	if s.model != nil && timed {
		if f := s.model.byName("UpdatedAt"); f != nil {
			set[f.column] = cat(s.column("", f), text(" = "), orm.Value("now"))
		}
	}
	var columns []string
	for c := range set {
		columns = append(columns, c)
	}
	slices.SortFunc(columns, cmp.Compare[string])
	var sets []goval.Value
	for _, c := range columns {
		sets = append(sets, set[c])
	}
	if unknown || maybe {
		sets = append(sets, goval.Unknown("assignments from "+a.Type))
	}
	if len(sets) == 0 {
		return nil
	}
	return []goval.Value{s.update(sets)}
}

// assignment sets a column that the code names.
func (s *scope) assignment(name string, a goval.Arg) (column string, set goval.Value) {
	if s.model != nil {
		if f := s.model.byName(name); f != nil {
			return f.column, cat(s.column("", f), text(" = "), s.argument(a))
		}
	}
	return name, cat(text(quote(name)+" = "), s.argument(a))
}

// remove is Delete, which marks rows of a model with a DeletedAt.
func (s *scope) remove(c *goval.Call) []goval.Value {
	s.about(c.Args[0])
	s.wheres = append(s.wheres, condition{c, 1})
	keys := len(s.wheres) == 1 && len(c.Args) == 1
	if s.model != nil && !s.unscoped {
		if f := s.model.byName("DeletedAt"); f != nil {
			return []goval.Value{cat(s.Made("UPDATE "), s.from(), text(" SET "), s.column("", f), text("="), orm.Value("now"),
				s.combined(keys))}
		}
	}
	return []goval.Value{cat(s.Made("DELETE FROM "), s.from(), s.combined(keys))}
}
