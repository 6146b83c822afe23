// Package impact compares what code sends with the states that migrations make: a finding
// is a difference between the binding of a statement in the base and in a later state.
//
// It takes usage.Versions and catalog.Steps and gives Reports; it is pure and knows no Go,
// so queries of other languages take part on equal terms.
package impact

import (
	"cmp"
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

// Finding is a line of a version that stops working, or means something else, after a
// statement of a migration.
type Finding struct {
	// Rule is the name under which it can be accepted.
	Rule Rule
	// Verdict is what becomes of the line, Level how bad that is.
	Verdict Verdict
	Level   Level
	// SQLSTATE and Message are the server's own, where it says anything.
	SQLSTATE string
	Message  string
	// Change is nil for code that nothing pending broke; Object is the changed object
	// under the name that the code knows.
	Change *catalog.Origin
	Object string
	// Target is the changed object by its parts.
	Target catalog.Name
	// Use is nil for a migration that PostgreSQL would refuse.
	Use *Use
	// Site is the call that sends the text.
	Site usage.Site
	// Heals names the later step that repairs it.
	Heals  string
	Advice string
	// Proof is what a server said, if one was asked.
	Proof string
	// Database is the name of the database, where there are several.
	Database string

	elsewhere []elsewhere
	// lacks is what the base does not have that next code needs, as Place.What names it.
	lacks string
}

// Use is the place in the code.
type Use struct {
	// Version is the name of the version of the code.
	Version string
	// File is a path in the repository; Line and Column are 1-based, in bytes.
	File   string
	Line   int
	Column int
	// Function encloses the call, API is what is called.
	Function string
	API      string
	// Query is the text that is sent, as it is shown to people.
	Query string
	// Excerpt is the line of it with the name at fault; empty where that stands elsewhere.
	Excerpt Excerpt
	// Reader is the code that reads the rows, if that is at fault.
	Reader *usage.Consumer
	// Lowered says that a library makes the query of calls; Declared is the declaration that
	// the name at fault was made of, if the code does not say it here.
	Lowered  bool
	Declared *sqltext.Run
	// Seen says whether the statement was seen running, if there is evidence.
	Seen Seen
}

// Seen says what a server has seen of a statement.
type Seen string

// What there is: no evidence, a statement that was seen, one that was not.
const (
	NoEvidence  Seen = ""
	SeenRunning Seen = "running"
	NeverSeen   Seen = "never"
)

// Place is a site of which something is not known.
type Place struct {
	// Version is the name of the version of the code.
	Version string
	// File is a path in the repository; Line and Column are 1-based, in bytes.
	File         string
	Line, Column int
	// What is the hole of a partial site, the reason of an opaque one, the name of an
	// unbound one.
	What     string
	SQLSTATE string
}

// Report is what became of one version.
type Report struct {
	// Version is the one that was judged.
	Version *usage.Version
	// Sites are those that something reaches = Resolved + Partial + Opaque; Unreachable are the others.
	Sites, Resolved, Partial, Opaque, Unreachable int
	// Understood are the sites that are resolved or partial and whose names all bind in the base; Counted those
	// that Understood is a share of, with the calls of libraries that are not lowered.
	Understood, Counted                int
	Findings                           []Finding
	PartialSites, OpaqueSites, Unbound []Place
	// Doubtful are sites that name a relation of which the base is not certain: they are not understood.
	Doubtful []Place
	// Seen counts the sites that were seen running, Database names the database where there are
	// several. Both are the caller's.
	Seen     int
	Database string
}

// Input is a version and the states that it must work in.
type Input struct {
	// Version is the one to be judged.
	Version *usage.Version
	// Base is the state that the version runs in now; Steps lead from it.
	Base  *catalog.Schema
	Steps []catalog.Step
	// SearchPath is how the application looks names up in the base. PathGiven says that it
	// stays so; else a step that sets another for the role or the database changes it.
	SearchPath []string
	PathGiven  bool
	// Role is whom the application connects as; empty for one that may do everything.
	Role string
	// Memo is shared by the versions that are judged by the same states; nil for one of its own.
	Memo *sqlscan.Memo
	// Unfollowed are the objects of which the base is not certain.
	Unfollowed []catalog.Unfollowed
	// Excused says that a site need not be understood; nil for none.
	Excused func(usage.Site) bool
	// Elsewhere are relations that something else than the migrations makes, such as the
	// table of the migration tool: a name of them is never undefined.
	Elsewhere []string
	// Unbound are the names of deployed versions that the base does not have: next code that says the same is not at
	// fault.
	Unbound []Place
}

func newJudge(in Input, r *Report) *judge {
	j := &judge{Input: in, report: r, parsed: map[string]*sqltext.Parsed{}, maybe: map[string]bool{},
		temp: map[string]map[string]bool{}}
	for _, name := range in.Elsewhere {
		j.maybe[name] = true
	}
	if j.Memo == nil {
		j.Memo = &sqlscan.Memo{}
	}
	return j
}

// Judge compares all queries of a version.
func Judge(in Input) *Report {
	j, _ := examined(in)
	return j.report
}

// examined is a judge that has done its work, with the sites that it has looked at.
func examined(in Input) (*judge, []*site) {
	j := newJudge(in, &Report{Version: in.Version})
	sites := j.sites()
	j.collectCreated(sites)
	for _, s := range sites {
		j.base(s)
	}
	sites = slices.DeleteFunc(sites, func(s *site) bool { return s.query.Guessed && !s.bindsAll() })
	for i := range in.Steps {
		for _, s := range sites {
			j.step(s, i)
		}
	}
	for _, s := range sites {
		j.finish(s)
	}
	j.errorNames()
	j.report.Findings = append(j.report.Findings, declarations(j.report.Findings)...)
	sortFindings(j.report.Findings)
	return j, sites
}

// judge carries the state of one Judge.
type judge struct {
	Input
	report *Report
	parsed map[string]*sqltext.Parsed
	maybe  map[string]bool
	// temp holds the temporary relations that the sites of each package create.
	temp map[string]map[string]bool
	// made are the objects that the version's own DDL makes.
	made map[catalog.Name]bool
	// wander are the packages that set a search path for statements elsewhere.
	wander map[string]bool
}

// canCreate leaves out the statements that make nothing, whatever they name.
func (st *statement) canCreate() bool {
	kind := st.st.Kind()
	return kind == pgtree.SelectInto || !kind.IsQuery()
}

// collectCreated notes what the version makes itself: names that may come from there are
// never undefined.
func (j *judge) collectCreated(sites []*site) {
	j.wander = map[string]bool{}
	j.made = madeBy(sites, j.Base, ddl.Session{SearchPath: j.SearchPath, Role: j.Role})
	for _, s := range sites {
		for i, st := range s.stmts {
			// For the rest of its text a path is known; behind that it is the connection's.
			if ddl.LeavesSearchPath(st.st) && i == len(s.stmts)-1 {
				j.wander[s.query.Site.Package] = true
			}
			if !st.canCreate() {
				continue
			}
			for _, n := range j.bind(st, j.Base).Creates {
				if n.Schema == "pg_temp" {
					st.site.creates(n.Name, j.temp)
					continue
				}
				j.maybe[n.Name], j.maybe[n.Object()] = true, true
			}
		}
	}
}

// env is what a statement is bound in.
func (j *judge) env(st *statement, s *catalog.Schema) *sqlscan.Env {
	env := &sqlscan.Env{Schema: s, Params: st.writtenIntegers(s), SearchPath: j.searchPath(s), Role: j.Role,
		Memo: j.Memo, Maybe: j.maybe, Loose: st.site.query.Combined, Temp: j.temp[st.site.query.Site.Package]}
	if st.path != nil {
		env.SearchPath = st.path
	} else {
		env.PathUnknown = j.wander[st.site.query.Site.Package]
	}
	return env
}

func (j *judge) bind(st *statement, s *catalog.Schema) *sqlscan.Binding {
	env := j.env(st, s)
	b := j.ownMade(sqlscan.Bind(st.st, env))
	for _, n := range b.Lookups {
		st.lookups[n] = true
	}
	st.lookups[catalog.Name{Kind: catalog.KindSetting, Name: "search_path"}] = true
	if b.Command == pgtree.Prepare && !st.executed() {
		b = onlyPrepared(b)
	}
	if ddl.Defines(st.st) {
		b = j.define(st, env, b)
	}
	return b
}

// executed says that the text runs what it prepares.
func (st *statement) executed() bool {
	return slices.ContainsFunc(st.sql.Statements,
		func(x pgtree.Statement) bool { return x.Kind() == pgtree.Execute })
}

// onlyPrepared leaves out what a prepared statement meets when it runs.
func onlyPrepared(b *sqlscan.Binding) *sqlscan.Binding {
	c := *b
	c.Outcomes = slices.DeleteFunc(slices.Clone(b.Outcomes),
		func(o sqlscan.Outcome) bool { return o.Phase == sqlscan.RunPhase })
	return &c
}

// searchPath is that of a new session in a state.
func (j *judge) searchPath(s *catalog.Schema) []string {
	if j.PathGiven || j.Base == nil {
		return j.SearchPath
	}
	was, _ := SessionPath(j.Base, j.Role)
	now, _ := SessionPath(s, j.Role)
	if slices.Equal(was, now) {
		return j.SearchPath
	}
	return now
}

// ApplicationPath is the search path of the application and where it is known from: the one that is
// given, as SET search_path has it, else that of its sessions.
func ApplicationPath(given string, s *catalog.Schema, role string) (path []string, from string) {
	if given != "" {
		return catalog.ParseSearchPath(given), "as given"
	}
	return SessionPath(s, role)
}

// SessionPath is the search path that a role's sessions start with, and where it is set; the
// role "" is any. A schema of the role's own name comes first.
func SessionPath(s *catalog.Schema, role string) ([]string, string) {
	path, from := []string{"public"}, "PostgreSQL's default"
	if set, ok := s.SearchPath(role); ok && role != "" {
		path, from = set, "of role "+role
	} else if set, ok := s.SearchPath(""); ok {
		path, from = set, "of the database"
	}
	if _, ok := s.Namespace(role); ok && role != "" {
		path = append([]string{role}, path...)
	}
	return path, from
}

func (j *judge) base(s *site) {
	refreshed := false
	for _, st := range s.stmts {
		st.refreshed = refreshed
		st.base = j.bind(st, j.Base)
		refreshed = refreshed || st.base.Command == pgtree.RefreshMatView
	}
	s.stmts = j.sent(s)
}

// sent are the statements of a site but for those that are not sent where the base is what it is.
func (j *judge) sent(s *site) []*statement {
	bound := s.boundPlaces()
	initial := map[string]bool{}
	for _, st := range s.stmts {
		if o := st.base.First(sqlscan.RunPhase); ddl.Defines(st.st) && o != nil && duplicates[o.SQLSTATE] {
			initial[st.text.SQL], s.initial = true, true
		}
	}
	return slices.DeleteFunc(slices.Clone(s.stmts), func(st *statement) bool {
		switch {
		case initial[st.text.SQL] && ddl.Defines(st.st): // The script of an empty database.
			return true
		case !fails(st.base) && !(s.query.Combined && alwaysFails(st.base)):
			return false
		case st.text.Assumes != "":
			return true
		}
		// Parts that do not go together: what the base refuses is taken where it goes with others.
		return s.query.Combined && len(bound) > 0 && alwaysFails(j.bind(st, j.last())) &&
			!slices.ContainsFunc(st.base.Outcomes, func(o sqlscan.Outcome) bool {
				return o.State == sqlscan.Failed && (o.InText() || o.Kind == catalog.KindOperator) && !bound[st.place(o)]
			})
	})
}

// boundPlaces are the places of all that binds in the statements of a site which the base does not refuse.
func (s *site) boundPlaces() map[place]bool {
	places := map[place]bool{}
	for _, st := range s.stmts {
		if alwaysFails(st.base) {
			continue
		}
		for _, o := range st.base.Outcomes {
			places[st.place(o)] = true
		}
	}
	return places
}

// place is where a name, or an operator, stands in the code.
type place struct {
	file         string
	line, column int
}

func (st *statement) place(o sqlscan.Outcome) place {
	file, line, column, _ := st.text.Position(st.sql.Source(o.Start))
	return place{file, line, column}
}

// lastName is a name without what qualifies it.
func lastName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// fails says that the server refuses a statement, whatever it is given.
func fails(b *sqlscan.Binding) bool { return b.First(sqlscan.PlanPhase) != nil }

// alwaysFails says that a statement is refused when it is sent, or whenever it runs.
func alwaysFails(b *sqlscan.Binding) bool {
	return fails(b) || slices.ContainsFunc(b.Outcomes,
		func(o sqlscan.Outcome) bool { return o.Phase == sqlscan.RunPhase && o.State == sqlscan.Failed })
}

// bindsAll says that all that the site sends is known and binds in the base.
func (s *site) bindsAll() bool {
	return s.opaque() == "" && !slices.ContainsFunc(s.stmts, func(st *statement) bool { return fails(st.base) })
}

// last is the schema behind all steps.
func (j *judge) last() *catalog.Schema {
	if n := len(j.Steps); n > 0 {
		return j.Steps[n-1].After
	}
	return j.Base
}

// duplicates are the errors of what makes something that is there.
var duplicates = map[string]bool{"42P07": true, "42710": true, "42701": true, "42P06": true, "42723": true}

// step compares the statements that the step touches, and attributes what is new.
func (j *judge) step(s *site, i int) {
	step := &j.Steps[i]
	for _, st := range s.stmts {
		if !st.touchedBy(step.Changes...) {
			continue
		}
		binding := j.bind(st, step.After)
		now := j.compare(st, binding, step.After)
		// A name that cannot be told any more, since its relation is gone, is not repaired.
		state := byKey(binding)
		before := map[int]map[diffKey]*diff{}
		for key, d := range st.open {
			if now[key] == nil && state[key.Key].State != sqlscan.Unknown {
				d.heals = step.Migration
				st.done = append(st.done, d)
				delete(st.open, key)
			}
		}
		for key, d := range now {
			if st.refreshed && key.Fact == sqlscan.Unpopulated {
				continue
			}
			if st.open[key] == nil {
				d.blame(j.breakingChange(st, step, key, before))
				st.open[key] = d
			}
		}
	}
}

// touchedBy says that a change can answer a look-up of the statement differently.
func (st *statement) touchedBy(changes ...catalog.Change) bool {
	if st.defines {
		return true
	}
	return slices.ContainsFunc(changes, func(c catalog.Change) bool {
		return slices.ContainsFunc(c.Effects,
			func(e catalog.Effect) bool { return e.Op == catalog.OpUpgrade || st.lookups[lookupOf(e.Name)] })
	})
}

// lookupOf is the look-up that an effect on a name changes the answer of.
func lookupOf(n catalog.Name) catalog.Name {
	switch n.Kind {
	case catalog.KindColumn, catalog.KindConstraint, catalog.KindTrigger, catalog.KindPolicy, catalog.KindRule:
		return catalog.Name{Kind: catalog.KindRelation, Schema: n.Schema, Name: n.Name}
	case catalog.KindLabel:
		return catalog.Name{Kind: catalog.KindType, Schema: n.Schema, Name: n.Name}
	case catalog.KindOperator, catalog.KindOpClass, catalog.KindCast:
		return catalog.Name{Kind: catalog.KindOperator, Schema: n.Schema}
	}
	n.Sub = ""
	return n
}

// breakingChange is the last statement of the step before which the difference was not there. before
// keeps the differences that hold before each statement.
func (j *judge) breakingChange(st *statement, step *catalog.Step, key diffKey,
	before map[int]map[diffKey]*diff) *catalog.Change {
	for k := len(step.Changes) - 1; k >= 0; k-- {
		c := &step.Changes[k]
		if !st.touchedBy(*c) {
			continue
		}
		if before[k] == nil {
			before[k] = j.compare(st, j.bind(st, c.Before), c.Before)
		}
		if before[k][key] == nil {
			return c
		}
	}
	if len(step.Changes) == 0 {
		return nil
	}
	return &step.Changes[0]
}

// finish counts the site and reports what was found.
func (j *judge) finish(s *site) {
	r := j.report
	place := Place{Version: j.Version.Name, File: s.query.Site.File, Line: s.query.Site.Line, Column: s.query.Site.Column}
	unbound := len(r.Unbound)
	j.unbound(s)
	switch reason := s.opaque(); {
	case !s.query.Live:
		r.Unreachable++
	case reason != "":
		r.Opaque++
		place.What = reason
		r.OpaqueSites = append(r.OpaqueSites, place)
	case s.partial != "":
		r.Partial++
		place.What = s.partial
		r.PartialSites = append(r.PartialSites, place)
	default:
		r.Resolved++
	}
	if s.query.Live {
		r.Sites++
		if j.Excused == nil || !j.Excused(s.query.Site) {
			r.Counted++
			doubt := j.doubt(s)
			if doubt != "" {
				place.What = doubt
				r.Doubtful = append(r.Doubtful, place)
			}
			if s.opaque() == "" && doubt == "" && len(r.Unbound) == unbound {
				r.Understood++
			}
		}
	}
	seen := map[string]int{}
	for _, st := range s.stmts {
		for _, d := range st.differences() {
			f := j.finding(s, st, d)
			key := fmt.Sprintf("%s %s %s:%d:%d", f.Rule, f.Object, f.Use.File, f.Use.Line, f.Use.Column)
			if i, ok := seen[key]; !ok {
				seen[key] = len(r.Findings)
				r.Findings = append(r.Findings, f)
			} else if r.Findings[i].Level == LevelWarning && f.Level == LevelError {
				r.Findings[i] = f
			}
		}
	}
}

// unbound lists the names that do not bind in the base in any text of the site in which
// they stand. All names that a library makes of declarations stand where the call does.
func (j *judge) unbound(s *site) {
	bound, failed := map[string]bool{}, map[string]sqlscan.Outcome{}
	var order []string
	where := map[string]Place{}
	for _, st := range s.stmts {
		for _, o := range st.base.Outcomes {
			p := j.place(s, st, o.Start)
			key := fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
			if _, made := st.text.Declaration(st.sql.Source(o.Start)); made {
				key += " " + o.Name
			}
			switch {
			case o.Phase == sqlscan.RunPhase, o.State == sqlscan.Possible:
			case o.State == sqlscan.Bound:
				bound[key] = true
			case o.State == sqlscan.Failed:
				if _, ok := failed[key]; !ok {
					order = append(order, key)
					failed[key], where[key] = o, p
				}
			}
		}
	}
	for _, key := range order {
		if o := failed[key]; !bound[key] {
			p := where[key]
			p.What, p.SQLSTATE = what(o), o.SQLSTATE
			j.report.Unbound = append(j.report.Unbound, p)
		}
	}
}

// what is the name that an outcome is about, or what is said of it.
func what(o sqlscan.Outcome) string { return cmp.Or(o.Name, o.Message) }

// place maps an offset of a statement to the source.
func (j *judge) place(s *site, st *statement, offset int) Place {
	file, line, column, ok := st.text.Position(st.sql.Source(offset))
	if !ok {
		file, line, column = s.query.Site.File, s.query.Site.Line, s.query.Site.Column
	}
	return Place{Version: j.Version.Name, File: file, Line: line, Column: column}
}

func (j *judge) finding(s *site, st *statement, d *diff) Finding {
	p := j.place(s, st, d.now.Start)
	f := Finding{
		Rule: d.rule, Verdict: d.verdict, Level: LevelError, SQLSTATE: d.now.SQLSTATE, Message: d.message, Change: d.change,
		Object: d.object.String(), Target: d.object, Site: s.query.Site, Heals: d.heals, Advice: d.rule.Advice(),
		Use: &Use{Version: j.Version.Name, File: p.File, Line: p.Line, Column: p.Column, Function: s.query.Site.Function,
			API: s.query.Site.API, Query: strings.TrimSpace(st.text.Shown()), Reader: d.reader, Lowered: s.query.Lowered},
	}
	if run, ok := st.text.Declaration(st.sql.Source(d.now.Start)); ok {
		f.Use.Declared = &run
	}
	f.elsewhere = j.elsewhere(st, d)
	if d.reader == nil && !s.query.Lowered && len(st.text.Holes) == 0 {
		f.Use.Excerpt = excerpt(st.text.SQL, st.sql.Source(d.now.Start), st.sql.Source(d.now.End))
	}
	if (st.sql.Fragments || st.text.Depends != "") && (f.Verdict == Breaks || f.Verdict == Corrupts) {
		f.Verdict = MayBreak
	}
	if (f.Verdict == Breaks || f.Verdict == Corrupts) && j.mixes(s, st, d) {
		f.Verdict, f.Message = MayBreak, f.Message+" (if these parts of the text go together)"
	}
	if d.now.SQLSTATE == notNullViolation && f.Verdict == Breaks && s.setsElsewhere(st, d.object) {
		f.Verdict, f.Message = MayBreak, f.Message+" (another text of this call sets it)"
	}
	if st.text.Depends != "" {
		f.Message += " (sent " + st.text.Depends + ")"
	}
	if st.text.Assumes != "" {
		f.Message += " (if " + st.text.Assumes + ")"
	}
	if f.Verdict == MayBreak || d.verdict == Transient || d.heals != "" || !s.query.Live {
		f.Level = LevelWarning
	}
	if d.heals != "" {
		f.Advice = "Until " + d.heals + " has run this fails. Put both into one transaction. " + f.Advice
	}
	if !s.query.Live {
		f.Message += " (nothing reaches this code)"
	}
	return f
}

// mixes says that a name of a text whose parts vary by themselves means something else in another text of the call: a
// column of this table here, and of that one there.
func (j *judge) mixes(s *site, st *statement, d *diff) bool {
	if !s.query.Combined {
		return false
	}
	was, ok := byKey(st.base)[d.key.Key]
	if !ok || was.Object == (catalog.Name{}) {
		return false
	}
	at := st.place(was)
	return slices.ContainsFunc(s.stmts, func(other *statement) bool {
		return other != st && slices.ContainsFunc(other.base.Outcomes, func(o sqlscan.Outcome) bool {
			return o.State == sqlscan.Bound && o.Kind == was.Kind && o.Object != was.Object && other.place(o) == at
		})
	})
}

const notNullViolation = "23502"

// setsElsewhere says that another text of the site names a column: which of them is sent depends
// on the data.
func (s *site) setsElsewhere(st *statement, column catalog.Name) bool {
	return slices.ContainsFunc(s.stmts, func(other *statement) bool {
		return other != st && slices.ContainsFunc(other.base.Outcomes, func(o sqlscan.Outcome) bool {
			return o.Kind == catalog.KindColumn && o.State == sqlscan.Bound && objectOf(o) == column
		})
	})
}

// OpaqueFindings makes findings of what is not known of a version, when a step takes something away or changes it:
// for those who accept no doubt.
func OpaqueFindings(r *Report, steps []catalog.Step) []Finding {
	change := firstLoss(steps)
	if change == nil {
		return nil
	}
	var out []Finding
	add := func(message string, p Place) {
		out = append(out, Finding{Rule: UndefinedObject, Verdict: MayBreak, Level: LevelError, Change: &change.Origin,
			Message: message, Advice: "Make the text of the query known, or run without -strict.",
			Use: &Use{Version: p.Version, File: p.File, Line: p.Line, Column: p.Column}})
	}
	for _, p := range r.OpaqueSites {
		add("what this call sends is not known: "+p.What, p)
	}
	for _, p := range r.PartialSites {
		add("a part of what this call sends is not known: "+p.What, p)
	}
	for _, u := range r.Version.Unlowered {
		add(fmt.Sprintf("what %d calls of %s send in %s is not known", u.Calls, u.Library, r.Version.Name), Place{})
		out[len(out)-1].Use = nil
	}
	return out
}

func firstLoss(steps []catalog.Step) *catalog.Change {
	for i := range steps {
		for k := range steps[i].Changes {
			c := &steps[i].Changes[k]
			if slices.ContainsFunc(c.Effects, func(e catalog.Effect) bool { return e.Op != catalog.OpAdd }) {
				return c
			}
		}
	}
	return nil
}

func sortFindings(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int { return strings.Compare(a.sortKey(), b.sortKey()) })
}

var levelOrder = map[Level]string{LevelError: "0", LevelWarning: "1", LevelInfo: "2"}

func (f Finding) sortKey() string {
	change, use := "", ""
	if f.Change != nil {
		change = fmt.Sprintf("%s:%08d:%06d", f.Change.File, f.Change.Line, f.Change.Column)
	}
	if f.Use != nil {
		use = fmt.Sprintf("%s:%s:%08d:%06d", f.Use.Version, f.Use.File, f.Use.Line, f.Use.Column)
	}
	return strings.Join([]string{change, levelOrder[f.Level], f.Object, use, string(f.Rule)}, "\x00")
}
