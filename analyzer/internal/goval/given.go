package goval

import (
	"slices"
)

// closed is the list for code that has no callers: what a parameter is given is not known.
func (l *List) closed() *List {
	if l == nil || !l.hasRest() {
		return l
	}
	out := l.With(nil)
	for _, e := range l.Elems {
		if e.Rest {
			out.Open, out.given = "given by a parameter", e.Value
			continue
		}
		e.Value = e.Value.Closed()
		out.Elems = append(out.Elems, e)
	}
	return out
}

func (l *List) hasRest() bool {
	return slices.ContainsFunc(l.Elems, func(e Element) bool { return e.Rest || e.Value.hasRest() })
}

func (v Value) hasRest() bool {
	return slices.ContainsFunc(v, func(p Part) bool {
		l, ok := p.(*List)
		return ok && l.hasRest() || p.within(Value.hasRest)
	})
}

// Closed is a value in whose lists nothing stands for what parameters are given.
func (v Value) Closed() Value {
	if !v.hasRest() {
		return v
	}
	var out Value
	for _, p := range v {
		if l, ok := p.(*List); ok {
			out = append(out, l.closed())
		} else {
			out = append(out, mapWithin(p, Value.Closed))
		}
	}
	return out
}

func (a Arg) substituteOf(of int, args func(index int) Value) Arg {
	if param, ok := Only[*Param](a.Value); ok && param.Of == of {
		switch given := only(param.given(args)).(type) {
		case *Arg:
			return *given
		case *List, *Func:
			return Arg{Value: Value{given}}
		}
	}
	a.Value = a.Value.SubstituteOf(of, args)
	if a.methods != nil {
		a.methods = a.methods.substituteOf(of, args)
	}
	return a
}

func (l *List) substituteOf(of int, args func(index int) Value) *List {
	if !l.hasParamOf(of) {
		return l
	}
	out := l.With(nil)
	out.text = l.text.SubstituteOf(of, args)
	if base, ok := Only[*Param](l.given); ok && base.Of == of {
		out = out.over(base.given(args))
	}
	for _, e := range l.Elems {
		if param, ok := Only[*Param](e.Value); ok && e.Rest && param.Of == of {
			out.Add(listOf(param.given(args)), e.Optional)
			continue
		}
		e.Key, e.Arg = e.Key.SubstituteOf(of, args), e.Arg.substituteOf(of, args)
		if isStructList(l) {
			out.put(e)
		} else {
			out.Elems = append(out.Elems, e)
		}
	}
	return out
}

// over is a list whose other elements are those of a value: a struct of which some fields were set.
func (l *List) over(base Value) *List {
	out := l.With(nil)
	switch of := base.List(); {
	case of != nil:
		out = of.With(slices.Clone(of.Elems))
	case Is[*Param](base):
		out.given = base
	default:
		out.given = nil
	}
	return out
}

func (l *List) hasParamOf(of int) bool {
	return l.within(func(v Value) bool { return v.HasParamOf(of) })
}

// listOf is the list that a value is that was given, or that a function gives.
func listOf(v Value) *List {
	if len(v) != 1 {
		return &List{Open: "a list that is not known"}
	}
	switch p := v[0].(type) {
	case *List:
		return p
	case *Arg:
		if l := p.List(); l != nil {
			return l
		}
		if p.Nil {
			return &List{}
		}
	case *OneOf:
		out := listOf(p.Options[0])
		for _, o := range p.Options[1:] {
			out = joinLists(out, listOf(o))
		}
		return out
	case *Param:
		return &List{Elems: []Element{{Arg: Arg{Value: v}, Rest: true}}}
	case *Hole:
		return &List{Open: p.Reason}
	}
	return &List{Open: "a list that is not known"}
}
