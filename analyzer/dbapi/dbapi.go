// Package dbapi is the table of functions that take SQL. The rows are in api.txt; the
// source of each is the library's own code.
package dbapi

import (
	_ "embed"
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/schemavet/schemavet/sqlscan/placeholder"
)

//go:embed api.txt
var apiText string

// Role says what a function does with the text.
type Role string

// The roles.
const (
	// Send executes or prepares the text.
	Send Role = "send"
	// Rewrite gives the text back with other placeholders.
	Rewrite Role = "rewrite"
	// Copy takes a table and columns (pgx CopyFrom).
	Copy Role = "copy"
)

// Function is a row of the table.
type Function struct {
	Package, Receiver, Name string
	Role                    Role
	// Index is the 0-based argument that holds the SQL, the receiver not counted.
	Index int
	Style placeholder.Style
}

type key struct{ pkg, receiver, name string }

var table = sync.OnceValue(func() map[key]Function {
	t, err := parse("api.txt", apiText)
	if err != nil {
		panic(err)
	}
	return t
})

var roles = map[string]Role{"send": Send, "rewrite": Rewrite, "copy": Copy}

var styles = map[string]placeholder.Style{"native": placeholder.Native, "?": placeholder.Question, ":": placeholder.Colon, "@": placeholder.At}

// parse reads the table: package, receivers, functions, role, index, style. Lists have
// commas; "-" as receiver is a function of the package.
func parse(name, text string) (map[key]Function, error) {
	out := map[key]Function{}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) != 6 {
			return nil, fmt.Errorf("%s:%d: %d fields, want package, receivers, functions, role, index, style", name, i+1, len(f))
		}
		role, ok := roles[f[3]]
		index, err := strconv.Atoi(f[4])
		style, known := styles[f[5]]
		if !ok || err != nil || !known {
			return nil, fmt.Errorf("%s:%d: bad role, index or style", name, i+1)
		}
		for pkg := range strings.SplitSeq(f[0], ",") {
			for recv := range strings.SplitSeq(f[1], ",") {
				for fn := range strings.SplitSeq(f[2], ",") {
					out[key{pkg, strings.TrimPrefix(recv, "-"), fn}] = Function{pkg, recv, fn, role, index, style}
				}
			}
		}
	}
	return out, nil
}

// Lookup finds the row of a function or method.
func Lookup(fn *types.Func) (Function, bool) {
	if fn.Pkg() == nil {
		return Function{}, false
	}
	f, ok := table()[key{fn.Pkg().Path(), receiverName(fn), fn.Name()}]
	return f, ok
}

func receiverName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return ""
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return t.Obj().Name()
	}
	return ""
}

var packages = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for k := range table() {
		out[k.pkg] = true
	}
	return out
})

// IsDatabase says that a package is one of the table's.
func IsDatabase(path string) bool { return packages()[path] }

// unmodelled are libraries whose calls send SQL that is not understood yet, by the prefix of
// their packages.
var unmodelled = []string{
	"gorm.io/gorm", "github.com/jinzhu/gorm", "github.com/uptrace/bun", "entgo.io/ent", "github.com/go-pg/pg",
	"github.com/Masterminds/squirrel", "xorm.io/xorm", "github.com/doug-martin/goqu", "github.com/gocraft/dbr",
	"github.com/go-gorp/gorp", "github.com/beego/beego", "github.com/upper/db", "github.com/volatiletech/sqlboiler",
	"github.com/aarondl/sqlboiler", "github.com/stephenafamo/bob", "github.com/go-jet/jet", "github.com/georgysavva/scany",
	"github.com/huandu/go-sqlbuilder",
}

// Unmodelled says that a package belongs to a library whose calls are not understood yet,
// and names the library.
func Unmodelled(path string) (library string, ok bool) {
	for _, p := range unmodelled {
		if path == p || strings.HasPrefix(path, p+"/") {
			return p, true
		}
	}
	return "", false
}

// shapes are the names under which projects declare the methods of a database handle
// themselves, with the style of their placeholders.
var shapes = map[string]placeholder.Style{}

func init() {
	for _, name := range []string{"Exec", "Query", "QueryRow", "Prepare", "MustExec", "Queryx", "QueryRowx", "Preparex", "Get", "Select", "QueryFunc"} {
		shapes[name], shapes[name+"Context"] = placeholder.Native, placeholder.Native
	}
	for _, name := range []string{"NamedExec", "NamedQuery", "PrepareNamed"} {
		shapes[name], shapes[name+"Context"] = placeholder.Colon, placeholder.Colon
	}
}

// Shape matches a method that the project declares itself: a name of a database handle, a
// string parameter, and a result that comes from a database, or a sibling with one.
func Shape(fn *types.Func) (Function, bool) {
	if fn.Name() == "CopyFrom" {
		return copyShape(fn)
	}
	style, ok := shapes[fn.Name()]
	sig := fn.Signature()
	if !ok || sig.Recv() == nil {
		return Function{}, false
	}
	index := sqlParameter(sig)
	if index < 0 || !databaseResult(sig) && !siblingResult(sig.Recv().Type()) {
		return Function{}, false
	}
	return Function{Receiver: receiverName(fn), Name: fn.Name(), Role: Send, Index: index, Style: style}, true
}

// RewriteShape matches Rebind and BindNamed of handles that the project declares itself; it
// gives the index of the text that comes back with other placeholders.
func RewriteShape(fn *types.Func) (int, bool) {
	sig := fn.Signature()
	if sig.Recv() == nil || fn.Name() != "Rebind" && fn.Name() != "BindNamed" {
		return 0, false
	}
	index := sqlParameter(sig)
	return index, index >= 0
}

func copyShape(fn *types.Func) (Function, bool) {
	sig := fn.Signature()
	for i := range sig.Params().Len() {
		if isNamed(sig.Params().At(i).Type(), "Identifier") && sig.Recv() != nil {
			return Function{Name: fn.Name(), Role: Copy, Index: i}, true
		}
	}
	return Function{}, false
}

// sqlParameter is the first string parameter, -1 if there is none. A name before it (pgx
// Prepare) makes it the second.
func sqlParameter(sig *types.Signature) int {
	var found []int
	n := sig.Params().Len()
	if sig.Variadic() {
		n--
	}
	for i := range n {
		if b, ok := sig.Params().At(i).Type().Underlying().(*types.Basic); ok && b.Kind() == types.String {
			found = append(found, i)
		}
	}
	if len(found) > 1 && strings.Contains(strings.ToLower(sig.Params().At(found[0]).Name()), "name") {
		return found[1]
	}
	if len(found) == 0 {
		return -1
	}
	return found[0]
}

var resultNames = []string{"Rows", "Row", "Result", "Stmt", "NamedStmt", "CommandTag", "StatementDescription", "BatchResults"}

func databaseResult(sig *types.Signature) bool {
	for i := range sig.Results().Len() {
		if isDatabaseType(sig.Results().At(i).Type()) {
			return true
		}
	}
	return false
}

// isDatabaseType takes the result types of the drivers, and types of the project that can
// do what they can.
func isDatabaseType(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	if IsDatabase(named.Obj().Pkg().Path()) {
		return slices.Contains(resultNames, named.Obj().Name())
	}
	methods := types.NewMethodSet(types.NewPointer(named))
	if types.IsInterface(named) {
		methods = types.NewMethodSet(named)
	}
	if methods.Lookup(named.Obj().Pkg(), "RowsAffected") != nil {
		return true
	}
	// The Scan of rows takes any number of destinations; that of other stores takes one.
	scan := methods.Lookup(named.Obj().Pkg(), "Scan")
	if scan == nil {
		return false
	}
	fn, ok := scan.Obj().(*types.Func)
	return ok && fn.Signature().Variadic()
}

// siblingResult says that another method of the same interface or type gives rows.
func siblingResult(recv types.Type) bool {
	methods := types.NewMethodSet(recv)
	for m := range methods.Methods() {
		fn, ok := m.Obj().(*types.Func)
		if _, known := shapes[m.Obj().Name()]; ok && known && databaseResult(fn.Signature()) {
			return true
		}
	}
	return false
}

func isNamed(t types.Type, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == name
}
