package extract

import (
	"go/types"
	"slices"

	"github.com/schemavet/schemavet/analyzer/orm"
	"github.com/schemavet/schemavet/analyzer/orm/squirrel"
	"github.com/schemavet/schemavet/analyzer/strval"
)

// libraries are the query builders and ORMs whose calls are lowered.
var libraries = []orm.Library{
	squirrel.Library{},
}

// builders joins the libraries for strval, and remembers what it was asked.
type builders struct {
	types map[types.Type]bool
	calls map[*types.Func]call
}

type call struct {
	making  strval.Making
	library orm.Library
}

func newBuilders() *builders {
	return &builders{types: map[types.Type]bool{}, calls: map[*types.Func]call{}}
}

// Makes implements strval.Builders.
func (b *builders) Makes(t types.Type) bool {
	if made, ok := b.types[t]; ok {
		return made
	}
	made := slices.ContainsFunc(libraries, func(l orm.Library) bool { return l.Makes(t) })
	b.types[t] = made
	return made
}

// Call implements strval.Builders.
func (b *builders) Call(fn *types.Func) strval.Making { return b.call(fn).making }

func (b *builders) call(fn *types.Func) call {
	fn = fn.Origin()
	if c, ok := b.calls[fn]; ok {
		return c
	}
	var c call
	for _, l := range libraries {
		if m := l.Call(fn); m != strval.NotMaking {
			c = call{m, l}
			break
		}
	}
	b.calls[fn] = c
	return c
}

// Mutates implements strval.Builders.
func (b *builders) Mutates(v strval.Value) bool {
	return slices.ContainsFunc(libraries, func(l orm.Library) bool { return l.Mutates(v) })
}

// isLibrary says that a package is a library whose calls are lowered, or reaches one.
func isLibrary(path string) bool {
	return slices.ContainsFunc(libraries, func(l orm.Library) bool { return l.Owns(path) })
}

// lowered puts the texts that libraries make in the place of what makes them.
func (x *extractor) lowered(v strval.Value) strval.Value {
	if !slices.ContainsFunc(v, func(p *strval.Piece) bool { return p.Kind == strval.Build || len(p.Options) > 0 }) {
		return v
	}
	var out strval.Value
	for _, p := range v {
		switch p.Kind {
		case strval.Build:
			// What an argument is may be text that a builder makes.
			out = append(out, x.lowered(orm.Each(p.Options[0], x.lower))...)
		case strval.Alt:
			options := make([]strval.Value, 0, len(p.Options))
			for _, o := range p.Options {
				options = append(options, x.lowered(o))
			}
			out = append(out, strval.OneOf(options)...)
		default:
			out = append(out, p)
		}
	}
	return out
}

// codeAround answers what a lowering asks.
type codeAround struct{ *extractor }

// Results implements orm.Env.
func (c codeAround) Results(fn *types.Func) []strval.Value {
	if fn.Pkg() == c.Pkg {
		return c.pkg.Results(fn)
	}
	results, _ := c.extractor.Results(fn)
	return results
}

// Position implements orm.Env.
func (c codeAround) Position(obj types.Object) strval.Run {
	pos := c.Fset.Position(obj.Pos())
	return strval.Run{File: pos.Filename, Line: pos.Line, Column: pos.Column}
}

// lower asks the library of the last call.
func (x *extractor) lower(steps strval.Value) []strval.Value {
	last := steps[len(steps)-1]
	if last.Kind == strval.Step {
		for _, l := range libraries {
			if l.Lowers(last.Call.Func) {
				return l.Lower(steps, codeAround{x})
			}
		}
	}
	return []strval.Value{strval.Unknown("a builder")}
}
