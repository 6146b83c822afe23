// Package matrix tests what is said of the code that reads rows against what happens: the
// cells of testdata/consumers, with the real libraries and a real server.
package matrix

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

const module = "../../../testdata/consumers"

// TestMeasured runs the programs of testdata/consumers anew: the files that they made are
// what they print today.
func TestMeasured(t *testing.T) {
	ctx := context.Background()
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Stop()
	for program, file := range map[string]string{
		"./matrix": filepath.Join(module, "outcomes.tsv"),
		"./values": "../../../analyzer/internal/drivertype/table.tsv",
		"./copies": "../../../analyzer/internal/drivertype/copies.tsv",
	} {
		cmd := exec.Command("go", "run", program)
		cmd.Dir, cmd.Stderr = module, os.Stderr
		cmd.Env = append(os.Environ(), "PGDSN="+cluster.DSN("postgres"))
		got, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", program, err)
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s prints something else than %s holds:\n%s", program, file, firstDifference(string(got), string(want)))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "prints " + g[i] + "\nholds  " + w[i]
		}
	}
	return "one of them ends earlier"
}

// TestPredictions judges each change for each cell and driver, and compares with what
// happened.
func TestPredictions(t *testing.T) {
	queries := cells(t)
	changes := readChanges(t)
	agree := 0
	for _, line := range lines(t, filepath.Join(module, "outcomes.tsv")) {
		f := strings.Split(line, "\t")
		change, cell, driver, outcome := f[0], f[1], f[2], f[3]
		q, ok := queries[cell]
		if !ok {
			t.Errorf("no query is found in %s", cell)
			continue
		}
		if got := predict(t, changes[change], q, driver); got != outcome {
			t.Errorf("%s: %s with %s: %s, predicted %s", change, cell, driver, outcome, got)
			continue
		}
		agree++
	}
	t.Logf("%d outcomes as predicted", agree)
}

// cells are the queries of the cells, by the function that sends them.
func cells(t *testing.T) map[string]usage.Query {
	root, err := filepath.Abs(module)
	if err != nil {
		t.Fatal(err)
	}
	v, err := deployed.Load(context.Background(), deployed.Build{Dir: root, Root: root, Patterns: []string{"./cells"}}, "cells", "worktree")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]usage.Query{}
	for _, q := range v.Queries {
		if len(q.Texts) > 0 {
			q.Live = true
			out[q.Site.Function] = q
		}
	}
	return out
}

func readChanges(t *testing.T) map[string]string {
	out := map[string]string{}
	name := ""
	for _, line := range lines(t, filepath.Join(module, "changes.sql")) {
		if n, ok := strings.CutPrefix(line, "-- "); ok {
			name = n
		} else if !strings.HasPrefix(line, "--") {
			out[name] = line
		}
	}
	return out
}

func lines(t *testing.T, file string) []string {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func predict(t *testing.T, change string, q usage.Query, driver string) string {
	setup, err := os.ReadFile(filepath.Join(module, "setup.sql"))
	if err != nil {
		t.Fatal(err)
	}
	unit := func(name, text string) []migration.Unit { return []migration.Unit{{Name: name, Text: text}} }
	base := plan.Compile(catalog.New(15), nil, unit("setup", string(setup)), []string{"public"})
	p := plan.Compile(base.Last(), nil, unit("change", change), []string{"public"})
	v := &usage.Version{Name: "cells", Drivers: []string{driver}, Queries: []usage.Query{q}}
	r := impact.Judge(impact.Input{Version: v, Base: p.Base, Steps: p.Steps, SearchPath: []string{"public"}})
	var out []string
	for _, f := range r.Findings {
		if f.Verdict == impact.Breaks {
			return "breaks"
		}
		if !slices.Contains(out, string(f.Verdict)) {
			out = append(out, string(f.Verdict))
		}
	}
	if len(out) == 0 {
		return "none"
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}
