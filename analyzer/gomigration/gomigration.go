// Package gomigration turns lists of migrations that are Go functions into ordered units,
// from what the extraction found in them.
package gomigration

import (
	"fmt"
	"slices"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog/migration"
)

// Format is the name under which lists of Go migrations go among the formats of
// catalog/migration.
const Format = "go"

// Units returns the migrations of one list of a version, in order; an index whose function
// sends nothing is left out. Of a text that is not known as a whole nothing can be run: its
// site is in skipped.
func Units(v *usage.Version, list string) (units []migration.Unit, skipped []usage.Site) {
	byIndex := map[int]*migration.Unit{}
	var order []int
	for _, q := range v.Queries {
		if q.Migration == nil || q.Migration.List != list {
			continue
		}
		i := q.Migration.Index
		if byIndex[i] == nil {
			version := fmt.Sprint(i + 1)
			byIndex[i] = &migration.Unit{Version: version, Name: version, File: q.Site.File}
			order = append(order, i)
		}
		for _, t := range q.Texts {
			if len(t.Holes) > 0 {
				skipped = append(skipped, q.Site)
				continue
			}
			_, line, column, _ := t.Position(0)
			byIndex[i].Statements = append(byIndex[i].Statements, migration.Located{Text: t.SQL, File: q.Site.File, Line: line, Column: column})
		}
	}
	slices.Sort(order)
	for _, i := range order {
		if len(byIndex[i].Statements) > 0 {
			units = append(units, *byIndex[i])
		}
	}
	return units, skipped
}

// Lists returns the names of the lists of migrations in a version: all, or those that stand
// in one file.
func Lists(v *usage.Version, file string) []string {
	var out []string
	for _, q := range v.Queries {
		if q.Migration != nil && (file == "" || q.Site.File == file) && !slices.Contains(out, q.Migration.List) {
			out = append(out, q.Migration.List)
		}
	}
	return out
}
