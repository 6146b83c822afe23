package lockstep

import (
	"fmt"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"
)

// others are the statements that change no relation, type or function.
var others = []string{
	"Transaction", "VariableSet", "VariableShow", "Explain", "Copy", "Grant", "GrantRole", "CreateRole", "AlterRole",
	"DropRole", "Vacuum", "Comment", "SecLabel", "Do", "Prepare", "Execute", "Deallocate", "DeclareCursor", "Fetch",
	"ClosePortal", "Lock", "Truncate", "Call", "Discard", "Listen", "Notify", "Unlisten", "Cluster", "Reindex",
	"CheckPoint", "Load", "ConstraintsSet", "ReassignOwned", "DropOwned", "CreatePublication", "AlterPublication",
	"CreateSubscription", "AlterSubscription", "DropSubscription", "CreateStats", "AlterStats", "CreateFdw", "AlterFdw",
	"CreateForeignServer", "AlterForeignServer", "CreateUserMapping", "AlterUserMapping", "DropUserMapping",
	"CreateEventTrig", "AlterEventTrig", "CreateAm", "CreateTableSpace", "DropTableSpace", "AlterTableSpaceOptions",
	"AlterDefaultPrivileges", "CreatePlang", "CreateConversion", "CreateTransform", "AlterSystem", "AlterDatabaseSet",
	"AlterRoleSet", "Createdb", "Dropdb", "AlterOwner", "AlterDatabase", "AlterTSDictionary", "AlterTSConfiguration",
	"CreateOpClass", "CreateOpFamily", "AlterOpFamily", "AlterOperator", "ImportForeignSchema", "AlterCollation",
	"CreatePolicy", "AlterPolicy", "Rule", "CreateTrig",
}

func categoryOf(n *pg_query.Node) Category {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_SelectStmt:
		if x.SelectStmt.IntoClause != nil {
			return DDL
		}
		return Query
	case *pg_query.Node_InsertStmt, *pg_query.Node_UpdateStmt, *pg_query.Node_DeleteStmt, *pg_query.Node_MergeStmt:
		return Query
	}
	kind := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", n.GetNode()), "*pg_query.Node_"), "Stmt")
	for _, o := range others {
		if strings.EqualFold(o, kind) {
			return Other
		}
	}
	return DDL
}
