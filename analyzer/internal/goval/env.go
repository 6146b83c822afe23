package goval

import (
	"go/types"
	"maps"
	"strings"
)

// env is what the places hold that are followed.
type env map[place]Value

// notFollowed is the end of a path that says of the place before it that it holds what is not followed. It is a field
// of no struct.
const notFollowed = ".?"

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
	if param, ok := p.obj.(*types.Var); dot < 0 && ok && (param.Kind() == types.ParamVar || param.Kind() == types.RecvVar) {
		return Either(Unknown("parameter "+param.Name()), v) // what the caller gives, which is not followed
	}
	if _, lost := e[place{p.obj, p.path + notFollowed}]; lost {
		return Either(Unknown("a value that is not followed"), v)
	}
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
