package bun

import (
	"go/ast"
	"go/types"

	"github.com/jinzhu/inflection"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// The inflectors of table names that are followed: one that leaves names as they are, and any
// other.
const (
	identity = "identity"
	other    = "other"
)

// setting: schema.SetTableNameInflector.
func setting(n ast.Node, info *types.Info) (library, setting string, ok bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return "", "", false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", "", false
	}
	fn, ok := info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.FullName() != path+"/schema.SetTableNameInflector" {
		return "", "", false
	}
	if givesBack(call.Args[0], info) {
		return path, identity, true
	}
	return path, other, true
}

// givesBack says that a function literal returns its parameter and does nothing else.
func givesBack(e ast.Expr, info *types.Info) bool {
	lit, ok := e.(*ast.FuncLit)
	if !ok || len(lit.Body.List) != 1 || len(lit.Type.Params.List) != 1 || len(lit.Type.Params.List[0].Names) != 1 {
		return false
	}
	ret, ok := lit.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	id, ok := ret.Results[0].(*ast.Ident)
	return ok && info.Uses[id] == info.Defs[lit.Type.Params.List[0].Names[0]]
}

// newTables are the tables of a program, with the names that its inflector gives them.
// tablesOf are the tables of the code around.
func tablesOf(env orm.Env) *tables {
	return env.Once(path, func() any { return newTables(env) }).(*tables)
}

func newTables(env orm.Env) *tables {
	return &tables{env: env, settings: env.Settings(path)}
}

// inflected is the name of the table of a model; ok is false if it is not known.
func (ts *tables) inflected(model string) (name string, ok bool) {
	switch {
	case len(ts.settings) == 0:
		return inflection.Plural(model), true
	case len(ts.settings) == 1 && ts.settings[0] == identity:
		return model, true
	}
	return "", false
}

// unknownName stands for a table whose name is not known.
func unknownName(tb *table) goval.Value {
	return goval.UnknownIdent("table name of " + tb.typeName)
}
