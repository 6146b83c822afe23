package sqlscan

import (
	"fmt"
	"slices"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// level is a query level: what its names can see (ParseState).
type level struct {
	parent *level
	items  []*item
	ctes   []*cte
	// lateral says that items marked lateralOnly can be seen (p_lateral_active).
	lateral bool
	// open says that FROM holds something unknown, so that an unqualified name that is
	// not found may still be a column.
	open bool
	// exists says that it is that of EXISTS, which asks for a row and not for what stands in it.
	exists bool
	// derived says that it is a query in FROM: what of its columns nobody reads need not be asked for.
	derived bool
}

// item is an entry of FROM as names see it (ParseNamespaceItem).
type item struct {
	num     int
	alias   string
	aliased bool
	// variables says that its columns are the variables of a body, of which there is no row, or that it is an argument
	// of a SQL function.
	variables bool
	rel       *catalog.Relation
	// function is the result of the one function of an entry of FROM: of a scalar one the
	// item as a whole is no row.
	function *catalog.TypeRef
	cols     []column
	// open says that there may be columns that we do not know; failed that the relation
	// itself is at fault, so that its columns are not.
	open, failed bool

	relVisible, colsVisible bool
	lateralOnly, lateralOK  bool
}

// column is a column of an item. Through joins it keeps the place that it comes from.
type column struct {
	name string
	typ  catalog.TypeRef
	// rel is the relation that it is a column of, attr its name there; of a column of a
	// subquery owner is the item's alias, and from the table column that it passes on.
	rel         *catalog.Relation
	attr, owner string
	from        *catalog.Name
	place       int
	ref         catalog.Dep
	// merged are the columns that USING has made one.
	merged []catalog.Dep
	// row are the fields of a row without a named type.
	row       []Column
	notNull   bool
	populated bool
	// unexpanded says that * leaves it out.
	unexpanded bool
}

// object is the column as it is named in its item.
func (c *column) object() catalog.Name {
	if c.rel != nil {
		return catalog.Name{Kind: catalog.KindColumn, Schema: c.rel.Schema, Name: c.rel.Name, Sub: c.attr}
	}
	return catalog.Name{Kind: catalog.KindColumn, Name: c.owner, Sub: c.attr}
}

// origin is the table column that it is or passes on; the zero Name if there is none.
func (c *column) origin() catalog.Name {
	switch {
	case c.rel != nil:
		return c.object()
	case c.from != nil:
		return *c.from
	}
	return catalog.Name{}
}

// deps are the table columns that using it depends on.
func (c *column) deps() []catalog.Dep {
	if c.merged != nil {
		return c.merged
	}
	if c.rel != nil && c.ref.ID != 0 {
		return []catalog.Dep{c.ref}
	}
	return nil
}

// passed is a pointer to the name of a table column, nil for none.
func passed(n catalog.Name) *catalog.Name {
	if n == (catalog.Name{}) {
		return nil
	}
	return &n
}

// maxColumns is the most that a result row may have (MaxTupleAttributeNumber).
const maxColumns = 1664

func (b *binder) newItem(alias string) *item {
	b.rtes++
	return &item{num: b.rtes, alias: alias, relVisible: true, colsVisible: true}
}

// relationItem makes the item of a relation; its columns depend on it.
func (b *binder) relationItem(rel *catalog.Relation, alias string) *item {
	it := b.newItem(alias)
	it.rel, it.open = rel, rel.Open
	it.cols = make([]column, 0, len(rel.Columns))
	for i := range rel.Columns {
		c := &rel.Columns[i]
		it.cols = append(it.cols, column{name: c.Name, typ: c.Type, rel: rel, attr: c.Name, place: it.num, notNull: c.NotNull,
			ref: catalog.Dep{Class: catalog.ClassRelation, ID: rel.ID, Column: c.Num}})
	}
	return it
}

// derivedItem makes the item of a subquery, CTE, function or VALUES list.
func (b *binder) derivedItem(alias string, cols []Column, open bool) *item {
	it := b.newItem(alias)
	it.aliased, it.open = true, open
	for _, c := range cols {
		it.cols = append(it.cols, column{
			name: c.Name, typ: c.Type, attr: c.Name, owner: alias, from: passed(c.Origin), place: it.num, notNull: c.NotNull,
			ref: c.Ref, row: c.row, populated: c.populated, unexpanded: c.unexpanded,
		})
	}
	return it
}

// rename applies an alias with its column names, and returns how many were too many.
func (it *item) rename(alias string, names []string) int {
	if alias != "" {
		it.alias, it.aliased = alias, true
	}
	for i, name := range names {
		if i < len(it.cols) {
			it.cols[i].name = name
			if it.rel == nil {
				it.cols[i].attr = name
			}
		}
	}
	return max(0, len(names)-len(it.cols))
}

func (it *item) find(name string) []int {
	var found []int
	for i := range it.cols {
		if it.cols[i].name == name {
			found = append(found, i)
		}
	}
	return found
}

func setVisible(items []*item, cols bool) {
	for _, it := range items {
		it.colsVisible = cols
	}
}

func setLateral(items []*item, only, ok bool) {
	for _, it := range items {
		it.lateralOnly, it.lateralOK = only, ok
	}
}

// lookup is the answer to a search for a column.
type lookup struct {
	col *column
	// open says that it may exist where we cannot see; dup that it was found twice.
	open, dup bool
	item      *item
}

// unqualified searches a bare column name, level by level (colNameToVar). localOnly stops
// at this level.
func (l *level) unqualified(name string, localOnly bool) lookup {
	var res lookup
	for at := l; at != nil; at = at.parent {
		for _, it := range at.items {
			if !it.colsVisible || it.lateralOnly && !at.lateral {
				continue
			}
			found := it.find(name)
			if len(found) > 1 || len(found) == 1 && res.col != nil {
				return lookup{dup: true}
			}
			if len(found) == 1 {
				res.col, res.item = &it.cols[found[0]], it
			} else if c := it.systemColumn(name); c != nil && res.col == nil {
				res.col, res.item = c, it
			}
			res.open = res.open || it.mayHave(name)
		}
		res.open = res.open || at.open
		if res.col != nil || localOnly {
			return res
		}
	}
	return res
}

// mayHave says that an item may have a column that we do not know.
func (it *item) mayHave(name string) bool {
	return it.open && (it.rel == nil || it.rel.MayHave(name) || !it.rel.Open)
}

func (it *item) systemColumn(name string) *column {
	typ, ok := catalog.SystemColumns[name]
	if !ok || it.rel == nil || !it.rel.HasSystemColumns() {
		return nil
	}
	return &column{name: name, typ: typ, rel: it.rel, attr: name, place: it.num, notNull: true}
}

// named searches the item that a qualifier names (refnameNamespaceItem); open says that a
// level in between holds something unknown.
func (l *level) named(schema, name string) (found *item, dup, open bool) {
	for at := l; at != nil; at = at.parent {
		for _, it := range at.items {
			// An alias that is not known may be this one.
			open = open || it.relVisible && sqltext.IsHole(it.alias)
			if !it.relVisible || it.alias != name || it.lateralOnly && !at.lateral {
				continue
			}
			if schema != "" && !it.aliased && (sqltext.IsHole(schema) || it.rel == nil && it.open) {
				open = true // One of the schemas is not known.
			}
			if schema != "" && (it.aliased || it.rel == nil || it.rel.Schema != schema) {
				continue
			}
			if found != nil {
				return found, true, open
			}
			found = it
		}
		open = open || at.open
		if found != nil {
			return found, false, open
		}
	}
	return nil, false, open
}

// conflicts notes a table name that is given twice in one FROM (checkNameSpaceConflicts).
func (b *binder) conflicts(old, added []*item, at int) {
	for _, n := range added {
		if !n.relVisible {
			continue
		}
		clash := slices.ContainsFunc(old, func(o *item) bool {
			if !o.relVisible || o.alias != n.alias {
				return false
			}
			return o.aliased || n.aliased || o.rel == nil || n.rel == nil || o.rel.ID == n.rel.ID
		})
		if clash {
			b.fail(at, fmt.Sprintf("alias %d", n.num), "42712", fmt.Sprintf("table name %q specified more than once", n.alias))
		}
	}
}
