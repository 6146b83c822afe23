package ddl

import (
	"cmp"
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// rename runs ALTER … RENAME.
func (a *applier) rename(s *pg_query.RenameStmt) {
	switch s.RenameType {
	case pg_query.ObjectType_OBJECT_TABLE, pg_query.ObjectType_OBJECT_VIEW, pg_query.ObjectType_OBJECT_MATVIEW,
		pg_query.ObjectType_OBJECT_INDEX, pg_query.ObjectType_OBJECT_SEQUENCE, pg_query.ObjectType_OBJECT_FOREIGN_TABLE:
		a.renameRelation(s)
	case pg_query.ObjectType_OBJECT_COLUMN:
		a.renameColumn(s)
	case pg_query.ObjectType_OBJECT_ATTRIBUTE:
		r := a.relation(s.Relation)
		a.typedTables(r, s.Behavior == pg_query.DropBehavior_DROP_CASCADE)
		a.renameColumnOf(r.ID, s.Subname, s.Newname)
	case pg_query.ObjectType_OBJECT_TABCONSTRAINT:
		a.renameConstraint(s)
	case pg_query.ObjectType_OBJECT_TYPE, pg_query.ObjectType_OBJECT_DOMAIN:
		a.renameType(s)
	case pg_query.ObjectType_OBJECT_DOMCONSTRAINT:
		a.renameDomainConstraint(s)
	case pg_query.ObjectType_OBJECT_SCHEMA:
		a.renameSchema(s)
	case pg_query.ObjectType_OBJECT_FUNCTION, pg_query.ObjectType_OBJECT_PROCEDURE, pg_query.ObjectType_OBJECT_ROUTINE,
		pg_query.ObjectType_OBJECT_AGGREGATE:
		a.renameFunction(s)
	case pg_query.ObjectType_OBJECT_TRIGGER, pg_query.ObjectType_OBJECT_POLICY, pg_query.ObjectType_OBJECT_RULE:
		a.renamePart(s)
	default:
		a.renameObject(s)
	}
}

// renamed records a new name as a removal of the old with To, and an addition.
func (a *applier) renamed(from, to catalog.Name) {
	a.effect(catalog.Effect{Op: catalog.OpRemove, Name: from, To: to})
	a.added(to)
}

func (a *applier) renameRelation(s *pg_query.RenameStmt) {
	r := a.lookup(s.Relation.Schemaname, s.Relation.Relname)
	if r == nil && (a.relationGone(s.Relation.Schemaname, s.Relation.Relname) || s.MissingOk) {
		return
	}
	r = a.relation(s.Relation)
	a.moveRelation(r, r.Schema, s.Newname)
}

// moveRelation gives a relation another name or schema, with its row type.
func (a *applier) moveRelation(r *catalog.Relation, schema, name string) {
	if a.taken(schema, name) {
		a.fail(relationName(r), "42P07", "relation %q already exists", name)
	}
	if r.RowType != 0 {
		a.moveType(r.RowType, schema, name)
	}
	old := relationName(r)
	a.edit(r.ID, func(r *catalog.Relation) { r.Schema, r.Name = schema, name })
	if r.Index != nil {
		a.renameIndexConstraint(r, name)
	}
	a.renamed(old, catalog.Name{Kind: catalog.KindRelation, Schema: schema, Name: name})
}

// renameIndexConstraint keeps a constraint's name that of its index.
func (a *applier) renameIndexConstraint(x *catalog.Relation, name string) {
	table := a.current(x.Index.Table)
	if table == nil {
		return
	}
	if con := constraintOf(table, x.ID); con != nil {
		old := con.Name
		a.edit(table.ID, func(r *catalog.Relation) { constraintOf(r, x.ID).Name = name })
		if old != name {
			a.renamed(constraintName(table, old), constraintName(table, name))
		}
	}
}

// moveType renames a type and, if it has one, its array type.
func (a *applier) moveType(id catalog.ID, schema, name string) {
	t, ok := a.s.TypeByID(id)
	if !ok {
		return
	}
	if other, taken := a.s.Type(schema, name); taken && other.ID != id && !a.moveArrayType(other) {
		a.fail(catalog.Name{Kind: catalog.KindType, Schema: schema, Name: name}, "42710", "type %q already exists", name)
	}
	c := t.Clone()
	c.Schema, c.Name = schema, name
	a.s = a.s.WithType(c)
	if arr, ok := a.s.TypeByID(t.Array); ok && t.Array >= catalog.FirstID {
		c := arr.Clone()
		c.Schema, c.Name = schema, "_"+name
		for {
			if other, taken := a.s.Type(schema, c.Name); !taken || other.ID == arr.ID {
				break
			}
			c.Name = "_" + c.Name
		}
		a.s = a.s.WithType(c)
	}
}

func (a *applier) renameColumn(s *pg_query.RenameStmt) {
	r := a.lookup(s.Relation.Schemaname, s.Relation.Relname)
	if r == nil && s.MissingOk {
		return
	}
	r = a.relation(s.Relation)
	c := r.Column(s.Subname)
	switch {
	case c == nil && a.columnGone(r, s.Subname):
		return
	case c == nil:
		a.fail(columnName(r, s.Subname), "42703", "column %q does not exist", s.Subname)
	}
	a.notTyped(r, columnName(r, s.Subname), "rename column of")
	if !s.Relation.Inh && len(a.s.Children(r.ID)) > 0 {
		a.fail(columnName(r, s.Subname), "42P16", "inherited column %q must be renamed in child tables too", s.Subname)
	}
	if c.Inherited || a.inheritsElsewhere(r, r, s.Subname) {
		a.fail(columnName(r, s.Subname), "42P16", "cannot rename inherited column %q", s.Subname)
	}
	a.renameColumnOf(r.ID, s.Subname, s.Newname)
}

func (a *applier) renameColumnOf(id catalog.ID, from, to string) {
	r := a.current(id)
	if r != nil && r.Column(from) == nil && r.Column(to) != nil && r.Column(to).Inherited {
		return // reached by another parent
	}
	if r != nil && r.Column(from) == nil && a.columnGone(r, from) {
		return
	}
	if r == nil || r.Column(from) == nil {
		a.fail(catalog.Name{Kind: catalog.KindColumn, Sub: from}, "42703", "column %q does not exist", from)
	}
	if r.Column(to) != nil {
		a.fail(columnName(r, to), "42701", "column %q of relation %q already exists", to, r.Name)
	}
	a.edit(id, func(r *catalog.Relation) { r.Column(from).Name = to })
	a.renamed(columnName(r, from), columnName(r, to))
	for _, child := range a.s.Children(id) {
		a.renameColumnOf(child.ID, from, to)
	}
	for _, table := range a.tablesOf(r) {
		a.renameColumnOf(table.ID, from, to)
	}
}

// inheritsElsewhere says that a table below has the column from a parent that is not below
// too.
func (a *applier) inheritsElsewhere(top, r *catalog.Relation, column string) bool {
	return slices.ContainsFunc(a.s.Children(r.ID), func(child *catalog.Relation) bool {
		other := slices.ContainsFunc(child.Parents, func(p catalog.ID) bool {
			parent := a.current(p)
			return parent != nil && parent.Column(column) != nil && !a.descends(p, top.ID)
		})
		return other || a.inheritsElsewhere(top, child, column)
	})
}

func (a *applier) renameConstraint(s *pg_query.RenameStmt) {
	if s.MissingOk && a.lookup(s.Relation.Schemaname, s.Relation.Relname) == nil {
		return
	}
	r := a.relation(s.Relation)
	con := r.Constraint(s.Subname)
	if con == nil {
		a.fail(constraintName(r, s.Subname), "42704", "constraint %q for table %q does not exist", s.Subname, r.Name)
	}
	if r.Constraint(s.Newname) != nil {
		a.fail(constraintName(r, s.Newname), "42710", "constraint %q for relation %q already exists", s.Newname, r.Name)
	}
	if x := a.current(con.Index); con.Index != 0 && x != nil {
		a.moveRelation(x, x.Schema, s.Newname)
		return
	}
	if con.Inherited {
		a.fail(constraintName(r, s.Subname), "42P16", "cannot rename inherited constraint %q", s.Subname)
	}
	a.renameConstraintOf(r, *con, s.Newname)
}

// renameConstraintOf renames a check with those of children that come from it.
func (a *applier) renameConstraintOf(r *catalog.Relation, con catalog.Constraint, to string) {
	a.edit(r.ID, func(r *catalog.Relation) { r.Constraint(con.Name).Name = to })
	a.renamed(constraintName(r, con.Name), constraintName(r, to))
	if con.Kind != catalog.Check || con.NoInherit {
		return
	}
	for _, child := range a.s.Children(r.ID) {
		if own := child.Constraint(con.Name); own != nil {
			a.renameConstraintOf(child, *own, to)
		}
	}
}

func (a *applier) renameType(s *pg_query.RenameStmt) {
	schema, name := listName(s.Object)
	t := a.lookupType(schema, name)
	if t == nil {
		a.fail(catalog.Name{Kind: catalog.KindType, Schema: schema, Name: name}, "42704", "type %q does not exist", name)
	}
	if t.Relation != 0 {
		r := a.current(t.Relation)
		if r.Kind != catalog.Composite {
			a.fail(relationName(r), "42809", "%s is a table's row type", name)
		}
		a.moveRelation(r, r.Schema, s.Newname)
	} else {
		a.moveType(t.ID, t.Schema, s.Newname)
	}
	a.renamed(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: name},
		catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: s.Newname})
}

func (a *applier) renameDomainConstraint(s *pg_query.RenameStmt) {
	schema, name := listName(s.Object)
	t := a.lookupType(schema, name)
	if t == nil {
		a.fail(catalog.Name{Kind: catalog.KindType, Schema: schema, Name: name}, "42704", "type %q does not exist", name)
	}
	c := t.Clone()
	for i := range c.Constraints {
		if c.Constraints[i].Name == s.Subname {
			c.Constraints[i].Name = s.Newname
		}
	}
	a.s = a.s.WithType(c)
	a.changed(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name})
}

// renameSchema moves everything in a schema.
func (a *applier) renameSchema(s *pg_query.RenameStmt) {
	from := catalog.Name{Kind: catalog.KindSchema, Name: s.Subname}
	ns, ok := a.s.Namespace(s.Subname)
	if !ok {
		a.fail(from, "3F000", "schema %q does not exist", s.Subname)
	}
	if _, taken := a.s.Namespace(s.Newname); taken {
		a.fail(from, "42P06", "schema %q already exists", s.Newname)
	}
	ns.Name = s.Newname
	a.s = a.s.WithoutNamespace(s.Subname).WithNamespace(ns)
	a.renamed(from, catalog.Name{Kind: catalog.KindSchema, Name: s.Newname})
	for _, t := range a.s.Types() {
		if t.Schema == s.Subname {
			c := t.Clone()
			c.Schema = s.Newname
			a.s = a.s.WithType(c)
			a.renamed(catalog.Name{Kind: catalog.KindType, Schema: s.Subname, Name: t.Name},
				catalog.Name{Kind: catalog.KindType, Schema: s.Newname, Name: t.Name})
		}
	}
	for _, r := range a.s.Relations() {
		if r.Schema == s.Subname {
			a.edit(r.ID, func(r *catalog.Relation) { r.Schema = s.Newname })
			a.renamed(relationName(r), catalog.Name{Kind: catalog.KindRelation, Schema: s.Newname, Name: r.Name})
		}
	}
	for _, f := range a.s.AllFunctions() {
		if f.Schema == s.Subname {
			a.moveFunction(f, s.Newname, f.Name)
		}
	}
	for _, o := range a.s.Objects() {
		if o.Schema == s.Subname {
			a.moveObject(o, s.Newname, o.Name)
		}
	}
	for _, o := range a.s.AllOperators() {
		if o.Schema == s.Subname {
			a.moveOperator(o, s.Newname)
		}
	}
	for _, o := range a.s.OpClasses() {
		if o.Schema == s.Subname {
			a.s = a.s.WithoutOpClass(o)
			o.Schema = s.Newname
			a.s = a.s.WithOpClass(o)
		}
	}
}

func (a *applier) moveOperator(o catalog.Operator, to string) {
	from := catalog.Name{Kind: catalog.KindOperator, Schema: o.Schema, Name: o.Name}
	a.s = a.s.WithoutOperator(o)
	o.Schema = to
	a.s = a.s.WithOperator(o)
	a.renamed(from, catalog.Name{Kind: catalog.KindOperator, Schema: to, Name: o.Name})
}

func (a *applier) moveFunction(f *catalog.Function, schema, name string) {
	for _, g := range a.s.Functions(schema, name) {
		if g.ID != f.ID && g.SameInputs(f) {
			a.fail(functionName(f), "42723", "function %s already exists in schema %q", name, schema)
		}
	}
	c := *f
	c.Schema, c.Name = schema, name
	a.s = a.s.WithFunction(&c)
	a.renamed(functionName(f), functionName(&c))
}

func (a *applier) moveObject(o catalog.Object, schema, name string) {
	a.s = a.s.WithoutObject(o.Kind, o.Schema, o.Name)
	from := catalog.Name{Kind: o.Kind, Schema: o.Schema, Name: o.Name}
	o.Schema, o.Name = schema, name
	a.s = a.s.WithObject(o)
	a.renamed(from, catalog.Name{Kind: o.Kind, Schema: schema, Name: name})
}

func (a *applier) renameFunction(s *pg_query.RenameStmt) {
	if f := a.mustFunction(s.Object.GetObjectWithArgs()); f != nil {
		a.moveFunction(f, f.Schema, s.Newname)
	}
}

func (a *applier) renamePart(s *pg_query.RenameStmt) {
	r := a.relation(s.Relation)
	kind := map[pg_query.ObjectType]catalog.Kind{pg_query.ObjectType_OBJECT_TRIGGER: catalog.KindTrigger,
		pg_query.ObjectType_OBJECT_POLICY: catalog.KindPolicy,
		pg_query.ObjectType_OBJECT_RULE:   catalog.KindRule}[s.RenameType]
	if isSelectRule(r, kind, s.Subname) {
		a.fail(relationName(r), "42P17", "renaming an ON SELECT rule is not allowed")
	}
	if !hasPart(r, kind, s.Subname) {
		a.fail(relationName(r), "42704", "%s %q for table %q does not exist", kind, s.Subname, r.Name)
	}
	a.edit(r.ID, func(r *catalog.Relation) {
		for i := range r.Triggers {
			if kind == catalog.KindTrigger && r.Triggers[i].Name == s.Subname {
				r.Triggers[i].Name = s.Newname
			}
		}
		for i := range r.Policies {
			if kind == catalog.KindPolicy && r.Policies[i].Name == s.Subname {
				r.Policies[i].Name = s.Newname
			}
		}
		for i := range r.Rules {
			if kind == catalog.KindRule && r.Rules[i].Name == s.Subname {
				r.Rules[i].Name = s.Newname
			}
		}
	})
}

func (a *applier) renameObject(s *pg_query.RenameStmt) {
	if s.RenameType == pg_query.ObjectType_OBJECT_ROLE {
		a.renameRole(s.Subname, s.Newname)
		return
	}
	if s.RenameType == pg_query.ObjectType_OBJECT_PUBLICATION {
		a.renamePublication(s.Object.GetString_().GetSval(), s.Newname)
		return
	}
	if kind, ok := bareKinds[s.RenameType]; ok {
		if o := a.mustBare(kind, cmp.Or(s.Object.GetString_().GetSval(), s.Subname)); o.Name != "" {
			a.moveObject(o, "", s.Newname)
		}
		return
	}
	kind, ok := objectKinds[s.RenameType]
	if !ok {
		return
	}
	o := a.mustObject(kind, s.Object)
	a.moveObject(o, o.Schema, s.Newname)
}

// setSchema runs ALTER … SET SCHEMA; indexes and owned sequences move with their table.
func (a *applier) setSchema(s *pg_query.AlterObjectSchemaStmt) {
	if s.MissingOk && s.Relation != nil && a.lookup(s.Relation.Schemaname, s.Relation.Relname) == nil {
		return
	}
	to := a.creationSchema(s.Newschema)
	switch s.ObjectType {
	case pg_query.ObjectType_OBJECT_TABLE, pg_query.ObjectType_OBJECT_VIEW, pg_query.ObjectType_OBJECT_MATVIEW,
		pg_query.ObjectType_OBJECT_SEQUENCE, pg_query.ObjectType_OBJECT_FOREIGN_TABLE:
		r := a.relation(s.Relation)
		if r.Schema == to {
			return
		}
		for _, o := range inOrder(slices.Concat(a.s.Indexes(r.ID), a.s.OwnedSequences(r.ID))) {
			a.moveRelation(o, to, o.Name)
		}
		a.moveRelation(a.current(r.ID), to, r.Name)
	case pg_query.ObjectType_OBJECT_TYPE, pg_query.ObjectType_OBJECT_DOMAIN:
		schema, name := listName(s.Object)
		t := a.lookupType(schema, name)
		if t == nil {
			a.fail(catalog.Name{Kind: catalog.KindType, Schema: schema, Name: name}, "42704", "type %q does not exist", name)
		}
		if t.Schema == to {
			return
		}
		if t.Relation != 0 {
			a.moveRelation(a.current(t.Relation), to, name)
		} else {
			a.moveType(t.ID, to, name)
		}
		a.renamed(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: name},
			catalog.Name{Kind: catalog.KindType, Schema: to, Name: name})
	case pg_query.ObjectType_OBJECT_FUNCTION, pg_query.ObjectType_OBJECT_PROCEDURE, pg_query.ObjectType_OBJECT_ROUTINE,
		pg_query.ObjectType_OBJECT_AGGREGATE:
		if f := a.mustFunction(s.Object.GetObjectWithArgs()); f != nil {
			a.moveFunction(f, to, f.Name)
		}
	case pg_query.ObjectType_OBJECT_EXTENSION:
		a.moveExtension(s.Object.GetString_().GetSval(), to)
	case pg_query.ObjectType_OBJECT_COLLATION, pg_query.ObjectType_OBJECT_TSCONFIGURATION,
		pg_query.ObjectType_OBJECT_TSDICTIONARY,
		pg_query.ObjectType_OBJECT_TSPARSER, pg_query.ObjectType_OBJECT_TSTEMPLATE, pg_query.ObjectType_OBJECT_STATISTIC_EXT:
		o := a.mustObject(objectKinds[s.ObjectType], s.Object)
		a.moveObject(o, to, o.Name)
	}
}

// inOrder sorts relations by the order of their making.
func inOrder(list []*catalog.Relation) []*catalog.Relation {
	slices.SortFunc(list, func(a, b *catalog.Relation) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// mustObject finds an object of which only the existence is kept.
func (a *applier) mustObject(kind catalog.Kind, n *pg_query.Node) catalog.Object {
	schema, name := listName(n)
	for _, ns := range a.path(schema) {
		if o, ok := a.s.Object(kind, ns, name); ok {
			return o
		}
	}
	a.fail(catalog.Name{Kind: kind, Schema: schema, Name: name}, "42704", "%s %q does not exist", kind, name)
	return catalog.Object{}
}

func (a *applier) moveExtension(name, to string) {
	e, ok := a.s.Extension(name)
	if !ok {
		a.fail(catalog.Name{Kind: catalog.KindExtension, Name: name}, "42704", "extension %q does not exist", name)
	}
	e.Schema = to
	a.s = a.s.WithExtension(e)
	for _, t := range a.s.Types() {
		if t.Extension == name && t.Relation == 0 && t.Elem == 0 {
			a.moveType(t.ID, to, t.Name)
			a.renamed(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name},
				catalog.Name{Kind: catalog.KindType, Schema: to, Name: t.Name})
		}
	}
	for _, r := range a.s.Relations() {
		if r.Extension == name {
			a.moveRelation(r, to, r.Name)
		}
	}
	for _, f := range a.s.AllFunctions() {
		if f.Extension == name {
			a.moveFunction(f, to, f.Name)
		}
	}
	for _, o := range a.s.Objects() {
		if o.Extension == name && o.Schema != "" {
			a.moveObject(o, to, o.Name)
		}
	}
	for _, o := range a.s.AllOperators() {
		if o.Extension == name {
			a.moveOperator(o, to)
		}
	}
	for _, o := range a.s.OpClasses() {
		if o.Extension == name {
			a.s = a.s.WithoutOpClass(o)
			o.Schema = to
			a.s = a.s.WithOpClass(o)
		}
	}
}

// functionName is the name under which look-ups ask for a function.
func functionName(f *catalog.Function) catalog.Name {
	return catalog.Name{Kind: catalog.KindFunction, Schema: f.Schema, Name: f.Name}
}

// mustFunction finds the function that a signature names.
func (a *applier) mustFunction(o *pg_query.ObjectWithArgs) *catalog.Function {
	schema, name := names(o.GetObjname())
	found := a.matchFunctions(o)
	switch {
	case len(found) == 0:
		a.fail(catalog.Name{Kind: catalog.KindFunction, Schema: schema, Name: name}, "42883", "function %s does not exist",
			dotted(schema, name))
	case len(found) > 1:
		a.fail(catalog.Name{Kind: catalog.KindFunction, Schema: schema, Name: name}, "42725",
			"function name %q is not unique", name)
	}
	return found[0]
}

// matchFunctions finds the functions that a signature can mean, in the first schema that
// has one.
func (a *applier) matchFunctions(o *pg_query.ObjectWithArgs) []*catalog.Function {
	schema, name := names(o.GetObjname())
	var types []catalog.ID
	for _, n := range o.GetObjargs() {
		if n.GetTypeName() != nil {
			types = append(types, a.typ(n.GetTypeName()).ID)
		}
	}
	// Without modes the types can be those of the inputs or of all arguments
	// (LookupFuncWithArgs).
	either := !slices.ContainsFunc(o.GetObjfuncargs(), func(n *pg_query.Node) bool {
		return n.GetFunctionParameter().GetMode() != pg_query.FunctionParameterMode_FUNC_PARAM_DEFAULT
	})
	for _, ns := range a.path(schema) {
		var found []*catalog.Function
		for _, f := range a.s.Functions(ns, name) {
			if f.ID != 0 && (o.GetArgsUnspecified() || sameTypes(f.Inputs(), types) ||
				either && f.Kind == catalog.Procedure && sameTypes(f.CallArgs(), types)) {
				found = append(found, f)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// missingTypes says that a signature names a type that does not exist: what it is the
// signature of does not either.
func (a *applier) missingTypes(args []*pg_query.Node) bool {
	return slices.ContainsFunc(args, func(n *pg_query.Node) bool {
		tn := n.GetTypeName()
		if tn == nil || tn.PctType {
			return false
		}
		schema, name := names(tn.Names)
		return a.lookupType(schema, name) == nil
	})
}

func (a *applier) dropFunction(d *pg_query.DropStmt, o *pg_query.ObjectWithArgs) (target, bool) {
	if d.MissingOk && (a.missingTypes(o.GetObjargs()) || len(a.matchFunctions(o)) == 0) {
		return nil, false
	}
	f := a.mustFunction(o)
	return functionTarget(f.ID), true
}
