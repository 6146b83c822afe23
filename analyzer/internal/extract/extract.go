// Package extract finds what one package of Go sends to a database. It knows no schema and
// does no I/O beyond embedded files; drivers (analyzer, deployed) give it syntax, types and
// the facts of other packages, and take usage.Queries and facts from it.
package extract

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/internal/gomigration"
	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/rowscan"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Facts are those of other packages.
type Facts interface {
	Import(obj types.Object) (*fact.Fact, bool)
	// Reaches says that a package can reach a database API.
	Reaches(pkg *types.Package) bool
}

// Input is one package.
type Input struct {
	Fset  *token.FileSet
	Files []*ast.File
	Pkg   *types.Package
	Info  *types.Info
	Facts Facts
	// API is the table of functions that take SQL.
	API *dbapi.Table
	// Settings are those of the program's libraries, if more than the package is known of it.
	Settings Settings
	// Instances are the types that the program gives to generic code; nil if no more than the
	// package is known of it.
	Instances *Instances
	// Writes are what the packages of the program set of each other; nil if no more than the package
	// is known of it.
	Writes *Writes
	// Disk is what the files that code embeds or reads are read from; nil for none.
	Disk goval.Files
}

// Result is what a package sends, and what others need to know of it.
type Result struct {
	Queries []usage.Query
	// ErrorNames are the names of constraints that the package compares errors with.
	ErrorNames []usage.ErrorName
	Facts      map[types.Object]*fact.Fact
	// Reaches says that the package can reach a database API.
	Reaches bool
	// Forwards are the functions whose parameter is sent, with the sites in them that are
	// therefore not queries of their own.
	Forwards []Forward
	// Calls are the functions with sinks that the package calls.
	Calls []*types.Func
	// Unfollowed are the shapes (ShapeOf) of methods of interfaces that the package calls and of which it is not known
	// what is called.
	Unfollowed []string
	// Fields are the fields that are sent somewhere and that the package sets.
	Fields []*types.Var
	// Models are the structs that ORMs make tables of.
	Models []usage.Model
	// Made is the schema that libraries make of models; MadeUnknown says where they make more.
	Made        []usage.Made
	MadeUnknown []usage.Problem
	// Graph is what each function of the package mentions, for liveness.
	Graph *Graph
	// Lenient are the libraries, sqlx and bun, of which the package makes handles that ignore
	// columns without a destination.
	Lenient []string
	// PlanModes are the ways of keeping plans that the package sets for its connections.
	PlanModes []usage.PlanMode
	// Generic says that types which other packages give to generic code of this one matter: what
	// is known of them by later packages is.
	Generic bool
	// Roots are the migrations that are Go code.
	Roots []gomigration.Root
	// Problems are directives that are wrong or have no effect.
	Problems []Problem
}

// Forward is a function that sends what its callers give it, or a field that is sent.
type Forward struct {
	Func  *types.Func
	Field *types.Var
	// Through are the methods of interfaces of the package through which the function can be called.
	Through []*types.Func
	// Query is its own site, which counts when nothing calls the function or sets the field.
	Query usage.Query
}

// reaches says that the package imports a database API, or a package that reaches one. Its
// cost is that of looking at the imports.
func (in *Input) reaches() bool {
	return slices.ContainsFunc(in.Pkg.Imports(), func(p *types.Package) bool {
		return in.API.IsDatabase(p.Path()) || IsLibrary(p.Path()) || in.Facts.Reaches(p)
	})
}

// Package extracts one package.
func Package(in *Input) *Result {
	comments, problems := in.directives(in.deployedFiles())
	if !in.reaches() {
		return &Result{Problems: append(problems, unused(comments)...), Facts: in.plainFacts(), Roots: in.roots()}
	}
	x := &extractor{comments: comments, Input: in, sinks: map[*types.Func][]fact.Sink{},
		calls: map[*types.Func]bool{}, closures: map[int][]fact.Sink{}, called: map[int]bool{},
		queries: map[string]goval.Value{},
		behind:  map[*types.Func][]*types.Func{}, unfollowed: map[string]bool{},
		fieldSinks: map[*types.Var][]fact.Sink{}, fieldSites: map[*ast.CallExpr]*types.Var{},
		setAt: map[ast.Expr]*ast.CallExpr{}}
	x.builders = newBuilders(in.Pkg)
	x.pkg = &goval.Package{Fset: in.Fset, Files: x.deployedFiles(), Types: in.Pkg, Info: in.Info, Lookup: x,
		Elsewhere: in.Writes, Disk: in.Disk, OnCall: x.call, OnSet: x.set, Rewrites: x.rewrites, Builders: x.builders}
	x.pkg.Prepare()
	x.rows = &rowscan.Package{Fset: in.Fset, Files: x.pkg.Files, Types: in.Pkg, Info: in.Info, Import: x.given}
	if g := generator(in.Pkg); g != nil {
		return &Result{Reaches: true, Facts: x.described(g), Made: x.declaredSchema(), Graph: x.graph(),
			Problems: append(problems, unused(comments)...)}
	}
	// A function that sends its parameter makes senders of its callers: go on until no
	// new ones are found.
	for range maxWrapperDepth {
		before := x.sinkCount() + len(x.queries)
		x.fieldsSet, x.beside = map[*types.Var]bool{}, map[*ast.CallExpr]ast.Expr{}
		x.sites = map[*ast.CallExpr]*site{}
		x.order, x.contexts, x.known = nil, map[*types.Func]*contexts{}, map[string]any{}
		x.made = map[*ast.CallExpr]made{}
		for _, file := range x.pkg.Files {
			for _, d := range file.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok {
					x.pkg.Walk(fn)
				}
			}
		}
		x.pkg.WalkInitializers()
		if x.sinkCount()+len(x.queries) == before {
			break
		}
	}
	x.inContext()
	slices.SortFunc(x.order, func(a, b *ast.CallExpr) int { return int(a.Pos() - b.Pos()) })
	x.followRows()
	res := x.result()
	res.Problems = append(problems, unused(comments)...)
	return res
}

// maxWrapperDepth bounds how many functions a text may be handed through in one package.
const maxWrapperDepth = 5

// extractor carries the state of one package.
type extractor struct {
	*Input
	pkg   *goval.Package
	sinks map[*types.Func][]fact.Sink
	sites map[*ast.CallExpr]*site
	order []*ast.CallExpr
	calls map[*types.Func]bool
	// unfollowed are those of Result.
	unfollowed map[string]bool
	// behind are the methods that methods of interfaces are called for.
	behind map[*types.Func][]*types.Func
	// known is what libraries keep of the package's types, by their names.
	known map[string]any
	// made is the schema that calls of libraries make.
	made map[*ast.CallExpr]made
	// generic says that a builder had a type parameter.
	generic bool
	// closures are the texts that function literals send of their parameters, by position;
	// called are those of them that a call is known of.
	closures map[int][]fact.Sink
	called   map[int]bool
	handed   map[types.Object]bool
	// contexts are the constants that the functions of the package are called with;
	// captured, when set, takes what is sent while a function is run with them.
	contexts map[*types.Func]*contexts
	comments []*directive
	// rows follows what calls give; reads is what became of it.
	rows  *rowscan.Package
	reads map[*ast.CallExpr]fact.Reads
	named map[string]fact.Reads
	// fieldSinks are the fields of structs that are sent; fieldSites the calls that send one of which the package
	// does not know what it is set to; fieldsSet those that it sets; beside the expressions that are sites for
	// that, which setAt has as calls.
	fieldSinks map[*types.Var][]fact.Sink
	fieldSites map[*ast.CallExpr]*types.Var
	fieldsSet  map[*types.Var]bool
	beside     map[*ast.CallExpr]ast.Expr
	setAt      map[ast.Expr]*ast.CallExpr
	// queries are those that the package loads under names.
	queries  map[string]goval.Value
	captured map[*ast.CallExpr][]sent
	builders *builders
}

// site is a call that sends something.
type site struct {
	call  *ast.CallExpr
	fn    *types.Func // the function that it stands in
	texts []sent
}

// sent is what a call sends through one sink.
type sent struct {
	value  goval.Value
	api    string
	style  sqltext.Style
	driver string
	args   arguments
	// lowered says that a library makes the text; reader is what it does with the rows.
	lowered bool
	reader  *usage.Consumer
	// guessed says that it is not known whether the call sends it.
	guessed bool
}

// deployedFiles leaves out tests.
func (in *Input) deployedFiles() []*ast.File {
	return slices.DeleteFunc(slices.Clone(in.Files), func(f *ast.File) bool {
		return strings.HasSuffix(in.Fset.Position(f.Package).Filename, "_test.go")
	})
}

// roots are the migrations of the package that are Go code.
func (in *Input) roots() []gomigration.Root {
	return gomigration.Find(&gomigration.Package{Fset: in.Fset, Files: in.deployedFiles(), Types: in.Pkg, Info: in.Info})
}

// call looks at one call of the code.
func (x *extractor) call(call *ast.CallExpr, f *goval.Frame) {
	for _, t := range x.targets(call) {
		x.callTo(t, call, f)
	}
}

// callTo follows a call to what it may call: a function literal, a value, a function that makes a schema, one
// of a builder, one that passes text on to such, or one of an API.
func (x *extractor) callTo(t target, call *ast.CallExpr, f *goval.Frame) {
	switch {
	case t.lit != 0:
		for _, s := range x.closures[t.lit] {
			text := s.Text.SubstituteOf(t.lit, x.argumentsOf(t, call, f))
			x.send(call, f, sent{value: text, api: s.API, style: s.Style, driver: s.Driver})
		}
		return
	case t.fn == nil:
		x.send(call, f, sent{value: x.argument(call, t.index+t.shift, f), api: "function value"})
		return
	}
	x.noteContext(t, call, f)
	if c := creator(t.fn); c != nil && t.shift == 0 {
		x.create(c, call, t.fn, f)
		return
	}
	if x.builders.Call(t.fn) == goval.Sends && t.shift == 0 {
		x.sendBuilt(call, t.fn, f)
		return
	}
	if sinks := x.sinksFrom(t.fn, f.Func); len(sinks) > 0 {
		x.callSinks(sinks, t, call, f)
		return
	}
	api, ok := x.API.Lookup(t.fn)
	if !ok && !x.hasBody(t.fn) {
		api, ok = dbapi.Shape(t.fn)
	}
	if ok && api.Index+t.shift < len(call.Args) {
		x.callAPI(api, t, call, f)
	} else if !ok {
		x.guess(t, call, f)
		x.noteUnfollowed(t.fn)
	}
}

func (x *extractor) argumentsOf(t target, call *ast.CallExpr, f *goval.Frame) func(int) goval.Value {
	return func(i int) goval.Value { return x.argument(call, i+t.shift, f) }
}

// callSinks sends what a function passes on of its parameters.
func (x *extractor) callSinks(sinks []fact.Sink, t target, call *ast.CallExpr, f *goval.Frame) {
	x.calls[t.fn.Origin()] = true
	for _, method := range x.behind[t.fn] {
		x.calls[method] = true
	}
	argument := x.argumentsOf(t, call, f)
	for _, s := range sinks {
		if s.Own && !bringsMore(s.Text, argument) {
			continue
		}
		out := sent{value: s.Text.Substitute(argument), api: s.API, style: s.Style, driver: s.Driver,
			args: x.passedOn(s, t, call, f), reader: s.Reader}
		x.send(call, f, out)
		if param, ok := goval.Only[*goval.Param](s.Text); ok {
			x.sendsField(call, param.Index+t.shift, out)
		}
	}
}

// callAPI sends or keeps what the API takes, by its role.
func (x *extractor) callAPI(api dbapi.Function, t target, call *ast.CallExpr, f *goval.Frame) {
	index := api.Index + t.shift
	text := func() goval.Value { return x.rewrittenBy(t, call, x.argument(call, index, f)) }
	send := func(text goval.Value) sent {
		s := sent{value: text, api: t.fn.FullName(), style: api.Style, driver: dbapi.Driver(t.fn),
			args: x.arguments(t, call, f)}
		x.send(call, f, s)
		return s
	}
	switch api.Role {
	case dbapi.Send:
		x.sendsField(call, index, send(text()))
	case dbapi.File:
		send(f.FileNamed(call.Args[index]))
	case dbapi.Load:
		x.load(text())
	case dbapi.LoadFile:
		x.load(f.FileNamed(call.Args[index]))
	case dbapi.Named:
		send(x.queryNamed(text()))
	case dbapi.Fill:
		for _, text := range x.filled(call.Args[index]) {
			x.send(call, f, sent{value: text, api: t.fn.FullName(), style: api.Style, driver: dbapi.Driver(t.fn)})
		}
	case dbapi.Copy:
		x.send(call, f, sent{value: x.copyText(call, f, index), api: t.fn.FullName(), driver: dbapi.Driver(t.fn)})
	}
}

// hasBody says that the function is declared in this package, so that what it does is seen
// in its body.
func (x *extractor) hasBody(fn *types.Func) bool {
	decl, ok := x.pkg.Functions()[fn.Origin()]
	return ok && decl.Body != nil
}

// Text implements goval.Lookup.
func (x *extractor) Text(obj types.Object) (goval.Value, bool) {
	if fact, ok := x.Facts.Import(obj); ok && len(fact.Text) > 0 {
		return fact.Text, true
	}
	return nil, false
}

// Results implements goval.Lookup.
func (x *extractor) Results(fn *types.Func) ([]goval.Value, bool) {
	if fact, ok := x.Facts.Import(fn); ok && len(fact.Results) > 0 {
		return fact.Results, true
	}
	return nil, false
}

// Effects implements goval.Lookup. Of a function of a package that was analysed and has no fact there is
// nothing to know.
func (x *extractor) Effects(fn *types.Func) (e *goval.Effects, known bool) {
	if fact, ok := x.Facts.Import(fn); ok && fact.Effects != nil {
		return fact.Effects, true
	}
	if fn.Pkg() == nil || !x.Facts.Reaches(fn.Pkg()) || x.API.IsDatabase(fn.Pkg().Path()) || IsLibrary(fn.Pkg().Path()) ||
		isAbstract(fn) {
		return nil, false
	}
	return &goval.Effects{}, true
}

// isAbstract says that a method is one of an interface: what it does is that of a type that is not known.
func isAbstract(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// result turns the sites into queries and facts.
func (x *extractor) result() *Result {
	res := &Result{Reaches: true, Facts: map[types.Object]*fact.Fact{}, Graph: x.graph(), ErrorNames: x.errorNames(),
		PlanModes: x.planModes(), Lenient: x.lenient(), Models: x.models()}
	res.Made, res.MadeUnknown = x.allMade()
	res.Made = append(res.Made, x.declaredSchema()...)
	for _, call := range x.order {
		st := x.sites[call]
		q, ok := x.query(st)
		if given, no := x.applyDirectives(call, &q); given {
			res.Queries = append(res.Queries, q)
			continue
		} else if no {
			continue
		}
		if !ok || x.passesOn(st) {
			continue
		}
		if v := x.fieldSites[call]; v != nil {
			res.Forwards = append(res.Forwards, Forward{Field: v, Query: q})
			continue
		}
		if st.fn != nil && len(x.sinks[st.fn.Origin()]) > 0 && st.forwards() {
			res.Forwards = append(res.Forwards, Forward{Func: st.fn.Origin(), Through: x.through(st.fn.Origin()), Query: q})
			continue
		}
		res.Queries = append(res.Queries, q)
	}
	for fn := range x.calls {
		res.Calls = append(res.Calls, fn)
	}
	res.Unfollowed = slices.Sorted(maps.Keys(x.unfollowed))
	for v := range x.fieldsSet {
		res.Fields = append(res.Fields, v)
	}
	slices.SortFunc(res.Calls, func(a, b *types.Func) int { return strings.Compare(a.FullName(), b.FullName()) })
	x.facts(res)
	res.Generic, res.Roots = x.generic, x.Input.roots()
	return res
}

// lenient are the libraries of which the package makes handles that ignore columns.
func (x *extractor) lenient() []string {
	var out []string
	if len(x.order) > 0 && x.rows.Unsafe() {
		out = append(out, "sqlx")
	}
	for _, obj := range x.Info.Uses {
		if fn, ok := obj.(*types.Func); ok && fn.FullName() == "github.com/uptrace/bun.WithDiscardUnknownColumns" {
			return append(out, "bun")
		}
	}
	return out
}

// rewrites says which argument a function gives back with other placeholders.
func (x *extractor) rewrites(fn *types.Func) (arg int, ok bool) {
	if f, ok := x.API.Lookup(fn); ok {
		return f.Index, f.Role == dbapi.Rewrite
	}
	return dbapi.RewriteShape(fn)
}
