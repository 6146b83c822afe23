package migration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a folder m of files given as name and content.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, "m", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestRead(t *testing.T) {
	const down = "\n-- +goose Down\nDROP TABLE a;\n"
	tests := []struct {
		name   string
		files  map[string]string
		format string
		want   string // "NAME:SQL" with white space folded, by unit
	}{
		{"golang-migrate", map[string]string{"2_b.up.sql": "SELECT 2", "10_c.up.sql": "SELECT 10", "2_b.down.sql": "DROP", "readme.sql": "x"},
			"golang-migrate", "2_b:SELECT 2|10_c:SELECT 10"},
		{"goose", map[string]string{"001_a.sql": "-- +goose Up\nCREATE TABLE a();" + down}, "goose", "001_a:-- +goose Up CREATE TABLE a();"},
		{"goose, down first", map[string]string{"001_a.sql": "-- +goose Down\nDROP TABLE a;\n-- +goose Up\nCREATE TABLE a();"}, "goose", "001_a:-- +goose Up CREATE TABLE a();"},
		{"sql-migrate", map[string]string{"1-a.sql": "-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;"}, "sql-migrate", "1-a:-- +migrate Up SELECT 1;"},
		{"dbmate", map[string]string{"20200101_a.sql": "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;"}, "dbmate", "20200101_a:-- migrate:up SELECT 1;"},
		{"tern", map[string]string{"001_a.sql": "SELECT 1;\n---- create above / drop below ----\nSELECT 2;"}, "tern", "001_a:SELECT 1;"},
		{"maragudk", map[string]string{"0001_a.up.sql": "SELECT 1", "0001_b.up.sql": "SELECT 2", "0002_c_up.sql": "SELECT 3", "0002_c_down.sql": "x"},
			"maragudk", "0001_a:SELECT 1|0001_b:SELECT 2|0002_c:SELECT 3"},
		{"sections of sql-migrate", map[string]string{"1.sql": "-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;\n-- +migrate Up\nSELECT 3;\n"}, "sql-migrate", "1:-- +migrate Up SELECT 1; -- +migrate Up SELECT 3;"},
		{"goose, any case, no transaction", map[string]string{"1_a.sql": "--+goose no transaction\n--+goose uP\nSELECT 1;\n--+goose down\nSELECT 2;"}, "goose", "1_a:--+goose uP SELECT 1;"},
		{"atlas", map[string]string{"10.sql": "SELECT 10", "9_b.sql": "-- atlas:delimiter \\n\\n\nSELECT 9\n\nSELECT 8", "atlas.sum": "h1:"}, "atlas", "10:SELECT 10|9_b:-- atlas:delimiter \\n\\n SELECT 9; SELECT 8"},
		{"flyway", map[string]string{"V1.10__b.sql": "SELECT 2", "V1_2__a.sql": "SELECT 1", "R__v.sql": "SELECT 3", "more/V2__c.sql": "SELECT 4", "U2__c.sql": "x"},
			"flyway", "V1_2__a:SELECT 1|V1.10__b:SELECT 2|V2__c:SELECT 4|R__v:SELECT 3"},
		{"bun", map[string]string{"20240102_b.tx.up.sql": "SELECT 2", "20240101_a.up.sql": "SELECT 1\n--bun:split\nSELECT 0", "20240101_a.down.sql": "x"}, "bun", "20240101_a:SELECT 1 --bun:split SELECT 0|20240102_b:SELECT 2"},
		{"go-pg", map[string]string{"1_a.up.sql": "SELECT 1\n--gopg:split\nSELECT 0", "1_a.down.sql": "x"}, "go-pg", "1_a:SELECT 1 --gopg:split SELECT 0"},
		{"pop", map[string]string{"1_a.up.sql": "SELECT 1", "2_b.postgres.up.sql": "SELECT 2", "2_b.mysql.up.sql": "x"}, "pop", "1_a:SELECT 1|2_b:SELECT 2"},
		{"folders of versions", map[string]string{"0.10/1__c.sql": "CREATE TABLE c()", "0.9/2__b.sql": "CREATE TABLE b()", "0.9/1__a.sql": "CREATE TABLE a()", "0.9/1__a.down.sql": "x", "LATEST.sql": "x"},
			"folders", "0.9/1__a:CREATE TABLE a()|0.9/2__b:CREATE TABLE b()|0.10/1__c:CREATE TABLE c()"},
		{"folders with manifests", map[string]string{"v1.0/manifest.json": `{"Version": "1.0", "Files": ["z.sql", "a.sql"]}`, "v1.0/a.sql": "CREATE TABLE a()", "v1.0/z.sql": "CREATE TABLE z()", "v1.0/other.sql": "x", "v1.1/b.sql": "CREATE TABLE b()"},
			"folders", "v1.0/z:CREATE TABLE z()|v1.0/a:CREATE TABLE a()|v1.1/b:CREATE TABLE b()"},
		{"folders with up and down", map[string]string{"2021-01-01-000000_a/up.sql": "CREATE TABLE a()", "2021-01-01-000000_a/down.sql": "x", "2022-01-01-000000_b/up.sql": "CREATE TABLE b()"},
			"folders", "2021-01-01-000000_a/up:CREATE TABLE a()|2022-01-01-000000_b/up:CREATE TABLE b()"},
		{"golang-migrate's names, and others", map[string]string{"1_a.up.sql": "CREATE TABLE a()", "1_a.down.sql": "x", "2_b.sql": "CREATE TABLE b()"},
			"plain", "1_a.up:CREATE TABLE a()|2_b:CREATE TABLE b()"},
		{"golang-migrate, which is used", map[string]string{"1_a.up.sql": "CREATE TABLE a()", "2_b.sql": "CREATE TABLE b()", "go.mod": "require github.com/golang-migrate/migrate/v4 v4.18.0"},
			"golang-migrate", "1_a:CREATE TABLE a()"},
		{"goose's marks, and tern", map[string]string{"001_a.sql": "-- +goose Up\nCREATE TABLE a();", "002_b.sql": "CREATE TABLE b();", "go.mod": "require github.com/jackc/tern/v2 v2.1.1"},
			"tern", "001_a:-- +goose Up CREATE TABLE a();|002_b:CREATE TABLE b();"},
		{"plain with V", map[string]string{"V2__b.sql": "SELECT 2", "V1__a.sql": "SELECT 1", "V1__a_down.sql": "x", "seed.sql": "x"}, "plain", "V1__a:SELECT 1|V2__b:SELECT 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := write(t, tt.files)
			set, err := Read(os.DirFS(root), "m", "", nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, u := range set.Units {
				got = append(got, u.Name+":"+strings.Join(strings.Fields(u.Text), " "))
				if text, ok := tt.files[filepath.Base(u.File)]; ok && strings.Count(u.Text, "\n") != strings.Count(text, "\n") {
					t.Errorf("%s: lines changed", u.File)
				}
			}
			if set.Format != tt.format || strings.Join(got, "|") != tt.want {
				t.Errorf("%s %q, want %s %q", set.Format, got, tt.format, tt.want)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]map[string]string{
		"files of both golang-migrate (1_a.up.sql) and goose (2_b.sql)": {"1_a.up.sql": "x", "2_b.sql": "-- +goose Up\nx"},
		"no migrations of a known format":                               {"queries.sql": "-- name: Get :one\nSELECT 1"},
		"sql-migrate would not read 2_b.sql, which looks like a migrat": {"a.sql": "-- +migrate Up\nCREATE TABLE a();", "2_b.sql": "CREATE TABLE b();"},
	}
	for want, files := range tests {
		if _, err := Read(os.DirFS(write(t, files)), "m", "", nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestDigestIsOfTheContent(t *testing.T) {
	a := Unit{Name: "1_a", Text: "CREATE TABLE a (b int); -- note\n"}
	b := Unit{Name: "7_x", Text: "\nCREATE  TABLE a (b int);"}
	c := Unit{Name: "1_a", Text: "CREATE TABLE a (c int);"}
	if a.Digest() != b.Digest() || a.Digest() == c.Digest() {
		t.Error("digest depends on more or less than the SQL")
	}
}

func TestHasGo(t *testing.T) {
	registers := "func init() { goose.AddMigrationContext(up, down) }\n"
	for name, tt := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"goose": {map[string]string{
			"1_a.go": "package m\n\nimport \"github.com/pressly/goose/v3\"\n\n" + registers}, true},
		"bun, its set in another file": {map[string]string{
			"main.go": "package m\n\nimport \"github.com/uptrace/bun/migrate\"\n\nvar All = migrate.NewMigrations()\n",
			"1_a.go":  "package m\n\nfunc init() { All.MustRegister(up, down) }\n"}, true},
		"a file that does not parse": {map[string]string{
			"1_a.go": "package m\n\nimport \"github.com/pressly/goose/v3\"\n\n" + registers + "\nfunc {"}, true},
		"in the text of a program that reads them": {map[string]string{
			"find.go": "package find\n\nvar tools = []string{`\"github.com/pressly/goose/v3\"`, `goose.AddMigrationContext(`}\n"},
			false},
		"in a comment": {map[string]string{
			"a.go": "package a\n\n// import \"github.com/pressly/goose/v3\" and then goose.AddMigrationContext(up, down)\n"}, false},
		"only run": {map[string]string{
			"a.go": "package a\n\nimport \"github.com/pressly/goose/v3\"\n\nfunc Up(db *sql.DB) { goose.Up(db, \"m\") }\n"}, false},
		"in a test": {map[string]string{
			"a_test.go": "package m\n\nimport \"github.com/pressly/goose/v3\"\n\n" + registers}, false},
	} {
		if got := HasGo(os.DirFS(write(t, tt.files)), "m"); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}
