package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
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
		*targets = append(*targets, partTarget{catalog.KindConstraint, child.ID, own.Name})
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

// addInherit runs ALTER TABLE … INHERIT (ATExecAddInherit).
func (t *alteration) addInherit(rv *pg_query.RangeVar) {
	parent, child := t.relation(rv), t.rel()
	about := relationName(child)
	switch {
	case child.OfType != 0:
		t.fail(about, "42809", "cannot change inheritance of typed table")
	case child.PartitionOf:
		t.fail(about, "42809", "cannot change inheritance of a partition")
	case child.Kind == catalog.Partitioned:
		t.fail(about, "42809", "cannot change inheritance of partitioned table")
	}
	t.mustOwn(parent)
	t.mayInherit(child, parent, false)
	if slices.Contains(child.Parents, parent.ID) {
		t.fail(about, "42P07", "relation %q would be inherited from more than once", parent.Name)
	}
	if t.descends(parent.ID, child.ID) {
		t.fail(about, "42P07", "circular inheritance not allowed")
	}
	t.adoptParent(child.ID, parent)
}

// mayInherit refuses parents that a table cannot have.
func (a *applier) mayInherit(child, parent *catalog.Relation, partition bool) {
	about := relationName(parent)
	switch {
	case parent.ID == 0 || !parent.IsTable():
		a.fail(about, "42809", "inherited relation %q is not a table or foreign table", parent.Name)
	case parent.Kind == catalog.Partitioned && !partition:
		a.fail(about, "42809", "cannot inherit from partitioned table %q", parent.Name)
	case parent.PartitionOf && !partition:
		a.fail(about, "42809", "cannot inherit from partition %q", parent.Name)
	case parent.Temp && !child.Temp:
		a.fail(about, "42809", "cannot inherit from temporary relation %q", parent.Name)
	case partition && child.Temp && !parent.Temp:
		a.fail(about, "42809", "cannot create a temporary relation as partition of permanent relation %q", parent.Name)
	}
}

// descends says that a relation is the other, or inherits from it.
func (a *applier) descends(id, from catalog.ID) bool {
	if id == from {
		return true
	}
	r := a.current(id)
	return r != nil && slices.ContainsFunc(r.Parents, func(p catalog.ID) bool { return a.descends(p, from) })
}

// adoptParent gives an existing table a parent, whose columns and checks it must have
// (MergeAttributesIntoExisting, MergeConstraintsIntoExisting).
func (a *applier) adoptParent(child catalog.ID, parent *catalog.Relation) {
	a.edit(child, func(r *catalog.Relation) {
		r.Parents = append(r.Parents, parent.ID)
		for _, c := range parent.Columns {
			a.mergeInto(r, c)
		}
		for _, con := range parent.Constraints {
			if con.Kind == catalog.Check && !con.NoInherit {
				a.mergeCheckInto(r, con)
			}
		}
	})
}

func (a *applier) mergeInto(r *catalog.Relation, c catalog.Column) {
	col := r.Column(c.Name)
	name := columnName(r, c.Name)
	switch {
	case col == nil && r.Open:
		return
	case col == nil:
		a.fail(name, "42804", "child table is missing column %q", c.Name)
	case col.Type != c.Type && col.Type.ID != 0 && c.Type.ID != 0:
		a.fail(name, "42804", "child table %q has different type for column %q", r.Name, c.Name)
	case c.NotNull && !col.NotNull:
		a.fail(name, "42804", "column %q in child table must be marked NOT NULL", c.Name)
	case c.Generated && !col.Generated:
		a.fail(name, "42804", "column %q in child table must be a generated column", c.Name)
	}
	col.Inherited = true
}

func (a *applier) mergeCheckInto(r *catalog.Relation, con catalog.Constraint) {
	name := constraintName(r, con.Name)
	own := r.Constraint(con.Name)
	switch {
	case own == nil && r.Open:
		return
	case own == nil || own.Kind != catalog.Check:
		a.fail(name, "42804", "child table is missing constraint %q", con.Name)
	case len(own.Columns) != len(con.Columns):
		a.fail(name, "42804", "child table %q has different definition for check constraint %q", r.Name, con.Name)
	case own.NoInherit:
		a.fail(name, "42P17", "constraint %q conflicts with non-inherited constraint on child table %q", con.Name, r.Name)
	case own.NotValid && !con.NotValid:
		a.fail(name, "42P17", "constraint %q conflicts with NOT VALID constraint on child table %q", con.Name, r.Name)
	}
	own.Inherited = true
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
