package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// DefaultCoverage is the least share of live sites, in percent, that must be understood.
const DefaultCoverage = 90

// cover asks whether enough of a version was understood for its silence to mean something: of its live sites,
// and of the calls of libraries that are not lowered. Otherwise the answer may be wrong.
func (c *checker) cover(v *usage.Version, reports []*impact.Report) {
	understood, counted, unreachable := 0, 0, 0
	for _, r := range reports {
		understood, counted, unreachable = understood+r.Understood, counted+r.Counted, unreachable+r.Unreachable
	}
	if len(reports) == 0 {
		return
	}
	sites := counted
	for _, u := range v.Unlowered {
		if !c.s.config.PartialPackage(u.Library) {
			counted += u.Calls
		}
	}
	want := c.s.coverage()
	switch {
	case counted == 0 && v.UsesDatabase && want > 0 && !c.excusedAll(reports):
		c.wrong(fmt.Sprintf("%s: no site was found in code that uses a database: nothing that it sends is known%s; "+
			"name functions that take SQL under functions: in .schemavet.yaml, or accept it with -coverage 0", v.Name,
			beside(unreachable)))
	case understood*100 < want*counted:
		c.wrong(fmt.Sprintf("%s: %d of %d %s understood, %d %%, less than the %d %% of -coverage: %s", v.Name, understood,
			counted, countedAs(sites, counted), understood*100/counted, want, strings.Join(reasons(v, reports), "; ")))
	}
}

func (c *checker) excusedAll(reports []*impact.Report) bool {
	return slices.ContainsFunc(reports, func(r *impact.Report) bool { return r.Sites > 0 })
}

func beside(unreachable int) string {
	if unreachable == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d sites are there that nothing reaches)", unreachable)
}

func countedAs(sites, counted int) string {
	switch {
	case counted == 1:
		return "live site is"
	case sites == counted:
		return "live sites are"
	}
	return "live sites and calls are"
}

func (c *checker) wrong(message string) {
	c.result.Errors = append(c.result.Errors, usage.Problem{Message: message})
}

// maxReasons bounds the reasons that are named.
const maxReasons = 3

// reasons are why sites are not understood, counted, the largest first, each with a place and what to do.
func reasons(v *usage.Version, reports []*impact.Report) []string {
	count, first := map[string]int{}, map[string]impact.Place{}
	add := func(reason string, p impact.Place) {
		if count[reason] == 0 {
			first[reason] = p
		}
		count[reason]++
	}
	for _, r := range reports {
		for _, p := range r.OpaqueSites {
			add(p.What, p)
		}
		for _, p := range r.Doubtful {
			add(p.What, p)
		}
		seen := map[string]bool{}
		for _, p := range r.Unbound {
			if at := fmt.Sprintf("%s:%d", p.File, p.Line); !seen[at] {
				seen[at] = true
				add(unboundReason, p)
			}
		}
	}
	var out []string
	for _, u := range v.Unlowered {
		out = append(out, fmt.Sprintf("%d calls of %s, which is not understood yet", u.Calls, u.Library))
	}
	names := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(count[b]-count[a], strings.Compare(a, b))
	})
	for i, reason := range names {
		if i == maxReasons {
			out = append(out, fmt.Sprintf("%d more reasons", len(names)-i))
			break
		}
		p := first[reason]
		out = append(out, fmt.Sprintf("%d × %s (%s:%d)", count[reason], reason, p.File, p.Line))
	}
	return out
}

const unboundReason = "a name that the base does not have: its migrations or schema are not those of this code"

// excused says that a site need not be understood: the config takes its package, or its function, out.
func (c *checker) excused(s usage.Site) bool {
	return c.s.config.PartialPackage(s.Package, s.Package+"."+s.Function)
}
