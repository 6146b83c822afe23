package structs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"
	"testing"
)

const source = `package p

type Base struct {
	ID   int ` + "`db:\"id,pk\"`" + `
	note string
}

func (*Base) Scan(any) error { return nil }

type Row struct {
	*Base
	Name **string ` + "`json:\"n\"`" + `
	Deep struct{ Base }
}

type (
	List  []*Row
	Alias = map[string]Row
)
`

var checked = sync.OnceValues(func() (*types.Package, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, 0)
	if err != nil {
		return nil, err
	}
	return new(types.Config).Check("p", fset, []*ast.File{file}, nil)
})

func typeNamed(t *testing.T, name string) types.Type {
	t.Helper()
	pkg, err := checked()
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Scope().Lookup(name).Type()
}

// paths are those of all fields, the inner ones of embedded structs and of structs in fields behind their own.
func paths(f Field) []string {
	out := []string{strings.Join(f.Path, ".")}
	for in := range f.Inner() {
		out = append(out, paths(in)...)
	}
	return out
}

func TestFields(t *testing.T) {
	row := typeNamed(t, "Row")
	var got []string
	for f := range Fields(types.NewPointer(row)) {
		got = append(got, paths(f)...)
	}
	want := []string{"Base", "Base.ID", "Base.note", "Name", "Deep", "Deep.Base", "Deep.Base.ID", "Deep.Base.note"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range Fields(typeNamed(t, "List")) {
		t.Error("a list has fields")
	}
}

func TestTags(t *testing.T) {
	base := typeNamed(t, "Base")
	if !HasTag(base, "db") || HasTag(base, "json") || HasTag(typeNamed(t, "Row"), "db") {
		t.Error("tags are those of the struct itself")
	}
	for f := range Fields(base) {
		if value, given := f.First("db"); given != (f.Name() == "ID") || given && value != "id" {
			t.Errorf("%s: %q, %v", f.Name(), value, given)
		}
	}
}

func TestTypes(t *testing.T) {
	row, base := typeNamed(t, "Row"), typeNamed(t, "Base")
	if Of(typeNamed(t, "List")) != row || Of(typeNamed(t, "Alias")) != nil || Of(nil) != nil {
		t.Error("the struct of a list of pointers is what they point to, and a map has none")
	}
	if Indirect(types.NewPointer(types.NewPointer(row))) != row {
		t.Error("pointers to pointers")
	}
	if !HasEmbedded(row, "p", "Base") || HasEmbedded(base, "p", "Base") {
		t.Error("what is embedded, by pointer too")
	}
	if NameIn(types.NewPointer(row), "q", "p") != "Row" || NameIn(row, "q") != "" || !IsNamed(row, "p", "Row") {
		t.Error("names are those of a package")
	}
	if !HasMethod(base, "Scan") || HasMethod(base, "Value") || MethodOf(nil, "Scan") != nil {
		t.Error("methods of the type and of a pointer to it")
	}
}
