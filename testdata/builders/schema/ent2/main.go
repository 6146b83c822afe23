// Command ent2 makes the schema of its entities in the database that PGDSN names: a later version
// of ent1.
package main

import (
	"context"
	"database/sql"
	"os"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/schemavet/schemavet/testdata/builders/schema/ent2/migrate"
)

//go:generate go run ../generate.go ent2

func main() {
	db, err := sql.Open("pgx", os.Getenv("PGDSN"))
	if err != nil {
		panic(err)
	}
	m, err := schema.NewMigrate(entsql.OpenDB(dialect.Postgres, db), migrate.WithDropColumn(true), migrate.WithDropIndex(true))
	if err != nil {
		panic(err)
	}
	if err := m.Create(context.Background(), migrate.Tables...); err != nil {
		panic(err)
	}
}
