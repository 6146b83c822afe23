package catalog

import (
	"slices"
	"strings"
)

// Privileges is a set of privileges (AclMode).
type Privileges uint16

// The privileges, with the letters of aclitem.
const (
	MaySelect Privileges = 1 << iota
	MayInsert
	MayUpdate
	MayDelete
	MayTruncate
	MayReference
	MayTrigger
	MayUse
	MayCreate
	MayExecute
)

// privilegeNames are the words of GRANT and of has_table_privilege.
var privilegeNames = map[string]Privileges{
	"select": MaySelect, "insert": MayInsert, "update": MayUpdate, "delete": MayDelete, "truncate": MayTruncate,
	"references": MayReference, "trigger": MayTrigger, "usage": MayUse, "create": MayCreate, "execute": MayExecute,
}

// ParsePrivilege reads a word of GRANT; 0 is one that nothing here looks at.
func ParsePrivilege(word string) Privileges { return privilegeNames[strings.ToLower(word)] }

func (p Privileges) String() string {
	var out []string
	for name, bit := range privilegeNames {
		if p&bit != 0 {
			out = append(out, strings.ToUpper(name))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// Grant is what one role may do; the empty role is PUBLIC.
type Grant struct {
	// Role is the name, not quoted.
	Role string
	// Privileges are a set of bits.
	Privileges Privileges
}

// ACL says whose an object is and who else may use it. The owner may do everything.
type ACL struct {
	// Owner is empty where statements do not say: the role that runs the migrations.
	Owner string
	// Grants is nil until something is granted or revoked: what the kind of object gives
	// PUBLIC by itself then holds (acldefault).
	Grants []Grant
}

// With returns the ACL with privileges granted to a role; byDefault is what PUBLIC has as
// long as nothing was said.
func (a ACL) With(role string, p, byDefault Privileges) ACL {
	a.Grants = a.explicit(byDefault)
	for i := range a.Grants {
		if a.Grants[i].Role == role {
			a.Grants[i].Privileges |= p
			return a
		}
	}
	a.Grants = append(a.Grants, Grant{role, p})
	return a
}

// Without returns the ACL with privileges revoked from a role.
func (a ACL) Without(role string, p, byDefault Privileges) ACL {
	a.Grants = a.explicit(byDefault)
	for i := range a.Grants {
		if a.Grants[i].Role == role {
			a.Grants[i].Privileges &^= p
		}
	}
	return a
}

func (a ACL) explicit(byDefault Privileges) []Grant {
	if a.Grants != nil {
		return slices.Clone(a.Grants)
	}
	if byDefault == 0 {
		return []Grant{}
	}
	return []Grant{{Privileges: byDefault}}
}

// Role is a role of the cluster as far as privileges go.
type Role struct {
	// Name is not quoted.
	Name string
	// Superuser and BypassRLS lift all checks, or those of rows.
	Superuser, BypassRLS bool
	// NoInherit says that the role has its groups' privileges only after SET ROLE: up to PostgreSQL 15, and behind it
	// of memberships that are granted from then on.
	NoInherit bool
	// MemberOf are its groups, Aloof those of them that were granted without their privileges (inherit_option, 16).
	MemberOf, Aloof []string
	// Gone says that the role was dropped or renamed: it is known not to be there. Others
	// that are not in a Schema may have been made outside of it.
	Gone bool
}

// RoleMissing says that there is no role of that name for sure.
func (s *Schema) RoleMissing(name string) bool {
	r, ok := s.roles.Get(name)
	return ok && r.Gone || !ok && s.whole && !strings.HasPrefix(name, "pg_")
}

// Whole says that the schema was read from a server: roles, publications, foreign servers and
// event triggers that are not in it do not exist. Others may have been made outside of what
// made the Schema.
func (s *Schema) Whole() bool { return s.whole }

// AsWhole returns the schema as one that was read from a server.
func (s *Schema) AsWhole() *Schema {
	c := s.copy()
	c.whole = true
	return c
}

// Role returns the role of that name, known to exist or known to be gone.
func (s *Schema) Role(name string) (Role, bool) { return s.roles.Get(name) }

// Roles returns the roles that are known, by name.
func (s *Schema) Roles() []Role { return values(s.roles) }

// WithRole returns the schema with r in it.
func (s *Schema) WithRole(r Role) *Schema {
	c := s.copy()
	c.roles = s.roles.With(r.Name, r)
	return c
}

// Acts lists the roles whose privileges a role has: itself, PUBLIC (empty), and the groups
// it inherits from, directly or not.
func (s *Schema) Acts(role string) []string {
	out := []string{role, ""}
	for i := 0; i < len(out); i++ {
		r, _ := s.roles.Get(out[i])
		if out[i] == "" {
			continue
		}
		for _, group := range r.MemberOf {
			if s.inherits(r, group) && !slices.Contains(out, group) {
				out = append(out, group)
			}
		}
	}
	return out
}

// inherits says that a role has the privileges of one of its groups; where the version is not known, that some version
// says so.
func (s *Schema) inherits(r Role, group string) bool {
	aloof := slices.Contains(r.Aloof, group)
	switch {
	case s.Server == 0:
		return !r.NoInherit || !aloof
	case s.Server < 16:
		return !r.NoInherit
	}
	return !aloof
}

// MemberOf says whether a role can become another with SET ROLE.
func (s *Schema) MemberOf(role, group string) bool {
	seen := []string{role}
	for i := 0; i < len(seen); i++ {
		r, _ := s.roles.Get(seen[i])
		if seen[i] == group || r.Superuser && i == 0 {
			return true
		}
		for _, g := range r.MemberOf {
			if !slices.Contains(seen, g) {
				seen = append(seen, g)
			}
		}
	}
	return false
}

// Owns says that a role has the rights of an object's owner.
func (s *Schema) Owns(role string, a ACL) bool {
	r, _ := s.roles.Get(role)
	return r.Superuser || a.Owner != "" && slices.Contains(s.Acts(role), a.Owner)
}

// predefined are the privileges that the server's own roles give on everything
// (pg_class_aclmask_ext).
var predefined = map[string]Privileges{"pg_read_all_data": MaySelect | MayUse,
	"pg_write_all_data": MayInsert | MayUpdate | MayDelete | MayUse}

// Has returns the privileges that a role has on an object; byDefault is what PUBLIC has as
// long as nothing was granted or revoked.
func (s *Schema) Has(role string, a ACL, byDefault Privileges) Privileges {
	if s.Owns(role, a) {
		return ^Privileges(0)
	}
	have := Privileges(0)
	if a.Grants == nil {
		have = byDefault
	}
	acts := s.Acts(role)
	for _, g := range a.Grants {
		if slices.Contains(acts, g.Role) {
			have |= g.Privileges
		}
	}
	for _, name := range acts {
		have |= predefined[name]
	}
	return have
}

// defaultKey names the default privileges of a maker's new objects of a kind; an empty
// schema is any.
func defaultKey(maker, schema, kind string) string { return maker + "\x00" + schema + "\x00" + kind }

// DefaultGrants returns what ALTER DEFAULT PRIVILEGES gives on new objects of a kind ("table",
// "sequence", "function", "schema") that a role makes in a schema; an empty schema is any.
func (s *Schema) DefaultGrants(maker, schema, kind string) ACL {
	acl, _ := s.defaults.Get(defaultKey(maker, schema, kind))
	return acl
}

// NewACL is that of a new object of a kind: the default privileges of its maker for any
// schema, in place of what PUBLIC has by itself, and those for its schema on top. An unknown
// maker is the owner of most of what is in the schema, with everybody's default privileges.
func (s *Schema) NewACL(maker, schema, kind string, byDefault Privileges) ACL {
	out := ACL{Owner: maker}
	if maker == "" {
		out.Owner = s.usualOwner(schema)
	}
	for key, acl := range s.defaults.All() {
		parts := strings.SplitN(key, "\x00", 3)
		if maker != "" && parts[0] != maker || parts[2] != kind || parts[1] != "" && parts[1] != schema {
			continue
		}
		for _, g := range acl.Grants {
			out = out.With(g.Role, g.Privileges, byDefault)
		}
		if parts[1] == "" && !slices.ContainsFunc(acl.Grants,
			func(g Grant) bool { return g.Role == "" && g.Privileges&byDefault != 0 }) {
			out = out.Without("", byDefault, byDefault)
		}
	}
	return out
}

// usualOwner is who owns most of the relations of a schema.
func (s *Schema) usualOwner(schema string) string {
	best, most := "", 0
	for key, n := range s.owners.From(qualified(schema, "")) {
		owner, ok := strings.CutPrefix(key, qualified(schema, ""))
		if !ok {
			break
		}
		if n > most {
			best, most = owner, n
		}
	}
	return best
}

// WithDefaultGrants returns the schema with what ALTER DEFAULT PRIVILEGES has set.
func (s *Schema) WithDefaultGrants(maker, schema, kind string, acl ACL) *Schema {
	c := s.copy()
	c.defaults = s.defaults.With(defaultKey(maker, schema, kind), acl)
	return c
}

// Setting returns what ALTER ROLE or ALTER DATABASE (role "") has set a parameter to.
func (s *Schema) Setting(role, name string) (string, bool) {
	return s.parameters.Get(qualified(role, name))
}

// WithSetting returns the schema with a parameter set for a role ("" is the database).
func (s *Schema) WithSetting(role, name, value string) *Schema {
	c := s.copy()
	c.parameters = s.parameters.With(qualified(role, name), value)
	return c
}

// WithoutSetting returns the schema with a parameter reset.
func (s *Schema) WithoutSetting(role, name string) *Schema {
	c := s.copy()
	c.parameters = s.parameters.Without(qualified(role, name))
	return c
}

// PublicFunction is what PUBLIC may do with a new function.
const PublicFunction = MayExecute

// PublicSchema is what PUBLIC may do with a schema: only public is everybody's to use.
func PublicSchema(name string) Privileges {
	if name == "public" {
		return MayUse
	}
	return 0
}
