package catalog

import (
	"slices"
	"strconv"
)

// Operator is a row of pg_operator; Left is 0 for a prefix operator.
type Operator struct {
	// Schema and Name are as pg_operator has them.
	Schema, Name string
	// Left and Right are the types of the operands, Result what it gives.
	Left, Right, Result ID
	// Extension is the one that it belongs to, if any; Deps are what it needs.
	Extension string
	Deps      []Dep
}

// same says that two operators of one name take the same operands.
func (o Operator) same(p Operator) bool { return o.Left == p.Left && o.Right == p.Right }

// Cast is a row of pg_cast.
type Cast struct {
	// From and To are types.
	From, To ID
	// Context is 'e' (explicit), 'a' (assignment) or 'i' (implicit); Method is 'f' (function),
	// 'b' (binary coercible) or 'i' (input and output functions).
	Context, Method byte
	Extension       string
	Deps            []Dep
}

// OpClass is a row of pg_opclass: how an access method orders or hashes a type.
type OpClass struct {
	// Method is the access method, as btree.
	Schema, Name, Method string
	// Type is the one that it is for; Default says that indexes take it without being told.
	Type    ID
	Default bool
	// Extension is the one that it belongs to, if any.
	Extension string
}

// Operators returns the operators of that name in a schema.
func (s *Schema) Operators(schema, name string) []Operator {
	own, _ := s.operators.Get(qualified(schema, name))
	if schema != "pg_catalog" {
		return own
	}
	builtin := s.builtin().operators[name]
	if len(own) == 0 {
		return builtin
	}
	return append(slices.Clone(builtin), own...)
}

// Operator returns the operator of that name with those operands.
func (s *Schema) Operator(schema, name string, left, right ID) (Operator, bool) {
	own, _ := s.operators.Get(qualified(schema, name))
	for _, o := range own {
		if o.Left == left && o.Right == right {
			return o, true
		}
	}
	if schema != "pg_catalog" {
		return Operator{}, false
	}
	o, ok := s.builtin().exact[operatorKey{name, left, right}]
	return o, ok
}

// operatorKey finds a built-in operator.
type operatorKey struct {
	name        string
	left, right ID
}

// AllOperators returns the operators that are not built in, by schema and name.
func (s *Schema) AllOperators() []Operator {
	var out []Operator
	for _, list := range s.operators.All() {
		out = append(out, list...)
	}
	return out
}

// WithOperator returns the schema with o in place of the one with the same operands.
func (s *Schema) WithOperator(o Operator) *Schema {
	c := s.WithoutOperator(o)
	key := qualified(o.Schema, o.Name)
	list, _ := c.operators.Get(key)
	c.operators = c.operators.With(key, append(slices.Clone(list), o))
	return c
}

// WithoutOperator returns the schema without the operator of that name and operands.
func (s *Schema) WithoutOperator(o Operator) *Schema {
	c := s.copy()
	key := qualified(o.Schema, o.Name)
	list, _ := c.operators.Get(key)
	list = slices.DeleteFunc(slices.Clone(list), o.same)
	if len(list) == 0 {
		c.operators = c.operators.Without(key)
	} else {
		c.operators = c.operators.With(key, list)
	}
	return c
}

func castKey(from, to ID) uint64 { return uint64(from)<<32 | uint64(to) }

// Cast returns the cast between two types, built in or not.
func (s *Schema) Cast(from, to ID) (Cast, bool) {
	if c, ok := s.casts.Get(castKey(from, to)); ok {
		return c, true
	}
	c, ok := s.builtin().casts[[2]ID{from, to}]
	return c, ok
}

// Casts returns the casts that are not built in.
func (s *Schema) Casts() []Cast { return values(s.casts) }

// WithCast returns the schema with c in it.
func (s *Schema) WithCast(c Cast) *Schema {
	n := s.copy()
	n.casts = s.casts.With(castKey(c.From, c.To), c)
	return n
}

// WithoutCast returns the schema without the cast.
func (s *Schema) WithoutCast(from, to ID) *Schema {
	n := s.copy()
	n.casts = s.casts.Without(castKey(from, to))
	return n
}

func opClassKey(o OpClass) string {
	return o.Method + "\x00" + strconv.Itoa(int(o.Type)) + "\x00" + qualified(o.Schema, o.Name)
}

// OpClasses returns the operator classes that are not built in.
func (s *Schema) OpClasses() []OpClass { return values(s.opClasses) }

// OpClass returns an operator class by name; an empty method is any.
func (s *Schema) OpClass(method, schema, name string) (OpClass, bool) {
	match := func(o OpClass) bool {
		return o.Schema == schema && o.Name == name && (method == "" || o.Method == method)
	}
	for _, o := range s.opClasses.All() {
		if match(o) {
			return o, true
		}
	}
	if schema == "pg_catalog" {
		if i := slices.IndexFunc(s.builtin().opClasses, match); i >= 0 {
			return s.builtin().opClasses[i], true
		}
	}
	return OpClass{}, false
}

// DefaultOpClass returns the class that an access method takes for exactly that type.
func (s *Schema) DefaultOpClass(method string, typ ID) (OpClass, bool) {
	for _, o := range s.opClasses.All() {
		if o.Default && o.Method == method && o.Type == typ {
			return o, true
		}
	}
	o, ok := s.builtin().defaults[method+"\x00"+strconv.Itoa(int(typ))]
	return o, ok
}

// WithOpClass returns the schema with o in it.
func (s *Schema) WithOpClass(o OpClass) *Schema {
	c := s.copy()
	c.opClasses = s.opClasses.With(opClassKey(o), o)
	return c
}

// WithoutOpClass returns the schema without the operator class.
func (s *Schema) WithoutOpClass(o OpClass) *Schema {
	c := s.copy()
	c.opClasses = s.opClasses.Without(opClassKey(o))
	return c
}
