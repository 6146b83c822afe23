package sqlscan

import (
	"fmt"
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
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
			b.coerce(*cols[i].open, catalog.TypeRef{ID: catalog.OIDText}, sqltype.Implicit)
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
	list, _ := b.candidates(c, b.env.Schema)
	best, many := b.types().Choose(list, args)
	if best == nil || many {
		return nil
	}
	return best.Fn
}
