// Package extract finds what one package of Go sends to a database. It knows no schema and
// does no I/O beyond embedded files; drivers (analyzer, deployed) give it syntax, types and
// the facts of other packages, and take usage.Queries and facts from it.
package extract

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/consume"
	"github.com/schemavet/schemavet/analyzer/dbapi"
	"github.com/schemavet/schemavet/analyzer/strval"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/analyzer/wrapper"
	"github.com/schemavet/schemavet/sqlscan/placeholder"
)

// Facts are those of other packages.
type Facts interface {
	Import(obj types.Object) (*wrapper.Fact, bool)
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
}

// Result is what a package sends, and what others need to know of it.
type Result struct {
	Queries []usage.Query
	// ErrorNames are the names of constraints that the package compares errors with.
	ErrorNames []usage.ErrorName
	Facts      map[types.Object]*wrapper.Fact
	// Reaches says that the package can reach a database API.
	Reaches bool
	// Forwards are the functions whose parameter is sent, with the sites in them that are
	// therefore not queries of their own.
	Forwards []Forward
	// Calls are the functions with sinks that the package calls.
	Calls []*types.Func
	// Fields are the fields that are sent somewhere and that the package sets.
	Fields []*types.Var
	// Graph is what each function of the package mentions, for liveness.
	Graph *Graph
	// Unsafe says that the package makes handles of sqlx that ignore columns.
	Unsafe bool
	// PlanModes are the ways of keeping plans that the package sets for its connections.
	PlanModes []usage.PlanMode
	// Problems are directives that are wrong or have no effect.
	Problems []Problem
}

// Forward is a function that sends what its callers give it, or a field that is sent.
type Forward struct {
	Func  *types.Func
	Field *types.Var
	// Query is its own site, which counts when nothing calls the function or sets the field.
	Query usage.Query
}

// reaches says that the package imports a database API, or a package that reaches one. Its
// cost is that of looking at the imports.
func (in *Input) reaches() bool {
	return slices.ContainsFunc(in.Pkg.Imports(), func(p *types.Package) bool {
		return in.API.IsDatabase(p.Path()) || in.Facts.Reaches(p)
	})
}

// Package extracts one package.
func Package(in *Input) *Result {
	comments, problems := in.directives(in.deployedFiles())
	if !in.reaches() {
		return &Result{Problems: append(problems, unused(comments)...)}
	}
	x := &extractor{comments: comments, Input: in, sinks: map[*types.Func][]wrapper.Sink{}, calls: map[*types.Func]bool{}, closures: map[int][]wrapper.Sink{}, called: map[int]bool{}, queries: map[string]strval.Value{},
		fieldSinks: map[*types.Var][]wrapper.Sink{}, fieldSites: map[*ast.CallExpr]*types.Var{}, fieldsSet: map[*types.Var]bool{}, beside: map[*ast.CallExpr]ast.Expr{}}
	x.pkg = &strval.Package{Fset: in.Fset, Files: x.deployedFiles(), Types: in.Pkg, Info: in.Info, Lookup: x, OnCall: x.call, Rewrites: x.rewrites}
	x.pkg.Prepare()
	x.rows = &consume.Package{Fset: in.Fset, Files: x.pkg.Files, Types: in.Pkg, Info: in.Info, Import: x.given}
	x.findMigrations()
	// A function that sends its parameter makes senders of its callers: go on until no
	// new ones are found.
	for range maxWrapperDepth {
		before := x.sinkCount() + len(x.queries)
		x.sites = map[*ast.CallExpr]*site{}
		x.order, x.contexts = nil, map[*types.Func]*contexts{}
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
	x.setFields()
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
	pkg        *strval.Package
	sinks      map[*types.Func][]wrapper.Sink
	sites      map[*ast.CallExpr]*site
	order      []*ast.CallExpr
	calls      map[*types.Func]bool
	migrations []migrationFunc
	// closures are the texts that function literals send of their parameters, by position;
	// called are those of them that a call is known of.
	closures map[int][]wrapper.Sink
	called   map[int]bool
	handed   map[types.Object]bool
	// contexts are the constants that the functions of the package are called with;
	// captured, when set, takes what is sent while a function is run with them.
	contexts map[*types.Func]*contexts
	comments []*directive
	// rows follows what calls give; reads is what became of it.
	rows  *consume.Package
	reads map[*ast.CallExpr]wrapper.Reads
	named map[string]wrapper.Reads
	// fieldSinks are the fields of structs that are sent as they are; fieldSites the calls that
	// send one of which the package does not know what it is set to; fieldsSet those that it
	// sets; beside the literals' elements that are sites for that.
	fieldSinks map[*types.Var][]wrapper.Sink
	fieldSites map[*ast.CallExpr]*types.Var
	fieldsSet  map[*types.Var]bool
	beside     map[*ast.CallExpr]ast.Expr
	// queries are those that the package loads under names.
	queries  map[string]strval.Value
	captured map[*ast.CallExpr][]sent
}

// site is a call that sends something.
type site struct {
	call  *ast.CallExpr
	fn    *types.Func // the function that it stands in
	texts []sent
}

// sent is what a call sends through one sink.
type sent struct {
	value  strval.Value
	api    string
	style  placeholder.Style
	driver string
	args   arguments
}

// deployedFiles leaves out tests.
func (in *Input) deployedFiles() []*ast.File {
	return slices.DeleteFunc(slices.Clone(in.Files), func(f *ast.File) bool {
		return strings.HasSuffix(in.Fset.Position(f.Package).Filename, "_test.go")
	})
}

// call looks at one call of the code.
func (x *extractor) call(call *ast.CallExpr, f *strval.Frame) {
	for _, t := range x.targets(call) {
		x.callTo(t, call, f)
	}
}

func (x *extractor) callTo(t target, call *ast.CallExpr, f *strval.Frame) {
	argument := func(i int) strval.Value { return x.argument(call, i+t.shift, f) }
	if t.lit != 0 {
		for _, s := range x.closures[t.lit] {
			x.send(call, f, sent{s.Text.SubstituteOf(t.lit, argument), s.API, s.Style, s.Driver, arguments{}})
		}
		return
	}
	if t.fn == nil {
		x.send(call, f, sent{argument(t.index), "function value", placeholder.Native, "", arguments{}})
		return
	}
	x.noteContext(t, call, f)
	if sinks := x.sinksOf(t.fn); len(sinks) > 0 {
		x.calls[t.fn.Origin()] = true
		for _, s := range sinks {
			out := sent{s.Text.Substitute(argument), s.API, s.Style, s.Driver, x.passedOn(s, t.fn, call, f)}
			x.send(call, f, out)
			if len(s.Text) == 1 && s.Text[0].Kind == strval.Param {
				x.sendsField(call, s.Text[0].Index+t.shift, out)
			}
		}
		return
	}
	api, ok := x.API.Lookup(t.fn)
	if !ok && !x.hasBody(t.fn) {
		api, ok = dbapi.Shape(t.fn)
	}
	if !ok || api.Index+t.shift >= len(call.Args) {
		return
	}
	switch api.Role {
	case dbapi.Send:
		s := sent{argument(api.Index), t.fn.FullName(), api.Style, dbapi.Driver(t.fn), x.arguments(t.fn, call, f)}
		x.send(call, f, s)
		x.sendsField(call, api.Index+t.shift, s)
	case dbapi.File:
		x.send(call, f, sent{f.FileNamed(call.Args[api.Index+t.shift]), t.fn.FullName(), api.Style, dbapi.Driver(t.fn), x.arguments(t.fn, call, f)})
	case dbapi.Load:
		x.load(argument(api.Index))
	case dbapi.LoadFile:
		x.load(f.FileNamed(call.Args[api.Index+t.shift]))
	case dbapi.Named:
		x.send(call, f, sent{x.queryNamed(argument(api.Index)), t.fn.FullName(), api.Style, dbapi.Driver(t.fn), x.arguments(t.fn, call, f)})
	case dbapi.Fill:
		for _, text := range x.filled(call.Args[api.Index+t.shift]) {
			x.send(call, f, sent{text, t.fn.FullName(), api.Style, dbapi.Driver(t.fn), arguments{}})
		}
	case dbapi.Copy:
		x.send(call, f, sent{x.copyText(call, f, api.Index+t.shift), t.fn.FullName(), placeholder.Native, dbapi.Driver(t.fn), arguments{}})
	}
}

// hasBody says that the function is declared in this package, so that what it does is seen
// in its body.
func (x *extractor) hasBody(fn *types.Func) bool {
	decl, ok := x.pkg.Functions()[fn.Origin()]
	return ok && decl.Body != nil
}

// copyText is the COPY that pgx's CopyFrom sends.
func (x *extractor) copyText(call *ast.CallExpr, f *strval.Frame, index int) strval.Value {
	table, ok := f.EvalList(call.Args[index])
	if !ok || index+1 >= len(call.Args) {
		return strval.Unknown("table of CopyFrom")
	}
	columns := x.argument(call, index+1, f)
	list := x.Info.Uses[identOf(call.Args[index+1])]
	if i, ok := parameter(f.Func, list); ok {
		columns = strval.Value{{Kind: strval.Param, Index: i}}
	} else if of, i, ok := x.literalParameter(list); ok {
		columns = strval.Value{{Kind: strval.Param, Of: of, Index: i}}
	}
	return strval.Concat(strval.Text("COPY "), quotedParts(table, "."), strval.Text(" ("), columns, strval.Text(") FROM STDIN"))
}

// parameter is the index of a parameter of a function.
func parameter(fn *types.Func, obj types.Object) (int, bool) {
	if fn == nil || obj == nil {
		return 0, false
	}
	params := fn.Signature().Params()
	for i := range params.Len() {
		if params.At(i) == obj {
			return i, true
		}
	}
	return 0, false
}

// literalParameter is the position of the function literal that a parameter is one of, and its
// index.
func (x *extractor) literalParameter(obj types.Object) (of, index int, ok bool) {
	if obj == nil {
		return 0, 0, false
	}
	for _, file := range x.pkg.Files {
		if obj.Pos() < file.FileStart || obj.Pos() > file.FileEnd {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, isLit := n.(*ast.FuncLit)
			if !isLit {
				return !ok
			}
			i := 0
			for _, field := range lit.Type.Params.List {
				for _, name := range field.Names {
					if x.Info.Defs[name] == obj {
						of, index, ok = int(lit.Pos()), i, true
					}
					i++
				}
			}
			return !ok
		})
	}
	return of, index, ok
}

// argument is the text of an argument; of a list of names the quoted list.
func (x *extractor) argument(call *ast.CallExpr, i int, f *strval.Frame) strval.Value {
	if i >= len(call.Args) {
		return f.Argument(call, i)
	}
	if _, isSlice := x.Info.TypeOf(call.Args[i]).Underlying().(*types.Slice); isSlice {
		if list, known := f.EvalList(call.Args[i]); known {
			return quotedParts(list, ", ")
		}
	}
	return f.Argument(call, i)
}

func quotedParts(parts []strval.Value, sep string) strval.Value {
	var out strval.Value
	for i, p := range parts {
		if i > 0 {
			out = append(out, strval.Text(sep)...)
		}
		out = strval.Concat(out, strval.Text(`"`), p, strval.Text(`"`))
	}
	return out
}

// Text implements strval.Lookup.
func (x *extractor) Text(obj types.Object) (strval.Value, bool) {
	if fact, ok := x.Facts.Import(obj); ok && len(fact.Text) > 0 {
		return fact.Text, true
	}
	return nil, false
}

// Results implements strval.Lookup.
func (x *extractor) Results(fn *types.Func) ([]strval.Value, bool) {
	if fact, ok := x.Facts.Import(fn); ok && len(fact.Results) > 0 {
		return fact.Results, true
	}
	return nil, false
}

// result turns the sites into queries and facts.
func (x *extractor) result() *Result {
	res := &Result{Reaches: true, Facts: map[types.Object]*wrapper.Fact{}, Graph: x.graph(), ErrorNames: x.errorNames(), PlanModes: x.planModes(), Unsafe: len(x.order) > 0 && x.rows.Unsafe()}
	for _, call := range x.order {
		st := x.sites[call]
		q, ok := x.query(st)
		if given, no := x.obey(call, &q); given {
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
			res.Forwards = append(res.Forwards, Forward{Func: st.fn.Origin(), Query: q})
			continue
		}
		res.Queries = append(res.Queries, q)
	}
	for fn := range x.calls {
		res.Calls = append(res.Calls, fn)
	}
	for v := range x.fieldsSet {
		res.Fields = append(res.Fields, v)
	}
	slices.SortFunc(res.Calls, func(a, b *types.Func) int { return strings.Compare(a.FullName(), b.FullName()) })
	x.facts(res)
	return res
}

// facts collects what other packages can use: sinks, texts, and results that hold text.
func (x *extractor) facts(res *Result) {
	for fn, sinks := range x.sinks {
		res.Facts[fn] = &wrapper.Fact{Sinks: sinks, Sent: x.sentBy(fn)}
	}
	for v, sinks := range x.fieldSinks {
		res.Facts[v] = &wrapper.Fact{Sinks: sinks}
	}
	x.rowFacts(res)
	for obj, v := range x.pkg.Exported() {
		if looksLikeSQL(v) {
			res.Facts[obj] = &wrapper.Fact{Text: v}
		}
	}
	for fn := range x.pkg.Functions() {
		if !fn.Exported() || !returnsString(fn) {
			continue
		}
		results := x.pkg.Results(fn)
		if slices.ContainsFunc(results, func(v strval.Value) bool { return looksLikeSQL(v) || v.HasParam() }) {
			fact := res.Facts[fn]
			if fact == nil {
				fact = &wrapper.Fact{}
				res.Facts[fn] = fact
			}
			fact.Results = results
		}
	}
}

func returnsString(fn *types.Func) bool {
	r := fn.Signature().Results()
	for i := range r.Len() {
		if b, ok := r.At(i).Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			return true
		}
	}
	return false
}

var sqlWords = regexp.MustCompile(`(?i)\b(select|insert|update|delete|from|where|join|order by|values|returning|with|set|and|or|limit|table)\b|^\s*\w+(\.\w+)?(\s*,\s*\w+(\.\w+)?)+\s*$|^\s*[a-z_]+\s*$`)

// looksLikeSQL keeps facts few: texts that cannot be a part of a query are not exported.
func looksLikeSQL(v strval.Value) bool {
	for _, w := range v.Variants() {
		for _, p := range w {
			if p.Kind == strval.Lit && sqlWords.MatchString(p.Text) {
				return true
			}
		}
	}
	return false
}

// query renders a site; false if what it sends is no SQL (the name of a prepared statement).
func (x *extractor) query(st *site) (usage.Query, bool) {
	pos := x.Fset.Position(st.call.Pos())
	q := usage.Query{
		Site:      usage.Site{File: pos.Filename, Line: pos.Line, Column: pos.Column, API: st.texts[0].api, Package: x.Pkg.Path()},
		Style:     st.texts[0].style,
		Driver:    st.texts[0].driver,
		Args:      st.texts[0].args.list,
		Live:      true,
		Migration: x.migrationOf(st.call),
	}
	x.consumers(st, &q)
	if st.fn != nil {
		q.Site.Function, q.Site.FunctionKey = functionName(st.fn), Key(st.fn)
	}
	names := 0
	for _, s := range st.texts {
		if !s.value.Known() {
			q.Reason = reasonOf(s.value, st.fn)
			continue
		}
		for _, v := range s.value.Variants() {
			t := x.render(v, st.call)
			if style := styleOf(v); style != placeholder.Native && q.Style == placeholder.Native {
				q.Style = style
			}
			if preparedName.MatchString(t.SQL) && len(t.Holes) == 0 {
				names++
				continue
			}
			if strings.TrimSpace(t.SQL) != "" && !slices.ContainsFunc(q.Texts, func(o usage.Text) bool { return sameText(o, t) }) {
				q.Texts = append(q.Texts, t)
			}
		}
	}
	if len(q.Texts) > 0 {
		q.Reason = ""
	}
	return q, len(q.Texts) > 0 || q.Reason != "" || names == 0
}

func sameText(a, b usage.Text) bool {
	return a.SQL == b.SQL && slices.Equal(a.Holes, b.Holes) && slices.Equal(a.Runs, b.Runs)
}

// preparedName is a text that names a prepared statement, as pgx takes one; transaction
// commands look alike.
var preparedName = regexp.MustCompile(`^\w+$`)

// reasonOf says why nothing is known of a text, in words that its author can act on.
func reasonOf(v strval.Value, fn *types.Func) string {
	for _, w := range v.Variants() {
		for _, p := range w {
			switch {
			case (p.Kind == strval.Param || p.Kind == strval.Format) && p.Of != 0:
				return "query comes from a parameter of a function literal that is called in a way not known"
			case p.Kind == strval.Param || p.Kind == strval.Format:
				return "query comes from " + parameterName(fn, p.Index) + ", which nothing in these packages calls"
			case p.Kind == strval.Hole:
				return "query comes from " + p.Reason
			}
		}
	}
	return "query is empty"
}

// parameterName is a parameter of a function with the function.
func parameterName(fn *types.Func, index int) string {
	if fn == nil || index >= fn.Signature().Params().Len() {
		return "a parameter of a function"
	}
	kind := "function"
	if fn.Exported() {
		kind = "exported function"
	}
	if fn.Signature().Recv() != nil {
		kind = strings.Replace(kind, "function", "method", 1)
	}
	return fmt.Sprintf("parameter %s of the %s %s", fn.Signature().Params().At(index).Name(), kind, fn.Name())
}

// functionName is the name as reports have it: F, T.M or (*T).M.
func functionName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	name := types.TypeString(recv.Type(), func(*types.Package) string { return "" })
	if strings.HasPrefix(name, "*") {
		return fmt.Sprintf("(%s).%s", name, fn.Name())
	}
	return name + "." + fn.Name()
}

// styleOf is the style of placeholders that the code itself replaces.
func styleOf(v strval.Value) placeholder.Style {
	for _, p := range v {
		if p.Kind == strval.Style {
			return placeholder.Style(p.Text)
		}
	}
	return placeholder.Native
}

// render makes a text of flat pieces.
func (x *extractor) render(v strval.Value, call *ast.CallExpr) usage.Text {
	var t usage.Text
	var b strings.Builder
	for i, p := range v {
		switch p.Kind {
		case strval.Lit:
			if len(p.Runs) == 0 && strings.HasSuffix(p.Text, `"`) && i+1 < len(v) && len(v[i+1].Runs) > 0 {
				// A quote that the library adds stands where the name does.
				r := v[i+1].Runs[0]
				t.Runs = append(t.Runs, usage.Run{At: b.Len() + len(p.Text) - 1, File: r.File, Line: r.Line, Column: r.Column})
			}
			for _, r := range p.Runs {
				t.Runs = append(t.Runs, usage.Run{At: b.Len() + r.At, File: r.File, Line: r.Line, Column: r.Column})
			}
			b.WriteString(p.Text)
		case strval.Param, strval.Format:
			t.Holes = append(t.Holes, usage.Hole{At: b.Len(), Reason: "parameter"})
		case strval.Hole:
			t.Holes = append(t.Holes, usage.Hole{At: b.Len(), Place: places[p.Place], Reason: p.Reason})
		}
	}
	t.SQL = b.String()
	if len(t.Runs) == 0 {
		pos := x.Fset.Position(call.Pos())
		t.Runs = []usage.Run{{At: 0, File: pos.Filename, Line: pos.Line, Column: pos.Column}}
	}
	return t
}

var places = map[strval.Place]usage.Place{strval.AnyText: usage.AnyPlace, strval.ValueText: usage.ValuePlace, strval.IdentText: usage.IdentPlace}

// rewrites says which argument a function gives back with other placeholders.
func (x *extractor) rewrites(fn *types.Func) (arg int, ok bool) {
	if f, ok := x.API.Lookup(fn); ok {
		return f.Index, f.Role == dbapi.Rewrite
	}
	return dbapi.RewriteShape(fn)
}
