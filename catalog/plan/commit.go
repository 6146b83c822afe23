package plan

import (
	pg_query "github.com/pganalyze/pg_query_go/v5"
)

// commits groups the statements of a migration by what commits together. A file is one
// transaction, unless it says BEGIN and COMMIT itself, its tool runs it without one, or a
// statement cannot run in one.
func commits(sts []located, noTransaction bool) [][]located {
	var out [][]located
	var open []located
	flush := func() {
		if len(open) > 0 {
			out = append(out, open)
			open = nil
		}
	}
	explicit := false
	for _, l := range sts {
		switch kind, is := transaction(l); {
		case is && kind == pg_query.TransactionStmtKind_TRANS_STMT_BEGIN, is && kind == pg_query.TransactionStmtKind_TRANS_STMT_START:
			flush()
			explicit = true
		case is && kind == pg_query.TransactionStmtKind_TRANS_STMT_COMMIT:
			flush()
			explicit = false
		case is && kind == pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK:
			open = nil
			explicit = false
		case is:
		case alone(l) || noTransaction && !explicit:
			flush()
			out = append(out, []located{l})
		default:
			open = append(open, l)
		}
	}
	flush()
	return out
}

func transaction(l located) (pg_query.TransactionStmtKind, bool) {
	t := l.st.Node.GetTransactionStmt()
	return t.GetKind(), t != nil
}

// alone says that a statement cannot run in a transaction block.
func alone(l located) bool {
	switch x := l.st.Node.GetNode().(type) {
	case *pg_query.Node_IndexStmt:
		return x.IndexStmt.Concurrent
	case *pg_query.Node_DropStmt:
		return x.DropStmt.Concurrent
	case *pg_query.Node_VacuumStmt, *pg_query.Node_CreatedbStmt, *pg_query.Node_DropdbStmt, *pg_query.Node_AlterSystemStmt:
		return true
	case *pg_query.Node_ReindexStmt:
		return len(x.ReindexStmt.Params) > 0
	}
	return false
}
