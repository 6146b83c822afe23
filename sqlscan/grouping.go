package sqlscan

import (
	"fmt"
	"hash"
	"hash/fnv"
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/schemavet/schemavet/catalog"
)

// grouping checks what GROUP BY, HAVING and aggregates allow in a query (parse_agg.c,
// parseCheckAggregates): a column that stands outside of aggregates must be grouped by, or
// depend on a primary key that is.
type grouping struct {
	*binder
	// places are the FROM items of the query, keys what it groups by.
	places map[int]bool
	cols   []*column
	exprs  []*pg_query.Node
	// depends are the FROM items all of whose primary key is grouped by.
	depends map[int]bool
	// below counts the subqueries around the node that is looked at.
	below int
	// byForm are exprs by their form.
	byForm map[uint64][]*pg_query.Node
	// aggregates says that one was found.
	aggregates bool
	failed     bool
}

// checkGrouping looks at a query after all its names are bound.
func (b *binder) checkGrouping(l *level, s *pg_query.SelectStmt, out targetList) {
	if !b.hasAggregates && len(s.GroupClause) == 0 && s.HavingClause == nil {
		return
	}
	g := &grouping{binder: b, places: placesOf(l), depends: map[int]bool{}}
	g.forbid(s.WhereClause, "WHERE")
	for _, n := range s.GroupClause {
		g.forbid(n, "GROUP BY")
	}
	for _, n := range s.TargetList {
		g.find(n)
	}
	for _, n := range s.SortClause {
		g.find(n)
	}
	g.find(s.HavingClause)
	if len(s.GroupClause) == 0 && s.HavingClause == nil && !g.aggregates {
		return
	}
	if out.unknown || l.open {
		return
	}
	g.keys(s.GroupClause, s, out)
	g.dependencies(l)
	for _, n := range s.TargetList {
		g.target(n, l)
	}
	for _, n := range s.SortClause {
		if name, _ := bareName(n.GetSortBy().GetNode()); name == "" || b.refs[n.GetSortBy().GetNode().GetColumnRef()] != nil {
			g.walk(n)
		}
	}
	g.walk(s.HavingClause)
}

// forbidSets refuses functions that return sets in a clause that takes one value
// (check_srf_call_placement).
func (b *binder) forbidSets(n *pg_query.Node, clause string) {
	if len(b.sets) == 0 || n == nil || n.Node == nil || n.GetSubLink() != nil {
		return
	}
	if f := n.GetFuncCall(); f != nil && b.sets[f] {
		b.fail(b.at(f.Location), "set", "0A000", "set-returning functions are not allowed in "+clause)
		return
	}
	children(n, func(c *pg_query.Node) { b.forbidSets(c, clause) })
}

// placesOf are the FROM items that columns of a level come from.
func placesOf(l *level) map[int]bool {
	places := map[int]bool{}
	for _, it := range l.items {
		places[it.num] = true
		for i := range it.cols {
			places[it.cols[i].place] = true
		}
	}
	return places
}

// keys collects what the query groups by. A name or a number can stand for an output column.
func (g *grouping) keys(list []*pg_query.Node, s *pg_query.SelectStmt, out targetList) {
	for _, n := range list {
		switch x := n.GetNode().(type) {
		case *pg_query.Node_GroupingSet:
			g.keys(x.GroupingSet.Content, s, out)
		case *pg_query.Node_RowExpr:
			g.keys(x.RowExpr.Args, s, out)
		case *pg_query.Node_List:
			g.keys(x.List.Items, s, out)
		case *pg_query.Node_AConst:
			if i, ok := x.AConst.Val.(*pg_query.A_Const_Ival); ok {
				g.outputKey(int(i.Ival.GetIval())-1, s, out)
			}
		case *pg_query.Node_ColumnRef:
			if c := g.refs[x.ColumnRef]; c != nil {
				g.cols = append(g.cols, c)
				continue
			}
			for i, t := range out.list {
				if name, _ := bareName(n); name != "" && t.name == name {
					g.outputKey(i, s, out)
					break
				}
			}
		default:
			g.exprs = append(g.exprs, n)
		}
	}
}

// outputKey makes an output column a key.
func (g *grouping) outputKey(i int, s *pg_query.SelectStmt, out targetList) {
	if i < 0 || i >= len(out.list) {
		return
	}
	if c := out.list[i].value.col; c != nil {
		g.cols = append(g.cols, c)
	}
	if len(out.list) == len(s.TargetList) {
		g.forbid(s.TargetList[i].GetResTarget().GetVal(), "GROUP BY")
		g.exprs = append(g.exprs, s.TargetList[i].GetResTarget().GetVal())
	}
}

// dependencies finds the tables whose primary key is grouped by: their other columns depend
// on it (check_functional_grouping).
func (g *grouping) dependencies(l *level) {
	for _, it := range l.items {
		if it.rel == nil {
			continue
		}
		if it.open || it.failed {
			g.depends[it.num] = true
		}
		for _, con := range it.rel.Constraints {
			if con.Kind == catalog.PrimaryKey && !con.Deferrable && g.grouped(it, con.Columns) {
				g.depends[it.num] = true
				g.depend(catalog.Dep{Class: catalog.ClassRelation, ID: con.Index})
			}
		}
	}
}

func (g *grouping) grouped(it *item, nums []int16) bool {
	for _, n := range nums {
		found := false
		for _, c := range g.cols {
			found = found || c.place == it.num && c.ref.Column == n
		}
		if !found {
			return false
		}
	}
	return len(nums) > 0
}

// target looks at an entry of the target list; a star stands for its columns.
func (g *grouping) target(n *pg_query.Node, l *level) {
	val := n.GetResTarget().GetVal()
	ref := val.GetColumnRef()
	if ref == nil || len(ref.Fields) == 0 || ref.Fields[len(ref.Fields)-1].GetAStar() == nil {
		g.walk(val)
		return
	}
	if cols, open := g.starColumns(l, ref); !open {
		for i := range cols {
			g.column(&cols[i], g.at(ref.Location))
		}
	}
}

func (g *grouping) starColumns(l *level, ref *pg_query.ColumnRef) ([]column, bool) {
	if len(ref.Fields) == 1 {
		return g.wholeStar(l)
	}
	schema, name := qualifiedName(strs(ref.Fields))
	it, dup, open := l.named(schema, name)
	if it == nil || dup || open {
		return nil, true
	}
	return it.cols, it.open
}

// column refuses a column that is not grouped.
func (g *grouping) column(c *column, at int) {
	if g.failed || !g.places[c.place] || g.depends[c.place] {
		return
	}
	for _, k := range g.cols {
		if k.place == c.place && k.name == c.name && k.ref == c.ref {
			return
		}
	}
	g.failed = true
	message := fmt.Sprintf("column %q must appear in the GROUP BY clause or be used in an aggregate function", c.name)
	if g.below > 0 {
		message = fmt.Sprintf("subquery uses ungrouped column %q from outer query", c.name)
	}
	o := Outcome{Start: at, End: at, Kind: KindStatement, Fact: Malformed, Text: "grouping", Name: c.name, State: Failed,
		SQLSTATE: "42803",
		Message:  message,
		Object:   c.table()}
	g.note(o)
}

// walk looks for columns outside of aggregates in what no key covers.
func (g *grouping) walk(n *pg_query.Node) {
	if n == nil || n.Node == nil || g.failed {
		return
	}
	if slices.ContainsFunc(g.alike(n), func(e *pg_query.Node) bool { return g.same(e, n) }) {
		return
	}
	switch x := n.GetNode().(type) {
	case *pg_query.Node_ColumnRef:
		if c := g.refs[x.ColumnRef]; c != nil {
			g.column(c, g.at(x.ColumnRef.Location))
		}
		return
	case *pg_query.Node_FuncCall:
		if g.aggregate(x.FuncCall) {
			return
		}
	case *pg_query.Node_GroupingFunc:
		return
	case *pg_query.Node_SubLink:
		g.walk(x.SubLink.Testexpr)
		g.below++
		children(x.SubLink.Subselect, g.walk)
		g.below--
		return
	case *pg_query.Node_ResTarget:
		g.walk(x.ResTarget.Val)
		return
	}
	children(n, g.walk)
}

// aggregate says that a call is an aggregate of this query.
func (g *grouping) aggregate(f *pg_query.FuncCall) bool {
	if !g.calls[f] || f.Over != nil {
		return false
	}
	own, foreign := g.columnsIn(f)
	if own == 0 && foreign > 0 || own == 0 && g.below > 0 {
		return false
	}
	return g.below == 0 || foreign == 0
}

// columnsIn counts the columns in a call that come from this query and from others.
func (g *grouping) columnsIn(f *pg_query.FuncCall) (own, foreign int) {
	var visit func(n *pg_query.Node)
	visit = func(n *pg_query.Node) {
		if ref := n.GetColumnRef(); ref != nil {
			if c := g.refs[ref]; c != nil && g.places[c.place] {
				own++
			} else if c != nil {
				foreign++
			}
			return
		}
		children(n, visit)
	}
	for _, a := range f.Args {
		visit(a)
	}
	return own, foreign
}

// find looks for aggregates of this query, and refuses one inside of another.
func (g *grouping) find(n *pg_query.Node) {
	if n == nil || n.Node == nil {
		return
	}
	if f := n.GetFuncCall(); f != nil && g.aggregate(f) {
		g.aggregates = true
		for _, a := range f.Args {
			g.forbidIn(a, "aggregate function calls cannot be nested")
		}
		if f.AggFilter != nil {
			g.forbidIn(f.AggFilter, "aggregate functions are not allowed in FILTER")
		}
		return
	}
	if s := n.GetSubLink(); s != nil {
		g.find(s.Testexpr)
		g.below++
		children(s.Subselect, g.find)
		g.below--
		return
	}
	children(n, g.find)
}

// forbid refuses an aggregate of this query in a clause.
func (g *grouping) forbid(n *pg_query.Node, clause string) {
	g.forbidIn(n, "aggregate functions are not allowed in "+clause)
}

func (g *grouping) forbidIn(n *pg_query.Node, message string) {
	if n == nil || n.Node == nil || g.failed {
		return
	}
	if s := n.GetSubLink(); s != nil {
		g.forbidIn(s.Testexpr, message)
		g.below++
		children(s.Subselect, func(c *pg_query.Node) { g.forbidIn(c, message) })
		g.below--
		return
	}
	if f := n.GetFuncCall(); f != nil && g.aggregate(f) {
		g.failed = true
		g.fail(g.at(f.Location), "grouping", "42803", message)
		return
	}
	children(n, func(c *pg_query.Node) { g.forbidIn(c, message) })
}

// alike are the keys that are the same as a node but for their columns.
func (g *grouping) alike(n *pg_query.Node) []*pg_query.Node {
	if len(g.exprs) == 0 {
		return nil
	}
	if g.byForm == nil {
		g.byForm = map[uint64][]*pg_query.Node{}
		for _, e := range g.exprs {
			g.byForm[form(e)] = append(g.byForm[form(e)], e)
		}
	}
	return g.byForm[form(n)]
}

// form is a number that expressions share if they are the same but for their columns.
func form(n *pg_query.Node) uint64 {
	h := fnv.New64a()
	addForm(h, n.ProtoReflect())
	return h.Sum64()
}

func addForm(h hash.Hash64, m protoreflect.Message) {
	if _, ok := m.Interface().(*pg_query.ColumnRef); ok {
		h.Write([]byte("column"))
		return
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if f.Name() == "location" || !m.Has(f) {
			continue
		}
		fmt.Fprintf(h, "%d:", f.Number())
		switch v := m.Get(f); {
		case f.IsList():
			for k := range v.List().Len() {
				if f.Message() != nil {
					addForm(h, v.List().Get(k).Message())
				} else {
					fmt.Fprint(h, v.List().Get(k))
				}
			}
		case f.Message() != nil:
			addForm(h, v.Message())
		default:
			fmt.Fprint(h, v)
		}
	}
}

// same compares two expressions: columns by what they are bound to, all else by its form.
func (g *grouping) same(a, b *pg_query.Node) bool {
	if a == b {
		return true
	}
	return g.sameMessage(a.ProtoReflect(), b.ProtoReflect())
}

func (g *grouping) sameMessage(a, b protoreflect.Message) bool {
	if x, ok := a.Interface().(*pg_query.ColumnRef); ok {
		y, ok := b.Interface().(*pg_query.ColumnRef)
		if !ok {
			return false
		}
		c, d := g.refs[x], g.refs[y]
		return c != nil && d != nil && c.place == d.place && c.name == d.name && c.ref == d.ref
	}
	if a.Descriptor() != b.Descriptor() {
		return false
	}
	equal := true
	fields := a.Descriptor().Fields()
	for i := 0; i < fields.Len() && equal; i++ {
		f := fields.Get(i)
		if f.Name() == "location" {
			continue
		}
		if a.Has(f) != b.Has(f) {
			return false
		}
		if a.Has(f) {
			equal = g.sameField(f, a.Get(f), b.Get(f))
		}
	}
	return equal
}

func (g *grouping) sameField(f protoreflect.FieldDescriptor, a, b protoreflect.Value) bool {
	switch {
	case f.IsList():
		x, y := a.List(), b.List()
		if x.Len() != y.Len() {
			return false
		}
		for i := range x.Len() {
			if f.Message() != nil && !g.sameMessage(x.Get(i).Message(), y.Get(i).Message()) ||
				f.Message() == nil && !x.Get(i).Equal(y.Get(i)) {
				return false
			}
		}
		return true
	case f.Message() != nil:
		return g.sameMessage(a.Message(), b.Message())
	}
	return a.Equal(b)
}

// children calls visit for the nodes right below n.
func children(n *pg_query.Node, visit func(*pg_query.Node)) {
	if n == nil || n.Node == nil {
		return
	}
	descend(n.ProtoReflect(), visit)
}

func descend(m protoreflect.Message, visit func(*pg_query.Node)) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				reach(v.List().Get(i).Message(), visit)
			}
		default:
			reach(v.Message(), visit)
		}
		return true
	})
}

// reach visits a node; other messages are looked through.
func reach(m protoreflect.Message, visit func(*pg_query.Node)) {
	if n, ok := m.Interface().(*pg_query.Node); ok {
		visit(n)
		return
	}
	descend(m, visit)
}
