package sqlscan

import (
	"fmt"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// value is what is known of an expression: its type, the column that it is, the function
// that it calls. The type 0 is one that we do not know, unknown one that is still open.
type value struct {
	typ    catalog.TypeRef
	col    *column
	fn     *catalog.Function
	args   []value
	solved sqltype.Solution
	failed bool
	// at is where it stands in the source.
	at int
	// literal is the text of an untyped string constant.
	literal   string
	isLiteral bool
	// param is the number of a parameter without a type; isParam says that it is a parameter
	// with one, isNull that it is the constant NULL.
	param           int
	isParam, isNull bool
	// maybeNull says that the expression gives NULL for some input: NULLIF, CASE without ELSE.
	maybeNull bool
	// row is set for a whole-row reference, elems for ROW(…).
	row   *item
	elems []value
	// holdsColumn says that a column is in it (contain_vars_of_level).
	holdsColumn bool
}

func typed(id catalog.ID) value { return value{typ: catalog.TypeRef{ID: id}} }

func (b *binder) exprs(l *level, list []*pg_query.Node) []value {
	out := make([]value, 0, len(list))
	for _, n := range list {
		out = append(out, b.expr(l, n))
	}
	return out
}

// untilDecided binds expressions of which those behind the first may not be evaluated.
func (b *binder) untilDecided(l *level, list []*pg_query.Node) []value {
	doubtful := b.doubtful
	defer func() { b.doubtful = doubtful }()
	out := make([]value, 0, len(list))
	for i, n := range list {
		b.doubtful = doubtful || i > 0
		out = append(out, b.expr(l, n))
	}
	return out
}

// expr binds an expression (transformExprRecurse). A nil node gives the zero value.
func (b *binder) expr(l *level, n *pg_query.Node) value {
	if n == nil || b.depth >= maxDepth {
		return value{}
	}
	b.depth++
	v := b.exprNode(l, n)
	b.depth--
	if v.at == 0 {
		v.at = b.exprStart(n)
	}
	return v
}

func (b *binder) exprNode(l *level, n *pg_query.Node) value {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_ColumnRef:
		v := b.columnRef(l, x.ColumnRef)
		v.holdsColumn = true
		if v.col != nil {
			b.refs[x.ColumnRef] = v.col
		}
		return v
	case *pg_query.Node_AConst:
		return constant(x.AConst)
	case *pg_query.Node_ParamRef:
		return b.parameter(x.ParamRef)
	case *pg_query.Node_TypeCast:
		return b.typeCast(l, x.TypeCast)
	case *pg_query.Node_FuncCall:
		return b.funcCall(l, x.FuncCall)
	case *pg_query.Node_AExpr:
		return b.operator(l, x.AExpr)
	case *pg_query.Node_BoolExpr:
		args := b.exprs
		if x.BoolExpr.Boolop == pg_query.BoolExprType_OR_EXPR {
			args = b.untilDecided
		}
		for _, v := range args(l, x.BoolExpr.Args) {
			b.boolean(v, boolNames[x.BoolExpr.Boolop])
		}
		return typed(catalog.OIDBool)
	case *pg_query.Node_NullTest:
		b.expr(l, x.NullTest.Arg)
		return typed(catalog.OIDBool)
	case *pg_query.Node_BooleanTest:
		b.boolean(b.expr(l, x.BooleanTest.Arg), "IS TRUE")
		return typed(catalog.OIDBool)
	case *pg_query.Node_SubLink:
		return b.subLink(l, x.SubLink)
	case *pg_query.Node_CaseExpr:
		return b.caseExpr(l, x.CaseExpr)
	case *pg_query.Node_CoalesceExpr:
		return b.commonOf(b.untilDecided(l, x.CoalesceExpr.Args), "COALESCE", b.at(x.CoalesceExpr.Location))
	case *pg_query.Node_MinMaxExpr:
		v := b.commonOf(b.exprs(l, x.MinMaxExpr.Args), minMaxNames[x.MinMaxExpr.Op], b.at(x.MinMaxExpr.Location))
		b.sortable(v, b.at(x.MinMaxExpr.Location))
		return v
	case *pg_query.Node_AArrayExpr:
		return b.arrayExpr(l, x.AArrayExpr)
	case *pg_query.Node_AIndirection:
		return b.indirection(l, x.AIndirection.Arg, x.AIndirection.Indirection)
	case *pg_query.Node_RowExpr:
		return b.rowExpr(l, x.RowExpr)
	case *pg_query.Node_CollateClause:
		v := b.expr(l, x.CollateClause.Arg)
		b.collation(x.CollateClause)
		return b.collated(v, b.at(x.CollateClause.Location))
	case *pg_query.Node_SqlvalueFunction:
		return typed(sqlValueFunctions[x.SqlvalueFunction.Op].typ)
	case *pg_query.Node_NamedArgExpr:
		return b.expr(l, x.NamedArgExpr.Arg)
	case *pg_query.Node_GroupingFunc:
		b.exprs(l, x.GroupingFunc.Args)
		return typed(catalog.OIDInt4)
	case *pg_query.Node_CurrentOfExpr:
		if len(l.items) > 0 && l.items[0].rel != nil && l.items[0].rel.Kind == catalog.View {
			b.fail(b.st.Start, "current of", "0A000", "WHERE CURRENT OF on a view is not implemented")
		}
		return value{}
	case *pg_query.Node_SetToDefault:
		return value{}
	case *pg_query.Node_List:
		return value{elems: b.exprs(l, x.List.Items)}
	case *pg_query.Node_ResTarget:
		return b.expr(l, x.ResTarget.Val)
	}
	return b.documentExpr(l, n)
}

// documentExpr binds the XML and JSON constructors.
func (b *binder) documentExpr(l *level, n *pg_query.Node) value {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_XmlExpr:
		b.exprs(l, x.XmlExpr.NamedArgs)
		b.exprs(l, x.XmlExpr.Args)
		if x.XmlExpr.Op == pg_query.XmlExprOp_IS_DOCUMENT {
			return typed(catalog.OIDBool)
		}
		return typed(catalog.OIDXML)
	case *pg_query.Node_XmlSerialize:
		b.expr(l, x.XmlSerialize.Expr)
		return value{typ: b.typeName(x.XmlSerialize.TypeName)}
	case *pg_query.Node_JsonIsPredicate:
		b.expr(l, x.JsonIsPredicate.Expr)
		return typed(catalog.OIDBool)
	case *pg_query.Node_JsonValueExpr:
		return b.expr(l, x.JsonValueExpr.RawExpr)
	case *pg_query.Node_JsonKeyValue:
		b.expr(l, x.JsonKeyValue.Key)
		return b.jsonValue(l, x.JsonKeyValue.Value)
	case *pg_query.Node_JsonObjectConstructor:
		b.exprs(l, x.JsonObjectConstructor.Exprs)
		return b.jsonOutput(x.JsonObjectConstructor.Output)
	case *pg_query.Node_JsonArrayConstructor:
		b.exprs(l, x.JsonArrayConstructor.Exprs)
		return b.jsonOutput(x.JsonArrayConstructor.Output)
	case *pg_query.Node_JsonArrayQueryConstructor:
		b.query(&level{parent: l}, x.JsonArrayQueryConstructor.Query)
		return b.jsonOutput(x.JsonArrayQueryConstructor.Output)
	case *pg_query.Node_JsonObjectAgg:
		if arg := x.JsonObjectAgg.Arg; arg != nil {
			b.expr(l, arg.Key)
			b.jsonValue(l, arg.Value)
		}
		return b.jsonAgg(l, x.JsonObjectAgg.Constructor)
	case *pg_query.Node_JsonArrayAgg:
		b.jsonValue(l, x.JsonArrayAgg.Arg)
		return b.jsonAgg(l, x.JsonArrayAgg.Constructor)
	}
	return value{}
}

func (b *binder) jsonValue(l *level, v *pg_query.JsonValueExpr) value {
	return b.expr(l, v.GetRawExpr())
}

func (b *binder) jsonAgg(l *level, c *pg_query.JsonAggConstructor) value {
	if c == nil {
		return typed(catalog.OIDJSON)
	}
	b.sorts(l, c.AggOrder, targetList{noAlias: true})
	b.expr(l, c.AggFilter)
	b.window(l, c.Over)
	return b.jsonOutput(c.Output)
}

func (b *binder) jsonOutput(o *pg_query.JsonOutput) value {
	if o.GetTypeName() != nil {
		return value{typ: b.typeName(o.TypeName)}
	}
	return typed(catalog.OIDJSON)
}

// constant gives the type of a constant; a string and NULL have none yet.
func constant(c *pg_query.A_Const) value {
	switch v := c.Val.(type) {
	case *pg_query.A_Const_Sval:
		return value{typ: catalog.TypeRef{ID: catalog.OIDUnknown}, literal: v.Sval.Sval, isLiteral: true}
	case *pg_query.A_Const_Ival:
		return typed(catalog.OIDInt4)
	case *pg_query.A_Const_Fval:
		if s := v.Fval.Fval; !strings.ContainsAny(s, ".eE") && len(s) < 19 {
			return typed(catalog.OIDInt8)
		}
		return typed(catalog.OIDNumeric)
	case *pg_query.A_Const_Boolval:
		return typed(catalog.OIDBool)
	case *pg_query.A_Const_Bsval:
		return typed(catalog.OIDBit)
	}
	return value{typ: catalog.TypeRef{ID: catalog.OIDUnknown}, isNull: c.Isnull}
}

// columnRef binds a column reference (transformColumnRef).
func (b *binder) columnRef(l *level, ref *pg_query.ColumnRef) value {
	parts := strs(ref.Fields)
	at := b.at(ref.Location)
	if len(parts) < len(ref.Fields) { // t.* as a whole row
		schema, name := qualifiedName(parts)
		return b.wholeRow(b.itemNamed(l, schema, name, at, len(parts)))
	}
	end := b.nameEnd(at, len(parts))
	if len(parts) == 1 {
		return b.bareColumn(l, parts[0], at, end)
	}
	if len(parts) > 3 {
		parts = parts[len(parts)-3:]
	}
	schema, name := qualifiedName(parts[:len(parts)-1])
	return b.qualifiedColumn(l, schema, name, parts[len(parts)-1], at, end)
}

func (b *binder) bareColumn(l *level, name string, at, end int) value {
	o := Outcome{Start: at, End: end, Kind: catalog.KindColumn, Name: name,
		Object: catalog.Name{Kind: catalog.KindColumn, Sub: name}}
	res := l.unqualified(name, false)
	switch {
	case sqltext.IsHole(name):
		o.State = Unknown
	case res.dup:
		o.State, o.SQLSTATE, o.Message = Failed, "42702", fmt.Sprintf("column reference %q is ambiguous", name)
	case res.col != nil:
		if b.shadow && res.item != b.vars.items[0] && len(b.vars.items[0].find(name)) > 0 && res.col.ref.ID != 0 {
			o.State, o.SQLSTATE, o.Message = Failed, "42702", fmt.Sprintf("column reference %q is ambiguous", name)
			break
		}
		return b.boundColumn(res.col, o)
	default:
		if it, _, _ := l.named("", name); it != nil && !it.variables {
			o.Object, o.Place = catalog.Name{Kind: catalog.KindColumn, Name: name}, it.num
			if it.rel != nil {
				o.Origin = catalog.Name{Kind: catalog.KindRelation, Schema: it.rel.Schema, Name: it.rel.Name}
			}
			b.note(o)
			return b.wholeRow(it)
		}
		o.State, o.SQLSTATE, o.Message = Failed, "42703", fmt.Sprintf("column %q does not exist", name)
		b.soften(&o, res.open, false)
		if owner := l.onlyRelation(); owner != nil {
			o.Object.Schema, o.Object.Name = owner.Schema, owner.Name
		}
		if res.open && l.anyFailed() {
			o.SQLSTATE, o.Message = "", ""
		}
	}
	b.note(o)
	return value{failed: true}
}

// anyFailed says that an item in scope is itself at fault, so that bare names are unknown.
func (l *level) anyFailed() bool {
	for at := l; at != nil; at = at.parent {
		for _, it := range at.items {
			if it.failed {
				return true
			}
		}
	}
	return false
}

// onlyRelation is the one relation in scope, to which a bare name must have belonged.
func (l *level) onlyRelation() *catalog.Relation {
	var only *catalog.Relation
	for at := l; at != nil; at = at.parent {
		for _, it := range at.items {
			if it.rel == nil && len(it.cols) == 0 {
				continue
			}
			if it.rel == nil || only != nil {
				return nil
			}
			only = it.rel
		}
	}
	return only
}

func (b *binder) boundColumn(c *column, o Outcome) value {
	o.Object, o.Origin, o.Place, o.Type, o.Ref = c.object(), c.origin(), c.place, c.typ, c.ref
	b.use(c)
	b.note(o)
	return value{typ: c.typ, col: c, at: o.Start}
}

// itemNamed finds the FROM item that a qualifier names; nil and an outcome if there is none.
func (b *binder) itemNamed(l *level, schema, name string, at, parts int) *item {
	it, dup, open := l.named(schema, name)
	o := Outcome{Start: at, End: b.nameEnd(at, parts), Kind: catalog.KindRelation, Fact: Qualifier,
		Name: dotted(schema, name), State: Failed}
	switch {
	case dup:
		o.SQLSTATE, o.Message = "42P09", fmt.Sprintf("table reference %q is ambiguous", name)
	case it != nil:
		return it
	case open || sqltext.IsHole(name):
		o.State = Unknown
	default:
		o.SQLSTATE, o.Message = "42P01", fmt.Sprintf("missing FROM-clause entry for table %q", name)
	}
	b.note(o)
	return nil
}

func (b *binder) qualifiedColumn(l *level, schema, table, name string, at, end int) value {
	it := b.itemNamed(l, schema, table, at, 1)
	if it == nil {
		return value{failed: true}
	}
	o := Outcome{Start: at, End: end, Kind: catalog.KindColumn, Name: dotted(table, name),
		Object: catalog.Name{Kind: catalog.KindColumn, Name: table, Sub: name}}
	if it.rel != nil {
		o.Object.Schema, o.Object.Name = it.rel.Schema, it.rel.Name
	}
	found := it.find(name)
	switch {
	case len(found) == 1:
		return b.boundColumn(&it.cols[found[0]], o)
	case len(found) > 1:
		o.State, o.SQLSTATE, o.Message = Failed, "42702", fmt.Sprintf("column reference %q is ambiguous", name)
	default:
		if c := it.systemColumn(name); c != nil {
			return b.boundColumn(c, o)
		}
		if !it.mayHave(name) && !sqltext.IsHole(name) {
			if v, ok := b.functionOf(b.wholeRow(it), name, o); ok {
				return v
			}
		}
		if it.variables && it.rel != nil && !it.mayHave(name) {
			// An argument is looked at last, and is no table (sql_fn_post_column_ref).
			o.State, o.SQLSTATE, o.Message = Failed, "42P01", fmt.Sprintf("missing FROM-clause entry for table %q", table)
			break
		}
		o.State, o.SQLSTATE, o.Message = Failed, "42703", fmt.Sprintf("column %s does not exist", dotted(table, name))
		b.soften(&o, it.mayHave(name) || sqltext.IsHole(name), it.failed)
	}
	b.note(o)
	return value{failed: true}
}

// wholeRow is a reference to all columns of an item (makeWholeRowVar).
func (b *binder) wholeRow(it *item) value {
	if it == nil {
		return value{failed: true}
	}
	for i := range it.cols {
		b.use(&it.cols[i])
	}
	switch {
	case it.rel != nil:
		return value{typ: catalog.TypeRef{ID: it.rel.RowType}, row: it}
	case it.function == nil:
		return value{typ: catalog.TypeRef{ID: catalog.OIDRecord}, row: it}
	case b.types().Composite(it.function.ID) || it.function.ID == catalog.OIDRecord:
		return value{typ: *it.function, row: it}
	case len(it.cols) == 1:
		return value{typ: it.cols[0].typ}
	}
	return value{typ: *it.function, row: it}
}

func (b *binder) typeCast(l *level, c *pg_query.TypeCast) value {
	if arr := c.Arg.GetAArrayExpr(); arr != nil {
		typ := b.typeName(c.TypeName)
		if b.types().Elem(b.env.Schema.BaseType(typ.ID)) != 0 {
			b.arrayAs(l, arr, typ)
			return value{typ: typ}
		}
		return b.cast(b.expr(l, c.Arg), typ, b.at(c.Location))
	}
	v := b.expr(l, c.Arg)
	return b.cast(v, b.typeName(c.TypeName), b.at(c.Location))
}

// cast converts a value on request (transformTypeCast).
func (b *binder) cast(v value, typ catalog.TypeRef, at int) value {
	if typ.ID >= catalog.FirstID || v.typ.ID >= catalog.FirstID {
		b.looks(catalog.KindOperator, "", "")
	}
	b.guardDomain(typ.ID, at)
	if _, ok := b.coerce(v, typ, sqltype.Explicit); !ok {
		b.mismatch(at, "cast", "42846",
			fmt.Sprintf("cannot cast type %s to %s", b.types().Name(v.typ.ID), b.types().Name(typ.ID)), v)
	}
	return value{typ: typ, at: v.at, holdsColumn: v.holdsColumn, isParam: v.isParam || v.param > 0, isNull: v.isNull}
}

// parameter gives the type that an earlier place has settled, else none yet.
func (b *binder) parameter(p *pg_query.ParamRef) value {
	n := int(p.Number)
	if typ := b.params[n]; typ != 0 {
		return value{typ: catalog.TypeRef{ID: typ}, at: b.at(p.Location), isParam: true}
	}
	return value{typ: catalog.TypeRef{ID: catalog.OIDUnknown}, param: n, at: b.at(p.Location)}
}

var boolNames = map[pg_query.BoolExprType]string{
	pg_query.BoolExprType_AND_EXPR: "AND", pg_query.BoolExprType_OR_EXPR: "OR", pg_query.BoolExprType_NOT_EXPR: "NOT",
}

var minMaxNames = map[pg_query.MinMaxOp]string{pg_query.MinMaxOp_IS_GREATEST: "GREATEST",
	pg_query.MinMaxOp_IS_LEAST: "LEAST"}

// arrayExpr binds ARRAY[…] without a cast (transformArrayExpr).
func (b *binder) arrayExpr(l *level, x *pg_query.A_ArrayExpr) value {
	at := b.at(x.Location)
	if len(x.Elements) == 0 {
		b.mismatch(at, "array", "42P18", "cannot determine type of empty array")
		return value{failed: true}
	}
	elems := b.exprs(l, x.Elements)
	v := b.commonOf(elems, "ARRAY", at)
	out := b.array(v.typ)
	out.holdsColumn = holdsColumn(elems)
	return out
}

// arrayAs binds ARRAY[…]::t[], whose elements are cast one by one.
func (b *binder) arrayAs(l *level, x *pg_query.A_ArrayExpr, typ catalog.TypeRef) {
	elem := catalog.TypeRef{ID: b.types().Elem(b.env.Schema.BaseType(typ.ID)), Mod: typ.Mod}
	for _, n := range x.Elements {
		if nested := n.GetAArrayExpr(); nested != nil {
			b.arrayAs(l, nested, typ)
			continue
		}
		v := b.expr(l, n)
		if b.types().Elem(b.env.Schema.BaseType(v.typ.ID)) != 0 {
			b.cast(v, typ, v.at)
		} else {
			b.cast(v, elem, v.at)
		}
	}
}

// collated checks that a type can have a collation.
func (b *binder) collated(v value, at int) value {
	if !sqltype.Collatable(b.env.Schema, v.typ.ID) {
		b.mismatch(at, "collation", "42804",
			fmt.Sprintf("collations are not supported by type %s", b.types().Name(v.typ.ID)), v)
	}
	return value{typ: v.typ, isLiteral: v.isLiteral, literal: v.literal, param: v.param, at: v.at,
		holdsColumn: v.holdsColumn}
}

func (b *binder) subLink(l *level, s *pg_query.SubLink) value {
	sub := &level{parent: l, exists: s.SubLinkType == pg_query.SubLinkType_EXISTS_SUBLINK}
	cols, unknown := b.query(sub, s.Subselect)
	switch s.SubLinkType {
	case pg_query.SubLinkType_EXISTS_SUBLINK:
		return typed(catalog.OIDBool)
	case pg_query.SubLinkType_ANY_SUBLINK, pg_query.SubLinkType_ALL_SUBLINK:
		op := opName{name: "=", at: b.at(s.Location)}
		if len(s.OperName) > 0 {
			op = b.opName(s.OperName, s.Location)
		}
		b.compareColumns(op, s, b.expr(l, s.Testexpr), cols, unknown)
		return typed(catalog.OIDBool)
	case pg_query.SubLinkType_EXPR_SUBLINK, pg_query.SubLinkType_ARRAY_SUBLINK:
		b.subqueryWidth(s, cols, unknown, 1)
		if s.SubLinkType == pg_query.SubLinkType_EXPR_SUBLINK {
			b.singleRow(sub, s.Subselect.GetSelectStmt(), b.at(s.Location), SubqueryRow)
		}
		if len(cols) == 0 {
			return value{}
		}
		if s.SubLinkType == pg_query.SubLinkType_ARRAY_SUBLINK {
			return b.array(cols[0].Type)
		}
		v := columnValue(cols[0], b.at(s.Location))
		v.holdsColumn = true
		return v
	}
	return value{}
}

func (b *binder) subqueryWidth(s *pg_query.SubLink, cols []Column, unknown bool, want int) {
	if unknown || len(cols) == want {
		return
	}
	message := "subquery must return only one column"
	if want > 1 || s.Testexpr != nil {
		message = "subquery has too many columns"
		if len(cols) < want {
			message = "subquery has too few columns"
		}
	}
	b.fail(b.at(s.Location), "subquery", "42601", message)
}

func (b *binder) caseExpr(l *level, c *pg_query.CaseExpr) value {
	arg := b.expr(l, c.Arg)
	if c.Arg != nil && arg.typ.ID == catalog.OIDUnknown {
		arg, _ = b.coerce(arg, catalog.TypeRef{ID: catalog.OIDText}, sqltype.Implicit)
	}
	results := []value{typed(catalog.OIDUnknown)}
	doubtful := b.doubtful
	defer func() { b.doubtful = doubtful }()
	for i, n := range c.Args {
		when := n.GetCaseWhen()
		b.doubtful = doubtful || i > 0
		cond := b.expr(l, when.GetExpr())
		b.doubtful = true // Each result is that of one case.
		if c.Arg != nil {
			cond = b.operate(opName{name: "=", at: b.at(when.GetLocation())}, arg, cond)
		}
		b.boolean(cond, "CASE/WHEN")
		results = append(results, b.expr(l, when.GetResult()))
	}
	// The default stands first when the common type is chosen.
	if c.Defresult != nil {
		results[0] = b.expr(l, c.Defresult)
	}
	v := b.commonOf(results, "CASE", b.at(c.Location))
	v.holdsColumn = arg.holdsColumn || holdsColumn(results)
	for i, r := range results {
		v.maybeNull = v.maybeNull || nullnessOf(r) != neverNull || i == 0 && c.Defresult == nil
	}
	return v
}

// exprStart is where an expression stands (exprLocation), as far as its node says it.
func (b *binder) exprStart(n *pg_query.Node) int {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_ColumnRef:
		return b.at(x.ColumnRef.Location)
	case *pg_query.Node_FuncCall:
		return b.at(x.FuncCall.Location)
	case *pg_query.Node_AConst:
		return b.at(x.AConst.Location)
	case *pg_query.Node_ParamRef:
		return b.at(x.ParamRef.Location)
	case *pg_query.Node_TypeCast:
		return b.exprStart(x.TypeCast.Arg)
	case *pg_query.Node_AExpr:
		if x.AExpr.Lexpr != nil {
			return b.exprStart(x.AExpr.Lexpr)
		}
		return b.at(x.AExpr.Location)
	case *pg_query.Node_SubLink:
		return b.at(x.SubLink.Location)
	case *pg_query.Node_CaseExpr:
		return b.at(x.CaseExpr.Location)
	case *pg_query.Node_CoalesceExpr:
		return b.at(x.CoalesceExpr.Location)
	case *pg_query.Node_AArrayExpr:
		return b.at(x.AArrayExpr.Location)
	case *pg_query.Node_AIndirection:
		return b.exprStart(x.AIndirection.Arg)
	}
	return b.st.Start
}

func (b *binder) collation(c *pg_query.CollateClause) {
	schema, name := qualifiedName(strs(c.Collname))
	b.object(catalog.KindCollation, schema, name, b.find(b.at(c.Location), name), "42704",
		fmt.Sprintf("collation %q for encoding \"UTF8\" does not exist", name))
}

// object looks up a name of a kind of which only the existence matters.
func (b *binder) object(kind catalog.Kind, schema, name string, at int, sqlstate, message string) {
	o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: kind, Name: dotted(schema, name),
		Object: catalog.Name{Kind: kind, Schema: schema, Name: name}}
	open := schema == "" && b.env.PathUnknown
	for _, ns := range b.schemas(schema) {
		b.looks(kind, ns, name)
		if _, ok := b.env.Schema.Object(kind, ns, name); ok {
			o.Object.Schema = ns
			b.note(o)
			return
		}
		n, _ := b.env.Schema.Namespace(ns)
		open = open || n.Open
	}
	o.State, o.SQLSTATE, o.Message = Failed, sqlstate, message
	if schema != "" && !b.namespaceExists(schema) {
		o.SQLSTATE, o.Message = "3F000", fmt.Sprintf("schema %q does not exist", schema)
	}
	b.soften(&o, open, false)
	b.note(o)
}
