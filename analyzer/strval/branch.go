package strval

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

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
