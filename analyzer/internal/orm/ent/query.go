package ent

import (
	"go/types"
	"maps"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// send gives what the last call sends.
func (b *builder) send(c *goval.Call) []goval.Value {
	root, name, kind := generated(c.Fn().Signature().Recv().Type())
	if b.entity == nil && root != nil {
		b.entity = b.es.of(root, name)
	}
	if b.entity == nil {
		return nil
	}
	switch kind {
	case "Client":
		b.wheres, b.limited = []condition{{text: is(b.id())}}, true
		return []goval.Value{b.selectText(b.entity.columns)}
	case "Query":
		return b.query(c.Fn())
	case "Create", "CreateBulk", "UpsertOne", "UpsertBulk":
		return b.insertTexts(kind != "Create")
	case "Update", "UpdateOne":
		return b.updateTexts()
	case "Delete", "DeleteOne":
		if b.own {
			b.restrict(0, is(b.id()))
		}
		return []goval.Value{cat(b.Made("DELETE FROM "), b.table(b.entity), b.whereText(), b.tail())}
	}
	// Select and GroupBy.
	return []goval.Value{b.groupText()}
}

// query is what a method of the query of an entity sends.
func (b *builder) query(fn *types.Func) []goval.Value {
	if !isOwn(fn.Name()) {
		return b.templateMethod(fn)
	}
	return b.queryMethod(method(fn.Name()))
}

func (b *builder) queryMethod(method string) []goval.Value {
	switch method {
	case "FirstID", "OnlyID", "Exist":
		b.limited = true
		return []goval.Value{b.selectText([]string{b.entity.id})}
	case "IDs":
		return []goval.Value{b.selectText([]string{b.entity.id})}
	case "Count":
		return []goval.Value{b.countText()}
	case "First", "Only":
		b.limited = true
	}
	return append([]goval.Value{b.selectText(b.rowColumns())}, b.loadTexts()...)
}

// templateMethod is what a method sends that a project's own template adds to queries: what the
// methods of ent do that it calls, as far as Describe has found them.
func (b *builder) templateMethod(fn *types.Func) []goval.Value {
	said := map[string]bool{}
	for _, v := range b.es.env.Results(fn) {
		name, _ := v.Constant()
		said[name] = true
	}
	for name := range said {
		if isOwn(name) {
			continue
		}
		switch name {
		case "Limit":
			b.limited = true
		case "Offset":
			b.offset = true
		default:
			b.unknown = goval.Unknown("what " + fn.Name() + " adds")
		}
	}
	var out []goval.Value
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if isOwn(name) {
			c := *b
			c.limited, c.offset = b.limited && name != "Count", b.offset && name != "Count"
			out = append(out, c.queryMethod(method(name))...)
		}
	}
	if len(out) == 0 {
		// It reads some columns in some way.
		return []goval.Value{cat(b.Made("SELECT "), goval.Unknown(fn.Name()), b.fromText())}
	}
	return out
}

// rowColumns are the columns that rows of the entity are made of: querySpec of its query.
func (b *builder) rowColumns() []string {
	columns := slices.Clone(b.entity.columns)
	if len(b.fields) > 0 || b.fieldsOpen {
		columns = nil
		if b.entity.id != "" {
			columns = append(columns, b.entity.id)
		}
		for _, f := range b.fields {
			columns = appendOnce(columns, f)
		}
	}
	keys := b.withKeys
	for _, l := range b.loads {
		switch {
		case !l.edge.fromOwner():
		case slices.Contains(b.entity.fks, l.edge.columns[0]):
			keys = true
		default:
			columns = appendOnce(columns, l.edge.columns[0])
		}
	}
	if keys {
		columns = append(columns, b.entity.fks...)
	}
	return columns
}

func appendOnce(columns []string, c string) []string {
	if slices.Contains(columns, c) {
		return columns
	}
	return append(columns, c)
}

// list are columns of the entity behind its table.
func (b *builder) list(columns []string) goval.Value {
	var out []goval.Value
	for _, c := range columns {
		out = append(out, b.column(b.entity.table, b.entity, c))
	}
	if b.fieldsOpen {
		out = append(out, goval.Unknown("columns"))
	}
	return orm.Join(out, ", ")
}

// selectText is a SELECT (query.selector of sqlgraph).
func (b *builder) selectText(columns []string) goval.Value {
	return cat(b.selectVerb(), b.list(columns), b.fromText(), b.tail())
}

func (b *builder) selectVerb() goval.Value {
	if b.unique {
		return b.Made("SELECT DISTINCT ")
	}
	return b.Made("SELECT ")
}

func (b *builder) fromText() goval.Value {
	return cat(lit(" FROM "), b.table(b.entity), b.path, b.whereText())
}

func (b *builder) whereText() goval.Value {
	return joinConditions(" WHERE ", b.wheres, " AND ", "")
}

// restrict puts a condition before or behind the others.
func (b *builder) restrict(at int, text goval.Value) {
	b.wheres = slices.Insert(slices.Clip(b.wheres), at, condition{text: text})
}

// tail is what stands behind the conditions.
func (b *builder) tail() goval.Value {
	var out goval.Value
	if b.unknown != nil {
		out = cat(out, lit(" "), b.unknown)
	}
	if len(b.orders) > 0 {
		out = cat(out, lit(" ORDER BY "), orm.Join(b.orders, ", "))
	}
	if b.limited {
		out = cat(out, lit(" LIMIT "), orm.Value("limit"))
	}
	if b.offset {
		out = cat(out, lit(" OFFSET "), orm.Value("offset"))
	}
	if b.lock != "" {
		out = cat(out, b.Made(" "+b.lock))
	}
	return out
}

func (b *builder) countText() goval.Value {
	columns := b.fields
	if len(columns) == 0 && b.entity.id != "" {
		columns = []string{b.entity.id}
	}
	verb := "SELECT COUNT("
	if b.unique {
		verb += "DISTINCT "
	}
	b.orders = nil
	counted := b.list(columns)
	if len(columns) == 0 && !b.fieldsOpen {
		// A view has no key.
		counted = lit("*")
	}
	return cat(b.Made(verb), counted, lit(")"), b.fromText(), b.tail())
}

// groupText is what Select and GroupBy send.
func (b *builder) groupText() goval.Value {
	var list []goval.Value
	if b.grouped || len(b.aggregates) == 0 {
		list = append(list, b.list(b.fields))
	}
	out := cat(b.selectVerb(), orm.Join(append(list, b.aggregates...), ", "), b.fromText())
	if b.grouped {
		out = cat(out, lit(" GROUP BY "), b.list(b.fields))
	}
	return cat(out, b.tail())
}
