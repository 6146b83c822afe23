package catalog

import "slices"

// Publication is a set of tables whose changes are sent to subscribers.
type Publication struct {
	// Name is not quoted.
	Name string
	// All says that every table takes part, Schemas that those of the schemas do.
	All     bool
	Schemas []string
	Tables  []PublishedTable
	// Update and Delete say that these are sent: rows must then have an identity.
	Update, Delete bool
}

// PublishedTable is a table of a publication. Columns is nil for all; Where are the columns
// that its row filter reads.
type PublishedTable struct {
	// Table is a relation, columns are by number.
	Table          ID
	Columns, Where []int16
}

// Publication returns the publication of that name.
func (s *Schema) Publication(name string) (Publication, bool) { return s.published.Get(name) }

// Publications returns all publications by name.
func (s *Schema) Publications() []Publication { return values(s.published) }

// WithPublication returns the schema with p in it.
func (s *Schema) WithPublication(p Publication) *Schema {
	c := s.copy()
	c.published = s.published.With(p.Name, p)
	return c
}

// WithoutPublication returns the schema without the publication.
func (s *Schema) WithoutPublication(name string) *Schema {
	c := s.copy()
	c.published = s.published.Without(name)
	return c
}

// Publishes returns how a publication has a table: false if it has not. A partition is in
// those of its parents.
func (s *Schema) Publishes(p Publication, r *Relation) (PublishedTable, bool) {
	if i := slices.IndexFunc(p.Tables, func(t PublishedTable) bool { return t.Table == r.ID }); i >= 0 {
		return p.Tables[i], true
	}
	if p.All || slices.Contains(p.Schemas, r.Schema) {
		return PublishedTable{Table: r.ID}, true
	}
	for _, id := range r.Parents {
		if parent, ok := s.RelationByID(id); ok && r.PartitionOf {
			if _, ok := s.Publishes(p, parent); ok {
				return PublishedTable{Table: r.ID}, true
			}
		}
	}
	return PublishedTable{}, false
}
