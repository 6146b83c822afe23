// Package templates sends texts that text/template makes.
package templates

import (
	"bytes"
	"database/sql"
	"strings"
	"text/template"
)

var search = template.Must(template.New("search").Funcs(template.FuncMap{"x": strings.ToLower}).Parse(`
	SELECT id{{if .Names}}, name{{end}}
	FROM users
	{{- range .Joins}} JOIN teams ON true{{end}}
	WHERE id = {{.ID}}
	{{/* a comment */}}`))

var brackets = template.Must(template.New("").Delims("[[", "]]").Parse("SELECT '{}' FROM [[template \"t\"]][[define \"t\"]]inner_table[[end]]"))

func render(t *template.Template, data any) string {
	var buf bytes.Buffer
	if err := t.Execute(&buf, data); err != nil {
		panic(err)
	}
	return buf.String()
}

func named(query string, args map[string]string) string {
	for name := range args {
		query = strings.ReplaceAll(query, ":"+name, "$1")
	}
	return query
}

func use(db *sql.DB, data any) {
	db.Query(render(search, data))                             // sends: SELECT id FROM users JOIN teams ON true WHERE id = § | SELECT id FROM users WHERE id = § | SELECT id, name FROM users JOIN teams ON true WHERE id = § | SELECT id, name FROM users WHERE id = §
	db.Query(render(brackets, data))                           // sends: SELECT '{}' FROM inner_table
	db.Query(named("SELECT 1 FROM users WHERE id = :id", nil)) // sends: SELECT 1 FROM users WHERE id = :id
	local, _ := template.New("l").Parse("DELETE FROM users")
	var b strings.Builder
	local.Execute(&b, nil)
	db.Exec(b.String()) // sends: DELETE FROM users
}
