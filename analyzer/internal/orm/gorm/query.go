package gorm

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// prepare finds the model of a statement with a destination, which may be nil.
func (s *session) prepare(dest *goval.Arg) {
	if s.modelArg == nil && dest != nil {
		s.setModel(*dest)
	}
}

// softDeleted adds the condition that leaves out deleted rows (soft_delete.go).
func (s *session) softDeleted() {
	if s.model == nil || s.model.deleted == nil || s.unscoped {
		return
	}
	if slices.ContainsFunc(s.wheres, func(e expr) bool { return e.kind == orExpr && len(e.list) == 1 }) {
		s.wheres = []expr{and(s.wheres)}
	}
	s.wheres = append(s.wheres, s.alive(s.tableRef(), s.model))
}

func (s *session) alive(table goval.Value, m *model) expr {
	column := s.w.of(table, m.deleted)
	if m.deletedInt {
		return equal(column)
	}
	return expr{kind: simpleExpr, text: join(column, textOf(" IS NULL")), negated: join(column, textOf(" IS NOT NULL"))}
}

// queryText is a SELECT (callbacks.BuildQuerySQL). Nil for a statement without a table.
func (s *session) queryText(dest *goval.Arg) goval.Value {
	s.prepare(dest)
	from := s.from()
	if from == nil {
		if s.modelArg == nil {
			return nil
		}
		return s.unknownTable()
	}
	s.softDeleted()
	if s.model != nil && dest != nil && sameModel((*dest).DynamicType(), s.model) {
		s.wheres = append(s.wheres, s.keysOf(*dest)...)
	}
	columns := s.columns(dest)
	joins, joinColumns := s.joinTexts()
	if (len(s.joins) > 0 || s.queryFields && len(columns) == 0) && len(s.selects) == 0 && len(s.omits) == 0 &&
		s.model != nil {
		columns = s.columnsOf(s.model)
	}
	columns = append(columns, joinColumns...)
	list := textOf("*")
	if len(columns) > 0 {
		list = orm.Join(columns, ",")
	}
	if s.selectExpr != nil {
		list = s.selectExpr
	}
	distinct := ""
	if s.distinct {
		distinct = "DISTINCT "
	}
	out := join(s.w.Made("SELECT "+distinct), list, textOf(" FROM "), from, joins)
	return join(out, s.whereText(), s.tail())
}

// unknownTable is a SELECT of which the model is not known.
func (s *session) unknownTable() goval.Value {
	return join(s.w.Made("SELECT * FROM "), unknownTable(s.modelArg), s.whereText(), s.tail())
}

// unknownTable stands for the table of a value whose type is not known: a parameter's, if the
// function is given it.
func unknownTable(a *goval.Arg) goval.Value {
	if a == nil {
		return goval.UnknownIdent("table")
	}
	if goval.Is[*goval.Param](a.Text()) {
		return a.Text()
	}
	return goval.UnknownIdent("table of " + a.Type)
}

func sameModel(t types.Type, m *model) bool {
	st := structs.Of(t)
	return st != nil && types.Identical(st, m.typ)
}

// keysOf are the conditions that the keys of a destination make, if a literal sets them, or may.
func (s *session) keysOf(a goval.Arg) []expr {
	if _, ok := indirect(a.DynamicType()).Underlying().(*types.Struct); !ok {
		return nil
	}
	var out []expr
	for _, f := range s.model.primary {
		if set := orm.FieldSet(a, f.bind); set == orm.IsSet || set == orm.MaybeSet && s.keyed {
			out = append(out, equal(s.w.of(s.tableRef(), f)))
		}
	}
	return out
}

// indirect is what pointers lead to; an invalid type for one that is not known.
func indirect(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	for {
		p, ok := t.Underlying().(*types.Pointer)
		if !ok {
			return t
		}
		t = p.Elem()
	}
}

func (s *session) whereText() goval.Value {
	if len(s.wheres) == 0 {
		return nil
	}
	return join(textOf(" WHERE "), buildWhere(s.wheres))
}

// tail is what follows the conditions of a SELECT.
func (s *session) tail() goval.Value {
	var out goval.Value
	if len(s.unknown) > 0 {
		out = join(out, textOf(" "), s.unknown)
	}
	if len(s.groups) > 0 {
		out = join(out, textOf(" GROUP BY "), orm.Join(s.groups, ","))
	}
	if len(s.havings) > 0 {
		out = join(out, textOf(" HAVING "), buildWhere(s.havings))
	}
	if len(s.orders) > 0 {
		out = join(out, textOf(" ORDER BY "), orm.Join(s.orders, ","))
	}
	if s.limited {
		out = join(out, textOf(" LIMIT "), orm.Value("limit"))
	}
	if s.offset {
		out = join(out, textOf(" OFFSET "), orm.Value("offset"))
	}
	if s.locking != nil {
		out = join(out, textOf(" "), s.locking)
	}
	return out
}

// columns are those that a SELECT names; none stands for all.
func (s *session) columns(dest *goval.Arg) []goval.Value {
	switch {
	case len(s.selects) > 0:
		var out []goval.Value
		for _, a := range s.selects {
			out = append(out, s.selected(a.Text()))
		}
		return out
	case len(s.omits) > 0 && s.model != nil:
		var out []goval.Value
		for _, f := range s.model.columns {
			if !s.isOmitted(f) {
				out = append(out, s.w.of(s.tableRef(), f))
			}
		}
		return out
	case dest != nil && s.model != nil:
		return s.smaller(*dest)
	}
	return nil
}

// selected is a column that Select names: of the model by its name, or text.
func (s *session) selected(v goval.Value) goval.Value {
	if s.model == nil {
		return v
	}
	if text, ok := v.Constant(); ok {
		if f := s.model.lookUp(text); f != nil {
			if text == f.column {
				return quoted(v)
			}
			return s.w.column(f)
		}
	}
	return v
}

// smaller are the columns of a destination that is another struct than the model.
func (s *session) smaller(dest goval.Arg) []goval.Value {
	t := indirect(dest.DynamicType())
	if sl, ok := t.Underlying().(*types.Slice); ok {
		t = sl.Elem()
	}
	if types.Identical(t, s.model.typ) {
		return nil
	}
	other := s.ms.of(t)
	if other == nil || types.Identical(other.typ, s.model.typ) {
		return nil
	}
	var out []goval.Value
	for _, f := range other.columns {
		out = append(out, s.w.of(s.tableRef(), f))
	}
	return out
}

func (s *session) columnsOf(m *model) []goval.Value {
	var out []goval.Value
	for _, f := range m.columns {
		out = append(out, s.w.of(s.tableRef(), f))
	}
	return out
}

func (s *session) isOmitted(f *field) bool {
	return slices.ContainsFunc(s.omits, func(o string) bool {
		return s.model.lookUp(o) == f || o == f.column || strings.HasSuffix(o, "."+f.column)
	})
}

// joinTexts are the joins, with the columns that associations add.
func (s *session) joinTexts() (from goval.Value, columns []goval.Value) {
	done := map[string]bool{}
	for _, j := range s.joins {
		path := s.associations(j.name)
		if path == nil {
			from = join(from, textOf(" "), s.text(j.name, j.args))
			continue
		}
		parent := s.tableRef()
		alias := ""
		for _, r := range path {
			if alias == "" {
				alias = r.name
			} else {
				alias += "__" + r.name
			}
			if !done[alias] {
				done[alias] = true
				given, unknown := s.joinedSession(r, alias, j)
				for _, f := range r.model.columns {
					if given.reads(f) {
						columns = append(columns, join(s.w.name(`"`+alias+`".`, f), textOf(` AS "`+alias+"__"+f.column+`"`)))
					}
				}
				on := s.on(r, parent, alias, append(given.wheres, unknown...))
				from = join(from, textOf(" "+j.kind+" JOIN "), s.relationName(r.model), textOf(` "`+alias+`" ON `), on)
			}
			parent = textOf(`"` + alias + `"`)
		}
	}
	return from, columns
}

// associations are the relations that a name of Joins goes along; nil if it is text.
func (s *session) associations(v goval.Value) []*relation {
	text, ok := v.Constant()
	if !ok || s.model == nil {
		return nil
	}
	m := s.model
	var out []*relation
	for name := range strings.SplitSeq(text, ".") {
		r := m.relations[name]
		if r == nil {
			return nil
		}
		out, m = append(out, r), r.model
	}
	return out
}

// joinedSession is the session that Joins is given for a relation: the columns that it selects, and
// conditions. What is given and not known is one of these.
func (s *session) joinedSession(r *relation, alias string, j joined) (given *session, unknown []expr) {
	given = newSession(s.ms, s.w.At)
	given.table, given.model = textOf(alias), r.model
	more := j.args.More()
	for _, e := range j.args.Elems {
		ways := expand(e.Text()).Variants()
		switch {
		case e.Nil:
		case orm.HasSteps(e.Text()) && len(ways) > 0:
			given.take(ways[0])
		default:
			more = goval.Unknown("a join condition")
		}
	}
	if more != nil {
		unknown = append(unknown, raw(more))
	}
	return given, unknown
}

// reads says that Select and Omit leave a column in (Statement.SelectAndOmitColumns).
func (s *session) reads(f *field) bool {
	if len(s.selects) == 0 {
		return !s.isOmitted(f)
	}
	return !s.isOmitted(f) && slices.ContainsFunc(s.selects, func(a goval.Arg) bool {
		text, ok := a.Text().Constant()
		return !ok || text == "*" || s.model.lookUp(text) == f
	})
}

// on is what a relation is joined on, with the conditions that Joins is given.
func (s *session) on(r *relation, parent goval.Value, alias string, conditions []expr) goval.Value {
	table := textOf(`"` + alias + `"`)
	var list []expr
	for _, ref := range r.refs {
		switch {
		case ref.key == nil:
			list = append(list, equal(s.w.of(table, ref.foreign)))
		case ref.own:
			list = append(list, raw(join(s.w.of(parent, ref.key), textOf(" = "), s.w.of(table, ref.foreign))))
		default:
			list = append(list, raw(join(s.w.of(parent, ref.foreign), textOf(" = "), s.w.of(table, ref.key))))
		}
	}
	if r.model.deleted != nil && !s.unscoped {
		list = append(list, s.alive(table, r.model))
	}
	return buildWhere(append(list, conditions...))
}
