package gorm

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// updateColumn is Update: one column.
func (s *session) updateColumn(c *goval.Call) []goval.Value {
	if len(c.Args) < 2 {
		return nil
	}
	l := &goval.List{Elems: []goval.Element{{Key: c.Args[0].Text(), Arg: c.Args[1]}}}
	return []goval.Value{s.updateText(s.mapSets(l))}
}

// update is Updates, with a map or a struct: that of Model, or another.
func (s *session) update(dest goval.Arg) []goval.Value {
	own := s.modelArg == nil || sameArg(*s.modelArg, dest)
	s.prepare(&dest)
	t := dest.DynamicType()
	if dest.List() != nil && isMap(dest) {
		return []goval.Value{s.updateText(s.mapSets(dest.List()))}
	}
	if t == nil || isMapType(indirect(t)) || s.ms.of(t) == nil {
		return []goval.Value{s.updateText(append(s.mapSets(&goval.List{}), goval.Unknown("assignments from "+dest.Type)))}
	}
	if s.model == nil {
		return []goval.Value{s.updateText([]goval.Value{goval.Unknown("assignments from " + dest.Type)})}
	}
	selected := s.selection(false)
	out := s.saved(belongsTo, dest, selected)
	certain, possible := s.structSets(dest, own, selected)
	out = append(out, s.texts(certain, possible)...)
	if selected.unknown != nil {
		out = append(out, s.texts([]assignment{{text: selected.unknown}}, nil)...)
	}
	for _, kind := range []relationKind{hasOne, hasMany, manyToMany} {
		out = append(out, s.saved(kind, dest, selected)...)
	}
	return out
}

// assignment is a column of SET with its field.
type assignment struct {
	field *field
	text  goval.Value
}

// texts are the UPDATE with what is certain, and each further column by itself: which come
// together depends on the data.
func (s *session) texts(certain, possible []assignment) []goval.Value {
	text := func(list []assignment) goval.Value {
		sets := make([]goval.Value, 0, len(list))
		for _, a := range list {
			sets = append(sets, a.text)
		}
		c := *s
		c.wheres = slices.Clone(s.wheres)
		return c.updateText(sets)
	}
	var out []goval.Value
	if len(certain) > 0 {
		out = append(out, text(certain))
	}
	if len(possible) > 0 {
		var names []string
		for _, a := range possible {
			names = append(names, a.field.name)
		}
		all := append(slices.Clone(certain), possible...)
		out = append(out, join(orm.DependsOn("only if "+strings.Join(names, ", ")+" is set"), text(all)))
	}
	return out
}

// structSets are the fields of a struct that are written: those that are not zero, and those
// that are selected.
func (s *session) structSets(dest goval.Arg, own bool, selected selection) (certain, possible []assignment) {
	from := s.model
	if !own {
		from = s.ms.of(dest.DynamicType())
	}
	for _, column := range s.model.columns {
		f := from.lookUp(column.column)
		if f == nil || f.primary && own || !f.updatable {
			continue
		}
		named, ok := selected.named[f.column]
		auto := f.autoUpdate && !s.skipHooks
		if ok && !named || !ok && selected.restricted && !auto {
			continue
		}
		a := assignment{f, join(s.w.column(f), textOf("="), f.sent())}
		switch set := orm.FieldSet(dest, f.bind); {
		case ok || auto || set == orm.IsSet:
			certain = append(certain, a)
		case set == orm.MaybeSet:
			possible = append(possible, a)
		}
	}
	return certain, possible
}

// mapSets are the assignments of a map, and the times that gorm keeps.
func (s *session) mapSets(l *goval.List) []goval.Value {
	var out []goval.Value
	given := map[*field]bool{}
	elems := slices.DeleteFunc(slices.Clone(l.Elems), s.isLeftOut)
	slices.SortStableFunc(elems, func(a, b goval.Element) int {
		x, _ := a.Key.Constant()
		y, _ := b.Key.Constant()
		return strings.Compare(x, y)
	})
	mapped := l.With(elems)
	for _, e := range elems {
		if text, ok := e.Key.Constant(); ok && s.model != nil {
			given[s.model.lookUp(text)] = true
		}
	}
	if len(elems) > 0 || l.Open != "" {
		out = append(out, mapped.Map(func(e goval.Element) goval.Value {
			v := s.variable(e.Arg)
			if orm.HasSteps(e.Text()) && !strings.HasSuffix(e.Type, "clause.Expr") {
				v = join(textOf("("), v, textOf(")"))
			}
			return join(quoted(s.columnName(e.Key)), textOf("="), v)
		}).Join(textOf(",")))
	}
	if s.model == nil || s.skipHooks {
		return out
	}
	for _, f := range s.model.columns {
		if f.autoUpdate && !given[f] {
			out = append(out, join(s.w.column(f), textOf("="), orm.Value("now")))
		}
	}
	return out
}

// isLeftOut says that Select or Omit leave a key of a map out.
func (s *session) isLeftOut(e goval.Element) bool {
	text, ok := e.Key.Constant()
	if !ok || s.model == nil {
		return false
	}
	selected := s.selection(false)
	if f := s.model.lookUp(text); f != nil {
		return !selected.takes(f, false)
	}
	v, named := selected.named[text]
	return named && !v || !named && selected.restricted
}

// updateText is an UPDATE (callbacks.Update).
func (s *session) updateText(sets []goval.Value) goval.Value {
	table := s.from()
	if table == nil {
		table = unknownTable(s.modelArg)
	}
	if len(sets) == 0 {
		return nil
	}
	s.softDeleted()
	s.wheres = append(s.wheres, s.modelKeys()...)
	out := join(s.w.Made("UPDATE "), table, textOf(" SET "), orm.Join(sets, ","), s.whereText())
	if len(s.unknown) > 0 {
		out = join(out, textOf(" "), s.unknown)
	}
	return join(out, s.givenReturning())
}

// modelKeys are the conditions that the keys of Model's value make. A value that is not a
// literal has its keys.
func (s *session) modelKeys() []expr {
	if s.model == nil || s.modelArg == nil {
		return nil
	}
	t := (*s.modelArg).DynamicType()
	if _, ok := indirect(t).Underlying().(*types.Struct); !ok {
		return nil
	}
	var out []expr
	for _, f := range s.model.primary {
		if orm.FieldSet(*s.modelArg, f.bind) != orm.NotSet {
			out = append(out, equal(s.w.column(f)))
		}
	}
	return out
}

// save writes all columns, or makes the row if there is none.
func (s *session) save(c *goval.Call) []goval.Value {
	dest := c.Args[0]
	s.prepare(&dest)
	if s.model == nil {
		return []goval.Value{s.updateText([]goval.Value{goval.Unknown("assignments from " + dest.Type)})}
	}
	insert := *s
	call := &goval.Call{Name: "Create", Args: []goval.Arg{dest}}
	if orm.IsSequence(dest) || isSlice(dest) {
		if insert.conflict == nil {
			insert.conflict = updateAll
		}
		return insert.create(call)
	}
	keys := orm.IsSet
	for _, f := range s.model.primary {
		keys = min(keys, orm.FieldSet(dest, f.bind))
	}
	if keys == orm.NotSet {
		return insert.create(call)
	}
	upsert := insert
	if len(s.selects) == 0 {
		s.selects = []goval.Arg{{Value: textOf("*")}}
	}
	out := s.update(dest)
	upsert.conflict = updateAll
	more := upsert.inserts(upsert.from(), dest, upsert.selection(true))
	if keys == orm.MaybeSet {
		more = append(more, insert.inserts(insert.from(), dest, insert.selection(true))...)
	}
	for _, text := range more {
		out = append(out, join(orm.DependsOn("only if there is no such row"), text))
	}
	return out
}

var updateAll = &goval.Arg{Value: goval.Value{&goval.List{Elems: []goval.Element{{Key: textOf("UpdateAll"),
	Arg: goval.Arg{Const: "true"}}}}}}

func isSlice(a goval.Arg) bool {
	t := a.DynamicType()
	if t == nil {
		return false
	}
	_, ok := indirect(t).Underlying().(*types.Slice)
	return ok
}

// remove is Delete, which marks rows of a model that has a field for it.
func (s *session) remove(c *goval.Call) []goval.Value {
	dest := c.Args[0]
	given := s.modelArg
	s.prepare(&dest)
	if len(c.Args) > 1 {
		s.wheres = append(s.wheres, s.conditions(c.Args[1], orm.Variadic(c, 2))...)
	}
	table := s.from()
	if table == nil {
		table = unknownTable(&dest)
	}
	if s.model != nil {
		s.wheres = append(s.wheres, s.deletedKeys(dest)...)
		if given != nil && !sameArg(*given, dest) {
			s.wheres = append(s.wheres, s.deletedKeys(*given)...)
		}
	}
	return append(s.removeRelated(), s.deleteText(table))
}

func (s *session) deleteText(table goval.Value) goval.Value {
	if s.model != nil && s.model.deleted != nil && !s.unscoped {
		s.softDeleted()
		set := join(s.w.column(s.model.deleted), textOf("="), orm.Value("now"))
		return join(s.w.Made("UPDATE "), table, textOf(" SET "), set, s.whereText(), s.givenReturning())
	}
	return join(s.w.Made("DELETE FROM "), table, s.whereText(), s.givenReturning())
}

// removeRelated is what Delete sends before for relations that Select names
// (callbacks.DeleteBeforeAssociations).
func (s *session) removeRelated() []goval.Value {
	if s.model == nil || len(s.selects) == 0 {
		return nil
	}
	var out []goval.Value
	selected := s.selection(false)
	if selected.unknown != nil {
		out = append(out, join(s.w.Made("DELETE FROM "), selected.unknown))
	}
	for _, name := range s.model.order {
		r := s.model.relations[name]
		switch {
		case !selected.named[name] || r.kind == belongsTo:
		case r.kind == manyToMany:
			out = append(out, s.untie(r, false)...)
		default:
			in := s.sessionOf(r.model)
			in.unscoped = s.unscoped
			in.selects = nestedSelects(s.selects, name)
			var keys []goval.Value
			for _, ref := range r.refs {
				column := s.w.of(in.tableRef(), ref.foreign)
				if ref.key == nil {
					in.wheres = append(in.wheres, equal(column))
				} else {
					keys = append(keys, column)
				}
			}
			in.wheres = append(in.wheres, inAll(keys))
			out = append(out, append(in.removeRelated(), in.deleteText(in.from()))...)
		}
	}
	return out
}

// nestedSelects are the names of Select that lead on from a relation.
func nestedSelects(selects []goval.Arg, relation string) (out []goval.Arg) {
	for _, a := range selects {
		text, _ := a.Text().Constant()
		switch rest, ok := strings.CutPrefix(text, relation+"."); {
		case ok:
			out = append(out, goval.Arg{Value: textOf(rest)})
		case isAssociations(text):
			out = append(out, a)
		}
	}
	return out
}

func sameArg(a, b goval.Arg) bool { return a.List() == b.List() && a.Type == b.Type }

// deletedKeys are the conditions of a value that is deleted.
func (s *session) deletedKeys(a goval.Arg) []expr {
	if m := s.ms.of(a.DynamicType()); m == nil || !types.Identical(m.typ, s.model.typ) {
		return nil
	}
	// Without another condition gorm would refuse to delete: then the keys are set.
	need := orm.IsSet
	if len(s.wheres) == 0 {
		need = orm.MaybeSet
	}
	var columns []goval.Value
	for _, f := range s.model.primary {
		if orm.FieldSet(a, f.bind) >= need {
			columns = append(columns, s.w.of(s.tableRef(), f))
		}
	}
	switch len(columns) {
	case 0:
		return nil
	case 1:
		return []expr{in(columns[0], orm.Value("values"))}
	}
	return []expr{in(join(textOf("("), orm.Join(columns, ","), textOf(")")),
		join(textOf("("), orm.Value("a"), textOf(","), orm.Value("b"), textOf(")")))}
}
