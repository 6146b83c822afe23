// Package ormtest compares what the lowerings make of Go code with what the libraries make of
// it: the programs of testdata/builders.
package ormtest

import (
	"encoding/json"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"slices"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

const module = "../../../../testdata/builders"

// Env answers nothing of the code around.
type Env struct{}

// Results implements orm.Env.
func (Env) Results(*types.Func) []goval.Value { return nil }

// List implements orm.Env.
func (Env) List(types.Object) []goval.Value { return nil }

// Settings implements orm.Env.
func (Env) Settings(string) []string { return nil }

// Position implements orm.Env.
func (Env) Position(types.Object) goval.Run { return goval.Run{} }

// At implements orm.Env.
func (Env) At(token.Pos) goval.Run { return goval.Run{} }

// Once implements orm.Env.
func (Env) Once(_ string, make func() any) any { return make() }

// Names compares the tables and columns that a library makes of generated structs with what
// ours gives.
func Names(t *testing.T, library string, ours func(st types.Type, env Env) (table string, columns []string)) {
	t.Helper()
	cmd := exec.Command("go", "run", "./names")
	cmd.Dir, cmd.Stderr = module, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var made map[string]map[string]struct {
		Table   string
		Columns []string
	}
	if err := json.Unmarshal(out, &made); err != nil {
		t.Fatal(err)
	}
	pkgs, err := packages.Load(&packages.Config{Dir: module,
		Mode: packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps |
			packages.NeedName}, "./names")
	if err != nil {
		t.Fatal(err)
	}
	if len(made[library]) < 200 {
		t.Errorf("%d structs, want 200", len(made[library]))
	}
	for name, want := range made[library] {
		table, columns := ours(pkgs[0].Types.Scope().Lookup(name).Type(), Env{})
		if table != want.Table || !slices.Equal(columns, want.Columns) {
			t.Errorf("%s: %s %v, %s makes %s %v", name, table, columns, library, want.Table, want.Columns)
		}
	}
}
