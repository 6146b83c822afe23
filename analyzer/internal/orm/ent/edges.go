package ent

import (
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// joined is the name of a query in a query: each has one join.
const joined = "t1"

// ends are the columns of a table between two entities: that of the owner of the edge, and
// that of the other.
func (e *edge) ends() (owner, other string) {
	if e.inverse {
		return e.columns[1], e.columns[0]
	}
	return e.columns[0], e.columns[1]
}

func (b *builder) joinQuery(query, on goval.Value) goval.Value {
	return cat(lit(" JOIN ("), query, lit(`) AS "`+joined+`" ON `), on)
}

// along is the join of the rows that a query finds with those at the other end of an edge
// (sqlgraph.SetNeighbors).
func (b *builder) along(owner *entity, d *edge, to *entity) goval.Value {
	found := func(column string) goval.Value {
		return cat(b.Made("SELECT "), b.column(owner.table, owner, column), b.fromText(), b.tail())
	}
	toID := b.column(to.table, to, to.id)
	switch {
	case d.rel == "M2M":
		ownerKey, otherKey := d.ends()
		match := cat(b.Made(`SELECT `+quote(d.table, otherKey)+` FROM "`+d.table+`"`),
			b.joinQuery(found(owner.id), cat(b.Made(quote(d.table, ownerKey)), lit(" = "), b.column(joined, owner, owner.id))))
		return b.joinQuery(match, cat(toID, lit(" = "), b.Made(quote(joined, otherKey))))
	case d.fromOwner():
		return b.joinQuery(found(d.columns[0]), cat(toID, lit(" = "), b.Made(quote(joined, d.columns[0]))))
	}
	return b.joinQuery(found(owner.id),
		cat(b.Made(quote(to.table, d.columns[0])), lit(" = "), b.column(joined, owner, owner.id)))
}

// fromOne restricts a query to what stands at the other end of an edge of one row
// (sqlgraph.Neighbors).
func (b *builder) fromOne(owner *entity, d *edge) {
	toID := b.id()
	switch {
	case d.rel == "M2M":
		ownerKey, otherKey := d.ends()
		match := cat(b.Made(`SELECT `+quote(d.table, otherKey)+` FROM "`+d.table+`" WHERE `),
			is(b.Made(quote(d.table, ownerKey))))
		b.path = b.joinQuery(match, cat(toID, lit(" = "), b.Made(quote(joined, otherKey))))
	case d.fromOwner():
		match := cat(b.Made("SELECT "), b.column("", owner, d.columns[0]), lit(" FROM "), b.table(owner), lit(" WHERE "),
			is(b.column("", owner, owner.id)))
		b.path = b.joinQuery(match, cat(toID, lit(" = "), b.Made(quote(joined, d.columns[0]))))
	default:
		b.restrict(len(b.wheres), is(b.column("", b.entity, d.columns[0])))
	}
}

// loadTexts are the queries for the edges that are loaded.
func (b *builder) loadTexts() []goval.Value {
	var out []goval.Value
	for _, l := range b.loads {
		to := b.es.of(b.entity.root, l.edge.to)
		if to == nil {
			continue
		}
		ways := l.with.Variants()
		if len(l.with) == 0 {
			ways = []goval.Value{nil}
		}
		for _, way := range ways {
			in := &builder{es: b.es, Writer: b.Writer, entity: to}
			in.take(way)
			out = append(out, in.loadText(l.edge))
			out = append(out, in.loadTexts()...)
		}
	}
	return out
}

// loadText is the query for the rows at the other end of an edge of some rows (load… of the
// generated query).
func (b *builder) loadText(d *edge) goval.Value {
	if d.rel == "M2M" {
		ownerKey, otherKey := d.ends()
		b.path = cat(b.Made(` JOIN "`+d.table+`" AS "`+joined+`" ON `), b.id(), lit(" = "), b.Made(quote(joined, otherKey)))
		b.restrict(0, among(b.Made(quote(joined, ownerKey))))
		return cat(b.selectVerb(), b.Made(quote(joined, ownerKey)), lit(", "), b.list(b.rowColumns()), b.fromText(), b.tail())
	}
	key := d.columns[0]
	switch {
	case d.fromOwner():
		b.restrict(len(b.wheres), among(b.id()))
	case slices.Contains(b.entity.fks, key):
		b.withKeys = true
		b.restrict(len(b.wheres), among(b.Made(quote(b.entity.table, key))))
	default:
		if len(b.fields) > 0 && !slices.Contains(b.fields, key) {
			b.fields = append(b.fields, key)
		}
		b.restrict(len(b.wheres), among(b.column(b.entity.table, b.entity, key)))
	}
	return b.selectText(b.rowColumns())
}

// linkTexts write the edges that other tables hold.
func (b *builder) linkTexts() []goval.Value {
	var out []goval.Value
	for _, l := range b.taken {
		if !l.edge.fromOwner() {
			out = append(out, b.takeText(l))
		}
	}
	for _, l := range b.linked {
		if !l.edge.fromOwner() {
			out = append(out, cat(depends(l.maybe, l.edge.name), b.linkText(l.edge)))
		}
	}
	return out
}

// depends says that a text is sent only if something is set.
func depends(maybe bool, name string) goval.Value {
	if !maybe {
		return nil
	}
	return orm.DependsOn("only if " + name + " is set")
}

// takeText takes rows from an edge (clearM2MEdges, clearFKEdges).
func (b *builder) takeText(l link) goval.Value {
	d := l.edge
	name := func(column string) goval.Value { return b.Made(`"` + column + `"`) }
	if d.rel == "M2M" {
		match := func(from, to string) goval.Value {
			if l.all {
				return is(name(from))
			}
			return cat(is(name(from)), lit(" AND "), among(name(to)))
		}
		from, to := d.ends()
		where := match(from, to)
		if b.entity.bothWays(d) {
			where = cat(where, lit(" OR "), match(to, from))
		}
		return cat(b.Made(`DELETE FROM "`+d.table+`" WHERE `), where)
	}
	where := is(name(d.columns[0]))
	if !l.all {
		where = cat(among(b.otherID(d)), lit(" AND "), where)
	}
	return cat(b.Made(`UPDATE "`+d.table+`" SET `), name(d.columns[0]), lit(" = NULL WHERE "), where)
}

// otherID is the key of the entity at the other end of an edge.
func (b *builder) otherID(d *edge) goval.Value {
	to := b.es.of(b.entity.root, d.to)
	if to == nil {
		return b.Made(`"id"`)
	}
	return b.column("", to, to.id)
}

// linkText adds rows to an edge (addM2MEdges, addFKEdges).
func (b *builder) linkText(d *edge) goval.Value {
	if d.rel == "M2M" {
		return cat(b.Made(`INSERT INTO "`+d.table+`" ("`+d.columns[0]+`", "`+d.columns[1]+`") VALUES (`),
			orm.Value("id"), lit(", "), orm.Value("id"), lit(") ON CONFLICT DO NOTHING"))
	}
	key := b.Made(`"` + d.columns[0] + `"`)
	return cat(b.Made(`UPDATE "`+d.table+`" SET `), is(key), lit(" WHERE "), is(b.otherID(d)), lit(" AND "), key,
		lit(" IS NULL"))
}
