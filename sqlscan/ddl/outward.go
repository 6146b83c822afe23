package ddl

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Outward is what a statement does beyond its database, as far as its text tells: a DO block can make
// the text that it runs. Where a statement is tried on a server, what keeps it in is the role that
// runs it; this says beforehand what that role may not do, and which things it finds made.
type Outward struct {
	// Leaves says in a few words how the statement leaves its database; empty if it does not.
	Leaves string
	// RolesOnly says that it makes, changes or drops roles and does nothing else.
	RolesOnly bool
	// Extension is the one that the statement creates, ExtensionSchema where to; a statement that
	// changes or drops one has ExtensionChange.
	Extension, ExtensionSchema string
	ExtensionChange            bool
	// Schema is the one that the statement creates without anything in it.
	Schema string
	// Roles are those that it names, but for PUBLIC and the current one.
	Roles []string
}

// OutwardOf looks at a statement, and into the bodies of DO and the constant texts that these run.
// One that does not parse has nothing.
func OutwardOf(st pgtree.Statement) Outward {
	if st.Err != nil || st.Node == nil {
		return Outward{}
	}
	var o Outward
	o.look(st.Node, 0)
	slices.Sort(o.Roles)
	o.Roles = slices.Compact(o.Roles)
	return o
}

// maxWithin bounds how deep DO within EXECUTE within DO is followed.
const maxWithin = 8

func (o *Outward) look(n *pg_query.Node, depth int) {
	o.Leaves = firstOf(o.Leaves, leaves(n))
	o.roles(n)
	switch x := n.GetNode().(type) {
	case *pg_query.Node_CreateExtensionStmt:
		o.Extension = x.CreateExtensionStmt.Extname
		o.ExtensionSchema = options(x.CreateExtensionStmt.Options)["schema"].GetArg().GetString_().GetSval()
	case *pg_query.Node_AlterExtensionStmt, *pg_query.Node_AlterExtensionContentsStmt:
		o.ExtensionChange = true
	case *pg_query.Node_DropStmt:
		o.ExtensionChange = x.DropStmt.RemoveType == pg_query.ObjectType_OBJECT_EXTENSION
	case *pg_query.Node_CreateSchemaStmt:
		if len(x.CreateSchemaStmt.SchemaElts) == 0 {
			o.Schema = x.CreateSchemaStmt.Schemaname
		}
	case *pg_query.Node_DoStmt:
		o.block(x.DoStmt, depth)
		return
	}
	o.RolesOnly = rolesOnly(n)
}

// block looks at what a DO block runs: statements, and constant texts of EXECUTE.
func (o *Outward) block(d *pg_query.DoStmt, depth int) {
	opts := options(d.Args)
	lang := opts["language"].GetArg().GetString_().GetSval()
	if lang != "" && lang != "plpgsql" {
		return
	}
	body, err := pgtree.PLpgSQLFunction("schemavet() RETURNS void", opts["as"].GetArg().GetString_().GetSval())
	if err != nil || depth > maxWithin {
		return
	}
	all, some := true, false
	body.Queries(func(sql string, dynamic bool) {
		if dynamic {
			text := pgtree.Expr(sql).GetAConst().GetSval().GetSval()
			if text == "" {
				all = false
				return
			}
			sql = text
		}
		sts, err := pgtree.Parse(sql)
		if err != nil {
			return
		}
		for _, st := range sts {
			if st.Err != nil {
				continue // An expression.
			}
			var within Outward
			within.look(st.Node, depth+1)
			some = some || within.RolesOnly
			all = all && (within.RolesOnly || st.Node.GetSelectStmt() != nil)
			o.Leaves = firstOf(o.Leaves, within.Leaves)
			o.Roles = append(o.Roles, within.Roles...)
		}
	})
	o.RolesOnly = some && all
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// rolesOnly says that a statement is about roles alone.
func rolesOnly(n *pg_query.Node) bool {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_CreateRoleStmt, *pg_query.Node_AlterRoleStmt, *pg_query.Node_AlterRoleSetStmt,
		*pg_query.Node_DropRoleStmt, *pg_query.Node_GrantRoleStmt:
		return true
	case *pg_query.Node_RenameStmt:
		return x.RenameStmt.RenameType == pg_query.ObjectType_OBJECT_ROLE
	case *pg_query.Node_CommentStmt:
		return x.CommentStmt.Objtype == pg_query.ObjectType_OBJECT_ROLE
	case *pg_query.Node_SecLabelStmt:
		return x.SecLabelStmt.Objtype == pg_query.ObjectType_OBJECT_ROLE
	}
	return false
}

// outwardKinds are the statements that reach beyond their database, by the names of their nodes.
var outwardKinds = map[string]string{
	"createdb_stmt":                    "it makes a database",
	"dropdb_stmt":                      "it drops a database",
	"alter_database_stmt":              "it changes a database",
	"alter_database_set_stmt":          "it changes settings of a database",
	"alter_database_refresh_coll_stmt": "it changes a database",
	"create_table_space_stmt":          "it makes a tablespace",
	"drop_table_space_stmt":            "it drops a tablespace",
	"alter_table_space_options_stmt":   "it changes a tablespace",
	"alter_system_stmt":                "it changes settings of the server",
	"create_subscription_stmt":         "it connects to another server",
	"alter_subscription_stmt":          "it connects to another server",
	"drop_subscription_stmt":           "it connects to another server",
	"create_fdw_stmt":                  "it makes a foreign-data wrapper",
	"alter_fdw_stmt":                   "it changes a foreign-data wrapper",
	"create_foreign_server_stmt":       "it names another server",
	"alter_foreign_server_stmt":        "it names another server",
	"create_user_mapping_stmt":         "it names another server",
	"alter_user_mapping_stmt":          "it names another server",
	"drop_user_mapping_stmt":           "it names another server",
	"import_foreign_schema_stmt":       "it reads another server",
	"load_stmt":                        "it loads a library",
	"check_point_stmt":                 "it makes the server write",
	"drop_owned_stmt":                  "it takes what a role has in other databases too",
	"reassign_owned_stmt":              "it takes what a role has in other databases too",
}

// outwardObjects are the kinds of objects that belong to the server, or name another one.
var outwardObjects = map[pg_query.ObjectType]string{
	pg_query.ObjectType_OBJECT_DATABASE:       "it changes a database",
	pg_query.ObjectType_OBJECT_TABLESPACE:     "it changes a tablespace",
	pg_query.ObjectType_OBJECT_SUBSCRIPTION:   "it changes a subscription",
	pg_query.ObjectType_OBJECT_FDW:            "it changes a foreign-data wrapper",
	pg_query.ObjectType_OBJECT_FOREIGN_SERVER: "it changes a foreign server",
	pg_query.ObjectType_OBJECT_PARAMETER_ACL:  "it changes settings of the server",
}

// outwardFunctions are the functions that read or write files, reach other servers, or end sessions.
var outwardFunctions = strings.Fields(`
	dblink* pg_read_* pg_write_* pg_stat_file pg_ls_* pg_file_* pg_logdir_ls lo_import lo_export
	pg_terminate_backend pg_cancel_backend pg_reload_conf pg_rotate_logfile* pg_promote pg_switch_wal
	pg_create_restore_point pg_start_backup pg_stop_backup pg_backup_* pg_create_*_replication_slot
	pg_drop_replication_slot pg_replication_* pg_logical_* pg_import_system_collations pg_wal_replay_*`)

// leaves says how a statement, not looking into bodies, leaves its database.
func leaves(n *pg_query.Node) string {
	m := n.ProtoReflect()
	kind := m.WhichOneof(m.Descriptor().Oneofs().Get(0))
	if kind == nil {
		return ""
	}
	if why := outwardKinds[string(kind.Name())]; why != "" {
		return why
	}
	switch x := n.GetNode().(type) {
	case *pg_query.Node_CopyStmt:
		if x.CopyStmt.IsProgram {
			return "it runs a program"
		}
		if x.CopyStmt.Filename != "" {
			return "it reads or writes a file of the server"
		}
	case *pg_query.Node_DropStmt:
		return outwardObjects[x.DropStmt.RemoveType]
	case *pg_query.Node_RenameStmt:
		return outwardObjects[x.RenameStmt.RenameType]
	case *pg_query.Node_AlterOwnerStmt:
		return outwardObjects[x.AlterOwnerStmt.ObjectType]
	case *pg_query.Node_GrantStmt:
		return outwardObjects[x.GrantStmt.Objtype]
	case *pg_query.Node_CommentStmt:
		return outwardObjects[x.CommentStmt.Objtype]
	case *pg_query.Node_CreateFunctionStmt:
		lang := options(x.CreateFunctionStmt.Options)["language"].GetArg().GetString_().GetSval()
		if strings.EqualFold(lang, "c") || strings.EqualFold(lang, "internal") {
			return "it makes a function of a library of the server"
		}
	}
	return callsOutward(m)
}

// callsOutward finds a call of one of the functions, wherever it stands in a statement.
func callsOutward(m protoreflect.Message) (why string) {
	eachMessage(m, func(m protoreflect.Message) bool {
		if call, ok := m.Interface().(*pg_query.FuncCall); ok && why == "" {
			if _, name := names(call.Funcname); matches(outwardFunctions, name) {
				why = "it calls " + name
			}
		}
		return why == ""
	})
	return why
}

// matches says that a name is one of a list, in which * stands for any text.
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		before, after, any := strings.Cut(p, "*")
		if !any {
			return p == name
		}
		return strings.HasPrefix(name, before) && strings.HasSuffix(name, after) && len(name) >= len(before)+len(after)
	})
}

// roles collects the roles that a statement names.
func (o *Outward) roles(n *pg_query.Node) {
	add := func(name string) {
		if name != "" && name != "public" && name != "none" && !strings.HasPrefix(name, "pg_") {
			o.Roles = append(o.Roles, name)
		}
	}
	eachMessage(n.ProtoReflect(), func(m protoreflect.Message) bool {
		switch x := m.Interface().(type) {
		case *pg_query.RoleSpec:
			add(x.Rolename)
		case *pg_query.CreateRoleStmt:
			add(x.Role)
		case *pg_query.GrantRoleStmt:
			for _, r := range x.GrantedRoles {
				add(r.GetAccessPriv().GetPrivName())
			}
		case *pg_query.VariableSetStmt:
			if x.Name == "role" || x.Name == "session_authorization" {
				for _, a := range x.Args {
					add(a.GetAConst().GetSval().GetSval())
				}
			}
		}
		return true
	})
}

// eachMessage calls do with a message and those within it, as long as it says so.
func eachMessage(m protoreflect.Message, do func(protoreflect.Message) bool) bool {
	if !do(m) {
		return false
	}
	more := true
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Kind() != protoreflect.MessageKind:
		case f.IsList():
			for i := range v.List().Len() {
				if more = eachMessage(v.List().Get(i).Message(), do); !more {
					return false
				}
			}
		default:
			more = eachMessage(v.Message(), do)
		}
		return more
	})
	return more
}
