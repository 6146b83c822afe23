// Command regress runs PostgreSQL's own regression suite on a server and through the
// simulator and the binder in step.
//
// usage: regress [-v] [-only NAMES] FOLDER      (the folder src/test/regress)
//
// The files that make what the others use run first, one behind the other; each other file
// runs in a copy of the database that they leave. Where the two states differ after a
// statement the difference is counted once, and ours is read again from the server.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/cmd/internal/lockstep"
)

// first are the files that leave objects for others, in their order (parallel_schedule).
var first = []string{"test_setup", "create_function_c", "create_misc", "create_operator", "create_procedure",
	"create_table", "create_type", "create_schema", "create_index", "create_index_spgist", "create_view",
	"create_aggregate", "create_function_sql"}

func main() {
	var o options
	flag.BoolVar(&o.verbose, "v", false, "print every statement that is not in the class agree or run-time error")
	flag.StringVar(&o.only, "only", "", "run these files only, behind those that make what they use; separated by commas")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: regress [-v] [-only NAMES] FOLDER")
		os.Exit(2)
	}
	o.dir = flag.Arg(0)
	if err := o.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "regress:", err)
		os.Exit(1)
	}
}

type options struct {
	dir, only string
	verbose   bool
}

func (o options) run(ctx context.Context) error {
	files, err := filepath.Glob(filepath.Join(o.dir, "sql", "*.sql"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no files %s/sql/*.sql", o.dir)
	}
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	all := lockstep.NewTally()
	if err := os.Chmod(o.dir, 0o755); err != nil {
		return err
	}
	conn, err := cluster.Database(ctx, "regression")
	if err != nil {
		return err
	}
	for _, name := range first {
		if err := o.file(ctx, conn, name, all); err != nil {
			return err
		}
	}
	conn.Close(ctx)
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".sql")
		if slices.Contains(first, name) || o.only != "" && !slices.Contains(strings.Split(o.only, ","), name) {
			continue
		}
		if err := o.copied(ctx, cluster, name, all); err != nil {
			return err
		}
	}
	fmt.Println(all)
	return nil
}

// copied runs a file in a copy of the database.
func (o options) copied(ctx context.Context, cluster *pgserver.Cluster, name string, all *lockstep.Tally) error {
	admin, err := pgx.Connect(ctx, cluster.DSN("postgres"))
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, "CREATE DATABASE copy TEMPLATE regression"); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, cluster.DSN("copy"))
	if err != nil {
		return err
	}
	err = o.file(ctx, conn, name, all)
	conn.Close(ctx)
	if _, err := admin.Exec(ctx, "DROP DATABASE copy WITH (FORCE)"); err != nil {
		return err
	}
	return err
}

func (o options) file(ctx context.Context, conn *pgx.Conn, name string, all *lockstep.Tally) error {
	data, err := os.ReadFile(filepath.Join(o.dir, "sql", name+".sql"))
	if err != nil {
		return err
	}
	for _, sql := range []string{"SET datestyle = 'Postgres, MDY'", "SET timezone = 'PST8PDT'",
		"SET intervalstyle = 'postgres_verbose'"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	r, err := lockstep.New(ctx, conn)
	if err != nil {
		return err
	}
	start := time.Now()
	t := lockstep.NewTally()
	vars := map[string]string{"PG_ABS_SRCDIR": o.dir, "PG_LIBDIR": "/nonexistent", "PG_DLSUFFIX": ".so"}
	for _, item := range lockstep.Script(string(data), vars) {
		res := r.Run(ctx, item)
		t.Add(res)
		if o.verbose {
			lockstep.Print(os.Stdout, name, item, res)
		}
		if r.Dead() {
			return fmt.Errorf("%s:%d: the connection is lost: %s", name, item.Line, res.ServerMessage)
		}
	}
	all.Join(t)
	fmt.Printf("%-24s %s %.1fs\n", name, t.Line(), time.Since(start).Seconds())
	return nil
}
