package catalog

import (
	"slices"
	"strconv"
	"strings"
)

// OIDs of built-in types that rules of the server name.
const (
	OIDBool        ID = 16
	OIDBytea       ID = 17
	OIDName        ID = 19
	OIDInt8        ID = 20
	OIDInt2        ID = 21
	OIDInt4        ID = 23
	OIDRegproc     ID = 24
	OIDText        ID = 25
	OIDOid         ID = 26
	OIDJSON        ID = 114
	OIDXML         ID = 142
	OIDFloat4      ID = 700
	OIDFloat8      ID = 701
	OIDUnknown     ID = 705
	OIDBpchar      ID = 1042
	OIDVarchar     ID = 1043
	OIDDate        ID = 1082
	OIDTime        ID = 1083
	OIDTimestamp   ID = 1114
	OIDTimestampTZ ID = 1184
	OIDInterval    ID = 1186
	OIDTimeTZ      ID = 1266
	OIDBit         ID = 1560
	OIDNumeric     ID = 1700
	OIDRegclass    ID = 2205
	OIDRecord      ID = 2249
	OIDVoid        ID = 2278
	OIDTrigger     ID = 2279
	OIDUUID        ID = 2950
	OIDJSONB       ID = 3802
)

// TypeKind is pg_type.typtype; arrays are base types with an Elem.
type TypeKind byte

// The kinds of type, as pg_type has them.
const (
	BaseType       TypeKind = 'b'
	EnumType       TypeKind = 'e'
	DomainType     TypeKind = 'd'
	CompositeType  TypeKind = 'c'
	RangeType      TypeKind = 'r'
	MultirangeType TypeKind = 'm'
	PseudoType     TypeKind = 'p'
)

// Type is a row of pg_type. A Type in a Schema is never changed.
type Type struct {
	// ID is an OID below FirstID for built-in types.
	ID ID
	// Schema and Name are as pg_type has them, not quoted.
	Schema, Name string
	// Kind is pg_type.typtype.
	Kind TypeKind
	// Category and Preferred steer the choice between overloads (pg_type.typcategory).
	Category  byte
	Preferred bool
	// Elem is set on array types, Array is the type's own array type.
	Elem, Array ID
	// Relation is that of a composite type.
	Relation  ID
	Extension string

	Labels []string

	Base        TypeRef
	NotNull     bool
	HasDefault  bool
	Constraints []Constraint

	// Subtype is that of a range, Range that of a multirange.
	Subtype, Range ID
	// Shell says that CREATE TYPE has only announced the name.
	Shell bool

	// builtinRelation names the relation of a built-in composite.
	builtinRelation string
}

// Clone returns a copy whose slices can be changed.
func (t *Type) Clone() *Type {
	c := *t
	c.Labels = slices.Clone(t.Labels)
	c.Constraints = slices.Clone(t.Constraints)
	return &c
}

// BaseType follows domains down to the type they are made of.
func (s *Schema) BaseType(id ID) ID {
	for range 64 {
		t, ok := s.TypeByID(id)
		if !ok || t.Kind != DomainType {
			break
		}
		id = t.Base.ID
	}
	return id
}

// MultirangeOf returns the multirange type over a range type; 0 if there is none.
func (s *Schema) MultirangeOf(rng ID) ID {
	if id, ok := s.builtin().multiranges[rng]; ok {
		return id
	}
	for _, t := range s.types.All() {
		if t.Kind == MultirangeType && t.Range == rng {
			return t.ID
		}
	}
	return 0
}

// RowColumns returns the columns of a composite type, and whether it is one.
func (s *Schema) RowColumns(id ID) ([]Column, bool) {
	t, ok := s.TypeByID(s.BaseType(id))
	if !ok || t.Kind != CompositeType {
		return nil, false
	}
	if t.builtinRelation != "" {
		r, ok := s.builtin().relation(t.Schema, t.builtinRelation)
		if !ok {
			return nil, false
		}
		return r.Columns, true
	}
	r, ok := s.RelationByID(t.Relation)
	if !ok {
		return nil, false
	}
	return r.Columns, true
}

// FuncKind is pg_proc.prokind.
type FuncKind byte

// The kinds of function, as pg_proc has them.
const (
	Plain      FuncKind = 'f'
	Procedure  FuncKind = 'p'
	Aggregate  FuncKind = 'a'
	WindowFunc FuncKind = 'w'
)

// Function is a row of pg_proc. A Function in a Schema is never changed.
type Function struct {
	// ID stays when it is renamed or replaced.
	ID ID
	// Schema and Name are as pg_proc has them; several functions may share them.
	Schema, Name string
	// Kind is pg_proc.prokind.
	Kind FuncKind
	// Args are all arguments, those that are given back too.
	Args []Arg
	// Result is what it returns, once or, with ReturnsSet, in any number of rows.
	Result     TypeRef
	ReturnsSet bool
	// Language is sql, plpgsql or another, Body the text of the function.
	Language string
	Body     string
	// SearchPath is the one that the function sets for itself; nil is the caller's.
	SearchPath []string
	// Deps is what the server records: argument and result types, and the objects of a
	// SQL-standard body.
	Deps      []Dep
	Extension string
	// SecurityDefiner says that the body runs as the owner.
	SecurityDefiner bool
	// Strict says that a NULL argument gives NULL without a call.
	Strict bool
	// Stable says that it is STABLE or IMMUTABLE: a result that nobody reads is not asked for.
	Stable bool
	ACL    ACL
}

// Arg is an argument of a function. Mode is 'i', 'o', 'b' (INOUT), 'v' (VARIADIC) or 't'
// (a column of RETURNS TABLE).
type Arg struct {
	// Name is empty for an argument without one.
	Name string
	Type TypeRef
	Mode byte
	// HasDefault says that callers may leave it out.
	HasDefault bool
}

// Inputs returns the arguments that a caller gives.
func (f *Function) Inputs() []Arg {
	var out []Arg
	for _, a := range f.Args {
		if a.Mode == 'i' || a.Mode == 'b' || a.Mode == 'v' {
			out = append(out, a)
		}
	}
	return out
}

// CallArgs returns the arguments that CALL gives a value for: those of a procedure
// include OUT ones.
func (f *Function) CallArgs() []Arg {
	if f.Kind != Procedure {
		return f.Inputs()
	}
	return f.Args
}

// Signature is the function's name with the IDs of its input types.
func (f *Function) Signature() string {
	var b strings.Builder
	b.WriteString(f.Schema + "." + f.Name + "(")
	for i, a := range f.Inputs() {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(a.Type.ID)))
	}
	b.WriteByte(')')
	return b.String()
}

// Outputs returns the arguments that make up the result.
func (f *Function) Outputs() []Arg {
	var out []Arg
	for _, a := range f.Args {
		if a.Mode == 'o' || a.Mode == 'b' || a.Mode == 't' {
			out = append(out, a)
		}
	}
	return out
}

// Variadic says that the last input takes any number of values.
func (f *Function) Variadic() bool {
	in := f.Inputs()
	return len(in) > 0 && in[len(in)-1].Mode == 'v'
}

// Accepts says that the function can be called with that many positional values.
func (f *Function) Accepts(n int) bool {
	in := f.Inputs()
	need := 0
	for i, a := range in {
		if !a.HasDefault {
			need = i + 1
		}
	}
	if f.Variadic() {
		return n >= need
	}
	return n >= need && n <= len(in)
}

// SameInputs says that two functions have the same input types, so that one replaces the
// other.
func (f *Function) SameInputs(g *Function) bool {
	return slices.EqualFunc(f.Inputs(), g.Inputs(), func(a, b Arg) bool { return a.Type.ID == b.Type.ID })
}
