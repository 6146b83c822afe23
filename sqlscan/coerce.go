package sqlscan

import (
	"fmt"
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// coercion is how much a place allows (CoercionContext): what happens by itself, what an
// assignment may do, what a cast may do.
type coercion byte

const (
	implicit coercion = iota
	assignment
	explicit
)

// castContexts orders pg_cast.castcontext.
var castContexts = map[byte]coercion{'i': implicit, 'a': assignment, 'e': explicit}

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
	oidAny         catalog.ID = 2276
	oidCstring     catalog.ID = 2275
	oidRecordArray catalog.ID = 2287
	oidInt2Vector  catalog.ID = 22
	oidOidVector   catalog.ID = 30
)

// types answers questions about types as lsyscache.c and parse_coerce.c do.
type types struct{ *catalog.Schema }

func (t types) category(id catalog.ID) byte {
	if typ, ok := t.TypeByID(id); ok {
		return typ.Category
	}
	return 0
}

func (t types) preferred(id catalog.ID) bool {
	typ, ok := t.TypeByID(id)
	return ok && typ.Preferred
}

// elem is the element type of a true array (get_element_type), 0 for other types.
func (t types) elem(id catalog.ID) catalog.ID {
	typ, ok := t.TypeByID(id)
	if !ok {
		return 0
	}
	return typ.Elem
}

func (t types) arrayOf(id catalog.ID) catalog.ID {
	typ, ok := t.TypeByID(id)
	if !ok {
		return 0
	}
	return typ.Array
}

func (t types) kind(id catalog.ID) catalog.TypeKind {
	typ, ok := t.TypeByID(id)
	if !ok {
		return 0
	}
	return typ.Kind
}

// composite says that values are rows (ISCOMPLEX), through domains as well.
func (t types) composite(id catalog.ID) bool { return t.kind(t.BaseType(id)) == catalog.CompositeType }

// path finds the coercion pathway (find_coercion_pathway).
func (t types) path(target, source catalog.ID, ctx coercion) pathKind {
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
	if target != oidOidVector && target != oidInt2Vector {
		if te, se := t.elem(target), t.elem(source); te != 0 && se != 0 {
			if t.path(te, se, ctx) != noPath {
				return arrayPath
			}
			return noPath
		}
	}
	switch {
	case ctx >= assignment && t.category(target) == 'S':
		return throughText
	case ctx >= explicit && t.category(source) == 'S':
		return throughText
	}
	return noPath
}

// binaryCoercible says that a value needs no work at all (IsBinaryCoercible).
func (t types) binaryCoercible(source, target catalog.ID) bool {
	source = t.BaseType(source)
	switch {
	case source == target, target == oidAny, target == anyElement:
		return true
	case target == anyArray:
		return t.elem(source) != 0
	case target == anyNonArray:
		return t.elem(source) == 0
	case target == anyEnum:
		return t.kind(source) == catalog.EnumType
	case target == anyRange:
		return t.kind(source) == catalog.RangeType
	case target == anyMultirange:
		return t.kind(source) == catalog.MultirangeType
	case target == catalog.OIDRecord:
		return t.composite(source)
	case target == oidRecordArray:
		return t.composite(t.elem(source))
	}
	c, ok := t.Cast(source, target)
	return ok && c.Method == 'b' && c.Context == 'i'
}

// canCoerce says that values of the types in can be given where target is declared
// (can_coerce_type).
func (t types) canCoerce(in, target []catalog.ID, ctx coercion) bool {
	generic := false
	for i, have := range in {
		want := target[i]
		switch {
		case have == want || want == oidAny:
		case isPolymorphic(want):
			generic = true
		case have == catalog.OIDUnknown || have == 0 || want == 0:
		case t.path(want, have, ctx) != noPath:
		case have == catalog.OIDRecord && t.composite(want), want == catalog.OIDRecord && t.composite(have):
		case want == oidRecordArray && t.composite(t.elem(have)):
		case t.inherits(have, want):
		default:
			return false
		}
	}
	if !generic {
		return true
	}
	_, ok := t.solve(in, target)
	return ok
}

// inherits says that one row type is that of a table that inherits from the other's, or that
// was made of it (typeInheritsFrom, typeIsOfTypedTable).
func (t types) inherits(child, parent catalog.ID) bool {
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

func (t types) relationInherits(child, parent catalog.ID, depth int) bool {
	r, ok := t.RelationByID(child)
	if !ok || depth > 100 {
		return false
	}
	return slices.ContainsFunc(r.Parents, func(p catalog.ID) bool {
		return p == parent || t.relationInherits(p, parent, depth+1)
	})
}

// common is the type that all can be coerced to (select_common_type); 0 and the first type
// that does not fit if their categories differ. Types that are not known (0) make it 0
// without a misfit.
func (t types) common(list []catalog.ID) (typ, misfit catalog.ID) {
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
		case t.category(n) != t.category(p):
			return 0, id
		case !t.preferred(p) && t.canCoerce([]catalog.ID{p}, []catalog.ID{n}, implicit) &&
			!t.canCoerce([]catalog.ID{n}, []catalog.ID{p}, implicit):
			p = n
		}
	}
	if p == catalog.OIDUnknown {
		p = catalog.OIDText
	}
	return p, 0
}

func (b *binder) types() types { return types{b.env.Schema} }

// name is the SQL name of a type (format_type_be).
func (t types) name(id catalog.ID) string {
	typ, ok := t.TypeByID(id)
	if !ok {
		return "unknown"
	}
	return displayName(typ.Name)
}

// coerce gives a value a type, or says that there is no way. An untyped literal is read as
// the type, an untyped parameter becomes one.
func (b *binder) coerce(v value, target catalog.TypeRef, ctx coercion) (value, bool) {
	out := value{typ: target, at: v.at, col: v.col}
	switch {
	case v.typ.ID == 0 || target.ID == 0:
	case v.typ.ID == catalog.OIDUnknown:
		if v.param > 0 {
			b.settle(v, target.ID)
		} else if v.isLiteral {
			b.literal(v.literal, target, v.at)
		}
	case v.elems != nil && b.types().composite(target.ID):
		return out, b.coerceRow(v, target.ID, ctx)
	case !b.types().canCoerce([]catalog.ID{v.typ.ID}, []catalog.ID{target.ID}, ctx):
		return out, false
	}
	if v.typ == target {
		return v, true
	}
	out.col = nil
	return out, true
}

// coerceRow makes a ROW() a composite value (coerce_record_to_complex).
func (b *binder) coerceRow(v value, target catalog.ID, ctx coercion) bool {
	row, ok := b.env.Schema.RowColumns(target)
	if !ok {
		return true
	}
	b.looksType(target)
	if len(row) != len(v.elems) {
		return false
	}
	for i, e := range v.elems {
		if _, ok := b.coerce(e, row[i].Type, ctx); !ok {
			return false
		}
	}
	return true
}

// settle gives an untyped parameter the type of its place (variable_coerce_param_hook).
func (b *binder) settle(v value, typ catalog.ID) {
	if isPolymorphic(typ) || typ == oidAny || typ == catalog.OIDUnknown {
		return
	}
	switch had := b.params[v.param]; had {
	case 0:
		b.params[v.param] = typ
	case typ:
	default:
		b.fail(v.at, fmt.Sprintf("parameter %d", v.param), "42P08",
			fmt.Sprintf("inconsistent types deduced for parameter $%d", v.param))
	}
}

// commonOf gives values the type that they have together; context is the construct's name
// in the server's words (select_common_type, coerce_to_common_type).
func (b *binder) commonOf(list []value, context string, at int) value {
	if len(list) == 0 {
		return value{}
	}
	ids := make([]catalog.ID, len(list))
	same := true
	for i, v := range list {
		ids[i] = v.typ.ID
		same = same && v.typ == list[0].typ
	}
	typ, misfit := b.types().common(ids)
	if misfit != 0 {
		first := ids[slices.IndexFunc(ids, func(id catalog.ID) bool { return id != catalog.OIDUnknown })]
		b.mismatch(at, context, "42804",
			fmt.Sprintf("%s types %s and %s cannot be matched", context, b.types().name(first), b.types().name(misfit)), list...)
		return value{failed: true}
	}
	if typ == 0 {
		return value{}
	}
	ref := catalog.TypeRef{ID: typ}
	if same && list[0].typ.ID == typ {
		ref = list[0].typ
	}
	for _, v := range list {
		if _, ok := b.coerce(v, ref, implicit); !ok {
			b.mismatch(at, context, "42846",
				fmt.Sprintf("%s could not convert type %s to %s", context, b.types().name(v.typ.ID), b.types().name(typ)), list...)
		}
	}
	return value{typ: ref}
}

// mismatch notes an error that comes from the types of values; the columns among them are
// what it is about.
func (b *binder) mismatch(at int, construct, sqlstate, message string, about ...value) {
	o := Outcome{Start: at, End: at, Kind: catalog.KindOperator, Fact: Operated, Text: construct, State: Failed,
		SQLSTATE: sqlstate,
		Message:  message}
	b.about(&o, about...)
	b.note(o)
}

// about names the columns behind values as what an outcome depends on.
func (b *binder) about(o *Outcome, values ...value) {
	for _, v := range values {
		if v.col != nil {
			o.Operands = append(o.Operands, v.col.table())
		}
	}
	if len(o.Operands) > 0 {
		o.Object = o.Operands[0]
	}
}

// boolean coerces the condition of a clause (coerce_to_boolean).
func (b *binder) boolean(v value, clause string) {
	b.specific(v, catalog.OIDBool, clause)
}

// specific coerces the argument of a clause that takes one type (coerce_to_specific_type).
func (b *binder) specific(v value, typ catalog.ID, clause string) {
	if _, ok := b.coerce(v, catalog.TypeRef{ID: typ}, assignment); !ok {
		b.mismatch(v.at, clause, "42804",
			fmt.Sprintf("argument of %s must be type %s, not type %s", clause, b.types().name(typ), b.types().name(v.typ.ID)), v)
	}
}

// assign coerces a value to the column that it is written to (transformAssignedExpr).
func (b *binder) assign(w write, col *catalog.Column, v value) {
	if _, ok := b.coerce(v, col.Type, assignment); ok {
		return
	}
	name := catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: col.Name}
	o := Outcome{Start: v.at, End: v.at, Kind: catalog.KindOperator, Fact: Assigned, Text: col.Name, Name: col.Name,
		State: Failed, SQLSTATE: "42804",
		Message: fmt.Sprintf("column %q is of type %s but expression is of type %s", col.Name, b.types().name(col.Type.ID),
			b.types().name(v.typ.ID)),
		Object: name, Operands: []catalog.Name{name}}
	if v.col != nil && v.col.origin() != (catalog.Name{}) {
		o.Operands = append(o.Operands, v.col.origin())
	}
	b.note(o)
}

// comparable says that values of a type can be told apart (get_sort_group_operators with
// needEQ); ordered that they can be sorted.
func (t types) comparable(id catalog.ID) bool { return t.hasClass(id, false, 0) }
func (t types) ordered(id catalog.ID) bool    { return t.hasClass(id, true, 0) }

func (t types) hasClass(id catalog.ID, sorting bool, depth int) bool {
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
func (t types) classFor(method string, id catalog.ID) bool {
	if _, ok := t.DefaultOpClass(method, id); ok {
		return true
	}
	return slices.ContainsFunc(t.coercibleTo(id), func(to catalog.ID) bool {
		_, ok := t.DefaultOpClass(method, to)
		return ok
	})
}

// coercibleTo lists the types that values of a type already are.
func (t types) coercibleTo(id catalog.ID) []catalog.ID {
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

// table is the table column that a column is; of a computed one its own name.
func (c *column) table() catalog.Name {
	if from := c.origin(); from != (catalog.Name{}) {
		return from
	}
	return c.object()
}

// groupable notes a value that DISTINCT, GROUP BY or a set operation cannot tell apart, or
// ORDER BY cannot sort.
func (b *binder) groupable(v value, at int, clause string) {
	if !b.types().comparable(v.typ.ID) {
		b.mismatch(at, clause, "42883", fmt.Sprintf("could not identify an equality operator for type %s",
			b.types().name(v.typ.ID)), v)
	}
	b.compared(v, at, clause, by(b.sameness(v.typ.ID)))
}

// compared notes how a column is sorted or told apart, so that a change of it is seen.
func (b *binder) compared(v value, at int, clause string, how Meaning) {
	if v.col == nil {
		return
	}
	o := Outcome{Start: at, End: at, Kind: catalog.KindOperator, Fact: Compared, Text: clause + " " + v.col.name,
		Name: v.col.name, Type: v.typ, Meaning: how}
	b.about(&o, v)
	b.note(o)
}

func (b *binder) sortable(v value, at int) {
	if !b.types().ordered(v.typ.ID) {
		b.mismatch(at, "sort", "42883",
			fmt.Sprintf("could not identify an ordering operator for type %s", b.types().name(v.typ.ID)), v)
	}
}
