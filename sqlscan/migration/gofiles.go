package migration

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// inGo are the tools whose migrations can be Go code: by an import in the folder, and by what gives
// migrations to them.
var inGo = []struct{ imports, gives *regexp.Regexp }{
	{regexp.MustCompile(`"github\.com/pressly/goose`),
		regexp.MustCompile(`\.(Add(Named)?Migration(NoTx)?(Context)?|NewGoMigration)\(`)},
	{regexp.MustCompile(`"(github\.com/go-gormigrate/gormigrate|gopkg\.in/gormigrate)`),
		regexp.MustCompile(`\.Migration\b`)},
	{regexp.MustCompile(`"github\.com/uptrace/bun/migrate"`), regexp.MustCompile(`\.(Must)?Register\(`)},
	{regexp.MustCompile(`"github\.com/go-pg/migrations`), regexp.MustCompile(`\.(Must)?Register(Tx)?\(`)},
	{regexp.MustCompile(`"github\.com/rubenv/sql-migrate"`), regexp.MustCompile(`\.(MemoryMigrationSource|Migration)\{`)},
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
		for i, t := range inGo {
			imports[i] = imports[i] || t.imports.Match(data)
			gives[i] = gives[i] || t.gives.Match(data)
		}
	}
	for i := range inGo {
		if imports[i] && gives[i] {
			return true
		}
	}
	return false
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
