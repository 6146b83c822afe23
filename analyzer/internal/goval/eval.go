package goval

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Eval returns what an expression can be at this place of the code, as text.
func (f *Frame) Eval(e ast.Expr) Value { return f.text(e) }

// eval is what an expression can be: text, the calls that made a builder, or a list.
func (f *Frame) eval(e ast.Expr) Value {
	e = ast.Unparen(e)
	switch x := e.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			return literal(f.pkg.Fset, x)
		}
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return Concat(f.text(x.X), f.text(x.Y))
		}
	case *ast.CompositeLit:
		return f.compositeValue(x)
	case *ast.UnaryExpr:
		if lit, ok := ast.Unparen(x.X).(*ast.CompositeLit); ok && x.Op == token.AND {
			return f.compositeValue(lit)
		}
		if x.Op == token.AND {
			return f.eval(x.X)
		}
	case *ast.Ident:
		return f.ident(x)
	case *ast.SelectorExpr:
		return f.selector(x)
	case *ast.CallExpr:
		return f.result(x, 0)
	case *ast.IndexExpr:
		return f.index(x)
	case *ast.SliceExpr:
		return f.slice(x)
	case *ast.StarExpr:
		if p, ok := f.placeOf(x); ok {
			if v, ok := f.load(p); ok {
				return f.shared(x, v)
			}
		}
		return f.eval(x.X)
	case *ast.TypeAssertExpr:
		if x.Type != nil {
			if v := f.eval(x.X); len(v) > 0 && !Is[*Hole](v) {
				return f.shared(x, v)
			}
		}
	}
	return f.fallback(e)
}

// listAt is the list that a place holds; nil if it holds none.
func (f *Frame) listAt(p place) *List {
	v, _ := f.load(p)
	return v.List()
}

// fieldOfParam is a field of a struct that the function is given: what the callers say of it or, where they do
// not, what the package sets it to.
func (f *Frame) fieldOfParam(e ast.Expr, p place) (Value, bool) {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok || p.path == "" {
		return nil, false
	}
	field, ok := f.pkg.Info.Uses[sel.Sel].(*types.Var)
	if !ok || !field.IsField() {
		return nil, false
	}
	rest := p.path
	at := place{obj: p.obj}
	for {
		if param, ok := Only[*Param](f.env[at]); ok {
			return f.pkg.fieldOf(param, rest, field), true
		}
		dot := strings.IndexByte(rest[1:], '.')
		if dot < 0 {
			return nil, false
		}
		at, rest = place{p.obj, at.path + rest[:dot+1]}, rest[dot+1:]
	}
}

// fieldOf is the field of a parameter by its path.
func (p *Package) fieldOf(param *Param, path string, field *types.Var) Value {
	q := *param
	q.Path += path
	q.Else = p.frame().fieldValue(field)
	if p.isMade(field.Type()) {
		q.Type = field.Type().String()
	}
	if p.given(field.Type()) || p.listed(field.Type()) {
		rest := Element{Arg: Arg{Value: Value{&q}}, Rest: true}
		return Value{&List{Elems: []Element{rest}, Type: field.Type().String(), typ: field.Type()}}
	}
	return Value{&q}
}

// fieldValue is what the package sets a field to.
func (f *Frame) fieldValue(v *types.Var) Value {
	if f.pkg.listed(v.Type()) {
		return Value{f.fieldList(v)}
	}
	return f.field(v)
}

// text is what an expression is where text is asked for: of a list that is a hole.
func (f *Frame) text(e ast.Expr) Value {
	v := f.eval(e)
	if v.List() != nil {
		return f.fallback(e)
	}
	return v
}

// list is the list that an expression is: one that is asked for as it stands, whether or not
// variables of its type are followed.
func (f *Frame) list(e ast.Expr) *List {
	e = ast.Unparen(e)
	if p, ok := f.placeOf(e); ok {
		if l := f.listAt(p); l != nil && !l.declared {
			return l
		}
		if v, ok := f.fieldOfParam(e, p); ok {
			return listOf(v)
		}
	}
	switch x := e.(type) {
	case *ast.Ident:
		if x.Name == "nil" {
			return &List{}
		}
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return f.list(x.X)
		}
	case *ast.StarExpr:
		return f.list(x.X)
	case *ast.SelectorExpr:
		if v, ok := f.described(x); ok && v.List() != nil {
			return v.List()
		}
		if v, ok := f.pkg.Info.Uses[x.Sel].(*types.Var); ok && v.IsField() {
			return f.fieldList(v)
		}
	case *ast.CallExpr:
		return f.listCall(x)
	case *ast.SliceExpr:
		return f.subList(x)
	}
	if l := f.eval(e).List(); l != nil {
		return l
	}
	return &List{Open: types.ExprString(e)}
}

// fallback takes the constant value if there is one; its bytes have no position.
func (f *Frame) fallback(e ast.Expr) Value {
	tv := f.pkg.Info.Types[e]
	if tv.Value != nil && tv.Value.Kind() == constant.String {
		return Text(constant.StringVal(tv.Value))
	}
	if tv.Type != nil && isNumber(tv.Type) {
		return UnknownValue("number")
	}
	v := f.pkg.unknownOf(tv.Type, types.ExprString(e))
	switch e.(type) {
	case *ast.UnaryExpr, *ast.IndexExpr, *ast.TypeAssertExpr:
		if f.pkg.isMade(tv.Type) { // It is one that something was built of.
			return append(v, v...)
		}
	}
	return v
}

func (f *Frame) ident(x *ast.Ident) Value {
	obj := f.pkg.Info.ObjectOf(x)
	if obj == nil {
		return f.fallback(x)
	}
	if p, ok := f.placeOf(x); ok {
		if v, ok := f.load(p); ok {
			return f.shared(x, v)
		}
	}
	switch o := obj.(type) {
	case *types.Const:
		return f.pkg.object(o)
	case *types.Var:
		if o.Parent() == f.pkg.Types.Scope() || o.Pkg() != f.pkg.Types {
			return f.pkg.object(o)
		}
	}
	return f.fallback(x)
}

// shared is what a place holds, for another variable: a list only if variables of its type are followed
// as lists.
func (f *Frame) shared(e ast.Expr, v Value) Value {
	if t := f.pkg.Info.TypeOf(e); v.List() != nil && (t == nil || !f.pkg.listed(t) && !types.IsInterface(t)) {
		return f.fallback(e)
	}
	return v
}

func (f *Frame) selector(x *ast.SelectorExpr) Value {
	if p, ok := f.placeOf(x); ok {
		if v, ok := f.load(p); ok {
			return f.shared(x, v)
		}
		if v, ok := f.fieldOfParam(x, p); ok {
			return f.shared(x, v)
		}
	}
	if v, ok := f.described(x); ok {
		return f.shared(x, v)
	}
	switch o := f.pkg.Info.Uses[x.Sel].(type) {
	case *types.Const:
		return f.pkg.object(o)
	case *types.Var:
		switch {
		case o.IsField() && f.pkg.listed(o.Type()):
			return Value{f.fieldList(o)}
		case o.IsField():
			return f.field(o)
		}
		return f.pkg.object(o)
	}
	return f.fallback(x)
}

// field is one of the values that the package gives to a field, if all are plain.
func (f *Frame) field(v *types.Var) Value {
	values := f.pkg.fields[v.Origin()]
	unknown := f.unknownField(v)
	switch {
	case len(values) == 0 || len(values) > maxOptions:
		return unknown
	case f.pkg.busy[v]:
		return Unknown(itself + v.Name())
	}
	f.pkg.busy[v] = true
	defer delete(f.pkg.busy, v)
	var out Value
	for _, e := range values {
		if e == nil {
			return unknown
		}
		w := f.pkg.valueOfField(v, e)
		if hole, ok := Only[*Hole](w); ok && hole.Reason == itself+v.Name() {
			continue // x.f = Rebind(x.f) leaves the text what it is
		}
		if !w.settled() && !f.pkg.isMade(v.Type()) {
			return unknown
		}
		if out == nil {
			out = w
		} else {
			out = Either(out, w)
		}
	}
	if out == nil || Is[*Hole](out) {
		return unknown
	}
	return Choice(append([]Value{out}, f.pkg.Elsewhere.of(v, f.pkg.Types)...))
}

// unknownField is a field of which it is not known what it is set to.
func (f *Frame) unknownField(v *types.Var) Value {
	hole := &Hole{Reason: "field " + v.Name(), field: v}
	if f.pkg.isMade(v.Type()) {
		hole.Type = v.Type().String()
	}
	return Value{hole}
}

// valueOfField is what a field is set to: a builder as the function makes it that sets it.
func (p *Package) valueOfField(field *types.Var, e ast.Expr) Value {
	decl := p.setIn[e]
	if decl == nil || decl.Body == nil {
		return p.ValueOf(e)
	}
	fn, ok := p.Info.Defs[decl.Name].(*types.Func)
	if v, known := p.setTo[e]; known || !ok {
		return v
	}
	p.setTo[e] = p.unknownOf(field.Type(), itself+field.Name())
	p.newFrame(fn, decl.Type).run(decl.Body)
	return p.setTo[e]
}

// setsField tells of a field that is set to an expression, if that is one, and keeps what a builder is that it is set
// to; what callers give is not known.
func (f *Frame) setsField(value ast.Expr) {
	if field := f.pkg.setBy[value]; field != nil && f.observed && f.pkg.OnSet != nil {
		f.pkg.OnSet(field, value, f)
	}
	if f.pkg.setIn[value] != nil {
		v := f.text(value).WithoutParams(func(*Param) bool { return true })
		f.pkg.setTo[value] = v.Substitute(func(int) Value { return Unknown("parameter") }).outside()
	}
}

// itself is the reason of the hole that a field is to its own values.
const itself = "itself: field "

// result is what a call gives back at an index, from 0.
func (f *Frame) result(e ast.Expr, i int) Value {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return f.fallback(e)
	}
	if f.given == nil { // the variables are the same until the outermost call is evaluated
		f.given = map[resultOf]Value{}
		defer func() { f.given = nil }()
	}
	v, ok := f.given[resultOf{call, i}]
	if !ok {
		v = f.evalCall(call, i)
		f.given[resultOf{call, i}] = v
	}
	return v
}

// resultOf is a result of a call, by its index.
type resultOf struct {
	call  *ast.CallExpr
	index int
}

// newValue is new(T): an empty builder, or a struct as T{} is one.
func (f *Frame) newValue(call *ast.CallExpr) (Value, bool) {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || id.Name != "new" || len(call.Args) != 1 || !f.pkg.Info.Types[call.Args[0]].IsType() {
		return nil, false
	}
	switch t := f.pkg.Info.TypeOf(call); {
	case isBuilder(t):
		return Value{}, true
	case f.pkg.Builders != nil && structUnder(t) != nil && !f.pkg.isMade(t):
		return Value{&List{Type: t.String(), typ: t}}, true
	}
	return nil, false
}

func (f *Frame) evalCall(call *ast.CallExpr, i int) Value {
	if tv, ok := f.pkg.Info.Types[call.Fun]; ok && tv.IsType() && len(call.Args) == 1 {
		return f.conversion(call)
	}
	if t := f.pkg.Info.TypeOf(call); f.pkg.listed(t) && !f.pkg.isMade(t) {
		return Value{f.listCall(call)}
	}
	fn := f.callee(call)
	if fn == nil {
		if v, ok := f.newValue(call); ok {
			return v
		}
		if v, ok := f.appendedText(call); ok {
			return v
		}
		return f.literalResult(call, i)
	}
	if eval, ok := library[fn.FullName()]; ok && i == 0 &&
		(len(call.Args) > 0 || fn.Signature().Params().Len() == 0) { // else it does not compile
		return eval(f, call)
	}
	if v, ok := f.made(call, fn, i); ok {
		return v
	}
	if f.pkg.Rewrites != nil {
		if arg, ok := f.pkg.Rewrites(fn); ok && arg < len(call.Args) && i == 0 {
			return f.text(call.Args[arg])
		}
	}
	if v, ok := f.embedFile(call, fn); ok && i == 0 {
		return v
	}
	if results := f.resultsOf(fn); i < len(results) {
		if fn.Pkg() == f.pkg.Types && (results[i].HasHole() || len(results[i].choices()) > 0) {
			results = f.pkg.resultsWith(fn, f.Constants(call), f.rest(call, fn))
		}
		return f.substitute(results[i], call)
	}
	if v, ok := f.answer(call, fn); ok && i == 0 {
		return v
	}
	return f.unknownResult(call, i)
}

// appendedText is append(bytes, text...) and append(bytes, 'a', 'b').
func (f *Frame) appendedText(call *ast.CallExpr) (Value, bool) {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || id.Name != "append" || !isText(f.pkg.Info.TypeOf(call)) || len(call.Args) == 0 {
		return nil, false
	}
	out := f.text(call.Args[0])
	for _, a := range call.Args[1:] {
		if call.Ellipsis.IsValid() {
			out = Concat(out, f.text(a))
		} else {
			out = Concat(out, f.evalRune(a))
		}
	}
	return out, true
}

// Constants are the arguments of a call whose text is constant, by index; not those of a variadic
// parameter, which are a list.
func (f *Frame) Constants(call *ast.CallExpr) map[int]Value {
	out := map[int]Value{}
	sig := f.signature(call.Fun)
	for i, a := range call.Args {
		if t := f.pkg.Info.TypeOf(a); t == nil || !isString(t) || sig != nil && sig.Variadic() && i >= sig.Params().Len()-1 {
			continue
		}
		v := f.text(a)
		if _, constant := v.Constant(); constant {
			out[i] = v
		}
	}
	return out
}

// rest are the texts that a call gives in place of ...string, if all are constant; nil for a
// function that takes none.
func (f *Frame) rest(call *ast.CallExpr, fn *types.Func) *List {
	sig := fn.Signature()
	n := sig.Params().Len() - 1
	if !sig.Variadic() || call.Ellipsis.IsValid() || !isStringSlice(sig.Params().At(n).Type()) {
		return nil
	}
	out := &List{}
	for _, a := range call.Args[min(n, len(call.Args)):] {
		v := f.text(a)
		if _, constant := v.Constant(); !constant {
			return nil
		}
		out.Elems = append(out.Elems, Element{Arg: Arg{Value: v}})
	}
	return out
}

// signature is the type of a function value; nil where the code does not compile.
func (f *Frame) signature(fun ast.Expr) *types.Signature {
	t := f.pkg.Info.TypeOf(fun)
	if t == nil {
		return nil
	}
	sig, _ := t.Underlying().(*types.Signature)
	return sig
}

// literalResult is the result of a call of a function literal, or of a variable that holds
// one.
func (f *Frame) literalResult(call *ast.CallExpr, i int) Value {
	if held := f.heldFunc(call.Fun); held != nil && i == 0 {
		return held.Result.SubstituteOf(held.Of, func(i int) Value { return f.Argument(call, i) })
	}
	lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit)
	if values, isVariable := f.pkg.Held(call.Fun); !ok && isVariable && len(values) == 1 {
		lit, ok = ast.Unparen(values[0]).(*ast.FuncLit)
	}
	sig := f.signature(call.Fun)
	if !ok || sig == nil || f.pkg.running[lit] || i >= sig.Results().Len() {
		return f.unknownResult(call, i)
	}
	f.pkg.running[lit] = true
	defer delete(f.pkg.running, lit)
	g := f.inner(sig)
	g.bindParams(lit.Type, int(lit.Pos()))
	g.run(lit.Body)
	if i >= len(g.results) {
		return f.unknownResult(call, i)
	}
	return g.results[i].SubstituteOf(int(lit.Pos()), func(i int) Value { return f.Argument(call, i) })
}

// heldFunc is the function that a field of a struct holds which is known: l.columns(keys); nil for none.
func (f *Frame) heldFunc(e ast.Expr) *Func {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	if v, ok := f.pkg.Info.Uses[sel.Sel].(*types.Var); !ok || !v.IsField() {
		return nil
	}
	p, ok := f.placeOf(sel)
	if !ok {
		return nil
	}
	v, _ := f.load(p)
	held, _ := Only[*Func](v)
	return held
}

func (f *Frame) resultsOf(fn *types.Func) []Value {
	if fn.Pkg() == f.pkg.Types {
		return f.pkg.Results(fn)
	}
	if results, ok := f.pkg.Lookup.Results(fn.Origin()); ok {
		return results
	}
	return nil
}

// substitute puts the arguments of a call into a value that has Params.
func (f *Frame) substitute(v Value, call *ast.CallExpr) Value {
	return v.Substitute(func(i int) Value { return f.Argument(call, i) })
}

// Argument is the value of an argument of a call; of a variadic parameter all that it is given.
func (f *Frame) Argument(call *ast.CallExpr, i int) Value {
	sig := f.signature(call.Fun)
	switch {
	case i < -1:
		return f.typeArgumentOf(call, placeOfTypeArgument(i))
	case i < 0:
		return f.receiver(call)
	}
	if sig == nil || i >= sig.Params().Len() {
		if i >= len(call.Args) {
			return Unknown("missing argument")
		}
		return f.text(call.Args[i])
	}
	t := sig.Params().At(i).Type()
	if declared := f.declared(call, i); answers(declared) != nil && i < len(call.Args) {
		a := f.answering(f.arg(call.Args[i]), declared)
		return Value{&a}
	}
	if sig.Variadic() && i == sig.Params().Len()-1 && !call.Ellipsis.IsValid() && f.pkg.given(t) {
		rest := &List{}
		for _, a := range call.Args[min(i, len(call.Args)):] {
			rest.Elems = append(rest.Elems, Element{Arg: f.element(a)})
		}
		return Value{rest}
	}
	switch {
	case i >= len(call.Args):
		return Unknown("missing argument")
	case f.pkg.given(t):
		return Value{f.list(call.Args[i])}
	case f.pkg.takesAny(t):
		a := f.arg(call.Args[i])
		return Value{&a}
	case structUnder(t) != nil && !f.pkg.isMade(t) && !isBuilder(t) && !isTemplate(t):
		return f.structOf(call.Args[i])
	}
	return f.text(call.Args[i])
}

// receiver is what a method is called on.
func (f *Frame) receiver(call *ast.CallExpr) Value {
	sel := selectorOf(call)
	if sel == nil {
		return Unknown("receiver")
	}
	whole, _ := f.placeOf(sel.X)
	at := f.embedding(whole, sel)
	if at == whole {
		return f.structOf(sel.X)
	}
	v, ok := f.content(at, f.pkg.Info.Selections[sel].Obj().(*types.Func).Signature().Recv().Type())
	if !ok {
		v, ok = f.structOf(sel.X).at(strings.TrimPrefix(at.path, whole.path))
	}
	if !ok {
		return Unknown("receiver")
	}
	return v
}

func (f *Frame) conversion(call *ast.CallExpr) Value {
	to := f.pkg.Info.TypeOf(call)
	if f.pkg.listed(to) {
		return Value{f.list(call.Args[0]).as(to)}
	}
	from := f.pkg.Info.TypeOf(call.Args[0])
	if to == nil || from == nil || isNumber(from) {
		return f.fallback(call)
	}
	return f.text(call.Args[0])
}

// index evaluates an element of a map or slice that is declared with its values.
func (f *Frame) index(x *ast.IndexExpr) Value {
	var lit *ast.CompositeLit
	switch b := ast.Unparen(x.X).(type) {
	case *ast.CompositeLit:
		lit = b
	case *ast.Ident:
		if e, ok := f.pkg.values[f.pkg.Info.ObjectOf(b)]; ok && !f.pkg.assigned[f.pkg.Info.ObjectOf(b)] {
			lit, _ = ast.Unparen(e).(*ast.CompositeLit)
		}
	}
	if p, ok := f.placeOf(x.X); ok && lit == nil {
		if v, ok := f.atKey(x, f.listAt(p)); ok {
			return v
		}
		if l := f.listAt(p); l.known() {
			if i, known := f.indexOf(x.Index); known && i < len(l.Elems) && !isStringKeyed(f.pkg.Info.TypeOf(x.X)) {
				return l.Elems[i].Value
			}
		}
	}
	if lit == nil || len(lit.Elts) == 0 || !isString(f.pkg.Info.TypeOf(x)) {
		return f.fallback(x)
	}
	want, fixed := f.pkg.Info.Types[x.Index].Value, false
	var out Value
	for i, e := range lit.Elts {
		value := e
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			value = kv.Value
			if key := f.pkg.Info.Types[kv.Key].Value; want != nil && key != nil {
				fixed = true
				if want.Kind() == key.Kind() && constant.Compare(want, token.EQL, key) {
					return f.text(value)
				}
			}
		}
		v := f.text(value)
		if i == 0 {
			out = v
		} else {
			out = Either(out, v)
		}
	}
	if fixed {
		return Text("")
	}
	return out
}

// atKey is the element of a map of texts with a constant key: empty where it is not there.
func (f *Frame) atKey(x *ast.IndexExpr, l *List) (Value, bool) {
	key, ok := f.text(x.Index).Constant()
	if l == nil || l.Open != "" || !ok || !isStringKeyed(f.pkg.Info.TypeOf(x.X)) || !isString(f.pkg.Info.TypeOf(x)) {
		return nil, false
	}
	out := Value{}
	for _, e := range l.Elems {
		name, constant := e.Key.Constant()
		switch {
		case e.Rest || !constant:
			return nil, false
		case name == key && e.Optional:
			out = Either(out, e.Text())
		case name == key:
			out = e.Text()
		}
	}
	return out, true
}

// slice evaluates a part of a list, and of texts s[:len(s)-n], which cuts a trailing separator.
func (f *Frame) slice(x *ast.SliceExpr) Value {
	if f.pkg.listed(f.pkg.Info.TypeOf(x)) {
		return Value{f.subList(x)}
	}
	v := f.text(x.X)
	cut, ok := f.cutFromEnd(x)
	if !ok || x.Low != nil {
		return f.fallback(x)
	}
	return trimEnd(v, func(s string) string { return s[:max(0, len(s)-cut)] })
}

func (f *Frame) cutFromEnd(x *ast.SliceExpr) (int, bool) {
	b, ok := x.High.(*ast.BinaryExpr)
	if !ok || b.Op != token.SUB {
		return 0, false
	}
	call, ok := b.X.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return 0, false
	}
	if id, ok := call.Fun.(*ast.Ident); !ok || id.Name != "len" {
		return 0, false
	}
	return f.intOf(b.Y)
}

// trimEnd applies a cut to the last literal of every way through the value.
func trimEnd(v Value, cut func(string) string) Value {
	if len(v) == 0 {
		return v
	}
	before := slices.Clone(v[:len(v)-1])
	switch last := v[len(v)-1].(type) {
	case *Lit:
		kept := cut(last.Text)
		return append(before, last.Slice(0, len(kept)))
	case *OneOf:
		var options []Value
		for _, o := range last.Options {
			if len(o) == 0 {
				return Value{&OneOf{[]Value{trimEnd(before, cut), Concat(before, trimOptions(last, cut))}, last.Some}}
			}
			options = append(options, trimEnd(o, cut))
		}
		return append(before, &OneOf{options, last.Some})
	}
	return v
}

// trimOptions applies a cut to the options of a choice that are not empty.
func trimOptions(choice *OneOf, cut func(string) string) Value {
	var options []Value
	for _, o := range choice.Options {
		if len(o) > 0 {
			options = append(options, trimEnd(o, cut))
		}
	}
	if len(options) == 1 {
		return options[0]
	}
	return Value{&OneOf{Options: options}}
}

func (f *Frame) evalRune(e ast.Expr) Value {
	if n, ok := f.intOf(e); ok {
		return Text(string(rune(n)))
	}
	return Unknown(types.ExprString(e))
}
