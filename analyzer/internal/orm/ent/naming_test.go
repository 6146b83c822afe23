package ent

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

// made is what ent makes of a schema: columns by the names of fields in methods, and edges by the
// names of the methods of mutations.
type made struct {
	Table  string
	Fields map[string]string
	Edges  map[string]string
}

// TestNames generates a package for more than 200 names of entities, fields and edges, and
// compares the names that are read from it with those of ent's own graph.
func TestNames(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "schema/schema.go", schemaOf())
	write(t, dir, "main.go", generator)
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join("../../../../testdata/builders", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, strings.Replace(string(text), "module github.com/schemavet/schemavet/testdata/builders", "module example.com/names", 1))
	}
	cmd := exec.Command("go", "run", "-mod=mod", ".")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var graph map[string]made
	if err := json.Unmarshal(out, &graph); err != nil {
		t.Fatal(err)
	}
	pkgs, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.LoadAllSyntax}, "example.com/names/gen")
	if err != nil {
		t.Fatal(err)
	}
	es := &entities{env: &generatedCode{pkgs[0]}, known: map[entityName]*entity{}}
	names := 0
	for _, name := range slices.Sorted(maps.Keys(graph)) {
		want := graph[name]
		e := es.of(pkgs[0].Types, name)
		if e == nil {
			t.Errorf("%s is not found", name)
			continue
		}
		if e.table != want.Table {
			t.Errorf("%s: table %s, ent makes %s", name, e.table, want.Table)
		}
		if !maps.Equal(e.fields, want.Fields) {
			t.Errorf("%s: fields %v, ent makes %v", name, e.fields, want.Fields)
		}
		for method, edge := range want.Edges {
			if d := e.edgeOf(method); d == nil || d.name != edge {
				t.Errorf("%s: %s is for %v, ent makes it for %s", name, method, d, edge)
			}
		}
		names += 1 + len(want.Fields) + len(want.Edges)
	}
	if names < 200 {
		t.Errorf("%d names, want 200", names)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// generatedCode answers from the syntax of generated packages.
type generatedCode struct{ root *packages.Package }

func (g *generatedCode) of(pkg *types.Package) *packages.Package {
	for _, p := range g.root.Imports {
		if p.Types == pkg {
			return p
		}
	}
	return g.root
}

// Results implements orm.Env.
func (g *generatedCode) Results(fn *types.Func) (out []goval.Value) {
	p := g.of(fn.Pkg())
	for _, file := range p.Syntax {
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && p.TypesInfo.Defs[decl.Name] == fn {
				out = describe(fn, decl.Body, p.TypesInfo)
			}
		}
	}
	return out
}

// List implements orm.Env.
func (g *generatedCode) List(obj types.Object) []goval.Value {
	p := g.of(obj.Pkg())
	s := &goval.Package{Fset: p.Fset, Files: p.Syntax, Types: p.Types, Info: p.TypesInfo}
	s.Prepare()
	return s.ListOf(obj).Texts()
}

// Settings implements orm.Env.
func (g *generatedCode) Settings(string) []string { return nil }

// Position implements orm.Env.
func (g *generatedCode) Position(types.Object) goval.Run { return goval.Run{} }

// At implements orm.Env.
func (g *generatedCode) At(token.Pos) goval.Run { return goval.Run{} }

// Once implements orm.Env.
func (g *generatedCode) Once(_ string, make func() any) any { return make() }

var (
	entityNames = []string{"User", "UserAPIKey", "HTTPServer", "OAuth2Token", "Status", "News", "Category", "Address", "Person", "Child", "Datum", "IPv4Range", "SKU", "BlogPost2", "XMLFile", "Series", "Bus", "TeamMember"}
	fieldNames  = []string{"name", "url", "api_key", "user_id", "http_status", "x2y", "created_at", "isActive", "json_data", "sha256_sum", "ip_address", "class"}
	edgeNames   = []string{"pets", "children", "data", "addresses", "api_keys", "http_servers", "statuses", "x_series", "people", "categories"}
	uniqueEdges = []string{"owner", "parent_user", "boss", "http_proxy", "news_item"}
)

// schemaOf is a schema whose entities have names of many kinds.
func schemaOf() string {
	var b strings.Builder
	b.WriteString("package schema\n\nimport (\n\t\"entgo.io/ent\"\n\t\"entgo.io/ent/schema/edge\"\n\t\"entgo.io/ent/schema/field\"\n)\n")
	for i, name := range entityNames {
		fmt.Fprintf(&b, "\ntype %s struct{ ent.Schema }\n\nfunc (%s) Fields() []ent.Field {\n\treturn []ent.Field{\n", name, name)
		for k := range 8 {
			f := fieldNames[(i+k)%len(fieldNames)]
			key := ""
			if k == 7 {
				key = fmt.Sprintf(".StorageKey(%q)", "col_"+strings.ToLower(f))
			}
			fmt.Fprintf(&b, "\t\tfield.String(%q)%s,\n", f, key)
		}
		other := entityNames[(i+1)%len(entityNames)]
		fmt.Fprintf(&b, "\t}\n}\n\nfunc (%s) Edges() []ent.Edge {\n\treturn []ent.Edge{\n\t\tedge.To(%q, %s.Type),\n\t\tedge.To(%q, %s.Type).Unique(),\n\t}\n}\n",
			name, edgeNames[i%len(edgeNames)], other, uniqueEdges[i%len(uniqueEdges)], other)
	}
	return b.String()
}

// generator makes the package and prints what ent's graph says of it.
const generator = `package main

import (
	"encoding/json"
	"log"
	"os"
	"strings"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

type made struct {
	Table         string
	Fields, Edges map[string]string
}

func main() {
	config := &gen.Config{Target: "./gen", Package: "example.com/names/gen"}
	if err := entc.Generate("./schema", config); err != nil {
		log.Fatal(err)
	}
	graph, err := entc.LoadGraph("./schema", config)
	if err != nil {
		log.Fatal(err)
	}
	out := map[string]made{}
	for _, n := range graph.Nodes {
		m := made{n.Table(), map[string]string{n.ID.StructField(): n.ID.StorageKey()}, map[string]string{}}
		for _, f := range n.Fields {
			m.Fields[f.StructField()] = f.StorageKey()
		}
		for _, e := range n.Edges {
			for method, verb := range map[string]string{e.MutationAdd(): "Add", e.MutationSet(): "Set", e.MutationRemove(): "Remove", e.MutationClear(): "Clear", "With" + e.StructField(): "With"} {
				if e.Unique && (verb == "Add" || verb == "Remove") || !e.Unique && verb == "Set" {
					continue
				}
				m.Edges[strings.TrimPrefix(method, verb)] = e.StructField()
			}
		}
		out[n.Name] = m
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		log.Fatal(err)
	}
}
`
