package sqlscan

import (
	"fmt"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
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
	at, end   int
}

// funcCall binds a call (ParseFuncOrColumn).
func (b *binder) funcCall(l *level, f *pg_query.FuncCall) value { return b.callFunction(l, f, false) }

func (b *binder) callFunction(l *level, f *pg_query.FuncCall, procedure bool) value {
	c := call{star: f.AggStar, variadic: f.FuncVariadic, procedure: procedure, at: b.at(f.Location)}
	parts := strs(f.Funcname)
	c.schema, c.name = qualifiedName(parts)
	c.end = b.nameEnd(c.at, len(parts))
	for _, n := range f.Args {
		if named := n.GetNamedArgExpr(); named != nil {
			c.names = append(c.names, named.Name)
		}
		c.args = append(c.args, b.expr(l, n))
	}
	var within []value
	for _, n := range f.AggOrder {
		if f.AggWithinGroup {
			within = append(within, b.expr(l, n.GetSortBy().GetNode()))
		}
	}
	if f.AggWithinGroup {
		c.args = append(c.args, within...)
	} else {
		b.sorts(l, f.AggOrder, targetList{noAlias: true})
	}
	b.expr(l, f.AggFilter)
	v := b.resolveCall(c)
	b.window(l, f.Over)
	b.literalArgs(f, c, v)
	return v
}

// resolveCall finds the function of a call and notes the outcome.
func (b *binder) resolveCall(c call) value {
	o := Outcome{Start: c.at, End: c.end, Kind: catalog.KindFunction, Name: dotted(c.schema, c.name),
		Object: catalog.Name{Kind: catalog.KindFunction, Schema: c.schema, Name: c.name}}
	candidates, open := b.candidates(c)
	if f := b.choose(candidates, c); f != nil {
		if f.Kind == catalog.Procedure && !c.procedure {
			o.State, o.SQLSTATE, o.Message = Failed, "42809", fmt.Sprintf("%s(%s) is a procedure", c.name, b.argTypes(c.args))
			b.note(o)
			return value{failed: true}
		}
		o.Object.Schema, o.Type = f.Schema, f.Result
		b.depend(catalog.Dep{Class: catalog.ClassFunction, ID: f.ID})
		b.note(o)
		v := value{fn: f, args: c.args}
		v.typ = b.polymorphic(f.Result, v)
		return v
	}
	if v, ok := b.notReallyCall(c); ok {
		return v
	}
	o.State, o.SQLSTATE = Failed, "42883"
	o.Message = fmt.Sprintf("function %s(%s) does not exist", dotted(c.schema, c.name), b.argTypes(c.args))
	if c.schema != "" {
		if _, ok := b.env.Schema.Namespace(c.schema); !ok {
			o.SQLSTATE, o.Message = "3F000", fmt.Sprintf("schema %q does not exist", c.schema)
		}
	}
	b.soften(&o, open, false)
	b.note(o)
	return value{failed: true}
}

// candidates are the functions of that name in the search path that take so many values.
func (b *binder) candidates(c call) (list []*catalog.Function, open bool) {
	open = c.schema == "" && b.env.PathUnknown
	for _, ns := range b.schemas(c.schema) {
		b.looks(catalog.KindFunction, ns, c.name)
		if ns == "pg_temp" {
			continue
		}
		for _, f := range b.env.Schema.Functions(ns, c.name) {
			if c.fits(f) {
				list = append(list, f)
			}
		}
		if n, ok := b.env.Schema.Namespace(ns); ok && n.Open {
			open = true
		}
	}
	return list, open
}

// fits says that a function can take the call's arguments by count and name.
func (c call) fits(f *catalog.Function) bool {
	if c.star && f.Kind == catalog.Aggregate {
		return true
	}
	in := f.Inputs()
	positional := len(c.args) - len(c.names)
	if len(c.names) == 0 {
		return f.Accepts(positional)
	}
	given := map[string]bool{}
	for _, n := range c.names {
		given[n] = true
	}
	for i, a := range in {
		switch {
		case i < positional:
			if given[a.Name] {
				return false
			}
		case given[a.Name]:
			delete(given, a.Name)
		case !a.HasDefault:
			return false
		}
	}
	return len(given) == 0 && positional <= len(in)
}

// choose picks the overload: the one whose types are met exactly by most arguments; an
// earlier schema wins among equals (FuncnameGetCandidates).
func (b *binder) choose(list []*catalog.Function, c call) *catalog.Function {
	var best *catalog.Function
	bestScore := -1
	for _, f := range list {
		if score := b.score(f, c); score > bestScore {
			best, bestScore = f, score
		}
	}
	return best
}

func (b *binder) score(f *catalog.Function, c call) int {
	in := f.Inputs()
	score := 0
	for i, a := range c.args {
		if len(in) == 0 {
			break
		}
		want := in[min(i, len(in)-1)].Type.ID
		have := b.env.Schema.BaseType(a.typ.ID)
		switch {
		case have == 0 || have == catalog.OIDUnknown:
			if want == catalog.OIDText {
				score++
			}
		case want == have:
			score += 6
		case isPolymorphic(want):
			score += 3
		case b.implicitCast(have, want):
			score += 2
			if t, ok := b.env.Schema.TypeByID(want); ok && t.Preferred {
				score++
			}
		}
	}
	return score
}

func (b *binder) implicitCast(from, to catalog.ID) bool {
	c, ok := catalog.BuiltinCast(from, to)
	return ok && c.Context == 'i'
}

// notReallyCall covers what looks like a call and is none: a cast written as one, a field
// of a row.
func (b *binder) notReallyCall(c call) (value, bool) {
	if len(c.args) != 1 || len(c.names) > 0 || c.star {
		return value{}, false
	}
	if c.schema == "" && c.args[0].row != nil {
		if found := c.args[0].row.find(c.name); len(found) == 1 {
			col := &c.args[0].row.cols[found[0]]
			return value{typ: col.typ, col: col}, true
		}
	}
	if t, _ := b.lookupType(c.schema, c.name); t != nil {
		return value{typ: catalog.TypeRef{ID: t.ID}}, true
	}
	return value{}, false
}

func (b *binder) argTypes(args []value) string {
	names := make([]string, 0, len(args))
	for _, a := range args {
		name := "unknown"
		if t, ok := b.env.Schema.TypeByID(a.typ.ID); ok {
			name = displayName(t.Name)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// displayName is the SQL name of a type, as format_type_be gives it.
func displayName(name string) string {
	if sql, ok := displayNames[name]; ok {
		return sql
	}
	if elem, ok := strings.CutPrefix(name, "_"); ok {
		return displayName(elem) + "[]"
	}
	return name
}

var displayNames = map[string]string{
	"bool": "boolean", "int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real",
	"float8": "double precision", "varchar": "character varying", "bpchar": "character",
	"timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
	"time": "time without time zone", "timetz": "time with time zone", "varbit": "bit varying",
}

// relationArgs are the functions whose first argument is a regclass, so that a constant
// there is a name that is looked up at once.
var relationArgs = map[string]bool{"nextval": true, "currval": true, "setval": true, "pg_relation_size": true,
	"pg_total_relation_size": true, "pg_table_size": true, "pg_indexes_size": true}

// literalArgs looks up the relations that constant arguments name.
func (b *binder) literalArgs(f *pg_query.FuncCall, c call, v value) {
	if v.fn == nil || v.fn.Schema != "pg_catalog" || len(c.args) == 0 || !c.args[0].isLiteral {
		return
	}
	at := b.at(f.Args[0].GetAConst().GetLocation())
	switch {
	case relationArgs[c.name]:
		b.relationLiteral(c.args[0].literal, at)
	case c.name == "pg_get_serial_sequence":
		seen := len(b.Outcomes)
		b.relationLiteral(c.args[0].literal, at)
		for i := seen; i < len(b.Outcomes); i++ {
			b.Outcomes[i].Phase = RunPhase
		}
	}
}

// operator binds an operator expression and tells its result type where that is plain.
func (b *binder) operator(l *level, e *pg_query.A_Expr) value {
	left := b.expr(l, e.Lexpr)
	right := b.expr(l, e.Rexpr)
	_, name := qualifiedName(strs(e.Name))
	switch e.Kind {
	case pg_query.A_Expr_Kind_AEXPR_NULLIF:
		return value{typ: left.typ}
	case pg_query.A_Expr_Kind_AEXPR_OP:
		b.literalOperand(e, left, right)
		return b.operatorResult(name, left, right)
	case pg_query.A_Expr_Kind_AEXPR_IN:
		for _, n := range e.Rexpr.GetList().GetItems() {
			if c := n.GetAConst(); c != nil {
				if v := constant(c); v.isLiteral {
					b.enumLiteral(v.literal, left.typ.ID, b.at(c.Location))
				}
			}
		}
	}
	return typed(catalog.OIDBool)
}

// literalOperand reads a constant as the type of the other side, if that is an enum.
func (b *binder) literalOperand(e *pg_query.A_Expr, left, right value) {
	if right.isLiteral {
		b.enumLiteral(right.literal, left.typ.ID, b.at(e.Rexpr.GetAConst().GetLocation()))
	} else if left.isLiteral {
		b.enumLiteral(left.literal, right.typ.ID, b.at(e.Lexpr.GetAConst().GetLocation()))
	}
}

func (b *binder) enumLiteral(text string, typ catalog.ID, at int) {
	if t, ok := b.env.Schema.TypeByID(b.env.Schema.BaseType(typ)); ok && t.Kind == catalog.EnumType {
		b.literal(text, t.ID, at)
	}
}

func (b *binder) operatorResult(name string, left, right value) value {
	lt, rt := b.env.Schema.BaseType(left.typ.ID), b.env.Schema.BaseType(right.typ.ID)
	if lt == 0 || lt == catalog.OIDUnknown {
		lt = rt
	}
	if rt == 0 || rt == catalog.OIDUnknown {
		rt = lt
	}
	var result catalog.ID
	boolean := true
	for _, op := range catalog.Operators(name) {
		if op.Left == lt && op.Right == rt {
			return typed(op.Result)
		}
		boolean = boolean && op.Result == catalog.OIDBool
		if op.Left == lt && b.implicitCast(rt, op.Right) || op.Right == rt && b.implicitCast(lt, op.Left) {
			result = op.Result
		}
	}
	if boolean && len(catalog.Operators(name)) > 0 {
		return typed(catalog.OIDBool)
	}
	return typed(result)
}
