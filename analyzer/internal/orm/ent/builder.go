package ent

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// builder is what calls have put together so far.
type builder struct {
	es *entities
	sqlbuild.Writer
	entity *entity
	// path is the join of a traversal.
	path goval.Value

	wheres                  []condition
	orders, aggregates      []goval.Value
	fields                  []string
	fieldsOpen, grouped     bool
	limited, offset, unique bool
	withKeys                bool // the query is asked for the keys that are no fields
	lock                    string
	loads                   []load
	// unknown is what the calls that are not known add.
	unknown goval.Value

	set            []part
	cleared, added []string
	own            bool // one row is changed, by its key
	linked, taken  []link
	conflict       *conflict
}

// part is a field that a mutation sets, perhaps only if there is a value.
type part struct {
	field string
	maybe bool
}

// link is an edge to some rows that a mutation sets or takes away; all takes away all.
type link struct {
	edge       *edge
	all, maybe bool
}

// load is an edge whose rows are loaded by another query, and what a function adds to it.
type load struct {
	edge *edge
	with goval.Value
}

func lit(s string) goval.Value { return goval.Text(s) }

func cat(values ...goval.Value) goval.Value { return goval.Concat(values...) }

// column is a column of an entity behind a qualifier, if there is one.
func (b *builder) column(qualifier string, e *entity, name string) goval.Value {
	p := &goval.Lit{Text: `"` + name + `"`, Runs: []goval.Run{b.At}, Declared: e.declared(name)}
	if qualifier != "" {
		p.Text = quote(qualifier, name)
	}
	return goval.Value{p}
}

// quote quotes a name behind a qualifier.
func quote(qualifier, name string) string { return `"` + qualifier + `"."` + name + `"` }

// table is an entity's table as a statement names it.
func (b *builder) table(e *entity) goval.Value {
	run := b.es.env.Position(e.pkg.Scope().Lookup("Table"))
	return goval.Value{&goval.Lit{Text: `"` + e.table + `"`, Runs: []goval.Run{b.At}, Declared: &run}}
}

// id is the key of the builder's entity behind its table.
func (b *builder) id() goval.Value { return b.column(b.entity.table, b.entity, b.entity.id) }

// is compares with a value.
func is(column goval.Value) goval.Value { return cat(column, lit(" = "), orm.Value("value")) }

// among compares with a list.
func among(column goval.Value) goval.Value {
	return cat(column, lit(" IN ("), orm.Value("values"), lit(")"))
}

// take follows the calls.
func (b *builder) take(steps goval.Value) {
	for _, p := range steps {
		if c := goval.CallOf(p); c != nil {
			b.call(c)
		} else if _, kind := kindOf(goval.TypeOf(p)); kind != "Client" && kind != "" {
			b.unknown = goval.Unknown(goval.ReasonOf(p))
		}
	}
}

// kindOf splits the name of a type as go/types prints it.
func kindOf(goType string) (entity, kind string) {
	name := goType[strings.LastIndexByte(goType, '.')+1:]
	for _, k := range kinds {
		if e, ok := strings.CutSuffix(name, k); ok && e != "" {
			return e, k
		}
	}
	return "", ""
}

func (b *builder) call(c *goval.Call) {
	fn := c.Fn()
	if fn == nil || fn.Signature().Recv() == nil {
		return
	}
	recv := fn.Signature().Recv().Type()
	root, name, kind := generated(recv)
	if ofRow, entity := entityOf(recv); entity != "" {
		root, name, kind = ofRow, entity, "Client"
	}
	if edge, along := strings.CutPrefix(c.Name, "Query"); along && edge != "" {
		b.follow(fn, root, name, edge, kind == "Client")
		return
	}
	if kind == "Client" {
		b.begin(c)
		return
	}
	if b.entity == nil && root != nil {
		b.entity = b.es.of(root, name)
	}
	if b.entity == nil {
		return
	}
	if add, ok := calls[c.Name]; ok {
		add(b, c)
		return
	}
	b.named(c, strings.HasPrefix(kind, "Upsert"))
}

// begin starts a query or a mutation.
func (b *builder) begin(c *goval.Call) {
	*b = builder{es: b.es, Writer: b.Writer, entity: b.resultOf(c.Fn())}
	_, ofRow := entityOf(c.Fn().Signature().Recv().Type())
	b.own = strings.HasSuffix(c.Name, "One") || strings.HasSuffix(c.Name, "OneID") || ofRow != ""
	switch c.Name {
	case "CreateBulk":
		rows := orm.Variadic(c, 0)
		for _, e := range rows.Elems {
			b.row(e.Text())
		}
		b.unknown = cat(b.unknown, rows.More())
	case "MapCreateBulk":
		if len(c.Args) == 2 {
			b.row(orm.WithoutRoot(c.Args[1].Func()))
		}
	}
}

// resultOf is the entity of the builder that a function gives.
func (b *builder) resultOf(fn *types.Func) *entity {
	root, name, kind := generated(fn.Signature().Results().At(0).Type())
	if kind == "" {
		return nil
	}
	return b.es.of(root, name)
}

// row adds what one row of many is given: the statement has the columns of all.
func (b *builder) row(steps goval.Value) {
	for _, way := range steps.Variants() {
		in := &builder{es: b.es, Writer: b.Writer, entity: b.entity}
		in.take(way)
		for _, p := range in.set {
			if !slices.Contains(b.set, p) {
				b.set = append(b.set, p)
			}
		}
		b.linked = append(b.linked, in.linked...)
		b.unknown = cat(b.unknown, in.unknown)
	}
}

// follow goes from the rows of a query, or from one row, along an edge.
func (b *builder) follow(fn *types.Func, root *types.Package, name, edge string, one bool) {
	owner := b.entity
	if one || owner == nil {
		owner = b.es.of(root, name)
	}
	next := &builder{es: b.es, Writer: b.Writer, entity: b.resultOf(fn), unique: true}
	if owner == nil || owner.edges[edge] == nil {
		next.unknown = goval.Unknown("edge " + edge)
	} else if next.entity != nil && one {
		next.fromOne(owner, owner.edges[edge])
	} else if next.entity != nil {
		b.entity = owner
		next.path = b.along(owner, owner.edges[edge], next.entity)
	}
	*b = *next
}

// calls are the methods that all entities have.
var calls map[string]func(*builder, *goval.Call)

func init() {
	calls = map[string]func(*builder, *goval.Call){
		"Where": func(b *builder, c *goval.Call) {
			b.wheres = append(b.wheres, b.predicates(orm.Variadic(c, 0), b.entity, b.entity.table)...)
		},
		"Limit":  func(b *builder, c *goval.Call) { b.limited = true },
		"Offset": func(b *builder, c *goval.Call) { b.offset = true },
		"Unique": func(b *builder, c *goval.Call) { b.unique = len(c.Args) == 1 && c.Args[0].Const != "false" },
		"Order": func(b *builder, c *goval.Call) {
			l := orm.Variadic(c, 0)
			for _, e := range l.Elems {
				b.orders = append(b.orders, b.order(e.Arg))
			}
			if l.Open != "" {
				b.orders = append(b.orders, l.More())
			}
		},
		"Select":    func(b *builder, c *goval.Call) { b.names(c) },
		"GroupBy":   func(b *builder, c *goval.Call) { b.names(c); b.grouped = true },
		"Aggregate": func(b *builder, c *goval.Call) { b.aggregate(c) },
		"ForUpdate": func(b *builder, c *goval.Call) { b.lock = "FOR UPDATE" },
		"ForShare":  func(b *builder, c *goval.Call) { b.lock = "FOR SHARE" },
		"Modify":    func(b *builder, c *goval.Call) { b.unknown = goval.Unknown("what Modify adds") },
		"Clone":     func(*builder, *goval.Call) {},
		"SetID":     func(b *builder, c *goval.Call) { b.set = append(b.set, part{field: "ID"}) },

		"OnConflict":        func(b *builder, c *goval.Call) { b.onConflict(c) },
		"OnConflictColumns": func(b *builder, c *goval.Call) { b.onConflict(c) },
		"UpdateNewValues":   func(b *builder, c *goval.Call) { b.onRow().resolve = newValues },
		"Ignore":            func(b *builder, c *goval.Call) { b.onRow().resolve = oldValues },
		"DoNothing":         func(b *builder, c *goval.Call) { b.onRow().resolve = nothing },
		"Update": func(b *builder, c *goval.Call) {
			if len(c.Args) == 1 {
				b.take(orm.WithoutRoot(c.Args[0].Func()))
			}
		},
	}
}

// verbs begin the names of methods that are for a field or an edge, the longer first.
var verbs = []string{"SetNillable", "Set", "Update", "Clear", "Add", "Append", "Remove", "With"}

// named are the methods whose names say which field or edge they are for.
func (b *builder) named(c *goval.Call, upsert bool) {
	for _, verb := range verbs {
		rest, ok := strings.CutPrefix(c.Name, verb)
		if !ok || rest == "" {
			continue
		}
		if _, isField := b.entity.fields[rest]; isField {
			b.field(verb, rest, upsert)
		} else {
			b.edge(verb, rest, c)
		}
		return
	}
}

func (b *builder) field(verb, field string, upsert bool) {
	switch {
	case upsert:
		b.onRow().assign(b, verb, field)
	case verb == "Clear":
		b.cleared = append(b.cleared, field)
	case verb == "Add":
		b.added = append(b.added, field)
	case verb != "Remove":
		b.set = append(b.set, part{field, verb == "SetNillable"})
	}
}

func (b *builder) edge(verb, rest string, c *goval.Call) {
	d := b.entity.edgeOf(rest)
	if d == nil {
		return
	}
	switch verb {
	case "With":
		l := load{edge: d}
		if len(c.Args) > 0 {
			l.with = orm.WithoutRoot(c.Args[0].Func())
		}
		b.loads = append(b.loads, l)
	case "Set", "SetNillable", "Add":
		b.linked = append(b.linked, link{edge: d, maybe: verb == "SetNillable"})
	case "Clear":
		b.taken = append(b.taken, link{edge: d, all: true})
	case "Remove":
		b.taken = append(b.taken, link{edge: d})
	}
}

// names are the columns of Select and GroupBy.
func (b *builder) names(c *goval.Call) {
	l := orm.Variadic(c, 0)
	b.fieldsOpen = b.fieldsOpen || l.Open != ""
	for _, e := range l.Elems {
		if text, ok := e.Text().Constant(); ok {
			b.fields = append(b.fields, text)
		} else {
			b.fieldsOpen = true
		}
	}
}
