package strval

import (
	"go/types"
	"maps"
	"slices"
)

// place is a variable, or a field of one by its path.
type place struct {
	obj  types.Object
	path string
}

// variable is what a place holds: text, or a list of texts.
type variable struct {
	str  Value
	list *list
}

// list is a slice of strings; an optional element is not always there.
type list struct {
	elems []element
	// unknown is set when there may be elements that are not known.
	unknown string
}

type element struct {
	value    Value
	optional bool
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
		return variable{list: joinLists(v.list, w.list)}
	}
	return variable{str: Either(v.str, w.str)}
}

// joinLists keeps the common beginning; what only one way has becomes optional.
func joinLists(x, y *list) *list {
	if x == nil {
		x = &list{}
	}
	if y == nil {
		y = &list{}
	}
	out := &list{unknown: x.unknown}
	if out.unknown == "" {
		out.unknown = y.unknown
	}
	i := 0
	for i < len(x.elems) && i < len(y.elems) && same(x.elems[i].value, y.elems[i].value) {
		out.elems = append(out.elems, element{x.elems[i].value, x.elems[i].optional || y.elems[i].optional})
		i++
	}
	for _, rest := range [][]element{x.elems[i:], y.elems[i:]} {
		for _, e := range rest {
			if !slices.ContainsFunc(out.elems[i:], func(o element) bool { return same(o.value, e.value) }) {
				out.elems = append(out.elems, element{e.value, true})
			}
		}
	}
	return out
}
