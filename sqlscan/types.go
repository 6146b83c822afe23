package sqlscan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// ResolveType looks up a type name of DDL. The outcomes of the look-up are in the Binding.
func ResolveType(tn *pg_query.TypeName, st pgtree.Statement, env *Env) (catalog.TypeRef, *Binding) {
	b := newBinder(env, st)
	typ := b.typeName(tn)
	return typ, b.finish()
}

// typeName binds a type name and notes the outcome (LookupTypeName).
func (b *binder) typeName(tn *pg_query.TypeName) catalog.TypeRef {
	if tn == nil {
		return catalog.TypeRef{}
	}
	if tn.PctType {
		return b.columnType(tn)
	}
	parts := strs(tn.Names)
	schema, name := qualifiedName(parts)
	at := b.at(tn.Location)
	t, open := b.lookupType(schema, name)
	end := b.nameEnd(at, len(parts))
	if schema == "pg_catalog" {
		end = b.nameEnd(at, 1)
	}
	o := Outcome{Start: at, End: end, Kind: catalog.KindType, Name: dotted(schema, name),
		Object: catalog.Name{Kind: catalog.KindType, Schema: schema, Name: name}}
	switch {
	case t == nil:
		o.State, o.SQLSTATE, o.Message = Failed, "42704", fmt.Sprintf("type %q does not exist", dotted(schema, name))
		if schema != "" && !b.namespaceExists(schema) {
			o.SQLSTATE, o.Message = "3F000", fmt.Sprintf("schema %q does not exist", schema)
		}
		b.soften(&o, open, false)
		b.note(o)
		return catalog.TypeRef{}
	case t.ID >= catalog.FirstID:
		o.Object.Schema = t.Schema
		b.note(o)
		b.depend(catalog.Dep{Class: catalog.ClassType, ID: t.ID})
	}
	ref := catalog.TypeRef{ID: t.ID, Mod: typeMod(tn)}
	if t.ID == catalog.OIDNumeric && ref.Mod != "" && !strings.Contains(ref.Mod, ",") {
		ref.Mod += ",0" // A precision alone has the scale 0 (numerictypmodin).
	}
	if len(tn.ArrayBounds) > 0 {
		ref.ID = t.Array
	}
	return ref
}

// columnType is the type of t.c%TYPE.
func (b *binder) columnType(tn *pg_query.TypeName) catalog.TypeRef {
	parts := strs(tn.Names)
	if len(parts) < 2 {
		return catalog.TypeRef{}
	}
	schema, table := qualifiedName(parts[:len(parts)-1])
	at := b.at(tn.Location)
	rel := b.relationNamed(schema, table, at, b.nameEnd(at, len(parts)-1), Key{})
	if rel == nil {
		return catalog.TypeRef{}
	}
	if c := rel.Column(parts[len(parts)-1]); c != nil {
		return c.Type
	}
	return catalog.TypeRef{}
}

// lookupType finds a type in the search path; a type that is only announced counts.
func (b *binder) lookupType(schema, name string) (t *catalog.Type, open bool) {
	open = schema == "" && b.env.PathUnknown
	for _, ns := range b.schemas(schema) {
		b.looks(catalog.KindType, ns, name)
		if t, ok := b.env.Schema.Type(ns, name); ok {
			return t, open
		}
		open = open || b.open(ns, name)
	}
	return nil, open
}

// typeMod is the text of a type's modifier: "10,2" of numeric(10,2), "year" of an interval
// with fields as its mask.
func typeMod(tn *pg_query.TypeName) string {
	mods := make([]string, 0, len(tn.Typmods))
	for _, n := range tn.Typmods {
		switch c := n.GetAConst().GetVal().(type) {
		case *pg_query.A_Const_Ival:
			mods = append(mods, strconv.Itoa(int(c.Ival.GetIval())))
		case *pg_query.A_Const_Sval:
			mods = append(mods, c.Sval.GetSval())
		default:
			if ref := n.GetColumnRef(); ref != nil {
				mods = append(mods, strings.Join(strs(ref.Fields), "."))
			}
		}
	}
	return strings.Join(mods, ",")
}

// resolved gives what is left untyped the type text, as the server does at the end of a
// query (resolveTargetListUnknowns).
func resolved(t catalog.TypeRef) catalog.TypeRef {
	if t.ID == catalog.OIDUnknown {
		return catalog.TypeRef{ID: catalog.OIDText}
	}
	return t
}

// resolveColumns also settles untyped parameters among them.
func (b *binder) resolveColumns(cols []Column) []Column {
	for i := range cols {
		if cols[i].open != nil {
			b.coerce(*cols[i].open, catalog.TypeRef{ID: catalog.OIDText}, implicit)
			cols[i].open = nil
		}
		cols[i].Type = resolved(cols[i].Type)
	}
	return cols
}

// array is the array type of an element.
func (b *binder) array(elem catalog.TypeRef) value {
	if elem.ID == 0 {
		return value{}
	}
	elem = resolved(elem)
	t, ok := b.env.Schema.TypeByID(elem.ID)
	if !ok {
		return value{}
	}
	if t.Elem != 0 {
		return value{typ: catalog.TypeRef{ID: elem.ID}}
	}
	return value{typ: catalog.TypeRef{ID: t.Array}}
}

// element is the type of a subscripted value.
func (b *binder) element(arr catalog.TypeRef) catalog.TypeRef {
	t, ok := b.env.Schema.TypeByID(b.env.Schema.BaseType(arr.ID))
	if !ok {
		return catalog.TypeRef{}
	}
	switch {
	case t.ID == catalog.OIDJSONB:
		return catalog.TypeRef{ID: t.ID}
	case fixedArrays[t.ID] != 0:
		return catalog.TypeRef{ID: fixedArrays[t.ID]}
	}
	return catalog.TypeRef{ID: t.Elem}
}

// Assignable says that a column of one type can become one of another without USING, and a
// value of the one be written to the other.
func Assignable(s *catalog.Schema, from, to catalog.ID) bool {
	return types{s}.canCoerce([]catalog.ID{from}, []catalog.ID{to}, assignment)
}

// KeysCompare says that a foreign key column can be compared with the key that it refers to:
// the equality of the key's own operator class takes it, directly or by an implicit cast.
func KeysCompare(s *catalog.Schema, key, foreign catalog.ID) bool {
	t := types{s}
	key, foreign = s.BaseType(key), s.BaseType(foreign)
	if key == foreign || t.canCoerce([]catalog.ID{foreign}, []catalog.ID{key}, implicit) {
		return true
	}
	families := [][]catalog.ID{{catalog.OIDInt2, catalog.OIDInt4, catalog.OIDInt8}, {catalog.OIDFloat4, catalog.OIDFloat8},
		{catalog.OIDText, catalog.OIDVarchar, catalog.OIDBpchar, catalog.OIDName},
		{catalog.OIDDate, catalog.OIDTimestamp, catalog.OIDTimestampTZ}}
	for _, f := range families {
		if slices.Contains(f, key) && slices.Contains(f, foreign) {
			return true
		}
	}
	return false
}

// Sortable and Groupable say that a type has what an index or a DISTINCT needs.
func Sortable(s *catalog.Schema, id catalog.ID) bool  { return types{s}.ordered(id) }
func Groupable(s *catalog.Schema, id catalog.ID) bool { return types{s}.comparable(id) }

// fixedArrays are the types that can be read like an array without being one
// (raw_array_subscript_handler): name, point, lseg, box, line.
var fixedArrays = map[catalog.ID]catalog.ID{
	catalog.OIDName: 18, 600: catalog.OIDFloat8, 601: 600, 603: 600, 628: catalog.OIDFloat8,
}

// FindFunction chooses the function of that name that takes values of these types; nil if
// none does or several do.
func FindFunction(s *catalog.Schema, path []string, name string, args []catalog.ID) *catalog.Function {
	b := &binder{Binding: &Binding{}, env: &Env{Schema: s, SearchPath: path}, path: path}
	c := call{name: name, args: make([]value, len(args))}
	for i, id := range args {
		c.args[i] = typed(id)
	}
	list, _ := b.candidates(c)
	best, many := b.types().choose(list, args)
	if best == nil || many {
		return nil
	}
	return best.fn
}

// CallResult is the result type of a function called with these types. More types stand
// behind those that it takes (finalfunc_extra).
func CallResult(s *catalog.Schema, f *catalog.Function, args, more []catalog.ID) catalog.ID {
	if !isPolymorphic(f.Result.ID) {
		return f.Result.ID
	}
	var declared []catalog.ID
	for _, a := range f.Inputs() {
		declared = append(declared, a.Type.ID)
	}
	t := types{s}
	solved, _ := t.solve(append(slices.Clone(args), more...), declared)
	return t.replace(solved, f.Result.ID)
}

// IsPseudo says that a type stands for others.
func IsPseudo(id catalog.ID) bool { return isPolymorphic(id) || id == oidAny || id == 2281 }

// Collatable says that a type can have a collation. Of types that a project made itself it
// is believed.
func Collatable(s *catalog.Schema, id catalog.ID) bool {
	t := types{s}
	id = s.BaseType(id)
	if e := t.elem(id); e != 0 {
		id = s.BaseType(e)
	}
	return id == 0 || id == catalog.OIDUnknown || t.category(id) == 'S' || isPolymorphic(id) ||
		id >= catalog.FirstID && t.kind(id) == catalog.BaseType
}

// Narrower says with which SQLSTATE a value of the type from may not fit into to; empty if
// every one does.
func Narrower(s *catalog.Schema, from, to catalog.TypeRef) string {
	t := types{s}
	if e, f := t.elem(s.BaseType(from.ID)), t.elem(s.BaseType(to.ID)); e != 0 && f != 0 {
		return Narrower(s, catalog.TypeRef{ID: e, Mod: from.Mod}, catalog.TypeRef{ID: f, Mod: to.Mod})
	}
	from, to = t.below(from), t.below(to)
	switch {
	case t.category(from.ID) == 'S' && t.category(to.ID) == 'S', t.category(from.ID) == 'V' && t.category(to.ID) == 'V':
		if to.Mod != "" && (from.Mod == "" || modNumber(to.Mod) < modNumber(from.Mod)) {
			return "22001"
		}
	case t.category(from.ID) == 'N' && t.category(to.ID) == 'N':
		return narrowerNumber(from, to)
	}
	return ""
}

// below is the type under domains, with its modifier.
func (t types) below(ref catalog.TypeRef) catalog.TypeRef {
	for range 64 {
		typ, ok := t.TypeByID(ref.ID)
		if !ok || typ.Kind != catalog.DomainType {
			break
		}
		ref = typ.Base
	}
	return ref
}

// numberRange ranks numeric types by the range of their values.
var numberRange = map[catalog.ID]int{catalog.OIDInt2: 1, catalog.OIDInt4: 2, catalog.OIDOid: 2, catalog.OIDInt8: 3,
	catalog.OIDFloat4: 4,
	catalog.OIDFloat8: 5, catalog.OIDNumeric: 6}

func narrowerNumber(from, to catalog.TypeRef) string {
	if from.ID == catalog.OIDNumeric && to.ID == catalog.OIDNumeric {
		if to.Mod != "" && (from.Mod == "" || wholeDigits(to.Mod) < wholeDigits(from.Mod)) {
			return "22003"
		}
		return ""
	}
	if numberRange[to.ID] < numberRange[from.ID] || to.ID == catalog.OIDNumeric && to.Mod != "" {
		return "22003"
	}
	return ""
}

func modNumber(mod string) int {
	n := 0
	first, _, _ := strings.Cut(mod, ",")
	fmt.Sscan(first, &n)
	return n
}

// wholeDigits is the number of digits before the point that numeric(p,s) holds.
func wholeDigits(mod string) int {
	precision, scale := modNumber(mod), 0
	if _, after, ok := strings.Cut(mod, ","); ok {
		fmt.Sscan(after, &scale)
	}
	return precision - scale
}
