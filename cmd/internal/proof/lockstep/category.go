package lockstep

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// others are the statements that change no relation, type or function.
var others = []pgtree.Kind{
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
	switch kind := pgtree.KindOf(n); {
	case kind == pgtree.SelectInto:
		return DDL
	case kind.IsQuery():
		return Query
	case slices.ContainsFunc(others, func(o pgtree.Kind) bool { return strings.EqualFold(string(o), string(kind)) }):
		return Other
	}
	return DDL
}
