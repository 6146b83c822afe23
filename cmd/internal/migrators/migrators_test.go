// Package migrators compares what we say is pending with what real migration tools say. The
// tools are run by the nested module testdata/migrators.
package migrators

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// situation is a database that a tool has migrated, and a folder that has changed since.
type situation struct {
	name, tool string
	// applied are the numbers of the migrations that the folder has first, of which the tool
	// applies the first n.
	applied []string
	n       int
	// then changes the folder or the database.
	then func(t *testing.T, s *site)
	// table is where the tool keeps what has run, if it is told so.
	table string
}

// site is where a situation takes place.
type site struct {
	dir  string
	tool string
	run  func(sql string)
}

// names are how each tool names its files.
var names = map[string]string{
	"golang-migrate": "%s_m.up.sql", "goose": "%s_m.sql", "sql-migrate": "%s_m.sql", "dbmate": "%s_m.sql", "tern": "%s_m.sql",
	"atlas": "%s_m.sql", "bun": "%s_m.up.sql", "gormigrate": "%s_m.sql", "go-pg": "%s_m.up.sql",
}

var texts = map[string]string{
	"golang-migrate": "%s", "goose": "-- +goose Up\n%s\n-- +goose Down\nSELECT 1;\n", "sql-migrate": "-- +migrate Up\n%s\n-- +migrate Down\nSELECT 1;\n",
	"dbmate": "-- migrate:up\n%s\n-- migrate:down\nSELECT 1;\n", "tern": "%s\n---- create above / drop below ----\nSELECT 1;\n", "atlas": "%s",
	"bun": "%s", "gormigrate": "%s", "go-pg": "%s",
}

func (s *site) path(version string) string {
	return filepath.Join(s.dir, fmt.Sprintf(names[s.tool], version))
}

// add adds migrations that make a table each.
func (s *site) add(versions ...string) {
	for _, v := range versions {
		s.write(v, fmt.Sprintf("CREATE TABLE t%s (id int);", v))
	}
}

func (s *site) write(version, sql string) {
	if err := os.WriteFile(s.path(version), []byte(fmt.Sprintf(texts[s.tool], sql)), 0o644); err != nil {
		panic(err)
	}
}

func add(versions ...string) func(*testing.T, *site) {
	return func(_ *testing.T, s *site) { s.add(versions...) }
}

func sql(text string) func(*testing.T, *site) { return func(_ *testing.T, s *site) { s.run(text) } }

func remove(version string) func(*testing.T, *site) {
	return func(_ *testing.T, s *site) { os.Remove(s.path(version)) }
}

func rename(from, to string) func(*testing.T, *site) {
	return func(_ *testing.T, s *site) { os.Rename(s.path(from), s.path(to)) }
}

func edit(version string) func(*testing.T, *site) {
	return func(_ *testing.T, s *site) { s.write(version, "CREATE TABLE edited (id bigint);") }
}

// three are as many migrations, of which two are applied in most situations.
var three = []string{"1", "2", "3"}

func situations() []situation {
	var out []situation
	for _, tool := range []string{"golang-migrate", "goose", "sql-migrate", "dbmate", "tern", "atlas", "bun", "gormigrate", "go-pg"} {
		out = append(out,
			situation{name: "part", tool: tool, applied: three, n: 2},
			situation{name: "nothing", tool: tool, applied: three, n: 0},
			situation{name: "all", tool: tool, applied: three, n: 3},
			situation{name: "more at the end", tool: tool, applied: three, n: 3, then: add("4", "5")},
			situation{name: "edited", tool: tool, applied: three, n: 2, then: edit("1")})
		if tool != "tern" {
			out = append(out,
				situation{name: "a gap", tool: tool, applied: []string{"1", "3", "7"}, n: 2},
				situation{name: "out of order", tool: tool, applied: []string{"1", "3", "4"}, n: 2, then: add("2")},
				situation{name: "before the first", tool: tool, applied: []string{"3", "4"}, n: 2, then: add("1", "5")},
				situation{name: "the last file is gone", tool: tool, applied: three, n: 3, then: remove("3")},
				situation{name: "the first file is gone", tool: tool, applied: three, n: 2, then: remove("1")},
				situation{name: "renumbered", tool: tool, applied: three, n: 2, then: rename("2", "5")},
				situation{name: "nine and ten", tool: tool, applied: []string{"09", "10", "11"}, n: 2, then: add("9")})
		}
		if tool != "atlas" {
			out = append(out,
				situation{name: "a custom table", tool: tool, applied: three, n: 2, table: "own_versions"},
				situation{name: "a table in another schema", tool: tool, applied: three, n: 1, table: "meta.versions"})
		}
	}
	return append(out,
		situation{name: "dirty", tool: "golang-migrate", applied: three, n: 2, then: sql("UPDATE schema_migrations SET dirty = true")},
		situation{name: "an empty table", tool: "golang-migrate", applied: three, n: 2, then: sql("DELETE FROM schema_migrations")},
		situation{name: "an empty table", tool: "dbmate", applied: three, n: 2, then: sql("DELETE FROM schema_migrations")},
		situation{name: "an empty table", tool: "sql-migrate", applied: three, n: 2, then: sql("DELETE FROM gorp_migrations")},
		situation{name: "an empty table", tool: "bun", applied: three, n: 2, then: sql("DELETE FROM bun_migrations")},
		situation{name: "an empty table", tool: "gormigrate", applied: three, n: 2, then: sql("DELETE FROM migrations")},
		situation{name: "an old row that is not applied", tool: "goose", applied: three, n: 2, then: sql("INSERT INTO goose_db_version (version_id, is_applied) VALUES (2, false)")},
		situation{name: "taken back", tool: "go-pg", applied: three, n: 2, then: sql("INSERT INTO gopg_migrations (version, created_at) VALUES (1, now())")},
		situation{name: "further than there are files", tool: "tern", applied: three, n: 3, then: remove("3")},
		situation{name: "a number is missing", tool: "tern", applied: three, n: 2, then: rename("3", "4")},
		situation{name: "stopped half way", tool: "atlas", applied: []string{"1"}, n: 1, then: func(t *testing.T, s *site) {
			s.write("2", "CREATE TABLE a (id int);\nCREATE TABLE t1 (id int);\n")
			apply(t, s, 2, "", true)
		}},
		situation{name: "a version of another kind", tool: "dbmate", applied: []string{"001", "002"}, n: 1, then: add("1")},
	)
}

var binary, server string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "schemavet-migrators-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "migrators")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = "../../../testdata/migrators"
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// apply lets the tool run the first migrations of a folder.
func apply(t *testing.T, s *site, n int, table string, fails bool) {
	t.Helper()
	cmd := exec.Command(binary, s.tool, "apply", fmt.Sprint(n), s.dir, server, table)
	if out, err := cmd.CombinedOutput(); (err != nil) != fails {
		t.Fatalf("apply: %v: %s", err, out)
	}
}

// TestPending compares the pending migrations in every situation.
func TestPending(t *testing.T) {
	ctx := context.Background()
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Stop()
	refused := 0
	all := situations()
	for i, one := range all {
		t.Run(one.tool+"/"+one.name, func(t *testing.T) {
			db := fmt.Sprintf("s%d", i)
			conn, err := cluster.Database(ctx, db)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(ctx)
			server = cluster.URL(db)
			s := &site{dir: filepath.Join(t.TempDir(), "m"), tool: one.tool, run: func(sql string) {
				if _, err := conn.Exec(ctx, sql); err != nil {
					t.Fatal(err)
				}
			}}
			if err := os.Mkdir(s.dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if schema, _, ok := strings.Cut(one.table, "."); ok {
				s.run("CREATE SCHEMA " + schema)
			}
			s.add(one.applied...)
			apply(t, s, one.n, one.table, false)
			if one.then != nil {
				one.then(t, s)
			}
			theirs, no := asked(t, s, one.table)
			ours, refusal := said(t, ctx, cluster.DSN(db), s, one.table)
			if (no != "") != (refusal != "") {
				t.Errorf("the tool refuses %q, we say that it refuses %q", no, refusal)
			}
			if no != "" {
				refused++
			}
			if len(theirs) == 0 && no != "" {
				return // It names none when it refuses.
			}
			if !slices.Equal(ours, theirs) {
				t.Errorf("the tool would run %q, we say %q", theirs, ours)
			}
		})
	}
	t.Logf("%d situations, in %d of them the tool refuses", len(all), refused)
}

// asked is what the tool says: the versions, and why it would run nothing.
func asked(t *testing.T, s *site, table string) ([]string, string) {
	out, err := exec.Command(binary, s.tool, "pending", s.dir, server, table).Output()
	var a struct {
		Pending []string
		Refused string
	}
	if err == nil {
		err = json.Unmarshal(out, &a)
	}
	if err != nil {
		t.Fatalf("pending: %v: %s", err, out)
	}
	for i, p := range a.Pending {
		a.Pending[i], _, _ = strings.Cut(strings.TrimSuffix(p, ".sql"), "_")
	}
	return a.Pending, a.Refused
}

// said is what we say, read from the folder and the database.
func said(t *testing.T, ctx context.Context, dsn string, s *site, table string) ([]string, string) {
	set, err := migration.Read(os.DirFS(filepath.Dir(s.dir)), "m", formats[s.tool], nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.tool == "gormigrate" {
		set.Format = s.tool
		slices.SortFunc(set.Units, func(x, y migration.Unit) int { return strings.Compare(x.Name, y.Name) }) // As the program lists them.
		for i := range set.Units {
			set.Units[i].Version = set.Units[i].Name
		}
	}
	conn, err := live.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	session, err := live.Begin(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	where, _ := migration.HistoryTable(set.Format)
	if table != "" {
		where.Schema, where.Name, where.Given = "", table, true
	}
	if schema, name, ok := strings.Cut(table, "."); ok {
		where.Schema, where.Name = schema, name
	}
	h, err := session.History(ctx, where)
	if err != nil {
		t.Fatal(err)
	}
	p, err := set.Pending(h)
	var refused *migration.RefusedError
	if errors.As(err, &refused) {
		return nil, refused.Error()
	} else if err != nil {
		t.Fatal(err)
	}
	refusal := ""
	for _, n := range p.Notes {
		if strings.Contains(n.Message, "runs nothing") {
			refusal = n.Message
		}
	}
	out := []string(nil)
	for _, u := range p.Units {
		version, _, _ := strings.Cut(u.Version, "_")
		out = append(out, version)
	}
	return out, refusal
}

// formats are those under which we read the folders; gormigrate has none, its migrations stand in
// Go.
var formats = map[string]string{"golang-migrate": "golang-migrate", "goose": "goose", "sql-migrate": "sql-migrate", "dbmate": "dbmate", "tern": "tern", "atlas": "atlas",
	"bun": "bun", "go-pg": "go-pg", "gormigrate": migration.Own}
