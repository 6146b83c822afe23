package bun

import (
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// declaredTable: a struct with a tag of bun's, or with its BaseModel, is a
// model.
func declaredTable(t types.Type, env orm.Env) *orm.Model {
	if !structs.HasTag(t, "bun") && !structs.HasEmbedded(t, path+"/schema", "BaseModel") {
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
