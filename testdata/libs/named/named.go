// Package named sends queries that are kept in a file under names.
package named

import (
	"context"
	"database/sql"
	_ "embed"

	"github.com/jmoiron/sqlx"
	"github.com/knadh/goyesql/v2"
	goyesqlx "github.com/knadh/goyesql/v2/sqlx"
	"github.com/qustavo/dotsql"
)

//go:embed queries.sql
var text []byte

type queries struct {
	GetUser *sqlx.Stmt `query:"get-user"`
	Count   *sqlx.Stmt `query:"count-users"`
	Other   string     `query:"other"`
}

type user struct {
	ID   int
	Name string
}

func fill(db *sqlx.DB) (*queries, error) {
	var q queries
	return &q, goyesqlx.ScanToStruct(&q, goyesql.MustParseBytes(text), db) // sends: -- One of them. SELECT id, name FROM users WHERE id = $1; | SELECT count(*) FROM users;
}

func (q *queries) user() (u user, err error) {
	err = q.GetUser.Get(&u, 1)
	return u, err
}

func dots(ctx context.Context, db *sql.DB, name string) error {
	dot, err := dotsql.LoadFromFile("queries.sql")
	if err != nil {
		return err
	}
	if _, err := dot.Exec(db, "count-users"); err != nil { // sends: SELECT count(*) FROM users;
		return err
	}
	_, err = dot.QueryContext(ctx, db, name) // sends: opaque
	return err
}
