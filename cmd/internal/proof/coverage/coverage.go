// Package coverage counts how many call sites of a revision are understood, inside its list
// of Go migrations and outside.
package coverage

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

// Proof counts the sites of one revision.
func Proof() kit.Proof {
	return kit.Proof{Name: "coverage", Args: "REPOSITORY", Summary: "how many call sites of -rev are understood",
		Min: 1, Max: 1,
		Run: func(_ context.Context, f kit.Flags, args []string) error {
			return run(args[0], f.Rev, f.Schema, strings.Split(f.Packages, ","))
		}}
}

// Table counts those of several projects.
func Table() kit.Proof {
	return kit.Proof{Name: "table", Args: "CHECKOUT …", Summary: "the same for several checkouts, with the reasons",
		Min: 1,
		Run: func(_ context.Context, _ kit.Flags, args []string) error { return table(args) }}
}

func run(dir, revName, schema string, packages []string) error {
	tree, err := os.MkdirTemp("", "schemavet-coverage-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tree)
	repo := deployed.OpenNamed(dir)
	rev, err := repo.Resolve(context.Background(), revName)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if _, err := repo.Extract(ctx, rev, tree); err != nil {
		return err
	}
	v, err := deployed.Load(ctx, deployed.Build{Dir: tree, Root: tree, Patterns: packages}, revName, "git")
	if err != nil {
		return err
	}
	text := ""
	if schema != "" {
		data, err := os.ReadFile(schema)
		if err != nil {
			return err
		}
		text = string(data)
	}
	base, _, err := plan.Load(schema, text, 0)
	if err != nil {
		return err
	}
	r := impact.Judge(impact.Input{Version: v, Base: base, SearchPath: []string{"public"}})
	inList := 0
	for _, q := range v.Queries {
		if q.Migration != nil {
			inList++
		}
	}
	fmt.Printf("%s: %d call sites outside the migration list: %d resolved, %d not (%d partial, %d opaque); %d call "+
		"sites in the migration list, %d of them counted as deployed code; %d names unbound\n",
		revName, r.Sites, r.Resolved, r.Partial+r.Opaque, r.Partial, r.Opaque, inList, countedInList(r), len(r.Unbound))
	for _, p := range append(r.PartialSites, r.OpaqueSites...) {
		fmt.Printf("  %s:%d: %s\n", p.File, p.Line, p.What)
	}
	return nil
}

// countedInList counts the sites of the report that stand in a file of migrations.
func countedInList(r *impact.Report) int {
	list := map[string]bool{}
	for _, q := range r.Version.Queries {
		if q.Migration != nil {
			list[fmt.Sprintf("%s:%d", q.Site.File, q.Site.Line)] = true
		}
	}
	n := 0
	for _, p := range append(r.PartialSites, r.OpaqueSites...) {
		if list[fmt.Sprintf("%s:%d", p.File, p.Line)] {
			n++
		}
	}
	total := 0
	for _, q := range r.Version.Queries {
		if q.Migration == nil {
			total++
		}
	}
	return n + r.Sites - total
}
