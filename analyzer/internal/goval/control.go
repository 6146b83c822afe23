package goval

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// control is how the body that is being run goes on elsewhere than at the next statement.
type control struct {
	// targets are the statements around, from the outermost, that break and continue end.
	targets []*target
	// label is that of the statement that comes next.
	label string
	// jumps are the variables at each goto, by its label.
	jumps map[string][]env
	// exits are the variables at each end of the body, after what is deferred.
	exits []env
	// deferred are the calls that run at the end, in the order of their statements.
	deferred []deferral
	// later are the function literals that may run, or run again, at any time to come.
	later []later
}

// target is a loop, or a switch or select, which continue passes by.
type target struct {
	label             string
	loop              bool
	breaks, continues []env
}

// deferral is a deferred call. maybe says that it is deferred on one of several ways.
type deferral struct {
	call  *ast.CallExpr
	maybe bool
}

// later is a function literal with what the variables held that it uses when it was made.
type later struct {
	lit  *ast.FuncLit
	seen env
}

// inLoop says that the statement stands in a loop.
func (c *control) inLoop() bool {
	return slices.ContainsFunc(c.targets, func(t *target) bool { return t.loop })
}

func (f *Frame) enter(loop bool) *target {
	t := &target{label: f.control.label, loop: loop}
	f.control.label = ""
	f.control.targets = append(f.control.targets, t)
	return t
}

func (f *Frame) leave() {
	f.control.targets = f.control.targets[:len(f.control.targets)-1]
}

// jump follows break, continue and goto. What follows it is not reached.
func (f *Frame) jump(s *ast.BranchStmt) {
	label := ""
	if s.Label != nil {
		label = s.Label.Name
	}
	switch s.Tok {
	case token.FALLTHROUGH:
		return
	case token.GOTO:
		if f.control.jumps == nil {
			f.control.jumps = map[string][]env{}
		}
		f.control.jumps[label] = append(f.control.jumps[label], maps.Clone(f.env))
	default:
		for _, t := range slices.Backward(f.control.targets) {
			if label != "" && t.label != label || label == "" && s.Tok == token.CONTINUE && !t.loop {
				continue
			}
			if s.Tok == token.BREAK {
				t.breaks = append(t.breaks, maps.Clone(f.env))
			} else {
				t.continues = append(t.continues, maps.Clone(f.env))
			}
			break
		}
	}
	f.dead = true
}

// labeled joins the ways that jump to a label. What stands between it and a jump back to it may have run
// before.
func (f *Frame) labeled(s *ast.LabeledStmt) {
	ways := f.control.jumps[s.Label.Name]
	if !f.dead {
		ways = append([]env{f.env}, ways...)
	}
	f.dead = false
	f.merge(ways)
	if f.dead {
		return
	}
	for _, obj := range f.pkg.setBetween(s) {
		f.taint(place{obj: obj}, "set before a jump back")
	}
	f.control.label = s.Label.Name
	f.stmt(s.Stmt)
	f.control.label = ""
}

// setBetween are the variables that are set between a label and the last jump back to it.
func (p *Package) setBetween(s *ast.LabeledStmt) []types.Object {
	decl := p.around(s)
	if decl == nil {
		return nil
	}
	last := token.NoPos
	ast.Inspect(decl, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.GOTO && b.Label.Name == s.Label.Name && b.Pos() > s.Pos() {
			last = b.Pos()
		}
		return true
	})
	return p.written(decl, func(n ast.Node) bool { return n.Pos() > s.Pos() && n.Pos() < last })
}

// written are the variables that code may write, where a node is wanted: on the left of assignments, with their
// address taken, or builders with a method called on them.
func (p *Package) written(in ast.Node, wanted func(ast.Node) bool) []types.Object {
	var out []types.Object
	add := func(e ast.Expr) {
		v, ok := p.root(e).(*types.Var)
		if ok && !v.IsField() && v.Parent() != p.Types.Scope() && !slices.Contains(out, types.Object(v)) {
			out = append(out, v)
		}
	}
	ast.Inspect(in, func(n ast.Node) bool {
		if n == nil || !wanted(n) {
			return true
		}
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, lhs := range n.Lhs {
				add(lhs)
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				add(n.X)
			}
		case *ast.CallExpr:
			if sel := selectorOf(n); sel != nil && isBuilder(p.Info.TypeOf(sel.X)) {
				add(sel.X)
			}
		}
		return true
	})
	return out
}

func within(outer, n ast.Node) bool { return outer.Pos() <= n.Pos() && n.End() <= outer.End() }

// around is the declaration of the function that a node stands in; nil outside of functions.
func (p *Package) around(n ast.Node) *ast.FuncDecl {
	for _, decl := range p.funcs {
		if within(decl, n) {
			return decl
		}
	}
	return nil
}

// root is the variable that an expression is a part of, or is reached through; nil if there is none.
func (p *Package) root(e ast.Expr) types.Object {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			return p.Info.ObjectOf(x)
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.UnaryExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// run runs the body of the function of the frame, with what it defers.
func (f *Frame) run(body *ast.BlockStmt) {
	if body != nil {
		f.env = f.body(body)
	}
}

// body runs a body of its own, and gives what its ways leave behind, the deferred calls included. The way
// on goes on after it, whether or not it ends with a return.
func (f *Frame) body(body *ast.BlockStmt) env {
	outer := f.control
	f.control = control{}
	f.block(body.List)
	if !f.dead {
		f.exit()
	}
	out := f.env
	for i, way := range f.control.exits {
		if i == 0 {
			out = way
		} else {
			out = out.join(way)
		}
	}
	for _, l := range f.control.later {
		f.again(l, out)
	}
	f.control, f.dead = outer, false
	return out
}

// exit ends a way through the body.
func (f *Frame) exit() {
	f.runDeferred()
	f.control.exits = append(f.control.exits, maps.Clone(f.env))
}

// runDeferred runs the deferred calls, the last one first.
func (f *Frame) runDeferred() {
	for _, d := range slices.Backward(f.control.deferred) {
		after, _ := f.branch(func() {
			if lit, ok := ast.Unparen(d.call.Fun).(*ast.FuncLit); ok {
				f.callLiteral(lit, d.call)
			} else {
				f.perform(d.call)
			}
		})
		if d.maybe {
			after = f.env.join(after)
		}
		f.env = after
	}
}

// deferCall keeps a call for the end. What it is given is evaluated now.
func (f *Frame) deferCall(call *ast.CallExpr) {
	if _, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		for _, a := range call.Args {
			f.visit(a)
		}
	} else {
		f.visit(call)
	}
	f.control.deferred = append(f.control.deferred, deferral{call, f.branches > 0})
}
