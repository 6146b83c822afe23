package gorm

import (
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// declaredTable: a struct with a tag of gorm's, gorm.Model or a method
// TableName is a model.
func declaredTable(t types.Type, env orm.Env) *orm.Model {
	if !structs.HasTag(t, "gorm") && !structs.HasMethod(types.NewPointer(t), "TableName") &&
		!structs.HasEmbedded(t, path, "Model") {
		return nil
	}
	m := modelsOf(env).of(t)
	if m == nil || m.tableName == "" {
		return nil
	}
	out := &orm.Model{Table: m.tableName}
	for _, f := range m.columns {
		out.Columns = append(out.Columns, orm.ModelColumn{Name: f.column, Field: f.obj})
	}
	return out
}
