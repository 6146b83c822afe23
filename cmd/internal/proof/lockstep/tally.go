package lockstep

import (
	"fmt"
	"io"
	"strings"
)

// Tally counts results.
type Tally struct {
	counts map[Category]map[Class]int
	// differences counts statements after which the catalogs differ.
	differences int
	// names counts the name errors of the server, but for those that a function raises when it
	// runs; named those on which both agree.
	names, named int
}

// NewTally returns an empty one.
func NewTally() *Tally {
	return &Tally{counts: map[Category]map[Class]int{Query: {}, DDL: {}, Other: {}}}
}

// nameErrors are the SQLSTATEs of names that do not resolve.
var nameErrors = map[string]bool{"42P01": true, "42703": true, "42702": true, "42883": true, "42704": true,
	"3F000": true, "42725": true, "42P09": true, "42712": true}

// Add counts a result.
func (t *Tally) Add(r Result) {
	t.counts[r.Category][r.Class]++
	if len(r.Differences) > 0 {
		t.differences++
	}
	if r.Category != Other && nameErrors[r.Server] && r.Class != Undecided && r.Class != Grammar && r.Class != RunTime {
		t.names++
		if r.Class == Agree {
			t.named++
		}
	}
}

// Join adds the counts of another tally.
func (t *Tally) Join(o *Tally) {
	for c, m := range o.counts {
		for k, n := range m {
			t.counts[c][k] += n
		}
	}
	t.differences += o.differences
	t.names += o.names
	t.named += o.named
}

// Line is the count in one line.
func (t *Tally) Line() string {
	sum := map[Class]int{}
	total := 0
	for _, m := range t.counts {
		for k, n := range m {
			sum[k] += n
			total += n
		}
	}
	parts := []string{fmt.Sprintf("%5d statements", total)}
	for _, c := range Classes {
		if sum[c] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", sum[c], c))
		}
	}
	return strings.Join(append(parts, fmt.Sprintf("%d catalog differences", t.differences)), ", ")
}

// String is the table of all counts with the shares that matter.
func (t *Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-8s", "")
	for _, c := range Classes {
		fmt.Fprintf(&b, "%20s", c)
	}
	b.WriteByte('\n')
	for _, cat := range []Category{Query, DDL, Other} {
		fmt.Fprintf(&b, "%-8s", cat)
		for _, c := range Classes {
			fmt.Fprintf(&b, "%20d", t.counts[cat][c])
		}
		b.WriteByte('\n')
	}
	for _, cat := range []Category{Query, DDL} {
		decided, all := t.decided(cat)
		m := t.counts[cat]
		fmt.Fprintf(&b, "%s: undecided %.2f %%; of %d decided: false errors %.2f %%, missed %.2f %%, another SQLSTATE "+
			"%.2f %%\n", cat,
			percent(m[Undecided], all), decided, percent(m[FalseError], decided), percent(m[Miss], decided),
			percent(m[WrongState], decided))
	}
	fmt.Fprintf(&b, "name errors: %d of %d agree, %.2f %%; statements after which the catalogs differ: %d\n", t.named,
		t.names, percent(t.named, t.names), t.differences)
	return b.String()
}

func (t *Tally) decided(cat Category) (decided, all int) {
	for k, n := range t.counts[cat] {
		all += n
		if k == Agree || k == FalseError || k == Miss || k == WrongState || k == RunTime {
			decided += n
		}
	}
	return decided, all
}

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// Print writes a result that is worth reading.
func Print(w io.Writer, file string, item Item, r Result) {
	if (r.Class == Agree || r.Class == RunTime || r.Class == Aborted) && len(r.Differences) == 0 {
		return
	}
	text := strings.Join(strings.Fields(item.Text), " ")
	if len(text) > 300 {
		text = text[:300] + "…"
	}
	fmt.Fprintf(w, "%s:%d: %s/%s: server %s (%s), ours %s (%s) %s: %s\n", file, item.Line, r.Category, r.Class, r.Server,
		r.ServerMessage, r.Ours, r.OursMessage, r.Reason, text)
	for i, d := range r.Differences {
		if i == 5 {
			fmt.Fprintf(w, "    … %d more\n", len(r.Differences)-5)
			break
		}
		fmt.Fprintf(w, "    %s\n", d)
	}
}
