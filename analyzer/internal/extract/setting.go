package extract

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/libraries"
)

// Settings are what a program sets for its libraries, each once.
type Settings map[string][]string

// Note adds what a package sets.
func (s Settings) Note(files []*ast.File, pkg *types.Package, info *types.Info) {
	if !slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool {
		if strings.HasSuffix(p.Path(), "/schema") || strings.HasSuffix(p.Path(), "/migrate") {
			return true // of the library, or what it generates
		}
		return slices.ContainsFunc(libraries.All, func(l *orm.Library) bool { return l.Owns(p.Path()) })
	}) {
		return
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			for _, l := range libraries.All {
				if l.Setting == nil {
					continue
				}
				if library, setting, ok := l.Setting(n, info); ok && !slices.Contains(s[library], setting) {
					s[library] = append(s[library], setting)
				}
			}
			return true
		})
	}
}

// Settings implements orm.Env: without a program those of the package.
func (c packageEnv) Settings(library string) []string {
	if c.Input.Settings == nil {
		c.Input.Settings = Settings{}
		c.Input.Settings.Note(c.deployedFiles(), c.Pkg, c.Info)
	}
	return c.Input.Settings[library]
}
