// Package strval tells which strings a Go expression can be. It walks function bodies in
// the order in which they run, keeps what each variable may hold, and gives, for an
// expression at a place, a Value: literal pieces with the position of every byte, holes
// where text is not known, parameters of the function, and alternatives.
//
// It reads syntax and types of one package; texts and functions of others come through
// Lookup. It evaluates nothing that the program computes from input, and follows loops for
// one turn.
package strval

import (
	"go/types"
	"slices"
	"strings"
)

// Kind says what a Piece is.
type Kind byte

// The kinds of piece.
const (
	// Lit is text.
	Lit Kind = iota
	// Hole is unknown text.
	Hole
	// Param is the text of a parameter of the function (0-based, receiver not counted), or the
	// builder; then its Text is the Go type.
	Param
	// Alt is one of several values.
	Alt
	// Format is what fmt makes of a format that is a parameter, its only Option, and of the
	// variadic parameter Index of the same function; of arguments that are not known if Index is
	// negative.
	Format
	// Step is no text: it is the Call of a library's function that makes a builder of what
	// the pieces before it are.
	Step
	// Given is what an argument or result is that is no text: in place of a Param, or what a
	// function gives.
	Given
	// Build is the text, or what else goes to the server, that a library makes of the builder
	// that is its only Option.
	Build
	// Depends is no text: it says that the text that it is a part of is sent for some data
	// only; its Text says for which.
	Depends
	// File is the text of a file whose name, its only Option, has parameters in it; its Text is the
	// folder of the code that reads it.
	File
	// Style is no text: it says that the placeholders of the value have a style, which is the
	// piece's Text (":" or "@").
	Style
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
)

// Piece is a part of a Value. Pieces are never changed once made.
type Piece struct {
	Kind Kind
	// Text and Runs are those of a Lit.
	Text string
	Runs []Run
	// Index is that of a Param. Of is the position of the function literal that it is a
	// parameter of, 0 for the declared function.
	Index int
	Of    int
	// Place and Reason are those of a Hole; Reason is for people. The Text of a hole in place
	// of a builder is its Go type.
	Place  Place
	Reason string
	// Written says that the value in a Hole is written into the text and not sent beside it.
	Written bool
	// Call is that of a Step.
	Call *Call
	// Arg is that of a Given.
	Arg *Arg
	// Declared is where the code declares the name that a Lit is, if a library makes the name
	// of a declaration: At is 0.
	Declared *Run
	// Options are those of an Alt; the format of a Format.
	Options []Value

	typ types.Type
	// files are those that a File is read from.
	files Files
}

// GoType is the type of the value in a Hole; nil if it is not known.
func (p *Piece) GoType() types.Type { return p.typ }

// Sent is a hole for a value of a Go type, which may be nil.
func Sent(reason string, t types.Type, written bool) Value {
	return Value{{Kind: Hole, Place: ValueText, Reason: reason, Written: written, typ: t}}
}

// Run says where a stretch of text stands in the source: byte At of the text is at Line
// and Column (1-based, bytes) of File, and the following ones follow it there.
type Run struct {
	At           int
	File         string
	Line, Column int
}

// Value is a sequence of pieces.
type Value []*Piece

// Text makes a Value of a text without a position of its own.
func Text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{{Kind: Lit, Text: s}}
}

// Unknown makes a hole.
func Unknown(reason string) Value { return Value{{Kind: Hole, Reason: reason}} }

// The most pieces, and bytes of text, of a value: a few lines of q = q + q make any number.
const (
	maxPieces = 1 << 16
	maxText   = 16 << 20
)

// Concat joins values.
func Concat(values ...Value) Value {
	var out Value
	size := 0
	for _, v := range values {
		for _, p := range v {
			size += len(p.Text)
		}
		if len(out)+len(v) > maxPieces || size > maxText {
			return Unknown("a text that is too long to be followed")
		}
		out = append(out, v...)
	}
	return out
}

// Either is one of two values. What they share at both ends is kept once.
func Either(x, y Value) Value {
	if slices.Equal(x, y) {
		return x
	}
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	mx, my := x[head:len(x)-tail], y[head:len(y)-tail]
	options := merge(alternatives(mx), alternatives(my))
	mid := &Piece{Kind: Alt, Options: options}
	if len(options) == 1 {
		return slices.Concat(x[:head], options[0], x[len(x)-tail:])
	}
	return slices.Concat(x[:head], Value{mid}, x[len(x)-tail:])
}

// OneOf is one of several values.
func OneOf(values []Value) Value {
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
	return Value{{Kind: Alt, Options: options}}
}

// maxOptions bounds the alternatives at one place; the rest becomes a hole.
const maxOptions = 64

func alternatives(v Value) []Value {
	if len(v) == 1 && v[0].Kind == Alt {
		return v[0].Options
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

func same(x, y Value) bool {
	return slices.EqualFunc(x, y, func(p, q *Piece) bool {
		return p == q || p.Kind == q.Kind && p.Kind < Alt && p.Text == q.Text && p.Index == q.Index && p.Of == q.Of &&
			p.Reason == q.Reason
	})
}

// Substitute replaces the parameters of the declared function by the values given for them.
func (v Value) Substitute(args func(index int) Value) Value { return v.SubstituteOf(0, args) }

// SubstituteOf replaces the parameters of a function literal, or with 0 of the declared
// function.
func (v Value) SubstituteOf(of int, args func(index int) Value) Value {
	if !v.HasParamOf(of) {
		return v
	}
	var out Value
	for _, p := range v {
		switch {
		case p.Kind == Param && p.Of == of:
			out = append(out, args(p.Index).Plain()...)
		case p.Kind == Alt:
			q := &Piece{Kind: Alt}
			for _, o := range p.Options {
				q.Options = append(q.Options, o.SubstituteOf(of, args))
			}
			out = append(out, q)
		case p.Kind == File:
			out = append(out, namedFile(p.files, p.Options[0].SubstituteOf(of, args), p.Text)...)
		case p.Kind == Format && p.Index < 0:
			out = append(out, formattedText(p.Options[0].SubstituteOf(of, args))...)
		case p.Kind == Format && p.Of == of:
			out = append(out, formatted(p.Options[0].SubstituteOf(of, args), func(i int) Value { return args(p.Index + i) })...)
		case p.Kind == Step:
			out = append(out, &Piece{Kind: Step, Call: p.Call.substituteOf(of, args)})
		case p.Kind == Build:
			out = append(out, &Piece{Kind: Build, Options: []Value{p.Options[0].SubstituteOf(of, args)}})
		case p.Kind == Given:
			arg := p.Arg.substituteOf(of, args)
			out = append(out, &Piece{Kind: Given, Arg: &arg})
		default:
			out = append(out, p)
		}
	}
	return out
}

// AsText is a value that is given, with what it is where text is asked for.
func (v Value) AsText(text Value) Value {
	if len(v) != 1 || v[0].Kind != Given {
		return text
	}
	arg := *v[0].Arg
	arg.Text = text
	return Value{{Kind: Given, Arg: &arg}}
}

// Plain puts what is known of arguments as text in their place.
func (v Value) Plain() Value {
	if !slices.ContainsFunc(v, func(p *Piece) bool { return p.Kind == Given }) {
		return v
	}
	var out Value
	for _, p := range v {
		if p.Kind == Given {
			out = append(out, p.Arg.Text...)
		} else {
			out = append(out, p)
		}
	}
	return out
}

// HasParam says that a parameter of the declared function is part of the value.
func (v Value) HasParam() bool { return v.HasParamOf(0) }

// HasParamOf says that a parameter of a function literal is part of the value.
func (v Value) HasParamOf(of int) bool {
	return slices.ContainsFunc(v, func(p *Piece) bool {
		return p.Kind == Param && p.Of == of ||
			slices.ContainsFunc(p.Options, func(o Value) bool { return o.HasParamOf(of) }) ||
			p.Kind == Step && p.Call.hasParamOf(of) ||
			p.Kind == Given && p.Arg.values(func(v Value) bool { return v.HasParamOf(of) })
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
		if p.Kind == Param && p.Of != 0 {
			add([]int{p.Of})
		}
		for _, o := range p.Options {
			add(o.Literals())
		}
		switch p.Kind {
		case Step:
			for _, a := range p.Call.Args {
				add(a.literals())
			}
		case Given:
			add(p.Arg.literals())
		}
	}
	return out
}

// WithoutParams puts holes of the same type in the place of parameters of which ok says so.
func (v Value) WithoutParams(ok func(*Piece) bool) Value {
	out := make(Value, 0, len(v))
	for _, p := range v {
		switch {
		case p.Kind == Param && ok(p):
			out = append(out, &Piece{Kind: Hole, Text: p.Text, Reason: "parameter"})
		case p.Kind == Alt || p.Kind == Build:
			q := *p
			q.Options = nil
			for _, o := range p.Options {
				q.Options = append(q.Options, o.WithoutParams(ok))
			}
			out = append(out, &q)
		default:
			out = append(out, p)
		}
	}
	return out
}

// WithoutLiterals is the value with holes in the place of the parameters of function literals.
func (v Value) WithoutLiterals() Value {
	return v.WithoutParams(func(p *Piece) bool { return p.Of != 0 }).outside()
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
	return slices.ContainsFunc(v, func(p *Piece) bool {
		return p.Kind == Hole && p.Place == AnyText || p.Kind == File || slices.ContainsFunc(p.Options, Value.HasHole)
	})
}

// Known says that there is literal text that could be SQL in the value.
func (v Value) Known() bool {
	return slices.ContainsFunc(v, func(p *Piece) bool {
		return p.Kind == Lit && strings.TrimSpace(p.Text) != "" || p.Kind == Step ||
			p.Kind != File && slices.ContainsFunc(p.Options, Value.Known)
	})
}

// Constant returns the text of a value that is all literal.
func (v Value) Constant() (string, bool) {
	var b strings.Builder
	for _, p := range v {
		switch p.Kind {
		case Lit:
			b.WriteString(p.Text)
		case Style, Depends:
		default:
			return "", false
		}
	}
	return b.String(), true
}

// maxVariants bounds the texts that Variants gives.
const maxVariants = 96

// Variants returns flat values that together use every alternative at least once: all
// first options, all last options, and each other option with the first ones elsewhere.
func (v Value) Variants() []Value {
	var out []Value
	add := func(w Value) {
		if len(out) < maxVariants && !slices.ContainsFunc(out, func(o Value) bool { return same(o, w) }) {
			out = append(out, w)
		}
	}
	add(v.flatten(func(p *Piece) int { return 0 }))
	add(v.flatten(func(p *Piece) int { return len(p.Options) - 1 }))
	for _, alt := range v.alts() {
		for i := range alt.Options {
			add(v.flatten(func(p *Piece) int {
				if p == alt {
					return i
				}
				return 0
			}))
			add(v.flatten(func(p *Piece) int {
				if p == alt {
					return i
				}
				return len(p.Options) - 1
			}))
		}
	}
	return out
}

// Combines says that several parts of the value have alternatives of their own: not all of its
// variants need be ones that there are.
func (v Value) Combines() bool {
	var first *Piece
	for _, p := range v {
		if p.Kind != Alt {
			continue
		}
		if first != nil && first != p || slices.ContainsFunc(p.Options, Value.Combines) {
			return true
		}
		first = p
	}
	return false
}

func (v Value) flatten(choose func(*Piece) int) Value {
	var out Value
	for _, p := range v {
		if p.Kind == Alt {
			out = append(out, p.Options[choose(p)].flatten(choose)...)
		} else {
			out = append(out, p)
		}
	}
	return out
}

func (v Value) alts() []*Piece {
	var out []*Piece
	for _, p := range v {
		if p.Kind != Alt {
			continue
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
		for _, o := range p.Options {
			out = append(out, o.alts()...)
		}
	}
	return out
}
