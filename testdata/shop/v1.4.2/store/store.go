// Package store keeps customers and orders.
package store

import (
	"context"
	"database/sql"
	"fmt"
)

// DB is what the store needs of a database handle.
type DB interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Store is the database.
type Store struct{ db DB }

// New makes a store.
func New(db DB) *Store { return &Store{db} }

// Customer finds the name behind an address.
func (s *Store) Customer(ctx context.Context, email string) (name string, err error) {
	err = s.db.QueryRowContext(ctx, `
		SELECT name
		FROM customers
		WHERE email = $1`, email).Scan(&name)
	return name, err
}

// PlaceOrder records an order.
func (s *Store) PlaceOrder(ctx context.Context, customer int64, total string) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO orders (customer_id, total) VALUES ($1, $2)", customer, total)
	return err
}

// Recent lists the newest orders.
func (s *Store) Recent(ctx context.Context, withTotals bool) ([]string, error) {
	columns := "c.name, placed_at"
	if withTotals {
		columns += ", total"
	}
	rows, err := s.db.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.id DESC LIMIT %d", columns, 20))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, rows.Err()
}
