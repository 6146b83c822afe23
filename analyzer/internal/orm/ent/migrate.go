package ent

import (
	"crypto/md5"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// schemaPath is the package of the tables that a generated package migrate declares.
const schemaPath = dialect + "/schema"

// The settings of a program that say what Schema.Create drops.
const (
	dropsColumns = "WithDropColumn"
	dropsIndexes = "WithDropIndex"
)

// setting: an option of Schema.Create that has it drop something.
func setting(n ast.Node, info *types.Info) (library, setting string, ok bool) {
	call, isCall := n.(*ast.CallExpr)
	if !isCall || len(call.Args) != 1 {
		return "", "", false
	}
	sel, isSelector := call.Fun.(*ast.SelectorExpr)
	if !isSelector || sel.Sel.Name != dropsColumns && sel.Sel.Name != dropsIndexes {
		return "", "", false
	}
	obj := info.Uses[sel.Sel]
	v := info.Types[call.Args[0]].Value
	if obj == nil || obj.Pkg() == nil || obj.Pkg().Path() != schemaPath && obj.Pkg().Name() != "migrate" ||
		v != nil && v.ExactString() == "false" {
		return "", "", false
	}
	return dialect, sel.Sel.Name, true
}

// declares: the package migrate that ent generates, and those of
// entities, which may be views.
func declares(pkg *types.Package) bool { return isMigrate(pkg) || isEntity(pkg) }

func isMigrate(pkg *types.Package) bool {
	return pkg.Name() == "migrate" && has[*types.Var](pkg, "Tables") &&
		slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool { return p.Path() == schemaPath })
}

// declaredSchema, after dialect/sql/schema/atlas.go and postgres.go: the
// tables that Schema.Create makes. A view is made by something else.
func declaredSchema(pkg *types.Package, files []*ast.File, info *types.Info, env orm.Env) []usage.Made {
	if !isMigrate(pkg) {
		obj := pkg.Scope().Lookup("Table")
		run := env.Position(obj)
		return []usage.Made{{Library: "ent", Kind: usage.MadeElsewhere, Table: text(pkg, "Table"),
			Place: sqltext.Run{File: run.File, Line: run.Line, Column: run.Column}}}
	}
	d := &declared{info: info, env: env, values: map[string]*ast.CompositeLit{},
		names: map[*ast.CompositeLit]*ast.Ident{}, notes: map[string]*ast.CompositeLit{}}
	d.read(files)
	drops := env.Settings(dialect)
	var out []usage.Made
	for _, e := range d.list(d.values["Tables"]) {
		id, ok := e.(*ast.Ident)
		if !ok || d.values[id.Name] == nil {
			continue
		}
		made := d.table(id.Name)
		made[0].DropColumns, made[0].DropIndexes = slices.Contains(drops, dropsColumns), slices.Contains(drops, dropsIndexes)
		out = append(out, made...)
	}
	return out
}

// declared are the variables of a package migrate.
type declared struct {
	info   *types.Info
	env    orm.Env
	values map[string]*ast.CompositeLit
	names  map[*ast.CompositeLit]*ast.Ident
	// notes are the annotations of tables, which init sets, by what it sets.
	notes map[string]*ast.CompositeLit
}

func (d *declared) read(files []*ast.File) {
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, v := range n.Values {
					if lit := literal(v); lit != nil && i < len(n.Names) {
						d.values[n.Names[i].Name], d.names[lit] = lit, n.Names[i]
					}
				}
			case *ast.AssignStmt:
				// UsersTable.Annotation = &…, UsersTable.Annotation.Checks = …
				if len(n.Rhs) == 1 && literal(n.Rhs[0]) != nil {
					d.notes[types.ExprString(n.Lhs[0])] = literal(n.Rhs[0])
				}
			}
			return true
		})
	}
}

// literal is a composite literal, or what an address is of.
func literal(e ast.Expr) *ast.CompositeLit {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = u.X
	}
	lit, _ := e.(*ast.CompositeLit)
	return lit
}

// list are the elements of a literal, or of the variable that holds it.
func (d *declared) list(e ast.Expr) []ast.Expr {
	if id, ok := e.(*ast.Ident); ok {
		e = d.values[id.Name]
	}
	lit, _ := e.(*ast.CompositeLit)
	if lit == nil {
		return nil
	}
	return lit.Elts
}

// get is a field of a literal; nil if it is not set.
func get(lit *ast.CompositeLit, field string) ast.Expr {
	if lit == nil {
		return nil
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == field {
				return kv.Value
			}
		}
	}
	return nil
}

// text is a field that is a constant text.
func (d *declared) text(lit *ast.CompositeLit, field string) string {
	return constantText(d.info, get(lit, field))
}

func constantText(info *types.Info, e ast.Expr) string {
	if v := info.Types[e].Value; e != nil && v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

// is says that a field is true.
func (d *declared) is(lit *ast.CompositeLit, field string) bool {
	e := get(lit, field)
	return e != nil && d.info.Types[e].Value != nil && d.info.Types[e].Value.ExactString() == "true"
}

// pairs are the keys and values of a field that is a map, in order.
func (d *declared) pairs(lit *ast.CompositeLit, field string) (keys []string, values map[string]ast.Expr) {
	return d.pairsOf(literal(get(lit, field)))
}

func (d *declared) pairsOf(lit *ast.CompositeLit) (keys []string, values map[string]ast.Expr) {
	values = map[string]ast.Expr{}
	if lit == nil {
		return nil, values
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			key := constantText(d.info, kv.Key)
			keys, values[key] = append(keys, key), kv.Value
		}
	}
	slices.Sort(keys)
	return keys, values
}

// column is the literal of a column that is named as an element of a list: UsersColumns[0].
func (d *declared) column(e ast.Expr) *ast.CompositeLit {
	x, ok := e.(*ast.IndexExpr)
	if !ok {
		return nil
	}
	columns := d.list(x.X)
	n := d.info.Types[x.Index].Value
	if n == nil || n.Kind() != constant.Int {
		return nil
	}
	if i, exact := constant.Int64Val(n); exact && i >= 0 && int(i) < len(columns) {
		return literal(columns[i])
	}
	return nil
}

func (d *declared) columnNames(e ast.Expr) (names []string) {
	for _, c := range d.list(e) {
		names = append(names, d.text(d.column(c), "Name"))
	}
	return names
}

// table makes a table with all that belongs to it.
func (d *declared) table(variable string) []usage.Made {
	lit, note := d.values[variable], d.notes[variable+".Annotation"]
	t := usage.Made{Library: "ent", Kind: usage.MadeTable, Schema: d.text(lit, "Schema"), Table: d.text(lit, "Name"),
		Place: d.place(d.names[lit])}
	primary := d.columnNames(get(lit, "PrimaryKey"))
	foreign := map[string]bool{}
	for _, fk := range d.list(get(lit, "ForeignKeys")) {
		for _, c := range d.columnNames(get(literal(fk), "Columns")) {
			foreign[c] = true
		}
	}
	part := func(kind usage.MadeKind, name, sql string, at ast.Node) usage.Made {
		m := t
		m.Kind, m.Name, m.SQL, m.Place = kind, name, sql, d.place(at)
		return m
	}
	var columns, rest []usage.Made
	var defs []string
	explicit := d.indexNames(lit)
	for _, e := range d.list(get(lit, "Columns")) {
		c := literal(e)
		if c == nil {
			continue // No code that ent generates.
		}
		name := d.text(c, "Name")
		def := d.definition(c, foreign[name])
		sql := usage.Quote(name) + " " + def.sql
		m := part(usage.MadeColumns, name, "ALTER TABLE "+t.Relation()+" ADD COLUMN "+sql, c)
		m.Column = &def.MadeColumn
		columns, defs = append(columns, m), append(defs, sql)
		if key := t.Table + "_" + name + "_key"; d.is(c, "Unique") && !slices.Equal(primary, []string{name}) &&
			!slices.Contains(explicit, key) {
			rest = append(rest, part(usage.MadeIndex, key,
				"CREATE UNIQUE INDEX "+usage.Quote(key)+" ON "+t.Relation()+" ("+usage.Quote(name)+")", c))
		}
	}
	if len(primary) > 0 {
		defs = append(defs, "PRIMARY KEY "+quotedList(primary))
	}
	if check := d.text(note, "Check"); check != "" {
		defs = append(defs, "CHECK ("+check+")")
	}
	names, checks := d.pairsOf(d.notes[variable+".Annotation.Checks"])
	for _, name := range names {
		rest = append(rest, part(usage.MadeCheck, name,
			"ALTER TABLE "+t.Relation()+" ADD CONSTRAINT "+usage.Quote(name)+" CHECK ("+constantText(d.info, checks[name])+")",
			checks[name]))
	}
	t.SQL = "CREATE TABLE " + t.Relation() + " (" + strings.Join(defs, ", ") + ")"
	for _, e := range d.list(get(lit, "Indexes")) {
		name, sql := d.index(literal(e), t)
		rest = append(rest, part(usage.MadeIndex, name, sql, e))
	}
	for _, e := range d.list(get(lit, "ForeignKeys")) {
		if name, sql := d.foreignKey(literal(e)); sql != "" {
			rest = append(rest, part(usage.MadeForeignKey, name,
				"ALTER TABLE "+t.Relation()+" ADD CONSTRAINT "+usage.Quote(name)+" "+sql, e))
		}
	}
	return slices.Concat([]usage.Made{t}, columns, rest)
}

func (d *declared) place(n ast.Node) sqltext.Run {
	run := d.env.At(n.Pos())
	return sqltext.Run{File: run.File, Line: run.Line, Column: run.Column}
}

func quotedList(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, usage.Quote(n))
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// definition is what a column is, with the SQL that makes it.
type definition struct {
	usage.MadeColumn
	sql string
}

func (d *declared) definition(c *ast.CompositeLit, foreign bool) definition {
	out := definition{MadeColumn: usage.MadeColumn{Type: d.sqlType(c, foreign), NotNull: !d.is(c, "Nullable"),
		Default: d.defaultValue(c)}}
	serial := strings.HasSuffix(out.Type, "serial")
	out.Fixed = serial
	out.sql = out.Type
	if collation := d.text(c, "Collation"); collation != "" {
		out.sql += " COLLATE " + usage.Quote(collation)
	}
	if out.NotNull {
		out.sql += " NOT NULL"
	}
	if out.Default != "" {
		out.sql += " DEFAULT " + out.Default
	}
	if d.is(c, "Increment") && !serial && out.Default == "" {
		out.sql += " GENERATED BY DEFAULT AS IDENTITY"
	}
	return out
}

// sqlTypes are the types of PostgreSQL by the names of ent's (Postgres.atTypeC).
var sqlTypes = map[string]string{
	"TypeBool": "boolean", "TypeUint8": "smallint", "TypeInt8": "smallint", "TypeInt16": "smallint",
	"TypeUint16": "integer", "TypeInt32": "integer", "TypeUint32": "bigint", "TypeInt": "bigint", "TypeUint": "bigint",
	"TypeInt64": "bigint", "TypeUint64": "bigint", "TypeFloat32": "real", "TypeFloat64": "double precision",
	"TypeBytes": "bytea", "TypeUUID": "uuid", "TypeJSON": "jsonb", "TypeString": "character varying",
	"TypeTime": "timestamp with time zone", "TypeEnum": "character varying",
}

// maxCharSize is the size from which ent takes a text for one without limit.
const maxCharSize = 10 << 20

var integers = map[string]string{"bigserial": "bigint", "serial": "integer", "smallserial": "smallint"}

func (d *declared) sqlType(c *ast.CompositeLit, foreign bool) string {
	_, own := d.pairs(c, "SchemaType")
	if t := strings.ToLower(constantText(d.info, own["postgres"])); t != "" {
		if integer := integers[t]; foreign && integer != "" {
			return integer
		}
		return t
	}
	name := ""
	if sel, ok := get(c, "Type").(*ast.SelectorExpr); ok {
		name = sel.Sel.Name
	}
	if v := d.info.Types[get(c, "Size")].Value; name == "TypeString" && v != nil &&
		constant.Compare(constant.ToInt(v), token.GTR, constant.MakeInt64(maxCharSize)) {
		return "text"
	}
	if t, ok := sqlTypes[name]; ok {
		return t
	}
	return usage.MadeTypes + "." + usage.Quote(name)
}

// defaultValue is the default of a column as SQL; empty for none (Atlas.atDefault).
func (d *declared) defaultValue(c *ast.CompositeLit) string {
	e := get(c, "Default")
	if e == nil {
		return ""
	}
	if lit := literal(e); lit != nil {
		_, values := d.pairs(c, "Default")
		return bracketed(constantText(d.info, values["postgres"]))
	}
	v := d.info.Types[e].Value
	if v == nil {
		return ""
	}
	if v.Kind() != constant.String {
		return v.ExactString()
	}
	s := constant.StringVal(v)
	if n, ok := types.Unalias(d.info.TypeOf(e)).(*types.Named); ok && n.Obj().Name() == "Expr" {
		return bracketed(s)
	}
	if sel, ok := get(c, "Type").(*ast.SelectorExpr); ok && (sel.Sel.Name == "TypeUUID" || sel.Sel.Name == "TypeTime") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func bracketed(s string) string {
	if len(s) > 1 && (s[0] != '(' || s[len(s)-1] != ')') {
		return "(" + s + ")"
	}
	return s
}

// symbol is a name in the length that PostgreSQL takes (Atlas.symbol).
func symbol(name string) string {
	if len(name) <= 63 {
		return name
	}
	return fmt.Sprintf("%s_%x", name[:63-33], md5.Sum([]byte(name)))
}

func (d *declared) indexNames(table *ast.CompositeLit) (names []string) {
	for _, e := range d.list(get(table, "Indexes")) {
		if i := literal(e); d.is(i, "Unique") {
			names = append(names, symbol(d.text(i, "Name")))
		}
	}
	return names
}

// index is an index with its annotation (Postgres.atIndex).
func (d *declared) index(i *ast.CompositeLit, t usage.Made) (name, sql string) {
	name = symbol(d.text(i, "Name"))
	note := literal(get(i, "Annotation"))
	columns := d.columnNames(get(i, "Columns"))
	_, desc := d.pairs(note, "DescColumns")
	_, classes := d.pairs(note, "OpClassColumns")
	_, methods := d.pairs(note, "Types")
	var parts []string
	for _, c := range columns {
		part := usage.Quote(c)
		if class := constantText(d.info, classes[c]); class != "" {
			part += " " + class
		} else if class := d.text(note, "OpClass"); class != "" && len(columns) == 1 {
			part += " " + class
		}
		if desc[c] != nil || len(columns) == 1 && d.is(note, "Desc") {
			part += " DESC"
		}
		parts = append(parts, part)
	}
	words := []string{"CREATE"}
	if d.is(i, "Unique") {
		words = append(words, "UNIQUE")
	}
	words = append(words, "INDEX", usage.Quote(name), "ON", t.Relation())
	method := constantText(d.info, methods["postgres"])
	if method == "" {
		method = d.text(note, "Type")
	}
	if method != "" {
		words = append(words, "USING", method)
	}
	words = append(words, "("+strings.Join(parts, ", ")+")")
	if include := d.list(get(note, "IncludeColumns")); len(include) > 0 {
		var names []string
		for _, e := range include {
			if sel, ok := e.(*ast.SelectorExpr); ok { // UsersColumns[1].Name
				names = append(names, d.text(d.column(sel.X), sel.Sel.Name))
			}
		}
		words = append(words, "INCLUDE", quotedList(names))
	}
	if where := d.text(note, "Where"); where != "" {
		words = append(words, "WHERE", where)
	}
	return name, strings.Join(words, " ")
}

// foreignKey refers to the table whose columns it names.
func (d *declared) foreignKey(fk *ast.CompositeLit) (name, sql string) {
	name = symbol(d.text(fk, "Symbol"))
	refs := d.list(get(fk, "RefColumns"))
	if len(refs) == 0 {
		return "", ""
	}
	x, ok := refs[0].(*ast.IndexExpr)
	if !ok {
		return "", ""
	}
	to := d.ownerOf(x.X)
	if to == nil {
		return "", ""
	}
	target := usage.Made{Schema: d.text(to, "Schema"), Table: d.text(to, "Name")}
	sql = "FOREIGN KEY " + quotedList(d.columnNames(get(fk, "Columns"))) + " REFERENCES " + target.Relation() + " " +
		quotedList(d.columnNames(get(fk, "RefColumns")))
	if action := d.text(fk, "OnUpdate"); action != "" {
		sql += " ON UPDATE " + action
	}
	if action := d.text(fk, "OnDelete"); action != "" {
		sql += " ON DELETE " + action
	}
	return name, sql
}

// ownerOf is the table that has a list of columns.
func (d *declared) ownerOf(columns ast.Expr) *ast.CompositeLit {
	id, ok := columns.(*ast.Ident)
	if !ok {
		return nil
	}
	for _, e := range d.list(d.values["Tables"]) {
		table, ok := e.(*ast.Ident)
		if !ok {
			continue
		}
		if of, ok := get(d.values[table.Name], "Columns").(*ast.Ident); ok && of.Name == id.Name {
			return d.values[table.Name]
		}
	}
	return nil
}
