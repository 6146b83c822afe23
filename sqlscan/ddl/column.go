package ddl

import (
	"fmt"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// column adds one column definition.
func (t *tableMaker) column(d *pg_query.ColumnDef) {
	col := catalog.Column{Name: d.Colname, Local: true}
	serial := ""
	if d.TypeName != nil {
		serial = serialType(d.TypeName)
		if serial != "" {
			col.Type, col.NotNull = catalog.TypeRef{ID: serialTypes[serial]}, true
		} else {
			col.Type = t.typ(d.TypeName)
		}
	}
	if d.CollClause != nil {
		t.collation(d.CollClause)
		if !sqltype.Collatable(t.s, col.Type.ID) {
			t.fail(columnName(t.rel(), d.Colname), "42804", "collations are not supported by the type of column %q", d.Colname)
		}
	}
	if _, isSystem := catalog.SystemColumns[d.Colname]; isSystem {
		t.fail(columnName(t.rel(), d.Colname), "42701", "column name %q conflicts with a system column name", d.Colname)
	}
	var identity *pg_query.Constraint
	for _, n := range d.Constraints {
		if c := n.GetConstraint(); t.columnConstraint(&col, c) {
			identity = c
		}
	}
	t.edit(t.id, func(r *catalog.Relation) {
		if have := r.Column(d.Colname); have != nil {
			t.mergeColumn(r, have, col, d)
			return
		}
		if r.LastAttr() >= maxColumns {
			t.fail(relationName(r), "54011", "tables can have at most %d columns", maxColumns)
		}
		r.AddColumn(col)
	})
	if serial != "" || identity != nil {
		t.ownedSequence(d.Colname, identity)
	}
}

// maxColumns is how many columns a table can have, dropped ones among them (MaxHeapAttributeNumber).
const maxColumns = 1600

// mergeColumn combines a definition with the inherited column of that name.
func (t *tableMaker) mergeColumn(r *catalog.Relation, have *catalog.Column, col catalog.Column, d *pg_query.ColumnDef) {
	if !have.Inherited || have.Local {
		if len(r.Parents) > 0 || d.TypeName != nil {
			t.fail(columnName(r, d.Colname), "42701", "column %q specified more than once", d.Colname)
		}
	}
	if d.TypeName != nil && have.Type.ID != col.Type.ID {
		t.fail(columnName(r, d.Colname), "42804", "column %q has a type conflict", d.Colname)
	}
	have.Local = true
	have.NotNull = have.NotNull || col.NotNull
}

var serialTypes = map[string]catalog.ID{
	"smallserial": catalog.OIDInt2, "serial2": catalog.OIDInt2, "serial": catalog.OIDInt4, "serial4": catalog.OIDInt4,
	"bigserial": catalog.OIDInt8, "serial8": catalog.OIDInt8,
}

// serialType returns the name of a serial pseudo-type, or "".
func serialType(tn *pg_query.TypeName) string {
	schema, name := names(tn.Names)
	if _, ok := serialTypes[name]; ok && schema == "" && len(tn.ArrayBounds) == 0 {
		return name
	}
	return ""
}

func (a *applier) collation(c *pg_query.CollateClause) {
	a.mustCollation(names(c.Collname))
}

// collationNamed looks up the collation that an option names.
func (a *applier) collationNamed(n *pg_query.Node) {
	if tn := n.GetTypeName(); tn != nil {
		a.mustCollation(names(tn.Names))
	} else if n.GetList() != nil {
		a.mustCollation(listName(n))
	}
}

func (a *applier) mustCollation(schema, name string) {
	for _, ns := range a.path(schema) {
		if _, ok := a.s.Object(catalog.KindCollation, ns, name); ok {
			return
		}
	}
	a.fail(catalog.Name{Kind: catalog.KindCollation, Schema: schema, Name: name}, "42704",
		"collation %q for encoding \"UTF8\" does not exist", name)
}

// columnConstraint applies a constraint of a column definition or keeps it for finish. It
// says whether the constraint is an identity.
func (t *tableMaker) columnConstraint(col *catalog.Column, c *pg_query.Constraint) bool {
	switch c.Contype {
	case pg_query.ConstrType_CONSTR_NOTNULL:
		col.NotNull = true
	case pg_query.ConstrType_CONSTR_DEFAULT:
		t.defaults = append(t.defaults, pendingDefault{col.Name, c.RawExpr, false})
	case pg_query.ConstrType_CONSTR_GENERATED:
		t.defaults = append(t.defaults, pendingDefault{col.Name, c.RawExpr, true})
	case pg_query.ConstrType_CONSTR_IDENTITY:
		col.NotNull, col.Identity = true, identityKind(c.GeneratedWhen)
		return true
	case pg_query.ConstrType_CONSTR_CHECK, pg_query.ConstrType_CONSTR_PRIMARY, pg_query.ConstrType_CONSTR_UNIQUE,
		pg_query.ConstrType_CONSTR_FOREIGN, pg_query.ConstrType_CONSTR_EXCLUSION:
		t.constraints = append(t.constraints, pendingConstraint{c, col.Name})
	case pg_query.ConstrType_CONSTR_ATTR_DEFERRABLE:
		if n := len(t.constraints); n > 0 {
			t.constraints[n-1].c.Deferrable = true
		}
	}
	return false
}

func identityKind(when string) byte {
	if when == "a" {
		return 'a'
	}
	return 'd'
}

// ownedSequence makes the sequence of a serial or identity column; a serial column gets
// its default as well.
func (t *tableMaker) ownedSequence(column string, identity *pg_query.Constraint) {
	r := t.rel()
	col := r.Column(column)
	name, schema := "", r.Schema
	if identity != nil {
		if o := options(identity.Options)["sequence_name"]; o != nil {
			if s, n := listName(o.Arg); n != "" {
				name = n
				if s != "" {
					schema = s
				}
			}
		}
	}
	if name == "" {
		name = t.freeName(r.Schema, r.Name, column, "seq")
	}
	seq := &catalog.Relation{Schema: schema, Name: name, Kind: catalog.Sequence, Temp: r.Temp, Columns: sequenceColumns(),
		Sequence: &catalog.SequenceDetail{Owner: r.ID, OwnerColumn: col.Num, Identity: identity != nil, Type: col.Type}}
	if identity != nil {
		positioned(seq.Sequence, options(identity.Options))
	}
	seq.ACL = t.s.NewACL(t.sess.Role, schema, "sequence", 0)
	t.s, seq = t.s.NewRelation(seq)
	t.added(relationName(seq))
	if identity != nil {
		return
	}
	t.edit(r.ID, func(r *catalog.Relation) {
		r.Column(column).Default = &catalog.Expr{SQL: fmt.Sprintf("nextval('%s'::regclass)", dotted(schema, name)),
			Deps: []catalog.Dep{{Class: catalog.ClassRelation, ID: seq.ID}}}
	})
}

func sequenceColumns() []catalog.Column {
	return []catalog.Column{
		{Num: 1, Name: "last_value", Type: catalog.TypeRef{ID: catalog.OIDInt8}, NotNull: true},
		{Num: 2, Name: "log_cnt", Type: catalog.TypeRef{ID: catalog.OIDInt8}, NotNull: true},
		{Num: 3, Name: "is_called", Type: catalog.TypeRef{ID: catalog.OIDBool}, NotNull: true},
	}
}

// setDefault binds and sets the default or generation expression of a column.
func (a *applier) setDefault(id catalog.ID, column string, n *pg_query.Node, generated bool) {
	r := a.current(id)
	var scope *catalog.Relation
	if generated {
		scope = r
	}
	typ := r.Column(column).Type
	if !generated {
		walkColumns(n, func(*pg_query.ColumnRef) {
			a.fail(columnName(r, column), "0A000", "cannot use column reference in DEFAULT expression")
		})
	}
	e := a.expr(n, scope, typ)
	if !generated && a.isNullDefault(n, typ) {
		e = nil
	}
	a.edit(id, func(r *catalog.Relation) {
		c := r.Column(column)
		c.Default, c.Generated = e, generated
	})
}

// isNullDefault says that a default is nothing but NULL, which is no default. It is one where
// the server has to coerce the NULL: to a length, or from a domain's own default.
func (a *applier) isNullDefault(n *pg_query.Node, typ catalog.TypeRef) bool {
	for c := n.GetTypeCast(); c != nil && len(c.TypeName.GetTypmods()) == 0; c = n.GetTypeCast() {
		n = c.Arg
	}
	if !n.GetAConst().GetIsnull() || typ.Mod != "" {
		return false
	}
	t, ok := a.s.TypeByID(typ.ID)
	return !ok || t.Kind != catalog.DomainType || !t.HasDefault
}
