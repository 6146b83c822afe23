package ddl

import (
	pg_query "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// walkColumns calls visit for every column reference below a node.
func walkColumns(n *pg_query.Node, visit func(*pg_query.ColumnRef)) {
	if n != nil {
		walkMessage(n.ProtoReflect(), visit)
	}
}

func walkMessage(m protoreflect.Message, visit func(*pg_query.ColumnRef)) {
	if ref, ok := m.Interface().(*pg_query.ColumnRef); ok {
		visit(ref)
		return
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				walkMessage(v.List().Get(i).Message(), visit)
			}
		default:
			walkMessage(v.Message(), visit)
		}
		return true
	})
}
