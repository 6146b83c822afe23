package evidence

import (
	"strings"
	"testing"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

func query(sql string, holes ...sqltext.Hole) usage.Query {
	return usage.Query{Site: usage.Site{File: "a.go", Line: 1, Column: 1}, Texts: []sqltext.Text{{SQL: sql, Holes: holes}}}
}

// TestMatch: what code sends and what a server has seen are the same where only constants,
// parameters, comments, space and the case of names differ.
func TestMatch(t *testing.T) {
	tests := []struct {
		name, seen  string
		sent        usage.Query
		site, known bool
	}{
		{"the same", "SELECT a FROM t WHERE id = $1", query("SELECT a FROM t WHERE id = $1"), true, true},
		{"constants", "select a from t where id = 7.5 and b = 'x'", query("SELECT a\nFROM t -- note\nWHERE id = $1 AND b = $2;"), true, true},
		{"a value that the code writes", "SELECT a FROM t LIMIT 10", query("SELECT a FROM t LIMIT ", sqltext.Hole{At: 22, Place: sqltext.ValuePlace}), true, true},
		{"another column", "SELECT b FROM t", query("SELECT a FROM t"), false, false},
		{"another table of a series", "SELECT a FROM orders_2023", query("SELECT a FROM orders_2024"), false, false},
		{"another type", "SELECT $1::int", query("SELECT $1::text"), false, false},
		{"unknown text", "SELECT a FROM t WHERE x IS NULL ORDER BY a", query("SELECT a FROM t WHERE  ORDER BY a", sqltext.Hole{At: 22}), true, false},
		{"nothing known", "SELECT a FROM t", query("", sqltext.Hole{At: 0}), false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := New("log")
			e.Add(Statement{SQL: tt.seen})
			site := len(e.Match(&usage.Version{Queries: []usage.Query{tt.sent}})) > 0
			all, known := e.Counts()
			if site != tt.site || (known == 1) != tt.known || all != 1 {
				t.Errorf("the site was seen: %v; %d of %d known", site, known, all)
			}
			if n := len(e.Unknown().Queries); n != all-known {
				t.Errorf("%d unknown statements", n)
			}
		})
	}
}

// TestOnlyWhatDependsOnData: commands of sessions and definitions are no evidence of code.
func TestOnlyWhatDependsOnData(t *testing.T) {
	e := New("log")
	for _, sql := range []string{"BEGIN", "SET search_path = a", "CREATE TABLE t (a int)", "SHOW all", "DISCARD ALL", "SELECT 1; SELECT 2", "TRUNCATE t", "CALL p()", "CREATE TABLE x AS SELECT a FROM t"} {
		e.Add(Statement{SQL: sql})
	}
	var got []string
	for _, q := range e.Unknown().Queries {
		got = append(got, strings.TrimSpace(q.Texts[0].SQL))
	}
	if want := "SELECT 1|TRUNCATE t|CALL p()|CREATE TABLE x AS SELECT a FROM t"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzReadLog(f *testing.F) {
	f.Add("2026-11-20 10:00:00.000 UTC [1] LOG:  statement: SELECT 1\n\tFROM t\n")
	f.Add(`{"timestamp":"x","dbname":"app","message":"duration: 1.5 ms  execute s: SELECT $1"}` + "\n")
	f.Add("2026-11-20 10:00:00.000 UTC,\"a\",\"app\",1,,,,,,,,,,\"statement: SELECT 1\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ReadLog("log", strings.NewReader(text), "app")
		if err == nil && e == nil {
			t.Fatal("neither evidence nor an error")
		}
	})
}
