package deployed

import (
	"fmt"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// QueryFile makes a version of a file of SQL statements: each is a query of its own.
func QueryFile(file, text string) (*usage.Version, error) {
	sts, err := pgtree.Parse(pgtree.BlankPsql(text))
	if err != nil {
		return nil, fmt.Errorf("-deployed %s: %w", file, err)
	}
	v := &usage.Version{Name: file, Source: "sql"}
	lines := pgtree.LinesOf(text)
	for _, st := range sts {
		line, column := lines.At(st.Start)
		v.Queries = append(v.Queries, usage.Query{
			Site:  usage.Site{File: file, Line: line, Column: column, API: "sql"},
			Texts: []sqltext.Text{{SQL: st.Text, Runs: []sqltext.Run{{At: 0, File: file, Line: line, Column: column}}}},
			Live:  true,
		})
	}
	return v, nil
}
