package dbapi

import (
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// unavailable are the packages of the table that testdata/apis does not import, as the module
// proxy has them not; their rows were read in their sources.
var unavailable = []string{
	"github.com/beego/beego/v2/client/orm", "github.com/go-jet/jet/v2/postgres", "github.com/upper/db/v4",
	"github.com/volatiletech/sqlboiler/v4/boil", "github.com/volatiletech/sqlboiler/v4/queries", "github.com/volatiletech/sqlboiler/v4/queries/qm",
}

// TestRowsExist looks every row of the table up in its library: the function is there, and
// the argument can hold a text.
func TestRowsExist(t *testing.T) {
	dir, err := filepath.Abs("../../testdata/apis")
	if err != nil {
		t.Fatal(err)
	}
	functions, err := parse("api.txt", apiText)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range functions {
		if !slices.Contains(paths, f.Package) && !slices.Contains(unavailable, f.Package) {
			paths = append(paths, f.Package)
		}
	}
	pkgs, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	loaded := map[string]*types.Package{}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Error(e)
		}
		loaded[p.PkgPath] = p.Types
	}
	for _, f := range functions {
		pkg := loaded[f.Package]
		if pkg == nil {
			if !slices.Contains(unavailable, f.Package) {
				t.Errorf("%s is not loaded", f.Package)
			}
			continue
		}
		fn := function(pkg, f)
		if fn == nil {
			t.Errorf("%s has no %s.%s", f.Package, f.Receiver, f.Name)
			continue
		}
		if fn.Pkg() != pkg || receiverName(fn) != f.Receiver {
			t.Errorf("%s.%s of %s is that of %s", f.Receiver, f.Name, f.Package, fn.FullName())
		}
		sig := fn.Signature()
		if !takesText(sig, f) {
			t.Errorf("%s: argument %d of %s.%s takes no text: %s", f.Package, f.Index, f.Receiver, f.Name, sig)
		}
	}
}

func function(pkg *types.Package, f Function) *types.Func {
	if f.Receiver == "" {
		fn, _ := pkg.Scope().Lookup(f.Name).(*types.Func)
		return fn
	}
	recv := pkg.Scope().Lookup(f.Receiver)
	if recv == nil {
		return nil
	}
	typ := recv.Type()
	if !types.IsInterface(typ) {
		typ = types.NewPointer(typ)
	}
	obj, _, _ := types.LookupFieldOrMethod(typ, true, pkg, f.Name)
	fn, _ := obj.(*types.Func)
	return fn
}

// takesText takes strings, values of any type, pgx's identifiers, and what is made of strings.
func takesText(sig *types.Signature, f Function) bool {
	params := sig.Params()
	if f.Index >= params.Len() {
		return false
	}
	typ := params.At(f.Index).Type()
	if sig.Variadic() && f.Index == params.Len()-1 {
		typ = typ.(*types.Slice).Elem()
	}
	if f.Role == Copy {
		return strings.HasSuffix(typ.String(), "Identifier")
	}
	basic, isBasic := typ.Underlying().(*types.Basic)
	iface, isInterface := typ.Underlying().(*types.Interface)
	return isBasic && basic.Info()&types.IsString != 0 || isInterface && iface.Empty()
}
