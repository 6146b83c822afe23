package gorm

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// selection is what Select and Omit say of columns and relations (SelectAndOmitColumns).
type selection struct {
	named map[string]bool
	// restricted says that what is not named is left out.
	restricted bool
	// unknown is a name that is not known; nil if all are.
	unknown goval.Value
}

func (s *session) selection(create bool) selection {
	out := selection{named: map[string]bool{}, restricted: len(s.selects) > 0}
	process := func(name string, result bool) {
		f := s.model.lookUp(name)
		_, last, dotted := strings.Cut(name, ".")
		switch {
		case name == "*":
			out.restricted = out.restricted && !result
			for _, f := range s.model.columns {
				out.named[f.column] = result
			}
		case isAssociations(name):
			for _, r := range s.model.order {
				out.named[r] = result
			}
		case f != nil && f.column != "":
			out.named[f.column] = result
		case dotted && s.model.byColumn[last] != nil:
			out.named[last] = result
		default:
			out.named[name] = result
		}
	}
	if s.model == nil {
		return out
	}
	for _, a := range s.selects {
		if text, ok := a.Text().Constant(); ok {
			process(text, true)
		} else {
			out.unknown = goval.Unknown("a name that Select is given")
		}
	}
	for _, o := range s.omits {
		process(o, false)
	}
	for _, f := range s.model.fields {
		name := f.column
		if name == "" {
			name = f.name
		}
		if create && !f.creatable || !create && !f.updatable {
			out.named[name] = false
		}
	}
	return out
}

// takes says that a column is written.
func (c selection) takes(f *field, always bool) bool {
	if v, ok := c.named[f.column]; ok {
		return v
	}
	return !c.restricted || always
}

// leavesOut says that a relation is not saved.
func (c selection) leavesOut(r *relation) bool {
	v, ok := c.named[r.name]
	return ok && !v || !ok && c.restricted
}

// create is Create: what the value's relations need before, the row, and what they need after.
func (s *session) create(c *goval.Call) []goval.Value {
	dest := c.Args[0]
	s.prepare(&dest)
	into := s.from()
	if into == nil {
		into = unknownTable(&dest)
	}
	if dest.List() != nil && isMap(dest) || dest.DynamicType() != nil && isMapType(elementOf(dest.DynamicType())) {
		return []goval.Value{s.insertMap(into, dest)}
	}
	if dest.List() != nil && dest.List().GoType() != nil && s.model == nil {
		return []goval.Value{join(s.w.Made("INSERT INTO "), into, textOf(" DEFAULT VALUES"))}
	}
	if s.model == nil {
		return []goval.Value{join(s.w.Made("INSERT INTO "), into, textOf(" ("), goval.Unknown("columns of "+dest.Type),
			textOf(") VALUES ("), orm.Value("values"), textOf(")"))}
	}
	selected := s.selection(true)
	out := s.saved(belongsTo, dest, selected)
	out = append(out, s.inserts(into, dest, selected)...)
	if selected.unknown != nil {
		out = append(out, join(s.w.Made("INSERT INTO "), into, textOf(" ("), selected.unknown, textOf(") VALUES ("),
			orm.Value("values"), textOf(")")))
	}
	for _, kind := range []relationKind{hasOne, hasMany, manyToMany} {
		out = append(out, s.saved(kind, dest, selected)...)
	}
	return out
}

// inserts are the texts of one INSERT: without and with the columns that have a default and
// may be set.
func (s *session) inserts(into goval.Value, dest goval.Arg, selected selection) []goval.Value {
	var certain, possible []*field
	for _, f := range s.model.columns {
		if (!f.hasDefault || f.fixedDefault) && selected.takes(f, f.autoCreate || f.autoUpdate) {
			certain = append(certain, f)
		}
	}
	with := slices.Clone(certain)
	var maybe []string
	for _, f := range s.model.defaults {
		v, named := selected.named[f.column]
		if slices.Contains(certain, f) || named && !v || !named && selected.restricted {
			continue
		}
		switch fieldSet(dest, f) {
		case orm.IsSet:
			certain = append(certain, f)
			with = append(with, f)
		case orm.MaybeSet:
			possible = append(possible, f)
			with = append(with, f)
			maybe = append(maybe, f.name)
		}
	}
	out := []goval.Value{s.insert(into, certain)}
	if len(possible) > 0 {
		out = append(out, join(orm.DependsOn("only if "+strings.Join(maybe, ", ")+" is set"), s.insert(into, with)))
	}
	if keys := slices.DeleteFunc(slices.Clone(possible), func(f *field) bool { return !f.primary }); len(keys) > 0 &&
		len(keys) < len(possible) {
		out = append(out, join(orm.DependsOn("only if the key is set"),
			s.insert(into, append(slices.Clone(certain), keys...))))
	}
	return out
}

func (s *session) insert(into goval.Value, fields []*field) goval.Value {
	var names, values []goval.Value
	for _, f := range fields {
		names, values = append(names, s.w.column(f)), append(values, f.sent())
	}
	out := join(s.w.Made("INSERT INTO "), into, textOf(" ("), orm.Join(names, ","), textOf(") VALUES ("),
		orm.Join(values, ","), textOf(")"))
	if len(names) == 0 {
		out = join(s.w.Made("INSERT INTO "), into, textOf(" DEFAULT VALUES"))
	}
	return join(out, s.conflictText(fields), s.returningText())
}

// elementOf is what a list holds, or a pointer to one; of another type that type, without a pointer.
func elementOf(t types.Type) types.Type {
	t = indirect(t)
	if s, ok := t.Underlying().(*types.Slice); ok {
		return indirect(s.Elem())
	}
	return t
}

// insertMap inserts rows that are maps, of which each column stands in one at least (helper.go of gorm's callbacks,
// ConvertSliceOfMapToValuesForCreate).
func (s *session) insertMap(into goval.Value, dest goval.Arg) goval.Value {
	l := dest.List()
	if l != nil && orm.IsSequence(dest) {
		l = keysOf(l)
	}
	if l == nil {
		l = &goval.List{Open: "keys of a map"}
	}
	names := l.Map(func(e goval.Element) goval.Value { return quoted(s.columnName(e.Key)) }).Join(textOf(","))
	values := l.Map(func(e goval.Element) goval.Value { return s.variable(e.Arg) })
	return join(s.w.Made("INSERT INTO "), into, textOf(" ("), names, textOf(") VALUES ("), values.Join(textOf(",")),
		textOf(")"), s.conflictText(nil), s.returningText())
}

// keysOf is a map with the keys of all maps of a list.
func keysOf(rows *goval.List) *goval.List {
	out := &goval.List{Open: rows.Open}
	seen := map[string]bool{}
	for _, row := range rows.Elems {
		if row.List() == nil || row.Rest {
			out.Open = "keys of a map"
			continue
		}
		if out.Open == "" {
			out.Open = row.List().Open
		}
		for _, e := range row.List().Elems {
			name, ok := e.Key.Constant()
			if ok && seen[name] {
				continue
			}
			seen[name] = true
			e.Optional = e.Optional || row.Optional
			out.Elems = append(out.Elems, e)
		}
	}
	return out
}

// returningText names the columns that the database fills.
func (s *session) returningText() goval.Value {
	names := s.returning
	switch {
	case s.returnsAll:
		return textOf(" RETURNING *")
	case len(names) == 0 && s.model != nil:
		for _, f := range s.model.defaults {
			if f.readable {
				names = append(names, s.w.column(f))
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return join(textOf(" RETURNING "), orm.Join(names, ","))
}

// givenReturning is RETURNING of UPDATE and DELETE, which name columns only when told so.
func (s *session) givenReturning() goval.Value {
	switch {
	case s.returnsAll:
		return textOf(" RETURNING *")
	case len(s.returning) > 0:
		return join(textOf(" RETURNING "), orm.Join(s.returning, ","))
	}
	return nil
}

// conflictText is ON CONFLICT (clause.OnConflict, callbacks.ConvertToCreateValues).
func (s *session) conflictText(inserted []*field) goval.Value {
	if s.conflict == nil {
		return nil
	}
	l := s.conflict.List()
	var targets []goval.Value
	if columns := l.Get("Columns").List(); columns != nil {
		for _, e := range columns.Elems {
			targets = append(targets, s.columnOf(e.Arg))
		}
	}
	sets, open := s.conflictSets(l.Get("DoUpdates"))
	if all, _ := l.Get("UpdateAll").Bool(); all && s.model != nil {
		more := s.updatedAll(inserted)
		sets = append(sets, more...)
		if len(targets) == 0 {
			for _, f := range s.model.primary {
				targets = append(targets, s.w.column(f))
			}
		}
	}
	out := textOf(" ON CONFLICT ")
	if name := l.Get("OnConstraint").Text(); len(name) > 0 {
		out = join(out, textOf("ON CONSTRAINT "), name, textOf(" "))
	} else if len(targets) > 0 {
		out = join(out, textOf("("), orm.Join(targets, ","), textOf(") "), s.conflictWhere(l.Get("TargetWhere")))
	}
	if len(sets) == 0 && !open {
		return join(out, textOf("DO NOTHING"))
	}
	if open {
		sets = append(sets, goval.Unknown("assignments of ON CONFLICT"))
	}
	return join(out, textOf("DO UPDATE SET "), orm.Join(sets, ","), s.conflictWhere(l.Get("Where")))
}

func (s *session) conflictWhere(a goval.Arg) goval.Value {
	if a.List() == nil {
		return nil
	}
	list := s.clauseConditions(a, "Where")
	if len(list) == 0 {
		return nil
	}
	return join(textOf(" WHERE "), buildWhere(list), textOf(" "))
}

func excluded(name goval.Value) goval.Value {
	return join(name, textOf(`="excluded".`), name)
}

// updatedAll are the assignments of UpdateAll.
func (s *session) updatedAll(inserted []*field) []goval.Value {
	selected := s.selection(false)
	var out, times []goval.Value
	for _, f := range inserted {
		if !selected.takes(f, false) || f.primary ||
			f.hasDefault && !f.fixedDefault && !strings.EqualFold(f.tag["DEFAULT"], "NULL") || f.autoCreate {
			continue
		}
		if f.autoUpdate {
			times = append(times, join(s.w.column(f), textOf("="), orm.Value("now")))
		} else {
			out = append(out, s.w.excluded(f))
		}
	}
	return append(times, out...)
}

// conflictSets are the assignments that the code gives.
func (s *session) conflictSets(a goval.Arg) (sets []goval.Value, open bool) {
	if a.List() != nil {
		for _, e := range a.List().Elems {
			if e.List() == nil {
				open = true
				continue
			}
			sets = append(sets, join(s.columnOf(e.List().Get("Column")), textOf("="), s.variable(e.List().Get("Value"))))
		}
		return sets, open || a.List().Open != ""
	}
	for _, p := range a.Text() {
		c := goval.CallOf(p)
		if c == nil || len(c.Args) == 0 || c.Args[0].List() == nil {
			return nil, true
		}
		l := c.Args[0].List()
		for _, e := range l.Elems {
			if c.Name == "AssignmentColumns" {
				sets = append(sets, excluded(quoted(e.Text())))
			} else {
				sets = append(sets, join(quoted(e.Key), textOf("="), s.variable(e.Arg)))
			}
		}
		open = open || l.Open != ""
	}
	return sets, open
}

// saved is what is sent for the relations of a kind that a value has, and for theirs (callbacks/associations.go:
// rows of relations are created as the value itself is).
func (s *session) saved(kind relationKind, dest goval.Arg, selected selection) []goval.Value {
	var out []goval.Value
	for _, name := range s.model.order {
		r := s.model.relations[name]
		if r.kind != kind || selected.leavesOut(r) || s.saving.passes(r.model) {
			continue
		}
		set := fieldSet(dest, r.field)
		if set == orm.NotSet {
			continue
		}
		texts := append(s.saveRelation(r, r.field), s.savedBehind(r, dest, selected)...)
		if set == orm.MaybeSet {
			for i, t := range texts {
				texts[i] = join(orm.DependsOn("only if "+r.name+" is set"), t)
			}
		}
		out = append(out, texts...)
	}
	return out
}

// saving are the models whose rows are being saved, from the outermost.
type saving []*model

// maxSaving bounds how far the relations of relations are followed.
const maxSaving = 2

// passes says that a model's rows are not followed once more, as those that lead back to where they come from.
func (s saving) passes(m *model) bool {
	return len(s) > 0 && (len(s) > maxSaving || slices.Contains(s, m))
}

// savedBehind is what is sent for the relations of a relation's rows. Select leaves them out, unless it names them
// (saveAssociation).
func (s *session) savedBehind(r *relation, dest goval.Arg, selected selection) []goval.Value {
	in := s.sessionOf(r.model)
	in.saving = append(slices.Clip(s.saving), s.model)
	in.selects = nestedSelects(s.selects, r.name)
	if len(in.saving) == maxSaving || len(in.selects) == 0 && len(s.selects) > 0 && selected.restricted {
		return nil
	}
	for _, o := range s.omits {
		if name, ok := strings.CutPrefix(o, r.name+"."); ok {
			in.omits = append(in.omits, name)
		}
	}
	value := goval.Arg{}
	if rows := elements(dest); len(rows) == 1 {
		value = orm.Field(rows[0], r.field.bind)
	}
	var out []goval.Value
	for _, kind := range []relationKind{belongsTo, hasOne, hasMany, manyToMany} {
		out = append(out, in.saved(kind, value, in.selection(true))...)
	}
	return out
}

// elements are the values of a list, or the one that it is.
func elements(a goval.Arg) []goval.Arg {
	if !orm.IsSequence(a) || a.List() == nil || len(a.List().Elems) == 0 {
		return []goval.Arg{a}
	}
	var out []goval.Arg
	for _, e := range a.List().Elems {
		out = append(out, e.Arg)
	}
	return out
}

// fieldSet says whether a field is set in a value, or in each of a list.
func fieldSet(a goval.Arg, f *field) orm.Setness {
	rows := elements(a)
	set := orm.FieldSet(rows[0], f.bind)
	for _, row := range rows[1:] {
		if orm.FieldSet(row, f.bind) != set {
			return orm.MaybeSet
		}
	}
	return set
}

// saveRelation makes the rows of a relation, and those of the table between.
func (s *session) saveRelation(r *relation, f *field) []goval.Value {
	in := newSession(s.ms, s.w.At)
	in.model = r.model
	var names []goval.Value
	switch {
	case r.kind == hasOne || r.kind == hasMany:
		for _, ref := range r.refs {
			names = append(names, s.w.excluded(ref.foreign))
		}
	}
	conflict := textOf(" ON CONFLICT DO NOTHING")
	if len(names) > 0 {
		var keys []goval.Value
		for _, k := range r.model.primary {
			keys = append(keys, s.w.column(k))
		}
		conflict = join(textOf(" ON CONFLICT ("), orm.Join(keys, ","), textOf(") DO UPDATE SET "), orm.Join(names, ","))
	}
	var certain, with []*field
	for _, c := range r.model.columns {
		if c.creatable && (!c.hasDefault || c.fixedDefault) {
			certain = append(certain, c)
		}
	}
	with = append(slices.Clone(certain), r.model.defaults...)
	var out []goval.Value
	for _, fields := range [][]*field{certain, with} {
		out = append(out, join(in.insertOf(fields), conflict, in.returningText()))
		if len(r.model.defaults) == 0 {
			break
		}
	}
	if r.join != nil {
		in := newSession(s.ms, s.w.At)
		in.model = r.join
		out = append(out, join(in.insertOf(r.join.columns), textOf(" ON CONFLICT DO NOTHING")))
	}
	return out
}

// insertOf is an INSERT of fields without what follows.
func (s *session) insertOf(fields []*field) goval.Value {
	var names, values []goval.Value
	for _, f := range fields {
		names, values = append(names, s.w.column(f)), append(values, f.sent())
	}
	return join(s.w.Made("INSERT INTO "), s.relationName(s.model), textOf(" ("), orm.Join(names, ","),
		textOf(") VALUES ("), orm.Join(values, ","), textOf(")"))
}
