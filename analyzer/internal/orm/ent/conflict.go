package ent

import (
	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// conflict is what an insertion does when a row is there.
type conflict struct {
	target  []goval.Value
	unknown goval.Value
	where   goval.Value
	resolve resolution
	sets    []goval.Value
}

type resolution byte

// The resolutions: of the named columns alone, all that are inserted with their new values, but
// for those that no update sets, with their new or with their old values, nothing at all.
const (
	named resolution = iota
	newValues
	allNewValues
	oldValues
	nothing
)

// onConflict begins with OnConflict or OnConflictColumns.
func (b *builder) onConflict(c *goval.Call) {
	b.conflict = &conflict{}
	l := orm.Variadic(c, 0)
	if l.Open != "" {
		b.conflict.unknown = l.More()
	}
	for _, e := range l.Elems {
		if c.Name == "OnConflictColumns" {
			b.conflict.addTarget(e.Text())
			continue
		}
		b.conflict.option(b, e.Arg)
	}
}

// onRow is what is done on a conflict; the call that began with it is not known for a builder
// that something else gave.
func (b *builder) onRow() *conflict {
	if b.conflict == nil {
		b.conflict = &conflict{unknown: goval.Unknown("what to do on conflict")}
	}
	return b.conflict
}

func (k *conflict) addTarget(name goval.Value) {
	k.target = append(k.target, cat(lit(`"`), name, lit(`"`)))
}

// option is an option of dialect/sql.
func (k *conflict) option(b *builder, a goval.Arg) {
	c, ok := goval.Only[*goval.Call](a.Text())
	if !ok {
		k.unknown = goval.Unknown("what to do on conflict")
		return
	}
	switch c.Name {
	case "ConflictColumns":
		for _, e := range orm.Variadic(c, 0).Elems {
			k.addTarget(e.Text())
		}
	case "ResolveWithNewValues":
		k.resolve = allNewValues
	case "ResolveWithIgnore":
		k.resolve = oldValues
	case "DoNothing":
		k.resolve = nothing
	case "ConflictWhere":
		k.where = b.written(c.Args[0], b.entity, "")
	case "ResolveWith":
		k.updateSet(b, orm.WithoutRoot(c.Args[0].Func()))
	default:
		k.unknown = goval.Unknown(c.Name)
	}
}

// assign adds an assignment by the methods of an upsert.
func (k *conflict) assign(b *builder, verb, field string) {
	e := b.entity
	column := e.fields[field]
	name := b.column("", e, column)
	switch verb {
	case "Update":
		k.sets = append(k.sets, cat(name, lit(" = "), b.column("excluded", e, column)))
	case "Clear":
		k.sets = append(k.sets, cat(name, lit(" = NULL")))
	case "Add":
		k.sets = append(k.sets, cat(name, lit(" = COALESCE("), b.column(e.table, e, column), lit(", 0) + "),
			orm.Value("value")))
	default:
		k.sets = append(k.sets, is(name))
	}
}

// text is ON CONFLICT of an insertion of columns.
func (k *conflict) text(b *builder, columns []string) goval.Value {
	out := lit(" ON CONFLICT")
	if len(k.target) > 0 {
		out = cat(out, lit(" ("), orm.Join(k.target, ", "), lit(")"))
	}
	if k.where != nil {
		out = cat(out, lit(" WHERE "), k.where)
	}
	if k.unknown != nil {
		return cat(out, lit(" "), k.unknown)
	}
	var sets []goval.Value
	for _, c := range columns {
		switch name := b.column("", b.entity, c); {
		case k.resolve == allNewValues, k.resolve == newValues && !b.entity.immutable(c):
			sets = append(sets, cat(name, lit(" = "), b.column("excluded", b.entity, c)))
		case k.resolve == newValues, k.resolve == oldValues:
			sets = append(sets, cat(name, lit(" = "), b.column(b.entity.table, b.entity, c)))
		}
	}
	sets = append(sets, k.sets...)
	if k.resolve == nothing || len(sets) == 0 {
		return cat(out, lit(" DO NOTHING"))
	}
	return cat(out, lit(" DO UPDATE SET "), orm.Join(sets, ", "))
}
