// Package evidence knows which statements a server has seen, whoever sent them, and finds them
// again in what code is known to send. Its input are logs of PostgreSQL or the rows of
// pg_stat_statements, and usage.Versions; its output says which sites were seen running, and is
// a usage.Version of the statements that stand in no known code.
//
// Statements are compared token by token: constants, parameters, comments, white space and the case of
// names do not count. In a text of which something is not known a hole is any tokens: that such a
// site was seen is said, but the statement stays one that no known code sends, since more of it is
// known from the server. What was never seen may run all the same: a log and the counters of a
// server go back only so far.
package evidence

import (
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Statement is one that a server has seen.
type Statement struct {
	SQL string
	// Line is where it begins in the log, 1-based; Name is what the server calls it.
	Line int
	Name string
}

// Evidence are the statements of one source, each once.
type Evidence struct {
	// Source is the name of the file, or pg_stat_statements.
	Source string
	// Hidden counts the statements whose text the server does not show to the role.
	Hidden     int
	statements []seen
	// byTokens finds statements by all their tokens, byVerb by the first.
	byTokens map[string]int
	byVerb   map[string][]int
}

type seen struct {
	Statement
	tokens []string
	known  bool
}

// New is the evidence of a source that has no statements yet.
func New(source string) *Evidence {
	return &Evidence{Source: source, byTokens: map[string]int{}, byVerb: map[string][]int{}}
}

// Add takes a text that the server has seen. Commands of sessions and definitions are left out.
func (e *Evidence) Add(s Statement) {
	sts, err := pgtree.Parse(s.SQL)
	if err != nil {
		return
	}
	for _, st := range sts {
		if st.Err == nil && !isData(st) {
			continue
		}
		one := seen{Statement: s, tokens: tokens(st.Text, nil)}
		key := strings.Join(one.tokens, " ")
		if _, again := e.byTokens[key]; again || key == "" {
			continue
		}
		one.SQL = st.Text
		e.byTokens[key] = len(e.statements)
		e.byVerb[one.tokens[0]] = append(e.byVerb[one.tokens[0]], len(e.statements))
		e.statements = append(e.statements, one)
	}
}

// isData says that a statement reads or writes tables, or calls.
func isData(st pgtree.Statement) bool {
	return st.Kind().IsQuery() || slices.Contains(dataKinds, st.Kind())
}

// dataKinds are those of statements about data that are no queries.
var dataKinds = []pgtree.Kind{pgtree.Copy, pgtree.Call, pgtree.Truncate, pgtree.Lock, pgtree.RefreshMatView,
	pgtree.DeclareCursor, pgtree.Prepare, pgtree.CreateTableAs, pgtree.Explain}

// Match marks the statements that a version sends, and returns its sites that were seen.
func (e *Evidence) Match(v *usage.Version) map[usage.Site]bool {
	out := map[usage.Site]bool{}
	for _, q := range v.Queries {
		if q.Migration != nil {
			continue
		}
		for _, t := range q.Texts {
			if e.sent(q, t) {
				out[q.Site] = true
			}
		}
	}
	return out
}

// sent marks the statements of a text that were seen.
func (e *Evidence) sent(q usage.Query, t sqltext.Text) (any bool) {
	p := sqltext.Parse(t, q.Style)
	if p.Err != nil || p.Partial {
		return e.sentInPart(t)
	}
	for _, st := range p.Statements {
		if e.Mark(st.Text) {
			any = true
		}
	}
	return any
}

// Mark says whether a statement was seen, and that it is known.
func (e *Evidence) Mark(sql string) bool {
	n, ok := e.byTokens[strings.Join(tokens(sql, nil), " ")]
	if ok {
		e.statements[n].known = true
	}
	return ok
}

// sentInPart compares a text with holes, which stand for any tokens.
func (e *Evidence) sentInPart(t sqltext.Text) bool {
	pattern := tokens(t.SQL, t.Holes)
	if len(pattern) == 0 || pattern[0] == hole {
		return false // Nothing is known that would tell it apart.
	}
	for _, n := range e.byVerb[pattern[0]] {
		if fits(pattern, e.statements[n].tokens) {
			return true
		}
	}
	return false
}

// Counts are how many statements were seen, and how many of them known code sends.
func (e *Evidence) Counts() (all, known int) {
	for _, s := range e.statements {
		if s.known {
			known++
		}
	}
	return len(e.statements), known
}

// Unknown are the statements that no known code sends, as a version of their own.
func (e *Evidence) Unknown() *usage.Version {
	v := &usage.Version{Name: e.Source, Source: "evidence"}
	for _, s := range e.statements {
		if s.known {
			continue
		}
		line := max(s.Line, 1)
		v.Queries = append(v.Queries, usage.Query{
			Site:  usage.Site{File: e.Source, Line: line, Column: 1, API: "server", Function: s.Name},
			Texts: []sqltext.Text{{SQL: s.SQL, Runs: []sqltext.Run{{File: e.Source, Line: line, Column: 1}}}},
			Live:  true,
		})
	}
	return v
}
