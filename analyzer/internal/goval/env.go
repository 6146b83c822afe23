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

// env is what the places hold that are followed.
type env map[place]Value

// join merges the variables of two ways through the code.
func (e env) join(o env) env {
	out := maps.Clone(e)
	for k, v := range o {
		if w, ok := e[k]; ok {
			out[k] = Either(w, v)
		} else {
			out[k] = v
		}
	}
	return out
}
