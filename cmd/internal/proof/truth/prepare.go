package truth

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed recorder.go.txt
var recorder string

// taps are the methods of a driver that are given a text, with the name of the parameter.
var taps = map[string]struct {
	pkg     string
	methods map[string]string
}{
	"github.com/lib/pq": {"pq", map[string]string{"conn.Prepare": "q", "conn.PrepareContext": "query",
		"conn.Exec": "query", "conn.ExecContext": "query", "conn.Query": "query", "conn.QueryContext": "query"}},
	"github.com/jackc/pgx/v5": {"pgx",
		map[string]string{"Conn.Exec": "sql", "Conn.Query": "sql", "Conn.Prepare": "sql", "Batch.Queue": "query"}},
	"github.com/jackc/pgx/v4": {"pgx",
		map[string]string{"Conn.Exec": "sql", "Conn.Query": "sql", "Conn.Prepare": "sql", "Batch.Queue": "query"}},
}

// prepare copies the driver that a checkout uses, makes it record, and writes truth.mod, with
// which the go command (-modfile) builds the program with the copy.
func prepare(checkout, driver, out string) error {
	tap, ok := taps[driver]
	if !ok {
		return fmt.Errorf("no taps for the driver %s", driver)
	}
	dir, err := moduleDir(checkout, driver)
	if err != nil {
		return err
	}
	target, err := filepath.Abs(filepath.Join(out, "driver"))
	if err != nil {
		return err
	}
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	if err := os.CopyFS(target, os.DirFS(dir)); err != nil {
		return err
	}
	tapped := 0
	files, err := filepath.Glob(filepath.Join(target, "*.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		n, err := tapFile(file, tap.methods)
		if err != nil {
			return err
		}
		tapped += n
	}
	if tapped == 0 {
		return fmt.Errorf("%s has none of the methods that are tapped", dir)
	}
	text := strings.Replace(recorder, "package PACKAGE", "package "+tap.pkg, 1)
	if err := os.WriteFile(filepath.Join(target, "recorder.go"), []byte(text), 0o644); err != nil {
		return err
	}
	fmt.Printf("%d methods of %s record\n", tapped, driver)
	return writeMod(checkout, driver, target, out)
}

func moduleDir(checkout, module string) (string, error) {
	cmd := exec.Command("go", "list", "-m", "-json", module)
	cmd.Dir, cmd.Stderr = checkout, os.Stderr
	data, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s does not use %s: %w", checkout, module, err)
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(data, &m); err != nil {
		return "", err
	}
	return m.Dir, nil
}

// tapFile puts a call of record at the beginning of the methods.
func tapFile(file string, methods map[string]string) (int, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
	if err != nil || strings.HasSuffix(file, "_test.go") {
		return 0, err
	}
	n := 0
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv == nil || fn.Body == nil {
			continue
		}
		recv := strings.TrimPrefix(exprText(fn.Recv.List[0].Type), "*")
		param, ok := methods[recv+"."+fn.Name.Name]
		if !ok {
			continue
		}
		if !slices.ContainsFunc(fn.Type.Params.List, func(p *ast.Field) bool {
			return slices.ContainsFunc(p.Names, func(id *ast.Ident) bool { return id.Name == param })
		}) {
			return 0, fmt.Errorf("%s: %s.%s has no parameter %s", file, recv, fn.Name.Name, param)
		}
		call := &ast.ExprStmt{X: &ast.CallExpr{Fun: ast.NewIdent("record"), Args: []ast.Expr{ast.NewIdent(param)}}}
		fn.Body.List = slices.Insert(fn.Body.List, 0, ast.Stmt(call))
		n++
	}
	if n == 0 {
		return 0, nil
	}
	if err := os.Chmod(file, 0o644); err != nil {
		return 0, err
	}
	w, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	defer w.Close()
	return n, printer.Fprint(w, fset, f)
}

func exprText(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return "*" + exprText(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func writeMod(checkout, driver, target, out string) error {
	for from, to := range map[string]string{"go.mod": "truth.mod", "go.sum": "truth.sum"} {
		data, err := os.ReadFile(filepath.Join(checkout, from))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, to), data, 0o644); err != nil {
			return err
		}
	}
	cmd := exec.Command("go", "mod", "edit", "-replace="+driver+"="+target, filepath.Join(out, "truth.mod"))
	cmd.Stderr = os.Stderr
	return cmd.Run()
}
