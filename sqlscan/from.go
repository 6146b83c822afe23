package sqlscan

import (
	"fmt"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// from adds the items of a FROM list to a level (transformFromClause).
func (b *binder) from(l *level, list []*pg_query.Node) {
	for _, n := range list {
		_, items := b.fromItem(l, n)
		b.conflicts(l.items, items, b.st.Start)
		setLateral(items, true, true)
		l.items = append(l.items, items...)
	}
	setLateral(l.items, false, true)
}

// fromItem binds one entry of FROM. It returns the item whose columns the entry has as a
// whole and the items that it adds to the name space.
func (b *binder) fromItem(l *level, n *pg_query.Node) (*item, []*item) {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_RangeVar:
		it := b.rangeVar(l, x.RangeVar)
		return it, []*item{it}
	case *pg_query.Node_RangeSubselect:
		it := b.rangeSubselect(l, x.RangeSubselect)
		return it, []*item{it}
	case *pg_query.Node_RangeFunction:
		it := b.rangeFunction(l, x.RangeFunction)
		return it, []*item{it}
	case *pg_query.Node_RangeTableFunc:
		it := b.rangeTableFunc(l, x.RangeTableFunc)
		return it, []*item{it}
	case *pg_query.Node_RangeTableSample:
		it, items := b.fromItem(l, x.RangeTableSample.Relation)
		if it.rel != nil && !it.rel.IsTable() && it.rel.Kind != catalog.MatView {
			b.fail(b.at(x.RangeTableSample.Location), "sampled", "0A000",
				"TABLESAMPLE clause can only be applied to tables and materialized views")
		}
		if method := strs(x.RangeTableSample.Method); len(method) == 1 && method[0] != "system" &&
			method[0] != "bernoulli" && !b.samplesElse() {
			b.fail(b.at(x.RangeTableSample.Location), "tablesample", "42704",
				fmt.Sprintf("tablesample method %s does not exist", method[0]))
		}
		b.exprs(l, x.RangeTableSample.Args)
		b.expr(l, x.RangeTableSample.Repeatable)
		return it, items
	case *pg_query.Node_JoinExpr:
		return b.join(l, x.JoinExpr)
	}
	it := b.newItem("")
	it.open, it.failed = true, true
	return it, []*item{it}
}

// samplesElse says that an extension may have brought other sampling methods.
func (b *binder) samplesElse() bool {
	return slices.ContainsFunc(b.env.Schema.Extensions(), func(e catalog.Extension) bool { return e.Name != "plpgsql" })
}

// rangeVar binds a table name: a CTE in scope, or a relation.
func (b *binder) rangeVar(l *level, rv *pg_query.RangeVar) *item {
	alias, names := aliasOf(rv.Alias)
	var it *item
	if rv.Schemaname == "" {
		if c := l.cte(rv.Relname); c != nil {
			cols, unknown := b.cteColumns(c)
			it = b.derivedItem(rv.Relname, cols, unknown)
			b.note(Outcome{Start: b.at(rv.Location), End: b.nameEnd(b.at(rv.Location), 1), Kind: catalog.KindRelation,
				Name: rv.Relname, Object: catalog.Name{Kind: catalog.KindRelation, Name: rv.Relname}})
		}
	}
	if it == nil {
		it = b.targetItem(rv)
		if rv.Inh {
			b.inherits(it.rel, b.at(rv.Location))
		}
		b.needs(it.rel, b.at(rv.Location), catalog.MaySelect)
	}
	b.rename(it, alias, names, b.at(rv.Location))
	return it
}

// targetItem binds the name of a relation, without alias.
func (b *binder) targetItem(rv *pg_query.RangeVar) *item {
	b.readsOnly = b.Command != pgtree.Copy && b.Command != pgtree.Vacuum
	rel := b.relation(rv)
	b.readsOnly = false
	if rel == nil {
		it := b.newItem(rv.Relname)
		it.open, it.failed = true, true
		return it
	}
	if !rel.HasRows() {
		b.note(Outcome{Start: b.at(rv.Location), End: b.nameEnd(b.at(rv.Location), 1), Kind: catalog.KindRelation,
			Fact: Unfit, Text: "kind",
			State: Failed, SQLSTATE: "42809", Message: fmt.Sprintf("cannot open relation %q", rel.Name)})
		it := b.newItem(rv.Relname)
		it.open, it.failed = true, true
		return it
	}
	b.reads(rel, b.at(rv.Location))
	return b.relationItem(rel, rv.Relname)
}

// reads notes what reading a relation meets when the statement runs: a materialized view
// without rows, functions that a view calls.
func (b *binder) reads(rel *catalog.Relation, at int) {
	if b.env.Static || rel.View == nil || rel.ID == 0 || b.viewsRead[rel.ID] {
		return
	}
	if b.viewsRead == nil {
		b.viewsRead = map[catalog.ID]bool{}
	}
	b.viewsRead[rel.ID] = true
	b.looks(catalog.KindRelation, rel.Schema, rel.Name)
	if rel.Kind == catalog.MatView {
		if !rel.View.Populated {
			b.note(Outcome{Start: at, End: at, Kind: catalog.KindRelation, Fact: Unpopulated, Name: rel.Name, State: Failed,
				Phase: RunPhase, SQLSTATE: "55000",
				Message: fmt.Sprintf("materialized view %q has not been populated", rel.Name),
				Object:  catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}})
		}
		return
	}
	for _, d := range rel.View.Deps {
		f, ok := b.env.Schema.FunctionByID(d.ID)
		may := ok && d.Class == catalog.ClassFunction && f.Stable && !b.asks(rel, f)
		b.sparing(may, func() { b.calledBy(d, at) })
		if under, ok := b.env.Schema.RelationByID(d.ID); ok && d.Class == catalog.ClassRelation && under.View != nil &&
			under.ID != rel.ID {
			b.reads(under, at)
		}
	}
}

// maxChildren is the most children of a table that are told apart: those of a table with
// more are partitions that come and go by the calendar.
const maxChildren = 64

// inherits notes the tables whose rows a table shows besides its own.
func (b *binder) inherits(rel *catalog.Relation, at int) {
	if rel == nil || rel.ID == 0 {
		return
	}
	children := b.env.Schema.Children(rel.ID)
	if len(children) > maxChildren {
		return
	}
	for _, child := range children {
		b.note(Outcome{Start: at, End: at, Kind: catalog.KindRelation, Fact: Child, Number: int64(child.ID),
			Name: child.Name, Phase: RunPhase,
			Object: catalog.Name{Kind: catalog.KindRelation, Schema: child.Schema, Name: child.Name},
			Ref:    catalog.Dep{Class: catalog.ClassRelation, ID: child.ID}})
	}
}

func (b *binder) rename(it *item, alias string, names []string, at int) {
	if extra := it.rename(alias, names); extra > 0 && !it.open {
		b.fail(at, "alias list", "42P10", fmt.Sprintf("table %q has %d columns available but %d columns specified",
			it.alias, len(it.cols), len(names)))
	}
}

func aliasOf(a *pg_query.Alias) (string, []string) {
	if a == nil {
		return "", nil
	}
	return a.Aliasname, strs(a.Colnames)
}

func (b *binder) rangeSubselect(l *level, rs *pg_query.RangeSubselect) *item {
	sub := &level{parent: l, derived: true}
	was := l.lateral
	l.lateral = rs.Lateral
	cols, unknown := b.query(sub, rs.Subquery)
	l.lateral = was
	alias, names := aliasOf(rs.Alias)
	if rs.Alias == nil && b.env.Schema.Version() < 16 {
		b.fail(b.st.Start, "subquery alias", "42601", "subquery in FROM must have an alias")
	}
	it := b.derivedItem(alias, cols, unknown)
	it.relVisible = rs.Alias != nil
	b.rename(it, alias, names, b.st.Start)
	return it
}

func (b *binder) rangeFunction(l *level, rf *pg_query.RangeFunction) *item {
	was := l.lateral
	l.lateral = true
	alias, names := aliasOf(rf.Alias)
	var cols []Column
	unknown := false
	at := b.st.Start
	var called string
	var whole *catalog.TypeRef
	for _, n := range rf.Functions {
		entry := n.GetList().GetItems()
		if len(entry) == 0 {
			continue
		}
		defs := rf.Coldeflist
		if len(entry) > 1 && len(entry[1].GetList().GetItems()) > 0 {
			defs = entry[1].GetList().Items
		}
		if calls := severalUnnests(entry[0], defs); calls != nil {
			called = "unnest"
			for _, c := range calls {
				fcols, open, _, _ := b.functionRows(l, c, nil, alias, false)
				cols, unknown = append(cols, fcols...), unknown || open
			}
			continue
		}
		fcols, open, name, typ := b.functionRows(l, entry[0], defs, alias, len(rf.Functions) == 1)
		if len(rf.Functions) == 1 && !rf.Ordinality {
			whole = &typ
		}
		if called == "" {
			called = name
		}
		if fc := entry[0].GetFuncCall(); fc != nil {
			at = b.at(fc.Location)
		}
		cols = append(cols, fcols...)
		unknown = unknown || open
	}
	l.lateral = was
	if rf.Ordinality {
		cols = append(cols, Column{Name: "ordinality", Type: catalog.TypeRef{ID: catalog.OIDInt8}, NotNull: true})
	}
	it := b.derivedItem(called, cols, unknown)
	it.aliased, it.function = alias != "", whole
	b.rename(it, alias, names, at)
	return it
}

// severalUnnests turns unnest(a, b) in FROM into unnest(a), unnest(b)
// (transformRangeFunction); nil for all else.
func severalUnnests(n *pg_query.Node, defs []*pg_query.Node) []*pg_query.Node {
	f := n.GetFuncCall()
	if f == nil || len(f.Args) < 2 || len(defs) > 0 || len(f.Funcname) != 1 ||
		f.Funcname[0].GetString_().GetSval() != "unnest" ||
		f.AggStar || f.AggDistinct || f.FuncVariadic || f.Over != nil || len(f.AggOrder) > 0 || f.AggFilter != nil {
		return nil
	}
	var out []*pg_query.Node
	for _, a := range f.Args {
		one := &pg_query.FuncCall{Funcname: f.Funcname, Args: []*pg_query.Node{a}, Location: f.Location}
		out = append(out, &pg_query.Node{Node: &pg_query.Node_FuncCall{FuncCall: one}})
	}
	return out
}

// functionRows returns the columns that a function in FROM gives, and its own type
// (addRangeTableEntryForFunction).
func (b *binder) functionRows(l *level, n *pg_query.Node, defs []*pg_query.Node, alias string,
	single bool) (cols []Column, unknown bool, name string, typ catalog.TypeRef) {
	v := b.expr(l, n)
	name = resultName(n)
	if len(defs) > 0 {
		for _, d := range defs {
			def := d.GetColumnDef()
			cols = append(cols, Column{Name: def.GetColname(), Type: b.typeName(def.GetTypeName())})
		}
		return cols, false, name, v.typ
	}
	if v.fn != nil && len(v.fn.Outputs()) > 0 &&
		(len(v.fn.Outputs()) > 1 || v.typ.ID == catalog.OIDRecord || hasTableArgs(v.fn)) {
		for i, a := range v.fn.Outputs() {
			c := Column{Name: a.Name, Type: b.polymorphic(a.Type, v)}
			if c.Name == "" {
				c.Name = fmt.Sprintf("column%d", i+1)
			}
			cols = append(cols, c)
		}
		return cols, false, name, v.typ
	}
	if row, ok := b.env.Schema.RowColumns(v.typ.ID); ok {
		cols := b.rowColumns(v.typ.ID, row)
		for i := range cols {
			cols[i].populated = v.fn != nil && strings.Contains(v.fn.Name, "_populate_record")
		}
		return cols, false, name, v.typ
	}
	if v.fn != nil && v.typ.ID == catalog.OIDRecord && len(v.fn.Outputs()) == 0 && n.GetFuncCall() != nil {
		b.fail(v.at, "record", "42601", "a column definition list is required for functions returning \"record\"")
	}
	if v.typ.ID == 0 || v.typ.ID == catalog.OIDRecord || v.failed {
		return []Column{{Name: scalarName(name, alias, v.fn, single)}}, true, name, v.typ
	}
	return []Column{{Name: scalarName(name, alias, v.fn, single), Type: v.typ}}, false, name, v.typ
}

// scalarName is the name of the one column of a scalar function in FROM: that of its OUT
// argument, else the alias, else the function's.
func scalarName(name, alias string, fn *catalog.Function, single bool) string {
	if fn != nil {
		if out := fn.Outputs(); len(out) == 1 && out[0].Name != "" {
			return out[0].Name
		}
	}
	if alias != "" && single {
		return alias
	}
	return name
}

func hasTableArgs(f *catalog.Function) bool {
	return slices.ContainsFunc(f.Args, func(a catalog.Arg) bool { return a.Mode == 't' })
}

func (b *binder) rowColumns(typ catalog.ID, row []catalog.Column) []Column {
	t, _ := b.env.Schema.TypeByID(b.env.Schema.BaseType(typ))
	b.looks(catalog.KindRelation, t.Schema, t.Name)
	cols := make([]Column, 0, len(row))
	for _, c := range row {
		cols = append(cols, Column{Name: c.Name, Type: c.Type})
		b.depend(catalog.Dep{Class: catalog.ClassRelation, ID: t.Relation, Column: c.Num})
	}
	return cols
}

// rangeTableFunc binds XMLTABLE.
func (b *binder) rangeTableFunc(l *level, rt *pg_query.RangeTableFunc) *item {
	was := l.lateral
	l.lateral = true
	b.expr(l, rt.Rowexpr)
	b.expr(l, rt.Docexpr)
	var cols []Column
	for _, n := range rt.Columns {
		c := n.GetRangeTableFuncCol()
		col := Column{Name: c.GetColname(), Type: catalog.TypeRef{ID: catalog.OIDInt4}}
		if !c.GetForOrdinality() {
			col.Type = b.typeName(c.GetTypeName())
		}
		b.expr(l, c.GetColexpr())
		b.expr(l, c.GetColdefexpr())
		cols = append(cols, col)
	}
	l.lateral = was
	alias, names := aliasOf(rt.Alias)
	it := b.derivedItem("xmltable", cols, false)
	b.rename(it, alias, names, b.at(rt.Location))
	return it
}

// join binds JOIN (transformFromClauseItem). The item that it returns has the columns of
// the join: the merged ones, those of the left side, those of the right.
func (b *binder) join(l *level, j *pg_query.JoinExpr) (*item, []*item) {
	left, leftItems := b.fromItem(l, j.Larg)
	outer := j.Jointype == pg_query.JoinType_JOIN_INNER || j.Jointype == pg_query.JoinType_JOIN_LEFT
	setLateral(leftItems, true, outer)
	saved := l.items
	l.items = append(slices.Clone(l.items), leftItems...)
	right, rightItems := b.fromItem(l, j.Rarg)
	l.items = saved
	b.conflicts(leftItems, rightItems, b.st.Start)
	items := append(slices.Clone(leftItems), rightItems...)
	setLateral(items, false, true)

	it := b.newItem("")
	it.open, it.failed = left.open || right.open, left.failed || right.failed
	names := strs(j.UsingClause)
	if j.IsNatural {
		names = b.naturalColumns(left, right)
	}
	merged := b.mergedColumns(j, left, right, names)
	it.cols = append(it.cols, merged...)
	nullLeft := j.Jointype == pg_query.JoinType_JOIN_RIGHT || j.Jointype == pg_query.JoinType_JOIN_FULL
	nullRight := j.Jointype == pg_query.JoinType_JOIN_LEFT || j.Jointype == pg_query.JoinType_JOIN_FULL
	it.cols = append(it.cols, restOf(left, names, nullLeft)...)
	it.cols = append(it.cols, restOf(right, names, nullRight)...)
	if b.joinedColumns += len(it.cols); b.joinedColumns > maxJoined {
		it.cols, it.open, b.Opaque = nil, true, "too many columns are joined"
	}
	if nullLeft {
		blank(leftItems)
	}
	if nullRight {
		blank(rightItems)
	}
	if j.Quals != nil {
		v := b.expr(&level{parent: l.parent, items: items, ctes: l.ctes, open: l.open, lateral: l.lateral}, j.Quals)
		b.boolean(v, "JOIN/ON")
	}
	return it, b.joinNames(j, it, items, len(merged))
}

// maxJoined bounds the columns that the joins of a statement have in all: with each join they
// are all of its sides.
const maxJoined = 500_000

// joinNames makes the name space of a join: with an alias only the join can be seen,
// without one its sides by name and its columns by themselves.
func (b *binder) joinNames(j *pg_query.JoinExpr, it *item, items []*item, merged int) []*item {
	alias, names := aliasOf(j.Alias)
	if alias != "" {
		b.rename(it, alias, names, b.st.Start)
		return []*item{it}
	}
	setVisible(items, false)
	it.relVisible = false
	items = append(items, it)
	if using, _ := aliasOf(j.JoinUsingAlias); using != "" {
		u := b.newItem(using)
		u.aliased, u.colsVisible, u.cols = true, false, it.cols[:merged]
		b.conflicts(items, []*item{u}, b.st.Start)
		items = append(items, u)
	}
	return items
}

// blank forgets that columns are NOT NULL: an outer join may not find them.
func blank(items []*item) {
	for _, it := range items {
		for i := range it.cols {
			it.cols[i].notNull = false
		}
	}
}

func restOf(it *item, merged []string, nullable bool) []column {
	var out []column
	for _, c := range it.cols {
		if !slices.Contains(merged, c.name) {
			c.notNull = c.notNull && !nullable
			out = append(out, c)
		}
	}
	return out
}

func (b *binder) naturalColumns(left, right *item) []string {
	var names []string
	for _, c := range left.cols {
		if len(right.find(c.name)) > 0 {
			names = append(names, c.name)
		}
	}
	return names
}

// mergedColumns binds the columns of USING or NATURAL on both sides.
func (b *binder) mergedColumns(j *pg_query.JoinExpr, left, right *item, names []string) []column {
	at := b.usingStart(j)
	var out []column
	for _, name := range names {
		if !j.IsNatural {
			at = b.find(at, name)
		}
		op := opName{name: "=", at: at}
		lc := b.usingColumn(left, name, "left", at, j.IsNatural)
		rc := b.usingColumn(right, name, "right", at, j.IsNatural)
		c := column{name: name}
		if lc != nil {
			c = *lc
		} else if rc != nil {
			c = *rc
		}
		if lc != nil && rc != nil {
			c.typ = b.joined(op, lc, rc, name)
		}
		if rc != nil {
			c.merged = append(slices.Clone(c.deps()), rc.deps()...)
			if j.Jointype == pg_query.JoinType_JOIN_RIGHT {
				c.notNull = rc.notNull
			}
		}
		if j.Jointype == pg_query.JoinType_JOIN_FULL {
			c.notNull = false
		}
		out = append(out, c)
	}
	return out
}

// joined compares the two columns that USING or NATURAL merges and gives the type of the
// merged one (transformJoinUsingClause, buildMergedJoinVar).
func (b *binder) joined(op opName, lc, rc *column, name string) catalog.TypeRef {
	left, right := value{typ: lc.typ, col: lc, at: op.at}, value{typ: rc.typ, col: rc, at: op.at}
	merged := b.commonOf([]value{left, right}, "JOIN/USING", op.at)
	if merged.failed {
		return merged.typ
	}
	if c := b.findOperator(op, left, right); c != nil {
		o := Outcome{Start: op.at, End: op.at, Kind: catalog.KindOperator, Fact: Using, Text: name, Name: op.name,
			Meaning: b.meaning("=", c, []value{left, right})}
		b.about(&o, left, right)
		b.note(o)
	}
	return merged.typ
}

// usingStart is where USING can be looked for: behind the right side.
func (b *binder) usingStart(j *pg_query.JoinExpr) int {
	at := b.st.Start
	if rv := j.Rarg.GetRangeVar(); rv != nil {
		at = b.at(rv.Location)
	}
	if len(j.UsingClause) > 0 {
		at = b.find(at, "using")
	}
	return at
}

// naturalSide is what a column of a side is that NATURAL compares.
var naturalSide = map[string]Fact{"left": NaturalLeft, "right": NaturalRight}

func (b *binder) usingColumn(it *item, name, side string, at int, natural bool) *column {
	o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: Using, Text: side, Name: name,
		Object: catalog.Name{Kind: catalog.KindColumn, Name: it.alias, Sub: name}}
	if natural {
		o.Fact, o.Text, o.End = naturalSide[side], name, at
	}
	if it.rel != nil {
		o.Object.Schema, o.Object.Name = it.rel.Schema, it.rel.Name
	}
	found := it.find(name)
	switch {
	case len(found) == 1:
		c := it.cols[found[0]]
		o.Object, o.Origin, o.Place, o.Type, o.Ref = c.object(), c.origin(), c.place, c.typ, c.ref
		b.use(&c)
		b.note(o)
		return &c
	case len(found) > 1:
		o.State, o.SQLSTATE = Failed, "42702"
		o.Message = fmt.Sprintf("common column name %q appears more than once in %s table", name, side)
	default:
		o.State, o.SQLSTATE = Failed, "42703"
		o.Message = fmt.Sprintf("column %q specified in USING clause does not exist in %s table", name, side)
		b.soften(&o, it.mayHave(name), it.failed)
	}
	b.note(o)
	return nil
}

// soften turns a column that was not found into an Unknown one if the place is open; when
// the relation itself is at fault, its column is not.
func (b *binder) soften(o *Outcome, open, failed bool) {
	if sqltext.IsHole(o.Name) || failed {
		o.State, o.SQLSTATE, o.Message = Unknown, "", ""
	} else if open {
		o.State = Unknown
	}
}

func (b *binder) use(c *column) {
	for _, d := range c.deps() {
		b.depend(d)
		b.needsColumn(d, catalog.MaySelect)
	}
}
