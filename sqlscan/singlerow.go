package sqlscan

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// singleRow notes that a unique index makes a query of one table give one row at most: its
// WHERE fixes all columns of the index.
func (b *binder) singleRow(l *level, s *pg_query.SelectStmt, at int, as Fact) {
	if s == nil || len(s.FromClause) != 1 || len(l.items) != 1 || l.items[0].rel == nil || s.LimitCount != nil ||
		s.WhereClause == nil ||
		len(s.GroupClause) > 0 || s.Op != pg_query.SetOperation_SETOP_NONE {
		return
	}
	rel := l.items[0].rel
	fixed := map[int16]bool{}
	b.fixedColumns(s.WhereClause, l.items[0], fixed)
	if len(fixed) == 0 {
		return
	}
	rel, fixed = b.behind(rel, fixed)
	if b.unique(rel, fixed) {
		b.restsOn(rel, at, as)
	}
}

// behind are the table whose rows are each behind one row of a view at most, and its columns that are behind those of
// the view; of anything else it is that.
func (b *binder) behind(rel *catalog.Relation, columns map[int16]bool) (*catalog.Relation, map[int16]bool) {
	for range 32 {
		if rel.Kind != catalog.View || rel.View == nil {
			break
		}
		base, ok := b.env.Schema.RelationByID(rel.View.Base)
		if !ok {
			break
		}
		under := map[int16]bool{}
		for i, c := range rel.Columns {
			if i < len(rel.View.BaseColumns) && columns[c.Num] && rel.View.BaseColumns[i] != 0 {
				under[rel.View.BaseColumns[i]] = true
			}
		}
		b.looks(catalog.KindRelation, base.Schema, base.Name)
		rel, columns = base, under
	}
	return rel, columns
}

// unique says that a unique index of a table has no other columns than these.
func (b *binder) unique(rel *catalog.Relation, columns map[int16]bool) bool {
	return slices.ContainsFunc(b.env.Schema.Indexes(rel.ID), func(x *catalog.Relation) bool {
		return wholeKey(x) && !slices.ContainsFunc(x.Index.Keys, func(k catalog.IndexKey) bool { return !columns[k.Column] })
	})
}

// restsOn notes what holds as long as a table has its unique index.
func (b *binder) restsOn(rel *catalog.Relation, at int, as Fact) {
	b.note(Outcome{Start: at, End: at, Kind: catalog.KindConstraint, Fact: as, Phase: RunPhase,
		Object: catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}})
}

// mergedOnce notes that a unique index makes MERGE meet a target row once.
func (b *binder) mergedOnce(s *pg_query.MergeStmt, source []*item, at int) {
	if len(source) != 1 || source[0].rel == nil {
		return
	}
	fixed := map[int16]bool{}
	b.fixedColumns(s.JoinCondition, source[0], fixed)
	if rel, fixed := b.behind(source[0].rel, fixed); len(fixed) > 0 && b.unique(rel, fixed) {
		b.restsOn(rel, at, MergedRow)
	}
}

// distinctKeys notes that a unique index of the one table that INSERT … SELECT reads gives
// each key of the target once.
func (b *binder) distinctKeys(s *pg_query.InsertStmt, w write, cols []insertColumn, rows []Column, at int) {
	sel := s.SelectStmt.GetSelectStmt()
	if w.rel == nil || len(sel.GetFromClause()) != 1 || len(sel.GroupClause) > 0 || len(sel.DistinctClause) > 0 ||
		sel.Op != pg_query.SetOperation_SETOP_NONE {
		return
	}
	from := map[int16]int16{}
	var source catalog.ID
	for i := 0; i < min(len(rows), len(cols)); i++ {
		if ref := rows[i].Ref; cols[i].col != nil && ref.Class == catalog.ClassRelation && ref.Column > 0 {
			from[cols[i].col.Num], source = ref.Column, ref.ID
		}
	}
	rel, ok := b.env.Schema.RelationByID(source)
	if !ok {
		return
	}
	for _, x := range b.env.Schema.Indexes(w.rel.ID) {
		keys := map[int16]bool{}
		for _, k := range x.Index.Keys {
			keys[from[k.Column]] = true
		}
		if !wholeKey(x) || keys[0] || !b.unique(rel, keys) {
			continue
		}
		as := KeyRow
		if s.OnConflictClause.GetAction() == pg_query.OnConflictAction_ONCONFLICT_UPDATE {
			as = UpsertRow
		}
		b.restsOn(rel, at, as)
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
