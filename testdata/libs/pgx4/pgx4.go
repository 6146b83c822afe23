// Package pgx4 sends SQL by pgx v4.
package pgx4

import (
	"context"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

func all(ctx context.Context, conn *pgx.Conn, tx pgx.Tx, pool *pgxpool.Pool) {
	conn.Exec(ctx, "DELETE FROM users")                              // sends: DELETE FROM users
	tx.QueryFunc(ctx, "SELECT 1", nil, nil, nil)                     // sends: SELECT 1
	pool.QueryRow(ctx, "SELECT 2")                                   // sends: SELECT 2
	conn.CopyFrom(ctx, pgx.Identifier{"users"}, []string{"id"}, nil) // sends: COPY "users" ("id") FROM STDIN
	(&pgx.Batch{}).Queue("SELECT 3")                                 // sends: SELECT 3
}
