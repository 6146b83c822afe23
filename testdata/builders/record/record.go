// Package record runs calls of a library and writes down what they send.
package record

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
	"os"
	"reflect"
	"runtime"
	"strings"
)

// Call sends something with a library. It is run with several n, so that it can take several
// ways.
type Call func(ctx context.Context, db *sql.DB, n int)

// Print runs calls and writes the texts that each sends, by the name of the function.
func Print(calls []Call) {
	sql.Register("record", recorder{})
	db, err := sql.Open("record", "")
	if err != nil {
		panic(err)
	}
	out := map[string][]string{}
	for _, c := range calls {
		full := runtime.FuncForPC(reflect.ValueOf(c).Pointer()).Name()
		name := full[strings.LastIndexByte(full, '.')+1:]
		for n := range 3 {
			sent = nil
			c(context.Background(), db, n)
			out[name] = append(out[name], sent...)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
}

var sent []string

// recorder is a driver that has no rows.
type recorder struct{}

func (r recorder) Open(string) (driver.Conn, error) { return r, nil }
func (r recorder) Close() error                     { return nil }
func (r recorder) Begin() (driver.Tx, error)        { return r, nil }
func (r recorder) Commit() error                    { return nil }
func (r recorder) Rollback() error                  { return nil }
func (r recorder) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("nothing is prepared here")
}

// CheckNamedValue takes any value.
func (r recorder) CheckNamedValue(*driver.NamedValue) error { return nil }

func (r recorder) QueryContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	sent = append(sent, query)
	return noRows{}, nil
}

func (r recorder) ExecContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	sent = append(sent, query)
	return driver.RowsAffected(1), nil
}

type noRows struct{}

func (noRows) Columns() []string         { return []string{"a"} }
func (noRows) Close() error              { return nil }
func (noRows) Next([]driver.Value) error { return io.EOF }
