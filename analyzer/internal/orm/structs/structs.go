// Package structs walks the fields of Go structs with their tags, and answers what libraries ask of the types
// of fields. What a tag means, which fields are columns, and how the fields of embedded structs stand beside
// the own ones, is each library's own: they differ in all of it.
package structs

import (
	"go/types"
	"iter"
	"reflect"
	"slices"
	"strings"
)

// Field is a field of a struct, or of one in it.
type Field struct {
	Var *types.Var
	Tag reflect.StructTag
	// Path are the names of the fields that lead to it from the outermost struct, its own the last.
	Path []string
}

// Fields are those of a struct or of what a pointer to one points to, in order; none of any other type. The
// path is that of the field whose type it is.
func Fields(t types.Type, path ...string) iter.Seq[Field] {
	st, ok := Pointee(t).Underlying().(*types.Struct)
	return func(yield func(Field) bool) {
		for i := 0; ok && i < st.NumFields(); i++ {
			v := st.Field(i)
			f := Field{v, reflect.StructTag(st.Tag(i)), append(slices.Clip(slices.Clone(path)), v.Name())}
			if !yield(f) {
				return
			}
		}
	}
}

// Inner are the fields of the struct that the field is, with the whole path to each.
func (f Field) Inner() iter.Seq[Field] { return Fields(f.Var.Type(), f.Path...) }

// Name is the name of the field in Go.
func (f Field) Name() string { return f.Var.Name() }

// First is what stands before the first comma of a tag; given is whether the field has the tag.
func (f Field) First(key string) (value string, given bool) {
	value, given = f.Tag.Lookup(key)
	value, _, _ = strings.Cut(value, ",")
	return value, given
}

// HasTag says that a field of the struct itself, embedded or not, has a tag.
func HasTag(t types.Type, key string) bool {
	for f := range Fields(t) {
		if _, ok := f.Tag.Lookup(key); ok {
			return true
		}
	}
	return false
}

// HasEmbedded says that the struct itself embeds a type, or a pointer to it.
func HasEmbedded(t types.Type, path, name string) bool {
	for f := range Fields(t) {
		if f.Var.Embedded() && IsNamed(Pointee(f.Var.Type()), path, name) {
			return true
		}
	}
	return false
}

// Of is the struct that a type is, or that pointers to it and slices and arrays of it are made of; nil for any
// other type.
func Of(t types.Type) types.Type {
	for t != nil {
		switch u := types.Unalias(t).Underlying().(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		case *types.Struct:
			return t
		default:
			return nil
		}
	}
	return nil
}

// Is says that a type is a struct.
func Is(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// Pointee is what a pointer points to; any other type is itself.
func Pointee(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// Indirect is what pointers to pointers point to in the end.
func Indirect(t types.Type) types.Type {
	for inner := Pointee(t); inner != t; inner = Pointee(t) {
		t = inner
	}
	return t
}

// NameIn is the name of a type, or of what a pointer to it points to, that one of some packages declares;
// empty for any other.
func NameIn(t types.Type, paths ...string) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || !slices.Contains(paths, n.Obj().Pkg().Path()) {
		return ""
	}
	return n.Obj().Name()
}

// IsNamed says that a type is the one that a package declares under a name.
func IsNamed(t types.Type, path, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path
}

// IsTime says that a type is time.Time.
func IsTime(t types.Type) bool { return IsNamed(t, "time", "Time") }

// HasMethod says that a type, or a pointer to it, has a method that other packages can call.
func HasMethod(t types.Type, name string) bool {
	return MethodOf(t, name) != nil
}

// MethodOf is the method of a type or of a pointer to it; nil if there is none.
func MethodOf(t types.Type, name string) *types.Func {
	if t == nil {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	fn, _ := obj.(*types.Func)
	return fn
}
