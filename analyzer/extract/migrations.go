package extract

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// migrationFunc is a function literal in a list of migrations.
type migrationFunc struct {
	from, to token.Pos
	list     string
	index    int
}

// migrationList matches the names of variables and functions that hold migrations.
var migrationList = regexp.MustCompile(`(?i)migrat|schema_?versions?$`)

// findMigrations looks for package-level lists of functions that take a transaction, such
// as  var migrations = []func(tx *sql.Tx) error{…}. What they send has been sent.
func (x *extractor) findMigrations() {
	for _, file := range x.pkg.Files {
		for _, d := range file.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, s := range gen.Specs {
				spec := s.(*ast.ValueSpec)
				for i, v := range spec.Values {
					if i < len(spec.Names) && migrationList.MatchString(spec.Names[i].Name) {
						x.migrationLits(spec.Names[i].Name, v)
					}
				}
			}
		}
	}
}

// migrationLits notes the function literals of a list, also inside structs, in order.
func (x *extractor) migrationLits(name string, v ast.Expr) {
	lit, ok := ast.Unparen(v).(*ast.CompositeLit)
	if !ok || x.Info.TypeOf(lit) == nil {
		return
	}
	switch x.Info.TypeOf(lit).Underlying().(type) {
	case *types.Slice, *types.Array, *types.Map:
	default:
		return
	}
	for i, e := range lit.Elts {
		ast.Inspect(e, func(n ast.Node) bool {
			if fn, ok := n.(*ast.FuncLit); ok {
				x.migrations = append(x.migrations, migrationFunc{fn.Pos(), fn.End(), x.Pkg.Path() + "." + name, i})
				return false
			}
			return true
		})
	}
}

func (x *extractor) migrationOf(call *ast.CallExpr) *usage.GoMigration {
	for _, m := range x.migrations {
		if call.Pos() >= m.from && call.End() <= m.to {
			return &usage.GoMigration{List: m.list, Index: m.index}
		}
	}
	return nil
}
