package gorm

import (
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// reading are the methods that read rows into what they are given; what has no field is left
// out, as is a field without a column (scan.go).
var reading = []string{"First", "Take", "Last", "Find", "FindInBatches", "FirstOrInit", "FirstOrCreate", "Create",
	"CreateInBatches", "Save", "Update", "Updates", "UpdateColumn", "UpdateColumns", "Delete", "Count", "Pluck", "Exec",
	"Append", "Replace", "Clear"}

// reads says where the rows go.
func reads(builder goval.Value, env orm.Env) *orm.Rows {
	builder = classic(builder)
	if len(builder) == 0 {
		return nil
	}
	last := builder.LastCall()
	if last == nil || last.Name != "Scan" && !slices.Contains(reading, last.Name) {
		return nil
	}
	dest, ok := destination(last)
	switch {
	case !ok || slices.ContainsFunc(builder, sendsMore):
		return &orm.Rows{}
	case orm.IsScalar(dest.DynamicType()):
		return orm.Scalars([]goval.Arg{dest})
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
func destination(c *goval.Call) (goval.Arg, bool) {
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
	return goval.Arg{}, false
}

// sendsMore takes what makes other queries that fill the same value, and names of columns that
// are put together of two.
func sendsMore(p goval.Part) bool {
	switch p := p.(type) {
	case *goval.Hole:
		return false
	case *goval.Call:
		return slices.Contains([]string{"Preload", "Joins", "InnerJoins", "Association", "Scopes"}, p.Name)
	}
	return true
}
