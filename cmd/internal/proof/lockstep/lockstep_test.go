package lockstep_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/cmd/internal/proof/lockstep"
)

// TestScripts runs testdata/lockstep on a server and in the simulator: both say the same to
// every statement, and have the same catalog after it.
func TestScripts(t *testing.T) {
	ctx := context.Background()
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Stop()
	files, err := filepath.Glob("../../../../testdata/lockstep/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for i, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := cluster.Database(ctx, fmt.Sprintf("lockstep%d", i))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(ctx)
			r, err := lockstep.New(ctx, conn)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range lockstep.Script(string(text), nil) {
				var worth strings.Builder
				lockstep.Print(&worth, filepath.Base(file), item, r.Run(ctx, item))
				if worth.Len() > 0 {
					t.Error(worth.String())
				}
			}
		})
	}
}
