// Package live reads a catalog.Schema from a running server: everything that the simulator
// models, set-wise, in one read-only transaction that sees one state; and, from the same state,
// which migrations a tool has run, and which statements the server has seen.
//
// Its input is a connection; its output goes to catalog/snapshot, to the commands as a base,
// and to the proofs that compare it with what sqlscan/ddl made of the same statements. IDs are
// the server's OIDs. It is fit for servers in production: it takes no locks but those of reading
// the catalog (the definition of a view takes one on the view for as long as that query lasts),
// waits for those of others for two seconds at most, has a time limit for each query, prepares
// nothing under a name and sets nothing outside of its transaction, so that a pooler can be
// between. What the role may not read is open.
//
// It does not parse: the definitions of views are text, and which of their columns pass on a
// table's column is left to sqlscan/ddl.Complete.
package live

import (
	"context"
	"embed"

	"github.com/schemavet/schemavet/catalog"
)

//go:embed *.sql
var queries embed.FS

// Server says where a schema came from.
type Server struct {
	// Version is server_version_num: 150018 is 15.18.
	Version  int
	Database string
	// Recovery says that it is a standby, or replays a backup.
	Recovery bool
	// System identifies the cluster (pg_control_system); with the database it tells two
	// servers apart. It is empty where the role may not ask.
	System string
}

// Major is the major version.
func (s Server) Major() int { return s.Version / 10000 }

// Newer says that the server is newer than those that the queries are written for.
func (s Server) Newer() bool { return s.Major() > newest }

// reader carries the state of one reading. The first error ends it.
type reader struct {
	*Session
	err    error
	schema *catalog.Schema
	// members gives the extension that an object belongs to.
	members map[object]string
	needs   map[object][]catalog.Dep
	// acls are those that were ever changed.
	acls map[object]catalog.ACL
	// owners are the columns that own sequences.
	owners    map[catalog.ID]owner
	relations map[catalog.ID]*catalog.Relation
	types     map[catalog.ID]*catalog.Type
	// top is the highest OID that was read.
	top catalog.ID
}

// object is a row of a system catalog, or a column of a relation.
type object struct {
	catalog string
	id      catalog.ID
	column  int32
}

type owner struct {
	table    catalog.ID
	column   int16
	identity bool
}

// rows runs the query of a file. What the role may not read has none, and is said.
func rows[T any](ctx context.Context, r *reader, file string) []T {
	if r.err != nil || r.refused[file] {
		return nil
	}
	list, err := query[T](ctx, r.Session, file)
	if err != nil {
		r.err = r.failed(file, err)
	}
	return list
}

func (r *reader) read(ctx context.Context) *catalog.Schema {
	r.schema = catalog.New(r.server.Major()).WithoutNamespace("public")
	r.readMembers(ctx)
	r.readDepends(ctx)
	r.readGrants(ctx)
	r.readNamespaces(ctx)
	r.readTypes(ctx)
	r.readFunctions(ctx)
	r.readRelations(ctx)
	r.readOperators(ctx)
	r.readObjects(ctx)
	r.readRoles(ctx)
	r.readPublications(ctx)
	if r.err != nil {
		return nil
	}
	return r.schema.Reserve(r.top + 1)
}

func (r *reader) seen(id catalog.ID) { r.top = max(r.top, id) }

func (r *reader) extension(class string, id catalog.ID) string {
	return r.members[object{class, id, 0}]
}

func (r *reader) readMembers(ctx context.Context) {
	type member struct {
		Catalog   string
		ID        catalog.ID
		Extension string
	}
	r.members = map[object]string{}
	for _, m := range rows[member](ctx, r, "members.sql") {
		r.members[object{m.Catalog, m.ID, 0}] = m.Extension
	}
}

var depClasses = map[string]catalog.Class{"pg_class": catalog.ClassRelation, "pg_type": catalog.ClassType,
	"pg_proc": catalog.ClassFunction}

func (r *reader) readDepends(ctx context.Context) {
	type depend struct {
		Catalog    string
		ID         catalog.ID
		Column     int32
		RefCatalog string
		RefID      catalog.ID
		RefColumn  int32
		Type       string
	}
	r.needs, r.owners = map[object][]catalog.Dep{}, map[catalog.ID]owner{}
	for _, d := range rows[depend](ctx, r, "depends.sql") {
		if d.Catalog == "pg_class" && d.RefCatalog == "pg_class" && d.RefColumn > 0 && d.Column == 0 && d.Type != "n" {
			r.owners[d.ID] = owner{d.RefID, int16(d.RefColumn), d.Type == "i"}
		}
		from := object{d.Catalog, d.ID, d.Column}
		r.needs[from] = append(r.needs[from],
			catalog.Dep{Class: depClasses[d.RefCatalog], ID: d.RefID, Column: int16(d.RefColumn)})
	}
}

func (r *reader) readNamespaces(ctx context.Context) {
	type namespace struct {
		ID          catalog.ID
		Name, Owner string
	}
	for _, n := range rows[namespace](ctx, r, "namespaces.sql") {
		ns := catalog.Namespace{Name: n.Name, Extension: r.extension("pg_namespace", n.ID),
			ACL: r.acls[object{"pg_namespace", n.ID, 0}]}
		ns.ACL.Owner = n.Owner
		r.schema = r.schema.WithNamespace(ns)
	}
	type additions struct{ Count int64 }
	for _, x := range rows[additions](ctx, r, "additions.sql") {
		if x.Count > 0 {
			r.schema = r.schema.WithNamespace(catalog.Namespace{Name: "pg_catalog", Open: true})
		}
	}
	type extension struct{ Name, Schema string }
	for _, e := range rows[extension](ctx, r, "extensions.sql") {
		r.schema = r.schema.WithExtension(catalog.Extension{Name: e.Name, Schema: e.Schema, Known: true})
	}
	type setting struct{ Role, Name, Value string }
	for _, s := range rows[setting](ctx, r, "settings.sql") {
		if s.Name == "search_path" {
			r.schema = r.schema.WithSearchPath(s.Role, catalog.ParseSearchPath(s.Value))
		} else {
			r.schema = r.schema.WithSetting(s.Role, s.Name, s.Value)
		}
	}
}
