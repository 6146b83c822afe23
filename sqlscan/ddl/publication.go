package ddl

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
)

const kindPublication catalog.Kind = "publication"

// mustPublication returns a publication. One that was made outside of the migrations is not
// known; it then starts empty.
func (a *applier) mustPublication(name string) catalog.Publication {
	p, ok := a.s.Publication(name)
	if !ok && !a.s.Whole() {
		return catalog.Publication{Name: name}
	}
	if !ok {
		a.fail(catalog.Name{Kind: kindPublication, Name: name}, "42704", "publication %q does not exist", name)
	}
	return p
}

func (a *applier) createPublication(c *pg_query.CreatePublicationStmt) {
	if _, ok := a.s.Publication(c.Pubname); ok {
		a.fail(catalog.Name{Kind: kindPublication, Name: c.Pubname}, "42710", "publication %q already exists", c.Pubname)
	}
	p := catalog.Publication{Name: c.Pubname, All: c.ForAllTables, Update: true, Delete: true}
	p = published(p, c.Options)
	p = a.publish(p, c.Pubobjects)
	a.putPublication(p)
}

// putPublication replaces a publication; what it has had and has now is touched.
func (a *applier) putPublication(p catalog.Publication) {
	old, _ := a.s.Publication(p.Name)
	a.s = a.s.WithPublication(p)
	a.touchPublished(old)
	a.touchPublished(p)
}

func (a *applier) touchPublished(p catalog.Publication) {
	for _, r := range a.s.Relations() {
		if _, ok := a.s.Publishes(p, r); ok && r.IsTable() {
			a.changed(relationName(r))
		}
	}
}

// published reads WITH (publish = '…').
func published(p catalog.Publication, list []*pg_query.Node) catalog.Publication {
	if o := options(list)["publish"]; o != nil {
		text := strings.ToLower(o.Arg.GetString_().GetSval())
		p.Update, p.Delete = strings.Contains(text, "update"), strings.Contains(text, "delete")
	}
	return p
}

// publish adds the objects of FOR, ADD or SET.
func (a *applier) publish(p catalog.Publication, list []*pg_query.Node) catalog.Publication {
	p.Tables, p.Schemas = slices.Clone(p.Tables), slices.Clone(p.Schemas)
	for _, n := range list {
		o := n.GetPublicationObjSpec()
		if t := o.GetPubtable(); t != nil {
			r := a.relation(t.Relation)
			if !r.IsTable() {
				a.fail(relationName(r), "22023", "cannot add relation %q to publication", r.Name)
			}
			pt := catalog.PublishedTable{Table: r.ID,
				Columns: a.keyColumns(r, strs(t.Columns), "column %q of relation does not exist")}
			if t.WhereClause != nil {
				b, _ := sqlscan.BindExpr(t.WhereClause, a.st, a.env(), r, boolType)
				for _, d := range a.bound(b).Deps {
					if d.Class == catalog.ClassRelation && d.ID == r.ID && d.Column > 0 {
						pt.Where = append(pt.Where, d.Column)
					}
				}
			}
			p.Tables = append(p.Tables, pt)
			continue
		}
		p.Schemas = append(p.Schemas, a.publishedSchema(o))
	}
	return p
}

func (a *applier) publishedSchema(o *pg_query.PublicationObjSpec) string {
	name := o.GetName()
	if name == "" {
		name = a.currentSchema()
	}
	if _, ok := a.s.Namespace(name); !ok {
		a.fail(catalog.Name{Kind: catalog.KindSchema, Name: name}, "3F000", "schema %q does not exist", name)
	}
	return name
}

func (a *applier) alterPublication(c *pg_query.AlterPublicationStmt) {
	p := published(a.mustPublication(c.Pubname), c.Options)
	switch {
	case len(c.Pubobjects) == 0:
	case c.Action == pg_query.AlterPublicationAction_AP_AddObjects:
		p = a.publish(p, c.Pubobjects)
	case c.Action == pg_query.AlterPublicationAction_AP_SetObjects:
		p.Tables, p.Schemas = nil, nil
		p = a.publish(p, c.Pubobjects)
	case c.Action == pg_query.AlterPublicationAction_AP_DropObjects:
		p = a.unpublish(p, c.Pubobjects)
	}
	a.putPublication(p)
}

func (a *applier) unpublish(p catalog.Publication, list []*pg_query.Node) catalog.Publication {
	gone := a.publish(catalog.Publication{}, list)
	p.Tables = slices.DeleteFunc(slices.Clone(p.Tables), func(t catalog.PublishedTable) bool {
		return slices.ContainsFunc(gone.Tables, func(g catalog.PublishedTable) bool { return g.Table == t.Table })
	})
	p.Schemas = slices.DeleteFunc(slices.Clone(p.Schemas), func(s string) bool { return slices.Contains(gone.Schemas, s) })
	return p
}

func (a *applier) dropPublication(d *pg_query.DropStmt, name string) (target, bool) {
	p, ok := a.s.Publication(name)
	if !ok && !d.MissingOk {
		a.mustPublication(name)
	}
	if ok {
		a.touchPublished(p)
		a.s = a.s.WithoutPublication(name)
	}
	return nil, false
}

func (a *applier) renamePublication(from, to string) {
	p := a.mustPublication(from)
	if _, ok := a.s.Publication(from); !ok {
		return
	}
	a.s = a.s.WithoutPublication(from)
	p.Name = to
	a.s = a.s.WithPublication(p)
}

// replicaIdentity runs REPLICA IDENTITY.
func (t *alteration) replicaIdentity(s *pg_query.ReplicaIdentityStmt) {
	kind, index := byte('d'), catalog.ID(0)
	if s.IdentityType != "" {
		kind = s.IdentityType[0]
	}
	if kind == 'i' {
		index = t.mustIndex(s.Name).ID
	}
	t.edit(t.id, func(r *catalog.Relation) { r.Identity, r.IdentityIndex = kind, index })
}

// mustIndex returns an index of the table.
func (t *alteration) mustIndex(name string) *catalog.Relation {
	for _, x := range t.s.Indexes(t.id) {
		if x.Name == name {
			return x
		}
	}
	t.fail(catalog.Name{Kind: catalog.KindRelation, Schema: t.rel().Schema, Name: name}, "42704",
		"index %q for table %q does not exist", name, t.rel().Name)
	return nil
}
