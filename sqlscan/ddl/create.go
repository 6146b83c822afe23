package ddl

import (
	"fmt"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// newRelation checks the name and registers an empty relation of that kind. It returns nil
// if the relation exists and may.
func (a *applier) newRelation(rv *pg_query.RangeVar, kind catalog.RelKind, ifNotExists bool) *catalog.Relation {
	schema := rv.Schemaname
	temp := rv.Relpersistence == "t" || schema == "pg_temp"
	if temp {
		schema = "pg_temp"
	}
	schema = a.creationSchema(schema)
	if a.taken(schema, rv.Relname) {
		if ifNotExists {
			return nil
		}
		a.fail(catalog.Name{Kind: catalog.KindRelation, Schema: schema, Name: rv.Relname}, "42P07",
			"relation %q already exists", rv.Relname)
	}
	if t, ok := a.s.Type(schema, rv.Relname); ok && kind != catalog.Index && kind != catalog.Sequence &&
		!a.moveArrayType(t) {
		a.fail(catalog.Name{Kind: catalog.KindType, Schema: schema, Name: rv.Relname}, "42710", "type %q already exists",
			rv.Relname)
	}
	r := &catalog.Relation{Schema: schema, Name: rv.Relname, Kind: kind, Temp: temp}
	switch kind {
	case catalog.Index, catalog.Composite:
	case catalog.Sequence:
		r.ACL = a.s.NewACL(a.sess.Role, schema, "sequence", 0)
	default:
		r.ACL = a.s.NewACL(a.sess.Role, schema, "table", 0)
	}
	a.s, r = a.s.NewRelation(r)
	a.added(relationName(r))
	return r
}

func (a *applier) taken(schema, name string) bool {
	_, ok := a.s.Relation(schema, name)
	return ok
}

// moveArrayType gives an automatic array type another name, as the server does when a new
// type wants it.
func (a *applier) moveArrayType(t *catalog.Type) bool {
	if t.Elem == 0 || t.ID < catalog.FirstID {
		return false
	}
	c := t.Clone()
	for {
		c.Name = "_" + c.Name
		if _, ok := a.s.Type(c.Schema, c.Name); !ok {
			break
		}
	}
	a.s = a.s.WithType(c)
	return true
}

func (a *applier) createTable(c *pg_query.CreateStmt, kind catalog.RelKind) {
	if c.Partspec != nil {
		kind = catalog.Partitioned
	}
	r := a.newRelation(c.Relation, kind, c.IfNotExists)
	if r == nil {
		return
	}
	if c.AccessMethod != "" {
		a.mustBare(kindMethod, c.AccessMethod)
	}
	if c.Tablespacename != "" {
		a.mustBare(kindTablespace, c.Tablespacename)
	}
	a.edit(r.ID, func(r *catalog.Relation) { r.DropOnCommit = c.Oncommit == pg_query.OnCommitAction_ONCOMMIT_DROP })
	t := &tableMaker{applier: a, id: r.ID}
	t.inherit(c)
	t.ofType(c)
	t.elements(c.TableElts)
	for _, n := range c.Constraints {
		t.constraints = append(t.constraints, pendingConstraint{n.GetConstraint(), ""})
	}
	for _, p := range t.constraints {
		// There are no rows that would have to be checked later.
		p.c.InitiallyValid = true
	}
	t.finish()
	if c.Partspec != nil {
		a.partitionKey(r.ID, c.Partspec)
	}
	if c.Partbound != nil {
		a.partitionOf(a.current(r.ID), c.Partbound)
	}
}

// tableMaker builds the columns of a table and keeps for later what needs all of them.
type tableMaker struct {
	*applier
	id          catalog.ID
	constraints []pendingConstraint
	defaults    []pendingDefault
	likeIndexes []*catalog.Relation
}

// pendingConstraint is a constraint with the column that it stands at, if any.
type pendingConstraint struct {
	c      *pg_query.Constraint
	column string
}

type pendingDefault struct {
	column    string
	expr      *pg_query.Node
	generated bool
}

func (t *tableMaker) rel() *catalog.Relation { return t.current(t.id) }

// inherit copies the columns of INHERITS and PARTITION OF (MergeAttributes).
func (t *tableMaker) inherit(c *pg_query.CreateStmt) {
	if c.Partspec != nil && len(c.InhRelations) > 0 && c.Partbound == nil {
		t.fail(relationName(t.rel()), "42P17", "cannot create partitioned table as inheritance child")
	}
	for _, n := range c.InhRelations {
		parent := t.relation(n.GetRangeVar())
		t.mayInherit(t.rel(), parent, c.Partbound != nil)
		t.edit(t.id, func(r *catalog.Relation) {
			r.Parents = append(r.Parents, parent.ID)
			r.PartitionOf = c.Partbound != nil
		})
		for _, col := range parent.Columns {
			t.inheritColumn(parent, col)
		}
		for _, con := range parent.Constraints {
			if con.Kind == catalog.Check && !con.NoInherit {
				t.inheritCheck(parent, con)
			}
		}
	}
}

func (t *tableMaker) inheritColumn(parent *catalog.Relation, col catalog.Column) {
	t.edit(t.id, func(r *catalog.Relation) {
		if have := r.Column(col.Name); have != nil {
			if have.Type != col.Type {
				t.fail(columnName(parent, col.Name), "42804", "column %q has a type conflict", col.Name)
			}
			if have.Generated != col.Generated {
				t.fail(columnName(parent, col.Name), "42804", "inherited column %q has a generation conflict", col.Name)
			}
			have.NotNull = have.NotNull || col.NotNull
			have.Inherited = true
			return
		}
		col.Inherited, col.Local = true, false
		if !r.PartitionOf {
			col.Identity = 0
		}
		r.AddColumn(col)
	})
}

func (t *tableMaker) inheritCheck(parent *catalog.Relation, con catalog.Constraint) {
	t.edit(t.id, func(r *catalog.Relation) {
		con.Inherited, con.Local = true, false
		con.Columns = mapColumns(parent, r, con.Columns)
		if con.Expr != nil {
			con.Expr = &catalog.Expr{SQL: con.Expr.SQL, Deps: mapDeps(parent, r, con.Expr.Deps)}
		}
		r.Constraints = append(r.Constraints, con)
	})
}

// mapColumns translates attribute numbers of one table to those of the same names of another.
func mapColumns(from, to *catalog.Relation, nums []int16) []int16 {
	out := make([]int16, 0, len(nums))
	for _, n := range nums {
		if c := from.ColumnByNum(n); c != nil {
			if d := to.Column(c.Name); d != nil {
				out = append(out, d.Num)
			}
		}
	}
	return out
}

func mapDeps(from, to *catalog.Relation, deps []catalog.Dep) []catalog.Dep {
	out := make([]catalog.Dep, 0, len(deps))
	for _, d := range deps {
		if d.Class == catalog.ClassRelation && d.ID == from.ID {
			d.ID = to.ID
			if nums := mapColumns(from, to, []int16{d.Column}); len(nums) == 1 {
				d.Column = nums[0]
			}
		}
		out = append(out, d)
	}
	return out
}

// ofType copies the attributes of CREATE TABLE … OF type.
func (t *tableMaker) ofType(c *pg_query.CreateStmt) {
	if c.OfTypename == nil {
		return
	}
	typ := t.typ(c.OfTypename)
	row := t.typeRow(typ.ID)
	t.edit(t.id, func(r *catalog.Relation) {
		r.OfType = typ.ID
		for _, col := range row {
			r.AddColumn(catalog.Column{Name: col.Name, Type: col.Type, Local: true})
		}
	})
	given := map[string]bool{}
	for _, n := range c.TableElts {
		if d := n.GetColumnDef(); d != nil && d.TypeName == nil {
			t.mustColumn(t.rel(), d.Colname)
			if given[d.Colname] {
				t.fail(columnName(t.rel(), d.Colname), "42701", "column %q specified more than once", d.Colname)
			}
			given[d.Colname] = true
		}
	}
}

// typeRow are the attributes of a composite type by itself, of which tables can be.
func (a *applier) typeRow(id catalog.ID) []catalog.Column {
	t, ok := a.s.TypeByID(id)
	if ok {
		if r := a.current(t.Relation); t.Relation != 0 && r != nil && r.Kind == catalog.Composite {
			return r.Columns
		}
	}
	a.fail(catalog.Name{Kind: catalog.KindType}, "42809", "type is not a composite type")
	return nil
}

func (t *tableMaker) elements(list []*pg_query.Node) {
	for _, n := range list {
		switch x := n.GetNode().(type) {
		case *pg_query.Node_ColumnDef:
			t.column(x.ColumnDef)
		case *pg_query.Node_TableLikeClause:
			t.like(x.TableLikeClause)
		case *pg_query.Node_Constraint:
			t.constraints = append(t.constraints, pendingConstraint{x.Constraint, ""})
		}
	}
}

// finish adds the defaults and constraints that need all columns.
func (t *tableMaker) finish() {
	for _, d := range t.defaults {
		t.setDefault(t.id, d.column, d.expr, d.generated)
	}
	t.mergeKeys()
	// The server makes primary keys first, then the other indexes, then checks, then the
	// indexes that LIKE copies, then foreign keys; names are chosen in that order.
	for pass := range constraintPasses {
		if pass == constraintPasses-1 {
			for _, index := range t.likeIndexes {
				t.copyIndex(index, t.id)
			}
		}
		for _, p := range t.constraints {
			if constraintPass(p.c) == pass {
				t.addConstraint(t.id, p.c, p.column, false)
			}
		}
	}
}

// mergeKeys drops a UNIQUE that asks for the same index as an earlier one of the statement, or
// as its primary key (transformIndexConstraints).
func (t *tableMaker) mergeKeys() {
	slices.SortStableFunc(t.constraints,
		func(a, b pendingConstraint) int { return constraintPass(a.c) - constraintPass(b.c) })
	var kept []pendingConstraint
	for _, p := range t.constraints {
		i := slices.IndexFunc(kept, p.sameKey)
		if i < 0 {
			kept = append(kept, p)
		} else if kept[i].c.Conname == "" {
			kept[i].c.Conname = p.c.Conname
		}
	}
	t.constraints = kept
}

func (p pendingConstraint) keys() []string {
	if keys := strs(p.c.Keys); len(keys) > 0 {
		return keys
	}
	return []string{p.column}
}

func (p pendingConstraint) sameKey(q pendingConstraint) bool {
	isKey := func(c *pg_query.Constraint) bool {
		return c.Contype == pg_query.ConstrType_CONSTR_PRIMARY || c.Contype == pg_query.ConstrType_CONSTR_UNIQUE
	}
	return isKey(p.c) && p.c.Contype == pg_query.ConstrType_CONSTR_UNIQUE && isKey(q.c) &&
		slices.Equal(p.keys(), q.keys()) &&
		slices.Equal(strs(p.c.Including), strs(q.c.Including)) && p.c.NullsNotDistinct == q.c.NullsNotDistinct &&
		p.c.Deferrable == q.c.Deferrable && p.c.Initdeferred == q.c.Initdeferred && p.c.Indexname == "" && q.c.Indexname == ""
}

const constraintPasses = 4

func constraintPass(c *pg_query.Constraint) int {
	switch c.Contype {
	case pg_query.ConstrType_CONSTR_CHECK:
		return 0
	case pg_query.ConstrType_CONSTR_PRIMARY:
		return 1
	case pg_query.ConstrType_CONSTR_FOREIGN:
		return 3
	}
	return 2
}

// like copies the columns of LIKE and what INCLUDING names.
func (t *tableMaker) like(l *pg_query.TableLikeClause) {
	src := t.relation(l.Relation)
	has := func(o pg_query.TableLikeOption) bool {
		return l.Options == 0x7FFFFFFF || l.Options&(1<<(uint32(o)-1)) != 0
	}
	for _, c := range src.Columns {
		col := catalog.Column{Name: c.Name, Type: c.Type, NotNull: c.NotNull, Local: true}
		if c.Generated && has(pg_query.TableLikeOption_CREATE_TABLE_LIKE_GENERATED) ||
			!c.Generated && has(pg_query.TableLikeOption_CREATE_TABLE_LIKE_DEFAULTS) {
			col.Default, col.Generated = c.Default, c.Generated
		}
		identity := c.Identity != 0 && has(pg_query.TableLikeOption_CREATE_TABLE_LIKE_IDENTITY)
		if identity {
			col.Identity = c.Identity
		}
		t.edit(t.id, func(r *catalog.Relation) {
			have := r.Column(c.Name)
			switch {
			case have == nil:
				r.AddColumn(col)
			case !have.Inherited || have.Local:
				t.fail(columnName(r, c.Name), "42701", "column %q specified more than once", c.Name)
			case have.Type.ID != col.Type.ID:
				t.fail(columnName(r, c.Name), "42804", "column %q has a type conflict", c.Name)
			default:
				have.Local, have.NotNull = true, have.NotNull || col.NotNull
			}
		})
		if identity {
			t.ownedSequence(c.Name, &pg_query.Constraint{})
		}
	}
	if has(pg_query.TableLikeOption_CREATE_TABLE_LIKE_CONSTRAINTS) {
		for _, con := range src.Constraints {
			if con.Kind == catalog.Check {
				t.inheritCheck(src, con)
				t.edit(t.id, func(r *catalog.Relation) { r.Constraints[len(r.Constraints)-1].Inherited = false })
			}
		}
	}
	if has(pg_query.TableLikeOption_CREATE_TABLE_LIKE_INDEXES) {
		t.likeIndexes = append(t.likeIndexes, t.s.Indexes(src.ID)...)
	}
}

// createTableAs makes a table or materialized view from a query.
func (a *applier) createTableAs(c *pg_query.CreateTableAsStmt) {
	kind := catalog.Table
	if c.Objtype == pg_query.ObjectType_OBJECT_MATVIEW {
		kind = catalog.MatView
	}
	rv := c.Into.Rel
	schema := rv.Schemaname
	if rv.Relpersistence == "t" {
		schema = "pg_temp"
	}
	if c.IfNotExists && a.taken(a.creationSchema(schema), rv.Relname) {
		return
	}
	query := c.Query
	if sel := query.GetSelectStmt(); sel.GetIntoClause() != nil {
		into := sel.IntoClause
		sel.IntoClause = nil
		defer func() { sel.IntoClause = into }()
	}
	b := a.bindQuery(query)
	if pgtree.KindOf(query) == pgtree.Execute {
		// What was prepared is the session's: its columns are not known.
		unknown := *b
		unknown.ColumnsUnknown = true
		for range c.Into.ColNames {
			unknown.Columns = append(unknown.Columns, sqlscan.Column{})
		}
		b = &unknown
	}
	r := a.newRelation(rv, kind, false)
	a.edit(r.ID, func(r *catalog.Relation) { r.DropOnCommit = c.Into.OnCommit == pg_query.OnCommitAction_ONCOMMIT_DROP })
	cols := a.resultColumns(b, strs(c.Into.ColNames), relationName(r))
	a.edit(r.ID, func(r *catalog.Relation) {
		r.Open = b.ColumnsUnknown
		for _, col := range cols {
			r.AddColumn(col)
		}
		if kind == catalog.MatView {
			text, _ := pgtree.Deparse(query)
			r.View = &catalog.ViewDetail{SQL: text, Deps: b.Deps, Populated: !c.Into.SkipData}
		}
	})
}

// bindQuery binds a query of DDL on its own.
func (a *applier) bindQuery(n *pg_query.Node) *sqlscan.Binding {
	st := a.st
	st.Node = n
	return a.bound(sqlscan.Bind(st, a.env()))
}

// resultColumns makes columns of a query's result, under the given names as far as they go.
func (a *applier) resultColumns(b *sqlscan.Binding, given []string, object catalog.Name) []catalog.Column {
	if len(given) > len(b.Columns) && !b.ColumnsUnknown {
		a.fail(object, "42601", "too many column names were specified")
	}
	var cols []catalog.Column
	seen := map[string]bool{}
	for i, c := range b.Columns {
		col := catalog.Column{Name: c.Name, Type: c.Type, Local: true}
		if i < len(given) {
			col.Name = given[i]
		}
		if seen[col.Name] {
			a.fail(object, "42701", "column %q specified more than once", col.Name)
		}
		seen[col.Name] = true
		cols = append(cols, col)
	}
	return cols
}

// freeName makes a name for an object that belongs to a table, as ChooseRelationName does.
func (a *applier) freeName(schema, table, column, label string) string {
	for i := 0; ; i++ {
		suffix := label
		if i > 0 {
			suffix = fmt.Sprintf("%s%d", label, i)
		}
		if name := objectName(table, column, suffix); !a.taken(schema, name) {
			return name
		}
	}
}

// objectName joins the parts and cuts the longer of the first two until all fit into 63
// bytes (makeObjectName).
func objectName(name1, name2, label string) string {
	overhead := 0
	if name2 != "" {
		overhead++
	}
	if label != "" {
		overhead += len(label) + 1
	}
	for len(name1)+len(name2) > 63-overhead {
		if len(name1) > len(name2) {
			name1 = clip(name1, len(name1)-1)
		} else {
			name2 = clip(name2, len(name2)-1)
		}
	}
	parts := []string{name1}
	if name2 != "" {
		parts = append(parts, name2)
	}
	if label != "" {
		parts = append(parts, label)
	}
	return strings.Join(parts, "_")
}

// clip cuts at a character boundary.
func clip(s string, n int) string {
	for n > 0 && n < len(s) && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
