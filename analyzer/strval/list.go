package strval

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
)

// List is a slice, map or struct that the code makes.
type List struct {
	Elems []Element
	// Open is set when there may be elements that are not known, and says why.
	Open string
	// Type is the Go type as go/types prints it; empty if it is not known.
	Type string

	typ types.Type
	// given is the parameter that brings the elements that are not known, if one does.
	given Value
}

// More is what stands for the elements that are not known; nothing if there are none.
func (l *List) More() Value {
	switch {
	case l.given != nil:
		return l.given
	case l.Open != "":
		return Unknown("list " + l.Open)
	}
	return nil
}

// With is the list with other elements in place of those that are known.
func (l *List) With(elems []Element) *List {
	out := *l
	out.Elems = elems
	return &out
}

// Element is one of a List. Key is that of a map, or the name of a field; Optional says that
// it is not always there. Rest says that it stands for the elements of the list that a
// parameter, its Text, is given; libraries see none such.
type Element struct {
	Key Value
	Arg
	Optional bool
	Rest     bool
}

// known says that all elements are known, and how many there are.
func (l *List) known() bool {
	return l != nil && l.Open == "" && !slices.ContainsFunc(l.Elems, func(e Element) bool { return e.Optional || e.Rest })
}

// Add puts the elements of another list behind these, or in the place of those with the same
// keys.
func (l *List) Add(more *List, optional bool) {
	for _, e := range more.Elems {
		e.Optional = e.Optional || optional
		if len(e.Key) > 0 {
			l.put(e)
		} else {
			l.Elems = append(l.Elems[:len(l.Elems):len(l.Elems)], e)
		}
	}
	if l.Open == "" {
		l.Open, l.given = more.Open, more.given
	}
}

// closed is the list for code that has no callers: what a parameter is given is not known.
func (l *List) closed() *List {
	if l == nil || !slices.ContainsFunc(l.Elems, func(e Element) bool { return e.Rest || e.hasRest() }) {
		return l
	}
	out := l.With(nil)
	for _, e := range l.Elems {
		if e.Rest {
			out.Open, out.given = "given by a parameter", e.Text
			continue
		}
		e.Arg = e.Arg.closed()
		out.Elems = append(out.Elems, e)
	}
	return out
}

func (a Arg) hasRest() bool {
	return a.Text.hasRest() || a.Func.hasRest() || a.List != nil && slices.ContainsFunc(a.List.Elems, func(e Element) bool { return e.Rest || e.hasRest() })
}

func (a Arg) closed() Arg {
	a.Text, a.Func, a.List = a.Text.Closed(), a.Func.Closed(), a.List.closed()
	return a
}

func (v Value) hasRest() bool {
	return slices.ContainsFunc(v, func(p *Piece) bool {
		return p.Kind == Step && slices.ContainsFunc(p.Call.Args, Arg.hasRest) || slices.ContainsFunc(p.Options, Value.hasRest)
	})
}

// Closed is a value in whose lists nothing stands for what parameters are given.
func (v Value) Closed() Value {
	if !v.hasRest() {
		return v
	}
	var out Value
	for _, p := range v {
		q := *p
		if p.Kind == Step {
			c := *p.Call
			c.Args = nil
			for _, a := range p.Call.Args {
				c.Args = append(c.Args, a.closed())
			}
			q.Call = &c
		}
		q.Options = nil
		for _, o := range p.Options {
			q.Options = append(q.Options, o.Closed())
		}
		out = append(out, &q)
	}
	return out
}

// Arg is what a value is that is given to a function of a library.
type Arg struct {
	// Text is what it is as text, or the steps that made it; of anything else a hole.
	Text Value
	// List is set for a slice, map or struct that the code makes.
	List *List
	// Func is what a function makes of its parameters, which are Params of Of.
	Func Value
	Of   int
	// Nil says that it is nil, TypedNil that it is a nil of a type; Literal that List is a
	// literal that is given as it stands.
	Nil, TypedNil, Literal bool
	// Const is the value of a constant, as go/constant prints it.
	Const string
	// Type is the Go type as go/types prints it.
	Type string

	typ types.Type
}

// Typed is a value of a type of which nothing else is known.
func Typed(t types.Type) Arg {
	return Arg{Text: Value{{Kind: Hole, Place: ValueText, Reason: t.String()}}, Type: t.String(), typ: t}
}

// Bool is a constant that is true or false.
func (a Arg) Bool() (value, known bool) {
	return a.Const == "true", a.Const == "true" || a.Const == "false"
}

// GoType is the static type of the argument; nil if it came from another package's facts.
func (a Arg) GoType() types.Type { return a.typ }

// DynamicType is the type that the argument has when it runs, as far as it is known.
func (a Arg) DynamicType() types.Type {
	if a.List != nil && a.List.typ != nil && (a.typ == nil || types.IsInterface(a.typ)) {
		return a.List.typ
	}
	return a.typ
}

// GoType is the type of what makes the list; nil if it came from another package's facts.
func (l *List) GoType() types.Type { return l.typ }

func (e Element) same(o Element) bool {
	return e.Rest == o.Rest && same(e.Key, o.Key) && e.List == o.List && same(e.Func, o.Func) && same(e.Text, o.Text)
}

func (a Arg) substituteOf(of int, args func(index int) Value) Arg {
	if len(a.Text) == 1 && a.Text[0].Kind == Param && a.Text[0].Of == of {
		if v := args(a.Text[0].Index); len(v) == 1 && v[0].Kind == Given {
			return *v[0].Arg
		}
	}
	a.Text = a.Text.SubstituteOf(of, args)
	if of == 0 || a.Of != of {
		a.Func = a.Func.SubstituteOf(of, args)
	}
	a.List = a.List.substituteOf(of, args)
	return a
}

func (l *List) substituteOf(of int, args func(index int) Value) *List {
	if l == nil || !l.hasParamOf(of) {
		return l
	}
	out := l.With(nil)
	for _, e := range l.Elems {
		if e.Rest && e.Text[0].Of == of {
			out.Add(listOf(args(e.Text[0].Index)), e.Optional)
			continue
		}
		e.Key, e.Arg = e.Key.SubstituteOf(of, args), e.Arg.substituteOf(of, args)
		out.Elems = append(out.Elems, e)
	}
	return out
}

// listOf is the list that a value is that was given, or that a function gives.
func listOf(v Value) *List {
	if len(v) != 1 {
		return &List{Open: "a list that is not known"}
	}
	switch p := v[0]; {
	case p.Kind == Given && p.Arg.List != nil:
		return p.Arg.List
	case p.Kind == Given && p.Arg.Nil:
		return &List{}
	case p.Kind == Alt:
		out := listOf(p.Options[0])
		for _, o := range p.Options[1:] {
			out = joinLists(out, listOf(o))
		}
		return out
	case p.Kind == Hole:
		return &List{Open: p.Reason}
	}
	return &List{Open: "a list that is not known"}
}

// values calls yield for each Value of the argument, until it returns true.
func (a Arg) values(yield func(Value) bool) bool {
	if yield(a.Text) || yield(a.Func) {
		return true
	}
	if a.List == nil {
		return false
	}
	for _, e := range a.List.Elems {
		if yield(e.Key) || e.Arg.values(yield) {
			return true
		}
	}
	return false
}

// literals are those of the argument, but for a function its own.
func (a Arg) literals() []int {
	out := slices.DeleteFunc(a.Func.Literals(), func(of int) bool { return of == a.Of })
	out = append(out, a.Text.Literals()...)
	if a.List != nil {
		for _, e := range a.List.Elems {
			out = append(append(out, e.Key.Literals()...), e.Arg.literals()...)
		}
	}
	return out
}

func (l *List) hasParamOf(of int) bool {
	return Arg{List: l}.values(func(v Value) bool { return v.HasParamOf(of) })
}

// evalArg evaluates what is given to a function of a library.
func (f *Frame) evalArg(e ast.Expr) Arg {
	e = ast.Unparen(e)
	t := f.pkg.Info.TypeOf(e)
	a := Arg{typ: t}
	if t == nil {
		a.Text = f.fallback(e)
		return a
	}
	a.Type = t.String()
	if c := f.pkg.Info.Types[e].Value; c != nil {
		a.Const = c.ExactString()
	}
	if lit, ok := e.(*ast.CompositeLit); ok && isContainer(t) {
		a.Text = Value{{Kind: Hole, Place: ValueText, Reason: types.ExprString(lit.Type)}}
		a.List, a.Literal = f.composite(lit), true
		return a
	}
	if inner, ok := f.wrapped(e); ok {
		a = f.evalArg(inner)
		a.typ, a.Type = t, t.String()
		if a.Nil {
			a.Nil, a.TypedNil, a.Literal, a.List = false, true, true, &List{}
		}
		return a
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		if _, isLiteral := e.(*ast.FuncLit); f.pkg.isMade(t) && !isLiteral {
			a.Text = f.evalString(e)
			break
		}
		a.Func, a.Of = f.evalFunc(e)
	case *types.Basic:
		a.Nil = u.Kind() == types.UntypedNil
		a.Text = f.evalString(e)
	case *types.Interface:
		v := f.evalVariable(e)
		a.Text, a.List = v.str, v.list
		if v.list == nil && len(v.str) == 0 {
			a.Text = f.fallback(e)
		}
	default:
		if f.pkg.isMade(t) || isText(t) {
			a.Text = f.evalString(e)
			break
		}
		a.Text = Value{{Kind: Hole, Place: ValueText, Reason: types.ExprString(e)}}
		if isContainer(t) {
			a.List = f.withFields(e, f.evalList(e))
		}
	}
	return a
}

// wrapped is what stands in an address or a conversion to a type that is no text.
func (f *Frame) wrapped(e ast.Expr) (ast.Expr, bool) {
	switch x := e.(type) {
	case *ast.UnaryExpr:
		return x.X, x.Op == token.AND
	case *ast.CallExpr:
		if tv, ok := f.pkg.Info.Types[x.Fun]; ok && tv.IsType() && len(x.Args) == 1 && !isText(tv.Type) && !isNumber(tv.Type) {
			return x.Args[0], true
		}
	}
	return nil, false
}

// isContainer takes slices, arrays, maps and structs, and pointers to these.
func isContainer(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Slice, *types.Array, *types.Struct:
		return true
	case *types.Map:
		return isString(u.Key())
	}
	return false
}

// evalFunc is what a function makes of its parameters: its first result or, if it has none,
// what its first parameter has become.
func (f *Frame) evalFunc(e ast.Expr) (Value, int) {
	switch x := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		return f.literalFunc(x), int(x.Pos())
	case *ast.Ident:
		if values, ok := f.pkg.Held(x); ok && len(values) == 1 {
			if lit, ok := ast.Unparen(values[0]).(*ast.FuncLit); ok {
				return f.literalFunc(lit), int(lit.Pos())
			}
		}
	case *ast.CallExpr:
		if lit, g := f.returnedFunc(x); lit != nil {
			return g.literalFunc(lit), int(lit.Pos())
		}
	}
	if id := named(ast.Unparen(e)); id != nil {
		if fn, ok := f.pkg.Info.Uses[id].(*types.Func); ok {
			if results := f.resultsOf(fn); len(results) > 0 {
				return results[0], 0
			}
		}
	}
	return Unknown(types.ExprString(e)), 0
}

func (f *Frame) literalFunc(lit *ast.FuncLit) Value {
	sig := f.signature(lit)
	if sig == nil || f.pkg.running[lit] {
		return Unknown("function literal")
	}
	f.pkg.running[lit] = true
	defer delete(f.pkg.running, lit)
	g := f.inner(sig)
	g.bindParams(lit.Type, int(lit.Pos()))
	g.block(lit.Body.List)
	switch {
	case sig.Results().Len() > 0 && len(g.results) > 0 && !f.pkg.changesFirst(sig):
		return g.results[0]
	case sig.Params().Len() > 0 && sig.Params().At(0) != nil:
		return g.env[place{obj: sig.Params().At(0)}].str
	}
	return Unknown("function literal")
}

// changesFirst says that a function is given a builder, to change it, and gives back none.
func (p *Package) changesFirst(sig *types.Signature) bool {
	return sig.Params().Len() > 0 && p.isMade(sig.Params().At(0).Type()) && !p.isMade(sig.Results().At(0).Type())
}

// returnedFunc is the function literal that a function of the package returns, with the frame in
// which it stands.
func (f *Frame) returnedFunc(call *ast.CallExpr) (*ast.FuncLit, *Frame) {
	fn := f.callee(call)
	if fn == nil {
		return nil, nil
	}
	decl := f.pkg.funcs[fn.Origin()]
	if decl == nil || decl.Body == nil || len(decl.Body.List) == 0 {
		return nil, nil
	}
	ret, ok := decl.Body.List[len(decl.Body.List)-1].(*ast.ReturnStmt)
	if !ok || len(ret.Results) == 0 {
		return nil, nil
	}
	lit, ok := ast.Unparen(ret.Results[0]).(*ast.FuncLit)
	if !ok {
		return nil, nil
	}
	g := f.pkg.newFrame(fn, decl.Type)
	g.know(decl.Type, f.Constants(call))
	g.block(decl.Body.List[:len(decl.Body.List)-1])
	g.dead = false
	return lit, g
}

// withFields adds what fields of a variable, or keys of a map, were set to later.
func (f *Frame) withFields(e ast.Expr, l *List) *List {
	p, ok := f.placeOf(e)
	if !ok {
		return l
	}
	out := *l
	t := f.pkg.Info.TypeOf(e)
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return l
	}
	for i := range st.NumFields() {
		name := st.Field(i).Name()
		if v, ok := f.env[place{p.obj, p.path + "." + name}]; ok {
			out.put(Element{Key: Text(name), Arg: Arg{Text: v.str, List: v.list, typ: st.Field(i).Type()}})
		}
	}
	return &out
}

// put adds an element, or replaces the one of the same key.
func (l *List) put(e Element) {
	for i, o := range l.Elems {
		if same(o.Key, e.Key) {
			elems := append([]Element{}, l.Elems...)
			elems[i] = e
			l.Elems = elems
			return
		}
	}
	l.Elems = append(l.Elems[:len(l.Elems):len(l.Elems)], e)
}

// without is the list after a key is taken out.
func (l *List) without(key Value) *List {
	out := l.With(slices.Clone(l.Elems))
	if _, constant := key.Constant(); constant {
		out.Elems = slices.DeleteFunc(out.Elems, func(e Element) bool { return same(e.Key, key) })
		return out
	}
	for i := range out.Elems {
		out.Elems[i].Optional = true
	}
	return out
}

// composite evaluates a literal of a slice, map or struct.
func (f *Frame) composite(x *ast.CompositeLit) *List {
	t := f.pkg.Info.TypeOf(x)
	out := &List{typ: t}
	if t == nil {
		out.Open = types.ExprString(x.Type)
		return out
	}
	out.Type = t.String()
	u := t.Underlying()
	if p, ok := u.(*types.Pointer); ok {
		u = p.Elem().Underlying()
	}
	st, isStruct := u.(*types.Struct)
	_, isMap := u.(*types.Map)
	for i, el := range x.Elts {
		var e Element
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			el = kv.Value
			if id, ok := kv.Key.(*ast.Ident); ok && isStruct {
				e.Key = Text(id.Name)
			} else if isMap {
				e.Key = f.evalString(kv.Key)
			}
		} else if isStruct && i < st.NumFields() {
			e.Key = Text(st.Field(i).Name())
		}
		e.Arg = f.element(el)
		out.Elems = append(out.Elems, e)
	}
	return out
}

// element evaluates an element of a literal: as text alone where no builder can ask for more.
func (f *Frame) element(e ast.Expr) Arg {
	if f.pkg.Builders == nil {
		return Arg{Text: f.evalString(e)}
	}
	if lit, ok := ast.Unparen(e).(*ast.CompositeLit); ok && lit.Type == nil {
		return Arg{Text: Value{{Kind: Hole, Place: ValueText, Reason: "literal"}}, List: f.composite(lit), typ: f.pkg.Info.TypeOf(e)}
	}
	return f.evalArg(e)
}

// setKey follows an assignment to a key of a map, or an element of a slice, that the code makes.
func (f *Frame) setKey(x *ast.IndexExpr, value ast.Expr) {
	p, ok := f.placeOf(x.X)
	if !ok {
		return
	}
	v, ok := f.env[p]
	if !ok || v.list == nil {
		return
	}
	out := *v.list
	if _, isMap := f.pkg.Info.TypeOf(x.X).Underlying().(*types.Map); isMap {
		out.put(Element{Key: f.evalString(x.Index), Arg: f.element(value)})
	} else if i, known := f.indexOf(x.Index); known && i < len(out.Elems) {
		out.Elems = slices.Clone(out.Elems)
		out.Elems[i] = Element{Arg: f.element(value), Optional: out.Elems[i].Optional}
	} else {
		out.Open = "an element that is set"
	}
	f.env[p] = variable{list: &out}
}

// indexOf is the number that an index is.
func (f *Frame) indexOf(e ast.Expr) (int, bool) {
	if c := f.pkg.Info.Types[e].Value; c != nil {
		n, exact := constant.Int64Val(constant.ToInt(c))
		return int(n), exact && n >= 0
	}
	text, ok := f.evalString(e).Constant()
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0
}

// ListOf are the elements of a list of texts that the package declares, if all are constant.
func (p *Package) ListOf(obj types.Object) []Value {
	e, ok := p.values[obj]
	if !ok || p.assigned[obj] || !isStringSlice(obj.Type()) {
		return nil
	}
	l := (&Frame{pkg: p, env: env{}}).evalList(e)
	if !l.known() {
		return nil
	}
	var out []Value
	for _, el := range l.Elems {
		if _, constant := el.Text.Constant(); !constant {
			return nil
		}
		out = append(out, el.Text)
	}
	return out
}

// Lists are the exported lists of constant texts that the package declares.
func (p *Package) Lists() map[types.Object][]Value {
	out := map[types.Object][]Value{}
	for obj := range p.values {
		if obj != nil && obj.Exported() && obj.Parent() == p.Types.Scope() {
			if l := p.ListOf(obj); l != nil {
				out[obj] = l
			}
		}
	}
	return out
}

// Map gives a list of what a function makes of each element.
func (l *List) Map(text func(Element) Value) *List {
	out := &List{Open: l.Open, given: l.given}
	for _, e := range l.Elems {
		out.Elems = append(out.Elems, Element{Arg: Arg{Text: text(e)}, Optional: e.Optional})
	}
	return out
}

// Join puts the elements together: all of them, those that are always there, and each
// optional one beside these. A list that may have more elements ends with a hole.
func (l *List) Join(sep Value) Value {
	l = l.closed()
	rest := l.More()
	if rest != nil && len(l.Elems) == 0 {
		return rest
	}
	pick := func(keep func(i int, e Element) bool) Value {
		var out Value
		n := 0
		for i, e := range l.Elems {
			if !keep(i, e) {
				continue
			}
			if n > 0 {
				out = append(out, sep...)
			}
			out = append(out, e.Text...)
			n++
		}
		return append(out, rest...)
	}
	options := []Value{pick(func(int, Element) bool { return true })}
	for i, e := range l.Elems {
		if e.Optional {
			options = merge(options, []Value{pick(func(j int, o Element) bool { return j == i || !o.Optional })})
		}
	}
	options = merge(options, []Value{pick(func(_ int, e Element) bool { return !e.Optional })})
	return OneOf(options)
}

// Get is the element with a key; an Arg without anything if there is none.
func (l *List) Get(key string) Arg {
	for _, e := range l.Elems {
		if text, ok := e.Key.Constant(); ok && text == key {
			return e.Arg
		}
	}
	return Arg{}
}
