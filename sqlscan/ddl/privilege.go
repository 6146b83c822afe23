package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// everything is what ALL PRIVILEGES means.
const everything = ^catalog.Privileges(0)

// roleName is the role that a RoleSpec means; empty is PUBLIC for a grantee, and whoever
// runs the migrations for an owner. A role that is known not to be there is refused.
func (a *applier) roleName(r *pg_query.RoleSpec) string {
	switch r.GetRoletype() {
	case pg_query.RoleSpecType_ROLESPEC_PUBLIC:
		return ""
	case pg_query.RoleSpecType_ROLESPEC_CSTRING:
		a.mustRole(r.Rolename)
		return r.Rolename
	}
	return a.sess.Role
}

func (a *applier) mustRole(name string) {
	if a.s.RoleMissing(name) {
		a.fail(catalog.Name{Kind: catalog.KindRole, Name: name}, "42704", "role %q does not exist", name)
	}
}

func isPublic(r *pg_query.RoleSpec) bool {
	return r.GetRoletype() == pg_query.RoleSpecType_ROLESPEC_PUBLIC
}

func (a *applier) createRole(r *pg_query.CreateRoleStmt) {
	name := catalog.Name{Kind: catalog.KindRole, Name: r.Role}
	if old, ok := a.s.Role(r.Role); ok && !old.Gone {
		a.fail(name, "42710", "role %q already exists", r.Role)
	}
	a.s = a.s.WithRole(a.roleOptions(catalog.Role{Name: r.Role}, r.Options))
	a.added(name)
}

func (a *applier) alterRole(s *pg_query.AlterRoleStmt) {
	name := a.roleName(s.Role)
	if name == "" {
		return
	}
	role, _ := a.s.Role(name)
	role.Name = name
	a.s = a.s.WithRole(a.roleOptions(role, s.Options))
	a.changed(catalog.Name{Kind: catalog.KindRole, Name: name})
}

// roleOptions applies the options of CREATE and ALTER ROLE that privileges depend on.
func (a *applier) roleOptions(role catalog.Role, list []*pg_query.Node) catalog.Role {
	var joined []string
	for _, n := range list {
		d := n.GetDefElem()
		on := d.GetArg().GetBoolean().GetBoolval()
		switch d.GetDefname() {
		case "superuser":
			role.Superuser = on
		case "bypassrls":
			role.BypassRLS = on
		case "inherit":
			role.NoInherit = !on
		case "addroleto":
			for _, g := range d.Arg.GetList().GetItems() {
				role.MemberOf = with(role.MemberOf, a.roleName(g.GetRoleSpec()))
				joined = append(joined, a.roleName(g.GetRoleSpec()))
			}
		case "rolemembers", "adminmembers":
			for _, m := range d.Arg.GetList().GetItems() {
				a.joins(a.roleName(m.GetRoleSpec()), role.Name, true, nil)
			}
		}
	}
	if role.NoInherit {
		for _, g := range joined {
			role.Aloof = with(role.Aloof, g)
		}
	}
	return role
}

// with returns the list with a name in it, without the old list being changed.
func with(list []string, name string) []string {
	return append(without(list, name), name)
}

func without(list []string, name string) []string {
	out := []string{}
	for _, x := range list {
		if x != name {
			out = append(out, x)
		}
	}
	return out
}

// joins makes a role a member of a group, or ends that. options are those of GRANT.
func (a *applier) joins(member, group string, on bool, options []*pg_query.Node) {
	if member == "" {
		return
	}
	role, _ := a.s.Role(member)
	role.Name = member
	role.MemberOf, role.Aloof = without(role.MemberOf, group), without(role.Aloof, group)
	if on {
		role.MemberOf = with(role.MemberOf, group)
	}
	if on && !inheritsBy(options, !role.NoInherit) {
		role.Aloof = with(role.Aloof, group)
	}
	a.s = a.s.WithRole(role)
	a.changed(catalog.Name{Kind: catalog.KindRole, Name: member})
}

// inheritsBy is WITH INHERIT of a grant.
func inheritsBy(options []*pg_query.Node, otherwise bool) bool {
	for _, n := range options {
		if d := n.GetDefElem(); d.GetDefname() == "inherit" {
			return d.GetArg().GetBoolean().GetBoolval()
		}
	}
	return otherwise
}

func (a *applier) grantRole(g *pg_query.GrantRoleStmt) {
	for _, n := range g.GrantedRoles {
		group := n.GetAccessPriv().GetPrivName()
		a.mustRole(group)
		for _, m := range g.GranteeRoles {
			a.joins(a.roleName(m.GetRoleSpec()), group, g.IsGrant, g.Opt)
		}
	}
}

// dropRole drops roles. Those that migrations did not make are not known, so a missing one
// is no error unless it was dropped before; one that owns something cannot go.
func (a *applier) dropRole(d *pg_query.DropRoleStmt) {
	for _, n := range d.Roles {
		role := n.GetRoleSpec().GetRolename()
		if a.s.RoleMissing(role) {
			if d.MissingOk {
				continue
			}
			a.mustRole(role)
		}
		name := catalog.Name{Kind: catalog.KindRole, Name: role}
		if a.needed(role) {
			a.fail(name, "2BP01", "role %q cannot be dropped because some objects depend on it", role)
		}
		a.s = a.s.WithRole(catalog.Role{Name: role, Gone: true})
		a.effect(catalog.Effect{Op: catalog.OpRemove, Name: name})
	}
}

// needed says that a role owns an object or has privileges on one.
func (a *applier) needed(role string) bool {
	holds := func(acl catalog.ACL) bool { return acl.Owner == role || granted(acl.Grants, role) }
	for _, r := range a.s.Relations() {
		if holds(r.ACL) {
			return true
		}
		for _, c := range r.Columns {
			if granted(c.Grants, role) {
				return true
			}
		}
		for _, p := range r.Policies {
			for _, x := range p.Roles {
				if x == role {
					return true
				}
			}
		}
	}
	for _, f := range a.s.AllFunctions() {
		if holds(f.ACL) {
			return true
		}
	}
	for _, ns := range a.s.Namespaces() {
		if holds(ns.ACL) {
			return true
		}
	}
	return false
}

func granted(list []catalog.Grant, role string) bool {
	for _, g := range list {
		if g.Role == role && g.Privileges != 0 {
			return true
		}
	}
	return false
}

// grant runs GRANT and REVOKE on objects.
func (a *applier) grant(g *pg_query.GrantStmt) {
	if g.Targtype == pg_query.GrantTargetType_ACL_TARGET_ALL_IN_SCHEMA {
		a.grantAll(g)
		return
	}
	for _, n := range g.Objects {
		switch g.Objtype {
		case pg_query.ObjectType_OBJECT_TABLE, pg_query.ObjectType_OBJECT_SEQUENCE:
			a.grantRelation(g, a.relation(n.GetRangeVar()))
		case pg_query.ObjectType_OBJECT_SCHEMA:
			a.grantSchema(g, n.GetString_().GetSval())
		case pg_query.ObjectType_OBJECT_FUNCTION, pg_query.ObjectType_OBJECT_PROCEDURE, pg_query.ObjectType_OBJECT_ROUTINE:
			if f := a.mustFunction(n.GetObjectWithArgs()); f != nil && f.ID != 0 {
				a.grantFunction(g, f)
			}
		case pg_query.ObjectType_OBJECT_TYPE, pg_query.ObjectType_OBJECT_DOMAIN:
			a.mustType(n.GetList().GetItems())
		}
	}
	for _, n := range g.Grantees {
		a.roleName(n.GetRoleSpec())
	}
}

// grantAll runs GRANT … ON ALL TABLES IN SCHEMA.
func (a *applier) grantAll(g *pg_query.GrantStmt) {
	for _, n := range g.Objects {
		schema := n.GetString_().GetSval()
		if _, ok := a.s.Namespace(schema); !ok {
			a.fail(catalog.Name{Kind: catalog.KindSchema, Name: schema}, "3F000", "schema %q does not exist", schema)
		}
		for _, r := range a.s.Relations() {
			sequence := r.Kind == catalog.Sequence
			if r.Schema == schema && (g.Objtype == pg_query.ObjectType_OBJECT_SEQUENCE && sequence ||
				g.Objtype == pg_query.ObjectType_OBJECT_TABLE && !sequence && r.HasRows()) {
				a.grantRelation(g, r)
			}
		}
		for _, f := range a.s.AllFunctions() {
			switch g.Objtype {
			case pg_query.ObjectType_OBJECT_FUNCTION, pg_query.ObjectType_OBJECT_PROCEDURE, pg_query.ObjectType_OBJECT_ROUTINE:
				if f.Schema == schema {
					a.grantFunction(g, f)
				}
			}
		}
	}
}

// given calls do for each privilege and grantee of a statement. Columns is nil for the whole
// object. A grantee that is the unknown role which runs the migrations is left out.
func (a *applier) given(g *pg_query.GrantStmt, do func(role string, p catalog.Privileges, columns []string)) {
	for _, n := range g.Grantees {
		role := a.roleName(n.GetRoleSpec())
		if role == "" && !isPublic(n.GetRoleSpec()) {
			continue
		}
		if len(g.Privileges) == 0 {
			do(role, everything, nil)
		}
		for _, p := range g.Privileges {
			what := everything
			if word := p.GetAccessPriv().GetPrivName(); word != "" {
				what = catalog.ParsePrivilege(word)
			}
			do(role, what, strs(p.GetAccessPriv().GetCols()))
		}
	}
}

// change applies one grant or revocation to an ACL.
func change(on bool, acl catalog.ACL, role string, p, byDefault catalog.Privileges) catalog.ACL {
	if on {
		return acl.With(role, p, byDefault)
	}
	return acl.Without(role, p, byDefault)
}

func (a *applier) grantRelation(g *pg_query.GrantStmt, rel *catalog.Relation) {
	if rel.ID == 0 {
		return
	}
	a.edit(rel.ID, func(r *catalog.Relation) {
		a.given(g, func(role string, p catalog.Privileges, columns []string) {
			for _, name := range columns {
				c := r.Column(name)
				if c == nil {
					a.fail(columnName(r, name), "42703", "column %q of relation %q does not exist", name, r.Name)
				}
				c.Grants = change(g.IsGrant, catalog.ACL{Grants: c.Grants}, role, p, 0).Grants
			}
			if len(columns) > 0 {
				return
			}
			r.ACL = change(g.IsGrant, r.ACL, role, p, 0)
			for i := range r.Columns {
				// What is revoked on the table is revoked on its columns too.
				if c := &r.Columns[i]; !g.IsGrant && c.Grants != nil {
					c.Grants = catalog.ACL{Grants: c.Grants}.Without(role, p, 0).Grants
				}
			}
		})
	})
	a.access(relationName(rel), !g.IsGrant)
}

// access records a change of what roles may do.
func (a *applier) access(n catalog.Name, less bool) {
	a.effect(catalog.Effect{Op: catalog.OpChange, Name: n, Access: less})
}

func (a *applier) grantSchema(g *pg_query.GrantStmt, name string) {
	ns, ok := a.s.Namespace(name)
	if !ok {
		a.fail(catalog.Name{Kind: catalog.KindSchema, Name: name}, "3F000", "schema %q does not exist", name)
	}
	a.given(g, func(role string, p catalog.Privileges, _ []string) {
		ns.ACL = change(g.IsGrant, ns.ACL, role, p, catalog.PublicSchema(name))
	})
	a.s = a.s.WithNamespace(ns)
	a.access(catalog.Name{Kind: catalog.KindSchema, Name: name}, !g.IsGrant)
}

func (a *applier) grantFunction(g *pg_query.GrantStmt, f *catalog.Function) {
	c := *f
	a.given(g, func(role string, p catalog.Privileges, _ []string) {
		c.ACL = change(g.IsGrant, c.ACL, role, p, catalog.PublicFunction)
	})
	a.s = a.s.WithFunction(&c)
	a.access(functionName(f), !g.IsGrant)
}

// defaultKinds are the kinds of object that default privileges are kept for.
var defaultKinds = map[pg_query.ObjectType]string{pg_query.ObjectType_OBJECT_TABLE: "table",
	pg_query.ObjectType_OBJECT_SEQUENCE: "sequence",
	pg_query.ObjectType_OBJECT_FUNCTION: "function", pg_query.ObjectType_OBJECT_ROUTINE: "function",
	pg_query.ObjectType_OBJECT_SCHEMA: "schema"}

// alterDefaultPrivileges runs ALTER DEFAULT PRIVILEGES.
func (a *applier) alterDefaultPrivileges(s *pg_query.AlterDefaultPrivilegesStmt) {
	opts := options(s.Options)
	makers, schemas := []string{a.sess.Role}, []string{""}
	if o := opts["roles"]; o != nil {
		makers = nil
		for _, n := range o.Arg.GetList().GetItems() {
			makers = append(makers, a.roleName(n.GetRoleSpec()))
		}
	}
	if o := opts["schemas"]; o != nil {
		schemas = strs(o.Arg.GetList().GetItems())
	}
	kind, ok := defaultKinds[s.Action.GetObjtype()]
	if !ok {
		return
	}
	for _, maker := range makers {
		for _, schema := range schemas {
			if _, ok := a.s.Namespace(schema); schema != "" && !ok {
				a.fail(catalog.Name{Kind: catalog.KindSchema, Name: schema}, "3F000", "schema %q does not exist", schema)
			}
			byDefault := catalog.Privileges(0)
			if kind == "function" && schema == "" {
				byDefault = catalog.PublicFunction
			}
			acl := a.s.DefaultGrants(maker, schema, kind)
			a.given(s.Action, func(role string, p catalog.Privileges, _ []string) {
				acl = change(s.Action.IsGrant, acl, role, p, byDefault)
			})
			a.s = a.s.WithDefaultGrants(maker, schema, kind, acl)
		}
	}
}

// alterOwner runs ALTER … OWNER TO on what stands in no ALTER TABLE.
func (a *applier) alterOwner(s *pg_query.AlterOwnerStmt) {
	owner := a.roleName(s.Newowner)
	switch s.ObjectType {
	case pg_query.ObjectType_OBJECT_SCHEMA:
		name := s.Object.GetString_().GetSval()
		ns, ok := a.s.Namespace(name)
		if !ok {
			a.fail(catalog.Name{Kind: catalog.KindSchema, Name: name}, "3F000", "schema %q does not exist", name)
		}
		ns.ACL.Owner = owner
		a.s = a.s.WithNamespace(ns)
		a.changed(catalog.Name{Kind: catalog.KindSchema, Name: name})
	case pg_query.ObjectType_OBJECT_FUNCTION, pg_query.ObjectType_OBJECT_PROCEDURE, pg_query.ObjectType_OBJECT_ROUTINE,
		pg_query.ObjectType_OBJECT_AGGREGATE:
		if f := a.mustFunction(s.Object.GetObjectWithArgs()); f != nil && f.ID != 0 {
			c := *f
			c.ACL.Owner = owner
			a.s = a.s.WithFunction(&c)
			a.changed(functionName(f))
		}
	default:
		a.named(s.ObjectType, s.Relation, s.Object)
	}
}

// mustOwn refuses a change of a relation by a role that is known not to own it.
func (a *applier) mustOwn(r *catalog.Relation) {
	if _, known := a.s.Role(a.sess.Role); !known || r.ACL.Owner == "" || a.s.Owns(a.sess.Role, r.ACL) {
		return
	}
	a.fail(relationName(r), "42501", "must be owner of %s %s", r.Kind, r.Name)
}

// owns gives a relation, and the sequences that belong to its columns, to a role. What the
// old owner had by grants goes to the new one.
func (a *applier) owns(id catalog.ID, owner string) {
	a.edit(id, func(r *catalog.Relation) { r.ACL.Owner = owner })
	for _, q := range a.s.OwnedSequences(id) {
		a.edit(q.ID, func(r *catalog.Relation) { r.ACL.Owner = owner })
	}
	a.access(relationName(a.current(id)), true)
}

// reassignOwned runs REASSIGN OWNED.
func (a *applier) reassignOwned(s *pg_query.ReassignOwnedStmt) {
	owner := a.roleName(s.Newrole)
	for _, n := range s.Roles {
		from := a.roleName(n.GetRoleSpec())
		if from == "" {
			continue
		}
		for _, r := range a.s.Relations() {
			if r.ACL.Owner == from {
				a.owns(r.ID, owner)
			}
		}
		for _, f := range a.s.AllFunctions() {
			if f.ACL.Owner == from {
				c := *f
				c.ACL.Owner = owner
				a.s = a.s.WithFunction(&c)
				a.changed(functionName(f))
			}
		}
		for _, ns := range a.s.Namespaces() {
			if ns.ACL.Owner == from {
				ns.ACL.Owner = owner
				a.s = a.s.WithNamespace(ns)
			}
		}
	}
}

// dropOwned runs DROP OWNED: what the roles own goes, and what they were granted.
func (a *applier) dropOwned(s *pg_query.DropOwnedStmt) {
	for _, n := range s.Roles {
		role := a.roleName(n.GetRoleSpec())
		if role == "" {
			a.opaque("DROP OWNED", a.openAll()...)
			continue
		}
		var targets []target
		for _, r := range a.s.Relations() {
			if r.ACL.Owner == role && r.Index == nil {
				targets = append(targets, relationTarget(r.ID))
				continue
			}
			a.forget(r, role)
		}
		for _, f := range a.s.AllFunctions() {
			if f.ACL.Owner == role {
				targets = append(targets, functionTarget(f.ID))
			}
		}
		for _, ns := range a.s.Namespaces() {
			if ns.ACL.Owner == role {
				targets = append(targets, namespaceTarget(ns.Name))
			}
		}
		if len(targets) > 0 {
			a.drop(targets, s.Behavior == pg_query.DropBehavior_DROP_CASCADE)
		}
	}
}

// forget takes back what a role was granted on a relation.
func (a *applier) forget(r *catalog.Relation, role string) {
	if !granted(r.ACL.Grants, role) {
		return
	}
	a.edit(r.ID, func(r *catalog.Relation) {
		r.ACL = r.ACL.Without(role, everything, 0)
		for i := range r.Columns {
			if c := &r.Columns[i]; c.Grants != nil {
				c.Grants = catalog.ACL{Grants: c.Grants}.Without(role, everything, 0).Grants
			}
		}
	})
	a.changed(relationName(r))
}

// renameRole runs ALTER ROLE … RENAME: grants and ownership follow.
func (a *applier) renameRole(from, to string) {
	a.mustRole(from)
	role, _ := a.s.Role(from)
	role.Name = to
	a.s = a.s.WithRole(role).WithRole(catalog.Role{Name: from, Gone: true})
	swap := func(name string) string {
		if name == from {
			return to
		}
		return name
	}
	moved := func(acl catalog.ACL) catalog.ACL {
		acl.Owner, acl.Grants = swap(acl.Owner), slices.Clone(acl.Grants)
		for i := range acl.Grants {
			acl.Grants[i].Role = swap(acl.Grants[i].Role)
		}
		return acl
	}
	for _, r := range a.s.Relations() {
		a.edit(r.ID, func(r *catalog.Relation) {
			r.ACL = moved(r.ACL)
			for i := range r.Columns {
				r.Columns[i].Grants = moved(catalog.ACL{Grants: r.Columns[i].Grants}).Grants
			}
			for i := range r.Policies {
				r.Policies[i].Roles = slices.Clone(r.Policies[i].Roles)
				for k := range r.Policies[i].Roles {
					r.Policies[i].Roles[k] = swap(r.Policies[i].Roles[k])
				}
			}
		})
	}
	for _, f := range a.s.AllFunctions() {
		c := *f
		c.ACL = moved(f.ACL)
		a.s = a.s.WithFunction(&c)
	}
	for _, ns := range a.s.Namespaces() {
		ns.ACL = moved(ns.ACL)
		a.s = a.s.WithNamespace(ns)
	}
	a.renamed(catalog.Name{Kind: catalog.KindRole, Name: from}, catalog.Name{Kind: catalog.KindRole, Name: to})
}
