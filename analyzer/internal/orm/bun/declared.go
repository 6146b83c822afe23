package bun

import (
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// declaredTable: a struct with a tag of bun's, or with its BaseModel, is a
// model.
func declaredTable(t types.Type, env orm.Env) *orm.Model {
	st := t.Underlying().(*types.Struct)
	if !orm.HasTag(st, "bun") && !embedsBaseModel(st) {
		return nil
	}
	tb := tablesOf(env).of(t)
	if tb == nil || tb.name == "" {
		return nil
	}
	out := &orm.Model{Table: tb.name}
	for _, f := range tb.fields {
		out.Columns = append(out.Columns, orm.ModelColumn{Name: f.name, Field: f.obj})
	}
	return out
}

func embedsBaseModel(st *types.Struct) bool {
	for f := range st.Fields() {
		if f.Embedded() && f.Name() == "BaseModel" && isSchemaBaseModel(f.Type()) {
			return true
		}
	}
	return false
}
