package dbapi

import (
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// shapes are the names under which projects declare the methods of a database handle
// themselves, with the style of their placeholders.
var shapes = map[string]sqltext.Style{}

func init() {
	for _, name := range []string{"Exec", "Query", "QueryRow", "Prepare", "MustExec", "Queryx", "QueryRowx", "Preparex",
		"Get", "Select", "QueryFunc"} {
		shapes[name], shapes[name+"Context"] = sqltext.Native, sqltext.Native
	}
	for _, name := range []string{"NamedExec", "NamedQuery", "PrepareNamed"} {
		shapes[name], shapes[name+"Context"] = sqltext.Colon, sqltext.Colon
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
	if !ok || sig.Recv() == nil || fn.Pkg() != nil && otherDatabase.MatchString(fn.Pkg().Path()) {
		return Function{}, false
	}
	index := sqlParameter(sig)
	if index < 0 || !databaseResult(sig) && !siblingResult(sig.Recv().Type()) {
		return Function{}, false
	}
	if style == sqltext.Native && Driver(fn) != "" {
		style = sqltext.At // pgx takes @name beside $1
	}
	return Function{Receiver: receiverName(fn), Name: fn.Name(), Role: Send, Index: index, Style: style}, true
}

// otherDatabase matches the packages of a client of another database system, whose handles look alike.
var otherDatabase = regexp.MustCompile(`(?i)(^|[/.-])(clickhouse(-go)?|ch-go|go-clickhouse|gocqlx?|scylla|bigquery|spanner|` +
	`snowflake|gosnowflake|duckdb|go-duckdb|trino|trino-go-client|presto|athena|influxdb\w*|neo4j|couchbase|gocb|` +
	`ydb-go-sdk|tarantool|databricks|cassandra)([/.-]|$)`)

// ReaderShape matches Get and Select of interfaces that the project declares itself: they
// fill a destination as those of sqlx do.
func ReaderShape(fn *types.Func) (Reader, bool) {
	how, ok := map[string]How{"Get": Sqlx, "GetContext": Sqlx, "Select": SqlxAll, "SelectContext": SqlxAll}[fn.Name()]
	sig := fn.Signature()
	if !ok || sig.Recv() == nil || !types.IsInterface(sig.Recv().Type()) {
		return Reader{}, false
	}
	for i := range max(sqlParameter(sig), 0) {
		if iface, ok := sig.Params().At(i).Type().Underlying().(*types.Interface); ok && iface.Empty() {
			return Reader{Rows: OfCall, Dest: i, How: how}, true
		}
	}
	return Reader{}, false
}

// Driver names the driver whose own API a function is, or whose results it gives: pgx5 or
// pgx4; empty if it is one of database/sql, or not known.
func Driver(fn *types.Func) string {
	paths := []string{}
	if fn.Pkg() != nil {
		paths = append(paths, fn.Pkg().Path())
	}
	for v := range fn.Signature().Results().Variables() {
		t := v.Type()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
			paths = append(paths, n.Obj().Pkg().Path())
		}
	}
	for _, path := range paths {
		if driver := DriverOf(path); driver != "" {
			return driver
		}
	}
	return ""
}

// DriverOf is the driver that a package belongs to, empty if it is none's.
func DriverOf(path string) string {
	for prefix, driver := range drivers {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return driver
		}
	}
	return ""
}

// SentField is the name of a field of a library's struct that the library sends as it is, by the type; empty for
// any other field:
//
//	conn.SendBatch(ctx, &pgx.Batch{QueuedQueries: []*pgx.QueuedQuery{{SQL: "SELECT 1"}}})
func SentField(v *types.Var) string {
	if v.Name() != "SQL" || !strings.HasPrefix(v.Pkg().Path(), "github.com/jackc/pgx/") {
		return ""
	}
	tn, ok := v.Pkg().Scope().Lookup("QueuedQuery").(*types.TypeName)
	if !ok {
		return ""
	}
	st, ok := tn.Type().Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	for f := range st.Fields() {
		if f == v {
			return "(" + v.Pkg().Path() + ".QueuedQuery)." + v.Name()
		}
	}
	return ""
}

// drivers are the packages whose API is a driver's own.
var drivers = map[string]string{"github.com/jackc/pgx/v5": "pgx5", "github.com/jackc/pgx/v4": "pgx4",
	"github.com/jackc/pgconn": "pgx4", "github.com/georgysavva/scany/v2/pgxscan": "pgx5",
	"github.com/georgysavva/scany/pgxscan": "pgx4"}

// Registered names the driver of database/sql that a package brings, when it is imported.
func Registered(path string) string { return registered[path] }

var registered = map[string]string{"github.com/lib/pq": "pq", "github.com/jackc/pgx/v5/stdlib": "pgx5/stdlib",
	"gorm.io/driver/postgres": "pgx5/stdlib", "github.com/jackc/pgx/v4/stdlib": "pgx4/stdlib",
	"github.com/uptrace/bun/driver/pgdriver": "pgdriver"}

// ValueShape matches a function value that takes a text and gives what comes from a database.
func ValueShape(sig *types.Signature) (index int, ok bool) {
	index = sqlParameter(sig)
	return index, index >= 0 && databaseResult(sig)
}

// RewriteShape matches Rebind and BindNamed of handles that the project declares itself, and ReplacePlaceholders
// of squirrel's formats; it gives the index of the text that comes back with other placeholders.
func RewriteShape(fn *types.Func) (int, bool) {
	sig := fn.Signature()
	if sig.Recv() == nil || !rewriting[fn.Name()] {
		return 0, false
	}
	index := sqlParameter(sig)
	return index, index >= 0
}

var rewriting = map[string]bool{"Rebind": true, "BindNamed": true, "ReplacePlaceholders": true}

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

var resultNames = []string{"Rows", "Row", "Result", "Stmt", "NamedStmt", "CommandTag", "StatementDescription",
	"BatchResults"}

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
	if Builtin().IsDatabase(named.Obj().Pkg().Path()) {
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
