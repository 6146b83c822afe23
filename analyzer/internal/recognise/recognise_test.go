package recognise

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	users  = "CREATE TABLE users (id int);"
	orders = "CREATE TABLE orders (id int);"
)

// Each case is a repository with what is taken, and what is set aside and why.
var cases = []struct {
	name, top string
	files     map[string]string
	want      string
}{
	{"one set", ".", map[string]string{"db/migrations/1_a.up.sql": users}, "db/migrations"},
	{"none", ".", map[string]string{"queries/1_a.sql": "-- name: Get :one\nSELECT 1"}, ""},
	{"other database systems by name", ".", map[string]string{
		"db/postgres/migrations/1_a.up.sql": users, "db/sqlite/migrations/1_a.up.sql": users},
		"db/postgres/migrations; not db/sqlite/migrations: for sqlite by its name"},
	{"another database system by its syntax", ".", map[string]string{
		"db/pg/migrations/1_a.up.sql": users, "db/lite/migrations/1_a.up.sql": "CREATE TABLE a (id integer primary key autoincrement)"},
		"db/pg/migrations; not db/lite/migrations: PostgreSQL would refuse 1 of its 1 files"},
	{"tests and examples", ".", map[string]string{"migrations/1_a.up.sql": users, "examples/shop/migrations/1_a.up.sql": orders,
		"e2e/migrations/1_a.up.sql": users},
		"migrations; not e2e/migrations: in a folder of e2e; not examples/shop/migrations: in a folder of examples"},
	{"the one that is embedded", ".", map[string]string{"a/migrations/1_a.up.sql": users, "b/migrations/1_b.up.sql": orders,
		"a/a.go": "package a\n\n//go:embed migrations/*.sql\nvar fs embed.FS\n"},
		"a/migrations; not b/migrations: neither code nor configuration names it"},
	{"the one that code names", ".", map[string]string{"db/old/1_a.up.sql": users, "db/new/1_b.up.sql": orders,
		"main.go": `package main; var _ = migrate("file://db/new")`},
		"db/new; not db/old: neither code nor configuration names it"},
	{"the one that a Makefile names", ".", map[string]string{"db/old/1_a.up.sql": users, "db/new/1_b.up.sql": orders,
		"Makefile": "up:\n\tmigrate -path ./db/new up\n"},
		"db/new; not db/old: neither code nor configuration names it"},
	{"the one whose tables code names", ".", map[string]string{"db/old/1_a.up.sql": users, "db/new/1_b.up.sql": orders,
		"main.go": `package main; var q = "SELECT id FROM orders"`},
		"db/new; not db/old: no code names its tables"},
	{"a copy", ".", map[string]string{"migrations/1_a.up.sql": users, "migrations/2_b.up.sql": orders,
		"deploy/migrations/1_a.up.sql": users},
		"migrations; not deploy/migrations: a copy of migrations"},
	{"a twin", ".", map[string]string{"store/postgres/1_a.up.sql": users, "store/lite/1_a.up.sql": users + " -- other",
		"store/lite/2_b.up.sql": "CREATE INDEX i ON users (id);"},
		"store/postgres; not store/lite: it makes the tables that store/postgres makes for PostgreSQL"},
	{"two that make one schema", ".", map[string]string{"db/a/1_a.up.sql": users, "db/b/1_b.up.sql": orders,
		"main.go": `package main; var q = "SELECT 1 FROM users u JOIN orders o ON o.id = u.id"`},
		"db/a, db/b together: main.go:1"},
	{"two that nothing tells apart", ".", map[string]string{"db/a/1_a.up.sql": users, "db/b/1_b.up.sql": orders,
		"a/a.go": `package a; var q = "SELECT 1 FROM users"`, "b/b.go": `package b; var q = "SELECT 1 FROM orders"`},
		"db/a ./a/..., db/b ./b/..."},
	{"outside of the code's folder", "backend", map[string]string{"database/migrations/1_a.up.sql": users,
		"backend/main.go": "package main"}, "database/migrations"},
}

func TestFind(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for name, text := range c.files {
				tree[name] = &fstest.MapFile{Data: []byte(text)}
			}
			found, err := Find(tree, c.top)
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(found); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func shown(f *Found) string {
	var sets []string
	for _, s := range f.Sets {
		text := s.Path
		if len(f.Sets) > 1 && f.Together == "" {
			text += " " + strings.Join(s.Packages("."), " ")
		}
		sets = append(sets, text)
	}
	out := strings.Join(sets, ", ")
	if f.Together != "" {
		out += " together: " + f.Together
	}
	slices.SortFunc(f.Aside, func(a, b *Set) int { return strings.Compare(a.Path, b.Path) })
	for _, s := range f.Aside {
		out += fmt.Sprintf("; not %s: %s", s.Path, s.Aside)
	}
	return out
}
