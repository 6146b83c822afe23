package extract

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// given is what a function of another package does with rows in its parameters.
func (x *extractor) given(fn *types.Func) (map[int]fact.Reads, bool) {
	if fn.Pkg() == nil || fn.Pkg() == x.Pkg || x.API.IsDatabase(fn.Pkg().Path()) {
		return nil, false
	}
	known, ok := x.Facts.Import(fn)
	if !ok {
		return nil, false
	}
	return known.Params, known.Params != nil
}

// followRows finds out what each call's rows become.
func (x *extractor) followRows() {
	if len(x.order) == 0 && !x.takesRows() {
		return
	}
	x.rows.Prepare()
	x.reads = map[*ast.CallExpr]fact.Reads{}
	for _, call := range x.order {
		x.readsOf(x.sites[call])
	}
	x.named = x.byName()
}

// takesRows says that a function of the package is given rows.
func (x *extractor) takesRows() bool {
	for fn := range x.pkg.Functions() {
		if x.rows.TakesRows(fn) {
			return true
		}
	}
	return false
}

// readsOf is what becomes of the rows of a site, as far as its function tells.
func (x *extractor) readsOf(st *site) fact.Reads {
	if r, ok := x.reads[st.call]; ok {
		return r
	}
	x.reads[st.call] = fact.Reads{Open: true}
	if e := x.beside[st.call]; e != nil {
		if v := x.prepared(e); v != nil {
			x.reads[st.call] = x.rows.Field(v)
		}
		return x.reads[st.call]
	}
	var out fact.Reads
	for _, t := range x.targets(st.call) {
		switch {
		case t.fn != nil && len(x.sinksOf(t.fn)) > 0:
			out.Add(x.rows.At(st.call, x.sentBy(t.fn)))
		case t.fn != nil && t.shift == 0:
			out.Add(x.rows.Of(st.call))
		default:
			out.Open = true
		}
	}
	x.reads[st.call] = out
	return out
}

// sentBy is what a function does with the rows of what it sends for its callers.
func (x *extractor) sentBy(fn *types.Func) fact.Reads {
	fn = fn.Origin()
	if fn.Pkg() != x.Pkg {
		if known, ok := x.Facts.Import(fn); ok {
			return known.Sent
		}
		return fact.Reads{Open: true}
	}
	var out fact.Reads
	for _, call := range x.order {
		if st := x.sites[call]; st.fn != nil && st.fn.Origin() == fn &&
			slices.ContainsFunc(st.texts, func(s sent) bool { return s.value.HasParam() }) {
			out.Add(x.readsOf(st))
		}
	}
	return out
}

// rowFacts tells other packages what functions do with rows that they are given.
func (x *extractor) rowFacts(res *Result) {
	for fn := range x.pkg.Functions() {
		if !fn.Exported() || !x.rows.TakesRows(fn) {
			continue
		}
		if res.Facts[fn] == nil {
			res.Facts[fn] = &fact.Fact{}
		}
		res.Facts[fn].Params = x.rows.ReadParams(fn)
	}
}

// byName are the rows of the statements that the package prepares under a name and sends by
// it, as pgx does.
func (x *extractor) byName() map[string]fact.Reads {
	out := map[string]fact.Reads{}
	for _, call := range x.order {
		for _, s := range x.sites[call].texts {
			if name, ok := s.value.Constant(); ok && s.driver != "" && preparedName.MatchString(name) {
				reads := out[name]
				reads.Add(x.readsOf(x.sites[call]))
				out[name] = reads
			}
		}
	}
	return out
}

// statementName is the name that a call of pgx prepares a statement under.
func (x *extractor) statementName(st *site) string {
	if st.texts[0].driver == "" || !strings.HasSuffix(st.texts[0].api, ").Prepare") || len(st.call.Args) < 2 {
		return ""
	}
	if v := x.Info.Types[st.call.Args[1]].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

// consumers sets what is known of the code that reads the rows of a site.
func (x *extractor) consumers(st *site, q *usage.Query) {
	if c := st.texts[0].reader; c != nil {
		q.Reading, q.Consumers = usage.AllReading, []usage.Consumer{*c}
		return
	}
	reads := x.readsOf(st)
	if reads.Returned && st.fn != nil && !st.forwards() {
		reads.Returned = false
		reads.Add(x.rows.Callers(st.fn))
	}
	if name := x.statementName(st); name != "" {
		byName, ok := x.named[name]
		reads = byName
		reads.Open = reads.Open || !ok
	}
	q.Reading = usage.AllReading
	if reads.Open || reads.Returned {
		q.Reading = usage.SomeReading
	}
	for _, r := range reads.Readers {
		if r.From != fact.Here {
			q.Reading = usage.SomeReading
			continue
		}
		if reads.Asks {
			r.Consumer.Unsure = "the code looks at the columns of the row itself"
		}
		if !slices.ContainsFunc(q.Consumers, func(c usage.Consumer) bool { return sameConsumer(c, r.Consumer) }) {
			q.Consumers = append(q.Consumers, r.Consumer)
		}
	}
	if q.Reading == usage.SomeReading && len(q.Consumers) == 0 {
		q.Reading = usage.UnknownReading
	}
	q.Kept = reads.Kept || q.Driver != "" && strings.HasSuffix(q.Site.API, ").Prepare")
	if !q.Kept && prepares.MatchString(q.Site.API) && q.Reading == usage.AllReading {
		q.PlanMode = usage.KeepsNothing // It is prepared anew each time.
	}
	q.PlanMode = cmp.Or(q.PlanMode, x.planMode(st.call))
}

func sameConsumer(a, b usage.Consumer) bool {
	return a.API == b.API && a.File == b.File && a.Line == b.Line && a.Column == b.Column && slices.Equal(a.Dests, b.Dests)
}
