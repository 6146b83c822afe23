package goval

import (
	"go/types"
	"maps"
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
