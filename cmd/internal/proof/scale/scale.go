// Package scale measures what snapshot and check cost on large inputs: a server with many tables,
// and many manifests with many queries against many pending migrations; and how both grow from a
// tenth of that. It starts a server of its own. Of folders of many migrations, and of migrations of many
// statements, it measures how the cost grows, and fails where that is more than linear with 20 % room.
package scale

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Proof is the measurement.
func Proof() kit.Proof {
	tables, manifests, queries, migrations := 10000, 200, 500, 50
	return kit.Proof{Name: "scale",
		Summary: "large servers and many manifests; how the cost of many migrations grows (-only growth)",
		Own: func(fs *flag.FlagSet) {
			fs.IntVar(&tables, "tables", tables, "tables of the server, of 20 columns each")
			fs.IntVar(&manifests, "manifests", manifests, "manifests")
			fs.IntVar(&queries, "queries", queries, "queries of each manifest")
			fs.IntVar(&migrations, "migrations", migrations, "pending migrations")
		},
		Run: func(_ context.Context, f kit.Flags, _ []string) error {
			dir, err := os.MkdirTemp("", "schemavet-scale-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			if err := build(dir); err != nil {
				return err
			}
			if f.Only != "growth" {
				if err := run(dir, tables, manifests, queries, migrations); err != nil {
					return err
				}
			}
			return (&scale{dir, filepath.Join(dir, "schemavet")}).growth()
		}}
}

func build(dir string) error {
	out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "schemavet"), "./cmd/schemavet").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func run(dir string, tables, manifests, queries, migrations int) error {
	s := &scale{dir: dir, exe: filepath.Join(dir, "schemavet")}
	ctx := context.Background()
	cluster, err := pgserver.Start(ctx, "max_locks_per_transaction=20000")
	if err != nil {
		return err
	}
	defer cluster.Stop()
	for _, n := range []int{tables / 10, tables} {
		name := fmt.Sprintf("t%d", n)
		conn, err := cluster.Database(ctx, name)
		if err != nil {
			return err
		}
		_, err = conn.PgConn().Exec(ctx, tablesSQL(n)).ReadAll()
		conn.Close(ctx)
		if err != nil {
			return err
		}
		if err := s.server(cluster.DSN(name), n); err != nil {
			return err
		}
	}
	for _, n := range []int{manifests / 10, manifests} {
		if err := s.manifests(n, queries, migrations); err != nil {
			return err
		}
	}
	return nil
}

type scale struct{ dir, exe string }

// columns is how many columns each table has.
const columns = 20

// tableSQL makes a table with an index, every third one with a foreign key.
func tableSQL(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE t%d (id bigint PRIMARY KEY, parent bigint", i)
	for c := 2; c < columns; c++ {
		fmt.Fprintf(&b, ", c%d %s", c,
			[]string{"text", "integer NOT NULL DEFAULT 0", "timestamptz", "jsonb", "boolean NOT NULL DEFAULT false"}[c%5])
	}
	fmt.Fprintf(&b, ");\nCREATE INDEX ON t%d (c2);\n", i)
	if i > 0 && i%3 == 0 {
		fmt.Fprintf(&b, "ALTER TABLE t%d ADD FOREIGN KEY (parent) REFERENCES t%d (id);\n", i, i-1)
	}
	if i%20 == 0 {
		fmt.Fprintf(&b, "CREATE VIEW v%d AS SELECT id, c2, c3 FROM t%d WHERE c6 > 0;\n", i, i)
	}
	return b.String()
}

func tablesSQL(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(tableSQL(i))
	}
	return b.String()
}

// server measures a snapshot of a database, and a check against it.
func (s *scale) server(dsn string, tables int) error {
	name := fmt.Sprintf("%d tables, %d columns", tables, tables*columns)
	if err := s.measure("snapshot: "+name, "snapshot", "-db", dsn, "-o", filepath.Join(s.dir, "base.json")); err != nil {
		return err
	}
	work := filepath.Join(s.dir, fmt.Sprintf("server%d", tables))
	if err := s.migrations(work, "0_none.up.sql", "", 5, tables); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, "q.sql"), []byte(query(1, 1)+";\n"), 0o644); err != nil {
		return err
	}
	check := []string{"check", "-C", work, "-deployed", "q.sql", "-next", "none", "-migrations", "m", "-pending",
		"after:0"}
	if err := s.measure("check -db: "+name, append(check, "-db", dsn)...); err != nil {
		return err
	}
	return s.measure("check -schema: "+name, append(check, "-schema", filepath.Join(s.dir, "base.json"))...)
}

// migrations writes a first migration and some that drop a column each.
func (s *scale) migrations(work, first, text string, n, tables int) error {
	if err := os.MkdirAll(filepath.Join(work, "m"), 0o755); err != nil {
		return err
	}
	files := map[string]string{first: text}
	for i := range n {
		files[fmt.Sprintf("%d_m.up.sql",
			i+1)] = fmt.Sprintf("ALTER TABLE t%d DROP COLUMN c%d;\nALTER TABLE t%d ADD COLUMN added text;\n", i*7%tables,
			2+i%10, i*11%tables)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(work, "m", name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// query is the n-th query of a manifest: no two are the same.
func query(manifest, n int) string {
	table, other := (manifest*37+n)%1000, (manifest*53+n*7)%1000
	a, b, c := 2+n%18, 2+(n/18+manifest)%18, 2+(manifest+n*5)%18
	switch n % 4 {
	case 0:
		return fmt.Sprintf("SELECT id, c%d, c%d FROM t%d WHERE c%d IS NOT NULL AND id = $1 -- %d.%d", a, b, table, c,
			manifest, n)
	case 1:
		return fmt.Sprintf("SELECT x.id, y.c%d FROM t%d x JOIN t%d y ON y.id = x.parent WHERE x.c%d IS NULL LIMIT %d", a,
			table, other, b, manifest*1000+n)
	case 2:
		return fmt.Sprintf("INSERT INTO t%d (id, c2, c5) VALUES ($1, $2, '%d.%d')", table, manifest, n)
	}
	return fmt.Sprintf("UPDATE t%d SET c%d = DEFAULT WHERE id = %d", table, a, manifest*1000+n)
}

// manifests measures a check of many manifests against many pending migrations.
func (s *scale) manifests(n, queries, migrations int) error {
	work := filepath.Join(s.dir, fmt.Sprintf("manifests%d", n))
	if err := s.migrations(work, "0_all.up.sql", tablesSQL(1000), migrations, 1000); err != nil {
		return err
	}
	for m := range n {
		v := &usage.Version{Name: fmt.Sprintf("service%d", m), Source: "manifest"}
		file := fmt.Sprintf("svc%d/store.go", m)
		for q := range queries {
			v.Queries = append(v.Queries, usage.Query{Live: true,
				Site: usage.Site{File: file, Line: q + 1, Column: 2, Function: fmt.Sprintf("F%d", q),
					API: "(*database/sql.DB).Query", Package: "example.com/svc"},
				Texts: []sqltext.Text{{SQL: query(m, q), Runs: []sqltext.Run{{File: file, Line: q + 1, Column: 12}}}}})
		}
		err := check.WriteFile(filepath.Join(work, fmt.Sprintf("%d.json", m)),
			func(w io.Writer) error { return deployed.WriteManifest(w, v) })
		if err != nil {
			return err
		}
	}
	return s.measure(fmt.Sprintf("check: %d manifests, %d queries, %d pending migrations", n, n*queries, migrations),
		"check", "-C", work, "-deployed", "*.json", "-next", "none", "-migrations", "m", "-pending", "after:0")
}

// measure runs the command and prints what it took.
func (s *scale) measure(what string, args ...string) error {
	c, err := s.cost(args)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	fmt.Printf("%-60s %v\n", what, c)
	return nil
}

// cost is what a run of the command took.
type cost struct {
	wall, cpu time.Duration
	memory    int64 // KiB, at most
	status    int
}

func (c cost) String() string {
	return fmt.Sprintf("%6.2f s, %6.2f s of cpu, %5d MiB at most, status %d", c.wall.Seconds(), c.cpu.Seconds(),
		c.memory/1024, c.status)
}

func (s *scale) cost(args []string) (cost, error) {
	cmd := exec.Command(s.exe, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 {
		return cost{}, fmt.Errorf("%w: %s", err, stderr.String())
	}
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return cost{time.Since(start), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss,
		cmd.ProcessState.ExitCode()}, nil
}
