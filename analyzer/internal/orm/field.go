package orm

import (
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
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
func FieldSet(a goval.Arg, path []string) Setness {
	if a.List() == nil {
		return MaybeSet
	}
	for _, e := range a.List().Elems {
		if key, _ := e.Key.Constant(); key != path[0] {
			continue
		}
		if len(path) > 1 && e.List() != nil {
			return FieldSet(e.Arg, path[1:])
		}
		return elementSet(e)
	}
	if a.Literal && a.List().Open == "" {
		return NotSet
	}
	return MaybeSet
}

// Field is what a literal sets a field of an argument to; an argument without a value if that is not known.
func Field(a goval.Arg, path []string) goval.Arg {
	if a.List() == nil || len(path) == 0 {
		return goval.Arg{}
	}
	for _, e := range a.List().Elems {
		if key, _ := e.Key.Constant(); key != path[0] || e.Optional {
			continue
		}
		if len(path) == 1 {
			return e.Arg
		}
		return Field(e.Arg, path[1:])
	}
	return goval.Arg{}
}

// elementSet says whether the value of an element is zero.
func elementSet(e goval.Element) Setness {
	text, ok := e.Text().Constant()
	choice, several := goval.Only[*goval.OneOf](e.Value)
	switch {
	case several && slices.ContainsFunc(choice.Options, func(o goval.Value) bool { return o.HasHole() || len(o) == 0 }),
		e.List() != nil && e.List().Open == goval.OneOfSeveral:
		return MaybeSet
	case e.Nil, ok && text == "" && e.List() == nil, e.Const == "0", e.Const == "false":
		return NotSet
	case e.Optional:
		return MaybeSet
	}
	return IsSet
}

// DependsOn says for which data alone the text behind it is sent.
func DependsOn(reason string) goval.Value {
	return goval.Value{&goval.DataDependent{On: reason}}
}

// WithoutRoot is what a function adds to the builder that it is given.
func WithoutRoot(v goval.Value) goval.Value {
	out := slices.Clone(v)
	if len(out) > 0 {
		if _, ok := out[0].(*goval.Param); ok {
			return out[1:]
		}
	}
	for i, p := range out {
		if choice, ok := p.(*goval.OneOf); ok {
			q := &goval.OneOf{}
			for _, o := range choice.Options {
				q.Options = append(q.Options, WithoutRoot(o))
			}
			out[i] = q
		}
	}
	return out
}
