// Package plan runs a base schema and an ordered list of migrations through sqlscan/ddl,
// and keeps the state after every statement and every commit.
//
// Its input are migration.Units and a schema file; its output, a Plan, is what
// analyzer/impact compares queries in. A migration that has run and that the simulator
// refuses shows that the base lacks something: what it was about becomes open, and the
// plan has a note. A pending one that PostgreSQL would refuse is a Failure.
package plan

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Failure is a pending statement that PostgreSQL would refuse.
type Failure struct {
	// Origin is the statement that the server refuses.
	Origin catalog.Origin
	// SQLSTATE and Message are the server's own.
	SQLSTATE string
	Message  string
	// Object is what it is about.
	Object catalog.Name
	// May says that it depends on what the tables hold.
	May bool
}

// Note is something that the plan could not follow.
type Note struct {
	// Message is for people.
	Message string
	// File is a path in the repository; Line is 1-based, 0 for none.
	File string
	Line int
}

// Plan is a base and the steps from it.
type Plan struct {
	// Base is the schema before the first pending unit, Applied how many units made it.
	Base    *catalog.Schema
	Applied []catalog.Step
	// Steps are what pending units commit, in order.
	Steps []catalog.Step
	// Failures are statements that the server would refuse, Notes what else people should know.
	Failures []Failure
	Notes    []Note
	// Unread are pending statements whose text is not understood at all.
	Unread []Note
	// Unfollowed are what applied statements were about that could not be followed.
	Unfollowed []catalog.Unfollowed
}

// Last is the state after all steps.
func (p *Plan) Last() *catalog.Schema {
	if n := len(p.Steps); n > 0 {
		return p.Steps[n-1].After
	}
	return p.Base
}

// Compile runs the applied units on start and the pending ones on what they make.
func Compile(start *catalog.Schema, applied, pending []migration.Unit, searchPath []string) *Plan {
	p := &Plan{}
	r := &runner{plan: p, schema: start, searchPath: searchPath}
	for _, u := range applied {
		p.Applied = append(p.Applied, r.unit(u)...)
	}
	p.Base = r.schema
	r.pending = true
	for _, u := range pending {
		p.Steps = append(p.Steps, r.unit(u)...)
	}
	return p
}

// Load runs a schema file, such as pg_dump -s writes, on an empty database. Its settings
// end with the file.
func Load(file, text string, server int) (*catalog.Schema, []Note, error) {
	p := &Plan{}
	r := &runner{plan: p, schema: catalog.New(server), searchPath: []string{"public"}, strict: true}
	r.unit(migration.Unit{Name: file, File: file, Text: text})
	if r.err != nil {
		return nil, nil, r.err
	}
	return r.schema, p.Notes, nil
}

// FileError is a statement of a schema file that cannot be used.
type FileError struct {
	// File is a path in the repository; Line and Column are 1-based, in bytes.
	File         string
	Line, Column int
	// Err is what is wrong there.
	Err error
}

func (e *FileError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %v", e.File, e.Line, e.Column, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// runner carries the state from unit to unit.
type runner struct {
	plan       *Plan
	schema     *catalog.Schema
	searchPath []string
	pending    bool
	// strict makes the first refusal an error (schema files).
	strict bool
	err    error
	// left is the session that the unit before left to the next, nil for a new one.
	left *ddl.Session
	// doubtful says that a statement ran of which it is not known what it did: dependents may be gone.
	doubtful bool
}

// located is a parsed statement with its place.
type located struct {
	st     pgtree.Statement
	origin catalog.Origin
	// unknown says what of it is not known.
	unknown string
}

// unit runs one migration and returns its steps.
func (r *runner) unit(u migration.Unit) []catalog.Step {
	if u.Refused != "" && r.pending {
		r.plan.Failures = append(r.plan.Failures, Failure{Origin: catalog.Origin{Migration: u.Name, File: u.File,
			Line: max(u.RefusedLine, 1), Column: 1, Statement: lineOf(u.Text, u.RefusedLine)}, Message: u.Refused})
		return nil
	}
	sts := r.parse(u)
	r.inBlock(sts, u)
	sess := ddl.Session{SearchPath: slices.Clone(r.searchPath), Pending: r.pending, Base: r.plan.Base}
	if r.left != nil {
		sess = *r.left
	}
	var steps []catalog.Step
	for _, group := range commits(sts, u) {
		step := catalog.Step{Migration: u.Name, Version: u.Version, File: u.File, Before: r.schema}
		labels := newLabels{before: r.schema, names: map[catalog.Name]bool{}}
		for _, l := range group {
			before := r.schema
			if r.pending && u.InBlock(len(sts)) && labels.usedBy(l, r.schema, sess) {
				r.plan.Failures = append(r.plan.Failures, Failure{l.origin, "55P04", labels.message(), catalog.Name{}, false})
			}
			if l.unknown != "" {
				step.Changes = append(step.Changes, r.notKnown(l))
				continue
			}
			res, err := r.apply(sess, l)
			if err != nil {
				r.refused(l, err)
				res.Schema = r.open(l, err)
				res.Effects = []catalog.Effect{{Op: catalog.OpOpaque, Tag: err.Error()}}
			}
			for _, d := range res.Doubts {
				if !r.schema.OpenAt(d.Object, r.searchPath) {
					r.plan.Failures = append(r.plan.Failures, Failure{l.origin, d.SQLSTATE, d.Message, d.Object, true})
				}
			}
			r.schema, sess = res.Schema, res.Session
			labels.add(res.Effects)
			r.doubtful = r.doubtful || slices.ContainsFunc(res.Effects,
				func(e catalog.Effect) bool { return e.Op == catalog.OpOpaque })
			r.opaque(l, res.Effects, err != nil)
			step.Changes = append(step.Changes,
				catalog.Change{Origin: l.origin, Effects: res.Effects, Before: before, After: r.schema})
		}
		r.schema = ddl.EndTransaction(r.schema)
		step.After = r.schema
		steps = append(steps, step)
	}
	if r.left = nil; r.pending && u.SameSession {
		left := sess.Left()
		r.left = &left
	}
	if n := len(steps); n > 0 {
		// The next migration may come in another session.
		r.schema = ddl.EndSession(r.schema)
		steps[n-1].After = r.schema
	}
	return steps
}

// applyInDoubt runs a pending statement that changes what views read, behind one that may have dropped them, and
// may make them again.
func (r *runner) applyInDoubt(sess ddl.Session, l located, res ddl.Result, refusal *ddl.Error) (ddl.Result, error) {
	if !r.doubtful || refusal.SQLSTATE != featureNotSupported {
		return res, refusal
	}
	sess.Doubtful = true
	again, failed := ddl.Apply(r.schema, sess, l.st)
	if failed != nil {
		return res, refusal
	}
	again.Session.Doubtful = false
	r.plan.Notes = append(r.plan.Notes, Note{fmt.Sprintf("migration %s is taken to run although %s: what depends on it "+
		"may be gone by then, and may be made again", l.origin.Migration, refusal.Message), l.origin.File, l.origin.Line})
	return again, nil
}

// apply runs a statement. One that has run, though something depended on what it dropped or
// changed, shows that the dependents were gone.
func (r *runner) apply(sess ddl.Session, l located) (ddl.Result, error) {
	res, err := ddl.Apply(r.schema, sess, l.st)
	var refusal *ddl.Error
	if r.strict || !errors.As(err, &refusal) ||
		refusal.SQLSTATE != dependentObjects && refusal.SQLSTATE != featureNotSupported {
		return res, err
	}
	if r.pending {
		return r.applyInDoubt(sess, l, res, refusal)
	}
	sess.Freed = true
	again, failed := ddl.Apply(r.schema, sess, l.st)
	if failed != nil {
		return res, err
	}
	again.Session.Freed = false
	again.Schema = reopened(again.Schema, again.Effects)
	r.plan.Notes = append(r.plan.Notes,
		Note{fmt.Sprintf("migration %s ran although %s: what depended on it was gone, and may have been made again",
			l.origin.Migration, refusal.Message), l.origin.File, l.origin.Line})
	return again, nil
}

// reopened opens the places of what a statement took away with it: who dropped the dependents before
// a migration, in code that we do not see, makes them again behind it.
func reopened(s *catalog.Schema, effects []catalog.Effect) *catalog.Schema {
	for _, e := range effects {
		if e.Op != catalog.OpRemove {
			continue
		}
		if rel, ok := s.Relation(e.Name.Schema, e.Name.Name); ok {
			s = s.OpenedTables(func(r *catalog.Relation) bool { return r.ID == rel.ID })
		} else if ns, ok := s.Namespace(e.Name.Schema); ok {
			s = s.WithNamespace(ns.Opened())
		}
	}
	return s
}

// The refusals because of dependents: dependent_objects_still_exist, and feature_not_supported of
// a column that a view reads; and that of a text which does not parse, whatever there is.
const (
	dependentObjects    = "2BP01"
	syntaxError         = "42601"
	featureNotSupported = "0A000"
)

// notKnown is a statement of which something is not known: it may have changed anything.
func (r *runner) notKnown(l located) catalog.Change {
	before := r.schema
	r.schema = r.schema.Opened()
	r.plan.Notes = append(r.plan.Notes,
		Note{"not run, since not all of it is known: " + l.unknown, l.origin.File, l.origin.Line})
	return catalog.Change{Origin: l.origin, Effects: []catalog.Effect{{Op: catalog.OpOpaque, Tag: l.unknown}},
		Before: before, After: r.schema}
}

// parse finds the statements of a unit.
func (r *runner) parse(u migration.Unit) []located {
	if u.Statements == nil {
		return r.parseText(u, migration.Located{Text: u.Text, File: u.File, Line: 1, Column: 1, Unknown: u.Unknown})
	}
	var out []located
	for _, s := range u.Statements {
		out = append(out, r.parseText(u, s)...)
	}
	return out
}

func (r *runner) parseText(u migration.Unit, s migration.Located) []located {
	text := pgtree.BlankPsql(s.Text)
	if u.Sent != migration.SentApart && r.pending { // What psql alone understands is sent as it is.
		text = s.Text
	} else {
		s.Unknown = append(slices.Clone(s.Unknown), ofPsql(s.Text)...)
	}
	shown := migration.Unit{Text: text}
	if u.Statements == nil {
		shown.Put = u.Put
	}
	sts, err := pgtree.Parse(text)
	if err != nil {
		at := 0
		var pe *pgtree.Error
		if errors.As(err, &pe) {
			at = pe.Offset
		}
		sts = []pgtree.Statement{{Start: at, End: at, Err: err}}
	}
	unknown := slices.SortedStableFunc(slices.Values(s.Unknown),
		func(a, b migration.Unknown) int { return cmp.Compare(a.At, b.At) })
	out := make([]located, 0, len(sts))
	lines := pgtree.LinesOf(shown.Shown(0, len(shown.Text)))
	for i, st := range sts {
		line, col := lines.At(shown.Offset(st.Start))
		if line == 1 {
			col += s.Column - 1
		}
		out = append(out, located{st: st,
			origin: catalog.Origin{Migration: u.Name, File: s.File, Line: line + s.Line - 1, Column: col,
				Statement: shown.Shown(st.Start, st.End)}})
		for len(unknown) > 0 && (i == len(sts)-1 || unknown[0].At < st.End) {
			out[i].unknown, unknown = cmp.Or(out[i].unknown, unknown[0].Reason), unknown[1:]
		}
	}
	if len(out) == 0 && len(s.Unknown) > 0 {
		out = append(out, located{origin: catalog.Origin{Migration: u.Name, File: s.File, Line: s.Line, Column: s.Column},
			unknown: s.Unknown[0].Reason})
	}
	return out
}

// refused records what a refusal means: an error of a schema file, a finding, or a sign
// that the base lacks something.
func (r *runner) refused(l located, err error) {
	var refusal *ddl.Error
	if !errors.As(err, &refusal) {
		refusal = &ddl.Error{Message: err.Error(), Offset: l.st.Start}
	}
	line, col := l.inside(refusal.Offset)
	switch {
	case r.strict:
		if r.err == nil {
			r.err = &FileError{l.origin.File, line, col, refusal}
		}
	case r.pending && l.st.Err != nil && strings.Contains(l.origin.Statement, "{{"):
		r.plan.Unread = append(r.plan.Unread, Note{fmt.Sprintf("pending migration %s is a template of a tool that is not "+
			"known: what it changes is not known; render it into a folder, and name that with -migrations",
			l.origin.Migration), l.origin.File, line})
	case r.pending && (l.st.Err != nil || refusal.SQLSTATE == syntaxError ||
		!r.schema.OpenAt(refusal.Object, r.searchPath)):
		r.plan.Failures = append(r.plan.Failures,
			Failure{l.origin, refusal.SQLSTATE, refusal.Message, refusal.Object, false})
	default:
		if !r.pending {
			r.plan.Unfollowed = append(r.plan.Unfollowed,
				catalog.Unfollowed{Object: refusal.Object, Migration: l.origin.Migration})
		}
		r.plan.Notes = append(r.plan.Notes,
			Note{fmt.Sprintf("migration %s could not be followed: %v", l.origin.Migration, refusal), l.origin.File, line})
	}
}

// inside returns the line and column of an offset in the statement.
func (l located) inside(offset int) (line, column int) {
	if offset <= l.st.Start || offset > l.st.End {
		return l.origin.Line, l.origin.Column
	}
	line, column = pgtree.LineColumn(l.st.Text, offset-l.st.Start)
	if line == 1 {
		column += l.origin.Column - 1
	}
	return line + l.origin.Line - 1, column
}

// open opens what a refused statement was about: its relation if it is known, else the
// schema that it was looked for in.
func (r *runner) open(l located, err error) *catalog.Schema {
	s := r.schema
	var refusal *ddl.Error
	if !errors.As(err, &refusal) {
		return s
	}
	n := refusal.Object
	if n.Kind == catalog.KindSchema {
		return s.WithNamespace(catalog.Namespace{Name: n.Name, Open: true})
	}
	schemas := r.searchPath
	if n.Schema != "" {
		schemas = []string{n.Schema}
	}
	for _, schema := range schemas {
		if rel, ok := s.Relation(schema, n.Name); ok && rel.ID != 0 {
			return s.WithRelation(rel.Opened())
		}
	}
	for _, schema := range schemas {
		if ns, ok := s.Namespace(schema); ok {
			return s.WithNamespace(ns.Opened())
		}
	}
	return s
}

// opaque notes the effects that could not be modelled.
func (r *runner) opaque(l located, effects []catalog.Effect, refused bool) {
	if refused {
		return
	}
	for _, e := range effects {
		if e.Op == catalog.OpOpaque {
			r.plan.Notes = append(r.plan.Notes, Note{fmt.Sprintf("not modelled: %s", e.Tag), l.origin.File, l.origin.Line})
			return
		}
	}
}

// CheckSyntax returns the first statement of the units that does not parse, with its place.
func CheckSyntax(units []migration.Unit) error {
	r := &runner{plan: &Plan{}}
	for _, u := range units {
		for _, l := range r.parse(u) {
			if l.st.Err != nil && l.unknown == "" {
				return &FileError{l.origin.File, l.origin.Line, l.origin.Column, l.st.Err}
			}
		}
	}
	return nil
}
