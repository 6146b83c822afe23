package goval

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
)

// Builders are the libraries whose calls make text, or send what they make: query builders
// and ORMs. What a builder is, is the calls that made it.
type Builders interface {
	// Makes says that values of a type are builders, or interfaces that these satisfy.
	Makes(t types.Type) bool
	// Call says what a function does.
	Call(fn *types.Func) Making
	// Mutates says that calls on a builder that is this change it, so that it need not be
	// assigned again.
	Mutates(v Value) bool
}

// Making is what a function of a library does.
type Making byte

// The makings: a function of something else; one whose first result is a builder; one whose
// first result is text made of one; one that sends it.
const (
	NotMaking Making = iota
	MakesBuilder
	MakesText
	Sends
)

// Call is a call of a function of a library. It is never changed once made.
type Call struct {
	// Func is the name of the function as (*types.Func).FullName has it; Name without what
	// it belongs to.
	Func, Name string
	// Args are never fewer than the function's parameters, a variadic one not counted: what code that
	// does not compile leaves out is a hole.
	Args []Arg
	// Spread says that the last argument is followed by dots.
	Spread bool
	// TypeArgs are those of a generic function, as go/types prints them.
	TypeArgs []string
	// File, Line and Column are where the name of the function stands.
	File         string
	Line, Column int

	fn       *types.Func
	typeArgs []types.Type
}

// Fn is the function; nil if the call came from another package's facts.
func (c *Call) Fn() *types.Func { return c.fn }

// TypeArg is a type argument; nil if there is none, or it came from another package's facts.
func (c *Call) TypeArg(i int) types.Type {
	if i >= len(c.typeArgs) {
		return nil
	}
	return c.typeArgs[i]
}

// Run is where the name of the function stands.
func (c *Call) Run() Run { return Run{0, c.File, c.Line, c.Column} }

func (c *Call) hasParamOf(of int) bool {
	return c.within(func(v Value) bool { return v.HasParamOf(of) })
}

func (c *Call) substituteOf(of int, args func(index int) Value) *Call {
	if !c.hasParamOf(of) {
		return c
	}
	out := *c
	out.Args = nil
	for _, a := range c.Args {
		out.Args = append(out.Args, a.substituteOf(of, args))
	}
	return &out
}

func (p *Package) isMade(t types.Type) bool {
	return p.Builders != nil && t != nil && p.Builders.Makes(t)
}

// listed says that variables of a type are followed as lists: slices of texts and of what can be a
// part of a builder, and maps with texts as keys.
func (p *Package) listed(t types.Type) bool {
	if p.Builders == nil || t == nil || isStringSlice(t) {
		return isStringSlice(t)
	}
	switch u := t.Underlying().(type) {
	case *types.Map:
		return isString(u.Key())
	case *types.Slice:
		return types.IsInterface(u.Elem()) || p.isMade(u.Elem()) || isStringKeyed(u.Elem())
	}
	return false
}

// given says that the list that a parameter of a type is given can be a part of a builder:
// columns, conditions, or what is set to what.
func (p *Package) given(t types.Type) bool {
	if p.Builders == nil || t == nil {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Map:
		return isString(u.Key()) && types.IsInterface(u.Elem())
	case *types.Slice:
		_, isParameter := types.Unalias(u.Elem()).(*types.TypeParam)
		return isString(u.Elem()) || p.isMade(u.Elem()) || types.IsInterface(u.Elem()) && !isParameter
	case *types.Pointer:
		_, isSlice := u.Elem().Underlying().(*types.Slice)
		return isSlice && p.given(u.Elem())
	}
	return false
}

// takesAny says that what a parameter of a type is given matters to builders: anything.
func (p *Package) takesAny(t types.Type) bool {
	return p.Builders != nil && types.IsInterface(t) && !p.isMade(t)
}

func (p *Package) unknownOf(t types.Type, reason string) Value {
	if p.isMade(t) {
		return Value{&Hole{Type: t.String(), Reason: reason}}
	}
	return Unknown(reason)
}

// fixed says that a value is the same whatever the code is given: text or steps.
func (v Value) fixed() bool {
	return !slices.ContainsFunc(v, func(p Part) bool {
		switch p := p.(type) {
		case *Lit, *Style:
			return false
		case *Lowered:
			return !p.Chain.fixed()
		case *Call:
			return p.within(func(v Value) bool { return len(v.Literals()) > 0 || v.HasParam() })
		}
		return true
	})
}

// settled says that a value is fixed but for holes in literal text.
func (v Value) settled() bool {
	var rest Value
	for _, p := range v {
		if !IsPart[*Hole](p) {
			rest = append(rest, p)
		}
	}
	return v.fixed() || rest.fixed() && rest.Known()
}

// made is what a call of a library's function gives.
func (f *Frame) made(call *ast.CallExpr, fn *types.Func, i int) (Value, bool) {
	if f.pkg.Builders == nil || i > 0 {
		return nil, false
	}
	switch f.pkg.Builders.Call(fn) {
	case MakesBuilder:
		return f.step(call, fn), true
	case Sends:
		// What it gives can be used to send more.
		if results := fn.Signature().Results(); results.Len() > 0 && f.pkg.isMade(results.At(0).Type()) {
			return f.step(call, fn), true
		}
	case MakesText:
		return f.CallOf(call, fn), true
	}
	return nil, false
}

// CallOf is what a call makes of a builder.
func (f *Frame) CallOf(call *ast.CallExpr, fn *types.Func) Value {
	return Value{&Lowered{f.step(call, fn)}}
}

// unknownResult is what a function gives that is not known. One that is given a builder and
// gives one adds something to it.
func (f *Frame) unknownResult(call *ast.CallExpr, i int) Value {
	t := f.pkg.Info.TypeOf(call)
	if tuple, ok := t.(*types.Tuple); ok {
		if i >= tuple.Len() {
			return f.fallback(call)
		}
		t = tuple.At(i).Type()
	}
	if !f.pkg.isMade(t) {
		if _, ok := f.pkg.Info.TypeOf(call).(*types.Tuple); ok {
			return Unknown(types.ExprString(call))
		}
		return f.fallback(call)
	}
	added := &Hole{Type: t.String(), Reason: types.ExprString(call)}
	for _, a := range call.Args {
		if at := f.pkg.Info.TypeOf(a); at != nil && types.Identical(at, t) {
			return append(slices.Clip(f.text(a)), added)
		}
	}
	return Value{added}
}

// escapeBuilders follows the calls of libraries, and builders that are given to a function which may change
// them; false if it is no such call.
func (f *Frame) escapeBuilders(call *ast.CallExpr) bool {
	if f.pkg.Builders == nil {
		return false
	}
	fn := f.callee(call)
	if fn != nil && f.pkg.Builders.Call(fn) != NotMaking || f.changesMap(call, fn) {
		return true
	}
	if fn != nil {
		if _, known := f.effectsOf(fn); known {
			return false
		}
	}
	for i, a := range call.Args {
		p, ok := f.placeOf(a)
		if !ok {
			continue
		}
		v, ok := f.load(p)
		if ok && f.pkg.isMade(f.pkg.Info.TypeOf(a)) && f.pkg.Builders.Mutates(v) && f.changes(call, i) {
			f.put(p, append(slices.Clip(v),
				&Hole{Type: f.pkg.Info.TypeOf(a).String(), Reason: types.ExprString(call.Fun)}))
		}
	}
	return false
}

// changes says that a function that is not known may change a builder: one that gives it back
// is asked for its result.
func (f *Frame) changes(call *ast.CallExpr, i int) bool {
	sig := f.signature(call.Fun)
	if sig == nil || i >= sig.Params().Len() {
		return false
	}
	for k := range sig.Results().Len() {
		if types.Identical(sig.Results().At(k).Type(), sig.Params().At(i).Type()) {
			return false
		}
	}
	return true
}

// changesMap follows the functions of Go that change a map.
func (f *Frame) changesMap(call *ast.CallExpr, fn *types.Func) bool {
	if len(call.Args) != 2 {
		return false
	}
	if fn != nil && (fn.FullName() == "maps.Copy" || fn.FullName() == "golang.org/x/exp/maps.Copy") {
		return f.putAll(call.Args[0], f.list(call.Args[1]))
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || id.Name != "delete" || !isStringKeyed(f.pkg.Info.TypeOf(call.Args[0])) {
		return false
	}
	p, ok := f.placeOf(call.Args[0])
	l := f.listAt(p)
	if !ok || l == nil {
		return false
	}
	f.put(p, Value{l.without(f.text(call.Args[1]))})
	return true
}

// step adds a call to the calls that made its receiver.
func (f *Frame) step(call *ast.CallExpr, fn *types.Func) Value {
	var base Value
	c := &Call{Func: fn.FullName(), Name: fn.Name(), Spread: call.Ellipsis.IsValid(), fn: fn}
	at := call.Pos()
	fun := ast.Unparen(call.Fun)
	switch g := fun.(type) {
	case *ast.IndexExpr:
		fun = g.X
	case *ast.IndexListExpr:
		fun = g.X
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		at = sel.Sel.Pos()
		if fn.Signature().Recv() != nil {
			base = f.evalReceiver(sel, fn)
		}
	}
	if id := named(fun); id != nil {
		if inst, ok := f.pkg.Info.Instances[id]; ok {
			for i := range inst.TypeArgs.Len() {
				c.typeArgs = append(c.typeArgs, inst.TypeArgs.At(i))
				c.TypeArgs = append(c.TypeArgs, inst.TypeArgs.At(i).String())
			}
		}
	}
	pos := f.pkg.Fset.Position(at)
	c.File, c.Line, c.Column = pos.Filename, pos.Line, pos.Column
	for _, a := range call.Args {
		c.Args = append(c.Args, f.arg(a))
	}
	for range missingArguments(c, fn.Signature()) {
		c.Args = append(c.Args, Arg{Value: Unknown("missing argument")})
	}
	return append(slices.Clip(base), c)
}

// missingArguments is how many a call has too few: it does not compile, or another call gives
// them all.
func missingArguments(c *Call, sig *types.Signature) int {
	n := sig.Params().Len()
	if sig.Variadic() {
		n--
	}
	return max(0, n-len(c.Args))
}

// evalReceiver is the builder that a method is called on: one of the expression's type, or one
// that is embedded in it.
func (f *Frame) evalReceiver(sel *ast.SelectorExpr, fn *types.Func) Value {
	t := f.pkg.Info.TypeOf(sel.X)
	if t == nil || f.pkg.isMade(t) {
		return f.text(sel.X)
	}
	if v := f.pkg.Info.Types[sel.X].Value; v != nil && v.Kind() == constant.String {
		return f.text(sel.X)
	}
	return Value{&Hole{Type: fn.Signature().Recv().Type().String(), Reason: types.ExprString(sel.X)}}
}

// mutate follows a call, or a chain of calls, whose result is not used on a builder that is
// changed by it.
func (f *Frame) mutate(e ast.Expr) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || f.pkg.Builders == nil {
		return
	}
	fn := f.callee(call)
	if fn == nil || f.pkg.Builders.Call(fn) != MakesBuilder {
		return
	}
	root := ast.Expr(call)
	for {
		inner, ok := ast.Unparen(root).(*ast.CallExpr)
		if !ok {
			break
		}
		sel, ok := ast.Unparen(inner.Fun).(*ast.SelectorExpr)
		if !ok {
			return
		}
		root = sel.X
	}
	if p, ok := f.placeOf(root); ok {
		if v, ok := f.load(p); ok && f.pkg.Builders.Mutates(v) {
			f.put(p, f.text(call))
		}
	}
}
