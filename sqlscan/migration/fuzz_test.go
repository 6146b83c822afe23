package migration

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// FuzzReaders: every tool keeps the length and the lines of a file, so that positions in a unit
// are positions in the file; where texts are put in, the lines.
func FuzzReaders(f *testing.F) {
	for _, text := range []string{
		"CREATE TABLE t (id int);", "-- +goose Up\nCREATE TABLE t ();\n-- +goose Down\nDROP TABLE t;", "-- +goose NO TRANSACTION\n-- +goose Up\nVACUUM;",
		"-- +migrate Up notransaction\nSELECT 1;\n-- +migrate Down\nSELECT 2;", "-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\n",
		"CREATE TABLE t ();\n---- create above / drop below ----\nDROP TABLE t;", "-- atlas:delimiter \\n\\n\nCREATE TABLE t (id int)\n\nSELECT 1", "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '$HOME ${NOT_SET:-x}';\n", "-- +goose Down\nDROP TABLE t;\r\n-- +goose Up\r\nCREATE TABLE t ();", "",
	} {
		f.Add("0001_x.up.sql", text)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		for _, r := range tools {
			f := file{name: name, path: name, text: text, raw: text, variables: func(name string) (string, bool) { return name + "x", name != "NOT_SET" }}
			r.sure(f)
			if r.unit == nil {
				continue
			}
			u, ok := r.unit(f)
			if !ok {
				continue
			}
			substituted := strings.Contains(strings.ToUpper(text), "ENVSUB") || r.name == "atlas"
			if len(u.Text) != len(text) && !substituted || strings.Count(u.Text, "\n") != strings.Count(text, "\n") {
				t.Errorf("%s: the unit has %d bytes, the file %d", r.name, len(u.Text), len(text))
			}
			if shown := u.Shown(0, len(u.Text)); r.name == "goose" && len(shown) != len(text) && !strings.Contains(text, "$$") && !strings.Contains(text, `\$`) {
				t.Errorf("the text as written has %d bytes, the file %d", len(shown), len(text))
			}
			u.Digest()
		}
	})
}

// FuzzTemplates: whatever a template says, it ends soon, and within its limits.
func FuzzTemplates(f *testing.F) {
	for _, s := range []string{
		"SELECT {{.x}};", "{{range 10}}{{.}}{{end}}", `{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`, `{{range $i := 100000}}{{range $i}}{{end}}{{end}}`,
		`{{$x := "y"}}{{range 30}}{{$x = print $x $x}}{{end}}{{$x}}`, `{{printf "%99999d%[1]s%*d" 1 2}}`, `{{with .x}}{{html .}}{{else}}{{js .}}{{end}}`,
		`{{if and .x (eq .x "1")}}{{index .x 0}}{{slice .x 1}}{{len .x}}{{end}}`, `{{template "in/x.sql" .}}`, `{{block "b" .}}{{break}}{{end}}`, "{{/* c */ -}} x {{- 1 }}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		tree := fstest.MapFS{
			"m/tern.conf": {Data: []byte("[data]\nx = 1\n")}, "m/in/x.sql": {Data: []byte("{{range 3}}{{.}}{{end}}")},
			"m/001_a.sql": {Data: []byte("SELECT 1;{{1}}" + text)},
		}
		set, err := Read(tree, "m", "tern", nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Units) != 1 || len(set.Units[0].Text) > maxOutput+len(text)+100 {
			t.Errorf("%d units, the first of %d bytes", len(set.Units), len(set.Units[0].Text))
		}
		if d := time.Since(start); d > time.Minute {
			t.Errorf("it took %v", d)
		}
	})
}
