package catalog

import (
	"slices"
	"strings"
)

// ID identifies an object for its life, through renames, as an OID does. Built-in
// types have their real OIDs; other objects count from FirstID.
type ID uint32

// FirstID is the first ID of objects that are not built in (FirstNormalObjectId).
const FirstID ID = 16384

// DefaultServer is the major version that an unknown server counts as.
const DefaultServer = 16

// Schema is one state of a database. It is never changed in place: With… and
// Without… return a new one. A nil *Schema is not valid; start from New.
type Schema struct {
	// Server is the server's major version; 0 is unknown.
	Server int

	next       ID
	namespaces Map[string, Namespace]
	relations  Map[ID, *Relation]
	relNames   Map[string, ID]
	types      Map[ID, *Type]
	typeNames  Map[string, ID]
	functions  Map[ID, *Function]
	funcNames  Map[string, []ID]
	extensions Map[string, Extension]
	objects    Map[string, Object]
	settings   Map[string, []string]
	operators  Map[string, []Operator]
	casts      Map[uint64, Cast]
	opClasses  Map[string, OpClass]
	roles      Map[string, Role]
	whole      bool
	unknown    bool
	defaults   Map[string, ACL]
	parameters Map[string, string]
	published  Map[string, Publication]
	index
}

// Namespace is what SQL calls a schema.
type Namespace struct {
	// Name is not quoted.
	Name string
	// Open says that there may be objects that we do not know, OpenRelations that there may be such relations: none
	// that have the names Gone, which statements have dropped since.
	Open, OpenRelations bool
	Gone                []string
	// Extension is the extension that owns it, if any.
	Extension string
	ACL       ACL
}

// Extension is an installed extension.
type Extension struct {
	// Name is that of its control file, Schema where its members are.
	Name, Schema string
	// Known says that its members come from builtin/extension.
	Known bool
}

// Object is an object of a kind of which only the existence matters: a collation, a
// text search configuration.
type Object struct {
	// Kind says what it is; Schema is empty for kinds that are in none.
	Kind         Kind
	Schema, Name string
	// Extension is the one that it belongs to, if any; Deps are what it needs.
	Extension string
	Deps      []Dep
	// Tags are the commands that fire an event trigger; nil is all.
	Tags []string
}

// KindEventTrigger is the kind of an event trigger among the Objects.
const KindEventTrigger Kind = "event trigger"

// New returns an empty database as initdb leaves it: the schema public.
func New(server int) *Schema {
	s := &Schema{Server: server, next: FirstID}
	s.namespaces = s.namespaces.With("public", Namespace{Name: "public"})
	return s
}

// Version is the major version that the binder follows.
func (s *Schema) Version() int {
	if s.Server == 0 {
		return DefaultServer
	}
	return s.Server
}

func (s *Schema) copy() *Schema { c := *s; return &c }

// As is the schema on a server of a major version.
func (s *Schema) As(version int) *Schema {
	c := s.copy()
	c.Server = version
	return c
}

// NewID returns an unused ID and the schema that counts it as used.
func (s *Schema) NewID() (*Schema, ID) {
	c := s.copy()
	c.next++
	return c, s.next
}

// Reserve returns the schema with no ID below next left to give.
func (s *Schema) Reserve(next ID) *Schema {
	c := s.copy()
	c.next = max(s.next, next)
	return c
}

func qualified(schema, name string) string { return schema + "\x00" + name }

// Namespace returns the namespace called name.
func (s *Schema) Namespace(name string) (Namespace, bool) {
	if n, ok := s.namespaces.Get(name); ok {
		return n, true
	}
	switch name {
	case "pg_catalog":
		return Namespace{Name: name, Open: s.Server > NewestServer}, true
	case "information_schema", "pg_toast":
		return Namespace{Name: name}, true
	}
	if s.unknown {
		return Namespace{Name: name, Open: true}, true
	}
	return Namespace{}, false
}

// Unknown returns a database of which nothing is known but what every server has: any schema
// may be there, with anything in it.
func Unknown(server int) *Schema {
	s := New(server)
	public, _ := s.Namespace("public")
	public.Open = true
	s = s.WithNamespace(public)
	s.unknown = true
	return s
}

// IsUnknown says that any schema may be there.
func (s *Schema) IsUnknown() bool { return s.unknown }

// Namespaces returns the namespaces that are not built in, by name.
func (s *Schema) Namespaces() []Namespace { return values(s.namespaces) }

// WithNamespace returns the schema with n in it.
func (s *Schema) WithNamespace(n Namespace) *Schema {
	c := s.copy()
	c.namespaces = s.namespaces.With(n.Name, n)
	return c
}

// WithoutNamespace returns the schema without the namespace; its members stay.
func (s *Schema) WithoutNamespace(name string) *Schema {
	c := s.copy()
	c.namespaces = s.namespaces.Without(name)
	return c
}

// Relation returns the relation of that name.
func (s *Schema) Relation(schema, name string) (*Relation, bool) {
	if id, ok := s.relNames.Get(qualified(schema, name)); ok {
		return s.relations.Get(id)
	}
	return s.builtin().relation(schema, name)
}

// RelationByID returns the relation with that ID.
func (s *Schema) RelationByID(id ID) (*Relation, bool) { return s.relations.Get(id) }

// Relations returns all relations that are not built in, in the order of their making.
func (s *Schema) Relations() []*Relation { return values(s.relations) }

// WithRelation returns the schema with r in place of the relation of the same ID.
func (s *Schema) WithRelation(r *Relation) *Schema {
	c := s.copy()
	old, had := s.relations.Get(r.ID)
	moved := had && (old.Schema != r.Schema || old.Name != r.Name)
	if moved {
		c.relNames = c.relNames.Without(qualified(old.Schema, old.Name))
	}
	c.relations = c.relations.With(r.ID, r)
	if !had || moved {
		c.relNames = c.relNames.With(qualified(r.Schema, r.Name), r.ID)
	}
	c.reindex(old, r)
	return c
}

// WithoutRelation returns the schema without the relation; what depends on it stays.
func (s *Schema) WithoutRelation(id ID) *Schema {
	r, ok := s.relations.Get(id)
	if !ok {
		return s
	}
	c := s.copy()
	c.relations = s.relations.Without(id)
	c.relNames = s.relNames.Without(qualified(r.Schema, r.Name))
	c.reindex(r, nil)
	return c
}

// Type returns the type of that name; arrays are named as the server names them.
func (s *Schema) Type(schema, name string) (*Type, bool) {
	if id, ok := s.typeNames.Get(qualified(schema, name)); ok {
		return s.types.Get(id)
	}
	return s.builtin().typeNamed(schema, name)
}

// TypeByID returns the type with that ID, built in or not.
func (s *Schema) TypeByID(id ID) (*Type, bool) {
	if id < FirstID {
		t, ok := s.builtin().types[id]
		return t, ok
	}
	return s.types.Get(id)
}

// Types returns all types that are not built in, in the order of their making.
func (s *Schema) Types() []*Type { return values(s.types) }

// WithType returns the schema with t in place of the type of the same ID.
func (s *Schema) WithType(t *Type) *Schema {
	c := s.copy()
	old, ok := s.types.Get(t.ID)
	if ok {
		c.typeNames = c.typeNames.Without(qualified(old.Schema, old.Name))
	}
	c.use(t.ID, namedByType(old), namedByType(t))
	c.types = c.types.With(t.ID, t)
	c.typeNames = c.typeNames.With(qualified(t.Schema, t.Name), t.ID)
	return c
}

// WithoutType returns the schema without the type; what depends on it stays.
func (s *Schema) WithoutType(id ID) *Schema {
	t, ok := s.types.Get(id)
	if !ok {
		return s
	}
	c := s.copy()
	c.use(id, namedByType(t), nil)
	c.types = s.types.Without(id)
	c.typeNames = s.typeNames.Without(qualified(t.Schema, t.Name))
	return c
}

// Functions returns the functions, procedures and aggregates of that name.
func (s *Schema) Functions(schema, name string) []*Function {
	if schema == "pg_catalog" || schema == "information_schema" {
		return s.builtin().functions[qualified(schema, name)]
	}
	ids, _ := s.funcNames.Get(qualified(schema, name))
	out := make([]*Function, 0, len(ids))
	for _, id := range ids {
		if f, ok := s.functions.Get(id); ok {
			out = append(out, f)
		}
	}
	return out
}

// FunctionByID returns the function with that ID.
func (s *Schema) FunctionByID(id ID) (*Function, bool) { return s.functions.Get(id) }

// AllFunctions returns all functions that are not built in, in the order of their making.
func (s *Schema) AllFunctions() []*Function { return values(s.functions) }

// WithFunction returns the schema with f in place of the function of the same ID.
func (s *Schema) WithFunction(f *Function) *Schema {
	c := s.WithoutFunction(f.ID)
	if c == s {
		c = s.copy()
	}
	c.use(f.ID, nil, namedByFunction(f))
	c.functions = c.functions.With(f.ID, f)
	key := qualified(f.Schema, f.Name)
	ids, _ := c.funcNames.Get(key)
	c.funcNames = c.funcNames.With(key, append(slices.Clone(ids), f.ID))
	return c
}

// WithoutFunction returns the schema without the function; what depends on it stays.
func (s *Schema) WithoutFunction(id ID) *Schema {
	f, ok := s.functions.Get(id)
	if !ok {
		return s
	}
	c := s.copy()
	c.use(id, namedByFunction(f), nil)
	c.functions = s.functions.Without(id)
	key := qualified(f.Schema, f.Name)
	ids, _ := c.funcNames.Get(key)
	ids = slices.DeleteFunc(slices.Clone(ids), func(i ID) bool { return i == id })
	if len(ids) == 0 {
		c.funcNames = c.funcNames.Without(key)
	} else {
		c.funcNames = c.funcNames.With(key, ids)
	}
	return c
}

// Extension returns the installed extension of that name.
func (s *Schema) Extension(name string) (Extension, bool) { return s.extensions.Get(name) }

// Extensions returns the installed extensions by name.
func (s *Schema) Extensions() []Extension { return values(s.extensions) }

// WithExtension returns the schema with e installed.
func (s *Schema) WithExtension(e Extension) *Schema {
	c := s.copy()
	c.extensions = s.extensions.With(e.Name, e)
	return c
}

// WithoutExtension returns the schema without the extension; its members stay.
func (s *Schema) WithoutExtension(name string) *Schema {
	c := s.copy()
	c.extensions = s.extensions.Without(name)
	return c
}

func objectKey(kind Kind, schema, name string) string {
	return string(kind) + "\x00" + qualified(schema, name)
}

// Object returns the object of that kind and name, built in or not.
func (s *Schema) Object(kind Kind, schema, name string) (Object, bool) {
	if o, ok := s.objects.Get(objectKey(kind, schema, name)); ok {
		return o, true
	}
	if schema == "pg_catalog" && s.builtin().names[string(kind)+"\x00"+name] {
		return Object{Kind: kind, Schema: schema, Name: name}, true
	}
	return Object{}, false
}

// Objects returns the objects that are not built in, by kind and name.
func (s *Schema) Objects() []Object { return values(s.objects) }

// WithObject returns the schema with o in it.
func (s *Schema) WithObject(o Object) *Schema {
	c := s.copy()
	c.objects = s.objects.With(objectKey(o.Kind, o.Schema, o.Name), o)
	return c
}

// WithoutObject returns the schema without the object.
func (s *Schema) WithoutObject(kind Kind, schema, name string) *Schema {
	c := s.copy()
	c.objects = s.objects.Without(objectKey(kind, schema, name))
	return c
}

// SearchPath returns the search path that ALTER DATABASE (role "") or ALTER ROLE has
// set, and whether one has.
func (s *Schema) SearchPath(role string) ([]string, bool) { return s.settings.Get(role) }

// WithSearchPath returns the schema with the search path of role ("" is the database)
// set; a nil path resets it.
func (s *Schema) WithSearchPath(role string, path []string) *Schema {
	c := s.copy()
	if path == nil {
		c.settings = s.settings.Without(role)
	} else {
		c.settings = s.settings.With(role, path)
	}
	return c
}

// ParseSearchPath reads a list of schemas as the setting search_path has it: separated by
// commas, folded to lower case unless in double quotes (varlena.c, SplitIdentifierString). "$user" is
// left out.
func ParseSearchPath(text string) []string {
	out := []string{}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeft(text, ", \t\n") {
		var name string
		if quoted, ok := strings.CutPrefix(text, `"`); ok {
			name, text = quotedName(quoted)
		} else {
			name, text, _ = strings.Cut(text, ",")
			name = strings.ToLower(strings.TrimSpace(name))
		}
		if name != "" && name != "$user" {
			out = append(out, name)
		}
	}
	return out
}

// quotedName is the name up to its closing quote, of which two stand for one, and what follows it.
func quotedName(text string) (name, rest string) {
	var b strings.Builder
	for {
		part, after, closed := strings.Cut(text, `"`)
		b.WriteString(part)
		if !closed || !strings.HasPrefix(after, `"`) {
			return b.String(), after
		}
		b.WriteByte('"')
		text = after[1:]
	}
}

// OpenAt says that an object may be there that we do not know: the schema of its name, or one
// of the search path, or the relation that it is a part of, is open.
func (s *Schema) OpenAt(n Name, path []string) bool {
	if n.Schema != "" {
		path = []string{n.Schema}
	}
	return slices.ContainsFunc(path, func(schema string) bool {
		rel, ok := s.Relation(schema, n.Name)
		if ns, found := s.Namespace(schema); found && (ns.Open && ok || ns.MayHave(n.Name)) {
			return true
		}
		return ok && rel.Open && (n.Sub == "" || !slices.Contains(rel.Gone, n.Sub))
	})
}

// Opened returns the schema with everything open: anything may be there besides what is known.
func (s *Schema) Opened() *Schema {
	for _, ns := range s.Namespaces() {
		s = s.WithNamespace(ns.Opened())
	}
	var closed []*Relation
	for _, r := range s.relations.From(s.opened) {
		if !r.Open || len(r.Gone) > 0 {
			closed = append(closed, r)
		}
	}
	c := s.copy()
	for _, r := range closed {
		c = c.WithRelation(r.Opened())
	}
	c.opened = c.next
	return c
}

// OpenedTables returns the schema with those of the relations open that are chosen.
func (s *Schema) OpenedTables(chosen func(*Relation) bool) *Schema {
	for _, r := range s.Relations() {
		if !r.Open && chosen(r) {
			s = s.WithRelation(r.Opened())
		}
	}
	return s
}

// Opened is a namespace in which anything may be besides what is known.
func (n Namespace) Opened() Namespace {
	n.Open, n.Gone = true, nil
	return n
}

// MayHave says that a relation may be there that we do not know.
func (n Namespace) MayHave(name string) bool {
	return (n.Open || n.OpenRelations) && !slices.Contains(n.Gone, name)
}

// RelationsOpened returns the schema with relations possible that we do not know, in each namespace but the server's.
func (s *Schema) RelationsOpened() *Schema {
	for _, ns := range s.Namespaces() {
		if ns.Name == "pg_catalog" || ns.Name == "information_schema" {
			continue
		}
		ns.OpenRelations, ns.Gone = true, nil
		s = s.WithNamespace(ns)
	}
	return s
}

// OpenPlaces lists the namespaces ("legacy") and relations ("public.orders") that are
// open, sorted; built-in ones are left out.
func (s *Schema) OpenPlaces() []string {
	var out []string
	for name, n := range s.namespaces.All() {
		if n.Open || n.OpenRelations {
			out = append(out, name)
		}
	}
	for _, r := range s.relations.All() {
		if r.Open {
			out = append(out, r.Schema+"."+r.Name)
		}
	}
	slices.SortFunc(out, strings.Compare)
	return out
}

func values[K interface{ ~string | ~uint32 | ~uint64 }, V any](m Map[K, V]) []V {
	out := make([]V, 0, m.Len())
	for _, v := range m.All() {
		out = append(out, v)
	}
	return out
}
