package sqlscan

import (
	"sync"

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

var canonicalTexts sync.Map // SQL text of an expression → its canonical conjuncts

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
func textConjuncts(sql string) []string {
	if c, ok := canonicalTexts.Load(sql); ok {
		return c.([]string)
	}
	out := []string{sql}
	if n := pgtree.Expr(sql); n != nil {
		out = conjuncts(n)
	}
	canonicalTexts.Store(sql, out)
	return out
}

// canonicalize changes m in place.
func canonicalize(m protoreflect.Message) {
	if n, ok := m.Interface().(*pg_query.Node); ok {
		if cast := n.GetTypeCast(); cast != nil && cast.Arg.GetAConst() != nil {
			n.Node = cast.Arg.Node
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
