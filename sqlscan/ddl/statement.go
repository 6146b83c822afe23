package ddl

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// statement runs one statement by its kind. What stands in no case changes nothing that a
// name could see (GRANT, COMMENT, VACUUM …) or is opaque; noEffect tells which.
func (a *applier) statement(n *pg_query.Node) {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_CreateStmt:
		a.createTable(x.CreateStmt, catalog.Table)
	case *pg_query.Node_CreateForeignTableStmt:
		a.mustBare(kindServer, x.CreateForeignTableStmt.Servername)
		a.createTable(x.CreateForeignTableStmt.BaseStmt, catalog.Foreign)
	case *pg_query.Node_CreateTableAsStmt:
		a.createTableAs(x.CreateTableAsStmt)
	case *pg_query.Node_AlterTableStmt:
		a.alterTable(x.AlterTableStmt)
	case *pg_query.Node_IndexStmt:
		a.createIndex(x.IndexStmt)
	case *pg_query.Node_ViewStmt:
		a.createView(x.ViewStmt)
	case *pg_query.Node_RefreshMatViewStmt:
		a.refresh(x.RefreshMatViewStmt)
	case *pg_query.Node_CreateSeqStmt:
		a.createSequence(x.CreateSeqStmt)
	case *pg_query.Node_AlterSeqStmt:
		a.alterSequence(x.AlterSeqStmt)
	case *pg_query.Node_CreateEnumStmt:
		a.createEnum(x.CreateEnumStmt)
	case *pg_query.Node_AlterEnumStmt:
		a.alterEnum(x.AlterEnumStmt)
	case *pg_query.Node_CreateDomainStmt:
		a.createDomain(x.CreateDomainStmt)
	case *pg_query.Node_AlterDomainStmt:
		a.alterDomain(x.AlterDomainStmt)
	case *pg_query.Node_CompositeTypeStmt:
		a.createComposite(x.CompositeTypeStmt)
	case *pg_query.Node_CreateRangeStmt:
		a.createRange(x.CreateRangeStmt)
	case *pg_query.Node_DefineStmt:
		a.define(x.DefineStmt)
	case *pg_query.Node_CreateFunctionStmt:
		a.createFunction(x.CreateFunctionStmt)
	case *pg_query.Node_CreateTrigStmt:
		a.createTrigger(x.CreateTrigStmt)
	case *pg_query.Node_RuleStmt:
		a.createRule(x.RuleStmt)
	case *pg_query.Node_CreatePolicyStmt:
		a.createPolicy(x.CreatePolicyStmt)
	case *pg_query.Node_AlterPolicyStmt:
		a.alterPolicy(x.AlterPolicyStmt)
	case *pg_query.Node_CreateSchemaStmt:
		a.createSchema(x.CreateSchemaStmt)
	case *pg_query.Node_CreateExtensionStmt:
		a.createExtension(x.CreateExtensionStmt)
	default:
		a.otherStatement(n)
	}
}

// otherStatement is the second half of statement: what changes or drops objects, settings,
// and data.
func (a *applier) otherStatement(n *pg_query.Node) {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_DropStmt:
		a.dropStmt(x.DropStmt)
	case *pg_query.Node_RenameStmt:
		a.rename(x.RenameStmt)
	case *pg_query.Node_AlterObjectSchemaStmt:
		a.setSchema(x.AlterObjectSchemaStmt)
	case *pg_query.Node_AlterExtensionStmt:
		a.alterExtension(x.AlterExtensionStmt)
	case *pg_query.Node_CreateOpClassStmt:
		a.createOperatorClass(x.CreateOpClassStmt)
	case *pg_query.Node_CreateCastStmt:
		a.createCast(x.CreateCastStmt)
	case *pg_query.Node_CreateRoleStmt:
		a.createRole(x.CreateRoleStmt)
	case *pg_query.Node_DropRoleStmt:
		a.dropRole(x.DropRoleStmt)
	case *pg_query.Node_AlterRoleStmt:
		a.alterRole(x.AlterRoleStmt)
	case *pg_query.Node_GrantRoleStmt:
		a.grantRole(x.GrantRoleStmt)
	case *pg_query.Node_GrantStmt:
		a.grant(x.GrantStmt)
	case *pg_query.Node_AlterDefaultPrivilegesStmt:
		a.alterDefaultPrivileges(x.AlterDefaultPrivilegesStmt)
	case *pg_query.Node_AlterOwnerStmt:
		a.alterOwner(x.AlterOwnerStmt)
	case *pg_query.Node_ReassignOwnedStmt:
		a.reassignOwned(x.ReassignOwnedStmt)
	case *pg_query.Node_DropOwnedStmt:
		a.dropOwned(x.DropOwnedStmt)
	case *pg_query.Node_CommentStmt:
		a.named(x.CommentStmt.Objtype, nil, x.CommentStmt.Object)
	case *pg_query.Node_SecLabelStmt:
		a.named(x.SecLabelStmt.Objtype, nil, x.SecLabelStmt.Object)
	case *pg_query.Node_CreatePublicationStmt:
		a.createPublication(x.CreatePublicationStmt)
	case *pg_query.Node_AlterPublicationStmt:
		a.alterPublication(x.AlterPublicationStmt)
	case *pg_query.Node_CreateStatsStmt:
		a.createStatistics(x.CreateStatsStmt)
	case *pg_query.Node_CreateEventTrigStmt:
		a.createEventTrigger(x.CreateEventTrigStmt)
	case *pg_query.Node_AlterFunctionStmt:
		a.alterFunction(x.AlterFunctionStmt)
	default:
		a.setting(n)
	}
}

// setting is the third part of statement: settings, and what stands by its name alone.
func (a *applier) setting(n *pg_query.Node) {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_AlterStatsStmt:
		if !x.AlterStatsStmt.MissingOk {
			a.named(pg_query.ObjectType_OBJECT_STATISTIC_EXT, nil, listNode(x.AlterStatsStmt.Defnames))
		}
	case *pg_query.Node_AlterEventTrigStmt:
		a.named(pg_query.ObjectType_OBJECT_EVENT_TRIGGER, nil, stringNode(x.AlterEventTrigStmt.Trigname))
	case *pg_query.Node_CreateFdwStmt:
		a.createBare(kindFDW, x.CreateFdwStmt.Fdwname, false)
	case *pg_query.Node_CreateAmStmt:
		a.createBare(kindMethod, x.CreateAmStmt.Amname, false)
	case *pg_query.Node_CreatePlangStmt:
		a.createBare(kindLanguage, x.CreatePlangStmt.Plname, x.CreatePlangStmt.Replace)
	case *pg_query.Node_CreateTableSpaceStmt:
		a.createBare(kindTablespace, x.CreateTableSpaceStmt.Tablespacename, false)
	case *pg_query.Node_CreateForeignServerStmt:
		a.mustBare(kindFDW, x.CreateForeignServerStmt.Fdwname)
		a.createBare(kindServer, x.CreateForeignServerStmt.Servername, x.CreateForeignServerStmt.IfNotExists)
	case *pg_query.Node_ClusterStmt:
		a.cluster(x.ClusterStmt)
	case *pg_query.Node_VariableSetStmt:
		a.set(x.VariableSetStmt)
	case *pg_query.Node_AlterRoleSetStmt:
		a.settingFor(x.AlterRoleSetStmt.Role.GetRolename(), x.AlterRoleSetStmt.Setstmt)
	case *pg_query.Node_AlterDatabaseSetStmt:
		a.settingFor("", x.AlterDatabaseSetStmt.Setstmt)
	case *pg_query.Node_SelectStmt:
		a.selectStmt(n, x.SelectStmt)
	case *pg_query.Node_InsertStmt, *pg_query.Node_UpdateStmt, *pg_query.Node_DeleteStmt, *pg_query.Node_MergeStmt,
		*pg_query.Node_TruncateStmt, *pg_query.Node_CopyStmt, *pg_query.Node_LockStmt:
		a.data()
	case *pg_query.Node_ExplainStmt:
		a.explain(x.ExplainStmt)
	case *pg_query.Node_CallStmt:
		a.calls("CALL", a.data())
	case *pg_query.Node_DoStmt:
		a.do(x.DoStmt)
	default:
		if k := pgtree.KindOf(n); !noEffect[k] {
			a.opaque(string(k)+" statement", catalog.Name{Kind: catalog.KindSchema, Name: a.currentSchema()})
		}
	}
}

// Defines says that a statement makes, changes or drops objects, so that Apply tells what the
// server would refuse; of all others sqlscan.Bind does.
func Defines(st pgtree.Statement) bool {
	return st.Err == nil && !bound[st.Kind()]
}

// bound lists the statements that sqlscan.Bind looks at whole.
var bound = map[pgtree.Kind]bool{
	"Select": true, "SelectInto": true, "Insert": true, "Update": true, "Delete": true, "Merge": true, "Copy": true,
	"Truncate": true, "Lock": true, "Explain": true, "Call": true, "Do": true, "VariableSet": true, "VariableShow": true,
	"Transaction": true, "Notify": true, "Listen": true, "Unlisten": true, "Discard": true, "Prepare": true,
	"Execute": true, "Deallocate": true, "DeclareCursor": true, "ClosePortal": true, "Fetch": true,
	"ConstraintsSet": true, "Vacuum": true, "Reindex": true, "CheckPoint": true, "RefreshMatView": true, "Load": true,
}

// noEffect lists the statements that leave alone what binding looks at:
// storage, settings, statistics, replication, transactions.
var noEffect = map[pgtree.Kind]bool{
	"Vacuum": true, "Cluster": true, "Reindex": true, "CheckPoint": true, "Transaction": true, "Notify": true,
	"Listen": true, "Unlisten": true, "VariableShow": true, "Discard": true, "ConstraintsSet": true,
	"AlterDatabase": true, "Createdb": true, "Dropdb": true, "AlterSystem": true, "Load": true,
	"DropTableSpace": true, "AlterTableSpaceOptions": true, "AlterTableMoveAll": true,
	"CreateSubscription": true, "AlterSubscription": true,
	"DropSubscription": true, "AlterFdw": true, "AlterForeignServer": true,
	"CreateUserMapping": true, "AlterUserMapping": true, "DropUserMapping": true, "CreateOpFamily": true,
	"AlterOpFamily": true, "AlterOperator": true, "CreateTransform": true, "CreateConversion": true, "CreatePLang": true,
	"AlterCollation": true, "AlterTsdictionary": true, "AlterTSDictionary": true, "AlterTsconfiguration": true,
	"AlterTSConfiguration": true, "Prepare": true, "Execute": true, "Deallocate": true,
	"DeclareCursor": true, "ClosePortal": true, "Fetch": true, "AlterType": true, "AlterObjectDepends": true,
	"AlterDatabaseRefreshColl": true, "ReplicaIdentity": true,
}

// openAll names every schema that is not built in: what code that we cannot read may touch.
func (a *applier) openAll() []catalog.Name {
	var out []catalog.Name
	for _, ns := range a.s.Namespaces() {
		out = append(out, catalog.Name{Kind: catalog.KindSchema, Name: ns.Name})
	}
	return out
}

// selectStmt covers SELECT in migrations: set_config, SELECT INTO, and calls of the
// database's own functions, which may do anything.
func (a *applier) selectStmt(n *pg_query.Node, s *pg_query.SelectStmt) {
	if s.IntoClause != nil {
		a.createTableAs(&pg_query.CreateTableAsStmt{Query: n, Into: s.IntoClause, Objtype: pg_query.ObjectType_OBJECT_TABLE})
		return
	}
	b := a.data()
	for _, t := range s.TargetList {
		if f := t.GetResTarget().GetVal().GetFuncCall(); f != nil {
			a.setConfig(f)
			a.setval(f)
		}
	}
	a.calls("SELECT", b)
}

// explain runs what EXPLAIN ANALYZE runs.
func (a *applier) explain(e *pg_query.ExplainStmt) {
	a.data()
	if as := e.Query.GetCreateTableAsStmt(); as != nil && options(e.Options)["analyze"] != nil {
		a.createTableAs(as)
	}
}

// calls makes the call of a function that may change the catalog opaque.
func (a *applier) calls(verb string, b *sqlscan.Binding) {
	for _, d := range b.Deps {
		if d.Class != catalog.ClassFunction {
			continue
		}
		if f, ok := a.s.FunctionByID(d.ID); ok && changesCatalog(f) {
			a.opaque(verb+" "+f.Name+"()", a.openAll()...)
		}
	}
}

// changesCatalog says that the body of a function mentions DDL, or runs text.
func changesCatalog(f *catalog.Function) bool {
	body := strings.ToLower(f.Body)
	for _, word := range []string{"execute", "create ", "alter ", "drop "} {
		if strings.Contains(body, word) {
			return true
		}
	}
	return f.Extension != "" && f.Language == "plpgsql"
}
