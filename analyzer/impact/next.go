package impact

import (
	"fmt"
	"slices"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// JudgeNext judges code that is about to be deployed: it must work in the last state. What
// works only there is no error: the migration comes first.
func JudgeNext(in Input) *Report {
	j, sites := examined(in)
	r := j.report
	last := in.Base
	if n := len(in.Steps); n > 0 {
		last = in.Steps[n-1].After
	}
	// A break that a later step repairs does not matter to code that comes after it.
	// What depends on the data that it writes, it was written with; it keeps no plans yet.
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		return f.Heals != "" || f.Rule == CachedPlan ||
			f.Verdict == MayBreak && (f.Rule == WriteCheck || f.Rule == RequiredColumn || f.Rule == ResultShape ||
				f.Use != nil && f.Use.Reader != nil)
	})
	for _, s := range sites {
		j.missing(s, last)
		j.unread(s, last)
	}
	// What deployed code says just so, and the base does not have, is a fault of the base: it is of another database, or
	// some of its migrations are not known.
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		return f.Change == nil && f.Rule != NeedsMigrationRule && f.lacks != "" && slices.ContainsFunc(in.Unbound, func(p Place) bool {
			return p.File == f.Use.File && p.What == f.lacks && p.SQLSTATE == f.SQLSTATE
		})
	})
	// What a pending migration brings is not unknown to the base; it is a finding.
	r.Unbound = slices.DeleteFunc(r.Unbound, func(p Place) bool {
		return slices.ContainsFunc(r.Findings, func(f Finding) bool {
			return f.Rule == NeedsMigrationRule && f.Use.File == p.File && f.Use.Line == p.Line && f.Use.Column == p.Column &&
				f.lacks == p.What
		})
	})
	sortFindings(r.Findings)
	// Names that do not bind are findings of it, or need a migration: the base is not at fault.
	r.Understood = 0
	for _, s := range sites {
		if s.query.Live && s.opaque() == "" && j.doubt(s) == "" && (in.Excused == nil || !in.Excused(s.query.Site)) {
			r.Understood++
		}
	}
	return r
}

// missing reports the names of a site that do not bind in the base: those that bind in the
// last state need a migration, the others are errors that nothing pending mends.
func (j *judge) missing(s *site, last *catalog.Schema) {
	seen := map[string]bool{}
	for _, st := range s.stmts {
		if st.isForeign() || st.sql.Fragments {
			continue
		}
		var later map[sqlscan.Key]sqlscan.Outcome
		for _, o := range st.base.Outcomes {
			if o.State != sqlscan.Failed || o.Access || o.Fact == sqlscan.Refused && !absence[o.SQLSTATE] {
				continue
			}
			// A default or trigger that fills a column may be there too.
			if o.Phase == sqlscan.RunPhase && last.OpenAt(o.Object, j.SearchPath) {
				continue
			}
			if later == nil {
				later = byKey(j.bind(st, last))
			}
			if later[o.Key()].State == sqlscan.Unknown {
				continue // Something pending that is not known may bring it.
			}
			f := j.missingFinding(s, st, o, later[o.Key()])
			if f.Verdict == MayBreak && o.SQLSTATE == notNullViolation {
				continue
			}
			key := fmt.Sprintf("%s:%d:%d", f.Use.File, f.Use.Line, f.Use.Column)
			if f.Use.Declared != nil {
				key += " " + o.Name
			}
			if seen[key] || o.Phase != sqlscan.RunPhase &&
				(j.boundElsewhere(f, what(o)) || f.Use.Declared == nil && j.fineElsewhere(s, st, f)) {
				continue
			}
			seen[key] = true
			if f.Level == LevelError && s.binds(st) { // A way that the code may not go.
				f.Verdict, f.Level = MayBreak, LevelWarning
				f.Message += " (another text of this call is fine)"
			}
			j.report.Findings = append(j.report.Findings, f)
		}
	}
}

// binds says that another text of the site, which has a piece less, binds in the base.
func (s *site) binds(st *statement) bool {
	return slices.ContainsFunc(s.stmts, func(o *statement) bool { return hasLess(o.text, st.text) && !fails(o.base) })
}

// hasLess says that a text is another one without a piece of several that the code puts together.
func hasLess(less, more sqltext.Text) bool {
	a, b := less.SQL, more.SQL
	if len(a) >= len(b) || len(more.Runs) < 2 {
		return false
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	return a[n:] == b[len(b)-(len(a)-n):]
}

// unread reports code that reads its rows into too many or too few destinations, or into
// others, in the base: it needs a migration, or never works. Only a site that sends one text
// is judged: which of several texts is read where is not known.
func (j *judge) unread(s *site, last *catalog.Schema) {
	q := s.query
	if len(q.Texts) != 1 || len(s.stmts) != 1 || q.Reading != usage.AllReading || len(q.Texts[0].Holes) > 0 {
		return
	}
	st := s.stmts[0]
	later := j.bind(st, last)
	for _, b := range []*sqlscan.Binding{st.base, later} {
		if b.Opaque != "" || b.ColumnsUnknown || len(b.Columns) == 0 || b.First(sqlscan.PlanPhase) != nil {
			return
		}
	}
	for i := range q.Consumers {
		r := &rowReader{Consumer: &q.Consumers[i], base: st.base}
		was, now := r.misfits(st.base.Columns), r.misfits(later.Columns)
		if len(was) == 0 || r.Unsure != "" {
			continue
		}
		d := &diff{rule: ResultShape, verdict: Breaks, message: was[0].message, reader: r.Consumer}
		f := j.finding(s, st, d)
		if len(now) == 0 {
			f.Rule, f.Verdict, f.Level, f.Advice = NeedsMigrationRule, NeedsMigration, LevelInfo, NeedsMigrationRule.Advice()
			f.Message = needs("reading the row", nil)
		}
		if len(now) == 0 && without(later.Columns, st.base.Columns) != nil {
			c := without(later.Columns, st.base.Columns)
			f.Object, f.Change = c.Origin.String(), j.bringer(c.Origin)
			f.Message = needs("reading the row", f.Change)
		}
		j.report.Findings = append(j.report.Findings, f)
	}
}

// sqliteTables are the catalog of SQLite: a statement that reads them is sent to no server of
// PostgreSQL.
var sqliteTables = []string{"sqlite_master", "sqlite_schema", "sqlite_sequence", "sqlite_temp_master"}

// isForeign says that the statement is for another database system.
func (st *statement) isForeign() bool {
	return slices.ContainsFunc(st.base.Outcomes, func(o sqlscan.Outcome) bool {
		return o.Kind == catalog.KindRelation && o.State != sqlscan.Bound && slices.Contains(sqliteTables, o.Object.Name)
	})
}

// boundElsewhere says that another text of the site binds the name at this place.
func (j *judge) boundElsewhere(f Finding, name string) bool {
	return !slices.ContainsFunc(j.report.Unbound, func(p Place) bool {
		return p.File == f.Use.File && p.Line == f.Use.Line && p.Column == f.Use.Column &&
			(p.What == name || f.Use.Declared == nil)
	})
}

// fineElsewhere says that another text of the site has the same source at the place, and nothing
// fails there: the ways that lead to this text may exclude each other.
func (j *judge) fineElsewhere(s *site, st *statement, f Finding) bool {
	return slices.ContainsFunc(s.stmts, func(other *statement) bool {
		return other != st && other.text.Covers(f.Use.File, f.Use.Line, f.Use.Column) &&
			!slices.ContainsFunc(other.base.Outcomes, func(o sqlscan.Outcome) bool {
				p := j.place(s, other, o.Start)
				return o.State == sqlscan.Failed && p.File == f.Use.File && p.Line == f.Use.Line && p.Column == f.Use.Column
			})
	})
}

func (j *judge) missingFinding(s *site, st *statement, o, later sqlscan.Outcome) Finding {
	d := &diff{now: o, rule: ruleFor(o), verdict: Breaks, message: o.Message, object: o.Object}
	f := j.finding(s, st, d)
	f.lacks = what(o)
	if later.State == sqlscan.Bound && later.Kind == o.Kind {
		f.Rule, f.Verdict, f.Level, f.SQLSTATE, f.Advice = NeedsMigrationRule, NeedsMigration, LevelInfo, "",
			NeedsMigrationRule.Advice()
		f.Object = later.Object.String()
		if f.Change = j.bringer(later.Object); f.Change == nil {
			f.Change = j.mender(st, o)
		}
		f.Message = needs(subject(o), f.Change)
	}
	return f
}

// subject is what waits for a migration: a name, or what has none.
func subject(o sqlscan.Outcome) string {
	switch {
	case o.Name != "":
		return o.Name
	case o.Kind == catalog.KindConstraint:
		return "ON CONFLICT"
	}
	return "this"
}

// mender is the first pending statement behind which a statement no longer fails as it does in the base.
func (j *judge) mender(st *statement, o sqlscan.Outcome) *catalog.Origin {
	mended := func(s *catalog.Schema) bool { return byKey(j.bind(st, s))[o.Key()].State == sqlscan.Bound }
	for i := range j.Steps {
		if !mended(j.Steps[i].After) {
			continue
		}
		changes := j.Steps[i].Changes
		if k := slices.IndexFunc(changes, func(c catalog.Change) bool { return c.After != nil && mended(c.After) }); k >= 0 {
			return &changes[k].Origin
		}
		return nil
	}
	return nil
}

// needs says what code waits for, and which migration brings it.
func needs(name string, change *catalog.Origin) string {
	if change == nil {
		return name + " needs a pending migration"
	}
	return name + " needs migration " + change.Migration
}

// bringer is the last pending statement that adds a name.
func (j *judge) bringer(n catalog.Name) *catalog.Origin {
	for i := len(j.Steps) - 1; i >= 0; i-- {
		for k := len(j.Steps[i].Changes) - 1; k >= 0; k-- {
			c := &j.Steps[i].Changes[k]
			for _, e := range c.Effects {
				if e.Op == catalog.OpAdd && (e.Name == n ||
					e.Name == catalog.Name{Kind: catalog.KindRelation, Schema: n.Schema, Name: n.Name}) {
					return &c.Origin
				}
			}
		}
	}
	return nil
}

// Sort orders findings by change, object and place.
func Sort(list []Finding) { sortFindings(list) }
