package sqlscan

import (
	"fmt"
	"slices"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

func (b *binder) types() sqltype.Types { return sqltype.Types{Schema: b.env.Schema} }

// coerce gives a value a type, or says that there is no way. An untyped literal is read as
// the type, an untyped parameter becomes one.
func (b *binder) coerce(v value, target catalog.TypeRef, ctx sqltype.Context) (value, bool) {
	out := value{typ: target, at: v.at, col: v.col}
	switch {
	case v.typ.ID == 0 || target.ID == 0:
	case v.typ.ID == catalog.OIDUnknown:
		if v.param > 0 {
			b.settle(v, target.ID)
		} else if v.isLiteral {
			b.literal(v.literal, target, v.at)
		}
	case v.elems != nil && b.types().Composite(target.ID):
		return out, b.coerceRow(v, target.ID, ctx)
	case !b.types().CanCoerce([]catalog.ID{v.typ.ID}, []catalog.ID{target.ID}, ctx):
		return out, false
	}
	if v.typ == target {
		return v, true
	}
	out.col = nil
	return out, true
}

// coerceRow makes a ROW() a composite value (coerce_record_to_complex).
func (b *binder) coerceRow(v value, target catalog.ID, ctx sqltype.Context) bool {
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
	if sqltype.IsPolymorphic(typ) || typ == sqltype.OIDAny || typ == catalog.OIDUnknown {
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
	typ, misfit := b.types().Common(ids)
	if misfit != 0 {
		first := ids[slices.IndexFunc(ids, func(id catalog.ID) bool { return id != catalog.OIDUnknown })]
		b.mismatch(at, context, "42804",
			fmt.Sprintf("%s types %s and %s cannot be matched", context, b.types().Name(first), b.types().Name(misfit)), list...)
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
		if _, ok := b.coerce(v, ref, sqltype.Implicit); !ok {
			b.mismatch(at, context, "42846",
				fmt.Sprintf("%s could not convert type %s to %s", context, b.types().Name(v.typ.ID), b.types().Name(typ)), list...)
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
	if _, ok := b.coerce(v, catalog.TypeRef{ID: typ}, sqltype.Assignment); !ok {
		b.mismatch(v.at, clause, "42804",
			fmt.Sprintf("argument of %s must be type %s, not type %s", clause, b.types().Name(typ), b.types().Name(v.typ.ID)), v)
	}
}

// assign coerces a value to the column that it is written to (transformAssignedExpr).
func (b *binder) assign(w write, col *catalog.Column, v value) {
	if _, ok := b.coerce(v, col.Type, sqltype.Assignment); ok {
		return
	}
	name := catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: col.Name}
	o := Outcome{Start: v.at, End: v.at, Kind: catalog.KindOperator, Fact: Assigned, Text: col.Name, Name: col.Name,
		State: Failed, SQLSTATE: "42804",
		Message: fmt.Sprintf("column %q is of type %s but expression is of type %s", col.Name, b.types().Name(col.Type.ID),
			b.types().Name(v.typ.ID)),
		Object: name, Operands: []catalog.Name{name}}
	if v.col != nil && v.col.origin() != (catalog.Name{}) {
		o.Operands = append(o.Operands, v.col.origin())
	}
	b.note(o)
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
	if !b.types().Comparable(v.typ.ID) {
		b.mismatch(at, clause, "42883", fmt.Sprintf("could not identify an equality operator for type %s",
			b.types().Name(v.typ.ID)), v)
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
	if !b.types().Ordered(v.typ.ID) {
		b.mismatch(at, "sort", "42883",
			fmt.Sprintf("could not identify an ordering operator for type %s", b.types().Name(v.typ.ID)), v)
	}
}
