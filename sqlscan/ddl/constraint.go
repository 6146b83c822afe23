package ddl

import (
	"fmt"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

var constraintKinds = map[pg_query.ConstrType]catalog.ConstraintKind{
	pg_query.ConstrType_CONSTR_CHECK: catalog.Check, pg_query.ConstrType_CONSTR_PRIMARY: catalog.PrimaryKey,
	pg_query.ConstrType_CONSTR_UNIQUE: catalog.Unique, pg_query.ConstrType_CONSTR_FOREIGN: catalog.ForeignKey,
	pg_query.ConstrType_CONSTR_EXCLUSION: catalog.Exclusion,
}

// addConstraint adds a constraint to a table; column is the one that it stands at, only says
// that partitions do not follow.
func (a *applier) addConstraint(id catalog.ID, c *pg_query.Constraint, column string, only bool) {
	r := a.current(id)
	if c.Conname != "" && r.Constraint(c.Conname) != nil {
		if a.mergesCheck(r, c) {
			return
		}
		a.fail(constraintName(r, c.Conname), "42710", "constraint %q for relation %q already exists", c.Conname, r.Name)
	}
	con := catalog.Constraint{Name: c.Conname, Kind: constraintKinds[c.Contype], Deferrable: c.Deferrable, Local: true,
		NotValid: c.SkipValidation && !c.InitiallyValid, NoInherit: c.IsNoInherit}
	switch con.Kind {
	case catalog.Check:
		a.addCheck(id, con, c)
	case catalog.ForeignKey:
		if r.Kind == catalog.Partitioned && only {
			a.fail(relationName(r), "42809", "cannot use ONLY for foreign key on partitioned table %q", r.Name)
		}
		if r.Kind == catalog.Partitioned && con.NotValid {
			a.fail(relationName(r), "42809", "cannot add NOT VALID foreign key on partitioned table %q", r.Name)
		}
		a.addForeignKey(id, con, c, column)
	case catalog.PrimaryKey, catalog.Unique, catalog.Exclusion:
		a.addKey(id, con, c, column, only)
	}
}

// mergesCheck joins a check with the one of that name that a parent has given the table, if
// both say the same (MergeWithExistingConstraint).
func (a *applier) mergesCheck(r *catalog.Relation, c *pg_query.Constraint) bool {
	old := r.Constraint(c.Conname)
	if c.Contype != pg_query.ConstrType_CONSTR_CHECK || old.Kind != catalog.Check || !old.Inherited || old.Local ||
		old.Expr == nil ||
		!sqlscan.SameExpr(old.Expr.SQL, pgtree.DeparseExpr(c.RawExpr)) {
		return false
	}
	a.edit(r.ID, func(r *catalog.Relation) { r.Constraint(c.Conname).Local = true })
	return true
}

// addCheck adds a CHECK to the table and its children.
func (a *applier) addCheck(id catalog.ID, con catalog.Constraint, c *pg_query.Constraint) {
	r := a.current(id)
	if con.NoInherit && r.Kind == catalog.Partitioned {
		a.fail(relationName(r), "42P16", "cannot add NO INHERIT constraint to partitioned table %q", r.Name)
	}
	con.Expr = a.expr(c.RawExpr, r, boolType)
	con.Columns = ownColumns(con.Expr.Deps, id)
	if con.Name == "" {
		// The name has a column in it if the check is about just one, wherever it stands.
		column := ""
		if len(con.Columns) == 1 && !mentionsSystemColumn(c.RawExpr) {
			column = r.ColumnByNum(con.Columns[0]).Name
		}
		con.Name = a.constraintName(r, column, "check")
	}
	a.edit(id, func(r *catalog.Relation) { r.Constraints = append(r.Constraints, con) })
	a.added(constraintName(r, con.Name))
	if !con.NoInherit {
		a.inheritCheck(r, con)
	}
}

// inheritCheck gives a check to the children, or joins it with theirs of the same name.
func (a *applier) inheritCheck(parent *catalog.Relation, con catalog.Constraint) {
	for _, child := range a.s.Children(parent.ID) {
		if child.Constraint(con.Name) != nil {
			a.edit(child.ID, func(r *catalog.Relation) { r.Constraint(con.Name).Inherited = true })
			continue
		}
		inherited := con
		inherited.Inherited, inherited.Local = true, false
		inherited.Columns = mapColumns(parent, child, con.Columns)
		inherited.Expr = &catalog.Expr{SQL: con.Expr.SQL, Deps: mapDeps(parent, child, con.Expr.Deps)}
		a.edit(child.ID, func(r *catalog.Relation) { r.Constraints = append(r.Constraints, inherited) })
		a.inheritCheck(a.current(child.ID), inherited)
	}
}

func mentionsSystemColumn(n *pg_query.Node) bool {
	found := false
	walkColumns(n, func(ref *pg_query.ColumnRef) {
		parts := strs(ref.Fields)
		if len(parts) > 0 {
			_, isSystem := catalog.SystemColumns[parts[len(parts)-1]]
			found = found || isSystem
		}
	})
	return found
}

func ownColumns(deps []catalog.Dep, id catalog.ID) []int16 {
	var out []int16
	for _, d := range deps {
		if d.Class == catalog.ClassRelation && d.ID == id && d.Column > 0 && !slices.Contains(out, d.Column) {
			out = append(out, d.Column)
		}
	}
	return out
}

// constraintName chooses a name that no constraint of the table has (ChooseConstraintName).
func (a *applier) constraintName(r *catalog.Relation, column, label string) string {
	for i := 0; ; i++ {
		suffix := label
		if i > 0 {
			suffix = fmt.Sprintf("%s%d", label, i)
		}
		name := objectName(r.Name, column, suffix)
		if !a.s.HasConstraint(r.Schema, name) {
			return name
		}
	}
}

// keyColumns finds the columns that a constraint names.
func (a *applier) keyColumns(r *catalog.Relation, keys []string, message string) []int16 {
	var out []int16
	for _, k := range keys {
		c := r.Column(k)
		if c == nil {
			if _, isSystem := catalog.SystemColumns[k]; isSystem || r.Open {
				continue
			}
			a.fail(columnName(r, k), "42703", message, k)
		}
		out = append(out, c.Num)
	}
	return out
}

// addKey adds PRIMARY KEY, UNIQUE or EXCLUDE with its index, or adopts one by USING INDEX.
func (a *applier) addKey(id catalog.ID, con catalog.Constraint, c *pg_query.Constraint, column string, only bool) {
	r := a.current(id)
	if con.Kind == catalog.PrimaryKey &&
		slices.ContainsFunc(r.Constraints, func(o catalog.Constraint) bool { return o.Kind == catalog.PrimaryKey }) {
		a.fail(relationName(r), "42P16", "multiple primary keys for table %q are not allowed", r.Name)
	}
	if c.Indexname != "" {
		a.adoptIndex(r, con, c)
		return
	}
	detail := &catalog.IndexDetail{Table: id, Unique: con.Kind != catalog.Exclusion,
		Primary:          con.Kind == catalog.PrimaryKey,
		NullsNotDistinct: c.NullsNotDistinct, Constraint: true, Method: "btree"}
	keys := strs(c.Keys)
	if column != "" && len(keys) == 0 {
		keys = []string{column}
	}
	con.Columns = a.keyColumns(r, keys, "column %q named in key does not exist")
	for _, n := range con.Columns {
		detail.Keys = append(detail.Keys, catalog.IndexKey{Column: n})
	}
	detail.Include = a.keyColumns(r, strs(c.Including), "column %q named in key does not exist")
	if con.Kind == catalog.Exclusion {
		if r.Kind == catalog.Partitioned && a.s.Version() < 17 {
			a.fail(relationName(r), "0A000", "exclusion constraints are not supported on partitioned tables")
		}
		a.exclusionKeys(r, &con, detail, c)
	}
	if c.WhereClause != nil {
		detail.Predicate = a.expr(c.WhereClause, r, boolType)
	}
	if only && r.Kind == catalog.Partitioned {
		a.keyOfOnly(r, con, detail)
	}
	a.makeKey(r, con, detail)
}

func (a *applier) exclusionKeys(r *catalog.Relation, con *catalog.Constraint, detail *catalog.IndexDetail,
	c *pg_query.Constraint) {
	detail.Method = c.AccessMethod
	for _, n := range c.Exclusions {
		items := n.GetList().GetItems()
		if len(items) == 0 {
			continue
		}
		key := a.indexKey(r, items[0].GetIndexElem(), detail)
		detail.Keys = append(detail.Keys, key)
		if key.Column > 0 {
			con.Columns = append(con.Columns, key.Column)
		}
	}
}

// makeKey registers the index and the constraint, and the same on partitions.
func (a *applier) makeKey(r *catalog.Relation, con catalog.Constraint, detail *catalog.IndexDetail) {
	if con.Name == "" {
		con.Name = a.indexName(r, detail, con.Kind)
	} else if a.taken(r.Schema, con.Name) {
		a.fail(catalog.Name{Kind: catalog.KindRelation, Schema: r.Schema, Name: con.Name}, "42P07",
			"relation %q already exists", con.Name)
	}
	con.Index = a.registerIndex(r, con.Name, detail)
	a.edit(r.ID, func(r *catalog.Relation) {
		r.Constraints = append(r.Constraints, con)
		if con.Kind == catalog.PrimaryKey {
			for _, n := range con.Columns {
				r.ColumnByNum(n).NotNull = true
			}
		}
	})
	a.added(constraintName(r, con.Name))
	if con.Kind == catalog.PrimaryKey {
		for _, n := range con.Columns {
			a.notNullBelow(r.ID, r.ColumnByNum(n).Name)
		}
	}
	if r.Kind == catalog.Partitioned && !detail.Invalid {
		for _, child := range a.s.Children(r.ID) {
			a.partitionKeyIndex(r, child, con, detail)
		}
	}
}

// keyOfOnly makes the index of a key wait for those of the partitions, which must have what
// a primary key needs.
func (a *applier) keyOfOnly(r *catalog.Relation, con catalog.Constraint, detail *catalog.IndexDetail) {
	for _, child := range a.s.Children(r.ID) {
		detail.Invalid = true
		for _, n := range con.Columns {
			if c := child.Column(r.ColumnByNum(n).Name); con.Kind == catalog.PrimaryKey && c != nil && !c.NotNull {
				a.fail(relationName(r), "42P16", "constraint must be added to child tables too")
			}
		}
	}
}

// notNullBelow makes a column NOT NULL in a table and its children.
func (a *applier) notNullBelow(id catalog.ID, column string) {
	r := a.current(id)
	if r.Column(column) == nil {
		return
	}
	a.edit(id, func(r *catalog.Relation) { r.Column(column).NotNull = true })
	a.changed(columnName(r, column))
	for _, child := range a.s.Children(id) {
		a.notNullBelow(child.ID, column)
	}
}

// adoptIndex is ADD CONSTRAINT … USING INDEX.
func (a *applier) adoptIndex(r *catalog.Relation, con catalog.Constraint, c *pg_query.Constraint) {
	index := a.lookup(r.Schema, c.Indexname)
	if index == nil || index.Index == nil || index.Index.Table != r.ID {
		a.fail(catalog.Name{Kind: catalog.KindRelation, Schema: r.Schema, Name: c.Indexname}, "42704",
			"index %q does not exist", c.Indexname)
	}
	if con.Name == "" {
		con.Name = c.Indexname
	}
	con.Index = index.ID
	for _, k := range index.Index.Keys {
		con.Columns = append(con.Columns, k.Column)
	}
	a.edit(index.ID, func(x *catalog.Relation) {
		d := *x.Index
		d.Constraint, d.Primary = true, con.Kind == catalog.PrimaryKey
		x.Index, x.Name = &d, con.Name
	})
	a.edit(r.ID, func(r *catalog.Relation) {
		r.Constraints = append(r.Constraints, con)
		if con.Kind == catalog.PrimaryKey {
			for _, n := range con.Columns {
				if c := r.ColumnByNum(n); c != nil {
					c.NotNull = true
				}
			}
		}
	})
	a.added(constraintName(r, con.Name))
	if con.Name != c.Indexname {
		a.effect(catalog.Effect{Op: catalog.OpRemove,
			Name: catalog.Name{Kind: catalog.KindRelation, Schema: r.Schema, Name: c.Indexname},
			To:   catalog.Name{Kind: catalog.KindRelation, Schema: r.Schema, Name: con.Name}})
	}
}

// addForeignKey adds REFERENCES; the referenced columns must have a unique index.
func (a *applier) addForeignKey(id catalog.ID, con catalog.Constraint, c *pg_query.Constraint, column string) {
	r := a.current(id)
	keys := strs(c.FkAttrs)
	if column != "" && len(keys) == 0 {
		keys = []string{column}
	}
	con.Columns = a.keyColumns(r, keys, "column %q referenced in foreign key constraint does not exist")
	a.keyColumns(r, strs(c.FkDelSetCols), "column %q referenced in foreign key constraint does not exist")
	ref := a.relation(c.Pktable)
	ref = a.current(ref.ID)
	if ref == nil || !ref.IsTable() {
		a.fail(catalog.Name{Kind: catalog.KindRelation, Schema: c.Pktable.Schemaname, Name: c.Pktable.Relname}, "42809",
			"referenced relation %q is not a table", c.Pktable.Relname)
	}
	con.Ref, con.OnDelete, con.OnUpdate = ref.ID, c.FkDelAction[0], c.FkUpdAction[0]
	if pk := strs(c.PkAttrs); len(pk) > 0 {
		con.RefColumns = a.keyColumns(ref, pk, "column %q referenced in foreign key constraint does not exist")
	} else if key := primaryKey(ref); key != nil {
		con.RefColumns = key.Columns
	} else if !ref.Open {
		a.fail(relationName(ref), "42704", "there is no primary key for referenced table %q", ref.Name)
	}
	con.RefIndex = a.referencedIndex(ref, con.RefColumns)
	if con.RefIndex == 0 && !ref.Open {
		a.fail(relationName(ref), "42830", "there is no unique constraint matching given keys for referenced table %q",
			ref.Name)
	}
	if len(con.Columns) != len(con.RefColumns) && !r.Open && !ref.Open {
		a.fail(relationName(r), "42830", "number of referencing and referenced columns for foreign key disagree")
	}
	for i, n := range con.Columns {
		if i < len(con.RefColumns) {
			a.comparableKeys(r, ref, n, con.RefColumns[i])
		}
	}
	if con.Name == "" {
		con.Name = a.constraintName(r, strings.Join(keys, "_"), "fkey")
	}
	a.edit(id, func(r *catalog.Relation) { r.Constraints = append(r.Constraints, con) })
	a.added(constraintName(r, con.Name))
	a.changed(relationName(ref))
	if r.Kind == catalog.Partitioned {
		for _, child := range a.s.Children(id) {
			a.inheritForeignKey(r, child, con)
		}
	}
}

// comparableKeys refuses a foreign key between types that the index of the referenced
// column cannot compare (ATAddForeignKeyConstraint).
func (a *applier) comparableKeys(r, ref *catalog.Relation, num, refNum int16) {
	c, rc := r.ColumnByNum(num), ref.ColumnByNum(refNum)
	if c == nil || rc == nil || c.Type.ID == rc.Type.ID || sqltype.KeysCompare(a.s, rc.Type.ID, c.Type.ID) {
		return
	}
	a.fail(columnName(r, c.Name), "42804",
		"foreign key constraint cannot be implemented: key columns %q and %q are of incompatible types", c.Name, rc.Name)
}

func (a *applier) inheritForeignKey(parent, child *catalog.Relation, con catalog.Constraint) {
	con.Columns, con.Inherited, con.Local = mapColumns(parent, child, con.Columns), true, false
	if child.Constraint(con.Name) != nil {
		con.Name = a.constraintName(child, "", "fkey")
	}
	a.edit(child.ID, func(r *catalog.Relation) { r.Constraints = append(r.Constraints, con) })
	for _, grandchild := range a.s.Children(child.ID) {
		a.inheritForeignKey(child, grandchild, con)
	}
}

func primaryKey(r *catalog.Relation) *catalog.Constraint {
	for i := range r.Constraints {
		if r.Constraints[i].Kind == catalog.PrimaryKey {
			return &r.Constraints[i]
		}
	}
	return nil
}

// referencedIndex finds the unique index on exactly these columns.
func (a *applier) referencedIndex(ref *catalog.Relation, cols []int16) catalog.ID {
	for _, x := range a.s.Indexes(ref.ID) {
		d := x.Index
		if !d.Unique || d.Predicate != nil || len(d.Keys) != len(cols) {
			continue
		}
		if !slices.ContainsFunc(d.Keys, func(k catalog.IndexKey) bool { return !slices.Contains(cols, k.Column) }) {
			return x.ID
		}
	}
	return 0
}
