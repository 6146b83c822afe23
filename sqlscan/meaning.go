package sqlscan

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// The operators whose meaning depends on the types, by what about the types matters.
var (
	equality = []string{"=", "<>"}
	matching = []string{"~~", "!~~", "~", "!~"}
	sorting  = []string{"<", "<=", ">", ">="}
)

// meaning says how an operator treats its operands where types that both have it do so
// differently; nil is the common way.
func (b *binder) meaning(name string, c *sqltype.Candidate, args []value) Meaning {
	if len(args) != 2 || len(c.Args) != 2 {
		return nil
	}
	id := c.Args[0]
	if sqltype.IsPolymorphic(id) {
		id = args[0].typ.ID
		if id == catalog.OIDUnknown || id == 0 {
			id = args[1].typ.ID
		}
	}
	switch {
	case slices.Contains(equality, name), slices.Contains(matching, name):
		return by(b.sameness(id))
	case slices.Contains(sorting, name):
		return b.ordering(id)
	case name == "/" && b.isNumber(id):
		if b.isInteger(id) {
			return Comparison{By: "integer division"}
		}
		return Comparison{By: "division with a fraction"}
	}
	return nil
}

// by is a comparison of that name, nil without one.
func by(name string) Meaning {
	if name == "" {
		return nil
	}
	return Comparison{By: name}
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

// ordering says how values of a type are sorted. Types of one ordering can take each other's place.
func (b *binder) ordering(id catalog.ID) Meaning {
	id = b.env.Schema.BaseType(id)
	t, ok := b.env.Schema.TypeByID(id)
	switch {
	case !ok || id == catalog.OIDUnknown:
		return nil
	case t.Kind == catalog.EnumType:
		b.looksType(id)
		return Comparison{By: "enum", Labels: t.Labels}
	case t.Category == 'N':
		return Comparison{By: "number"}
	case b.sameness(id) != "":
		return by(b.sameness(id))
	case t.Category == 'S':
		return Comparison{By: "text"}
	case t.Elem != 0 && t.Category == 'A':
		return b.ordering(t.Elem)
	}
	return by(t.Name)
}

func (b *binder) isNumber(id catalog.ID) bool {
	return b.types().Category(b.env.Schema.BaseType(id)) == 'N'
}

// isInteger tells the integer types, whose sums and quotients are integers, from the others.
func (b *binder) isInteger(id catalog.ID) bool {
	return slices.Contains([]catalog.ID{catalog.OIDInt2, catalog.OIDInt4, catalog.OIDInt8}, b.env.Schema.BaseType(id))
}

// callMeaning says which function a call means. Of the server's own functions only what their
// result rests on counts: the order of min and max, integers or fractions.
func (b *binder) callMeaning(f *catalog.Function, args []value) Meaning {
	switch {
	case f.Schema != "pg_catalog":
		return Callee(f.Signature())
	case len(args) == 0:
		return nil
	}
	switch f.Name {
	case "min", "max":
		return b.ordering(args[0].typ.ID)
	case "sum", "avg":
		if b.types().Category(f.Result.ID) == 'N' {
			return by(b.types().Name(f.Result.ID))
		}
	}
	return nil
}
