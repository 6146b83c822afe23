package sqlscan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// TestBoundedTime binds texts that grow in one way each. What the parser's limits refuse is
// refused at once; nothing takes longer than a few seconds, many times what it takes on a
// machine that does nothing else.
func TestBoundedTime(t *testing.T) {
	join := func(n int, sep, form string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = strings.ReplaceAll(form, "#", fmt.Sprint(i))
		}
		return strings.Join(parts, sep)
	}
	previous := func(n int, form string) string {
		var b strings.Builder
		for i := 1; i < n; i++ {
			b.WriteString(strings.NewReplacer("#-1", fmt.Sprint(i-1), "#", fmt.Sprint(i)).Replace(form))
		}
		return b.String()
	}
	terms := join(1000, ", ", "id + #")
	texts := map[string]string{
		"brackets":      "SELECT " + strings.Repeat("(", 20000) + "id" + strings.Repeat(")", 20000) + " FROM users",
		"subqueries":    strings.Repeat("SELECT * FROM (", 1000) + "SELECT id FROM users" + strings.Repeat(") q", 1000),
		"joins on":      "SELECT u0.id FROM users u0" + previous(900, " JOIN users u# ON u#.id = u#-1.id"),
		"joins using":   "SELECT id FROM users u0" + previous(2000, " JOIN users u# USING (id)"),
		"natural joins": "SELECT * FROM users u0" + previous(2000, " NATURAL JOIN users u#"),
		"cross join":    "SELECT 1 FROM " + join(3000, ", ", "users u#"),
		"doubling CTEs": "WITH c0 AS (SELECT id FROM users)" + previous(60, ", c# AS (SELECT a.*, b.* FROM c#-1 a, c#-1 b)") + " SELECT * FROM c59",
		"chained CTEs":  "WITH c0 AS (SELECT id FROM users)" + previous(1500, ", c# AS (SELECT id FROM c#-1 a JOIN c#-1 b USING (id))") + " SELECT * FROM c1499",
		"unions":        join(2000, " UNION ALL ", "SELECT id, email FROM users"),
		"groups":        "SELECT " + terms + " FROM users GROUP BY " + terms + " ORDER BY " + terms,
		"conditions":    "SELECT id FROM users WHERE " + join(3000, " AND ", "id <> #"),
		"list":          "SELECT id FROM users WHERE id IN (" + join(20000, ", ", "#") + ")",
		"rows":          "INSERT INTO users (id, name) VALUES " + join(10000, ", ", "(#, 'n')"),
		"cases":         "SELECT " + strings.Repeat("CASE WHEN id = 1 THEN ", 700) + "1" + strings.Repeat(" ELSE 2 END", 700) + " FROM users",
		"calls":         "SELECT " + strings.Repeat("coalesce(", 900) + "id" + strings.Repeat(", 1)", 900) + " FROM users",
		"casts":         "SELECT id" + strings.Repeat("::int::text", 1000) + " FROM users",
		"targets":       "SELECT " + join(9000, ", ", "id AS c#") + " FROM users",
		"operators":     "SELECT " + join(2900, " || ", "email") + " FROM users",
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			sts, err := pgtree.Parse(text)
			if err == nil {
				for _, st := range sts {
					Bind(st, &Env{Schema: testSchema(), SearchPath: []string{"public"}})
				}
			}
			if d := time.Since(start); d > time.Minute {
				t.Errorf("%d bytes take %v", len(text), d)
			}
		})
	}
}
