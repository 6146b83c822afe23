package migration

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// inGo are the tools whose migrations can be Go code: by the path of a package that a file of the folder
// imports, and by what gives migrations to it.
var inGo = []struct{ imports, gives *regexp.Regexp }{
	{regexp.MustCompile(`^github\.com/pressly/goose(/v\d+)?$`),
		regexp.MustCompile(`^(Add(Named)?Migration(NoTx)?(Context)?|NewGoMigration)$`)},
	{regexp.MustCompile(`^(github\.com/go-gormigrate/gormigrate(/v\d+)?|gopkg\.in/gormigrate\.v\d+)$`),
		regexp.MustCompile(`^Migration$`)},
	{regexp.MustCompile(`^github\.com/uptrace/bun/migrate$`), regexp.MustCompile(`^(Must)?Register$`)},
	{regexp.MustCompile(`^github\.com/go-pg/migrations(/v\d+)?$`), regexp.MustCompile(`^(Must)?Register(Tx)?$`)},
	{regexp.MustCompile(`^github\.com/rubenv/sql-migrate$`), regexp.MustCompile(`^(MemoryMigrationSource|Migration)$`)},
}

// HasGo says that migrations in Go stand in a folder. Which, only the code as a whole tells.
func HasGo(tree fs.FS, path string) bool {
	entries, err := fs.ReadDir(tree, path)
	if err != nil {
		return false
	}
	imports, gives := make([]bool, len(inGo)), make([]bool, len(inGo))
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		data, err := fs.ReadFile(tree, within(path, e.Name()))
		if err != nil {
			continue
		}
		paths, names := selections(data)
		for i, t := range inGo {
			imports[i] = imports[i] || slices.ContainsFunc(paths, t.imports.MatchString)
			gives[i] = gives[i] || slices.ContainsFunc(names, t.gives.MatchString)
		}
	}
	for i := range inGo {
		if imports[i] && gives[i] {
			return true
		}
	}
	return false
}

// selections are the packages that a Go file imports, and the names that it selects of something:
// x.Name. What does not parse is read as far as it does.
func selections(source []byte) (paths, names []string) {
	file, _ := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
	if file == nil {
		return nil, nil
	}
	for _, spec := range file.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, path)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			names = append(names, s.Sel.Name)
		}
		return true
	})
	return paths, names
}

// Go is the format of lists of functions that a program runs itself.
const Go = "go"

// Merge is the set of a tool with the migrations that are Go code among those that are files.
func Merge(s *Set, units []Unit) *Set {
	t := toolNamed(s.Format)
	out := *s
	out.Units = append(slices.Clone(s.Units), units...)
	out.Notes = nil
	out.sort(t)
	return &out
}
