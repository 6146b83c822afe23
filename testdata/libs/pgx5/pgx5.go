// Package pgx5 sends SQL by pgx v5.
package pgx5

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type dbtx interface {
	Exec(context.Context, string, ...interface{}) (pgconn.CommandTag, error)
	Query(context.Context, string, ...interface{}) (pgx.Rows, error)
	QueryRow(context.Context, string, ...interface{}) pgx.Row
	SendBatch(context.Context, *pgx.Batch) pgx.BatchResults
}

const getUser = `-- name: GetUser :one
SELECT id, name FROM users WHERE id = $1
`

func all(ctx context.Context, conn *pgx.Conn, tx pgx.Tx, pool *pgxpool.Pool, db dbtx) {
	conn.Exec(ctx, "DELETE FROM users WHERE id = @id", pgx.NamedArgs{"id": 1}) // sends: DELETE FROM users WHERE id = @id
	tx.QueryRow(ctx, "SELECT 1")                                               // sends: SELECT 1
	pool.Query(ctx, "SELECT 2")                                                // sends: SELECT 2
	db.QueryRow(ctx, getUser, 1)                                               // sends: -- name: GetUser :one SELECT id, name FROM users WHERE id = $1
	conn.Prepare(ctx, "by_name", "SELECT id FROM users WHERE name = $1")       // sends: SELECT id FROM users WHERE name = $1
	conn.Query(ctx, "by_name", "ann")
	batch := &pgx.Batch{}
	batch.Queue("UPDATE users SET name = $1", "x")                                     // sends: UPDATE users SET name = $1
	pool.CopyFrom(ctx, pgx.Identifier{"public", "users"}, []string{"id", "name"}, nil) // sends: COPY "public"."users" ("id", "name") FROM STDIN
	conn.PgConn().Exec(ctx, "SELECT 3; SELECT 4")                                      // sends: SELECT 3; SELECT 4
	tx.Exec(ctx, "DELETE FROM "+pgx.Identifier{"users"}.Sanitize())                    // sends: DELETE FROM "users"
}
