package ddl

import (
	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// addOf makes a table one of a type, whose columns it must have (ATExecAddOf).
func (t *alteration) addOf(tn *pg_query.TypeName) {
	typ := t.typ(tn)
	r := t.rel()
	if len(r.Parents) > 0 {
		t.fail(relationName(r), "42809", "typed tables cannot inherit")
	}
	row := t.typeRow(typ.ID)
	for i, c := range row {
		switch {
		case i >= len(r.Columns):
			t.fail(columnName(r, c.Name), "42804", "table is missing column %q", c.Name)
		case r.Columns[i].Name != c.Name:
			t.fail(columnName(r, c.Name), "42804", "table has column %q where type requires %q", r.Columns[i].Name, c.Name)
		case r.Columns[i].Type != c.Type:
			t.fail(columnName(r, c.Name), "42804", "table %q has different type for column %q", r.Name, c.Name)
		}
	}
	if len(r.Columns) > len(row) {
		t.fail(relationName(r), "42804", "table has extra column %q", r.Columns[len(row)].Name)
	}
	t.edit(t.id, func(r *catalog.Relation) { r.OfType = typ.ID })
}

// tablesOf are the tables that were made of a composite type.
func (a *applier) tablesOf(r *catalog.Relation) []*catalog.Relation {
	var out []*catalog.Relation
	if r.Kind != catalog.Composite {
		return nil
	}
	for _, id := range a.s.Users(r.RowType) {
		if t := a.current(id); t != nil && t.OfType == r.RowType {
			out = append(out, t)
		}
	}
	return out
}

// typedTables refuses a change of a composite type that tables of it would have to follow,
// unless CASCADE says so (find_typed_table_dependencies).
func (a *applier) typedTables(r *catalog.Relation, cascade bool) []*catalog.Relation {
	tables := a.tablesOf(r)
	if len(tables) > 0 && !cascade {
		a.fail(relationName(r), "2BP01", "cannot alter type %q because it is the type of a typed table", r.Name)
	}
	return tables
}

// followType makes the tables of a type follow a change of it.
func (t *alteration) followType(c *pg_query.AlterTableCmd) {
	r := t.rel()
	if r == nil || r.Kind != catalog.Composite {
		return
	}
	switch c.Subtype {
	case pg_query.AlterTableType_AT_AddColumn, pg_query.AlterTableType_AT_DropColumn,
		pg_query.AlterTableType_AT_AlterColumnType:
		for _, table := range t.typedTables(r, c.Behavior == pg_query.DropBehavior_DROP_CASCADE) {
			inner := &alteration{tableMaker: &tableMaker{applier: t.applier, id: table.ID}, follows: true}
			inner.command(c)
		}
	}
}

// notTyped refuses what a table takes from its type only.
func (a *applier) notTyped(r *catalog.Relation, about catalog.Name, action string) {
	if r.OfType != 0 {
		a.fail(about, "42809", "cannot %s typed table", action)
	}
}

func (t *alteration) notTyped(r *catalog.Relation, about catalog.Name, action string) {
	if !t.follows {
		t.applier.notTyped(r, about, action)
	}
}
