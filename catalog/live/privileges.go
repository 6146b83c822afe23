package live

import (
	"context"

	"github.com/schemavet/schemavet/catalog"
)

// readGrants reads the ACLs of all objects, before the objects.
func (r *reader) readGrants(ctx context.Context) {
	type row struct {
		Catalog                   string
		ID                        catalog.ID
		Column                    int32
		Owner, Grantee, Privilege string
	}
	r.acls = map[object]catalog.ACL{}
	for _, g := range rows[row](ctx, r, "grants.sql") {
		key := object{g.Catalog, g.ID, g.Column}
		acl := r.acls[key]
		acl.Owner = g.Owner
		r.acls[key] = acl.With(g.Grantee, catalog.ParsePrivilege(g.Privilege), 0)
	}
}

// readRoles reads roles and default privileges.
func (r *reader) readRoles(ctx context.Context) {
	type role struct {
		Name                            string
		Superuser, BypassRLS, NoInherit bool
		MemberOf, Aloof                 []string
	}
	for _, x := range rows[role](ctx, r, "roles.sql") {
		r.schema = r.schema.WithRole(catalog.Role{Name: x.Name, Superuser: x.Superuser, BypassRLS: x.BypassRLS,
			NoInherit: x.NoInherit, MemberOf: x.MemberOf, Aloof: x.Aloof})
	}
	r.schema = r.schema.AsWhole()
	type grant struct{ Maker, Schema, Kind, Grantee, Privilege string }
	for _, d := range rows[grant](ctx, r, "defaults.sql") {
		acl := r.schema.DefaultGrants(d.Maker, d.Schema, d.Kind).With(d.Grantee, catalog.ParsePrivilege(d.Privilege), 0)
		r.schema = r.schema.WithDefaultGrants(d.Maker, d.Schema, d.Kind, acl)
	}
}

func (r *reader) readPublications(ctx context.Context) {
	type publication struct {
		Name                string
		All, Update, Delete bool
		Schemas             []string
	}
	type table struct {
		Publication    string
		Table          catalog.ID
		Columns, Where []int16
	}
	tables := map[string][]catalog.PublishedTable{}
	for _, t := range rows[table](ctx, r, "published.sql") {
		pt := catalog.PublishedTable{Table: t.Table, Where: t.Where}
		if len(t.Columns) > 0 {
			pt.Columns = t.Columns
		}
		tables[t.Publication] = append(tables[t.Publication], pt)
	}
	for _, p := range rows[publication](ctx, r, "publications.sql") {
		r.schema = r.schema.WithPublication(catalog.Publication{Name: p.Name, All: p.All, Update: p.Update,
			Delete: p.Delete, Schemas: p.Schemas, Tables: tables[p.Name]})
	}
}
