package strval

import (
	"cmp"
	"go/types"
	"maps"
	"slices"
)

// place is a variable, or a field of one by its path.
type place struct {
	obj  types.Object
	path string
}

// variable is what a place holds: text or the steps of a builder, or a list.
type variable struct {
	str  Value
	list *List
}

type env map[place]variable

// join merges the variables of two ways through the code.
func (e env) join(o env) env {
	out := maps.Clone(e)
	for k, v := range o {
		if w, ok := e[k]; ok {
			out[k] = w.join(v)
		} else {
			out[k] = v
		}
	}
	return out
}

func (v variable) join(w variable) variable {
	if v.list != nil || w.list != nil {
		joined := joinLists(v.list, w.list)
		if len(v.str) > 0 || len(w.str) > 0 {
			joined.Open = "one of several values"
		}
		return variable{list: joined}
	}
	return variable{str: Either(v.str, w.str)}
}

// joinLists keeps the common beginning; what only one way has becomes optional.
func joinLists(x, y *List) *List {
	if x == nil {
		x = &List{}
	}
	if y == nil {
		y = &List{}
	}
	out := &List{Open: x.Open, Type: cmp.Or(x.Type, y.Type), typ: x.typ}
	if out.typ == nil {
		out.typ = y.typ
	}
	if x.Type != "" && y.Type != "" && x.Type != y.Type {
		out.Open = "a value of one of several types"
	}
	if out.Open == "" {
		out.Open = y.Open
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
