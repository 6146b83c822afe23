// Package gomigration knows migrations that are Go code, and schemas that libraries make of models, from
// where they stand to ordered units of SQL: Find looks for them in the syntax of a package, Walk follows what
// their functions call through a program, and Lists and Models turn what the program's version then says
// into units that are planned as files are.
//
// It evaluates nothing: what a call sends was found by the extraction, and what a migration does with other
// means than SQL that is known is an unknown place of its unit. Branches and loops are taken once, with all
// their texts.
package gomigration

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// Package is a package that was checked, without its tests.
type Package struct {
	Fset  *token.FileSet
	Files []*ast.File
	Types *types.Package
	Info  *types.Info
}

// Program is what migrations are followed through. Walk adds to its Version.
type Program struct {
	Version  *usage.Version
	Packages []*Package
	Roots    []Rooted
	// Rel is a file's path in the repository, with slashes.
	Rel func(file string) string
	// IsDatabase says that functions of a package, by its path, send SQL.
	IsDatabase func(path string) bool
}

// Rooted is a migration with the package that it stands in, one of the program's.
type Rooted struct {
	Root
	Package *Package
}
