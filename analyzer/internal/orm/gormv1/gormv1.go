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
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// Library is gorm v1.
type Library struct{}

const path = "github.com/jinzhu/gorm"

// Owns implements orm.Library.
func (Library) Owns(p string) bool { return p == path }

// Lowers implements orm.Library.
func (Library) Lowers(name string) bool {
	return strings.HasPrefix(strings.TrimLeft(name, "(*"), path+".")
}

// Makes implements goval.Builders.
func (Library) Makes(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path &&
		slices.Contains([]string{"DB", "SqlExpr", "Association"}, n.Obj().Name())
}

// sends are the methods that send something.
var sends = []string{"First", "Take", "Last", "Find", "Scan", "Row", "Rows", "Pluck", "Count", "FirstOrInit",
	"FirstOrCreate", "Update", "Updates", "UpdateColumn", "UpdateColumns", "Save", "Create", "Delete", "Exec", "Related",
	"Append", "Replace", "Clear"}

// Call implements goval.Builders.
func (l Library) Call(fn *types.Func) goval.Making {
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
	if !l.Makes(recv.Type()) {
		return goval.NotMaking
	}
	if slices.Contains(sends, fn.Name()) {
		return goval.Sends
	}
	results := fn.Signature().Results()
	if results.Len() > 0 && l.Makes(results.At(0).Type()) {
		return goval.MakesBuilder
	}
	return goval.NotMaking
}

// Mutates implements goval.Builders: every call gives a session of its own.
func (Library) Mutates(goval.Value) bool { return false }

// IsSession implements orm.Sessions.
func (Library) IsSession(goType string) bool { return goType == "*"+path+".DB" }

// Brings implements orm.Sessions.
func (Library) Brings(v goval.Value) bool {
	return v.Any(func(p goval.Part) bool {
		c := goval.CallOf(p)
		return c != nil && !slices.Contains([]string{"New", "Debug", "Begin", "BeginTx", "LogMode"}, c.Name)
	})
}

// Reads implements orm.Readers: columns without a field are left out, and fields without a column.
func (Library) Reads(builder goval.Value, _ orm.Env) *orm.Rows {
	last := builder.LastCall()
	if last != nil && (last.Name == "Row" || last.Name == "Rows") {
		return nil
	}
	return &orm.Rows{}
}

// Lower implements orm.Library.
func (l Library) Lower(v goval.Value, env orm.Env) []goval.Value {
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
		s := &scope{ms: modelsOf(env), at: last.Run()}
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
