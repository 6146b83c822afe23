// Package figures counts what the shape of the code is measured by: sizes, public names, names that
// are used against the direction of imports, comments that are missing, packages without tests. It
// reads syntax alone, of a tree that need not compile.
package figures

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
)

// Proof counts a tree.
func Proof() kit.Proof {
	return kit.Proof{Name: "figures", Args: "DIR",
		Summary: "the figures of the code itself; -v lists what is over a limit",
		Min:     1, Max: 1,
		Run: func(_ context.Context, f kit.Flags, args []string) error {
			t := &tree{root: args[0], fset: token.NewFileSet(), packages: map[string]*pkg{}}
			if err := t.read(); err != nil {
				return err
			}
			t.print(f.Verbose)
			return nil
		}}
}

// The limits of what is listed.
const (
	maxLine       = 120
	maxCyclomatic = 25
)

// pkg is what is counted of a package.
type pkg struct {
	public, tested, code bool
	// names are the exported ones.
	names int
}

// function is one with its size.
type function struct {
	name              string
	lines, cyclomatic int
}

type tree struct {
	root     string
	fset     *token.FileSet
	packages map[string]*pkg

	lines     int
	functions []function
	long      []string // FILE:LINE of lines over the limit
	bare      []string // exported names and fields without a comment
	up        map[string]bool
}

// read reads the Go files of the product: all but those of testdata, whose modules are not ours.
func (t *tree) read() error {
	t.up = map[string]bool{}
	return filepath.WalkDir(t.root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "bin" || strings.HasPrefix(d.Name(), ".") && path != t.root):
			return fs.SkipDir
		case filepath.Ext(path) != ".go":
			return nil
		}
		rel, err := filepath.Rel(t.root, path)
		if err != nil {
			return err
		}
		return t.file(path, filepath.ToSlash(rel))
	})
}

func (t *tree) file(path, rel string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	folder := filepath.ToSlash(filepath.Dir(rel))
	p := t.packages[folder]
	if p == nil {
		p = &pkg{public: !strings.HasPrefix(folder, "cmd") && !strings.Contains(folder+"/", "internal/")}
		t.packages[folder] = p
	}
	file, err := parser.ParseFile(t.fset, path, data, parser.ParseComments)
	if err != nil {
		return err
	}
	t.runsUp(folder, file)
	if strings.HasSuffix(rel, "_test.go") {
		p.tested = true
		return nil
	}
	p.code = true
	for i, line := range strings.Split(string(data), "\n") {
		t.lines++
		if len(line) > maxLine {
			t.long = append(t.long, fmt.Sprintf("%s:%d", rel, i+1))
		}
	}
	for _, d := range file.Decls {
		t.decl(d, rel, p)
	}
	return nil
}

// runsUp notes the names of sqlscan that packages of catalog use: imports point the other way.
func (t *tree) runsUp(folder string, file *ast.File) {
	if folder != "catalog" && !strings.HasPrefix(folder, "catalog/") {
		return
	}
	above := map[string]bool{}
	for _, i := range file.Imports {
		path := strings.Trim(i.Path.Value, `"`)
		if !strings.Contains(path, "/schemavet/sqlscan") {
			continue
		}
		name := path[strings.LastIndexByte(path, '/')+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		above[name] = true
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && above[id.Name] {
				t.up[folder+" uses "+id.Name+"."+sel.Sel.Name] = true
			}
		}
		return true
	})
}

func (t *tree) decl(d ast.Decl, rel string, p *pkg) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		lines := t.fset.Position(d.End()).Line - t.fset.Position(d.Pos()).Line + 1
		t.functions = append(t.functions, function{fmt.Sprintf("%s: %s", rel, d.Name.Name), lines, cyclomatic(d)})
		if d.Name.IsExported() && (d.Recv == nil || exportedReceiver(d.Recv)) {
			t.name(d.Name, d.Doc, nil, rel, p)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					t.name(s.Name, first(s.Doc, d.Doc), s.Comment, rel, p)
					t.fields(s, rel)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() {
						t.name(n, first(s.Doc, d.Doc), s.Comment, rel, p)
					}
				}
			}
		}
	}
}

// name counts an exported name, and notes one that no comment explains.
func (t *tree) name(n *ast.Ident, doc, behind *ast.CommentGroup, rel string, p *pkg) {
	p.names++
	if p.public && doc == nil && behind == nil {
		t.bare = append(t.bare, fmt.Sprintf("%s:%d: %s", rel, t.fset.Position(n.Pos()).Line, n.Name))
	}
}

// fields notes the exported fields of a public struct that neither a comment of their own nor one of
// the field before them, which may speak of several, explains.
func (t *tree) fields(s *ast.TypeSpec, rel string) {
	st, ok := s.Type.(*ast.StructType)
	if !ok || strings.HasPrefix(rel, "cmd/") || strings.Contains(rel, "internal/") {
		return
	}
	spoken := false
	for _, f := range st.Fields.List {
		spoken = spoken || f.Doc != nil || f.Comment != nil
		for _, n := range f.Names {
			if n.IsExported() && !spoken {
				t.bare = append(t.bare, fmt.Sprintf("%s:%d: %s.%s", rel, t.fset.Position(n.Pos()).Line, s.Name.Name, n.Name))
			}
		}
	}
}

func first(groups ...*ast.CommentGroup) *ast.CommentGroup {
	for _, g := range groups {
		if g != nil {
			return g
		}
	}
	return nil
}

func exportedReceiver(recv *ast.FieldList) bool {
	exported := false
	ast.Inspect(recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			exported = exported || id.IsExported()
			return false
		}
		return true
	})
	return exported
}

// cyclomatic counts the ways through a function, as gocyclo does.
func cyclomatic(d *ast.FuncDecl) int {
	n := 1
	ast.Inspect(d, func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			n++
		case *ast.CaseClause:
			if x.List != nil {
				n++
			}
		case *ast.CommClause:
			if x.Comm != nil {
				n++
			}
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}

func (t *tree) print(verbose bool) {
	list := func(what []string) {
		if verbose {
			for _, w := range what {
				fmt.Println("    " + w)
			}
		}
	}
	public, names := 0, 0
	var untested []string
	for folder, p := range t.packages {
		if p.public && p.code {
			public, names = public+1, names+p.names
			if !p.tested {
				untested = append(untested, folder)
			}
		}
	}
	slices.Sort(untested)
	var up []string
	for u := range t.up {
		up = append(up, u)
	}
	slices.Sort(up)
	slices.SortFunc(t.functions, func(a, b function) int { return a.lines - b.lines })
	at := func(share float64) int { return t.functions[int(share*float64(len(t.functions)-1))].lines }
	var complex []string
	for _, f := range t.functions {
		if f.cyclomatic > maxCyclomatic {
			complex = append(complex, fmt.Sprintf("%d %s", f.cyclomatic, f.name))
		}
	}
	fmt.Printf("lines of the product                            %d\n", t.lines)
	fmt.Printf("public packages, exported names in them         %d, %d\n", public, names)
	fmt.Printf("names that run up from catalog to sqlscan       %d\n", len(up))
	list(up)
	fmt.Printf("functions: p50, p90, longest, in lines          %d, %d, %d\n", at(0.5), at(0.9), at(1))
	fmt.Printf("functions of a cyclomatic complexity over %d    %d\n", maxCyclomatic, len(complex))
	list(complex)
	fmt.Printf("lines over %d bytes                            %d\n", maxLine, len(t.long))
	list(t.long)
	fmt.Printf("public packages without a test of their own     %d\n", len(untested))
	list(untested)
	fmt.Printf("public names and fields without a comment       %d\n", len(t.bare))
	list(t.bare)
}
