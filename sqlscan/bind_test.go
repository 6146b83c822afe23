package sqlscan

import (
	"testing"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// The schema of these tests: users(id, email, name NOT NULL), posts(id, user_id, title).
func testSchema() *catalog.Schema {
	s := catalog.New(15)
	users := &catalog.Relation{Schema: "public", Name: "users", Kind: catalog.Table}
	users.AddColumn(catalog.Column{Name: "id", Type: catalog.TypeRef{ID: catalog.OIDInt4}, NotNull: true, Default: &catalog.Expr{SQL: "1"}})
	users.AddColumn(catalog.Column{Name: "email", Type: catalog.TypeRef{ID: catalog.OIDText}})
	users.AddColumn(catalog.Column{Name: "name", Type: catalog.TypeRef{ID: catalog.OIDText}, NotNull: true})
	s, _ = s.NewRelation(users)
	posts := &catalog.Relation{Schema: "public", Name: "posts", Kind: catalog.Table}
	posts.AddColumn(catalog.Column{Name: "id", Type: catalog.TypeRef{ID: catalog.OIDInt4}})
	posts.AddColumn(catalog.Column{Name: "user_id", Type: catalog.TypeRef{ID: catalog.OIDInt4}})
	posts.AddColumn(catalog.Column{Name: "title", Type: catalog.TypeRef{ID: catalog.OIDText}})
	s, _ = s.NewRelation(posts)
	return s
}

func bindText(t *testing.T, sql string) *Binding {
	t.Helper()
	sts, err := pgtree.Parse(sql)
	if err != nil || len(sts) != 1 {
		t.Fatalf("%q: %d statements, %v", sql, len(sts), err)
	}
	return Bind(sts[0], &Env{Schema: testSchema(), SearchPath: []string{"public"}})
}

func TestBindErrors(t *testing.T) {
	tests := []struct{ sql, want string }{
		{"SELECT id, email FROM users", ""},
		{"SELECT u.* FROM users u JOIN posts p ON p.user_id = u.id", ""},
		{"SELECT id FROM users, posts", "42702"},
		{"SELECT users.nope FROM users", "42703"},
		{"SELECT x.id FROM users", "42P01"},
		{"SELECT * FROM nope WHERE a = 1", "42P01"},
		{"SELECT id FROM users JOIN posts USING (id)", ""},
		{"SELECT id FROM users JOIN posts USING (title)", "42703"},
		{"SELECT email FROM users WHERE email IN (SELECT email FROM posts)", ""},
		{"SELECT count(*) FROM users GROUP BY nope", "42703"},
		{"SELECT email AS e FROM users GROUP BY e ORDER BY e", ""},
		{"SELECT email AS e FROM users WHERE e = 1", "42703"},
		{"SELECT email FROM users ORDER BY 2", "42P10"},
		{"SELECT email, gone FROM users ORDER BY gone", "42703"},
		{"WITH w AS (SELECT id AS x FROM users) SELECT x FROM w", ""},
		{"WITH w(y) AS (SELECT id AS x FROM users) SELECT x FROM w", "42703"},
		{"WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r", ""},
		{"SELECT n FROM generate_series(1, 2) n", ""},
		{"SELECT a, b FROM (VALUES (1, 2)) v(a, b)", ""},
		{"SELECT a FROM (VALUES (1, 2)) v(a, b, c)", "42P10"},
		{"SELECT nosuch(1)", "42883"},
		{"SELECT s.f()", "3F000"},
		{"SELECT 'x'::nosuch", "42704"},
		{"SELECT 'posts'::regclass, nextval('nope_seq')", "42P01"},
		{"INSERT INTO users (email, name) VALUES ($1, $2)", ""},
		{"INSERT INTO users (email, nope) VALUES ($1, $2)", "42703"},
		{"INSERT INTO users (email) VALUES ($1)", "23502"},
		{"INSERT INTO users VALUES (1, 'a', 'b', 'c')", "42601"},
		{"INSERT INTO users (name) VALUES ('a') ON CONFLICT (id) DO UPDATE SET name = excluded.name", "42P10"},
		{"UPDATE users SET name = p.title FROM posts p WHERE p.user_id = users.id", ""},
		{"UPDATE users SET nope = 1 WHERE other = 2", "42703"},
		{"DELETE FROM posts USING users u WHERE u.id = user_id RETURNING posts.title, u.email", ""},
		{"SELECT p.title FROM users u, LATERAL (SELECT title FROM posts WHERE user_id = u.id) p", ""},
		{"SELECT p.title FROM users u, (SELECT title FROM posts WHERE user_id = u.id) p", "42P01"},
		{"SELECT u FROM users u", ""},
		{"SELECT ctid, xmin, users.tableoid FROM users", ""},
		{"SELECT relname FROM pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace", ""},
		{"MERGE INTO users u USING posts p ON p.user_id = u.id WHEN MATCHED THEN UPDATE SET name = p.title WHEN NOT MATCHED THEN INSERT (name) VALUES (p.title)", ""},
		{"COPY users (id, nope) FROM STDIN", "42703"},
		{"TRUNCATE users, nope", "42P01"},
	}
	for _, tt := range tests {
		t.Run(tt.sql, func(t *testing.T) {
			got := ""
			if o := bindText(t, tt.sql).First(RunPhase); o != nil {
				got = o.SQLSTATE
			}
			if got != tt.want {
				t.Errorf("SQLSTATE %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEveryNameHasItsOutcome(t *testing.T) {
	sql := "SELECT email, a, b FROM users WHERE c = 1"
	failed := map[string]bool{}
	for _, o := range bindText(t, sql).Outcomes {
		if o.State == Failed {
			failed[sql[o.Start:o.End]] = true
		}
	}
	if len(failed) != 3 || !failed["a"] || !failed["b"] || !failed["c"] {
		t.Errorf("failed: %v", failed)
	}
}

func TestAnErrorBreedsNoOthers(t *testing.T) {
	for _, o := range bindText(t, "SELECT n.a, b FROM nope n WHERE c = 1").Outcomes {
		if o.State == Failed && o.SQLSTATE != "42P01" {
			t.Errorf("%s: %s", o.Name, o.SQLSTATE)
		}
	}
}
