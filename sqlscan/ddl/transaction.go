package ddl

import (
	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// EndTransaction returns the schema without what a transaction takes with it: temporary
// tables that were made ON COMMIT DROP.
func EndTransaction(s *catalog.Schema) *catalog.Schema {
	return discard(s, func(r *catalog.Relation) bool { return r.DropOnCommit })
}

// EndSession returns the schema without temporary relations, and what depends on them.
func EndSession(s *catalog.Schema) *catalog.Schema {
	return discard(s, func(r *catalog.Relation) bool { return r.Temp })
}

// discard drops relations with all that needs them. What the dropper refuses stays.
func discard(s *catalog.Schema, which func(*catalog.Relation) bool) (out *catalog.Schema) {
	var targets []target
	for _, r := range s.Temporary() {
		if r.Index == nil && r.ID != 0 && which(r) {
			targets = append(targets, relationTarget(r.ID))
		}
	}
	if len(targets) == 0 {
		return s
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(refuse); !ok {
				panic(r)
			}
			out = s
		}
	}()
	a := &applier{s: s}
	a.drop(targets, true)
	return a.s
}

// Boundary is what a statement does to the transaction that it stands in.
type Boundary byte

// The boundaries: none; BEGIN; COMMIT; ROLLBACK; other transaction commands, such as
// SAVEPOINT; a statement that cannot run in a transaction block.
const (
	NoBoundary Boundary = iota
	Begin
	Commit
	Rollback
	Savepoint
	Alone
)

var boundaries = map[pg_query.TransactionStmtKind]Boundary{
	pg_query.TransactionStmtKind_TRANS_STMT_BEGIN: Begin, pg_query.TransactionStmtKind_TRANS_STMT_START: Begin,
	pg_query.TransactionStmtKind_TRANS_STMT_COMMIT: Commit, pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK: Rollback,
}

// BoundaryOf tells the boundary that a statement is.
func BoundaryOf(st pgtree.Statement) Boundary {
	switch x := st.Node.GetNode().(type) {
	case *pg_query.Node_TransactionStmt:
		if b, ok := boundaries[x.TransactionStmt.Kind]; ok {
			return b
		}
		return Savepoint
	case *pg_query.Node_IndexStmt:
		return aloneIf(x.IndexStmt.Concurrent)
	case *pg_query.Node_DropStmt:
		return aloneIf(x.DropStmt.Concurrent)
	case *pg_query.Node_ReindexStmt:
		return aloneIf(options(x.ReindexStmt.Params)["concurrently"] != nil)
	case *pg_query.Node_VacuumStmt:
		return aloneIf(x.VacuumStmt.IsVacuumcmd)
	case *pg_query.Node_CreatedbStmt, *pg_query.Node_DropdbStmt, *pg_query.Node_AlterSystemStmt:
		return Alone
	}
	return NoBoundary
}

func aloneIf(alone bool) Boundary {
	if alone {
		return Alone
	}
	return NoBoundary
}

// SavepointOf returns the name of a savepoint that a statement makes, or with back that it
// goes back to; the name is empty for other statements.
func SavepointOf(st pgtree.Statement) (name string, back bool) {
	t := st.Node.GetTransactionStmt()
	switch t.GetKind() {
	case pg_query.TransactionStmtKind_TRANS_STMT_SAVEPOINT:
		return t.SavepointName, false
	case pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO:
		return t.SavepointName, true
	}
	return "", false
}
