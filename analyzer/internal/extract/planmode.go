package extract

import (
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// prepares matches the functions that give a statement.
var prepares = regexp.MustCompile(`\.(Prepare|Preparex|PrepareNamed)(Context)?$`)

// planConstants are the constants of pgx that say how a plan is kept (QueryExecMode in
// conn.go).
var planConstants = map[string]usage.PlanMode{"QueryExecModeCacheStatement": usage.CachesStatements,
	"QueryExecModeCacheDescribe": usage.CachesDescription,
	"QueryExecModeDescribeExec":  usage.KeepsNothing, "QueryExecModeExec": usage.KeepsNothing,
	"QueryExecModeSimpleProtocol": usage.KeepsNothing}

// planWords are the settings of a connection string of pgx that do (ParseConfig in conn.go).
var planWords = map[string]usage.PlanMode{"default_query_exec_mode=cache_statement": usage.CachesStatements,
	"default_query_exec_mode=cache_describe": usage.CachesDescription,
	"default_query_exec_mode=describe_exec":  usage.KeepsNothing, "default_query_exec_mode=exec": usage.KeepsNothing,
	"default_query_exec_mode=simple_protocol": usage.KeepsNothing, "statement_cache_capacity=0": usage.KeepsNothing,
	"statement_cache_mode=describe": usage.CachesDescription}

// planMode is the mode that a call is given as an argument.
func (x *extractor) planMode(call *ast.CallExpr) usage.PlanMode {
	for _, arg := range call.Args {
		if mode := x.planConstant(arg); mode != "" {
			return mode
		}
	}
	return ""
}

func (x *extractor) planConstant(e ast.Expr) usage.PlanMode {
	c, ok := x.Info.Uses[identOf(e)].(*types.Const)
	if !ok || c.Pkg() == nil || !strings.HasPrefix(c.Pkg().Path(), "github.com/jackc/pgx") {
		return ""
	}
	return planConstants[c.Name()]
}

// planModes are the modes that the package sets for its connections: in a field of the
// configuration, or in a connection string.
func (x *extractor) planModes() []usage.PlanMode {
	var out []usage.PlanMode
	add := func(mode usage.PlanMode) {
		if mode != "" && !slices.Contains(out, mode) {
			out = append(out, mode)
		}
	}
	set := func(field, value ast.Expr) {
		switch id := identOf(field); {
		case id == nil:
		case id.Name == "DefaultQueryExecMode":
			add(x.planConstant(value))
		case id.Name == "PreferSimpleProtocol" && isTrue(x.Info, value):
			add(usage.KeepsNothing)
		}
	}
	for _, file := range x.pkg.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if len(n.Lhs) == len(n.Rhs) {
					for i := range n.Lhs {
						set(n.Lhs[i], n.Rhs[i])
					}
				}
			case *ast.KeyValueExpr:
				set(n.Key, n.Value)
			case *ast.BasicLit:
				for word, mode := range planWords {
					if strings.Contains(n.Value, word) {
						add(mode)
					}
				}
			}
			return true
		})
	}
	return out
}

func isTrue(info *types.Info, e ast.Expr) bool {
	v := info.Types[e].Value
	return v != nil && v.Kind() == constant.Bool && constant.BoolVal(v)
}
