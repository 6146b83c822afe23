package goval

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Lookup answers for what other packages declare.
type Lookup interface {
	// Text returns the value of a constant or variable of another package.
	Text(obj types.Object) (Value, bool)
	// Results returns what a function of another package returns, by result, with Params.
	Results(fn *types.Func) ([]Value, bool)
	// Effects returns what a function of another package does to what it is given; known is false for one of
	// which nothing is known.
	Effects(fn *types.Func) (e *Effects, known bool)
}

// Package is one package whose strings are asked for. The fields are set by the caller and
// not changed; Prepare must be called first.
type Package struct {
	Fset   *token.FileSet
	Files  []*ast.File
	Types  *types.Package
	Info   *types.Info
	Lookup Lookup
	// OnCall is called for each call of the code that is walked, after its arguments.
	OnCall func(call *ast.CallExpr, f *Frame)
	// OnSet is called for each field of a struct that the code sets to an expression, before it is set; nil for
	// nobody.
	OnSet func(field *types.Var, value ast.Expr, f *Frame)
	// Rewrites says which argument a function gives back with other placeholders; nil for
	// no function.
	Rewrites func(fn *types.Func) (arg int, ok bool)
	// Elsewhere is what other packages set of this one; nil if no more than the package is known.
	Elsewhere *Writes
	// Disk is what files are read from; nil for none.
	Disk Files
	// Builders are the libraries whose calls make text; nil for none.
	Builders Builders

	values map[types.Object]ast.Expr
	// subs are the variables that are set to a folder of a file system.
	subs map[types.Object]*ast.CallExpr
	// held are the functions that variables and fields are set to.
	held     map[types.Object][]ast.Expr
	funcs    map[*types.Func]*ast.FuncDecl
	assigned map[types.Object]bool
	// sets are what the package sets its texts to, nil for what is not known.
	sets map[types.Object][]ast.Expr
	// built are what builders are set to that are made of themselves, as in  db = db.Where(…).
	built     map[types.Object][]ast.Expr
	fields    map[*types.Var][]ast.Expr
	embeds    map[types.Object][]string
	summaries map[*types.Func][]Value
	effects   map[*types.Func]*Effects
	// setIn are the functions in which fields that are builders are set, by the value; setTo is
	// what the values are there.
	setIn map[ast.Expr]*ast.FuncDecl
	setTo map[ast.Expr]Value
	// changed are the variables of the package of which a part is set.
	changed map[*types.Var]bool
	// literals are the values of structs of which the package writes all.
	literals map[*types.Named][]Value
	// setBy are the fields that expressions are set to.
	setBy map[ast.Expr]*types.Var
	// inContext are the results of functions for known arguments.
	inContext map[string][]Value
	// within is how many functions are being evaluated for known arguments, nested how often each was for others.
	within int
	nested map[*types.Func]int
	cached map[types.Object]Value
	// descriptions are those that the package declares: one value each.
	descriptions map[*types.Var]Value
	busy         map[types.Object]bool
	// calledAs are the variables that hold the literals which are only called.
	calledAs map[*ast.FuncLit]types.Object
	// running are the function literals whose results are being asked for.
	running map[*ast.FuncLit]bool
}

// Prepare collects the declarations of the package.
func (p *Package) Prepare() {
	p.values, p.funcs = map[types.Object]ast.Expr{}, map[*types.Func]*ast.FuncDecl{}
	p.built, p.sets = map[types.Object][]ast.Expr{}, map[types.Object][]ast.Expr{}
	p.assigned, p.fields, p.held = map[types.Object]bool{}, map[*types.Var][]ast.Expr{}, map[types.Object][]ast.Expr{}
	p.running, p.subs = map[*ast.FuncLit]bool{}, map[types.Object]*ast.CallExpr{}
	p.embeds, p.summaries = map[types.Object][]string{}, map[*types.Func][]Value{}
	p.effects, p.setIn, p.setTo = map[*types.Func]*Effects{}, map[ast.Expr]*ast.FuncDecl{}, map[ast.Expr]Value{}
	p.setBy = map[ast.Expr]*types.Var{}
	p.nested, p.changed = map[*types.Func]int{}, map[*types.Var]bool{}
	p.descriptions = map[*types.Var]Value{}
	p.cached, p.busy, p.inContext = map[types.Object]Value{}, map[types.Object]bool{}, map[string][]Value{}
	for _, file := range p.Files {
		for _, d := range file.Decls {
			p.declare(d)
			p.note(d)
		}
	}
	p.noteElsewhere()
	p.noteLiterals()
}

// receiverOf is the variable at the beginning of a chain of calls; nil if there is none.
func (p *Package) receiverOf(e ast.Expr) types.Object {
	for {
		call, ok := ast.Unparen(e).(*ast.CallExpr)
		if !ok {
			return p.root(e)
		}
		sel := selectorOf(call)
		if sel == nil {
			return nil
		}
		e = sel.X
	}
}

// note remembers what a declaration sets.
func (p *Package) note(d ast.Decl) {
	fn, _ := d.(*ast.FuncDecl)
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			p.noteAssignment(n)
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if i < len(n.Values) {
					p.hold(p.Info.Defs[name], n.Values[i])
				}
			}
		case *ast.CompositeLit:
			eachFieldOf(p.Info, n, func(f *types.Var, value ast.Expr) { p.hold(f, value) })
		}
		eachWrite(p.Info, n, func(w write) {
			p.noteWrite(w, fn)
			if w.in != nil {
				p.changed[w.in] = true
			}
			if _, assigns := n.(*ast.AssignStmt); !assigns && w.value == nil {
				p.hold(w.obj, nil)
			}
		})
		return true
	})
}

// noteWrite remembers what a function, or nil outside of any, sets.
func (p *Package) noteWrite(w write, fn *ast.FuncDecl) {
	if w.obj.IsField() {
		p.setsField(w.obj, w.value, fn)
		return
	}
	p.assigned[w.obj] = true
	if !w.element {
		p.sets[w.obj] = append(p.sets[w.obj], w.value)
	}
}

// noteElsewhere remembers what other packages set.
func (p *Package) noteElsewhere() {
	if p.Elsewhere == nil {
		return
	}
	for v := range p.Elsewhere.by {
		if v.Pkg() != p.Types {
			continue
		}
		if isFunction(v.Type()) {
			p.held[v] = append(p.held[v], nil)
		}
		if !v.IsField() {
			p.assigned[v] = true
		}
	}
}

// setsField notes that a function, or nil outside of any, sets a field; the value is nil if it
// is not known.
func (p *Package) setsField(f *types.Var, value ast.Expr, fn *ast.FuncDecl) {
	f = f.Origin()
	p.fields[f] = append(p.fields[f], value)
	if value != nil {
		p.setBy[value] = f
	}
	if value != nil && fn != nil && p.isMade(f.Type()) {
		p.setIn[value] = fn
	}
}

func (p *Package) declare(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if fn, ok := p.Info.Defs[d.Name].(*types.Func); ok {
			p.funcs[fn] = d
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			spec, ok := s.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, name := range spec.Names {
				obj := p.Info.Defs[name]
				if len(spec.Values) == len(spec.Names) {
					p.values[obj] = spec.Values[i]
				}
				if patterns := embedPatterns(d, spec); len(patterns) > 0 {
					p.embeds[obj] = patterns
				}
			}
		}
	}
}

// embedPatterns reads //go:embed above a variable.
func embedPatterns(d *ast.GenDecl, spec *ast.ValueSpec) []string {
	var out []string
	for _, group := range []*ast.CommentGroup{spec.Doc, d.Doc} {
		if group == nil || group == d.Doc && d.Lparen.IsValid() {
			continue
		}
		for _, c := range group.List {
			if rest, ok := strings.CutPrefix(c.Text, "//go:embed "); ok {
				for _, f := range strings.Fields(rest) {
					out = append(out, strings.Trim(f, "\"`"))
				}
			}
		}
	}
	return out
}

// noteAssignment remembers what functions variables are set to, and builders that are made of themselves.
func (p *Package) noteAssignment(n *ast.AssignStmt) {
	if call, ok := n.Rhs[0].(*ast.CallExpr); ok && len(n.Rhs) == 1 && len(n.Lhs) == 2 {
		if obj := p.denoted(n.Lhs[0]); obj != nil && !p.assigned[obj] {
			p.subs[obj] = call
		}
	}
	for i, lhs := range n.Lhs {
		if len(n.Rhs) != len(n.Lhs) {
			p.hold(p.denoted(lhs), nil)
			continue
		}
		p.hold(p.denoted(lhs), n.Rhs[i])
		if id, ok := ast.Unparen(lhs).(*ast.Ident); ok {
			if obj := p.Info.Uses[id]; obj != nil && p.isMade(obj.Type()) && p.receiverOf(n.Rhs[i]) == obj {
				p.built[obj] = append(p.built[obj], n.Rhs[i])
			}
		}
	}
}

// hold notes that a variable or field is set to a function, nil for one that is not known. A parameter is also what
// the callers give.
func (p *Package) hold(obj types.Object, e ast.Expr) {
	if obj == nil || !isFunction(obj.Type()) {
		return
	}
	if v, ok := obj.(*types.Var); ok && v.Kind() == types.ParamVar && len(p.held[obj]) == 0 {
		p.held[obj] = []ast.Expr{nil}
	}
	p.held[obj] = append(p.held[obj], e)
}

// denoted is the variable or field that an expression names.
func (p *Package) denoted(e ast.Expr) types.Object {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		return p.Info.ObjectOf(x)
	case *ast.SelectorExpr:
		return p.Info.Uses[x.Sel]
	}
	return nil
}

// Held returns what the function-typed variable or field that is called is set to in the
// package; ok is false if it is no such variable.
func (p *Package) Held(fun ast.Expr) (values []ast.Expr, ok bool) {
	v, ok := p.denoted(fun).(*types.Var)
	if !ok {
		return nil, false
	}
	return p.held[v], true
}

// Declared is what a package-level variable is declared as, if nothing sets it again; of any
// other expression the expression itself.
func (p *Package) Declared(e ast.Expr) ast.Expr {
	obj := p.denoted(e)
	if v, ok := p.values[obj]; ok && obj != nil && !p.assigned[obj] {
		return ast.Unparen(v)
	}
	return ast.Unparen(e)
}

// FieldValues are the expressions that the package sets fields of structs to; nil stands for
// one that is not known.
func (p *Package) FieldValues() map[*types.Var][]ast.Expr { return p.fields }

// ValueOf is what an expression is outside of any function: constants and variables of the
// package are known.
func (p *Package) ValueOf(e ast.Expr) Value {
	f := p.frame()
	return f.text(e)
}

// Walk runs the body of a function with unknown input; OnCall sees its calls.
func (p *Package) Walk(decl *ast.FuncDecl) {
	fn, _ := p.Info.Defs[decl.Name].(*types.Func)
	receivers := p.receivers(fn)
	if len(receivers) == 0 {
		receivers = []Value{nil}
	}
	for _, r := range receivers {
		f := p.newFrame(fn, decl.Type)
		f.observed = true
		if r != nil {
			f.env[place{obj: fn.Signature().Recv()}] = r
		}
		f.run(decl.Body)
	}
}

// WalkWith runs the body of a function with the values of some parameters known.
func (p *Package) WalkWith(decl *ast.FuncDecl, args map[int]Value) {
	fn, _ := p.Info.Defs[decl.Name].(*types.Func)
	f := p.newFrame(fn, decl.Type)
	f.observed = true
	f.know(decl.Type, args)
	f.run(decl.Body)
}

// know gives parameters their values.
func (f *Frame) know(typ *ast.FuncType, args map[int]Value) {
	i := 0
	for _, field := range typ.Params.List {
		for _, name := range field.Names {
			if v, ok := args[i]; ok {
				f.env[place{obj: f.pkg.Info.Defs[name]}] = v
			}
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
}

// WalkInitializers runs the values of package-level variables.
func (p *Package) WalkInitializers() {
	for _, file := range p.Files {
		for _, d := range file.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			f := p.frame()
			f.observed = true
			for _, s := range gen.Specs {
				for _, v := range s.(*ast.ValueSpec).Values {
					f.visit(v)
				}
			}
		}
	}
}

// frame is one that knows no variables.
func (p *Package) frame() *Frame {
	return &Frame{pkg: p, env: env{}, kept: map[place]string{}, rebound: map[types.Object]bool{},
		touched: map[types.Object]bool{}, elements: map[place]place{}}
}

// newFrame makes the frame of a function: its string parameters are Params.
func (p *Package) newFrame(fn *types.Func, typ *ast.FuncType) *Frame {
	f := p.frame()
	f.Func = fn
	if fn != nil {
		f.sig = fn.Signature()
	}
	f.bindParams(typ, 0)
	return f
}

// bindParams makes the parameters of a function, or of the literal at a position, Params: those that
// are followed.
func (f *Frame) bindParams(typ *ast.FuncType, of int) {
	i := 0
	for _, field := range typ.Params.List {
		if len(field.Names) == 0 {
			i++
		}
		for _, name := range field.Names {
			if obj := f.pkg.Info.Defs[name]; obj != nil {
				if v := f.pkg.parameter(obj.Type(), i, of); v != nil {
					f.env[place{obj: obj}] = v
				}
			}
			i++
		}
	}
}

// parameter is what a parameter of a type holds; nil if it is not followed.
func (p *Package) parameter(t types.Type, index, of int) Value {
	param := &Param{Index: index, Of: of}
	switch {
	case isText(t) || isTemplate(t) || isBuilder(t):
		return Value{param}
	case p.isMade(t):
		param.Type = t.String()
		return Value{param}
	case p.given(t):
		rest := Element{Arg: Arg{Value: Value{param}}, Rest: true}
		return Value{&List{Elems: []Element{rest}, Type: t.String(), typ: t}}
	case p.takesAny(t):
		return Value{param}
	}
	return nil
}

// Results returns what a function of this package returns, with Params for its own
// parameters. Recursion gives holes.
func (p *Package) Results(fn *types.Func) []Value {
	fn = fn.Origin()
	if r, ok := p.summaries[fn]; ok {
		return r
	}
	p.summarize(fn)
	return p.summaries[fn]
}

func (f *Frame) resultsOfBody(body *ast.BlockStmt) []Value {
	f.run(body)
	if f.results == nil {
		f.results = make([]Value, f.sig.Results().Len())
		for i := range f.results {
			f.results[i] = Unknown("result of a function that does not return")
		}
	}
	for i, r := range f.results {
		f.results[i] = r.outside()
	}
	return f.results
}

// resultsWith returns what a function of this package returns when some arguments are known:
// a name that picks a file, or a branch. rest are those of a variadic parameter, nil if they are
// not known. Other parameters stay Params.
func (p *Package) resultsWith(fn *types.Func, args map[int]Value, rest *List) []Value {
	fn = fn.Origin()
	decl := p.funcs[fn]
	if decl == nil || decl.Body == nil || p.busy[fn] || len(args) == 0 && rest == nil {
		return p.Results(fn)
	}
	key := fn.FullName()
	if rest != nil {
		text, _ := rest.Join(Text("\x00")).Constant()
		key += fmt.Sprintf("\x00...%d\x00%s", len(rest.Elems), text)
	}
	for _, i := range slices.Sorted(maps.Keys(args)) {
		text, _ := args[i].Constant()
		key += fmt.Sprintf("\x00%d\x00%s", i, text)
	}
	if r, ok := p.inContext[key]; ok {
		return r
	}
	if p.within > 0 {
		if p.nested[fn] == maxNestedContexts {
			return p.Results(fn)
		}
		p.nested[fn]++
	}
	p.busy[fn] = true
	p.within++
	defer func() {
		delete(p.busy, fn)
		p.within--
	}()
	f := p.newFrame(fn, decl.Type)
	f.bindStructs(fn)
	f.know(decl.Type, args)
	if rest != nil {
		last := fn.Signature().Params().At(fn.Signature().Params().Len() - 1)
		f.env[place{obj: last}] = Value{rest}
	}
	p.inContext[key] = f.resultsOfBody(decl.Body)
	return p.inContext[key]
}

// maxNestedContexts bounds for how many arguments a function is evaluated on behalf of others that are: three calls
// in each of thirty functions are 3^30 calls.
const maxNestedContexts = 200

// object returns the value of a constant or package-level variable.
func (p *Package) object(obj types.Object) Value {
	if v, ok := p.cached[obj]; ok {
		return v
	}
	if p.busy[obj] {
		return Unknown("recursive value of " + obj.Name())
	}
	p.busy[obj] = true
	v := p.objectValue(obj)
	delete(p.busy, obj)
	p.cached[obj] = v
	return v
}

func (p *Package) objectValue(obj types.Object) Value {
	if obj.Pkg() != p.Types {
		v, ok := p.Lookup.Text(obj)
		switch {
		case ok && p.assigned[obj] && p.Elsewhere == nil: // else it is in what the declaring package says
			return Either(v, Unknown("variable "+obj.Name()+", which the package sets"))
		case ok:
			return v
		}
	} else if e, ok := p.values[obj]; ok && !p.assigned[obj] {
		f := p.frame()
		return f.eval(e)
	} else if patterns := p.embeds[obj]; len(patterns) == 1 && !p.assigned[obj] {
		return p.embedded(obj, patterns[0])
	}
	if c, ok := obj.(*types.Const); ok && c.Val().Kind() == constant.String {
		return Text(constant.StringVal(c.Val()))
	}
	if built := p.built[obj]; len(built) > 0 {
		all := []Value{p.unknownOf(obj.Type(), "variable "+obj.Name()+" is set in several places")}
		for _, e := range built {
			all = append(all, p.ValueOf(e))
		}
		return Choice(all)
	}
	if v, ok := p.oneOfSets(obj); ok {
		return v
	}
	if p.assigned[obj] {
		return p.unknownOf(obj.Type(), "variable "+obj.Name()+" is set in several places")
	}
	return p.unknownOf(obj.Type(), "variable "+obj.Name())
}

// assignedAt is what an assignment sets the i-th of its left sides to; nil if that is not known.
func assignedAt(n *ast.AssignStmt, i int) ast.Expr {
	if len(n.Rhs) != len(n.Lhs) || n.Tok != token.ASSIGN {
		return nil
	}
	return n.Rhs[i]
}

// oneOfSets is what a text of the package may be that is set in several places: any of what it is set to, and
// something else where that is not known.
func (p *Package) oneOfSets(obj types.Object) (Value, bool) {
	v, ok := obj.(*types.Var)
	if !ok || v.Parent() != p.Types.Scope() || !isString(v.Type()) {
		return nil, false
	}
	sets, elsewhere := p.sets[obj], p.Elsewhere.of(v, p.Types)
	if n := len(sets) + len(elsewhere); n == 0 || n > maxOptions {
		return nil, false
	}
	var all []Value
	if e := p.values[obj]; e != nil {
		all = append(all, p.ValueOf(e))
	}
	unknown := obj.Exported() && p.Types.Name() != "main"
	for _, e := range sets {
		if e == nil {
			unknown = true
			continue
		}
		all = append(all, p.ValueOf(e))
	}
	if unknown && len(elsewhere) == 0 {
		all = append(all, Unknown("variable "+obj.Name()+" is set in several places"))
	}
	return Choice(append(all, elsewhere...)), true
}

// embedded reads the file of //go:embed. go/analysis admits no embedded files to
// Pass.ReadFile, so it is read from the disk; go vet's cache key holds its content.
func (p *Package) embedded(obj types.Object, name string) Value {
	dir := folderOf(p.Fset, obj.Pos())
	return p.readFile(name, filepath.Join(dir, filepath.FromSlash(name)))
}

// Exported returns the values of the package-level constants and variables that hold
// literal text, for facts.
func (p *Package) Exported() map[types.Object]Value {
	out := map[types.Object]Value{}
	for obj := range p.values {
		if obj != nil && obj.Exported() && obj.Parent() == p.Types.Scope() && (isString(obj.Type()) || p.isMade(obj.Type())) {
			if v := p.object(obj); v.Known() {
				out[obj] = v
			}
		}
	}
	for obj := range p.embeds {
		if obj != nil && obj.Exported() && isString(obj.Type()) {
			out[obj] = p.object(obj)
		}
	}
	for obj := range p.values {
		if v, ok := p.description(obj); ok && obj.Exported() {
			out[obj] = v
		}
	}
	return out
}

// Functions returns the functions that the package declares.
func (p *Package) Functions() map[*types.Func]*ast.FuncDecl { return p.funcs }
