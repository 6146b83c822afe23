package goval

import (
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// EvalList returns the elements of a slice of strings; ok is false if not all are known.
func (f *Frame) EvalList(e ast.Expr) (elems []Value, ok bool) {
	l := f.eval(e).List().closed()
	if l == nil || l.Open != "" {
		return nil, false
	}
	return l.Texts(), true
}

// compositeValue is the list that a literal is, or a strings.Builder{} without text.
func (f *Frame) compositeValue(x *ast.CompositeLit) Value {
	switch t := f.pkg.Info.TypeOf(x); {
	case isBuilder(t):
		return Value{}
	case isStringSlice(t) || f.pkg.Builders != nil && isContainer(t):
		return Value{f.composite(x)}
	}
	return f.fallback(x)
}

// subList is a part of a list: with bounds that are not constant any part.
func (f *Frame) subList(x *ast.SliceExpr) *List {
	whole := f.list(x.X)
	bound := func(e ast.Expr, unset int) (int, bool) {
		if e == nil {
			return unset, true
		}
		n, ok := f.intOf(e)
		return n, ok && n >= 0 && n <= len(whole.Elems)
	}
	low, ok1 := bound(x.Low, 0)
	high, ok2 := bound(x.High, len(whole.Elems))
	if ok1 && ok2 && low <= high {
		return whole.With(whole.Elems[low:high])
	}
	return whole.optional()
}

func (f *Frame) listCall(call *ast.CallExpr) *List {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		switch id.Name {
		case "make":
			return f.madeList(call)
		case "append":
			return f.appended(call)
		}
	}
	fn := f.callee(call)
	if fn == nil {
		if f.heldFunc(call.Fun) != nil {
			return listOf(f.literalResult(call, 0))
		}
		return &List{Open: types.ExprString(call)}
	}
	switch fn.FullName() {
	case "maps.Clone", "slices.Clone", "golang.org/x/exp/maps.Clone", "golang.org/x/exp/slices.Clone":
		return f.list(call.Args[0])
	case "slices.Concat":
		out := &List{}
		for _, a := range call.Args {
			out.Add(f.list(a), false)
		}
		return out
	case "slices.Insert":
		return f.inserted(call)
	case "github.com/samber/lo.Map":
		return f.mappedTexts(call)
	case "github.com/samber/lo.Filter", "github.com/samber/lo.Reject":
		return f.list(call.Args[0]).optional()
	case "github.com/samber/lo.Uniq":
		return f.list(call.Args[0])
	case "strings.Split":
		text, ok1 := f.text(call.Args[0]).Constant()
		sep, ok2 := f.text(call.Args[1]).Constant()
		if ok1 && ok2 {
			out := &List{}
			for part := range strings.SplitSeq(text, sep) {
				out.Elems = append(out.Elems, Element{Arg: Arg{Value: Text(part)}})
			}
			return out
		}
	}
	if results := f.resultsOf(fn); len(results) > 0 && f.pkg.Builders != nil {
		if l := listOf(f.substitute(results[0], call)); l.Open == "" || len(l.Elems) > 0 {
			return l
		}
	}
	if v, ok := f.answer(call, fn); ok {
		return listOf(v)
	}
	if l := f.mapped(call); l != nil {
		return l
	}
	return &List{Open: types.ExprString(call)}
}

// maxMade bounds the length of a list that is made with empty elements.
const maxMade = 64

// madeList is make([]T, n), or a map: of texts n empty ones.
func (f *Frame) madeList(call *ast.CallExpr) *List {
	t := f.pkg.Info.TypeOf(call)
	if _, isMap := typeUnder[*types.Map](t); isMap || len(call.Args) < 2 {
		return &List{}
	}
	n, ok := f.intOf(call.Args[1])
	if !ok {
		n, ok = f.length(call.Args[1])
	}
	switch {
	case ok && n == 0:
		return &List{}
	case !isStringSlice(t):
		return &List{Open: types.ExprString(call)}
	case !ok || n > maxMade:
		return &List{Open: types.ExprString(call), made: true}
	}
	out := &List{}
	for range n {
		out.Elems = append(out.Elems, Element{Arg: Arg{Value: Text("")}})
	}
	return out
}

// inserted is slices.Insert of some elements at a constant place.
func (f *Frame) inserted(call *ast.CallExpr) *List {
	if len(call.Args) < 2 {
		return &List{Open: types.ExprString(call)}
	}
	base := f.list(call.Args[0])
	i, ok := f.intOf(call.Args[1])
	if !base.known() || !ok || i < 0 || i > len(base.Elems) || call.Ellipsis.IsValid() {
		return &List{Open: types.ExprString(call)}
	}
	var more []Element
	for _, a := range call.Args[2:] {
		more = append(more, Element{Arg: f.element(a)})
	}
	return base.With(slices.Insert(slices.Clone(base.Elems), i, more...))
}

// mapped is a list of builders of which a function literal makes each, as in lo.Map(names,
// func(name string, _ int) *ent.UserCreate { … }); nil if the call gives none such.
func (f *Frame) mapped(call *ast.CallExpr) *List {
	t := f.pkg.Info.TypeOf(call)
	if t == nil {
		return nil
	}
	list, ok := t.Underlying().(*types.Slice)
	if !ok || !f.pkg.isMade(list.Elem()) {
		return nil
	}
	for _, a := range call.Args {
		lit, ok := ast.Unparen(a).(*ast.FuncLit)
		if !ok {
			continue
		}
		sig := f.signature(lit)
		if sig == nil || sig.Results().Len() == 0 || !types.Identical(sig.Results().At(0).Type(), list.Elem()) {
			continue
		}
		fn := f.function(lit)
		v := fn.Result.SubstituteOf(fn.Of, func(int) Value { return Unknown("an element") })
		return &List{Elems: []Element{{Arg: Arg{Value: v, typ: list.Elem(), Type: list.Elem().String()}}}}
	}
	return nil
}

// mappedTexts is lo.Map of a list: what the function makes of each element.
func (f *Frame) mappedTexts(call *ast.CallExpr) *List {
	if len(call.Args) < 2 {
		return &List{Open: types.ExprString(call)}
	}
	if l := f.mapped(call); l != nil {
		return l
	}
	fn := f.function(call.Args[1])
	return f.list(call.Args[0]).Map(func(e Element) Value {
		return fn.Result.SubstituteOf(fn.Of, func(i int) Value {
			if i == 0 {
				return e.Text()
			}
			return UnknownValue("number")
		})
	})
}

// optional is a list of which each element may be left out.
func (l *List) optional() *List {
	out := l.With(slices.Clone(l.Elems))
	for i := range out.Elems {
		out.Elems[i].Optional = true
	}
	return out
}

func (f *Frame) appended(call *ast.CallExpr) *List {
	if len(call.Args) == 0 {
		return &List{}
	}
	base := f.list(call.Args[0])
	out := base.With(slices.Clone(base.Elems))
	if call.Ellipsis.IsValid() {
		out.Add(f.list(call.Args[len(call.Args)-1]), false)
		return out
	}
	for _, a := range call.Args[1:] {
		out.Elems = append(out.Elems, Element{Arg: f.element(a)})
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
				e.Key = f.text(kv.Key)
			}
		} else if isStruct && i < st.NumFields() {
			e.Key = Text(st.Field(i).Name())
		}
		e.Arg = f.element(el)
		if isStruct {
			e.Arg = f.answering(e.Arg, typeOfField(st, e.Key))
		}
		out.Elems = append(out.Elems, e)
	}
	return out
}

// element evaluates an element of a literal: as text alone where no builder can ask for more.
func (f *Frame) element(e ast.Expr) Arg {
	if f.pkg.Builders == nil {
		return Arg{Value: f.text(e)}
	}
	if lit, ok := ast.Unparen(e).(*ast.CompositeLit); ok && lit.Type == nil {
		return Arg{Value: Value{f.composite(lit)}, typ: f.pkg.Info.TypeOf(e)}
	}
	return f.arg(e)
}

// fieldList is what the package gives to a field that is a list, if all is plain: what only some
// values have is optional.
func (f *Frame) fieldList(v *types.Var) *List {
	values := f.pkg.fields[v.Origin()]
	unknown := &List{Open: "field " + v.Name()}
	if len(values) == 0 || len(values) > maxOptions || f.pkg.busy[v] || v.Pkg() != f.pkg.Types ||
		len(f.pkg.Elsewhere.of(v, f.pkg.Types)) > 0 {
		return unknown
	}
	f.pkg.busy[v] = true
	defer delete(f.pkg.busy, v)
	out := &List{}
	if v.Exported() {
		out.Open = unknown.Open + ", which other packages may set"
	}
	for _, e := range values {
		if e == nil {
			return unknown
		}
		l := f.pkg.frame().list(e)
		if l.Open != "" {
			return unknown
		}
		out.Add(l, true)
	}
	return out
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
		if v, ok := f.content(p.field(name), st.Field(i).Type()); ok && f.knows(p.field(name)) {
			out.put(Element{Key: Text(name), Arg: Arg{Value: v, typ: st.Field(i).Type()}})
		}
	}
	return &out
}

// setKey follows an assignment to a key of a map, or an element of a slice, that the code makes.
func (f *Frame) setKey(x *ast.IndexExpr, value ast.Expr) {
	p, ok := f.placeOf(x.X)
	if !ok {
		return
	}
	f.touch(p)
	f.keepShared(value, "kept in an element")
	if strings.Contains(p.path, oneOfSeveral) {
		f.put(p, nil)
		return
	}
	l := f.listAt(p)
	if v, ok := f.fieldOfParam(x.X, p); ok && l == nil {
		l = listOf(v)
	}
	if l == nil {
		f.taint(p, "an element that is set")
		return
	}
	out := *l
	if _, isMap := f.pkg.Info.TypeOf(x.X).Underlying().(*types.Map); isMap {
		out.put(Element{Key: f.text(x.Index), Arg: f.element(value)})
	} else if i, known := f.indexOf(x.Index); known && i < len(out.Elems) && !out.hasRest() {
		out.Elems = slices.Clone(out.Elems)
		out.Elems[i] = Element{Arg: f.element(value), Optional: out.Elems[i].Optional}
	} else if out.made && f.control.inLoop() && (out.filled == nil && len(out.Elems) == 0 || out.filled == x) {
		out.Elems = append(slices.Clip(out.Elems), Element{Arg: f.element(value)})
		out.Open, out.filled = "", x
	} else {
		out.Open = "an element that is set"
	}
	f.put(p, Value{&out})
}

// indexOf is the number that an index is.
func (f *Frame) indexOf(e ast.Expr) (int, bool) {
	if n, ok := f.intOf(e); ok {
		return n, n >= 0
	}
	text, ok := f.text(e).Constant()
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0
}

// ListOf is the list of texts that a variable of the package is declared as, if all are constant and
// nothing sets it again; nil if not.
func (p *Package) ListOf(obj types.Object) *List {
	e, ok := p.values[obj]
	if !ok || p.assigned[obj] || !isStringSlice(obj.Type()) {
		return nil
	}
	l := p.frame().list(e)
	if !l.known() {
		return nil
	}
	for _, text := range l.Texts() {
		if _, constant := text.Constant(); !constant {
			return nil
		}
	}
	return l
}

// Texts are the elements of a list as texts; none of nil.
func (l *List) Texts() []Value {
	if l == nil {
		return nil
	}
	var out []Value
	for _, e := range l.Elems {
		out = append(out, e.Text())
	}
	return out
}

// Lists are the exported lists of constant texts that the package declares.
func (p *Package) Lists() map[types.Object]*List {
	out := map[types.Object]*List{}
	for obj := range p.values {
		if obj != nil && obj.Exported() && obj.Parent() == p.Types.Scope() {
			if l := p.ListOf(obj); l != nil {
				out[obj] = l
			}
		}
	}
	return out
}
