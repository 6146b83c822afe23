package extract

import (
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/libraries"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// models are the structs of the package that libraries make tables of, whether a call uses them
// or not.
func (x *extractor) models() []usage.Model {
	var out []usage.Model
	scope := x.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || x.isTest(tn) {
			continue
		}
		if _, isStruct := tn.Type().Underlying().(*types.Struct); !isStruct {
			continue
		}
		for _, l := range libraries.All {
			if l.Declared == nil {
				continue
			}
			if m := l.Declared(tn.Type(), packageEnv{x}); m != nil {
				out = append(out, x.model(tn, m))
			}
		}
	}
	return out
}

func (x *extractor) isTest(obj types.Object) bool {
	for _, f := range x.pkg.Files {
		if f.FileStart <= obj.Pos() && obj.Pos() <= f.FileEnd {
			return false
		}
	}
	return true
}

func (x *extractor) model(tn *types.TypeName, m *orm.Model) usage.Model {
	out := usage.Model{Type: tn.Name(), Table: m.Table, Place: x.place(tn)}
	for _, c := range m.Columns {
		out.Columns = append(out.Columns, usage.ModelColumn{Name: c.Name, Place: x.place(c.Field)})
	}
	return out
}

func (x *extractor) place(obj types.Object) sqltext.Run {
	pos := x.Fset.Position(obj.Pos())
	return sqltext.Run{File: pos.Filename, Line: pos.Line, Column: pos.Column}
}
