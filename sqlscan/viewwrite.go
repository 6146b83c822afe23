package sqlscan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// eventNames are the commands behind the letters of rules and triggers.
var eventNames = map[byte]string{'i': "insert into", 'u': "update", 'd': "delete from"}

// writable notes what the rewriter says to a write (rewriteHandler.c): a view that is not
// simple enough, an INSTEAD rule that gives no rows back.
func (b *binder) writable(l *level, w write, event byte, returning bool) {
	b.ruledBelow(l, w, event)
	if w.rel == nil || w.rel.Open {
		return
	}
	o := Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindRelation, Fact: Writable, Phase: RewritePhase,
		State:  Failed,
		Object: catalog.Name{Kind: catalog.KindRelation, Schema: w.rel.Schema, Name: w.rel.Name}}
	instead := false
	gives := false
	for _, u := range w.rel.Rules {
		if u.Event == event && !u.Disabled {
			b.possible(Key{Start: w.at, Kind: catalog.KindRule, Fact: FiredRule, Text: u.Name}, "",
				fmt.Sprintf("rule %q may do something else in its place", u.Name),
				catalog.Name{Kind: catalog.KindRule, Schema: w.rel.Schema, Name: w.rel.Name, Sub: u.Name})
		}
		if u.Event == event && u.Instead && !u.Disabled {
			instead = true
			gives = gives || u.Returning
		}
	}
	if instead && returning && !gives {
		o.SQLSTATE, o.Message = "0A000", fmt.Sprintf("cannot perform RETURNING on relation %q", w.rel.Name)
		b.note(o)
		return
	}
	if insteadRule(w.rel, event) != nil {
		return
	}
	if w.rel.Kind != catalog.View || w.rel.ID == 0 || hasInsteadTrigger(w.rel, event) || b.updatable(w.rel, event) {
		return
	}
	o.SQLSTATE, o.Message = "55000", fmt.Sprintf("cannot %s view %q", eventNames[event], w.rel.Name)
	b.note(o)
}

// updatable says that the server writes through a view by itself: it is simple, and so are
// those below it, as long as none has a trigger that does the work.
func (b *binder) updatable(view *catalog.Relation, event byte) bool {
	for range 32 {
		if !view.View.Updatable {
			return false
		}
		base, ok := b.env.Schema.RelationByID(view.View.Base)
		if !ok || base.View == nil || hasInsteadTrigger(base, event) || insteadRule(base, event) != nil {
			return true
		}
		b.looks(catalog.KindRelation, base.Schema, base.Name)
		view = base
	}
	return false
}

// ruledBelow refuses what rules cannot do for a write in WITH (rewriteHandler.c).
func (b *binder) ruledBelow(l *level, w write, event byte) {
	if l.parent == nil || l.parent == b.vars || w.rel == nil {
		return
	}
	for _, u := range w.rel.Rules {
		if u.Event == event && !u.Disabled && (!u.Instead || u.Conditional || u.Nothing) {
			b.ruled(w, string(event), "rules of this kind are not supported for data-modifying statements in WITH")
		}
	}
}

// ruled notes a command that a relation with rules does not take.
func (b *binder) ruled(w write, events, message string) {
	if w.rel == nil || !slices.ContainsFunc(w.rel.Rules,
		func(u catalog.Rule) bool { return !u.Disabled && strings.ContainsRune(events, rune(u.Event)) }) {
		return
	}
	b.note(Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindRelation, Fact: Ruled, Phase: RewritePhase,
		State: Failed, SQLSTATE: "0A000",
		Message: message, Object: catalog.Name{Kind: catalog.KindRelation, Schema: w.rel.Schema, Name: w.rel.Name}})
}

// insteadRule is the rule that takes a command's place.
func insteadRule(r *catalog.Relation, event byte) *catalog.Rule {
	for i := range r.Rules {
		if u := &r.Rules[i]; u.Instead && u.Event == event && !u.Conditional && !u.Disabled {
			return u
		}
	}
	return nil
}

func hasInsteadTrigger(r *catalog.Relation, event byte) bool {
	return slices.ContainsFunc(r.Triggers, func(t catalog.Trigger) bool {
		return t.InsteadOf && !t.Disabled && slices.Contains([]byte(t.Events), event)
	})
}

// viewColumn notes a column of a simple view that is none of its table's, which cannot be
// written.
func (b *binder) viewColumn(w write, c *catalog.Column, at int, message string) {
	if c == nil || w.rel.Kind != catalog.View || !w.rel.View.Updatable || hasInsteadTrigger(w.rel, 'i') ||
		hasInsteadTrigger(w.rel, 'u') ||
		len(w.rel.Rules) > 0 {
		return
	}
	i := slices.IndexFunc(w.rel.Columns, func(x catalog.Column) bool { return x.Num == c.Num })
	if i < 0 || i >= len(w.rel.View.BaseColumns) || w.rel.View.BaseColumns[i] != 0 {
		return
	}
	b.note(Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: ViewColumn, Text: c.Name,
		Name: c.Name, State: Failed,
		Phase: RewritePhase, SQLSTATE: "0A000", Message: fmt.Sprintf(message, c.Name, w.rel.Name),
		Object: catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: c.Name}})
}

// assigned are the columns of a table that a statement gives a value, by their numbers.
type assigned map[int16]bool

// assignedOnce refuses a second value for a column of the table behind what is written: SET a = 1, a = 2, or two
// columns of a view that are one (process_matched_tle in rewriteHandler.c).
func (b *binder) assignedOnce(w write, c *catalog.Column, at int, seen assigned) {
	base, num := b.writtenBase(w.rel)
	if base == nil || num(c.Num) == 0 {
		return
	}
	n := num(c.Num)
	if under := base.ColumnByNum(n); seen[n] && under != nil {
		b.note(Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: ViewColumn, Text: "twice " + c.Name,
			Name: c.Name, State: Failed, Phase: RewritePhase, SQLSTATE: "42601",
			Message: fmt.Sprintf("multiple assignments to same column %q", under.Name),
			Object:  catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: c.Name}})
	}
	seen[n] = true
}

// baseColumn is the table column behind a column that is written; of a view that cannot be
// followed the column itself.
func (b *binder) baseColumn(w write, c *catalog.Column) *catalog.Column {
	base, num := b.writtenBase(w.rel)
	if base == nil || base == w.rel {
		return c
	}
	if under := base.ColumnByNum(num(c.Num)); under != nil {
		return under
	}
	return c
}
