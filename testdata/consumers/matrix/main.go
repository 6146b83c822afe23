// Command matrix runs the cells on the table of setup.sql, before and after each change of
// changes.sql, on the server that PGDSN names, and writes what happened: change, cell,
// driver, outcome. An outcome is
// none, or some of
//
//	breaks     fails on every call, whatever the data
//	may-break  fails on every call, with some data; or any holds another Go type
//	corrupts   no error, but another value than before
//	transient  fails once
package main

import (
	"context"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"

	pgx4 "github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"

	"github.com/schemavet/schemavet/testdata/consumers/cells"
)

func main() {
	if err := run(context.Background(), os.Getenv("PGDSN")); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, dsn string) error {
	setup, err := os.ReadFile("setup.sql")
	if err != nil {
		return err
	}
	admin, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	changes, err := readChanges("changes.sql")
	if err != nil {
		return err
	}
	for _, c := range changes {
		for _, driver := range []string{"pgx5", "pgx4", "pgx5/stdlib", "pq"} {
			group := driver
			if driver == "pgx5/stdlib" || driver == "pq" {
				group = "sql"
			}
			for _, name := range slices.Sorted(maps.Keys(cells.ByDriver[group])) {
				o, err := c.outcome(ctx, admin, string(setup), dsn, driver, cells.ByDriver[group][name])
				if err != nil {
					return fmt.Errorf("%s, %s: %w", c.name, name, err)
				}
				fmt.Printf("%s\t%s\t%s\t%s\n", c.name, name, driver, o)
			}
		}
	}
	return nil
}

// change is a change of the schema, with what else may stand in the table then.
type change struct {
	name, sql string
	data      []string
	// sends are what the cells send.
	sends []sends
}

type sends struct {
	number int
	text   string
}

// readChanges reads a file of changes: a name after --, the statements, data after --!, and a
// number and a text to send after --=.
func readChanges(file string) ([]change, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var out []change
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if data, ok := strings.CutPrefix(line, "--! "); ok {
			out[len(out)-1].data = append(out[len(out)-1].data, data)
		} else if text, ok := strings.CutPrefix(line, "--= "); ok {
			var v sends
			if _, err := fmt.Sscan(text, &v.number, &v.text); err != nil {
				return nil, err
			}
			out[len(out)-1].sends = append(out[len(out)-1].sends, v)
		} else if name, ok := strings.CutPrefix(line, "-- "); ok {
			out = append(out, change{name: name, data: []string{""}, sends: []sends{{1, "7"}}})
		} else if line != "" {
			out[len(out)-1].sql = line
		}
	}
	return out, nil
}

// tally counts what happened over all data and numbers.
type tally struct {
	runs, failed           int
	once, differs, retyped bool
	// lived says that the last run failed only once, or never.
	lived bool
}

func (c change) outcome(ctx context.Context, admin *pgx.Conn, setup, dsn, driver string, cell cells.Cell) (string, error) {
	var t tally
	for _, data := range c.data {
		for _, v := range c.sends {
			h, err := open(ctx, dsn, driver)
			if err != nil {
				return "", err
			}
			h.Number, h.Text = v.number, v.text
			if err := c.run(ctx, admin, setup, data, cell, h, &t); err != nil {
				return "", err
			}
			closeAll(ctx, h)
			// A process that starts now has nothing cached.
			if h, err = open(ctx, dsn, driver); err != nil {
				return "", err
			}
			h.Number, h.Text = v.number, v.text
			if _, err := attempt(ctx, cell, h); err != nil && t.lived {
				t.failed++
			}
			closeAll(ctx, h)
		}
	}
	return t.String(), nil
}

// run calls a cell before the change and twice after it.
func (c change) run(ctx context.Context, admin *pgx.Conn, setup, data string, cell cells.Cell, h *cells.Handles, t *tally) error {
	if _, err := admin.Exec(ctx, "DROP TABLE IF EXISTS t;"+setup); err != nil {
		return err
	}
	before, err := attempt(ctx, cell, h)
	if err != nil {
		return fmt.Errorf("before the change: %w", err)
	}
	if _, err := admin.Exec(ctx, "UPDATE t SET a = 1, b = '7';"+c.sql+";"+data); err != nil {
		return err
	}
	_, first := attempt(ctx, cell, h)
	after, second := attempt(ctx, cell, h)
	t.runs++
	t.lived = second == nil
	switch {
	case second != nil:
		t.failed++
	case first != nil:
		t.once = true
	}
	if second == nil && data == "" {
		differs, retyped := compare(before, after)
		t.differs, t.retyped = t.differs || differs, t.retyped || retyped
	}
	return nil
}

func (t tally) String() string {
	var out []string
	switch {
	case t.failed == t.runs:
		return "breaks"
	case t.failed > 0, t.retyped:
		out = append(out, "may-break")
	}
	if t.differs {
		out = append(out, "corrupts")
	}
	if t.once {
		out = append(out, "transient")
	}
	if len(out) == 0 {
		return "none"
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

// attempt gives the values that a cell reads, and takes a panic for an error: a destination
// that is nil was asked for its value.
func attempt(ctx context.Context, cell cells.Cell, h *cells.Handles) (list []any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	v, err := cell(ctx, h)
	list, ok := v.([]any)
	if !ok {
		list = []any{fmt.Sprintf("%+v", v)}
	}
	return list, err
}

// compare says that a value is another, or that what any holds is of another Go type.
func compare(before, after []any) (differs, retyped bool) {
	for i, b := range before {
		a := after[i]
		if a != nil && b != nil && fmt.Sprintf("%T", a) != fmt.Sprintf("%T", b) {
			retyped = true
		} else if fmt.Sprint(a) != fmt.Sprint(b) {
			differs = true
		}
	}
	return differs, retyped
}

func open(ctx context.Context, dsn, driver string) (*cells.Handles, error) {
	h := &cells.Handles{}
	var err error
	switch driver {
	case "pgx5":
		h.Pgx, err = pgx.Connect(ctx, dsn)
	case "pgx4":
		h.Pgx4, err = pgx4.Connect(ctx, dsn)
	case "pgx5/stdlib":
		config, perr := pgx.ParseConfig(dsn)
		if perr != nil {
			return nil, perr
		}
		h.X = sqlx.NewDb(stdlib.OpenDB(*config), "pgx")
	case "pq":
		h.X, err = sqlx.Open("postgres", dsn)
	}
	if h.X != nil {
		h.DB = h.X.DB
		h.DB.SetMaxOpenConns(1)
	}
	return h, err
}

func closeAll(ctx context.Context, h *cells.Handles) {
	if h.Pgx != nil {
		h.Pgx.Close(ctx)
	}
	if h.Pgx4 != nil {
		h.Pgx4.Close(ctx)
	}
	if h.DB != nil {
		h.DB.Close()
	}
}
