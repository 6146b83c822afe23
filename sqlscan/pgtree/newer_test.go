package pgtree

import (
	"strings"
	"testing"
)

// Syntax of PostgreSQL 17 and 18 (each was taken by a server of that version), and what it is lowered to; white space
// folded. None is taken by 16.
var newer = []struct{ text, want string }{
	{"CREATE TABLE t (a int, b text GENERATED ALWAYS AS (upper(a)) VIRTUAL)",
		"CREATE TABLE t (a int, b text GENERATED ALWAYS AS (upper(a)) STORED )"},
	{"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * (2 + 1)), c int)", "CREATE TABLE t (a int, b int , c int)"},
	{"ALTER TABLE t ADD COLUMN b text GENERATED ALWAYS AS (lower(')' || a))", "ALTER TABLE t ADD COLUMN b text"},
	{"ALTER TABLE t ALTER COLUMN b SET EXPRESSION AS (a + 1)", "ALTER TABLE t ALTER COLUMN b SET STATISTICS 100"},
	{"ALTER TABLE t ALTER COLUMN b SET STATISTICS DEFAULT", "ALTER TABLE t ALTER COLUMN b SET STATISTICS -1"},
	{"ALTER TABLE t ADD CONSTRAINT t_a_nn NOT NULL a NOT VALID", "ALTER TABLE t ALTER a SET NOT NULL"},
	{"CREATE TABLE t (a int, CONSTRAINT nn NOT NULL a, b int)", "CREATE TABLE t (a int , b int)"},
	{"CREATE TABLE kid (a int, NOT NULL a) INHERITS (t)", "CREATE TABLE kid (a int ) INHERITS (t)"},
	{"ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)"},
	{"CREATE TABLE t (id int, r daterange, UNIQUE (id, r WITHOUT OVERLAPS))", "CREATE TABLE t (id int, r daterange, UNIQUE (id, r ))"},
	{"MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE",
		"MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE"},
	{"MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE RETURNING merge_action(), t.id",
		"MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE"},
	{"UPDATE t SET a = 1 RETURNING WITH (OLD AS o, NEW AS n) o.a, n.a", "UPDATE t SET a = 1 RETURNING o.a, n.a"},
	{"SELECT j.a FROM t, JSON_TABLE(t.doc, '$[*]' COLUMNS (a int PATH '$.a')) AS j",
		"SELECT j.a FROM t, schemavet_hole_json AS j"},
}

func TestNewerSyntax(t *testing.T) {
	for _, c := range newer {
		t.Run(c.text, func(t *testing.T) {
			text, ok := lowered(c.text)
			if !ok || len(text) != len(c.text) {
				t.Fatalf("lowered to %q, %d bytes of %d", text, len(text), len(c.text))
			}
			if got := strings.Join(strings.Fields(text), " "); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			sts, err := Parse(c.text)
			if err != nil || len(sts) != 1 || sts[0].Err != nil || sts[0].Node == nil {
				t.Fatalf("%v %v", err, sts)
			}
			if on := sts[0].On(16); on.Err == nil || !on.Refused(16) {
				t.Error("16 takes it")
			}
			for _, server := range []int{0, 17, 18} {
				if on := sts[0].On(server); on.Err != nil {
					t.Errorf("%d: %v", server, on.Err)
				}
			}
		})
	}
}

// What looks newer in strings and comments is what it is, and errors stay errors.
func TestNothingNewer(t *testing.T) {
	for _, text := range []string{"SELECT 'GENERATED ALWAYS AS (a) VIRTUAL'", "SELECT 1 -- NOT ENFORCED", `SELECT "a NOT ENFORCED"`} {
		if got, ok := lowered(text); ok {
			t.Errorf("%q is lowered to %q", text, got)
		}
	}
	for text, want := range map[string]bool{"SELEC 1": true, "ALTER TABLE t DROP COLUM a": true,
		"SELECT JSON_VALUE(a, '$.b' RETURNING int) FROM t": false} {
		sts, err := Parse(text)
		if err != nil || sts[0].Refused(0) != want {
			t.Errorf("%q: refused %v, want %v (%v)", text, !want, want, err)
		}
	}
}
