package gorm

import (
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// changes are the methods of a Migrator that alter what is there, by what they send
// (migrator/migrator.go, and the migrator of the driver for PostgreSQL). A column that is dropped or
// added may have been looked for before.
var changes = map[string]func(*alteration) string{
	"AddColumn":  func(a *alteration) string { return a.addColumn() },
	"DropColumn": func(a *alteration) string { return a.onColumn("DROP COLUMN IF EXISTS ", "") },
	"RenameColumn": func(a *alteration) string {
		if to := a.column(2); to != "" {
			return a.onColumn("RENAME COLUMN ", " TO "+usage.Quote(to))
		}
		return ""
	},
	"RenameTable": func(a *alteration) string {
		if to := a.table(1); a.table(0) != "" && to != "" {
			return "ALTER TABLE " + sqlName(a.table(0)) + " RENAME TO " + usage.Quote(to)
		}
		return ""
	},
	"CreateIndex": func(a *alteration) string { return a.createIndex() },
	"DropIndex": func(a *alteration) string {
		if i := a.index(); i != nil {
			return "DROP INDEX " + usage.Quote(i.name)
		}
		if name, ok := a.text(1); ok {
			return "DROP INDEX " + usage.Quote(name)
		}
		return ""
	},
}

// isChange says that a function is one of these.
func isChange(fn *types.Func) bool {
	named, ok := types.Unalias(fn.Signature().Recv().Type()).(*types.Named)
	return ok && named.Obj().Name() == "Migrator" && (changes[fn.Name()] != nil || fn.Name() == "DropTable")
}

// alteration is a call of one of them.
type alteration struct {
	ms   *models
	call *goval.Call
}

// changed is what a call sends; nothing if that is not known.
func (a *alteration) changed() []usage.Made {
	var sql string
	if a.call.Name == "DropTable" {
		sql = a.dropTables()
	} else if len(a.call.Args) > 1 {
		sql = changes[a.call.Name](a)
	}
	if sql == "" {
		return nil
	}
	return []usage.Made{{Library: "gorm", Kind: usage.MadeChange, Table: a.table(0), SQL: sql}}
}

// model is that of an argument; nil for a name or what is not known.
func (a *alteration) model(i int) *model {
	if i >= len(a.call.Args) {
		return nil
	}
	return a.ms.of(a.call.Args[i].DynamicType())
}

func (a *alteration) text(i int) (string, bool) {
	if i >= len(a.call.Args) {
		return "", false
	}
	return a.call.Args[i].Text().Constant()
}

// table is the name of the table of a model, or one that is given.
func (a *alteration) table(i int) string {
	if m := a.model(i); m != nil {
		return m.tableName
	}
	name, _ := a.text(i)
	return name
}

// column is the column of a field, or the one of that name.
func (a *alteration) column(i int) string {
	name, _ := a.text(i)
	if m := a.model(0); m != nil {
		if f := m.named(name); f != nil {
			return f.column
		}
	}
	return name
}

// named is the field with a name, or with the column of that name (Schema.LookUpField).
func (m *model) named(name string) *field {
	for _, f := range m.fields {
		if f.column == name {
			return f
		}
	}
	for _, f := range m.fields {
		if f.name == name && f.column != "" {
			return f
		}
	}
	return nil
}

func (a *alteration) onColumn(before, after string) string {
	table, column := a.table(0), a.column(1)
	if table == "" || column == "" {
		return ""
	}
	return "ALTER TABLE " + sqlName(table) + " " + before + usage.Quote(column) + after
}

func (a *alteration) addColumn() string {
	m, column := a.model(0), a.column(1)
	if m == nil || column == "" {
		return ""
	}
	c := &creation{ms: a.ms, done: map[*model]bool{}}
	c.columns(m)
	for _, made := range c.made {
		if made.Kind == usage.MadeColumns && made.Name == column {
			return made.IfMissing()
		}
	}
	return ""
}

// index is the index of a model that has a name, or is that of a field (Schema.LookIndex).
func (a *alteration) index() *index {
	m := a.model(0)
	name, ok := a.text(1)
	if m == nil || !ok {
		return nil
	}
	for _, i := range m.indexes(a.ms) {
		if i.name == name {
			return i
		}
		for _, f := range i.fields {
			if f.field != nil && f.field.name == name {
				return i
			}
		}
	}
	return nil
}

func (a *alteration) createIndex() string {
	i := a.index()
	if i == nil {
		return ""
	}
	return i.sql(a.model(0))
}

// dropTables drops what the arguments name, the last one first, with all that depends on it.
func (a *alteration) dropTables() string {
	sql := ""
	for i := len(a.call.Args) - 1; i >= 0; i-- {
		list := a.call.Args[i].List()
		if list != nil {
			return "" // Several of them in one argument.
		}
		table := a.table(i)
		if table == "" {
			return ""
		}
		sql += "DROP TABLE IF EXISTS " + sqlName(table) + " CASCADE;"
	}
	return sql
}
