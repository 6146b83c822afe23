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
	loaded := load(t, paths)
	for _, f := range functions {
		pkg := loaded[f.Package]
		if pkg == nil {
			if !slices.Contains(unavailable, f.Package) {
				t.Errorf("%s is not loaded", f.Package)
			}
			continue
		}
		fn := function(pkg, f.Receiver, f.Name)
		if fn == nil {
			t.Errorf("%s has no %s.%s", f.Package, f.Receiver, f.Name)
			continue
		}
		if fn.Pkg() != pkg || receiverName(fn) != f.Receiver {
			t.Errorf("%s.%s of %s is that of %s", f.Receiver, f.Name, f.Package, fn.FullName())
		}
		if sig := fn.Signature(); !takesText(sig, f) {
			t.Errorf("%s: argument %d of %s.%s takes no text: %s", f.Package, f.Index, f.Receiver, f.Name, sig)
		}
	}
}

// TestReadersExist looks every row of the readers up: the function is there, and takes what
// the row says.
func TestReadersExist(t *testing.T) {
	list, err := parseReaders("readers.txt", readersText)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, r := range list {
		if !slices.Contains(paths, r.Package) {
			paths = append(paths, r.Package)
		}
	}
	loaded := load(t, paths)
	for _, r := range list {
		fn := function(loaded[r.Package], r.Receiver, r.Name)
		if fn == nil {
			t.Errorf("%s has no %s.%s", r.Package, r.Receiver, r.Name)
			continue
		}
		if got, ok := ReaderOf(fn); !ok || got != r {
			t.Errorf("%s.%s of %s is %s, whose row is %v", r.Receiver, r.Name, r.Package, fn.FullName(), got)
		}
		if params := fn.Signature().Params(); max(r.Rows, r.Dest) >= params.Len() || r.Form == TypeForm && fn.Signature().TypeParams().Len() == 0 {
			t.Errorf("%s does not take what its row says: %s", fn.FullName(), fn.Signature())
		}
	}
}

// load type-checks the packages of testdata/apis.
func load(t *testing.T, paths []string) map[string]*types.Package {
	dir, err := filepath.Abs("../../../testdata/apis")
	if err != nil {
		t.Fatal(err)
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
	return loaded
}

func function(pkg *types.Package, receiver, name string) *types.Func {
	if receiver == "" {
		fn, _ := pkg.Scope().Lookup(name).(*types.Func)
		return fn
	}
	recv := pkg.Scope().Lookup(receiver)
	if recv == nil {
		return nil
	}
	typ := recv.Type()
	if !types.IsInterface(typ) {
		typ = types.NewPointer(typ)
	}
	obj, _, _ := types.LookupFieldOrMethod(typ, true, pkg, name)
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
	if s, isSlice := typ.(*types.Slice); isSlice && f.Role == Load {
		typ = s.Elem()
		return types.Identical(typ, types.Typ[types.Uint8])
	}
	basic, isBasic := typ.Underlying().(*types.Basic)
	iface, isInterface := typ.Underlying().(*types.Interface)
	return isBasic && basic.Info()&types.IsString != 0 || isInterface && iface.Empty()
}
