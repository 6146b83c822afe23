package sqlscan

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// A function's string body is looked up when it runs: what it names can fail, or mean
// something else, in every statement that calls it or fires it as a trigger. The statements
// of a body are bound like any other, with the variables of the function in scope; their
// outcomes belong to the call.

// bodyStatement is one statement of a body.
type bodyStatement struct {
	st pgtree.Statement
	// certain says that every call runs it for which the conditions when hold: it stands in no loop or handled block.
	certain bool
	when    []guard
	// target is what an assignment sets: a variable or a field of one.
	target string
	// strict says that it is SELECT INTO STRICT, returns that its rows are the function's.
	strict, returns bool
}

// parsedBody is a body without what it is bound to.
type parsedBody struct {
	statements []bodyStatement
	// vars are the declared variables by name, with their types as text.
	vars []bodyVar
	// rows are the queries whose rows, or the variables whose row, are put into each variable.
	rows map[string][]string
}

type bodyVar struct{ name, typ string }

// bodySeed makes the hashes by which two bodies of one function are told apart.
var bodySeed = maphash.MakeSeed()

// maxBodies bounds how deep calls in bodies are followed.
const maxBodies = 4

// body binds the body of one of the project's own functions for a call at an offset. rows
// are NEW and OLD for a trigger.
func (b *binder) body(f *catalog.Function, at int, rows *catalog.Relation) {
	if b.env.Static || b.idle || f == nil || f.ID < catalog.FirstID || f.Extension != "" || f.Body == "" ||
		b.nested >= maxBodies || b.bodies[f.ID] {
		return
	}
	var p *parsedBody
	switch f.Language {
	case "sql":
		p = memoized(b.env.Memo, ofBody, f.Body, func() *parsedBody { return sqlBody(f) })
	case "plpgsql":
		header := plpgsqlHeader(f, b.types())
		p = memoized(b.env.Memo, ofBody, header+"\x00"+f.Body, func() *parsedBody { return plpgsqlBody(header, f.Body) })
	}
	if p == nil {
		return
	}
	if b.bodies == nil {
		b.bodies = map[catalog.ID]bool{}
	}
	b.bodies[f.ID] = true
	b.looks(catalog.KindFunction, f.Schema, f.Name)
	for i, s := range p.statements {
		if runs := s.runs(b.event); runs != neverHolds {
			s.certain = s.certain && runs == doesHold && !b.doubtful
			b.bodyStatement(f, p, s, i, at, rows)
		}
	}
}

// sparing binds bodies that may not run, since what they give may not be read (clauses.c,
// remove_unused_subquery_outputs; prepjointree.c).
func (b *binder) sparing(may bool, run func()) {
	doubtful := b.doubtful
	b.doubtful = doubtful || may
	run()
	b.doubtful = doubtful
}

// bodyStatement binds one statement and takes over its outcomes.
func (b *binder) bodyStatement(f *catalog.Function, p *parsedBody, s bodyStatement, i, at int, rows *catalog.Relation) {
	inner := b.inBody(f, s.st)
	inner.nested, inner.bodies, inner.doubtful = b.nested+1, b.bodies, !s.certain
	inner.vars = inner.variables(f, p, rows)
	inner.shadow, inner.strict = f.Language == "plpgsql", s.strict
	for name, rel := range b.transitions {
		inner.vars.ctes = append(inner.vars.ctes, &cte{name: name, visible: true, state: 2, cols: relationColumns(rel)})
	}
	cols, unknown := inner.query(&level{parent: inner.vars}, s.st.Node)
	if s.returns && !unknown {
		inner.returned(f, len(cols))
	}
	if !s.st.Kind().IsQuery() {
		inner.statement(s.st.Node)
	}
	inner.assigned(s.target)
	inner.privileges()
	for _, name := range inner.looked.list {
		b.looked.add(name)
	}
	body := fmt.Sprintf("%s %x %d", f.Name, maphash.String(bodySeed, f.Body), i)
	for _, o := range inner.Outcomes {
		if o.State == Failed && o.SQLSTATE == "" || o.Kind == KindStatement && o.State != Failed {
			continue
		}
		if o.Body == "" {
			o.Inner, o.Body = o.Start, body
		} else {
			o.Body = fmt.Sprintf("%s %d %s", body, o.Start, o.Body)
		}
		o.Start, o.End, o.Phase = at, at, RunPhase
		if o.State == Failed && !s.certain {
			o.State = Possible // where it is run
		}
		if o.Message != "" {
			o.Message += fmt.Sprintf(" (in function %s)", f.Name)
		}
		b.note(o)
	}
}

// inBody is a binder of a statement that stands in the body of a function.
func (b *binder) inBody(f *catalog.Function, st pgtree.Statement) *binder {
	env := *b.env
	if f.SearchPath != nil {
		env.SearchPath = f.SearchPath
	}
	if f.SecurityDefiner {
		env.Role = f.ACL.Owner
	}
	inner := newBinder(&env, st)
	inner.sqlBody = f.Language == "sql"
	inner.params = map[int]catalog.ID{}
	numbered := f.Args // $1 is the first argument: of SQL those that are given alone
	if inner.sqlBody {
		numbered = f.Inputs()
	}
	for i, a := range numbered {
		if !sqltype.IsPolymorphic(a.Type.ID) {
			inner.params[i+1] = a.Type.ID
		}
	}
	return inner
}

// returned checks that the rows of a query are those that the function declares.
func (b *binder) returned(f *catalog.Function, count int) {
	want := len(f.Outputs())
	if want < 2 && !hasTableArgs(f) || want == count {
		return
	}
	sqlstate := "42804"
	if f.Language == "sql" {
		sqlstate = "42P13"
	}
	b.fail(b.st.Start, "returned", sqlstate, "structure of query does not match function result type")
}

func relationColumns(rel *catalog.Relation) []Column {
	out := make([]Column, 0, len(rel.Columns))
	for _, c := range rel.Columns {
		out = append(out, Column{Name: c.Name, Type: c.Type,
			Ref:    catalog.Dep{Class: catalog.ClassRelation, ID: rel.ID, Column: c.Num},
			Origin: catalog.Name{Kind: catalog.KindColumn, Schema: rel.Schema, Name: rel.Name, Sub: c.Name}})
	}
	return out
}

// variables is the level on which a body's own names stand: arguments, declared variables,
// and the rows of a trigger.
func (b *binder) variables(f *catalog.Function, p *parsedBody, rows *catalog.Relation) *level {
	l := &level{}
	vars := b.newItem(f.Name)
	vars.aliased, vars.variables = true, true
	l.items = append(l.items, vars)
	add := func(name string, typ catalog.TypeRef) {
		if name == "" {
			return
		}
		vars.cols = append(vars.cols, column{name: name, typ: typ, place: vars.num, owner: f.Name, attr: name})
	}
	args := f.Args
	if f.Language == "sql" {
		args = f.Inputs() // What an SQL function gives has no name in it.
	}
	for _, a := range args {
		typ := a.Type
		if sqltype.IsPolymorphic(typ.ID) {
			typ.ID = 0
		}
		add(a.Name, typ)
		if row := b.rowArgument(a); row != nil {
			l.items = append(l.items, row)
		}
	}
	named := map[string]bool{}
	for _, c := range vars.cols {
		named[c.name] = true
	}
	for _, v := range p.vars {
		if !named[v.name] {
			named[v.name] = true
			add(v.name, b.variableType(v.typ))
		}
	}
	if rows != nil {
		for _, name := range []string{"new", "old"} {
			it := b.relationItem(rows, name)
			it.aliased, it.colsVisible = true, false
			l.items = append(l.items, it)
		}
	}
	for _, v := range p.vars {
		row := b.variableRow(v)
		if row == nil || slices.ContainsFunc(l.items, func(it *item) bool { return it.alias == v.name }) {
			continue
		}
		if queries := slices.Compact(slices.Sorted(slices.Values(p.rows[v.name]))); row.failed && len(queries) == 1 {
			b.recordOf(row, queries[0], l)
		}
		l.items = append(l.items, row)
	}
	return l
}

// rowArgument makes the item of an argument that is a row: its fields can be named.
func (b *binder) rowArgument(a catalog.Arg) *item {
	t, ok := b.env.Schema.TypeByID(a.Type.ID)
	if !ok || a.Name == "" || t.Kind != catalog.CompositeType {
		return nil
	}
	rel, ok := b.env.Schema.RelationByID(t.Relation)
	if !ok {
		return nil
	}
	b.looks(catalog.KindRelation, rel.Schema, rel.Name)
	it := b.relationItem(rel, a.Name)
	it.aliased, it.colsVisible, it.variables = true, false, b.sqlBody
	return it
}

// recordOf gives a record variable the columns of the one query whose rows are put into it, or of the row that it is a
// copy of: r := NEW.
func (b *binder) recordOf(it *item, query string, vars *level) {
	if i := slices.IndexFunc(vars.items, func(o *item) bool { return o.alias == strings.ToLower(query) }); i > 0 {
		from := vars.items[i]
		it.open, it.failed, it.rel, it.cols = from.open, from.failed, from.rel, slices.Clone(from.cols)
		for i := range it.cols {
			it.cols[i].place = it.num
		}
		return
	}
	sts, err := pgtree.Parse(query)
	if err != nil || len(sts) != 1 || sts[0].Kind() != pgtree.Select {
		return
	}
	inner := newBinder(b.env, sts[0])
	inner.nested, inner.bodies = maxBodies, b.bodies
	cols, unknown := inner.query(&level{parent: vars}, sts[0].Node)
	if unknown || inner.First(RewritePhase) != nil {
		return
	}
	for _, name := range inner.looked.list {
		b.looked.add(name)
	}
	it.open, it.failed = false, false
	for _, c := range cols {
		it.cols = append(it.cols, column{name: c.Name, typ: c.Type, place: it.num, ref: c.Ref, from: passed(c.Origin),
			owner: it.alias, attr: c.Name})
	}
}

// variableType is the type of a declaration, 0 for one that is not looked up here.
func (b *binder) variableType(text string) catalog.TypeRef {
	text = strings.TrimSpace(text)
	if text == "" || strings.EqualFold(text, "record") || strings.Contains(text, "%") ||
		strings.EqualFold(text, "UNKNOWN") {
		return catalog.TypeRef{}
	}
	declared := b.typeNamed(text)
	if declared == nil {
		return catalog.TypeRef{}
	}
	schema, name := qualifiedName(strs(declared.Names))
	t, _ := b.lookupType(schema, name)
	switch {
	case t == nil:
		o := Outcome{Kind: catalog.KindType, Fact: Declared, Text: text, Name: name, State: Failed, SQLSTATE: "42704",
			Message: fmt.Sprintf("type %q does not exist", name),
			Object:  catalog.Name{Kind: catalog.KindType, Schema: schema, Name: name}}
		b.note(o)
		return catalog.TypeRef{}
	case len(declared.ArrayBounds) > 0:
		return catalog.TypeRef{ID: t.Array}
	}
	return catalog.TypeRef{ID: t.ID}
}

// typeNamed parses the name of a type; nil if it is none.
func (b *binder) typeNamed(text string) *pg_query.TypeName {
	return memoized(b.env.Memo, ofType, text, func() *pg_query.TypeName {
		return pgtree.Expr("NULL::" + text).GetTypeCast().GetTypeName()
	})
}

// variableRow makes the item of a variable that holds a row: of a table's type, or a record,
// whose fields are not known.
func (b *binder) variableRow(v bodyVar) *item {
	text := strings.TrimSpace(v.typ)
	lower := strings.ToLower(text)
	if table, ok := strings.CutSuffix(lower, "%rowtype"); ok {
		parts, ok := splitIdentifiers(strings.TrimSpace(table))
		if !ok || len(parts) == 0 || len(parts) > 2 {
			return nil
		}
		schema, name := qualifiedParts(parts)
		rel := b.relationNamed(schema, name, 0, 0, Key{Fact: Declared, Text: v.name})
		if rel == nil {
			return nil
		}
		it := b.relationItem(rel, v.name)
		it.aliased, it.colsVisible = true, false
		return it
	}
	if ref, ok := strings.CutSuffix(lower, "%type"); ok {
		b.columnTypeNamed(strings.TrimSpace(ref), v.name)
		return nil
	}
	if lower == "record" || lower == "unknown" || lower == "" {
		it := b.newItem(v.name)
		it.aliased, it.colsVisible, it.open, it.failed = true, false, true, true
		return it
	}
	if typ := b.variableType(text); typ.ID >= catalog.FirstID {
		if row, ok := b.env.Schema.RowColumns(typ.ID); ok {
			it := b.newItem(v.name)
			it.aliased, it.colsVisible = true, false
			for _, c := range row {
				it.cols = append(it.cols, column{name: c.Name, typ: c.Type, place: it.num, owner: v.name, attr: c.Name})
			}
			return it
		}
	}
	return nil
}

// columnTypeNamed looks up the column of a declaration t.c%TYPE.
func (b *binder) columnTypeNamed(ref, variable string) {
	parts, ok := splitIdentifiers(ref)
	if !ok || len(parts) < 2 || len(parts) > 3 {
		return
	}
	schema, table := qualifiedName(parts[:len(parts)-1])
	rel := b.relationNamed(schema, table, 0, 0, Key{Fact: Declared, Text: variable})
	if rel == nil || rel.Open {
		return
	}
	name := parts[len(parts)-1]
	o := Outcome{Kind: catalog.KindColumn, Fact: Declared, Text: variable, Name: name,
		Object: catalog.Name{Kind: catalog.KindColumn, Schema: rel.Schema, Name: rel.Name, Sub: name}}
	if rel.Column(name) == nil {
		// The compiler then takes the text for a type name and fails on the dot and the %.
		o.State, o.SQLSTATE, o.Message = Failed, "42601", fmt.Sprintf("column %q of %s%%TYPE does not exist", name, ref)
	}
	b.note(o)
}

// assigned looks up the field that an assignment sets: NEW.email := ….
func (b *binder) assigned(target string) {
	row, field, ok := strings.Cut(target, ".")
	if !ok || b.vars == nil {
		return
	}
	row, field = strings.ToLower(strings.TrimSpace(row)), strings.Trim(strings.ToLower(strings.TrimSpace(field)), `"`)
	for _, it := range b.vars.items {
		if it.alias != row || it.open || it.failed || len(it.cols) == 0 || it.colsVisible {
			continue
		}
		o := Outcome{Kind: catalog.KindColumn, Fact: Assigned, Text: target, Name: target,
			Object: catalog.Name{Kind: catalog.KindColumn, Name: row, Sub: field}}
		if it.rel != nil {
			o.Object.Schema, o.Object.Name = it.rel.Schema, it.rel.Name
		}
		if found := it.find(field); len(found) > 0 {
			o.Ref = it.cols[found[0]].ref
		} else {
			o.State, o.SQLSTATE, o.Message = Failed, "42703", fmt.Sprintf("record %q has no field %q", row, field)
		}
		b.note(o)
	}
}

// sqlBody splits the body of an SQL function.
func sqlBody(f *catalog.Function) *parsedBody {
	p := &parsedBody{}
	if sts, err := pgtree.Parse(f.Body); err == nil {
		for i, st := range sts {
			if one, ok := single(st.Text); ok {
				p.statements = append(p.statements, bodyStatement{st: one, certain: true, returns: i == len(sts)-1})
			}
		}
	}
	return p
}

// plpgsqlBody parses the body of a PL/pgSQL function: nothing is known of one that does not parse.
func plpgsqlBody(header, body string) *parsedBody {
	w := &bodyWalker{parsedBody: &parsedBody{}}
	tree, err := pgtree.PLpgSQLFunction(header, body)
	if err == nil {
		for _, d := range tree.List("datums") {
			w.datum(d)
		}
		w.list(tree.List("action"), true)
	}
	return w.parsedBody
}

// plpgsqlHeader is what the compiler needs to know of the function: the names of arguments,
// and whether it gives rows.
func plpgsqlHeader(f *catalog.Function, t sqltype.Types) string {
	var args []string
	out := false
	for _, a := range f.Args {
		mode := map[byte]string{'i': "IN", 'o': "OUT", 'b': "INOUT", 'v': "VARIADIC", 't': "OUT"}[a.Mode]
		typ := "text"
		if a.Mode == 'v' {
			typ = "text[]"
		}
		out = out || a.Mode == 'o' || a.Mode == 'b' || a.Mode == 't'
		name := ""
		if a.Name != "" {
			name = `"` + strings.ReplaceAll(a.Name, `"`, `""`) + `" `
		}
		args = append(args, mode+" "+name+typ)
	}
	returns := " RETURNS text"
	switch {
	case f.Kind == catalog.Procedure:
		returns = " RETURNS void"
	case f.Result.ID == catalog.OIDTrigger:
		returns = " RETURNS trigger"
	case f.Result.ID == catalog.OIDVoid:
		returns = " RETURNS void"
	case t.Composite(f.Result.ID) || f.Result.ID == catalog.OIDRecord || out:
		returns = " RETURNS record"
	}
	if f.ReturnsSet {
		returns = strings.Replace(returns, "RETURNS ", "RETURNS SETOF ", 1)
	}
	if out && !f.ReturnsSet {
		returns = ""
	}
	return "schemavet(" + strings.Join(args, ", ") + ")" + returns
}

// bodyWalker collects the statements of a PL/pgSQL tree.
type bodyWalker struct {
	*parsedBody
	// when are the conditions behind which the walker is.
	when []guard
}

// bodyVariables are those that every function has, and every trigger.
var bodyVariables = []bodyVar{{"found", "bool"}, {"sqlstate", "text"}, {"sqlerrm", "text"}, {"tg_name", "name"},
	{"tg_when", "text"},
	{"tg_level", "text"}, {"tg_op", "text"}, {"tg_relid", "oid"}, {"tg_table_name", "name"}, {"tg_relname", "name"},
	{"tg_table_schema", "name"}, {"tg_nargs", "int"}, {"tg_argv", "text[]"}, {"tg_event", "text"}, {"tg_tag", "text"}}

func (w *bodyWalker) datum(n pgtree.PLNode) {
	if len(w.vars) == 0 {
		w.vars = append(w.vars, bodyVariables...)
	}
	name := n.Text("refname")
	switch n.Kind {
	case "var":
		typ := ""
		for _, t := range n.List("datatype") {
			typ = t.Text("typname")
		}
		if name != "found" {
			w.vars = append(w.vars, bodyVar{name, typ})
		}
		if q := n.Query("default_val"); q != "" {
			w.add("SELECT "+q, true, "")
		}
		if q := n.Query("cursor_explicit_expr"); q != "" {
			w.add(q, false, "")
		}
	case "rec":
		typ, declared := n.Fields["rowtype"].(string)
		if !declared {
			typ = "record"
		}
		if name != "new" && name != "old" && typ != "" {
			w.vars = append(w.vars, bodyVar{name, typ})
		}
	}
}

func (w *bodyWalker) add(sql string, certain bool, target string) {
	if st, ok := single(sql); ok {
		w.statements = append(w.statements, bodyStatement{st: st, certain: certain, when: w.when, target: target})
	}
}

// single parses a text that is one statement.
func single(sql string) (pgtree.Statement, bool) {
	if strings.TrimSpace(sql) == "" {
		return pgtree.Statement{}, false
	}
	sts, err := pgtree.Parse(sql)
	if err != nil || len(sts) != 1 || sts[0].Err != nil {
		return pgtree.Statement{}, false
	}
	return sts[0], true
}

func (w *bodyWalker) list(nodes []pgtree.PLNode, certain bool) {
	before := w.when
	for _, n := range nodes {
		w.statement(n, certain)
		switch cond := leavesIf(n); {
		case cond != nil:
			w.when = append(slices.Clip(w.when), guard{cond, false})
		case leaves(n):
			certain = false
		}
	}
	w.when = before
}

// into notes the query whose rows go into a single variable.
func (w *bodyWalker) into(target []pgtree.PLNode, query string) {
	if len(target) != 1 {
		return
	}
	fields, _ := target[0].Fields["fields"].([]any)
	if len(fields) != 1 {
		return
	}
	field, _ := fields[0].(map[string]any)
	if name, _ := field["name"].(string); name != "" {
		w.put(name, query)
	}
}

// put notes a query, or a row, that is put into a variable.
func (w *bodyWalker) put(variable, query string) {
	if w.rows == nil {
		w.rows = map[string][]string{}
	}
	w.rows[variable] = append(w.rows[variable], query)
}

// expressions are the fields of statements that hold an expression.
var expressions = []string{"cond", "t_expr", "lower", "upper", "step", "message", "expr"}

func (w *bodyWalker) statement(n pgtree.PLNode, certain bool) {
	switch n.Kind {
	case "stmt_assign":
		target, value, ok := splitAssignment(n.Query("expr"))
		if ok {
			w.add("SELECT "+value, certain, target)
			w.put(strings.ToLower(strings.TrimSpace(target)), strings.TrimSpace(value))
		}
		return
	case "stmt_execsql":
		w.add(n.Query("sqlstmt"), certain, "")
		w.into(n.List("target"), n.Query("sqlstmt"))
		if strict, _ := n.Fields["strict"].(bool); strict && len(w.statements) > 0 {
			w.statements[len(w.statements)-1].strict = true
		}
	case "stmt_perform":
		w.add(n.Query("expr"), certain, "")
		return
	case "stmt_call":
		w.add(n.Query("expr"), certain, "")
		return
	case "stmt_dynexecute":
		if text, ok := constantText(n.Query("query")); ok {
			w.add(text, certain, "")
		} else {
			w.add("SELECT "+n.Query("query"), certain, "")
		}
		return
	case "stmt_return_query", "stmt_fors", "stmt_dynfors", "stmt_open":
		w.add(n.Query("query"), certain && n.Kind != "stmt_dynfors", "")
		if text, ok := constantText(cmp.Or(n.Query("dynquery"), n.Query("query"))); ok {
			w.add(text, certain, "")
		}
		w.into(n.List("var"), n.Query("query"))
		if n.Kind == "stmt_return_query" && n.Query("query") != "" && len(w.statements) > 0 {
			w.statements[len(w.statements)-1].returns = true
		}
	case "stmt_forc":
		w.add(n.Query("argquery"), certain, "")
	case "stmt_raise":
		for _, p := range n.List("params") {
			if q, _ := p.Fields["query"].(string); q != "" {
				w.add("SELECT "+q, certain, "")
			}
		}
		return
	}
	for _, field := range expressions {
		if q := n.Query(field); q != "" {
			w.add("SELECT "+q, certain, "")
		}
	}
	w.inside(n, certain)
}

// inside follows nested statements. Those of a block run like the block itself, unless
// errors in it are handled; those of branches and loops may not run.
func (w *bodyWalker) inside(n pgtree.PLNode, certain bool) {
	if n.Kind == "stmt_if" {
		w.branches(n, certain)
		return
	}
	handled := len(n.List("exceptions")) > 0
	w.list(n.List("body"), certain && n.Kind == "stmt_block" && !handled)
	for _, field := range []string{"else_stmts", "stmts"} {
		w.list(n.List(field), false)
	}
	for _, c := range n.List("case_when_list") {
		w.list(c.List("stmts"), false)
	}
	for _, h := range n.List("exceptions") {
		for _, e := range h.List("exc_list") {
			w.list(e.List("action"), false)
		}
	}
}

// splitAssignment splits "a.b := expr".
func splitAssignment(text string) (target, value string, ok bool) {
	if i := strings.Index(text, ":="); i >= 0 {
		return text[:i], text[i+2:], true
	}
	return strings.Cut(text, "=")
}

// constantText is the text of a string constant.
func constantText(expr string) (string, bool) {
	n := pgtree.Expr(expr)
	if n.GetAConst().GetSval() == nil {
		return "", false
	}
	return n.GetAConst().GetSval().Sval, true
}
