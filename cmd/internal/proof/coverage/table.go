package coverage

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
)

// table prints, for checkouts of several projects, how many of their live call sites are
// understood, and the reasons of the others.
func table(dirs []string) error {
	total := &impact.Report{}
	reasons := map[string]int{}
	fmt.Printf("%-34s %6s %9s %8s %7s\n", "project", "sites", "resolved", "partial", "opaque")
	for _, dir := range dirs {
		r, err := live(dir)
		if err != nil {
			return err
		}
		row(filepath.Base(dir), r)
		total.Sites, total.Resolved, total.Partial, total.Opaque = total.Sites+r.Sites, total.Resolved+r.Resolved,
			total.Partial+r.Partial, total.Opaque+r.Opaque
		for _, p := range r.PartialSites {
			reasons["partial: "+p.What]++
		}
		for _, p := range r.OpaqueSites {
			reasons["opaque: "+general(p.What)]++
		}
	}
	row("all", total)
	known := total.Resolved + total.Partial
	fmt.Printf("%.1f %% resolved or partial, of those %.1f %% resolved\n",
		100*float64(known)/float64(max(total.Sites, 1)), 100*float64(total.Resolved)/float64(max(known, 1)))
	for _, reason := range byCount(reasons) {
		fmt.Printf("%5d %s\n", reasons[reason], reason)
	}
	return nil
}

func row(name string, r *impact.Report) {
	fmt.Printf("%-34s %6d %9d %8d %7d\n", name, r.Sites, r.Resolved, r.Partial, r.Opaque)
}

// live judges the live sites of a checkout on the schema that its migrations make, if they
// are recognised.
func live(dir string) (*impact.Report, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	v, err := deployed.Load(context.Background(), deployed.Build{Dir: root, Root: root, Patterns: []string{"./..."}},
		dir, "worktree")
	if err != nil {
		return nil, err
	}
	v.Queries = slices.DeleteFunc(v.Queries, func(q usage.Query) bool { return !q.Live })
	in := impact.Input{Version: v, Base: catalog.Unknown(0), SearchPath: []string{"public"}}
	if p, err := check.PackageOf(root, ""); err == nil && p != nil {
		in.Base, in.SearchPath, in.Elsewhere = p.Last, p.SearchPath, p.Elsewhere
	}
	return impact.Judge(in), nil
}

// names are what reasons say of one place alone.
var names = regexp.MustCompile(`(query comes from)( parameter \w+ of the| field)?.*`)

// general leaves out of a reason what is said of one place alone.
func general(reason string) string {
	switch m := names.FindStringSubmatch(reason); {
	case m == nil:
		return reason
	case strings.HasPrefix(m[2], " parameter"):
		return "query comes from a parameter that no call gives that is seen"
	case m[2] == " field":
		return "query comes from a field"
	case strings.Contains(reason, ".ToSql()"):
		return "query comes from a builder (ToSql)"
	}
	return "query comes from a value that is not followed"
}

func byCount(reasons map[string]int) []string {
	var out []string
	for r := range reasons {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b string) int {
		if reasons[a] != reasons[b] {
			return reasons[b] - reasons[a]
		}
		return strings.Compare(a, b)
	})
	return out
}
