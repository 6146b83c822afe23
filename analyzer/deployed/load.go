// Package deployed finds out what runs: it makes usage.Versions from source trees, git
// revisions, manifests and files of queries.
//
// Source is loaded with the go command and extracted by analyzer/internal/extract, package by
// package in the order of imports; what is kept is the usage, not the code.
package deployed

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/internal/checkout"
	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/extract"
	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// Build is how the code is built.
type Build struct {
	// Dir is where the go command runs; Root is the repository, which file names are
	// relative to.
	Dir, Root string
	Patterns  []string
	Tags      string
	// Env are variables of the go command, as NAME=VALUE, that differ from ours.
	Env []string
	// API is the table of functions that take SQL; nil for that of the libraries.
	API *dbapi.Table
	// Files are what the code may read; nil for the repository.
	Files *checkout.Files
	// Temp is where the go command writes what it needs for a moment; empty for the usual folder.
	Temp string
	// Step is told what is done now; nil for nobody.
	Step func(what string)
}

func (b Build) api() *dbapi.Table {
	if b.API == nil {
		return dbapi.Builtin()
	}
	return b.API
}

// Constraints describes the build for manifests and cache keys.
func (b Build) Constraints() string {
	env := func(name, def string) string {
		for _, own := range b.Env {
			if strings.HasPrefix(own, name+"=") {
				return own
			}
		}
		return name + "=" + cmp.Or(os.Getenv(name), def)
	}
	tags := "tags=" + b.Tags
	if own := b.api().Own(); own != "" {
		tags += " functions=" + own
	}
	return strings.Join([]string{tags, env("GOOS", runtime.GOOS), env("GOARCH", runtime.GOARCH),
		env("CGO_ENABLED", "1")}, " ")
}

// Load extracts what the packages of a source tree send. Problems that can hide a query
// are in Errors of the result; the error is for a tree that cannot be loaded at all.
func Load(ctx context.Context, b Build, name, source string) (*usage.Version, error) {
	v := &usage.Version{Name: name, Source: source, Constraints: b.Constraints(), Go: runtime.Version()}
	command, err := b.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if b.Files == nil {
		b.Files = checkout.NewFiles(b.Root)
		defer b.Files.Close()
	}
	b.Files.Add(command.modules...)
	b.say("listing the packages of %s, and their modules", name)
	patterns, err := b.closure(ctx, command)
	if err != nil {
		return nil, err
	}
	cfg := b.config(ctx, command, packages.NeedName|packages.NeedFiles|packages.NeedCompiledGoFiles|packages.NeedImports|
		packages.NeedTypes|
		packages.NeedSyntax|packages.NeedTypesInfo|packages.NeedTypesSizes|packages.NeedModule)
	cfg.Fset = token.NewFileSet()
	b.say("compiling the packages of %s", name)
	pkgs, err := packages.Load(cfg, patterns...)
	if err != nil {
		return nil, loadError(ctx, b.Dir, err)
	}
	l := &loader{build: b, command: command, version: v, facts: map[types.Object]*fact.Fact{},
		unlowered: map[string]*usage.Unlowered{},
		reaches:   map[*types.Package]bool{}, lenient: map[string]string{}, settings: extract.Settings{},
		instances: extract.NewInstances(), writes: extract.NewWrites()}
	tests := testOnly(pkgs, b.Files)
	for _, p := range pkgs {
		if p.Types != nil && p.TypesInfo != nil && !tests[p.PkgPath] {
			l.settings.Note(p.Syntax, p.Types, p.TypesInfo)
			l.instances.Note(p.TypesInfo)
			l.writes.Note(p.Syntax, p.Types, p.TypesInfo)
		}
	}
	var generic []*packages.Package
	ordered := inImportOrder(pkgs)
	for i, p := range ordered {
		b.say("reading what %s sends: package %d of %d", name, i+1, len(ordered))
		if !tests[p.PkgPath] && l.extract(p, false) {
			generic = append(generic, p)
		}
	}
	for _, p := range generic {
		l.extract(p, true)
	}
	l.finish()
	l.leftOutByTags(pkgs)
	l.packages = slices.DeleteFunc(slices.Clone(pkgs),
		func(p *packages.Package) bool { return p.TypesInfo == nil || tests[p.PkgPath] })
	l.migrations()
	outside, program := l.mentionedOutside(ctx, pkgs)
	markLive(v, l.graphs, outside, program, libraries(pkgs),
		func(methods map[string]bool) map[string]bool { return calledElsewhere(pkgs, methods) })
	return v, nil
}

// say tells what is done now.
func (b Build) say(format string, args ...any) {
	if b.Step != nil {
		b.Step(fmt.Sprintf(format, args...))
	}
}

// prepare looks at the tree before the go command does.
func (b Build) prepare(ctx context.Context) (*goCommand, error) {
	tree, err := checkout.Open(b.Root)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	if err := tree.CheckSources(); err != nil {
		return nil, err
	}
	if err := hasModule(tree, b.Dir); err != nil {
		return nil, err
	}
	command, err := newGoCommand(ctx, b.Dir, b.Root, b.Env)
	if err != nil {
		return nil, err
	}
	if b.Temp != "" {
		command.env = append(command.env, "TMPDIR="+b.Temp, "GOTMPDIR="+b.Temp)
	}
	if len(command.modules) > 0 {
		return command, nil // The operator's go.work is the one that holds.
	}
	return command, checkModules(tree, b.Dir)
}

func (b Build) config(ctx context.Context, command *goCommand, mode packages.LoadMode) *packages.Config {
	cfg := &packages.Config{Context: ctx, Dir: b.Dir, Mode: mode, Env: command.env}
	if b.Tags != "" {
		cfg.BuildFlags = append(cfg.BuildFlags, "-tags="+b.Tags)
	}
	return cfg
}

// vendored says that the module, or the workspace, has a vendor folder, which the go
// command then uses by itself.
func vendored(dir string) bool {
	for {
		if _, err := os.Stat(filepath.Join(dir, "vendor", "modules.txt")); err == nil {
			return true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return false
		}
		dir = up
	}
}

// closure adds to the packages asked for those of the same modules that they import: a
// wrapper of the project may live in any of them.
func (b Build) closure(ctx context.Context, command *goCommand) ([]string, error) {
	b.Patterns = command.everywhere(b.Patterns)
	roots, err := packages.Load(b.config(ctx, command,
		packages.NeedName|packages.NeedFiles|packages.NeedEmbedFiles|packages.NeedImports|packages.NeedDeps|
			packages.NeedModule), b.Patterns...)
	if err != nil {
		return nil, loadError(ctx, b.Dir, err)
	}
	if err := command.admit(roots, b.Root); err != nil {
		return nil, err
	}
	patterns := slices.Clone(b.Patterns)
	seen := map[string]bool{}
	matched := 0
	for _, p := range roots {
		seen[p.PkgPath] = true
		if len(p.Errors) == 0 || p.Name != "" {
			matched++
		}
	}
	if matched == 0 {
		for _, p := range roots {
			for _, e := range p.Errors {
				return nil, loadError(ctx, b.Dir, e)
			}
		}
		return nil, fmt.Errorf("%s: no packages match %s", b.Dir, strings.Join(b.Patterns, " "))
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		if p.Module != nil && (p.Module.Main || checkout.Inside(b.Root, p.Module.Dir)) && !seen[p.PkgPath] {
			seen[p.PkgPath] = true
			patterns = append(patterns, p.PkgPath)
		}
	})
	return patterns, nil
}

// loadError says what a failing go command means.
func loadError(ctx context.Context, dir string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	text := err.Error()
	if strings.Contains(text, "requires go >=") || strings.Contains(text, "invalid go version") {
		return fmt.Errorf("%s: go.mod asks for a newer Go than this toolchain (%s): %w", dir, runtime.Version(), err)
	}
	return fmt.Errorf("%s: the go command cannot list the packages: %w", dir, err)
}

// inImportOrder puts packages behind those that they import.
func inImportOrder(pkgs []*packages.Package) []*packages.Package {
	var out []*packages.Package
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		if len(p.Syntax) > 0 || len(p.Errors) > 0 {
			out = append(out, p)
		}
	})
	return out
}

// loader extracts package by package and joins what they say.
type loader struct {
	// module is the one that the version is named for.
	module   *packages.Module
	build    Build
	command  *goCommand
	version  *usage.Version
	facts    map[types.Object]*fact.Fact
	reaches  map[*types.Package]bool
	forwards []extract.Forward
	called   map[string]bool
	// unfollowed are the shapes of methods of interfaces that are called without it being known what is.
	unfollowed map[string]bool
	set        map[*types.Var]bool
	graphs     []*extract.Graph
	settings   extract.Settings
	instances  *extract.Instances
	writes     *extract.Writes
	// lenient are the packages from which handles that ignore columns go to others, by library.
	lenient map[string]string
	// roots are the migrations that are Go code, packages all that were loaded.
	roots    []rooted
	packages []*packages.Package
	// planModes are the ways of keeping plans that the packages set.
	planModes []usage.PlanMode
	// unlowered are the libraries that are not understood, by name.
	unlowered map[string]*usage.Unlowered
}

// Import implements extract.Facts.
func (l *loader) Import(obj types.Object) (*fact.Fact, bool) {
	f, ok := l.facts[obj]
	return f, ok
}

// Reaches implements extract.Facts. A package of another module reaches a database if it
// imports one.
func (l *loader) Reaches(p *types.Package) bool {
	if r, ok := l.reaches[p]; ok {
		return r
	}
	r := slices.ContainsFunc(p.Imports(), func(q *types.Package) bool { return l.build.api().IsDatabase(q.Path()) })
	l.reaches[p] = r
	return r
}

// fileOf is the first file of a package, empty if it has none.
func fileOf(p *packages.Package) string {
	if len(p.GoFiles) == 0 {
		return ""
	}
	return p.GoFiles[0]
}

// extract takes what a package sends. Of generic code it takes the facts alone and says so, until
// the facts of the types that it is given are there. A mistake of ours is an error of the package
// that it was made in.
func (l *loader) extract(p *packages.Package, last bool) (generic bool) {
	if p.Types == nil || p.TypesInfo == nil {
		l.problems(p, true)
		return false
	}
	defer func() {
		if r := recover(); r != nil {
			l.version.Errors = append(l.version.Errors, usage.Problem{File: l.rel(fileOf(p)), Line: 1,
				Message: fmt.Sprintf("package %s: internal error, please report it: %s", p.PkgPath, extract.Fault(r))})
			generic = false
		}
	}()
	in := &extract.Input{Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, Info: p.TypesInfo, Facts: l, API: l.build.api(),
		Settings: l.settings, Instances: l.instances, Writes: l.writes, Disk: l.build.Files}
	res := extract.Package(in)
	l.reaches[p.Types] = res.Reaches
	for obj, f := range res.Facts {
		l.facts[obj] = f
	}
	if res.Generic && !last {
		return true
	}
	l.problems(p, res.Reaches)
	if p.Module != nil && p.Module.Main {
		l.nameModule(p.Module)
	}
	for _, pr := range res.Problems {
		pos := p.Fset.Position(pr.Pos)
		l.version.Notes = append(l.version.Notes,
			usage.Problem{Message: pr.Message, File: l.rel(pos.Filename), Line: pos.Line})
	}
	l.noteLibraries(p)
	for _, fn := range res.Calls {
		if l.called == nil {
			l.called = map[string]bool{}
		}
		l.called[extract.Key(fn)] = true
	}
	for _, shape := range res.Unfollowed {
		if l.unfollowed == nil {
			l.unfollowed = map[string]bool{}
		}
		l.unfollowed[shape] = true
	}
	for _, v := range res.Fields {
		if l.set == nil {
			l.set = map[*types.Var]bool{}
		}
		l.set[v] = true
	}
	l.forwards = append(l.forwards, res.Forwards...)
	if res.Graph != nil {
		l.graphs = append(l.graphs, res.Graph)
	} else {
		l.graphs = append(l.graphs, extract.PlainGraph(in))
	}
	l.version.Queries = append(l.version.Queries, res.Queries...)
	for _, r := range res.Roots {
		l.roots = append(l.roots, rooted{r, p})
	}
	l.planModes = append(l.planModes, res.PlanModes...)
	for _, library := range res.Lenient {
		l.lenient[library] = p.PkgPath
	}
	l.version.ErrorNames = append(l.version.ErrorNames, res.ErrorNames...)
	l.version.Models = append(l.version.Models, res.Models...)
	l.version.Made = append(l.version.Made, res.Made...)
	l.version.MadeUnknown = append(l.version.MadeUnknown, res.MadeUnknown...)
	return false
}

// nameModule names the version for the module of the folder that it is loaded for, or if that has none
// for the first.
func (l *loader) nameModule(m *packages.Module) {
	holds := func(m *packages.Module) bool { return checkout.Inside(m.Dir, l.build.Dir) }
	if l.module == nil || holds(m) && (!holds(l.module) || len(m.Dir) > len(l.module.Dir)) {
		l.module, l.version.Module = m, m.Path
	}
}

// noteLibraries notes the drivers that the package brings, and counts the calls of libraries that are not
// understood.
func (l *loader) noteLibraries(p *packages.Package) {
	for path := range p.Imports {
		l.version.UsesDatabase = l.version.UsesDatabase || l.build.api().IsDatabase(path) || extract.IsLibrary(path)
		if driver := dbapi.Registered(path); driver != "" && !slices.Contains(l.version.Drivers, driver) {
			l.version.Drivers = append(l.version.Drivers, driver)
		}
	}
	counts := map[string]int{}
	for _, file := range p.Syntax {
		unlowered(file, p.TypesInfo, l.build.api(), counts)
	}
	for library, calls := range counts {
		if l.unlowered[library] == nil {
			l.unlowered[library] = &usage.Unlowered{Library: library}
		}
		l.unlowered[library].Packages++
		l.unlowered[library].Calls += calls
		l.version.UsesDatabase = true
	}
}

// unlowered counts the chains of calls of libraries that are not understood.
func unlowered(file *ast.File, info *types.Info, api *dbapi.Table, counts map[string]int) {
	if strings.HasSuffix(file.Name.Name, "_test") {
		return
	}
	within := map[ast.Expr]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok {
			return true
		}
		fn, ok := info.Uses[sel.Sel].(*types.Func)
		if !ok || fn.Pkg() == nil {
			return true
		}
		library, unknown := dbapi.Unmodelled(fn.Pkg().Path())
		if !unknown || extract.IsLibrary(fn.Pkg().Path()) {
			return true
		}
		within[ast.Unparen(sel.X)] = true
		if _, isSite := api.Lookup(fn); !isSite && !within[call] {
			counts[library]++
		}
		return true
	})
}

// finish adds the functions that send a parameter and that nothing calls, and the calls that
// send a field which nothing sets, and makes file names relative.
func (l *loader) finish() {
	for _, f := range l.forwards {
		if f.Field != nil && !l.set[f.Field] || f.Func != nil && !l.isCalled(f) && !interfaceMethod(f) {
			q := f.Query
			l.version.Queries = append(l.version.Queries, q)
		}
	}
	for i := range l.version.Queries {
		l.relative(&l.version.Queries[i])
		l.doubt(&l.version.Queries[i])
	}
	leaveOutOthers(l.version)
	leaveOutDialects(l.version)
	slices.Sort(l.version.Drivers)
	slices.Sort(l.planModes)
	if modes := slices.Compact(l.planModes); len(modes) == 1 {
		l.version.PlanMode = modes[0]
	}
	for i := range l.version.ErrorNames {
		l.version.ErrorNames[i].Site.File = l.rel(l.version.ErrorNames[i].Site.File)
	}
	for i := range l.version.Models {
		m := &l.version.Models[i]
		m.Place.File = l.rel(m.Place.File)
		for k := range m.Columns {
			m.Columns[k].Place.File = l.rel(m.Columns[k].Place.File)
		}
	}
	for i := range l.version.Made {
		m := &l.version.Made[i]
		m.Place.File, m.Call = l.rel(m.Place.File), l.rel(m.Call)
	}
	for i := range l.version.MadeUnknown {
		l.version.MadeUnknown[i].File = l.rel(l.version.MadeUnknown[i].File)
	}
	for _, library := range slices.Sorted(maps.Keys(l.unlowered)) {
		u := l.unlowered[library]
		l.version.Unlowered = append(l.version.Unlowered, *u)
		l.version.Notes = append(l.version.Notes, usage.Problem{
			Message: fmt.Sprintf("%s of %s in %s are not understood yet: what they send is not judged",
				plural(u.Calls, "call"), library, plural(u.Packages, "package"))})
	}
	slices.SortStableFunc(l.version.Queries, func(a, b usage.Query) int {
		return cmp.Or(strings.Compare(a.Site.File, b.Site.File), a.Site.Line-b.Site.Line, a.Site.Column-b.Site.Column)
	})
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// isCalled says that something calls a function that sends a parameter: by itself, or through an interface.
// A call through an interface that is not followed may be one of it.
func (l *loader) isCalled(f extract.Forward) bool {
	if f.Func.Signature().Recv() != nil && l.unfollowed[extract.ShapeOf(f.Func)] {
		return false
	}
	return l.called[extract.Key(f.Func)] ||
		slices.ContainsFunc(f.Through, func(m *types.Func) bool { return l.called[extract.Key(m)] })
}

// interfaceMethod says that the function is a method under the name of a database API: it
// is called through an interface, and its callers are sites themselves.
func interfaceMethod(f extract.Forward) bool {
	_, ok := dbapi.Shape(f.Func)
	return ok
}

func (l *loader) relative(q *usage.Query) {
	q.Site.File = l.rel(q.Site.File)
	for i := range q.Texts {
		for k := range q.Texts[i].Runs {
			q.Texts[i].Runs[k].File = l.rel(q.Texts[i].Runs[k].File)
		}
		for k := range q.Texts[i].Declared {
			q.Texts[i].Declared[k].File = l.rel(q.Texts[i].Declared[k].File)
		}
	}
	for i := range q.Consumers {
		c := &q.Consumers[i]
		c.File = l.rel(c.File)
		for k := range c.Dests {
			if d := &c.Dests[k].Declared; d.File != "" {
				d.File = l.rel(d.File)
			}
		}
	}
}

// doubt marks the consumers of a query that may use a handle from elsewhere that ignores
// columns.
func (l *loader) doubt(q *usage.Query) {
	for i := range q.Consumers {
		c := &q.Consumers[i]
		library := c.Through
		if strings.Contains(c.API, "jmoiron/sqlx") {
			library = "sqlx"
		}
		if pkg := l.lenient[library]; pkg != "" && c.Extra == usage.Refused && c.Unsure == "" {
			c.Unsure = "package " + pkg + " has " + library + " ignore columns"
		}
	}
}

func (l *loader) rel(file string) string {
	if r, err := filepath.Rel(l.build.Root, file); err == nil && filepath.IsLocal(r) {
		return filepath.ToSlash(r)
	}
	return filepath.ToSlash(file)
}

// problems sorts a package's errors: those in a package that reaches a database can hide a
// query, others cannot. One is said for each package, with the number of the others.
func (l *loader) problems(p *packages.Package, reaches bool) {
	serious := slices.DeleteFunc(slices.Clone(p.Errors), harmless)
	if precise := slices.DeleteFunc(slices.Clone(serious), buildOutput); len(precise) > 0 {
		serious = precise
	}
	if len(serious) > 0 {
		problem := l.problem(p, serious)
		if reaches {
			l.version.Errors = append(l.version.Errors, problem)
		} else {
			l.version.Notes = append(l.version.Notes, problem)
		}
	}
	for _, e := range p.Errors {
		if harmless(e) {
			l.version.Notes = append(l.version.Notes, l.problem(p, []packages.Error{e}))
		}
	}
}

func (l *loader) problem(p *packages.Package, errs []packages.Error) usage.Problem {
	message, _, _ := strings.Cut(errs[0].Msg, "\n")
	out := usage.Problem{Message: fmt.Sprintf("package %s: %s", p.PkgPath, message)}
	if len(errs) > 1 {
		out.Message += fmt.Sprintf(" (and %d more)", len(errs)-1)
	}
	if file, line := splitPosition(errs[0].Pos); file != "" {
		out.File, out.Line = l.rel(file), line
	}
	return out
}

// buildOutput is what the compiler printed, which repeats the type errors.
func buildOutput(e packages.Error) bool { return strings.HasPrefix(e.Msg, "# ") }

// harmless errors cannot hide a query: assets that were never committed.
func harmless(e packages.Error) bool {
	return e.Kind == packages.ListError &&
		(strings.HasSuffix(e.Msg, ": no matching files found") || strings.HasSuffix(e.Msg, "contains no embeddable files"))
}

func splitPosition(pos string) (file string, line int) {
	parts := strings.Split(pos, ":")
	if len(parts) < 2 {
		return "", 0
	}
	if _, err := fmt.Sscan(parts[1], &line); err != nil {
		return pos, 0
	}
	return parts[0], line
}
