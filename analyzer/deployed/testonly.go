package deployed

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/internal/checkout"
)

// testOnly are the packages that nothing but tests of other packages imports: no release
// holds them. A package that nothing imports at all may be imported by other modules.
func testOnly(pkgs []*packages.Package, files *checkout.Files) map[string]bool {
	byTests := map[string]bool{}
	for _, p := range pkgs {
		for path := range testImports(p, files) {
			byTests[path] = byTests[path] || path != p.PkgPath
		}
	}
	out := map[string]bool{}
	for again := true; again; {
		again = false
		for _, p := range pkgs {
			if p.Name != "main" && !out[p.PkgPath] && byTests[p.PkgPath] && !imported(p.PkgPath, pkgs, out) && !isPublic(p) {
				out[p.PkgPath], again = true, true
				for path := range p.Imports {
					byTests[path] = true
				}
			}
		}
	}
	return out
}

// imported says that a package which is no test's own imports a path.
func imported(path string, pkgs []*packages.Package, tests map[string]bool) bool {
	for _, p := range pkgs {
		if _, ok := p.Imports[path]; ok && !tests[p.PkgPath] {
			return true
		}
	}
	return false
}

// isPublic says that other modules can import a package, and that its name is none for tests.
func isPublic(p *packages.Package) bool {
	path := p.PkgPath
	if p.Module != nil {
		path = strings.TrimPrefix(path, p.Module.Path)
	}
	for part := range strings.SplitSeq(path, "/") {
		if part == "internal" || strings.HasPrefix(part, "test") || strings.HasSuffix(part, "test") {
			return false
		}
	}
	return true
}

// testImports are what the tests beside a package import.
func testImports(p *packages.Package, files *checkout.Files) map[string]bool {
	out := map[string]bool{}
	tree, dir, err := files.Within(p.Dir)
	if err != nil {
		return out
	}
	entries, _ := fs.ReadDir(tree, dir)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		src, err := tree.ReadFile(path.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), src, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, path := range importPaths(f) {
			out[path] = true
		}
	}
	return out
}

func importPaths(f *ast.File) []string {
	out := make([]string, 0, len(f.Imports))
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil {
			out = append(out, path)
		}
	}
	return out
}
