package extract

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

func (x *extractor) sinkCount() int {
	n := 0
	for _, s := range x.sinks {
		n += len(s)
	}
	for _, s := range x.closures {
		n += len(s)
	}
	for _, s := range x.fieldSinks {
		n += len(s)
	}
	return n
}

func (x *extractor) sinksOf(fn *types.Func) []fact.Sink {
	if s := x.sinks[fn.Origin()]; len(s) > 0 {
		return s
	}
	if fn.Pkg() == nil || x.API.IsDatabase(fn.Pkg().Path()) {
		return nil
	}
	if behind := x.sinksBehind(fn); len(behind) > 0 {
		return behind
	}
	if fn.Pkg() == x.Pkg {
		return nil
	}
	if known, ok := x.Facts.Import(fn.Origin()); ok {
		return known.Sinks
	}
	return nil
}

// sinksFrom are the sinks of a function for a call that stands in another. A method that wraps another one of the same
// interface is not applied to itself.
func (x *extractor) sinksFrom(fn, caller *types.Func) []fact.Sink {
	sinks := x.sinksOf(fn)
	if caller == nil || !slices.Contains(x.behind[fn], caller.Origin()) {
		return sinks
	}
	return slices.DeleteFunc(slices.Clone(sinks), func(s fact.Sink) bool { return !goval.Is[*goval.Param](s.Text) })
}

// noteUnfollowed notes a method of an interface of which nothing is known.
func (x *extractor) noteUnfollowed(fn *types.Func) {
	if recv := fn.Signature().Recv(); recv != nil && fn.Pkg() != nil && types.IsInterface(recv.Type()) &&
		!goval.IsStandard(fn.Pkg()) {
		x.unfollowed[ShapeOf(fn)] = true
	}
}

// ShapeOf tells methods apart by their name and where they take text; methods of one shape may be one for an interface
// with type parameters.
func ShapeOf(fn *types.Func) string {
	sig := fn.Signature()
	shape := fmt.Sprintf("%s/%d", fn.Name(), sig.Params().Len())
	for i := range sig.Params().Len() {
		if isString(sig.Params().At(i).Type()) {
			shape += fmt.Sprintf("/%d", i)
		}
	}
	return shape
}

// through are the methods of interfaces of the package that a method can be called through.
func (x *extractor) through(method *types.Func) []*types.Func {
	recv := method.Signature().Recv()
	if recv == nil {
		return nil
	}
	var out []*types.Func
	for _, m := range x.interfaceMethods() {
		if m.Name() == method.Name() && types.Implements(recv.Type(), m.Signature().Recv().Type().Underlying().(*types.Interface)) {
			out = append(out, m)
		}
	}
	return out
}

// interfaceMethods are the methods of the interfaces that the package declares.
func (x *extractor) interfaceMethods() []*types.Func {
	var out []*types.Func
	for _, name := range x.Pkg.Scope().Names() {
		t, ok := x.Pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || t.IsAlias() {
			continue
		}
		if iface, ok := t.Type().Underlying().(*types.Interface); ok {
			out = slices.AppendSeq(out, iface.ExplicitMethods())
		}
	}
	return slices.DeleteFunc(out, func(m *types.Func) bool {
		_, ok := m.Signature().Recv().Type().Underlying().(*types.Interface)
		return !ok
	})
}

// sinksBehind are what the types of the package pass on that a method of an interface may be called on:
//
//	type querier interface{ QueryFunc(ctx context.Context, sql string) error }
func (x *extractor) sinksBehind(fn *types.Func) []fact.Sink {
	recv := fn.Signature().Recv()
	if recv == nil || fn.Pkg() == nil || goval.IsStandard(fn.Pkg()) {
		return nil
	}
	iface, ok := recv.Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var out []fact.Sink
	for method, sinks := range x.sinks {
		of := method.Signature().Recv()
		if method.Name() != fn.Name() || of == nil || !types.Implements(of.Type(), iface) {
			continue
		}
		x.behind[fn] = append(x.behind[fn], method)
		for _, s := range sinks {
			if !slices.ContainsFunc(out, func(o fact.Sink) bool { return sameValue(o.Text, s.Text) }) {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b fact.Sink) int { return strings.Compare(a.API, b.API) })
	return out
}

// send records a text that a call sends. Text that comes from the function's parameters
// makes the function a sink for its callers.
func (x *extractor) send(call *ast.CallExpr, f *goval.Frame, s sent) {
	if isBuilt(s.value) {
		s.lowered = true
		// What the function is given as values is no part of the text.
		text := x.lowered(s.value)
		if !text.Known() && x.captured == nil {
			x.sendsFieldOf(call, s)
		}
		switch {
		case len(text.Literals()) > 0:
		case text.HasParam():
			s.value = s.value.WithoutLiterals()
		default:
			s.value = text
		}
	}
	if x.captured != nil {
		x.captured[call] = append(x.captured[call], s)
		return
	}
	for _, of := range s.value.Literals() {
		x.sendFrom(call, of, s)
	}
	if f.Func != nil && s.value.HasParam() {
		sink := fact.Sink{Text: s.value, API: s.api, Style: s.style, Driver: s.driver, Args: s.args.list,
			PassesOn: s.args.passesOn, Reader: s.reader}
		x.addSink(f.Func.Origin(), sink)
	}
	st := x.sites[call]
	if st == nil {
		st = &site{call: call, fn: f.Func}
		x.sites[call] = st
		x.order = append(x.order, call)
	}
	st.texts = append(st.texts, s)
}

func (x *extractor) addSink(fn *types.Func, sink fact.Sink) {
	if !slices.ContainsFunc(x.sinks[fn],
		func(o fact.Sink) bool { return sameValue(o.Text, sink.Text) && o.API == sink.API }) &&
		len(x.sinks[fn]) < maxSinks {
		x.sinks[fn] = append(x.sinks[fn], sink)
	}
}

// sendFrom makes a function literal a sink for those who call it.
func (x *extractor) sendFrom(call *ast.CallExpr, of int, s sent) {
	sink := fact.Sink{Text: s.value, API: s.api, Style: s.style, Driver: s.driver, Args: s.args.list,
		PassesOn: s.args.passesOn, Reader: s.reader}
	if !slices.ContainsFunc(x.closures[of],
		func(o fact.Sink) bool { return sameValue(o.Text, sink.Text) && o.API == sink.API }) &&
		len(x.closures[of]) < maxSinks {
		x.closures[of] = append(x.closures[of], sink)
	}
}

// maxSinks bounds the texts that one function passes on.
const maxSinks = 16

func sameValue(a, b goval.Value) bool {
	return goval.Alike(a, b)
}

// passesOn says that all that the site sends comes from the callers of a function literal,
// which are sites themselves.
func (x *extractor) passesOn(st *site) bool {
	return !slices.ContainsFunc(st.texts, func(s sent) bool {
		return !slices.ContainsFunc(s.value.Literals(), func(of int) bool { return x.called[of] })
	})
}

// forwards says that all that the site sends comes from its function's callers.
func (st *site) forwards() bool {
	return !slices.ContainsFunc(st.texts, func(s sent) bool { return !s.value.HasParam() })
}
