package ddl

import (
	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

type alterCommand = func(t *alteration, c *pg_query.AlterTableCmd)

// alterCommands are the commands of ALTER TABLE (commands/tablecmds.c, ATExecCmd).
var alterCommands map[pg_query.AlterTableType]alterCommand

func init() {
	alterCommands = map[pg_query.AlterTableType]alterCommand{
		pg_query.AlterTableType_AT_AddColumn: func(t *alteration,
			c *pg_query.AlterTableCmd) {
			t.addColumn(t.id, c, false)
		},
		pg_query.AlterTableType_AT_DropColumn: func(t *alteration,
			c *pg_query.AlterTableCmd) {
			t.dropColumn(t.id, c, false)
		},
		pg_query.AlterTableType_AT_AlterColumnType: func(t *alteration,
			c *pg_query.AlterTableCmd) {
			t.columnTypeChange(t.id, c)
		},
		pg_query.AlterTableType_AT_ColumnDefault: (*alteration).columnDefault,
		pg_query.AlterTableType_AT_SetNotNull: func(t *alteration,
			c *pg_query.AlterTableCmd) {
			t.notNull(t.id, c.Name, true)
		},
		pg_query.AlterTableType_AT_DropNotNull: func(t *alteration,
			c *pg_query.AlterTableCmd) {
			t.notNull(t.id, c.Name, false)
		},
		pg_query.AlterTableType_AT_DropExpression: (*alteration).dropExpression,
		pg_query.AlterTableType_AT_AddConstraint:  (*alteration).newConstraint,
		pg_query.AlterTableType_AT_DropConstraint: (*alteration).dropConstraint,
		pg_query.AlterTableType_AT_AlterConstraint: func(t *alteration, c *pg_query.AlterTableCmd) {
			t.alterConstraint(c.Def.GetConstraint())
		},
		pg_query.AlterTableType_AT_ValidateConstraint: func(t *alteration, c *pg_query.AlterTableCmd) {
			t.validateConstraint(t.id, c.Name)
		},
		pg_query.AlterTableType_AT_AddInherit: func(t *alteration,
			c *pg_query.AlterTableCmd) {
			t.addInherit(c.Def.GetRangeVar())
		},
		pg_query.AlterTableType_AT_DropInherit: func(t *alteration, c *pg_query.AlterTableCmd) {
			t.dropParent(t.relation(c.Def.GetRangeVar()).ID)
		},
		pg_query.AlterTableType_AT_AttachPartition: func(t *alteration, c *pg_query.AlterTableCmd) {
			t.attachPartition(c.Def.GetPartitionCmd())
		},
		pg_query.AlterTableType_AT_DetachPartition: func(t *alteration, c *pg_query.AlterTableCmd) {
			t.detach(c.Def.GetPartitionCmd().GetName())
		},
		pg_query.AlterTableType_AT_ChangeOwner: func(t *alteration, c *pg_query.AlterTableCmd) {
			t.owns(t.id, t.roleName(c.Newowner))
		},
		pg_query.AlterTableType_AT_ReplicaIdentity: func(t *alteration, c *pg_query.AlterTableCmd) {
			t.replicaIdentity(c.Def.GetReplicaIdentityStmt())
		},
		pg_query.AlterTableType_AT_ClusterOn: func(t *alteration, c *pg_query.AlterTableCmd) {
			index := t.mustIndex(c.Name).ID
			t.edit(t.id, func(r *catalog.Relation) { r.Clustered = index })
		},
		pg_query.AlterTableType_AT_SetAccessMethod: func(t *alteration,
			c *pg_query.AlterTableCmd) {
			t.mustBare(kindMethod, c.Name)
		},
		pg_query.AlterTableType_AT_AddOf:  func(t *alteration, c *pg_query.AlterTableCmd) { t.addOf(c.Def.GetTypeName()) },
		pg_query.AlterTableType_AT_DropOf: func(t *alteration, _ *pg_query.AlterTableCmd) { t.dropOf() },
	}
	for _, several := range []struct {
		run   alterCommand
		types []pg_query.AlterTableType
	}{
		{(*alteration).identity, []pg_query.AlterTableType{pg_query.AlterTableType_AT_AddIdentity,
			pg_query.AlterTableType_AT_SetIdentity,
			pg_query.AlterTableType_AT_DropIdentity}},
		{(*alteration).rowSecurity, []pg_query.AlterTableType{pg_query.AlterTableType_AT_EnableRowSecurity,
			pg_query.AlterTableType_AT_DisableRowSecurity, pg_query.AlterTableType_AT_ForceRowSecurity,
			pg_query.AlterTableType_AT_NoForceRowSecurity}},
		{(*alteration).enableTrigger, []pg_query.AlterTableType{pg_query.AlterTableType_AT_EnableTrig,
			pg_query.AlterTableType_AT_DisableTrig,
			pg_query.AlterTableType_AT_EnableAlwaysTrig, pg_query.AlterTableType_AT_EnableTrigAll,
			pg_query.AlterTableType_AT_DisableTrigAll, pg_query.AlterTableType_AT_EnableTrigUser,
			pg_query.AlterTableType_AT_DisableTrigUser}},
		{(*alteration).enableRule, []pg_query.AlterTableType{pg_query.AlterTableType_AT_EnableRule,
			pg_query.AlterTableType_AT_DisableRule,
			pg_query.AlterTableType_AT_EnableAlwaysRule}},
		{(*alteration).columnSetting, []pg_query.AlterTableType{pg_query.AlterTableType_AT_SetStorage,
			pg_query.AlterTableType_AT_SetStatistics,
			pg_query.AlterTableType_AT_SetOptions, pg_query.AlterTableType_AT_ResetOptions,
			pg_query.AlterTableType_AT_SetCompression}},
		{(*alteration).relationOptions, []pg_query.AlterTableType{pg_query.AlterTableType_AT_SetRelOptions,
			pg_query.AlterTableType_AT_ResetRelOptions}},
	} {
		for _, typ := range several.types {
			alterCommands[typ] = several.run
		}
	}
}
