package goval

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// place is a variable, or a field of one by its path: .f.g. A path with a star goes through a pointer that can
// be one of several.
type place struct {
	obj  types.Object
	path string
}

// oneOfSeveral is the end of the path of what a pointer points to that can be one of several.
const oneOfSeveral = ".*"

func (p place) field(name string) place { return place{p.obj, p.path + "." + name} }

// isIn says that a place is another one, or a field of it.
func (p place) isIn(outer place) bool {
	return p.obj == outer.obj && (p.path == outer.path || strings.HasPrefix(p.path, outer.path+"."))
}

// Ref is a pointer to a place of the code that is being walked, or a map that another variable holds. It
// never leaves the function.
type Ref struct{ at place }

// location is the place that an assignment to an expression sets: for a pointer the pointer itself.
func (f *Frame) location(e ast.Expr) (place, bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj := f.pkg.Info.ObjectOf(e)
		return place{obj: obj}, obj != nil && e.Name != "_"
	case *ast.SelectorExpr:
		if p, ok := f.placeOf(e.X); ok {
			if v, isVar := p.obj.(*types.Var); isVar && !isPackageName(v) {
				return f.embedding(p, e).field(e.Sel.Name), true
			}
		}
	case *ast.StarExpr:
		if p, ok := f.location(e.X); ok {
			return f.pointee(p), true
		}
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return f.placeOf(e.X)
		}
	case *ast.TypeAssertExpr:
		return f.location(e.X)
	case *ast.CallExpr:
		if operand := f.sameAs(e); operand != nil {
			return f.placeOf(operand)
		}
	}
	return place{}, false
}

// embedding is the embedded struct in which a field or method stands that is selected as one of the struct around it:
// u.Model  of  u.ID. Of any other it is the place itself.
func (f *Frame) embedding(p place, e *ast.SelectorExpr) place {
	sel := f.pkg.Info.Selections[e]
	if sel == nil || sel.Kind() == types.MethodExpr {
		return p
	}
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		st := structUnder(t)
		if st == nil {
			return p
		}
		p, t = p.field(st.Field(i).Name()), st.Field(i).Type()
		for range maxPointers {
			p = f.pointee(p)
		}
	}
	return p
}

// placeOf is the place of what an expression denotes, through all pointers.
func (f *Frame) placeOf(e ast.Expr) (place, bool) {
	p, ok := f.location(e)
	for range maxPointers {
		to := f.pointee(p)
		if to == p || !ok {
			break
		}
		p = to
	}
	return p, ok
}

// maxPointers bounds pointers to pointers.
const maxPointers = 8

// pointee is where a place points to; itself if it holds no pointer, since what a pointer points to that the
// function itself made, or was given, stands in the place of the pointer.
func (f *Frame) pointee(p place) place {
	v := f.env[p]
	if ref, ok := Only[*Ref](v); ok {
		return ref.at
	}
	if len(refs(v)) > 0 {
		return place{p.obj, p.path + oneOfSeveral}
	}
	return p
}

// refs are the places that a value points to: one, or one of several.
func refs(v Value) (out []place) {
	for _, o := range alternatives(v) {
		if ref, ok := Only[*Ref](o); ok {
			out = append(out, ref.at)
		}
	}
	return out
}

// alias is what a variable holds that an expression is assigned to: a pointer or a map is the same one, and
// not a copy of what it holds. ok is false for what is copied.
func (f *Frame) alias(e ast.Expr) (Value, bool) {
	e = ast.Unparen(e)
	if addr, ok := e.(*ast.UnaryExpr); ok && addr.Op == token.AND {
		if p, ok := f.location(addr.X); ok {
			return Value{&Ref{p}}, true
		}
		return nil, false
	}
	t := f.typeOf(e)
	if t == nil || !isShared(t) || f.pkg.isMade(t) && !isPointerToValue(t) {
		return nil, false
	}
	p, ok := f.location(e)
	if !ok {
		return nil, false
	}
	if v := f.env[p]; len(refs(v)) > 0 {
		return v, true
	}
	if _, isInterface := t.Underlying().(*types.Interface); isInterface || !f.knows(p) {
		return nil, false
	}
	return Value{&Ref{f.shareable(p)}}, true
}

// typeOf is the type of an expression; of v, ok := x.(T) and its like that of the value.
func (f *Frame) typeOf(e ast.Expr) types.Type {
	t := f.pkg.Info.TypeOf(e)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() == 2 {
		if _, isCall := ast.Unparen(e).(*ast.CallExpr); !isCall {
			return tuple.At(0).Type()
		}
	}
	return t
}

// shareable is where a variable points to that holds what it points to itself: a place of its own, which the
// variable and its copies share from here on. That of a parameter is the caller's.
func (f *Frame) shareable(p place) place {
	v, ok := p.obj.(*types.Var)
	if !ok || p.path != "" || f.isParam(p.obj) {
		return p
	}
	home := place{obj: types.NewVar(v.Pos(), v.Pkg(), v.Name(), v.Type())}
	for at, value := range f.env {
		if at.isIn(p) {
			f.env[place{home.obj, at.path}] = value
			delete(f.env, at)
		}
	}
	for at, reason := range f.kept {
		if at.isIn(p) {
			f.kept[place{home.obj, at.path}] = reason
		}
	}
	f.env[p] = Value{&Ref{home}}
	return home
}

// isShared says that copies of a value of a type lead to the same content.
func isShared(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Interface, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// knows says that something is known of a place, or of a field of it.
func (f *Frame) knows(p place) bool {
	if _, ok := f.env[p]; ok {
		return true
	}
	for at := range f.env {
		if at.isIn(p) {
			return true
		}
	}
	return false
}

// load is what a place holds; ok is false if nothing is known of it.
func (f *Frame) load(p place) (Value, bool) { return f.loadWithin(p, maxPointers) }

func (f *Frame) loadWithin(p place, pointers int) (Value, bool) {
	if pointers == 0 {
		return nil, false
	}
	if before, after, found := strings.Cut(p.path, oneOfSeveral); found {
		var all []Value
		for _, o := range alternatives(f.env[place{p.obj, before}]) {
			v, ok := o.at(after)
			if ref, isRef := Only[*Ref](o); isRef {
				v, ok = f.loadWithin(place{ref.at.obj, ref.at.path + after}, pointers-1)
			}
			if !ok || len(refs(v)) > 0 {
				return nil, false
			}
			all = append(all, v)
		}
		return Choice(all), true
	}
	if v, ok := f.env[p]; ok {
		if ref, ok := Only[*Ref](v); ok {
			return f.loadWithin(ref.at, pointers-1)
		}
		if len(refs(v)) > 0 {
			return f.loadWithin(place{p.obj, p.path + oneOfSeveral}, pointers-1)
		}
		return v, true
	}
	if lost, ok := f.env[place{p.obj, p.path + notFollowed}]; ok && p.path != "" {
		return lost, true
	}
	// A field of what is held as a whole.
	for dot := strings.LastIndexByte(p.path, '.'); dot >= 0; dot = strings.LastIndexByte(p.path[:dot], '.') {
		if v, ok := f.env[place{p.obj, p.path[:dot]}]; ok {
			if Is[*Hole](v) {
				return Unknown("field " + p.path[dot+1:]), true
			}
			return v.at(p.path[dot:])
		}
	}
	return nil, false
}

// content is what a place holds with what its fields were set to later.
func (f *Frame) content(p place, t types.Type) (Value, bool) {
	whole, ok := f.load(p)
	st := structUnder(t)
	if st == nil {
		return whole, ok
	}
	l := whole.List()
	for i := range st.NumFields() {
		field := st.Field(i)
		at := p.field(field.Name())
		if !f.knows(at) {
			continue
		}
		v, known := f.content(at, field.Type())
		if !known {
			v = f.pkg.unknownOf(field.Type(), "field "+field.Name())
		}
		if l == nil {
			l = &List{Open: "a struct that is not known", Type: t.String(), typ: t}
			if param, isParam := Only[*Param](whole); isParam {
				l.given = Value{param}
			}
		}
		l = l.With(l.Elems)
		l.put(Element{Key: Text(field.Name()), Arg: Arg{Value: v, typ: field.Type(), Type: field.Type().String()}})
	}
	if l == nil {
		return whole, ok
	}
	return Value{l}, true
}

// structUnder is the struct that a type is, or that a pointer of it points to; nil if it is none.
func structUnder(t types.Type) *types.Struct {
	if t == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, _ := t.Underlying().(*types.Struct)
	return st
}

// at is a field of a value that is a struct, by its path; ok is false if it is not known.
func (v Value) at(path string) (Value, bool) {
	if path == "" {
		return v, true
	}
	name, rest, _ := strings.Cut(path[1:], ".")
	if rest != "" {
		rest = "." + rest
	}
	switch p := only(v).(type) {
	case *Arg:
		return p.at(path)
	case *Param:
		return nil, false
	case *OneOf:
		var all []Value
		for _, o := range p.Options {
			w, ok := o.at(path)
			if !ok {
				return nil, false
			}
			all = append(all, w)
		}
		return Choice(all), true
	case *List:
		return p.at(name, rest)
	}
	return nil, false
}

// at is what a method gives, or a field.
func (a Arg) at(path string) (Value, bool) {
	if a.methods != nil && strings.HasSuffix(path, "()") {
		if v, ok := a.methods.at(path[1:], ""); ok {
			return v, true
		}
	}
	return a.Value.at(path)
}

func (l *List) at(name, rest string) (Value, bool) {
	var all []Value
	always := false
	for _, e := range l.Elems {
		if key, ok := e.Key.Constant(); ok && key == name {
			v, ok := e.at(rest)
			if !ok {
				return nil, false
			}
			all = append(all, v)
			always = always || !e.Optional
		}
	}
	switch {
	case len(all) > 0 && (always || len(all) > 1):
		return Choice(all), true
	case len(all) > 0:
		return Choice(append(all, Unknown("field "+name))), true
	case l.Open == "" && structUnder(l.typ) != nil:
		return zeroOf(structUnder(l.typ), name, rest)
	}
	return nil, false
}

// zeroOf is what a field is that a literal does not name.
func zeroOf(st *types.Struct, name, rest string) (Value, bool) {
	for f := range st.Fields() {
		if f.Name() != name {
			continue
		}
		if rest != "" {
			return nil, false
		}
		switch {
		case isString(f.Type()), isBuilder(f.Type()) && structUnder(f.Type()) != nil && !isPointer(f.Type()):
			return Value{}, true
		case isStringSlice(f.Type()):
			return Value{&List{Type: f.Type().String(), typ: f.Type()}}, true
		}
	}
	return nil, false
}

// put sets what a place holds. What a pointer may point to that is one of several may be set or not; what
// something else may set at any time, too, is not known for certain.
func (f *Frame) put(p place, v Value) {
	if before, after, found := strings.Cut(p.path, oneOfSeveral); found {
		const reason = "set through a pointer that is one of several"
		pointer := place{p.obj, before}
		for _, at := range refs(f.env[pointer]) {
			f.taint(place{at.obj, at.path + after}, reason)
		}
		if held := alternatives(f.env[pointer]); slices.ContainsFunc(held, func(o Value) bool { return len(refs(o)) == 0 }) {
			f.env[pointer] = append(held[0][:len(held[0]):len(held[0])], &Hole{Reason: reason})
		}
		return
	}
	if reason := f.loose(p); reason != "" && len(refs(v)) == 0 {
		v = tainted(v, reason)
	}
	f.env[p] = bounded(v)
}

// loose says why a place may be set at any time; empty if it may not.
func (f *Frame) loose(p place) string {
	for at, reason := range f.kept {
		if p.isIn(at) || at.isIn(p) {
			return reason
		}
	}
	return ""
}

// keep notes that a place may be set at any time from here on.
func (f *Frame) keep(p place, reason string) { f.keepAll(p, reason, map[place]bool{}) }

// keepAll does so with what the place refers to, which may lead back to it: a list that is linked both ways.
func (f *Frame) keepAll(p place, reason string, seen map[place]bool) {
	if seen[p] {
		return
	}
	seen[p] = true
	if before, after, found := strings.Cut(p.path, oneOfSeveral); found {
		for _, at := range refs(f.env[place{p.obj, before}]) {
			f.keepAll(place{at.obj, at.path + after}, reason, seen)
		}
		return
	}
	for at, v := range f.env {
		if at.isIn(p) {
			for _, to := range refs(v) {
				f.keepAll(to, reason, seen)
			}
		}
	}
	f.kept[p] = reason
	f.taint(p, reason)
}

// taint says that a place may hold something else than what is known of it.
func (f *Frame) taint(p place, reason string) {
	if _, _, found := strings.Cut(p.path, oneOfSeveral); found {
		f.put(p, nil)
		return
	}
	if f.isParam(p.obj) && !f.knows(p) { // What it is, is the caller's; that it is set is ours.
		f.env[p] = tainted(nil, reason)
	}
	for at, v := range f.env {
		if at.isIn(p) && len(refs(v)) == 0 {
			f.env[at] = bounded(tainted(v, reason))
		}
	}
	// A field of a struct that is held as a whole.
	for dot := strings.LastIndexByte(p.path, '.'); dot >= 0; dot = strings.LastIndexByte(p.path[:dot], '.') {
		whole := place{p.obj, p.path[:dot]}
		if v, ok := f.env[whole]; ok {
			if _, set := f.env[p]; !set {
				w, _ := v.at(p.path[dot:])
				f.env[p] = bounded(tainted(w, reason))
			}
		}
	}
}

// tainted is a value that something may have changed or added to.
func tainted(v Value, reason string) Value {
	if l := v.List(); l != nil {
		out := l.With(nil)
		for _, e := range l.Elems {
			if isStructList(l) {
				e.Value = tainted(e.Value, reason)
			}
			out.Elems = append(out.Elems, e)
		}
		if out.Open == "" {
			out.Open = reason
		}
		return Value{out}
	}
	if len(v) > 0 {
		if hole, ok := v[len(v)-1].(*Hole); ok && hole.Place == MoreText && hole.Type == "" {
			return v
		}
	}
	return append(v[:len(v):len(v)], &Hole{Place: MoreText, Reason: reason, Type: typeOfBuilder(v)})
}

func isStructList(l *List) bool { return l.typ != nil && structUnder(l.typ) != nil }

// typeOfBuilder is the type of a builder that the value is, empty for a text.
func typeOfBuilder(v Value) string {
	for _, p := range v {
		if c, ok := p.(*Call); ok && c.fn != nil && c.fn.Signature().Results().Len() > 0 {
			return c.fn.Signature().Results().At(0).Type().String()
		}
		if t := TypeOf(p); t != "" {
			return t
		}
	}
	return ""
}

// isPlainStruct says that a type is a struct whose fields are followed.
func isPlainStruct(p *Package, t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok && !isBuilder(t) && !p.isMade(t)
}

// typeOfField is the type of a field by its name; nil if there is none.
func typeOfField(st *types.Struct, name Value) types.Type {
	text, _ := name.Constant()
	for f := range st.Fields() {
		if f.Name() == text {
			return f.Type()
		}
	}
	return nil
}
