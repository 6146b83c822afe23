package gorm

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// creates: AutoMigrate and CreateTable, of a session or its Migrator, and
// the changes that a Migrator makes.
func creates(fn *types.Func) bool {
	return fn.Pkg() != nil && fn.Pkg().Path() == path && fn.Signature().Recv() != nil &&
		(fn.Name() == "AutoMigrate" || fn.Name() == "CreateTable" || isChange(fn))
}

// created, after migrator/migrator.go and the driver for PostgreSQL:
// the tables of the models, and for AutoMigrate of those that they refer to.
func created(builder goval.Value, env orm.Env) (made []usage.Made, unknown []string) {
	ms := modelsOf(env)
	c := &creation{ms: ms, done: map[*model]bool{}}
	last := builder.LastCall()
	if last == nil {
		return nil, []string{"a migrator that is not known"}
	}
	if changes[last.Name] != nil || last.Name == "DropTable" {
		return (&alteration{ms, last}).changed(), nil
	}
	c.adds = last.Name == "AutoMigrate"
	args := orm.Variadic(last, 0)
	if args.Open != "" {
		c.unknown = append(c.unknown, args.Open)
	}
	var given []*model
	for _, a := range args.Elems {
		m := ms.of(a.DynamicType())
		if m == nil {
			c.unknown = append(c.unknown, "a model of type "+a.Type)
			continue
		}
		given = append(given, m)
	}
	for _, m := range given {
		m.children() // A child learns of its owner before any table is made.
	}
	for _, m := range given {
		c.table(m)
	}
	return c.made, c.unknown
}

// creation makes the tables of one call.
type creation struct {
	ms      *models
	adds    bool
	done    map[*model]bool
	made    []usage.Made
	unknown []string
}

// table makes the table of a model, after those that its foreign keys need (ReorderModels).
func (c *creation) table(m *model) {
	if c.done[m] {
		return
	}
	c.done[m] = true
	if m.tableName == "" {
		c.unknown = append(c.unknown, "the table name of "+m.name)
		return
	}
	if c.adds && !c.ms.naming.NoRelationships {
		for _, name := range m.order {
			switch r := m.relations[name]; {
			case r.kind == belongsTo && len(m.foreignKey(r)) > 0 && r.model != m:
				c.table(r.model)
			case r.kind == manyToMany:
				c.table(r.model)
			}
		}
	}
	c.columns(m)
	for _, k := range m.constraints(c.ms) {
		c.add(m, k.kind, k.name, "ALTER TABLE "+sqlName(m.tableName)+" ADD CONSTRAINT "+usage.Quote(k.name)+" "+k.sql,
			k.field)
	}
	for _, i := range m.indexes(c.ms) {
		c.add(m, usage.MadeIndex, i.name, i.sql(m), i.fields[0].field)
	}
	for _, name := range m.order {
		if r := m.relations[name]; r.kind == manyToMany && c.adds {
			c.join(r)
		}
	}
}

// join makes the table between two models.
func (c *creation) join(r *relation) {
	if c.done[r.join] {
		return
	}
	c.columns(r.join)
	if c.ms.naming.NoForeignKeys || c.ms.naming.NoRelationships {
		return
	}
	far := r.model.name
	if far == r.owner.name {
		far = r.field.name
	}
	for _, side := range []struct {
		name  string
		model *model
		own   bool
	}{{r.owner.name, r.owner, true}, {far, r.model, false}} {
		var foreign, keys []*field
		for _, ref := range r.refs {
			if ref.own == side.own {
				foreign, keys = append(foreign, ref.foreign), append(keys, ref.key)
			}
		}
		name := c.ms.naming.constraint("fk", r.join.tableName, c.ms.naming.Column(side.name))
		c.add(r.join, usage.MadeForeignKey, name,
			"ALTER TABLE "+sqlName(r.join.tableName)+" ADD CONSTRAINT "+usage.Quote(name)+" "+
				references(foreign, side.model, keys, nil), r.field)
	}
}

func (c *creation) add(m *model, kind usage.MadeKind, name, sql string, f *field) {
	c.made = append(c.made, m.made(kind, name, sql, c.place(f)))
}

func (m *model) made(kind usage.MadeKind, name, sql string, place sqltext.Run) usage.Made {
	schema, table, ok := strings.Cut(m.tableName, ".")
	if !ok {
		schema, table = "", m.tableName
	}
	return usage.Made{Library: "gorm", Kind: kind, Schema: schema, Table: table, Name: name, SQL: sql, Place: place}
}

// place is where a field is declared.
func (c *creation) place(f *field) sqltext.Run {
	run := c.ms.env.Position(f.obj)
	return sqltext.Run{File: run.File, Line: run.Line, Column: run.Column}
}

// columns makes the table itself, and each column for a table that is there.
func (c *creation) columns(m *model) {
	c.done[m] = true
	table := m.made(usage.MadeTable, "", "", c.placeOf(m))
	var columns []usage.Made
	var defs []string
	withKey := false
	for _, f := range m.columns {
		if tag := strings.ToLower(strings.TrimSpace(f.tag["-"])); tag == "all" || tag == "migration" || f.column == "" {
			continue
		}
		typ, ok := f.sqlType(c.ms)
		if !ok {
			typ = orm.UnknownType(f.typ)
		}
		withKey = withKey || strings.Contains(strings.ToUpper(typ), "PRIMARY KEY")
		column := usage.MadeColumn{Type: typ, Default: f.defaultValue(),
			NotNull: truth(f.tag["NOT NULL"], f.tag["NOTNULL"]), Fixed: f.primary || f.autoInc}
		def := usage.Quote(f.column) + " " + column.Definition()
		col := m.made(usage.MadeColumns, f.column, "ALTER TABLE "+sqlName(m.tableName)+" ADD "+def, c.place(f))
		col.Column = &column
		columns, defs = append(columns, col), append(defs, def)
	}
	if !withKey && len(m.primary) > 0 {
		defs = append(defs, "PRIMARY KEY "+columnList(m.primary))
	}
	table.SQL = "CREATE TABLE " + sqlName(m.tableName) + " (" + strings.Join(defs, ",") + ")"
	c.made = append(append(c.made, table), columns...)
}

func (c *creation) placeOf(m *model) sqltext.Run {
	if n, ok := types.Unalias(m.typ).(*types.Named); ok {
		run := c.ms.env.Position(n.Obj())
		return sqltext.Run{File: run.File, Line: run.Line, Column: run.Column}
	}
	return c.place(m.columns[0])
}

// sqlName quotes a name that may have a schema.
func sqlName(name string) string {
	schema, table, ok := strings.Cut(name, ".")
	if !ok {
		return usage.Quote(name)
	}
	return usage.Quote(schema) + "." + usage.Quote(table)
}

func columnList(fields []*field) string {
	var names []string
	for _, f := range fields {
		names = append(names, usage.Quote(f.column))
	}
	return "(" + strings.Join(names, ",") + ")"
}

// constraint is one that a table gets beside its primary key.
type constraint struct {
	kind      usage.MadeKind
	name, sql string
	field     *field
}

// constraints are the foreign keys, unique columns and checks of a model (schema/constraint.go).
func (m *model) constraints(ms *models) []constraint {
	var out []constraint
	if !ms.naming.NoForeignKeys && !ms.naming.NoRelationships {
		for _, name := range m.order {
			if r := m.relations[name]; r.kind == belongsTo || r.model == m {
				out = append(out, m.foreignKey(r)...)
			}
		}
		for _, r := range m.owners {
			out = append(out, r.owner.foreignKey(r)...)
		}
	}
	for _, f := range m.fields {
		if truth(f.tag["UNIQUE"]) && f.column != "" {
			out = append(out, constraint{usage.MadeUnique,
				ms.naming.constraint("uni", m.tableName, ms.naming.Column(f.column)), "UNIQUE (" + usage.Quote(f.column) + ")", f})
		}
	}
	for _, f := range m.columns {
		if check := f.tag["CHECK"]; check != "" {
			name, sql, ok := strings.Cut(check, ",")
			if !ok || !wordsAndDashes.MatchString(name) {
				sql = strings.TrimPrefix(check, ",")
				name = ms.naming.constraint("chk", m.tableName, f.column)
			}
			out = append(out, constraint{usage.MadeCheck, name, "CHECK (" + sql + ")", f})
		}
	}
	return out
}

var wordsAndDashes = regexp.MustCompile(`^[\w-]+$`)

// foreignKey is what a relation makes of the table that has the key, if anything
// (Relationship.ParseConstraint).
func (m *model) foreignKey(r *relation) []constraint {
	tag := r.field.tag["CONSTRAINT"]
	if tag == "-" || r.kind == manyToMany || r.refs[0].key == nil || strings.EqualFold(r.field.tag["-"], "migration") {
		return nil
	}
	var foreign, keys []*field
	for _, ref := range r.refs {
		foreign, keys = append(foreign, ref.foreign), append(keys, ref.key)
	}
	if r.kind == belongsTo {
		for _, other := range r.model.relations {
			if other != r && other.model == m && other.kind != manyToMany &&
				slices.EqualFunc(other.refs, r.refs,
					func(x, y reference) bool { return x.key == y.key && x.foreign == y.foreign }) {
				return nil // That one makes it.
			}
		}
	}
	name, _, named := strings.Cut(tag, ",")
	if !named || !wordsAndDashes.MatchString(name) {
		name = m.models.naming.constraint("fk", m.tableName, m.models.naming.Column(r.name))
	}
	to := r.model
	if r.kind != belongsTo {
		to = m
	}
	return []constraint{{usage.MadeForeignKey, name, references(foreign, to, keys, settingsOf(tag, ",")), r.field}}
}

func references(foreign []*field, to *model, keys []*field, actions map[string]string) string {
	sql := "FOREIGN KEY " + columnList(foreign) + " REFERENCES " + sqlName(to.tableName) + columnList(keys)
	if a := actions["ONDELETE"]; a != "" {
		sql += " ON DELETE " + a
	}
	if a := actions["ONUPDATE"]; a != "" {
		sql += " ON UPDATE " + a
	}
	return sql
}

// children tells the models of has one and has many that their tables have the foreign key.
func (m *model) children() {
	for _, name := range m.order {
		r := m.relations[name]
		if (r.kind == hasOne || r.kind == hasMany) && r.refs[0].key != nil && r.model != m && len(r.field.bind) == 1 &&
			!slices.Contains(r.model.owners, r) {
			r.model.owners = append(r.model.owners, r)
		}
	}
}

// index is one that tags ask for (schema/index.go).
type index struct {
	name, class, method, where, option string
	fields                             []indexed
}

type indexed struct {
	field    *field
	text     string
	priority int
}

// indexes are those of the tags of all fields; a name that comes again adds a column.
func (m *model) indexes(ms *models) []*index {
	var out []*index
	byName := map[string]*index{}
	for _, f := range m.fields {
		if f.tag["INDEX"] == "" && f.tag["UNIQUEINDEX"] == "" || f.column == "" {
			continue
		}
		for _, part := range strings.Split(f.raw, ";") {
			key, rest, _ := strings.Cut(part, ":")
			key = strings.TrimSpace(strings.ToUpper(key))
			if key != "INDEX" && key != "UNIQUEINDEX" {
				continue
			}
			name, options, _ := strings.Cut(rest, ",")
			set := settingsOf(options, ",")
			if name == "" {
				of := f.name
				if set["COMPOSITE"] != "" {
					of = set["COMPOSITE"]
				}
				name = ms.naming.constraint("idx", m.tableName, ms.naming.Column(of))
			}
			if key == "UNIQUEINDEX" || set["UNIQUE"] != "" {
				set["CLASS"] = "UNIQUE"
			}
			i := byName[name]
			if i == nil {
				i = &index{name: name}
				byName[name], out = i, append(out, i)
			}
			i.add(f, set)
		}
	}
	return out
}

func (i *index) add(f *field, set map[string]string) {
	i.class, i.method = cmp.Or(i.class, set["CLASS"]), cmp.Or(i.method, set["TYPE"])
	i.where, i.option = cmp.Or(i.where, set["WHERE"]), cmp.Or(i.option, set["OPTION"])
	of := indexed{field: f, text: usage.Quote(f.column), priority: 10}
	if p, err := strconv.Atoi(set["PRIORITY"]); err == nil {
		of.priority = p
	}
	if set["EXPRESSION"] != "" {
		of.text = set["EXPRESSION"]
	}
	if set["COLLATE"] != "" {
		of.text += " COLLATE " + set["COLLATE"]
	}
	if set["SORT"] != "" {
		of.text += " " + set["SORT"]
	}
	i.fields = append(i.fields, of)
	slices.SortStableFunc(i.fields, func(x, y indexed) int { return x.priority - y.priority })
}

func (i *index) sql(m *model) string {
	words := []string{"CREATE"}
	if i.class != "" {
		words = append(words, i.class)
	}
	words = append(words, "INDEX IF NOT EXISTS", usage.Quote(i.name), "ON", sqlName(m.tableName))
	if i.method != "" {
		words = append(words, "USING "+i.method)
	}
	var columns []string
	for _, f := range i.fields {
		columns = append(columns, f.text)
	}
	words = append(words, "("+strings.Join(columns, ",")+")")
	if i.option != "" && !strings.EqualFold(strings.TrimSpace(i.option), "CONCURRENTLY") {
		words = append(words, i.option)
	}
	if i.where != "" {
		words = append(words, "WHERE "+i.where)
	}
	return strings.Join(words, " ")
}

// constraint is the name that gorm makes of a table and something of it (formatName), in the
// length that its driver for PostgreSQL sets.
func (n Naming) constraint(prefix, table, name string) string {
	out := strings.ReplaceAll(prefix+"_"+table+"_"+name, ".", "_")
	if utf8.RuneCountInString(out) > maxIdentifier {
		sum := sha1.Sum([]byte(out))
		out = out[:maxIdentifier-8] + hex.EncodeToString(sum[:])[:8]
	}
	return out
}

const maxIdentifier = 63
