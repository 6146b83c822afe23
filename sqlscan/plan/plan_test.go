package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

func TestSteps(t *testing.T) {
	tests := []struct {
		name, text string
		noTx       bool
		want       string // statements of a step joined by ";", steps by "|"
	}{
		{"one file, one step", "CREATE TABLE a (); CREATE TABLE b ()", false, "CREATE TABLE a ();CREATE TABLE b ()"},
		{"explicit transactions", "BEGIN; CREATE TABLE a (); COMMIT; BEGIN; CREATE TABLE b (); END", false, "CREATE TABLE a ()|CREATE TABLE b ()"},
		{"rolled back", "CREATE TABLE a (); COMMIT; BEGIN; DROP TABLE a; ROLLBACK; CREATE TABLE b ()", false, "CREATE TABLE a ()|CREATE TABLE b ()"},
		{"no transaction", "CREATE TABLE a (); CREATE TABLE b ()", true, "CREATE TABLE a ()|CREATE TABLE b ()"},
		{"concurrently", "CREATE TABLE a (x int); CREATE INDEX CONCURRENTLY i ON a (x); CREATE TABLE b ()", false,
			"CREATE TABLE a (x int)|CREATE INDEX CONCURRENTLY i ON a (x)|CREATE TABLE b ()"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := Compile(catalog.New(15), nil, []migration.Unit{{Name: "1", Text: tt.text, NoTransaction: tt.noTx}}, []string{"public"})
			var steps []string
			for _, s := range p.Steps {
				var sts []string
				for _, c := range s.Changes {
					sts = append(sts, c.Origin.Statement)
				}
				steps = append(steps, strings.Join(sts, ";"))
			}
			if got := strings.Join(steps, "|"); got != tt.want || len(p.Failures) > 0 {
				t.Errorf("steps %q, want %q; failures %v", got, tt.want, p.Failures)
			}
		})
	}
}

func TestRefusalOfAppliedMigrationOpens(t *testing.T) {
	applied := []migration.Unit{{Name: "1", File: "1.sql", Text: "ALTER TABLE legacy ADD COLUMN a int;"}}
	p := Compile(catalog.New(15), applied, nil, []string{"public"})
	if ns, _ := p.Base.Namespace("public"); !ns.Open || len(p.Notes) != 1 || len(p.Failures) != 0 {
		t.Errorf("open %v, notes %v, failures %v", ns.Open, p.Notes, p.Failures)
	}
}

// TestDependentsThatWereGone: an applied migration that something depends on ran, so that was gone;
// it may be there again.
func TestDependentsThatWereGone(t *testing.T) {
	applied := []migration.Unit{
		{Name: "1", File: "1.sql", Text: "CREATE TABLE t (id int, a text); CREATE VIEW v AS SELECT a FROM t;"},
		{Name: "2", File: "2.sql", Text: "ALTER TABLE t DROP COLUMN a;"},
		{Name: "3", File: "3.sql", Text: "ALTER TABLE t ADD COLUMN b text;"},
	}
	p := Compile(catalog.New(15), applied, nil, []string{"public"})
	table, _ := p.Base.Relation("public", "t")
	_, view := p.Base.Relation("public", "v")
	if table.Column("a") != nil || table.Column("b") == nil || view || len(p.Notes) != 1 {
		t.Errorf("columns %v, the view is there: %v, notes %v", table.Columns, view, p.Notes)
	}
	if got := p.Base.OpenPlaces(); !slices.Contains(got, "public") {
		t.Errorf("open: %v, want public", got)
	}
	// A pending one is refused.
	p = Compile(catalog.New(15), applied[:1], applied[1:2], []string{"public"})
	if len(p.Failures) != 1 || p.Failures[0].SQLSTATE != "2BP01" {
		t.Errorf("failures %v", p.Failures)
	}
}

// TestRefusalForASchemaOpensIt: a schema that was there when the migration ran may hold anything.
func TestRefusalForASchemaOpensIt(t *testing.T) {
	p := Compile(catalog.New(16), []migration.Unit{{Name: "1", File: "1.sql", Text: "CREATE TABLE other.t (a int)"}}, nil, []string{"public"})
	if got := p.Base.OpenPlaces(); !slices.Equal(got, []string{"other"}) {
		t.Errorf("open: %v, want other", got)
	}
}

func TestCompiledPlanSurvivesItsFile(t *testing.T) {
	units := []migration.Unit{{Name: "1", File: "1.sql", Text: `CREATE EXTENSION citext; CREATE TYPE m AS ENUM ('a');
		CREATE TABLE t (id serial PRIMARY KEY, m m, e citext UNIQUE); CREATE VIEW v AS SELECT id FROM t; ALTER TABLE t DROP COLUMN m;
		CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'`}}
	c := CompileLast(catalog.New(15), units)
	data, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Encode()
	if err != nil || string(again) != string(data) {
		t.Errorf("%v: another file after reading it", err)
	}
	if o := d.Blame(catalog.Name{Kind: catalog.KindColumn, Schema: "public", Name: "t", Sub: "m"}); o == nil || !strings.HasPrefix(o.Statement, "ALTER TABLE t DROP") {
		t.Errorf("blames %v", o)
	}
}
