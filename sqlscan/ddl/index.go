package ddl

import (
	"fmt"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// createIndex runs CREATE INDEX. CONCURRENTLY is taken as having succeeded.
func (a *applier) createIndex(s *pg_query.IndexStmt) {
	r := a.relation(s.Relation)
	if r.Kind != catalog.Table && r.Kind != catalog.Partitioned && r.Kind != catalog.MatView {
		a.fail(relationName(r), "42809", "cannot create index on relation %q", r.Name)
	}
	if s.Idxname != "" && a.taken(r.Schema, s.Idxname) {
		if s.IfNotExists {
			return
		}
		a.fail(catalog.Name{Kind: catalog.KindRelation, Schema: r.Schema, Name: s.Idxname}, "42P07",
			"relation %q already exists", s.Idxname)
	}
	d := &catalog.IndexDetail{Table: r.ID, Unique: s.Unique, NullsNotDistinct: s.NullsNotDistinct, Method: s.AccessMethod}
	for _, n := range s.IndexParams {
		d.Keys = append(d.Keys, a.indexKey(r, n.GetIndexElem(), d))
	}
	for _, n := range s.IndexIncludingParams {
		d.Include = append(d.Include, a.keyColumns(r, []string{n.GetIndexElem().GetName()}, "column %q does not exist")...)
	}
	if s.WhereClause != nil {
		d.Predicate = a.expr(s.WhereClause, r, boolType)
	}
	name := s.Idxname
	if name == "" {
		name = a.indexName(r, d, 0)
	}
	if r.Kind == catalog.Partitioned && !s.Relation.Inh && len(a.s.Children(r.ID)) > 0 {
		d.Invalid = true
	}
	id := a.registerIndex(r, name, d)
	if r.Kind == catalog.Partitioned && s.Relation.Inh {
		for _, child := range a.s.Children(r.ID) {
			a.partitionIndex(r, child, id, d)
		}
	}
}

func (a *applier) partitionIndex(parent, child *catalog.Relation, parentIndex catalog.ID, d *catalog.IndexDetail) {
	if child.Kind == catalog.Foreign {
		return
	}
	m := a.mapIndex(parent, child, d)
	m.Parent = parentIndex
	if x := a.freeIndexLike(child.ID, m, false); x != nil {
		a.becomePart(x.ID, parentIndex)
		return
	}
	id := a.registerIndex(child, a.indexName(child, m, 0), m)
	for _, grandchild := range a.s.Children(child.ID) {
		a.partitionIndex(child, grandchild, id, m)
	}
}

// freeIndexLike is an index of a partition that can become part of the partitioned one; key
// says that it must be that of a constraint.
func (a *applier) freeIndexLike(table catalog.ID, d *catalog.IndexDetail, key bool) *catalog.Relation {
	for _, x := range a.s.Indexes(table) {
		if x.Index.Parent == 0 && !x.Index.Invalid && sameIndex(x.Index, d) &&
			(!key || constraintOf(a.current(table), x.ID) != nil) {
			return x
		}
	}
	return nil
}

func (a *applier) becomePart(index, parent catalog.ID) {
	a.edit(index, func(r *catalog.Relation) {
		d := *r.Index
		d.Parent = parent
		r.Index = &d
	})
}

func (a *applier) indexKey(r *catalog.Relation, e *pg_query.IndexElem, d *catalog.IndexDetail) catalog.IndexKey {
	key := a.keyOf(r, e)
	class := catalog.OpClass{}
	if len(e.Opclass) > 0 {
		class = a.operatorClass("", e.Opclass)
	} else if col := r.ColumnByNum(key.Column); col != nil {
		class = a.defaultClass(d.Method, col)
	}
	if class.Extension != "" {
		d.Extensions = append(d.Extensions, class.Extension)
	}
	return key
}

// classed are the access methods whose operator classes are all known.
var classed = map[string]bool{"btree": true, "hash": true, "gist": true, "gin": true, "spgist": true}

// pseudoClasses are the polymorphic types that a class can be declared for, by type kind
// (pg_opclass.dat).
var pseudoClasses = map[catalog.TypeKind]catalog.ID{catalog.EnumType: 3500, catalog.RangeType: 3831,
	catalog.MultirangeType: 4537, catalog.CompositeType: catalog.OIDRecord}

// defaultClass is the operator class for a type (GetDefaultOpClass): that of the type, of one
// that it is binary coercible to, of any array, enum, range.
func (a *applier) defaultClass(method string, col *catalog.Column) catalog.OpClass {
	class, has := a.findDefaultClass(method, col.Type)
	if !has {
		t, _ := a.s.TypeByID(a.s.BaseType(col.Type.ID))
		a.fail(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name}, "42704",
			"data type %s has no default operator class for access method %q", t.Name, method)
	}
	return class
}

// findDefaultClass returns it; false if there is known to be none.
func (a *applier) findDefaultClass(method string, typ catalog.TypeRef) (catalog.OpClass, bool) {
	id := a.s.BaseType(typ.ID)
	t, ok := a.s.TypeByID(id)
	if !ok || !classed[method] {
		return catalog.OpClass{}, true
	}
	candidates := []catalog.ID{id, pseudoClasses[t.Kind]}
	if t.Elem != 0 {
		candidates = append(candidates, oidAnyArray)
	}
	for _, target := range []catalog.ID{catalog.OIDText, catalog.OIDBpchar, catalog.OIDInt4, catalog.OIDBit, 1562, 869} {
		if c, ok := a.s.Cast(id, target); ok && c.Method == 'b' {
			candidates = append(candidates, target)
		}
	}
	for _, c := range candidates {
		if class, ok := a.s.DefaultOpClass(method, c); ok {
			return class, true
		}
	}
	unsure := t.Kind == catalog.BaseType && (t.ID >= catalog.FirstID || t.Elem != 0 && t.Category != 'A')
	return catalog.OpClass{}, unsure || a.openSomewhere()
}

// oidAnyArray is the pseudo-type of all arrays.
const oidAnyArray catalog.ID = 2277

// openSomewhere says that there may be operator classes that we do not know.
func (a *applier) openSomewhere() bool {
	for _, ns := range a.s.Namespaces() {
		if ns.Open {
			return true
		}
	}
	return false
}

// keyOf reads a column or an expression of an index.
func (a *applier) keyOf(r *catalog.Relation, e *pg_query.IndexElem) catalog.IndexKey {
	// A column in brackets, or with a collation, is still a column (ComputeIndexAttrs).
	bare := e.Expr
	if c := bare.GetCollateClause(); c != nil {
		a.collation(c)
		bare = c.Arg
	}
	if parts := strs(bare.GetColumnRef().GetFields()); len(parts) == 1 {
		if nums := a.keyColumns(r, parts, "column %q does not exist"); len(nums) == 1 {
			return catalog.IndexKey{Column: nums[0]}
		}
	}
	if e.Name == "" {
		return catalog.IndexKey{Expr: a.expr(e.Expr, r, catalog.TypeRef{})}
	}
	nums := a.keyColumns(r, []string{e.Name}, "column %q does not exist")
	if len(nums) == 0 {
		return catalog.IndexKey{Expr: &catalog.Expr{SQL: e.Name}}
	}
	return catalog.IndexKey{Column: nums[0]}
}

// registerIndex puts the index into the schema and returns its ID.
func (a *applier) registerIndex(r *catalog.Relation, name string, d *catalog.IndexDetail) catalog.ID {
	x := &catalog.Relation{Schema: r.Schema, Name: name, Kind: catalog.Index, Temp: r.Temp, Index: d}
	a.s, x = a.s.NewRelation(x)
	a.added(relationName(x))
	a.changed(relationName(r))
	return x.ID
}

// indexName chooses a name as ChooseIndexName does.
func (a *applier) indexName(r *catalog.Relation, d *catalog.IndexDetail, kind catalog.ConstraintKind) string {
	switch kind {
	case catalog.PrimaryKey:
		return a.freeName(r.Schema, r.Name, "", "pkey")
	case catalog.Exclusion:
		return a.freeName(r.Schema, r.Name, indexColumns(r, d), "excl")
	case catalog.Unique:
		return a.freeName(r.Schema, r.Name, indexColumns(r, d), "key")
	}
	return a.freeName(r.Schema, r.Name, indexColumns(r, d), "idx")
}

// indexColumns joins the names of an index's columns; expressions have the name of the
// function they call, or expr (ChooseIndexNameAddition).
func indexColumns(r *catalog.Relation, d *catalog.IndexDetail) string {
	var parts []string
	for _, k := range d.Keys {
		name := "expr"
		if c := r.ColumnByNum(k.Column); k.Column > 0 && c != nil {
			name = c.Name
		} else if k.Expr != nil {
			name = exprName(k.Expr.SQL)
		}
		for i, base := 1, name; slices.Contains(parts, name); i++ {
			name = fmt.Sprintf("%s%d", base, i)
		}
		parts = append(parts, name)
		if len(strings.Join(parts, "_")) >= 63 {
			break
		}
	}
	for _, n := range d.Include {
		if c := r.ColumnByNum(n); c != nil {
			parts = append(parts, c.Name)
		}
	}
	return strings.Join(parts, "_")
}

// mapIndex translates an index of a table to a child or copy of it.
func (a *applier) mapIndex(from, to *catalog.Relation, d *catalog.IndexDetail) *catalog.IndexDetail {
	m := *d
	m.Table = to.ID
	m.Keys = nil
	for _, k := range d.Keys {
		if k.Expr != nil {
			m.Keys = append(m.Keys, catalog.IndexKey{Expr: &catalog.Expr{SQL: k.Expr.SQL, Deps: mapDeps(from, to, k.Expr.Deps)}})
		} else if nums := mapColumns(from, to, []int16{k.Column}); len(nums) == 1 {
			m.Keys = append(m.Keys, catalog.IndexKey{Column: nums[0]})
		}
	}
	m.Include = mapColumns(from, to, d.Include)
	if d.Predicate != nil {
		m.Predicate = &catalog.Expr{SQL: d.Predicate.SQL, Deps: mapDeps(from, to, d.Predicate.Deps)}
	}
	return &m
}

// copyIndex is LIKE … INCLUDING INDEXES for one index.
func (a *applier) copyIndex(x *catalog.Relation, to catalog.ID) {
	from, r := a.current(x.Index.Table), a.current(to)
	d := a.mapIndex(from, r, x.Index)
	for _, con := range from.Constraints {
		if con.Index == x.ID {
			con.Columns, con.Name, con.Index = mapColumns(from, r, con.Columns), "", 0
			a.makeKey(r, con, d)
			return
		}
	}
	a.registerIndex(r, a.indexName(r, d, 0), d)
}

func constraintOf(r *catalog.Relation, index catalog.ID) *catalog.Constraint {
	for i := range r.Constraints {
		if r.Constraints[i].Index == index {
			return &r.Constraints[i]
		}
	}
	return nil
}

// exprName is how an expression is called in the name of its index.
func exprName(sql string) string {
	n := pgtree.Expr(sql)
	if n == nil {
		return "expr"
	}
	if name := sqlscan.ResultName(n); name != "?column?" {
		return name
	}
	return "expr"
}

// cluster runs CLUSTER, which keeps the index that it names.
func (a *applier) cluster(c *pg_query.ClusterStmt) {
	if c.Relation == nil {
		return
	}
	r := a.relation(c.Relation)
	t := &alteration{tableMaker: &tableMaker{applier: a, id: r.ID}}
	if c.Indexname != "" {
		index := t.mustIndex(c.Indexname).ID
		a.edit(r.ID, func(r *catalog.Relation) { r.Clustered = index })
		return
	}
	if a.current(r.Clustered) == nil {
		a.fail(relationName(r), "42704", "there is no previously clustered index for table %q", r.Name)
	}
}
