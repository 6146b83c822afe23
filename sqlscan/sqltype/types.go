// Package sqltype is PostgreSQL's choice of types, operators and functions: which type becomes which
// and how (parse_coerce.c), which of several candidates a call means (parse_func.c), what the
// polymorphic types of a call stand for, what can be sorted, compared or holds less than another.
//
// All of it are pure functions of a catalog.Schema and of type IDs; 0 is a type that is not known,
// of which nothing is refused. It knows no statements.
package sqltype

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// Context is how much a place allows (CoercionContext): what happens by itself, what an
// assignment may do, what a cast may do.
type Context byte

// The contexts, each with what those before it allow.
const (
	Implicit Context = iota
	Assignment
	Explicit
)

// castContexts orders pg_cast.castcontext.
var castContexts = map[byte]Context{'i': Implicit, 'a': Assignment, 'e': Explicit}

// pathKind is how a value of one type becomes one of another (CoercionPathType).
type pathKind byte

const (
	noPath pathKind = iota
	relabel
	castFunction
	throughText
	arrayPath
)

// Pseudo-types that rules of coercion name.
const (
	OIDAny         catalog.ID = 2276
	oidCstring     catalog.ID = 2275
	OIDRecordArray catalog.ID = 2287
	OIDInt2Vector  catalog.ID = 22
	OIDOidVector   catalog.ID = 30
)

// Types answers questions about types as lsyscache.c and parse_coerce.c do.
type Types struct{ *catalog.Schema }

// Category is the letter of pg_type.typcategory, 0 for a type that is not known.
func (t Types) Category(id catalog.ID) byte {
	if typ, ok := t.TypeByID(id); ok {
		return typ.Category
	}
	return 0
}

// Preferred says that the type is the preferred one of its category.
func (t Types) Preferred(id catalog.ID) bool {
	typ, ok := t.TypeByID(id)
	return ok && typ.Preferred
}

// Elem is the element type of a true array (get_element_type), 0 for other types.
func (t Types) Elem(id catalog.ID) catalog.ID {
	typ, ok := t.TypeByID(id)
	if !ok {
		return 0
	}
	return typ.Elem
}

// ArrayOf is the type of arrays of a type (get_array_type), 0 if there is none.
func (t Types) ArrayOf(id catalog.ID) catalog.ID {
	typ, ok := t.TypeByID(id)
	if !ok {
		return 0
	}
	return typ.Array
}

// Kind is pg_type.typtype, 0 for a type that is not known.
func (t Types) Kind(id catalog.ID) catalog.TypeKind {
	typ, ok := t.TypeByID(id)
	if !ok {
		return 0
	}
	return typ.Kind
}

// Composite says that values are rows (ISCOMPLEX), through domains as well.
func (t Types) Composite(id catalog.ID) bool { return t.Kind(t.BaseType(id)) == catalog.CompositeType }

// path finds the coercion pathway (find_coercion_pathway).
func (t Types) path(target, source catalog.ID, ctx Context) pathKind {
	source, target = t.BaseType(source), t.BaseType(target)
	if source == target {
		return relabel
	}
	if c, ok := t.Cast(source, target); ok {
		if castContexts[c.Context] > ctx {
			return noPath
		}
		return map[byte]pathKind{'f': castFunction, 'b': relabel, 'i': throughText}[c.Method]
	}
	if target != OIDOidVector && target != OIDInt2Vector {
		if te, se := t.Elem(target), t.Elem(source); te != 0 && se != 0 {
			if t.path(te, se, ctx) != noPath {
				return arrayPath
			}
			return noPath
		}
	}
	switch {
	case ctx >= Assignment && t.Category(target) == 'S':
		return throughText
	case ctx >= Explicit && t.Category(source) == 'S':
		return throughText
	}
	return noPath
}

// CallCasts says that the name of a type, called like a function with a value of another, is a cast
// (func_get_detail, FUNCDETAIL_COERCION).
func (t Types) CallCasts(from, to catalog.ID) bool {
	switch t.path(to, from, Explicit) {
	case relabel:
		return true
	case throughText:
		return from != catalog.OIDRecord && !t.Composite(from) || t.Category(to) != 'S'
	}
	return false
}

// binaryCoercible says that a value needs no work at all (IsBinaryCoercible).
func (t Types) binaryCoercible(source, target catalog.ID) bool {
	source = t.BaseType(source)
	switch {
	case source == target, target == OIDAny, target == anyElement:
		return true
	case target == anyArray:
		return t.Elem(source) != 0
	case target == anyNonArray:
		return t.Elem(source) == 0
	case target == anyEnum:
		return t.Kind(source) == catalog.EnumType
	case target == anyRange:
		return t.Kind(source) == catalog.RangeType
	case target == anyMultirange:
		return t.Kind(source) == catalog.MultirangeType
	case target == catalog.OIDRecord:
		return t.Composite(source)
	case target == OIDRecordArray:
		return t.Composite(t.Elem(source))
	}
	c, ok := t.Cast(source, target)
	return ok && c.Method == 'b' && c.Context == 'i'
}

// CanCoerce says that values of the types in can be given where target is declared
// (can_coerce_type).
func (t Types) CanCoerce(in, target []catalog.ID, ctx Context) bool {
	generic := false
	for i, have := range in {
		want := target[i]
		switch {
		case have == want || want == OIDAny:
		case IsPolymorphic(want):
			generic = true
		case have == catalog.OIDUnknown || have == 0 || want == 0:
		case t.path(want, have, ctx) != noPath:
		case have == catalog.OIDRecord && t.Composite(want), want == catalog.OIDRecord && t.Composite(have):
		case want == OIDRecordArray && t.Composite(t.Elem(have)):
		case t.inherits(have, want):
		default:
			return false
		}
	}
	if !generic {
		return true
	}
	_, ok := t.Solve(in, target)
	return ok
}

// inherits says that one row type is that of a table that inherits from the other's, or that
// was made of it (typeInheritsFrom, typeIsOfTypedTable).
func (t Types) inherits(child, parent catalog.ID) bool {
	from, ok1 := t.TypeByID(t.BaseType(child))
	to, ok2 := t.TypeByID(parent)
	if !ok1 || !ok2 || from.Relation == 0 || to.Relation == 0 {
		return false
	}
	if r, ok := t.RelationByID(from.Relation); ok && r.OfType == parent {
		return true
	}
	return t.relationInherits(from.Relation, to.Relation, 0)
}

func (t Types) relationInherits(child, parent catalog.ID, depth int) bool {
	r, ok := t.RelationByID(child)
	if !ok || depth > 100 {
		return false
	}
	return slices.ContainsFunc(r.Parents, func(p catalog.ID) bool {
		return p == parent || t.relationInherits(p, parent, depth+1)
	})
}

// Common is the type that all can be coerced to (select_common_type); 0 and the first type
// that does not fit if their categories differ. Types that are not known (0) make it 0
// without a misfit.
func (t Types) Common(list []catalog.ID) (typ, misfit catalog.ID) {
	if len(list) == 0 {
		return 0, 0
	}
	if slices.Contains(list, 0) {
		return 0, 0
	}
	p := list[0]
	if p != catalog.OIDUnknown && !slices.ContainsFunc(list, func(id catalog.ID) bool { return id != p }) {
		return p, 0
	}
	p = t.BaseType(p)
	for _, id := range list[1:] {
		n := t.BaseType(id)
		switch {
		case n == catalog.OIDUnknown || n == p:
		case p == catalog.OIDUnknown:
			p = n
		case t.Category(n) != t.Category(p):
			return 0, id
		case !t.Preferred(p) && t.CanCoerce([]catalog.ID{p}, []catalog.ID{n}, Implicit) &&
			!t.CanCoerce([]catalog.ID{n}, []catalog.ID{p}, Implicit):
			p = n
		}
	}
	if p == catalog.OIDUnknown {
		p = catalog.OIDText
	}
	return p, 0
}

// CanCoerceAll says that values of each type become one of another by themselves
// (verify_common_type).
func (t Types) CanCoerceAll(list []catalog.ID, to catalog.ID) bool {
	return !slices.ContainsFunc(list, func(id catalog.ID) bool {
		return !t.CanCoerce([]catalog.ID{id}, []catalog.ID{to}, Implicit)
	})
}

// Comparable says that values of a type can be told apart (get_sort_group_operators with
// needEQ); Ordered that they can be sorted.
func (t Types) Comparable(id catalog.ID) bool { return t.hasClass(id, false, 0) }
func (t Types) Ordered(id catalog.ID) bool    { return t.hasClass(id, true, 0) }

func (t Types) hasClass(id catalog.ID, sorting bool, depth int) bool {
	if id == 0 || depth > 32 {
		return true
	}
	id = t.BaseType(id)
	typ, ok := t.TypeByID(id)
	if !ok {
		return true
	}
	switch {
	case typ.Elem != 0:
		return t.hasClass(typ.Elem, sorting, depth+1)
	case typ.Kind == catalog.CompositeType:
		row, ok := t.RowColumns(id)
		return !ok || !slices.ContainsFunc(row,
			func(c catalog.Column) bool { return !t.hasClass(c.Type.ID, sorting, depth+1) })
	case typ.Kind == catalog.EnumType, typ.Kind == catalog.RangeType, typ.Kind == catalog.MultirangeType,
		id == catalog.OIDRecord,
		id == catalog.OIDUnknown:
		return true
	}
	return t.classFor("btree", id) || !sorting && t.classFor("hash", id)
}

// classFor says that a type has a default operator class, by itself or through a type that
// it is binary coercible to (GetDefaultOpClass).
func (t Types) classFor(method string, id catalog.ID) bool {
	if _, ok := t.DefaultOpClass(method, id); ok {
		return true
	}
	return slices.ContainsFunc(t.coercibleTo(id), func(to catalog.ID) bool {
		_, ok := t.DefaultOpClass(method, to)
		return ok
	})
}

// coercibleTo lists the types that values of a type already are.
func (t Types) coercibleTo(id catalog.ID) []catalog.ID {
	var out []catalog.ID
	for _, to := range []catalog.ID{catalog.OIDText, catalog.OIDVarchar, catalog.OIDBpchar, catalog.OIDOid, 869,
		catalog.OIDBit, 1562} {
		if to != id && t.binaryCoercible(id, to) {
			out = append(out, to)
		}
	}
	for _, c := range t.Casts() {
		if c.From == id && c.Method == 'b' && c.Context == 'i' {
			out = append(out, c.To)
		}
	}
	return out
}
