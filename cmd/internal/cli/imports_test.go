package cli

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed is which packages of the project a package may import; cmd may import all.
var allowed = map[string]string{
	"analyzer":              "analyzer/checkout analyzer/clean analyzer/config analyzer/dbapi analyzer/extract analyzer/impact analyzer/project analyzer/strval analyzer/usage analyzer/wrapper",
	"analyzer/cache":        "",
	"analyzer/check":        "analyzer/cache analyzer/checkout analyzer/config analyzer/deployed analyzer/evidence analyzer/gomigration analyzer/impact analyzer/project analyzer/report analyzer/usage catalog catalog/live catalog/pgserver catalog/snapshot sqlscan/ddl sqlscan/migration sqlscan/pgtree sqlscan/plan",
	"analyzer/checkout":     "",
	"analyzer/clean":        "",
	"analyzer/config":       "analyzer/dbapi analyzer/impact",
	"analyzer/consume":      "analyzer/dbapi analyzer/usage analyzer/wrapper",
	"analyzer/convert":      "",
	"analyzer/dbapi":        "sqlscan/sqltext",
	"analyzer/deployed":     "analyzer/cache analyzer/checkout analyzer/clean analyzer/dbapi analyzer/extract analyzer/usage analyzer/wrapper sqlscan/pgtree sqlscan/sqltext",
	"analyzer/evidence":     "analyzer/usage sqlscan/pgtree sqlscan/sqltext",
	"analyzer/extract":      "analyzer/consume analyzer/dbapi analyzer/orm analyzer/orm/bun analyzer/orm/ent analyzer/orm/gorm analyzer/orm/gormv1 analyzer/orm/squirrel analyzer/strval analyzer/usage analyzer/wrapper sqlscan/sqltext",
	"analyzer/gomigration":  "analyzer/usage sqlscan/migration sqlscan/pgtree sqlscan/sqltext",
	"analyzer/impact":       "analyzer/convert analyzer/usage catalog sqlscan sqlscan/ddl sqlscan/pgtree sqlscan/sqltext sqlscan/sqltype",
	"analyzer/orm":          "analyzer/strval analyzer/usage",
	"analyzer/orm/bun":      "analyzer/orm analyzer/strval analyzer/usage sqlscan/sqltext",
	"analyzer/orm/ent":      "analyzer/orm analyzer/strval analyzer/usage sqlscan/sqltext",
	"analyzer/orm/gorm":     "analyzer/orm analyzer/strval analyzer/usage sqlscan/sqltext",
	"analyzer/orm/gormv1":   "analyzer/orm analyzer/orm/gorm analyzer/strval",
	"analyzer/orm/ormtest":  "analyzer/strval",
	"analyzer/orm/squirrel": "analyzer/orm analyzer/strval",
	"analyzer/project":      "analyzer/cache analyzer/checkout analyzer/config analyzer/dbapi analyzer/impact catalog catalog/snapshot sqlscan/migration sqlscan/plan",
	"analyzer/report":       "analyzer/clean analyzer/impact analyzer/usage catalog",
	"analyzer/strval":       "",
	"analyzer/usage":        "sqlscan/sqltext",
	"analyzer/wrapper":      "analyzer/dbapi analyzer/strval analyzer/usage sqlscan/sqltext",
	"catalog":               "",
	"catalog/live":          "catalog",
	"catalog/pgserver":      "catalog/live",
	"catalog/snapshot":      "catalog",
	"sqlscan":               "catalog sqlscan/pgtree sqlscan/sqltext sqlscan/sqltype",
	"sqlscan/ddl":           "catalog sqlscan sqlscan/pgtree sqlscan/sqltype",
	"sqlscan/migration":     "catalog sqlscan/pgtree",
	"sqlscan/pgtree":        "",
	"sqlscan/plan":          "catalog catalog/snapshot sqlscan/ddl sqlscan/migration sqlscan/pgtree",
	"sqlscan/sqltext":       "sqlscan/pgtree",
	"sqlscan/sqltype":       "catalog",
}

// outside is which packages alone may import a module.
var outside = map[string]string{
	"github.com/jackc/pgx/v5":                    "catalog/live catalog/pgserver cmd/internal/differential cmd/internal/lockstep cmd/internal/regress cmd/internal/replay cmd/internal/truth",
	"github.com/pganalyze/pg_query_go/v5":        "sqlscan sqlscan/pgtree sqlscan/ddl cmd/internal/lockstep",
	"github.com/pganalyze/pg_query_go/v5/parser": "sqlscan/pgtree",
	"github.com/jackc/pgx/v5/pgproto3":           "catalog/live",
	"golang.org/x/tools/go/packages":             "analyzer/deployed analyzer/orm/ormtest",
	"golang.org/x/tools/go/analysis/unitchecker": "cmd/internal/cli cmd/internal/bench/nothing",
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
		if !listed && !strings.HasPrefix(pkg, "cmd/") {
			t.Errorf("package %s is not in the table", pkg)
		}
		seen++
		for _, path := range fields[1:] {
			dep, own := strings.CutPrefix(path, module)
			if own && listed && !slices.Contains(strings.Fields(may), dep) {
				t.Errorf("%s imports %s", pkg, dep)
			}
			if only, ok := outside[path]; ok && !slices.Contains(strings.Fields(only), pkg) {
				t.Errorf("%s imports %s", pkg, path)
			}
			if pkg == "catalog" && strings.Contains(path, ".") {
				t.Errorf("catalog imports %s; it takes the standard library only", path)
			}
		}
	}
	if seen < len(allowed) {
		t.Errorf("%d packages, %d in the table", seen, len(allowed))
	}
}
