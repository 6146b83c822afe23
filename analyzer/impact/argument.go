package impact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/schemavet/schemavet/analyzer/internal/drivertype"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// arguments finds the Go values that a parameter does not take any more.
func (j *judge) arguments(st *statement, later *sqlscan.Binding, state *catalog.Schema) []*diff {
	var out []*diff
	for _, a := range st.sent() {
		a.base, a.later = st.base, later
		was, now := a.typeIn(st.base), a.typeIn(later)
		if was == 0 || now == 0 {
			continue
		}
		d := cmp.Or(a.encoded(j, st.site.query, was, now, state), a.refused(j.Base, state, was, now), a.tooLong(state))
		if d != nil {
			d.now.Start = a.position(d.object)
			out = append(out, d)
		}
	}
	return out
}

// sent are the values that are sent with a statement, as far as they are known: those that the
// code gives one by one, or those that a library puts in.
func (st *statement) sent() []argument {
	q := st.site.query
	var out []argument
	for i, h := range st.text.Holes {
		if h.Type != "" {
			out = append(out, argument{Arg: usage.Arg{Type: h.Type}, n: sqltext.Parameter(i), written: h.Written})
		}
	}
	if len(st.text.Holes) > 0 || len(st.sql.Statements) != 1 ||
		q.Style != sqltext.Native && q.Style != sqltext.Question && q.Style != sqltext.At {
		return out
	}
	for i, arg := range q.Args {
		out = append(out, argument{Arg: arg, n: i + 1})
	}
	return out
}

// writtenIntegers are the types of the integers that stand in the text where the code has
// parameters.
func (st *statement) writtenIntegers(s *catalog.Schema) map[int]catalog.ID {
	var out map[int]catalog.ID
	int4, ok := s.Type("pg_catalog", "int4")
	for i, h := range st.text.Holes {
		if ok && h.Written && isInteger[h.Type] {
			if out == nil {
				out = map[int]catalog.ID{}
			}
			out[sqltext.Parameter(i)] = int4.ID
		}
	}
	return out
}

var isInteger = map[string]bool{"int": true, "int8": true, "int16": true, "int32": true, "int64": true, "uint": true,
	"uint8": true, "uint16": true, "uint32": true, "uint64": true}

// argument is a value for a parameter, whose number is 1-based.
type argument struct {
	usage.Arg
	n           int
	base, later *sqlscan.Binding
	// written says that it stands in the text.
	written bool
}

// typeIn is the type that a value must go over to: the parameter's, or that of the column that
// an integer in the text is written to.
func (a argument) typeIn(b *sqlscan.Binding) catalog.ID {
	if a.written && isInteger[a.Type] {
		return b.Stores[a.n].Type.ID
	}
	return b.Params[a.n]
}

// drivers are those that send the value; what stands in the text is as lib/pq sends it, as text.
func (a argument) drivers(j *judge, q *usage.Query) []string {
	if a.written {
		return []string{"pq"}
	}
	return j.drivers(q)
}

func (a argument) diff(v Verdict, rule Rule, sqlstate, message string) *diff {
	return &diff{key: diffKey{sqlscan.Key{Kind: sqlscan.KindStatement, Number: int64(a.n)}, ofArgument},
		now: sqlscan.Outcome{SQLSTATE: sqlstate}, rule: rule, verdict: v, message: message, object: a.column()}
}

// column is the column that the parameter is written to or compared with: the one that is
// known to take it, else one whose type is now that of the parameter.
func (a argument) column() catalog.Name {
	if c, ok := a.base.Stores[a.n]; ok {
		return c.Origin
	}
	before := byKey(a.base)
	for _, o := range a.later.Outcomes {
		if o.Kind == catalog.KindColumn && o.Type.ID == a.later.Params[a.n] &&
			before[o.Key()].Type.ID == a.base.Params[a.n] {
			return objectOf(before[o.Key()])
		}
	}
	return catalog.Name{}
}

// position is where the statement names a column.
func (a argument) position(n catalog.Name) int {
	i := slices.IndexFunc(a.base.Outcomes,
		func(o sqlscan.Outcome) bool { return o.Kind == catalog.KindColumn && objectOf(o) == n })
	if i < 0 {
		return 0
	}
	return a.base.Outcomes[i].Start
}

// encoded finds a Go type that the driver cannot send as the type of the parameter.
func (a argument) encoded(j *judge, q *usage.Query, was, now catalog.ID, state *catalog.Schema) *diff {
	if was == now || a.Type == "" {
		return nil
	}
	before, _ := agree(a.drivers(j, q), func(d string) (drivertype.Conversion, drivertype.Conversion) {
		return drivertype.Send(d, a.Type, measuredType(j.Base, was)), 0
	})
	after, _ := agree(a.drivers(j, q),
		func(d string) (drivertype.Conversion, drivertype.Conversion) {
			return drivertype.Send(d, a.Type, measuredType(state, now)), 0
		})
	what := fmt.Sprintf("%s for $%d, which is %s now", a.Type, a.n, typeName(state, catalog.TypeRef{ID: now}))
	switch {
	case before == drivertype.Never, before == drivertype.Unmeasured:
		return nil
	case after == drivertype.Never:
		return a.diff(Breaks, TypeMismatch, "", "no value goes over: "+what)
	case after == drivertype.Depends && before == drivertype.Always && !a.Known:
		return a.diff(MayBreak, TypeMismatch, "", "not every value goes over: "+what)
	}
	return nil
}

// refused finds texts that the type of the parameter read and does not read any more: labels
// of an enum that are gone, words where numbers must be.
func (a argument) refused(base, state *catalog.Schema, was, now catalog.ID) *diff {
	var first *sqlscan.Outcome
	var texts []string
	for _, v := range a.Values {
		if sqlscan.Refuses(base, was, v) != nil {
			continue
		}
		if o := sqlscan.Refuses(state, now, v); o != nil {
			first = cmp.Or(first, o)
			texts = append(texts, fmt.Sprintf("%q", v))
		}
	}
	if first == nil {
		return nil
	}
	rule := TypeMismatch
	if first.Enum {
		rule = EnumLabel
	}
	d := a.diff(a.certainIf(len(texts)), rule, first.SQLSTATE,
		fmt.Sprintf("%s does not take %s, which the code sends as $%d", typeName(state, catalog.TypeRef{ID: now}),
			strings.Join(texts, ", "), a.n))
	if t, ok := base.TypeByID(was); ok && first.Enum {
		d.object = catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name}
	}
	return d
}

// certainIf is Breaks if n texts are all that the argument can be.
func (a argument) certainIf(n int) Verdict {
	if a.Known && n == len(a.Values) {
		return Breaks
	}
	return MayBreak
}

// tooLong finds a text that the column that takes it has become too short for.
func (a argument) tooLong(state *catalog.Schema) *diff {
	was, ok := a.base.Stores[a.n]
	now, still := a.later.Stores[a.n]
	if !ok || !still || was.Type == now.Type ||
		!slices.Contains([]string{"varchar", "bpchar"}, measuredType(state, now.Type.ID)) {
		return nil
	}
	var over []string
	for _, v := range a.Values {
		if fits(v, was.Type.Mod) && !fits(v, now.Type.Mod) {
			over = append(over, fmt.Sprintf("%q", v))
		}
	}
	if len(over) == 0 {
		return nil
	}
	return a.diff(a.certainIf(len(over)), WriteCheck, "22001",
		fmt.Sprintf("value too long for column %q: %s, which the code sends as $%d", now.Name, strings.Join(over, ", "), a.n))
}

// fits says that a text is not longer, in characters, than a type's modifier allows.
func fits(text, mod string) bool {
	var n int
	if _, err := fmt.Sscan(mod, &n); err != nil {
		return true
	}
	return utf8.RuneCountInString(strings.TrimRight(text, " ")) <= n
}
