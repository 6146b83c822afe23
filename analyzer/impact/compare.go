package impact

import (
	"fmt"
	"slices"

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
		return ok && known && (e.Name.Kind == catalog.KindType || e.Name.Kind == catalog.KindLabel) && e.Name.Schema == t.Schema && e.Name.Name == t.Name
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
func compare(base, later *sqlscan.Binding, state *catalog.Schema) map[diffKey]*diff {
	before := map[diffKey]sqlscan.Outcome{}
	for _, o := range base.Outcomes {
		before[keyOf(o)] = o
	}
	out := map[diffKey]*diff{}
	for _, o := range later.Outcomes {
		prev, had := before[keyOf(o)]
		if d := difference(base, prev, had, o, state); d != nil {
			out[keyOf(o)] = d
		}
	}
	return out
}

func difference(base *sqlscan.Binding, prev sqlscan.Outcome, had bool, now sqlscan.Outcome, state *catalog.Schema) *diff {
	if had && prev.State != sqlscan.Bound {
		return nil
	}
	switch now.State {
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
		case !had && now.Phase == sqlscan.RunPhase && judged(base, now):
			return failure(prev, had, now, MayBreak)
		}
	case sqlscan.Bound:
		if had && prev.Kind == catalog.KindOperator || prev.Kind == catalog.KindFunction {
			return otherMeaning(prev, now, state)
		}
		if had && !sameTarget(prev, now) {
			return &diff{now: now, rule: Rebinds, verdict: Corrupts, object: objectOf(now),
				message: fmt.Sprintf("%s now means %s, not %s", now.Name, objectOf(now), objectOf(prev))}
		}
	}
	return nil
}

// otherMeaning finds an operator that now compares in another way, and a call that now
// reaches another function.
func otherMeaning(prev, now sqlscan.Outcome, state *catalog.Schema) *diff {
	if sqlscan.SameSemantics(prev.Semantics, now.Semantics) {
		return nil
	}
	d := &diff{now: now, rule: TypeMismatch, verdict: MayBreak, object: now.Object, about: append(slices.Clone(prev.Operands), now.Operands...)}
	if prev.Kind == catalog.KindOperator || prev.Object.Schema == "pg_catalog" && now.Object.Schema == "pg_catalog" {
		d.message = fmt.Sprintf("%s on a column of another type may give another result", now.Name)
		return d
	}
	if prev.Object.Schema != "pg_catalog" && !hasFunction(state, prev) {
		return nil
	}
	d.rule, d.verdict, d.about = Rebinds, Corrupts, nil
	d.message = fmt.Sprintf("%s now calls another function of that name", now.Name)
	return d
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
		if o.State != sqlscan.Bound && o.Phase != sqlscan.RunPhase && (o.Kind == catalog.KindRelation || now.Kind == "statement") {
			return false
		}
	}
	return true
}

func failure(prev sqlscan.Outcome, had bool, now sqlscan.Outcome, v Verdict) *diff {
	d := &diff{now: now, rule: ruleFor(now), verdict: v, message: now.Message, object: now.Object}
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
	if a.Kind != catalog.KindColumn {
		return a.Kind == catalog.KindConstraint || a.Object == b.Object || a.Kind == catalog.KindRelation && a.Object.Name == b.Object.Name && a.Object.Schema == b.Object.Schema
	}
	if a.Place != b.Place {
		return false
	}
	return a.Ref.ID != 0 && a.Ref == b.Ref || a.Object == b.Object && a.Origin == b.Origin
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
	case catalog.KindFunction:
		return len(s.Functions(n.Schema, n.Name)) > 0
	}
	return true
}
