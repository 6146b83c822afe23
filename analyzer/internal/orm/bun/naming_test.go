package bun

import (
	"go/types"
	"testing"

	"github.com/schemavet/schemavet/analyzer/internal/orm/ormtest"
)

// TestNames compares our names of generated structs with those that bun makes.
func TestNames(t *testing.T) {
	ormtest.Names(t, "bun", func(st types.Type, env ormtest.Env) (name string, columns []string) {
		ts := newTables(env)
		tb := ts.of(st)
		for _, f := range tb.fields {
			columns = append(columns, f.name)
		}
		return tb.name, columns
	})
}
