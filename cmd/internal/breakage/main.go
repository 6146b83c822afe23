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
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
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
	cases = slices.DeleteFunc(cases, func(c breakageCase) bool { return !strings.Contains(c.Name, o.only) })
	rows := make([]row, len(cases))
	var group errgroup.Group
	// Roles belong to the cluster, so each worker has its own.
	for worker := range min(workers, len(cases)) {
		group.Go(func() error {
			s, err := startServer(ctx)
			if err != nil {
				return err
			}
			defer s.stop(ctx)
			for i := worker; i < len(cases); i += workers {
				rows[i] = o.one(ctx, s, cases[i])
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	t := table{}
	for _, r := range rows {
		r.print(o)
		t.count(r)
	}
	if o.serverOnly {
		return nil
	}
	return t.finish(o.agree)
}

const workers = 2

// row is a case with both answers.
type row struct {
	c      breakageCase
	theirs answer
	ours   verdict
	how    class
	// broken says why the case does not work as written, refused why schemavet takes its setup not.
	broken, refused error
}

func (o options) one(ctx context.Context, s *server, c breakageCase) row {
	r := row{c: c, how: wrongState}
	if r.theirs, r.broken = s.ask(ctx, c); r.broken != nil || o.serverOnly {
		return r
	}
	if r.ours, r.refused = judge(c); r.refused == nil {
		r.how = compare(c, r.theirs, r.ours)
	}
	return r
}

func (r row) print(o options) {
	place := fmt.Sprintf("%s:%d", r.c.File, r.c.Line)
	switch {
	case r.broken != nil:
		fmt.Printf("%s: %s: BROKEN CASE: %v\n", place, r.c.Name, r.broken)
		return
	case o.serverOnly:
		fmt.Printf("%s\t%s\t%s\t%s\n", place, r.c.Cell, r.c.Name, r.theirs)
		return
	}
	fmt.Printf("%-24s %-44s %-60s %-16s %-40s %s\n", place, r.c.Cell, r.c.Name, r.theirs, r.ours, r.how)
	if r.refused != nil {
		fmt.Printf("    %v\n", r.refused)
	}
	if o.verbose && r.how != agree && r.how != warned && r.how != beyond {
		fmt.Printf("    server: %s\n", strings.TrimSpace(r.theirs.Message))
		r.ours.print()
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

// table counts the rows: apart those in which the server raises an error or nothing changes,
// and those in which the old statement silently does something else.
type table struct {
	stated, silent map[class]int
	// added counts the silent ones of section 5 of the facts, missed those not found.
	added, missed int
	broken        int
}

func (t *table) count(r row) {
	if t.stated == nil {
		t.stated, t.silent = map[class]int{}, map[class]int{}
	}
	switch {
	case r.broken != nil:
		t.broken++
	case r.theirs.Differs:
		t.silent[r.how]++
		if strings.HasPrefix(r.c.Cell, "5") {
			t.added++
			if r.how == miss {
				t.missed++
			}
		}
	default:
		t.stated[r.how]++
	}
}

func (t *table) finish(least float64) error {
	total, silent := 0, 0
	for _, n := range t.stated {
		total += n
	}
	for _, n := range t.silent {
		silent += n
	}
	good, judged := t.stated[agree]+t.stated[warned], total-t.stated[beyond]
	share := float64(good) / float64(max(judged, 1))
	fmt.Printf("%d cases with an error or none: %d agree, %d agree with a warning, %d beyond analysis, %d missed, %d false errors, %d with another SQLSTATE; agreement %.1f %% of %d\n",
		total, t.stated[agree], t.stated[warned], t.stated[beyond], t.stated[miss], t.stated[falseError],
		t.stated[wrongState], 100*share, judged)
	fmt.Printf("%d cases with another result and no error: %d found, %d missed, %d beyond analysis; of section 5 %d of %d found\n",
		silent, t.silent[agree], t.silent[miss], t.silent[beyond], t.added-t.missed, t.added)
	switch {
	case t.broken > 0:
		return fmt.Errorf("%d cases do not work as written", t.broken)
	case t.stated[falseError]+t.silent[falseError] > 0:
		return fmt.Errorf("%d false errors", t.stated[falseError]+t.silent[falseError])
	case t.missed > 0:
		return fmt.Errorf("%d silent cases of section 5 missed", t.missed)
	case share < least:
		return fmt.Errorf("agreement below %.0f %%", 100*least)
	}
	return nil
}
