package truth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

// recorded is a distinct statement of deployed code.
type recorded struct {
	sent
	// texts are the extracted texts that it is.
	texts []*text
	// other says that it is none of them, but sent by their call.
	other bool
	// missed are the columns of which nothing is said.
	missed []string
}

// mutator drops columns on both sides.
type mutator struct {
	conn       *pgx.Conn
	base       *catalog.Schema
	searchPath []string
	version    *usage.Version
	statements []*recorded

	columns, fails, said, warned, reports, wrong int
}

// mutate drops every column in turn and compares which recorded statements the server refuses
// with what is said of their sites. What runs before the server refuses, or is read wrongly
// without that, is not in it.
func mutate(checkout, record, dsn string, o options) error {
	root, v, err := load(checkout)
	if err != nil {
		return err
	}
	lines, err := read(record)
	if err != nil {
		return err
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	base, _, err := live.Read(ctx, conn)
	if err != nil {
		return err
	}
	path, _ := impact.SessionPath(base, "")
	if len(path) == 0 {
		path = []string{"public"}
	}
	m := &mutator{conn: conn, base: base, searchPath: path, version: v}
	match := newMatcher(v)
	m.collect(ctx, lines, root, match, o)
	for _, s := range m.statements {
		if len(s.texts) == 0 {
			s.texts = match.bySite(s.sent)
			s.other = len(s.texts) > 0
		}
	}
	m.onlySent()
	for _, r := range base.Relations() {
		if !r.IsTable() || r.Schema == "pg_catalog" || r.Schema == "information_schema" {
			continue
		}
		for _, c := range r.Columns {
			m.drop(ctx, r, c.Name)
		}
	}
	m.print()
	others := 0
	for _, s := range m.statements {
		if s.other {
			others++
		}
	}
	fmt.Printf("%d statements (%d of them other combinations of what their call sends), %d columns, %d pairs that "+
		"the server refuses, %d of them said: recall %.1f %% (%d as a warning)\n",
		len(m.statements), others, m.columns, m.fails, m.said, 100*float64(m.said)/float64(max(m.fails, 1)), m.warned)
	fmt.Printf("%d errors said of texts that were sent, %d of them wrong\n", m.reports, m.wrong)
	return nil
}

// collect keeps the distinct statements of deployed code that the server takes now.
func (m *mutator) collect(ctx context.Context, lines []sent, root string, match *matcher, o options) {
	seen := map[string]*recorded{}
	refused := 0
	for _, s := range lines {
		if !counts(s, root, o) || ofLibrary(s) || !planned(s.SQL) {
			continue
		}
		fp := fingerprint(s.SQL)
		r := seen[fp]
		if r == nil {
			r = &recorded{sent: s}
			seen[fp] = r
			if m.prepare(ctx, s.SQL) != "" {
				refused++
			} else {
				m.statements = append(m.statements, r)
			}
		}
		for _, t := range match.of(s) {
			if !slices.Contains(r.texts, t) {
				r.texts = append(r.texts, t)
			}
		}
	}
	fmt.Printf("%d records, %d statements that cannot be prepared here\n", len(lines), refused)
}

// planned takes queries: the server looks at other commands when they run.
func planned(sql string) bool {
	sts, err := pgtree.Parse(sql)
	if err != nil || len(sts) != 1 {
		return false
	}
	return sts[0].Kind().IsQuery()
}

// onlySent leaves out the sites that nothing was sent from: nothing can be said of them.
func (m *mutator) onlySent() {
	sites := map[*usage.Query]bool{}
	for _, s := range m.statements {
		for _, t := range s.texts {
			sites[t.site] = true
		}
	}
	version := *m.version
	version.Queries = nil
	for i := range m.version.Queries {
		if q := &m.version.Queries[i]; sites[q] {
			version.Queries = append(version.Queries, *q)
		}
	}
	m.version = &version
}

// prepare gives the SQLSTATE of what the server says.
func (m *mutator) prepare(ctx context.Context, sql string) string {
	_, err := m.conn.PgConn().Prepare(ctx, "", sql, nil)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused):
		return refused.Code
	case err != nil:
		return err.Error()
	}
	return ""
}

func (m *mutator) send(ctx context.Context, sql string) error {
	_, err := m.conn.PgConn().Exec(ctx, sql).ReadAll()
	return err
}

func (m *mutator) drop(ctx context.Context, r *catalog.Relation, column string) {
	change := "ALTER TABLE " + pgx.Identifier{r.Schema, r.Name}.Sanitize() + " DROP COLUMN " +
		pgx.Identifier{column}.Sanitize() + " CASCADE"
	m.send(ctx, "BEGIN")
	defer m.send(ctx, "ROLLBACK")
	if m.send(ctx, change) != nil {
		return
	}
	m.columns++
	m.send(ctx, "SAVEPOINT dropped")
	failed := map[*recorded]bool{}
	for _, s := range m.statements {
		if m.prepare(ctx, s.SQL) != "" {
			failed[s] = true
			m.send(ctx, "ROLLBACK TO dropped")
		}
	}
	m.compare(change, r.Name+"."+column, failed, m.findings(change))
}

// print lists the statements of which something is missed, most first.
func (m *mutator) print() {
	slices.SortStableFunc(m.statements, func(a, b *recorded) int { return len(b.missed) - len(a.missed) })
	for _, s := range m.statements {
		if len(s.missed) == 0 {
			break
		}
		known := "no text of it is extracted"
		if len(s.texts) > 0 {
			t := s.texts[0]
			known = fmt.Sprintf("%s:%d: %s", t.site.Site.File, t.site.Site.Line, strings.Join(strings.Fields(t.sql), " "))
		}
		fmt.Printf("missed: %d: %s\n\tsent: %s\n\tby: %s\n\textracted: %s\n", len(s.missed), strings.Join(s.missed, " "),
			strings.Join(strings.Fields(s.SQL), " "), stack(s.Frames), known)
	}
}

// stack is where a statement was sent from, innermost first.
func stack(frames []frame) string {
	var out []string
	for _, f := range frames[:min(len(frames), 6)] {
		out = append(out, fmt.Sprintf("%s:%d", f.Function[strings.LastIndexByte(f.Function, '/')+1:], f.Line))
	}
	return strings.Join(out, " < ")
}

// inBody is in the messages about what the body of a function or trigger names: the server
// finds that when it runs.
const inBody = "(in function "

// findings are what is said of the drop that the server says when it prepares a statement.
func (m *mutator) findings(change string) []impact.Finding {
	p := plan.Compile(m.base, nil, []migration.Unit{{Name: "drop", File: "drop.sql", Text: change}}, m.searchPath)
	report := impact.Judge(impact.Input{Version: m.version, Base: p.Base, Steps: p.Steps, SearchPath: m.searchPath})
	return slices.DeleteFunc(report.Findings, func(f impact.Finding) bool {
		return f.Use == nil || f.Rule == impact.ResultShape || f.Rule == impact.CachedPlan ||
			!strings.HasPrefix(f.SQLSTATE, "42") || strings.Contains(f.Message, inBody)
	})
}

// says reports whether a finding is about a text.
func says(f impact.Finding, t *text) bool { return f.Site == t.site.Site && f.Use.Query == t.sql }

// covers reports whether a finding is about a text, or about a name that the text has too: for
// the texts that one call can send, each place is said once.
func covers(f impact.Finding, t *text) bool {
	return says(f, t) || f.Site == t.site.Site && t.places[place(f.Use.File, f.Use.Line, f.Use.Column)] && t.names.has(f)
}

// has reports whether a finding is about one of the names: a column, or a relation that went with
// it, which the message names.
func (n names) has(f impact.Finding) bool {
	return slices.ContainsFunc(n.columns, func(name string) bool {
		return name == f.Target.Sub || strings.HasSuffix(name, "."+f.Target.Sub)
	}) || slices.ContainsFunc(n.relations, func(name string) bool { return strings.Contains(f.Message, `"`+name+`"`) })
}

func (m *mutator) compare(change, column string, failed map[*recorded]bool, findings []impact.Finding) {
	for _, s := range m.statements {
		if !failed[s] {
			continue
		}
		m.fails++
		level := impact.Level("")
		for _, f := range findings {
			if level != impact.LevelError &&
				slices.ContainsFunc(s.texts, func(t *text) bool { return covers(f, t) || s.other && f.Site == t.site.Site }) {
				level = f.Level
			}
		}
		switch level {
		case "":
			s.missed = append(s.missed, column)
			continue
		case impact.LevelWarning:
			m.warned++
		}
		m.said++
	}
	for _, f := range findings {
		if f.Level != impact.LevelError {
			continue
		}
		ran, refused := false, false
		for _, s := range m.statements {
			if !s.other && slices.ContainsFunc(s.texts, func(t *text) bool { return says(f, t) }) {
				ran = true
				refused = refused || failed[s]
			}
		}
		if !ran {
			continue
		}
		m.reports++
		if !refused {
			m.wrong++
			fmt.Printf("wrong: %s: %s:%d:%d: %s: %.300s\n", change, f.Use.File, f.Use.Line, f.Use.Column, f.Message,
				strings.Join(strings.Fields(f.Use.Query), " "))
		}
	}
}
