package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// named refuses a statement about an object that is not there (get_object_address): COMMENT,
// SECURITY LABEL, OWNER TO.
func (a *applier) named(t pg_query.ObjectType, rv *pg_query.RangeVar, n *pg_query.Node) {
	if rv != nil {
		a.relation(rv)
		return
	}
	switch t {
	case pg_query.ObjectType_OBJECT_COLUMN:
		a.namedColumn(strs(n.GetList().GetItems()))
	case pg_query.ObjectType_OBJECT_TABCONSTRAINT:
		a.namedConstraint(strs(n.GetList().GetItems()))
	case pg_query.ObjectType_OBJECT_DOMCONSTRAINT:
		a.namedDomainConstraint(n.GetList().GetItems())
	case pg_query.ObjectType_OBJECT_ROLE:
		a.mustRole(n.GetString_().GetSval())
	case pg_query.ObjectType_OBJECT_TYPE, pg_query.ObjectType_OBJECT_DOMAIN:
		if tn := n.GetTypeName(); tn != nil {
			a.typ(tn)
		} else {
			a.mustType(n.GetList().GetItems())
		}
	case pg_query.ObjectType_OBJECT_FUNCTION, pg_query.ObjectType_OBJECT_PROCEDURE, pg_query.ObjectType_OBJECT_ROUTINE,
		pg_query.ObjectType_OBJECT_AGGREGATE:
		a.mustFunction(n.GetObjectWithArgs())
	case pg_query.ObjectType_OBJECT_PUBLICATION:
		a.mustPublication(n.GetString_().GetSval())
	case pg_query.ObjectType_OBJECT_TABLE, pg_query.ObjectType_OBJECT_VIEW, pg_query.ObjectType_OBJECT_MATVIEW,
		pg_query.ObjectType_OBJECT_SEQUENCE,
		pg_query.ObjectType_OBJECT_INDEX, pg_query.ObjectType_OBJECT_FOREIGN_TABLE:
		schema, name := listName(n)
		r := a.relation(&pg_query.RangeVar{Schemaname: schema, Relname: name})
		a.rightKind(r, t)
	case pg_query.ObjectType_OBJECT_EXTENSION:
		if n.GetString_().GetSval() != "plpgsql" {
			a.resolveDrop(&pg_query.DropStmt{RemoveType: t}, n)
		}
	case pg_query.ObjectType_OBJECT_SCHEMA, pg_query.ObjectType_OBJECT_TRIGGER, pg_query.ObjectType_OBJECT_POLICY,
		pg_query.ObjectType_OBJECT_RULE, pg_query.ObjectType_OBJECT_OPERATOR, pg_query.ObjectType_OBJECT_COLLATION,
		pg_query.ObjectType_OBJECT_STATISTIC_EXT, pg_query.ObjectType_OBJECT_EVENT_TRIGGER, pg_query.ObjectType_OBJECT_FDW,
		pg_query.ObjectType_OBJECT_FOREIGN_SERVER:
		a.resolveDrop(&pg_query.DropStmt{RemoveType: t}, n)
	}
}

// namedTable finds the table of a dotted name that ends in a part of it.
func (a *applier) namedTable(parts []string) (*catalog.Relation, string) {
	if len(parts) < 2 {
		return nil, ""
	}
	rv := &pg_query.RangeVar{Relname: parts[len(parts)-2]}
	if len(parts) > 2 {
		rv.Schemaname = parts[len(parts)-3]
	}
	return a.relation(rv), parts[len(parts)-1]
}

func (a *applier) namedColumn(parts []string) {
	r, column := a.namedTable(parts)
	if r == nil || r.Open || r.Column(column) != nil {
		return
	}
	if _, system := catalog.SystemColumns[column]; !system {
		a.fail(columnName(r, column), "42703", "column %q of relation %q does not exist", column, r.Name)
	}
}

func (a *applier) namedConstraint(parts []string) {
	r, name := a.namedTable(parts)
	if r != nil && r.Constraint(name) == nil {
		a.fail(constraintName(r, name), "42704", "constraint %q for table %q does not exist", name, r.Name)
	}
}

func (a *applier) namedDomainConstraint(parts []*pg_query.Node) {
	if len(parts) != 2 {
		return
	}
	ref := a.typ(parts[0].GetTypeName())
	name := parts[1].GetString_().GetSval()
	t, ok := a.s.TypeByID(ref.ID)
	if !ok || t.Kind != catalog.DomainType {
		return
	}
	for _, c := range t.Constraints {
		if c.Name == name {
			return
		}
	}
	a.fail(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name}, "42704",
		"constraint %q for domain %s does not exist", name, t.Name)
}

// mustBare returns an object that is in no schema.
func (a *applier) mustBare(kind catalog.Kind, name string) catalog.Object {
	o, ok := a.s.Object(kind, "", name)
	if !ok && a.s.Whole() {
		a.fail(catalog.Name{Kind: kind, Name: name}, "42704", "%s %q does not exist", kind, name)
	}
	return o
}

func (a *applier) createBare(kind catalog.Kind, name string, ifNotExists bool) {
	if _, ok := a.s.Object(kind, "", name); ok {
		if ifNotExists {
			return
		}
		a.fail(catalog.Name{Kind: kind, Name: name}, "42710", "%s %q already exists", kind, name)
	}
	a.s = a.s.WithObject(catalog.Object{Kind: kind, Name: name})
	a.added(catalog.Name{Kind: kind, Name: name})
}

func (a *applier) createEventTrigger(c *pg_query.CreateEventTrigStmt) {
	schema, name := names(c.Funcname)
	fn := a.triggerFunction(schema, name)
	a.createBare(catalog.KindEventTrigger, c.Trigname, false)
	if fn == nil {
		return
	}
	o := catalog.Object{Kind: catalog.KindEventTrigger, Name: c.Trigname,
		Deps: []catalog.Dep{{Class: catalog.ClassFunction, ID: fn.ID}}}
	if d := options(c.Whenclause)["tag"]; d != nil {
		o.Tags = strs(d.Arg.GetList().GetItems())
	}
	a.s = a.s.WithObject(o)
}

// createStatistics keeps statistics objects by name; they go with their table.
func (a *applier) createStatistics(s *pg_query.CreateStatsStmt) {
	schema, name := names(s.Defnames)
	var deps []catalog.Dep
	for _, n := range s.Relations {
		if rv := n.GetRangeVar(); rv != nil {
			deps = append(deps, catalog.Dep{Class: catalog.ClassRelation, ID: a.relation(rv).ID})
		}
	}
	if name == "" {
		return
	}
	schema = a.creationSchema(schema)
	n := catalog.Name{Kind: kindStatistics, Schema: schema, Name: name}
	if _, ok := a.s.Object(kindStatistics, schema, name); ok {
		if s.IfNotExists {
			return
		}
		a.fail(n, "42710", "statistics object %q already exists", name)
	}
	a.s = a.s.WithObject(catalog.Object{Kind: kindStatistics, Schema: schema, Name: name, Deps: deps})
	a.added(n)
}

// alterFunction runs ALTER FUNCTION on the options that calls depend on.
func (a *applier) alterFunction(s *pg_query.AlterFunctionStmt) {
	f := a.mustFunction(s.Func)
	if f == nil || f.ID == 0 {
		return
	}
	c := *f
	for _, n := range s.Actions {
		switch d := n.GetDefElem(); d.GetDefname() {
		case "security":
			c.SecurityDefiner = d.Arg.GetBoolean().GetBoolval()
		case "volatility":
			c.Stable = isStable(d.Arg.GetString_().GetSval())
		case "strict":
			c.Strict = d.Arg.GetBoolean().GetBoolval()
		case "set":
			v := d.Arg.GetVariableSetStmt()
			switch {
			case v.GetName() != "search_path":
			case v.Kind == pg_query.VariableSetKind_VAR_SET_VALUE:
				c.SearchPath = settingList(v.Args)
			default:
				c.SearchPath = nil
			}
		}
	}
	a.s = a.s.WithFunction(&c)
	a.changed(functionName(f))
}

func stringNode(s string) *pg_query.Node { return pg_query.MakeStrNode(s) }

func listNode(items []*pg_query.Node) *pg_query.Node { return pg_query.MakeListNode(items) }

// viewOptions applies the options of WITH and SET on a view.
func (t *alteration) viewOptions(list []*pg_query.Node, set bool) {
	if t.rel().View == nil {
		return
	}
	t.edit(t.id, func(r *catalog.Relation) {
		d := *r.View
		viewOptions(&d, list, set)
		r.View = &d
	})
}

func viewOptions(d *catalog.ViewDetail, list []*pg_query.Node, set bool) {
	for _, n := range list {
		switch o := n.GetDefElem(); o.GetDefname() {
		case "security_invoker":
			d.SecurityInvoker = set && isOn(o.Arg)
		case "check_option":
			d.CheckOption = set
		}
	}
}

// isOn reads a boolean option; without a value it is on (defGetBoolean).
func isOn(n *pg_query.Node) bool {
	if n == nil {
		return true
	}
	text := n.GetString_().GetSval()
	if names := strs(n.GetTypeName().GetNames()); len(names) > 0 {
		text = names[len(names)-1]
	}
	return !slices.Contains([]string{"off", "false", "no", "0"}, text) &&
		(n.GetInteger() == nil || n.GetInteger().Ival != 0)
}
