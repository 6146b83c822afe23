package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// columnTypeChange runs ALTER COLUMN TYPE. A view on the column forbids it.
func (t *alteration) columnTypeChange(id catalog.ID, c *pg_query.AlterTableCmd) {
	r := t.current(id)
	col := t.mustColumn(r, c.Name)
	d := c.Def.GetColumnDef()
	if id == t.id {
		t.notTyped(r, columnName(r, c.Name), "alter column type of")
		if col.Inherited {
			t.fail(columnName(r, c.Name), "42P16", "cannot alter inherited column %q", c.Name)
		}
		t.wholeTree(r, columnName(r, c.Name), "type of inherited column must be changed in child tables too")
	}
	typ := t.typ(d.TypeName)
	if r.RowType != 0 && t.contains(typ.ID, r.RowType) {
		t.fail(columnName(r, c.Name), "42P16", "composite type %s cannot be made a member of itself", r.Name)
	}
	if d.RawDefault != nil {
		// USING reads the table as it was before the other commands.
		was := r
		if t.before != nil && t.before.ID == id {
			was = t.before
		}
		t.expr(d.RawDefault, was, typ)
	}
	dep := catalog.Dep{Class: catalog.ClassRelation, ID: id, Column: col.Num}
	for _, user := range t.s.Users(id) {
		if v := t.current(user); v != nil && v.View != nil && slices.Contains(v.View.Deps, dep) {
			if t.sess.Doubtful {
				continue
			}
			if t.sess.Freed {
				t.drop([]target{relationTarget(v.ID)}, true)
				continue
			}
			t.fail(columnName(r, c.Name), "0A000", "cannot alter type of a column used by a view or rule")
		}
	}
	if hasGeneratedFrom(r, dep) {
		t.fail(columnName(r, c.Name), "0A000", "cannot alter type of a column used by a generated column")
	}
	t.checkTypeUses(r, col, dep)
	t.checkTypeChange(r, col, typ, d.RawDefault != nil)
	t.edit(id, func(r *catalog.Relation) { r.Column(c.Name).Type = typ })
	t.changed(columnName(r, c.Name))
	if col.Identity != 0 {
		for _, s := range t.ownedSequences(id, col.Num) {
			t.edit(s.ID, func(r *catalog.Relation) {
				d := *r.Sequence
				d.Type = typ
				r.Sequence = &d
			})
		}
	}
	t.rebuild(id, dep, col.Type)
	if !t.only {
		for _, child := range t.s.Children(id) {
			// A child of two such parents has changed with the first.
			if t.current(child.ID).Column(c.Name).Type.ID != typ.ID || len(child.Parents) == 1 {
				t.columnTypeChange(child.ID, c)
			}
		}
	}
}

// rebuild binds again what the server makes anew after a column's type has changed: checks, and indexes, with their
// expressions, predicates and operator classes (ATPostAlterTypeParse). What does not bind refuses the change. was is
// the type that the column had.
func (t *alteration) rebuild(id catalog.ID, column catalog.Dep, was catalog.TypeRef) {
	r := t.current(id)
	for _, con := range r.Constraints {
		if con.Kind == catalog.Check && slices.Contains(con.Expr.Deps, column) {
			t.rebind(con.Expr, r, boolType)
		}
	}
	for _, x := range t.s.Indexes(id) {
		if p := x.Index.Predicate; p != nil && slices.Contains(p.Deps, column) {
			t.rebind(p, r, boolType)
		}
		for i, k := range x.Index.Keys {
			// An index that names an operator class is of a type that may have no default one.
			if _, had := t.findDefaultClass(x.Index.Method, was); k.Column == column.Column && had {
				t.defaultClass(x.Index.Method, r.ColumnByNum(k.Column))
			}
			if k.Expr != nil && slices.Contains(k.Expr.Deps, column) {
				t.rebind(k.Expr, r, catalog.TypeRef{})
				t.becomesColumn(x, i, r)
			}
		}
	}
}

// becomesColumn makes a key such as date(c) the column c, when c now has the type that the
// call only casts it to.
func (t *alteration) becomesColumn(x *catalog.Relation, key int, r *catalog.Relation) {
	f := pgtree.Expr(x.Index.Keys[key].Expr.SQL).GetFuncCall()
	if f == nil || len(f.Args) != 1 {
		return
	}
	parts := strs(f.Args[0].GetColumnRef().GetFields())
	_, name := names(f.Funcname)
	if len(parts) != 1 || r.Column(parts[0]) == nil {
		return
	}
	col := r.Column(parts[0])
	if typ, ok := t.s.TypeByID(col.Type.ID); !ok || typ.Name != name {
		return
	}
	t.edit(x.ID, func(x *catalog.Relation) {
		d := *x.Index
		d.Keys = slices.Clone(d.Keys)
		d.Keys[key] = catalog.IndexKey{Column: col.Num}
		x.Index = &d
	})
}

func (t *alteration) rebind(e *catalog.Expr, r *catalog.Relation, want catalog.TypeRef) {
	if n := pgtree.Expr(e.SQL); n != nil {
		b, _ := sqlscan.BindExpr(n, pgtree.Statement{Text: e.SQL, End: len(e.SQL), Node: n}, t.env(), r, want)
		if o := b.First(sqlscan.RewritePhase); o != nil {
			t.fail(relationName(r), o.SQLSTATE, "%s, in what depends on the column", o.Message)
		}
	}
}

// contains says that a type holds values of a row type, whatever lies between
// (CheckAttributeType).
func (a *applier) contains(id, row catalog.ID) bool {
	t, ok := a.s.TypeByID(id)
	switch {
	case !ok:
		return false
	case id == row:
		return true
	case t.Elem != 0:
		return a.contains(t.Elem, row)
	case t.Base.ID != 0:
		return a.contains(t.Base.ID, row)
	case t.Subtype != 0:
		return a.contains(t.Subtype, row)
	case t.Range != 0:
		return a.contains(t.Range, row)
	}
	if r, ok := a.s.RelationByID(t.Relation); ok && t.Relation != 0 && r.ID >= catalog.FirstID {
		return slices.ContainsFunc(r.Columns,
			func(c catalog.Column) bool { return c.Type.ID >= catalog.FirstID && a.contains(c.Type.ID, row) })
	}
	return false
}

func hasGeneratedFrom(r *catalog.Relation, dep catalog.Dep) bool {
	return slices.ContainsFunc(r.Columns, func(c catalog.Column) bool {
		return c.Generated && c.Default != nil && slices.Contains(c.Default.Deps, dep)
	})
}

// checkTypeUses refuses to change the type of a column that something keeps in parsed form
// (RememberAllDependentForRebuilding).
func (t *alteration) checkTypeUses(r *catalog.Relation, col *catalog.Column, dep catalog.Dep) {
	name := columnName(r, col.Name)
	if slices.Contains(r.PartitionColumns(), col.Num) {
		t.fail(name, "42P16", "cannot alter column %q because it is part of the partition key of relation %q", col.Name,
			r.Name)
	}
	for _, tr := range r.Triggers {
		if slices.Contains(tr.Columns, col.Num) || tr.When != nil && slices.Contains(tr.When.Deps, dep) {
			t.fail(name, "0A000", "cannot alter type of a column used in a trigger definition")
		}
	}
	for _, p := range r.Policies {
		if slices.Contains(p.Deps, dep) {
			t.fail(name, "0A000", "cannot alter type of a column used in a policy definition")
		}
	}
	for _, u := range r.Rules {
		if slices.Contains(u.Deps, dep) {
			t.fail(name, "0A000", "cannot alter type of a column used by a view or rule")
		}
	}
	for _, f := range t.s.AllFunctions() {
		if slices.Contains(f.Deps, dep) {
			t.fail(name, "0A000", "cannot alter type of a column used by a function or procedure")
		}
	}
}

// checkTypeChange refuses a change that needs USING: no assignment cast leads there.
func (t *alteration) checkTypeChange(r *catalog.Relation, col *catalog.Column, to catalog.TypeRef, using bool) {
	switch {
	case r.Kind == catalog.Composite, sqltype.Assignable(t.s, col.Type.ID, to.ID):
	case !using:
		t.fail(columnName(r, col.Name), "42804", "column %q cannot be cast automatically to that type", col.Name)
	case col.Default != nil:
		t.fail(columnName(r, col.Name), "42804", "default for column %q cannot be cast automatically to that type", col.Name)
	}
}
