// Package gorm lowers gorm.io/gorm v2 with its PostgreSQL dialect: what its calls send, after
// chainable_api.go, finisher_api.go, association.go, statement.go, callbacks and schema of
// version 1.31.
//
// It does not know which values are zero unless a literal says so: what is sent for some data
// only is marked as such. Callbacks, hooks and plugins of a program are not followed.
package gorm

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

var paths = []string{path, path + "/clause"}

// Library is gorm.
var Library = &orm.Library{
	Name: "gorm", Paths: paths,
	Makes: makes, Call: making, Mutates: mutates, Lower: lower, Reads: reads,
	Setting: setting, Declared: declaredTable,
	Session: &orm.Session{Is: isSession, Brings: brings},
	Creator: &orm.Creator{Creates: creates, Created: created},
}

const path = "gorm.io/gorm"

// makes says that values of a type are builders.
func makes(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
		return structs.IsNamed(t, path, "DB") || structs.IsNamed(t, path, "Association")
	}
	return slices.ContainsFunc(clauses, func(name string) bool { return structs.IsNamed(t, path+"/clause", name) }) ||
		slices.ContainsFunc(generics, func(name string) bool { return structs.IsNamed(t, path, name) }) ||
		slices.ContainsFunc(helpers, func(name string) bool { return structs.IsNamed(t, path, name) })
}

// clauses are the types of the clause package that functions make.
var clauses = []string{"Expr", "Expression", "Set", "JoinTarget"}

// clauseFunctions are the functions that make them.
var clauseFunctions = []string{"AssignmentColumns", "Assignments", "Association", "AssociationFrom", "Has", "As"}

// sends are the methods that send something.
var sends = []string{
	"Create", "CreateInBatches", "Save", "First", "Take", "Last", "Find", "FindInBatches", "FirstOrInit", "FirstOrCreate",
	"Update", "Updates", "UpdateColumn", "UpdateColumns", "Delete", "Count", "Row", "Rows", "Scan", "Pluck", "Exec",
	"Append", "Replace", "Clear",
}

// making says what a function of the library does.
func making(fn *types.Func) goval.Making {
	if fn.Pkg() == nil || fn.Pkg().Path() != path {
		if fn.Pkg() != nil && fn.Pkg().Path() == path+"/clause" && slices.Contains(clauseFunctions, fn.Name()) {
			return goval.MakesBuilder
		}
		return goval.NotMaking
	}
	recv := fn.Signature().Recv()
	switch {
	case recv == nil && (fn.Name() == "Expr" || fn.Name() == "G"):
		return goval.MakesBuilder
	case recv != nil && fn.Name() == "Build":
		return goval.NotMaking
	case recv == nil || !makes(recv.Type()):
		return goval.NotMaking
	case slices.Contains(sends, fn.Name()):
		return goval.Sends
	}
	results := fn.Signature().Results()
	if results.Len() > 0 && makes(results.At(0).Type()) {
		return goval.MakesBuilder
	}
	return goval.NotMaking
}

// fresh are the methods whose result can be used again and again: calls on it change nothing.
var fresh = []string{"Session", "WithContext", "Debug", "Begin", "Open"}

// mutates: a session that something was added to is changed by
// further calls.
func mutates(v goval.Value) bool {
	if len(v) == 0 {
		return false
	}
	switch last := v[len(v)-1].(type) {
	case *goval.OneOf:
		return slices.ContainsFunc(last.Options, mutates)
	case *goval.Param:
		return strings.HasPrefix(last.Type, path+".JoinBuilder") || strings.HasPrefix(last.Type, path+".PreloadBuilder")
	case *goval.Call:
		return orm.IsOf(last.Func, paths) && !isGeneric(last.Func) && last.Name != "G" && !slices.Contains(fresh, last.Name)
	}
	return false
}

// isSession: a *gorm.DB that something gives a function has a
// connection, and most often nothing else.
func isSession(goType string) bool { return goType == "*"+path+".DB" }

// brings says that a session has more than a connection.
func brings(v goval.Value) bool {
	return v.Any(func(p goval.Part) bool {
		c := goval.CallOf(p)
		return c != nil && !slices.Contains(fresh, c.Name)
	})
}

// lower gives the texts of a builder.
func lower(v goval.Value, env orm.Env) []goval.Value {
	ms := modelsOf(env)
	var out []goval.Value
	for _, steps := range expand(v).Variants() {
		steps = classic(steps)
		if len(steps) == 0 {
			continue
		}
		last := steps.LastCall()
		if last == nil {
			continue
		}
		s := newSession(ms, last.Run())
		s.foresee(steps)
		s.take(steps[:len(steps)-1])
		for _, text := range s.send(last) {
			if len(text) > 0 {
				out = append(out, text)
			}
		}
	}
	return out
}

// expand puts the calls of scopes in their place, so that each of their ways is one.
func expand(v goval.Value) goval.Value {
	var out goval.Value
	for _, p := range v {
		switch q := p.(type) {
		case *goval.OneOf:
			choice := &goval.OneOf{}
			for _, o := range q.Options {
				choice.Options = append(choice.Options, expand(o))
			}
			out = append(out, choice)
			continue
		case *goval.Call:
			if q.Name == "Scopes" {
				scopes := orm.Variadic(q, 0)
				for _, e := range scopes.Elems {
					out = append(out, expand(orm.WithoutRoot(e.Func()))...)
				}
				if scopes.Open != "" {
					out = append(out, goval.Unknown(scopes.Open)...)
				}
				continue
			}
		}
		out = append(out, p)
	}
	return out
}
