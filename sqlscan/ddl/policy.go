package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// policyCommands are the letters of pg_policy.polcmd.
var policyCommands = map[string]byte{"": '*', "all": '*', "select": 'r', "insert": 'a', "update": 'w', "delete": 'd'}

func (a *applier) createPolicy(c *pg_query.CreatePolicyStmt) {
	r := a.relation(c.Table)
	if hasPart(r, catalog.KindPolicy, c.PolicyName) {
		a.fail(relationName(r), "42710", "policy %q for table %q already exists", c.PolicyName, r.Name)
	}
	p := catalog.Policy{Name: c.PolicyName, Command: policyCommands[c.CmdName], Permissive: c.Permissive,
		Roles: a.policyRoles(c.Roles),
		Using: a.policyExpr(r, c.Qual), Check: a.policyExpr(r, c.WithCheck)}
	p.Deps = policyDeps(p)
	a.edit(r.ID, func(r *catalog.Relation) { r.Policies = append(r.Policies, p) })
	a.changed(relationName(r))
}

func (a *applier) policyRoles(list []*pg_query.Node) []string {
	out := []string{}
	for _, n := range list {
		out = append(out, a.roleName(n.GetRoleSpec()))
	}
	return out
}

func (a *applier) policyExpr(r *catalog.Relation, n *pg_query.Node) *catalog.Expr {
	if n == nil {
		return nil
	}
	e := a.expr(n, r, boolType)
	e.Deps = slices.DeleteFunc(e.Deps, func(d catalog.Dep) bool { return d.ID == r.ID && d.Column == 0 })
	return e
}

func policyDeps(p catalog.Policy) []catalog.Dep {
	var deps []catalog.Dep
	for _, e := range []*catalog.Expr{p.Using, p.Check} {
		if e != nil {
			deps = append(deps, e.Deps...)
		}
	}
	return deps
}

func (a *applier) alterPolicy(c *pg_query.AlterPolicyStmt) {
	r := a.relation(c.Table)
	if !hasPart(r, catalog.KindPolicy, c.PolicyName) {
		a.fail(relationName(r), "42704", "policy %q for table %q does not exist", c.PolicyName, r.Name)
	}
	using, check := a.policyExpr(r, c.Qual), a.policyExpr(r, c.WithCheck)
	roles := a.policyRoles(c.Roles)
	a.edit(r.ID, func(r *catalog.Relation) {
		for i := range r.Policies {
			p := &r.Policies[i]
			if p.Name != c.PolicyName {
				continue
			}
			if using != nil {
				p.Using = using
			}
			if check != nil {
				p.Check = check
			}
			if len(roles) > 0 {
				p.Roles = roles
			}
			p.Deps = policyDeps(*p)
		}
	})
	a.changed(relationName(r))
}
