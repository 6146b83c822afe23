package gorm

import (
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// modelsOf are the models of the code around.
func modelsOf(env orm.Env) *models {
	return env.Once(path, func() any { return newModels(env) }).(*models)
}

// newModels are the models of a program with the names that its gorm.Config gives them.
func newModels(env orm.Env) *models {
	ms := &models{env: env}
	switch settings := env.Settings(path); len(settings) {
	case 0:
	case 1:
		if json.Unmarshal([]byte(settings[0]), &ms.naming) != nil {
			ms.naming.Unknown = true
		}
	default:
		ms.naming.Unknown = true // Which of them a session has is not followed.
	}
	return ms
}

// setting: a literal of gorm.Config, or an assignment to its
// NamingStrategy.
func setting(n ast.Node, info *types.Info) (library, setting string, ok bool) {
	switch n := n.(type) {
	case *ast.CompositeLit:
		if t := info.TypeOf(n); t == nil || !structs.IsNamed(t, path, "Config") {
			return "", "", false
		}
		var naming Naming
		for _, e := range n.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			switch key, _ := kv.Key.(*ast.Ident); {
			case key == nil:
			case key.Name == "NamingStrategy":
				naming.strategy(kv.Value, info)
			case key.Name == "QueryFields":
				naming.set(&naming.QueryFields, info.Types[kv.Value].Value)
			case key.Name == "DisableForeignKeyConstraintWhenMigrating":
				naming.set(&naming.NoForeignKeys, info.Types[kv.Value].Value)
			case key.Name == "IgnoreRelationshipsWhenMigrating":
				naming.set(&naming.NoRelationships, info.Types[kv.Value].Value)
			}
		}
		return path, naming.text(), true
	case *ast.AssignStmt:
		for i, lhs := range n.Lhs {
			sel, ok := lhs.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "NamingStrategy" || len(n.Rhs) != len(n.Lhs) {
				continue
			}
			if v, ok := info.Uses[sel.Sel].(*types.Var); ok && v.Pkg() != nil && v.Pkg().Path() == path {
				var naming Naming
				naming.strategy(n.Rhs[i], info)
				return path, naming.text(), true
			}
		}
	}
	return "", "", false
}

func (n Naming) text() string {
	out, _ := json.Marshal(n)
	return string(out)
}

// strategy reads a literal of schema.NamingStrategy; any other is not followed.
func (n *Naming) strategy(e ast.Expr, info *types.Info) {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok {
		e = u.X
	}
	lit, ok := e.(*ast.CompositeLit)
	if !ok || info.TypeOf(lit) == nil || !structs.IsNamed(info.TypeOf(lit), path+"/schema", "NamingStrategy") {
		n.Unknown = true
		return
	}
	for _, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			n.Unknown = true
			continue
		}
		key, _ := kv.Key.(*ast.Ident)
		v := info.Types[kv.Value].Value
		switch {
		case key == nil || key.Name == "IdentifierMaxLength":
		case key.Name == "TablePrefix" && v != nil && v.Kind() == constant.String:
			n.TablePrefix = constant.StringVal(v)
		case key.Name == "SingularTable":
			n.set(&n.SingularTable, v)
		case key.Name == "NoLowerCase":
			n.set(&n.NoLowerCase, v)
		default:
			n.Unknown = true
		}
	}
}

// set sets a field to what a constant is; any other value is not followed.
func (n *Naming) set(field *bool, v constant.Value) {
	if v == nil || v.Kind() != constant.Bool {
		n.Unknown = true
		return
	}
	*field = constant.BoolVal(v)
}
