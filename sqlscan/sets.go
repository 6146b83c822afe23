package sqlscan

import "github.com/schemavet/schemavet/catalog"

// few is up to how many members a set is searched from end to end; most statements have no
// more, and a map for each of them costs more than the search.
const few = 32

// set keeps what a statement has asked for, in the order of asking.
type set[T comparable] struct {
	list  []T
	index map[T]bool
}

// add puts a member into the set and says whether it is new.
func (s *set[T]) add(v T) bool {
	if s.index == nil {
		for _, have := range s.list {
			if have == v {
				return false
			}
		}
		if s.list == nil {
			s.list = make([]T, 0, few/2)
		}
		if s.list = append(s.list, v); len(s.list) > few {
			s.index = make(map[T]bool, 2*len(s.list))
			for _, have := range s.list {
				s.index[have] = true
			}
		}
		return true
	}
	if s.index[v] {
		return false
	}
	s.index[v] = true
	s.list = append(s.list, v)
	return true
}

// noted finds the outcome of a key; -1 if there is none.
func (b *binder) noted(key Key) int {
	if b.seen != nil {
		if i, ok := b.seen[key]; ok {
			return i
		}
		return -1
	}
	for i := range b.Outcomes {
		if o := &b.Outcomes[i]; o.Start == key.Start && o.Key() == key {
			return i
		}
	}
	return -1
}

// remember makes the outcome that was appended last findable.
func (b *binder) remember(key Key) {
	switch {
	case b.seen != nil:
		b.seen[key] = len(b.Outcomes) - 1
	case len(b.Outcomes) > few:
		b.seen = make(map[Key]int, 2*len(b.Outcomes))
		for i := range b.Outcomes {
			b.seen[b.Outcomes[i].Key()] = i
		}
	}
}

// looks records that the answer to a look-up matters. What is built in never changes.
func (b *binder) looks(kind catalog.Kind, schema, name string) {
	if schema != "pg_catalog" && schema != "information_schema" {
		b.looked.add(catalog.Name{Kind: kind, Schema: schema, Name: name})
	}
}
