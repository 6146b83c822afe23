package strval

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// Frame is a function body being walked.
type Frame struct {
	// Func is the function; nil for package-level values.
	Func *types.Func

	pkg *Package
	// sig is that of the function or literal whose results are asked for.
	sig      *types.Signature
	env      env
	observed bool
	dead     bool
	results  []Value
	depth    int
}

// place is a variable, or a field of one by its path.
type place struct {
	obj  types.Object
	path string
}

// variable is what a place holds: text, or a list of texts.
type variable struct {
	str  Value
	list *list
}

// list is a slice of strings; an optional element is not always there.
type list struct {
	elems []element
	// unknown is set when there may be elements that are not known.
	unknown string
}

type element struct {
	value    Value
	optional bool
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
		return variable{list: joinLists(v.list, w.list)}
	}
	return variable{str: Either(v.str, w.str)}
}

// joinLists keeps the common beginning; what only one way has becomes optional.
func joinLists(x, y *list) *list {
	if x == nil {
		x = &list{}
	}
	if y == nil {
		y = &list{}
	}
	out := &list{unknown: x.unknown}
	if out.unknown == "" {
		out.unknown = y.unknown
	}
	i := 0
	for i < len(x.elems) && i < len(y.elems) && same(x.elems[i].value, y.elems[i].value) {
		out.elems = append(out.elems, element{x.elems[i].value, x.elems[i].optional || y.elems[i].optional})
		i++
	}
	for _, rest := range [][]element{x.elems[i:], y.elems[i:]} {
		for _, e := range rest {
			if !slices.ContainsFunc(out.elems[i:], func(o element) bool { return same(o.value, e.value) }) {
				out.elems = append(out.elems, element{e.value, true})
			}
		}
	}
	return out
}

// block runs statements until the way ends.
func (f *Frame) block(list []ast.Stmt) {
	for _, s := range list {
		if f.dead {
			return
		}
		f.stmt(s)
	}
}

func (f *Frame) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		f.assign(s)
	case *ast.DeclStmt:
		f.declare(s.Decl)
	case *ast.ExprStmt:
		f.visit(s.X)
	case *ast.ReturnStmt:
		f.returns(s)
	case *ast.IfStmt:
		f.ifStmt(s)
	case *ast.BlockStmt:
		f.block(s.List)
	case *ast.ForStmt:
		if s.Init != nil {
			f.stmt(s.Init)
		}
		f.visit(s.Cond)
		f.loop(func() {
			f.block(s.Body.List)
			if s.Post != nil && !f.dead {
				f.stmt(s.Post)
			}
		})
	case *ast.RangeStmt:
		f.rangeStmt(s)
	case *ast.SwitchStmt:
		if s.Init != nil {
			f.stmt(s.Init)
		}
		f.visit(s.Tag)
		f.clauses(f.taken(s))
	case *ast.TypeSwitchStmt:
		if s.Init != nil {
			f.stmt(s.Init)
		}
		f.stmt(s.Assign)
		f.clauses(s.Body.List)
	case *ast.SelectStmt:
		f.clauses(s.Body.List)
	case *ast.LabeledStmt:
		f.stmt(s.Stmt)
	case *ast.GoStmt:
		f.visit(s.Call)
	case *ast.DeferStmt:
		f.visit(s.Call)
	case *ast.SendStmt:
		f.visit(s.Value)
	case *ast.IncDecStmt:
		f.visit(s.X)
	case *ast.BranchStmt:
		// break and continue end this turn of the loop; what follows is not reached.
		f.dead = s.Tok != token.FALLTHROUGH
	}
}

// branch runs one way on a copy of the variables and gives back what it leaves.
func (f *Frame) branch(run func()) (after env, dead bool) {
	saved := f.env
	f.env = maps.Clone(saved)
	run()
	after, dead = f.env, f.dead
	f.env, f.dead = saved, false
	return after, dead
}

// merge joins the ways that go on; none left ends the code here.
func (f *Frame) merge(ways []env) {
	if len(ways) == 0 {
		f.dead = true
		return
	}
	out := ways[0]
	for _, w := range ways[1:] {
		out = out.join(w)
	}
	f.env = out
}

func (f *Frame) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		f.stmt(s.Init)
	}
	f.visit(s.Cond)
	if holds, known := f.holds(s.Cond); known {
		if holds {
			f.block(s.Body.List)
		} else if s.Else != nil {
			f.stmt(s.Else)
		}
		return
	}
	var ways []env
	if after, dead := f.branch(func() { f.block(s.Body.List) }); !dead {
		ways = append(ways, after)
	}
	if after, dead := f.branch(func() {
		if s.Else != nil {
			f.stmt(s.Else)
		}
	}); !dead {
		ways = append(ways, after)
	}
	// The way around comes first: what is added under a condition follows it.
	slices.Reverse(ways)
	f.merge(ways)
}

// loop runs a body for no turn and for one.
func (f *Frame) loop(body func()) {
	after, _ := f.branch(body)
	f.env = f.env.join(after)
}

func (f *Frame) rangeStmt(s *ast.RangeStmt) {
	f.visit(s.X)
	over := f.evalVariable(s.X)
	f.loop(func() {
		if id, ok := s.Value.(*ast.Ident); ok && over.list != nil && len(over.list.elems) > 0 && over.list.unknown == "" {
			v := over.list.elems[0].value
			for _, e := range over.list.elems[1:] {
				v = Either(v, e.value)
			}
			f.set(f.pkg.Info.Defs[id], variable{str: v})
		}
		f.block(s.Body.List)
	})
}

func (f *Frame) clauses(list []ast.Stmt) {
	var ways []env
	hasDefault := false
	for _, c := range list {
		after, dead := f.branch(func() {
			switch c := c.(type) {
			case *ast.CaseClause:
				hasDefault = hasDefault || c.List == nil
				for _, e := range c.List {
					f.visit(e)
				}
				f.block(c.Body)
			case *ast.CommClause:
				hasDefault = true
				if c.Comm != nil {
					f.stmt(c.Comm)
				}
				f.block(c.Body)
			}
			if f.dead && endsWithBreak(c) {
				f.dead = false
			}
		})
		if !dead {
			ways = append(ways, after)
		}
	}
	if !hasDefault {
		ways = append([]env{maps.Clone(f.env)}, ways...)
	}
	f.merge(ways)
}

// taken are the clauses that a switch over a text can take: with a known text the one that
// names it, else the default.
func (f *Frame) taken(s *ast.SwitchStmt) []ast.Stmt {
	list := s.Body.List
	if s.Tag == nil {
		return list
	}
	text, ok := f.fixed(s.Tag)
	if !ok {
		return list
	}
	var fallback ast.Stmt
	for i, c := range list {
		clause := c.(*ast.CaseClause)
		if clause.List == nil {
			fallback = clause
		}
		for _, e := range clause.List {
			label, known := f.fixed(e)
			switch {
			case !known || fallsThrough(clause):
				return list
			case label == text:
				// The clause is as good as a default: there is no way around it.
				return []ast.Stmt{&ast.CaseClause{Body: list[i].(*ast.CaseClause).Body}}
			}
		}
	}
	if fallback == nil {
		return nil
	}
	return []ast.Stmt{fallback}
}

func fallsThrough(c *ast.CaseClause) bool {
	if len(c.Body) == 0 {
		return false
	}
	b, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

// fixed is the text of an expression that is the same whenever the code gets there: a
// constant, or a parameter or variable that nothing sets again.
func (f *Frame) fixed(e ast.Expr) (string, bool) {
	if t := f.pkg.Info.TypeOf(e); t == nil || !isString(t) {
		return "", false
	}
	changes := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			v, isVar := f.pkg.Info.ObjectOf(n).(*types.Var)
			changes = changes || isVar && (v.IsField() || f.pkg.assigned[v] || v.Parent() == f.pkg.Types.Scope())
		case *ast.CallExpr, *ast.IndexExpr:
			changes = true
		}
		return !changes
	})
	if changes {
		return "", false
	}
	return f.evalString(e).Constant()
}

// holds says whether a comparison of two known texts is true.
func (f *Frame) holds(cond ast.Expr) (holds, known bool) {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok || b.Op != token.EQL && b.Op != token.NEQ {
		return false, false
	}
	x, ok1 := f.fixed(b.X)
	y, ok2 := f.fixed(b.Y)
	return (x == y) == (b.Op == token.EQL), ok1 && ok2
}

func endsWithBreak(s ast.Stmt) bool {
	c, ok := s.(*ast.CaseClause)
	if !ok || len(c.Body) == 0 {
		return false
	}
	b, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt)
	return ok && b.Tok == token.BREAK
}

func (f *Frame) returns(s *ast.ReturnStmt) {
	for _, e := range s.Results {
		f.visit(e)
	}
	f.dead = true
	if f.sig == nil || f.depth > 0 {
		return
	}
	n := f.sig.Results().Len()
	values := make([]Value, n)
	switch {
	case len(s.Results) == n:
		for i, e := range s.Results {
			values[i] = f.evalString(e)
		}
	case len(s.Results) == 1:
		for i := range n {
			values[i] = f.evalResult(s.Results[0], i)
		}
	default:
		for i := range n {
			values[i] = f.named(f.sig.Results().At(i))
		}
	}
	if f.results == nil {
		f.results = values
		return
	}
	for i := range values {
		f.results[i] = Either(f.results[i], values[i])
	}
}

func (f *Frame) named(v *types.Var) Value {
	if x, ok := f.env[place{obj: v}]; ok {
		return x.str
	}
	return Unknown("result " + v.Name())
}

func (f *Frame) set(obj types.Object, v variable) {
	if obj != nil {
		f.env[place{obj: obj}] = v
	}
}

func (f *Frame) declare(d ast.Decl) {
	gen, ok := d.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, s := range gen.Specs {
		spec, ok := s.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, v := range spec.Values {
			f.visit(v)
		}
		for i, name := range spec.Names {
			obj := f.pkg.Info.Defs[name]
			switch {
			case obj == nil:
			case len(spec.Values) == len(spec.Names):
				f.set(obj, f.evalVariable(spec.Values[i]))
			case len(spec.Values) == 0 && isString(obj.Type()):
				f.set(obj, variable{str: Value{}})
			case len(spec.Values) == 0 && isStringSlice(obj.Type()):
				f.set(obj, variable{list: &list{}})
			case len(spec.Values) == 0 && isBuilder(obj.Type()):
				f.set(obj, variable{str: Value{}})
			}
		}
	}
}

// isText takes strings and slices of bytes.
func isText(t types.Type) bool {
	if t == nil {
		return false
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		b, ok := s.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Uint8
	}
	return isString(t)
}

func isStringSlice(t types.Type) bool {
	if t == nil {
		return false
	}
	s, ok := t.Underlying().(*types.Slice)
	return ok && isString(s.Elem())
}

// isBuilder takes strings.Builder and bytes.Buffer, or a pointer to one.
func isBuilder(t types.Type) bool {
	if t == nil {
		return false
	}
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	full := n.Obj().Pkg().Path() + "." + n.Obj().Name()
	return full == "strings.Builder" || full == "bytes.Buffer"
}

func (f *Frame) assign(s *ast.AssignStmt) {
	for _, e := range s.Rhs {
		f.visit(e)
	}
	for _, e := range s.Lhs {
		if _, ok := e.(*ast.Ident); !ok {
			f.visit(e)
		}
	}
	if len(s.Rhs) == 1 && len(s.Lhs) > 1 {
		for i, lhs := range s.Lhs {
			if t := f.pkg.Info.TypeOf(lhs); t != nil && (isText(t) || isTemplate(t)) {
				f.assignTo(lhs, variable{str: f.evalResult(s.Rhs[0], i)})
			}
		}
		return
	}
	values := make([]variable, len(s.Rhs))
	for i, e := range s.Rhs {
		values[i] = f.evalVariable(e)
		if s.Tok == token.ADD_ASSIGN {
			values[i] = variable{str: Concat(f.evalString(s.Lhs[i]), values[i].str)}
		}
	}
	for i, lhs := range s.Lhs {
		if i < len(values) {
			f.assignTo(lhs, values[i])
		}
	}
}

func (f *Frame) assignTo(lhs ast.Expr, v variable) {
	if p, ok := f.placeOf(lhs); ok {
		if t := f.pkg.Info.TypeOf(lhs); t != nil && (isText(t) || isStringSlice(t) || isBuilder(t) || isTemplate(t)) {
			f.env[p] = v
		}
	}
}

// placeOf names the variable or field that an expression denotes.
func (f *Frame) placeOf(e ast.Expr) (place, bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj := f.pkg.Info.ObjectOf(e)
		return place{obj: obj}, obj != nil && e.Name != "_"
	case *ast.SelectorExpr:
		if p, ok := f.placeOf(e.X); ok {
			if v, isVar := p.obj.(*types.Var); isVar && !isPackageName(v) {
				return place{p.obj, p.path + "." + e.Sel.Name}, true
			}
		}
	case *ast.StarExpr:
		return f.placeOf(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return f.placeOf(e.X)
		}
	}
	return place{}, false
}

func isPackageName(o types.Object) bool { _, ok := o.(*types.PkgName); return ok }

// visit walks an expression for its calls and closures, in the order of evaluation.
func (f *Frame) visit(e ast.Expr) {
	if e == nil {
		return
	}
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			f.closure(n)
			return false
		case *ast.CallExpr:
			f.visit(n.Fun)
			for _, a := range n.Args {
				f.visit(a)
			}
			f.write(n)
			if f.observed && f.pkg.OnCall != nil {
				f.pkg.OnCall(n, f)
			}
			return false
		}
		return true
	})
}

// closure runs the body of a function literal where it stands: it sees the variables, and
// may set them.
func (f *Frame) closure(lit *ast.FuncLit) {
	dead := f.dead
	f.depth++
	f.bindParams(lit.Type, int(lit.Pos()))
	after, _ := f.branch(func() { f.block(lit.Body.List) })
	f.depth--
	f.env, f.dead = f.env.join(after), dead
}

// write follows what a call writes into a builder.
func (f *Frame) write(call *ast.CallExpr) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	if t := f.pkg.Info.TypeOf(sel.X); t != nil && isBuilder(t) {
		p, ok := f.placeOf(sel.X)
		if !ok {
			return
		}
		switch sel.Sel.Name {
		case "WriteString", "Write":
			f.env[p] = variable{str: Concat(f.env[p].str, f.evalString(call.Args[0]))}
		case "WriteByte", "WriteRune":
			f.env[p] = variable{str: Concat(f.env[p].str, f.evalRune(call.Args[0]))}
		case "Reset":
			f.env[p] = variable{str: Value{}}
		}
		return
	}
	if fn := f.callee(call); fn != nil && (fn.FullName() == "(*text/template.Template).Execute" || fn.FullName() == "(*html/template.Template).Execute") {
		f.executeTemplate(call)
		return
	}
	if fn := f.callee(call); fn != nil && fn.FullName() == "fmt.Fprintf" && len(call.Args) > 1 {
		if p, ok := f.placeOf(call.Args[0]); ok && isBuilder(f.pkg.Info.TypeOf(call.Args[0])) {
			f.env[p] = variable{str: Concat(f.env[p].str, f.sprintf(call.Args[1:]))}
		}
		return
	}
	for _, a := range call.Args {
		if t := f.pkg.Info.TypeOf(a); t != nil && isBuilder(t) {
			if p, ok := f.placeOf(a); ok {
				f.env[p] = variable{str: Concat(f.env[p].str, Unknown("text written by "+sel.Sel.Name))}
			}
		}
	}
}

func (f *Frame) callee(call *ast.CallExpr) *types.Func {
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	case *ast.IndexExpr:
		id = named(fun.X)
	case *ast.IndexListExpr:
		id = named(fun.X)
	}
	if id == nil {
		return nil
	}
	fn, _ := f.pkg.Info.Uses[id].(*types.Func)
	return fn
}

func named(e ast.Expr) *ast.Ident {
	switch x := e.(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		return x.Sel
	}
	return nil
}
