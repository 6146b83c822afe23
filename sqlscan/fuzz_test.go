package sqlscan

import (
	"testing"
	"time"

	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

func FuzzBind(f *testing.F) {
	for _, s := range []string{
		"SELECT u.*, count(*) OVER (PARTITION BY id) FROM users u NATURAL JOIN posts p WHERE (u).email = ANY(ARRAY['x']) GROUP BY 1 ORDER BY email",
		"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r) INSERT INTO users (name) SELECT n::text FROM r ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING *",
		"UPDATE users SET (name, email) = (SELECT title, 'x' FROM posts LIMIT 1) FROM posts WHERE users.id = user_id",
		"MERGE INTO users u USING posts p ON true WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)",
		"SELECT * FROM ROWS FROM (generate_series(1,2), json_to_record('{}') AS (a int)) WITH ORDINALITY",
		"COPY users (id) FROM STDIN", "SELECT xmlelement(name a, xmlattributes(id)) FROM users, XMLTABLE('x' PASSING y COLUMNS z int)",
	} {
		f.Add(s, 3)
	}
	env := &Env{Schema: testSchema(), SearchPath: []string{"public"}}
	f.Fuzz(func(t *testing.T, sql string, hole int) {
		start := time.Now()
		of := sqltext.Text{SQL: sql}
		if hole >= 0 && hole <= len(sql) {
			of.Holes = []sqltext.Hole{{At: hole}}
		}
		text := sqltext.Parse(of, sqltext.Native)
		if text.Err != nil {
			return
		}
		for _, st := range text.Statements {
			b := Bind(st, env)
			for _, o := range b.Outcomes {
				if at := text.Source(o.Start); at < 0 || at > len(sql) || o.End < o.Start {
					t.Fatalf("outcome %q at %d..%d of %d bytes", o.Name, o.Start, o.End, len(sql))
				}
				if o.State == Failed && o.SQLSTATE == "" {
					t.Fatalf("a failed name without SQLSTATE: %+v", o)
				}
			}
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Fatalf("%d bytes took %v", len(sql), d)
		}
	})
}
