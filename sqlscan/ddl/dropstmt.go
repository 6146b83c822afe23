package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// dropStmt runs DROP.
func (a *applier) dropStmt(d *pg_query.DropStmt) {
	cascade := d.Behavior == pg_query.DropBehavior_DROP_CASCADE
	var targets []target
	for _, n := range d.Objects {
		if t, ok := a.resolveDrop(d, n); ok {
			targets = append(targets, t)
		}
	}
	if len(targets) > 0 {
		a.drop(targets, cascade)
	}
}

var dropRelKinds = map[pg_query.ObjectType][]catalog.RelKind{
	pg_query.ObjectType_OBJECT_TABLE:         {catalog.Table, catalog.Partitioned},
	pg_query.ObjectType_OBJECT_VIEW:          {catalog.View},
	pg_query.ObjectType_OBJECT_MATVIEW:       {catalog.MatView},
	pg_query.ObjectType_OBJECT_SEQUENCE:      {catalog.Sequence},
	pg_query.ObjectType_OBJECT_INDEX:         {catalog.Index},
	pg_query.ObjectType_OBJECT_FOREIGN_TABLE: {catalog.Foreign},
}

// resolveDrop finds what one name of a DROP means; false if it is missing and may be.
func (a *applier) resolveDrop(d *pg_query.DropStmt, n *pg_query.Node) (target, bool) {
	if kinds, ok := dropRelKinds[d.RemoveType]; ok {
		return a.dropRelation(d, n, kinds)
	}
	switch d.RemoveType {
	case pg_query.ObjectType_OBJECT_TYPE, pg_query.ObjectType_OBJECT_DOMAIN:
		return a.dropType(d, n.GetTypeName())
	case pg_query.ObjectType_OBJECT_FUNCTION, pg_query.ObjectType_OBJECT_PROCEDURE, pg_query.ObjectType_OBJECT_ROUTINE,
		pg_query.ObjectType_OBJECT_AGGREGATE:
		return a.dropFunction(d, n.GetObjectWithArgs())
	case pg_query.ObjectType_OBJECT_SCHEMA:
		name := n.GetString_().GetSval()
		_, ok := a.s.Namespace(name)
		return a.orMissing(d, namespaceTarget(name), ok, "3F000", "schema", name)
	case pg_query.ObjectType_OBJECT_EXTENSION:
		name := n.GetString_().GetSval()
		_, ok := a.s.Extension(name)
		return a.orMissing(d, extensionTarget(name), ok, "42704", "extension", name)
	case pg_query.ObjectType_OBJECT_TRIGGER, pg_query.ObjectType_OBJECT_POLICY, pg_query.ObjectType_OBJECT_RULE:
		return a.dropPart(d, n)
	case pg_query.ObjectType_OBJECT_OPERATOR:
		return a.dropOperator(d, n.GetObjectWithArgs())
	case pg_query.ObjectType_OBJECT_CAST:
		return a.dropCast(d, n.GetList().GetItems())
	case pg_query.ObjectType_OBJECT_OPCLASS:
		return a.dropOperatorClass(d, n)
	case pg_query.ObjectType_OBJECT_PUBLICATION:
		return a.dropPublication(d, n.GetString_().GetSval())
	}
	return a.dropObject(d, n)
}

// orMissing gives the target if it is there, and refuses unless IF EXISTS.
func (a *applier) orMissing(d *pg_query.DropStmt, t target, found bool, sqlstate, what, name string) (target, bool) {
	if !found && !d.MissingOk {
		a.fail(catalog.Name{Name: name}, sqlstate, "%s %q does not exist", what, name)
	}
	return t, found
}

func (a *applier) dropRelation(d *pg_query.DropStmt, n *pg_query.Node, kinds []catalog.RelKind) (target, bool) {
	schema, name := listName(n)
	r := a.lookup(schema, name)
	if r == nil {
		if a.relationGone(schema, name) || d.MissingOk {
			return nil, false
		}
		state := "42P01"
		if kinds[0] == catalog.Index || kinds[0] == catalog.Foreign {
			state = "42704"
		}
		a.fail(catalog.Name{Kind: catalog.KindRelation, Schema: schema, Name: name}, state, "%s %q does not exist",
			kinds[0], name)
	}
	if !slices.Contains(kinds, r.Kind) {
		a.fail(relationName(r), "42809", "%q is not a %s", name, kinds[0])
	}
	if r.Sequence != nil && r.Sequence.Identity && r.Sequence.Owner != 0 {
		a.fail(relationName(r), "2BP01", "cannot drop sequence %s because its identity column requires it", r.Name)
	}
	return relationTarget(r.ID), true
}

func (a *applier) dropType(d *pg_query.DropStmt, tn *pg_query.TypeName) (target, bool) {
	schema, name := names(tn.GetNames())
	t := a.lookupType(schema, name)
	if t == nil {
		return a.orMissing(d, nil, false, "42704", "type", name)
	}
	if t.ID < catalog.FirstID {
		a.fail(catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name}, "2BP01",
			"cannot drop type %s because it is required by the database system", name)
	}
	if t.Relation != 0 {
		if r := a.current(t.Relation); r != nil && r.Kind != catalog.Composite {
			a.fail(relationName(r), "2BP01", "cannot drop type %s because table %s requires it", name, name)
		}
	}
	return typeTarget(t.ID), true
}

func (a *applier) lookupType(schema, name string) *catalog.Type {
	for _, ns := range a.path(schema) {
		if t, ok := a.s.Type(ns, name); ok {
			return t
		}
	}
	return nil
}

func (a *applier) dropPart(d *pg_query.DropStmt, n *pg_query.Node) (target, bool) {
	parts := strs(n.GetList().GetItems())
	if len(parts) < 2 {
		return nil, false
	}
	part := parts[len(parts)-1]
	schema := ""
	if len(parts) > 2 {
		schema = parts[len(parts)-3]
	}
	r := a.lookup(schema, parts[len(parts)-2])
	if r == nil {
		if d.MissingOk {
			return nil, false
		}
		a.mustSchema(schema)
		a.fail(catalog.Name{Kind: catalog.KindRelation, Schema: schema, Name: parts[len(parts)-2]}, "42P01",
			"relation %q does not exist", parts[len(parts)-2])
	}
	kind := map[pg_query.ObjectType]catalog.Kind{pg_query.ObjectType_OBJECT_TRIGGER: catalog.KindTrigger,
		pg_query.ObjectType_OBJECT_POLICY: catalog.KindPolicy,
		pg_query.ObjectType_OBJECT_RULE:   catalog.KindRule}[d.RemoveType]
	if isSelectRule(r, kind, part) {
		a.fail(relationName(r), "2BP01", "cannot drop rule %s on view %s because the view requires it", part, r.Name)
	}
	return a.orMissing(d, partTarget{kind, r.ID, part}, hasPart(r, kind, part), "42704", string(kind), part)
}

func hasPart(r *catalog.Relation, kind catalog.Kind, name string) bool {
	switch kind {
	case catalog.KindTrigger:
		return slices.ContainsFunc(r.Triggers, func(t catalog.Trigger) bool { return t.Name == name })
	case catalog.KindPolicy:
		return slices.ContainsFunc(r.Policies, func(p catalog.Policy) bool { return p.Name == name })
	}
	return slices.ContainsFunc(r.Rules, func(u catalog.Rule) bool { return u.Name == name })
}

// isSelectRule says that a name is that of the rule which makes a view what it is.
func isSelectRule(r *catalog.Relation, kind catalog.Kind, name string) bool {
	return kind == catalog.KindRule && name == "_RETURN" && r.View != nil
}

// objectKinds are the kinds of which only the existence is kept.
var objectKinds = map[pg_query.ObjectType]catalog.Kind{
	pg_query.ObjectType_OBJECT_COLLATION:       catalog.KindCollation,
	pg_query.ObjectType_OBJECT_TSCONFIGURATION: catalog.KindTSConfig,
	pg_query.ObjectType_OBJECT_TSDICTIONARY:    "ts_dictionary",
	pg_query.ObjectType_OBJECT_TSPARSER:        "ts_parser",
	pg_query.ObjectType_OBJECT_TSTEMPLATE:      "ts_template",
	pg_query.ObjectType_OBJECT_STATISTIC_EXT:   kindStatistics,
}

// Kinds of object that nothing but DDL names.
const (
	kindStatistics catalog.Kind = "statistics"
	kindFDW        catalog.Kind = "foreign-data wrapper"
	kindServer     catalog.Kind = "server"
	kindMethod     catalog.Kind = "access method"
	kindLanguage   catalog.Kind = "language"
	kindTablespace catalog.Kind = "tablespace"
)

// bareKinds are those of objects that are in no schema.
var bareKinds = map[pg_query.ObjectType]catalog.Kind{
	pg_query.ObjectType_OBJECT_EVENT_TRIGGER:  catalog.KindEventTrigger,
	pg_query.ObjectType_OBJECT_FDW:            kindFDW,
	pg_query.ObjectType_OBJECT_FOREIGN_SERVER: kindServer,
	pg_query.ObjectType_OBJECT_ACCESS_METHOD:  kindMethod,
	pg_query.ObjectType_OBJECT_LANGUAGE:       kindLanguage,
	pg_query.ObjectType_OBJECT_TABLESPACE:     kindTablespace,
}

// dropObject drops what is kept by name only. Kinds that are not kept at all (languages,
// casts of transforms, subscriptions) change nothing that a name could see.
func (a *applier) dropObject(d *pg_query.DropStmt, n *pg_query.Node) (target, bool) {
	if kind, ok := bareKinds[d.RemoveType]; ok {
		name := n.GetString_().GetSval()
		_, found := a.s.Object(kind, "", name)
		if !found && !a.s.Whole() {
			return nil, false
		}
		return a.orMissing(d, objectTarget{kind, "", name}, found, "42704",
			string(kind), name)
	}
	if list := n.GetList().GetItems(); len(list) > 0 &&
		(d.RemoveType == pg_query.ObjectType_OBJECT_OPCLASS || d.RemoveType == pg_query.ObjectType_OBJECT_OPFAMILY) {
		a.mustBare(kindMethod, list[0].GetString_().GetSval())
	}
	kind, ok := objectKinds[d.RemoveType]
	if !ok {
		return nil, false
	}
	schema, name := listName(n)
	for _, ns := range a.path(schema) {
		if _, ok := a.s.Object(kind, ns, name); ok {
			return objectTarget{kind, ns, name}, true
		}
	}
	return a.orMissing(d, nil, false, "42704", string(kind), name)
}
