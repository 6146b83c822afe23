package gomigration

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// Models are the units that bring a database in which libraries have made one schema to
// another, as the libraries do it: what is not there is made, and nothing is dropped but what
// they drop themselves. Each part commits by itself.
func Models(before, after []usage.Made) []migration.Unit {
	d := &difference{before: byName(before), tables: map[string]bool{}}
	for _, kind := range []usage.MadeKind{usage.MadeTable, usage.MadeColumns, usage.MadeUnique, usage.MadeCheck,
		usage.MadeForeignKey, usage.MadeIndex} {
		for _, m := range after {
			if m.Kind == kind {
				d.bring(m)
			}
		}
	}
	d.drop(before, after)
	return d.units
}

// difference collects the units.
type difference struct {
	before map[string]usage.Made
	tables map[string]bool // those that are new, with their columns
	units  []migration.Unit
}

// key is what a part is found by in a database.
func key(m usage.Made) string {
	switch m.Kind {
	case usage.MadeIndex:
		return "index " + m.Name // Its name is the schema's.
	case usage.MadeUnique, usage.MadeCheck, usage.MadeForeignKey:
		return "constraint " + m.Relation() + " " + m.Name
	}
	return string(m.Kind) + " " + m.Relation() + " " + m.Name
}

func byName(parts []usage.Made) map[string]usage.Made {
	out := map[string]usage.Made{}
	for _, m := range parts {
		out[key(m)] = m
	}
	return out
}

// bring makes a part that is not there, and changes a column that is defined otherwise.
func (d *difference) bring(m usage.Made) {
	old, there := d.before[key(m)]
	d.before[key(m)] = m
	switch {
	case m.Kind == usage.MadeTable && !there:
		d.tables[m.Relation()] = true
		d.add(m, m.SQL)
	case m.Kind == usage.MadeColumns && d.tables[m.Relation()]:
		// Its table has it.
	case !there && m.SQL != "":
		d.add(m, m.SQL)
	case m.Kind == usage.MadeColumns && there:
		d.add(m, changes(m, old)...)
	case there && m.Library == "ent" && m.Kind != usage.MadeTable && m.SQL != old.SQL:
		d.add(m, dropping(m), m.SQL)
	}
}

// changes bring a column to another definition.
func changes(m, old usage.Made) []string {
	to, from := m.Column, old.Column
	if to == nil || from == nil || to.Fixed || *to == *from {
		return nil
	}
	column := "ALTER TABLE " + m.Relation() + " ALTER COLUMN " + usage.Quote(m.Name)
	other := !strings.EqualFold(to.Type, from.Type) && !(m.Library == "gorm" && keeps(from.Type, to.Type))
	// gorm makes a column NOT NULL only when something else of it changes
	// (migrator.MigrateColumn).
	strict := to.NotNull && !from.NotNull && (m.Library != "gorm" || other || to.Default != from.Default)
	var out []string
	if other {
		sql := column + " TYPE " + to.Type
		if m.Library == "gorm" {
			sql += " USING " + usage.Quote(m.Name) + "::" + to.Type
		}
		out = append(out, sql)
	}
	if strict {
		out = append(out, column+" SET NOT NULL")
	}
	if !to.NotNull && from.NotNull {
		out = append(out, column+" DROP NOT NULL")
	}
	switch {
	case to.Default == from.Default:
	case to.Default == "":
		out = append(out, column+" DROP DEFAULT")
	default:
		out = append(out, column+" SET DEFAULT "+to.Default)
	}
	return out
}

// keeps says that gorm leaves a column with its precision when the model has none any more
// (migrator.MigrateColumn compares the beginnings of types).
func keeps(from, to string) bool {
	base, _, _ := strings.Cut(from, "(")
	return strings.EqualFold(base, to) || strings.EqualFold(base, "numeric") && strings.EqualFold(to, "decimal")
}

// drop drops what one library drops and that is not declared any more.
func (d *difference) drop(before, after []usage.Made) {
	now := byName(after)
	for _, kind := range []usage.MadeKind{usage.MadeUnique, usage.MadeForeignKey, usage.MadeCheck, usage.MadeIndex,
		usage.MadeColumns} {
		for _, m := range before {
			table, still := now[tableOf(m)]
			if _, kept := now[key(m)]; m.Kind == kind && !kept && still && drops(m, table) {
				m.Place = table.Place
				d.add(m, dropping(m))
			}
		}
	}
}

func tableOf(m usage.Made) string {
	return key(usage.Made{Kind: usage.MadeTable, Schema: m.Schema, Table: m.Table})
}

// drops says that a library drops a part of a table: gorm the constraints of columns that are
// unique no more (migrator.MigrateColumnUnique), ent all but columns and indexes, and these if
// it is told to (Atlas.init).
func drops(m, table usage.Made) bool {
	switch {
	case m.Library == "gorm":
		return m.Kind == usage.MadeUnique
	case m.Library != "ent":
		return false
	case m.Kind == usage.MadeColumns:
		return table.DropColumns
	case m.Kind == usage.MadeIndex:
		return table.DropIndexes
	}
	return true
}

func dropping(m usage.Made) string {
	switch m.Kind {
	case usage.MadeIndex:
		if m.Schema != "" {
			return "DROP INDEX " + usage.Quote(m.Schema) + "." + usage.Quote(m.Name)
		}
		return "DROP INDEX " + usage.Quote(m.Name)
	case usage.MadeColumns:
		return "ALTER TABLE " + m.Relation() + " DROP COLUMN " + usage.Quote(m.Name)
	}
	return "ALTER TABLE " + m.Relation() + " DROP CONSTRAINT " + usage.Quote(m.Name)
}

// add makes a unit of each statement.
func (d *difference) add(m usage.Made, statements ...string) {
	for _, sql := range statements {
		name := fmt.Sprintf("%s: %s %s", m.Library, m.Kind, m.Table)
		if m.Name != "" {
			name += "." + m.Name
		}
		d.units = append(d.units, migration.Unit{Version: strconv.Itoa(len(d.units) + 1), Name: name, File: m.Place.File,
			Statements: []migration.Located{{Text: sql, File: m.Place.File, Line: m.Place.Line, Column: m.Place.Column}}})
	}
}

// Merge is what is there after one schema was made upon another.
func Merge(before, after []usage.Made) []usage.Made {
	now := byName(after)
	out := slices.Clone(after)
	for _, m := range before {
		if _, again := now[key(m)]; !again {
			out = append(out, m)
		}
	}
	return out
}
