package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// partitionKey sets the key of a partitioned table.
func (a *applier) partitionKey(id catalog.ID, spec *pg_query.PartitionSpec) {
	r := a.current(id)
	if spec.Strategy == pg_query.PartitionStrategy_PARTITION_STRATEGY_LIST && len(spec.PartParams) > 1 {
		a.fail(relationName(r), "42P17", "cannot use \"list\" partition strategy with more than one column")
	}
	var keys []catalog.IndexKey
	for _, n := range spec.PartParams {
		e := n.GetPartitionElem()
		if e.GetName() == "" {
			expr := a.expr(e.GetExpr(), r, catalog.TypeRef{})
			if len(ownColumns(expr.Deps, id)) == 0 && len(expr.Deps) == 0 && !r.Open {
				a.fail(relationName(r), "42P17", "cannot use constant expression as partition key")
			}
			keys = append(keys, catalog.IndexKey{Expr: expr})
			continue
		}
		if _, isSystem := catalog.SystemColumns[e.Name]; isSystem {
			a.fail(columnName(r, e.Name), "42P17", "cannot use system column %q in partition key", e.Name)
		}
		for _, num := range a.keyColumns(r, []string{e.Name}, "column %q named in partition key does not exist") {
			if len(e.Opclass) > 0 && spec.Strategy != pg_query.PartitionStrategy_PARTITION_STRATEGY_HASH {
				a.operatorClass("btree", e.Opclass)
			}
			if len(e.Opclass) == 0 && spec.Strategy != pg_query.PartitionStrategy_PARTITION_STRATEGY_HASH {
				a.defaultClass("btree", r.ColumnByNum(num))
			}
			keys = append(keys, catalog.IndexKey{Column: num})
		}
	}
	a.edit(id, func(r *catalog.Relation) { r.PartitionKey, r.PartitionBy = keys, strategies[spec.Strategy] })
}

// strategies are the letters of pg_partitioned_table.partstrat.
var strategies = map[pg_query.PartitionStrategy]byte{
	pg_query.PartitionStrategy_PARTITION_STRATEGY_LIST:  'l',
	pg_query.PartitionStrategy_PARTITION_STRATEGY_RANGE: 'r',
	pg_query.PartitionStrategy_PARTITION_STRATEGY_HASH:  'h',
}

// partitionOf refuses CREATE TABLE … PARTITION OF a table that takes no such partition
// (DefineRelation).
func (a *applier) partitionOf(child *catalog.Relation, spec *pg_query.PartitionBoundSpec) {
	parent := a.current(child.Parents[0])
	if parent.Kind != catalog.Partitioned {
		a.fail(relationName(parent), "42P17", "%q is not partitioned", parent.Name)
	}
	a.checkBound(parent, child.Name, spec)
	a.edit(child.ID, func(r *catalog.Relation) { r.PartitionBound = partitionBound(spec) })
	a.adoptFromParent(child.ID)
}

// adoptFromParent gives a new partition the indexes and foreign keys of its parent.
func (a *applier) adoptFromParent(id catalog.ID) {
	r := a.current(id)
	if len(r.Parents) == 0 {
		return
	}
	parent := a.current(r.Parents[0])
	for _, x := range a.s.Indexes(parent.ID) {
		if a.hasPartOf(id, x.ID) {
			continue
		}
		if con := constraintOf(parent, x.ID); con != nil {
			a.partitionKeyIndex(parent, a.current(id), *con, x.Index)
		} else {
			a.partitionIndex(parent, a.current(id), x.ID, x.Index)
		}
	}
	for _, con := range parent.Constraints {
		if con.Kind == catalog.ForeignKey {
			a.inheritForeignKey(parent, a.current(id), con)
		}
	}
}

func (a *applier) hasPartOf(table, parentIndex catalog.ID) bool {
	return slices.ContainsFunc(a.s.Indexes(table), func(x *catalog.Relation) bool { return x.Index.Parent == parentIndex })
}

// partitionKeyIndex gives a partition the key of its parent.
func (a *applier) partitionKeyIndex(parent, child *catalog.Relation, con catalog.Constraint,
	detail *catalog.IndexDetail) {
	d := a.mapIndex(parent, child, detail)
	d.Parent = con.Index
	if x := a.freeIndexLike(child.ID, d, true); x != nil {
		a.edit(child.ID, func(r *catalog.Relation) { constraintOf(r, x.ID).Inherited = true })
		a.becomePart(x.ID, con.Index)
		return
	}
	if con.Kind == catalog.PrimaryKey && primaryKey(child) != nil {
		a.fail(relationName(child), "42P16", "multiple primary keys for table %q are not allowed", child.Name)
	}
	con.Columns, con.Inherited, con.Local = mapColumns(parent, child, con.Columns), true, false
	con.Name = a.indexName(child, d, con.Kind)
	con.Index = 0
	a.makeKey(child, con, d)
}

// attachIndex makes an index of a partition part of the partitioned index, which becomes
// valid when it has one in every partition (ATExecAttachPartitionIdx).
func (t *alteration) attachIndex(child *catalog.Relation) {
	about := relationName(child)
	if child.Index == nil {
		t.fail(about, "42P17", "%q is not an index", child.Name)
	}
	whole := t.rel()
	table, part := t.current(whole.Index.Table), t.current(child.Index.Table)
	refuse := func(sqlstate string) {
		t.fail(about, sqlstate, "cannot attach index %q as a partition of index %q", child.Name, whole.Name)
	}
	switch {
	case child.Index.Parent == t.id:
		return
	case child.Index.Parent != 0, !part.PartitionOf, !slices.Contains(part.Parents, table.ID), t.hasPartOf(part.ID, t.id):
		refuse("55000")
	case !sameIndex(t.mapIndex(table, part, whole.Index), child.Index),
		constraintOf(table, whole.ID) != nil && constraintOf(part, child.ID) == nil:
		refuse("42P17")
	}
	t.becomePart(child.ID, t.id)
	t.validate(t.id)
}

func (t *alteration) validate(index catalog.ID) {
	x := t.current(index)
	parts := 0
	for _, part := range t.s.Children(x.Index.Table) {
		for _, c := range t.s.Indexes(part.ID) {
			if c.Index.Parent == index && !c.Index.Invalid {
				parts++
			}
		}
	}
	if !x.Index.Invalid || parts < len(t.s.Children(x.Index.Table)) {
		return
	}
	t.edit(index, func(x *catalog.Relation) {
		d := *x.Index
		d.Invalid = false
		x.Index = &d
	})
	if x.Index.Parent != 0 {
		t.validate(x.Index.Parent)
	}
}

// attachPartition makes an existing table a partition (ATExecAttachPartition).
func (t *alteration) attachPartition(cmd *pg_query.PartitionCmd) {
	child, parent := t.relation(cmd.GetName()), t.rel()
	about := relationName(child)
	if parent.Kind == catalog.Index {
		t.attachIndex(child)
		return
	}
	if parent.Kind != catalog.Partitioned {
		t.fail(relationName(parent), "42P17", "table %q is not partitioned", parent.Name)
	}
	t.mustOwn(child)
	switch {
	case child.PartitionOf:
		t.fail(about, "42809", "%q is already a partition", child.Name)
	case child.OfType != 0:
		t.fail(about, "42809", "cannot attach a typed table as partition")
	case len(child.Parents) > 0:
		t.fail(about, "42809", "cannot attach inheritance child as partition")
	case child.Kind == catalog.Table && len(t.s.Children(child.ID)) > 0:
		t.fail(about, "42809", "cannot attach inheritance parent as partition")
	case t.descends(parent.ID, child.ID):
		t.fail(about, "42P07", "circular inheritance not allowed")
	case child.Temp != parent.Temp:
		t.fail(about, "42809", "cannot attach a relation as partition: one of the two is temporary")
	}
	for _, c := range child.Columns {
		if parent.Column(c.Name) == nil && !parent.Open {
			t.fail(columnName(child, c.Name), "42804", "table %q contains column %q not found in parent", child.Name, c.Name)
		}
	}
	t.adoptParent(child.ID, parent)
	t.checkBound(parent, child.Name, cmd.Bound)
	t.edit(child.ID, func(r *catalog.Relation) {
		r.PartitionOf, r.PartitionBound = true, partitionBound(cmd.Bound)
		for i := range r.Columns {
			r.Columns[i].Local = false
		}
		for i := range r.Constraints {
			r.Constraints[i].Local = r.Constraints[i].Local && !r.Constraints[i].Inherited
		}
	})
	t.adoptFromParent(child.ID)
	t.changed(about)
}

func sameIndex(x, y *catalog.IndexDetail) bool {
	return x.Unique == y.Unique && (x.Predicate == nil) == (y.Predicate == nil) &&
		slices.EqualFunc(x.Keys, y.Keys, func(p, q catalog.IndexKey) bool {
			return p.Column == q.Column && (p.Expr == nil) == (q.Expr == nil) && (p.Expr == nil || p.Expr.SQL == q.Expr.SQL)
		})
}

func (t *alteration) detach(rv *pg_query.RangeVar) {
	switch r := t.rel(); {
	case r.Kind == catalog.Index:
		t.fail(relationName(r), "42809", "ALTER action DETACH PARTITION cannot be performed on relation %q", r.Name)
	case r.Kind != catalog.Partitioned:
		t.fail(relationName(r), "42P17", "table %q is not partitioned", r.Name)
	}
	child := t.relation(rv)
	inner := &alteration{tableMaker: &tableMaker{applier: t.applier, id: child.ID}}
	inner.dropParent(t.id)
	for _, x := range t.s.Indexes(child.ID) {
		t.becomePart(x.ID, 0)
	}
}
