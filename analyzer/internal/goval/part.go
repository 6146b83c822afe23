package goval

import (
	"go/types"
	"slices"
)

// Part is a part of a Value: one of *Lit, *Hole, *Param, *OneOf, *Format, *File, *Call, *Lowered,
// *List, *Func, *Arg, *Op, *DataDependent, *Style and, within a function, *Ref. Parts are never changed once made,
// and are shared between values.
type Part interface {
	// inside are the values that stand in the place of the part: of a choice its options.
	inside() []Value
	// within are all values that the part is made of, those of arguments too.
	within(yield func(Value) bool) bool
	// code is what the part is made of, for facts.
	code(*coder)
	// alike is what Alike says of two parts.
	alike(Part) bool
}

// Lit is text.
type Lit struct {
	Text string
	// Runs say where its bytes stand in the source.
	Runs []Run
	// Declared is where the code declares the name that it is, if a library makes the name of a
	// declaration: At is 0.
	Declared *Run
}

// Hole is what is not known.
type Hole struct {
	// Place is what can stand in it; Reason is why it is not known, for people.
	Place  Place
	Reason string
	// Written says that its value is written into the text and not sent beside it.
	Written bool
	// Type is the Go type of a builder, if it stands in the place of one.
	Type string

	typ types.Type
	// field is the field of a struct that it stands for.
	field *types.Var
}

// Field is the field of a struct that the hole stands for; nil for none, and if it came from another package's facts.
func (h *Hole) Field() *types.Var { return h.field }

// GoType is the type of the value in a hole; nil if it is not known.
func (h *Hole) GoType() types.Type { return h.typ }

// Param is what a parameter of a function is given: text, a builder, a list, or anything.
type Param struct {
	// Index is that of the parameter, from 0, the receiver not counted.
	Index int
	// Of is the position of the function literal that it is a parameter of, 0 for the declared
	// function.
	Of int
	// Type is its Go type, if that is a builder's.
	Type string
	// Path is that of a field of it: .f.g; Else is what stands there if the callers do not tell.
	Path string
	Else Value
}

// OneOf is one of several values. Some says that there are more, made of the same parts.
type OneOf struct {
	Options []Value
	Some    bool
}

// Format is what fmt makes of a format that is a parameter, and of the variadic parameter Index of
// the same function; of arguments that are not known if Index is negative.
type Format struct {
	Format    Value
	Index, Of int
}

// File is the text of a file whose name has parameters in it. Folder is that of the code that reads
// it.
type File struct {
	Name   Value
	Folder string

	files Files
}

// Lowered is the text, or what else goes to the server, that a library makes of a builder.
type Lowered struct{ Chain Value }

// Func is what a function makes of its parameters.
type Func struct {
	Result Value
	// Of is the position of the function literal that its Params are those of, 0 for a declared
	// function.
	Of int
}

// DataDependent is no text: it says for which data alone the text is sent that it is a part of.
type DataDependent struct{ On string }

// Style is no text: it says which style the placeholders of the value have: ":", "@" or "?".
type Style struct{ Mark string }

func (p *Lit) inside() []Value           { return nil }
func (p *Hole) inside() []Value          { return nil }
func (p *Param) inside() []Value         { return nil }
func (p *OneOf) inside() []Value         { return p.Options }
func (p *Format) inside() []Value        { return []Value{p.Format} }
func (p *File) inside() []Value          { return []Value{p.Name} }
func (p *Call) inside() []Value          { return nil }
func (p *Lowered) inside() []Value       { return []Value{p.Chain} }
func (l *List) inside() []Value          { return nil }
func (p *Func) inside() []Value          { return nil }
func (p *Arg) inside() []Value           { return nil }
func (p *DataDependent) inside() []Value { return nil }
func (p *Style) inside() []Value         { return nil }
func (p *Ref) inside() []Value           { return nil }
func (p *Op) inside() []Value            { return nil }

func (p *Lit) within(func(Value) bool) bool           { return false }
func (p *Hole) within(func(Value) bool) bool          { return false }
func (p *Param) within(func(Value) bool) bool         { return false }
func (p *OneOf) within(yield func(Value) bool) bool   { return slices.ContainsFunc(p.Options, yield) }
func (p *Format) within(yield func(Value) bool) bool  { return yield(p.Format) }
func (p *File) within(yield func(Value) bool) bool    { return yield(p.Name) }
func (p *Lowered) within(yield func(Value) bool) bool { return yield(p.Chain) }
func (p *Func) within(yield func(Value) bool) bool    { return yield(p.Result) }
func (p *DataDependent) within(func(Value) bool) bool { return false }
func (p *Style) within(func(Value) bool) bool         { return false }
func (p *Ref) within(func(Value) bool) bool           { return false }
func (p *Op) within(yield func(Value) bool) bool      { return slices.ContainsFunc(p.Args, yield) }

func (p *Arg) within(yield func(Value) bool) bool {
	return yield(p.Value) || p.methods != nil && p.methods.within(yield)
}

func (p *Call) within(yield func(Value) bool) bool {
	return slices.ContainsFunc(p.Args, func(a Arg) bool { return a.within(yield) })
}

func (l *List) within(yield func(Value) bool) bool {
	return yield(l.text) || yield(l.given) ||
		slices.ContainsFunc(l.Elems, func(e Element) bool { return yield(e.Key) || e.within(yield) })
}

func (p *Lit) alike(o Part) bool   { return isLike(o, func(q *Lit) bool { return p.Text == q.Text }) }
func (p *Hole) alike(o Part) bool  { return isLike(o, func(q *Hole) bool { return p.Type == q.Type }) }
func (p *Param) alike(o Part) bool { return isLike(o, p.is) }
func (p *Op) alike(o Part) bool {
	return isLike(o, func(q *Op) bool { return p.Name == q.Name && slices.EqualFunc(p.Args, q.Args, Alike) })
}
func (p *Ref) alike(o Part) bool     { return isLike(o, func(q *Ref) bool { return p.at == q.at }) }
func (p *OneOf) alike(o Part) bool   { return IsPart[*OneOf](o) && alikeInside(p, o) }
func (p *Lowered) alike(o Part) bool { return IsPart[*Lowered](o) && alikeInside(p, o) }
func (l *List) alike(o Part) bool    { return IsPart[*List](o) }
func (p *Func) alike(o Part) bool    { return IsPart[*Func](o) }
func (p *Arg) alike(o Part) bool     { return IsPart[*Arg](o) }
func (p *DataDependent) alike(o Part) bool {
	return isLike(o, func(q *DataDependent) bool { return *p == *q })
}
func (p *Style) alike(o Part) bool { return isLike(o, func(q *Style) bool { return *p == *q }) }

func (p *Format) alike(o Part) bool {
	return isLike(o, func(q *Format) bool { return p.Index == q.Index && p.Of == q.Of }) && alikeInside(p, o)
}

func (p *File) alike(o Part) bool {
	return isLike(o, func(q *File) bool { return p.Folder == q.Folder }) && alikeInside(p, o)
}

func (p *Call) alike(o Part) bool {
	return isLike(o, func(q *Call) bool { return p.Func == q.Func && p.Run() == q.Run() })
}

func isLike[P Part](o Part, like func(P) bool) bool {
	q, ok := o.(P)
	return ok && like(q)
}

func alikeInside(p, q Part) bool { return slices.EqualFunc(p.inside(), q.inside(), Alike) }

// Inside are the values that stand in the place of a part: the options of a choice, the chain that a
// library makes text of.
func Inside(p Part) []Value { return p.inside() }

// is says that two parameters are the same one, or the same field of it.
func (p *Param) is(q *Param) bool {
	return p.Index == q.Index && p.Of == q.Of && p.Path == q.Path && p.Type == q.Type
}

// CallOf is the call of a library's function that a part is; nil for other parts.
func CallOf(p Part) *Call {
	c, _ := p.(*Call)
	return c
}

// List is the list that the value is; nil if it is none.
func (v Value) List() *List {
	switch p := only(v).(type) {
	case *List:
		return p
	case *Arg:
		return p.Value.List()
	}
	return nil
}

func only(v Value) Part {
	if len(v) == 1 {
		return v[0]
	}
	return nil
}

// LastCall is the call that the last part of the value is; nil if it is none.
func (v Value) LastCall() *Call {
	if len(v) == 0 {
		return nil
	}
	return CallOf(v[len(v)-1])
}

// TypeOf is the Go type of the builder that a hole or a parameter stands for, as go/types prints it;
// empty for all else.
func TypeOf(p Part) string {
	switch p := p.(type) {
	case *Hole:
		return p.Type
	case *Param:
		return p.Type
	}
	return ""
}

// ReasonOf is why a hole is not known; empty for all else.
func ReasonOf(p Part) string {
	if hole, ok := p.(*Hole); ok {
		return hole.Reason
	}
	return ""
}

// Any says that a part of the value is one of those that is wants, or stands in the place of one.
func (v Value) Any(is func(Part) bool) bool {
	return slices.ContainsFunc(v, func(p Part) bool {
		return is(p) || slices.ContainsFunc(p.inside(), func(o Value) bool { return o.Any(is) })
	})
}

// AnyWithin is Any, in the arguments of calls as well.
func (v Value) AnyWithin(is func(Part) bool) bool {
	return slices.ContainsFunc(v, func(p Part) bool {
		return is(p) || p.within(func(o Value) bool { return o.AnyWithin(is) })
	})
}

// Is says that the value is one part of a type.
func Is[P Part](v Value) bool {
	_, ok := Only[P](v)
	return ok
}

// IsPart says that a part is of a type.
func IsPart[P Part](p Part) bool {
	_, ok := p.(P)
	return ok
}

// Only is the one part that a value is, if it is one of that type.
func Only[P Part](v Value) (p P, ok bool) {
	if len(v) == 1 {
		p, ok = v[0].(P)
	}
	return p, ok
}

// mapInside is a part with other values in its place.
func mapInside(p Part, change func(Value) Value) Part {
	switch p := p.(type) {
	case *OneOf:
		return &OneOf{mapAll(p.Options, change), p.Some}
	case *Format:
		q := *p
		q.Format = change(p.Format)
		return &q
	case *File:
		q := *p
		q.Name = change(p.Name)
		return &q
	case *Lowered:
		return &Lowered{change(p.Chain)}
	}
	return p
}

// mapWithin is a part with other values in the place of all that it is made of.
func mapWithin(p Part, change func(Value) Value) Part {
	switch p := p.(type) {
	case *Call:
		q := *p
		q.Args = nil
		for _, a := range p.Args {
			q.Args = append(q.Args, a.with(change))
		}
		return &q
	case *List:
		out := p.With(nil)
		out.text, out.given = change(p.text), change(p.given)
		for _, e := range p.Elems {
			e.Key, e.Arg = change(e.Key), e.with(change)
			out.Elems = append(out.Elems, e)
		}
		return out
	case *Func:
		return &Func{change(p.Result), p.Of}
	case *Op:
		return &Op{p.Name, mapAll(p.Args, change)}
	case *Arg:
		q := p.with(change)
		return &q
	}
	return mapInside(p, change)
}

func mapAll(values []Value, change func(Value) Value) []Value {
	var out []Value
	for _, v := range values {
		out = append(out, change(v))
	}
	return out
}
