package gorm

import (
	"go/types"
	"slices"

	"github.com/schemavet/schemavet/analyzer/orm"
	"github.com/schemavet/schemavet/analyzer/strval"
)

// reading are the methods that read rows into what they are given; what has no field is left
// out, as is a field without a column (scan.go).
var reading = []string{"First", "Take", "Last", "Find", "FindInBatches", "FirstOrInit", "FirstOrCreate", "Create", "CreateInBatches", "Save",
	"Update", "Updates", "UpdateColumn", "UpdateColumns", "Delete", "Count", "Pluck", "Exec", "Append", "Replace", "Clear"}

// Reads implements orm.Readers.
func (l Library) Reads(builder strval.Value, env orm.Env) (columns []orm.Column, named, ok bool) {
	last := builder[len(builder)-1]
	if last.Kind != strval.Step || !slices.Contains(reading, last.Call.Name) {
		return nil, false, last.Kind == strval.Step && last.Call.Name == "Scan"
	}
	plain := !slices.ContainsFunc(builder, func(p *strval.Piece) bool { return p.Kind != strval.Step && p.Kind != strval.Hole })
	for _, p := range builder {
		if p.Kind == strval.Step && slices.Contains([]string{"Preload", "Joins", "InnerJoins", "Association", "Raw", "Scopes", "Table", "Select"}, p.Call.Name) {
			plain = false
		}
	}
	switch last.Call.Name {
	case "First", "Take", "Last", "Find":
	default:
		plain = false
	}
	if !plain || len(last.Call.Args) == 0 {
		return nil, false, true
	}
	ms := &models{env: env, known: map[types.Type]*model{}}
	m := ms.of(last.Call.Args[0].DynamicType())
	if m == nil {
		return nil, false, true
	}
	for _, f := range m.columns {
		c := orm.Column{Name: f.column}
		if !f.isSerialized && !f.isValuer {
			// A NULL leaves the field what it is.
			c.Type = types.NewPointer(f.typ)
		}
		columns = append(columns, c)
	}
	return columns, true, true
}
