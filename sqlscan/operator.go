package sqlscan

import (
	"fmt"
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// opName is the name of an operator in an expression, with its place.
type opName struct {
	schema, name string
	at           int
}

func (b *binder) opName(parts []*pg_query.Node, location int32) opName {
	schema, name := qualifiedName(strs(parts))
	return opName{schema, name, b.at(location)}
}

// operator binds an operator expression (transformExprRecurse, A_Expr).
func (b *binder) operator(l *level, e *pg_query.A_Expr) value {
	op := b.opName(e.Name, e.Location)
	switch e.Kind {
	case pg_query.A_Expr_Kind_AEXPR_IN:
		return b.inList(l, e, op)
	case pg_query.A_Expr_Kind_AEXPR_OP_ANY, pg_query.A_Expr_Kind_AEXPR_OP_ALL:
		left, right := b.expr(l, e.Lexpr), b.expr(l, e.Rexpr)
		return b.arrayOperation(op, left, right)
	case pg_query.A_Expr_Kind_AEXPR_BETWEEN, pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN,
		pg_query.A_Expr_Kind_AEXPR_BETWEEN_SYM, pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		return b.between(l, e, op)
	}
	if sub := e.Rexpr.GetSubLink(); e.Kind == pg_query.A_Expr_Kind_AEXPR_OP && e.Lexpr.GetRowExpr() != nil && sub != nil &&
		sub.SubLinkType == pg_query.SubLinkType_EXPR_SUBLINK {
		return b.rowSubquery(l, e.Lexpr, sub, op)
	}
	left, right := b.expr(l, e.Lexpr), b.expr(l, e.Rexpr)
	switch e.Kind {
	case pg_query.A_Expr_Kind_AEXPR_NULLIF:
		b.truth(op, b.operate(op, left, right), "NULLIF requires = operator to yield boolean")
		return value{typ: resolved(left.typ), maybeNull: true}
	case pg_query.A_Expr_Kind_AEXPR_DISTINCT, pg_query.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		if left.elems != nil && right.elems != nil {
			b.rowCompare(op, left, right)
		} else {
			b.operate(op, left, right)
		}
		return typed(catalog.OIDBool)
	}
	if e.Lexpr != nil && left.elems != nil && right.elems != nil {
		return b.rowCompare(op, left, right)
	}
	if e.Lexpr == nil {
		return b.prefix(op, right)
	}
	return b.operate(op, left, right)
}

// truth checks that an operator whose result decides gives a boolean.
func (b *binder) truth(op opName, v value, message string) {
	if v.typ.ID != 0 && v.typ.ID != catalog.OIDBool {
		b.mismatch(op.at, op.name, "42804", message)
	}
}

func (b *binder) between(l *level, e *pg_query.A_Expr, op opName) value {
	left := b.expr(l, e.Lexpr)
	bounds := b.exprs(l, e.Rexpr.GetList().GetItems())
	if len(bounds) == 2 {
		low, high := op, op
		low.name, high.name = ">=", "<="
		if e.Kind == pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN || e.Kind == pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM {
			low.name, high.name = "<", ">"
		}
		b.operate(low, left, bounds[0])
		b.operate(high, left, bounds[1])
	}
	return typed(catalog.OIDBool)
}

// inList binds a IN (…): the values that hold no column are one array if they have a type
// together with the left side (transformAExprIn).
func (b *binder) inList(l *level, e *pg_query.A_Expr, op opName) value {
	left := b.expr(l, e.Lexpr)
	var plain, others []value
	for _, n := range e.Rexpr.GetList().GetItems() {
		v := b.expr(l, n)
		if v.holdsColumn {
			others = append(others, v)
		} else {
			plain = append(plain, v)
		}
	}
	if len(plain) > 1 {
		ids := valueTypes(append([]value{left}, plain...))
		typ, misfit := b.types().Common(ids)
		if misfit == 0 && typ != 0 && typ != catalog.OIDRecord && b.types().ArrayOf(typ) != 0 &&
			b.types().CanCoerceAll(ids, typ) {
			for i := range plain {
				plain[i], _ = b.coerce(plain[i], catalog.TypeRef{ID: typ}, sqltype.Implicit)
			}
			b.operate(op, left, value{typ: catalog.TypeRef{ID: typ}, at: op.at})
			plain = nil
		}
	}
	for _, v := range append(plain, others...) {
		if left.elems != nil && v.elems != nil {
			b.rowCompare(op, left, v)
		} else {
			b.operate(op, left, v)
		}
	}
	return typed(catalog.OIDBool)
}

// arrayOperation binds a op ANY (array) (make_scalar_array_op).
func (b *binder) arrayOperation(op opName, left, right value) value {
	elem := value{typ: right.typ, at: right.at, isLiteral: false}
	if right.typ.ID != catalog.OIDUnknown && right.typ.ID != 0 {
		id := b.types().Elem(b.env.Schema.BaseType(right.typ.ID))
		if id == 0 {
			b.mismatch(op.at, op.name, "42809", "op ANY/ALL (array) requires array on right side", right, left)
			return typed(catalog.OIDBool)
		}
		elem.typ = catalog.TypeRef{ID: id}
	}
	elem.col = right.col
	c := b.findOperator(op, left, elem)
	if c == nil {
		return typed(catalog.OIDBool)
	}
	b.takes(c, []value{left, {typ: elem.typ}})
	if c.Op.Result != 0 && c.Op.Result != catalog.OIDBool {
		b.mismatch(op.at, op.name, "42809", "op ANY/ALL (array) requires operator to yield boolean", left, right)
	}
	if array := b.types().ArrayOf(b.operand(c, 1, []value{left, elem})); array != 0 {
		b.coerce(right, catalog.TypeRef{ID: array}, sqltype.Implicit)
	}
	return typed(catalog.OIDBool)
}

// operand is the type that an operator takes on a side, polymorphism resolved.
func (b *binder) operand(c *sqltype.Candidate, side int, args []value) catalog.ID {
	s, _ := b.types().Solve(valueTypes(args), c.Args)
	return b.types().Replace(s, c.Args[side])
}

// rowCompare compares two rows column by column (make_row_comparison_op).
func (b *binder) rowCompare(op opName, left, right value) value {
	if len(left.elems) != len(right.elems) {
		b.fail(op.at, "row", "42601", "unequal number of entries in row expressions")
		return typed(catalog.OIDBool)
	}
	for i := range left.elems {
		if left.elems[i].elems != nil && right.elems[i].elems != nil {
			b.rowCompare(op, left.elems[i], right.elems[i])
			continue
		}
		b.truth(op, b.operate(op, left.elems[i], right.elems[i]), "row comparison operator must yield type boolean")
	}
	return typed(catalog.OIDBool)
}

// rowSubquery compares a row with the row of a subquery.
func (b *binder) rowSubquery(l *level, row *pg_query.Node, s *pg_query.SubLink, op opName) value {
	cols, unknown := b.query(&level{parent: l}, s.Subselect)
	left := b.expr(l, row)
	b.compareColumns(op, s, left, cols, unknown)
	return typed(catalog.OIDBool)
}

// compareColumns compares a row or single value with the columns of a subquery.
func (b *binder) compareColumns(op opName, s *pg_query.SubLink, left value, cols []Column, unknown bool) {
	elems := left.elems
	if elems == nil {
		elems = []value{left}
	}
	b.subqueryWidth(s, cols, unknown, len(elems))
	if unknown || len(cols) != len(elems) {
		return
	}
	for i, e := range elems {
		b.operate(op, e, columnValue(cols[i], op.at))
	}
}

// columnValue is the value that a column of a subquery is outside of it.
func columnValue(c Column, at int) value {
	v := value{typ: c.Type, at: at, maybeNull: c.maybeNull}
	if c.Origin != (catalog.Name{}) || c.row != nil {
		v.col = &column{name: c.Name, typ: c.Type, from: passed(c.Origin), ref: c.Ref, row: c.row}
	}
	return v
}

func (b *binder) prefix(op opName, right value) value {
	in := valueTypes([]value{right})
	for _, ns := range b.operatorSchemas(op.schema) {
		for _, o := range b.env.Schema.Operators(ns, op.name) {
			if o.Left == 0 && o.Right == right.typ.ID {
				return b.operated(op, &sqltype.Candidate{Op: o, Args: in}, []value{right})
			}
		}
	}
	c := b.chooseOperator(op, []value{right},
		func(o catalog.Operator) ([]catalog.ID, bool) { return []catalog.ID{o.Right}, o.Left == 0 })
	if c == nil {
		return value{failed: true}
	}
	return b.operated(op, c, []value{right})
}

// operate binds a binary operator (make_op).
func (b *binder) operate(op opName, left, right value) value {
	c := b.findOperator(op, left, right)
	if c == nil {
		return value{failed: true}
	}
	return b.operated(op, c, []value{left, right})
}

func (b *binder) operatorSchemas(schema string) []string {
	list := b.schemas(schema)
	b.looks(catalog.KindSchema, "", schema)
	for _, ns := range list {
		if ns != "pg_catalog" && ns != "pg_temp" {
			b.looks(catalog.KindOperator, ns, "")
		}
	}
	return list
}

// findOperator chooses the operator: an exact match, where an untyped side counts as what
// the other is, else the best of those that fit (oper).
func (b *binder) findOperator(op opName, left, right value) *sqltype.Candidate {
	l, r := left.typ.ID, right.typ.ID
	guessed := false
	if l == catalog.OIDUnknown && r != 0 && r != catalog.OIDUnknown {
		l, guessed = r, true
	} else if r == catalog.OIDUnknown && l != 0 && l != catalog.OIDUnknown {
		r, guessed = l, true
	}
	if c := b.exactOperator(op, l, r); c != nil {
		return c
	}
	if guessed {
		if base := b.env.Schema.BaseType(l); base != l {
			if c := b.exactOperator(op, base, base); c != nil {
				return c
			}
		}
	}
	return b.chooseOperator(op, []value{left, right}, func(o catalog.Operator) ([]catalog.ID, bool) {
		return []catalog.ID{o.Left, o.Right}, o.Left != 0
	})
}

func (b *binder) exactOperator(op opName, l, r catalog.ID) *sqltype.Candidate {
	if l == 0 || r == 0 {
		return nil
	}
	for _, ns := range b.operatorSchemas(op.schema) {
		if o, ok := b.env.Schema.Operator(ns, op.name, l, r); ok {
			return &sqltype.Candidate{Op: o, Args: []catalog.ID{l, r}}
		}
	}
	return nil
}

// chooseOperator picks the best of the operators that take the arguments by type
// (oper_select_candidate), and notes an error if there is none.
func (b *binder) chooseOperator(op opName, args []value,
	operands func(catalog.Operator) ([]catalog.ID, bool)) *sqltype.Candidate {
	candidates := func(s *catalog.Schema) []sqltype.Candidate { return b.operatorsFor(op, s, operands) }
	open := slices.ContainsFunc(b.operatorSchemas(op.schema), func(ns string) bool {
		n, _ := b.env.Schema.Namespace(ns)
		return n.Open && ns != "pg_catalog"
	})
	list, in := candidates(b.env.Schema), valueTypes(args)
	c, many := b.types().Choose(list, in)
	if many {
		c, many = b.inOneVersion(c, in, candidates)
	}
	if c != nil && !many {
		return c
	}
	if slices.Contains(in, 0) && (len(list) == 0 || many) {
		return &sqltype.Candidate{Args: in}
	}
	o := Outcome{Start: op.at, End: op.at + len(op.name), Kind: catalog.KindOperator, Fact: Operated, Text: op.name,
		Name:  op.name,
		State: Failed, SQLSTATE: "42883"}
	sign := b.types().Name(in[0]) + " " + op.name
	if len(in) == 2 {
		sign += " " + b.types().Name(in[1])
	} else {
		sign = op.name + " " + b.types().Name(in[0])
	}
	o.Message = "operator does not exist: " + sign
	if many {
		o.SQLSTATE, o.Message = "42725", "operator is not unique: "+sign
	}
	if op.schema != "" && !b.namespaceExists(op.schema) {
		o.SQLSTATE, o.Message = "3F000", fmt.Sprintf("schema %q does not exist", op.schema)
	}
	b.about(&o, args...)
	b.soften(&o, open || op.schema == "" && b.env.PathUnknown, false)
	b.note(o)
	return nil
}

// operatorsFor are the operators of a name that a schema has in the search path, each pair of types once, with the
// types that they declare for the arguments.
func (b *binder) operatorsFor(op opName, s *catalog.Schema,
	operands func(catalog.Operator) ([]catalog.ID, bool)) []sqltype.Candidate {
	var list []sqltype.Candidate
	seen := map[[2]catalog.ID]bool{}
	for _, ns := range b.operatorSchemas(op.schema) {
		for _, o := range s.Operators(ns, op.name) {
			key := [2]catalog.ID{o.Left, o.Right}
			if ids, ok := operands(o); ok && !seen[key] {
				seen[key] = true
				list = append(list, sqltype.Candidate{Op: o, Args: ids})
			}
		}
	}
	return list
}

// operated gives the result of an operator and reads its arguments as it declares them.
func (b *binder) operated(op opName, c *sqltype.Candidate, args []value) value {
	solved := b.takes(c, args)
	typ := b.types().Replace(solved, c.Op.Result)
	o := Outcome{Start: op.at, End: op.at + len(op.name), Kind: catalog.KindOperator, Fact: Operated, Text: op.name,
		Name: op.name,
		Type: catalog.TypeRef{ID: typ}, Meaning: b.meaning(op.name, c, args)}
	b.about(&o, args...)
	b.note(o)
	for _, d := range c.Op.Deps {
		b.depend(d)
	}
	return value{typ: catalog.TypeRef{ID: typ}, at: args[0].at, holdsColumn: holdsColumn(args),
		maybeNull: jsonGetters[op.name]}
}

// jsonGetters give NULL for a key that is not there.
var jsonGetters = map[string]bool{"->": true, "->>": true, "#>": true, "#>>": true}

func holdsColumn(args []value) bool {
	return slices.ContainsFunc(args, func(v value) bool { return v.holdsColumn })
}

// takes coerces arguments to what a candidate declares.
func (b *binder) takes(c *sqltype.Candidate, args []value) sqltype.Solution {
	solved, _ := b.types().Solve(valueTypes(args), c.Args)
	for i, a := range args {
		if i >= len(c.Args) {
			break
		}
		want := b.types().Replace(solved, c.Args[i])
		if a.typ.ID == catalog.OIDUnknown && want != 0 && want != sqltype.OIDAny {
			b.coerce(a, catalog.TypeRef{ID: want}, sqltype.Implicit)
		}
	}
	return solved
}
