package live_test

import (
	"context"
	"os"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/pgserver"
)

var cluster *pgserver.Cluster

func TestMain(m *testing.M) {
	var err error
	if cluster, err = pgserver.Start(context.Background()); err != nil {
		println(err.Error())
		os.Exit(1)
	}
	code := m.Run()
	cluster.Stop()
	os.Exit(code)
}

// database is a new one in which statements have run, and a connection to it.
func database(t *testing.T, name, statements string) *pgx.Conn {
	t.Helper()
	ctx := t.Context()
	conn, err := cluster.Database(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	if _, err := conn.Exec(ctx, statements); err != nil {
		t.Fatal(err)
	}
	return conn
}

// What a server has is read as the facts that it is described by.
func TestSchema(t *testing.T) {
	conn := database(t, "facts", `
		CREATE TYPE mood AS ENUM ('sad', 'glad');
		CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, mood mood DEFAULT 'sad');
		CREATE VIEW emails AS SELECT email FROM users;
		CREATE INDEX lower_email ON users (lower(email));`)
	schema, server, err := live.Read(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	if server.Version/10000 < 12 && server.Version < 12 {
		t.Errorf("version %v", server.Version)
	}
	got := catalog.Describe(schema)
	for _, want := range []string{
		"column public.users.email text notnull", "column public.users.mood mood default",
		"constraint public.users.users_pkey p id", "relation public.emails v", "relation public.lower_email i",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not among %q", want, got)
		}
	}
}

// A session sees one state, whatever others do meanwhile, and leaves nothing behind.
func TestSessionSeesOneState(t *testing.T) {
	ctx := t.Context()
	conn := database(t, "state", "CREATE TABLE one (a int)")
	session, err := live.Begin(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if _, err := session.Schema(ctx); err != nil {
		t.Fatal(err)
	}
	other, err := pgx.Connect(ctx, cluster.DSN("state"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close(ctx) }()
	if _, err := other.Exec(ctx, "CREATE TABLE two (a int)"); err != nil {
		t.Fatal(err)
	}
	schema, err := session.Schema(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := schema.Relation("public", "one"); !ok {
		t.Error("one is not there")
	}
	if _, ok := schema.Relation("public", "two"); ok {
		t.Error("what another session makes is seen")
	}
}

// What a tool has run is read from its table; without one nothing has.
func TestHistory(t *testing.T) {
	ctx := t.Context()
	conn := database(t, "history", `
		CREATE TABLE schema_migrations (version bigint, dirty boolean);
		INSERT INTO schema_migrations VALUES (2, false);`)
	session, err := live.Begin(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	table := catalog.HistoryTable{Tool: "golang-migrate", Name: "schema_migrations",
		Columns: "version::text, '', '', '', dirty"}
	h, err := session.History(ctx, table)
	if err != nil || len(h.Rows) != 1 || h.Rows[0].Version != "2" || h.Rows[0].Failed || h.Table == "" {
		t.Errorf("%+v, %v", h, err)
	}
	table.Name = "nothing"
	if h, err := session.History(ctx, table); err != nil || h.Table != "" || len(h.Rows) != 0 {
		t.Errorf("without a table: %+v, %v", h, err)
	}
	table.Given = true
	if _, err := session.History(ctx, table); err == nil {
		t.Error("a table that somebody named has to be there")
	}
}
