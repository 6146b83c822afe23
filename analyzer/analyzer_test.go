package analyzer

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
)

// store sends two statements; what is wanted of it is written into it.
const store = `package store // want package:"reaches a database"

import "database/sql"

func Names(db *sql.DB) {
	_, _ = db.Query("SELECT id, name FROM users")%s
	_, _ = db.Query("SELECT id FROM teams")%s
}
`

// moduleOf makes a module with one package, whose repository has nothing else on the disk.
func moduleOf(t *testing.T, names, teams string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	text := strings.Replace(strings.Replace(store, "%s", names, 1), "%s", teams, 1)
	for name, data := range map[string]string{"go.mod": "module example.com/app\n\ngo 1.26\n",
		"store/store.go": text} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestFiles: config and migrations are read through the driver's files, and an edit changes what is
// said, in one process with one Analyzer.
func TestFiles(t *testing.T) {
	files := fstest.MapFS{}
	a := New(Options{Open: func(string) (fs.FS, error) { return files, nil }})
	set := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text)} }

	set("migrations/0001_users.up.sql", "CREATE TABLE users (id int, name text);")
	missing := ` // want "relation \"teams\" does not exist"`
	analysistest.Run(t, moduleOf(t, "", missing), a, "./store")

	set("migrations/0002_teams.up.sql", "CREATE TABLE teams (id int);")
	analysistest.Run(t, moduleOf(t, "", ""), a, "./store")

	set("migrations/0003_drop.up.sql", "ALTER TABLE users DROP COLUMN name;")
	dropped := ` // want "column \"name\" does not exist .*; see migrations/0003_drop.up.sql:1"`
	analysistest.Run(t, moduleOf(t, dropped, ""), a, "./store")

	set(".schemavet.yaml", "accept: [{rule: undefined-column, object: public.users.name, reason: gone soon}]\n")
	analysistest.Run(t, moduleOf(t, "", ""), a, "./store")

	delete(files, ".schemavet.yaml")
	delete(files, "migrations/0003_drop.up.sql")
	analysistest.Run(t, moduleOf(t, "", ""), a, "./store")
}

// TestAMistakeOfOurs is one diagnostic that names the package, and no error that a driver hides.
func TestAMistakeOfOurs(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "store.go", "package store\n\nvar query = f()\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	pass := &analysis.Pass{Fset: fset, Files: []*ast.File{file}, Pkg: types.NewPackage("example.com/store", "store"),
		Report:            func(d analysis.Diagnostic) { said = append(said, d.Message) },
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return true }}
	if _, err := Analyzer.Run(pass); err != nil {
		t.Errorf("error %v: drivers hide it", err)
	}
	if len(said) != 1 || !strings.Contains(said[0], "internal error in package example.com/store, please report it: ") {
		t.Errorf("said %q", said)
	}
}
