package deployed

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/packages"
)

// mentionedOutside looks at the packages of the same modules that were not asked for: program
// says that one of them is a program, and mentions are the functions and types of the loaded
// packages that they name. It reads their syntax alone, so that what cannot be built here
// does not matter.
func (l *loader) mentionedOutside(ctx context.Context, pkgs []*packages.Package) (mentions []string, program bool) {
	loaded, dirs := map[string]*packages.Package{}, []string{}
	for _, p := range pkgs {
		loaded[p.PkgPath] = p
		if p.Name == "main" {
			return nil, true
		}
		if p.Module != nil && p.Module.Main && !slices.Contains(dirs, p.Module.Dir) {
			dirs = append(dirs, p.Module.Dir)
		}
	}
	for _, dir := range dirs {
		b := l.build
		b.Dir = dir
		all, err := packages.Load(b.config(ctx, l.command, packages.NeedName|packages.NeedFiles|packages.NeedImports),
			"./...")
		if err != nil {
			return nil, false
		}
		for _, p := range all {
			program = program || p.Name == "main"
			if loaded[p.PkgPath] != nil || !importsOne(p, loaded) {
				continue
			}
			for _, file := range p.GoFiles {
				src, err := l.build.Files.ReadFile(file)
				if err != nil {
					continue
				}
				if f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.SkipObjectResolution); err == nil {
					mentions = append(mentions, selected(f, loaded)...)
				}
			}
		}
	}
	return mentions, program
}

func importsOne(p *packages.Package, loaded map[string]*packages.Package) bool {
	for path := range p.Imports {
		if loaded[path] != nil {
			return true
		}
	}
	return false
}

// selected lists what a file names of loaded packages, as extract.Key does.
func selected(f *ast.File, loaded map[string]*packages.Package) []string {
	var out []string
	paths := map[string]string{}
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil || loaded[path] == nil {
			continue
		}
		name := loaded[path].Name
		if i.Name != nil {
			name = i.Name.Name
		}
		paths[name] = path
		if name == "." {
			for _, n := range loaded[path].Types.Scope().Names() {
				out = append(out, path+"."+n)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && paths[id.Name] != "" {
				out = append(out, paths[id.Name]+"."+sel.Sel.Name)
			}
		}
		return true
	})
	return out
}

// calledElsewhere says which of some methods are those of an interface that a package of
// another module declares: its code may call them.
func calledElsewhere(pkgs []*packages.Package, methods map[string]bool) map[string]bool {
	loaded := map[string]bool{}
	for _, p := range pkgs {
		loaded[p.PkgPath] = true
	}
	out := map[string]bool{}
	for _, p := range pkgs {
		if p.Types == nil || len(methods) == 0 {
			continue
		}
		for _, imported := range p.Types.Imports() {
			if loaded[imported.Path()] {
				continue
			}
			loaded[imported.Path()] = true
			interfaceMethods(imported, methods, out)
		}
	}
	return out
}

func interfaceMethods(p *types.Package, among, out map[string]bool) {
	for _, name := range p.Scope().Names() {
		tn, ok := p.Scope().Lookup(name).(*types.TypeName)
		if !ok || !tn.Exported() {
			continue
		}
		iface, ok := tn.Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for m := range iface.Methods() {
			if among[m.Name()] {
				out[m.Name()] = true
			}
		}
	}
}
