package goval

import (
	"go/ast"
	"go/constant"
	"go/types"
)

// isText takes strings and slices of bytes.
func isText(t types.Type) bool {
	if t == nil {
		return false
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		b, ok := s.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Uint8
	}
	return isString(t)
}

func isStringSlice(t types.Type) bool {
	if t == nil {
		return false
	}
	s, ok := t.Underlying().(*types.Slice)
	return ok && isString(s.Elem())
}

// isBuilder takes strings.Builder and bytes.Buffer, or a pointer to one.
func isBuilder(t types.Type) bool {
	if t == nil {
		return false
	}
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	full := n.Obj().Pkg().Path() + "." + n.Obj().Name()
	return full == "strings.Builder" || full == "bytes.Buffer"
}

// isString takes a nil type too: that of code which does not compile.
func isString(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isNumber(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsNumeric != 0
}

// intOf is the number that an expression is a constant of: in code that does not compile it may
// be anything else.
func (f *Frame) intOf(e ast.Expr) (n int, ok bool) {
	v := f.pkg.Info.Types[e].Value
	if v == nil || v.Kind() != constant.Int {
		return 0, false
	}
	n64, exact := constant.Int64Val(v)
	return int(n64), exact
}

// isWriter takes builders, and interfaces that they satisfy.
func isWriter(t types.Type) bool {
	if t == nil || isBuilder(t) {
		return t != nil
	}
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range i.Methods() {
		if m.Name() == "Write" || m.Name() == "WriteString" {
			return true
		}
	}
	return false
}
