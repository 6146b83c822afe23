// Package queries holds texts and wrappers that other packages use.
package queries

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
)

// ByID is a constant of another package.
const ByID = "SELECT name FROM users WHERE id = $1"

// Report is an embedded file.
//
//go:embed report.sql
var Report string

// Columns is a part of a query.
func Columns() string { return "id, name" }

// In makes a query of a table.
func In(table string) string { return fmt.Sprintf("SELECT id FROM %s", table) }

// Run hands a query on.
func Run(ctx context.Context, db *sql.DB, query string, args ...any) error {
	return run(ctx, db, query+" /* run */", args...)
}

func run(ctx context.Context, db *sql.DB, query string, args ...any) error {
	_, err := db.ExecContext(ctx, query, args...)
	return err
}
