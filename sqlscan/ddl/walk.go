package ddl

import (
	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// walkColumns calls visit for every column reference below a node.
func walkColumns(n *pg_query.Node, visit func(*pg_query.ColumnRef)) {
	if n != nil {
		pgtree.Walk(n.ProtoReflect(), visit)
	}
}

// walkRelations calls visit for every relation that is named below a node.
func walkRelations(n *pg_query.Node, visit func(*pg_query.RangeVar)) {
	if n != nil {
		pgtree.Walk(n.ProtoReflect(), visit)
	}
}
