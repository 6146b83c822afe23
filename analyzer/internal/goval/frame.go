package goval

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"
)

// Frame is a function body being walked.
type Frame struct {
	// Func is the function; nil for package-level values.
	Func *types.Func

	pkg *Package
	// sig is that of the function or literal whose results are asked for.
	sig      *types.Signature
	env      env
	observed bool
	dead     bool
	results  []Value
	depth    int
	// branches is how many ways around are being run of which only one is taken.
	branches int
	// loops is how many loops around are run for a second turn.
	loops   int
	control control
	// turning says that a loop is run turn by turn.
	turning bool
	// given are the results of calls in the expression that is being evaluated, each of which is asked
	// for several times.
	given map[resultOf]Value
}

// block runs statements until the way ends.
func (f *Frame) block(list []ast.Stmt) {
	for _, s := range list {
		if _, labeled := s.(*ast.LabeledStmt); !f.dead || labeled {
			f.stmt(s)
		}
	}
}

func (f *Frame) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		f.assign(s)
	case *ast.DeclStmt:
		f.declare(s.Decl)
	case *ast.ExprStmt:
		f.visit(s.X)
		f.mutate(s.X)
	case *ast.ReturnStmt:
		f.returns(s)
	case *ast.IfStmt:
		f.ifStmt(s)
	case *ast.BlockStmt:
		f.block(s.List)
	case *ast.ForStmt:
		if s.Init != nil {
			f.stmt(s.Init)
		}
		f.visit(s.Cond)
		f.loop(s.Body, s.Post, s.Cond != nil, nil)
	case *ast.RangeStmt:
		f.rangeStmt(s)
	case *ast.SwitchStmt:
		if s.Init != nil {
			f.stmt(s.Init)
		}
		f.visit(s.Tag)
		f.clauses(f.taken(s))
	case *ast.TypeSwitchStmt:
		if s.Init != nil {
			f.stmt(s.Init)
		}
		f.stmt(s.Assign)
		f.clauses(s.Body.List)
	case *ast.SelectStmt:
		f.clauses(s.Body.List)
	case *ast.LabeledStmt:
		f.labeled(s)
	case *ast.GoStmt:
		f.goStmt(s)
	case *ast.DeferStmt:
		f.deferCall(s.Call)
	case *ast.SendStmt:
		f.visit(s.Value)
	case *ast.IncDecStmt:
		f.visit(s.X)
	case *ast.BranchStmt:
		f.jump(s)
	}
}

func (f *Frame) returns(s *ast.ReturnStmt) {
	for _, e := range s.Results {
		f.visit(e)
	}
	defer func() { f.dead = true }()
	if f.sig == nil || f.depth > 0 {
		f.exit()
		return
	}
	n := f.sig.Results().Len()
	values := make([]Value, n)
	switch {
	case len(s.Results) == n:
		for i, e := range s.Results {
			values[i] = f.returned(e)
		}
	case len(s.Results) == 1:
		for i := range n {
			values[i] = f.result(s.Results[0], i)
		}
	default:
		for i := range n {
			values[i] = f.named(f.sig.Results().At(i))
		}
	}
	f.setResults(values)
	f.exit()
	if len(f.control.deferred) > 0 {
		f.deferredResults(values)
	}
	if f.results == nil {
		f.results = values
		return
	}
	for i := range values {
		f.results[i] = Either(f.results[i], values[i])
	}
}

// setResults gives named results the values that a return statement names.
func (f *Frame) setResults(values []Value) {
	if len(f.control.deferred) == 0 {
		return
	}
	for i, v := range values {
		if r := f.sig.Results().At(i); r.Name() != "" && v != nil {
			f.put(place{obj: r}, v)
		}
	}
}

// deferredResults takes what deferred functions make of named results.
func (f *Frame) deferredResults(values []Value) {
	left := f.control.exits[len(f.control.exits)-1]
	for i := range values {
		if v, ok := left[place{obj: f.sig.Results().At(i)}]; ok {
			values[i] = v
		}
	}
}

// returned is what a function gives back: of a list its elements.
func (f *Frame) returned(e ast.Expr) Value {
	if f.pkg.given(f.pkg.Info.TypeOf(e)) {
		return Value{f.list(e)}
	}
	if _, ok := ast.Unparen(e).(*ast.FuncLit); ok && f.pkg.isMade(f.pkg.Info.TypeOf(e)) {
		a := f.arg(e)
		return Value{&a}
	}
	return f.text(e)
}

func (f *Frame) named(v *types.Var) Value {
	if x, ok := f.env[place{obj: v}]; ok {
		return x
	}
	return Unknown("result " + v.Name())
}

func (f *Frame) set(obj types.Object, v Value) {
	if obj != nil {
		f.put(place{obj: obj}, v)
	}
}

// put sets what a place holds.
func (f *Frame) put(p place, v Value) { f.env[p] = bounded(v) }

func (f *Frame) declare(d ast.Decl) {
	gen, ok := d.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, s := range gen.Specs {
		spec, ok := s.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, v := range spec.Values {
			f.visit(v)
		}
		for i, name := range spec.Names {
			obj := f.pkg.Info.Defs[name]
			switch {
			case obj == nil:
			case len(spec.Values) == len(spec.Names):
				f.set(obj, f.eval(spec.Values[i]))
			case len(spec.Values) == 0 && isString(obj.Type()):
				f.set(obj, Value{})
			case len(spec.Values) == 0 && isBuilder(obj.Type()):
				f.set(obj, Value{})
			case len(spec.Values) == 0 && f.pkg.listed(obj.Type()):
				f.set(obj, Value{&List{Type: obj.Type().String(), typ: obj.Type()}})
			case len(spec.Values) == 0 && f.pkg.isMade(obj.Type()):
				f.set(obj, Value{})
			}
		}
	}
}

func (f *Frame) assign(s *ast.AssignStmt) {
	for _, e := range s.Rhs {
		f.visit(e)
	}
	for _, e := range s.Lhs {
		if _, ok := e.(*ast.Ident); !ok {
			f.visit(e)
		}
	}
	if len(s.Rhs) == 1 && len(s.Lhs) > 1 {
		for i, lhs := range s.Lhs {
			switch t := f.pkg.Info.TypeOf(lhs); {
			case t == nil:
			case isText(t) || isTemplate(t) || f.pkg.isMade(t):
				f.assignTo(lhs, f.result(s.Rhs[0], i))
			case f.pkg.listed(t):
				f.assignTo(lhs, Value{listOf(f.result(s.Rhs[0], i))})
			}
		}
		return
	}
	values := make([]Value, len(s.Rhs))
	for i, e := range s.Rhs {
		values[i] = f.eval(e)
		if s.Tok == token.ADD_ASSIGN {
			values[i] = Concat(f.text(s.Lhs[i]), values[i])
		}
	}
	for _, e := range s.Rhs {
		f.setsField(e)
	}
	for i, lhs := range s.Lhs {
		if x, ok := ast.Unparen(lhs).(*ast.IndexExpr); ok && i < len(s.Rhs) {
			f.setKey(x, s.Rhs[i])
		} else if i < len(values) {
			f.assignTo(lhs, values[i])
		}
	}
}

func (f *Frame) assignTo(lhs ast.Expr, v Value) {
	p, ok := f.placeOf(lhs)
	t := f.pkg.Info.TypeOf(lhs)
	if !ok || t == nil {
		return
	}
	for of := range f.env { // x = y sets the fields of x as well
		if of.obj == p.obj && strings.HasPrefix(of.path, p.path+".") {
			f.put(of, Unknown("field "+of.path[1:]))
		}
	}
	_, known := f.env[p]
	if known || isText(t) || isBuilder(t) || isTemplate(t) || f.pkg.isMade(t) || f.pkg.listed(t) || v.List() != nil {
		f.put(p, v)
	}
}

// placeOf names the variable or field that an expression denotes.
func (f *Frame) placeOf(e ast.Expr) (place, bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj := f.pkg.Info.ObjectOf(e)
		return place{obj: obj}, obj != nil && e.Name != "_"
	case *ast.SelectorExpr:
		if p, ok := f.placeOf(e.X); ok {
			if v, isVar := p.obj.(*types.Var); isVar && !isPackageName(v) {
				return place{p.obj, p.path + "." + e.Sel.Name}, true
			}
		}
	case *ast.StarExpr:
		return f.placeOf(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return f.placeOf(e.X)
		}
	}
	return place{}, false
}

func isPackageName(o types.Object) bool { _, ok := o.(*types.PkgName); return ok }

// visit walks an expression for its calls and closures, in the order of evaluation.
func (f *Frame) visit(e ast.Expr) {
	if e == nil {
		return
	}
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			f.closure(n)
			return false
		case *ast.KeyValueExpr:
			f.setsField(n.Value)
		case *ast.CallExpr:
			f.visitCall(n)
			return false
		}
		return true
	})
}

// visitCall walks a call: what it is given, the call itself, and what it changes.
func (f *Frame) visitCall(call *ast.CallExpr) {
	if _, ok := ast.Unparen(call.Fun).(*ast.FuncLit); !ok {
		f.visit(call.Fun)
	}
	for _, a := range call.Args {
		f.visit(a)
	}
	if f.observed && f.pkg.OnCall != nil {
		f.pkg.OnCall(call, f)
	}
	f.perform(call)
}

// goStmt follows a function that runs beside this one: at any time.
func (f *Frame) goStmt(s *ast.GoStmt) {
	lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit)
	if !ok {
		f.visit(s.Call)
		return
	}
	for _, a := range s.Call.Args {
		f.visit(a)
	}
	f.closure(lit)
}

// perform follows what a call changes.
func (f *Frame) perform(call *ast.CallExpr) {
	if lit := f.literalOf(call); lit != nil {
		f.callLiteral(lit, call)
		return
	}
	f.write(call)
	f.escapeBuilders(call)
}

// write follows what a call writes into a builder.
func (f *Frame) write(call *ast.CallExpr) {
	sel, isMethod := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if isMethod && isBuilder(f.pkg.Info.TypeOf(sel.X)) {
		p, ok := f.placeOf(sel.X)
		if !ok {
			return
		}
		switch sel.Sel.Name {
		case "WriteString", "Write":
			f.put(p, Concat(f.env[p], f.text(call.Args[0])))
		case "WriteByte", "WriteRune":
			f.put(p, Concat(f.env[p], f.evalRune(call.Args[0])))
		case "Reset":
			f.put(p, Value{})
		}
		return
	}
	fn := f.callee(call)
	if fn != nil &&
		(fn.FullName() == "(*text/template.Template).Execute" || fn.FullName() == "(*html/template.Template).Execute") {
		f.executeTemplate(call)
		return
	}
	if fn != nil && fn.FullName() == "fmt.Fprintf" && len(call.Args) > 1 {
		if p, ok := f.placeOf(call.Args[0]); ok && isBuilder(f.pkg.Info.TypeOf(call.Args[0])) {
			f.put(p, Concat(f.env[p], f.sprintf(call.Args[1:])))
		}
		return
	}
	for i, a := range call.Args {
		if p, ok := f.placeOf(a); ok && isBuilder(f.pkg.Info.TypeOf(a)) {
			f.put(p, f.written(call, fn, i, f.env[p]))
		}
	}
}

// written is the content of a builder after a call that is given it as an argument.
func (f *Frame) written(call *ast.CallExpr, fn *types.Func, i int, before Value) Value {
	if fn != nil {
		if effect := f.pkg.effect(fn, i); effect != nil {
			return effect.Substitute(func(k int) Value {
				if k == i {
					return before
				}
				return f.Argument(call, k)
			})
		}
	}
	return Concat(before, Unknown("text written by "+types.ExprString(call.Fun)))
}

func (f *Frame) callee(call *ast.CallExpr) *types.Func {
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	case *ast.IndexExpr:
		id = named(fun.X)
	case *ast.IndexListExpr:
		id = named(fun.X)
	}
	if id == nil {
		return nil
	}
	fn, _ := f.pkg.Info.Uses[id].(*types.Func)
	return fn
}

func named(e ast.Expr) *ast.Ident {
	switch x := e.(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		return x.Sel
	}
	return nil
}

// inner is the frame of a function literal that stands here and sees the variables.
func (f *Frame) inner(sig *types.Signature) *Frame {
	return &Frame{pkg: f.pkg, env: maps.Clone(f.env), sig: sig}
}
