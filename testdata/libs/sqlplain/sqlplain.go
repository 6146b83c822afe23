// Package sqlplain sends SQL by database/sql. Each call has the texts that it sends behind
// "sends:", separated by " | "; § stands for a hole.
package sqlplain

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strings"

	"example.com/libs/queries"
)

const table = "users"

var base = "SELECT id FROM " + table

var byKind = map[string]string{"a": "SELECT 1", "b": "SELECT 2"}

type store struct {
	db   querier
	name string
}

type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	GetContext(ctx context.Context, dst any, query string, args ...any) error
}

func all(ctx context.Context, db *sql.DB, tx *sql.Tx, conn *sql.Conn, n int, desc bool, names []string) {
	db.Exec("DELETE FROM users")                                           // sends: DELETE FROM users
	db.QueryRowContext(ctx, queries.ByID, 1)                               // sends: SELECT name FROM users WHERE id = $1
	tx.Query(base + " WHERE id = $1")                                      // sends: SELECT id FROM users WHERE id = $1
	conn.QueryContext(ctx, queries.Report)                                 // sends: SELECT count(*) FROM users
	tx.Prepare("SELECT " + queries.Columns() + " FROM users")              // sends: SELECT id, name FROM users
	db.Query(queries.In("orgs"))                                           // sends: SELECT id FROM orgs
	db.Query(fmt.Sprintf("SELECT %s FROM users LIMIT %d", "id", n))        // sends: SELECT id FROM users LIMIT §
	db.Query("SELECT id FROM users WHERE name IN (" + names[0] + ")")      // sends: SELECT id FROM users WHERE name IN (§)
	queries.Run(ctx, db, "UPDATE users SET name = $1")                     // sends: UPDATE users SET name = $1 /* run */
	db.Query(byKind["b"])                                                  // sends: SELECT 2
	db.Query(strings.Replace("SELECT id FROM TABLE_", "TABLE_", table, 1)) // sends: SELECT id FROM users

	db.Query(fmt.Sprintf("SELECT %[2]s FROM %[1]s WHERE id = %[10]d", table, "id")) // sends: SELECT id FROM users WHERE id = §
	db.Query(strings.Repeat(pair()))                                                // sends: opaque

	q := "SELECT id FROM users"
	if desc {
		q += " ORDER BY id DESC"
	}
	db.Query(q) // sends: SELECT id FROM users | SELECT id FROM users ORDER BY id DESC

	var b strings.Builder
	b.WriteString("SELECT id")
	fmt.Fprintf(&b, " FROM %s", table)
	b.WriteByte(';')
	db.Query(b.String()) // sends: SELECT id FROM users;

	var buf bytes.Buffer
	buf.WriteString("SELECT name FROM users")
	db.Query(buf.String()) // sends: SELECT name FROM users

	var where []string
	if n > 0 {
		where = append(where, "id = $1")
	}
	if desc {
		where = append(where, "name = $2")
	}
	db.Query("SELECT id FROM users WHERE true AND " + strings.Join(append(where, "true"), " AND ")) // sends: SELECT id FROM users WHERE true AND id = $1 AND name = $2 AND true | SELECT id FROM users WHERE true AND id = $1 AND true | SELECT id FROM users WHERE true AND name = $2 AND true | SELECT id FROM users WHERE true AND true

	func() {
		db.Exec(`INSERT INTO users (name) VALUES ('a''b')`) // sends: INSERT INTO users (name) VALUES ('a''b')
	}()

	switch n {
	case 1:
		q = "SELECT 'one'"
	default:
		q = "SELECT 'other'"
	}
	db.Query(q) // sends: SELECT 'one' | SELECT 'other'
}

func pair() (string, int) { return "SELECT 1", 1 }

func (s *store) own(ctx context.Context) {
	s.db.ExecContext(ctx, "DELETE FROM orgs")           // sends: DELETE FROM orgs
	s.db.GetContext(ctx, nil, "SELECT title FROM orgs") // sends: SELECT title FROM orgs
	s.db.QueryRowContext(ctx, "SELECT "+s.name)         // sends: SELECT §
}
