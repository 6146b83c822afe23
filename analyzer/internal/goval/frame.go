package goval

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
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
	// asserting is what the type switch that comes next looks at.
	asserting ast.Expr
	// summary says that what callers lead to by pointer is asked for.
	summary bool
	// same are the results that are operands.
	same []Same
	// kept are the places that something else may set at any time, and why; rebound the parameters that are set
	// to something else, touched those of which elements are set. elements are the lists that variables share the
	// elements of.
	kept             map[place]string
	rebound, touched map[types.Object]bool
	elements         map[place]place
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
		f.clauses(f.taken(s), false)
	case *ast.TypeSwitchStmt:
		if s.Init != nil {
			f.stmt(s.Init)
		}
		f.stmt(s.Assign)
		f.asserting = assertedIn(s.Assign)
		if own := f.ofPostgres(s.Body.List, askedOf(s.Assign)); own != nil {
			f.clauses([]ast.Stmt{own}, true)
		} else {
			f.clauses(s.Body.List, false)
		}
	case *ast.SelectStmt:
		f.clauses(s.Body.List, false)
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
		f.visitValue(e)
	}
	defer func() { f.dead = true }()
	if f.sig == nil || f.depth > 0 {
		f.exit()
		return
	}
	f.noteSame(s)
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

// noteSame notes the results that are what the function is given; what is given back on some ways alone may
// be set by way of the result.
func (f *Frame) noteSame(s *ast.ReturnStmt) {
	if f.Func == nil || !f.summary {
		return
	}
	var same []Same
	for i, e := range s.Results {
		v, ok := f.alias(e)
		ref, isRef := Only[*Ref](v)
		if !ok || !isRef || ref.at.path != "" || !f.isParam(ref.at.obj) {
			if isRef && f.isParam(ref.at.obj) {
				f.keepShared(e, "given back")
			}
			continue
		}
		for k := -1; k < f.Func.Signature().Params().Len(); k++ {
			if operandOf(f.Func, k) == ref.at.obj {
				same = append(same, Same{i, k})
			}
		}
	}
	if f.results != nil && !slices.Equal(same, f.same) {
		for _, o := range append(same, f.same...) {
			f.kept[place{obj: operandOf(f.Func, o.Index)}] = "given back"
		}
		same = nil
	}
	f.same = same
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
	saved := f.env
	f.env = f.control.exits[len(f.control.exits)-1]
	for i := range values {
		r := f.sig.Results().At(i)
		if v, ok := f.content(place{obj: r}, r.Type()); ok {
			values[i] = v
		}
	}
	f.env = saved
}

// returned is what a function gives back: of a list its elements.
func (f *Frame) returned(e ast.Expr) Value {
	if f.pkg.given(f.pkg.Info.TypeOf(e)) {
		return Value{f.list(e)}
	}
	if t := f.pkg.Info.TypeOf(e); f.summary && structUnder(t) != nil && !f.pkg.isMade(t) && !isBuilder(t) {
		return f.structOf(e)
	}
	if _, ok := ast.Unparen(e).(*ast.FuncLit); ok && f.pkg.isMade(f.pkg.Info.TypeOf(e)) {
		a := f.arg(e)
		return Value{&a}
	}
	return f.text(e)
}

func (f *Frame) named(v *types.Var) Value {
	if x, ok := f.content(place{obj: v}, v.Type()); ok {
		return x
	}
	return Unknown("result " + v.Name())
}

func (f *Frame) set(obj types.Object, v Value) {
	if obj != nil {
		f.put(place{obj: obj}, v)
	}
}

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
			f.visitValue(v)
		}
		for i, name := range spec.Names {
			obj := f.pkg.Info.Defs[name]
			switch {
			case obj == nil:
			case len(spec.Values) == len(spec.Names):
				f.assignTo(name, f.assigned(spec.Values[i]), spec.Values[i])
			case len(spec.Values) == 0 && isString(obj.Type()):
				f.set(obj, Value{})
			case len(spec.Values) == 0 && isBuilder(obj.Type()):
				f.set(obj, Value{})
			case len(spec.Values) == 0 && f.pkg.listed(obj.Type()):
				f.set(obj, Value{&List{Type: obj.Type().String(), typ: obj.Type()}})
			case len(spec.Values) == 0 && f.pkg.isMade(obj.Type()):
				f.set(obj, Value{})
			case len(spec.Values) == 0 && isPlainStruct(f.pkg, obj.Type()):
				f.set(obj, Value{&List{Type: obj.Type().String(), typ: obj.Type(), declared: true}})
			}
		}
	}
}

func (f *Frame) assign(s *ast.AssignStmt) {
	for _, e := range s.Rhs {
		f.visitValue(e)
	}
	for _, e := range s.Lhs {
		if _, ok := e.(*ast.Ident); !ok {
			f.visit(e)
		}
	}
	if len(s.Rhs) == 1 && len(s.Lhs) > 1 {
		if asserted, ok := ast.Unparen(s.Rhs[0]).(*ast.TypeAssertExpr); ok {
			f.assignTo(s.Lhs[0], f.assigned(asserted), asserted)
			return
		}
		for i, lhs := range s.Lhs {
			switch t := f.pkg.Info.TypeOf(lhs); {
			case t == nil:
			case isText(t) || isTemplate(t) || f.pkg.isMade(t):
				f.assignTo(lhs, f.result(s.Rhs[0], i), nil)
			case f.pkg.listed(t):
				f.assignTo(lhs, Value{listOf(f.result(s.Rhs[0], i))}, nil)
			default:
				f.assignTo(lhs, f.result(s.Rhs[0], i), nil)
			}
		}
		return
	}
	values := make([]Value, len(s.Rhs))
	for i, e := range s.Rhs {
		values[i] = f.assigned(e)
		if s.Tok == token.ADD_ASSIGN && i < len(s.Lhs) {
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
			f.assignTo(lhs, values[i], s.Rhs[min(i, len(s.Rhs)-1)])
		}
	}
}

// assigned is what a variable holds that an expression is assigned to.
func (f *Frame) assigned(e ast.Expr) Value {
	if v, ok := f.alias(e); ok {
		return v
	}
	if t := f.typeOf(e); structUnder(t) != nil && !f.pkg.isMade(t) && !isBuilder(t) {
		return f.structOf(e)
	}
	return f.eval(e)
}

// structOf is a struct, or what a pointer to one points to, with what its fields were set to.
func (f *Frame) structOf(e ast.Expr) Value {
	if p, ok := f.placeOf(e); ok {
		if v, ok := f.content(p, f.typeOf(e)); ok {
			return v
		}
	}
	if v, ok := f.described(e); ok {
		return v
	}
	return f.eval(e)
}

// assignTo sets what a variable, or a field, holds. from is the expression that it is assigned, if there is
// one.
func (f *Frame) assignTo(lhs ast.Expr, v Value, from ast.Expr) {
	if id, ok := ast.Unparen(lhs).(*ast.Ident); ok && id.Name == "_" {
		return
	}
	p, ok := f.location(lhs)
	t := f.pkg.Info.TypeOf(lhs)
	if !ok || t == nil {
		if from != nil {
			f.keepShared(from, "kept in "+types.ExprString(lhs))
		}
		return
	}
	if from != nil && !f.isLocal(p) {
		f.keepShared(from, "kept in "+types.ExprString(lhs))
	}
	if _, isName := ast.Unparen(lhs).(*ast.Ident); isName {
		f.rebound[p.obj] = f.rebound[p.obj] || f.isParam(p.obj)
	}
	for of := range f.env { // x = y sets the fields of x as well
		if of != p && of.isIn(p) {
			delete(f.env, of)
		}
	}
	f.shareElements(p, t, from)
	_, known := f.env[p]
	switch {
	case known || len(refs(v)) > 0 || isText(t) || isBuilder(t) || isTemplate(t) || f.pkg.isMade(t) || f.pkg.listed(t):
	case v.List() != nil, structUnder(t) != nil && goodStruct(v):
	default:
		if !strings.Contains(p.path, oneOfSeveral) {
			f.env[place{p.obj, p.path + notFollowed}] = Unknown("a value that is not followed")
			return
		}
	}
	f.put(p, v)
}

// goodStruct says that something is known of a struct.
func goodStruct(v Value) bool {
	return Is[*Param](v) || Is[*OneOf](v)
}

// shareElements notes that a list is the same as another one, or a part of it.
func (f *Frame) shareElements(p place, t types.Type, from ast.Expr) {
	delete(f.elements, p)
	if _, isSlice := t.Underlying().(*types.Slice); !isSlice || from == nil {
		return
	}
	if s, ok := ast.Unparen(from).(*ast.SliceExpr); ok {
		from = s.X
	}
	if of, ok := f.placeOf(from); ok && of != p {
		f.elements[p] = of
	}
}

// isParam says that a variable is a parameter of the function, or its receiver.
func (f *Frame) isParam(obj types.Object) bool {
	if f.Func == nil {
		return false
	}
	for i := -1; i < f.Func.Signature().Params().Len(); i++ {
		if v := operandOf(f.Func, i); v != nil && v == obj {
			return true
		}
	}
	return false
}

// isLocal says that a place is a variable of the function, or a field of one that nothing else can reach.
func (f *Frame) isLocal(p place) bool {
	v, ok := p.obj.(*types.Var)
	return ok && v.Parent() != f.pkg.Types.Scope() && v.Pkg() == f.pkg.Types &&
		(p.path == "" || !f.isParam(p.obj))
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
		case *ast.CompositeLit:
			for _, el := range n.Elts {
				if kv, ok := el.(*ast.KeyValueExpr); ok {
					el = kv.Value
				}
				f.setsField(el)
			}
			f.keepElements(n)
		case *ast.UnaryExpr:
			if _, isLiteral := ast.Unparen(n.X).(*ast.CompositeLit); n.Op == token.AND && !isLiteral {
				f.keepShared(n, "its address is kept")
				f.addressElement(n.X)
				f.visit(n.X)
				return false
			}
		case *ast.SelectorExpr:
			if s := f.pkg.Info.Selections[n]; s != nil && s.Kind() == types.MethodVal {
				f.methodValue(n)
			}
		case *ast.CallExpr:
			f.visitCall(n)
			return false
		}
		return true
	})
}

// addressElement follows &list[i], of a text: it may be set at any time.
func (f *Frame) addressElement(e ast.Expr) {
	if index, ok := ast.Unparen(e).(*ast.IndexExpr); ok && isText(f.pkg.Info.TypeOf(index)) {
		f.setElements(index.X, "the address of an element")
	}
}

// visitCall walks a call: what it is given, the call itself, and what it changes.
func (f *Frame) visitCall(call *ast.CallExpr) {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.FuncLit:
	case *ast.SelectorExpr:
		f.visitValue(fun.X)
	default:
		f.visit(call.Fun)
	}
	for _, a := range call.Args {
		f.visitValue(a)
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
		f.giveAway(s.Call, "set by a goroutine")
		return
	}
	for _, a := range s.Call.Args {
		f.visit(a)
		f.keepShared(a, "set by a goroutine")
	}
	f.closure(lit)
}

// perform follows what a call changes.
func (f *Frame) perform(call *ast.CallExpr) {
	if lit := f.literalOf(call); lit != nil {
		f.callLiteral(lit, call)
		return
	}
	if !f.write(call) && !f.escapeBuilders(call) {
		f.change(call)
	}
}

// askedOf is what a type switch is over, as text.
func askedOf(s ast.Stmt) string {
	if e, ok := s.(*ast.ExprStmt); ok {
		return types.ExprString(e.X)
	}
	if x := assertedIn(s); x != nil {
		return types.ExprString(x)
	}
	return ""
}

// assertedIn is x of  switch y := x.(type);  nil if no variable is declared.
func assertedIn(s ast.Stmt) ast.Expr {
	a, ok := s.(*ast.AssignStmt)
	if !ok || len(a.Rhs) != 1 {
		return nil
	}
	x, ok := ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr)
	if !ok {
		return nil
	}
	return x.X
}

// declareAsserted sets the variable that a clause of a type switch declares.
func (f *Frame) declareAsserted(c *ast.CaseClause, x ast.Expr) {
	obj := f.pkg.Info.Implicits[c]
	if x == nil || obj == nil {
		return
	}
	if v, ok := f.alias(x); ok {
		f.put(place{obj: obj}, v)
	} else if v := f.structOf(x); len(v) > 0 && !Is[*Hole](v) {
		f.put(place{obj: obj}, v)
	} else if f.pkg.isMade(obj.Type()) {
		hole := &Hole{Type: obj.Type().String(), Reason: types.ExprString(x)}
		f.put(place{obj: obj}, Value{hole, hole}) // It is one that something was built of.
	}
}

// visitValue walks what is assigned, given to a call, or returned: an address in it is followed there.
func (f *Frame) visitValue(e ast.Expr) {
	if addr, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && addr.Op == token.AND {
		f.addressElement(addr.X)
		f.visit(addr.X)
		return
	}
	f.visit(e)
}

// keepElements says that the pointers in a literal lead to what may be set by way of it.
func (f *Frame) keepElements(lit *ast.CompositeLit) {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		if _, isLiteral := ast.Unparen(e).(*ast.CompositeLit); isLiteral {
			continue
		}
		if t := f.pkg.Info.TypeOf(e); t != nil && isShared(t) {
			f.keepShared(e, "kept in a literal")
		}
	}
}

// methodValue follows x.m that is no call: what it is called on may be set whenever it is called.
func (f *Frame) methodValue(sel *ast.SelectorExpr) {
	fn, ok := f.pkg.Info.Uses[sel.Sel].(*types.Func)
	if !ok || !f.pointerReceiver(fn) || f.pkg.isMade(f.pkg.Info.TypeOf(sel.X)) {
		return
	}
	if p, ok := f.placeOf(sel.X); ok && f.knows(p) {
		f.keep(p, "set by "+types.ExprString(sel))
	}
}

// write follows what a call writes into a builder; false if it is none that does.
func (f *Frame) write(call *ast.CallExpr) bool {
	sel, isMethod := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if isMethod && (isBuilder(f.pkg.Info.TypeOf(sel.X)) || f.writesTo(sel)) {
		return f.writeMethod(sel, call)
	}
	fn := f.callee(call)
	if fn == nil || len(call.Args) == 0 {
		return false
	}
	into, ok := f.placeOf(call.Args[0])
	if !ok || !isWriter(f.pkg.Info.TypeOf(call.Args[0])) ||
		isMethod && fn.Signature().Recv() != nil && !isTemplate(f.pkg.Info.TypeOf(sel.X)) {
		return false
	}
	var text Value
	switch fn.FullName() {
	case "(*text/template.Template).Execute", "(*html/template.Template).Execute":
		text = f.text(sel.X)
	case "fmt.Fprintf":
		text = f.sprintf(call.Args[1:], call.Ellipsis.IsValid())
	case "fmt.Fprint":
		text = f.sprint(call.Args[1:])
	case "fmt.Fprintln":
		text = f.sprintln(call.Args[1:])
	case "io.WriteString":
		if len(call.Args) < 2 {
			return false
		}
		text = f.text(call.Args[1])
	default:
		return false
	}
	f.put(into, Concat(f.written(call.Args[0], into), text))
	return true
}

// writesTo says that a method writes into what an interface holds that builders satisfy: io.StringWriter.
func (f *Frame) writesTo(sel *ast.SelectorExpr) bool {
	switch sel.Sel.Name {
	case "Write", "WriteString", "WriteByte", "WriteRune":
		t := f.pkg.Info.TypeOf(sel.X)
		return t != nil && types.IsInterface(t) && isWriter(t)
	}
	return false
}

// written is what a builder, or an interface, holds.
func (f *Frame) written(e ast.Expr, p place) Value {
	v, ok := f.load(p)
	if addr, isAddr := ast.Unparen(e).(*ast.UnaryExpr); isAddr {
		e = addr.X // fmt.Fprintf(&s.b, …)
	}
	if !ok {
		v, _ = f.fieldOfParam(e, p)
	}
	return v
}

// writeMethod follows the methods of strings.Builder and bytes.Buffer.
func (f *Frame) writeMethod(sel *ast.SelectorExpr, call *ast.CallExpr) bool {
	p, ok := f.placeOf(sel.X)
	if !ok || strings.HasPrefix(sel.Sel.Name, "Write") && len(call.Args) == 0 { // code that does not compile
		return false
	}
	v := f.written(sel.X, p)
	switch sel.Sel.Name {
	case "WriteString", "Write":
		f.put(p, Concat(v, f.text(call.Args[0])))
	case "WriteByte", "WriteRune":
		f.put(p, Concat(v, f.evalRune(call.Args[0])))
	case "Reset":
		f.put(p, Value{})
	case "String", "Bytes", "Len", "Cap", "Grow", "Available":
	default:
		f.put(p, tainted(v, "changed by "+sel.Sel.Name))
	}
	return true
}

func (f *Frame) callee(call *ast.CallExpr) *types.Func {
	id := calleeName(call)
	if id == nil {
		return nil
	}
	fn, _ := f.pkg.Info.Uses[id].(*types.Func)
	return fn
}

// calleeName is the name of what is called, without type arguments.
func calleeName(call *ast.CallExpr) *ast.Ident {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.IndexExpr:
		return named(fun.X)
	case *ast.IndexListExpr:
		return named(fun.X)
	default:
		return named(fun)
	}
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
	g := f.pkg.frame()
	g.env, g.sig, g.summary = maps.Clone(f.env), sig, f.summary
	return g
}
