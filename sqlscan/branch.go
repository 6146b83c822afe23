package sqlscan

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// guard is a condition of a body, with what it is where the statements run that stand behind it.
type guard struct {
	cond  *pg_query.Node
	holds bool
}

// truth is what is known of a condition.
type truth byte

const (
	mayHold truth = iota
	doesHold
	neverHolds
)

func (t truth) not() truth {
	switch t {
	case doesHold:
		return neverHolds
	case neverHolds:
		return doesHold
	}
	return mayHold
}

func truthOf(holds bool) truth {
	if holds {
		return doesHold
	}
	return neverHolds
}

// events are the values of TG_OP by the letters of events.
var events = map[byte]string{'i': "INSERT", 'u': "UPDATE", 'd': "DELETE", 't': "TRUNCATE"}

// runs says whether a statement runs behind its guards in a trigger of an event, 0 for a body that is none.
func (s bodyStatement) runs(event byte) truth {
	all := doesHold
	for _, g := range s.when {
		t := condition(g.cond, events[event])
		if !g.holds {
			t = t.not()
		}
		switch t {
		case neverHolds:
			return neverHolds
		case mayHold:
			all = mayHold
		}
	}
	return all
}

// condition is what is known of one that asks for nothing but TG_OP: its comparison with constants, and AND, OR and
// NOT of such.
func condition(n *pg_query.Node, op string) truth {
	if c := n.GetAConst(); c.GetBoolval() != nil {
		return truthOf(c.GetBoolval().GetBoolval())
	}
	if x := n.GetBoolExpr(); x != nil {
		return connected(x, op)
	}
	e := n.GetAExpr()
	if op == "" || e == nil || !isOp(e.Lexpr) || len(e.Name) != 1 {
		return mayHold
	}
	name := e.Name[0].GetString_().GetSval()
	switch e.Kind {
	case pg_query.A_Expr_Kind_AEXPR_OP:
		value := e.Rexpr.GetAConst().GetSval()
		switch {
		case value == nil:
		case name == "=":
			return truthOf(value.Sval == op)
		case name == "<>":
			return truthOf(value.Sval != op)
		}
	case pg_query.A_Expr_Kind_AEXPR_IN:
		in := slices.ContainsFunc(e.Rexpr.GetList().GetItems(),
			func(n *pg_query.Node) bool { return n.GetAConst().GetSval().GetSval() == op })
		return truthOf(in == (name == "="))
	}
	return mayHold
}

func connected(x *pg_query.BoolExpr, op string) truth {
	if x.Boolop == pg_query.BoolExprType_NOT_EXPR {
		return condition(x.Args[0], op).not()
	}
	settles := neverHolds // what one of AND's decides all
	if x.Boolop == pg_query.BoolExprType_OR_EXPR {
		settles = doesHold
	}
	out := settles.not()
	for _, a := range x.Args {
		switch condition(a, op) {
		case settles:
			return settles
		case mayHold:
			out = mayHold
		}
	}
	return out
}

// isOp says that an expression is TG_OP.
func isOp(n *pg_query.Node) bool {
	fields := n.GetColumnRef().GetFields()
	return len(fields) == 1 && fields[0].GetString_().GetSval() == "tg_op"
}

// behind follows statements that stand behind a condition.
func (w *bodyWalker) behind(guards []guard, nodes []pgtree.PLNode, certain bool) {
	before := w.when
	w.when = append(slices.Clip(w.when), guards...)
	w.list(nodes, certain)
	w.when = before
}

// branches follows IF.
func (w *bodyWalker) branches(n pgtree.PLNode, certain bool) {
	cond := pgtree.Expr(n.Query("cond"))
	w.behind([]guard{{cond, true}}, n.List("then_body"), certain)
	others := []guard{{cond, false}}
	for _, e := range n.List("elsif_list") {
		w.addBehind(others, "SELECT "+e.Query("cond"), certain)
		cond := pgtree.Expr(e.Query("cond"))
		w.behind(append(slices.Clip(others), guard{cond, true}), e.List("stmts"), certain)
		others = append(others, guard{cond, false})
	}
	w.behind(others, n.List("else_body"), certain)
}

func (w *bodyWalker) addBehind(guards []guard, sql string, certain bool) {
	before := w.when
	w.when = append(slices.Clip(w.when), guards...)
	w.add(sql, certain, "")
	w.when = before
}

// leaves says that a statement may end what it stands in: RETURN, or EXIT and CONTINUE of a loop around it. Those of a
// loop within it do not, unless they name another.
func leaves(n pgtree.PLNode) bool { return leavesFrom(n, false) }

func leavesFrom(n pgtree.PLNode, inLoop bool) bool {
	switch n.Kind {
	case "stmt_return":
		return true
	case "stmt_exit":
		return !inLoop || n.Text("label") != ""
	}
	inLoop = inLoop || loops[n.Kind]
	among := func(list []pgtree.PLNode) bool {
		return slices.ContainsFunc(list, func(x pgtree.PLNode) bool { return leavesFrom(x, inLoop) })
	}
	return slices.ContainsFunc([]string{"body", "then_body", "else_body", "else_stmts", "stmts", "action",
		"elsif_list", "case_when_list", "exceptions", "exc_list"}, func(field string) bool { return among(n.List(field)) })
}

// loops are the statements that EXIT without a label leaves.
var loops = map[string]bool{"stmt_loop": true, "stmt_while": true, "stmt_fori": true, "stmt_fors": true,
	"stmt_forc": true, "stmt_dynfors": true, "stmt_foreach_a": true}

// leavesIf is the condition under which IF … THEN …; RETURN; END IF leaves, the last statement of which does; nil if
// that cannot be told.
func leavesIf(n pgtree.PLNode) *pg_query.Node {
	then := n.List("then_body")
	if n.Kind != "stmt_if" || len(n.List("elsif_list")) > 0 || len(n.List("else_body")) > 0 || len(then) == 0 ||
		then[len(then)-1].Kind != "stmt_return" || slices.ContainsFunc(then[:len(then)-1], leaves) {
		return nil
	}
	return pgtree.Expr(n.Query("cond"))
}
