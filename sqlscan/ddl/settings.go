package ddl

import (
	"slices"
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// set runs SET: of all settings only the search path and the role matter here.
func (a *applier) set(v *pg_query.VariableSetStmt) {
	if v.IsLocal {
		a.sess.keep()
	}
	switch {
	case v.Name == "search_path" && v.Kind == pg_query.VariableSetKind_VAR_SET_VALUE:
		a.sess.SearchPath = settingList(v.Args)
	case v.Name == "search_path":
		a.sess.SearchPath = []string{"public"}
	case v.Kind == pg_query.VariableSetKind_VAR_RESET_ALL:
		a.sess.SearchPath, a.sess.Role, a.sess.Unchecked = []string{"public"}, "", false
	case v.Name == "check_function_bodies":
		a.sess.Unchecked = isOff(v.Args)
	case v.Name == "role" || v.Name == "session_authorization":
		a.sess.Role = ""
		if list := settingList(v.Args); len(list) == 1 && list[0] != "none" {
			a.sess.Role = list[0]
		}
	}
}

// isOff says that a setting is turned off: SET x = off, false, no or 0.
func isOff(args []*pg_query.Node) bool {
	if len(args) != 1 {
		return false
	}
	c := args[0].GetAConst()
	switch strings.ToLower(c.GetSval().GetSval()) {
	case "off", "false", "no", "0", "f", "n":
		return true
	}
	return c.GetBoolval() != nil && !c.GetBoolval().GetBoolval() || c.GetIval() != nil && c.GetIval().GetIval() == 0
}

// SetsSearchPath returns the search path that a statement sets for what follows it.
func SetsSearchPath(st pgtree.Statement) ([]string, bool) {
	v := st.Node.GetVariableSetStmt()
	if st.Err != nil || v.GetName() != "search_path" || v.Kind != pg_query.VariableSetKind_VAR_SET_VALUE {
		return nil, false
	}
	return settingList(v.Args), true
}

// LeavesSearchPath says that a statement sets the search path of the session or transaction.
func LeavesSearchPath(st pgtree.Statement) bool {
	return st.Err == nil && st.Node.GetVariableSetStmt().GetName() == "search_path"
}

// settingList reads the value of SET search_path: names or one string each, or a string
// with a list in it. "$user" is left out: migrations run as no role that we know.
func settingList(args []*pg_query.Node) []string {
	out := []string{}
	for _, n := range args {
		text := n.GetAConst().GetSval().GetSval()
		if len(args) > 1 {
			out = append(out, text)
			continue
		}
		out = append(out, catalog.ParseSearchPath(text)...)
	}
	return out
}

// setConfig runs SELECT set_config('search_path', …).
func (a *applier) setConfig(f *pg_query.FuncCall) {
	_, name := names(f.Funcname)
	if name != "set_config" || len(f.Args) != 3 || f.Args[0].GetAConst().GetSval().GetSval() != "search_path" {
		return
	}
	if c := f.Args[2].GetAConst(); c.GetBoolval() == nil || c.GetBoolval().Boolval {
		a.sess.keep()
	}
	a.sess.SearchPath = catalog.ParseSearchPath(f.Args[1].GetAConst().GetSval().GetSval())
}

// keep notes what holds again behind the transaction, of which something is set for it alone.
func (s *Session) keep() {
	if s.outer == nil {
		outer := *s
		s.outer = &outer
	}
}

// Left is the session as the transaction leaves it for what comes behind it.
func (s Session) Left() Session {
	if s.outer != nil {
		return *s.outer
	}
	return s
}

// settingFor runs ALTER DATABASE or ALTER ROLE … SET.
func (a *applier) settingFor(role string, v *pg_query.VariableSetStmt) {
	set := v.Kind == pg_query.VariableSetKind_VAR_SET_VALUE
	switch {
	case v.GetName() == "search_path" && set:
		a.s = a.s.WithSearchPath(role, settingList(v.Args))
	case v.GetName() == "search_path":
		a.s = a.s.WithSearchPath(role, nil)
	case set && len(v.Args) > 0:
		a.s = a.s.WithSetting(role, v.GetName(), constantValue(v.Args[0]))
	default:
		a.s = a.s.WithoutSetting(role, v.GetName())
	}
	a.changed(catalog.Name{Kind: catalog.KindSetting, Name: v.GetName()})
}

// constantValue is the value of SET as text.
func constantValue(n *pg_query.Node) string {
	switch c := n.GetAConst(); {
	case c.GetIval() != nil:
		return strconv.Itoa(int(c.GetIval().Ival))
	case c.GetFval() != nil:
		return c.GetFval().Fval
	case c.GetBoolval() != nil:
		return strconv.FormatBool(c.GetBoolval().Boolval)
	default:
		return c.GetSval().GetSval()
	}
}

func (a *applier) createSchema(c *pg_query.CreateSchemaStmt) {
	name := c.Schemaname
	if name == "" {
		name = a.roleName(c.Authrole)
	}
	if name == "" {
		a.opaque("CREATE SCHEMA of the current role", a.openAll()...)
		return
	}
	n := catalog.Name{Kind: catalog.KindSchema, Name: name}
	if _, ok := a.s.Namespace(name); ok && !a.s.IsUnknown() {
		if c.IfNotExists {
			return
		}
		a.fail(n, "42P06", "schema %q already exists", name)
	}
	if strings.HasPrefix(name, "pg_") {
		a.fail(n, "42939", "unacceptable schema name %q", name)
	}
	acl := a.s.NewACL(a.sess.Role, "", "schema", 0)
	if c.Authrole != nil {
		acl.Owner = a.roleName(c.Authrole)
	}
	a.s = a.s.WithNamespace(catalog.Namespace{Name: name, ACL: acl})
	a.added(n)
	path := a.sess.SearchPath
	a.sess.SearchPath = append([]string{name}, path...)
	for _, e := range inSchemaOrder(c.SchemaElts) {
		a.elementOf(name, e)
		a.statement(e)
	}
	a.sess.SearchPath = path
}

// elementOf refuses an element of CREATE SCHEMA that names another schema (setSchemaName).
func (a *applier) elementOf(schema string, n *pg_query.Node) {
	var rv *pg_query.RangeVar
	switch x := n.GetNode().(type) {
	case *pg_query.Node_CreateStmt:
		rv = x.CreateStmt.Relation
	case *pg_query.Node_ViewStmt:
		rv = x.ViewStmt.View
	case *pg_query.Node_IndexStmt:
		rv = x.IndexStmt.Relation
	case *pg_query.Node_CreateSeqStmt:
		rv = x.CreateSeqStmt.Sequence
	case *pg_query.Node_CreateTrigStmt:
		rv = x.CreateTrigStmt.Relation
	}
	if rv.GetSchemaname() != "" && rv.GetSchemaname() != schema {
		a.fail(catalog.Name{Kind: catalog.KindSchema, Name: schema}, "42P15",
			"CREATE specifies a schema (%s) different from the one being created (%s)", rv.Schemaname, schema)
	}
}

// schemaOrder is in which order CREATE SCHEMA makes its elements (transformCreateSchemaStmt).
var schemaOrder = map[pgtree.Kind]int{"CreateSeq": 0, "Create": 1, "View": 2, "Index": 3, "CreateTrig": 4, "Grant": 5}

func inSchemaOrder(list []*pg_query.Node) []*pg_query.Node {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(x, y *pg_query.Node) int {
		return schemaOrder[pgtree.KindOf(x)] - schemaOrder[pgtree.KindOf(y)]
	})
	return out
}

func (a *applier) createExtension(c *pg_query.CreateExtensionStmt) {
	if _, ok := a.s.Extension(c.Extname); ok {
		if c.IfNotExists {
			return
		}
		a.fail(catalog.Name{Kind: catalog.KindExtension, Name: c.Extname}, "42710", "extension %q already exists", c.Extname)
	}
	opts := options(c.Options)
	schema := ""
	if o := opts["schema"]; o != nil {
		schema = o.Arg.GetString_().GetSval()
	}
	schema = a.creationSchema(schema)
	a.installExtension(c.Extname, schema, opts["cascade"] != nil)
}

// installExtension installs what the extension requires as well: with CASCADE the server
// does, without it the requirement was met outside the migrations.
func (a *applier) installExtension(name, schema string, cascade bool) {
	if name == "plpgsql" {
		return
	}
	for _, need := range catalog.Requires(name) {
		if _, ok := a.s.Extension(need); !ok {
			if !cascade {
				a.fail(catalog.Name{Kind: catalog.KindExtension, Name: need}, "42704", "required extension %q is not installed",
					need)
			}
			a.installExtension(need, schema, true)
		}
	}
	s, added := a.s.CreateExtension(name, schema)
	a.s = s
	for _, n := range added {
		a.added(n)
	}
	if e, _ := a.s.Extension(name); !e.Known {
		a.opaque("CREATE EXTENSION "+name, catalog.Name{Kind: catalog.KindSchema, Name: schema})
	}
}

// alterExtension covers ALTER EXTENSION … UPDATE: the members of another version are not
// known.
func (a *applier) alterExtension(e *pg_query.AlterExtensionStmt) {
	if x, ok := a.s.Extension(e.Extname); ok && !x.Known {
		a.opaque("ALTER EXTENSION "+e.Extname, catalog.Name{Kind: catalog.KindSchema, Name: x.Schema})
	}
}
