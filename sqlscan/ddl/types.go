package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
)

// newType checks the name and registers a type with its array type.
func (a *applier) newType(parts []*pg_query.Node, t *catalog.Type) *catalog.Type {
	schema, name := names(parts)
	t.Schema, t.Name = a.creationSchema(schema), name
	if old, ok := a.s.Type(t.Schema, name); ok && !old.Shell && !a.moveArrayType(old) {
		a.fail(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: name}, "42710", "type %q already exists", name)
	} else if ok && old.Shell {
		if t.Shell {
			a.fail(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: name}, "42710", "type %q already exists", name)
		}
		// The name was announced, and functions may take it already: the type keeps its ID.
		var made *catalog.Type
		a.s, made = a.s.WithoutType(old.ID).NewType(t)
		a.s = a.s.WithoutType(made.ID)
		t.ID = old.ID
		a.s = a.s.WithType(t).WithType(arrayType(a.s, t))
		a.added(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: name})
		return t
	}
	a.s, t = a.s.NewType(t)
	a.added(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: name})
	return t
}

// arrayType is the array type of t as it is after t has got another ID.
func arrayType(s *catalog.Schema, t *catalog.Type) *catalog.Type {
	array, _ := s.TypeByID(t.Array)
	c := array.Clone()
	c.Elem = t.ID
	return c
}

func (a *applier) createEnum(c *pg_query.CreateEnumStmt) {
	a.newType(c.TypeName, &catalog.Type{Kind: catalog.EnumType, Category: 'E', Labels: strs(c.Vals)})
}

// mustType finds a type that must exist.
func (a *applier) mustType(parts []*pg_query.Node) *catalog.Type {
	schema, name := names(parts)
	t := a.lookupType(schema, name)
	if t == nil {
		a.fail(catalog.Name{Kind: catalog.KindType, Schema: schema, Name: name}, "42704", "type %q does not exist",
			dotted(schema, name))
	}
	return t
}

// alterEnum runs ALTER TYPE … ADD VALUE and RENAME VALUE.
func (a *applier) alterEnum(e *pg_query.AlterEnumStmt) {
	t := a.mustType(e.TypeName)
	name := catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name}
	if t.Kind != catalog.EnumType {
		a.fail(name, "42809", "%s is not an enum", t.Name)
	}
	c := t.Clone()
	label := func(s string) catalog.Name {
		return catalog.Name{Kind: catalog.KindLabel, Schema: t.Schema, Name: t.Name, Sub: s}
	}
	if e.OldVal != "" {
		i := slices.Index(c.Labels, e.OldVal)
		if i < 0 {
			a.fail(name, "22023", "%q is not an existing enum label", e.OldVal)
		}
		if slices.Contains(c.Labels, e.NewVal) {
			a.fail(name, "42710", "enum label %q already exists", e.NewVal)
		}
		c.Labels[i] = e.NewVal
		a.renamed(label(e.OldVal), label(e.NewVal))
	} else {
		if slices.Contains(c.Labels, e.NewVal) {
			if e.SkipIfNewValExists {
				return
			}
			a.fail(name, "42710", "enum label %q already exists", e.NewVal)
		}
		at := len(c.Labels)
		if e.NewValNeighbor != "" {
			at = slices.Index(c.Labels, e.NewValNeighbor)
			if at < 0 {
				a.fail(name, "22023", "%q is not an existing enum label", e.NewValNeighbor)
			}
			if e.NewValIsAfter {
				at++
			}
		}
		c.Labels = slices.Insert(c.Labels, at, e.NewVal)
		a.added(label(e.NewVal))
	}
	a.s = a.s.WithType(c)
}

func (a *applier) createDomain(c *pg_query.CreateDomainStmt) {
	base := a.typ(c.TypeName)
	t := &catalog.Type{Kind: catalog.DomainType, Base: base}
	if b, ok := a.s.TypeByID(base.ID); ok {
		t.Category = b.Category
	}
	if c.CollClause != nil {
		a.collation(c.CollClause)
	}
	for _, n := range c.Constraints {
		a.domainConstraint(t, n.GetConstraint(), c.Domainname)
	}
	a.newType(c.Domainname, t)
}

// domainConstraint applies a constraint to a domain that is not in the schema yet.
func (a *applier) domainConstraint(t *catalog.Type, c *pg_query.Constraint, parts []*pg_query.Node) {
	switch c.Contype {
	case pg_query.ConstrType_CONSTR_NOTNULL:
		t.NotNull = true
	case pg_query.ConstrType_CONSTR_DEFAULT:
		t.HasDefault = true
	case pg_query.ConstrType_CONSTR_CHECK:
		name := c.Conname
		if name == "" {
			_, domain := names(parts)
			name = objectName(domain, "", "check")
			for i := 1; slices.ContainsFunc(t.Constraints, func(o catalog.Constraint) bool { return o.Name == name }); i++ {
				name = objectName(domain, "", "check"+string(rune('0'+i)))
			}
		}
		t.Constraints = append(t.Constraints, catalog.Constraint{Name: name, Kind: catalog.Check, NotValid: c.SkipValidation})
	}
}

func (a *applier) alterDomain(d *pg_query.AlterDomainStmt) {
	t := a.mustType(d.TypeName)
	name := catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name}
	if t.Kind != catalog.DomainType {
		a.fail(name, "42809", "%q is not a domain", t.Name)
	}
	c := t.Clone()
	switch d.Subtype {
	case "T": // SET or DROP DEFAULT
		c.HasDefault = d.Def != nil
	case "N":
		c.NotNull = false
	case "O":
		c.NotNull = true
	case "C":
		a.domainConstraint(c, d.Def.GetConstraint(), d.TypeName)
	case "V":
		i := slices.IndexFunc(c.Constraints, func(o catalog.Constraint) bool { return o.Name == d.Name })
		if i < 0 {
			a.fail(name, "42704", "constraint %q of domain %q does not exist", d.Name, t.Name)
		}
		c.Constraints[i].NotValid = false
	case "X":
		n := len(c.Constraints)
		c.Constraints = slices.DeleteFunc(c.Constraints, func(o catalog.Constraint) bool { return o.Name == d.Name })
		if len(c.Constraints) == n && !d.MissingOk {
			a.fail(name, "42704", "constraint %q of domain %q does not exist", d.Name, t.Name)
		}
	}
	a.s = a.s.WithType(c)
	a.changed(name)
}

func (a *applier) createComposite(c *pg_query.CompositeTypeStmt) {
	schema := a.creationSchema(c.Typevar.Schemaname)
	if old, ok := a.s.Type(schema, c.Typevar.Relname); ok && !a.moveArrayType(old) {
		a.fail(catalog.Name{Kind: catalog.KindType, Schema: schema, Name: c.Typevar.Relname}, "42710",
			"type %q already exists", c.Typevar.Relname)
	}
	r := a.newRelation(c.Typevar, catalog.Composite, false)
	m := &tableMaker{applier: a, id: r.ID}
	for _, n := range c.Coldeflist {
		m.column(n.GetColumnDef())
	}
	a.added(catalog.Name{Kind: catalog.KindType, Schema: schema, Name: r.Name})
}

func (a *applier) createRange(c *pg_query.CreateRangeStmt) {
	opts := options(c.Params)
	sub := opts["subtype"]
	if sub == nil {
		a.fail(catalog.Name{}, "42601", "type attribute \"subtype\" is required")
	}
	t := a.newType(c.TypeName, &catalog.Type{Kind: catalog.RangeType, Category: 'R',
		Subtype: a.typ(sub.Arg.GetTypeName()).ID})
	if o := opts["collation"]; o != nil {
		a.collationNamed(o.Arg)
	}
	if o := opts["subtype_diff"]; o != nil {
		a.rangeDiff(o, t.Subtype)
	}
	_, name := names(c.TypeName)
	multi := multirangeName(name)
	if o := opts["multirange_type_name"]; o != nil {
		_, multi = names(o.Arg.GetTypeName().GetNames())
	}
	var m *catalog.Type
	a.s, m = a.s.NewType(&catalog.Type{Schema: t.Schema, Name: multi, Kind: catalog.MultirangeType, Category: 'R',
		Range: t.ID})
	a.s = a.s.WithCast(catalog.Cast{From: t.ID, To: m.ID, Context: 'e', Method: 'f', Deps: typeDeps(t.ID)})
	a.s = a.constructor(t, t.Name)
}

// rangeDiff looks up the function that subtracts two values of a range's subtype.
func (a *applier) rangeDiff(d *pg_query.DefElem, sub catalog.ID) {
	schema, name := optionName(d)
	if sqlscan.FindFunction(a.s, a.path(schema), name, []catalog.ID{sub, sub}) == nil && !a.openSomewhere() {
		a.fail(catalog.Name{Kind: catalog.KindFunction, Schema: schema, Name: name}, "42883", "function %s does not exist",
			dotted(schema, name))
	}
}

// optionName is the dotted name that an option holds.
func optionName(d *pg_query.DefElem) (schema, name string) {
	if tn := d.GetArg().GetTypeName(); tn != nil {
		return names(tn.Names)
	}
	if s := d.GetArg().GetString_(); s != nil {
		return "", s.Sval
	}
	return listName(d.GetArg())
}

// constructor registers the function of two bounds that a range type brings.
func (a *applier) constructor(t *catalog.Type, name string) *catalog.Schema {
	sub := catalog.Arg{Type: catalog.TypeRef{ID: t.Subtype}, Mode: 'i'}
	s, id := a.s.NewID()
	bounds := catalog.Arg{Type: catalog.TypeRef{ID: catalog.OIDText}, Mode: 'i', HasDefault: true}
	return s.WithFunction(&catalog.Function{ID: id, Schema: t.Schema, Name: name, Kind: catalog.Plain,
		Language: "internal",
		Args:     []catalog.Arg{sub, sub, bounds}, Result: catalog.TypeRef{ID: t.ID},
		Deps: []catalog.Dep{{Class: catalog.ClassType, ID: t.ID}}})
}

// multirangeName is the default name (makeMultirangeTypeName).
func multirangeName(name string) string {
	for i := 0; i+5 <= len(name); i++ {
		if name[i:i+5] == "range" {
			return name[:i] + "multi" + name[i:]
		}
	}
	return objectName(name, "", "multirange")
}

// define runs CREATE AGGREGATE, OPERATOR, TYPE, COLLATION and TEXT SEARCH.
func (a *applier) define(d *pg_query.DefineStmt) {
	schema, name := names(d.Defnames)
	switch d.Kind {
	case pg_query.ObjectType_OBJECT_TYPE:
		a.newType(d.Defnames, &catalog.Type{Kind: catalog.BaseType, Category: 'U', Shell: len(d.Definition) == 0})
	case pg_query.ObjectType_OBJECT_AGGREGATE:
		a.createAggregate(d)
	case pg_query.ObjectType_OBJECT_OPERATOR:
		a.createOperator(a.creationSchema(schema), name, options(d.Definition))
	default:
		kind, ok := objectKinds[d.Kind]
		if !ok {
			return
		}
		if from := options(d.Definition)["from"]; from != nil && d.Kind == pg_query.ObjectType_OBJECT_COLLATION {
			a.collationNamed(from.Arg)
		}
		ns := a.creationSchema(schema)
		if _, exists := a.s.Object(kind, ns, name); exists {
			if d.IfNotExists {
				return
			}
			a.fail(catalog.Name{Kind: kind, Schema: ns, Name: name}, "42710", "%s %q already exists", kind, name)
		}
		a.s = a.s.WithObject(catalog.Object{Kind: kind, Schema: ns, Name: name})
		a.added(catalog.Name{Kind: kind, Schema: ns, Name: name})
	}
}
