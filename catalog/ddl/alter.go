package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// alterTable runs the commands of ALTER TABLE in the server's passes: drops first, then
// types, new columns, defaults, constraints (ATPrepCmd).
func (a *applier) alterTable(s *pg_query.AlterTableStmt) {
	r := a.lookup(s.Relation.Schemaname, s.Relation.Relname)
	if r == nil && s.MissingOk {
		return
	}
	r = a.relation(s.Relation)
	if r.ID == 0 {
		a.fail(relationName(r), "42501", "permission denied: %q is a system catalog", r.Name)
	}
	a.rightKind(r, s.Objtype)
	t := &alteration{tableMaker: &tableMaker{applier: a, id: r.ID}, only: !s.Relation.Inh, kind: s.Objtype}
	for pass := range passes {
		for _, n := range s.Cmds {
			if c := n.GetAlterTableCmd(); alterPass(c) == pass {
				t.command(c)
			}
		}
	}
	a.changed(relationName(r))
	if r.Index != nil {
		if table := a.current(r.Index.Table); table != nil {
			a.changed(relationName(table))
		}
	}
}

// rightKind refuses ALTER VIEW on a table and the like; ALTER TABLE takes nearly anything.
func (a *applier) rightKind(r *catalog.Relation, t pg_query.ObjectType) {
	want := map[pg_query.ObjectType][]catalog.RelKind{
		pg_query.ObjectType_OBJECT_VIEW:     {catalog.View},
		pg_query.ObjectType_OBJECT_MATVIEW:  {catalog.MatView},
		pg_query.ObjectType_OBJECT_INDEX:    {catalog.Index},
		pg_query.ObjectType_OBJECT_SEQUENCE: {catalog.Sequence},
		pg_query.ObjectType_OBJECT_TYPE:     {catalog.Composite},
	}[t]
	if want != nil && !slices.Contains(want, r.Kind) {
		a.fail(relationName(r), "42809", "%q is not a %s", r.Name, want[0])
	}
}

const passes = 6

// alterPass is the pass of a command: what takes away comes first, SET DEFAULT late and
// DROP DEFAULT early.
func alterPass(c *pg_query.AlterTableCmd) int {
	switch c.Subtype {
	case pg_query.AlterTableType_AT_DropColumn, pg_query.AlterTableType_AT_DropConstraint, pg_query.AlterTableType_AT_DropNotNull,
		pg_query.AlterTableType_AT_DropIdentity, pg_query.AlterTableType_AT_DropExpression:
		return 0
	case pg_query.AlterTableType_AT_AlterColumnType:
		return 1
	case pg_query.AlterTableType_AT_AddColumn:
		return 2
	case pg_query.AlterTableType_AT_ColumnDefault:
		if c.Def == nil {
			return 0
		}
		return 3
	case pg_query.AlterTableType_AT_AddIdentity, pg_query.AlterTableType_AT_SetIdentity, pg_query.AlterTableType_AT_SetNotNull:
		return 3
	case pg_query.AlterTableType_AT_AddConstraint:
		return 4
	}
	return 5
}

// alteration is one ALTER TABLE.
type alteration struct {
	*tableMaker
	only bool
	kind pg_query.ObjectType
}

// command runs one command. Those in no case are about storage, privileges, replication
// and statistics, which no name can see.
func (t *alteration) command(c *pg_query.AlterTableCmd) {
	switch c.Subtype {
	case pg_query.AlterTableType_AT_AddColumn:
		t.addColumn(t.id, c, false)
	case pg_query.AlterTableType_AT_DropColumn:
		t.dropColumn(t.id, c, false)
	case pg_query.AlterTableType_AT_AlterColumnType:
		t.columnTypeChange(t.id, c)
	case pg_query.AlterTableType_AT_ColumnDefault:
		t.columnDefault(c)
	case pg_query.AlterTableType_AT_SetNotNull, pg_query.AlterTableType_AT_DropNotNull:
		t.notNull(t.id, c.Name, c.Subtype == pg_query.AlterTableType_AT_SetNotNull)
	case pg_query.AlterTableType_AT_DropExpression:
		t.dropExpression(c)
	case pg_query.AlterTableType_AT_AddIdentity, pg_query.AlterTableType_AT_SetIdentity, pg_query.AlterTableType_AT_DropIdentity:
		t.identity(c)
	case pg_query.AlterTableType_AT_AddConstraint:
		t.addConstraint(t.id, c.Def.GetConstraint(), "")
	case pg_query.AlterTableType_AT_DropConstraint:
		t.dropConstraint(c)
	case pg_query.AlterTableType_AT_AlterConstraint:
		t.alterConstraint(c.Def.GetConstraint())
	case pg_query.AlterTableType_AT_ValidateConstraint:
		t.validateConstraint(t.id, c.Name)
	case pg_query.AlterTableType_AT_AddInherit:
		t.addInherit(c.Def.GetRangeVar())
	case pg_query.AlterTableType_AT_DropInherit:
		t.dropParent(t.relation(c.Def.GetRangeVar()).ID)
	case pg_query.AlterTableType_AT_AttachPartition:
		t.attach(c.Def.GetPartitionCmd().GetName())
	case pg_query.AlterTableType_AT_DetachPartition:
		t.detach(c.Def.GetPartitionCmd().GetName())
	case pg_query.AlterTableType_AT_EnableRowSecurity, pg_query.AlterTableType_AT_DisableRowSecurity:
		on := c.Subtype == pg_query.AlterTableType_AT_EnableRowSecurity
		t.edit(t.id, func(r *catalog.Relation) { r.RowSecurity = on })
	case pg_query.AlterTableType_AT_EnableTrig, pg_query.AlterTableType_AT_DisableTrig, pg_query.AlterTableType_AT_EnableAlwaysTrig,
		pg_query.AlterTableType_AT_EnableTrigAll, pg_query.AlterTableType_AT_DisableTrigAll,
		pg_query.AlterTableType_AT_EnableTrigUser, pg_query.AlterTableType_AT_DisableTrigUser:
		t.enableTrigger(c)
	case pg_query.AlterTableType_AT_EnableRule, pg_query.AlterTableType_AT_DisableRule, pg_query.AlterTableType_AT_EnableAlwaysRule:
		t.enableRule(c)
	case pg_query.AlterTableType_AT_AddOf, pg_query.AlterTableType_AT_DropOf:
		t.opaque("ALTER TABLE OF", relationName(t.rel()))
	}
}

// mustColumn returns a column of the relation or refuses.
func (t *alteration) mustColumn(r *catalog.Relation, name string) *catalog.Column {
	c := r.Column(name)
	if c == nil {
		t.fail(columnName(r, name), "42703", "column %q of relation %q does not exist", name, r.Name)
	}
	return c
}

// addColumn adds a column, also to children.
func (t *alteration) addColumn(id catalog.ID, c *pg_query.AlterTableCmd, inherited bool) {
	r := t.current(id)
	d := c.Def.GetColumnDef()
	if have := r.Column(d.Colname); have != nil {
		switch {
		case inherited:
			t.edit(id, func(r *catalog.Relation) { r.Column(d.Colname).Inherited = true })
		case c.MissingOk:
		default:
			t.fail(columnName(r, d.Colname), "42701", "column %q of relation %q already exists", d.Colname, r.Name)
		}
		return
	}
	m := &tableMaker{applier: t.applier, id: id}
	m.column(d)
	if inherited {
		m.constraints = nil
	}
	if !t.only {
		for _, child := range t.s.Children(id) {
			t.addColumn(child.ID, c, true)
		}
	}
	m.finish()
	if inherited {
		t.edit(id, func(r *catalog.Relation) {
			col := r.Column(d.Colname)
			col.Inherited, col.Local = true, false
		})
	}
	t.added(columnName(r, d.Colname))
}

func (t *alteration) dropColumn(id catalog.ID, c *pg_query.AlterTableCmd, inherited bool) {
	r := t.current(id)
	col := r.Column(c.Name)
	switch {
	case col == nil && (c.MissingOk || inherited):
		return
	case col == nil:
		t.mustColumn(r, c.Name)
	case col.Inherited && !inherited:
		t.fail(columnName(r, c.Name), "42P16", "cannot drop inherited column %q", c.Name)
	case slices.ContainsFunc(r.PartitionKey, func(k catalog.IndexKey) bool { return k.Column == col.Num }):
		t.fail(columnName(r, c.Name), "42P16", "cannot drop column %q because it is part of the partition key of relation %q", c.Name, r.Name)
	}
	for _, child := range t.s.Children(id) {
		t.dropInherited(child, c)
	}
	t.drop([]target{{kind: targetColumn, id: id, num: col.Num}}, c.Behavior == pg_query.DropBehavior_DROP_CASCADE)
}

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

// columnTypeChange runs ALTER COLUMN TYPE. A view on the column forbids it.
func (t *alteration) columnTypeChange(id catalog.ID, c *pg_query.AlterTableCmd) {
	r := t.current(id)
	col := t.mustColumn(r, c.Name)
	d := c.Def.GetColumnDef()
	typ := t.typ(d.TypeName)
	if d.RawDefault != nil {
		t.expr(d.RawDefault, r, typ)
	}
	dep := catalog.Dep{Class: catalog.ClassRelation, ID: id, Column: col.Num}
	for _, v := range t.s.Relations() {
		if v.View != nil && slices.Contains(v.View.Deps, dep) {
			t.fail(columnName(r, c.Name), "0A000", "cannot alter type of a column used by a view or rule")
		}
		if v.ID == id && hasGeneratedFrom(r, dep) {
			t.fail(columnName(r, c.Name), "0A000", "cannot alter type of a column used by a generated column")
		}
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
	t.rebuild(id, dep)
	if !t.only {
		for _, child := range t.s.Children(id) {
			t.columnTypeChange(child.ID, c)
		}
	}
}

// rebuild binds again what the server makes anew after a column's type has changed: checks,
// and expressions and predicates of indexes (ATPostAlterTypeParse). What does not bind refuses
// the change.
func (t *alteration) rebuild(id catalog.ID, column catalog.Dep) {
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

func hasGeneratedFrom(r *catalog.Relation, dep catalog.Dep) bool {
	return slices.ContainsFunc(r.Columns, func(c catalog.Column) bool {
		return c.Generated && c.Default != nil && slices.Contains(c.Default.Deps, dep)
	})
}

// checkTypeUses refuses to change the type of a column that something keeps in parsed form
// (RememberAllDependentForRebuilding).
func (t *alteration) checkTypeUses(r *catalog.Relation, col *catalog.Column, dep catalog.Dep) {
	name := columnName(r, col.Name)
	if slices.ContainsFunc(r.PartitionKey, func(k catalog.IndexKey) bool { return k.Column == col.Num }) {
		t.fail(name, "42P16", "cannot alter column %q because it is part of the partition key of relation %q", col.Name, r.Name)
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
	case sqlscan.Assignable(t.s, col.Type.ID, to.ID):
	case !using:
		t.fail(columnName(r, col.Name), "42804", "column %q cannot be cast automatically to that type", col.Name)
	case col.Default != nil:
		t.fail(columnName(r, col.Name), "42804", "default for column %q cannot be cast automatically to that type", col.Name)
	}
}

func (t *alteration) columnDefault(c *pg_query.AlterTableCmd) {
	r := t.rel()
	col := t.mustColumn(r, c.Name)
	switch {
	case col.Identity != 0:
		t.fail(columnName(r, c.Name), "42601", "column %q of relation %q is an identity column", c.Name, r.Name)
	case col.Generated:
		t.fail(columnName(r, c.Name), "42601", "column %q of relation %q is a generated column", c.Name, r.Name)
	}
	t.setDefaultBelow(t.id, c)
}

func (t *alteration) setDefaultBelow(id catalog.ID, c *pg_query.AlterTableCmd) {
	r := t.current(id)
	if c.Def == nil {
		t.edit(id, func(r *catalog.Relation) { r.Column(c.Name).Default = nil })
	} else {
		t.setDefault(id, c.Name, c.Def, false)
	}
	t.changed(columnName(r, c.Name))
	if !t.only {
		for _, child := range t.s.Children(id) {
			t.setDefaultBelow(child.ID, c)
		}
	}
}

func (t *alteration) notNull(id catalog.ID, column string, on bool) {
	r := t.current(id)
	col := t.mustColumn(r, column)
	if !on {
		if pk := primaryKey(r); pk != nil && slices.Contains(pk.Columns, col.Num) {
			t.fail(columnName(r, column), "42P16", "column %q is in a primary key", column)
		}
		if col.Identity != 0 {
			t.fail(columnName(r, column), "42601", "column %q of relation %q is an identity column", column, r.Name)
		}
	}
	t.edit(id, func(r *catalog.Relation) { r.Column(column).NotNull = on })
	t.changed(columnName(r, column))
	if !t.only {
		for _, child := range t.s.Children(id) {
			t.notNull(child.ID, column, on)
		}
	}
}

func (t *alteration) dropExpression(c *pg_query.AlterTableCmd) {
	r := t.rel()
	col := t.mustColumn(r, c.Name)
	if !col.Generated {
		if c.MissingOk {
			return
		}
		t.fail(columnName(r, c.Name), "55000", "column %q of relation %q is not a stored generated column", c.Name, r.Name)
	}
	t.edit(t.id, func(r *catalog.Relation) {
		col := r.Column(c.Name)
		col.Generated, col.Default = false, nil
	})
	t.changed(columnName(r, c.Name))
}

// identity runs ADD GENERATED, SET GENERATED and DROP IDENTITY.
func (t *alteration) identity(c *pg_query.AlterTableCmd) {
	r := t.rel()
	col := t.mustColumn(r, c.Name)
	name := columnName(r, c.Name)
	switch c.Subtype {
	case pg_query.AlterTableType_AT_AddIdentity:
		if col.Identity != 0 {
			t.fail(name, "55000", "column %q of relation %q is already an identity column", c.Name, r.Name)
		}
		if col.Default != nil {
			t.fail(name, "55000", "column %q of relation %q already has a default value", c.Name, r.Name)
		}
		if !col.NotNull {
			t.fail(name, "55000", "column %q of relation %q must be declared NOT NULL before identity can be added", c.Name, r.Name)
		}
		con := c.Def.GetConstraint()
		t.edit(t.id, func(r *catalog.Relation) { r.Column(c.Name).Identity = identityKind(con.GetGeneratedWhen()) })
		t.ownedSequence(c.Name, con)
	case pg_query.AlterTableType_AT_SetIdentity:
		if col.Identity == 0 {
			t.fail(name, "55000", "column %q of relation %q is not an identity column", c.Name, r.Name)
		}
		if o := options(c.Def.GetList().GetItems())["generated"]; o != nil {
			kind := byte('d')
			if o.Arg.GetInteger().GetIval() == 'a' {
				kind = 'a'
			}
			t.edit(t.id, func(r *catalog.Relation) { r.Column(c.Name).Identity = kind })
		}
	case pg_query.AlterTableType_AT_DropIdentity:
		if col.Identity == 0 {
			if c.MissingOk {
				return
			}
			t.fail(name, "55000", "column %q of relation %q is not an identity column", c.Name, r.Name)
		}
		t.edit(t.id, func(r *catalog.Relation) { r.Column(c.Name).Identity = 0 })
		for _, s := range t.ownedSequences(t.id, col.Num) {
			t.remove(target{kind: targetRelation, id: s.ID}, true)
		}
	}
	t.changed(name)
}

func (t *alteration) dropConstraint(c *pg_query.AlterTableCmd) {
	r := t.rel()
	con := r.Constraint(c.Name)
	if con == nil {
		if c.MissingOk {
			return
		}
		t.fail(constraintName(r, c.Name), "42704", "constraint %q of relation %q does not exist", c.Name, r.Name)
	}
	if con.Inherited {
		t.fail(constraintName(r, c.Name), "42P16", "cannot drop inherited constraint %q of relation %q", c.Name, r.Name)
	}
	targets := []target{{kind: targetConstraint, id: t.id, name: c.Name}}
	t.dropInheritedConstraint(t.id, *con, &targets)
	t.drop(targets, c.Behavior == pg_query.DropBehavior_DROP_CASCADE)
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

func (t *alteration) alterConstraint(c *pg_query.Constraint) {
	if t.rel().Constraint(c.Conname) == nil {
		t.fail(constraintName(t.rel(), c.Conname), "42704", "constraint %q of relation %q does not exist", c.Conname, t.rel().Name)
	}
	t.editConstraint(c.Conname, func(con *catalog.Constraint) { con.Deferrable = c.Deferrable })
}

func (t *alteration) editConstraint(name string, change func(*catalog.Constraint)) {
	t.edit(t.id, func(r *catalog.Relation) {
		con := r.Constraint(name)
		if con == nil {
			t.fail(constraintName(r, name), "42704", "constraint %q of relation %q does not exist", name, r.Name)
		}
		change(con)
	})
	t.changed(constraintName(t.rel(), name))
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
		r.PartitionOf = false
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
func (t *alteration) attach(rv *pg_query.RangeVar) {
	child := t.relation(rv)
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
		r.PartitionOf = true
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

func (t *alteration) enableTrigger(c *pg_query.AlterTableCmd) {
	off := c.Subtype == pg_query.AlterTableType_AT_DisableTrig || c.Subtype == pg_query.AlterTableType_AT_DisableTrigAll ||
		c.Subtype == pg_query.AlterTableType_AT_DisableTrigUser
	t.edit(t.id, func(r *catalog.Relation) {
		for i := range r.Triggers {
			if c.Name == "" || r.Triggers[i].Name == c.Name {
				r.Triggers[i].Disabled = off
			}
		}
	})
}

func (t *alteration) enableRule(c *pg_query.AlterTableCmd) {
	if !hasPart(t.rel(), targetRule, c.Name) {
		t.fail(relationName(t.rel()), "42704", "rule %q for relation %q does not exist", c.Name, t.rel().Name)
	}
	t.edit(t.id, func(r *catalog.Relation) {
		for i := range r.Rules {
			if r.Rules[i].Name == c.Name {
				r.Rules[i].Disabled = c.Subtype == pg_query.AlterTableType_AT_DisableRule
			}
		}
	})
}
