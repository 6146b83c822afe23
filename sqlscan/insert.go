package sqlscan

import (
	"fmt"
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// write is the target of INSERT, UPDATE, DELETE or MERGE.
type write struct {
	item *item
	rel  *catalog.Relation
	// at is the offset of the table's name.
	at int
	// may is the privilege that the columns named need.
	may catalog.Privileges
}

// target binds the relation that a statement writes to (setTargetTable).
func (b *binder) target(rv *pg_query.RangeVar) write {
	it := b.targetItem(rv)
	alias, _ := aliasOf(rv.Alias)
	if alias != "" {
		it.rename(alias, nil)
	}
	w := write{item: it, rel: it.rel, at: b.at(rv.Location)}
	if w.rel != nil {
		b.looks(catalog.KindRelation, w.rel.Schema, w.rel.Name)
		if w.rel.Kind == catalog.MatView || w.rel.Kind == catalog.Sequence {
			b.note(Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindRelation, Fact: Unfit, Text: "write",
				State:    Failed,
				SQLSTATE: "42809", Message: fmt.Sprintf("cannot change %s %q", w.rel.Kind, w.rel.Name)})
		}
	}
	return w
}

// insert binds INSERT in the order of transformInsertStmt.
func (b *binder) insert(l *level, s *pg_query.InsertStmt) ([]Column, bool) {
	b.with(l, s.WithClause)
	w := b.target(s.Relation)
	w = b.writes(w, catalog.MayInsert)
	cols := b.insertColumns(w, s)
	b.writable(l, w, 'i', len(s.ReturningList) > 0)
	for _, c := range cols {
		b.viewColumn(w, c.col, c.at, "cannot insert into column %q of view %q")
	}
	given := b.insertSource(l, s, w, cols)
	if b.env.Loose && given.count != len(cols) {
		given.count = -1
	}
	b.insertedTwice(w, cols, given)
	b.insertCount(s, w, cols, given)
	b.generated(w, cols, given, s.Override)
	given.conditional = isConditional(s.SelectStmt.GetSelectStmt())
	b.required(w, cols, given)
	l = &level{parent: l.parent, ctes: l.ctes, items: []*item{w.item}}
	c := b.insertChange(w, cols, given)
	if c.base != nil && c.base.Kind == catalog.Partitioned {
		c.constants = b.constants(s, w, cols)
	}
	b.onConflict(l, s.OnConflictClause, w, &c)
	b.guard(c)
	return b.returning(l, w, s.ReturningList)
}

// insertChange is what an INSERT writes to the table behind its target.
func (b *binder) insertChange(w write, cols []insertColumn, g given) change {
	c := change{w: w, event: 'i', set: map[int16]bool{}}
	if w.rel == nil || insteadRule(w.rel, 'i') != nil {
		return c
	}
	base, num := b.writtenBase(w.rel)
	c.base = base
	if base == nil {
		if w.rel.Kind == catalog.View {
			c.base, num = w.rel, func(n int16) int16 { return n }
		} else {
			return c
		}
	}
	for i, ic := range cols {
		if ic.col != nil && g.writesAt(i) {
			c.set[num(ic.col.Num)] = true
		}
	}
	if w.rel != base {
		for _, col := range w.rel.Columns {
			// A view's own default comes first.
			if col.Default != nil {
				c.set[num(col.Num)] = true
			}
		}
	}
	if base != nil && g.count >= 0 && !slices.ContainsFunc(cols, func(c insertColumn) bool { return c.hole }) {
		b.omitted(c)
	}
	return c
}

// insertedTwice notes columns of a view that are one of its table's.
func (b *binder) insertedTwice(w write, cols []insertColumn, g given) {
	if w.rel == nil || w.rel.Kind != catalog.View || insteadRule(w.rel, 'i') != nil {
		return
	}
	seen := assigned{}
	for i, c := range cols {
		if c.col != nil && !c.part && g.writesAt(i) {
			b.assignedOnce(w, c.col, c.at, seen)
		}
	}
}

// insertColumn is a column that an INSERT gives a value for; nil col is one that was not
// found, hole one whose name is not known.
type insertColumn struct {
	col  *catalog.Column
	at   int
	hole bool
	// part says that the value goes to an element or a field of the column.
	part bool
}

// insertColumns binds the column list, or makes one of all columns (checkInsertTargets).
func (b *binder) insertColumns(w write, s *pg_query.InsertStmt) []insertColumn {
	var out []insertColumn
	if len(s.Cols) == 0 {
		if w.rel != nil {
			for i := range w.rel.Columns {
				out = append(out, insertColumn{col: &w.rel.Columns[i], at: w.at})
			}
		}
		return out
	}
	seen := map[string]bool{}
	for _, n := range s.Cols {
		rt := n.GetResTarget()
		at := b.at(rt.GetLocation())
		col := b.writeColumn(w, rt.GetName(), at, "column %q of relation %q does not exist")
		if seen[rt.GetName()] && len(rt.GetIndirection()) == 0 {
			b.fail(at, "twice", "42701", fmt.Sprintf("column %q specified more than once", rt.GetName()))
		}
		seen[rt.GetName()] = true
		if col != nil {
			b.assignedField(col, rt.GetIndirection(), at)
		}
		out = append(out, insertColumn{col, at, sqltext.IsHole(rt.GetName()), len(rt.GetIndirection()) > 0})
	}
	return out
}

// writeColumn binds the name of a column that is written; it returns nil if there is none.
func (b *binder) writeColumn(w write, name string, at int, message string) *catalog.Column {
	o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: Written, Name: name,
		Object: catalog.Name{Kind: catalog.KindColumn, Sub: name}}
	if w.rel == nil {
		o.State = Unknown
		b.note(o)
		return nil
	}
	o.Object.Schema, o.Object.Name = w.rel.Schema, w.rel.Name
	if c := w.rel.Column(name); c != nil {
		o.Origin, o.Place, o.Type = o.Object, w.item.num, c.Type
		o.Ref = catalog.Dep{Class: catalog.ClassRelation, ID: w.rel.ID, Column: c.Num}
		b.depend(o.Ref)
		b.needsColumn(o.Ref, w.may)
		b.note(o)
		return c
	}
	o.State, o.SQLSTATE, o.Message = Failed, "42703", fmt.Sprintf(message, name, w.rel.Name)
	b.soften(&o, w.rel.MayHave(name), false)
	b.note(o)
	return nil
}

// given is what the source of an INSERT supplies.
type given struct {
	// count is the number of values a row; -1 is unknown.
	count int
	// defaults[i] says that every row has DEFAULT at position i, some[i] that one has.
	defaults, some []bool
	at             int
	// conditional says that there may well be no row: that is the sense of the condition of MERGE or of
	// INSERT … SELECT … WHERE NOT EXISTS (…).
	conditional bool
}

// insertSource binds VALUES, SELECT or DEFAULT VALUES.
func (b *binder) insertSource(l *level, s *pg_query.InsertStmt, w write, cols []insertColumn) given {
	switch sel := s.SelectStmt.GetSelectStmt(); {
	case sel == nil:
		return given{count: 0, at: w.at}
	case len(sel.ValuesLists) > 0 && sel.WithClause == nil && len(sel.SortClause) == 0 && sel.LimitCount == nil &&
		sel.LimitOffset == nil:
		return b.insertValues(l, sel, w, cols)
	default:
		return b.insertSelect(l, s, sel, w, cols)
	}
}

// isConditional says that a query without FROM has a condition, or that one asks whether something does not exist.
func isConditional(s *pg_query.SelectStmt) bool {
	if s.GetWhereClause() == nil {
		return false
	}
	return len(s.FromClause) == 0 || asksNotExists(s.WhereClause)
}

func asksNotExists(n *pg_query.Node) bool {
	x := n.GetBoolExpr()
	switch {
	case x == nil:
		return false
	case x.Boolop == pg_query.BoolExprType_NOT_EXPR:
		return x.Args[0].GetSubLink().GetSubLinkType() == pg_query.SubLinkType_EXISTS_SUBLINK
	}
	return slices.ContainsFunc(x.Args, asksNotExists)
}

func (b *binder) insertSelect(l *level, s *pg_query.InsertStmt, sel *pg_query.SelectStmt, w write,
	cols []insertColumn) given {
	rows, unknown := b.selectStmt(&level{parent: l}, sel)
	if unknown {
		return given{count: -1}
	}
	at := b.selectStart(sel)
	b.sources(rows, at)
	b.distinctKeys(s, w, cols, rows, at)
	for i := 0; i < min(len(rows), len(cols)); i++ {
		if cols[i].col != nil && !cols[i].part {
			b.store(w, cols[i].col, rows[i].value(at))
			b.populates(w, cols[i].col, rows[i], at)
		}
	}
	return given{count: len(rows), at: at}
}

// insertValues binds rows of values. A list that is not known makes their number unknown.
func (b *binder) insertValues(l *level, sel *pg_query.SelectStmt, w write, cols []insertColumn) given {
	g := given{at: w.at}
	unknown := false
	for row, n := range sel.ValuesLists {
		nodes := n.GetList().GetItems()
		items, open := b.list(l, nodes)
		unknown = unknown || open
		if row == 0 {
			g.count = len(items)
			g.defaults, g.some = make([]bool, len(items)), make([]bool, len(items))
			for i := range g.defaults {
				g.defaults[i] = len(items) == len(nodes)
			}
		} else if len(items) != g.count && !unknown {
			b.fail(w.at, "values", "42601", "VALUES lists must all be the same length")
		}
		for i, v := range items {
			if i < len(cols) && cols[i].col != nil && !cols[i].part {
				b.store(w, cols[i].col, v)
			}
		}
		if len(items) == len(nodes) {
			g.noteDefaults(nodes)
		}
		unknown = unknown || slices.ContainsFunc(nodes, isListHole)
	}
	if unknown {
		return given{count: -1}
	}
	return g
}

// noteDefaults notes at which places a row has DEFAULT, and at which it has not.
func (g *given) noteDefaults(nodes []*pg_query.Node) {
	for i, n := range nodes[:min(len(nodes), g.count)] {
		if n.GetSetToDefault() == nil {
			g.defaults[i] = false
		} else {
			g.some[i] = true
		}
	}
}

// isListHole says that a node stands for any number of values.
func isListHole(n *pg_query.Node) bool {
	name, _ := bareName(n)
	return sqltext.IsHole(name)
}

// sources notes which column of a source each position of INSERT … SELECT takes: with a star
// that is not in the text.
func (b *binder) sources(rows []Column, at int) {
	for i, c := range rows {
		if c.Origin != (catalog.Name{}) {
			b.note(Outcome{Start: at, End: at, Kind: catalog.KindColumn, Fact: Source, Number: int64(i + 1), Name: c.Name,
				Phase:  RunPhase,
				Object: c.Origin, Origin: c.Origin, Ref: c.Ref})
		}
	}
}

// populates notes a NOT NULL column that takes a field of json_populate_record: NULL where
// the JSON has no such key, whatever the column's default.
func (b *binder) populates(w write, col *catalog.Column, c Column, at int) {
	if c.populated && col.NotNull {
		b.possible(Key{Start: at, Kind: catalog.KindColumn, Fact: Populated, Text: col.Name}, "23502",
			fmt.Sprintf("column %q gets NULL if the JSON has no such key", col.Name),
			catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: col.Name})
	}
}

// store assigns a value to a column, and notes where it may be NULL and must not.
func (b *binder) store(w write, col *catalog.Column, v value) {
	if v.param > 0 {
		b.stores(w, col, v.param)
	}
	b.assign(w, col, v)
	if v.col != nil && v.typ == col.Type {
		b.ownType(col)
	}
	if base, num := b.writtenBase(w.rel); base != nil {
		b.nulls(w, base, num(col.Num), v, v.at)
	}
}

// stores notes the column that a parameter is written to.
func (b *binder) stores(w write, col *catalog.Column, param int) {
	if b.Stores == nil {
		b.Stores = map[int]Column{}
	}
	if _, ok := b.Stores[param]; !ok {
		b.Stores[param] = Column{Name: col.Name, Type: col.Type,
			Origin: catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: col.Name}}
	}
}

// ownType notes that what is written to a column has its type.
func (b *binder) ownType(col *catalog.Column) {
	for i := len(b.Outcomes) - 1; i >= 0; i-- {
		if o := &b.Outcomes[i]; o.Kind == catalog.KindColumn && o.Fact == Written && o.Name == col.Name {
			o.Meaning = OwnType{}
			return
		}
	}
}

// insertCount checks that there are as many values as columns, and notes which column a
// value without a name goes to (transformInsertRow).
func (b *binder) insertCount(s *pg_query.InsertStmt, w write, cols []insertColumn, g given) {
	if g.count < 0 || w.rel == nil || w.rel.Open ||
		slices.ContainsFunc(cols, func(c insertColumn) bool { return c.hole }) {
		return
	}
	o := Outcome{Start: g.at, End: g.at, Kind: KindStatement, Fact: ValueCount, State: Failed, SQLSTATE: "42601"}
	switch {
	case s.SelectStmt == nil:
	case g.count > len(cols):
		o.Message = "INSERT has more expressions than target columns"
	case len(s.Cols) > 0 && g.count < len(cols):
		o.Message = "INSERT has more target columns than expressions"
	}
	if o.Message != "" {
		b.note(o)
	}
	if len(s.Cols) > 0 {
		return
	}
	for i := 0; i < min(g.count, len(cols)); i++ {
		b.needsColumn(catalog.Dep{Class: catalog.ClassRelation, ID: w.rel.ID, Column: cols[i].col.Num}, w.may)
		name := catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: cols[i].col.Name}
		b.note(Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindColumn, Fact: Position, Number: int64(i + 1),
			Name: cols[i].col.Name, Object: name, Origin: name, Place: w.item.num, Type: cols[i].col.Type,
			Ref: catalog.Dep{Class: catalog.ClassRelation, ID: w.rel.ID, Column: cols[i].col.Num}})
	}
}

// writesAt says that the statement gives the column at position i a value.
func (g given) writesAt(i int) bool {
	return (g.count < 0 || i < g.count) && !(i < len(g.defaults) && g.defaults[i])
}

// generated checks that no value is given for a generated column (rewriteTargetListIU).
func (b *binder) generated(w write, cols []insertColumn, g given, override pg_query.OverridingKind) {
	for i, ic := range cols {
		if ic.col == nil || !g.writesAt(i) {
			continue
		}
		col := b.baseColumn(w, ic.col)
		always := col.Identity == 'a' && override != pg_query.OverridingKind_OVERRIDING_SYSTEM_VALUE &&
			override != pg_query.OverridingKind_OVERRIDING_USER_VALUE
		if col.Generated || always {
			b.notWritable(w, ic.col, ic.at, fmt.Sprintf("cannot insert a non-DEFAULT value into column %q", ic.col.Name))
		}
	}
}

func (b *binder) notWritable(w write, c *catalog.Column, at int, message string) {
	b.note(Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: GeneratedColumn, Text: c.Name,
		Name:  c.Name,
		State: Failed,
		Phase: RewritePhase, SQLSTATE: "428C9", Message: message,
		Object: catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: c.Name}})
}

// required notes the NOT NULL columns without a default that the INSERT leaves out. A
// trigger may fill them, so with one it is not certain.
func (b *binder) required(w write, cols []insertColumn, g given) {
	if w.rel == nil || g.count < 0 || slices.ContainsFunc(cols, func(c insertColumn) bool { return c.hole }) {
		return
	}
	base, num := b.writtenBase(w.rel)
	if base == nil {
		return
	}
	written := map[int16]bool{}
	for i, ic := range cols {
		if ic.col != nil && g.writesAt(i) && !(i < len(g.some) && g.some[i]) {
			written[num(ic.col.Num)] = true
		}
	}
	if w.rel != base {
		for _, col := range w.rel.Columns {
			written[num(col.Num)] = written[num(col.Num)] || col.Default != nil
		}
	}
	for _, c := range base.Columns {
		if c.Generated && c.NotNull && !b.neverComputedNull(base, &c) {
			b.possible(Key{Start: w.at, Kind: catalog.KindColumn, Fact: Computed, Text: c.Name}, "23502",
				fmt.Sprintf("column %q may be computed as NULL", c.Name),
				catalog.Name{Kind: catalog.KindColumn, Schema: base.Schema, Name: base.Name, Sub: c.Name})
		}
		if written[c.Num] || !b.mustBeGiven(c) {
			continue
		}
		o := Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindColumn, Fact: Required, Text: c.Name,
			Name:  c.Name,
			State: Failed, Phase: RunPhase, SQLSTATE: "23502",
			Message: fmt.Sprintf("null value in column %q of relation %q violates not-null constraint", c.Name, base.Name),
			Object:  catalog.Name{Kind: catalog.KindColumn, Schema: base.Schema, Name: base.Name, Sub: c.Name}}
		if hasInsertTrigger(base) || g.conditional {
			o.State = Possible
		}
		b.note(o)
	}
}

// mustBeGiven says that a row without a value for the column is refused.
func (b *binder) mustBeGiven(c catalog.Column) bool {
	if c.Default != nil || c.Generated || c.Identity != 0 {
		return false
	}
	t, ok := b.env.Schema.TypeByID(c.Type.ID)
	if !ok || t.Kind != catalog.DomainType {
		return c.NotNull
	}
	b.looks(catalog.KindType, t.Schema, t.Name)
	return (c.NotNull || t.NotNull) && !t.HasDefault
}

func hasInsertTrigger(r *catalog.Relation) bool {
	return slices.ContainsFunc(r.Triggers, func(t catalog.Trigger) bool {
		return !t.Disabled && (t.Before || t.InsteadOf) && t.Row && slices.Contains([]byte(t.Events), 'i')
	})
}

// writtenBase follows an updatable view to its table; num translates column numbers. A
// view that cannot be written by itself gives nil.
func (b *binder) writtenBase(rel *catalog.Relation) (*catalog.Relation, func(int16) int16) {
	num := func(n int16) int16 { return n }
	for range 32 {
		if rel.View == nil || rel.Kind != catalog.View {
			return rel, num
		}
		view := rel
		base, ok := b.env.Schema.RelationByID(view.View.Base)
		if !ok || !view.View.Updatable || hasInsertTrigger(view) {
			return nil, nil
		}
		b.looks(catalog.KindRelation, base.Schema, base.Name)
		inner := num
		num = func(n int16) int16 {
			n = inner(n)
			for i, c := range view.Columns {
				if c.Num == n && i < len(view.View.BaseColumns) {
					return view.View.BaseColumns[i]
				}
			}
			return 0
		}
		rel = base
	}
	return nil, nil
}

func (b *binder) returning(l *level, w write, list []*pg_query.Node) ([]Column, bool) {
	if len(list) == 0 {
		return nil, false
	}
	out := b.targets(b.withOldAndNew(l, w), list)
	return b.resolveColumns(out.columns()), out.unknown
}

// withOldAndNew lets the row be called old and new as well, from 18 on, unless something else is called so
// (addNSItemForReturning).
func (b *binder) withOldAndNew(l *level, w write) *level {
	if server := b.env.Schema.Server; w.rel == nil || server > 0 && server < 18 {
		return l
	}
	out := *l
	out.items = slices.Clone(l.items)
	for _, name := range []string{"old", "new"} {
		if slices.ContainsFunc(l.items, func(it *item) bool { return it.alias == name }) {
			continue
		}
		it := b.relationItem(w.rel, name)
		it.aliased, it.colsVisible = true, false
		out.items = append(out.items, it)
	}
	return &out
}
