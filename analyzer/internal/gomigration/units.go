package gomigration

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// List is a list of migrations in a version.
type List struct {
	Name string
	// Tool is the format of sqlscan/migration whose tool runs them.
	Tool  string
	Units []migration.Unit
}

// Lists are the lists of a version that stand in a file or below a folder; all if it is ".".
func Lists(v *usage.Version, path string) []List {
	var out []List
	for _, g := range v.GoUnits {
		if path != "." && g.Place.File != path && !strings.HasPrefix(g.Place.File, path+"/") {
			continue
		}
		i := slices.IndexFunc(out, func(l List) bool { return l.Name == g.List })
		if i < 0 {
			i = len(out)
			out = append(out, List{Name: g.List, Tool: cmp.Or(g.Tool, migration.Go)})
		}
		out[i].Units = append(out[i].Units, unit(v, g))
	}
	return out
}

// Changes says that a list changes a schema, as far as its texts are known: one that only has the name of migrations
// is none.
func (l List) Changes() bool {
	return l.Tool != migration.Go || slices.ContainsFunc(l.Units, func(u migration.Unit) bool {
		return slices.ContainsFunc(u.Statements, func(s migration.Located) bool { return definition.MatchString(s.Text) })
	})
}

// unit makes a unit of a migration and what it sends.
func unit(v *usage.Version, g usage.GoUnit) migration.Unit {
	version := cmp.Or(g.Version, strconv.Itoa(g.Index+1))
	u := migration.Unit{Version: version, Name: cmp.Or(g.Name, version), File: g.Place.File, NoTransaction: g.Alone,
		Statements: []migration.Located{}}
	var steps []usage.Query
	for _, q := range v.Queries {
		if m := q.Migration; m != nil && !m.Down && m.List == g.List && m.Index == g.Index {
			steps = append(steps, q)
		}
	}
	slices.SortStableFunc(steps, func(a, b usage.Query) int { return cmp.Compare(a.Migration.Step, b.Migration.Step) })
	unknown := slices.Clone(g.Unknown)
	for _, q := range steps {
		for len(unknown) > 0 && unknown[0].Step < q.Migration.Step {
			u.Statements = append(u.Statements, nothing(unknown[0]))
			unknown = unknown[1:]
		}
		u.Statements = append(u.Statements, statements(q)...)
	}
	for _, x := range unknown {
		u.Statements = append(u.Statements, nothing(x))
	}
	return u
}

// nothing is a statement of which nothing is known.
func nothing(x usage.UnknownStep) migration.Located {
	return migration.Located{File: x.Place.File, Line: x.Place.Line, Column: x.Place.Column,
		Unknown: []migration.Unknown{{Reason: x.Reason}}}
}

// statements are those of a call. What reads and writes rows alone changes no schema, however
// much of it is known.
func statements(q usage.Query) []migration.Located {
	if len(q.Texts) == 0 {
		return []migration.Located{{File: q.Site.File, Line: q.Site.Line, Column: q.Site.Column,
			Unknown: []migration.Unknown{{Reason: q.Reason}}}}
	}
	var out []migration.Located
	for _, t := range q.Texts {
		file, line, column, ok := t.Position(0)
		if !ok {
			file, line, column = q.Site.File, q.Site.Line, q.Site.Column
		}
		l := migration.Located{Text: t.SQL, File: file, Line: line, Column: column}
		if p := sqltext.Parse(t, q.Style); p != nil && (onlyRows(p) || rowsByVerb.MatchString(t.SQL) && !parses(p)) {
			continue
		} else if p != nil && !p.Partial && p.Err == nil {
			l.Text = p.SQL
		}
		if q.Combined && len(q.Texts) > 1 {
			l.Unknown = append(l.Unknown, migration.Unknown{Reason: "several parts of the text vary"})
		}
		for _, h := range t.Holes {
			l.Unknown = append(l.Unknown, migration.Unknown{At: h.At, Reason: cmp.Or(h.Reason, "a part of the text")})
		}
		out = append(out, l)
	}
	return out
}

// onlyRows says that all statements read or write rows.
func onlyRows(p *sqltext.Parsed) bool {
	return p.Err == nil && len(p.Statements) > 0 && !slices.ContainsFunc(p.Statements, func(st pgtree.Statement) bool {
		kind := st.Kind()
		return !(kind == pgtree.Select && !callsFunction(st.Text) || kind.ChangesRows())
	})
}

// rowsByVerb matches the beginning of what changes rows, for texts that do not parse because
// parts of them are not known.
var rowsByVerb = regexp.MustCompile(`(?is)^\s*(insert|update|delete)\b[^;]*;?\s*$`)

func parses(p *sqltext.Parsed) bool {
	return p.Err == nil && !slices.ContainsFunc(p.Statements, func(st pgtree.Statement) bool { return st.Err != nil })
}

// callsFunction says that a SELECT may be there for what a function does.
func callsFunction(text string) bool { return !strings.Contains(strings.ToUpper(text), "FROM") }
