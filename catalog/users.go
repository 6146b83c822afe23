package catalog

import "slices"

// index is what a Schema keeps of its objects so that no statement has to look at all of them.
type index struct {
	// indexes are those of each table, children the tables that inherit from each,
	// references the tables whose foreign keys point at each.
	indexes, children, references Map[ID, []ID]
	// users holds, as one number, an object and another whose definition names it.
	users Map[uint64, struct{}]
	// temporary are the relations that go with a session or a transaction.
	temporary Map[ID, struct{}]
	// constraints counts the constraints of a name in each schema, owners the relations there of
	// each role.
	constraints, owners Map[string, int]
	// opened is an ID below which all relations are open.
	opened ID
}

func usage(object, user ID) uint64 { return uint64(object)<<32 | uint64(user) }

// Users returns the relations, types and functions whose definitions name an object, in the order
// of their making: but for indexes, children and referencing tables, which have lists of their own.
func (s *Schema) Users(object ID) []ID {
	var out []ID
	for key := range s.users.From(usage(object, 0)) {
		if ID(key>>32) != object {
			break
		}
		out = append(out, ID(uint32(key)))
	}
	return out
}

// Children returns the tables that inherit from a table or are its partitions.
func (s *Schema) Children(table ID) []*Relation { return s.members(s.children, table) }

// Referencing returns the tables that have a foreign key to a table.
func (s *Schema) Referencing(table ID) []*Relation { return s.members(s.references, table) }

// Indexes returns the indexes of a table in the order of their making.
func (s *Schema) Indexes(table ID) []*Relation { return s.members(s.indexes, table) }

// OwnedSequences returns the sequences that belong to columns of a table.
func (s *Schema) OwnedSequences(table ID) []*Relation {
	var out []*Relation
	for _, id := range s.Users(table) {
		if r, ok := s.relations.Get(id); ok && r.Sequence != nil && r.Sequence.Owner == table {
			out = append(out, r)
		}
	}
	return out
}

// Temporary returns the relations that go with a session or a transaction, in the order of their
// making.
func (s *Schema) Temporary() []*Relation {
	out := make([]*Relation, 0, s.temporary.Len())
	for id := range s.temporary.All() {
		if r, ok := s.relations.Get(id); ok {
			out = append(out, r)
		}
	}
	return out
}

// HasConstraint says that a relation of a schema has a constraint of that name.
func (s *Schema) HasConstraint(schema, name string) bool {
	n, _ := s.constraints.Get(qualified(schema, name))
	return n > 0
}

func (s *Schema) members(m Map[ID, []ID], key ID) []*Relation {
	ids, _ := m.Get(key)
	out := make([]*Relation, 0, len(ids))
	for _, id := range ids {
		if r, ok := s.relations.Get(id); ok {
			out = append(out, r)
		}
	}
	return out
}

// reindex follows a relation that changes; nil is one that is not there. It changes s.
func (s *Schema) reindex(old, r *Relation) {
	id := idOf(old, r)
	if r != nil && r.Index != nil && old == nil {
		s.indexes = withMember(s.indexes, r.Index.Table, id)
	} else if r == nil && old.Index != nil {
		s.indexes = withoutMember(s.indexes, old.Index.Table, id)
	}
	s.children = move(s.children, parentsOf(old), parentsOf(r), id)
	s.references = move(s.references, referencesOf(old), referencesOf(r), id)
	s.use(id, namedBy(old), namedBy(r))
	s.countConstraints(old, r)
	s.countOwner(old, r)
	switch temporary := r != nil && (r.Temp || r.DropOnCommit); {
	case temporary:
		s.temporary = s.temporary.With(id, struct{}{})
	case old != nil && (old.Temp || old.DropOnCommit):
		s.temporary = s.temporary.Without(id)
	}
	if r != nil && !r.Open {
		s.opened = min(s.opened, id)
	}
}

func idOf(old, r *Relation) ID {
	if r != nil {
		return r.ID
	}
	return old.ID
}

func parentsOf(r *Relation) []ID {
	if r == nil {
		return nil
	}
	return r.Parents
}

func referencesOf(r *Relation) []ID {
	var out []ID
	if r == nil {
		return nil
	}
	for _, c := range r.Constraints {
		if c.Kind == ForeignKey && !slices.Contains(out, c.Ref) {
			out = append(out, c.Ref)
		}
	}
	return out
}

// namedBy are the objects that the definition of a relation names, without those of its own
// table and those that are built in.
func namedBy(r *Relation) []ID {
	if r == nil {
		return nil
	}
	var n names
	n.own = r.ID
	n.add(r.OfType)
	for _, c := range r.Columns {
		n.add(c.Type.ID)
		n.expr(c.Default)
	}
	for _, c := range r.Constraints {
		n.expr(c.Expr)
	}
	for _, t := range r.Triggers {
		n.add(t.Function)
		n.expr(t.When)
	}
	for _, p := range r.Policies {
		n.deps(p.Deps)
	}
	for _, u := range r.Rules {
		n.deps(u.Deps)
	}
	if r.View != nil {
		n.deps(r.View.Deps)
	}
	if r.Sequence != nil {
		n.add(r.Sequence.Owner)
	}
	if x := r.Index; x != nil {
		n.add(x.Parent)
		for _, k := range x.Keys {
			n.expr(k.Expr)
		}
		n.expr(x.Predicate)
	}
	return n.ids
}

// names collects IDs, each once.
type names struct {
	own ID
	ids []ID
}

func (n *names) add(id ID) {
	if id >= FirstID && id != n.own && !slices.Contains(n.ids, id) {
		n.ids = append(n.ids, id)
	}
}

func (n *names) deps(deps []Dep) {
	for _, d := range deps {
		n.add(d.ID)
	}
}

func (n *names) expr(e *Expr) {
	if e != nil {
		n.deps(e.Deps)
	}
}

// namedByType and namedByFunction are what the definitions of those name.
func namedByType(t *Type) []ID {
	if t == nil {
		return nil
	}
	n := names{own: t.ID}
	n.add(t.Base.ID)
	n.add(t.Subtype)
	n.add(t.Range)
	return n.ids
}

func namedByFunction(f *Function) []ID {
	if f == nil {
		return nil
	}
	n := names{own: f.ID}
	n.deps(f.Deps)
	return n.ids
}

// use follows what a definition names. It changes s.
func (s *Schema) use(user ID, before, after []ID) {
	for _, id := range before {
		if !slices.Contains(after, id) {
			s.users = s.users.Without(usage(id, user))
		}
	}
	for _, id := range after {
		if !slices.Contains(before, id) {
			s.users = s.users.With(usage(id, user), struct{}{})
		}
	}
}

// countConstraints follows the names of constraints. It changes s.
func (s *Schema) countConstraints(old, r *Relation) {
	if old != nil && r != nil && old.Schema == r.Schema &&
		slices.EqualFunc(old.Constraints, r.Constraints, func(a, b Constraint) bool { return a.Name == b.Name }) {
		return
	}
	before, after := constraintsOf(old), constraintsOf(r)
	if old != nil && r != nil && old.Schema == r.Schema {
		// A statement changes one or two of them.
		same := 0
		for same < min(len(before), len(after)) && before[same].Name == after[same].Name {
			same++
		}
		before, after = before[same:], after[same:]
	}
	for _, c := range before {
		s.constraints = add(s.constraints, qualified(old.Schema, c.Name), -1)
	}
	for _, c := range after {
		s.constraints = add(s.constraints, qualified(r.Schema, c.Name), 1)
	}
}

func constraintsOf(r *Relation) []Constraint {
	if r == nil {
		return nil
	}
	return r.Constraints
}

// countOwner follows whose the relations of a schema are. It changes s.
func (s *Schema) countOwner(old, r *Relation) {
	if old != nil && r != nil && old.Schema == r.Schema && old.ACL.Owner == r.ACL.Owner {
		return
	}
	if old != nil && old.ACL.Owner != "" {
		s.owners = add(s.owners, qualified(old.Schema, old.ACL.Owner), -1)
	}
	if r != nil && r.ACL.Owner != "" {
		s.owners = add(s.owners, qualified(r.Schema, r.ACL.Owner), 1)
	}
}

func add(counts Map[string, int], key string, n int) Map[string, int] {
	had, _ := counts.Get(key)
	if had+n == 0 {
		return counts.Without(key)
	}
	return counts.With(key, had+n)
}

func move(m Map[ID, []ID], before, after []ID, member ID) Map[ID, []ID] {
	for _, id := range before {
		if !slices.Contains(after, id) {
			m = withoutMember(m, id, member)
		}
	}
	for _, id := range after {
		if !slices.Contains(before, id) {
			m = withMember(m, id, member)
		}
	}
	return m
}

func withMember(m Map[ID, []ID], key, member ID) Map[ID, []ID] {
	list, _ := m.Get(key)
	return m.With(key, append(slices.Clone(list), member))
}

func withoutMember(m Map[ID, []ID], key, member ID) Map[ID, []ID] {
	list, _ := m.Get(key)
	list = slices.DeleteFunc(slices.Clone(list), func(i ID) bool { return i == member })
	if len(list) == 0 {
		return m.Without(key)
	}
	return m.With(key, list)
}
