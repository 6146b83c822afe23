package impact

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// TestOnlyTouchedStatementsChange binds every query of each file of testdata/server before
// and after every statement of it: a binding that changed must be of a query whose look-ups
// the statement touches, since only those are bound again.
func TestOnlyTouchedStatementsChange(t *testing.T) {
	files, err := filepath.Glob("../../testdata/server/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	changed := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sts, err := pgtree.Parse(string(data))
		if err != nil {
			t.Fatal(err)
		}
		var queries []pgtree.Statement
		for _, st := range sts {
			if n := st.Node; n.GetSelectStmt() != nil || n.GetInsertStmt() != nil || n.GetUpdateStmt() != nil || n.GetDeleteStmt() != nil {
				queries = append(queries, st)
			}
		}
		schema, sess := catalog.New(15), ddl.Session{SearchPath: []string{"public"}}
		for _, st := range sts {
			res, err := ddl.Apply(schema, sess, st)
			if err != nil {
				continue
			}
			change := catalog.Change{Effects: res.Effects}
			for _, q := range queries {
				before := sqlscan.Bind(q, &sqlscan.Env{Schema: schema, SearchPath: []string{"public", "app"}})
				after := sqlscan.Bind(q, &sqlscan.Env{Schema: res.Schema, SearchPath: []string{"public", "app"}})
				s := &statement{lookups: map[catalog.Name]bool{}}
				for _, n := range before.Lookups {
					s.lookups[n] = true
				}
				if reflect.DeepEqual(before.Outcomes, after.Outcomes) && reflect.DeepEqual(before.Columns, after.Columns) {
					continue
				}
				changed++
				if !s.touchedBy(change) {
					t.Errorf("%s: %q changes the binding of %q, which it does not touch: effects %v", filepath.Base(file), st.Text, q.Text, res.Effects)
				}
			}
			schema, sess = res.Schema, res.Session
		}
	}
	if changed < 100 {
		t.Errorf("only %d bindings changed", changed)
	}
}
