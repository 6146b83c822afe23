package gorm

import (
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/strval"
)

// reading are the methods that read rows into what they are given; what has no field is left
// out, as is a field without a column (scan.go).
var reading = []string{"First", "Take", "Last", "Find", "FindInBatches", "FirstOrInit", "FirstOrCreate", "Create",
	"CreateInBatches", "Save", "Update", "Updates", "UpdateColumn", "UpdateColumns", "Delete", "Count", "Pluck", "Exec",
	"Append", "Replace", "Clear"}

// Reads implements orm.Readers.
func (l Library) Reads(builder strval.Value, env orm.Env) *orm.Rows {
	builder = classic(builder)
	if len(builder) == 0 {
		return nil
	}
	last := builder[len(builder)-1]
	if last.Kind != strval.Step || last.Call.Name != "Scan" && !slices.Contains(reading, last.Call.Name) {
		return nil
	}
	dest, ok := destination(last.Call)
	switch {
	case !ok || slices.ContainsFunc(builder, sendsMore):
		return &orm.Rows{}
	case orm.IsScalar(dest.DynamicType()):
		return orm.Scalars([]strval.Arg{dest})
	}
	ms := modelsOf(env)
	m := ms.of(dest.DynamicType())
	if m == nil {
		return &orm.Rows{}
	}
	out := &orm.Rows{Library: "gorm"}
	for _, f := range m.columns {
		c := orm.Column{Name: f.column}
		if !f.isSerialized {
			c.Type = f.typ
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

// destination is what a call reads rows into.
func destination(c *strval.Call) (strval.Arg, bool) {
	switch c.Name {
	case "First", "Take", "Last", "Find", "Scan", "Count":
		if len(c.Args) > 0 {
			return c.Args[0], true
		}
	case "Pluck":
		if len(c.Args) == 2 {
			return c.Args[1], true
		}
	}
	return strval.Arg{}, false
}

// sendsMore takes what makes other queries that fill the same value, and names of columns that
// are put together of two.
func sendsMore(p *strval.Piece) bool {
	if p.Kind == strval.Hole {
		return false
	}
	return p.Kind != strval.Step ||
		slices.Contains([]string{"Preload", "Joins", "InnerJoins", "Association", "Scopes"}, p.Call.Name)
}
