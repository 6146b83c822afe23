package bun

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// creates: Exec of a query that makes a table or an index.
func creates(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil || fn.Name() != "Exec" {
		return false
	}
	name := structs.NameIn(recv.Type(), path)
	return name == "CreateTableQuery" || name == "CreateIndexQuery"
}

// created, after query_table_create.go, query_index_create.go and
// pgdialect/sqltype.go.
func created(builder goval.Value, env orm.Env) (made []usage.Made, unknown []string) {
	for _, steps := range builder.Variants() {
		c := &creation{ts: tablesOf(env)}
		for _, p := range steps {
			if call := goval.CallOf(p); call != nil {
				c.take(call)
			}
		}
		if c.temporary {
			continue
		}
		if m, ok := c.made(); ok && len(c.unknown) == 0 {
			made = append(made, m)
		} else {
			unknown = append(unknown, c.unknown...)
		}
	}
	return made, unknown
}

// creation is one query that makes a table or an index.
type creation struct {
	ts                             *tables
	table                          *table
	isIndex, temporary, unique     bool
	relations                      bool
	varchar                        string
	columns, keys, include, wheres []string
	name, method, partition        string
	unknown                        []string
}

// constant is an argument that has to be a constant text without placeholders.
func (c *creation) constant(call *goval.Call, i int) string {
	if i >= len(call.Args) {
		return ""
	}
	text, ok := call.Args[i].Text().Constant()
	if !ok || strings.Contains(text, "?") && len(call.Args) > i+1 {
		c.unknown = append(c.unknown, call.Name+" of a table or index")
	}
	return text
}

func (c *creation) constants(call *goval.Call) (out []string) {
	l := orm.Variadic(call, 0)
	if l.Open != "" {
		c.unknown = append(c.unknown, l.Open)
	}
	for _, e := range l.Elems {
		text, ok := e.Text().Constant()
		if !ok {
			c.unknown = append(c.unknown, call.Name+" of a table or index")
		}
		out = append(out, text)
	}
	return out
}

// take follows a call.
func (c *creation) take(call *goval.Call) {
	switch call.Name {
	case "NewCreateIndex", "NewCreateIndexQuery":
		c.isIndex = true
	case "Model":
		if c.table = c.ts.of(call.Args[0].DynamicType()); c.table == nil {
			c.unknown = append(c.unknown, "a model of type "+call.Args[0].Type)
		}
	case "Temp":
		c.temporary = true
	case "WithForeignKeys":
		c.relations = true
	case "Varchar":
		c.varchar = call.Args[0].Const
	case "ForeignKey":
		c.keys = append(c.keys, "FOREIGN KEY "+c.constant(call, 0))
	case "PartitionBy":
		c.partition = c.constant(call, 0)
	case "Unique":
		c.unique = true
	case "Index":
		c.name = c.constant(call, 0)
	case "Using":
		c.method = c.constant(call, 0)
	case "Where":
		c.wheres = append(c.wheres, "("+c.constant(call, 0)+")")
	case "Include":
		for _, name := range c.constants(call) {
			c.include = append(c.include, usage.Quote(name))
		}
	case "Column":
		for _, name := range c.constants(call) {
			c.columns = append(c.columns, usage.Quote(name))
		}
	case "ColumnExpr":
		c.columns = append(c.columns, c.constant(call, 0))
	case "Table", "TableExpr", "ModelTableExpr", "IncludeExpr", "IndexExpr", "WhereOr", "ExcludeColumn":
		c.unknown = append(c.unknown, call.Name+" of a table or index")
	}
}

// made is the table or the index.
func (c *creation) made() (usage.Made, bool) {
	if c.table == nil || c.table.name == "" {
		c.unknown = append(c.unknown, "a table or index without a model")
		return usage.Made{}, false
	}
	schema, name, ok := strings.Cut(c.table.name, ".")
	if !ok {
		schema, name = "", c.table.name
	}
	m := usage.Made{Library: "bun", Kind: usage.MadeTable, Schema: schema, Table: name, Place: c.place()}
	if !c.isIndex {
		m.SQL = c.tableSQL(m.Relation())
		return m, true
	}
	m.Kind, m.Name = usage.MadeIndex, c.name
	m.SQL = c.indexSQL(m.Relation())
	return m, len(c.columns) > 0
}

// place is where the model is declared.
func (c *creation) place() sqltext.Run {
	n, ok := types.Unalias(c.table.typ).(*types.Named)
	if !ok {
		return sqltext.Run{}
	}
	run := c.ts.env.Position(n.Obj())
	return sqltext.Run{File: run.File, Line: run.Line, Column: run.Column}
}

func (c *creation) tableSQL(relation string) string {
	var defs []string
	for _, f := range c.table.fields {
		defs = append(defs, c.definition(f))
	}
	defs = append(defs, c.columns...)
	if len(c.table.pks) > 0 {
		defs = append(defs, "PRIMARY KEY "+fieldList(c.table.pks))
	}
	defs = append(defs, c.uniques()...)
	if c.relations {
		defs = append(defs, c.table.references()...)
	}
	sql := "CREATE TABLE " + relation + " (" + strings.Join(append(defs, c.keys...), ", ") + ")"
	if c.partition != "" {
		sql += " PARTITION BY " + c.partition
	}
	return sql
}

func (c *creation) indexSQL(relation string) string {
	words := []string{"CREATE"}
	if c.unique {
		words = append(words, "UNIQUE")
	}
	words = append(words, "INDEX", usage.Quote(c.name), "ON", relation)
	if c.method != "" {
		words = append(words, "USING", c.method)
	}
	words = append(words, "("+strings.Join(c.columns, ", ")+")")
	if len(c.include) > 0 {
		words = append(words, "INCLUDE ("+strings.Join(c.include, ", ")+")")
	}
	if len(c.wheres) > 0 {
		words = append(words, "WHERE "+strings.Join(c.wheres, " AND "))
	}
	return strings.Join(words, " ")
}

func fieldList(fields []*field) string {
	var names []string
	for _, f := range fields {
		names = append(names, usage.Quote(f.name))
	}
	return "(" + strings.Join(names, ", ") + ")"
}

// definition is a column as CREATE TABLE has it.
func (c *creation) definition(f *field) string {
	typ := f.sqlType()
	switch {
	case f.auto && !f.tag.has("identity") && serials[typ] != "":
		typ = serials[typ]
	case typ == "VARCHAR" && c.varchar != "":
		typ = "VARCHAR(" + c.varchar + ")"
	}
	sql := usage.Quote(f.name) + " " + typ
	if f.isPK || f.auto || f.tag.has("notnull") {
		sql += " NOT NULL"
	}
	if f.tag.has("identity") {
		sql += " GENERATED BY DEFAULT AS IDENTITY"
	}
	if def := f.tag.option("default"); def != "" {
		sql += " DEFAULT " + def
	}
	return sql
}

var serials = map[string]string{"SMALLINT": "SMALLSERIAL", "INTEGER": "SERIAL", "BIGINT": "BIGSERIAL"}

// uniques are the constraints that tags ask for: one for each field, or for all of a name.
func (c *creation) uniques() (out []string) {
	var order []string
	groups := map[string][]*field{}
	for _, f := range c.table.fields {
		if !f.tag.has("unique") {
			continue
		}
		for _, name := range strings.Split(f.tag.option("unique"), ",") {
			if name == "" {
				out = append(out, "UNIQUE "+fieldList([]*field{f}))
				continue
			}
			if groups[name] == nil {
				order = append(order, name)
			}
			groups[name] = append(groups[name], f)
		}
	}
	slices.Sort(order)
	for _, name := range order {
		out = append(out, "CONSTRAINT "+usage.Quote(name)+" UNIQUE "+fieldList(groups[name]))
	}
	return out
}

// references are the foreign keys of relations from columns that are no primary keys to one
// (Relation.References).
func (tb *table) references() (out []string) {
	var names []string
	for name := range tb.relations {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		r := tb.relations[name]
		if r.join == nil || r.between != nil || len(r.base) == 0 ||
			slices.ContainsFunc(r.base, func(f *field) bool { return f.isPK }) ||
			slices.ContainsFunc(r.far, func(f *field) bool { return !f.isPK }) {
			continue
		}
		sql := "FOREIGN KEY " + fieldList(r.base) + " REFERENCES " + r.join.selects + " " + fieldList(r.far)
		for _, action := range []struct{ tag, sql string }{{"on_update", " ON UPDATE "}, {"on_delete", " ON DELETE "}} {
			if a := r.field.tag.option(action.tag); a != "" {
				sql += action.sql + strings.ToUpper(a)
			}
		}
		out = append(out, sql)
	}
	return out
}

// sqlType is what pgdialect takes for the type of a field (fieldSQLType).
func (f *field) sqlType() string {
	for _, own := range []string{"type", "composite"} {
		if t := f.tag.option(own); t != "" {
			return t
		}
	}
	if f.tag.has("hstore") {
		return "HSTORE"
	}
	if f.tag.has("array") {
		switch u := f.typ.Underlying().(type) {
		case *types.Slice:
			return sqlType(u.Elem()) + "[]"
		case *types.Array:
			return sqlType(u.Elem()) + "[]"
		}
	}
	if types.TypeString(types.Unalias(f.typ), nil) == "net.IP" {
		return "BYTEA" // A slice of bytes first; an element of an array is INET.
	}
	return sqlType(f.typ)
}

// typeNames are the types of some structs and slices (schema.DiscoverSQLType).
var typeNames = map[string]string{
	"time.Time": "TIMESTAMPTZ", "database/sql.NullTime": "TIMESTAMPTZ", path + ".NullTime": "TIMESTAMPTZ",
	path + "/schema.NullTime": "TIMESTAMPTZ", "database/sql.NullBool": "BOOLEAN",
	"database/sql.NullFloat64": "DOUBLE PRECISION", "database/sql.NullInt64": "BIGINT",
	"database/sql.NullString": "VARCHAR", "net.IP": "INET", "net.IPNet": "CIDR", "encoding/json.RawMessage": "JSONB",
}

func sqlType(t types.Type) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if name, ok := typeNames[types.TypeString(types.Unalias(t), nil)]; ok {
		return name
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return basicType(u)
	case *types.Map, *types.Struct:
		return "JSONB"
	case *types.Slice:
		return sequenceType(u.Elem())
	case *types.Array:
		return sequenceType(u.Elem())
	}
	return orm.UnknownType(t)
}

func sequenceType(elem types.Type) string {
	if b, ok := elem.Underlying().(*types.Basic); ok && b.Kind() == types.Uint8 {
		return "BYTEA"
	}
	return "JSONB"
}

func basicType(b *types.Basic) string {
	switch b.Kind() {
	case types.Bool:
		return "BOOLEAN"
	case types.Int, types.Int64, types.Uint, types.Uint64, types.Uintptr:
		return "BIGINT"
	case types.Int8, types.Int16, types.Uint8, types.Uint16:
		return "SMALLINT"
	case types.Int32, types.Uint32:
		return "INTEGER"
	case types.Float32:
		return "REAL"
	case types.Float64:
		return "DOUBLE PRECISION"
	}
	return "VARCHAR"
}
