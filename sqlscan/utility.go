package sqlscan

import (
	"errors"
	"fmt"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// statement binds any statement. What is DDL in code has its verb and the names of the
// relations that it needs; catalog/ddl knows what it does.
func (b *binder) statement(n *pg_query.Node) {
	l := &level{}
	b.Verb = verbOf(n)
	switch x := n.GetNode().(type) {
	case *pg_query.Node_SelectStmt, *pg_query.Node_InsertStmt, *pg_query.Node_UpdateStmt, *pg_query.Node_DeleteStmt, *pg_query.Node_MergeStmt:
		b.Columns, b.ColumnsUnknown = b.query(l, n)
	case *pg_query.Node_CopyStmt:
		b.copyStmt(l, x.CopyStmt)
	case *pg_query.Node_ExplainStmt:
		b.statement(x.ExplainStmt.Query)
		b.Verb, b.Columns = "EXPLAIN", []Column{{Name: "QUERY PLAN", Type: catalog.TypeRef{ID: catalog.OIDText}}}
	case *pg_query.Node_PrepareStmt:
		b.statement(x.PrepareStmt.Query)
		b.Verb, b.Columns = "PREPARE", nil
	case *pg_query.Node_DeclareCursorStmt:
		b.statement(x.DeclareCursorStmt.Query)
		b.Verb = "DECLARE"
	case *pg_query.Node_CreateTableAsStmt:
		b.query(l, x.CreateTableAsStmt.Query)
		b.creates(x.CreateTableAsStmt.Into.GetRel())
	case *pg_query.Node_ViewStmt:
		b.query(l, x.ViewStmt.Query)
		b.creates(x.ViewStmt.View)
	case *pg_query.Node_CreateStmt:
		b.creates(x.CreateStmt.Relation)
	case *pg_query.Node_CallStmt:
		b.call(l, x.CallStmt.Funccall)
	default:
		b.relations(n)
	}
}

// relations binds the statements that do nothing but name relations.
func (b *binder) relations(n *pg_query.Node) {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_TruncateStmt:
		for _, r := range x.TruncateStmt.Relations {
			b.onlyTable(r.GetRangeVar())
		}
	case *pg_query.Node_LockStmt:
		for _, r := range x.LockStmt.Relations {
			b.relation(r.GetRangeVar())
		}
	case *pg_query.Node_RefreshMatViewStmt:
		b.relation(x.RefreshMatViewStmt.Relation)
	case *pg_query.Node_VacuumStmt:
		for _, r := range x.VacuumStmt.Rels {
			v := r.GetVacuumRelation()
			if v.GetRelation() == nil {
				continue
			}
			w := b.target(v.Relation)
			for _, name := range strs(v.VaCols) {
				b.writeColumn(w, name, b.find(w.at, name), "column %q of relation %q does not exist")
			}
		}
	case *pg_query.Node_ClusterStmt:
		if x.ClusterStmt.Relation != nil {
			b.relation(x.ClusterStmt.Relation)
		}
	case *pg_query.Node_ReindexStmt:
		if x.ReindexStmt.Relation != nil {
			b.relation(x.ReindexStmt.Relation)
		}
	case *pg_query.Node_IndexStmt:
		b.relation(x.IndexStmt.Relation)
	case *pg_query.Node_AlterTableStmt:
		if !x.AlterTableStmt.MissingOk {
			b.relation(x.AlterTableStmt.Relation)
		}
	}
}

func (b *binder) onlyTable(rv *pg_query.RangeVar) {
	rel := b.relation(rv)
	if rel != nil && !rel.IsTable() {
		at := b.at(rv.Location)
		b.note(Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindRelation, Part: "table", Name: rel.Name, State: Failed,
			SQLSTATE: "42809", Message: fmt.Sprintf("%q is not a table", rel.Name)})
	}
}

// call binds CALL, which takes procedures only.
func (b *binder) call(l *level, f *pg_query.FuncCall) {
	v := b.callFunction(l, f, true)
	if v.fn != nil && v.fn.Kind != catalog.Procedure {
		b.fail(b.at(f.Location), "procedure", "42809", fmt.Sprintf("%s is not a procedure", v.fn.Name))
	}
}

// verbs gives the command of those nodes whose Go name does not say it.
var verbs = map[string]string{
	"Truncate": "TRUNCATE", "Lock": "LOCK", "Copy": "COPY", "Call": "CALL", "VariableSet": "SET", "VariableShow": "SHOW",
	"Transaction": "TRANSACTION", "RefreshMatView": "REFRESH", "Vacuum": "VACUUM", "Notify": "NOTIFY", "Listen": "LISTEN",
	"Unlisten": "UNLISTEN", "Discard": "DISCARD", "Do": "DO", "Reindex": "REINDEX", "Cluster": "CLUSTER", "Fetch": "FETCH",
	"ClosePortal": "CLOSE", "Deallocate": "DEALLOCATE", "Execute": "EXECUTE", "ConstraintsSet": "SET CONSTRAINTS",
	"Select": "SELECT", "Insert": "INSERT", "Update": "UPDATE", "Delete": "DELETE", "Merge": "MERGE",
	"Index": "CREATE INDEX", "View": "CREATE VIEW", "Create": "CREATE TABLE", "CreateTableAs": "CREATE TABLE AS",
	"Drop": "DROP", "AlterTable": "ALTER TABLE", "Rename": "ALTER RENAME", "Grant": "GRANT", "Comment": "COMMENT",
}

func verbOf(n *pg_query.Node) string {
	kind := strings.TrimSuffix(strings.TrimPrefix(nodeKind(n), "*pg_query.Node_"), "Stmt")
	if v, ok := verbs[kind]; ok {
		return v
	}
	return strings.ToUpper(kind)
}

// parseFailed records a statement that has no tree. The grammar is that of PostgreSQL 16:
// a newer server may take what it refuses.
func (b *binder) parseFailed(err error) {
	var syntax *pgtree.Error
	switch {
	case errors.As(err, &syntax) && b.env.Schema.Version() <= 16:
		b.Verb = "SYNTAX ERROR"
		b.note(Outcome{Start: syntax.Offset, End: syntax.Offset, Kind: "statement", Part: "syntax", State: Failed,
			SQLSTATE: syntax.SQLSTATE, Message: syntax.Message})
	case syntax != nil:
		b.Opaque = "newer syntax than PostgreSQL 16: " + syntax.Message
	default:
		b.Opaque = err.Error()
	}
}
