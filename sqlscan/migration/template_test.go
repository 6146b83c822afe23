package migration

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// TestTemplatesEnd: a template that does not end, or makes more than fits, is not known, at once.
func TestTemplatesEnd(t *testing.T) {
	doubling := `{{$x := "xxxxxxxxxxxxxxxx"}}{{range "` + strings.Repeat("x", 40) + `"}}{{$x = print $x $x}}{{end}}`
	tests := map[string]string{
		"output":      `{{range 1000000000}}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{end}}`,
		"steps":       `{{range 1000000000}}{{end}}`,
		"loops":       `{{range 100000}}{{range 100000}}{{end}}{{end}}`,
		"else":        `{{if true}}{{range 1000000000}}{{else}}x{{end}}{{end}}`,
		"recursion":   `{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`,
		"two by two":  `{{define "a"}}{{template "b"}}{{template "b"}}{{end}}{{define "b"}}{{template "a"}}{{end}}{{template "a"}}`,
		"a file's":    `{{template "within/x.sql"}}`,
		"width":       `{{$x := printf "%1000000000d" 1}}`,
		"widths":      `{{$x := printf "` + strings.Repeat("%900000d", 100) + `" 1}}`,
		"star":        `{{$x := printf "%*d" 900000 1}}{{$x = printf "%s%s%s" $x $x $x}}`,
		"doubling":    strings.Replace(doubling, `range "`+strings.Repeat("x", 40)+`"`, "range 40", 1),
		"html":        `{{$x := "<<<<<<<<"}}{{range 40}}{{$x = html $x $x}}{{end}}`,
		"url":         `{{$x := "%%%%%%%%"}}{{range 40}}{{$x = urlquery $x $x}}{{end}}`,
		"while":       `{{$x := true}}{{range 1000000000}}{{if $x}}{{continue}}{{end}}{{end}}`,
		"with":        `{{with 1}}{{range 1000000000}}{{end}}{{end}}`,
		"not defined": `{{template "nothing"}}`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{
				"m/001_a.sql":        {Data: []byte(text + "\n---- create above / drop below ----\n")},
				"m/within/x.sql":     {Data: []byte(`{{range 1000000000}}{{end}}`)},
				"m/within/wrong.sql": {Data: []byte(`{{`)},
			}
			start := time.Now()
			set, err := Read(tree, "m", "tern", nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(set.Units) != 1 || len(set.Units[0].Unknown) != 1 {
				t.Errorf("units %v: want one, not known", set.Units)
			}
			if d := time.Since(start); d > time.Minute {
				t.Errorf("it took %v", d)
			}
		})
	}
}

func TestTemplatesThatAreTexts(t *testing.T) {
	tree := fstest.MapFS{
		"m/tern.conf":    {Data: []byte("[data]\nprefix = app\n")},
		"m/001_a.sql":    {Data: []byte(`CREATE TABLE {{.prefix}}_a ({{range $i := 3}}{{if $i}}, {{end}}c{{printf "%02d" $i}} int{{end}});{{template "within/x.sql" .}}`)},
		"m/within/x.sql": {Data: []byte(`{{with .prefix}}CREATE TABLE {{.}}_b ();{{end}}`)},
	}
	set, err := Read(tree, "m", "tern", nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "CREATE TABLE app_a (c00 int, c01 int, c02 int);CREATE TABLE app_b ();"; len(set.Units) != 1 || set.Units[0].Text != want {
		t.Errorf("units %v, want %s", set.Units, want)
	}
}

// TestVariablesStandInNamesAlone: a value of the environment is never text that could be anything
// else, and what is shown is what the file says.
func TestVariablesStandInNamesAlone(t *testing.T) {
	values := map[string]string{"P": "app", "SECRET": "hunter2", "BAD": "x; DROP TABLE a", "EMPTY": "", "LINES": "a\nb", "QUOTE": `a"b`}
	variables := func(name string) (string, bool) { value, ok := values[name]; return value, ok }
	tests := []struct {
		sql, text string
		unknown   int
	}{
		{"CREATE TABLE ${P}_users ();", "CREATE TABLE app_users ();", 0},
		{`CREATE TABLE "${P}.users" ();`, `CREATE TABLE "app.users" ();`, 0},
		{"CREATE TABLE $P ();", "CREATE TABLE app ();", 0},
		{"COMMENT ON TABLE a IS '$SECRET';", "COMMENT ON TABLE a IS '';", 1},
		{"SELECT E'$SECRET';", "SELECT E'';", 1},
		{"SELECT $$${SECRET}$$;", "SELECT $$;", 1},
		{"SELECT 1 -- $SECRET", "SELECT 1 -- ", 1},
		{"CREATE TABLE $BAD ();", "CREATE TABLE  ();", 1},
		{"CREATE TABLE ${EMPTY}users ();", "CREATE TABLE users ();", 0},
		{"CREATE TABLE $LINES ();", "CREATE TABLE  ();", 1},
		{`CREATE TABLE "$QUOTE" ();`, `CREATE TABLE "" ();`, 1},
		{"CREATE TABLE ${OTHER:-users} ();", "CREATE TABLE  ();", 1},
		{"CREATE TABLE ${P}_a (); SELECT '$P', ${P}_b;", "CREATE TABLE app_a (); SELECT '', app_b;", 1},
	}
	for _, tt := range tests {
		t.Run(tt.sql, func(t *testing.T) {
			head := "-- +goose Up\n-- +goose ENVSUB ON\n"
			tree := fstest.MapFS{"m/001_a.sql": {Data: []byte(head + tt.sql + "\n")}}
			set, err := Read(tree, "m", "goose", variables)
			if err != nil {
				t.Fatal(err)
			}
			u := set.Units[0]
			if got := strings.TrimSpace(strings.TrimPrefix(u.Text, head)); got != strings.TrimSpace(tt.text) || len(u.Unknown) != tt.unknown {
				t.Errorf("text %q, unknown %v; want %q, %d", got, u.Unknown, tt.text, tt.unknown)
			}
			if shown := u.Shown(0, len(u.Text)); !strings.Contains(tt.sql, "$$") && shown != head+tt.sql+"\n" {
				t.Errorf("shown is %q", shown)
			}
		})
	}
}
