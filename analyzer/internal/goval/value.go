// Package goval tells what a Go expression can be: text, the calls that made a builder of a library,
// a list, a function. It walks function bodies in the order in which they run, keeps what each
// variable may hold, and gives, for an expression at a place, a Value: literal text with the
// position of every byte, holes where something is not known, parameters of the function, and
// alternatives.
//
// A variable, or a field, is a place; pointers to places are followed, and what a call changes through them is
// in the Effects of its function. What may have been written where it is not seen - by way of an address that is
// kept, a literal that runs later, a function of which nothing is known - leaves a hole in the place: a value
// without a hole is one that nothing could have changed.
//
// It reads syntax and types of one package; texts, functions and effects of others come through
// Lookup. It evaluates nothing that the program computes from input, and follows loops for
// one turn, or for two if the second one differs.
package goval

import (
	"go/types"
	"maps"
	"slices"
	"strings"
)

// Place says what can stand in a hole, as far as the Go code tells.
type Place byte

// The places of holes.
const (
	// AnyText may be any text.
	AnyText Place = iota
	// ValueText is a number, or what else can only be a value.
	ValueText
	// IdentText is a quoted identifier.
	IdentText
	// MoreText is text that was added to what is known, or has taken its place: no value.
	MoreText
	// ListText is any number of values.
	ListText
)

// Run says where a stretch of text stands in the source: byte At of the text is at Line
// and Column (1-based, bytes) of File, and the following ones follow it there.
type Run struct {
	At           int
	File         string
	Line, Column int
}

// Value is a sequence of parts: texts one behind the other, or the calls that made a builder.
type Value []Part

// Text makes a Value of a text without a position of its own.
func Text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{&Lit{Text: s}}
}

// TextAt is a text that stands at a place of the source.
func TextAt(s string, at Run) Value { return Value{&Lit{Text: s, Runs: []Run{at}}} }

// Unknown makes a hole.
func Unknown(reason string) Value { return Value{&Hole{Reason: reason}} }

// UnknownValue is a hole in which a value stands, UnknownIdent one for a quoted identifier.
func UnknownValue(reason string) Value { return Value{&Hole{Place: ValueText, Reason: reason}} }
func UnknownIdent(reason string) Value { return Value{&Hole{Place: IdentText, Reason: reason}} }

// Sent is a hole for a value of a Go type, which may be nil.
func Sent(reason string, t types.Type, written bool) Value {
	return Value{&Hole{Place: ValueText, Reason: reason, Written: written, typ: t}}
}

// size is how many parts, and bytes of text, there may still be.
type size struct{ parts, text int }

// The most parts, and bytes of text, of a value, counted as often as they occur: a few lines of
// q = q + q, or of  if c { q = q + "," + q },  make any number.
var maxSize = size{parts: 1 << 12, text: 16 << 20}

const tooLong = "a text that is too long to be followed"

// take counts a value; false says that it has more.
func (left *size) take(v Value) bool {
	for _, p := range v {
		left.parts--
		if lit, ok := p.(*Lit); ok {
			left.text -= len(lit.Text)
		}
		if left.parts < 0 || left.text < 0 || p.within(func(o Value) bool { return !left.take(o) }) {
			return false
		}
	}
	return true
}

// bounded is the value, or a hole if it is larger than is followed.
func bounded(v Value) Value {
	left := maxSize
	if !left.take(v) {
		return Unknown(tooLong)
	}
	return v
}

// Concat joins values.
func Concat(values ...Value) Value {
	var out Value
	left := maxSize
	for _, v := range values {
		if !left.take(v) {
			return Unknown(tooLong)
		}
		out = append(out, v...)
	}
	return out
}

// Either is one of two values. What they share at both ends is kept once; lists become one.
func Either(x, y Value) Value {
	if slices.Equal(x, y) {
		return x
	}
	if l, m := x.List(), y.List(); l != nil || m != nil {
		joined := joinLists(l, m)
		if l == nil && len(x) > 0 || m == nil && len(y) > 0 {
			joined.Open, joined.typ = OneOfSeveral, nil
		}
		return Value{joined}
	}
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	options := merge(alternatives(x[head:len(x)-tail]), alternatives(y[head:len(y)-tail]))
	mid := Value{&OneOf{Options: options}}
	if len(options) == 1 {
		mid = options[0]
	}
	return slices.Concat(x[:head], mid, x[len(x)-tail:])
}

// Choice is one of several values.
func Choice(values []Value) Value {
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	}
	options := merge(nil, values)
	if len(options) == 1 {
		return options[0]
	}
	return Value{&OneOf{Options: options}}
}

// With is one of other options, of which there are more if there were more of these.
func (p *OneOf) With(options []Value) Value {
	out := Choice(options)
	if of, ok := Only[*OneOf](out); ok && p.Some {
		return Value{&OneOf{Options: of.Options, Some: true}}
	}
	return out
}

// maxOptions bounds the alternatives at one place; the rest becomes a hole.
const maxOptions = 64

func alternatives(v Value) []Value {
	if choice, ok := Only[*OneOf](v); ok {
		return choice.Options
	}
	return []Value{v}
}

func merge(x, y []Value) []Value {
	out := slices.Clone(x)
	for _, v := range y {
		if !slices.ContainsFunc(out, func(o Value) bool { return same(o, v) }) {
			out = append(out, v)
		}
	}
	if len(out) > maxOptions {
		return append(out[:maxOptions-1:maxOptions-1], Unknown("one of too many texts"))
	}
	return out
}

// same says that two values are alike, wherever they stand in the source.
// Equal says that two values say the same of the same things: lists are one and the same.
func Equal(x, y Value) bool { return same(x, y) }

func same(x, y Value) bool { return slices.EqualFunc(x, y, samePart) }

func samePart(p, q Part) bool {
	if p == q {
		return true
	}
	switch p := p.(type) {
	case *Lit:
		q, ok := q.(*Lit)
		return ok && p.Text == q.Text
	case *Hole:
		q, ok := q.(*Hole)
		return ok && p.Type == q.Type && p.Reason == q.Reason
	case *Param:
		q, ok := q.(*Param)
		return ok && p.is(q)
	case *Ref:
		q, ok := q.(*Ref)
		return ok && p.at == q.at
	case *Op:
		q, ok := q.(*Op)
		return ok && p.Name == q.Name && slices.EqualFunc(p.Args, q.Args, same)
	case *Func:
		q, ok := q.(*Func)
		return ok && same(p.Result, q.Result)
	}
	return false
}

// Substitute replaces the parameters of the declared function by the values given for them.
func (v Value) Substitute(args func(index int) Value) Value { return v.SubstituteOf(0, args) }

// SubstituteOf replaces the parameters of a function literal, or with 0 of the declared
// function.
func (v Value) SubstituteOf(of int, args func(index int) Value) Value {
	if !v.HasParamOf(of) {
		return v
	}
	if param, ok := Only[*Param](v); ok && param.Of == of {
		if given := param.given(args); given.List() != nil && isStructList(given.List()) {
			return given
		}
	}
	var out Value
	left := maxSize
	for _, p := range v {
		w := substituted(p, of, args)
		if !left.take(w) {
			return Unknown(tooLong)
		}
		out = append(out, w...)
	}
	return out
}

// substituted is what a part is once the parameters of a function are known.
func substituted(p Part, of int, args func(index int) Value) Value {
	change := func(v Value) Value { return v.SubstituteOf(of, args) }
	switch p := p.(type) {
	case *Param:
		if p.Of == of {
			return p.given(args).Plain()
		}
	case *File:
		return namedFile(p.files, change(p.Name), p.Folder)
	case *Format:
		switch {
		case p.Index < 0:
			return formattedText(change(p.Format))
		case p.Of == of:
			if rest := args(p.Index).List(); rest != nil {
				return formattedWith(change(p.Format), rest)
			}
			return formatted(change(p.Format), func(i int) Value { return args(p.Index + i) })
		}
	case *Call:
		return Value{p.substituteOf(of, args)}
	case *List:
		return Value{p.substituteOf(of, args)}
	case *Func:
		if of == 0 || p.Of != of {
			return Value{mapWithin(p, change)}
		}
	case *Arg:
		arg := p.substituteOf(of, args)
		return Value{&arg}
	case *Op:
		return op(p.Name, mapAll(p.Args, func(v Value) Value { return v.substituteList(of, args) })...)
	case *OneOf, *Lowered:
		return Value{mapInside(p, change)}
	}
	return Value{p}
}

// substituteList is SubstituteOf that keeps lists.
func (v Value) substituteList(of int, args func(index int) Value) Value {
	if l := v.List(); l != nil {
		return Value{l.substituteOf(of, args)}
	}
	return v.SubstituteOf(of, args)
}

// given is what a call gives for a parameter, or for a field of it.
func (p *Param) given(args func(index int) Value) Value {
	v := args(p.Index)
	if p.Path == "" {
		return v
	}
	if field, ok := v.at(p.Path); ok {
		return field
	}
	if arg, ok := Only[*Arg](v); ok {
		v = arg.Value
	}
	switch of := only(v).(type) {
	case *Param:
		q := *p
		q.Index, q.Of, q.Path = of.Index, of.Of, of.Path+p.Path
		return Value{&q}
	case *List:
		if base, ok := Only[*Param](of.given); ok {
			q := *p
			q.Index, q.Of, q.Path = base.Index, base.Of, base.Path+p.Path
			return Value{&q}
		}
	}
	if p.Else != nil {
		return p.Else
	}
	return Unknown("field " + p.Path[1:])
}

// Own is a value for code that knows no caller: in the place of fields of what the function is given stands what
// the package sets them to.
func (v Value) Own() Value {
	if !v.AnyWithin(func(p Part) bool { q, ok := p.(*Param); return ok && q.Of == 0 && (q.Path != "" || q.Index < 0) }) {
		return v
	}
	return v.Substitute(func(i int) Value {
		if i < 0 {
			return Unknown("receiver")
		}
		return Value{&Param{Index: i}}
	})
}

// AsText is a list with what it is where text is asked for; another value is left as it is.
func (v Value) AsText(text Value) Value {
	l := v.List()
	if l == nil {
		return v
	}
	l = l.With(l.Elems)
	l.text = text
	return Value{l}
}

// Plain puts what lists and arguments are as text in their place; a hole for what is none.
func (v Value) Plain() Value {
	if !slices.ContainsFunc(v, func(p Part) bool { return plain(p) != nil }) {
		return v
	}
	var out Value
	for _, p := range v {
		if text := plain(p); text != nil {
			out = append(out, text...)
		} else {
			out = append(out, p)
		}
	}
	return out
}

// plain is the text of a part that is none itself; nil for other parts.
func plain(p Part) Value {
	switch p := p.(type) {
	case *List:
		switch {
		case p.text != nil:
			return p.text
		case p.Open != "":
			return UnknownValue(p.Open)
		}
		return UnknownValue("list")
	case *Func:
		return UnknownValue("function")
	case *Arg:
		return append(Value{}, p.Text().Plain()...)
	case *Ref:
		return Unknown("pointer")
	}
	return nil
}

// HasParam says that a parameter of the declared function is part of the value.
func (v Value) HasParam() bool { return v.HasParamOf(0) }

// HasParamOf says that a parameter of a function literal is part of the value.
func (v Value) HasParamOf(of int) bool {
	return v.AnyWithin(func(p Part) bool {
		param, ok := p.(*Param)
		return ok && param.Of == of
	})
}

// Literals are the positions of the function literals whose parameters are part of the value.
func (v Value) Literals() []int {
	var out []int
	add := func(literals []int) {
		for _, of := range literals {
			if !slices.Contains(out, of) {
				out = append(out, of)
			}
		}
	}
	for _, p := range v {
		if param, ok := p.(*Param); ok && param.Of != 0 {
			add([]int{param.Of})
		}
		p.within(func(o Value) bool {
			literals := o.Literals()
			if fn, ok := p.(*Func); ok {
				literals = slices.DeleteFunc(literals, func(of int) bool { return of == fn.Of })
			}
			add(literals)
			return false
		})
	}
	return out
}

// WithoutParams puts holes of the same type in the place of parameters of which ok says so; those of
// arguments, formats and names of files stay.
func (v Value) WithoutParams(ok func(*Param) bool) Value {
	out := make(Value, 0, len(v))
	for _, p := range v {
		switch q := p.(type) {
		case *Param:
			if ok(q) {
				p = &Hole{Type: q.Type, Reason: "parameter"}
			}
		case *OneOf, *Lowered:
			p = mapInside(p, func(o Value) Value { return o.WithoutParams(ok) })
		}
		out = append(out, p)
	}
	return out
}

// WithoutLiterals is the value with holes in the place of the parameters of function literals.
func (v Value) WithoutLiterals() Value {
	return v.WithoutParams(func(p *Param) bool { return p.Of != 0 }).outside()
}

// outside is the value for code outside of every function literal.
func (v Value) outside() Value {
	for _, of := range v.Literals() {
		v = v.SubstituteOf(of, func(int) Value { return Unknown("parameter of a function literal") })
	}
	return v
}

// HasHole says that a part of the value is not known.
func (v Value) HasHole() bool {
	return v.Any(func(p Part) bool {
		hole, ok := p.(*Hole)
		return ok && (hole.Place == AnyText || hole.Place == MoreText) || IsPart[*File](p)
	})
}

// Known says that there is literal text that could be SQL in the value.
func (v Value) Known() bool {
	return slices.ContainsFunc(v, func(p Part) bool {
		switch p := p.(type) {
		case *Lit:
			return strings.TrimSpace(p.Text) != ""
		case *Call:
			return true
		case *Op:
			return slices.ContainsFunc(p.Args, Value.Known)
		case *File:
			return false
		}
		return slices.ContainsFunc(p.inside(), Value.Known)
	})
}

// Constant returns the text of a value that is all literal.
func (v Value) Constant() (string, bool) {
	var b strings.Builder
	for _, p := range v {
		switch p := p.(type) {
		case *Lit:
			b.WriteString(p.Text)
		case *Style, *DataDependent:
		default:
			return "", false
		}
	}
	return b.String(), true
}

// Literal is the literal text of the value, as if nothing stood between its parts.
func (v Value) Literal() string {
	var b strings.Builder
	for _, p := range v {
		if lit, ok := p.(*Lit); ok {
			b.WriteString(lit.Text)
		}
	}
	return b.String()
}

// maxVariants bounds the texts that Variants gives; a hole stands for the others.
const maxVariants = 96

// Variants returns flat values that together use every alternative at least once: all
// first options, all last options, and each other option with the first ones elsewhere, and with the last.
func (v Value) Variants() []Value {
	var out []Value
	tooMany := false
	add := func(w Value) {
		switch {
		case slices.ContainsFunc(out, func(o Value) bool { return same(o, w) }):
		case len(out) < maxVariants-1:
			out = append(out, w)
		default:
			tooMany = true
		}
	}
	add(v.flatten(func(*OneOf) int { return 0 }))
	add(v.flatten(func(c *OneOf) int { return len(c.Options) - 1 }))
	for _, w := range v.choices() {
		if tooMany {
			break
		}
		for i := range w.choice.Options {
			add(v.flatten(w.picks(i, func(*OneOf) int { return 0 })))
			add(v.flatten(w.picks(i, func(c *OneOf) int { return len(c.Options) - 1 })))
		}
	}
	if tooMany {
		out = append(out, Unknown("one of too many texts"))
	}
	return out
}

// way is a choice with the options of the choices around it that lead to it.
type way struct {
	choice *OneOf
	around map[*OneOf]int
}

// picks chooses an option of a choice, and what leads to it.
func (w way) picks(i int, elsewhere func(*OneOf) int) func(*OneOf) int {
	return func(c *OneOf) int {
		if c == w.choice {
			return i
		}
		if option, ok := w.around[c]; ok {
			return option
		}
		return elsewhere(c)
	}
}

// Combines says that several parts of the value have alternatives of their own: not all of its
// variants need be ones that there are.
func (v Value) Combines() bool {
	var first *OneOf
	for _, p := range v {
		choice, ok := p.(*OneOf)
		if !ok {
			continue
		}
		if choice.Some || first != nil && first != choice || slices.ContainsFunc(choice.Options, Value.Combines) {
			return true
		}
		first = choice
	}
	return false
}

// Misses says that the variants of the value are not all combinations of its alternatives.
func (v Value) Misses() bool { return v.ways(map[*OneOf]bool{}) > len(v.Variants()) }

// SomeOf is a choice of texts of which there are more, made of the same parts.
func SomeOf(texts []Value) Value {
	out := Choice(texts)
	if choice, ok := Only[*OneOf](out); ok {
		return Value{&OneOf{Options: choice.Options, Some: true}}
	}
	return out
}

// ways counts the combinations, more than there are variants if they are many; a choice that stands in several places
// is made once.
func (v Value) ways(seen map[*OneOf]bool) int {
	n := 1
	for _, p := range v {
		choice, ok := p.(*OneOf)
		if !ok || seen[choice] {
			continue
		}
		seen[choice] = true
		sum := 0
		for _, o := range choice.Options {
			sum += o.ways(seen)
		}
		n = min(n*max(sum, 1), maxVariants+1)
	}
	return n
}

func (v Value) flatten(choose func(*OneOf) int) Value {
	var out Value
	for _, p := range v {
		if choice, ok := p.(*OneOf); ok {
			out = append(out, choice.Options[choose(choice)].flatten(choose)...)
		} else {
			out = append(out, p)
		}
	}
	return out
}

// choices are those of the value, with those in their options, each once.
func (v Value) choices() []way {
	var out []way
	seen := map[*OneOf]bool{}
	var add func(v Value, around map[*OneOf]int)
	add = func(v Value, around map[*OneOf]int) {
		for _, p := range v {
			choice, ok := p.(*OneOf)
			if !ok || seen[choice] {
				continue
			}
			seen[choice] = true
			out = append(out, way{choice, around})
			for i, o := range choice.Options {
				inner := maps.Clone(around)
				inner[choice] = i
				add(o, inner)
			}
		}
	}
	add(v, map[*OneOf]int{})
	return out
}

// Alike says that two values have the same text, the same parameters, and calls that stand at the same
// places. What arguments are is not looked at.
func Alike(x, y Value) bool {
	return slices.EqualFunc(x, y, func(p, q Part) bool { return p == q || p.alike(q) })
}
