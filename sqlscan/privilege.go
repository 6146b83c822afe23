package sqlscan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// What a role may do is looked up when a statement starts to run (ExecCheckPermissions), row
// security when it is rewritten (rowsecurity.c). A statement that is refused in the base is
// not judged: who owns what, and who was granted what outside of migrations, is not known
// there.

// need is a privilege that a statement needs on a relation, or on one of its columns.
type need struct {
	rel    *catalog.Relation
	may    catalog.Privileges
	column int16
}

// needs records that the statement, which names a relation at an offset, needs a privilege
// on it.
func (b *binder) needs(rel *catalog.Relation, at int, may catalog.Privileges) {
	if b.env.Role == "" || rel == nil || rel.ID == 0 {
		return
	}
	if b.named == nil {
		b.named = map[catalog.ID]int{}
	}
	if _, ok := b.named[rel.ID]; !ok {
		b.named[rel.ID] = at
	}
	b.needed = append(b.needed, need{rel: rel, may: may})
}

// needsColumn records that the statement needs a privilege on a column.
func (b *binder) needsColumn(d catalog.Dep, may catalog.Privileges) {
	if b.env.Role == "" || d.Class != catalog.ClassRelation || d.Column == 0 || may == 0 {
		return
	}
	if rel, ok := b.env.Schema.RelationByID(d.ID); ok {
		b.needed = append(b.needed, need{rel, may, d.Column})
	}
}

// writes says that columns named from here on are written with that privilege.
func (b *binder) writes(w write, may catalog.Privileges) write {
	b.needs(w.rel, w.at, may)
	w.may = may
	return w
}

// privileges notes what the role of the statement is not allowed to.
func (b *binder) privileges() {
	b.readOnly()
	role := b.env.Role
	if role == "" {
		return
	}
	for _, name := range b.env.Schema.Acts(role) {
		b.looks(catalog.KindRole, "", name)
	}
	for _, n := range b.needed {
		b.check(n, role, b.named[n.rel.ID])
	}
	b.usages(role)
	b.executes(role)
	b.sequences(role)
	b.rowSecurities(role)
}

// owns notes a command that only the owner may give.
func (b *binder) owns(rel *catalog.Relation, at int, command string) {
	if b.env.Role == "" || rel == nil || rel.ACL.Owner == "" || b.env.Schema.Owns(b.env.Role, rel.ACL) {
		return
	}
	b.denied(at, command, "42501", fmt.Sprintf("must be owner of %s %s", rel.Kind, rel.Name),
		catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name})
}

// denied notes a refusal.
func (b *binder) denied(at int, what, sqlstate, message string, object catalog.Name) {
	b.note(Outcome{Start: at, End: at, Kind: object.Kind, Fact: Privilege, Text: what, Name: object.Name, State: Failed,
		Phase:  RunPhase,
		Access: true, SQLSTATE: sqlstate, Message: message, Object: object})
}

// check looks up one need of a role, and what the definition of a view needs of the view's
// owner.
func (b *binder) check(n need, role string, at int) {
	b.looks(catalog.KindRelation, n.rel.Schema, n.rel.Name)
	if !b.allowed(n, role) {
		name := catalog.Name{Kind: catalog.KindRelation, Schema: n.rel.Schema, Name: n.rel.Name}
		what := fmt.Sprintf("%s %s.%s %s", n.may, n.rel.Schema, n.rel.Name, role)
		b.denied(at, what, "42501", fmt.Sprintf("permission denied for %s %s: role %q may not %s", n.rel.Kind, n.rel.Name,
			role, n.may), name)
		return
	}
	if n.rel.Kind == catalog.View && n.rel.View != nil && n.column == 0 {
		b.checkView(n, role, at)
	}
}

// checkView looks up what the reader of a view needs below it: its owner's rights are asked
// unless it is a security invoker.
func (b *binder) checkView(n need, role string, at int) {
	if !n.rel.View.SecurityInvoker {
		role = n.rel.ACL.Owner
	}
	if role == "" || b.depth > maxBodies {
		return
	}
	b.depth++
	defer func() { b.depth-- }()
	for _, d := range n.rel.View.Deps {
		under, ok := b.env.Schema.RelationByID(d.ID)
		if !ok || d.Class != catalog.ClassRelation || under.ID == n.rel.ID {
			continue
		}
		b.check(need{under, catalog.MaySelect, d.Column}, role, at)
		if n.may != catalog.MaySelect && under.ID == n.rel.View.Base {
			b.check(need{under, n.may, 0}, role, at)
		}
	}
}

// allowed says that a role has a privilege on a relation or on the column: for the relation
// as a whole, on any column (ExecCheckOneRelPerms).
func (b *binder) allowed(n need, role string) bool {
	s := b.env.Schema
	if s.Has(role, n.rel.ACL, 0)&n.may != 0 {
		return true
	}
	if n.may&(catalog.MaySelect|catalog.MayInsert|catalog.MayUpdate) == 0 {
		return false
	}
	return slices.ContainsFunc(n.rel.Columns, func(c catalog.Column) bool {
		return (n.column == 0 || c.Num == n.column) && s.Has(role, catalog.ACL{Grants: c.Grants}, 0)&n.may != 0
	})
}

// usages looks up the schemas of the names. One that may not be used is passed over in the
// search path, and refused in a name that has it.
func (b *binder) usages(role string) {
	for _, o := range slices.Clone(b.Outcomes) {
		if o.State != Bound || !o.InText() || o.Kind != catalog.KindRelation && o.Kind != catalog.KindFunction ||
			o.Object.Schema == "" {
			continue
		}
		b.looks(catalog.KindSchema, "", o.Object.Schema)
		ns, ok := b.env.Schema.Namespace(o.Object.Schema)
		if !ok || ns.Name == "pg_catalog" || ns.Name == "information_schema" ||
			b.env.Schema.Has(role, ns.ACL, catalog.PublicSchema(ns.Name))&catalog.MayUse != 0 {
			continue
		}
		sqlstate := "42501"
		if !strings.Contains(o.Name, ".") {
			sqlstate = map[catalog.Kind]string{catalog.KindRelation: "42P01", catalog.KindFunction: "42883"}[o.Kind]
		}
		b.denied(o.Start, "USAGE "+ns.Name, sqlstate, fmt.Sprintf("permission denied for schema %s", ns.Name),
			catalog.Name{Kind: catalog.KindSchema, Name: ns.Name})
	}
}

// executes looks up the functions.
func (b *binder) executes(role string) {
	for _, d := range b.dependsOn.list {
		if d.Class != catalog.ClassFunction {
			continue
		}
		f, ok := b.env.Schema.FunctionByID(d.ID)
		if !ok || b.env.Schema.Has(role, f.ACL, catalog.PublicFunction)&catalog.MayExecute != 0 {
			continue
		}
		b.denied(b.st.Start, "EXECUTE "+f.Schema+"."+f.Name, "42501",
			fmt.Sprintf("permission denied for function %s", f.Name),
			catalog.Name{Kind: catalog.KindFunction, Schema: f.Schema, Name: f.Name})
	}
}

// sequenceCalls is what the functions on sequences need, one of them.
var sequenceCalls = map[string]catalog.Privileges{"nextval": catalog.MayUse | catalog.MayUpdate,
	"setval": catalog.MayUpdate, "currval": catalog.MayUse | catalog.MaySelect}

// sequences looks up the sequences that are named in literals.
func (b *binder) sequences(role string) {
	may := catalog.Privileges(0)
	for _, o := range b.Outcomes {
		if o.Kind == catalog.KindFunction && o.Object.Schema == "pg_catalog" {
			may |= sequenceCalls[o.Object.Name]
		}
	}
	for _, o := range slices.Clone(b.Outcomes) {
		if rel, ok := b.env.Schema.RelationByID(o.Ref.ID); ok && o.Fact == Literal && rel.Kind == catalog.Sequence &&
			may != 0 {
			b.check(need{rel: rel, may: may}, role, o.Start)
		}
	}
}

// defaultNeeds looks up the sequence that a default draws from; that of an identity column
// needs nothing.
func (b *binder) defaultNeeds(e *catalog.Expr, at int) {
	if b.env.Role == "" || e == nil {
		return
	}
	for _, d := range e.Deps {
		rel, ok := b.env.Schema.RelationByID(d.ID)
		if ok && d.Class == catalog.ClassRelation && rel.Kind == catalog.Sequence {
			b.check(need{rel: rel, may: catalog.MayUse | catalog.MayUpdate}, b.env.Role, at)
		}
	}
}

// rowCommands are the policies that a privilege in use makes apply.
var rowCommands = map[catalog.Privileges]byte{catalog.MaySelect: 'r', catalog.MayInsert: 'a', catalog.MayUpdate: 'w',
	catalog.MayDelete: 'd'}

// rowSecurities notes the policies that hide rows from the role or keep it from writing
// them (get_row_security_policies).
func (b *binder) rowSecurities(role string) {
	seen := map[need]bool{}
	for _, n := range b.needed {
		n.column = 0
		if command := rowCommands[n.may]; command != 0 && !seen[n] {
			seen[n] = true
			b.rowSecurity(n.rel, command, role, b.named[n.rel.ID])
		}
	}
}

func (b *binder) rowSecurity(rel *catalog.Relation, command byte, role string, at int) {
	if rel.View != nil && rel.Kind == catalog.View {
		if !rel.View.SecurityInvoker {
			role = rel.ACL.Owner
		}
		if base, ok := b.env.Schema.RelationByID(rel.View.Base); ok && role != "" {
			b.rowSecurity(base, command, role, at)
		}
		return
	}
	r, _ := b.env.Schema.Role(role)
	if !rel.RowSecurity || r.Superuser || r.BypassRLS || b.env.Schema.Owns(role, rel.ACL) && !rel.ForceRowSecurity {
		return
	}
	text, permissive := b.policies(rel, command, role, at)
	o := Outcome{Start: at, End: at, Kind: catalog.KindPolicy, Fact: RowSecurity, Text: text, Name: rel.Name,
		State: Possible, Phase: RunPhase, Access: true,
		Object:  catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name},
		Message: fmt.Sprintf("row security of %q may hide rows from role %q", rel.Name, role)}
	switch {
	case command == 'a' && !permissive:
		o.State, o.SQLSTATE, o.Message = Failed, "42501",
			fmt.Sprintf("new row violates row-level security policy for table %q", rel.Name)
	case command == 'a':
		o.SQLSTATE, o.Message = "42501", fmt.Sprintf("new row may violate row-level security policy for table %q", rel.Name)
	case !permissive:
		o.State, o.Message = Failed, fmt.Sprintf("row security of %q hides all rows from role %q: no policy lets it "+
			"see any", rel.Name, role)
	case command == 'w':
		o.SQLSTATE = "42501"
	}
	b.note(o)
}

// policies is the text of those that apply, and whether one of them lets rows through. What
// a policy calls runs with the statement.
func (b *binder) policies(rel *catalog.Relation, command byte, role string, at int) (string, bool) {
	acts := b.env.Schema.Acts(role)
	var parts []string
	permissive := false
	for _, p := range rel.Policies {
		if p.Command != '*' && p.Command != command ||
			len(p.Roles) > 0 && !slices.ContainsFunc(p.Roles, func(r string) bool { return slices.Contains(acts, r) }) {
			continue
		}
		permissive = permissive || p.Permissive
		e := p.Using
		if p.Check != nil && command != 'r' && command != 'd' {
			e = p.Check
		}
		text := "true"
		if e != nil {
			text = e.SQL
		}
		parts = append(parts, text)
		if strings.Contains(text, "current_setting(") && !strings.Contains(text, "true)") {
			b.note(Outcome{Start: at, End: at, Kind: catalog.KindPolicy, Fact: PolicySetting, Text: text, Name: p.Name,
				State: Possible, Phase: RunPhase, SQLSTATE: "42704",
				Message: fmt.Sprintf("policy %q reads a setting that the session may not have", p.Name),
				Object:  catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}})
		}
		for _, d := range p.Deps {
			b.calledBy(d, at)
		}
	}
	slices.Sort(parts)
	return string(command) + " " + strings.Join(parts, " OR "), permissive
}

// readOnly notes a write in a database or for a role whose transactions only read.
func (b *binder) readOnly() {
	const name = "default_transaction_read_only"
	if !b.Command.ChangesRows() && b.Command != pgtree.Truncate && b.Command != pgtree.RefreshMatView {
		return
	}
	b.looks(catalog.KindSetting, "", name)
	value, ok := b.env.Schema.Setting(b.env.Role, name)
	if !ok {
		value, _ = b.env.Schema.Setting("", name)
	}
	if value == "on" || value == "true" || value == "1" {
		b.note(Outcome{Start: b.st.Start, End: b.st.Start, Kind: catalog.KindSetting, Fact: ReadOnly, Name: name,
			State: Possible, Phase: RunPhase, SQLSTATE: "25006",
			Message: "new sessions only read: cannot execute " + b.Command.Words() + " in a read-only transaction",
			Object:  catalog.Name{Kind: catalog.KindSetting, Name: name}})
	}
}
