package ent

import (
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// certain is the builder without what may not be set.
func (b *builder) certain() (*builder, string) {
	out, name := *b, ""
	out.set, out.linked = nil, nil
	for _, p := range b.set {
		if p.maybe {
			name = p.field
		} else {
			out.set = append(out.set, p)
		}
	}
	for _, l := range b.linked {
		if l.maybe && l.edge.fromOwner() {
			name = l.edge.name
		} else {
			out.linked = append(out.linked, l)
		}
	}
	return &out, name
}

// each is a statement with what is certainly set and, if there is more, one with all.
func (b *builder) each(text func(*builder) goval.Value) []goval.Value {
	certain, maybe := b.certain()
	out := []goval.Value{text(certain)}
	if maybe != "" {
		out = append(out, cat(depends(true, maybe), text(b)))
	}
	return out
}

func (b *builder) sets(field string) bool {
	return slices.ContainsFunc(b.set, func(p part) bool { return p.field == field })
}

// insertTexts are what a creation sends (creator of sqlgraph). One of many rows, and one with
// a conflict, gives its key back even if it was given one.
func (b *builder) insertTexts(returns bool) []goval.Value {
	return append(b.each(func(b *builder) goval.Value { return b.insertText(returns) }), b.linkTexts()...)
}

func (b *builder) insertText(returns bool) goval.Value {
	e := b.entity
	var columns []string
	for _, name := range e.fieldNames() {
		if name != "ID" && (b.sets(name) || e.hasDefault(name)) {
			columns = append(columns, e.fields[name])
		}
	}
	for _, l := range b.linked {
		if l.edge.fromOwner() {
			columns = appendOnce(columns, l.edge.columns[0])
		}
	}
	ownID := b.sets("ID") || e.hasDefault("ID")
	if ownID {
		columns = append(columns, e.id)
	}
	out := cat(b.Made("INSERT INTO "), b.table(e))
	if len(columns) == 0 && b.unknown == nil {
		out = cat(out, lit(" DEFAULT VALUES"))
	} else {
		var names, values []goval.Value
		for _, c := range columns {
			names, values = append(names, b.column("", e, c)), append(values, orm.Value(c))
		}
		if b.unknown != nil {
			names, values = append(names, b.unknown), append(values, b.unknown)
		}
		out = cat(out, lit(" ("), orm.Join(names, ", "), lit(") VALUES ("), orm.Join(values, ", "), lit(")"))
	}
	if b.conflict != nil {
		out = cat(out, b.conflict.text(b, columns))
	}
	if !ownID || returns {
		out = cat(out, lit(" RETURNING "), b.column("", e, e.id))
	}
	return out
}

// updateTexts are what an update sends (updater of sqlgraph).
func (b *builder) updateTexts() []goval.Value {
	e := b.entity
	var out []goval.Value
	links := b.linkTexts()
	where := b.whereText()
	switch id := b.column("", e, e.id); {
	case b.own:
		b.restrict(0, is(id))
		where = b.whereText()
	case len(links) > 0:
		out = append(out, cat(b.Made("SELECT "), id, b.fromText()))
		where = cat(lit(" WHERE "), among(id))
	}
	for _, text := range b.each(func(b *builder) goval.Value { return b.updateText(where) }) {
		if text != nil {
			out = append(out, text)
		}
	}
	out = append(out, links...)
	if b.own {
		columns := e.columns
		if len(b.fields) > 0 {
			columns = b.fields
		}
		var names []goval.Value
		for _, c := range columns {
			names = append(names, b.column("", e, c))
		}
		out = append(out, cat(b.Made("SELECT "), orm.Join(names, ", "), lit(" FROM "), b.table(e), lit(" WHERE "),
			is(b.column("", e, e.id))))
	}
	return out
}

// updateText is the UPDATE of the entity's own table; nil if it sets nothing.
func (b *builder) updateText(where goval.Value) goval.Value {
	e := b.entity
	var sets []goval.Value
	for _, name := range e.fieldNames() {
		c := b.column("", e, e.fields[name])
		switch {
		case slices.Contains(b.cleared, name):
			sets = append(sets, cat(c, lit(" = NULL")))
		case b.sets(name), e.hasUpdateDefault(name):
			sets = append(sets, is(c))
		case slices.Contains(b.added, name):
			sets = append(sets, cat(c, lit(" = COALESCE("), b.column(e.table, e, e.fields[name]), lit(", 0) + "),
				orm.Value(name)))
		}
	}
	for _, l := range b.taken {
		if l.edge.fromOwner() && !slices.ContainsFunc(b.linked, func(s link) bool { return s.edge == l.edge }) {
			sets = append(sets, cat(b.column("", e, l.edge.columns[0]), lit(" = NULL")))
		}
	}
	for _, l := range b.linked {
		if l.edge.fromOwner() {
			sets = append(sets, is(b.column("", e, l.edge.columns[0])))
		}
	}
	if b.unknown != nil {
		sets = append(sets, b.unknown)
	}
	if len(sets) == 0 {
		return nil
	}
	return cat(b.Made("UPDATE "), b.table(e), lit(" SET "), orm.Join(sets, ", "), where)
}
