package goval

import "go/types"

// TypeParams are those that types in a builder are, or are made of, each once.
func (v Value) TypeParams() []*types.TypeParam {
	var out []*types.TypeParam
	v.Retyped(func(tp *types.TypeParam) types.Type {
		for _, known := range out {
			if known == tp {
				return tp
			}
		}
		out = append(out, tp)
		return tp
	})
	return out
}

// Retyped is a builder with other types in the place of type parameters.
func (v Value) Retyped(as func(*types.TypeParam) types.Type) Value {
	r := retyping{as}
	return r.value(v)
}

type retyping struct {
	as func(*types.TypeParam) types.Type
}

func (r retyping) value(v Value) Value {
	if v == nil {
		return nil
	}
	out := make(Value, 0, len(v))
	for _, p := range v {
		switch q := p.(type) {
		case *Call:
			p = r.call(q)
		case *List:
			p = r.list(q)
		case *Arg:
			a := r.arg(*q)
			p = &a
		default:
			p = mapWithin(p, r.value)
		}
		out = append(out, p)
	}
	return out
}

func (r retyping) call(c *Call) *Call {
	out := *c
	out.Args, out.typeArgs, out.TypeArgs = nil, nil, nil
	for _, a := range c.Args {
		out.Args = append(out.Args, r.arg(a))
	}
	for _, t := range c.typeArgs {
		t = r.typ(t)
		out.typeArgs, out.TypeArgs = append(out.typeArgs, t), append(out.TypeArgs, t.String())
	}
	return &out
}

func (r retyping) arg(a Arg) Arg {
	a.Value = r.value(a.Value)
	if t := r.typ(a.typ); t != a.typ {
		a.typ, a.Type = t, t.String()
	}
	return a
}

func (r retyping) list(l *List) *List {
	out := l.With(nil)
	if t := r.typ(l.typ); t != l.typ {
		out.typ, out.Type = t, t.String()
	}
	for _, e := range l.Elems {
		e.Arg = r.arg(e.Arg)
		out.Elems = append(out.Elems, e)
	}
	return out
}

// typ follows what models and lists of them are made of.
func (r retyping) typ(t types.Type) types.Type {
	switch u := t.(type) {
	case *types.TypeParam:
		return r.as(u)
	case *types.Pointer:
		if e := r.typ(u.Elem()); e != u.Elem() {
			return types.NewPointer(e)
		}
	case *types.Slice:
		if e := r.typ(u.Elem()); e != u.Elem() {
			return types.NewSlice(e)
		}
	case *types.Named:
		return r.named(u)
	}
	return t
}

func (r retyping) named(n *types.Named) types.Type {
	changed := false
	var args []types.Type
	for a := range n.TypeArgs().Types() {
		to := r.typ(a)
		changed = changed || to != a
		args = append(args, to)
	}
	if !changed {
		return n
	}
	t, err := types.Instantiate(nil, n.Origin(), args, false)
	if err != nil {
		return n
	}
	return t
}
