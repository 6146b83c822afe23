package cli

import (
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// outside is which packages alone may import a module.
var outside = map[string]string{
	"github.com/jackc/pgx/v5":                    "catalog/live catalog/pgserver cmd/internal/proof/differential cmd/internal/proof/lockstep cmd/internal/proof/regress cmd/internal/proof/replay cmd/internal/proof/truth",
	"github.com/pganalyze/pg_query_go/v5":        "sqlscan sqlscan/pgtree sqlscan/ddl cmd/internal/proof/lockstep",
	"github.com/pganalyze/pg_query_go/v5/parser": "sqlscan/pgtree",
	"github.com/jackc/pgx/v5/pgproto3":           "catalog/live",
	"golang.org/x/tools/go/packages":             "analyzer/deployed analyzer/internal/orm/ormtest",
	"golang.org/x/tools/go/analysis/unitchecker": "cmd/internal/cli cmd/internal/proof/bench/nothing",
}

// importTable is the table of ARCHITECTURE.md: which packages of the project a package may import, a star
// for any name.
func importTable(t *testing.T) map[string]string {
	text, err := os.ReadFile("../../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(text), "```imports\n")
	block, _, closed := strings.Cut(block, "```")
	if !ok || !closed {
		t.Fatal("ARCHITECTURE.md has no table of imports")
	}
	out := map[string]string{}
	for row := range strings.SplitSeq(strings.ReplaceAll(block, "\n   ", " "), "\n") {
		if pkg, imports, ok := strings.Cut(row, ":"); ok {
			out[pkg] = imports
		}
	}
	return out
}

// TestImportsPointOneWay keeps the packages in their order.
func TestImportsPointOneWay(t *testing.T) {
	const module = "github.com/schemavet/schemavet/"
	cmd := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", module+"...")
	cmd.Dir = "../../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := importTable(t)
	seen := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module)
		may, listed := allowed[pkg]
		if !listed {
			may, listed = allowed[path.Dir(pkg)+"/*"]
		}
		if !listed && !strings.HasPrefix(pkg, "cmd/") {
			t.Errorf("package %s is not in the table", pkg)
		}
		seen++
		for _, imported := range fields[1:] {
			dep, own := strings.CutPrefix(imported, module)
			if own && listed && !matches(may, dep) {
				t.Errorf("%s imports %s", pkg, dep)
			}
			if only, ok := outside[imported]; ok && !slices.Contains(strings.Fields(only), pkg) {
				t.Errorf("%s imports %s", pkg, imported)
			}
			if pkg == "catalog" && strings.Contains(imported, ".") {
				t.Errorf("catalog imports %s; it takes the standard library only", imported)
			}
		}
	}
	if seen < len(allowed) {
		t.Errorf("%d packages, %d in the table", seen, len(allowed))
	}
}

func matches(patterns, pkg string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(pattern string) bool {
		ok, err := path.Match(pattern, pkg)
		return err == nil && ok
	})
}
