package catalog

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
)

//go:embed builtin/*.tsv builtin/extension/*.tsv
var builtinFiles embed.FS

// BuiltinServer is the major version that builtin/*.tsv was read from.
const BuiltinServer = 15

// builtin is the built-in catalog, read on first use and never changed.
type builtin struct {
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

var theBuiltin = sync.OnceValue(func() *builtin {
	b := &builtin{
		types: map[ID]*Type{}, typeNames: map[string]*Type{}, relations: map[string]*Relation{},
		functions: map[string][]*Function{}, operators: map[string][]Operator{}, exact: map[operatorKey]Operator{},
		casts: map[[2]ID]Cast{}, names: map[string]bool{}, defaults: map[string]OpClass{}, multiranges: map[ID]ID{},
	}
	b.readTypes()
	b.readRelations()
	b.readFunctions()
	for _, f := range rows("builtin/operators.tsv", 4) {
		o := Operator{Schema: "pg_catalog", Name: f[0], Left: b.typeID(f[1]), Right: b.typeID(f[2]), Result: b.typeID(f[3])}
		b.operators[o.Name] = append(b.operators[o.Name], o)
		b.exact[operatorKey{o.Name, o.Left, o.Right}] = o
	}
	for _, f := range rows("builtin/casts.tsv", 4) {
		c := Cast{From: b.typeID(f[0]), To: b.typeID(f[1]), Context: f[2][0], Method: f[3][0]}
		b.casts[[2]ID{c.From, c.To}] = c
	}
	for _, f := range rows("builtin/opclasses.tsv", 4) {
		o := OpClass{Schema: "pg_catalog", Name: f[0], Method: f[1], Type: b.typeID(f[2]), Default: f[3] == "1"}
		b.opClasses = append(b.opClasses, o)
		if o.Default {
			b.defaults[o.Method+"\x00"+strconv.Itoa(int(o.Type))] = o
		}
	}
	for _, f := range rows("builtin/names.tsv", 2) {
		b.names[f[0]+"\x00"+f[1]] = true
	}
	return b
})

// rows reads an embedded table; a row with another number of fields is a broken build.
func rows(file string, fields int) [][]string {
	data, err := fs.ReadFile(builtinFiles, file)
	if err != nil {
		panic(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	out := make([][]string, 0, len(lines))
	for i, line := range lines {
		f := strings.Split(line, "\t")
		if len(f) != fields {
			panic(fmt.Sprintf("%s:%d: %d fields, want %d", file, i+1, len(f), fields))
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
	table := rows("builtin/types.tsv", 11)
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
	for _, f := range rows("builtin/relations.tsv", 8) {
		key := qualified(f[0], f[1])
		r := b.relations[key]
		if r == nil {
			r = &Relation{Schema: f[0], Name: f[1], Kind: RelKind(f[2][0])}
			if t, ok := b.typeNames[key]; ok {
				r.RowType = t.ID
			}
			b.relations[key] = r
		}
		t := b.typeNames[qualified(f[5], f[6])]
		r.AddColumn(Column{Name: f[4], Type: TypeRef{ID: t.ID}, NotNull: f[7] == "1", Local: true})
	}
}

func (b *builtin) readFunctions() {
	for _, f := range rows("builtin/functions.tsv", 10) {
		fn := parseFunction(f[2:], b.typeID)
		fn.Schema, fn.Name, fn.Language = f[0], f[1], "internal"
		key := qualified(f[0], f[1])
		b.functions[key] = append(b.functions[key], fn)
	}
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

func builtinRelation(schema, name string) (*Relation, bool) {
	if schema != "pg_catalog" && schema != "information_schema" {
		return nil, false
	}
	r, ok := theBuiltin().relations[qualified(schema, name)]
	return r, ok
}

func builtinType(schema, name string) (*Type, bool) {
	if schema != "pg_catalog" && schema != "information_schema" {
		return nil, false
	}
	t, ok := theBuiltin().typeNames[qualified(schema, name)]
	return t, ok
}

func builtinTypeByID(id ID) (*Type, bool) {
	t, ok := theBuiltin().types[id]
	return t, ok
}

func builtinFunctions(schema, name string) []*Function {
	return theBuiltin().functions[qualified(schema, name)]
}

func builtinName(kind Kind, name string) bool {
	return theBuiltin().names[string(kind)+"\x00"+name]
}
