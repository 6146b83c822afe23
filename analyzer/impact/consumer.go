package impact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/drivertype"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
)

// compare is what is different from the base for a statement in a later state: in its names,
// and for the code that reads its rows.
func (j *judge) compare(st *statement, later *sqlscan.Binding, state *catalog.Schema) map[diffKey]*diff {
	out := compare(st.base, later, j.Base, state, j.Memo)
	for _, d := range slices.Concat(j.copied(st, later, state), j.arguments(st, later, state)) {
		out[d.key] = d
	}
	if later.Opaque != "" || st.base.Opaque != "" || later.First(sqlscan.PlanPhase) != nil {
		return out
	}
	if !st.base.ColumnsUnknown && !later.ColumnsUnknown {
		j.read(st, later, state, out)
	}
	if !failing(out) {
		d := j.cachedPlan(st, later)
		if d == nil {
			d = j.cachedParams(st, later, state)
		}
		if d != nil {
			out[d.key] = d
		}
	}
	return out
}

func failing(diffs map[diffKey]*diff) bool {
	for _, d := range diffs {
		if d.verdict == Breaks {
			return true
		}
	}
	return false
}

// read adds what the code that reads the rows cannot take.
func (j *judge) read(st *statement, later *sqlscan.Binding, state *catalog.Schema, out map[diffKey]*diff) {
	q := st.site.query
	if q.Reading == usage.AllReading {
		delete(out, resultKey)
	}
	for i := range q.Consumers {
		r := &rowReader{Consumer: &q.Consumers[i], drivers: j.drivers(q), base: st.base, was: j.Base}
		if len(r.misfits(st.base.Columns)) > 0 {
			continue // It does not read this statement, or failed before.
		}
		for _, d := range r.differences(later.Columns, state) {
			d.now.Start = positionOf(st.base, d.from)
			out[d.key] = &d.diff
			delete(out, resultKey)
		}
	}
}

// resultKey is the difference of a result of which it is not known who reads it.
var resultKey = diffKey{aspect: ofResult}

// drivers are those that may read the rows of a query.
func (j *judge) drivers(q *usage.Query) []string {
	switch {
	case q.Driver != "":
		return []string{q.Driver}
	case len(j.Version.Drivers) > 0:
		return j.Version.Drivers
	}
	return drivertype.Standard
}

// positionOf is the place of the first name of a statement that is bound to a column.
func positionOf(b *sqlscan.Binding, c *sqlscan.Column) int {
	first := -1
	if c == nil || c.Ref.ID == 0 {
		return 0
	}
	for _, o := range b.Outcomes {
		if o.Kind == catalog.KindColumn && o.Ref == c.Ref && o.InText() && (first < 0 || o.Start < first) {
			first = o.Start
		}
	}
	return max(first, 0)
}

// rowReader compares a consumer with the rows that it gets.
type rowReader struct {
	*usage.Consumer
	drivers []string
	base    *sqlscan.Binding
	was     *catalog.Schema
}

// rowDiff is what a row of another shape does to a consumer; from is the column at fault.
type rowDiff struct {
	diff
	from *sqlscan.Column
}

// misfit is a column without a destination, or a destination without a column.
type misfit struct {
	message string
	column  *sqlscan.Column
}

// misfits says why a row cannot be taken.
func (r *rowReader) misfits(cols []sqlscan.Column) []misfit {
	var out []misfit
	switch r.Match {
	case usage.ByPosition:
		if len(cols) != len(r.Dests) {
			out = append(out, misfit{message: fmt.Sprintf("the row has %s, %s takes %d", count(len(cols), "column"),
				shortAPI(r.API), len(r.Dests))})
		}
	case usage.ByName:
		for i := range cols {
			if r.Extra == usage.Refused && r.destOf(cols[i].Name, cols) == nil {
				out = append(out, misfit{fmt.Sprintf("column %q has no destination in %s", cols[i].Name, shortAPI(r.API)),
					&cols[i]})
			}
		}
		for _, d := range r.Dests {
			if r.Missing == usage.Refused && r.columnOf(d, cols) == nil {
				out = append(out, misfit{message: fmt.Sprintf("no column for %s, which %s wants", d.Name, shortAPI(r.API))})
			}
		}
	}
	return out
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// shortAPI is the name of a function without its package.
func shortAPI(api string) string { return api[strings.LastIndexByte(api, '.')+1:] }

// columnOf finds the column that a destination takes, nil if there is none.
func (r *rowReader) columnOf(d usage.Dest, cols []sqlscan.Column) *sqlscan.Column {
	fold := func(s string) string { return s }
	switch d.Fold {
	case usage.NoCase:
		// The exact name comes first.
		if i := slices.IndexFunc(cols, func(c sqlscan.Column) bool { return c.Name == d.Name }); i >= 0 {
			return &cols[i]
		}
		fold = strings.ToLower
	case usage.NoUnderscores:
		fold = func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	}
	for i := range cols {
		if fold(cols[i].Name) == fold(d.Name) {
			return &cols[i]
		}
	}
	return nil
}

// destOf finds the destination of a column by name.
func (r *rowReader) destOf(name string, cols []sqlscan.Column) *usage.Dest {
	for i := range r.Dests {
		if c := r.columnOf(r.Dests[i], cols); c != nil && c.Name == name {
			return &r.Dests[i]
		}
	}
	return nil
}

// differences are what a later row does that the row of the base did not.
func (r *rowReader) differences(cols []sqlscan.Column, state *catalog.Schema) []rowDiff {
	var out []rowDiff
	add := func(what string, v Verdict, from *sqlscan.Column, rule Rule, message string) {
		if r.Unsure != "" && v != MayBreak {
			v, message = MayBreak, message+" ("+r.Unsure+")"
		}
		d := diff{rule: rule, verdict: v, message: message, reader: r.Consumer}
		d.key = diffKey{sqlscan.Key{Text: fmt.Sprintf("%s %s:%d:%d", what, r.File, r.Line, r.Column)}, ofReader}
		if from != nil {
			d.object = from.Origin
		}
		out = append(out, rowDiff{d, from})
	}
	for i, m := range r.misfits(cols) {
		from := m.column
		if from == nil {
			from = r.gone(cols)
		}
		if from == nil {
			from = r.added(cols)
		}
		add(fmt.Sprint("misfit ", i), Breaks, from, ResultShape, m.message)
	}
	if len(out) > 0 {
		return out
	}
	for i := range r.base.Columns {
		was := &r.base.Columns[i]
		now, dest := r.counterpart(i, cols)
		switch {
		case now == nil && r.Match == usage.IntoMap:
			add("gone "+was.Name, MayBreak, was, ResultShape,
				fmt.Sprintf("the row has no column %q any more, which the code may ask for", was.Name))
		case now == nil && r.Match == usage.ByName && r.destOf(was.Name, r.base.Columns) != nil:
			add("gone "+was.Name, Corrupts, was, ResultShape,
				fmt.Sprintf("nothing fills the field for column %q any more", was.Name))
		case now == nil || dest == nil:
		default:
			if r.Match == usage.ByPosition && now.Name != was.Name && now.Ref != was.Ref {
				add(fmt.Sprint("moved ", i), Corrupts, was, ResultShape,
					fmt.Sprintf("destination %d took column %q and now takes %q", i+1, was.Name, now.Name))
			}
			r.converted(was, now, dest, state, add)
		}
	}
	return out
}

// counterpart is the later column in the place of the i-th of the base, and its destination.
func (r *rowReader) counterpart(i int, cols []sqlscan.Column) (*sqlscan.Column, *usage.Dest) {
	switch r.Match {
	case usage.ByPosition:
		if i < len(cols) && i < len(r.Dests) {
			return &cols[i], &r.Dests[i]
		}
		return nil, nil
	case usage.ByName:
		dest := r.destOf(r.base.Columns[i].Name, r.base.Columns)
		if dest == nil {
			return nil, nil
		}
		return r.columnOf(*dest, cols), dest
	}
	k := slices.IndexFunc(cols, func(c sqlscan.Column) bool { return c.Name == r.base.Columns[i].Name })
	if k < 0 {
		return nil, nil
	}
	return &cols[k], &usage.Dest{Type: "any"}
}

// converted finds a column whose type, or whose NULL, a destination does not take any more.
func (r *rowReader) converted(was, now *sqlscan.Column, dest *usage.Dest, state *catalog.Schema,
	add func(string, Verdict, *sqlscan.Column, Rule, string)) {
	if was.Type.ID == 0 || now.Type.ID == 0 {
		return // One of the types is not known.
	}
	if strings.TrimPrefix(dest.Type, "*") == "any" {
		if before, after := r.holds(was.Type, r.was), r.holds(now.Type, state); before != after {
			add("type "+was.Name, MayBreak, was, TypeMismatch,
				fmt.Sprintf("the value of column %q was %s in Go and is %s now", was.Name, before, after))
		}
		return
	}
	before, null := r.read(dest.Type, was.Type, r.was)
	after, _ := r.read(dest.Type, now.Type, state)
	switch {
	case was.Type.ID == now.Type.ID, before == drivertype.Never, before == drivertype.Unmeasured,
		after == drivertype.Unmeasured,
		before == after:
	case after == drivertype.Never:
		add("type "+was.Name, Breaks, was, TypeMismatch,
			fmt.Sprintf("column %q is %s now, which %s cannot read into %s", was.Name, typeName(state, now.Type),
				shortAPI(r.API), dest.Type))
	case after == drivertype.Depends:
		add("type "+was.Name, MayBreak, was, TypeMismatch,
			fmt.Sprintf("column %q is %s now, of which %s cannot read all values into %s", was.Name, typeName(state, now.Type),
				shortAPI(r.API), dest.Type))
	}
	if was.NotNull && !now.NotNull && null == drivertype.Never && before != drivertype.Never {
		add("null "+was.Name, MayBreak, was, ResultShape,
			fmt.Sprintf("column %q can be NULL now, which %s cannot read into %s", was.Name, shortAPI(r.API), dest.Type))
	}
}

// read says what all drivers in question make of a column; what they do not agree on depends.
func (r *rowReader) read(goType string, t catalog.TypeRef, s *catalog.Schema) (value, null drivertype.Conversion) {
	return agree(r.drivers, func(driver string) (drivertype.Conversion, drivertype.Conversion) {
		if r.Through != "" {
			driver = drivertype.Through(driver, r.Through)
		}
		return drivertype.Read(driver, goType, measuredType(s, t.ID))
	})
}

// holds is the Go type that the drivers make of a column where the code takes any.
func (r *rowReader) holds(t catalog.TypeRef, s *catalog.Schema) string {
	var out []string
	for _, d := range r.drivers {
		if h := drivertype.Holds(d, measuredType(s, t.ID)); !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return strings.Join(out, " or ")
}

func agree(drivers []string, of func(driver string) (drivertype.Conversion, drivertype.Conversion)) (value,
	null drivertype.Conversion) {
	for i, d := range drivers {
		v, n := of(d)
		switch {
		case i == 0:
			value, null = v, n
		case v == drivertype.Unmeasured || value == drivertype.Unmeasured:
			return drivertype.Unmeasured, drivertype.Unmeasured
		case v != value:
			value = drivertype.Depends
		}
		if n != null {
			null = drivertype.Depends
		}
	}
	return value, null
}

// measuredType is the name under which convert knows a type: domains are their base, enums are
// all alike.
func measuredType(s *catalog.Schema, id catalog.ID) string {
	t, ok := s.TypeByID(id)
	for ok && t.Kind == catalog.DomainType {
		t, ok = s.TypeByID(t.Base.ID)
	}
	switch {
	case !ok:
		return ""
	case t.Elem != 0 && t.Category == 'A':
		return measuredType(s, t.Elem) + "[]"
	case t.Kind == catalog.EnumType:
		return "enum"
	case t.Schema == "pg_catalog" || t.Extension != "":
		return t.Name
	}
	return ""
}

func typeName(s *catalog.Schema, t catalog.TypeRef) string {
	name := "another type"
	if typ, ok := s.TypeByID(t.ID); ok {
		name = typ.Name
	}
	if t.Mod != "" {
		name += "(" + t.Mod + ")"
	}
	return name
}

// gone is a column of the base that the row has not any more, added one that is new; nil if
// there is none.
func (r *rowReader) gone(cols []sqlscan.Column) *sqlscan.Column { return without(r.base.Columns, cols) }

func (r *rowReader) added(cols []sqlscan.Column) *sqlscan.Column {
	return without(cols, r.base.Columns)
}

func without(cols, others []sqlscan.Column) *sqlscan.Column {
	for i := range cols {
		if !slices.ContainsFunc(others, func(o sqlscan.Column) bool { return o.Name == cols[i].Name }) {
			return &cols[i]
		}
	}
	return nil
}
