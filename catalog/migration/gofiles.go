package migration

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// registers matches Go code that gives migrations to a tool.
var registers = regexp.MustCompile(`\bgoose\.(Add\w*Migration\w*|NewGoMigration)\(|\.(Must)?Register(Tx)?\(\s*(func|\w+,)|\bgormigrate\.Migration\b|\bmigrate\.(MemoryMigrationSource|Migration)\{`)

// tooled are the imports by which that code is told from other code.
var tooled = regexp.MustCompile(`"github\.com/(pressly/goose|go-gormigrate/gormigrate|uptrace/bun(/migrate)?|go-pg/migrations|rubenv/sql-migrate)`)

// HasGo says that migrations in Go stand in a folder. Which, only the code as a whole tells.
func HasGo(root, path string) bool {
	dir := filepath.Join(root, filepath.FromSlash(path))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	var registered, imported bool
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		registered = registered || registers.Match(data)
		imported = imported || tooled.Match(data)
	}
	return registered && imported
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
