package sqlscan

import (
	"fmt"
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// cte is a WITH entry. Its query is bound once, on the first use or at its place.
type cte struct {
	name    string
	node    *pg_query.CommonTableExpr
	level   *level
	visible bool
	state   byte // 0 not bound, 1 being bound, 2 bound
	cols    []Column
	unknown bool
	self    bool
}

func (l *level) cte(name string) *cte {
	for at := l; at != nil; at = at.parent {
		for _, c := range at.ctes {
			if c.name == name && c.visible {
				return c
			}
		}
	}
	return nil
}

// with binds a WITH clause. Without RECURSIVE each entry sees those before it.
func (b *binder) with(l *level, w *pg_query.WithClause) {
	if w == nil {
		return
	}
	var list []*cte
	for _, n := range w.Ctes {
		node := n.GetCommonTableExpr()
		c := &cte{name: node.GetCtename(), node: node, level: l, visible: w.Recursive}
		for _, o := range list {
			if o.name == c.name {
				b.fail(b.at(node.Location), "cte", "42712", fmt.Sprintf("WITH query name %q specified more than once", c.name))
			}
		}
		list = append(list, c)
	}
	l.ctes = append(list, l.ctes...)
	for _, c := range list {
		b.bindCTE(c)
		c.visible = true
	}
}

// cteColumns returns the columns of a CTE; one that refers to itself has those of its
// first arm.
func (b *binder) cteColumns(c *cte) ([]Column, bool) {
	if c.state == 1 {
		c.self = true
		extra := b.searchCycle(c)
		for i := range extra {
			extra[i].unexpanded = true
		}
		return append(slices.Clone(c.cols), extra...), c.unknown
	}
	b.bindCTE(c)
	return c.cols, c.unknown
}

func (b *binder) bindCTE(c *cte) {
	if c.state != 0 {
		return
	}
	c.state, c.unknown = 1, true
	sub := &level{parent: c.level}
	sel := c.node.Ctequery.GetSelectStmt()
	if sel != nil && sel.Op != pg_query.SetOperation_SETOP_NONE && c.visible {
		b.recursiveCTE(c, sub, sel)
	} else {
		cols, unknown := b.query(sub, c.node.Ctequery)
		b.setCTE(c, cols, unknown)
	}
	c.state = 2
	c.cols = append(c.cols, b.searchCycle(c)...)
}

// recursiveCTE binds the left arm first: its columns are what the right arm sees.
func (b *binder) recursiveCTE(c *cte, l *level, sel *pg_query.SelectStmt) {
	b.with(l, sel.WithClause)
	left, unknown := b.selectStmt(&level{parent: l}, sel.Larg)
	b.setCTE(c, left, unknown)
	cols, unknown := b.setOperation(l, sel, left, unknown)
	b.setCTE(c, cols, unknown)
}

func (b *binder) setCTE(c *cte, cols []Column, unknown bool) {
	names := strs(c.node.Aliascolnames)
	c.cols, c.unknown = b.resolveColumns(slices.Clone(cols)), unknown
	for i, name := range names {
		if i < len(c.cols) {
			c.cols[i].Name = name
		}
	}
	if len(names) > len(cols) && !unknown {
		b.fail(b.at(c.node.Location), "cte columns", "42P10",
			fmt.Sprintf("WITH query %q has %d columns available but %d columns specified",
				c.name, len(cols), len(names)))
	}
}

// searchCycle are the columns that SEARCH and CYCLE add. The query itself can name them, but
// its * does not have them (addRangeTableEntryForCTE).
func (b *binder) searchCycle(c *cte) (cols []Column) {
	if s := c.node.SearchClause; s != nil {
		typ := catalog.TypeRef{ID: sqltype.OIDRecordArray}
		if s.SearchBreadthFirst {
			typ.ID = catalog.OIDRecord
		}
		cols = append(cols, Column{Name: s.SearchSeqColumn, Type: typ})
	}
	if s := c.node.CycleClause; s != nil {
		l := &level{parent: c.level}
		mark := b.commonOf([]value{b.expr(l, s.CycleMarkValue), b.expr(l, s.CycleMarkDefault)}, "CYCLE", b.at(s.Location))
		b.groupable(mark, b.at(s.Location), "CYCLE")
		cols = append(cols, Column{Name: s.CycleMarkColumn, Type: mark.typ},
			Column{Name: s.CyclePathColumn, Type: catalog.TypeRef{ID: sqltype.OIDRecordArray}})
	}
	return cols
}

// query binds a statement that gives rows: SELECT, VALUES, or DML with RETURNING.
func (b *binder) query(l *level, n *pg_query.Node) (cols []Column, unknown bool) {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_SelectStmt:
		cols, unknown := b.selectStmt(l, x.SelectStmt)
		return b.resolveColumns(cols), unknown
	case *pg_query.Node_InsertStmt:
		return b.insert(l, x.InsertStmt)
	case *pg_query.Node_UpdateStmt:
		return b.update(l, x.UpdateStmt)
	case *pg_query.Node_DeleteStmt:
		return b.delete(l, x.DeleteStmt)
	case *pg_query.Node_MergeStmt:
		b.merge(l, x.MergeStmt)
		return nil, false
	}
	return nil, true
}

// maxDepth bounds the recursion over queries and expressions; the parser takes no deeper.
const maxDepth = 10_000

// selectStmt binds SELECT in the order of transformSelectStmt.
func (b *binder) selectStmt(l *level, s *pg_query.SelectStmt) ([]Column, bool) {
	if b.depth++; b.depth > maxDepth {
		b.depth--
		return nil, true
	}
	defer func() { b.depth-- }()
	switch {
	case s.Op != pg_query.SetOperation_SETOP_NONE:
		b.with(l, s.WithClause)
		left, unknown := b.selectStmt(&level{parent: l}, s.Larg)
		return b.setOperation(l, s, left, unknown)
	case len(s.ValuesLists) > 0:
		return b.values(l, s)
	}
	b.with(l, s.WithClause)
	if s.IntoClause != nil {
		b.creates(s.IntoClause.Rel)
	}
	b.from(l, s.FromClause)
	idle, spared := b.idle, b.spared
	b.idle, b.spared = idle || l.exists && listIsDropped(s), l.derived
	out := b.targets(l, s.TargetList)
	b.idle, b.spared = idle, spared
	if s.WhereClause != nil {
		b.boolean(b.expr(l, s.WhereClause), "WHERE")
		b.forbidSets(s.WhereClause, "WHERE")
	}
	if s.HavingClause != nil {
		b.boolean(b.expr(l, s.HavingClause), "HAVING")
		b.forbidSets(s.HavingClause, "HAVING")
	}
	b.sorts(l, s.SortClause, out)
	b.groups(l, s.GroupClause, out)
	b.distinct(l, s.DistinctClause, out)
	b.limits(l, s)
	b.windows(l, s.WindowClause)
	b.checkGrouping(l, s, out)
	switch {
	case l.parent == nil:
		b.singleRow(l, s, b.st.Start, StatementRow)
	case b.strict && l.parent == b.vars:
		b.singleRow(l, s, b.st.Start, StrictRow)
	}
	b.locking(l, s.LockingClause)
	return out.columns(), out.unknown
}

func (b *binder) limits(l *level, s *pg_query.SelectStmt) {
	if s.LimitOffset != nil {
		b.specific(b.expr(l, s.LimitOffset), catalog.OIDInt8, "OFFSET")
	}
	if s.LimitCount != nil {
		b.specific(b.expr(l, s.LimitCount), catalog.OIDInt8, "LIMIT")
	}
}

func (b *binder) windows(l *level, list []*pg_query.Node) {
	for _, n := range list {
		b.window(l, n.GetWindowDef())
	}
}

func (b *binder) window(l *level, w *pg_query.WindowDef) {
	if w == nil {
		return
	}
	b.sorts(l, w.OrderClause, targetList{noAlias: true})
	for _, v := range b.exprs(l, w.PartitionClause) {
		b.groupable(v, v.at, "partition")
	}
	for _, n := range []*pg_query.Node{w.StartOffset, w.EndOffset} {
		if n != nil {
			b.expr(l, n)
		}
	}
}

// setOperation binds the right side of a set operation and what stands behind it. The
// left side has been bound.
func (b *binder) setOperation(l *level, s *pg_query.SelectStmt, left []Column, unknown bool) ([]Column, bool) {
	right, rightUnknown := b.selectStmt(&level{parent: l}, s.Rarg)
	if len(left) != len(right) && !unknown && !rightUnknown {
		b.fail(b.selectStart(s.Rarg), "set operation", "42601",
			fmt.Sprintf("each %s query must have the same number of columns", setNames[s.Op]))
	}
	cols := make([]Column, len(left))
	at := b.selectStart(s.Rarg)
	for i, c := range left {
		cols[i] = Column{Name: c.Name, Type: c.Type, NotNull: c.NotNull}
		if i >= len(right) || len(left) != len(right) {
			continue
		}
		cols[i].NotNull = c.NotNull && right[i].NotNull
		v := b.commonOf([]value{c.value(at), right[i].value(at)}, setNames[s.Op], at)
		cols[i].Type = v.typ
		if !s.All || s.Op != pg_query.SetOperation_SETOP_UNION {
			b.groupable(v, at, setNames[s.Op])
		}
	}
	if len(s.SortClause) > 0 {
		it := b.derivedItem("", cols, unknown)
		it.relVisible = false
		sub := &level{parent: l.parent, ctes: l.ctes, items: []*item{it}}
		out := targetList{unknown: unknown}
		for i := range it.cols {
			out.list = append(out.list, target{name: it.cols[i].name, value: value{col: &it.cols[i]}})
		}
		b.sorts(sub, s.SortClause, out)
	}
	b.limits(l, s)
	return cols, unknown || rightUnknown
}

// value is what an arm of a set operation gives: a literal or parameter that is still open
// is read as the type of the other arm.
func (c Column) value(at int) value {
	if c.open != nil {
		return *c.open
	}
	return columnValue(c, at)
}

var setNames = map[pg_query.SetOperation]string{
	pg_query.SetOperation_SETOP_UNION: "UNION", pg_query.SetOperation_SETOP_INTERSECT: "INTERSECT",
	pg_query.SetOperation_SETOP_EXCEPT: "EXCEPT",
}

func (b *binder) selectStart(s *pg_query.SelectStmt) int {
	for s.GetLarg() != nil {
		s = s.Larg
	}
	if len(s.GetTargetList()) > 0 {
		if t := s.TargetList[0].GetResTarget(); t != nil {
			return b.at(t.Location)
		}
	}
	return b.st.Start
}

// values binds VALUES as a query.
func (b *binder) values(l *level, s *pg_query.SelectStmt) ([]Column, bool) {
	b.with(l, s.WithClause)
	var columns [][]value
	unknown := false
	for row, n := range s.ValuesLists {
		items, open := b.list(l, n.GetList().GetItems())
		unknown = unknown || open || isHoleRow(n.GetList().GetItems())
		if row > 0 && len(items) != len(columns) && !unknown {
			b.fail(b.st.Start, "values", "42601", "VALUES lists must all be the same length")
		}
		for i, v := range items {
			if row == 0 {
				columns = append(columns, nil)
			}
			if i < len(columns) {
				columns[i] = append(columns[i], v)
			}
		}
	}
	var cols []Column
	for i, list := range columns {
		c := Column{Name: fmt.Sprintf("column%d", i+1)}
		if len(list) == 1 {
			c.setType(list[0])
		} else {
			c.Type = b.commonOf(list, "VALUES", b.st.Start).typ
		}
		cols = append(cols, c)
	}
	out := targetList{}
	for _, c := range cols {
		out.list = append(out.list, target{name: c.Name, value: value{typ: c.Type}})
	}
	it := b.derivedItem("*VALUES*", cols, unknown)
	b.sorts(&level{parent: l, items: []*item{it}}, s.SortClause, out)
	b.limits(l, s)
	return cols, unknown
}

// isHoleRow says that a row of VALUES is unknown text, which may be several values.
func isHoleRow(items []*pg_query.Node) bool {
	if len(items) != 1 {
		return false
	}
	name, _ := bareName(items[0])
	return sqltext.IsHole(name)
}

// target is an entry of the target list.
type target struct {
	name  string
	value value
	// bare says that it is a column under its own name.
	bare bool
}

// targetList is what SELECT gives; unknown says that a star of an open relation is in it.
type targetList struct {
	list    []target
	unknown bool
	// noAlias says that names are those of input columns only.
	noAlias bool
}

// setType gives a column the type of its expression, which may still be open.
func (c *Column) setType(v value) {
	c.Type, c.row = v.typ, v.fields()
	if v.typ.ID == catalog.OIDUnknown {
		c.open = &v
	}
}

func (t targetList) columns() []Column {
	cols := make([]Column, 0, len(t.list))
	for _, e := range t.list {
		c := Column{Name: e.name}
		c.setType(e.value)
		c.maybeNull = e.value.maybeNull
		if col := e.value.col; col != nil {
			c.Origin, c.NotNull, c.Type, c.Ref, c.populated = col.origin(), col.notNull, col.typ, col.ref, col.populated
		}
		cols = append(cols, c)
	}
	return cols
}

// listIsDropped says that the planner drops the list of a query that EXISTS asks (subselect.c, simplify_EXISTS_query).
func listIsDropped(s *pg_query.SelectStmt) bool {
	return s.Op == pg_query.SetOperation_SETOP_NONE && s.HavingClause == nil && s.LimitOffset == nil &&
		len(s.LockingClause) == 0 && !slices.ContainsFunc(s.GroupClause,
		func(n *pg_query.Node) bool { return n.GetGroupingSet() != nil })
}

func (b *binder) targets(l *level, list []*pg_query.Node) targetList {
	var out targetList
	for _, n := range list {
		rt := n.GetResTarget()
		if cols, open, ok := b.star(l, rt.GetVal()); ok {
			out.unknown = out.unknown || open
			for i := range cols {
				out.list = append(out.list, target{name: cols[i].name, value: value{typ: cols[i].typ, col: &cols[i]}})
			}
			continue
		}
		v := b.expr(l, rt.GetVal())
		bare, _ := bareName(rt.GetVal())
		if sqltext.IsHole(bare) {
			out.unknown = true
		}
		name := rt.GetName()
		if name == "" {
			name = resultName(rt.GetVal())
		}
		out.list = append(out.list, target{name: name, value: v, bare: rt.GetName() == "" && bare != ""})
	}
	if len(out.list) > maxColumns {
		b.fail(b.st.Start, "targets", "54011", "target lists can have at most 1664 entries")
		out.list, out.unknown = out.list[:maxColumns], true
	}
	return out
}

// star expands *, t.*, s.t.* and (composite).*.
func (b *binder) star(l *level, n *pg_query.Node) (cols []column, open, ok bool) {
	if ref := n.GetColumnRef(); ref != nil && len(ref.Fields) > 0 && ref.Fields[len(ref.Fields)-1].GetAStar() != nil {
		if len(ref.Fields) == 1 {
			cols, open = b.wholeStar(l)
			return cols, open, true
		}
		schema, name := qualifiedName(strs(ref.Fields))
		it := b.itemNamed(l, schema, name, b.at(ref.Location), len(ref.Fields)-1)
		if it == nil {
			return nil, true, true
		}
		return b.allOf(it), it.open, true
	}
	ind := n.GetAIndirection()
	if ind == nil || len(ind.Indirection) == 0 || ind.Indirection[len(ind.Indirection)-1].GetAStar() == nil {
		return nil, false, false
	}
	v := b.indirection(l, ind.Arg, ind.Indirection[:len(ind.Indirection)-1])
	row, isRow := b.env.Schema.RowColumns(v.typ.ID)
	if !isRow {
		fields := v.fields()
		for _, f := range fields {
			cols = append(cols, column{name: f.Name, typ: f.Type, row: f.row})
		}
		return cols, len(fields) == 0, true
	}
	for _, c := range b.rowColumns(v.typ.ID, row) {
		cols = append(cols, column{name: c.Name, typ: c.Type})
	}
	return cols, false, true
}

func (b *binder) wholeStar(l *level) (cols []column, open bool) {
	open = l.open
	for _, it := range l.items {
		if it.colsVisible && !(it.lateralOnly && !l.lateral) {
			cols = append(cols, b.allOf(it)...)
			open = open || it.open
		}
	}
	return cols, open
}

func (b *binder) allOf(it *item) []column {
	cols := make([]column, 0, len(it.cols))
	for i := range it.cols {
		if !it.cols[i].unexpanded {
			b.use(&it.cols[i])
			cols = append(cols, it.cols[i])
		}
	}
	return cols
}

// sorts binds ORDER BY: a bare name is first an output column, a number a position
// (findTargetlistEntrySQL92).
func (b *binder) sorts(l *level, list []*pg_query.Node, out targetList) {
	for _, n := range list {
		v := b.outputOrInput(l, n.GetSortBy().GetNode(), out, "ORDER BY")
		b.sortable(v, v.at)
		b.compared(v, v.at, "ORDER BY", b.ordering(v.typ.ID))
	}
}

func (b *binder) distinct(l *level, list []*pg_query.Node, out targetList) {
	for _, n := range list {
		if n.GetNode() != nil {
			v := b.outputOrInput(l, n, out, "DISTINCT ON")
			b.groupable(v, v.at, "DISTINCT ON")
			continue
		}
		for _, t := range out.list {
			at := t.value.at
			if at == 0 {
				at = b.st.Start
			}
			b.groupable(t.value, at, "DISTINCT")
		}
	}
}

// groups binds GROUP BY: a bare name is first an input column of this level.
func (b *binder) groups(l *level, list []*pg_query.Node, out targetList) {
	for _, n := range list {
		switch x := n.GetNode().(type) {
		case *pg_query.Node_GroupingSet:
			b.groups(l, x.GroupingSet.Content, out)
		case *pg_query.Node_RowExpr:
			b.groups(l, x.RowExpr.Args, out)
		case *pg_query.Node_List:
			b.groups(l, x.List.Items, out)
		default:
			if name, _ := bareName(n); name != "" {
				if res := l.unqualified(name, true); res.col != nil || res.dup {
					v := b.expr(l, n)
					if res.col != nil && slices.ContainsFunc(out.list, func(t target) bool { return t.name == name }) {
						b.boundColumn(res.col, Outcome{Start: v.at, End: b.nameEnd(v.at, 1), Kind: catalog.KindColumn, Fact: GroupedBy,
							Name: name})
					}
					b.groupable(v, v.at, "GROUP BY")
					continue
				}
			}
			v := b.outputOrInput(l, n, out, "GROUP BY")
			b.groupable(v, v.at, "GROUP BY")
		}
	}
}

func bareName(n *pg_query.Node) (string, int32) {
	ref := n.GetColumnRef()
	if ref == nil || len(ref.Fields) != 1 {
		return "", 0
	}
	if s := ref.Fields[0].GetString_(); s != nil {
		return s.Sval, ref.Location
	}
	return "", 0
}

func (b *binder) outputOrInput(l *level, n *pg_query.Node, out targetList, clause string) value {
	if name, at := bareName(n); name != "" && !out.noAlias {
		if v, ok := b.outputColumn(l, name, b.at(at), out, clause); ok {
			return v
		}
	}
	if c := n.GetAConst(); c != nil && !out.noAlias {
		i, ok := c.Val.(*pg_query.A_Const_Ival)
		if !ok {
			if !c.Isnull || clause == "GROUP BY" {
				b.fail(b.at(c.Location), "position", "42601", fmt.Sprintf("non-integer constant in %s", clause))
			}
			return value{at: b.at(c.Location)}
		}
		pos := int(i.Ival.GetIval())
		if pos < 1 || pos > len(out.list) {
			if !out.unknown {
				b.fail(b.at(c.Location), "position", "42P10", fmt.Sprintf("%s position %d is not in select list", clause, pos))
			}
			return value{at: b.at(c.Location)}
		}
		if out.unknown {
			return value{at: b.at(c.Location)}
		}
		v := b.settled(&out.list[pos-1])
		v.at = b.at(c.Location)
		return v
	}
	v := b.expr(l, n)
	if v.typ.ID == catalog.OIDUnknown && !out.noAlias {
		v, _ = b.coerce(v, catalog.TypeRef{ID: catalog.OIDText}, sqltype.Implicit)
	}
	return v
}

// settled makes an output column that is still open a text (resolveTargetListUnknowns).
func (b *binder) settled(t *target) value {
	if t.value.typ.ID == catalog.OIDUnknown {
		t.value, _ = b.coerce(t.value, catalog.TypeRef{ID: catalog.OIDText}, sqltype.Implicit)
	}
	return t.value
}

// nameIn is what a name of a clause is: in GROUP BY an input column wins over one of the result.
var nameIn = map[string]Fact{"GROUP BY": GroupedBy}

// outputColumn binds a name to an alias of the target list, if one has it.
func (b *binder) outputColumn(l *level, name string, at int, out targetList, clause string) (value, bool) {
	var found *target
	for i := range out.list {
		t := &out.list[i]
		if t.name != name {
			continue
		}
		if found != nil && found.value.col != nil && t.value.col != nil && found.value.col.place != t.value.col.place {
			b.note(Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Name: name, State: Failed,
				SQLSTATE: "42702",
				Message:  fmt.Sprintf("%s %q is ambiguous", clause, name)})
			return value{at: at}, true
		}
		if found == nil {
			found = t
		}
	}
	if found == nil {
		return value{}, false
	}
	if found.value.failed {
		// The result column is at fault: so is this name if it is the same, else nothing is known.
		if found.bare {
			return b.bareColumn(l, name, at, b.nameEnd(at, 1)), true
		}
		b.note(Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: nameIn[clause], Name: name,
			State: Unknown})
		return value{at: at, failed: true}, true
	}
	v := b.settled(found)
	v.at = at
	o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: nameIn[clause], Name: name,
		Type:   found.value.typ,
		Object: catalog.Name{Kind: catalog.KindColumn, Sub: name}}
	if c := found.value.col; c != nil {
		o.Object, o.Origin, o.Place, o.Ref = c.object(), c.origin(), c.place, c.ref
	}
	b.note(o)
	return v, true
}

// creates records a relation that the statement makes.
func (b *binder) creates(rv *pg_query.RangeVar) {
	if rv != nil {
		schema := rv.Schemaname
		if rv.Relpersistence == "t" {
			schema = "pg_temp"
		}
		b.Creates = append(b.Creates, catalog.Name{Kind: catalog.KindRelation, Schema: schema, Name: rv.Relname})
	}
}
