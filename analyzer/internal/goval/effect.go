package goval

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// Effects are what a function does to what it is given, beside its results.
type Effects struct {
	// Changes are what stands, after a call, in what the operands lead to.
	Changes []Change
	// Same are the results that are operands: the same pointer.
	Same []Same
	// Keeps are the operands that the function keeps, or gives to what is not known: what they lead to may be set
	// at any time after.
	Keeps []int
}

// Change is what stands in an operand, the receiver if Index is -1, or in a field of it by its path.
type Change struct {
	Index int
	Path  string
	Value Value
}

// Same says that a result is the operand Index.
type Same struct{ Result, Index int }

// With is a copy whose values are changed.
func (e *Effects) With(change func(Value) Value) *Effects {
	if e == nil {
		return nil
	}
	out := *e
	out.Changes = nil
	for _, c := range e.Changes {
		c.Value = change(c.Value)
		out.Changes = append(out.Changes, c)
	}
	return &out
}

// Empty says that there is nothing that a caller has to know.
func (e *Effects) Empty() bool {
	return e == nil || len(e.Changes) == 0 && len(e.Same) == 0 && len(e.Keeps) == 0
}

// EffectsOf are the effects of a function of the package; nil if they are not known.
func (p *Package) EffectsOf(fn *types.Func) *Effects {
	fn = fn.Origin()
	if e, ok := p.effects[fn]; ok {
		return e
	}
	p.summarize(fn)
	return p.effects[fn]
}

// summarize runs the body of a function for what it gives and what it changes. While it runs neither is known.
func (p *Package) summarize(fn *types.Func) {
	decl := p.funcs[fn]
	if decl == nil || decl.Body == nil {
		return
	}
	unknown := make([]Value, fn.Signature().Results().Len())
	for i := range unknown {
		unknown[i] = Unknown("recursive function " + fn.Name())
	}
	p.summaries[fn], p.effects[fn] = unknown, nil
	f := p.newFrame(fn, decl.Type)
	f.bindStructs(fn)
	before := maps.Clone(f.env)
	p.summaries[fn] = f.resultsOfBody(decl.Body)
	p.effects[fn] = p.effectsOf(fn, f, before)
}

// effectsOf is what a frame that has run has changed of what the function is given.
func (p *Package) effectsOf(fn *types.Func, f *Frame, before env) *Effects {
	out := &Effects{Same: f.same}
	for i := -1; i < fn.Signature().Params().Len(); i++ {
		v := operandOf(fn, i)
		if v == nil || !changeable(v.Type()) && (structUnder(v.Type()) == nil || p.isMade(v.Type())) {
			continue
		}
		if f.kept[place{obj: v}] != "" {
			out.Keeps = append(out.Keeps, i)
		}
		if f.rebound[v] && changeable(v.Type()) && !p.isMade(v.Type()) && !isSlice(v.Type()) {
			set := Unknown("set by " + fn.Name() + " through a variable that is set again")
			out.Changes = append(out.Changes, Change{i, "", set})
			continue
		}
		for at, value := range f.env {
			if at.obj != v || isSlice(v.Type()) && !f.touched[v] || len(refs(value)) > 0 {
				continue
			}
			if !changeable(v.Type()) && !p.leadsOut(structUnder(v.Type()), at.path) {
				continue
			}
			if isSlice(v.Type()) && f.rebound[v] {
				value = tainted(before[at], "elements that are set through a variable that is set again")
			}
			if was, ok := before[at]; !ok || !same(was, value) {
				out.Changes = append(out.Changes, Change{i, at.path, value.outside()})
			}
		}
	}
	slices.SortFunc(out.Changes, func(a, b Change) int {
		if a.Index != b.Index {
			return a.Index - b.Index
		}
		return strings.Compare(a.Path, b.Path)
	})
	return out
}

// leadsOut says that a field of a struct that is a copy, by its path, is reached through a pointer or a map.
func (p *Package) leadsOut(st *types.Struct, path string) bool {
	if path == "" {
		return false
	}
	name, _, _ := strings.Cut(path[1:], ".")
	for f := range st.Fields() {
		if f.Name() == name {
			return isShared(f.Type()) && (!p.isMade(f.Type()) || isPointerToValue(f.Type()))
		}
	}
	return false
}

func isPointer(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

func isSlice(t types.Type) bool {
	_, ok := t.Underlying().(*types.Slice)
	return ok
}

// operandOf is a parameter, or with -1 the receiver; nil if there is none.
func operandOf(fn *types.Func, i int) *types.Var {
	switch {
	case i < 0:
		return fn.Signature().Recv()
	case i >= fn.Signature().Params().Len(): // in code that does not compile
		return nil
	}
	return fn.Signature().Params().At(i)
}

// changeable says that a function can change what its caller gives as an operand of a type.
func changeable(t types.Type) bool { return t != nil && (isSlice(t) || isShared(t)) }

// bindStructs makes the receiver, and the parameters that are structs or pointers to structs, Params: whose
// fields the callers know.
func (f *Frame) bindStructs(fn *types.Func) {
	f.summary = true
	for i := -1; i < fn.Signature().Params().Len(); i++ {
		v := operandOf(fn, i)
		if v == nil || v.Name() == "" || v.Name() == "_" {
			continue
		}
		if _, ok := f.env[place{obj: v}]; !ok && f.pkg.hasText(v.Type(), 0) {
			f.env[place{obj: v}] = Value{&Param{Index: i}}
		}
	}
}

// hasText says that a struct, or what a pointer points to, has something in it that is followed.
func (p *Package) hasText(t types.Type, depth int) bool {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if depth > 0 && (p.parameter(t, 0, 0) != nil || p.listed(t)) || isText(t) {
		return true
	}
	st, ok := t.Underlying().(*types.Struct)
	n, isNamed := types.Unalias(t).(*types.Named)
	if !ok || !isNamed || depth > 2 || p.isMade(t) || depth > 0 && n.Obj().Pkg() != p.Types {
		return false
	}
	for field := range st.Fields() {
		if (field.Pkg() == p.Types || field.Exported() && !IsStandard(field.Pkg())) &&
			(p.hasText(field.Type(), depth+1) || givesText(field.Type())) {
			return true
		}
	}
	return false
}

// givesText says that a type is a named interface with a method that gives back text.
func givesText(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	face, ok := n.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range face.Methods() {
		if results := m.Signature().Results(); results.Len() > 0 && isText(results.At(0).Type()) {
			return true
		}
	}
	return false
}

// sameAs is the operand that a call gives back: the pointer itself; nil if it does not.
func (f *Frame) sameAs(call *ast.CallExpr) ast.Expr {
	fn := f.callee(call)
	if fn == nil {
		return nil
	}
	e, known := f.effectsOf(fn)
	if !known || e == nil {
		return nil
	}
	for _, s := range e.Same {
		if s.Result == 0 {
			return operand(call, fn, s.Index)
		}
	}
	return nil
}

// operand is the expression of an argument, or with -1 of the receiver; nil if the call has none.
func operand(call *ast.CallExpr, fn *types.Func, i int) ast.Expr {
	sel, isSelector := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	switch {
	case i >= 0 && i < len(call.Args):
		return call.Args[i]
	case i < 0 && isSelector && fn.Signature().Recv() != nil:
		return sel.X
	}
	return nil
}

// effectsOf are the effects of any function; known is false if nothing is known of it.
func (f *Frame) effectsOf(fn *types.Func) (e *Effects, known bool) {
	if fn.Pkg() == f.pkg.Types {
		e = f.pkg.EffectsOf(fn)
		return e, e != nil
	}
	return f.pkg.Lookup.Effects(fn.Origin())
}

// change follows what a call of a function changes that is no call of a library.
func (f *Frame) change(call *ast.CallExpr) {
	if tv, ok := f.pkg.Info.Types[call.Fun]; ok && tv.IsType() {
		if isUnsafe(tv.Type) {
			f.giveAway(call, "its address is kept")
		}
		return
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if _, builtin := f.pkg.Info.Uses[id].(*types.Builtin); builtin {
			f.changeBuiltin(id.Name, call)
			return
		}
	}
	fn := f.callee(call)
	reason := "set by " + types.ExprString(call.Fun)
	if fn == nil {
		f.giveAway(call, reason)
		return
	}
	sel := f.pkg.Info.Selections[selectorOf(call)]
	if sel != nil && sel.Kind() == types.MethodExpr {
		f.giveAway(call, reason)
		return
	}
	e, known := f.effectsOf(fn)
	if !known {
		f.changeUnknown(call, fn, reason)
		return
	}
	f.apply(e, call, fn, reason)
	n := fn.Signature().Params().Len()
	for i := -1; i < max(n, len(call.Args)); i++ {
		x := operand(call, fn, i)
		if x == nil {
			continue
		}
		k := i
		if fn.Signature().Variadic() && i >= n-1 {
			k = n - 1
		}
		v := operandOf(fn, k)
		oneOfMany := fn.Signature().Variadic() && k == n-1 && !call.Ellipsis.IsValid()
		if slices.Contains(e.Keeps, k) || v != nil && !f.boundIn(v.Type()) ||
			oneOfMany && (!f.pkg.given(v.Type()) || isPointer(f.pkg.Info.TypeOf(x))) {
			for _, p := range f.shares(x) {
				f.keep(p, reason)
			}
		}
	}
}

// boundIn says that a function of the package follows what it is given as a parameter of a type.
func (f *Frame) boundIn(t types.Type) bool {
	return !changeable(t) || f.pkg.parameter(t, 0, 0) != nil || f.pkg.hasText(t, 0) || structUnder(t) != nil
}

func selectorOf(call *ast.CallExpr) *ast.SelectorExpr {
	sel, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return sel
}

// apply sets what the effects of a function say.
func (f *Frame) apply(e *Effects, call *ast.CallExpr, fn *types.Func, reason string) {
	type set struct {
		at place
		v  Value
	}
	var sets []set
	given := map[int]Value{}
	args := func(i int) Value {
		v, ok := given[i]
		if !ok {
			v = f.Argument(call, i)
			given[i] = v
		}
		return v
	}
	for _, c := range e.Changes {
		x := operand(call, fn, c.Index)
		if x == nil {
			continue
		}
		p, ok := f.placeOf(x)
		if ok && !f.mutable(x, p) {
			continue
		}
		if sel := selectorOf(call); c.Index < 0 && sel != nil {
			p = f.embedding(p, sel)
		}
		if !ok {
			for _, at := range f.shares(x) {
				f.keep(at, reason)
			}
			continue
		}
		at := f.through(p, c.Path)
		if at == p && !changeable(f.pkg.Info.TypeOf(x)) && c.Path != "" {
			continue
		}
		sets = append(sets, set{at, c.Value.Substitute(args)})
	}
	for _, s := range sets {
		f.put(s.at, s.v)
	}
}

// through is the field of a place by its path, through the pointers on the way.
func (f *Frame) through(p place, path string) place {
	deref := func(p place) place {
		for range maxPointers {
			p = f.pointee(p)
		}
		return p
	}
	if path == "" {
		return p
	}
	for name := range strings.SplitSeq(path[1:], ".") {
		p = deref(p.field(name))
	}
	return p
}

// changeBuiltin follows the functions of the language.
func (f *Frame) changeBuiltin(name string, call *ast.CallExpr) {
	if len(call.Args) == 0 { // code that does not compile
		return
	}
	switch name {
	case "copy", "clear", "delete":
		f.setElements(call.Args[0], "set by "+name)
	case "append":
		for _, a := range call.Args[min(1, len(call.Args)):] {
			f.keepShared(a, "its address is kept")
		}
	}
}

// setElements says that elements of a list are set that are not known.
func (f *Frame) setElements(e ast.Expr, reason string) {
	if s, ok := ast.Unparen(e).(*ast.SliceExpr); ok {
		e = s.X
	}
	if p, ok := f.placeOf(e); ok {
		f.touch(p)
		f.taint(p, reason)
	}
}

// touch notes that elements of a list are set that a caller may have given.
func (f *Frame) touch(p place) {
	f.touched[p.obj] = true
	if of, ok := f.elements[p]; ok {
		f.touched[of.obj] = true
		f.taint(of, "an element that is set through another variable")
	}
	for at, of := range f.elements {
		if of == p {
			f.taint(at, "an element that is set through another variable")
		}
	}
}

// changeUnknown follows a call of a function of which nothing is known: what it is given by pointer may be set
// then, and by a function that is not one of Go's own at any time after. So may maps; the elements of lists are taken
// to be set by a function that gives nothing back, as those that fill and sort do.
func (f *Frame) changeUnknown(call *ast.CallExpr, fn *types.Func, reason string) {
	std := isStandard(fn)
	results := fn.Signature().Results()
	silent := results.Len() == 0 || results.Len() == 1 && types.Identical(results.At(0).Type(), errorType)
	for i := -1; i < len(call.Args); i++ {
		x := operand(call, fn, i)
		if x == nil || i < 0 && !f.pointerReceiver(fn) {
			continue
		}
		t := f.pkg.Info.TypeOf(x)
		if t == nil {
			continue
		}
		isList := f.pkg.listed(t) || isArrayPart(x)
		if isList {
			_, isMap := t.Underlying().(*types.Map)
			if std && (sorts(fn) || isMap && i < 0) || !std && (silent || isMap) {
				f.setElements(x, reason)
			}
			continue
		}
		for _, p := range f.shares(x) {
			if std && !keepsAddress[pathOf(fn)] {
				f.taint(p, reason)
			} else {
				f.keep(p, reason)
			}
		}
	}
}

func isArrayPart(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.SliceExpr)
	return ok
}

var errorType = types.Universe.Lookup("error").Type()

// pointerReceiver says that a method can change what it is called on.
func (f *Frame) pointerReceiver(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && isShared(recv.Type())
}

// isStandard says that a function is one of Go's own library.
func isStandard(fn *types.Func) bool {
	return IsStandard(fn.Pkg())
}

// IsStandard says that a package is one of Go's own library.
func IsStandard(pkg *types.Package) bool {
	if pkg == nil {
		return true
	}
	first, _, _ := strings.Cut(pkg.Path(), "/")
	return pkg.Name() != "main" && stdPackages[first]
}

// stdPackages are the first elements of the paths of Go's library.
var stdPackages = func() map[string]bool {
	out := map[string]bool{}
	for _, name := range strings.Fields(`archive bufio bytes cmp compress container context crypto database debug
		embed encoding errors expvar flag fmt go hash html image index io iter log maps math mime net os path plugin
		reflect regexp runtime slices sort strconv strings structs sync syscall testing text time unicode unique unsafe`) {
		out[name] = true
	}
	return out
}()

// keepsAddress are the packages of Go's library that keep what they are given a pointer to.
var keepsAddress = map[string]bool{"flag": true, "reflect": true, "sync": true, "sync/atomic": true, "unsafe": true,
	"container/list": true, "context": true}

// pathOf is the path of the package of a function; empty for err.Error().
func pathOf(fn *types.Func) string {
	if fn.Pkg() == nil {
		return ""
	}
	return fn.Pkg().Path()
}

// sorts says that a function of Go's library sets elements of the list that it is given.
func sorts(fn *types.Func) bool {
	switch pathOf(fn) {
	case "sort", "math/rand", "math/rand/v2":
		return true
	case "slices":
		return slices.ContainsFunc([]string{"Sort", "Reverse", "Insert", "Delete", "Compact", "Replace"},
			func(name string) bool { return strings.HasPrefix(fn.Name(), name) && fn.Name() != "Sorted" })
	}
	return false
}

// shares are the places that a function can change which is given an expression.
func (f *Frame) shares(e ast.Expr) []place {
	var out []place
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.UnaryExpr:
			if p, ok := f.placeOf(n.X); ok && n.Op == token.AND {
				out = append(out, p)
				return false
			}
		case *ast.CallExpr:
			if f.sameAs(n) == nil && f.literalOf(n) == nil {
				if _, isAppend := n.Fun.(*ast.Ident); !isAppend {
					return false
				}
			}
		case *ast.SelectorExpr:
			out = append(out, f.sharedBy(n)...)
			return false
		case *ast.Ident:
			out = append(out, f.sharedBy(n)...)
		}
		return true
	})
	return out
}

// sharedBy is the place that a variable or field leads to, if it does.
func (f *Frame) sharedBy(e ast.Expr) []place {
	v, isVar := f.pkg.Info.ObjectOf(identOf(e)).(*types.Var)
	if !isVar || v == nil {
		return nil
	}
	t := v.Type()
	if !changeable(t) {
		return nil
	}
	if _, isFunc := t.Underlying().(*types.Signature); isFunc {
		return nil
	}
	if _, isInterface := t.Underlying().(*types.Interface); isInterface {
		p, ok := f.location(e)
		if !ok || len(refs(f.env[p])) == 0 {
			return nil
		}
		return refs(f.env[p])
	}
	if p, ok := f.placeOf(e); ok && f.knows(p) && f.mutable(e, p) {
		return []place{p}
	}
	return nil
}

// mutable says that what an expression leads to can be changed: a builder of a library only by calls that do.
func (f *Frame) mutable(e ast.Expr, p place) bool {
	if _, isAddress := ast.Unparen(e).(*ast.UnaryExpr); isAddress || !f.pkg.isMade(f.pkg.Info.TypeOf(e)) {
		return true
	}
	v, _ := f.load(p)
	return f.pkg.Builders.Mutates(v) || f.isPointer(e) || isPointerToValue(f.pkg.Info.TypeOf(e))
}

// isPointerToValue says that a type is a pointer to a builder that is a value itself: with methods on it.
func isPointerToValue(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok {
		return false
	}
	for m := range n.Methods() {
		if _, isPointer := m.Signature().Recv().Type().(*types.Pointer); !isPointer {
			return true
		}
	}
	return false
}

// isPointer says that a variable points to another one.
func (f *Frame) isPointer(e ast.Expr) bool {
	p, ok := f.location(e)
	return ok && len(refs(f.env[p])) > 0
}

func identOf(e ast.Expr) *ast.Ident {
	if sel, ok := e.(*ast.SelectorExpr); ok {
		return sel.Sel
	}
	id, _ := e.(*ast.Ident)
	return id
}

// giveAway says that all that a call is given may be set at any time.
func (f *Frame) giveAway(call *ast.CallExpr, reason string) {
	exprs := slices.Clone(call.Args)
	if sel := selectorOf(call); sel != nil {
		if s := f.pkg.Info.Selections[sel]; s != nil && s.Kind() == types.MethodVal {
			exprs = append(exprs, sel.X)
		}
	}
	for _, a := range exprs {
		f.keepShared(a, reason)
	}
}

// keepShared says that what an expression leads to by pointer or map may be set at any time.
func (f *Frame) keepShared(e ast.Expr, reason string) {
	if t := f.pkg.Info.TypeOf(e); t != nil && f.pkg.listed(t) {
		if _, isMap := t.Underlying().(*types.Map); !isMap {
			return
		}
	}
	for _, p := range f.shares(e) {
		f.keep(p, reason)
	}
}

func isUnsafe(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.UnsafePointer
}
