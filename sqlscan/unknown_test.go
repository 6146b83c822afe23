package sqlscan

import (
	"strings"
	"testing"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// marked is a text with a hole in the place of each §.
func marked(text string) sqltext.Text {
	var t sqltext.Text
	for i, part := range strings.Split(text, "§") {
		if i > 0 {
			t.Holes = append(t.Holes, sqltext.Hole{At: len(t.SQL)})
		}
		t.SQL += part
	}
	return t
}

// TestUnknownSchema: where a schema is unknown text, a qualifier with it may be that of any
// relation of the name.
func TestUnknownSchema(t *testing.T) {
	for _, text := range []string{
		"INSERT INTO §.accounts (a) SELECT 1 RETURNING (SELECT 1 WHERE §.accounts.a = 1)",
		"SELECT §.accounts.a FROM §.accounts WHERE §.accounts.b = 1",
		"SELECT accounts.a FROM §.accounts",
	} {
		p := sqltext.Parse(marked(text), sqltext.Native)
		if p.Err != nil {
			t.Fatal(p.Err)
		}
		for _, st := range p.Statements {
			if first := Bind(st, &Env{Schema: catalog.New(16), SearchPath: []string{"public"}}).First(PlanPhase); first != nil {
				t.Errorf("%s: %s: %s", text, first.SQLSTATE, first.Message)
			}
		}
	}
	p := sqltext.Parse(marked("SELECT other.accounts.a FROM pg_class WHERE §.x = 1"), sqltext.Native)
	if first := Bind(p.Statements[0], &Env{Schema: catalog.New(16)}).First(PlanPhase); first == nil || first.SQLSTATE != "42P01" {
		t.Errorf("a known schema: %v, want 42P01", first)
	}
}
