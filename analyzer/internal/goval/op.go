package goval

import (
	"slices"
	"strconv"
	"strings"
)

// Op is what a function of Go's library makes of values of which some are given by callers: it is evaluated once
// they are known.
type Op struct {
	// Name is that of one of ops; Args are what it is given.
	Name string
	Args []Value
}

// ops make text of values that depend on no parameter.
var ops map[string]func(args []Value) Value

func init() { // formats are made of formats
	ops = map[string]func(args []Value) Value{
		"join":       func(args []Value) Value { return listOf(args[0]).Join(args[1]) },
		"verb":       func(args []Value) Value { v, _ := args[0].Constant(); return inNotation(v, args[1]) },
		"format":     func(args []Value) Value { return formattedWith(args[0], listOf(args[1])) },
		"replace":    func(args []Value) Value { return replaced(args[0], args[1], args[2], args[3]) },
		"lower":      func(args []Value) Value { return mapLetters(args[0], strings.ToLower) },
		"upper":      func(args []Value) Value { return mapLetters(args[0], strings.ToUpper) },
		"trimSuffix": func(args []Value) Value { return cutEnds(args, strings.TrimSuffix, trimEnd) },
		"trimRight":  func(args []Value) Value { return cutEnds(args, strings.TrimRight, trimEnd) },
		"trimPrefix": func(args []Value) Value { return cutEnds(args, strings.TrimPrefix, trimStart) },
		"trimLeft":   func(args []Value) Value { return cutEnds(args, strings.TrimLeft, trimStart) },
		"trim": func(args []Value) Value {
			return cutEnds([]Value{cutEnds(args, strings.TrimLeft, trimStart), args[1]}, strings.TrimRight, trimEnd)
		},
		"quote": func(args []Value) Value {
			if s, ok := args[0].Constant(); ok {
				return Text(`"` + strings.ReplaceAll(s, `"`, `""`) + `"`)
			}
			return UnknownIdent("quoted identifier")
		},
	}
}

// op is what a function makes of its arguments: now, or once the callers give them.
func op(name string, args ...Value) Value {
	if slices.ContainsFunc(args, func(v Value) bool { return v.AnyWithin(IsPart[*Param]) }) {
		return Value{&Op{name, args}}
	}
	return ops[name](args)
}

// Settled is a value without functions whose arguments are not known: what is not stays a hole.
func (v Value) Settled() Value {
	if !v.AnyWithin(IsPart[*Op]) {
		return v
	}
	var out Value
	for _, p := range v {
		if q, ok := p.(*Op); ok {
			var args []Value
			for _, a := range q.Args {
				args = append(args, a.withHoles().Settled())
			}
			out = append(out, ops[q.Name](args)...)
		} else {
			out = append(out, mapWithin(p, Value.Settled))
		}
	}
	return out
}

// withHoles is a value with holes in the place of all parameters.
func (v Value) withHoles() Value {
	for _, of := range append(v.Literals(), 0) {
		v = v.SubstituteOf(of, func(int) Value { return Unknown("parameter") })
	}
	return v
}

// number is a count as a value.
func number(n int) Value { return Text(strconv.Itoa(n)) }

// count is the number that a value is; -1 for one that is not known.
func count(v Value) int {
	text, ok := v.Constant()
	n, err := strconv.Atoi(text)
	if !ok || err != nil {
		return -1
	}
	return n
}

// mapLetters applies a change of letters, which keeps the length of ASCII text.
func mapLetters(v Value, change func(string) string) Value {
	return mapLiterals(v, func(p *Lit) *Lit {
		if text := change(p.Text); len(text) == len(p.Text) {
			return &Lit{Text: text, Runs: p.Runs}
		}
		return &Lit{Text: change(p.Text)}
	})
}

// cutEnds cuts what a function cuts with a constant second argument; with any other it may cut anything.
func cutEnds(args []Value, cut func(s, what string) string, at func(Value, func(string) string) Value) Value {
	what, ok := args[1].Constant()
	if !ok {
		return args[0]
	}
	return at(args[0], func(s string) string { return cut(s, what) })
}

// trimStart applies a cut to the first literal of every way through the value.
func trimStart(v Value, cut func(string) string) Value {
	if len(v) == 0 {
		return v
	}
	rest := v[1:]
	switch first := v[0].(type) {
	case *Lit:
		kept := cut(first.Text)
		return append(Value{first.Slice(len(first.Text)-len(kept), len(first.Text))}, rest...)
	case *OneOf:
		var options []Value
		for _, o := range first.Options {
			if len(o) == 0 {
				options = append(options, trimStart(rest, cut))
			} else {
				options = append(options, Concat(trimStart(o, cut), rest))
			}
		}
		return Choice(options)
	}
	return v
}

// replaced is strings.Replace of a constant in literal text; of a limit below 0 all of them.
func replaced(v, what, with, limit Value) Value {
	if style, ok := placeholderStyle(what); ok {
		return Concat(v, Value{&Style{style}})
	}
	old, ok := what.Constant()
	if !ok || old == "" {
		return Concat(v, Unknown("replaced text"))
	}
	n := count(limit)
	return eachWay(v, func(v Value) Value {
		left := n
		var out Value
		for _, p := range joinedLiterals(v) {
			if lit, ok := p.(*Lit); ok {
				out = append(out, replaceIn(lit, old, with, &left)...)
			} else {
				out = append(out, p)
			}
		}
		return joinedLiterals(out)
	})
}

// joinedLiterals is a value whose literals that stand side by side are one, but for names that libraries make.
func joinedLiterals(v Value) Value {
	var out Value
	for i := 0; i < len(v); {
		n := slices.IndexFunc(v[i:], func(p Part) bool { lit, ok := p.(*Lit); return !ok || lit.Declared != nil })
		if n < 0 {
			n = len(v) - i
		}
		if n < 2 {
			out = append(out, v[i])
			i++
			continue
		}
		out = append(out, joinedLiteral(v[i:i+n]))
		i += n
	}
	return out
}

// joinedLiteral is the text of literals side by side.
func joinedLiteral(v Value) *Lit {
	out := &Lit{}
	var text strings.Builder
	for _, p := range v {
		lit := p.(*Lit)
		for _, r := range lit.Runs {
			r.At += text.Len()
			out.Runs = append(out.Runs, r)
		}
		text.WriteString(lit.Text)
	}
	out.Text = text.String()
	return out
}
