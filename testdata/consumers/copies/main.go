// Command copies measures what pgx's CopyFrom does on a connection that has copied before
// the type of a column changed. It asks the server that PGDSN names and prints the type
// before and after, and what happens then on every call:
//
//	ok, an SQLSTATE, client (an error of the driver), or corrupts (another value is stored)
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// column is a type with a value as Go code sends it and as SQL writes it.
type column struct {
	name  string
	value any
	text  string
}

var columns = []column{
	{"int2", int16(5), "5"}, {"int4", int32(5), "5"}, {"int8", int64(5), "5"}, {"float4", float32(5), "5"}, {"float8", float64(5), "5"},
	{"numeric", "5", "5"}, {"text", "5", "5"}, {"varchar", "5", "5"}, {"bpchar", "5", "5"}, {"bool", true, "true"},
	{"date", time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), "2020-01-02"},
	{"timestamp", time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC), "2020-01-02 03:04:05"},
	{"timestamptz", time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC), "2020-01-02 03:04:05+00"},
	{"uuid", [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, "01020304-0506-0708-090a-0b0c0d0e0f10"},
	{"json", `{"a":1}`, `{"a":1}`}, {"jsonb", `{"a":1}`, `{"a":1}`}, {"bytea", []byte("5"), `\x35`},
}

func main() {
	if err := run(context.Background(), os.Getenv("PGDSN")); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, dsn string) error {
	admin, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, "SET timezone = 'UTC'"); err != nil {
		return err
	}
	for _, from := range columns {
		for _, to := range columns {
			if from.name == to.name {
				continue
			}
			o, err := measure(ctx, admin, dsn, from, to)
			if err != nil {
				return fmt.Errorf("%s to %s: %w", from.name, to.name, err)
			}
			if o != "" {
				fmt.Printf("%s\t%s\t%s\n", from.name, to.name, o)
			}
		}
	}
	return nil
}

// measure gives the empty string where the type cannot be changed so.
func measure(ctx context.Context, admin *pgx.Conn, dsn string, from, to column) (string, error) {
	if _, err := admin.Exec(ctx, fmt.Sprintf("DROP TABLE IF EXISTS c; CREATE TABLE c (v %s)", from.name)); err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	send := func() error {
		_, err := conn.CopyFrom(ctx, pgx.Identifier{"c"}, []string{"v"}, pgx.CopyFromRows([][]any{{from.value}}))
		return err
	}
	if err := send(); err != nil {
		return "", fmt.Errorf("before the change: %w", err)
	}
	change := fmt.Sprintf("DELETE FROM c; ALTER TABLE c ALTER v TYPE %s USING v::text::%s", to.name, to.name)
	if _, err := admin.Exec(ctx, change); err != nil {
		return "", err
	}
	var want string
	if err := admin.QueryRow(ctx, fmt.Sprintf("SELECT CAST(%s AS %s)::text", "'"+from.text+"'::"+from.name, to.name)).Scan(&want); err != nil {
		return "", nil
	}
	_ = send()
	if err := send(); err != nil {
		return state(err), nil
	}
	var got string
	if err := admin.QueryRow(ctx, "SELECT v::text FROM c LIMIT 1").Scan(&got); err != nil {
		return "", err
	}
	if got != want {
		return "corrupts", nil
	}
	return "ok", nil
}

func state(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return "client"
}
