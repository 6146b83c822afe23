package sqltype_test

import (
	"strings"
	"testing"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

var schema = catalog.New(15)

// typ is a built-in type by its name in pg_type, as "int4" or "_text", with a modifier behind it.
func typ(t *testing.T, name string) catalog.TypeRef {
	t.Helper()
	name, mod, _ := strings.Cut(name, "(")
	if found, ok := schema.Type("pg_catalog", name); ok {
		return catalog.TypeRef{ID: found.ID, Mod: strings.TrimSuffix(mod, ")")}
	}
	t.Fatalf("no type %s", name)
	return catalog.TypeRef{}
}

func ids(t *testing.T, names string) []catalog.ID {
	t.Helper()
	var out []catalog.ID
	for _, n := range strings.Fields(names) {
		out = append(out, typ(t, n).ID)
	}
	return out
}

// TestCommon: the types of UNION, CASE, COALESCE, as select_common_type settles them.
func TestCommon(t *testing.T) {
	types := sqltype.Types{Schema: schema}
	for _, tt := range []struct{ list, want string }{
		{"int4 int8", "bigint"}, {"int8 numeric float8", "double precision"}, {"unknown unknown", "text"},
		{"unknown date", "date"}, {"date timestamptz", "timestamp with time zone"}, {"varchar text", "character varying"},
		{"varchar varchar", "character varying"}, {"text int4", "text and integer do not fit"},
	} {
		got := ""
		id, misfit := types.Common(ids(t, tt.list))
		if got = types.Name(id); misfit != 0 {
			got = types.Name(ids(t, tt.list)[0]) + " and " + types.Name(misfit) + " do not fit"
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.list, got, tt.want)
		}
	}
}

// TestCoerce: what a place lets become what.
func TestCoerce(t *testing.T) {
	types := sqltype.Types{Schema: schema}
	for _, tt := range []struct {
		from, to string
		least    sqltype.Context
		never    bool
	}{
		{from: "int4", to: "int8", least: sqltype.Implicit}, {from: "int8", to: "int4", least: sqltype.Assignment},
		{from: "int4", to: "bool", least: sqltype.Explicit}, {from: "int4", to: "text", least: sqltype.Assignment},
		{from: "text", to: "int4", least: sqltype.Explicit}, {from: "_int4", to: "_int8", least: sqltype.Implicit},
		{from: "int4", to: "date", never: true}, {from: "int4", to: "anyelement", least: sqltype.Implicit},
	} {
		for _, ctx := range []sqltype.Context{sqltype.Implicit, sqltype.Assignment, sqltype.Explicit} {
			want := !tt.never && ctx >= tt.least
			if got := types.CanCoerce(ids(t, tt.from), ids(t, tt.to), ctx); got != want {
				t.Errorf("%s to %s in context %d: %v, want %v", tt.from, tt.to, ctx, got, want)
			}
		}
	}
}

// TestChoose: which of the functions of a name a call means (func_select_candidate).
func TestChoose(t *testing.T) {
	types := sqltype.Types{Schema: schema}
	for _, tt := range []struct{ name, args, want string }{
		{"abs", "int4", "int4"}, {"abs", "unknown", "float8"}, {"length", "varchar", "text"}, {"sum", "int4", "int4"},
		{"round", "int4", "float8"}, {"date_trunc", "unknown timestamp", "text timestamp"}, {"length", "int4", ""},
	} {
		var list []sqltype.Candidate
		in := ids(t, tt.args)
		for _, f := range schema.Functions("pg_catalog", tt.name) {
			c := sqltype.Candidate{Fn: f}
			for _, a := range f.Inputs() {
				c.Args = append(c.Args, a.Type.ID)
			}
			if len(c.Args) == len(in) {
				list = append(list, c)
			}
		}
		got := ""
		if best, many := types.Choose(list, in); best != nil && !many {
			var names []string
			for _, id := range best.Args {
				a, _ := schema.TypeByID(id)
				names = append(names, a.Name)
			}
			got = strings.Join(names, " ")
		}
		if got != tt.want {
			t.Errorf("%s(%s) means %q, want %q", tt.name, tt.args, got, tt.want)
		}
	}
}

// TestPolymorphic: what the result of a call is, whose types stand for others.
func TestPolymorphic(t *testing.T) {
	types := sqltype.Types{Schema: schema}
	for _, tt := range []struct{ name, args, want string }{
		{"array_append", "_int4 int4", "integer[]"}, {"array_append", "_int4 int8", "bigint[]"},
		{"lower", "int4range", "integer"}, {"array_length", "_text int4", "integer"}, {"unnest", "_date", "date"},
	} {
		in := ids(t, tt.args)
		got := ""
		for _, f := range schema.Functions("pg_catalog", tt.name) {
			var declared []catalog.ID
			for _, a := range f.Inputs() {
				declared = append(declared, a.Type.ID)
			}
			if len(declared) != len(in) || !types.CanCoerce(in, declared, sqltype.Implicit) {
				continue
			}
			got = types.Name(sqltype.CallResult(schema, f, in, nil))
		}
		if got != tt.want {
			t.Errorf("%s(%s) is %s, want %s", tt.name, tt.args, got, tt.want)
		}
	}
}

// TestNarrower: a type that holds less, and what the server says to a value that does not fit.
func TestNarrower(t *testing.T) {
	for _, tt := range []struct{ from, to, want string }{
		{"int8", "int4", "22003"}, {"int4", "int8", ""}, {"text", "varchar(10)", "22001"}, {"varchar(10)", "text", ""},
		{"varchar(10)", "varchar(20)", ""}, {"varchar(20)", "varchar(10)", "22001"}, {"numeric(10,2)", "numeric(8,2)", "22003"},
		{"numeric(10,2)", "numeric(10,0)", ""}, {"_int8", "_int4", "22003"}, {"date", "timestamptz", ""},
	} {
		if got := sqltype.Narrower(schema, typ(t, tt.from), typ(t, tt.to)); got != tt.want {
			t.Errorf("%s to %s: %q, want %q", tt.from, tt.to, got, tt.want)
		}
	}
}

// TestClasses: what DISTINCT can tell apart, ORDER BY sort, and COLLATE stand behind.
func TestClasses(t *testing.T) {
	types := sqltype.Types{Schema: schema}
	for _, tt := range []struct {
		name                          string
		comparable, ordered, collated bool
	}{
		{"int4", true, true, false}, {"text", true, true, true}, {"json", false, false, false}, {"xid", true, false, false},
		{"_json", false, false, false}, {"jsonb", true, true, false}, {"_text", true, true, true},
	} {
		id := typ(t, tt.name).ID
		if c, o, l := types.Comparable(id), types.Ordered(id), sqltype.Collatable(schema, id); c != tt.comparable ||
			o != tt.ordered || l != tt.collated {
			t.Errorf("%s: %v %v %v", tt.name, c, o, l)
		}
	}
}
