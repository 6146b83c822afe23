package orm

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// Library is a query builder or an ORM whose calls are lowered. A field that is nil is something that
// the library does not do.
type Library struct {
	// Name is what people call it. The program that its lowering is compared with is in a folder of
	// that name under testdata/builders.
	Name string
	// Paths are the packages that programs import.
	Paths []string

	// Makes says that values of a type are its builders, or interfaces that these satisfy.
	Makes func(t types.Type) bool
	// Call says what a function does.
	Call func(fn *types.Func) goval.Making
	// Mutates says that calls on a builder that is this change it, so that it need not be assigned
	// again. Without it each call gives another builder.
	Mutates func(builder goval.Value) bool

	// Lowers says that a call is the library's; without it those of the functions of Paths are.
	Lowers func(c *goval.Call) bool
	// Lower gives the texts that go to the server for a builder of which the last call sends, or
	// makes text; none if it cannot say what is sent.
	Lower func(builder goval.Value, env Env) []goval.Value
	// Reads says what the last call of a builder does with the rows; nil if other code reads them.
	Reads func(builder goval.Value, env Env) *Rows

	// Setting is what a node of the code sets that changes the library's names, by the library's name
	// and as a text for Env.Settings; ok is false for any other node.
	Setting func(n ast.Node, info *types.Info) (library, setting string, ok bool)
	// Declared is the table that a struct type is declared to be; nil if nothing in it says that it
	// is one.
	Declared func(t types.Type, env Env) *Model

	Session   *Session
	Creator   *Creator
	Generator *Generator
}

// Session is what a library's builders begin with: a parameter that is one most often brings nothing
// but a connection.
type Session struct {
	// Is says that a Go type, as go/types prints it, is that of a session.
	Is func(goType string) bool
	// Brings says that a session has more than a connection.
	Brings func(session goval.Value) bool
}

// Creator is how a library makes the schema of models by itself.
type Creator struct {
	// Creates says that a function does so.
	Creates func(fn *types.Func) bool
	// Created are the parts of the schema that the last call of a builder makes, in an order in
	// which they can be made; unknown says what else it makes.
	Created func(builder goval.Value, env Env) (made []usage.Made, unknown []string)
}

// Generator is a library that generates packages: these are read for what they declare, and their own
// calls are none of the program's.
type Generator struct {
	// Generates says that a package is generated.
	Generates func(pkg *types.Package) bool
	// Describe is what other packages need to know of a function of it; nil for nothing.
	Describe func(fn *types.Func, body *ast.BlockStmt, info *types.Info) []goval.Value
	// Declares says that a package declares the schema; Schema is what it declares, in an order in
	// which it can be made.
	Declares func(pkg *types.Package) bool
	Schema   func(pkg *types.Package, files []*ast.File, info *types.Info, env Env) []usage.Made
}

// Owns says that a package is the library's: one of Paths, or below one.
func (l *Library) Owns(path string) bool {
	return slices.ContainsFunc(l.Paths, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") })
}

// IsOwn says that a call is the library's.
func (l *Library) IsOwn(c *goval.Call) bool {
	if l.Lowers != nil {
		return l.Lowers(c)
	}
	return IsOf(c.Func, l.Paths)
}

// IsOf says that a function, by its full name, is one of the packages.
func IsOf(name string, paths []string) bool {
	name = strings.TrimLeft(name, "(*")
	return slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(name, p+".") })
}
