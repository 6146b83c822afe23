package goval

import (
	"go/ast"
	"go/types"
)

// A method that is called through an interface, or on a type parameter, is known where the type is. What such a
// method gives that takes nothing and gives text is therefore a field of what the callers give, by the name Table():
//
//	type model interface { Table() string; Columns() []string }
//	func list(m model) { … m.Table() … }
//	func all[T model]() { var zero T; … zero.Columns() … }

// typeArgument is the Index of a Param that stands for a type argument, by its place from 0; placeOfTypeArgument is
// the place by the index.
func typeArgument(place int) int        { return -2 - place }
func placeOfTypeArgument(index int) int { return -2 - index }

// isAnswer says that a function takes nothing and gives text, or a list of it.
func isAnswer(fn *types.Func) bool {
	sig := fn.Signature()
	if sig.Params().Len() > 0 || sig.Results().Len() == 0 || sig.Recv() == nil {
		return false
	}
	first := sig.Results().At(0).Type()
	return isText(first) || isStringSlice(first)
}

// answers are the methods of an interface, or of what a type parameter has to have, that are answers.
func answers(t types.Type) []*types.Func {
	if t == nil || !types.IsInterface(t) {
		return nil
	}
	var out []*types.Func
	for m := range t.Underlying().(*types.Interface).Methods() {
		if isAnswer(m) {
			out = append(out, m)
		}
	}
	return out
}

// answering is an argument with what the methods of an interface give that are called on it.
func (f *Frame) answering(a Arg, as types.Type) Arg {
	t := a.DynamicType()
	if tp := typeParamOf(t); tp != nil && !Is[*Param](a.Value) {
		a.Value = Value{&Param{Index: typeArgument(tp.Index())}}
		return a
	}
	if t == nil || types.IsInterface(t) {
		return a
	}
	for _, m := range answers(as) {
		if v, ok := f.answerOf(t, m.Name(), a.Value); ok {
			if a.methods == nil {
				a.methods = &List{}
			}
			a.methods.Elems = append(a.methods.Elems, Element{Key: Text(m.Name() + "()"), Arg: Arg{Value: v}})
		}
	}
	return a
}

// answerOf is what a method of a type that is known gives.
func (f *Frame) answerOf(t types.Type, name string, receiver Value) (Value, bool) {
	obj, _, _ := types.LookupFieldOrMethod(t, true, f.pkg.Types, name)
	fn, ok := obj.(*types.Func)
	if !ok || !isAnswer(fn) {
		return nil, false
	}
	results := f.resultsOf(fn)
	if len(results) == 0 {
		return nil, false
	}
	return results[0].Substitute(func(i int) Value {
		if i == -1 {
			return receiver
		}
		return f.typeGiven(fn, recvTypeArgs(fn), placeOfTypeArgument(i))
	}), true
}

// answer is what a method gives that is called through an interface, or on a type parameter.
func (f *Frame) answer(call *ast.CallExpr, fn *types.Func) (Value, bool) {
	sel := selectorOf(call)
	if sel == nil || !isAnswer(fn) || !types.IsInterface(fn.Signature().Recv().Type()) {
		return nil, false
	}
	t := f.typeOf(sel.X)
	var v Value
	if p, ok := f.placeOf(sel.X); ok {
		v = f.written(sel.X, p)
	}
	if param, ok := Only[*Param](v); ok {
		return f.answerOfParam(param, call, fn), true
	}
	if tp := typeParamOf(t); tp != nil {
		return f.answerOfParam(&Param{Index: typeArgument(tp.Index())}, call, fn), true
	}
	if w, ok := v.at("." + fn.Name() + "()"); ok {
		return w, true
	}
	if dynamic := (Arg{Value: v, typ: t}).DynamicType(); dynamic != nil && !types.IsInterface(dynamic) {
		return f.answerOf(dynamic, fn.Name(), v)
	}
	return nil, false
}

// typeParamOf is the type parameter that a type is, or that a pointer of it points to; nil if it is none.
func typeParamOf(t types.Type) *types.TypeParam {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	tp, _ := t.(*types.TypeParam)
	return tp
}

// answerOfParam is what a method gives of what the callers give.
func (f *Frame) answerOfParam(param *Param, call *ast.CallExpr, fn *types.Func) Value {
	q := *param
	q.Path += "." + fn.Name() + "()"
	q.Else = Unknown(types.ExprString(call))
	if t := fn.Signature().Results().At(0).Type(); isStringSlice(t) {
		return Value{&List{Elems: []Element{{Arg: Arg{Value: Value{&q}}, Rest: true}}, Type: t.String(), typ: t}}
	}
	return Value{&q}
}

// typeArgumentOf is the type argument of a call at a place, from 0, with what its methods give: one that the code
// writes or that follows from others, or one of the type of the receiver.
func (f *Frame) typeArgumentOf(call *ast.CallExpr, place int) Value {
	fn := f.callee(call)
	if fn == nil {
		return Unknown("type argument")
	}
	args := recvTypeArgs(fn)
	if id := calleeName(call); id != nil && args == nil {
		args = f.pkg.Info.Instances[id].TypeArgs
	}
	return f.typeGiven(fn, args, place)
}

// typeGiven is one of the type arguments of a function.
func (f *Frame) typeGiven(fn *types.Func, args *types.TypeList, place int) Value {
	params := fn.Origin().Signature().TypeParams()
	if fn.Signature().Recv() != nil {
		params = fn.Origin().Signature().RecvTypeParams()
	}
	if place < 0 || place >= args.Len() || place >= params.Len() {
		return Unknown("type argument")
	}
	t := args.At(place)
	if tp, ok := t.(*types.TypeParam); ok {
		return Value{&Param{Index: typeArgument(tp.Index())}}
	}
	a := f.answering(Typed(t), params.At(place).Constraint())
	return Value{&a}
}

// recvTypeArgs are the type arguments of the type that a method is called on; nil if it has none.
func recvTypeArgs(fn *types.Func) *types.TypeList {
	recv := fn.Signature().Recv()
	if recv == nil {
		return nil
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	return n.TypeArgs()
}

// declared is the type of a parameter as the function that is called declares it: a type parameter, where a call
// has the type that it stands for. nil if it is not known.
func (f *Frame) declared(call *ast.CallExpr, i int) types.Type {
	fn := f.callee(call)
	if fn == nil {
		return nil
	}
	params := fn.Origin().Signature().Params()
	if i >= params.Len() || fn.Signature().Variadic() && i == params.Len()-1 {
		return nil
	}
	return params.At(i).Type()
}
