package impact

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/drivertype"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// cachedPlan finds a statement whose result row is of other types or names than when it was
// prepared: the server refuses its plan (RevalidateCachedQuery in plancache.c) until it is
// prepared again.
func (j *judge) cachedPlan(st *statement, later *sqlscan.Binding) *diff {
	q := st.site.query
	changed := changedColumn(st.base.Columns, later.Columns)
	if changed == "" || !st.base.Command.IsQuery() {
		return nil
	}
	d := &diff{key: diffKey{aspect: ofPlan}, rule: CachedPlan, verdict: Transient, now: sqlscan.Outcome{SQLSTATE: "0A000"}}
	for i := range st.base.Columns {
		if i >= len(later.Columns) || !describedAlike(st.base.Columns[i], later.Columns[i]) {
			d.object = st.base.Columns[i].Origin
			break
		}
	}
	switch mode := j.planMode(q); {
	case q.Kept:
		d.verdict = Breaks
		d.message = fmt.Sprintf("cached plan must not change result type (%s): the statement that is prepared here "+
			"fails until it is prepared anew", changed)
	case mode == usage.CachesDescription && len(st.base.Columns) != len(later.Columns):
		d.now.SQLSTATE = "08P01"
		d.message = fmt.Sprintf("bind message has %d result formats but query has %d columns: once for each connection",
			len(st.base.Columns), len(later.Columns))
	case mode == usage.CachesStatements:
		d.message = fmt.Sprintf("cached plan must not change result type (%s): once for each connection, and a "+
			"transaction is lost", changed)
	default:
		return nil
	}
	return d
}

// cachedParams finds a statement that does not work with the types that its parameters had
// when it was prepared, though it does with those that they have now.
func (j *judge) cachedParams(st *statement, later *sqlscan.Binding, state *catalog.Schema) *diff {
	q := st.site.query
	if slices.ContainsFunc(st.text.Holes, func(h sqltext.Hole) bool { return h.Written }) {
		return nil // What is prepared has values in it, and seldom comes again.
	}
	if !st.base.Command.IsQuery() || maps.Equal(st.base.Params, later.Params) ||
		!q.Kept && j.planMode(q) == usage.KeepsNothing {
		return nil
	}
	env := j.env(st, state)
	env.Params = st.base.Params
	first := sqlscan.Bind(st.st, env).First(sqlscan.PlanPhase)
	if first == nil {
		return nil
	}
	d := &diff{key: diffKey{first.Key(), ofKeptParameters}, now: *first, rule: CachedPlan, verdict: Transient,
		object: objectOf(*first), about: first.Operands, message: first.Message + ", with the types that the parameters had"}
	if gone := j.goneType(st.base.Params, state); gone != "" {
		d.now.SQLSTATE = "XX000"
		d.message = fmt.Sprintf("cache lookup failed for type (%s, which the parameter had, is gone)", gone)
	}
	if q.Kept {
		d.verdict = Breaks
		d.message += " when this was prepared"
	} else {
		d.message += ": once for each connection"
	}
	return d
}

// goneType is a type of parameters that the base has and a state has no more, by its name there; one that was made
// again under its name is another type.
func (j *judge) goneType(params map[int]catalog.ID, state *catalog.Schema) string {
	for _, n := range slices.Sorted(maps.Keys(params)) {
		t, had := j.Base.TypeByID(params[n])
		if _, has := state.TypeByID(params[n]); had && !has {
			return t.Name
		}
	}
	return ""
}

// copied finds the columns of a CopyFrom whose type is another: pgx keeps the types that it
// has once asked for (copy_from.go), and sends rows in their binary form.
func (j *judge) copied(st *statement, later *sqlscan.Binding, state *catalog.Schema) []*diff {
	q := st.site.query
	if st.base.Command != pgtree.Copy || q.Driver != "pgx5" || j.planMode(q) == usage.KeepsNothing {
		return nil
	}
	was := byKey(st.base)
	var out []*diff
	for _, o := range later.Outcomes {
		before := was[o.Key()]
		if o.Kind != catalog.KindColumn || before.Ref != o.Ref || before.Type.ID == o.Type.ID {
			continue
		}
		d := &diff{key: diffKey{o.Key(), ofCopiedColumn}, now: o, rule: CachedPlan, verdict: Breaks, object: objectOf(o)}
		d.message = fmt.Sprintf("CopyFrom sends column %q as %s, which is %s now, until its connection is closed", o.Name,
			typeName(j.Base, before.Type), typeName(state, o.Type))
		switch outcome := drivertype.Copy(measuredType(j.Base, before.Type.ID), measuredType(state, o.Type.ID)); outcome {
		case drivertype.Copied:
			continue
		case drivertype.Corrupts:
			d.verdict = Corrupts
		case "", "client":
			d.verdict = MayBreak
		default:
			d.now.SQLSTATE = outcome
		}
		out = append(out, d)
	}
	return out
}

// planMode is how the driver of a query keeps plans: as the code sets it, else as the driver
// does by itself.
func (j *judge) planMode(q *usage.Query) usage.PlanMode {
	switch {
	case q.PlanMode != "":
		return q.PlanMode
	case q.Site.API == "" || j.Version.Source == "sql":
		return usage.KeepsNothing // It is not known what sends it.
	case !slices.ContainsFunc(j.drivers(q), func(d string) bool { return strings.HasPrefix(d, "pgx") }):
		return usage.KeepsNothing
	case j.Version.PlanMode != "":
		return j.Version.PlanMode
	}
	return usage.CachesStatements
}

// changedColumn says what is different in the description of a row; empty if nothing is.
func changedColumn(was, now []sqlscan.Column) string {
	for i := range min(len(was), len(now)) {
		if !describedAlike(was[i], now[i]) {
			return "column " + now[i].Name
		}
	}
	if len(was) != len(now) {
		return fmt.Sprintf("%d columns, were %d", len(now), len(was))
	}
	return ""
}

// describedAlike says that two columns of a row are described alike, as far as their types are known.
func describedAlike(was, now sqlscan.Column) bool {
	return was.Name == now.Name &&
		(was.Type.ID == now.Type.ID && was.Type.Mod == now.Type.Mod || was.Type.ID == 0 || now.Type.ID == 0)
}
