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

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/strval"
)

// Library is gorm.
type Library struct{}

const path = "gorm.io/gorm"

// Owns implements orm.Library.
func (Library) Owns(p string) bool { return p == path }

// Lowers implements orm.Library.
func (Library) Lowers(name string) bool {
	name = strings.TrimLeft(name, "(*")
	return strings.HasPrefix(name, path+".") || strings.HasPrefix(name, path+"/clause.")
}

// Makes implements strval.Builders.
func (Library) Makes(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
		return isType(t, path, "DB") || isType(t, path, "Association")
	}
	return slices.ContainsFunc(clauses, func(name string) bool { return isType(t, path+"/clause", name) }) ||
		slices.ContainsFunc(generics, func(name string) bool { return isType(t, path, name) }) ||
		slices.ContainsFunc(helpers, func(name string) bool { return isType(t, path, name) })
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

// Call implements strval.Builders.
func (l Library) Call(fn *types.Func) strval.Making {
	if fn.Pkg() == nil || fn.Pkg().Path() != path {
		if fn.Pkg() != nil && fn.Pkg().Path() == path+"/clause" && slices.Contains(clauseFunctions, fn.Name()) {
			return strval.MakesBuilder
		}
		return strval.NotMaking
	}
	recv := fn.Signature().Recv()
	switch {
	case recv == nil && (fn.Name() == "Expr" || fn.Name() == "G"):
		return strval.MakesBuilder
	case recv != nil && fn.Name() == "Build":
		return strval.NotMaking
	case recv == nil || !l.Makes(recv.Type()):
		return strval.NotMaking
	case slices.Contains(sends, fn.Name()):
		return strval.Sends
	}
	results := fn.Signature().Results()
	if results.Len() > 0 && l.Makes(results.At(0).Type()) {
		return strval.MakesBuilder
	}
	return strval.NotMaking
}

// fresh are the methods whose result can be used again and again: calls on it change nothing.
var fresh = []string{"Session", "WithContext", "Debug", "Begin", "Open"}

// Mutates implements strval.Builders: a session that something was added to is changed by
// further calls.
func (l Library) Mutates(v strval.Value) bool {
	if len(v) == 0 {
		return false
	}
	last := v[len(v)-1]
	if last.Kind == strval.Alt {
		return slices.ContainsFunc(last.Options, l.Mutates)
	}
	if last.Kind == strval.Param {
		return strings.HasPrefix(last.Text, path+".JoinBuilder") || strings.HasPrefix(last.Text, path+".PreloadBuilder")
	}
	return last.Kind == strval.Step && l.Lowers(last.Call.Func) && !isGeneric(last.Call.Func) && last.Call.Name != "G" &&
		!slices.Contains(fresh, last.Call.Name)
}

// IsSession implements orm.Sessions: a *gorm.DB that something gives a function has a
// connection, and most often nothing else.
func (Library) IsSession(goType string) bool { return goType == "*"+path+".DB" }

// Brings implements orm.Sessions.
func (l Library) Brings(v strval.Value) bool {
	return slices.ContainsFunc(v, func(p *strval.Piece) bool {
		return p.Kind == strval.Step && !slices.Contains(fresh, p.Call.Name) || slices.ContainsFunc(p.Options, l.Brings)
	})
}

// Lower implements orm.Library.
func (l Library) Lower(v strval.Value, env orm.Env) []strval.Value {
	ms := modelsOf(env)
	var out []strval.Value
	for _, steps := range expand(v).Variants() {
		steps = classic(steps)
		if len(steps) == 0 {
			continue
		}
		last := steps[len(steps)-1]
		if last.Kind != strval.Step {
			continue
		}
		s := newSession(ms, last.Call.Run())
		s.foresee(steps)
		s.take(steps[:len(steps)-1])
		for _, text := range s.send(last.Call) {
			if len(text) > 0 {
				out = append(out, text)
			}
		}
	}
	return out
}

// expand puts the calls of scopes in their place, so that each of their ways is one.
func expand(v strval.Value) strval.Value {
	var out strval.Value
	for _, p := range v {
		switch {
		case p.Kind == strval.Alt:
			options := make([]strval.Value, 0, len(p.Options))
			for _, o := range p.Options {
				options = append(options, expand(o))
			}
			out = append(out, strval.Value{{Kind: strval.Alt, Options: options}}...)
		case p.Kind == strval.Step && p.Call.Name == "Scopes":
			for _, e := range orm.Variadic(p.Call, 0).Elems {
				out = append(out, expand(orm.WithoutRoot(e.Func))...)
			}
			if open := orm.Variadic(p.Call, 0).Open; open != "" {
				out = append(out, strval.Unknown(open)...)
			}
		default:
			out = append(out, p)
		}
	}
	return out
}
