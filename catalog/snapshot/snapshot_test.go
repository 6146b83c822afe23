package snapshot_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/snapshot"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

const (
	users  = "CREATE TABLE users (id bigserial PRIMARY KEY, email text NOT NULL DEFAULT 'x', CHECK (email <> ''));\n"
	orders = "CREATE TYPE state AS ENUM ('new', 'paid');\nCREATE TABLE orders (id bigserial PRIMARY KEY, state state);\n"
	both   = "CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'new';\n" +
		"ALTER TABLE orders ADD COLUMN buyer bigint REFERENCES users;\nCREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';\n"
)

func written(t *testing.T, sql string) string {
	t.Helper()
	s, _, err := plan.Load("schema.sql", sql, 16)
	if err != nil {
		t.Fatal(err)
	}
	return text(t, s)
}

func text(t *testing.T, s *catalog.Schema) string {
	t.Helper()
	var b bytes.Buffer
	if err := snapshot.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheOrderInWhichObjectsWereMadeDoesNotShow(t *testing.T) {
	a, b := written(t, users+orders+both), written(t, orders+users+both)
	if a != b {
		t.Errorf("two files of one schema:\n%s\n%s", a, b)
	}
}

func TestRoundTrip(t *testing.T) {
	a := written(t, users+orders+both)
	s, err := snapshot.Read([]byte(a))
	if err != nil {
		t.Fatal(err)
	}
	if b := text(t, s); a != b {
		t.Errorf("read and written again:\n%s\n%s", a, b)
	}
}

// TestAChangeIsALine: what differs is the line of what changed, and the digest.
func TestAChangeIsALine(t *testing.T) {
	before := strings.Split(written(t, users+orders), "\n")
	after := strings.Split(written(t, users+orders+"ALTER TABLE orders ALTER COLUMN state SET NOT NULL;"), "\n")
	var changed []string
	for i := range before {
		if len(before) == len(after) && before[i] != after[i] {
			changed = append(changed, after[i])
		}
	}
	if len(changed) != 2 || !strings.Contains(changed[1], `"Name":"state"`) {
		t.Errorf("%d lines, then %d; changed: %q", len(before), len(after), changed)
	}
	// A new table adds its lines and takes none away.
	more := strings.Split(written(t, users+orders+"CREATE TABLE notes (body text);"), "\n")
	gone := 0
	for _, line := range before {
		if !slices.Contains(more, line) && !slices.Contains(more, line+",") && !slices.Contains(more, strings.TrimSuffix(line, ",")) {
			gone++
		}
	}
	if gone > 1 { // the digest
		t.Errorf("a new table changed %d other lines", gone-1)
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	a := written(t, users)
	for _, bad := range []string{a[:len(a)/2], strings.Replace(a, "email", "phone", 1), strings.Replace(a, `"version":1`, `"version":7`, 1), "{}", ""} {
		if _, err := snapshot.Read([]byte(bad)); err == nil {
			t.Errorf("taken: %.40q", bad)
		}
	}
}
