package gorm

import (
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// declaredTable: a struct with a tag of gorm's, gorm.Model or a method
// TableName is a model.
func declaredTable(t types.Type, env orm.Env) *orm.Model {
	st := t.Underlying().(*types.Struct)
	if !orm.HasTag(st, "gorm") && !hasMethod(t, "TableName") && !embedsModel(st) {
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

func embedsModel(st *types.Struct) bool {
	for f := range st.Fields() {
		if f.Embedded() && isType(f.Type(), path, "Model") {
			return true
		}
	}
	return false
}
