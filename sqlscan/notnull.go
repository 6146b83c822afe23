package sqlscan

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// notNull proves that expressions of a table's row are never NULL. What it does not know may be.
type notNull struct{ table *catalog.Relation }

// holds says that an expression is never NULL.
func (p notNull) holds(n *pg_query.Node) bool {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_AConst:
		return !x.AConst.Isnull
	case *pg_query.Node_ColumnRef:
		return p.column(x.ColumnRef)
	case *pg_query.Node_NullTest, *pg_query.Node_BooleanTest:
		return true
	case *pg_query.Node_TypeCast:
		return p.holds(x.TypeCast.Arg)
	case *pg_query.Node_CoalesceExpr:
		return slices.ContainsFunc(x.CoalesceExpr.Args, p.holds)
	case *pg_query.Node_MinMaxExpr:
		return slices.ContainsFunc(x.MinMaxExpr.Args, p.holds)
	case *pg_query.Node_BoolExpr:
		return p.all(x.BoolExpr.Args)
	case *pg_query.Node_AExpr:
		return p.operator(x.AExpr)
	case *pg_query.Node_CaseExpr:
		return p.all([]*pg_query.Node{x.CaseExpr.Defresult}) &&
			!slices.ContainsFunc(x.CaseExpr.Args, func(w *pg_query.Node) bool { return !p.holds(w.GetCaseWhen().GetResult()) })
	case *pg_query.Node_FuncCall:
		schema, f := qualifiedName(strs(x.FuncCall.Funcname))
		if schema != "" && schema != "pg_catalog" {
			return false
		}
		return f == "concat" || totalFunctions[f] && p.all(x.FuncCall.Args)
	}
	return false
}

func (p notNull) all(list []*pg_query.Node) bool {
	return !slices.ContainsFunc(list, func(n *pg_query.Node) bool { return !p.holds(n) })
}

// column is  c  and  t.c.
func (p notNull) column(ref *pg_query.ColumnRef) bool {
	c := p.table.Column(ref.Fields[len(ref.Fields)-1].GetString_().GetSval())
	return c != nil && c.NotNull
}

func (p notNull) operator(e *pg_query.A_Expr) bool {
	switch e.Kind {
	case pg_query.A_Expr_Kind_AEXPR_DISTINCT, pg_query.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		return true
	case pg_query.A_Expr_Kind_AEXPR_OP, pg_query.A_Expr_Kind_AEXPR_LIKE, pg_query.A_Expr_Kind_AEXPR_ILIKE:
		operands := []*pg_query.Node{e.Rexpr}
		if e.Lexpr != nil {
			operands = append(operands, e.Lexpr)
		}
		return totalOperators[e.Name[len(e.Name)-1].GetString_().GetSval()] && p.all(operands)
	case pg_query.A_Expr_Kind_AEXPR_IN:
		return p.holds(e.Lexpr) && p.all(e.Rexpr.GetList().GetItems())
	}
	return false
}

// totalOperators and totalFunctions are those of pg_catalog that give NULL for NULL alone.
var (
	totalOperators = map[string]bool{"+": true, "-": true, "*": true, "/": true, "%": true, "^": true, "||": true, "=": true,
		"<>": true, "!=": true, "<": true, "<=": true, ">": true, ">=": true, "~~": true, "!~~": true, "~~*": true,
		"!~~*": true, "~": true, "!~": true, "~*": true, "!~*": true, "&": true, "|": true, "#": true, "<<": true, ">>": true,
		"@>": true, "<@": true, "&&": true, "@@": true}
	totalFunctions = map[string]bool{"lower": true, "upper": true, "initcap": true, "length": true, "char_length": true,
		"octet_length": true, "abs": true, "round": true, "floor": true, "ceil": true, "trunc": true, "md5": true, "btrim": true,
		"ltrim": true, "rtrim": true, "replace": true, "left": true, "right": true, "reverse": true,
		"to_tsvector": true, "setweight": true, "date_trunc": true, "encode": true, "sha256": true, "power": true,
		"mod": true, "sign": true, "num_nulls": true, "num_nonnulls": true}
)

// neverComputedNull says that a generated column of a table is never NULL.
func (b *binder) neverComputedNull(table *catalog.Relation, c *catalog.Column) bool {
	if c.Default == nil {
		return false
	}
	n := memoized(b.env.Memo, ofExpr, c.Default.SQL, func() *pg_query.Node { return pgtree.Expr(c.Default.SQL) })
	return n != nil && notNull{table}.holds(n)
}
