// Package writes changes what it sends by ways that are easily not seen.
package writes

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"github.com/jackc/pgx/v5"
)

// elements are those of a list that a field holds.
type elements struct{ cols []string }

func newElements() *elements { return &elements{[]string{"id", "name"}} }

func (e *elements) set(c string) { e.cols[1] = c }

func (e *elements) send(db *sql.DB) {
	db.Exec("SELECT " + strings.Join(e.cols, ",") + " FROM elements") // sends: SELECT § FROM elements
}

type text string

func (t *text) add(more string) { *t += text(more) }

// pointed has a field with a method that takes its address.
type pointed struct{ q text }

func newPointed() *pointed { return &pointed{q: "SELECT 1 FROM pointed"} }

func (p *pointed) filter() { p.q.add(" WHERE a") }

func (p *pointed) send(db *sql.DB) {
	db.Exec(string(p.q)) // sends: opaque
}

// Decoded is filled by reflection.
type Decoded struct{ Query, query string }

func newDecoded(data []byte) *Decoded {
	d := &Decoded{Query: "SELECT 1 FROM decoded", query: "SELECT 1 FROM kept"}
	json.Unmarshal(data, d)
	return d
}

func (d *Decoded) send(db *sql.DB) {
	db.Exec(d.Query) // sends: opaque
	db.Exec(d.query) // sends: SELECT 1 FROM kept
}

type from struct{ q string }

type converted struct{ q string }

func (c converted) send(db *sql.DB) {
	db.Exec(c.q) // sends: opaque
}

// ordering is an interface that a field holds.
type ordering interface{ order() string }

type byID struct{}

func (byID) order() string { return "id" }

type byName struct{}

func (byName) order() string { return "name" }

type sorted struct{ by ordering }

func (s *sorted) sort(by ordering) { s.by = by }

var build = func() string { return "SELECT 1 FROM build" }

func maker() (func() string, error) { return func() string { return "SELECT 1 FROM made" }, nil }

type tenant struct{}

func (tenant) RewriteQuery(_ context.Context, _ *pgx.Conn, sql string, args []any) (string, []any, error) {
	return sql + " AND tenant = 1", args, nil
}

func all(ctx context.Context, db *sql.DB, conn *pgx.Conn, with func(string) string) {
	newElements().set("mail")
	newPointed().filter()
	converted(from{q: "SELECT 1 FROM converted"}).send(db)
	converted{"SELECT 2 FROM converted"}.send(db)

	s := &sorted{by: byID{}}
	s.sort(byName{})
	db.Exec("SELECT 1 FROM sorted ORDER BY " + s.by.order()) // sends: SELECT 1 FROM sorted ORDER BY §

	if with == nil {
		with = func(q string) string { return q }
	}
	db.Exec(with("SELECT 1 FROM given")) // sends: opaque

	build, _ = maker()
	db.Exec(build()) // sends: opaque

	q := "SELECT 1 FROM turns"
	next := func() { q = "SELECT 2 FROM turns" }
	fetch := func() { db.Exec(q) } // sends: SELECT 1 FROM turns | SELECT 2 FROM turns
	for range 2 {
		fetch()
		next()
	}

	cols := []string{"id", "name"}
	p := &cols[1]
	*p = "mail"
	db.Exec("SELECT " + strings.Join(cols, ",") + " FROM addressed") // sends: SELECT id,name§ FROM addressed

	named := map[string]string{"a": "id", "b": "name"}
	delete(named, "a")
	for _, c := range named {
		db.Exec("SELECT " + c + " FROM deleted") // sends: SELECT name FROM deleted
	}

	m := map[string]func(string, ...any) (sql.Result, error){"x": db.Exec}
	m["x"]("SELECT 1 FROM mapped") // sends: SELECT 1 FROM mapped

	conn.SendBatch(ctx, &pgx.Batch{QueuedQueries: []*pgx.QueuedQuery{{SQL: "SELECT 1 FROM queued"}}}) // sends: SELECT 1 FROM queued
	conn.Exec(ctx, "DELETE FROM rewritten WHERE a", tenant{})                                         // sends: DELETE FROM rewritten WHERE a§
}
