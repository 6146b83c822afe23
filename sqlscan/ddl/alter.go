package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
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
	a.mustOwn(r)
	t := &alteration{tableMaker: &tableMaker{applier: a, id: r.ID}, only: !s.Relation.Inh, kind: s.Objtype, before: r}
	for pass := range passes {
		for _, n := range s.Cmds {
			if c := n.GetAlterTableCmd(); alterPass(c) == pass {
				t.command(c)
				t.followType(c)
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
	case pg_query.AlterTableType_AT_DropColumn, pg_query.AlterTableType_AT_DropConstraint,
		pg_query.AlterTableType_AT_DropNotNull,
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
	case pg_query.AlterTableType_AT_AddIdentity, pg_query.AlterTableType_AT_SetIdentity,
		pg_query.AlterTableType_AT_SetNotNull:
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
	// before is the relation as the statement found it.
	before *catalog.Relation
	// follows says that the table follows a change of its type.
	follows bool
}

// command runs one command. Those that are not in the table are about storage and statistics, which no
// name can see.
func (t *alteration) command(c *pg_query.AlterTableCmd) {
	if run := alterCommands[c.Subtype]; run != nil {
		run(t, c)
	}
}

func (t *alteration) newConstraint(c *pg_query.AlterTableCmd) {
	con := c.Def.GetConstraint()
	if con.Contype == pg_query.ConstrType_CONSTR_CHECK && !con.IsNoInherit {
		t.wholeTree(t.rel(), relationName(t.rel()), "constraint must be added to child tables too")
	}
	t.addConstraint(t.id, con, "", t.only)
}

func (t *alteration) rowSecurity(c *pg_query.AlterTableCmd) {
	switch c.Subtype {
	case pg_query.AlterTableType_AT_ForceRowSecurity, pg_query.AlterTableType_AT_NoForceRowSecurity:
		on := c.Subtype == pg_query.AlterTableType_AT_ForceRowSecurity
		t.edit(t.id, func(r *catalog.Relation) { r.ForceRowSecurity = on })
	default:
		on := c.Subtype == pg_query.AlterTableType_AT_EnableRowSecurity
		t.edit(t.id, func(r *catalog.Relation) { r.RowSecurity = on })
		t.access(relationName(t.rel()), on)
	}
}

// columnSetting is what only needs its column: of an index by its number.
func (t *alteration) columnSetting(c *pg_query.AlterTableCmd) {
	switch x := t.rel().Index; {
	case x != nil && int(c.Num) > len(x.Keys)+len(x.Include):
		t.fail(relationName(t.rel()), "42703", "column number %d of relation %q does not exist", c.Num, t.rel().Name)
	case x == nil && c.Name != "" && !t.rel().Open:
		t.mustColumn(t.rel(), c.Name)
	}
}

func (t *alteration) relationOptions(c *pg_query.AlterTableCmd) {
	t.viewOptions(c.Def.GetList().GetItems(), c.Subtype == pg_query.AlterTableType_AT_SetRelOptions)
}

func (t *alteration) dropOf() {
	if t.rel().OfType == 0 {
		t.fail(relationName(t.rel()), "42809", "%q is not a typed table", t.rel().Name)
	}
	t.edit(t.id, func(r *catalog.Relation) { r.OfType = 0 })
}

// wholeTree refuses a change of a column or constraint that the children of a table would
// not follow.
func (t *alteration) wholeTree(r *catalog.Relation, about catalog.Name, message string) {
	if t.only && len(t.s.Children(r.ID)) > 0 {
		t.fail(about, "42P16", "%s", message)
	}
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
	name := columnName(r, d.Colname)
	if !inherited {
		t.notTyped(r, name, "add column to")
		if r.PartitionOf {
			t.fail(name, "42809", "cannot add column to a partition")
		}
		t.wholeTree(r, name, "column must be added to child tables too")
	}
	m := &tableMaker{applier: t.applier, id: id}
	m.column(d)
	if typ := t.current(id).Column(d.Colname); typ != nil && r.RowType != 0 && t.contains(typ.Type.ID, r.RowType) {
		t.fail(name, "42P16", "composite type %s cannot be made a member of itself", r.Name)
	}
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
	case col == nil && (t.columnGone(r, c.Name) || c.MissingOk || inherited):
		return
	case col == nil:
		if _, isSystem := catalog.SystemColumns[c.Name]; isSystem && r.IsTable() {
			t.fail(columnName(r, c.Name), "0A000", "cannot drop system column %q", c.Name)
		}
		t.mustColumn(r, c.Name)
	case col.Inherited && !inherited:
		t.fail(columnName(r, c.Name), "42P16", "cannot drop inherited column %q", c.Name)
	case slices.Contains(r.PartitionColumns(), col.Num):
		t.fail(columnName(r, c.Name), "42P16",
			"cannot drop column %q because it is part of the partition key of relation %q", c.Name, r.Name)
	}
	if !inherited {
		t.notTyped(r, columnName(r, c.Name), "drop column from")
		if r.Kind == catalog.Partitioned {
			t.wholeTree(r, columnName(r, c.Name), "cannot drop column from only the partitioned table when partitions exist")
		}
	}
	for _, child := range t.s.Children(id) {
		t.dropInherited(child, c)
	}
	t.drop([]target{columnTarget{id, col.Num}}, c.Behavior == pg_query.DropBehavior_DROP_CASCADE)
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
	if r.Kind == catalog.Partitioned {
		t.wholeTree(r, columnName(r, column), "constraint must be the same in child tables")
	}
	if !on && id == t.id && r.PartitionOf {
		if parent := t.current(r.Parents[0]); parent.Column(column) != nil && parent.Column(column).NotNull {
			t.fail(columnName(r, column), "42P16", "column %q is marked NOT NULL in parent table", column)
		}
	}
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
			t.fail(name, "55000", "column %q of relation %q must be declared NOT NULL before identity can be added", c.Name,
				r.Name)
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
			t.remove(relationTarget(s.ID), true)
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
	if r.Kind == catalog.Partitioned && con.Kind == catalog.Check {
		t.wholeTree(r, constraintName(r, c.Name),
			"cannot remove constraint from only the partitioned table when partitions exist")
	}
	targets := []target{partTarget{catalog.KindConstraint, t.id, c.Name}}
	t.dropInheritedConstraint(t.id, *con, &targets)
	t.drop(targets, c.Behavior == pg_query.DropBehavior_DROP_CASCADE)
}

func (t *alteration) alterConstraint(c *pg_query.Constraint) {
	if t.rel().Constraint(c.Conname) == nil {
		t.fail(constraintName(t.rel(), c.Conname), "42704", "constraint %q of relation %q does not exist", c.Conname,
			t.rel().Name)
	}
	if t.rel().Constraint(c.Conname).Kind != catalog.ForeignKey {
		t.fail(constraintName(t.rel(), c.Conname), "42809", "constraint %q of relation %q is not a foreign key constraint",
			c.Conname, t.rel().Name)
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

func (t *alteration) enableTrigger(c *pg_query.AlterTableCmd) {
	off := c.Subtype == pg_query.AlterTableType_AT_DisableTrig || c.Subtype == pg_query.AlterTableType_AT_DisableTrigAll ||
		c.Subtype == pg_query.AlterTableType_AT_DisableTrigUser
	if c.Name != "" && !hasPart(t.rel(), catalog.KindTrigger, c.Name) {
		t.fail(relationName(t.rel()), "42704", "trigger %q for table %q does not exist", c.Name, t.rel().Name)
	}
	t.edit(t.id, func(r *catalog.Relation) {
		for i := range r.Triggers {
			if c.Name == "" || r.Triggers[i].Name == c.Name {
				r.Triggers[i].Disabled = off
			}
		}
	})
}

func (t *alteration) enableRule(c *pg_query.AlterTableCmd) {
	if !hasPart(t.rel(), catalog.KindRule, c.Name) {
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
