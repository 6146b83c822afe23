package pgtree

import "google.golang.org/protobuf/reflect/protoreflect"

// Walk calls visit for every message of a kind, but for those within one that it was called for.
func Walk[M any](m protoreflect.Message, visit func(M)) {
	if found, ok := m.Interface().(M); ok {
		visit(found)
		return
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				Walk(v.List().Get(i).Message(), visit)
			}
		default:
			Walk(v.Message(), visit)
		}
		return true
	})
}
