// Package files sends texts that stand in files, and texts that helpers make of constants.
package files

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"os"

	"github.com/jmoiron/sqlx"
)

//go:embed sql
var queries embed.FS

type store struct{ db *sql.DB }

func (s *store) named(ctx context.Context, name string) (*sql.Rows, error) {
	text, err := queries.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return nil, err
	}
	return s.db.QueryContext(ctx, string(text)) // sends: SELECT id FROM first WHERE id = $1 | SELECT id FROM second
}

func (s *store) use(ctx context.Context) {
	s.named(ctx, "first")
	s.named(ctx, "second")
	s.db.Query(text("deep/third.sql")) // sends: SELECT id FROM third
	raw, _ := os.ReadFile("sql/second.sql")
	s.db.Query(string(raw)) // sends: SELECT id FROM second
	sub, _ := fs.Sub(queries, "sql/deep")
	third, _ := fs.ReadFile(sub, "third.sql")
	s.db.Query(string(third))                            // sends: SELECT id FROM third
	sqlx.LoadFile(sqlx.NewDb(s.db, ""), "sql/first.sql") // sends: SELECT id FROM first WHERE id = $1
}

func text(name string) string {
	data, err := queries.ReadFile("sql/" + name)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func table(kind string) string {
	switch kind {
	case "user":
		return "users"
	case "org":
		return "organizations"
	}
	return os.Getenv("TABLE")
}

func helpers(db *sql.DB) {
	from := func(t string) string { return "SELECT id FROM " + t }
	db.Query(from("a"))                                      // sends: SELECT id FROM a
	db.Query(from("b") + " LIMIT 1")                         // sends: SELECT id FROM b LIMIT 1
	db.Query(fmt.Sprintf("SELECT 1 FROM %s", table("x")))    // sends: SELECT 1 FROM §
	db.Query(fmt.Sprintf("SELECT 1 FROM %s", table("user"))) // sends: SELECT 1 FROM users
	db.Query("SELECT 2 FROM " + table(os.Args[1]))           // sends: SELECT 2 FROM organizations | SELECT 2 FROM users | SELECT 2 FROM §
	db.Query("SELECT id FROM t" + order("name"))             // sends: SELECT id FROM t ORDER BY name
	db.Query("SELECT id FROM t" + order(""))                 // sends: SELECT id FROM t
}

func order(by string) string {
	if by == "" {
		return ""
	}
	return " ORDER BY " + by
}
