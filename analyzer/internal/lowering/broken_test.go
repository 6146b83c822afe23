package lowering

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/extract"
	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/internal/orm/libraries"
)

// FuzzBroken: code that does not compile, as an editor sees it while somebody types, is
// extracted as far as it goes. The fuzzer puts a text in the place of a part of a program of
// testdata/builders.
func FuzzBroken(f *testing.F) {
	var patterns []string
	for _, l := range libraries.All {
		patterns = append(patterns, "./"+l.Name)
	}
	programs := load(f, patterns...)
	for i, p := range programs {
		for j, n := range arguments(p.file) {
			if j%4 == 0 { // More take too long for a run of the seeds alone.
				f.Add(uint8(i), uint16(n.Pos()-p.file.FileStart), uint8(n.End()-n.Pos()), instead[j%len(instead)])
			}
		}
	}
	f.Fuzz(func(t *testing.T, program uint8, at uint16, length uint8, with string) {
		p := programs[int(program)%len(programs)]
		from := min(int(at), len(p.source))
		to := min(from+int(length), len(p.source))
		p.extract(slices.Concat(p.source[:from], []byte(with), p.source[to:]))
	})
}

// program is the file of a package that has the calls, and what is needed to check it anew.
type program struct {
	pkg    *packages.Package
	file   *ast.File
	source []byte
}

func load(f *testing.F, patterns ...string) []program {
	dir, err := filepath.Abs(module)
	if err != nil {
		f.Fatal(err)
	}
	pkgs, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
		packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes}, patterns...)
	if err != nil {
		f.Fatal(err)
	}
	var out []program
	for _, p := range pkgs {
		for _, e := range p.Errors {
			f.Fatal(e)
		}
		i := slices.IndexFunc(p.CompiledGoFiles, func(name string) bool { return filepath.Base(name) == "calls.go" })
		source, err := os.ReadFile(p.CompiledGoFiles[i])
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, program{p, p.Syntax[i], source})
	}
	return out
}

// arguments are those of each call, in the order of the file.
func arguments(file *ast.File) []ast.Expr {
	var out []ast.Expr
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			out = append(out, call.Args...)
		}
		return true
	})
	return out
}

// extract checks the package with another text of the file, and extracts it.
func (p program) extract(source []byte) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.pkg.CompiledGoFiles {
		var text any
		if filepath.Base(name) == "calls.go" {
			text = source
		}
		if file, _ := parser.ParseFile(fset, name, text, parser.ParseComments|parser.AllErrors|parser.SkipObjectResolution); file != nil {
			files = append(files, file)
		}
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{}}
	cfg := types.Config{Error: func(error) {}, Importer: imports(p.pkg.Imports), Sizes: p.pkg.TypesSizes}
	pkg, _ := cfg.Check(p.pkg.PkgPath, fset, files, info)
	extract.Package(&extract.Input{Fset: fset, Files: files, Pkg: pkg, Info: info, Facts: none{}, API: dbapi.Builtin()})
}

// imports are the packages that a program imports.
type imports map[string]*packages.Package

func (i imports) Import(path string) (*types.Package, error) {
	if p := i[path]; p != nil {
		return p.Types, nil
	}
	return nil, os.ErrNotExist
}

// none are the facts of packages that were not read.
type none struct{}

func (none) Import(types.Object) (*fact.Fact, bool) { return nil, false }
func (none) Reaches(*types.Package) bool            { return false }

// instead are what seeds put in the place of an argument.
var instead = []string{"", `"x"`, "nil", "undefined", "1.5"}
