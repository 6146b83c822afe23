package catalog

// Exported is a Schema as plain data, in a fixed order, for files.
type Exported struct {
	// The fields are those of a Schema, each list in a fixed order.
	Server     int                 `json:"server"`
	Next       ID                  `json:"next"`
	Namespaces []Namespace         `json:"namespaces"`
	Relations  []ExportedRelation  `json:"relations"`
	Types      []*Type             `json:"types"`
	Functions  []*Function         `json:"functions"`
	Extensions []Extension         `json:"extensions"`
	Objects    []Object            `json:"objects"`
	Operators  []Operator          `json:"operators"`
	Casts      []Cast              `json:"casts"`
	OpClasses  []OpClass           `json:"opclasses"`
	Settings   map[string][]string `json:"settings"`
	Roles      []Role              `json:"roles"`
	Whole      bool                `json:"whole"`
	Unknown    bool                `json:"unknown,omitempty"`
	Defaults   map[string]ACL      `json:"defaults"`
	Parameters map[string]string   `json:"parameters"`
	Published  []Publication       `json:"published"`
}

// ExportedRelation is a relation with the highest attribute number that it ever had.
type ExportedRelation struct {
	*Relation
	// LastAttr is the highest attribute number that it ever had.
	LastAttr int16
}

// Export returns the schema as data. It shares what it points to with the schema.
func (s *Schema) Export() Exported {
	e := Exported{
		Server: s.Server, Next: s.next, Namespaces: s.Namespaces(), Types: s.Types(), Functions: s.AllFunctions(),
		Extensions: s.Extensions(), Objects: s.Objects(), Operators: s.AllOperators(), Casts: s.Casts(),
		OpClasses: s.OpClasses(), Settings: map[string][]string{},
		Roles: s.Roles(), Whole: s.whole, Unknown: s.unknown, Defaults: map[string]ACL{}, Parameters: map[string]string{},
		Published: s.Publications(),
	}
	for _, r := range s.Relations() {
		e.Relations = append(e.Relations, ExportedRelation{r, r.LastAttr()})
	}
	for role, path := range s.settings.All() {
		e.Settings[role] = path
	}
	for key, acl := range s.defaults.All() {
		e.Defaults[key] = acl
	}
	for key, value := range s.parameters.All() {
		e.Parameters[key] = value
	}
	return e
}

// Schema returns the schema that was exported.
func (e Exported) Schema() *Schema {
	s := &Schema{Server: e.Server, next: e.Next, whole: e.Whole, unknown: e.Unknown}
	for _, n := range e.Namespaces {
		s = s.WithNamespace(n)
	}
	for _, r := range e.Relations {
		r.SetLastAttr(r.LastAttr)
		s = s.WithRelation(r.Relation)
	}
	for _, t := range e.Types {
		s = s.WithType(t)
	}
	for _, f := range e.Functions {
		s = s.WithFunction(f)
	}
	for _, x := range e.Extensions {
		s = s.WithExtension(x)
	}
	for _, o := range e.Objects {
		s = s.WithObject(o)
	}
	for _, o := range e.Operators {
		s = s.WithOperator(o)
	}
	for _, c := range e.Casts {
		s = s.WithCast(c)
	}
	for _, o := range e.OpClasses {
		s = s.WithOpClass(o)
	}
	for role, path := range e.Settings {
		s = s.WithSearchPath(role, path)
	}
	for _, r := range e.Roles {
		s = s.WithRole(r)
	}
	for key, acl := range e.Defaults {
		s.defaults = s.defaults.With(key, acl)
	}
	for key, value := range e.Parameters {
		s.parameters = s.parameters.With(key, value)
	}
	for _, p := range e.Published {
		s = s.WithPublication(p)
	}
	return s
}
