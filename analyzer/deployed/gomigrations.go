package deployed

import (
	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/internal/gomigration"
)

// rooted is a migration that is Go code, with the package that it stands in.
type rooted struct {
	gomigration.Root
	pkg *packages.Package
}

// migrations says which statements the migrations that are Go code send, in the order in which
// they do.
func (l *loader) migrations() {
	if len(l.roots) == 0 {
		return
	}
	program := &gomigration.Program{Version: l.version, Rel: l.rel, IsDatabase: l.build.api().IsDatabase}
	of := map[*packages.Package]*gomigration.Package{}
	for _, p := range l.packages {
		of[p] = &gomigration.Package{Fset: p.Fset, Files: p.Syntax, Types: p.Types, Info: p.TypesInfo}
		program.Packages = append(program.Packages, of[p])
	}
	for _, r := range l.roots {
		program.Roots = append(program.Roots, gomigration.Rooted{Root: r.Root, Package: of[r.pkg]})
	}
	gomigration.Walk(program)
}
