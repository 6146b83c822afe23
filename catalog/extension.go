package catalog

import (
	"errors"
	"io/fs"
	"strings"
)

// CreateExtension returns the schema with the extension's members in namespace schema, and
// the names that it adds. An extension without data opens its namespace. Extensions that
// it requires must be installed already; Requires names them.
func (s *Schema) CreateExtension(name, schema string) (*Schema, []Name) {
	added := []Name{{Kind: KindExtension, Name: name}}
	data, err := fs.ReadFile(builtinFiles, "builtin/extension/"+name+".tsv")
	if errors.Is(err, fs.ErrNotExist) {
		n, _ := s.Namespace(schema)
		n.Open = true
		return s.WithNamespace(n).WithExtension(Extension{Name: name, Schema: schema}), added
	}
	l := &extensionLoader{Schema: s, extension: name, namespace: schema, added: added}
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	for _, line := range lines {
		if f := strings.Split(line, "\t"); f[0] == "type" {
			l.addType(f[1:])
		}
	}
	for _, line := range lines {
		l.addMember(strings.Split(line, "\t"))
	}
	l.finishRelation()
	return l.Schema.WithExtension(Extension{Name: name, Schema: schema, Known: true}), l.added
}

// Requires returns the extensions that name needs, as its control file says.
func Requires(name string) []string {
	data, err := fs.ReadFile(builtinFiles, "builtin/extension/"+name+".tsv")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(data)) {
		if list, ok := strings.CutPrefix(strings.TrimSpace(line), "requires\t"); ok {
			return strings.Split(list, ",")
		}
	}
	return nil
}

// extensionLoader collects the members of one extension.
type extensionLoader struct {
	*Schema
	extension, namespace string
	added                []Name
	relation             *Relation
}

func (l *extensionLoader) typeID(name string) ID {
	if t, ok := l.builtin().typeNamed("pg_catalog", name); ok {
		return t.ID
	}
	if t, ok := l.Type(l.namespace, name); ok {
		return t.ID
	}
	for _, e := range l.Extensions() {
		if t, ok := l.Type(e.Schema, name); ok {
			return t.ID
		}
	}
	return 0
}

// optionalType is typeID for an operand that may be missing.
func (l *extensionLoader) optionalType(name string) ID {
	if name == "" {
		return 0
	}
	return l.typeID(name)
}

func (l *extensionLoader) addType(f []string) {
	t := &Type{
		Schema: l.namespace, Name: f[0], Kind: TypeKind(f[1][0]), Category: f[2][0], Preferred: f[3] == "1",
		Base: TypeRef{ID: l.typeID(f[4])}, Extension: l.extension,
	}
	if t.Kind == EnumType && len(f) > 5 && f[5] != "" {
		t.Labels = strings.Split(f[5], ",")
	}
	l.Schema, _ = l.NewType(t)
	l.added = append(l.added, Name{Kind: KindType, Schema: l.namespace, Name: f[0]})
}

// NewType gives t an ID and an array type and returns the schema with both.
func (s *Schema) NewType(t *Type) (*Schema, *Type) {
	s, t.ID = s.NewID()
	var array ID
	s, array = s.NewID()
	t.Array = array
	name := "_" + t.Name
	for {
		if _, taken := s.Type(t.Schema, name); !taken {
			break
		}
		name = "_" + name
	}
	s = s.WithType(&Type{ID: array, Schema: t.Schema, Name: name, Kind: BaseType, Category: 'A', Elem: t.ID,
		Extension: t.Extension})
	return s.WithType(t), t
}

func (l *extensionLoader) addMember(f []string) {
	switch f[0] {
	case "column":
		l.addColumn(f[1:])
	case "function":
		fn := parseFunction(f[2:], l.typeID)
		fn.Schema, fn.Name, fn.Extension, fn.Language = l.namespace, f[1], l.extension, "c"
		l.Schema, fn.ID = l.NewID()
		l.Schema = l.WithFunction(fn)
		l.added = append(l.added, Name{Kind: KindFunction, Schema: l.namespace, Name: fn.Name})
	case "operator":
		l.Schema = l.WithOperator(Operator{Schema: l.namespace, Name: f[1], Left: l.optionalType(f[2]),
			Right:  l.optionalType(f[3]),
			Result: l.typeID(f[4]), Extension: l.extension})
		l.added = append(l.added, Name{Kind: KindOperator, Schema: l.namespace, Name: f[1]})
	case "cast":
		l.Schema = l.WithCast(Cast{From: l.typeID(f[1]), To: l.typeID(f[2]), Context: f[3][0], Method: f[4][0],
			Extension: l.extension})
		l.added = append(l.added, Name{Kind: KindCast})
	case "opclass":
		l.Schema = l.WithOpClass(OpClass{Schema: l.namespace, Name: f[1], Method: f[2], Type: l.typeID(f[3]),
			Default: f[4] == "1", Extension: l.extension})
		l.added = append(l.added, Name{Kind: KindOpClass, Schema: l.namespace, Name: f[1]})
	case "ts_dictionary", "language":
		l.addObject(Kind(f[0]), f[1])
	case "schema":
		l.Schema = l.WithNamespace(Namespace{Name: f[1], Extension: l.extension})
		l.added = append(l.added, Name{Kind: KindSchema, Name: f[1]})
	}
}

func (l *extensionLoader) addObject(kind Kind, name string) {
	l.Schema = l.WithObject(Object{Kind: kind, Schema: l.namespace, Name: name, Extension: l.extension})
	l.added = append(l.added, Name{Kind: kind, Schema: l.namespace, Name: name})
}

func (l *extensionLoader) addColumn(f []string) {
	if l.relation == nil || l.relation.Name != f[0] {
		l.finishRelation()
		l.relation = &Relation{Schema: l.namespace, Name: f[0], Kind: RelKind(f[1][0]), Extension: l.extension}
		if l.relation.Kind == View {
			l.relation.View = &ViewDetail{}
		}
	}
	l.relation.AddColumn(Column{Name: f[2], Type: TypeRef{ID: l.typeID(f[3])}, NotNull: f[4] == "1", Local: true})
}

func (l *extensionLoader) finishRelation() {
	if l.relation == nil {
		return
	}
	l.Schema, l.relation = l.NewRelation(l.relation)
	l.added = append(l.added, Name{Kind: KindRelation, Schema: l.namespace, Name: l.relation.Name})
	l.relation = nil
}

// NewRelation gives r an ID and, if its rows have a type, a composite type, and returns the
// schema with it.
func (s *Schema) NewRelation(r *Relation) (*Schema, *Relation) {
	s, r.ID = s.NewID()
	if r.Kind != Index && r.Kind != Sequence {
		t := &Type{Schema: r.Schema, Name: r.Name, Kind: CompositeType, Category: 'C', Relation: r.ID, Extension: r.Extension}
		s, t = s.NewType(t)
		r.RowType = t.ID
	}
	return s.WithRelation(r), r
}
