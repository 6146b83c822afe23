package cli

import (
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// allowed is which packages of the project a package may import, a star for any name; cmd may import all.
var allowed = map[string]string{
	"analyzer":                        "analyzer/impact analyzer/internal/checkout analyzer/internal/clean analyzer/internal/config analyzer/internal/dbapi analyzer/internal/extract analyzer/internal/fact analyzer/internal/goval analyzer/internal/project analyzer/usage",
	"analyzer/check":                  "analyzer/deployed analyzer/impact analyzer/internal/cache analyzer/internal/checkout analyzer/internal/config analyzer/internal/dbapi analyzer/internal/evidence analyzer/internal/gomigration analyzer/internal/project analyzer/report analyzer/usage catalog catalog/live catalog/pgserver catalog/snapshot sqlscan sqlscan/ddl sqlscan/migration sqlscan/pgtree sqlscan/plan",
	"analyzer/deployed":               "analyzer/internal/cache analyzer/internal/checkout analyzer/internal/clean analyzer/internal/dbapi analyzer/internal/extract analyzer/internal/fact analyzer/usage sqlscan/pgtree sqlscan/sqltext",
	"analyzer/impact":                 "analyzer/internal/drivertype analyzer/usage catalog sqlscan sqlscan/ddl sqlscan/pgtree sqlscan/sqltext sqlscan/sqltype",
	"analyzer/internal/cache":         "",
	"analyzer/internal/checkout":      "",
	"analyzer/internal/clean":         "",
	"analyzer/internal/config":        "analyzer/impact analyzer/internal/dbapi",
	"analyzer/internal/dbapi":         "sqlscan/sqltext",
	"analyzer/internal/drivertype":    "",
	"analyzer/internal/evidence":      "analyzer/usage sqlscan/pgtree sqlscan/sqltext",
	"analyzer/internal/extract":       "analyzer/internal/dbapi analyzer/internal/fact analyzer/internal/goval analyzer/internal/orm analyzer/internal/orm/libraries analyzer/internal/rowscan analyzer/usage sqlscan/sqltext",
	"analyzer/internal/fact":          "analyzer/internal/dbapi analyzer/internal/goval analyzer/usage sqlscan/sqltext",
	"analyzer/internal/gomigration":   "analyzer/usage sqlscan/migration sqlscan/pgtree sqlscan/sqltext",
	"analyzer/internal/goval":         "",
	"analyzer/internal/lowering":      "",
	"analyzer/internal/orm":           "analyzer/internal/goval analyzer/usage",
	"analyzer/internal/orm/*":         "analyzer/internal/orm analyzer/internal/goval analyzer/usage sqlscan/sqltext",
	"analyzer/internal/orm/gormv1":    "analyzer/internal/orm analyzer/internal/orm/gorm analyzer/internal/goval analyzer/usage sqlscan/sqltext",
	"analyzer/internal/orm/libraries": "analyzer/internal/orm analyzer/internal/orm/*",
	"analyzer/internal/orm/ormtest":   "analyzer/internal/goval",
	"analyzer/internal/project":       "analyzer/impact analyzer/internal/cache analyzer/internal/checkout analyzer/internal/config analyzer/internal/dbapi catalog catalog/snapshot sqlscan/migration sqlscan/plan",
	"analyzer/internal/rowscan":       "analyzer/internal/dbapi analyzer/internal/fact analyzer/usage",
	"analyzer/report":                 "analyzer/impact analyzer/internal/clean analyzer/usage catalog",
	"analyzer/usage":                  "sqlscan/sqltext",
	"catalog":                         "",
	"catalog/live":                    "catalog",
	"catalog/pgserver":                "catalog/live",
	"catalog/snapshot":                "catalog",
	"sqlscan":                         "catalog sqlscan/pgtree sqlscan/sqltext sqlscan/sqltype",
	"sqlscan/ddl":                     "catalog sqlscan sqlscan/pgtree sqlscan/sqltype",
	"sqlscan/migration":               "catalog sqlscan/pgtree",
	"sqlscan/pgtree":                  "",
	"sqlscan/plan":                    "catalog catalog/snapshot sqlscan/ddl sqlscan/migration sqlscan/pgtree",
	"sqlscan/sqltext":                 "sqlscan/pgtree",
	"sqlscan/sqltype":                 "catalog",
}

// outside is which packages alone may import a module.
var outside = map[string]string{
	"github.com/jackc/pgx/v5":                    "catalog/live catalog/pgserver cmd/internal/proof/differential cmd/internal/proof/lockstep cmd/internal/proof/regress cmd/internal/proof/replay cmd/internal/proof/truth",
	"github.com/pganalyze/pg_query_go/v5":        "sqlscan sqlscan/pgtree sqlscan/ddl cmd/internal/proof/lockstep",
	"github.com/pganalyze/pg_query_go/v5/parser": "sqlscan/pgtree",
	"github.com/jackc/pgx/v5/pgproto3":           "catalog/live",
	"golang.org/x/tools/go/packages":             "analyzer/deployed analyzer/internal/orm/ormtest",
	"golang.org/x/tools/go/analysis/unitchecker": "cmd/internal/cli cmd/internal/proof/bench/nothing",
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
