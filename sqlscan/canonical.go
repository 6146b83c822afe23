package sqlscan

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// canonicalExpr is a text that two expressions share when they are the same but for casts
// of constants and the qualification of columns. It is how the expressions and predicates
// of indexes are compared with those of ON CONFLICT.
func canonicalExpr(n *pg_query.Node) string {
	c := proto.Clone(n).(*pg_query.Node)
	canonicalize(c.ProtoReflect())
	return pgtree.DeparseExpr(c)
}

// conjuncts returns the canonical texts of the conditions that AND joins.
func conjuncts(n *pg_query.Node) []string {
	and := n.GetBoolExpr()
	if and == nil || and.Boolop != pg_query.BoolExprType_AND_EXPR {
		return []string{canonicalExpr(n)}
	}
	var out []string
	for _, a := range and.Args {
		out = append(out, conjuncts(a)...)
	}
	return out
}

// textConjuncts is conjuncts for an expression that is kept as text.
func (m *Memo) textConjuncts(sql string) []string {
	return memoized(m, ofConditions, sql, func() []string {
		if n := pgtree.Expr(sql); n != nil {
			return conjuncts(n)
		}
		return []string{sql}
	})
}

// isText says that a cast is to a string type, such as the server writes where a column of
// another string type stands.
func isText(tn *pg_query.TypeName) bool {
	_, name := qualifiedName(strs(tn.GetNames()))
	return (name == "text" || name == "varchar" || name == "bpchar") && len(tn.GetTypmods()) == 0 &&
		len(tn.GetArrayBounds()) == 0
}

// canonicalOperator writes LIKE as the operator that it is, and IN as = ANY.
func canonicalOperator(e *pg_query.A_Expr) {
	switch e.Kind {
	case pg_query.A_Expr_Kind_AEXPR_LIKE, pg_query.A_Expr_Kind_AEXPR_ILIKE:
		e.Kind = pg_query.A_Expr_Kind_AEXPR_OP
	case pg_query.A_Expr_Kind_AEXPR_IN:
		list := e.Rexpr.GetList()
		if list == nil || len(e.Name) != 1 {
			return
		}
		e.Kind = pg_query.A_Expr_Kind_AEXPR_OP_ANY
		if e.Name[0].GetString_().GetSval() == "<>" {
			e.Kind = pg_query.A_Expr_Kind_AEXPR_OP_ALL
		}
		e.Rexpr = &pg_query.Node{Node: &pg_query.Node_AArrayExpr{AArrayExpr: &pg_query.A_ArrayExpr{Elements: list.Items}}}
	}
}

// canonicalize changes m in place.
func canonicalize(m protoreflect.Message) {
	if n, ok := m.Interface().(*pg_query.Node); ok {
		for cast := n.GetTypeCast(); cast != nil &&
			(cast.Arg.GetAConst() != nil || isText(cast.TypeName)); cast = n.GetTypeCast() {
			n.Node = cast.Arg.Node
		}
		if e := n.GetAExpr(); e != nil {
			canonicalOperator(e)
		}
	}
	if ref, ok := m.Interface().(*pg_query.ColumnRef); ok && len(ref.Fields) > 1 {
		ref.Fields = ref.Fields[len(ref.Fields)-1:]
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.IsList() && f.Message() != nil:
			for i := range v.List().Len() {
				canonicalize(v.List().Get(i).Message())
			}
		case !f.IsList() && f.Message() != nil:
			canonicalize(v.Message())
		}
		return true
	})
}

// SameExpr says that two texts of conditions are one in their canonical form.
func SameExpr(a, b string) bool {
	var m *Memo
	return slices.Equal(m.textConjuncts(a), m.textConjuncts(b))
}
