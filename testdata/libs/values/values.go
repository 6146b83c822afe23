// Package values sends through functions that are held in variables, fields and literals.
package values

import (
	"context"
	"database/sql"
	. "database/sql"

	"example.com/libs/lists"
)

type handle struct {
	*DB // promoted methods, and a dot import
	run func(ctx context.Context, query string, args ...any) (sql.Result, error)
	get func(query string) *sql.Row
}

func newHandle(db *sql.DB) *handle {
	h := &handle{DB: db, run: db.ExecContext}
	h.get = func(query string) *sql.Row { return db.QueryRow("SELECT * FROM (" + query + ") q") }
	return h
}

func (h *handle) use(ctx context.Context) {
	h.Exec("INSERT INTO promoted VALUES (1)")              // sends: INSERT INTO promoted VALUES (1)
	h.run(ctx, "DELETE FROM field")                        // sends: DELETE FROM field
	h.get("SELECT a FROM literal")                         // sends: SELECT * FROM (SELECT a FROM literal) q
	(*sql.DB).Exec(h.DB, "UPDATE expression SET a = 1")    // sends: UPDATE expression SET a = 1
	exec := h.DB.ExecContext                               // a method value
	exec(ctx, "DELETE FROM value")                         // sends: DELETE FROM value
	func(q string) { h.QueryRow(q) }("SELECT 1 FROM once") // sends: SELECT 1 FROM once
	each := func(table string) {
		h.Exec("TRUNCATE " + table)
	}
	each("one") // sends: TRUNCATE one
	each("two") // sends: TRUNCATE two
	handed(exec)
}

type runner func(ctx context.Context, query string, args ...any) (sql.Result, error)

func handed(run runner) {
	run(context.Background(), "DELETE FROM handed") // sends: DELETE FROM handed
}

var packaged = (*sql.DB).QueryRow

type querier interface{ *sql.DB | *sql.Tx }

type rows interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func generic[Q rows](ctx context.Context, q Q, db *sql.DB) {
	q.QueryContext(ctx, "SELECT a FROM generic") // sends: SELECT a FROM generic
	packaged(db, "SELECT a FROM packaged")       // sends: SELECT a FROM packaged
	wrapped[int, string](db, "wrapped")          // sends: SELECT b FROM wrapped
}

func wrapped[K, V any](db *sql.DB, table string) {
	db.QueryRow("SELECT b FROM " + table)
}

func both(db *sql.DB, tx *sql.Tx) {
	do := db.Exec
	if tx != nil {
		do = tx.Exec
	}
	do("DELETE FROM either") // sends: DELETE FROM either
}

func passedOn(db *sql.DB, ask func(func(string)), table string) {
	send := func(q string) {
		db.Exec(q) // sends: opaque
	}
	send("DELETE FROM known") // sends: DELETE FROM known
	ask(send)
}

const insertListed = "INSERT INTO listed VALUES ($1)"

type store struct{ insert, find *sql.Stmt }

func (s *store) open(db *sql.DB) error {
	return lists.List{
		{&s.insert, insertListed},                       // sends: INSERT INTO listed VALUES ($1)
		{Stmt: &s.find, SQL: "SELECT a, b FROM listed"}, // sends: SELECT a, b FROM listed
	}.Prepare(db)
}

func (s *store) first() (a, b int, err error) {
	err = s.find.QueryRow().Scan(&a, &b)
	return a, b, err
}
