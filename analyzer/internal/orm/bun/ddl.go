package bun

import (
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// definition is what a query says that changes tables, beside their names and columns.
type definition struct {
	ifExists, ifNotExists, cascade, concurrently, continueIdentity bool

	index goval.Value
}

// definitionCalls are the calls that say it.
var definitionCalls = map[string]func(*query, *goval.Call){
	"NewTruncateTable": func(q *query, _ *goval.Call) { q.verb = "TRUNCATE" },
	"NewDropTable":     func(q *query, _ *goval.Call) { q.verb = "DROP TABLE" },
	"NewAddColumn":     func(q *query, _ *goval.Call) { q.verb = "ADD COLUMN" },
	"NewDropColumn":    func(q *query, _ *goval.Call) { q.verb = "DROP COLUMN" },
	"NewDropIndex":     func(q *query, _ *goval.Call) { q.verb = "DROP INDEX" },
	"IfExists":         func(q *query, _ *goval.Call) { q.defines.ifExists = true },
	"IfNotExists":      func(q *query, _ *goval.Call) { q.defines.ifNotExists = true },
	"Cascade":          func(q *query, _ *goval.Call) { q.defines.cascade = true },
	"Concurrently":     func(q *query, _ *goval.Call) { q.defines.concurrently = true },
	"ContinueIdentity": func(q *query, _ *goval.Call) { q.defines.continueIdentity = true },
	"Index":            func(q *query, c *goval.Call) { q.defines.index = sqlbuild.Quoted(c.Args[0].Text()) },
}

// definitionText is the statement of a query that changes tables (query_table_truncate.go, query_table_drop.go,
// query_column_add.go, query_column_drop.go, query_index_drop.go); nil for another.
func (q *query) definitionText() goval.Value {
	d := q.defines
	word := func(set bool, text string) goval.Value {
		if !set {
			return nil
		}
		return goval.Text(text)
	}
	switch q.verb {
	case "TRUNCATE":
		identity := goval.Text(" RESTART IDENTITY")
		if d.continueIdentity {
			identity = goval.Text(" CONTINUE IDENTITY")
		}
		return goval.Concat(q.Made("TRUNCATE TABLE "), q.allTables(), identity, word(d.cascade, " CASCADE"))
	case "DROP TABLE":
		return goval.Concat(q.Made("DROP TABLE "), word(d.ifExists, "IF EXISTS "), q.allTables(), word(d.cascade, " CASCADE"))
	case "ADD COLUMN":
		return goval.Concat(q.Made("ALTER TABLE "), q.allTables(), goval.Text(" ADD "), word(d.ifNotExists, "IF NOT EXISTS "),
			q.oneColumn())
	case "DROP COLUMN":
		return goval.Concat(q.Made("ALTER TABLE "), q.allTables(), goval.Text(" DROP COLUMN "), q.oneColumn())
	case "DROP INDEX":
		return goval.Concat(q.Made("DROP INDEX "), word(d.concurrently, "CONCURRENTLY "), word(d.ifExists, "IF EXISTS "),
			d.index, word(d.cascade, " CASCADE"))
	}
	return nil
}

// allTables are the model's table and the others, without aliases.
func (q *query) allTables() goval.Value {
	tables := slices.Clone(q.tableExprs)
	if table := q.modelTableText(false, false); table != nil {
		tables = slices.Insert(tables, 0, table)
	}
	return orm.Join(tables, ", ")
}

// oneColumn is the column that is added or dropped: a name or, as text, a definition.
func (q *query) oneColumn() goval.Value {
	if len(q.columns) != 1 {
		return goval.Unknown("column")
	}
	if c := q.columns[0]; !c.expr {
		return sqlbuild.Quoted(c.text)
	}
	return q.columns[0].text
}
