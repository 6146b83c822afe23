package impact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// comparer judges one kind of fact. What is nil is no difference; without changed, where the name
// resolves to is compared.
type comparer struct {
	// appears judges one that the base had not, gone one that is not there any more.
	appears, gone func(c comparison, o sqlscan.Outcome) *diff
	// changed judges one that both have, and that is an error in none.
	changed func(c comparison, was, now sqlscan.Outcome) *diff
}

// comparers are those of the facts of which more matters than an error.
var comparers = map[sqlscan.Fact]comparer{
	sqlscan.NaturalLeft:    {appears: comparesAnother, gone: comparesNoLonger},
	sqlscan.GroupedBy:      {changed: otherGroup},
	sqlscan.Written:        {changed: otherColumn},
	sqlscan.Position:       {changed: otherColumn},
	sqlscan.Source:         {gone: copiesNoLonger},
	sqlscan.CopyColumns:    {changed: otherWidth},
	sqlscan.LeftOut:        {changed: otherFilling},
	sqlscan.NullGiven:      {changed: same},
	sqlscan.Skips:          {gone: skipsNoLonger},
	sqlscan.Partition:      {gone: partitionGone, changed: otherBound},
	sqlscan.Child:          {appears: joined},
	sqlscan.FiredTrigger:   {gone: triggerGone},
	sqlscan.SerialSequence: {changed: otherSequence},
	sqlscan.RowSecurity:    {gone: hidesNoLonger},
	sqlscan.StatementRow:   {gone: several("")},
	sqlscan.StrictRow:      {gone: several("P0003")},
	sqlscan.SubqueryRow:    {gone: several("21000")},
	sqlscan.MergedRow:      {gone: several("21000")},
	sqlscan.KeyRow:         {gone: several("23505")},
	sqlscan.UpsertRow:      {gone: several("21000")},
}

// same is for a fact that makes a difference only where it is an error.
func same(comparison, sqlscan.Outcome, sqlscan.Outcome) *diff { return nil }

// otherTarget finds a name that resolves to another place.
func otherTarget(_ comparison, was, now sqlscan.Outcome) *diff {
	if sameTarget(was, now) {
		return nil
	}
	return &diff{now: now, rule: Rebinds, verdict: Corrupts, object: objectOf(now),
		message: fmt.Sprintf("%s now means %s, not %s", now.Name, objectOf(now), objectOf(was))}
}

// otherGroup finds GROUP BY of a name that means a column of a table now, not of the result.
func otherGroup(c comparison, was, now sqlscan.Outcome) *diff {
	d := otherTarget(c, was, now)
	if d != nil {
		d.verdict = MayBreak
		d.message = fmt.Sprintf("GROUP BY %s now means %s, not the column of the result", now.Name, objectOf(now))
	}
	return d
}

// comparesAnother finds a column that NATURAL JOIN compares since both sides have it.
func comparesAnother(c comparison, now sqlscan.Outcome) *diff {
	if !judged(c.base, now) {
		return nil
	}
	return &diff{now: now, rule: Rebinds, verdict: Corrupts, object: objectOf(now),
		about:   []catalog.Name{now.Object, now.Origin},
		message: fmt.Sprintf("NATURAL JOIN now also compares column %q", now.Name)}
}

func comparesNoLonger(_ comparison, was sqlscan.Outcome) *diff {
	return &diff{now: was, rule: Rebinds, verdict: Corrupts, object: objectOf(was),
		message: fmt.Sprintf("NATURAL JOIN no longer compares column %q", was.Name)}
}

// joined finds a table that was there before and whose rows now show in another.
func joined(c comparison, now sqlscan.Outcome) *diff {
	if _, ok := c.was.RelationByID(now.Ref.ID); !ok {
		return nil
	}
	return &diff{now: now, rule: ResultShape, verdict: MayBreak, object: now.Object,
		message: fmt.Sprintf("rows of %q now show too", now.Name)}
}

// hidesNoLonger finds a table whose policies hid rows, and that has none for the role any more.
func hidesNoLonger(c comparison, was sqlscan.Outcome) *diff {
	if slices.ContainsFunc(c.later.Outcomes,
		func(o sqlscan.Outcome) bool { return o.Fact == sqlscan.RowSecurity && o.Object == was.Object }) {
		return nil
	}
	return &diff{now: was, rule: Privilege, verdict: MayBreak, object: was.Object,
		message: fmt.Sprintf("row security of %q no longer hides rows", was.Name)}
}

// may is a difference in what a write does to rows, by the data.
func may(was sqlscan.Outcome, sqlstate, message string) *diff {
	d := &diff{now: was, rule: WriteCheck, verdict: MayBreak, object: was.Object, message: message}
	d.now.SQLSTATE = sqlstate
	return d
}

const checkViolation = "23514"

func partitionGone(_ comparison, was sqlscan.Outcome) *diff {
	return may(was, checkViolation, fmt.Sprintf("rows that went to partition %q may have none", was.Name))
}

func otherBound(c comparison, was, now sqlscan.Outcome) *diff {
	if was.Meaning == now.Meaning {
		return otherTarget(c, was, now)
	}
	d := may(now, checkViolation, fmt.Sprintf("partition %q takes other rows", now.Name))
	d.object = was.Object
	return d
}

// copiesNoLonger finds a column that INSERT … SELECT took, unless the statement fails for it.
func copiesNoLonger(c comparison, was sqlscan.Outcome) *diff {
	count := sqlscan.Key{Start: was.Start, Kind: sqlscan.KindStatement, Fact: sqlscan.ValueCount, Body: was.Body,
		Inner: was.Inner}
	if _, fails := c.after[count]; fails {
		return nil
	}
	return &diff{now: was, rule: Rebinds, verdict: Corrupts, object: objectOf(was),
		message: fmt.Sprintf("INSERT … SELECT no longer copies column %q", was.Name)}
}

func skipsNoLonger(_ comparison, was sqlscan.Outcome) *diff {
	return may(was, was.SQLSTATE, "ON CONFLICT DO NOTHING no longer skips rows that a dropped unique index refused")
}

// triggerGone finds a trigger that changed rows; one that refused them is not missed.
func triggerGone(_ comparison, was sqlscan.Outcome) *diff {
	if was.State != sqlscan.Bound {
		return nil
	}
	return may(was, was.SQLSTATE, fmt.Sprintf("trigger %q, which changed written rows, is gone", was.Name))
}

// several finds a unique index that made sure of one row; sqlstate is what the server says to more.
func several(sqlstate string) func(comparison, sqlscan.Outcome) *diff {
	return func(_ comparison, was sqlscan.Outcome) *diff {
		return may(was, sqlstate, "a unique index made this give one row at most; without it there may be several")
	}
}

func otherSequence(c comparison, was, now sqlscan.Outcome) *diff {
	before, _ := was.Meaning.(sqlscan.OwnedSequence)
	after, _ := now.Meaning.(sqlscan.OwnedSequence)
	if before == after {
		return otherTarget(c, was, now)
	}
	return &diff{now: now, rule: Rebinds, verdict: MayBreak, object: was.Object,
		message: fmt.Sprintf("pg_get_serial_sequence gave %s and gives %s", orNone(before.Name), orNone(after.Name))}
}

func orNone(name string) string {
	if name == "" {
		return "none"
	}
	return name
}

// otherWidth finds a COPY without a column list whose rows have another number of columns.
func otherWidth(_ comparison, was, now sqlscan.Outcome) *diff {
	before, _ := was.Meaning.(sqlscan.CopyRow)
	after, _ := now.Meaning.(sqlscan.CopyRow)
	if before.Columns == after.Columns && slices.Equal(before.Header, after.Header) {
		return nil
	}
	d := &diff{now: now, rule: ColumnCount, verdict: Breaks, object: objectOf(was),
		message: fmt.Sprintf("COPY of %q without a column list now has another number of columns", now.Name)}
	d.now.SQLSTATE = "22P04"
	if len(after.Header) > 0 {
		d.message = fmt.Sprintf("COPY of %q must have the header %s", now.Name, strings.Join(after.Header, ", "))
	}
	if !after.From {
		d.now.SQLSTATE, d.rule, d.verdict = "", ResultShape, MayBreak
	}
	return d
}

// otherColumn finds a written column that holds less than it did, or that is another.
func otherColumn(c comparison, was, now sqlscan.Outcome) *diff {
	if !sameTarget(was, now) {
		return otherTarget(c, was, now)
	}
	if _, fits := now.Meaning.(sqlscan.OwnType); fits {
		return nil
	}
	return narrowed(c, was, now)
}

// narrowed finds a written column whose type holds less than it did.
func narrowed(c comparison, was, now sqlscan.Outcome) *diff {
	sqlstate := sqltype.Narrower(c.now, was.Type, now.Type)
	if sqlstate == "" {
		return nil
	}
	d := may(now, sqlstate, fmt.Sprintf("a value may no longer fit into column %q", now.Name))
	d.object = objectOf(was)
	return d
}

// otherFilling finds a column that gets no value and that nothing fills any more, or something
// else does.
func otherFilling(c comparison, was, now sqlscan.Outcome) *diff {
	before, _ := was.Meaning.(sqlscan.Filling)
	after, _ := now.Meaning.(sqlscan.Filling)
	d := &diff{now: now, rule: RequiredColumn, verdict: Corrupts, object: objectOf(was)}
	switch {
	case before == after, before.By == sqlscan.ByNull:
		return drawnInto(c, was, now, after)
	case after.By == sqlscan.ByNull:
		d.message = fmt.Sprintf("new rows get NULL in column %q, where the database filled it in (%s)", now.Name,
			words(before))
	case after.By == sqlscan.ByRefusedNull:
		d.verdict, d.now.SQLSTATE = Breaks, notNullViolation
		d.message = fmt.Sprintf("null value in column %q, which the database filled in (%s)", now.Name, words(before))
		if before.By == sqlscan.ByTrigger {
			d.verdict = MayBreak
		}
	case after.By == sqlscan.ByTrigger && after.When != "" && before.By == sqlscan.ByTrigger:
		d.verdict, d.now.SQLSTATE = MayBreak, notNullViolation
		d.message = fmt.Sprintf("column %q may get NULL: the trigger that fills it has a condition", now.Name)
	case after.Sequence != 0 && before.Sequence != 0:
		d.rule, d.verdict, d.now.SQLSTATE = WriteCheck, MayBreak, "23505"
		d.message = fmt.Sprintf("column %q now draws from a sequence that begins anew: its numbers may be taken", now.Name)
	default:
		return drawnInto(c, was, now, after)
	}
	return d
}

// drawnInto finds a column of a narrower type that a default or a sequence still fills.
func drawnInto(c comparison, was, now sqlscan.Outcome, how sqlscan.Filling) *diff {
	if how.By != sqlscan.ByDefault && how.By != sqlscan.ByIdentity {
		return nil
	}
	return narrowed(c, was, now)
}

var fillers = map[sqlscan.FilledBy]string{sqlscan.ByNull: "null", sqlscan.ByRefusedNull: "null",
	sqlscan.ByGenerated: "generated", sqlscan.ByIdentity: "identity", sqlscan.ByDefault: "default",
	sqlscan.ByTrigger: "trigger"}

// words are those for what fills a column.
func words(how sqlscan.Filling) string {
	switch {
	case how.When != "":
		return fillers[how.By] + " when " + how.When
	case how.Draws:
		return fillers[how.By] + " from a sequence"
	}
	return fillers[how.By]
}

// otherMeaning finds an operator that now compares in another way, and a call that now reaches
// another function.
func otherMeaning(c comparison, was, now sqlscan.Outcome) *diff {
	if sameMeaning(was.Meaning, now.Meaning) {
		return nil
	}
	d := &diff{now: now, rule: TypeMismatch, verdict: MayBreak, object: now.Object,
		about: append(slices.Clone(was.Operands), now.Operands...)}
	if was.Kind == catalog.KindOperator || was.Object.Schema == "pg_catalog" && now.Object.Schema == "pg_catalog" {
		if was.Meaning == nil || now.Meaning == nil {
			return nil // The type of an operand is not known.
		}
		d.message = fmt.Sprintf("%s on a column of another type may give another result", now.Name)
		return d
	}
	if was.Object.Schema != "pg_catalog" && !hasFunction(c.now, was) && !existed(c.was, now) {
		return nil // made in its place
	}
	d.rule, d.verdict, d.about = Rebinds, Corrupts, nil
	d.message = fmt.Sprintf("%s now calls another function of that name", now.Name)
	return d
}

func sameMeaning(was, now sqlscan.Meaning) bool {
	before, ok1 := was.(sqlscan.Comparison)
	after, ok2 := now.(sqlscan.Comparison)
	if ok1 && ok2 {
		return before.Same(after)
	}
	return !ok1 && !ok2 && was == now
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
	return slices.ContainsFunc(s.Functions(o.Object.Schema, o.Object.Name),
		func(f *catalog.Function) bool { return sqlscan.Callee(f.Signature()) == o.Meaning })
}
