package impact

import (
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Reference is a place that names an object. Verb is the command, or "declared" for a struct that
// an ORM makes a table of, which then stands in place of the function.
type Reference struct {
	// File is a path in the repository; Line and Column are 1-based, in bytes.
	File         string
	Line, Column int
	// Verb is what is done, as SELECT; Name is what is named.
	Verb, Name string
	// Function encloses the call.
	Function string
}

// References lists the places of a version that name a table ("users", "public.users") or
// column ("users.email"), without a schema: every relation counts as open, so a column of
// an unqualified name is listed where the table stands in the same statement.
func References(v *usage.Version, object string) []Reference {
	j := newJudge(Input{Version: v, Base: catalog.New(0)}, &Report{})
	table, column := splitObject(object)
	var out []Reference
	seen := map[Reference]bool{}
	for _, s := range j.sites() {
		for _, st := range s.stmts {
			b := j.bind(st, j.Base)
			for _, o := range matching(b, table, column) {
				p := j.place(s, st, o.Start)
				r := Reference{p.File, p.Line, p.Column, b.Command.Words(), o.Name, s.query.Site.Function}
				if !seen[r] {
					seen[r] = true
					out = append(out, r)
				}
			}
		}
	}
	return append(out, declared(v.Models, table, column)...)
}

// declared are the models that declare a table or column, whether a call uses them or not.
func declared(models []usage.Model, table, column string) []Reference {
	var out []Reference
	for _, m := range models {
		if lastPart(m.Table) != table {
			continue
		}
		if column == "" {
			out = append(out, Reference{m.Place.File, m.Place.Line, m.Place.Column, "declared", m.Table, m.Type})
		}
		for _, c := range m.Columns {
			if c.Name == column {
				out = append(out, Reference{c.Place.File, c.Place.Line, c.Place.Column, "declared", c.Name, m.Type})
			}
		}
	}
	return out
}

// splitObject takes "table", "table.column" and "schema.table.column".
func splitObject(object string) (table, column string) {
	parts := strings.Split(object, ".")
	switch len(parts) {
	case 1:
		return parts[0], ""
	case 2:
		return parts[0], parts[1]
	}
	return parts[len(parts)-2], parts[len(parts)-1]
}

func matching(b *sqlscan.Binding, table, column string) []sqlscan.Outcome {
	var tables, columns []sqlscan.Outcome
	for _, o := range b.Outcomes {
		switch {
		case o.Kind == catalog.KindRelation && o.InText() && lastPart(o.Name) == table:
			tables = append(tables, o)
		case o.Kind == catalog.KindColumn && column != "" && lastPart(o.Name) == column:
			columns = append(columns, o)
		}
	}
	if column == "" || len(tables) == 0 {
		return tables
	}
	return columns
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// Name is a name of a statement and what it is bound to.
type Name struct {
	File         string
	Line, Column int
	// Kind says what is named.
	Kind catalog.Kind
	// Name is as the text has it; Object what it is bound to; SQLSTATE why it is to nothing.
	Name     string
	Object   catalog.Name
	Unknown  bool
	SQLSTATE string
	// Own says that it is, or may be of, a relation that the code makes itself.
	Own bool
}

// Names lists every relation, column, type and function that the live sites of a version
// name, and what each is in the base.
func Names(in Input) []Name {
	j := newJudge(in, &Report{Version: in.Version})
	sites := j.sites()
	j.collectCreated(sites)
	var out []Name
	seen := map[Name]bool{}
	for _, s := range sites {
		for _, st := range s.stmts {
			b := j.bind(st, in.Base)
			own := slices.ContainsFunc(b.Outcomes, func(o sqlscan.Outcome) bool {
				return o.Kind == catalog.KindRelation && o.State == sqlscan.Unknown &&
					(j.maybe[o.Name] || j.maybe[o.Object.Object()] || j.mayMake(st, o.Object))
			})
			for _, o := range b.Outcomes {
				if o.Name == "" || sqltext.IsHole(o.Name) || o.Phase == sqlscan.RunPhase || !s.query.Live || !named[o.Kind] ||
					o.Object.Schema == "pg_catalog" {
					continue
				}
				p := j.place(s, st, o.Start)
				n := Name{p.File, p.Line, p.Column, o.Kind, o.Name, objectOf(o), o.State == sqlscan.Unknown, o.SQLSTATE,
					own && o.State == sqlscan.Unknown}
				if o.State == sqlscan.Bound {
					n.SQLSTATE = ""
				}
				if !seen[n] {
					seen[n] = true
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// named are the kinds of objects that code names.
var named = map[catalog.Kind]bool{catalog.KindRelation: true, catalog.KindColumn: true, catalog.KindType: true,
	catalog.KindFunction: true}
