package check

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/gomigration"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/plan"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// A program can make its tables itself when it starts:  db.Exec(`CREATE TABLE IF NOT EXISTS …`).  What a deployed
// version sends of that is a part of the base, laid under the migrations or on top of them; what the next code sends
// besides is pending. What it sends to change a table that it made,  db.Exec(`ALTER TABLE … DROP COLUMN …`),  is too,
// but for the functions that take a change back.

// makes matches a statement that a program can send whenever it starts.
var makes = regexp.MustCompile(`(?is)^\s*(create\s+(unlogged\s+)?(table|(unique\s+)?index(\s+concurrently)?|schema|extension|` +
	`sequence|materialized\s+view)\s+if\s+not\s+exists|create\s+or\s+replace|alter\s+table\b.*\badd\s+column\s+if\s+not\s+exists)\b`)

// alters matches a statement that changes or drops what is there.
var alters = regexp.MustCompile(`(?is)^\s*(alter|drop)\s+(table|index|view|materialized\s+view|sequence|type)\b`)

// drops matches a statement that drops what is there as a whole.
var drops = regexp.MustCompile(`(?is)^\s*drop\b`)

// takesBack matches the name of a function that takes a change back: downRename, RenameDown, rollback.
var takesBack = regexp.MustCompile(`(^|[.)_])[dD]own([A-Z0-9_]|$)|Down$|_down$|(?i:rollback|revert|undo)`)

// temporary matches what is gone with the session.
var temporary = regexp.MustCompile(`(?i)\b(temp|temporary|pg_temp)\b`)

// made is a text that makes something, with where it stands. Initial says that it is for an empty database alone.
type made struct {
	site    migration.Located
	text    string
	initial bool
	// alters says that it changes or drops what is there, drops that it drops it.
	alters, drops bool
}

// whole is how much of the schema it makes for an empty database.
func (m made) whole() int {
	if !m.initial {
		return 0
	}
	return len(createsTable.FindAllString(m.text, -1))
}

// createsTable matches the script of an empty database.
var createsTable = regexp.MustCompile(`(?im)^\s*create\s+(unlogged\s+)?table\s`)

// startup are the texts that code sends which make something that may be there, in the order of the code.
func startup(v *usage.Version) []made {
	if v.Source == "sql" { // Queries of another language: when they are sent is not known.
		return nil
	}
	var out []made
	for _, q := range v.Queries {
		if q.Migration != nil || !q.Live {
			continue
		}
		for _, t := range q.Texts {
			if len(t.Holes) > 0 || temporary.MatchString(t.SQL) {
				continue
			}
			p := sqltext.Parse(t, q.Style)
			if p.Err != nil || len(p.Statements) == 0 {
				continue
			}
			first := p.Statements[0].Text
			again := makes.MatchString(first)
			change := !again && alters.MatchString(first) && !takesBack.MatchString(q.Site.Function)
			if !again && !change && !createsTable.MatchString(p.SQL) {
				continue
			}
			file, line, column, ok := t.Position(0)
			if !ok {
				file, line, column = q.Site.File, q.Site.Line, q.Site.Column
			}
			out = append(out, made{site: migration.Located{Text: p.SQL, File: file, Line: line, Column: column}, text: t.SQL,
				initial: !again && !change, alters: change, drops: change && drops.MatchString(first)})
		}
	}
	return out
}

// makesSchema says that texts make a schema: those that are sent at every start, or the script of an empty database.
func makesSchema(texts []made) bool {
	return slices.ContainsFunc(texts, func(m made) bool { return !m.alters && (!m.initial || m.whole() > 1) })
}

// startupUnit is what a version makes when it starts, as a migration: what stands in the way of each other in the
// order of the code is turned round. What the server would refuse, such as the text for another database system, is
// left out. ok is false if there is nothing.
func startupUnit(name string, start *catalog.Schema, texts []made) (u migration.Unit, ok bool) {
	u = migration.Unit{Name: "what " + name + " makes when it starts", Statements: []migration.Located{}}
	schema := start
	for again := true; again; {
		again = false
		texts = slices.DeleteFunc(slices.Clone(texts), func(m made) bool {
			one := migration.Unit{Name: u.Name, File: m.site.File, Statements: []migration.Located{m.site}}
			p := plan.Compile(schema, []migration.Unit{one}, nil, []string{"public"})
			if len(p.Unfollowed) > 0 {
				return false
			}
			schema, again = p.Base, true
			u.Statements = append(u.Statements, m.site)
			u.File = m.site.File
			return true
		})
	}
	return u, len(u.Statements) > 0
}

// withStartup adds what programs make when they start: what runs has made it, and the next code will. Base is what it
// adds to.
func (d *database) withStartup(start *catalog.Schema, applied, pending []migration.Unit) (before, after []migration.Unit, err error) {
	if d.is.Schema != "" || d.liveBase != nil {
		return applied, pending, nil
	}
	sent := map[string]bool{}
	var runs []made
	add := func(v *usage.Version) {
		for _, m := range append(startup(d.part(v)), d.tablesBesides(v)...) {
			if !sent[m.text] {
				sent[m.text] = true
				runs = append(runs, m)
			}
		}
	}
	name := ""
	for _, v := range d.c.versions {
		full, err := v.load()
		if err != nil {
			return nil, nil, err
		}
		name = full.Name
		runs = append(runs, d.baseFiles(full)...)
		add(full)
	}
	if len(d.c.versions) == 0 && d.c.next != nil {
		name = d.c.next.Name
		if d.set != nil {
			runs = append(runs, d.baseFiles(&usage.Version{Migrations: migrationsOf(d.set, repeatable)})...)
		}
		add(d.c.next)
	}
	own := ownTables(start, runs)
	applied = d.laid(name, start, applied, pending, slices.DeleteFunc(slices.Clone(runs), made.isChange))
	applied = changed(name, start, applied, runs, own)
	if d.c.next == nil || len(d.c.versions) == 0 {
		return applied, pending, nil
	}
	runs = nil
	add(d.c.next)
	last := plan.Compile(start, slices.Concat(applied, pending), nil, []string{"public"}).Base
	runs = slices.DeleteFunc(repeated(runs), func(m made) bool { return m.alters && !touches(last, m, own) })
	if u, ok := startupUnit("the next code", last, runs); ok && changes(last, u) {
		pending = append(slices.Clone(pending), u)
	}
	return applied, pending, nil
}

func (m made) isChange() bool { return m.alters }

// ownTables are the relations that texts make in an empty database.
func ownTables(start *catalog.Schema, texts []made) map[string]bool {
	own := map[string]bool{}
	makes := slices.DeleteFunc(slices.Clone(texts), made.isChange)
	if u, ok := startupUnit("", start, makes); ok {
		for _, r := range plan.Compile(start, []migration.Unit{u}, nil, []string{"public"}).Base.Relations() {
			own[r.Name] = true
		}
	}
	return own
}

// changed adds what a version changes of its own tables to what is applied. A table that it drops is taken to be
// there: when it does that, as to start anew, is not known.
func changed(name string, start *catalog.Schema, applied []migration.Unit, runs []made,
	own map[string]bool) []migration.Unit {
	last := plan.Compile(start, applied, nil, []string{"public"}).Base
	runs = slices.DeleteFunc(slices.Clone(runs), func(m made) bool { return !m.alters || m.drops || !touches(last, m, own) })
	if u, ok := startupUnit(name, last, runs); ok {
		return append(slices.Clone(applied), u)
	}
	return applied
}

// touches says that a text changes one of the relations that are named.
func touches(s *catalog.Schema, m made, names map[string]bool) bool {
	u := migration.Unit{File: m.site.File, Statements: []migration.Located{m.site}}
	for _, step := range plan.Compile(s, nil, []migration.Unit{u}, []string{"public"}).Steps {
		for _, c := range step.Changes {
			if slices.ContainsFunc(c.Effects, func(e catalog.Effect) bool { return names[e.Name.Name] }) {
				return true
			}
		}
	}
	return false
}

// tablesBesides are the tables that libraries make of the models of a version whose migrations make the others.
func (d *database) tablesBesides(v *usage.Version) []made {
	if !d.besides {
		return nil
	}
	var out []made
	for _, u := range gomigration.Models(nil, d.madeOf(v)) {
		for _, s := range u.Statements {
			out = append(out, made{site: s, text: s.Text})
		}
	}
	return out
}

// baseFiles are the scripts of an empty database beside the migrations that a version carries.
func (d *database) baseFiles(v *usage.Version) []made {
	if d.set == nil {
		return nil
	}
	var out []made
	for _, m := range d.carriedOf(v) {
		if m.Base {
			site := migration.Located{Text: m.Text, File: m.Name, Line: 1, Column: 1}
			out = append(out, made{site: site, text: m.Text, initial: true})
		}
	}
	return out
}

// repeated are the texts that are sent at every start.
func repeated(texts []made) []made {
	return slices.DeleteFunc(slices.Clone(texts), func(m made) bool { return m.initial })
}

// changes says that a unit changes a schema.
func changes(s *catalog.Schema, u migration.Unit) bool {
	p := plan.Compile(s, nil, []migration.Unit{u}, []string{"public"})
	return slices.ContainsFunc(p.Steps, func(step catalog.Step) bool {
		return slices.ContainsFunc(step.Changes, func(c catalog.Change) bool { return len(c.Effects) > 0 })
	})
}

// laid puts what a version makes when it starts on top of the migrations or, where these need it, under them: then
// migrations of what it makes count as done that no longer apply, since its text has what they did.
func (d *database) laid(name string, start *catalog.Schema, applied, pending []migration.Unit,
	runs []made) []migration.Unit {
	if len(runs) == 0 {
		return applied
	}
	slices.SortStableFunc(runs, func(a, b made) int { // What makes all comes first.
		return cmp.Compare(b.whole(), a.whole())
	})
	alone := plan.Compile(start, applied, pending, []string{"public"})
	if len(alone.Unfollowed) == 0 && !slices.ContainsFunc(alone.Failures, func(f plan.Failure) bool { return !f.May }) {
		if u, ok := startupUnit(name, alone.Base, repeated(runs)); ok {
			return append(slices.Clone(applied), u)
		}
		return applied
	}
	u, ok := startupUnit(name, start, runs)
	if !ok {
		return applied
	}
	whole := slices.ContainsFunc(runs, func(m made) bool { return m.initial })
	return append([]migration.Unit{u}, besides(u, start, applied, whole)...)
}

// besides are the migrations that a script does not have in it. One that no longer applies to what the script makes
// is in it; of a whole schema, so are all before it.
func besides(script migration.Unit, start *catalog.Schema, applied []migration.Unit, whole bool) []migration.Unit {
	schema := plan.Compile(start, []migration.Unit{script}, nil, []string{"public"}).Base
	own := map[string]bool{}
	for _, r := range schema.Relations() {
		own[r.Name] = true
	}
	made := schema
	var out []migration.Unit
	for _, m := range applied {
		p := plan.Compile(schema, []migration.Unit{m}, nil, []string{"public"})
		refused := len(p.Unfollowed) > 0
		switch {
		case refused && whole:
			schema, out = made, nil
		case refused && !slices.ContainsFunc(p.Unfollowed,
			func(x catalog.Unfollowed) bool { return !own[x.Object.Name] }):
		default:
			schema = p.Base
			out = append(out, m)
		}
	}
	return out
}
