// Command values measures which Go types the drivers of PostgreSQL read a column into and
// send a parameter from. It asks the server that PGDSN names and writes a table.
//
// A line is a driver, a type of PostgreSQL, the Go type that any holds, and for each Go type two characters for reading
// (of a value, of NULL) and one for sending: + always, - never, ? it depends on the value. A
// driver with a + reads with an ORM into the field of a struct.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"reflect"
	"strings"

	pgx4 "github.com/jackc/pgx/v4"
	_ "github.com/jackc/pgx/v4/stdlib"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "github.com/lib/pq"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// driver reads the one value of a query, or sends the one parameter of a statement.
type driver struct {
	name string
	read func(query string, dest any) error
	send func(query string, arg any) error
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	dsn := os.Getenv("PGDSN")
	drivers, err := open(ctx, dsn)
	if err != nil {
		return err
	}
	setup := "CREATE EXTENSION IF NOT EXISTS hstore; DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('sad', 'ok')"
	if err := drivers[0].send(setup, nil); err != nil {
		return err
	}
	fmt.Print("driver\ttype\tany")
	for _, g := range goTypes {
		fmt.Print("\t" + g.name)
	}
	fmt.Println()
	for _, d := range drivers {
		for _, c := range columns {
			fmt.Printf("%s\t%s\t%s", d.name, c.name, d.holds(c))
			for _, g := range goTypes {
				fmt.Print("\t" + d.reads(c, destination(g.name, g.values)) + d.sends(c, g.values))
			}
			fmt.Println()
		}
	}
	return nil
}

// destination makes a pointer to a new value of a Go type.
func destination(name string, values []any) func() any {
	typ := reflect.TypeOf(fresh[name])
	if len(values) > 0 {
		typ = reflect.PointerTo(reflect.TypeOf(values[0]))
	}
	return func() any { return reflect.New(typ.Elem()).Interface() }
}

func (d driver) reads(c column, dest func() any) string {
	values := outcome(len(c.samples), func(i int) error {
		return d.read(fmt.Sprintf("SELECT '%s'::%s", c.samples[i], c.typeName()), dest())
	})
	if values == "-" {
		return "-." // What NULL does then is chance.
	}
	null := outcome(1, func(int) error { return d.read("SELECT NULL::"+c.typeName(), dest()) })
	return values + null
}

func (d driver) sends(c column, values []any) string {
	if len(values) == 0 || d.send == nil {
		return "."
	}
	return outcome(len(values), func(i int) error {
		return d.send(fmt.Sprintf("SELECT $1::%s", c.typeName()), values[i])
	})
}

// holds is the Go type that a variable of type any is given.
func (d driver) holds(c column) string {
	var v any
	if err := d.read(fmt.Sprintf("SELECT '%s'::%s", c.samples[0], c.typeName()), &v); err != nil {
		return "-"
	}
	return fmt.Sprintf("%T", v)
}

func outcome(n int, try func(i int) error) string {
	failed := 0
	for i := range n {
		if attempt(func() error { return try(i) }) != nil {
			failed++
		}
	}
	switch failed {
	case 0:
		return "+"
	case n:
		return "-"
	}
	return "?"
}

// attempt takes a panic of a driver for an error.
func attempt(try func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return try()
}

func open(ctx context.Context, dsn string) ([]driver, error) {
	c5, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	c4, err := pgx4.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	std4, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	pq, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	std5 := stdlib.OpenDB(*config)
	return []driver{
		{"pgx5",
			func(q string, dest any) error { return c5.QueryRow(ctx, q).Scan(dest) },
			func(q string, arg any) error { _, err := c5.Exec(ctx, q, arguments(q, arg)...); return err }},
		{"pgx4",
			func(q string, dest any) error { return c4.QueryRow(ctx, q).Scan(dest) },
			func(q string, arg any) error { _, err := c4.Exec(ctx, q, arguments(q, arg)...); return err }},
		standard(ctx, "pgx5/stdlib", std5),
		standard(ctx, "pgx4/stdlib", std4),
		standard(ctx, "pq", pq),
		{"pgx5/stdlib+gorm", readGorm(ctx, std5), nil},
		{"pq+gorm", readGorm(ctx, pq), nil},
		{"pgx5/stdlib+bun", readBun(ctx, std5), nil},
		{"pq+bun", readBun(ctx, pq), nil},
	}, nil
}

// field makes a struct with one field of the type that dest points to.
func field(dest any) any {
	typ := reflect.TypeOf(dest).Elem()
	return reflect.New(reflect.StructOf([]reflect.StructField{{Name: "F", Type: typ, Tag: `gorm:"column:f" bun:"f"`}})).Interface()
}

// keep sets what dest points to to the field of a struct that was read.
func keep(dest, from any) { reflect.ValueOf(dest).Elem().Set(reflect.ValueOf(from).Elem().Field(0)) }

func readGorm(ctx context.Context, db *sql.DB) func(string, any) error {
	logger.Default = logger.Discard // It says which types it does not take.
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{Logger: logger.Discard})
	if err != nil {
		log.Fatal(err)
	}
	return func(q string, dest any) error {
		row := field(dest)
		if err := g.WithContext(ctx).Raw(q + " AS f").Scan(row).Error; err != nil {
			return err
		}
		keep(dest, row)
		return nil
	}
}

func readBun(ctx context.Context, db *sql.DB) func(string, any) error {
	b := bun.NewDB(db, pgdialect.New())
	return func(q string, dest any) error {
		row := field(dest)
		if err := b.NewRaw(q+" AS f").Scan(ctx, row); err != nil {
			return err
		}
		keep(dest, row)
		return nil
	}
}

func standard(ctx context.Context, name string, db *sql.DB) driver {
	db.SetMaxOpenConns(1)
	return driver{name,
		func(q string, dest any) error {
			if raw, ok := dest.(*sql.RawBytes); ok {
				return scanRaw(ctx, db, q, raw)
			}
			return db.QueryRowContext(ctx, q).Scan(dest)
		},
		func(q string, arg any) error { _, err := db.ExecContext(ctx, q, arguments(q, arg)...); return err }}
}

// scanRaw reads into RawBytes, which QueryRow does not take.
func scanRaw(ctx context.Context, db *sql.DB, q string, raw *sql.RawBytes) error {
	rows, err := db.QueryContext(ctx, q)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		return rows.Err()
	}
	return rows.Scan(raw)
}

func arguments(q string, arg any) []any {
	if strings.Contains(q, "$1") {
		return []any{arg}
	}
	return nil
}
