package sqltype

import (
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// Assignable says that a column of one type can become one of another without USING, and a
// value of the one be written to the other.
func Assignable(s *catalog.Schema, from, to catalog.ID) bool {
	return Types{s}.CanCoerce([]catalog.ID{from}, []catalog.ID{to}, Assignment)
}

// KeysCompare says that a foreign key column can be compared with the key that it refers to:
// the equality of the key's own operator class takes it, directly or by an Implicit cast.
func KeysCompare(s *catalog.Schema, key, foreign catalog.ID) bool {
	t := Types{s}
	key, foreign = s.BaseType(key), s.BaseType(foreign)
	if key == foreign || t.CanCoerce([]catalog.ID{foreign}, []catalog.ID{key}, Implicit) {
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

// CallResult is the result type of a function called with these types. More types stand
// behind those that it takes (finalfunc_extra).
func CallResult(s *catalog.Schema, f *catalog.Function, args, more []catalog.ID) catalog.ID {
	if !IsPolymorphic(f.Result.ID) {
		return f.Result.ID
	}
	var declared []catalog.ID
	for _, a := range f.Inputs() {
		declared = append(declared, a.Type.ID)
	}
	t := Types{s}
	solved, _ := t.Solve(append(slices.Clone(args), more...), declared)
	return t.Replace(solved, f.Result.ID)
}

// IsPseudo says that a type stands for others.
func IsPseudo(id catalog.ID) bool { return IsPolymorphic(id) || id == OIDAny || id == 2281 }

// Collatable says that a type can have a collation. Of types that a project made itself it
// is believed.
func Collatable(s *catalog.Schema, id catalog.ID) bool {
	t := Types{s}
	id = s.BaseType(id)
	if e := t.Elem(id); e != 0 {
		id = s.BaseType(e)
	}
	return id == 0 || id == catalog.OIDUnknown || t.Category(id) == 'S' || IsPolymorphic(id) ||
		id >= catalog.FirstID && t.Kind(id) == catalog.BaseType
}

// Narrower says with which SQLSTATE a value of the type from may not fit into to; empty if
// every one does.
func Narrower(s *catalog.Schema, from, to catalog.TypeRef) string {
	t := Types{s}
	if e, f := t.Elem(s.BaseType(from.ID)), t.Elem(s.BaseType(to.ID)); e != 0 && f != 0 {
		return Narrower(s, catalog.TypeRef{ID: e, Mod: from.Mod}, catalog.TypeRef{ID: f, Mod: to.Mod})
	}
	from, to = t.below(from), t.below(to)
	switch {
	case t.Category(from.ID) == 'S' && t.Category(to.ID) == 'S', t.Category(from.ID) == 'V' && t.Category(to.ID) == 'V':
		if to.Mod != "" && (from.Mod == "" || modNumber(to.Mod) < modNumber(from.Mod)) {
			return "22001"
		}
	case t.Category(from.ID) == 'N' && t.Category(to.ID) == 'N':
		return narrowerNumber(from, to)
	}
	return ""
}

// below is the type under domains, with its modifier.
func (t Types) below(ref catalog.TypeRef) catalog.TypeRef {
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
