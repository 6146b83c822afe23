// Command shop is a sample: the release that is in production.
package main

import (
	"context"
	"database/sql"
	"log"
	"os"

	"example.com/shop/store"
)

func main() {
	db, err := sql.Open("postgres", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	s := store.New(db)
	ctx := context.Background()
	if err := s.PlaceOrder(ctx, 1, "9.99"); err != nil {
		log.Fatal(err)
	}
	if _, err := s.Customer(ctx, "ann@example.com"); err != nil {
		log.Fatal(err)
	}
	if _, err := s.Recent(ctx, true); err != nil {
		log.Fatal(err)
	}
}
