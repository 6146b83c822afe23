package ddl_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// TestServer runs each file of testdata/server statement by statement on a server and
// through the simulator and the binder. After every statement both must have raised the
// same SQLSTATE, and at the end of a file both must have the same catalog.
func TestServer(t *testing.T) {
	ctx := context.Background()
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Stop()
	files, err := filepath.Glob("../../testdata/server/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for i, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			conn, err := cluster.Database(ctx, fmt.Sprintf("test%d", i))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(ctx)
			compareFile(ctx, t, conn, file)
		})
	}
}

func compareFile(ctx context.Context, t *testing.T, conn *pgx.Conn, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	sts, err := pgtree.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	schema, sess := catalog.New(15), ddl.Session{SearchPath: []string{"public"}}
	for _, st := range sts {
		var theirs error
		var ours string
		if kind := st.Kind(); kind.IsQuery() && kind != pgtree.SelectInto {
			_, theirs = conn.PgConn().Prepare(ctx, "", st.Text, nil)
			if o := sqlscan.Bind(st, &sqlscan.Env{Schema: schema, SearchPath: sess.SearchPath}).First(sqlscan.RewritePhase); o != nil {
				ours = o.SQLSTATE
			}
		} else {
			_, theirs = conn.PgConn().Exec(ctx, st.Text).ReadAll()
			res, err := ddl.Apply(schema, sess, st)
			var refusal *ddl.Error
			if errors.As(err, &refusal) {
				ours = refusal.SQLSTATE
			}
			schema, sess = res.Schema, res.Session
			for _, e := range res.Effects {
				if e.Op == catalog.OpOpaque {
					ours += " opaque " + e.Tag
				}
			}
		}
		if want := sqlstate(theirs); ours != want {
			line, _ := pgtree.LineColumn(text, st.Start)
			t.Errorf("%s:%d: server %q (%v), ours %q: %s", filepath.Base(file), line, want, theirs, ours, st.Text)
		}
	}
	server, _, err := live.Read(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range catalog.Differences(catalog.Describe(ddl.Complete(server)), catalog.Describe(schema)) {
		t.Errorf("%s: catalog: %s", filepath.Base(file), line)
	}
}

func sqlstate(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
