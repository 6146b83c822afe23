package goval

import (
	"go/ast"
	"go/types"
	"slices"
)

// List is a slice, map or struct that the code makes.
type List struct {
	Elems []Element
	// Open is set when there may be elements that are not known, and says why.
	Open string
	// Type is the Go type as go/types prints it; empty if it is not known.
	Type string

	typ types.Type
	// declared says that it is a struct that was declared without a value, and may be filled by what reads rows.
	declared bool
	// made says that it was made with a length that is not known; filled is the one assignment that sets its elements,
	// in a loop, once it has been met.
	made   bool
	filled ast.Node
	// given is the parameter that brings the elements that are not known, if one does.
	given Value
	// text is what stands where text is asked for; a hole if it is not set.
	text Value
}

// OneOfSeveral is why a list is open that the code makes on one of several ways alone.
const OneOfSeveral = "one of several values"

// Element is one of a List. Key is that of a map, or the name of a field; Optional says that
// it is not always there, as "b" is not after  if n > 0 { list = append(list, "b") }. Rest says that it
// stands for the elements of the list that a parameter, its Value, is given; libraries see none such.
type Element struct {
	Key Value
	Arg
	Optional bool
	Rest     bool
}

// GoType is the type of what makes the list; nil if it came from another package's facts.
func (l *List) GoType() types.Type { return l.typ }

// More is what stands for the elements that are not known; nothing if there are none.
func (l *List) More() Value {
	switch {
	case l.given != nil:
		return l.given
	case l.Open != "":
		return Unknown("list " + l.Open)
	}
	return nil
}

// as is the list after a conversion to a type.
func (l *List) as(t types.Type) *List {
	out := l.With(l.Elems)
	out.typ, out.Type = t, t.String()
	return out
}

// With is the list with other elements in place of those that are known.
func (l *List) With(elems []Element) *List {
	out := *l
	out.Elems = elems
	return &out
}

// known says that all elements are known, and how many there are.
func (l *List) known() bool {
	return l != nil && l.Open == "" && !slices.ContainsFunc(l.Elems, func(e Element) bool { return e.Optional || e.Rest })
}

// Add puts the elements of another list behind these, or in the place of those with the same
// keys.
func (l *List) Add(more *List, optional bool) {
	l.Elems = slices.Clip(l.Elems)
	for _, e := range more.Elems {
		e.Optional = e.Optional || optional
		if len(e.Key) > 0 {
			l.put(e)
		} else {
			l.Elems = append(l.Elems, e)
		}
	}
	if l.Open == "" {
		l.Open, l.given = more.Open, more.given
	}
}

// put adds an element, or replaces the one of the same key.
func (l *List) put(e Element) {
	for i, o := range l.Elems {
		if same(o.Key, e.Key) {
			elems := append([]Element{}, l.Elems...)
			elems[i] = e
			l.Elems = elems
			return
		}
	}
	l.Elems = append(l.Elems[:len(l.Elems):len(l.Elems)], e)
}

// without is the list after a key is taken out.
func (l *List) without(key Value) *List {
	out := l.With(slices.Clone(l.Elems))
	if _, constant := key.Constant(); constant {
		out.Elems = slices.DeleteFunc(out.Elems, func(e Element) bool { return same(e.Key, key) })
		return out
	}
	for i := range out.Elems {
		out.Elems[i].Optional = true
	}
	return out
}

func (e Element) same(o Element) bool {
	return e.Rest == o.Rest && same(e.Key, o.Key) && same(e.Value, o.Value)
}

// joinLists keeps the common beginning; what only one way has becomes optional.
func joinLists(x, y *List) *List {
	if x == nil {
		x = &List{}
	}
	if y == nil {
		y = &List{}
	}
	switch {
	case x.made && y.filled != nil && x.filled == nil: // a loop that runs for no element
		x = y.With(nil)
	case y.made && x.filled != nil && y.filled == nil:
		y = x.With(nil)
	}
	out := x.With(nil)
	if out.Open == "" {
		out.Open, out.given = y.Open, y.given
	}
	if out.Type == "" {
		out.Type, out.typ = y.Type, y.typ
	} else if y.Type != "" && x.Type != y.Type {
		out.Open, out.given, out.typ = "a value of one of several types", nil, nil
	}
	i := 0
	for i < len(x.Elems) && i < len(y.Elems) && x.Elems[i].same(y.Elems[i]) {
		e := x.Elems[i]
		e.Optional = e.Optional || y.Elems[i].Optional
		out.Elems = append(out.Elems, e)
		i++
	}
	for _, rest := range [][]Element{x.Elems[i:], y.Elems[i:]} {
		for _, e := range rest {
			if !slices.ContainsFunc(out.Elems[i:], e.same) {
				e.Optional = true
				out.Elems = append(out.Elems, e)
			}
		}
	}
	return out
}

// Map gives a list of what a function makes of each element.
func (l *List) Map(text func(Element) Value) *List {
	out := &List{Open: l.Open, given: l.given}
	for _, e := range l.Elems {
		out.Elems = append(out.Elems, Element{Arg: Arg{Value: text(e)}, Optional: e.Optional})
	}
	return out
}

// Join puts the elements together: all of them, those that are always there, and each
// optional one beside these. A list that may have more elements ends with a hole.
func (l *List) Join(sep Value) Value {
	l = l.closed()
	rest := l.More()
	if rest != nil && len(l.Elems) == 0 {
		return rest
	}
	pick := func(keep func(i int, e Element) bool) Value {
		var out Value
		n := 0
		for i, e := range l.Elems {
			if !keep(i, e) {
				continue
			}
			if n > 0 {
				out = append(out, sep...)
			}
			out = append(out, e.Text()...)
			n++
		}
		return append(out, more(rest)...)
	}
	options := []Value{pick(func(int, Element) bool { return true })}
	for i, e := range l.Elems {
		if e.Optional {
			options = merge(options, []Value{pick(func(j int, o Element) bool { return j == i || !o.Optional })})
		}
	}
	options = merge(options, []Value{pick(func(_ int, e Element) bool { return !e.Optional })})
	if len(options) > 3 {
		return Value{&OneOf{Options: options, Some: true}}
	}
	return Choice(options)
}

// more are the elements behind those that are known: text, and no value.
func more(rest Value) Value {
	hole, ok := Only[*Hole](rest)
	if !ok || hole.Place != AnyText {
		return rest
	}
	out := *hole
	out.Place = MoreText
	return Value{&out}
}

// Get is the element with a key; an Arg without anything if there is none.
func (l *List) Get(key string) Arg {
	for _, e := range l.Elems {
		if text, ok := e.Key.Constant(); ok && text == key {
			return e.Arg
		}
	}
	return Arg{}
}
