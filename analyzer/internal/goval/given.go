package goval

import (
	"slices"
)

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
	return a.Text.hasRest() || a.Func.hasRest() ||
		a.List != nil && slices.ContainsFunc(a.List.Elems, func(e Element) bool { return e.Rest || e.hasRest() })
}

func (a Arg) closed() Arg {
	a.Text, a.Func, a.List = a.Text.Closed(), a.Func.Closed(), a.List.closed()
	return a
}

func (v Value) hasRest() bool {
	return slices.ContainsFunc(v, func(p Part) bool {
		c := CallOf(p)
		return c != nil && slices.ContainsFunc(c.Args, Arg.hasRest) || slices.ContainsFunc(p.inside(), Value.hasRest)
	})
}

// Closed is a value in whose lists nothing stands for what parameters are given.
func (v Value) Closed() Value {
	if !v.hasRest() {
		return v
	}
	var out Value
	for _, p := range v {
		if c := CallOf(p); c != nil {
			q := *c
			q.Args = nil
			for _, a := range c.Args {
				q.Args = append(q.Args, a.closed())
			}
			p = &q
		}
		out = append(out, mapInside(p, Value.Closed))
	}
	return out
}

func (a Arg) substituteOf(of int, args func(index int) Value) Arg {
	if param, ok := Only[*Param](a.Text); ok && param.Of == of {
		if given, ok := Only[*Arg](args(param.Index)); ok {
			return *given
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
		if param, ok := Only[*Param](e.Text); ok && e.Rest && param.Of == of {
			out.Add(listOf(args(param.Index)), e.Optional)
			continue
		}
		e.Key, e.Arg = e.Key.SubstituteOf(of, args), e.Arg.substituteOf(of, args)
		out.Elems = append(out.Elems, e)
	}
	return out
}

func (l *List) hasParamOf(of int) bool {
	return (&Arg{List: l}).within(func(v Value) bool { return v.HasParamOf(of) })
}

// listOf is the list that a value is that was given, or that a function gives.
func listOf(v Value) *List {
	if len(v) != 1 {
		return &List{Open: "a list that is not known"}
	}
	switch p := v[0].(type) {
	case *Arg:
		if p.List != nil {
			return p.List
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
	case *Hole:
		return &List{Open: p.Reason}
	}
	return &List{Open: "a list that is not known"}
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
