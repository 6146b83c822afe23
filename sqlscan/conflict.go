package sqlscan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// onConflict binds ON CONFLICT (transformOnConflictClause) and infers its arbiter as the
// planner does (infer_arbiter_indexes).
func (b *binder) onConflict(l *level, c *pg_query.OnConflictClause, w write, ch *change) {
	if c == nil {
		return
	}
	b.ruled(w, "iu", "INSERT with ON CONFLICT clause cannot be used with table that has INSERT or UPDATE rules")
	if c.Infer != nil {
		ch.arbiter = b.arbiter(l, c.Infer, w, c.Action == pg_query.OnConflictAction_ONCONFLICT_UPDATE)
	} else if c.Action == pg_query.OnConflictAction_ONCONFLICT_UPDATE {
		b.fail(w.at, "arbiter", "42601", "ON CONFLICT DO UPDATE requires inference specification or constraint name")
	} else if ch.base != nil {
		ch.ignored = true
		b.anyArbiter(*ch)
	}
	if c.Action != pg_query.OnConflictAction_ONCONFLICT_UPDATE {
		return
	}
	excluded := b.newItem("excluded")
	excluded.aliased = true
	excluded.cols, excluded.open, excluded.failed = w.item.cols, w.item.open, w.item.failed
	sub := &level{parent: l.parent, ctes: l.ctes, items: append(slices.Clone(l.items), excluded)}
	b.assignments(sub, c.TargetList, w)
	if ch.base != nil {
		b.guard(b.updateChange(w, c.TargetList))
	}
	if c.WhereClause != nil {
		b.boolean(b.expr(sub, c.WhereClause), "WHERE")
	}
}

// anyArbiter notes what DO NOTHING without a target rests on: every unique index, none of
// which may be deferrable.
func (b *binder) anyArbiter(c change) {
	var keys []string
	for _, x := range b.env.Schema.Indexes(c.base.ID) {
		exclusion := slices.ContainsFunc(c.base.Constraints,
			func(con catalog.Constraint) bool { return con.Index == x.ID && con.Kind == catalog.Exclusion })
		if !x.Index.Unique && !exclusion || x.Index.Invalid {
			continue
		}
		keys = append(keys, b.keyText(x.Index, exclusion))
		if b.deferrable(c.base, x.ID) {
			b.note(Outcome{Start: c.w.at, End: c.w.at, Kind: catalog.KindConstraint, Fact: Arbiter, Text: "any", State: Failed,
				Phase: PlanPhase, SQLSTATE: "55000",
				Message: "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters",
				Object:  conName(c.base, x.Name)})
			return
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		b.note(Outcome{Start: c.w.at, End: c.w.at, Kind: catalog.KindConstraint, Fact: Skips, Text: k, Phase: RunPhase,
			Object: catalog.Name{Kind: catalog.KindRelation, Schema: c.base.Schema, Name: c.base.Name}})
	}
}

// arbiter returns the index that the clause names, 0 if there is none.
func (b *binder) arbiter(l *level, infer *pg_query.InferClause, w write, updates bool) catalog.ID {
	at := b.at(infer.Location)
	if infer.Conname != "" {
		return b.arbiterConstraint(infer, w, at, updates)
	}
	keys, ok := b.arbiterKeys(l, infer, w, at)
	if infer.WhereClause != nil {
		b.boolean(b.expr(l, infer.WhereClause), "WHERE")
	}
	if !ok || w.rel == nil {
		return 0
	}
	base, num := b.writtenBase(w.rel)
	if base == nil {
		return 0
	}
	for i := range keys {
		if keys[i].column > 0 {
			keys[i].column = num(keys[i].column)
		}
	}
	return b.inferArbiter(infer, base, keys, at)
}

func (b *binder) arbiterConstraint(infer *pg_query.InferClause, w write, at int, updates bool) catalog.ID {
	if w.rel == nil {
		return 0
	}
	at = b.find(at+1, infer.Conname)
	o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindConstraint, Name: infer.Conname,
		Object: catalog.Name{Kind: catalog.KindConstraint, Schema: w.rel.Schema, Name: w.rel.Name, Sub: infer.Conname}}
	c := w.rel.Constraint(infer.Conname)
	switch {
	case c == nil:
		o.State, o.SQLSTATE = Failed, "42704"
		o.Message = fmt.Sprintf("constraint %q for table %q does not exist", infer.Conname, w.rel.Name)
		b.soften(&o, w.rel.Open, false)
	case c.Index == 0:
		o.State, o.Phase, o.SQLSTATE, o.Message = Failed, PlanPhase, "42809",
			"constraint in ON CONFLICT clause has no associated index"
	case c.Kind == catalog.Exclusion && infer.Conname != "" && updates:
		o.State, o.Phase, o.SQLSTATE, o.Message = Failed, PlanPhase, "42809",
			"ON CONFLICT DO UPDATE not supported with exclusion constraints"
	case c.Deferrable:
		o.State, o.Phase, o.SQLSTATE = Failed, PlanPhase, "55000"
		o.Message = "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters"
	}
	b.note(o)
	if c == nil {
		return 0
	}
	return c.Index
}

// arbiterKey is a column or an expression of an inference clause.
type arbiterKey struct {
	column int16
	expr   string
}

func (b *binder) arbiterKeys(l *level, infer *pg_query.InferClause, w write, at int) ([]arbiterKey, bool) {
	var keys []arbiterKey
	known := true
	for _, n := range infer.IndexElems {
		e := n.GetIndexElem()
		if e.GetExpr() != nil {
			b.expr(l, e.Expr)
			keys = append(keys, arbiterKey{expr: canonicalExpr(e.Expr)})
			continue
		}
		at = b.find(at, e.GetName())
		o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: Arbiter, Name: e.GetName(),
			Object: catalog.Name{Kind: catalog.KindColumn, Sub: e.GetName()}}
		at = o.End
		if w.rel == nil {
			o.State, known = Unknown, false
			b.note(o)
			continue
		}
		o.Object.Schema, o.Object.Name = w.rel.Schema, w.rel.Name
		c := w.rel.Column(e.GetName())
		if c == nil {
			o.State, o.SQLSTATE, o.Message = Failed, "42703", fmt.Sprintf("column %q does not exist", e.GetName())
			b.soften(&o, w.rel.MayHave(e.GetName()), false)
			b.note(o)
			known = false
			continue
		}
		o.Origin, o.Place, o.Type = o.Object, w.item.num, c.Type
		b.note(o)
		keys = append(keys, arbiterKey{column: c.Num})
	}
	return keys, known
}

// inferArbiter notes whether a unique index of the table serves the inference clause: the
// same set of columns and expressions, and a predicate that the clause implies.
func (b *binder) inferArbiter(infer *pg_query.InferClause, rel *catalog.Relation, keys []arbiterKey,
	at int) catalog.ID {
	o := Outcome{Start: at, End: at, Kind: catalog.KindConstraint, Fact: Arbiter, Phase: PlanPhase,
		Object: catalog.Name{Kind: catalog.KindConstraint, Schema: rel.Schema, Name: rel.Name}}
	deferrable := false
	for _, r := range b.env.Schema.Indexes(rel.ID) {
		x := r.Index
		if !x.Unique || x.Invalid || !b.serves(x, keys, infer) {
			continue
		}
		if b.deferrable(rel, r.ID) {
			deferrable = true
			continue
		}
		o.Object.Sub = r.Name
		b.note(o)
		return r.ID
	}
	o.State, o.SQLSTATE = Failed, "42P10"
	o.Message = "there is no unique or exclusion constraint matching the ON CONFLICT specification"
	if deferrable {
		o.SQLSTATE = "55000"
		o.Message = "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters"
	}
	b.soften(&o, rel.Open, false)
	b.note(o)
	return 0
}

func (b *binder) deferrable(rel *catalog.Relation, index catalog.ID) bool {
	return slices.ContainsFunc(rel.Constraints,
		func(c catalog.Constraint) bool { return c.Index == index && c.Deferrable })
}

// serves compares an index with the inference clause as sets.
func (b *binder) serves(x *catalog.IndexDetail, keys []arbiterKey, infer *pg_query.InferClause) bool {
	have := map[arbiterKey]bool{}
	for _, k := range x.Keys {
		if k.Expr != nil {
			have[arbiterKey{expr: strings.Join(b.env.Memo.textConjuncts(k.Expr.SQL), " AND ")}] = true
		} else {
			have[arbiterKey{column: k.Column}] = true
		}
	}
	want := map[arbiterKey]bool{}
	for _, k := range keys {
		want[k] = true
		if !have[k] {
			return false
		}
	}
	for k := range have {
		if k.column > 0 && !want[k] || k.expr != "" && !want[k] {
			return false
		}
	}
	return x.Predicate == nil || infer.WhereClause != nil && b.implies(infer.WhereClause, x.Predicate.SQL)
}

// implies says that a condition holds every conjunct of an index predicate, or one that is
// stronger. It knows equal expressions, what makes IS NOT NULL true, and a value out of a
// list; the server proves more (predtest.c).
func (b *binder) implies(where *pg_query.Node, predicate string) bool {
	have := conjuncts(where)
	for _, c := range b.env.Memo.textConjuncts(predicate) {
		if !slices.Contains(have, c) && !slices.ContainsFunc(have, func(h string) bool { return stronger(h, c) }) {
			return false
		}
	}
	return true
}

// stronger says that a comparison with a column implies another condition on it.
func stronger(have, want string) bool {
	if tighter(have, want) {
		return true
	}
	for _, op := range []string{" = ", " > ", " < ", " >= ", " <= ", " <> ", " ~~ "} {
		left, right, ok := strings.Cut(have, op)
		if !ok || strings.ContainsAny(left, " ()") {
			continue
		}
		if want == left+" IS NOT NULL" {
			return true
		}
		list, isList := strings.CutPrefix(want, left+" = ANY(ARRAY[")
		if !isList {
			list, isList = strings.CutPrefix(want, left+" = ANY (ARRAY[")
		}
		if list, ok := strings.CutSuffix(list, "])"); op == " = " && isList && ok &&
			slices.Contains(strings.Split(list, ", "), right) {
			return true
		}
	}
	return false
}

// comparison is a test of something against a number.
type comparison struct {
	left, op string
	number   float64
}

func parseComparison(text string) (c comparison, ok bool) {
	for _, op := range []string{" >= ", " <= ", " = ", " > ", " < "} {
		i := strings.LastIndex(text, op)
		if i < 0 {
			continue
		}
		n, err := strconv.ParseFloat(text[i+len(op):], 64)
		if err == nil {
			return comparison{text[:i], strings.TrimSpace(op), n}, true
		}
	}
	return c, false
}

// tighter says that of two comparisons of one thing with numbers the first leaves no value
// that the second does not.
func tighter(have, want string) bool {
	h, ok1 := parseComparison(have)
	w, ok2 := parseComparison(want)
	if !ok1 || !ok2 || h.left != w.left {
		return false
	}
	equal := h.number == w.number
	switch w.op {
	case ">":
		return h.number > w.number && h.op != "<" && h.op != "<=" || equal && h.op == ">"
	case ">=":
		return (h.number > w.number || equal) && h.op != "<" && h.op != "<="
	case "<":
		return h.number < w.number && h.op != ">" && h.op != ">=" || equal && h.op == "<"
	case "<=":
		return (h.number < w.number || equal) && h.op != ">" && h.op != ">="
	}
	return equal && h.op == "="
}
