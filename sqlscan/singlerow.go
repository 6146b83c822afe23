package sqlscan

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// singleRow notes that a unique index makes a query of one table give one row at most: its
// WHERE fixes all columns of the index.
func (b *binder) singleRow(l *level, s *pg_query.SelectStmt, at int, part string) {
	if s == nil || len(s.FromClause) != 1 || len(l.items) != 1 || l.items[0].rel == nil || s.LimitCount != nil || s.WhereClause == nil ||
		len(s.GroupClause) > 0 || s.Op != pg_query.SetOperation_SETOP_NONE {
		return
	}
	rel := l.items[0].rel
	fixed := map[int16]bool{}
	b.fixedColumns(s.WhereClause, l.items[0], fixed)
	if len(fixed) == 0 {
		return
	}
	unique := slices.ContainsFunc(b.env.Schema.Indexes(rel.ID), func(x *catalog.Relation) bool {
		return wholeKey(x) && !slices.ContainsFunc(x.Index.Keys, func(k catalog.IndexKey) bool { return !fixed[k.Column] })
	})
	if unique {
		b.note(Outcome{Start: at, End: at, Kind: catalog.KindConstraint, Part: part, Phase: RunPhase,
			Object: catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}})
	}
}

// fixedColumns collects the columns of an item that a condition sets equal to something else.
func (b *binder) fixedColumns(n *pg_query.Node, it *item, fixed map[int16]bool) {
	if and := n.GetBoolExpr(); and != nil && and.Boolop == pg_query.BoolExprType_AND_EXPR {
		for _, a := range and.Args {
			b.fixedColumns(a, it, fixed)
		}
		return
	}
	e := n.GetAExpr()
	if e == nil || e.Kind != pg_query.A_Expr_Kind_AEXPR_OP || len(e.Name) != 1 || e.Name[0].GetString_().GetSval() != "=" {
		return
	}
	for _, sides := range [][2]*pg_query.Node{{e.Lexpr, e.Rexpr}, {e.Rexpr, e.Lexpr}} {
		c := b.refs[sides[0].GetColumnRef()]
		other := b.refs[sides[1].GetColumnRef()]
		if c != nil && c.place == it.num && (other == nil || other.place != it.num) {
			fixed[c.ref.Column] = true
		}
	}
}
