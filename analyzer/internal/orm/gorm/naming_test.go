package gorm

import (
	"go/types"
	"testing"

	"github.com/schemavet/schemavet/analyzer/internal/orm/ormtest"
)

// TestNames compares our names of generated structs with those that gorm makes.
func TestNames(t *testing.T) {
	ormtest.Names(t, "gorm", func(st types.Type, env ormtest.Env) (table string, columns []string) {
		ms := newModels(env)
		m := ms.of(st)
		for _, f := range m.columns {
			columns = append(columns, f.column)
		}
		return m.tableName, columns
	})
}
