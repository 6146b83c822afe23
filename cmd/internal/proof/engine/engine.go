// Package engine measures the binder and the simulator.
//
// Its arguments are files of SQL: queries, and the schema that they run on. It prints the medians of parsing a query,
// of binding the parsed query, and of PREPARE on a local socket; then what rebinding costs after steps on a schema of
// made-up tables, at full size and at a tenth of it.
package engine

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/plan"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Proof is the measurement.
func Proof() kit.Proof {
	return kit.Proof{Name: "engine", Args: "QUERIES SCHEMA", Summary: "what parsing, binding and rebinding cost", Min: 2,
		Max: 2,
		Run: func(ctx context.Context, _ kit.Flags, args []string) error { return run(ctx, args[0], args[1]) }}
}

func run(ctx context.Context, queries, schema string) error {
	if err := single(ctx, queries, schema); err != nil {
		return err
	}
	rebind(1_000, 10_000, 50)
	rebind(10_000, 100_000, 50)
	return nil
}

// repeats is how often each query is measured; the least time counts, so that other work on
// the machine does not.
const repeats = 20

func single(ctx context.Context, queriesFile, schemaFile string) error {
	text, err := os.ReadFile(queriesFile)
	if err != nil {
		return err
	}
	ddlText, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	schema, _, err := plan.Load(schemaFile, string(ddlText), 15)
	if err != nil {
		return err
	}
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	conn, err := cluster.Database(ctx, "engine")
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, pgtree.BlankPsql(string(ddlText))+"; SET search_path = public"); err != nil {
		return err
	}
	sts, err := pgtree.Parse(string(text))
	if err != nil {
		return err
	}
	env := &sqlscan.Env{Schema: schema, SearchPath: []string{"public"}, Memo: &sqlscan.Memo{}}
	var parse, bind, prepare []time.Duration
	for _, st := range sts {
		if _, err := conn.PgConn().Prepare(ctx, "", st.Text, nil); err != nil {
			continue
		}
		parsed, err := pgtree.Parse(st.Text)
		if err != nil || len(parsed) != 1 {
			continue
		}
		parse = append(parse, least(func() { pgtree.Parse(st.Text) }))
		bind = append(bind, least(func() { sqlscan.Bind(parsed[0], env) }))
		prepare = append(prepare, least(func() { conn.PgConn().Prepare(ctx, "", st.Text, nil) }))
	}
	if len(parse) == 0 {
		return fmt.Errorf("no query of %s works on the schema of %s", queriesFile, schemaFile)
	}
	p, b, s := median(parse), median(bind), median(prepare)
	fmt.Printf("%d queries, medians: parse %v, bind %v, PREPARE %v; bind/PREPARE %.2f\n", len(parse), p, b, s,
		float64(b)/float64(s))
	return nil
}

func least(f func()) time.Duration {
	best := time.Hour
	for range repeats {
		start := time.Now()
		f()
		best = min(best, time.Since(start))
	}
	return best
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// rebind judges so many queries over so many tables through so many steps, each of which
// drops a column that some of the queries use.
func rebind(tables, queries, steps int) {
	start := time.Now()
	base := catalog.New(15)
	units := make([]migration.Unit, 0, tables/1000)
	text := ""
	for i := range tables {
		text += fmt.Sprintf("CREATE TABLE t%d (id bigint PRIMARY KEY, a text, b int, c timestamptz, d text);\n", i)
		if i%1000 == 999 {
			units = append(units, migration.Unit{Name: fmt.Sprint(i), Text: text})
			text = ""
		}
	}
	base = plan.Compile(base, nil, units, []string{"public"}).Last()
	made := time.Since(start)
	var pending []migration.Unit
	for i := range steps {
		pending = append(pending, migration.Unit{Name: fmt.Sprintf("step%d", i),
			Text: fmt.Sprintf("ALTER TABLE t%d DROP COLUMN d", i)})
	}
	start = time.Now()
	p := plan.Compile(base, nil, pending, []string{"public"})
	stepped := time.Since(start)
	v := &usage.Version{Name: "v"}
	for i := range queries {
		sql := fmt.Sprintf("SELECT x.id, x.a, y.d FROM t%d x JOIN t%d y ON y.id = x.b WHERE x.c > $1 AND y.a = $2",
			i%tables, (i*7+1)%tables)
		v.Queries = append(v.Queries, usage.Query{Live: true, Site: usage.Site{File: "q.sql", Line: i + 1},
			Texts: []sqltext.Text{{SQL: sql}}})
	}
	runtime.GC()
	peak := watchHeap()
	start = time.Now()
	r := impact.Judge(impact.Input{Version: v, Base: p.Base, Steps: p.Steps, SearchPath: []string{"public"}})
	fmt.Printf("%d tables made in %.2f s, %d steps in %.3f s; %d queries parsed, bound and rebound in %.2f s, %d "+
		"findings, heap at most %d MB\n",
		tables, made.Seconds(), steps, stepped.Seconds(), queries, time.Since(start).Seconds(), len(r.Findings),
		peak()/1_000_000)
}

// watchHeap samples the heap until the returned function is called, which gives the largest.
func watchHeap() func() uint64 {
	done, result := make(chan bool), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-done:
				result <- most
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { done <- true; return <-result }
}
