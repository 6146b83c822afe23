// Package regress runs PostgreSQL's own regression suite on a server and through the
// simulator and the binder in step.
//
// The files that make what the others use run first, one behind the other; each other file
// runs in a copy of the database that they leave. Where the two states differ after a
// statement the difference is counted once, and ours is read again from the server.
package regress

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/cmd/internal/proof/lockstep"
)

// first are the files that leave objects for others, in their order (parallel_schedule).
var first = []string{"test_setup", "create_function_c", "create_misc", "create_operator", "create_procedure",
	"create_table", "create_type", "create_schema", "create_index", "create_index_spgist", "create_view",
	"create_aggregate", "create_function_sql"}

// Proof is the run.
func Proof() kit.Proof {
	return kit.Proof{Name: "regress", Args: "FOLDER", Summary: "PostgreSQL's regression suite (src/test/regress)",
		Min: 1, Max: 1,
		Run: func(ctx context.Context, f kit.Flags, args []string) error {
			return options{dir: args[0], only: f.Only, verbose: f.Verbose}.run(ctx)
		}}
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
