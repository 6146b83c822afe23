package sqlscan

import (
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// The operators whose meaning depends on the types, by what about the types matters.
var (
	equality = []string{"=", "<>"}
	matching = []string{"~~", "!~~", "~", "!~"}
	sorting  = []string{"<", "<=", ">", ">="}
)

// semantics says how an operator treats its operands where types that both have it do so
// differently. Another text is another meaning; the empty text is the common one.
func (b *binder) semantics(name string, c *candidate, args []value) string {
	if len(args) != 2 || len(c.args) != 2 {
		return ""
	}
	id := c.args[0]
	if isPolymorphic(id) {
		id = args[0].typ.ID
		if id == catalog.OIDUnknown || id == 0 {
			id = args[1].typ.ID
		}
	}
	switch {
	case slices.Contains(equality, name), slices.Contains(matching, name):
		return b.sameness(id)
	case slices.Contains(sorting, name):
		return b.ordering(id)
	case name == "/" && b.ordering(id) == "number":
		if b.sumsAs(id) == "integer" {
			return "integer division"
		}
		return "division with a fraction"
	}
	return ""
}

// sameness names how values of a type are told apart, where that is not by their text or
// number alone.
func (b *binder) sameness(id catalog.ID) string {
	switch id = b.env.Schema.BaseType(id); id {
	case catalog.OIDBpchar:
		return "without trailing spaces"
	case catalog.OIDTimestamp:
		return "as timestamp without time zone"
	case catalog.OIDTimestampTZ:
		return "as timestamp with time zone"
	case catalog.OIDDate:
		return "as date"
	}
	if t, ok := b.env.Schema.TypeByID(id); ok && t.Name == "citext" {
		return "without regard to case"
	}
	return ""
}

// ordering names how values of a type are sorted. Types of one ordering can take each
// other's place.
func (b *binder) ordering(id catalog.ID) string {
	id = b.env.Schema.BaseType(id)
	t, ok := b.env.Schema.TypeByID(id)
	switch {
	case !ok || id == catalog.OIDUnknown:
		return ""
	case t.Kind == catalog.EnumType:
		b.looksType(id)
		return "enum " + strings.Join(t.Labels, "\x00")
	case t.Category == 'N':
		return "number"
	case b.sameness(id) != "":
		return b.sameness(id)
	case t.Category == 'S':
		return "text"
	case t.Elem != 0 && t.Category == 'A':
		return b.ordering(t.Elem)
	}
	return t.Name
}

// sumsAs tells the integer types, whose sums and quotients are integers, from the others.
func (b *binder) sumsAs(id catalog.ID) string {
	switch b.env.Schema.BaseType(id) {
	case catalog.OIDInt2, catalog.OIDInt4, catalog.OIDInt8:
		return "integer"
	}
	return "number"
}

// callSemantics names which function a call means. Of the server's own functions only what
// their result rests on counts: the order of min and max, integers or fractions.
func (b *binder) callSemantics(f *catalog.Function, args []value) string {
	if f.Schema != "pg_catalog" {
		return f.Signature()
	}
	if len(args) == 0 {
		return ""
	}
	switch f.Name {
	case "min", "max":
		return b.ordering(args[0].typ.ID)
	case "sum", "avg":
		if b.types().category(f.Result.ID) == 'N' {
			return b.types().name(f.Result.ID)
		}
	}
	return ""
}

// SameSemantics compares two texts of Outcome.Semantics. Enums sort alike as long as the
// labels that both have come in the same order.
func SameSemantics(a, b string) bool {
	x, isEnum := strings.CutPrefix(a, "enum ")
	y, both := strings.CutPrefix(b, "enum ")
	if !isEnum || !both {
		return a == b
	}
	return slices.Equal(commonLabels(x, y), commonLabels(y, x))
}

func commonLabels(list, other string) []string {
	have := strings.Split(other, "\x00")
	return slices.DeleteFunc(strings.Split(list, "\x00"), func(l string) bool { return !slices.Contains(have, l) })
}
