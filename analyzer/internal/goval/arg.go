package goval

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Arg is a value with what the code says of its type: what a function of a library is given, or an
// element of a list.
type Arg struct {
	Value Value
	// Nil says that it is nil, TypedNil that it is a nil of a type; Literal that it is a list
	// that is given as it stands.
	Nil, TypedNil, Literal bool
	// Const is the value of a constant, as go/constant prints it.
	Const string
	// Type is the Go type as go/types prints it.
	Type string

	typ types.Type
	// methods are what the methods give that an interface has which it is given as.
	methods *List
}

// with is an argument with other values in the place of all that it is made of.
func (a Arg) with(change func(Value) Value) Arg {
	a.Value = change(a.Value)
	if a.methods != nil {
		a.methods = mapWithin(a.methods, change).(*List)
	}
	return a
}

// Text is the text, or the steps, that an argument is; of anything else a hole.
func (a Arg) Text() Value {
	switch p := only(a.Value).(type) {
	case *List, *Func:
		return plain(p)
	}
	return a.Value
}

// List is the slice, map or struct that an argument is; nil if it is none that is followed.
func (a Arg) List() *List { return a.Value.List() }

// Func is what an argument that is a function makes of its parameters; nil if it is none.
func (a Arg) Func() Value {
	if fn, ok := Only[*Func](a.Value); ok {
		return fn.Result
	}
	return nil
}

// Typed is a value of a type of which nothing else is known.
func Typed(t types.Type) Arg {
	return Arg{Value: UnknownValue(t.String()), Type: t.String(), typ: t}
}

// Bool is a constant that is true or false.
func (a Arg) Bool() (value, known bool) {
	return a.Const == "true", a.Const == "true" || a.Const == "false"
}

// GoType is the static type of the argument; nil if it came from another package's facts.
func (a Arg) GoType() types.Type { return a.typ }

// DynamicType is the type that the argument has when it runs, as far as it is known.
func (a Arg) DynamicType() types.Type {
	if l := a.List(); l != nil && l.typ != nil && (a.typ == nil || types.IsInterface(a.typ)) {
		return l.typ
	}
	return a.typ
}

// arg evaluates what is given to a function of a library.
func (f *Frame) arg(e ast.Expr) Arg {
	e = ast.Unparen(e)
	t := f.pkg.Info.TypeOf(e)
	a := Arg{typ: t}
	if t == nil {
		a.Value = f.fallback(e)
		return a
	}
	a.Type = t.String()
	if c := f.pkg.Info.Types[e].Value; c != nil {
		a.Const = c.ExactString()
	}
	if lit, ok := e.(*ast.CompositeLit); ok && isContainer(t) {
		a.Value, a.Literal = Value{f.composite(lit)}, true
		return a
	}
	if inner, ok := f.wrapped(e); ok {
		a = f.arg(inner)
		a.typ, a.Type = t, t.String()
		if a.Nil {
			a.Nil, a.TypedNil, a.Literal, a.Value = false, true, true, Value{&List{}}
		}
		if _, converted := e.(*ast.CallExpr); converted && a.List() != nil && !types.IsInterface(t) {
			a.Value = Value{a.List().as(t)}
		}
		return a
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		if _, isLiteral := e.(*ast.FuncLit); f.pkg.isMade(t) && !isLiteral {
			a.Value = f.text(e)
			break
		}
		a.Value = Value{f.function(e)}
	case *types.Basic:
		a.Nil = u.Kind() == types.UntypedNil
		a.Value = f.text(e)
	case *types.Interface:
		if a.Value = f.eval(e); len(a.Value) == 0 {
			a.Value = f.fallback(e)
		}
	default:
		switch {
		case f.pkg.isMade(t) || isText(t) || isBuilder(t):
			a.Value = f.text(e)
		case isContainer(t):
			a.Value = Value{f.withFields(e, f.list(e))}
		default:
			a.Value = UnknownValue(types.ExprString(e))
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
		if tv, ok := f.pkg.Info.Types[x.Fun]; ok && tv.IsType() && len(x.Args) == 1 && !isText(tv.Type) &&
			!isNumber(tv.Type) {
			return x.Args[0], true
		}
	}
	return nil, false
}

// isContainer takes slices, arrays, maps and structs, and pointers to these.
func isContainer(t types.Type) bool {
	if t == nil {
		return false
	}
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

// function is what a function makes of its parameters: its first result or, if it has none,
// what its first parameter has become.
func (f *Frame) function(e ast.Expr) *Func {
	switch x := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		return &Func{f.literalFunc(x), int(x.Pos())}
	case *ast.Ident:
		if values, ok := f.pkg.Held(x); ok && len(values) == 1 {
			if lit, ok := ast.Unparen(values[0]).(*ast.FuncLit); ok {
				return &Func{f.literalFunc(lit), int(lit.Pos())}
			}
		}
	case *ast.CallExpr:
		if lit, g := f.returnedFunc(x); lit != nil {
			return &Func{g.literalFunc(lit), int(lit.Pos())}
		}
	}
	if id := named(ast.Unparen(e)); id != nil {
		if fn, ok := f.pkg.Info.Uses[id].(*types.Func); ok {
			if results := f.resultsOf(fn); len(results) > 0 {
				return &Func{Result: results[0].Own()}
			}
		}
	}
	return &Func{Result: Unknown(types.ExprString(e))}
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
	g.run(lit.Body)
	switch {
	case sig.Results().Len() > 0 && len(g.results) > 0 && !f.pkg.changesFirst(sig):
		return g.results[0]
	case sig.Params().Len() > 0 && sig.Params().At(0) != nil:
		return g.env[place{obj: sig.Params().At(0)}]
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
