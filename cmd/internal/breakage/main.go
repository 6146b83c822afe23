// Command breakage runs the cases of a folder against a PostgreSQL server of its own.
//
// usage: breakage [-server] [-case NAME] FOLDER
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/schemavet/schemavet/catalog/prove"
)

func main() {
	only := flag.String("case", "", "run the cases whose name contains this text")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: breakage [-case NAME] FOLDER")
		os.Exit(2)
	}
	if err := mainErr(context.Background(), flag.Arg(0), *only); err != nil {
		fmt.Fprintln(os.Stderr, "breakage:", err)
		os.Exit(1)
	}
}

func mainErr(ctx context.Context, dir, only string) error {
	cases, err := readCases(dir)
	if err != nil {
		return err
	}
	cluster, err := prove.Start(ctx)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	admin, err := pgx.Connect(ctx, cluster.DSN("postgres"))
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	s := &server{cluster: cluster, admin: admin}
	bad := 0
	for _, c := range cases {
		if !strings.Contains(c.Name, only) {
			continue
		}
		a, err := s.ask(ctx, c)
		if err != nil {
			bad++
			fmt.Printf("%s:%d: %s: BROKEN CASE: %v\n", c.File, c.Line, c.Name, err)
			continue
		}
		fmt.Printf("%s:%d\t%s\t%s\t%s\n", c.File, c.Line, c.Cell, c.Name, a)
	}
	if bad > 0 {
		return fmt.Errorf("%d cases do not work as written", bad)
	}
	return nil
}
