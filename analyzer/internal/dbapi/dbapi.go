// Package dbapi is the tables of functions that take SQL (api.txt) and of those that read
// rows (readers.txt), whose source is each library's own code; a project adds its own to the
// first.
package dbapi

import (
	_ "embed"
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/schemavet/schemavet/sqlscan/sqltext"
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
	// File sends the text of the file that the argument names (sqlx LoadFile).
	File Role = "file"
	// Load and LoadFile read queries that have names, from a text and from a file (goyesql,
	// dotsql).
	Load     Role = "load"
	LoadFile Role = "loadfile"
	// Named sends the query of a name.
	Named Role = "named"
	// Fill prepares queries into the fields of a struct that bear their names as tags.
	Fill Role = "fill"
)

// Function is a row of the table.
type Function struct {
	// Package is an import path, Receiver the name of a type in it, empty for a function.
	Package, Receiver, Name string
	Role                    Role
	// Index is the 0-based argument that holds the SQL, the receiver not counted.
	Index int
	Style sqltext.Style
}

type key struct{ pkg, receiver, name string }

// Table is a set of functions. It is not changed once made.
type Table struct {
	rows     map[key]Function
	packages map[string]bool
	// own are the rows that a project has added.
	own []Function
}

// Builtin is the table of the libraries.
var Builtin = sync.OnceValue(func() *Table {
	functions, err := parse("api.txt", apiText)
	if err != nil {
		panic(err)
	}
	t := (&Table{}).With(functions)
	t.own = nil
	return t
})

// With returns the table with more functions; of two rows for one function the later holds.
func (t *Table) With(functions []Function) *Table {
	out := &Table{rows: map[key]Function{}, packages: map[string]bool{}, own: slices.Concat(t.own, functions)}
	maps.Copy(out.rows, t.rows)
	maps.Copy(out.packages, t.packages)
	for _, f := range functions {
		out.rows[key{f.Package, f.Receiver, f.Name}] = f
		out.packages[f.Package] = true
	}
	delete(out.packages, driverPackage)
	return out
}

// Own identifies the rows that a project has added; empty for none.
func (t *Table) Own() string {
	var out []string
	for _, f := range t.own {
		out = append(out, fmt.Sprintf("%s.%s.%s/%s/%d/%s", f.Package, f.Receiver, f.Name, f.Role, f.Index, f.Style))
	}
	return strings.Join(out, ",")
}

// driverPackage is imported for driver.Valuer by much code that sends nothing: those who send
// through it import a database API beside it.
const driverPackage = "database/sql/driver"

var roles = map[string]Role{"send": Send, "rewrite": Rewrite, "copy": Copy, "file": File, "load": Load,
	"loadfile": LoadFile, "named": Named, "fill": Fill}

var styles = map[string]sqltext.Style{"native": sqltext.Native, "?": sqltext.Question,
	":": sqltext.Colon, "@": sqltext.At, "?@": sqltext.QuestionAt, "?name": sqltext.QuestionName}

// NewFunction makes a row of words as the table has them.
func NewFunction(pkg, receiver, name, role string, index int, style string) (Function, error) {
	r, ok := roles[role]
	if !ok {
		return Function{}, fmt.Errorf("no role %q; there are %s", role, strings.Join(slices.Sorted(maps.Keys(roles)), ", "))
	}
	s, ok := styles[style]
	if !ok {
		return Function{}, fmt.Errorf("no placeholders %q; there are native, ?, :, @, ?@ and ?name", style)
	}
	return Function{pkg, receiver, name, r, index, s}, nil
}

// parse reads a table: packages, receivers, functions, role, index, style.
func parse(name, text string) ([]Function, error) {
	var out []Function
	err := eachRow(name, text, 6, func(f []string) error {
		i, err := index(f[4])
		if err != nil {
			return err
		}
		row, err := NewFunction("", "", "", f[3], i, f[5])
		if err != nil {
			return err
		}
		each(f, func(pkg, receiver, fn string) {
			row.Package, row.Receiver, row.Name = pkg, receiver, fn
			out = append(out, row)
		})
		return nil
	})
	return out, err
}

// eachRow gives the fields of each line of a table; # begins a comment. Its errors have the
// name and the 1-based line.
func eachRow(name, text string, fields int, row func(fields []string) error) error {
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) != fields {
			return fmt.Errorf("%s:%d: %d fields, want %d", name, i+1, len(f), fields)
		}
		if err := row(f); err != nil {
			return fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
	}
	return nil
}

// each gives the functions of a row, whose first three fields are lists with commas; "-" as
// receiver is a function of the package.
func each(f []string, one func(pkg, receiver, fn string)) {
	for pkg := range strings.SplitSeq(f[0], ",") {
		for receiver := range strings.SplitSeq(f[1], ",") {
			for fn := range strings.SplitSeq(f[2], ",") {
				one(pkg, strings.TrimPrefix(receiver, "-"), fn)
			}
		}
	}
}

// Lookup finds the row of a function or method.
func (t *Table) Lookup(fn *types.Func) (Function, bool) {
	if fn.Pkg() == nil {
		return Function{}, false
	}
	f, ok := t.rows[key{fn.Pkg().Path(), receiverName(fn), fn.Name()}]
	return f, ok
}

// IsDatabase says that a package is one of the table's.
func (t *Table) IsDatabase(path string) bool { return t.packages[path] }

func receiverName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return ""
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

// unmodelled are libraries whose calls send SQL that is not understood yet, by the prefix of
// their packages.
var unmodelled = []string{
	"github.com/go-pg/pg",
	"xorm.io/xorm", "github.com/doug-martin/goqu", "github.com/gocraft/dbr",
	"github.com/go-gorp/gorp", "github.com/beego/beego", "github.com/upper/db", "github.com/volatiletech/sqlboiler",
	"github.com/aarondl/sqlboiler", "github.com/stephenafamo/bob", "github.com/go-jet/jet", "github.com/georgysavva/scany",
	"github.com/huandu/go-sqlbuilder", "gorm.io/gen", "github.com/gobuffalo/pop", "github.com/go-rel/rel",
	"gopkg.in/gorp.v1", "gopkg.in/gorp.v2", "github.com/go-xorm/xorm", "gitea.com/xorm/xorm", "github.com/mailru/dbr",
	"github.com/astaxie/beego/orm", "gopkg.in/reform.v1", "github.com/leporo/sqlf", "github.com/didi/gendry",
	"github.com/lqs/sqlingo", "github.com/ido50/sqlz", "gopkg.in/src-d/go-kallax.v1",
	"github.com/steebchen/prisma-client-go", "upper.io/db.v3", "github.com/ulule/loukoum",
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
