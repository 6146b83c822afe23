package extract

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

// A statement that is given to a function of a fetched module is most likely sent by it:
//
//	zdb.Get(ctx, &user, `SELECT * FROM users WHERE id = ?`, id)
//
// Such a site counts where the base has all that it names: it may as well be meant for something else.

// isStatement matches a text that is nothing else than a statement.
var isStatement = regexp.MustCompile(`(?is)^\s*(select\b.+\bfrom\s|select\s+\w+\s*\(|insert\s+into\s.+\s(values|select)\b|update\s.+\sset\s|` +
	`delete\s+from\s|with\s+(recursive\s+)?\w+\s.*\bas\s.*\()`)

// elsewhere matches the paths of packages that send nothing, or not to PostgreSQL.
var elsewhere = regexp.MustCompile(`(?i)sqlite|mysql|mariadb|mssql|sqlserver|clickhouse|cassandra|gocql|bigquery|spanner|` +
	`snowflake|duckdb|trino|presto|athena|influx|mongo|log|errors|testify|assert|sqlmock|pgxmock|otel|trace`)

// guess sends the statements that a call gives to a function of a fetched module of which nothing is known.
func (x *extractor) guess(t target, call *ast.CallExpr, f *goval.Frame) {
	if t.shift > 0 || !x.isFetched(t.fn) || elsewhere.MatchString(t.fn.Pkg().Path()) || IsLibrary(t.fn.Pkg().Path()) ||
		x.API.IsDatabase(t.fn.Pkg().Path()) {
		return
	}
	params := t.fn.Signature().Params()
	for i := range min(params.Len(), len(call.Args)) {
		if isStatementBuilder(params.At(i).Type()) {
			x.sendBuilder(t, call, i, f)
			return
		}
		b, ok := params.At(i).Type().Underlying().(*types.Basic)
		if !ok || b.Info()&types.IsString == 0 {
			continue
		}
		text := x.argument(call, i, f)
		if isStatement.MatchString(text.Literal()) {
			x.send(call, f, sent{value: text, api: t.fn.FullName(), guessed: true})
			return
		}
	}
}

// isStatementBuilder says that a value of the type gives the text of a statement and its arguments, as
// squirrel.Sqlizer and the datasets of goqu do.
func isStatementBuilder(t types.Type) bool {
	if _, isParameter := types.Unalias(t).(*types.TypeParam); isParameter {
		return false
	}
	for _, name := range []string{"ToSql", "ToSQL"} {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		if fn, ok := obj.(*types.Func); ok {
			sig := fn.Signature()
			return sig.Params().Len() == 0 && sig.Results().Len() == 3 && isString(sig.Results().At(0).Type())
		}
	}
	return false
}

// sendBuilder sends what a function of a fetched module is given as a builder: db.Get(ctx, &n,
// sq.Select("count(*)")…). A condition that is given so is no statement.
func (x *extractor) sendBuilder(t target, call *ast.CallExpr, i int, f *goval.Frame) {
	switch x.Info.TypeOf(call.Args[i]).Underlying().(type) {
	case *types.Map, *types.Slice: // sq.Eq{…}, sq.And{…}
		return
	}
	builder := f.Argument(call, i)
	if given, ok := goval.Only[*goval.Arg](builder); ok {
		builder = given.Value
	}
	v := goval.Value{&goval.Lowered{Chain: builder}}
	text := x.lowered(v)
	if text.Known() && !text.HasParam() && !slices.ContainsFunc(text.Variants(),
		func(v goval.Value) bool { return isStatement.MatchString(v.Literal()) }) {
		return
	}
	x.send(call, f, sent{value: v, api: t.fn.FullName()})
}

// isFetched says that a function is one of a module that the go command has fetched.
func (x *extractor) isFetched(fn *types.Func) bool {
	if fn.Pkg() == nil || goval.IsStandard(fn.Pkg()) {
		return false
	}
	return isFetched(x.Fset.Position(fn.Pos()).Filename)
}

// isFetched says that a file is one of a module that the go command has fetched.
func isFetched(file string) bool {
	file = strings.ReplaceAll(file, `\`, "/")
	return strings.Contains(file, "/pkg/mod/") || strings.Contains(file, "/vendor/")
}
