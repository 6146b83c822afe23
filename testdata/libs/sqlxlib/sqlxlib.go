// Package sqlxlib sends SQL by sqlx.
package sqlxlib

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// DB embeds a handle: its methods are promoted.
type DB struct{ *sqlx.DB }

func all(ctx context.Context, db *sqlx.DB, tx *sqlx.Tx, own DB, ids []int) {
	db.Get(nil, "SELECT id FROM users WHERE id = $1", 1) // sends: SELECT id FROM users WHERE id = $1
	tx.SelectContext(ctx, nil, "SELECT name FROM users") // sends: SELECT name FROM users
	db.NamedExec("UPDATE users SET name = :name", nil)   // sends: UPDATE users SET name = :name
	own.Queryx("SELECT 1")                               // sends: SELECT 1
	own.Exec("SELECT 2")                                 // sends: SELECT 2
	sqlx.Get(db, nil, "SELECT 3")                        // sends: SELECT 3
	db.Preparex("SELECT 4")                              // sends: SELECT 4
	q, args, _ := sqlx.In("SELECT id FROM users WHERE id IN (?)", ids)
	db.Select(nil, db.Rebind(q), args...) // sends: SELECT id FROM users WHERE id IN (?)
	n, args, _ := sqlx.Named("SELECT id FROM users WHERE name = :name", nil)
	tx.Queryx(tx.Rebind(n), args...) // sends: SELECT id FROM users WHERE name = :name
}
