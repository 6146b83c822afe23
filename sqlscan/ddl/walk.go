package ddl

import (
	pg_query "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// walkColumns calls visit for every column reference below a node.
func walkColumns(n *pg_query.Node, visit func(*pg_query.ColumnRef)) {
	if n != nil {
		walkAll(n.ProtoReflect(), visit)
	}
}

// walkRelations calls visit for every relation that is named below a node.
func walkRelations(n *pg_query.Node, visit func(*pg_query.RangeVar)) {
	if n != nil {
		walkAll(n.ProtoReflect(), visit)
	}
}

// walkAll calls visit for every message of a kind.
func walkAll[M any](m protoreflect.Message, visit func(M)) {
	if found, ok := m.Interface().(M); ok {
		visit(found)
		return
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				walkAll(v.List().Get(i).Message(), visit)
			}
		default:
			walkAll(v.Message(), visit)
		}
		return true
	})
}
