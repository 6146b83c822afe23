package sqlscan

import (
	"fmt"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// call is a function call as far as the choice between overloads looks at it.
type call struct {
	schema, name string
	args         []value
	names        []string // of the named arguments, which stand last
	star         bool
	variadic     bool
	// procedure says that the call is CALL's.
	procedure bool
	// within says that the last arguments stand in WITHIN GROUP; over that it is a window call.
	within, over bool
	// aggregateOnly is the clause that only an aggregate may have: DISTINCT, ORDER BY, FILTER.
	aggregateOnly string
	at, end       int
}

// funcCall binds a call (ParseFuncOrColumn).
func (b *binder) funcCall(l *level, f *pg_query.FuncCall) value { return b.callFunction(l, f, false) }

func (b *binder) callFunction(l *level, f *pg_query.FuncCall, procedure bool) value {
	c := call{star: f.AggStar, variadic: f.FuncVariadic, procedure: procedure, within: f.AggWithinGroup,
		over: f.Over != nil, at: b.at(f.Location)}
	parts := strs(f.Funcname)
	c.schema, c.name = qualifiedName(parts)
	c.end = b.nameEnd(c.at, len(parts))
	for _, n := range f.Args {
		if named := n.GetNamedArgExpr(); named != nil {
			c.names = append(c.names, named.Name)
		}
		c.args = append(c.args, b.expr(l, n))
	}
	if f.AggWithinGroup {
		for _, n := range f.AggOrder {
			c.args = append(c.args, b.expr(l, n.GetSortBy().GetNode()))
		}
	} else {
		b.sorts(l, f.AggOrder, targetList{noAlias: true})
	}
	if f.AggFilter != nil {
		c.aggregateOnly = "FILTER"
		b.boolean(b.expr(l, f.AggFilter), "FILTER")
	}
	if f.AggDistinct {
		c.aggregateOnly = "DISTINCT"
		for _, v := range c.args {
			b.groupable(v, c.at, "DISTINCT")
		}
	}
	if len(f.AggOrder) > 0 {
		c.aggregateOnly = "ORDER BY"
	}
	v := b.resolveCall(c)
	if f.AggWithinGroup && v.fn != nil {
		b.sortedWithin(v.fn, c.args, len(f.Args))
	}
	if v.fn != nil && v.fn.Kind == catalog.Aggregate {
		if b.calls == nil {
			b.calls = map[*pg_query.FuncCall]bool{}
		}
		b.calls[f], b.hasAggregates = true, true
	}
	if v.fn != nil && v.fn.ReturnsSet {
		if b.sets == nil {
			b.sets = map[*pg_query.FuncCall]bool{}
		}
		b.sets[f] = true
	}
	b.window(l, f.Over)
	b.literalArgs(f, c, v)
	return v
}

// sortedWithin notes how the values of WITHIN GROUP (ORDER BY …), which stand behind direct ones, are sorted. Those
// that the aggregate takes as a type of its own are of that.
func (b *binder) sortedWithin(fn *catalog.Function, args []value, direct int) {
	for i, v := range args[direct:] {
		if n := direct + i; n < len(fn.Args) && !sqltype.IsPolymorphic(fn.Args[n].Type.ID) &&
			fn.Args[n].Type.ID != sqltype.OIDAny {
			continue
		}
		b.sortable(v, v.at)
		b.compared(v, v.at, "ORDER BY", b.ordering(v.typ.ID))
	}
}

// resolveCall finds the function of a call and notes the outcome.
func (b *binder) resolveCall(c call) value {
	o := Outcome{Start: c.at, End: c.end, Kind: catalog.KindFunction, Name: dotted(c.schema, c.name),
		Object: catalog.Name{Kind: catalog.KindFunction, Schema: c.schema, Name: c.name}}
	list, open := b.candidates(c, b.env.Schema)
	in := valueTypes(c.args)
	if best := exactly(list, in); best == nil || best.Ambiguous {
		if v, ok := b.castCall(c); ok && best == nil {
			return v
		}
	}
	best, many := b.types().Choose(list, in)
	if many {
		best, many = b.inOneVersion(best, in, func(s *catalog.Schema) []sqltype.Candidate {
			list, _ := b.candidates(c, s)
			return list
		})
	}
	switch {
	case best != nil && best.Fn == nil:
		b.note(o)
		return value{failed: true}
	case best != nil && !many:
		return b.called(c, o, best)
	case !many && b.projects(c):
		return b.fieldAt(c.args[0], c.name, c.at)
	case many && slices.Contains(in, 0):
		o.State = Unknown
		b.note(o)
		return value{failed: true}
	case many:
		o.State, o.SQLSTATE = Failed, "42725"
		o.Message = fmt.Sprintf("function %s(%s) is not unique", dotted(c.schema, c.name), b.argTypes(c.args))
	default:
		o.State, o.SQLSTATE = Failed, "42883"
		o.Message = fmt.Sprintf("function %s(%s) does not exist", dotted(c.schema, c.name), b.argTypes(c.args))
		if c.procedure {
			o.Message = "procedure" + strings.TrimPrefix(o.Message, "function")
		}
	}
	if c.schema != "" && !b.namespaceExists(c.schema) {
		o.SQLSTATE, o.Message = "3F000", fmt.Sprintf("schema %q does not exist", c.schema)
	}
	b.about(&o, c.args...)
	o.Object = catalog.Name{Kind: catalog.KindFunction, Schema: c.schema, Name: c.name}
	b.soften(&o, open, false)
	b.note(o)
	return value{failed: true}
}

// inOneVersion chooses among what a version has, the newest first, where the server's is not known and several of all
// versions together fit equally well; false if one fits best.
func (b *binder) inOneVersion(best *sqltype.Candidate, in []catalog.ID,
	list func(*catalog.Schema) []sqltype.Candidate) (*sqltype.Candidate, bool) {
	if b.env.Schema.Server != 0 {
		return best, true
	}
	for v := catalog.NewestServer; v >= catalog.OldestServer; v-- {
		if one, many := b.types().Choose(list(b.env.Schema.As(v)), in); one != nil && !many {
			return one, false
		}
	}
	return best, true
}

func (b *binder) namespaceExists(name string) bool {
	_, ok := b.env.Schema.Namespace(name)
	return ok
}

func exactly(list []sqltype.Candidate, in []catalog.ID) *sqltype.Candidate {
	for i := range list {
		if slices.Equal(list[i].Args, in) {
			return &list[i]
		}
	}
	return nil
}

// called notes the function that a call means, checks that it may stand there, and gives
// its result.
func (b *binder) called(c call, o Outcome, best *sqltype.Candidate) value {
	f := best.Fn
	o.Object.Schema, o.Type = f.Schema, f.Result
	if f.ID != 0 {
		o.Ref = catalog.Dep{Class: catalog.ClassFunction, ID: f.ID}
	}
	o.Meaning, o.Operands = b.callMeaning(f, c.args), nil
	for _, a := range c.args {
		if a.col != nil {
			o.Operands = append(o.Operands, a.col.table())
		}
	}
	if sqlstate, message := c.misplaced(f, b.argTypes(c.args)); sqlstate != "" {
		o.State, o.SQLSTATE, o.Message = Failed, sqlstate, message
		b.note(o)
		return value{failed: true}
	}
	b.depend(catalog.Dep{Class: catalog.ClassFunction, ID: f.ID})
	for _, t := range best.Args {
		b.looksType(t)
		b.guardDomain(t, c.at)
	}
	b.note(o)
	v := value{fn: f, args: c.args, at: c.at, holdsColumn: holdsColumn(c.args), solved: b.takes(best, c.args)}
	v.typ = b.polymorphic(f.Result, v)
	b.sparing(b.spared && f.Stable, func() { b.body(f, c.at, nil) })
	if sqltype.IsPolymorphic(f.Result.ID) && v.typ.ID == 0 && slices.ContainsFunc(best.Args, sqltype.IsPolymorphic) &&
		!slices.Contains(valueTypes(c.args), 0) && !v.solved.Unknown {
		b.mismatch(c.at, "polymorphic", "42804", "could not determine polymorphic type because input has type unknown")
	}
	return v
}

// misplaced says why a function of its kind cannot be called so; empty if it can.
func (c call) misplaced(f *catalog.Function, types string) (sqlstate, message string) {
	switch {
	case c.procedure:
	case f.Kind == catalog.Procedure:
		return "42809", fmt.Sprintf("%s(%s) is a procedure", c.name, types)
	case f.Kind == catalog.WindowFunc && !c.over:
		return "42809", fmt.Sprintf("window function %s requires an OVER clause", c.name)
	case f.Kind == catalog.Plain && c.over:
		return "42809", fmt.Sprintf("OVER specified, but %s is not a window function nor an aggregate function", c.name)
	case f.Kind == catalog.Plain && c.star:
		return "42809", fmt.Sprintf("%s(*) specified, but %s is not an aggregate function", c.name, c.name)
	case f.Kind == catalog.Plain && c.within:
		return "42809", fmt.Sprintf("WITHIN GROUP specified, but %s is not an aggregate function", c.name)
	case f.Kind == catalog.Plain && c.aggregateOnly != "":
		return "42809", fmt.Sprintf("%s specified, but %s is not an aggregate function", c.aggregateOnly, c.name)
	}
	return "", ""
}

// candidates are the functions of that name in the search path that take so many values,
// with the types that they declare for them (FuncnameGetCandidates). Of two with the same
// types that in the earlier schema hides the other.
func (b *binder) candidates(c call, s *catalog.Schema) (list []sqltype.Candidate, open bool) {
	open = c.schema == "" && b.env.PathUnknown
	for _, ns := range b.schemas(c.schema) {
		b.looks(catalog.KindFunction, ns, c.name)
		if ns == "pg_temp" && c.schema == "" {
			continue
		}
		var here []sqltype.Candidate
		for _, f := range s.Functions(ns, c.name) {
			if c.procedure || f.Kind != catalog.Procedure || len(c.names) == 0 {
				if cand, ok := b.fit(c, f); ok {
					here = addCandidate(here, cand)
				}
			}
		}
		for _, cand := range here {
			if exactly(list, cand.Args) == nil {
				list = append(list, cand)
			}
		}
		if n, ok := s.Namespace(ns); ok && n.Open {
			open = true
		}
	}
	return list, open
}

// addCandidate adds a candidate of one schema. Of two with the same types one that is not
// variadic wins; else neither does, even if only one needs defaults.
func addCandidate(list []sqltype.Candidate, c sqltype.Candidate) []sqltype.Candidate {
	old := exactly(list, c.Args)
	switch {
	case old == nil:
		return append(list, c)
	case old.Expanded != c.Expanded:
		if old.Expanded {
			*old = c
		}
	default:
		old.Ambiguous = true
	}
	return list
}

// fit says whether a function takes the call's arguments by count and name, and which type
// it declares for each.
func (b *binder) fit(c call, f *catalog.Function) (sqltype.Candidate, bool) {
	in := f.Inputs()
	if c.procedure {
		in = f.CallArgs()
	}
	if len(c.names) > 0 {
		return c.fitNamed(f, in)
	}
	n := len(c.args)
	cand := sqltype.Candidate{Fn: f}
	variadic := len(in) > 0 && in[len(in)-1].Mode == 'v'
	if variadic && !c.variadic && n >= len(in) {
		elem := b.types().VariadicElem(in[len(in)-1].Type.ID)
		for i := range n {
			if i < len(in)-1 {
				cand.Args = append(cand.Args, in[i].Type.ID)
			} else {
				cand.Args = append(cand.Args, elem)
			}
		}
		cand.Expanded = true
		return cand, true
	}
	if n > len(in) || c.variadic && !variadic {
		return cand, false
	}
	for i, a := range in {
		if i < n {
			cand.Args = append(cand.Args, a.Type.ID)
		} else if !a.HasDefault {
			return cand, false
		}
	}
	return cand, true
}

// fitNamed is fit for a call with named arguments (MatchNamedCall).
func (c call) fitNamed(f *catalog.Function, in []catalog.Arg) (sqltype.Candidate, bool) {
	cand := sqltype.Candidate{Fn: f, Args: make([]catalog.ID, len(c.args))}
	positional := len(c.args) - len(c.names)
	if positional > len(in) {
		return cand, false
	}
	given := map[string]int{}
	for i, n := range c.names {
		given[n] = positional + i
	}
	for i, a := range in {
		at, named := given[a.Name]
		switch {
		case i < positional:
			if named && a.Name != "" {
				return cand, false
			}
			cand.Args[i] = a.Type.ID
		case named && a.Name != "":
			cand.Args[at] = a.Type.ID
			delete(given, a.Name)
		case !a.HasDefault:
			return cand, false
		}
	}
	return cand, len(given) == 0
}

// projects says that f(x), which is no function, is the field f of the row x
// (ParseComplexProjection).
func (b *binder) projects(c call) bool {
	if len(c.args) != 1 || len(c.names) > 0 || c.star || c.schema != "" || c.variadic || c.within || c.over ||
		c.aggregateOnly != "" || c.procedure {
		return false
	}
	v := c.args[0]
	if v.row != nil {
		return len(v.row.find(c.name)) == 1
	}
	if row, ok := b.env.Schema.RowColumns(v.typ.ID); ok {
		return slices.ContainsFunc(row, func(x catalog.Column) bool { return x.Name == c.name })
	}
	return slices.ContainsFunc(v.fields(), func(x Column) bool { return x.Name == c.name })
}

// functionOf is v.f for a function f that takes the row v. The outcome is that of the
// column that stood there, or could.
func (b *binder) functionOf(v value, name string, column Outcome) (value, bool) {
	c := call{name: name, args: []value{v}, at: column.Start, end: column.End}
	list, _ := b.candidates(c, b.env.Schema)
	best, many := b.types().Choose(list, valueTypes(c.args))
	if best == nil || best.Fn == nil || many {
		return value{}, false
	}
	column.Object = catalog.Name{Kind: catalog.KindFunction, Schema: best.Fn.Schema, Name: name}
	b.note(column)
	o := Outcome{Start: c.at, End: c.end, Kind: catalog.KindFunction, Name: name,
		Object: catalog.Name{Kind: catalog.KindFunction, Name: name}}
	return b.called(c, o, best), true
}

// castCall is a cast that is written as a call (func_get_detail, FuncNameAsType).
func (b *binder) castCall(c call) (value, bool) {
	if len(c.args) != 1 || len(c.names) > 0 || c.star || c.within || c.over {
		return value{}, false
	}
	t, _ := b.lookupType(c.schema, c.name)
	if t == nil || t.Shell || t.Kind == catalog.CompositeType || t.Schema == "pg_temp" && c.schema == "" {
		return value{}, false
	}
	if source := c.args[0].typ.ID; source != catalog.OIDUnknown && source != 0 && !b.types().CallCasts(source, t.ID) {
		return value{}, false
	}
	v, _ := b.coerce(c.args[0], catalog.TypeRef{ID: t.ID}, sqltype.Explicit)
	return v, true
}

// polymorphic replaces a polymorphic type of a function by what it stands for in a call.
func (b *binder) polymorphic(t catalog.TypeRef, v value) catalog.TypeRef {
	if !sqltype.IsPolymorphic(t.ID) {
		return t
	}
	return catalog.TypeRef{ID: b.types().Replace(v.solved, t.ID)}
}

func (b *binder) argTypes(args []value) string {
	names := make([]string, 0, len(args))
	for _, a := range args {
		names = append(names, b.types().Name(a.typ.ID))
	}
	return strings.Join(names, ", ")
}

func valueTypes(args []value) []catalog.ID {
	out := make([]catalog.ID, len(args))
	for i, a := range args {
		out[i] = a.typ.ID
	}
	return out
}
