package goval

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// branch runs one way on a copy of the variables and gives back what it leaves.
func (f *Frame) branch(run func()) (after env, dead bool) {
	saved := f.env
	f.env = maps.Clone(saved)
	f.branches++
	run()
	f.branches--
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

// loop runs a body for no turn and for one, and for a second one if the first leaves something that the
// second reads: a separator, a flag. A loop without a condition is left by break alone. element is run
// before each turn.
func (f *Frame) loop(body *ast.BlockStmt, post ast.Stmt, skips bool, element func()) {
	var ways []env
	if skips {
		ways = []env{f.env}
	}
	before := f.env
	after, left := f.turn(body, post, element)
	if f.loops < maxSecondTurns && after != nil && f.pkg.carries(body, before, after) {
		f.env, f.loops = after, f.loops+1
		second, more := f.turn(body, post, element)
		f.env, f.loops = before, f.loops-1
		left = append(left, more...)
		if second != nil {
			left = append(left, second)
		}
	}
	if after != nil && skips {
		left = append([]env{after}, left...)
	}
	f.merge(append(ways, left...))
	f.turned(before)
}

// turned marks what a loop has made of variables: there are more ways, of more turns, and not each of these few need
// be one that there is.
func (f *Frame) turned(before env) {
	for p, v := range f.env {
		w := before[p]
		switch l := v.List(); {
		case slices.Equal(v, w):
		case l == nil:
			f.env[p] = withMore(v, w)
		case w.List() != nil:
			f.env[p] = Value{withMoreValues(l, w.List())}
		}
	}
}

// withMoreValues is a list to which a loop has added placeholders: any number of them.
func withMoreValues(l, known *List) *List {
	n := len(known.Elems)
	if len(l.Elems) <= n || !slices.EqualFunc(l.Elems[:n], known.Elems, Element.same) ||
		slices.ContainsFunc(l.Elems[n:], func(e Element) bool { return !isPlaceholder(e.Text()) }) {
		return l
	}
	more := Element{Arg: Arg{Value: Value{&Hole{Place: ListText, Reason: "values of a loop"}}}}
	return l.With(append(slices.Clip(known.Elems), more))
}

// isPlaceholder takes $1, $ and a number that is not known, ? and :name.
func isPlaceholder(v Value) bool {
	var b strings.Builder
	for _, p := range v {
		switch p := p.(type) {
		case *Lit:
			b.WriteString(p.Text)
		case *Hole:
			if p.Place != ValueText {
				return false
			}
			b.WriteString("0")
		default:
			return false
		}
	}
	return placeholder.MatchString(b.String())
}

var placeholder = regexp.MustCompile(`^(\$\d+|\?|[:@]\w+)(::[\w\[\]]+)?$`)

// withMore is a value whose choices that another one does not have stand for more than they say.
func withMore(v, known Value) Value {
	var out Value
	for i, p := range v {
		choice, ok := p.(*OneOf)
		if !ok || choice.Some || slices.Contains(known, p) {
			continue
		}
		if out == nil {
			out = slices.Clone(v)
		}
		out[i] = &OneOf{choice.Options, true}
	}
	if out == nil {
		return v
	}
	return out
}

// maxSecondTurns bounds the loops in loops that are run for two turns.
const maxSecondTurns = 2

// turn runs a loop once; after is nil if no way reaches the next turn, left are the ways that break.
func (f *Frame) turn(body *ast.BlockStmt, post ast.Stmt, element func()) (after env, left []env) {
	t := f.enter(true)
	end, dead := f.branch(func() {
		if element != nil {
			element()
		}
		f.block(body.List)
		if ways := t.continues; len(ways) > 0 {
			if !f.dead {
				ways = append([]env{f.env}, ways...)
			}
			f.dead = false
			f.merge(ways)
		}
		if post != nil && !f.dead {
			f.stmt(post)
		}
	})
	f.leave()
	if dead {
		end = nil
	}
	return end, t.breaks
}

// carries says that a turn of a loop leaves in a variable, other than at the end of what it held, what the next
// turn reads.
func (p *Package) carries(body *ast.BlockStmt, before, after env) bool {
	changed, longer := map[types.Object]bool{}, map[types.Object]bool{}
	for at, v := range after {
		if w, ok := before[at]; ok && !same(v, w) {
			changed[at.obj] = changed[at.obj] || !extends(v, w)
			longer[at.obj] = true
		}
	}
	if len(longer) == 0 {
		return false
	}
	set := map[ast.Node]bool{}
	reads := false
	calls := map[*ast.FuncLit]bool{}
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if lit := p.calledLiteral(n); lit != nil && !calls[lit] {
				calls[lit] = true
				ast.Inspect(lit.Body, visit)
			}
		case *ast.AssignStmt:
			p.notRead(n, set)
			for _, e := range n.Rhs {
				reads = reads || p.mentions(e, set, longer)
			}
		case *ast.Ident:
			reads = reads || !set[n] && changed[p.Info.Uses[n]]
		}
		return !reads
	}
	ast.Inspect(body, visit)
	return reads
}

// notRead notes what an assignment does not read for another end than to add to it: x in  x = …,  x += …,
// x = x + …,  x = append(x, …)  and  x = fmt.Sprintf("%s…", x, …).
func (p *Package) notRead(a *ast.AssignStmt, set map[ast.Node]bool) {
	for i, lhs := range a.Lhs {
		id, ok := lhs.(*ast.Ident)
		if !ok || a.Tok == token.DEFINE {
			continue
		}
		set[id] = true
		if i >= len(a.Rhs) {
			continue
		}
		first := ast.Unparen(a.Rhs[i])
		for {
			b, ok := first.(*ast.BinaryExpr)
			if !ok {
				break
			}
			first = ast.Unparen(b.X)
		}
		if call, ok := first.(*ast.CallExpr); ok && len(call.Args) > 0 && isAppend(call) {
			first = ast.Unparen(call.Args[0])
		}
		if use, ok := first.(*ast.Ident); ok && p.Info.ObjectOf(use) == p.Info.ObjectOf(id) {
			set[use] = true
		}
	}
}

func isAppend(call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	return ok && id.Name == "append"
}

// mentions says that an expression reads one of some variables.
func (p *Package) mentions(e ast.Expr, not map[ast.Node]bool, among map[types.Object]bool) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && !not[id] && among[p.Info.Uses[id]]
		return !found
	})
	return found
}

// extends says that a value is another one, with more behind it or not.
func extends(v, w Value) bool {
	if l, m := v.List(), w.List(); l != nil && m != nil {
		return len(l.Elems) >= len(m.Elems) && slices.EqualFunc(l.Elems[:len(m.Elems)], m.Elems, Element.same)
	}
	return len(v) >= len(w) && len(w) > 0 && same(v[:len(w)], w)
}

func (f *Frame) rangeStmt(s *ast.RangeStmt) {
	f.visit(s.X)
	over := f.eval(s.X).List()
	id, named := s.Value.(*ast.Ident)
	if over != nil && over.turns(f.turning) {
		f.unrolled(s, over)
		return
	}
	if over != nil && f.copies(s, over) {
		return
	}
	before := f.env
	if isText(f.pkg.Info.TypeOf(s.X)) {
		defer f.rewritten(before, s)
	}
	f.loop(s.Body, nil, true, func() {
		if over := over.closed(); named && over != nil && len(over.Elems) > 0 && over.Open == "" {
			v := over.Elems[0].Text()
			for _, e := range over.Elems[1:] {
				v = Either(v, e.Text())
			}
			f.set(f.pkg.Info.Defs[id], v)
		}
	})
}

// copies follows a loop that does nothing but to put each element of a map into another.
func (f *Frame) copies(s *ast.RangeStmt, over *List) bool {
	if len(s.Body.List) != 1 || s.Tok != token.DEFINE {
		return false
	}
	set, ok := s.Body.List[0].(*ast.AssignStmt)
	if !ok || len(set.Lhs) != 1 || len(set.Rhs) != 1 {
		return false
	}
	x, ok := set.Lhs[0].(*ast.IndexExpr)
	if !ok || !f.names(x.Index, s.Key) || !f.names(set.Rhs[0], s.Value) {
		return false
	}
	return f.putAll(x.X, over)
}

// names says that an expression is a variable that is declared by another.
func (f *Frame) names(e, declared ast.Expr) bool {
	use, ok1 := e.(*ast.Ident)
	def, ok2 := declared.(*ast.Ident)
	return ok1 && ok2 && f.pkg.Info.Uses[use] != nil && f.pkg.Info.Uses[use] == f.pkg.Info.Defs[def]
}

// putAll puts the elements of a map into another that the code makes.
func (f *Frame) putAll(into ast.Expr, from *List) bool {
	p, ok := f.placeOf(into)
	l := f.listAt(p)
	if !ok || l == nil {
		return false
	}
	out := *l
	out.Add(from, false)
	f.put(p, Value{&out})
	return true
}

// maxTurns bounds the loops that are run as often as the program does; maxInnerTurns those
// within such a loop.
const maxTurns, maxInnerTurns = 64, 8

// turns says that a loop over the list can be run turn by turn.
func (l *List) turns(inner bool) bool {
	most := maxTurns
	if inner {
		most = maxInnerTurns
	}
	return l.known() && len(l.Elems) > 0 && len(l.Elems) <= most &&
		!slices.ContainsFunc(l.Elems, func(e Element) bool { return len(e.Value) == 0 })
}

// unrolled runs a loop once for each element. A turn that ends early may be the last one.
func (f *Frame) unrolled(s *ast.RangeStmt, over *List) {
	defer func(turning bool) { f.turning = turning }(f.turning)
	f.turning = true
	var left []env
	label := f.control.label
	for i, e := range over.Elems {
		f.control.label = label
		after, breaks := f.turn(s.Body, nil, func() {
			if id, ok := s.Key.(*ast.Ident); ok && s.Tok == token.DEFINE && !isStringKeyed(f.pkg.Info.TypeOf(s.X)) {
				f.set(f.pkg.Info.Defs[id], Text(strconv.Itoa(i)))
			} else if ok && s.Tok == token.DEFINE {
				f.set(f.pkg.Info.Defs[id], e.Key)
			}
			if id, ok := s.Value.(*ast.Ident); ok {
				f.set(f.pkg.Info.Defs[id], e.Value)
			}
		})
		left = append(left, breaks...)
		if f.dead = after == nil; f.dead {
			break
		}
		f.env = after
	}
	if !f.dead {
		left = append([]env{f.env}, left...)
	}
	f.dead = false
	f.merge(left)
}

func isStringKeyed(t types.Type) bool {
	if t == nil {
		return false
	}
	m, ok := t.Underlying().(*types.Map)
	return ok && isString(m.Key())
}

func (f *Frame) clauses(list []ast.Stmt, hasDefault bool) {
	var ways []env
	t := f.enter(false)
	asserted := f.asserting
	f.asserting = nil
	for i, c := range list {
		after, dead := f.branch(func() {
			switch c := c.(type) {
			case *ast.CaseClause:
				f.declareAsserted(c, asserted)
				hasDefault = hasDefault || c.List == nil
				for _, e := range c.List {
					f.visit(e)
				}
				f.cases(list[i:])
			case *ast.CommClause:
				hasDefault = true
				if c.Comm != nil {
					f.stmt(c.Comm)
				}
				f.block(c.Body)
			}
		})
		if !dead {
			ways = append(ways, after)
		}
	}
	f.leave()
	if !hasDefault {
		ways = append([]env{maps.Clone(f.env)}, ways...)
	}
	f.merge(append(ways, t.breaks...))
}

// cases runs the first of some clauses, and those that it falls through to.
func (f *Frame) cases(list []ast.Stmt) {
	c, ok := list[0].(*ast.CaseClause)
	if !ok {
		return
	}
	f.block(c.Body)
	if fallsThrough(c) && len(list) > 1 && !f.dead {
		f.cases(list[1:])
	}
}

// taken are the clauses that a switch over a text can take: with a known text the one that
// names it, else the default.
func (f *Frame) taken(s *ast.SwitchStmt) []ast.Stmt {
	list := s.Body.List
	if s.Tag == nil {
		return list
	}
	text, ok := f.fixed(s.Tag)
	if own := f.ofPostgres(list, types.ExprString(s.Tag)); !ok && own != nil {
		return []ast.Stmt{&ast.CaseClause{Body: own.Body}} // as good as a default
	}
	if !ok {
		return slices.DeleteFunc(slices.Clone(list), f.isOtherSystem)
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
	return f.text(e).Constant()
}

// holds says whether a condition is true that compares two known texts, or asks which
// database system is behind.
func (f *Frame) holds(cond ast.Expr) (holds, known bool) {
	switch c := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if c.Op == token.NOT {
			holds, known = f.holds(c.X)
			return !holds, known
		}
	case *ast.BinaryExpr:
		if c.Op == token.LAND || c.Op == token.LOR {
			return f.holdsBoth(c)
		}
		if n, ok := f.length(c.X); ok {
			return f.compareLength(n, c)
		}
		if c.Op != token.EQL && c.Op != token.NEQ {
			return false, false
		}
		x, ok1 := f.fixed(c.X)
		y, ok2 := f.fixed(c.Y)
		if ok1 && ok2 {
			return (x == y) == (c.Op == token.EQL), true
		}
		for _, side := range []ast.Expr{c.X, c.Y} {
			if f.namesOtherSystem(side) {
				return c.Op == token.NEQ, true
			}
		}
	case *ast.CallExpr:
		fn := f.callee(c)
		if fn != nil && len(c.Args) == 2 && comparesTexts[fn.FullName()] &&
			(f.namesOtherSystem(c.Args[0]) || f.namesOtherSystem(c.Args[1])) {
			return false, true
		}
		if fn != nil && len(c.Args) == 0 {
			return isSystem(fn.Name())
		}
	case *ast.SelectorExpr:
		return isSystem(c.Sel.Name)
	case *ast.Ident:
		return isSystem(c.Name)
	}
	return false, false
}

// holdsBoth says whether two conditions that are joined hold: one that is known may decide.
func (f *Frame) holdsBoth(c *ast.BinaryExpr) (holds, known bool) {
	x, known1 := f.holds(c.X)
	y, known2 := f.holds(c.Y)
	decides := c.Op == token.LOR
	if known1 && x == decides || known2 && y == decides {
		return decides, true
	}
	return !decides, known1 && known2
}

// length is that of a parameter's list, if the code asks for it and the list is known.
func (f *Frame) length(e ast.Expr) (int, bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return 0, false
	}
	if id, ok := call.Fun.(*ast.Ident); !ok || id.Name != "len" {
		return 0, false
	}
	id, ok := ast.Unparen(call.Args[0]).(*ast.Ident)
	if !ok || f.pkg.assigned[f.pkg.Info.Uses[id]] {
		return 0, false
	}
	v, ok := f.env[place{obj: f.pkg.Info.Uses[id]}]
	l := v.List()
	if !ok || !l.known() {
		return 0, false
	}
	return len(l.Elems), true
}

// compareLength compares a length with a constant.
func (f *Frame) compareLength(n int, c *ast.BinaryExpr) (holds, known bool) {
	with, ok := f.intOf(c.Y)
	if !ok {
		return false, false
	}
	return constant.Compare(constant.MakeInt64(int64(n)), c.Op, constant.MakeInt64(int64(with))), true
}

var comparesTexts = map[string]bool{"strings.HasPrefix": true, "strings.Contains": true, "strings.EqualFold": true}
