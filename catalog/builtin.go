package catalog

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed builtin/*.tsv builtin/delta/*.tsv builtin/extension/*.tsv
var builtinFiles embed.FS

// The major versions of which the built-in catalog is known. builtin/*.tsv are those of the base, builtin/delta/*.tsv
// what the others have besides and what they have not.
const (
	OldestServer = 12
	baseServer   = 15
	NewestServer = 18
)

// builtin is the built-in catalog of a version, read on first use and never changed.
type builtin struct {
	// tables are the rows of its files by their names.
	tables map[string][]string

	types     map[ID]*Type
	typeNames map[string]*Type
	relations map[string]*Relation
	functions map[string][]*Function
	operators map[string][]Operator
	exact     map[operatorKey]Operator
	casts     map[[2]ID]Cast
	names     map[string]bool
	// multiranges are the multirange types by their range types.
	multiranges map[ID]ID
	opClasses   []OpClass
	// defaults are the default operator classes by method and type.
	defaults map[string]OpClass
}

// builtins are the built-in catalogs by version; that of 0 has what any version has.
var builtins = func() map[int]func() *builtin {
	out := map[int]func() *builtin{}
	for v := OldestServer; v <= NewestServer; v++ {
		out[v] = sync.OnceValue(func() *builtin { return readBuiltin(tablesOf(v)) })
	}
	out[0] = sync.OnceValue(func() *builtin { return readBuiltin(tablesOfAll()) })
	return out
}()

// builtin is the built-in catalog of the schema's version. One that is newer or older than those that are known is
// taken for the nearest.
func (s *Schema) builtin() *builtin {
	if s.Server == 0 {
		return builtins[0]()
	}
	return builtins[min(max(s.Server, OldestServer), NewestServer)]()
}

// baseTables are the names of the tables, with the number of their fields.
var baseTables = map[string]int{"types": 11, "relations": 8, "functions": 10, "operators": 4, "casts": 4, "opclasses": 4,
	"names": 2}

// tablesOf are the tables of a version.
func tablesOf(version int) map[string][]string {
	out := map[string][]string{}
	gone := map[string]bool{}
	if version != baseServer {
		for _, line := range lines(fmt.Sprintf("builtin/delta/%d.tsv", version)) {
			sign, rest, _ := strings.Cut(line, "\t")
			table, row, _ := strings.Cut(rest, "\t")
			if sign == "-" {
				gone[rest] = true
			} else {
				out[table] = append(out[table], row)
			}
		}
	}
	for table := range baseTables {
		var kept []string
		for _, row := range lines("builtin/" + table + ".tsv") {
			if !gone[table+"\t"+row] {
				kept = append(kept, row)
			}
		}
		out[table] = append(kept, out[table]...)
	}
	return out
}

// tablesOfAll are the rows of all versions, each once.
func tablesOfAll() map[string][]string {
	out := tablesOf(baseServer)
	seen := map[string]bool{}
	for version := OldestServer; version <= NewestServer; version++ {
		if version == baseServer {
			continue
		}
		for _, line := range lines(fmt.Sprintf("builtin/delta/%d.tsv", version)) {
			rest, added := strings.CutPrefix(line, "+\t")
			if !added || seen[rest] {
				continue
			}
			seen[rest] = true
			table, row, _ := strings.Cut(rest, "\t")
			out[table] = append(out[table], row)
		}
	}
	return out
}

// lines are those of an embedded file.
func lines(file string) []string {
	data, err := fs.ReadFile(builtinFiles, file)
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

func readBuiltin(tables map[string][]string) *builtin {
	b := &builtin{
		tables: tables,
		types:  map[ID]*Type{}, typeNames: map[string]*Type{}, relations: map[string]*Relation{},
		functions: map[string][]*Function{}, operators: map[string][]Operator{}, exact: map[operatorKey]Operator{},
		casts: map[[2]ID]Cast{}, names: map[string]bool{}, defaults: map[string]OpClass{}, multiranges: map[ID]ID{},
	}
	b.readTypes()
	b.readRelations()
	b.readFunctions()
	for _, f := range b.rows("operators") {
		o := Operator{Schema: "pg_catalog", Name: f[0], Left: b.typeID(f[1]), Right: b.typeID(f[2]), Result: b.typeID(f[3])}
		b.operators[o.Name] = append(b.operators[o.Name], o)
		b.exact[operatorKey{o.Name, o.Left, o.Right}] = o
	}
	for _, f := range b.rows("casts") {
		c := Cast{From: b.typeID(f[0]), To: b.typeID(f[1]), Context: f[2][0], Method: f[3][0]}
		b.casts[[2]ID{c.From, c.To}] = c
	}
	for _, f := range b.rows("opclasses") {
		o := OpClass{Schema: "pg_catalog", Name: f[0], Method: f[1], Type: b.typeID(f[2]), Default: f[3] == "1"}
		b.opClasses = append(b.opClasses, o)
		if o.Default {
			b.defaults[o.Method+"\x00"+strconv.Itoa(int(o.Type))] = o
		}
	}
	for _, f := range b.rows("names") {
		b.names[f[0]+"\x00"+f[1]] = true
	}
	b.tables = nil
	return b
}

// rows splits a table; a row with another number of fields is a broken build.
func (b *builtin) rows(table string) [][]string {
	out := make([][]string, 0, len(b.tables[table]))
	for i, line := range b.tables[table] {
		f := strings.Split(line, "\t")
		if len(f) != baseTables[table] {
			panic(fmt.Sprintf("builtin: %s:%d: %d fields, want %d", table, i+1, len(f), baseTables[table]))
		}
		out = append(out, f)
	}
	return out
}

func (b *builtin) typeID(name string) ID {
	if name == "" {
		return 0
	}
	if t, ok := b.typeNames[qualified("pg_catalog", name)]; ok {
		return t.ID
	}
	if t, ok := b.typeNames[qualified("information_schema", name)]; ok {
		return t.ID
	}
	panic("builtin: no type " + name)
}

func (b *builtin) readTypes() {
	table := b.rows("types")
	for _, f := range table {
		oid, err := strconv.Atoi(f[0])
		if err != nil {
			panic(err)
		}
		t := &Type{
			ID: ID(oid), Schema: f[1], Name: f[2], Kind: TypeKind(f[3][0]), Category: f[4][0],
			Preferred: f[5] == "1", builtinRelation: f[6], NotNull: f[10] == "1",
		}
		b.types[t.ID] = t
		b.typeNames[qualified(t.Schema, t.Name)] = t
	}
	for _, f := range table {
		t := b.typeNames[qualified(f[1], f[2])]
		t.Elem, t.Array, t.Base.ID = b.typeID(f[7]), b.typeID(f[8]), b.typeID(f[9])
		if t.Kind == RangeType {
			t.Subtype = b.typeID(rangeSubtypes[t.Name])
		}
		if t.Kind == MultirangeType {
			t.Range = b.typeID(strings.Replace(t.Name, "multirange", "range", 1))
			b.multiranges[t.Range] = t.ID
		}
	}
}

var rangeSubtypes = map[string]string{
	"int4range": "int4", "int8range": "int8", "numrange": "numeric", "tsrange": "timestamp",
	"tstzrange": "timestamptz", "daterange": "date",
}

func (b *builtin) readRelations() {
	for _, f := range b.rows("relations") {
		key := qualified(f[0], f[1])
		r := b.relations[key]
		if r == nil {
			r = &Relation{Schema: f[0], Name: f[1], Kind: RelKind(f[2][0])}
			if t, ok := b.typeNames[key]; ok {
				r.RowType = t.ID
			}
			b.relations[key] = r
		}
		if r.Column(f[4]) != nil { // Another version has it elsewhere.
			continue
		}
		t := b.typeNames[qualified(f[5], f[6])]
		r.AddColumn(Column{Name: f[4], Type: TypeRef{ID: t.ID}, NotNull: f[7] == "1", Local: true})
	}
}

func (b *builtin) readFunctions() {
	for _, f := range b.rows("functions") {
		fn := parseFunction(f[2:], b.typeID)
		fn.Schema, fn.Name, fn.Language = f[0], f[1], "internal"
		key := qualified(f[0], f[1])
		if i := slices.IndexFunc(b.functions[key], fn.SameInputs); i < 0 {
			b.functions[key] = append(b.functions[key], fn)
		} else if takesMore(fn, b.functions[key][i]) { // Another version names its arguments, or has defaults.
			b.functions[key][i] = fn
		}
	}
}

// takesMore says that a function can be called in each way in which another with its types can, and in more.
func takesMore(fn, other *Function) bool {
	for i, a := range fn.Args {
		if i < len(other.Args) && (other.Args[i].Name != "" && a.Name != other.Args[i].Name ||
			other.Args[i].HasDefault && !a.HasDefault) {
			return false
		}
	}
	return true
}

// parseFunction reads the columns prokind, retset, result, defaults, variadic element,
// types, modes, names.
func parseFunction(f []string, typeID func(string) ID) *Function {
	fn := &Function{Kind: FuncKind(f[0][0]), ReturnsSet: f[1] == "1", Result: TypeRef{ID: typeID(f[2])}}
	var types, names []string
	if f[5] != "" {
		types = strings.Split(f[5], ",")
	}
	if f[7] != "" {
		names = strings.Split(f[7], ",")
	}
	for i, t := range types {
		a := Arg{Type: TypeRef{ID: typeID(t)}, Mode: 'i'}
		if f[6] != "" {
			a.Mode = f[6][i]
		}
		if i < len(names) {
			a.Name = names[i]
		}
		fn.Args = append(fn.Args, a)
	}
	defaults, err := strconv.Atoi(f[3])
	if err != nil {
		panic(err)
	}
	for i := len(fn.Args) - 1; i >= 0 && defaults > 0; i-- {
		if m := fn.Args[i].Mode; m == 'i' || m == 'b' || m == 'v' {
			fn.Args[i].HasDefault = true
			defaults--
		}
	}
	return fn
}

func (b *builtin) relation(schema, name string) (*Relation, bool) {
	if schema != "pg_catalog" && schema != "information_schema" {
		return nil, false
	}
	r, ok := b.relations[qualified(schema, name)]
	return r, ok
}

func (b *builtin) typeNamed(schema, name string) (*Type, bool) {
	if schema != "pg_catalog" && schema != "information_schema" {
		return nil, false
	}
	t, ok := b.typeNames[qualified(schema, name)]
	return t, ok
}
