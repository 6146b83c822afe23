// Command breakage runs the cases of a folder against a PostgreSQL server of its own and
// against schemavet, and prints both answers side by side.
//
// usage: breakage [-case NAME] [-server] FOLDER
//
// It fails if a case does not work as written, if schemavet reports a line that works, or
// if the share of cases in which both agree is below -agree.
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
	var o options
	flag.StringVar(&o.only, "case", "", "run the cases whose name contains this text")
	flag.BoolVar(&o.serverOnly, "server", false, "ask the server only")
	flag.BoolVar(&o.verbose, "v", false, "print what both say in full where they do not agree")
	flag.Float64Var(&o.agree, "agree", 0.98, "the least share of cases in which both agree")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: breakage [-case NAME] [-server] [-v] FOLDER")
		os.Exit(2)
	}
	o.dir = flag.Arg(0)
	if err := o.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "breakage:", err)
		os.Exit(1)
	}
}

type options struct {
	dir, only           string
	serverOnly, verbose bool
	agree               float64
}

func (o options) run(ctx context.Context) error {
	cases, err := readCases(o.dir)
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
	t := table{counts: map[class]int{}}
	for _, c := range cases {
		if strings.Contains(c.Name, o.only) {
			o.one(ctx, s, c, &t)
		}
	}
	return t.finish(o.agree)
}

// one runs a case and prints its row.
func (o options) one(ctx context.Context, s *server, c breakageCase, t *table) {
	theirs, err := s.ask(ctx, c)
	if err != nil {
		t.broken++
		fmt.Printf("%s:%d: %s: BROKEN CASE: %v\n", c.File, c.Line, c.Name, err)
		return
	}
	if o.serverOnly {
		fmt.Printf("%s:%d\t%s\t%s\t%s\n", c.File, c.Line, c.Cell, c.Name, theirs)
		return
	}
	ours, err := judge(c)
	how := wrongState
	if err == nil {
		how = compare(c, theirs, ours)
	}
	t.counts[how]++
	fmt.Printf("%-24s %-44s %-60s %-16s %-40s %s\n", fmt.Sprintf("%s:%d", c.File, c.Line), c.Cell, c.Name, theirs, ours, how)
	if err != nil {
		fmt.Printf("    %v\n", err)
	}
	if o.verbose && how != agree && how != warned && how != beyond {
		fmt.Printf("    server: %s\n", strings.TrimSpace(theirs.Message))
		ours.print()
	}
}

func (v verdict) print() {
	for _, f := range v.failures {
		fmt.Printf("    refused: %s: %s\n", f.Message, f.Origin.Statement)
	}
	for _, f := range v.findings {
		fmt.Printf("    %s: %s %s (%s)\n", f.Rule, f.Verdict, f.Message, f.Object)
	}
	for _, u := range v.unbound {
		fmt.Printf("    unbound: %s %s\n", u.What, u.SQLSTATE)
	}
	for _, n := range v.notes {
		fmt.Printf("    note: %s\n", n.Message)
	}
}

// table counts the rows.
type table struct {
	counts map[class]int
	broken int
}

func (t table) finish(least float64) error {
	total := 0
	for _, n := range t.counts {
		total += n
	}
	if total == 0 {
		if t.broken > 0 {
			return fmt.Errorf("%d cases do not work as written", t.broken)
		}
		return nil
	}
	good := t.counts[agree] + t.counts[warned] + t.counts[beyond]
	share := float64(good) / float64(total)
	fmt.Printf("%d cases: %d agree, %d agree with a warning, %d beyond analysis, %d missed, %d false errors, %d with another SQLSTATE; agreement %.1f %%\n",
		total, t.counts[agree], t.counts[warned], t.counts[beyond], t.counts[miss], t.counts[falseError], t.counts[wrongState], 100*share)
	switch {
	case t.broken > 0:
		return fmt.Errorf("%d cases do not work as written", t.broken)
	case t.counts[falseError] > 0:
		return fmt.Errorf("%d false errors", t.counts[falseError])
	case share < least:
		return fmt.Errorf("agreement below %.0f %%", 100*least)
	}
	return nil
}
