package lowering

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/internal/gomigration"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

// TestSchemas runs programs that make the schema of their models, one version upon the other,
// and compares what the server has then with what is said of their code.
func TestSchemas(t *testing.T) {
	ctx := context.Background()
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Stop()
	for _, versions := range [][]string{{"gorm1", "gorm2"}, {"ent1", "ent2"}, {"bun1", "bun2"}} {
		library := strings.TrimRight(versions[0], "12")
		t.Run(library, func(t *testing.T) {
			conn, err := cluster.Database(ctx, library)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(ctx)
			var before []usage.Made
			simulated := catalog.New(15)
			for _, name := range versions {
				v := versionOf(t, "./schema/"+name)
				for _, p := range v.MadeUnknown {
					t.Errorf("%s: %s", name, p.Message)
				}
				p := plan.Compile(simulated, gomigration.Models(before, v.Made), nil, []string{"public"})
				for _, n := range p.Notes {
					t.Errorf("%s: %s:%d: %s", name, n.File, n.Line, n.Message)
				}
				before, simulated = gomigration.Merge(before, v.Made), p.Base
				migrate(t, "./schema/"+name, cluster.DSN(library))
				server, _, err := live.Read(ctx, conn)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range catalog.Differences(catalog.Describe(server), catalog.Describe(simulated)) {
					t.Errorf("%s: %s", name, d)
				}
				t.Logf("%s: %d parts, %d facts of the server's catalog", name, len(v.Made), len(catalog.Describe(server)))
			}
		})
	}
}

func versionOf(t *testing.T, program string) *usage.Version {
	t.Helper()
	root, err := filepath.Abs(module)
	if err != nil {
		t.Fatal(err)
	}
	v, err := deployed.Load(context.Background(), deployed.Build{Dir: root, Root: root, Patterns: []string{program}}, program, "worktree")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range v.Errors {
		t.Errorf("%s:%d: %s", p.File, p.Line, p.Message)
	}
	return v
}

func migrate(t *testing.T, program, dsn string) {
	t.Helper()
	cmd := exec.Command("go", "run", program)
	cmd.Dir, cmd.Env = module, append(os.Environ(), "PGDSN="+dsn)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
}
