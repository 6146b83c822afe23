// Package ddl simulates PostgreSQL's DDL on a catalog.Schema.
//
// Statements come from migrations and schema files (sqlscan/plan); the result is a new
// Schema, the effects by name, and the session's settings. A statement that the server
// would refuse is an *Error with its SQLSTATE and leaves the Schema as it was. What cannot
// be modelled is an effect with Op Opaque, and what it may have touched becomes Open.
//
// It knows no data: a constraint that existing rows would violate is accepted. The rules
// are those of src/backend/commands and catalog/dependency.c.
package ddl

import (
	"errors"
	"fmt"
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Session is what lasts from one statement of a file to the next.
type Session struct {
	// SearchPath are schemas, not quoted; Role is whom statements run as, empty for the owner of all.
	SearchPath []string
	Role       string
	// Freed says that statements have run on a database where nothing depended on what they drop
	// or change: what does so here is dropped first.
	Freed bool
	// Doubtful says that views which read what a statement changes may be gone: they do not stop it.
	Doubtful bool
	// Pending says that statements have not run yet, so that what the server checks of bodies and what they meet when
	// they run may stop them; Base is the schema before the first of them. Unchecked says that check_function_bodies is
	// off.
	Pending, Unchecked bool
	Base               *catalog.Schema

	outer *Session
}

// checksBodies says that the bodies of functions are looked at when they are made.
func (s Session) checksBodies() bool { return s.Pending && !s.Unchecked }

// Result is what a statement made of the schema.
type Result struct {
	// Schema and Session are those after the statement, Effects what it did.
	Schema  *catalog.Schema
	Session Session
	Effects []catalog.Effect
	// Doubts are what the server would refuse if the tables have the rows for it.
	Doubts []*Error
}

// Error is a refusal by the server.
type Error struct {
	// SQLSTATE and Message are the server's own.
	SQLSTATE, Message string
	// Offset is the 0-based byte in the source of the statement.
	Offset int
	// Object is what the statement was about, as far as it is known.
	Object catalog.Name
}

func (e *Error) Error() string { return fmt.Sprintf("%s (SQLSTATE %s)", e.Message, e.SQLSTATE) }

// refuse is how deep code gives up; Apply turns it into the returned error.
type refuse struct{ err *Error }

// Apply runs one statement. On error the Result holds the schema and session as given.
func Apply(s *catalog.Schema, sess Session, st pgtree.Statement) (res Result, err error) {
	st = st.On(s.Server)
	a := &applier{s: s, sess: sess, st: st}
	defer func() {
		if r := recover(); r != nil {
			no, ok := r.(refuse)
			if !ok {
				panic(r)
			}
			res, err = Result{Schema: s, Session: sess}, no.err
		}
	}()
	if st.Err != nil {
		a.unparsed()
	} else {
		a.statement(st.Node)
	}
	return Result{Schema: a.s, Session: a.sess, Effects: a.effects, Doubts: a.doubts}, nil
}

// applier carries the state of one Apply. Its methods replace s as they go.
type applier struct {
	s       *catalog.Schema
	sess    Session
	st      pgtree.Statement
	effects []catalog.Effect
	doubts  []*Error
	// vars are the variables of a DO block whose values are known: numbers, 1 for what is true.
	vars map[string]int
}

func (a *applier) unparsed() {
	if e, ok := a.st.Err.(*pgtree.Error); ok && a.st.Refused(a.s.Server) {
		panic(refuse{&Error{SQLSTATE: e.SQLSTATE, Message: e.Message, Offset: e.Offset}})
	}
	var limit *pgtree.Limit
	if errors.As(a.st.Err, &limit) {
		a.s = a.s.Opened()
		a.opaque(limit.Reason)
		return
	}
	a.opaque("newer syntax than PostgreSQL 16", catalog.Name{Kind: catalog.KindSchema, Name: a.currentSchema()})
}

// fail refuses the statement.
func (a *applier) fail(object catalog.Name, sqlstate, format string, args ...any) {
	panic(refuse{&Error{SQLSTATE: sqlstate, Message: fmt.Sprintf(format, args...), Offset: a.st.Start, Object: object}})
}

func (a *applier) effect(e catalog.Effect) { a.effects = append(a.effects, e) }

func (a *applier) added(n catalog.Name)   { a.effect(catalog.Effect{Op: catalog.OpAdd, Name: n}) }
func (a *applier) changed(n catalog.Name) { a.effect(catalog.Effect{Op: catalog.OpChange, Name: n}) }

// gone records that what may have been there without our knowledge is there no longer.
func (a *applier) gone(n catalog.Name) { a.effect(catalog.Effect{Op: catalog.OpRemove, Name: n}) }

// columnGone drops a column that a relation may have; false if it is known not to have it.
func (a *applier) columnGone(r *catalog.Relation, name string) bool {
	if !r.MayHave(name) {
		return false
	}
	a.edit(r.ID, func(r *catalog.Relation) { r.Gone = append(slices.Clip(r.Gone), name) })
	a.gone(columnName(r, name))
	return true
}

// relationGone drops a relation that the one open schema of the path may have; false if there is none such.
func (a *applier) relationGone(schema, name string) bool {
	var open []catalog.Namespace
	for _, ns := range a.path(schema) {
		if n, ok := a.s.Namespace(ns); ok && n.MayHave(name) && ns != "pg_catalog" && ns != "pg_temp" {
			open = append(open, n)
		}
	}
	if len(open) != 1 {
		return false
	}
	n := open[0]
	n.Gone = append(slices.Clip(n.Gone), name)
	a.s = a.s.WithNamespace(n)
	a.gone(catalog.Name{Kind: catalog.KindRelation, Schema: n.Name, Name: name})
	return true
}

// opaque records a statement that is not modelled and opens what it may touch.
func (a *applier) opaque(tag string, touched ...catalog.Name) {
	for _, n := range touched {
		switch n.Kind {
		case catalog.KindSchema:
			if ns, ok := a.s.Namespace(n.Name); ok {
				a.s = a.s.WithNamespace(ns.Opened())
			}
		case catalog.KindRelation:
			if r, ok := a.s.Relation(n.Schema, n.Name); ok && r.ID != 0 {
				a.s = a.s.WithRelation(r.Opened())
			}
		}
		a.effect(catalog.Effect{Op: catalog.OpOpaque, Name: n, Tag: tag})
	}
	if len(touched) == 0 {
		a.effect(catalog.Effect{Op: catalog.OpOpaque, Tag: tag})
	}
}

func (a *applier) env() *sqlscan.Env {
	return &sqlscan.Env{Schema: a.s, SearchPath: a.sess.SearchPath, Static: true}
}

// currentSchema is the first schema of the search path that exists; empty if none does.
func (a *applier) currentSchema() string {
	for _, name := range a.sess.SearchPath {
		if _, ok := a.s.Namespace(name); ok {
			return name
		}
	}
	return ""
}

// creationSchema is where an object with that qualifier is made.
func (a *applier) creationSchema(schema string) string {
	if schema == "" {
		schema = a.currentSchema()
		if schema == "" {
			a.fail(catalog.Name{}, "3F000", "no schema has been selected to create in")
		}
		return schema
	}
	if schema == "pg_temp" {
		return schema
	}
	if _, ok := a.s.Namespace(schema); !ok {
		a.fail(catalog.Name{Kind: catalog.KindSchema, Name: schema}, "3F000", "schema %q does not exist", schema)
	}
	return schema
}

// mustSchema refuses a schema that is not there.
func (a *applier) mustSchema(name string) {
	if _, ok := a.s.Namespace(name); !ok && name != "" && name != "pg_temp" {
		a.fail(catalog.Name{Kind: catalog.KindSchema, Name: name}, "3F000", "schema %q does not exist", name)
	}
}

// path is the schemas in which an unqualified name is searched.
func (a *applier) path(schema string) []string {
	if schema != "" {
		return []string{schema}
	}
	path := append([]string{"pg_temp"}, a.sess.SearchPath...)
	if !slices.Contains(path, "pg_catalog") {
		path = append([]string{"pg_catalog"}, path...)
	}
	return path
}

// lookup finds a relation by name; nil if there is none.
func (a *applier) lookup(schema, name string) *catalog.Relation {
	for _, ns := range a.path(schema) {
		if r, ok := a.s.Relation(ns, name); ok {
			return r
		}
	}
	return nil
}

// relation finds a relation that must exist. Whether a missing one is believed, in a schema
// that is open, is the caller's of Apply to say.
func (a *applier) relation(rv *pg_query.RangeVar) *catalog.Relation {
	r := a.lookup(rv.Schemaname, rv.Relname)
	if r == nil {
		a.fail(catalog.Name{Kind: catalog.KindRelation, Schema: rv.Schemaname, Name: rv.Relname}, "42P01",
			"relation %q does not exist", dotted(rv.Schemaname, rv.Relname))
	}
	return r
}

func dotted(schema, name string) string {
	if schema == "" {
		return name
	}
	return schema + "." + name
}

// current returns the relation as it stands now.
func (a *applier) current(id catalog.ID) *catalog.Relation {
	r, _ := a.s.RelationByID(id)
	return r
}

// edit replaces a relation by a changed copy.
func (a *applier) edit(id catalog.ID, change func(*catalog.Relation)) {
	r := a.current(id)
	if r == nil {
		return
	}
	c := r.Clone()
	change(c)
	a.s = a.s.WithRelation(c)
}

// mustColumn returns a column of the relation or refuses.
func (a *applier) mustColumn(r *catalog.Relation, name string) *catalog.Column {
	c := r.Column(name)
	if c == nil {
		a.fail(columnName(r, name), "42703", "column %q of relation %q does not exist", name, r.Name)
	}
	return c
}

func relationName(r *catalog.Relation) catalog.Name {
	return catalog.Name{Kind: catalog.KindRelation, Schema: r.Schema, Name: r.Name}
}

func columnName(r *catalog.Relation, column string) catalog.Name {
	return catalog.Name{Kind: catalog.KindColumn, Schema: r.Schema, Name: r.Name, Sub: column}
}

func constraintName(r *catalog.Relation, name string) catalog.Name {
	return catalog.Name{Kind: catalog.KindConstraint, Schema: r.Schema, Name: r.Name, Sub: name}
}

// bound passes a binding on if the server would accept it as far as parse analysis goes.
func (a *applier) bound(b *sqlscan.Binding) *sqlscan.Binding {
	if o := b.First(sqlscan.RewritePhase); o != nil {
		panic(refuse{&Error{SQLSTATE: o.SQLSTATE, Message: o.Message, Offset: o.Start, Object: o.Object}})
	}
	return b
}

// boolType is what conditions must be.
var boolType = catalog.TypeRef{ID: catalog.OIDBool}

// expr binds an expression over the columns of rel, which must be assignable to the type
// want if that is given, and keeps it as text.
func (a *applier) expr(n *pg_query.Node, rel *catalog.Relation, want catalog.TypeRef) *catalog.Expr {
	if n == nil {
		return nil
	}
	b, _ := sqlscan.BindExpr(n, a.st, a.env(), rel, want)
	a.bound(b)
	return &catalog.Expr{SQL: pgtree.DeparseExpr(n), Deps: b.Deps}
}

func (a *applier) typ(tn *pg_query.TypeName) catalog.TypeRef {
	t, b := sqlscan.ResolveType(tn, a.st, a.env())
	a.bound(b)
	return t
}

func strs(nodes []*pg_query.Node) []string {
	out := make([]string, 0, len(nodes))
	for _, n := range nodes {
		if s := n.GetString_(); s != nil {
			out = append(out, s.Sval)
		}
	}
	return out
}

// names splits a dotted name given as a list.
func names(nodes []*pg_query.Node) (schema, name string) {
	parts := strs(nodes)
	if len(parts) == 0 {
		return "", ""
	}
	if len(parts) > 1 {
		schema = parts[len(parts)-2]
	}
	return schema, parts[len(parts)-1]
}

// listName splits a dotted name given as a List node.
func listName(n *pg_query.Node) (schema, name string) { return names(n.GetList().GetItems()) }

// options collects DefElems by name.
func options(list []*pg_query.Node) map[string]*pg_query.DefElem {
	out := map[string]*pg_query.DefElem{}
	for _, n := range list {
		if d := n.GetDefElem(); d != nil {
			out[d.Defname] = d
		}
	}
	return out
}
