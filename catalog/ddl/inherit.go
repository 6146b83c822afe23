package ddl

import (
	"fmt"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// dropInherited drops a column of a child with its parent's, unless it has it by itself
// or from another parent.
func (t *alteration) dropInherited(child *catalog.Relation, c *pg_query.AlterTableCmd) {
	col := child.Column(c.Name)
	if col == nil || !col.Inherited {
		return
	}
	others := 0
	for _, p := range child.Parents {
		if parent := t.current(p); parent != nil && parent.Column(c.Name) != nil {
			others++
		}
	}
	if col.Local || t.only || others > 1 {
		t.edit(child.ID, func(r *catalog.Relation) {
			r.Column(c.Name).Inherited = others > 1
			r.Column(c.Name).Local = col.Local || t.only
		})
		return
	}
	t.dropColumn(child.ID, c, true)
}

// dropInheritedConstraint collects the constraints of children that go with their parent's:
// those that the child does not have by itself.
func (t *alteration) dropInheritedConstraint(id catalog.ID, con catalog.Constraint, targets *[]target) {
	if con.Kind != catalog.Check && con.Kind != catalog.ForeignKey || con.NoInherit {
		return
	}
	for _, child := range t.s.Children(id) {
		own := child.Constraint(con.Name)
		if own == nil || !own.Inherited {
			continue
		}
		if own.Local || t.only || t.inheritsTwice(child, con.Name) {
			t.edit(child.ID, func(r *catalog.Relation) {
				c := r.Constraint(con.Name)
				c.Inherited = t.inheritsTwice(child, con.Name)
				c.Local = c.Local || t.only
			})
			continue
		}
		*targets = append(*targets, target{kind: targetConstraint, id: child.ID, name: own.Name})
		t.dropInheritedConstraint(child.ID, *own, targets)
	}
}

// inheritsTwice says that several parents have the constraint.
func (t *alteration) inheritsTwice(child *catalog.Relation, name string) bool {
	n := 0
	for _, p := range child.Parents {
		if parent := t.current(p); parent != nil && parent.Constraint(name) != nil {
			n++
		}
	}
	return n > 1
}

// validateConstraint runs VALIDATE CONSTRAINT, also on children.
func (t *alteration) validateConstraint(id catalog.ID, name string) {
	r := t.current(id)
	if r.Constraint(name) == nil {
		t.fail(constraintName(r, name), "42704", "constraint %q of relation %q does not exist", name, r.Name)
	}
	t.edit(id, func(r *catalog.Relation) { r.Constraint(name).NotValid = false })
	t.changed(constraintName(r, name))
	for _, child := range t.s.Children(id) {
		if child.Constraint(name) != nil && r.Constraint(name).Kind == catalog.Check {
			t.validateConstraint(child.ID, name)
		}
	}
}

func (t *alteration) addInherit(rv *pg_query.RangeVar) {
	parent := t.relation(rv)
	t.edit(t.id, func(r *catalog.Relation) {
		r.Parents = append(r.Parents, parent.ID)
		for _, c := range parent.Columns {
			col := r.Column(c.Name)
			if col == nil {
				t.fail(columnName(r, c.Name), "42804", "child table is missing column %q", c.Name)
			}
			col.Inherited = true
		}
	})
}

func (t *alteration) dropParent(parent catalog.ID) {
	p := t.current(parent)
	if child := t.rel(); !slices.Contains(child.Parents, parent) {
		t.fail(relationName(child), "42P01", "relation %q is not a parent of relation %q", p.Name, child.Name)
	}
	t.edit(t.id, func(r *catalog.Relation) {
		r.Parents = slices.DeleteFunc(r.Parents, func(id catalog.ID) bool { return id == parent })
		for i := range r.Columns {
			if p.Column(r.Columns[i].Name) != nil {
				r.Columns[i].Inherited, r.Columns[i].Local = false, true
			}
		}
		for i := range r.Constraints {
			r.Constraints[i].Inherited = r.Constraints[i].Inherited && p.Constraint(r.Constraints[i].Name) == nil
		}
		r.PartitionOf, r.PartitionBound = false, ""
	})
	t.changed(relationName(t.rel()))
}

// attachIndex makes an index of a partition part of the partitioned index, which becomes
// valid when it has one in every partition.
func (t *alteration) attachIndex(child *catalog.Relation) {
	setParent := func(x *catalog.Relation) {
		d := *x.Index
		d.Parent = t.id
		x.Index = &d
	}
	if child.Index == nil || t.rel().Index == nil {
		t.fail(relationName(child), "42809", "%q is not an index", child.Name)
	}
	t.edit(child.ID, setParent)
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

// attach makes an existing table a partition.
func (t *alteration) attach(cmd *pg_query.PartitionCmd) {
	child := t.relation(cmd.GetName())
	if t.rel().Kind == catalog.Index {
		t.attachIndex(child)
		return
	}
	for _, c := range child.Columns {
		if t.rel().Column(c.Name) == nil {
			t.fail(columnName(child, c.Name), "42804", "table %q contains column %q not found in parent", child.Name, c.Name)
		}
	}
	inner := &alteration{tableMaker: &tableMaker{applier: t.applier, id: child.ID}}
	inner.addInherit(&pg_query.RangeVar{Schemaname: t.rel().Schema, Relname: t.rel().Name})
	t.edit(child.ID, func(r *catalog.Relation) {
		r.PartitionOf, r.PartitionBound = true, partitionBound(cmd.Bound)
		for _, c := range t.rel().Columns {
			if own := r.Column(c.Name); own != nil {
				own.NotNull = own.NotNull || c.NotNull
			}
		}
	})
	t.matchIndexes(child.ID)
	t.adoptFromParent(child.ID)
	t.changed(relationName(child))
}

// matchIndexes makes indexes of a new partition that are like the parent's parts of them.
func (t *alteration) matchIndexes(child catalog.ID) {
	parent := t.rel()
	for _, px := range t.s.Indexes(parent.ID) {
		want := t.mapIndex(parent, t.current(child), px.Index)
		for _, cx := range t.s.Indexes(child) {
			if cx.Index.Parent == 0 && sameIndex(want, cx.Index) && (constraintOf(parent, px.ID) == nil || constraintOf(t.current(child), cx.ID) != nil) {
				t.edit(cx.ID, func(x *catalog.Relation) {
					d := *x.Index
					d.Parent = px.ID
					x.Index = &d
				})
				break
			}
		}
	}
}

func sameIndex(x, y *catalog.IndexDetail) bool {
	return x.Unique == y.Unique && (x.Predicate == nil) == (y.Predicate == nil) &&
		slices.EqualFunc(x.Keys, y.Keys, func(p, q catalog.IndexKey) bool {
			return p.Column == q.Column && (p.Expr == nil) == (q.Expr == nil) && (p.Expr == nil || p.Expr.SQL == q.Expr.SQL)
		})
}

func (t *alteration) detach(rv *pg_query.RangeVar) {
	child := t.relation(rv)
	inner := &alteration{tableMaker: &tableMaker{applier: t.applier, id: child.ID}}
	inner.dropParent(t.id)
	for _, x := range t.s.Indexes(child.ID) {
		t.edit(x.ID, func(x *catalog.Relation) {
			d := *x.Index
			d.Parent = 0
			x.Index = &d
		})
	}
}

// partitionBound writes the bound of a partition as pg_get_expr does.
func partitionBound(b *pg_query.PartitionBoundSpec) string {
	list := func(nodes []*pg_query.Node) string {
		var out []string
		for _, n := range nodes {
			text := pgtree.DeparseExpr(n)
			if n.GetColumnRef() != nil {
				text = strings.ToUpper(text)
			}
			out = append(out, text)
		}
		return "(" + strings.Join(out, ", ") + ")"
	}
	switch {
	case b.GetIsDefault():
		return catalog.DefaultPartition
	case len(b.GetListdatums()) > 0:
		return "FOR VALUES IN " + list(b.Listdatums)
	case b.GetStrategy() == "h":
		return fmt.Sprintf("FOR VALUES WITH (modulus %d, remainder %d)", b.Modulus, b.Remainder)
	}
	return "FOR VALUES FROM " + list(b.GetLowerdatums()) + " TO " + list(b.GetUpperdatums())
}
