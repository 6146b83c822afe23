package ddl

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// do runs DO. Plain conditional DDL is simulated: IF over what the catalog says, handlers
// of errors, EXECUTE of constants. What is not plain makes the whole block opaque.
func (a *applier) do(d *pg_query.DoStmt) {
	opts := options(d.Args)
	lang := opts["language"].GetArg().GetString_().GetSval()
	text := opts["as"].GetArg().GetString_().GetSval()
	body, err := pgtree.PLpgSQL(text)
	if err != nil && (lang == "" || lang == "plpgsql") && a.sess.Pending {
		a.bound(sqlscan.ValidateBlock(text, a.st, a.env()))
	}
	if lang != "" && lang != "plpgsql" || err != nil {
		a.opaque("DO", a.openAll()...)
		return
	}
	before, effects := a.s, a.effects
	b := &block{applier: a}
	a.vars = map[string]int{}
	b.statements(body)
	a.vars = nil
	if b.unknown != "" {
		a.s, a.effects = before, effects
		b.open(body)
	}
}

// open opens what a block may touch that could not be followed.
func (b *block) open(body []pgtree.PLNode) {
	far := b.reachOf(body)
	switch {
	case far == reachAll:
		b.opaque("DO: "+b.unknown, append(b.openAll(), b.namedIn(body)...)...)
		return
	case far > reachNothing:
		b.s = b.s.RelationsOpened()
	}
	if far == reachColumns {
		b.s = b.s.OpenedTables(func(r *catalog.Relation) bool { return r.ID >= catalog.FirstID && r.IsTable() })
	}
	b.opaque("DO: "+b.unknown, b.namedIn(body)...)
}

// namedIn are the relations that a block names, in statements and in constant texts of EXECUTE.
func (a *applier) namedIn(body []pgtree.PLNode) []catalog.Name {
	var out []catalog.Name
	take := func(text string) {
		sts, _ := pgtree.Parse(text)
		for _, st := range sts {
			walkRelations(st.Node, func(v *pg_query.RangeVar) {
				if r := a.lookup(v.Schemaname, v.Relname); r != nil {
					n := catalog.Name{Kind: catalog.KindRelation, Schema: r.Schema, Name: r.Name}
					if !slices.Contains(out, n) {
						out = append(out, n)
					}
				}
			})
		}
	}
	for _, n := range body {
		n.Queries(func(sql string, dynamic bool) {
			if dynamic {
				sql, _ = constantText(pgtree.Expr(sql))
			}
			take(sql)
		})
	}
	return out
}

// block runs PL/pgSQL; unknown says why it cannot be followed.
type block struct {
	*applier
	unknown  string
	returned bool
}

func (b *block) giveUp(why string) {
	if b.unknown == "" {
		b.unknown = why
	}
}

func (b *block) statements(list []pgtree.PLNode) {
	for _, n := range list {
		if b.unknown != "" || b.returned {
			return
		}
		b.statement(n)
	}
}

func (b *block) statement(n pgtree.PLNode) {
	switch n.Kind {
	case "stmt_block":
		b.block(n)
	case "stmt_execsql":
		b.sql(n.Query("sqlstmt"))
		b.into(n)
	case "stmt_perform":
		b.sql(n.Query("expr"))
		b.found(n.Query("expr"))
	case "stmt_dynexecute":
		b.dynamic(n.Query("query"))
	case "stmt_if":
		b.branch(n)
	case "stmt_return":
		b.returned = true
	case "stmt_raise":
		const errorLevel = 21 // ERROR of utils/elog.h
		if n.Number("elog_level") >= errorLevel {
			b.fail(catalog.Name{}, "P0001", "%s", n.Text("message"))
		}
	case "stmt_assign":
		name, expr, ok := strings.Cut(n.Query("expr"), ":=")
		if ok {
			b.set(strings.ToLower(strings.TrimSpace(name)), pgtree.Expr(expr))
		}
	case "stmt_getdiag", "stmt_assert":
	case "stmt_fors", "stmt_fori", "stmt_loop", "stmt_while", "stmt_foreach_a", "stmt_case":
		if changes := b.changesIn(n); changes {
			b.giveUp("DDL in a loop")
		}
		clear(b.vars)
	default:
		b.giveUp(n.Kind)
	}
}

// into sets the variable of SELECT … INTO variable.
func (b *block) into(n pgtree.PLNode) {
	targets := n.List("target")
	if into, _ := n.Fields["into"].(bool); !into || len(targets) != 1 {
		return
	}
	fields, _ := targets[0].Fields["fields"].([]any)
	if len(fields) != 1 {
		return
	}
	field, _ := fields[0].(map[string]any)
	name, _ := field["name"].(string)
	query := strings.TrimSpace(n.Query("sqlstmt"))
	b.set(strings.ToLower(name), pgtree.Expr("("+query+")"))
}

// found sets FOUND behind a query of the catalog.
func (b *block) found(query string) {
	delete(b.vars, "found")
	if sts, err := pgtree.Parse(query); err == nil && len(sts) == 1 {
		if n, ok := b.countRows(sts[0].Node.GetSelectStmt()); ok {
			b.vars["found"] = min(n, 1)
		}
	}
}

// set keeps what a variable holds: a number, or 1 for what is true; nothing if it is not known.
func (b *block) set(name string, value *pg_query.Node) {
	delete(b.vars, name)
	if n, ok := b.number(value); ok {
		b.vars[name] = n
		return
	}
	switch b.truth(value) {
	case yes:
		b.vars[name] = 1
	case no:
		b.vars[name] = 0
	}
}

// block runs a nested block; an error that it handles undoes it.
func (b *block) block(n pgtree.PLNode) {
	handlers := n.List("exceptions")
	if len(handlers) == 0 {
		b.statements(n.List("body"))
		return
	}
	before, effects, sess := b.s, b.effects, b.sess
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		no, ok := r.(refuse)
		if !ok {
			panic(r)
		}
		for _, h := range handlers[0].List("exc_list") {
			if catches(h, no.err.SQLSTATE) {
				b.s, b.effects, b.sess = before, effects, sess
				b.statements(h.List("action"))
				return
			}
		}
		panic(r)
	}()
	b.statements(n.List("body"))
}

// conditions are the names of SQLSTATEs that migrations handle (plerrcodes.h).
var conditions = map[string]string{
	"duplicate_object": "42710", "duplicate_table": "42P07", "duplicate_column": "42701", "duplicate_schema": "42P06",
	"duplicate_function": "42723", "undefined_table": "42P01", "undefined_column": "42703", "undefined_object": "42704",
	"undefined_function": "42883", "invalid_table_definition": "42P16", "dependent_objects_still_exist": "2BP01",
	"wrong_object_type": "42809", "invalid_schema_name": "3F000", "object_not_in_prerequisite_state": "55000",
	"feature_not_supported": "0A000", "unique_violation": "23505", "raise_exception": "P0001",
	"insufficient_privilege": "42501", "syntax_error_or_access_rule_violation": "42",
}

func catches(handler pgtree.PLNode, sqlstate string) bool {
	for _, c := range handler.List("conditions") {
		name := c.Text("condname")
		if name == "others" || conditions[name] != "" && strings.HasPrefix(sqlstate, conditions[name]) || name == sqlstate {
			return true
		}
	}
	return false
}

// sql runs a statement of the block. Data statements may use variables, so their names are
// not judged.
func (b *block) sql(text string) {
	sts, err := pgtree.Parse(text)
	if err != nil || len(sts) != 1 || sts[0].Err != nil {
		b.giveUp("statement that does not parse")
		return
	}
	switch kind := sts[0].Kind(); {
	case kind.ChangesRows():
		return
	case kind.IsQuery():
		b.calls(sts[0])
		return
	}
	outer := b.st
	b.st = pgtree.Statement{Start: outer.Start, End: outer.Start + len(text), Text: text, Base: outer.Start,
		Node: sts[0].Node}
	b.applier.statement(sts[0].Node)
	b.st = outer
}

// calls gives up when a query calls a function of the database that may change it.
func (b *block) calls(st pgtree.Statement) {
	if name := b.changerCalled(st); name != "" {
		b.giveUp("call of " + name)
	}
}

// dynamic runs EXECUTE of a constant.
func (b *block) dynamic(expr string) {
	text, ok := constantText(pgtree.Expr(expr))
	if !ok {
		b.giveUp("EXECUTE of a text that is not constant")
		return
	}
	sts, err := pgtree.Parse(text)
	if err != nil {
		b.giveUp("EXECUTE of a text that does not parse")
		return
	}
	for _, st := range sts {
		b.sql(st.Text)
	}
}

// constantText evaluates a string constant, constants joined by ||, and what quotes or formats
// constants.
func constantText(n *pg_query.Node) (string, bool) {
	if c := n.GetAConst(); c != nil && c.GetSval() != nil {
		return c.GetSval().Sval, true
	}
	if f := n.GetFuncCall(); f != nil {
		return quotedText(f)
	}
	e := n.GetAExpr()
	if e == nil || e.Kind != pg_query.A_Expr_Kind_AEXPR_OP || !slices.Equal(strs(e.Name), []string{"||"}) {
		return "", false
	}
	left, ok1 := constantText(e.Lexpr)
	right, ok2 := constantText(e.Rexpr)
	return left + right, ok1 && ok2
}

// quotedText evaluates quote_literal, quote_ident and format of constants.
func quotedText(f *pg_query.FuncCall) (string, bool) {
	args := make([]string, 0, len(f.Args))
	for _, a := range f.Args {
		text, ok := constantText(a)
		if !ok {
			return "", false
		}
		args = append(args, text)
	}
	name := strs(f.Funcname)
	if len(args) == 0 {
		return "", false
	}
	switch name[len(name)-1] {
	case "quote_literal":
		return quoteLiteral(args[0]), true
	case "quote_ident":
		return quoteIdent(args[0]), true
	case "format":
		return formatted(args[0], args[1:])
	}
	return "", false
}

func quoteLiteral(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// quoteIdent quotes more than the server does, which names the same.
func quoteIdent(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// formatted fills the plain conversions of format().
func formatted(text string, args []string) (string, bool) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "%")
		out.WriteString(before)
		switch {
		case !found:
			return out.String(), true
		case strings.HasPrefix(rest, "%"):
			out.WriteByte('%')
		case rest == "" || len(args) == 0:
			return "", false
		case rest[0] == 's':
			out.WriteString(args[0])
		case rest[0] == 'I':
			out.WriteString(quoteIdent(args[0]))
		case rest[0] == 'L':
			out.WriteString(quoteLiteral(args[0]))
		default:
			return "", false
		}
		if rest[0] != '%' {
			args = args[1:]
		}
		text = rest[1:]
	}
}

func (b *block) branch(n pgtree.PLNode) {
	arms := append([]pgtree.PLNode{{Fields: map[string]any{"cond": n.Fields["cond"], "stmts": n.Fields["then_body"]}}},
		n.List("elsif_list")...)
	for _, arm := range arms {
		switch b.condition(arm.Query("cond")) {
		case yes:
			b.statements(arm.List("stmts"))
			return
		case maybe:
			if b.changesIn(n) {
				b.giveUp("condition that is not about the catalog")
			}
			clear(b.vars)
			return
		}
	}
	b.statements(n.List("else_body"))
}

// changesIn says that a statement holds, at any depth, something that could change the
// catalog.
func (b *block) changesIn(n pgtree.PLNode) bool {
	switch n.Kind {
	case "stmt_dynexecute":
		return b.reachOfText(shape(pgtree.Expr(n.Query("query"))), true) > reachNothing
	case "stmt_execsql":
		return b.reachOfText(n.Query("sqlstmt"), false) > reachNothing
	case "stmt_perform":
		return b.reachOfText(n.Query("expr"), false) > reachNothing
	}
	for _, field := range []string{"body", "then_body", "elsif_list", "else_body", "stmts", "case_when_list",
		"else_stmts"} {
		if slices.ContainsFunc(n.List(field), b.changesIn) {
			return true
		}
	}
	return false
}
