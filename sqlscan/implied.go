package sqlscan

import (
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// Implied says that a unique index can refuse no row which one of others, on the same table, does not refuse: that
// has no other keys, and is on all of its rows. table is what they are on, with its columns.
func (m *Memo) Implied(x *catalog.Relation, table *catalog.Relation, others []*catalog.Relation) bool {
	return slices.ContainsFunc(others, func(o *catalog.Relation) bool {
		return o.Index.Unique && !o.Index.Invalid && !isDeferrable(table, o) &&
			!slices.ContainsFunc(o.Index.Keys, func(k catalog.IndexKey) bool { return !m.hasKey(x.Index, k) }) &&
			m.isWithin(x.Index.Predicate, o.Index.Predicate) &&
			(o.Index.NullsNotDistinct || !x.Index.NullsNotDistinct || keysNotNull(table, o.Index))
	})
}

func isDeferrable(table, index *catalog.Relation) bool {
	return slices.ContainsFunc(table.Constraints, func(c catalog.Constraint) bool { return c.Index == index.ID && c.Deferrable })
}

func (m *Memo) hasKey(x *catalog.IndexDetail, key catalog.IndexKey) bool {
	return slices.ContainsFunc(x.Keys, func(k catalog.IndexKey) bool {
		if k.Expr == nil || key.Expr == nil {
			return k.Expr == nil && key.Expr == nil && k.Column == key.Column
		}
		return m.exprText(k.Expr) == m.exprText(key.Expr)
	})
}

func (m *Memo) exprText(e *catalog.Expr) string { return strings.Join(m.textConjuncts(e.SQL), " AND ") }

// isWithin says that a predicate has all conditions of another; nil is all rows.
func (m *Memo) isWithin(inner, outer *catalog.Expr) bool {
	if outer == nil {
		return true
	}
	if inner == nil {
		return false
	}
	has := m.textConjuncts(inner.SQL)
	return !slices.ContainsFunc(m.textConjuncts(outer.SQL), func(c string) bool { return !slices.Contains(has, c) })
}

// keysNotNull says that no key of an index can be NULL.
func keysNotNull(table *catalog.Relation, x *catalog.IndexDetail) bool {
	return !slices.ContainsFunc(x.Keys, func(k catalog.IndexKey) bool {
		c := table.ColumnByNum(k.Column)
		return c == nil || !c.NotNull
	})
}
