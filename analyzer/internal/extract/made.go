package extract

import (
	"cmp"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/libraries"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// made is what one call makes of models.
type made struct {
	parts   []usage.Made
	unknown []usage.Problem
}

// creator is the library whose function makes the schema of models; nil for none.
func creator(fn *types.Func) *orm.Creator {
	for _, l := range libraries.All {
		if c := l.Creator; c != nil && c.Creates(fn) {
			return c
		}
	}
	return nil
}

// declaredSchema is what the package declares if a library generated it for that; it counts as
// made by it.
func (x *extractor) declaredSchema() []usage.Made {
	for _, l := range libraries.All {
		g := l.Generator
		if g == nil || !g.Declares(x.Pkg) {
			continue
		}
		out := g.Schema(x.Pkg, x.pkg.Files, x.Info, packageEnv{x})
		for i := range out {
			out[i].Call = out[i].Place.File
		}
		return out
	}
	return nil
}

// create notes the schema that a call makes.
func (x *extractor) create(c *orm.Creator, call *ast.CallExpr, fn *types.Func, f *goval.Frame) {
	parts, unknown := c.Created(goval.Inside(f.CallOf(call, fn)[0])[0].Closed(), packageEnv{x})
	m := x.made[call]
	pos := x.Fset.Position(call.Pos())
	for _, p := range parts {
		p.Call, p.CallLine, p.CallColumn = pos.Filename, pos.Line, pos.Column
		if !slices.ContainsFunc(m.parts, func(o usage.Made) bool { return o.SQL == p.SQL }) {
			m.parts = append(m.parts, p)
		}
	}
	for _, u := range unknown {
		p := usage.Problem{Message: fn.Name() + " makes more than is known: " + u, File: pos.Filename, Line: pos.Line}
		if !slices.Contains(m.unknown, p) {
			m.unknown = append(m.unknown, p)
		}
	}
	x.made[call] = m
}

// allMade is the schema that the calls of the package make, in the order of the source.
func (x *extractor) allMade() (parts []usage.Made, unknown []usage.Problem) {
	calls := slices.SortedFunc(maps.Keys(x.made), func(a, b *ast.CallExpr) int {
		return cmp.Or(strings.Compare(x.Fset.Position(a.Pos()).Filename, x.Fset.Position(b.Pos()).Filename),
			cmp.Compare(a.Pos(), b.Pos()))
	})
	for _, c := range calls {
		parts, unknown = append(parts, x.made[c].parts...), append(unknown, x.made[c].unknown...)
	}
	return parts, unknown
}
