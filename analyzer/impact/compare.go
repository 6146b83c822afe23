package impact

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// aspect is what about a statement a difference is in.
type aspect byte

// The aspects: what an outcome of a binding says, the row of the result, what a kept plan or a
// driver rests on, the values that are sent, the code that reads the rows.
const (
	ofOutcome aspect = iota
	ofResult
	ofPlan
	ofKeptParameters
	ofCopiedColumn
	ofParameter
	ofArgument
	ofReader
)

// diffKey tells the differences of one statement apart.
type diffKey struct {
	sqlscan.Key
	aspect aspect
}

// compare orders keys.
func (k diffKey) compare(other diffKey) int {
	return cmp.Or(cmp.Compare(k.aspect, other.aspect), cmp.Compare(k.Fact, other.Fact), cmp.Compare(k.Body, other.Body),
		cmp.Compare(k.Inner, other.Inner), cmp.Compare(k.Number, other.Number), strings.Compare(k.Text, other.Text))
}

// keyOf is the key of the difference that an outcome makes.
func keyOf(o sqlscan.Outcome) diffKey { return diffKey{Key: o.Key()} }

// diff is a name that has another outcome than in the base.
type diff struct {
	key     diffKey
	now     sqlscan.Outcome
	rule    Rule
	verdict Verdict
	message string
	// object is the changed object under the name that the code knows; about are the
	// columns of which it is one, if it is not known which.
	object catalog.Name
	about  []catalog.Name
	change *catalog.Origin
	heals  string
	// reader is the code that cannot take a row, if that is what it is about.
	reader *usage.Consumer
}

// blame sets the statement at fault. A name that the statement added, and that another
// one of the same name now stands beside, is the object.
func (d *diff) blame(c *catalog.Change) {
	if c == nil {
		return
	}
	d.change = &c.Origin
	for _, n := range d.about {
		if touches(c, n) {
			d.object = n
			return
		}
	}
	if d.object.Schema != "" {
		return
	}
	for _, e := range c.Effects {
		if e.Op == catalog.OpAdd && e.Name.Kind == d.object.Kind && (e.Name.Sub == d.object.Sub || d.object.Sub == "") {
			d.object = e.Name
			return
		}
	}
}

// touches says that a statement changed a column, or the type that it has.
func touches(c *catalog.Change, n catalog.Name) bool {
	before, ok := columnOf(c.Before, n)
	after, still := columnOf(c.After, n)
	if ok && still && before.Type.ID != after.Type.ID {
		return true
	}
	return slices.ContainsFunc(c.Effects, func(e catalog.Effect) bool {
		if e.Name == n || e.To == n {
			return true
		}
		t, known := c.Before.TypeByID(before.Type.ID)
		return ok && known && (e.Name.Kind == catalog.KindType || e.Name.Kind == catalog.KindLabel) &&
			e.Name.Schema == t.Schema && e.Name.Name == t.Name
	})
}

func columnOf(s *catalog.Schema, n catalog.Name) (catalog.Column, bool) {
	if r, ok := s.Relation(n.Schema, n.Name); ok {
		if c := r.Column(n.Sub); c != nil {
			return *c, true
		}
	}
	return catalog.Column{}, false
}

// comparison is a binding in a later state beside that in the base.
type comparison struct {
	base, later *sqlscan.Binding
	was, now    *catalog.Schema
	// before and after are the outcomes of the two.
	before, after map[sqlscan.Key]sqlscan.Outcome
	memo          *sqlscan.Memo
}

// compare finds what a binding in a later state has different from that in the base. A name that
// did not bind in the base is not judged.
func compare(base, later *sqlscan.Binding, was, now *catalog.Schema, memo *sqlscan.Memo) map[diffKey]*diff {
	c := comparison{base, later, was, now, byKey(base), byKey(later), memo}
	out := map[diffKey]*diff{}
	add := func(d *diff) {
		if d != nil {
			out[d.key] = d
		}
	}
	for _, d := range c.missingOutcomes() {
		add(d)
	}
	for _, o := range later.Outcomes {
		d := c.difference(o)
		if d != nil {
			d.key = keyOf(o)
		}
		add(d)
	}
	c.narrowedParams(out)
	if fails(base) { // What could not run did not mean anything.
		maps.DeleteFunc(out, func(_ diffKey, d *diff) bool { return d.verdict == Corrupts })
	}
	// A statement that the server refuses does nothing else than it did: it does nothing.
	if slices.ContainsFunc(slices.Collect(maps.Values(out)), func(d *diff) bool {
		return d.verdict == Breaks && d.now.State == sqlscan.Failed && d.now.Phase != sqlscan.RunPhase
	}) {
		maps.DeleteFunc(out, func(_ diffKey, d *diff) bool { return d.verdict == Corrupts })
	}
	return out
}

func byKey(b *sqlscan.Binding) map[sqlscan.Key]sqlscan.Outcome {
	out := make(map[sqlscan.Key]sqlscan.Outcome, len(b.Outcomes))
	for _, o := range b.Outcomes {
		out[o.Key()] = o
	}
	return out
}

// narrowedParams finds parameters whose type holds less than it did, where nothing else says
// so already.
func (c comparison) narrowedParams(out map[diffKey]*diff) {
	for n, was := range c.base.Params {
		sqlstate := sqltype.Narrower(c.now, catalog.TypeRef{ID: was}, catalog.TypeRef{ID: c.later.Params[n]})
		said := slices.ContainsFunc(slices.Collect(maps.Values(out)),
			func(d *diff) bool { return d.now.SQLSTATE == sqlstate || d.verdict == Breaks })
		if sqlstate == "" || said {
			continue
		}
		d := &diff{key: diffKey{sqlscan.Key{Kind: sqlscan.KindStatement, Number: int64(n)}, ofParameter},
			now: sqlscan.Outcome{SQLSTATE: sqlstate}, rule: TypeMismatch, verdict: MayBreak,
			message: fmt.Sprintf("a value of $%d may no longer fit into its type", n)}
		out[d.key] = d
	}
}

// missingOutcomes is what the base had and a later state has not, where the statement still works, or that of
// a function that it runs.
func (c comparison) missingOutcomes() []*diff {
	if c.later.Opaque != "" || c.base.Opaque != "" || slices.ContainsFunc(c.later.Outcomes, stops) {
		return nil
	}
	stopped := map[string]bool{}
	for _, o := range c.later.Outcomes {
		if o.Body != "" && (o.State == sqlscan.Failed || o.State == sqlscan.Unknown && o.SQLSTATE != "") {
			stopped[o.Body] = true
		}
	}
	var out []*diff
	for _, o := range c.base.Outcomes {
		judge := comparers[o.Fact].gone
		if _, still := c.after[o.Key()]; still || judge == nil || stopped[o.Body] ||
			o.State != sqlscan.Bound && o.State != sqlscan.Possible {
			continue
		}
		if d := judge(c, o); d != nil {
			d.key, d.now.State = keyOf(o), o.State
			out = append(out, d)
		}
	}
	if d := c.otherShape(); d != nil {
		out = append(out, d)
	}
	return out
}

// stops says that the statement fails before it runs.
func stops(o sqlscan.Outcome) bool {
	return o.State == sqlscan.Failed && o.Phase != sqlscan.RunPhase
}

// otherShape finds a result row with other columns.
func (c comparison) otherShape() *diff {
	was, is := shape(c.base), shape(c.later)
	if was == is || c.base.ColumnsUnknown || c.later.ColumnsUnknown {
		return nil
	}
	d := &diff{key: resultKey, rule: ResultShape, verdict: MayBreak,
		message: fmt.Sprintf("the result row was (%s) and is now (%s)", was, is)}
	for i, col := range c.base.Columns {
		if i >= len(c.later.Columns) || c.later.Columns[i].Name != col.Name {
			d.object = col.Origin
			break
		}
	}
	return d
}

// shape is the list of a result's column names.
func shape(b *sqlscan.Binding) string {
	names := make([]string, 0, len(b.Columns))
	for _, c := range b.Columns {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// difference judges an outcome of the later state, nil for none.
func (c comparison) difference(now sqlscan.Outcome) *diff {
	was, had := c.before[now.Key()]
	if had && was.State == sqlscan.Unknown && now.State == sqlscan.Failed && c.gone(now) {
		return failure(was, had, now, Breaks)
	}
	if had && was.State != sqlscan.Bound && !(was.State == sqlscan.Possible && now.State == sqlscan.Failed) {
		return nil
	}
	switch now.State {
	case sqlscan.Possible:
		if !had && now.Fact == sqlscan.UniqueKey && c.refusedBefore(now.Object) {
			return nil
		}
		if had || now.Fact != sqlscan.NullGiven && judged(c.base, now) {
			return failure(was, had, now, MayBreak)
		}
	case sqlscan.Failed:
		if had || judged(c.base, now) {
			return failure(was, had, now, Breaks)
		}
	case sqlscan.Unknown:
		// What was found and is gone is gone, however little else is known.
		if had && now.SQLSTATE != "" && !exists(c.now, was.Object) {
			return failure(was, had, now, Breaks)
		}
	case sqlscan.Bound:
		return c.bound(was, had, now)
	}
	return nil
}

// refusedBefore says that the base had a unique index which refuses all that a new one does.
func (c comparison) refusedBefore(key catalog.Name) bool {
	table, ok1 := c.now.Relation(key.Schema, key.Name)
	index, ok2 := c.now.Relation(key.Schema, key.Sub)
	if !ok1 || !ok2 || index.Index == nil {
		return false
	}
	before, ok := c.was.RelationByID(table.ID)
	return ok && c.memo.Implied(index, before, c.was.Indexes(table.ID))
}

// gone says that a relation or column which may have been there in the base has been dropped since.
func (c comparison) gone(now sqlscan.Outcome) bool {
	switch now.Kind {
	case catalog.KindRelation:
		return slices.ContainsFunc(c.now.Namespaces(), func(n catalog.Namespace) bool {
			return (now.Object.Schema == "" || now.Object.Schema == n.Name) && slices.Contains(n.Gone, now.Object.Name)
		})
	case catalog.KindColumn:
		name := lastName(now.Name)
		return slices.ContainsFunc(c.later.Outcomes, func(o sqlscan.Outcome) bool {
			r, ok := c.now.Relation(o.Object.Schema, o.Object.Name)
			return ok && o.Kind == catalog.KindRelation && slices.Contains(r.Gone, name)
		})
	}
	return false
}

// bound judges an outcome that is no error in either state.
func (c comparison) bound(was sqlscan.Outcome, had bool, now sqlscan.Outcome) *diff {
	judge := comparers[now.Fact]
	switch {
	case !had && judge.appears != nil:
		return judge.appears(c, now)
	case !had:
		return nil
	case judge.changed != nil:
		return judge.changed(c, was, now)
	case was.Kind == catalog.KindOperator || was.Kind == catalog.KindFunction:
		return otherMeaning(c, was, now)
	}
	return otherTarget(c, was, now)
}

// judged says that an error without a counterpart in the base is new: the base bound all
// that it could depend on.
func judged(base *sqlscan.Binding, now sqlscan.Outcome) bool {
	if base.Opaque != "" {
		return false
	}
	for _, o := range base.Outcomes {
		if now.Access && o.Access && o.State == sqlscan.Failed {
			return false
		}
		if o.State != sqlscan.Bound && o.Phase != sqlscan.RunPhase &&
			(o.Kind == catalog.KindRelation || now.Kind == sqlscan.KindStatement) {
			return false
		}
	}
	return true
}

func failure(prev sqlscan.Outcome, had bool, now sqlscan.Outcome, v Verdict) *diff {
	d := &diff{now: now, rule: ruleFor(now), verdict: v, message: now.Message, object: now.Object}
	if now.Access {
		d.rule = Privilege
		if now.SQLSTATE == "" && v == Breaks {
			d.verdict = Corrupts
		}
	}
	d.about = append(slices.Clone(prev.Operands), now.Operands...)
	if now.Kind == catalog.KindOperator {
		return d
	}
	if had && prev.Kind != catalog.KindConstraint && now.SQLSTATE != "42702" {
		d.object = objectOf(prev)
	}
	if had && now.Kind == catalog.KindConstraint && now.Object.Sub == "" {
		d.object = prev.Object
	}
	return d
}

// objectOf is what a name is about: the table column behind a column of a subquery.
func objectOf(o sqlscan.Outcome) catalog.Name {
	if o.Origin != (catalog.Name{}) {
		return o.Origin
	}
	return o.Object
}

// sameTarget compares where a name resolves to. An object that was renamed under it has
// another name and is the same; one that was replaced has the same name.
func sameTarget(a, b sqlscan.Outcome) bool {
	if a.Ref.ID != 0 && a.Ref == b.Ref && a.Place == b.Place {
		return true
	}
	switch a.Kind {
	case catalog.KindConstraint, catalog.KindLabel, catalog.KindTrigger, catalog.KindRule:
		return true
	case catalog.KindColumn:
		// A whole row is that of whatever stands there under the name.
		return a.Place == b.Place && a.Object == b.Object && (a.Origin == b.Origin || a.Object.Sub == "")
	}
	return a.Object == b.Object
}

// exists says that an object is still there under its name.
func exists(s *catalog.Schema, n catalog.Name) bool {
	switch n.Kind {
	case catalog.KindRelation:
		_, ok := s.Relation(n.Schema, n.Name)
		return ok
	case catalog.KindColumn, catalog.KindConstraint:
		r, ok := s.Relation(n.Schema, n.Name)
		return ok && (r.Column(n.Sub) != nil || r.Constraint(n.Sub) != nil)
	case catalog.KindType:
		_, ok := s.Type(n.Schema, n.Name)
		return ok
	case catalog.KindCollation, catalog.KindTSConfig:
		_, ok := s.Object(n.Kind, n.Schema, n.Name)
		return ok
	case catalog.KindFunction:
		return len(s.Functions(n.Schema, n.Name)) > 0
	}
	return true
}
