package orm

import (
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/strval"
)

// Setness is whether a field of a value is zero, as far as the code tells.
type Setness byte

// The setnesses, in order.
const (
	NotSet Setness = iota
	MaybeSet
	IsSet
)

// FieldSet says whether a field of an argument is set, by the names of the fields that lead to
// it: a literal tells, a variable may have been filled by something else.
func FieldSet(a strval.Arg, path []string) Setness {
	if a.List == nil {
		return MaybeSet
	}
	for _, e := range a.List.Elems {
		if key, _ := e.Key.Constant(); key != path[0] {
			continue
		}
		if len(path) > 1 && e.List != nil {
			return FieldSet(e.Arg, path[1:])
		}
		return elementSet(e)
	}
	if a.Literal && a.List.Open == "" {
		return NotSet
	}
	return MaybeSet
}

// elementSet says whether the value of an element is zero.
func elementSet(e strval.Element) Setness {
	text, ok := e.Text.Constant()
	switch {
	case e.Nil, ok && text == "" && e.List == nil, e.Const == "0", e.Const == "false":
		return NotSet
	case e.Optional:
		return MaybeSet
	}
	return IsSet
}

// DependsOn says for which data alone the text behind it is sent.
func DependsOn(reason string) strval.Value {
	return strval.Value{{Kind: strval.Depends, Text: reason}}
}

// WithoutRoot is what a function adds to the builder that it is given.
func WithoutRoot(v strval.Value) strval.Value {
	out := slices.Clone(v)
	if len(out) > 0 && out[0].Kind == strval.Param {
		return out[1:]
	}
	for i, p := range out {
		if p.Kind == strval.Alt {
			q := &strval.Piece{Kind: strval.Alt}
			for _, o := range p.Options {
				q.Options = append(q.Options, WithoutRoot(o))
			}
			out[i] = q
		}
	}
	return out
}
