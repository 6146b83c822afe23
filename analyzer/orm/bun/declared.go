package bun

import (
	"go/types"

	"github.com/schemavet/schemavet/analyzer/orm"
)

// Declared implements orm.Declarer: a struct with a tag of bun's, or with its BaseModel, is a
// model.
func (Library) Declared(t types.Type, env orm.Env) *orm.Model {
	if !orm.HasTag(t.Underlying().(*types.Struct), "bun") {
		return nil
	}
	tb := newTables(env).of(t)
	if tb == nil || tb.name == "" {
		return nil
	}
	out := &orm.Model{Table: tb.name}
	for _, f := range tb.fields {
		out.Columns = append(out.Columns, orm.ModelColumn{Name: f.name, Field: f.obj})
	}
	return out
}
