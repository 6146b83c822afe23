package usage

import (
	"strings"
	"testing"

	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Offsets of a manifest, which anybody may have written, have to stand in their texts.
func TestSound(t *testing.T) {
	text := func(holes, runs, declared []int) Query {
		x := sqltext.Text{SQL: "SELECT a"}
		for _, at := range holes {
			x.Holes = append(x.Holes, sqltext.Hole{At: at})
		}
		for _, at := range runs {
			x.Runs = append(x.Runs, sqltext.Run{At: at})
		}
		for _, at := range declared {
			x.Declared = append(x.Declared, sqltext.Run{At: at})
		}
		return Query{Texts: []sqltext.Text{x}}
	}
	for _, c := range []struct {
		name  string
		query Query
		want  string
	}{
		{"nothing", Query{}, ""},
		{"in order, at both ends", text([]int{0, 7, 8}, []int{0, 3}, []int{8}), ""},
		{"a hole before the text", text([]int{-1}, nil, nil), "a hole of text 1 stands outside of it"},
		{"a hole behind it", text([]int{9}, nil, nil), "a hole of text 1 stands outside of it"},
		{"holes out of order", text([]int{5, 2}, nil, nil), "a hole of text 1 stands outside of it"},
		{"a run behind it", text(nil, []int{0, 9}, nil), "a run of text 1 stands outside of it"},
		{"a declaration behind it", text(nil, nil, []int{9}), "a declaration of text 1 stands outside of it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := c.query.Sound(); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What libraries make of models can be made again where it is there.
func TestAgain(t *testing.T) {
	for _, c := range []struct {
		name string
		made Made
		want string
	}{
		{"a table", Made{Kind: MadeTable, SQL: `CREATE TABLE "a" (b int)`}, `CREATE TABLE IF NOT EXISTS "a" (b int)`},
		{"a table that says so", Made{Kind: MadeTable, SQL: `CREATE TABLE IF NOT EXISTS "a" ()`}, `CREATE TABLE IF NOT EXISTS "a" ()`},
		{"an index", Made{Kind: MadeIndex, SQL: `CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)`},
			`CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON a (b)`},
		{"a column", Made{Kind: MadeColumns, Schema: "s", Table: `a"b`, Name: "c",
			Column: &MadeColumn{Type: "int", NotNull: true, Default: "1"}},
			`ALTER TABLE "s"."a""b" ADD COLUMN IF NOT EXISTS "c" int NOT NULL DEFAULT 1`},
		{"a constraint", Made{Kind: MadeCheck, Table: "a", Name: "k", SQL: "ALTER TABLE a ADD CONSTRAINT k CHECK (b > 0)"},
			`ALTER TABLE "a" DROP CONSTRAINT IF EXISTS "k"; ALTER TABLE a ADD CONSTRAINT k CHECK (b > 0)`},
		{"a change", Made{Kind: MadeChange, SQL: "ALTER TABLE a ADD b int"}, "ALTER TABLE a ADD b int"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.made.IfMissing(); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestQuote(t *testing.T) {
	for name, want := range map[string]string{"a": `"a"`, `a"b`: `"a""b"`, "": `""`, "Ä.b": `"Ä.b"`} {
		if got := Quote(name); got != want || strings.Count(got, `"`)%2 != 0 {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
}
