package extract

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/libraries"
	"github.com/schemavet/schemavet/analyzer/internal/orm/squirrel"
	"github.com/schemavet/schemavet/analyzer/internal/rowscan"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// builders joins the libraries for goval, and remembers what it was asked.
type builders struct {
	types map[types.Type]bool
	calls map[*types.Func]call
	// declared says that interfaces of the program's own with ToSql are builders: the package imports squirrel.
	declared bool
}

type call struct {
	making  goval.Making
	library *orm.Library
}

func newBuilders(pkg *types.Package) *builders {
	return &builders{types: map[types.Type]bool{}, calls: map[*types.Func]call{},
		declared: slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool { return squirrel.Library.Owns(p.Path()) })}
}

// isDeclared says that a type is an interface that the program declares for what gives a statement:
//
//	type query interface{ ToSql() (string, []any, error) }
func (b *builders) isDeclared(t types.Type) bool {
	return b.declared && types.IsInterface(t) && isStatementBuilder(t)
}

// Makes implements goval.Builders.
func (b *builders) Makes(t types.Type) bool {
	if made, ok := b.types[t]; ok {
		return made
	}
	made := b.isDeclared(t) || slices.ContainsFunc(libraries.All, func(l *orm.Library) bool { return l.Makes(t) })
	b.types[t] = made
	return made
}

// Call implements goval.Builders.
func (b *builders) Call(fn *types.Func) goval.Making { return b.call(fn).making }

func (b *builders) call(fn *types.Func) call {
	fn = fn.Origin()
	if c, ok := b.calls[fn]; ok {
		return c
	}
	var c call
	for _, l := range libraries.All {
		if m := l.Call(fn); m != goval.NotMaking {
			c = call{m, l}
			break
		}
	}
	if recv := fn.Signature().Recv(); c.library == nil && fn.Name() == "ToSql" && recv != nil && b.isDeclared(recv.Type()) {
		c = call{goval.MakesText, squirrel.Library}
	}
	b.calls[fn] = c
	return c
}

// Mutates implements goval.Builders.
func (b *builders) Mutates(v goval.Value) bool {
	return slices.ContainsFunc(libraries.All, func(l *orm.Library) bool { return l.Mutates != nil && l.Mutates(v) })
}

// IsLibrary says that a package is one of a library whose calls are lowered.
func IsLibrary(path string) bool {
	return slices.ContainsFunc(libraries.All, func(l *orm.Library) bool { return l.Owns(path) })
}

// isBuilt says that a library makes a part of a text.
func isBuilt(v goval.Value) bool {
	return v.Any(goval.IsPart[*goval.Lowered])
}

// lowered puts the texts that libraries make in the place of what makes them.
func (x *extractor) lowered(v goval.Value) goval.Value {
	if !slices.ContainsFunc(v, func(p goval.Part) bool { return len(goval.Inside(p)) > 0 }) {
		return v
	}
	var out goval.Value
	for _, p := range v {
		switch p := p.(type) {
		case *goval.Lowered:
			// What an argument is may be text that a builder makes.
			texts := x.lower(p.Chain)
			if len(texts) == 0 {
				texts = []goval.Value{goval.Unknown(reasonOf(p.Chain, nil))}
			}
			made := goval.Choice(texts)
			if p.Chain.Misses() {
				made = goval.SomeOf(texts)
			}
			out = append(out, x.lowered(made)...)
		case *goval.OneOf:
			options := make([]goval.Value, 0, len(p.Options))
			for _, o := range p.Options {
				options = append(options, x.lowered(o))
			}
			out = append(out, p.With(options)...)
		default:
			out = append(out, p)
		}
	}
	return out
}

// packageEnv answers what a lowering asks.
type packageEnv struct{ *extractor }

// Results implements orm.Env.
func (c packageEnv) Results(fn *types.Func) []goval.Value {
	if fn.Pkg() == c.Pkg {
		return own(c.pkg.Results(fn))
	}
	results, _ := c.extractor.Results(fn)
	return own(results)
}

// own are results for code that knows no caller.
func own(results []goval.Value) []goval.Value {
	var out []goval.Value
	for _, r := range results {
		out = append(out, r.Own())
	}
	return out
}

// List implements orm.Env.
func (c packageEnv) List(obj types.Object) []goval.Value {
	if obj.Pkg() == c.Pkg {
		return c.pkg.ListOf(obj).Texts()
	}
	known, _ := c.Facts.Import(obj)
	if known == nil {
		return nil
	}
	return known.Text.List().Texts()
}

// Position implements orm.Env.
func (c packageEnv) Position(obj types.Object) goval.Run {
	return c.At(obj.Pos())
}

// At implements orm.Env.
func (c packageEnv) At(p token.Pos) goval.Run {
	pos := c.Fset.Position(p)
	return goval.Run{File: pos.Filename, Line: pos.Line, Column: pos.Column}
}

// Once implements orm.Env.
func (c packageEnv) Once(library string, make func() any) any {
	v, ok := c.known[library]
	if !ok {
		v = make()
		c.known[library] = v
	}
	return v
}

// lower asks the library of the last call.
func (x *extractor) lower(builder goval.Value) []goval.Value {
	builder = withoutOwnToSQL(builder.Closed())
	var last *goval.Call
	for _, p := range builder {
		if call, ok := p.(*goval.Call); ok {
			last = call
		}
	}
	if last == nil {
		if builder.HasParam() { // The callers have it.
			return []goval.Value{builder}
		}
		return nil
	}
	for _, l := range libraries.All {
		if l.IsOwn(last) {
			var out []goval.Value
			for _, b := range x.instances(builder) {
				out = append(out, l.Lower(b, packageEnv{x})...)
			}
			return out
		}
	}
	return nil
}

// withoutOwnToSQL leaves out that a builder is asked for its text through an interface which the program declares.
func withoutOwnToSQL(builder goval.Value) goval.Value {
	n := len(builder)
	if n < 2 {
		return builder
	}
	call, ok := builder[n-1].(*goval.Call)
	if ok && call.Name == "ToSql" && !slices.ContainsFunc(libraries.All, func(l *orm.Library) bool { return l.IsOwn(call) }) {
		return builder[:n-1]
	}
	return builder
}

// generator is the library that generated a package; nil for none.
func generator(pkg *types.Package) *orm.Generator {
	for _, l := range libraries.All {
		if g := l.Generator; g != nil && g.Generates(pkg) {
			return g
		}
	}
	return nil
}

// described are the facts of a generated package: what its functions say of themselves, and
// its lists of texts.
func (x *extractor) described(g *orm.Generator) map[types.Object]*fact.Fact {
	out := map[types.Object]*fact.Fact{}
	for fn, decl := range x.pkg.Functions() {
		if !fn.Exported() || decl.Body == nil {
			continue
		}
		if said := g.Describe(fn, decl.Body, x.Info); said != nil {
			out[fn] = &fact.Fact{Results: said}
		}
	}
	for obj, list := range x.pkg.Lists() {
		out[obj] = &fact.Fact{Text: goval.Value{list}}
	}
	return out
}

// sendBuilt records what a call of a library sends. A session that a parameter brings is most
// often a connection alone: then the site is the call itself, and callers are sites only when
// they bring more.
func (x *extractor) sendBuilt(call *ast.CallExpr, fn *types.Func, f *goval.Frame) {
	v := f.CallOf(call, fn)
	library := x.builders.call(fn).library
	s := sent{value: v, api: fn.FullName(), reader: x.libraryReader(library, v, call, fn)}
	session := library.Session
	if session == nil {
		x.send(call, f, s)
		return
	}
	bare := v.WithoutParams(func(p *goval.Param) bool { return session.Is(p.Type) })
	if len(x.lower(goval.Inside(bare[0])[0])) == 0 {
		x.send(call, f, s)
		return
	}
	if f.Func != nil && x.captured == nil && hasSession(v, session) {
		x.addSink(f.Func.Origin(), fact.Sink{Text: v, API: s.api, Own: true, Reader: s.reader})
	}
	s.value, s.reader = bare, x.libraryReader(library, bare, call, fn)
	x.send(call, f, s)
}

// hasSession says that a parameter of the function is the session that something is sent with.
func hasSession(v goval.Value, session *orm.Session) bool {
	return v.Any(func(p goval.Part) bool {
		param, ok := p.(*goval.Param)
		return ok && param.Of == 0 && session.Is(param.Type)
	})
}

// libraryReader is what a library does with the rows itself.
func (x *extractor) libraryReader(library *orm.Library, v goval.Value, call *ast.CallExpr,
	fn *types.Func) *usage.Consumer {
	if library.Reads == nil {
		return nil
	}
	rows := library.Reads(goval.Inside(v[0])[0].Closed(), packageEnv{x})
	if rows == nil {
		return nil
	}
	pos := x.Fset.Position(call.Pos())
	c := &usage.Consumer{API: fn.FullName(), File: pos.Filename, Line: pos.Line, Column: pos.Column,
		Match: usage.IntoMap, Through: rows.Library}
	switch {
	case rows.ByPosition && len(rows.Columns) > 0:
		c.Match = usage.ByPosition
	case len(rows.Columns) > 0:
		c.Match = usage.ByName
	}
	if rows.Strict {
		c.Extra = usage.Refused
	}
	for _, col := range rows.Columns {
		c.Dests = append(c.Dests, usage.Dest{Name: col.Name, Type: rowscan.GoType(col.Type)})
	}
	return c
}

// bringsMore says that a call gives a function that is a site itself a session with something
// in it.
func bringsMore(text goval.Value, argument func(int) goval.Value) bool {
	for _, p := range text {
		switch p := p.(type) {
		case *goval.Param:
			if p.Of == 0 && slices.ContainsFunc(libraries.All, func(l *orm.Library) bool {
				s := l.Session
				return s != nil && s.Is(p.Type) && s.Brings(argument(p.Index))
			}) {
				return true
			}
		case *goval.Lowered, *goval.OneOf:
			if slices.ContainsFunc(goval.Inside(p), func(o goval.Value) bool { return bringsMore(o, argument) }) {
				return true
			}
		}
	}
	return false
}
