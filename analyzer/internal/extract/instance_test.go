package extract

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// TestInstancesOfManyMethods: each method has a type parameter of its own for the same type, and
// gives the type one; what follows them must not go every way there is.
func TestInstancesOfManyMethods(t *testing.T) {
	var src strings.Builder
	src.WriteString("package p\ntype Repo[T any] struct{}\nfunc New[E any]() *Repo[E] { return &Repo[E]{} }\nvar _, _, _ = New[string](), New[int](), New[int]()\n")
	for i := range 80 {
		fmt.Fprintf(&src, "func (r *Repo[T]) M%d(v T) {}\n", i)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src.String(), 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Instances: map[*ast.Ident]types.Instance{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	pkg, err := new(types.Config).Check("p", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	in := NewInstances()
	in.Note(info)
	method, _, _ := types.LookupFieldOrMethod(types.NewPointer(pkg.Scope().Lookup("Repo").Type()), true, pkg, "M7")
	if got := fmt.Sprint(in.of(method.(*types.Func).Signature().RecvTypeParams().At(0))); got != "[int string]" {
		t.Errorf("%s, want [int string]", got)
	}
}
