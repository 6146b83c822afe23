package goval

import (
	"maps"
	"strings"
)

// env is what the places hold that are followed.
type env map[place]Value

// join merges the variables of two ways through the code. A variable that only one of them has is not
// there on the other, but a field is: it was something before.
func (e env) join(o env) env {
	out := maps.Clone(e)
	for k, v := range o {
		if w, ok := e[k]; ok {
			out[k] = Either(w, v)
		} else {
			out[k] = e.orBefore(k, v)
		}
	}
	for k, v := range e {
		if _, ok := o[k]; !ok {
			out[k] = o.orBefore(k, v)
		}
	}
	return out
}

// orBefore is a value that a place has on one way, or what it holds on this one, on which it is not set:
// a field what the literal of its struct says.
func (e env) orBefore(p place, v Value) Value {
	dot := strings.LastIndexByte(p.path, '.')
	if dot < 0 {
		return v
	}
	for at := dot; at >= 0; at = strings.LastIndexByte(p.path[:at], '.') {
		if was, ok := e[place{p.obj, p.path[:at]}].at(p.path[at:]); ok {
			return Either(was, v)
		}
	}
	return Either(Unknown("field "+p.path[dot+1:]), v)
}
