package sqlscan

import (
	"fmt"
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// locking binds FOR UPDATE (transformLockingClause): the items that it names, and what a
// view below it would have to lock.
func (b *binder) locking(l *level, list []*pg_query.Node) {
	for _, n := range list {
		rels := n.GetLockingClause().GetLockedRels()
		if len(rels) == 0 {
			for _, it := range l.items {
				b.lockable(it)
			}
		}
		for _, r := range rels {
			rv := r.GetRangeVar()
			it, _, _ := l.named("", rv.GetRelname())
			if it != nil {
				b.lockable(it)
				continue
			}
			at := b.at(rv.GetLocation())
			b.note(Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindRelation, Fact: Unfit, Text: "lock",
				Name:     rv.GetRelname(),
				State:    Failed,
				SQLSTATE: "42P01", Message: fmt.Sprintf("relation %q in FOR UPDATE clause not found in FROM clause",
					rv.GetRelname())})
		}
	}
}

// lockable refuses to lock rows of a view that stand for no rows of tables
// (CheckSelectLocking, make_outerjoininfo).
func (b *binder) lockable(it *item) {
	if it.rel == nil || it.rel.Kind != catalog.View || it.rel.View == nil || it.rel.ID == 0 {
		return
	}
	sts, err := pgtree.Parse(it.rel.View.SQL)
	if err != nil || len(sts) != 1 || sts[0].Err != nil {
		return
	}
	why := unlockable(sts[0].Node.GetSelectStmt())
	if why == "" {
		return
	}
	b.note(Outcome{Start: b.st.Start, End: b.st.Start, Kind: catalog.KindRelation,
		Fact: Unfit, Number: int64(it.num), Text: "locked", Name: it.rel.Name, State: Failed, Phase: RewritePhase,
		SQLSTATE: "0A000", Message: fmt.Sprintf("FOR UPDATE is not allowed with %s (view %q)", why, it.rel.Name),
		Object: catalog.Name{Kind: catalog.KindRelation, Schema: it.rel.Schema, Name: it.rel.Name}})
}

// unlockable says what about a query keeps its rows from being locked.
func unlockable(s *pg_query.SelectStmt) string {
	switch {
	case s == nil:
		return ""
	case s.Op != pg_query.SetOperation_SETOP_NONE:
		return "UNION/INTERSECT/EXCEPT"
	case len(s.DistinctClause) > 0:
		return "DISTINCT clause"
	case len(s.GroupClause) > 0:
		return "GROUP BY clause"
	case s.HavingClause != nil:
		return "HAVING clause"
	case slices.ContainsFunc(s.FromClause, outerJoined):
		return "the nullable side of an outer join"
	}
	return ""
}

func outerJoined(n *pg_query.Node) bool {
	j := n.GetJoinExpr()
	return j != nil && (j.Jointype != pg_query.JoinType_JOIN_INNER || outerJoined(j.Larg) || outerJoined(j.Rarg))
}
