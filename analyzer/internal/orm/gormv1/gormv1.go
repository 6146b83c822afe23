// Package gormv1 lowers the common calls of github.com/jinzhu/gorm, the first version of gorm,
// with its PostgreSQL dialect: after main.go, scope.go, model_struct.go and the callbacks of
// version 1.9.
//
// Of relations only the tables are followed: the conditions of what Preload and Related send are
// unknown, as is all that Association sends, and what is sent for the values of relations that are
// saved. Callbacks are not followed, nor are names that a program makes otherwise
// (DefaultTableNameHandler, SingularTable).
package gormv1

import (
	"go/types"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// Library is gorm v1.
var Library = &orm.Library{
	Name: "gormv1", Paths: []string{path}, Makes: makes, Call: making, Lower: lower, Reads: reads,
	Session: &orm.Session{Is: isSession, Brings: brings},
}

const path = "github.com/jinzhu/gorm"

// makes says that values of a type are builders.
func makes(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok && slices.Contains([]string{"DB", "SqlExpr", "Association"}, structs.NameIn(t, path))
}

// sends are the methods that send something.
var sends = []string{"First", "Take", "Last", "Find", "Scan", "Row", "Rows", "Pluck", "Count", "FirstOrInit",
	"FirstOrCreate", "Update", "Updates", "UpdateColumn", "UpdateColumns", "Save", "Create", "Delete", "Exec", "Related",
	"Append", "Replace", "Clear"}

// making says what a function of the library does.
func making(fn *types.Func) goval.Making {
	if fn.Pkg() == nil || fn.Pkg().Path() != path {
		return goval.NotMaking
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		if fn.Name() == "Expr" {
			return goval.MakesBuilder
		}
		return goval.NotMaking
	}
	if !makes(recv.Type()) {
		return goval.NotMaking
	}
	if slices.Contains(sends, fn.Name()) {
		return goval.Sends
	}
	results := fn.Signature().Results()
	if results.Len() > 0 && makes(results.At(0).Type()) {
		return goval.MakesBuilder
	}
	return goval.NotMaking
}

// isSession says that a type is that of a session.
func isSession(goType string) bool { return goType == "*"+path+".DB" }

// brings says that a session has more than a connection.
func brings(v goval.Value) bool {
	return v.Any(func(p goval.Part) bool {
		c := goval.CallOf(p)
		return c != nil && !slices.Contains([]string{"New", "Debug", "Begin", "BeginTx", "LogMode"}, c.Name)
	})
}

// reads: columns without a field are left out, and fields without a column.
func reads(builder goval.Value, _ orm.Env) *orm.Rows {
	last := builder.LastCall()
	if last != nil && (last.Name == "Row" || last.Name == "Rows") {
		return nil
	}
	return &orm.Rows{}
}

// lower gives the texts of a builder.
func lower(v goval.Value, env orm.Env) []goval.Value {
	var out []goval.Value
	for _, steps := range v.Variants() {
		last := steps.LastCall()
		if last == nil {
			continue
		}
		if orm.Owner(last) == "Association" {
			out = append(out, goval.Unknown("Association."+last.Name))
			continue
		}
		s := &scope{ms: modelsOf(env), Writer: sqlbuild.Writer{At: last.Run(), Env: env}}
		for _, p := range steps[:len(steps)-1] {
			switch p := p.(type) {
			case *goval.Call:
				s.take(p)
			case *goval.Hole:
				if p.Type == "" {
					s.unknown = append(s.unknown, p)
				}
			}
		}
		if send, ok := senders[last.Name]; ok {
			out = append(out, send(s, last)...)
			out = append(out, s.preloaded()...)
		}
	}
	return slices.DeleteFunc(out, func(v goval.Value) bool { return len(v) == 0 })
}
