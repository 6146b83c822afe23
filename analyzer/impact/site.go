package impact

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// site is a query with its statements.
type site struct {
	query *usage.Query
	stmts []*statement
	// partial is what the first hole that is no value stands for.
	partial string
	// failed is why no text could be parsed; emptyList says that one was left out since its list is empty.
	failed    string
	emptyList bool
	// initial says that a text of it is the script of an empty database, which is not run any more.
	initial bool
}

// creates notes a temporary relation, which the other sites of the package may use.
func (s *site) creates(name string, temp map[string]map[string]bool) {
	pkg := s.query.Site.Package
	if temp[pkg] == nil {
		temp[pkg] = map[string]bool{}
	}
	temp[pkg][name] = true
}

// statement is one statement of one text of a query.
type statement struct {
	site *site
	text sqltext.Text
	sql  *sqltext.Parsed
	st   pgtree.Statement
	base *sqlscan.Binding
	// path is the search path that an earlier statement of the text sets.
	path []string
	// defines says that the statement makes or changes objects.
	defines bool
	// refreshed says that an earlier statement of the text fills a materialized view.
	refreshed bool
	// lookups are the names that its bindings so far asked for.
	lookups map[catalog.Name]bool
	// open are the differences that hold in the last state.
	open map[diffKey]*diff
	done []*diff
}

// sites parses the queries of the version that count as deployed.
func (j *judge) sites() []*site {
	var out []*site
	for i := range j.Version.Queries {
		q := &j.Version.Queries[i]
		if q.Migration != nil {
			continue
		}
		s := &site{query: q}
		for _, t := range q.Texts {
			j.parse(s, t)
		}
		if s.emptyList && len(s.stmts) == 0 && s.partial == "" {
			s.partial = "a text that does not parse: " + s.failed
		}
		for _, t := range q.Texts {
			if len(s.stmts) > 0 || len(t.Holes) == 0 {
				continue
			}
			if pieces, ok := sqltext.Pieces(t, q.Style); ok {
				j.take(s, t, pieces)
			}
		}
		out = append(out, s)
	}
	return out
}

func (j *judge) parse(s *site, t sqltext.Text) {
	key := fmt.Sprintf("%s\x00%s\x00%v", s.query.Style, t.SQL, t.Holes)
	p, ok := j.parsed[key]
	if !ok {
		p = sqltext.Parse(t, s.query.Style)
		j.parsed[key] = p
	}
	if p.Err != nil {
		if s.failed == "" {
			s.failed = p.Err.Error()
		}
		if emptyList(t.SQL, p) {
			s.emptyList = true
			return
		}
		if s.partial == "" && !s.query.Combined {
			s.partial = "a text that does not parse: " + p.Err.Error()
		}
		return
	}
	j.take(s, t, p)
}

// emptyList says that a text does not parse since there is nothing between its brackets, as in VALUES () and IN ():
// what code would send for a list without elements, which it does not.
func emptyList(text string, p *sqltext.Parsed) bool {
	var syntax *pgtree.Error
	if !errors.As(p.Err, &syntax) {
		return false
	}
	at := p.Source(syntax.Offset)
	return at < len(text) && text[at] == ')' && strings.HasSuffix(strings.TrimRight(text[:at], " \t\r\n"), "(")
}

// take adds the statements of a text to its site.
func (j *judge) take(s *site, t sqltext.Text, p *sqltext.Parsed) {
	if p.Partial && s.partial == "" {
		s.partial = p.Unknown
	}
	var path []string
	for _, st := range p.Statements {
		if set, ok := ddl.SetsSearchPath(st); ok {
			path = set
		}
		s.stmts = append(s.stmts, &statement{site: s, text: t, sql: p, st: st, path: path, lookups: map[catalog.Name]bool{},
			open: map[diffKey]*diff{}})
	}
}

// opaque says why nothing of use is known of the site; empty if something is.
func (s *site) opaque() string {
	switch {
	case len(s.stmts) == 0 && s.initial:
		return ""
	case len(s.stmts) == 0 && s.failed != "":
		return "text does not parse: " + s.failed
	case len(s.stmts) == 0 && s.query.Reason != "":
		return s.query.Reason
	case len(s.stmts) == 0:
		return "no text"
	}
	for _, st := range s.stmts {
		if st.base.Opaque != "" {
			return st.base.Opaque
		}
	}
	if s.partial == "" || s.isKnown() {
		return ""
	}
	return "only a part of the text is known: " + s.partial
}

// doubt says why the base may not be right about what a site names; empty if there is no reason.
func (j *judge) doubt(s *site) string {
	for _, st := range s.stmts {
		for _, o := range st.base.Outcomes {
			if o.Kind != catalog.KindRelation || !o.InText() {
				continue
			}
			for _, u := range j.Unfollowed {
				if u.Object.Name == o.Object.Name && (o.Object.Schema == "" || u.Object.Schema == "" ||
					u.Object.Schema == o.Object.Schema) {
					return fmt.Sprintf("names %s, for which migration %s could not be followed", o.Object.Name, u.Migration)
				}
			}
		}
	}
	return ""
}

// isKnown says that a relation is known, or that there can be none.
func (s *site) isKnown() bool {
	return slices.ContainsFunc(s.stmts, func(st *statement) bool {
		return st.base.NamesNoRelation() || slices.ContainsFunc(st.base.Outcomes, func(o sqlscan.Outcome) bool {
			return o.Kind == catalog.KindRelation && o.InText() && !sqltext.IsHole(o.Object.Name)
		})
	})
}

func (st *statement) differences() []*diff {
	out := slices.Clone(st.done)
	for _, d := range st.open {
		out = append(out, d)
	}
	out = withoutRuns(out)
	slices.SortFunc(out, func(a, b *diff) int {
		return cmp.Or(a.now.Start-b.now.Start, gravity[a.verdict]-gravity[b.verdict],
			strings.Compare(string(a.rule), string(b.rule)),
			-strings.Compare(a.now.SQLSTATE, b.now.SQLSTATE), a.key.compare(b.key))
	})
	return out
}

// withoutRuns leaves out what a statement would meet when it runs, where the same change has the server refuse it
// before.
func withoutRuns(all []*diff) []*diff {
	refused := func(d *diff) bool {
		return slices.ContainsFunc(all, func(o *diff) bool {
			return o.verdict == Breaks && o.now.Phase != sqlscan.RunPhase && o.now.Body == "" && o.change != nil &&
				d.change != nil && *o.change == *d.change
		})
	}
	return slices.DeleteFunc(slices.Clone(all), func(d *diff) bool {
		return d.now.Phase == sqlscan.RunPhase && refused(d)
	})
}

// gravity orders verdicts, the gravest first: of two findings at one place that is shown.
var gravity = map[Verdict]int{Breaks: 0, Corrupts: 1, MayBreak: 2, Transient: 3}
