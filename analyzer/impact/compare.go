package impact

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
)

// diffKey tells the differences of one statement apart.
type diffKey struct {
	start int
	kind  catalog.Kind
	part  string
}

// diff is a name that has another outcome than in the base.
type diff struct {
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

func keyOf(o sqlscan.Outcome) diffKey { return diffKey{o.Start, o.Kind, o.Part} }

// compare finds what a binding in a later state has different from that in the base. A
// name that did not bind in the base is not judged.
func compare(base, later *sqlscan.Binding, was, state *catalog.Schema) map[diffKey]*diff {
	before := map[diffKey]sqlscan.Outcome{}
	for _, o := range base.Outcomes {
		before[keyOf(o)] = o
	}
	out := map[diffKey]*diff{}
	lost(base, later, state, out)
	for _, o := range later.Outcomes {
		prev, had := before[keyOf(o)]
		if d := difference(base, prev, had, o, was, state); d != nil {
			out[keyOf(o)] = d
		}
	}
	narrowedParams(base, later, state, out)
	// A statement that the server refuses does nothing else than it did: it does nothing.
	if slices.ContainsFunc(slices.Collect(maps.Values(out)), func(d *diff) bool {
		return d.verdict == Breaks && d.now.State == sqlscan.Failed && d.now.Phase != sqlscan.RunPhase
	}) {
		maps.DeleteFunc(out, func(_ diffKey, d *diff) bool { return d.verdict == Corrupts })
	}
	return out
}

// narrowedParams finds parameters whose type holds less than it did, where nothing else says
// so already.
func narrowedParams(base, later *sqlscan.Binding, state *catalog.Schema, out map[diffKey]*diff) {
	for n, was := range base.Params {
		sqlstate := sqlscan.Narrower(state, catalog.TypeRef{ID: was}, catalog.TypeRef{ID: later.Params[n]})
		said := slices.ContainsFunc(slices.Collect(maps.Values(out)),
			func(d *diff) bool { return d.now.SQLSTATE == sqlstate || d.verdict == Breaks })
		if sqlstate == "" || said {
			continue
		}
		o := sqlscan.Outcome{Kind: "statement", Part: fmt.Sprintf("parameter %d", n), SQLSTATE: sqlstate}
		out[keyOf(o)] = &diff{now: o, rule: TypeMismatch, verdict: MayBreak,
			message: fmt.Sprintf("a value of $%d may no longer fit into its type", n)}
	}
}

// lost finds what the base had and a later state has not: a partition that rows went to, an
// index that made DO NOTHING skip them, a trigger that changed them, the columns of a result.
func lost(base, later *sqlscan.Binding, state *catalog.Schema, out map[diffKey]*diff) {
	if later.Opaque != "" || base.Opaque != "" {
		return
	}
	after := map[diffKey]bool{}
	for _, o := range later.Outcomes {
		after[keyOf(o)] = true
		if o.State == sqlscan.Failed && o.Phase != sqlscan.RunPhase {
			return
		}
	}
	secured := map[catalog.Name]bool{}
	for _, o := range later.Outcomes {
		if strings.HasPrefix(o.Part, "row security ") {
			secured[o.Object] = true
		}
	}
	for _, o := range base.Outcomes {
		if strings.HasPrefix(o.Part, "row security ") && o.State != sqlscan.Failed && !secured[o.Object] {
			out[keyOf(o)] = &diff{now: o, rule: Privilege, verdict: MayBreak, object: o.Object,
				message: fmt.Sprintf("row security of %q no longer hides rows", o.Name)}
		}
		natural := strings.HasPrefix(o.Part, "natural left ")
		if after[keyOf(o)] || o.Phase != sqlscan.RunPhase && !natural || o.State != sqlscan.Bound {
			continue
		}
		d := &diff{now: o, verdict: MayBreak, object: o.Object}
		switch {
		case natural:
			d.rule, d.verdict, d.object = Rebinds, Corrupts, objectOf(o)
			d.message = fmt.Sprintf("NATURAL JOIN no longer compares column %q", o.Name)
		case strings.HasPrefix(o.Part, "partition "):
			d.rule, d.message = WriteCheck, fmt.Sprintf("rows that went to partition %q may have none", o.Name)
			d.now.SQLSTATE = "23514"
		case strings.HasPrefix(o.Part, "source ") && !after[diffKey{o.Start, "statement", "count"}]:
			d.rule, d.verdict, d.object = Rebinds, Corrupts, objectOf(o)
			d.message = fmt.Sprintf("INSERT … SELECT no longer copies column %q", o.Name)
		case strings.HasPrefix(o.Part, "skips "):
			d.rule, d.message = WriteCheck, "ON CONFLICT DO NOTHING no longer skips rows that a dropped unique index refused"
		case o.Kind == catalog.KindTrigger:
			d.rule, d.message = WriteCheck, fmt.Sprintf("trigger %q, which changed written rows, is gone", o.Name)
		case strings.Contains(o.Part, "single row"):
			d.rule, d.message = WriteCheck, "a unique index made this give one row at most; without it there may be several"
			d.now.SQLSTATE = severalRows[o.Part[strings.Index(o.Part, "single row"):]]
		default:
			continue
		}
		out[keyOf(o)] = d
	}
	if shape(base) != shape(later) && !base.ColumnsUnknown && !later.ColumnsUnknown {
		o := sqlscan.Outcome{Kind: "result", Part: "shape", Name: "result"}
		d := &diff{now: o, rule: ResultShape, verdict: MayBreak,
			message: fmt.Sprintf("the result row was (%s) and is now (%s)", shape(base), shape(later))}
		for i, c := range base.Columns {
			if i >= len(later.Columns) || later.Columns[i].Name != c.Name {
				d.object = c.Origin
				break
			}
		}
		out[keyOf(o)] = d
	}
}

// severalRows is what the server says where one row at most may come and there are more.
var severalRows = map[string]string{"single row subquery": "21000", "single row merge": "21000",
	"single row for each key": "23505", "single row for each upsert": "21000", "single row strict": "P0003"}

// shape is the list of a result's column names.
func shape(b *sqlscan.Binding) string {
	names := make([]string, 0, len(b.Columns))
	for _, c := range b.Columns {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

func difference(base *sqlscan.Binding, prev sqlscan.Outcome, had bool, now sqlscan.Outcome, was,
	state *catalog.Schema) *diff {
	if had && prev.State != sqlscan.Bound && !(prev.State == sqlscan.Possible && now.State == sqlscan.Failed) {
		return nil
	}
	switch now.State {
	case sqlscan.Possible:
		if had || !strings.HasPrefix(now.Part, "null ") && judged(base, now) {
			return failure(prev, had, now, MayBreak)
		}
	case sqlscan.Failed:
		if !had && !judged(base, now) {
			return nil
		}
		return failure(prev, had, now, Breaks)
	case sqlscan.Unknown:
		switch {
		case now.SQLSTATE == "":
		case had && !exists(state, prev.Object):
			// What was found and is gone is gone, however little else is known.
			return failure(prev, had, now, Breaks)
		}
	case sqlscan.Bound:
		switch {
		case !had && strings.HasPrefix(now.Part, "natural left ") && judged(base, now):
			return &diff{now: now, rule: Rebinds, verdict: Corrupts, object: objectOf(now),
				about:   []catalog.Name{now.Object, now.Origin},
				message: fmt.Sprintf("NATURAL JOIN now also compares column %q", now.Name)}
		case !had && strings.HasPrefix(now.Part, "child "):
			return joined(now, was)
		case !had, strings.HasPrefix(now.Part, "null "):
			return nil
		case prev.Kind == catalog.KindOperator || prev.Kind == catalog.KindFunction:
			return otherMeaning(prev, now, was, state)
		case strings.HasPrefix(now.Part, "omitted "):
			return otherFilling(prev, now, state)
		case now.Semantics == sqlscan.OwnType && sameTarget(prev, now):
			return nil
		case (now.Part == "write" || strings.HasPrefix(now.Part, "position ")) && sameTarget(prev, now):
			return narrowed(prev, now, state)
		case strings.HasPrefix(now.Part, "partition ") && prev.Semantics != now.Semantics:
			d := &diff{now: now, rule: WriteCheck, verdict: MayBreak, object: prev.Object,
				message: fmt.Sprintf("partition %q takes other rows", now.Name)}
			d.now.SQLSTATE = "23514"
			return d
		case now.Part == "serial sequence" && prev.Semantics != now.Semantics:
			return &diff{now: now, rule: Rebinds, verdict: MayBreak, object: prev.Object,
				message: fmt.Sprintf("pg_get_serial_sequence gave %s and gives %s", lastWord(prev.Semantics),
					lastWord(now.Semantics))}
		case now.Part == "copy columns":
			return otherWidth(prev, now)
		}
		if !sameTarget(prev, now) && now.Part == "group" {
			return &diff{now: now, rule: Rebinds, verdict: MayBreak, object: objectOf(now),
				message: fmt.Sprintf("GROUP BY %s now means %s, not the column of the result", now.Name, objectOf(now))}
		}
		if !sameTarget(prev, now) {
			return &diff{now: now, rule: Rebinds, verdict: Corrupts, object: objectOf(now),
				message: fmt.Sprintf("%s now means %s, not %s", now.Name, objectOf(now), objectOf(prev))}
		}
	}
	return nil
}

// joined finds a table that was there before and whose rows now show in another.
func joined(now sqlscan.Outcome, was *catalog.Schema) *diff {
	if _, ok := was.RelationByID(now.Ref.ID); !ok {
		return nil
	}
	return &diff{now: now, rule: ResultShape, verdict: MayBreak, object: now.Object,
		message: fmt.Sprintf("rows of %q now show too", now.Name)}
}

// otherFilling finds a column that an INSERT leaves out and that nothing fills any more, or
// something else does.
func otherFilling(prev, now sqlscan.Outcome, state *catalog.Schema) *diff {
	d := &diff{now: now, rule: RequiredColumn, verdict: Corrupts, object: objectOf(prev)}
	drawn := strings.Contains(now.Semantics, " from a sequence ") && strings.Contains(prev.Semantics, " from a sequence ")
	switch {
	case prev.Semantics == now.Semantics, prev.Semantics == "null":
		return narrowedDefault(prev, now, state)
	case now.Semantics == "null":
		d.message = fmt.Sprintf("new rows get NULL in column %q, where the database filled it in (%s)", now.Name,
			prev.Semantics)
	case now.Semantics == sqlscan.RefusedNull:
		d.now.SQLSTATE, d.message = "23502",
			fmt.Sprintf("null value in column %q, which the database filled in (%s)", now.Name, prev.Semantics)
		if strings.HasPrefix(prev.Semantics, "trigger") {
			d.verdict = MayBreak
		} else {
			d.verdict = Breaks
		}
	case strings.HasPrefix(now.Semantics, "trigger when ") && strings.HasPrefix(prev.Semantics, "trigger"):
		d.verdict, d.now.SQLSTATE, d.message = MayBreak, "23502",
			fmt.Sprintf("column %q may get NULL: the trigger that fills it has a condition", now.Name)
	case drawn:
		d.rule, d.verdict, d.now.SQLSTATE = WriteCheck, MayBreak, "23505"
		d.message = fmt.Sprintf("column %q now draws from a sequence that begins anew: its numbers may be taken", now.Name)
	default:
		return narrowedDefault(prev, now, state)
	}
	return d
}

// narrowedDefault finds a column of a narrower type that a sequence still fills.
func narrowedDefault(prev, now sqlscan.Outcome, state *catalog.Schema) *diff {
	if !strings.HasPrefix(now.Semantics, "default") && !strings.HasPrefix(now.Semantics, "identity") {
		return nil
	}
	return narrowed(prev, now, state)
}

// otherWidth finds a COPY without a column list whose rows have another number of columns.
func otherWidth(prev, now sqlscan.Outcome) *diff {
	if prev.Semantics == now.Semantics {
		return nil
	}
	d := &diff{now: now, rule: ColumnCount, verdict: Breaks, object: objectOf(prev),
		message: fmt.Sprintf("COPY of %q without a column list now has another number of columns", now.Name)}
	d.now.SQLSTATE = "22P04"
	if fields := strings.Fields(now.Semantics); len(fields) > 2 {
		d.message = fmt.Sprintf("COPY of %q must have the header %s", now.Name, strings.Join(fields[2:], ", "))
	}
	if strings.HasPrefix(now.Semantics, "false") {
		d.now.SQLSTATE, d.rule, d.verdict = "", ResultShape, MayBreak
	}
	return d
}

func lastWord(text string) string { return text[strings.LastIndexByte(text, ' ')+1:] }

// narrowed finds a written column whose type holds less than it did.
func narrowed(prev, now sqlscan.Outcome, state *catalog.Schema) *diff {
	sqlstate := sqlscan.Narrower(state, prev.Type, now.Type)
	if sqlstate == "" {
		return nil
	}
	d := &diff{now: now, rule: WriteCheck, verdict: MayBreak, object: objectOf(prev),
		message: fmt.Sprintf("a value may no longer fit into column %q", now.Name)}
	d.now.SQLSTATE = sqlstate
	return d
}

// otherMeaning finds an operator that now compares in another way, and a call that now
// reaches another function.
func otherMeaning(prev, now sqlscan.Outcome, was, state *catalog.Schema) *diff {
	if sqlscan.SameSemantics(prev.Semantics, now.Semantics) {
		return nil
	}
	d := &diff{now: now, rule: TypeMismatch, verdict: MayBreak, object: now.Object,
		about: append(slices.Clone(prev.Operands), now.Operands...)}
	if prev.Kind == catalog.KindOperator || prev.Object.Schema == "pg_catalog" && now.Object.Schema == "pg_catalog" {
		if prev.Semantics == "" || now.Semantics == "" {
			return nil // The type of an operand is not known.
		}
		d.message = fmt.Sprintf("%s on a column of another type may give another result", now.Name)
		return d
	}
	if prev.Object.Schema != "pg_catalog" && !hasFunction(state, prev) && !existed(was, now) {
		return nil // made in its place
	}
	d.rule, d.verdict, d.about = Rebinds, Corrupts, nil
	d.message = fmt.Sprintf("%s now calls another function of that name", now.Name)
	return d
}

// existed says that the function which a name is bound to now was there in the base.
func existed(was *catalog.Schema, now sqlscan.Outcome) bool {
	if now.Ref.ID == 0 {
		return now.Object.Schema == "pg_catalog"
	}
	_, ok := was.FunctionByID(now.Ref.ID)
	return ok
}

// hasFunction says that the function that a name was bound to is still there.
func hasFunction(s *catalog.Schema, o sqlscan.Outcome) bool {
	return slices.ContainsFunc(s.Functions(o.Object.Schema, o.Object.Name), func(f *catalog.Function) bool {
		return f.Signature() == o.Semantics
	})
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
			(o.Kind == catalog.KindRelation || now.Kind == "statement") {
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
