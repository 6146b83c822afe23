package deployed

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/extract"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// migrations says which statements the migrations that are Go code send, in the order in which
// they do. What stands in them has been sent and is not sent again.
func (l *loader) migrations() {
	if len(l.roots) == 0 {
		return
	}
	w := &migrationWalk{loader: l, bodies: map[string]body{}, sites: map[place][]int{}, made: map[place][]int{}, taken: map[place]walked{}, followed: map[string]bool{}}
	for _, p := range l.packages {
		w.note(p)
	}
	for i, q := range l.version.Queries {
		at := place{q.Site.File, q.Site.Line, q.Site.Column}
		w.sites[at] = append(w.sites[at], i)
	}
	for i, m := range l.version.Made {
		at := place{m.Call, m.CallLine, m.CallColumn}
		w.made[at] = append(w.made[at], i)
	}
	for _, r := range l.roots {
		w.root(r)
	}
	w.claim()
}

// rooted is a migration with the package that it stands in.
type rooted struct {
	extract.Root
	pkg *packages.Package
}

type place struct {
	file         string
	line, column int
}

// walked is what stands at a place that was walked: the function, and the migration.
type walked struct {
	function string
	unit     *usage.GoMigration
}

// body is a function that can be walked.
type body struct {
	decl *ast.FuncDecl
	pkg  *packages.Package
}

// migrationWalk follows what the functions of migrations call.
type migrationWalk struct {
	*loader
	bodies map[string]body
	// sites and made are the indexes of queries, and of parts of schemas, by the place of their
	// calls.
	sites, made map[place][]int
	// taken are the places that were walked, with the function that they stand in: empty for that
	// of the migration itself. followed are the functions that were walked.
	taken    map[place]walked
	followed map[string]bool
	// pkg is the package of the migration, unit the one that is walked; stack are the functions
	// that are open.
	pkg   *packages.Package
	unit  *usage.GoUnit
	down  bool
	step  int
	stack []string
}

func (w *migrationWalk) note(p *packages.Package) {
	for _, file := range p.Syntax {
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Body != nil {
				if fn, ok := p.TypesInfo.Defs[decl.Name].(*types.Func); ok {
					w.bodies[extract.Key(fn)] = body{decl, p}
				}
			}
		}
	}
}

// root walks one migration.
func (w *migrationWalk) root(r rooted) {
	at := r.pkg.Fset.Position(r.At.Pos())
	u := usage.GoUnit{List: r.List, Index: r.Index, Tool: r.Tool, Version: r.Version, Name: r.Name, Alone: r.Alone,
		Place: usage.Run{File: w.rel(at.Filename), Line: at.Line, Column: at.Column}}
	w.pkg, w.unit, w.step = r.pkg, &u, 0
	for _, e := range r.Up {
		w.run(e)
	}
	if len(r.Up) == 0 {
		w.unit.Unknown = append(w.unit.Unknown, usage.UnknownStep{Step: 0, Reason: "what the migration runs is not known", Place: u.Place})
	}
	w.down = true
	for _, e := range r.Down {
		w.run(e)
	}
	w.down = false
	w.version.GoUnits = append(w.version.GoUnits, u)
}

// run follows a function, or takes a text.
func (w *migrationWalk) run(e ast.Expr) {
	info := w.pkg.TypesInfo
	switch e := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		w.walk(e.Body, w.pkg)
		return
	case *ast.Ident:
		if fn, ok := info.Uses[e].(*types.Func); ok {
			w.migration(fn)
			return
		}
		if v, ok := info.Uses[e].(*types.Var); ok && isFunction(v.Type()) {
			if value := w.assigned(v); value != nil {
				w.run(value)
			} else {
				w.unknown(e, "the function is a variable")
			}
			return
		}
		if info.Types[e].IsNil() {
			return
		}
	case *ast.SelectorExpr:
		if fn, ok := info.Uses[e.Sel].(*types.Func); ok {
			w.migration(fn)
			return
		}
	}
	w.text(e)
}

// assigned is the function literal that a variable is declared with.
func (w *migrationWalk) assigned(v *types.Var) ast.Expr {
	var out ast.Expr
	for _, file := range w.pkg.Syntax {
		if file.FileStart > v.Pos() || v.Pos() > file.FileEnd {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if id, ok := l.(*ast.Ident); ok && w.pkg.TypesInfo.Defs[id] == v && len(n.Rhs) == len(n.Lhs) {
						out, _ = n.Rhs[i].(*ast.FuncLit)
					}
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if w.pkg.TypesInfo.Defs[id] == v && i < len(n.Values) {
						out, _ = n.Values[i].(*ast.FuncLit)
					}
				}
			}
			return true
		})
	}
	if lit, _ := out.(*ast.FuncLit); lit == nil {
		return nil
	}
	return out
}

func isFunction(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// text takes a migration that is a text.
func (w *migrationWalk) text(e ast.Expr) {
	sql, ok := constantText(w.pkg, e)
	if !ok {
		w.unknown(e, "the text is no constant")
		return
	}
	if w.down {
		return
	}
	at := w.pkg.Fset.Position(e.Pos())
	column := at.Column
	if _, literal := ast.Unparen(e).(*ast.BasicLit); literal {
		column++ // behind the quote
	}
	file := w.rel(at.Filename)
	w.add(usage.Query{Site: usage.Site{File: file, Line: at.Line, Column: at.Column, API: "migration", Package: w.pkg.PkgPath},
		Texts: []usage.Text{{SQL: sql, Runs: []usage.Run{{File: file, Line: at.Line, Column: column}}}}})
}

// migration walks a function that is a migration itself.
func (w *migrationWalk) migration(fn *types.Func) {
	if b, ok := w.bodies[extract.Key(fn)]; ok {
		w.walk(b.decl.Body, b.pkg)
	} else {
		w.unit.Unknown = append(w.unit.Unknown, usage.UnknownStep{Step: w.step, Reason: "the function " + fn.Name() + " is not in these packages", Place: w.unit.Place})
	}
}

// follow walks a function of the module.
func (w *migrationWalk) follow(fn *types.Func) {
	key := extract.Key(fn)
	b, ok := w.bodies[key]
	if !ok || slices.Contains(w.stack, key) || len(w.stack) > maxCalls {
		return
	}
	w.stack = append(w.stack, key)
	w.followed[key] = true
	w.walk(b.decl.Body, b.pkg)
	w.stack = w.stack[:len(w.stack)-1]
}

// maxCalls bounds how deep calls are followed.
const maxCalls = 8

// walk takes the statements of a body in the order of its text.
func (w *migrationWalk) walk(n ast.Node, p *packages.Package) {
	taken := map[place]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		pos := p.Fset.Position(call.Pos())
		at := place{w.rel(pos.Filename), pos.Line, pos.Column}
		if !taken[at] && (len(w.sites[at]) > 0 || len(w.made[at]) > 0) {
			taken[at] = true
			w.take(at, p)
		}
		fn := calledFunction(call, p)
		if fn == nil {
			return true
		}
		if !taken[at] && changesSchema(fn) {
			taken[at] = true
			w.unknown(call, fn.Name()+" of "+fn.Pkg().Name())
		}
		w.follow(fn)
		return true
	})
}

func calledFunction(call *ast.CallExpr, p *packages.Package) *types.Func {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		fn, _ := p.TypesInfo.Uses[f].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := p.TypesInfo.Uses[f.Sel].(*types.Func)
		return fn
	}
	return nil
}

// changesSchema says that a function of an ORM changes the schema in a way that is not followed:
// those of gorm's Migrator, bun's queries on tables and columns, go-pg's and xorm's on tables.
func changesSchema(fn *types.Func) bool {
	if fn.Pkg() == nil {
		return false
	}
	if path := fn.Pkg().Path(); strings.HasPrefix(path, "github.com/go-pg/pg/") || strings.HasPrefix(path, "xorm.io/xorm") {
		return slices.Contains([]string{"CreateTable", "DropTable", "CreateComposite", "DropComposite", "Sync", "Sync2", "CreateTables", "DropTables", "CreateIndexes"}, fn.Name())
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "gorm.io/gorm":
		t := types.TypeString(recv.Type(), func(*types.Package) string { return "" })
		if t == "*DB" {
			return fn.Name() == "AutoMigrate"
		}
		return t == "Migrator" && slices.ContainsFunc([]string{"AutoMigrate", "Create", "Drop", "Add", "Rename", "Alter", "Migrate"}, func(p string) bool { return strings.HasPrefix(fn.Name(), p) })
	case "github.com/uptrace/bun":
		t := types.TypeString(recv.Type(), func(*types.Package) string { return "" })
		return fn.Name() == "Exec" && slices.Contains([]string{"*CreateTableQuery", "*DropTableQuery", "*CreateIndexQuery", "*DropIndexQuery", "*AddColumnQuery", "*DropColumnQuery", "*TruncateTableQuery"}, t)
	}
	return false
}

// take takes what is sent at a place.
func (w *migrationWalk) take(at place, p *packages.Package) {
	function := ""
	if len(w.stack) > 0 {
		function = w.stack[len(w.stack)-1]
	}
	if _, again := w.taken[at]; !again {
		w.taken[at] = walked{function, &usage.GoMigration{List: w.unit.List, Index: w.unit.Index, Down: true}}
	}
	if w.down {
		return
	}
	for _, i := range w.sites[at] {
		w.add(w.version.Queries[i])
	}
	for _, i := range w.made[at] {
		m := w.version.Made[i]
		w.add(usage.Query{Site: usage.Site{File: at.file, Line: at.line, Column: at.column, API: m.Library, Package: p.PkgPath}, Lowered: true,
			Texts: []usage.Text{{SQL: m.Again(), Runs: []usage.Run{{File: at.file, Line: at.line, Column: at.column}}}}})
	}
}

// claim takes what stands in migrations alone out of what the code sends: it has run. What other
// code calls as well stays.
func (w *migrationWalk) claim() {
	shared := w.shared()
	claimed := map[place]bool{}
	for at, t := range w.taken {
		if shared[t.function] {
			continue
		}
		claimed[at] = true
		for _, i := range w.sites[at] {
			w.version.Queries[i].Migration = t.unit
		}
	}
	w.version.Made = slices.DeleteFunc(w.version.Made, func(m usage.Made) bool { return claimed[place{m.Call, m.CallLine, m.CallColumn}] })
}

// shared are the followed functions that code besides the migrations mentions.
func (w *migrationWalk) shared() map[string]bool {
	own := maps.Clone(w.followed)
	for _, r := range w.loader.roots {
		for _, e := range slices.Concat(r.Up, r.Down) {
			if fn := referred(e, r.pkg); fn != nil {
				own[extract.Key(fn)] = true
			}
		}
	}
	out := map[string]bool{}
	for again := true; again; {
		again = false
		for _, g := range w.graphs {
			for from, mentions := range g.Mentions {
				for _, to := range mentions {
					if w.followed[to] && !out[to] && (!own[from] || out[from]) && !w.registers(from) {
						out[to], again = true, true
					}
				}
			}
		}
	}
	return out
}

// registers says that a function holds migrations as function literals: what they call is theirs.
func (w *migrationWalk) registers(function string) bool {
	b, ok := w.bodies[function]
	return ok && slices.ContainsFunc(w.loader.roots, func(r rooted) bool {
		return r.pkg == b.pkg && b.decl.Pos() <= r.At.Pos() && r.At.End() <= b.decl.End()
	})
}

func referred(e ast.Expr, p *packages.Package) *types.Func {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		fn, _ := p.TypesInfo.Uses[e].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := p.TypesInfo.Uses[e.Sel].(*types.Func)
		return fn
	}
	return nil
}

// add appends a statement to the migration.
func (w *migrationWalk) add(q usage.Query) {
	w.step++
	q.Migration = &usage.GoMigration{List: w.unit.List, Index: w.unit.Index, Step: w.step}
	q.Consumers, q.Args = nil, nil
	w.version.Queries = append(w.version.Queries, q)
}

// unknown notes that something is done of which nothing is known.
func (w *migrationWalk) unknown(n ast.Node, reason string) {
	if w.down {
		return
	}
	at := w.pkg.Fset.Position(n.Pos())
	w.step++
	w.unit.Unknown = append(w.unit.Unknown, usage.UnknownStep{Step: w.step, Reason: reason, Place: usage.Run{File: w.rel(at.Filename), Line: at.Line, Column: at.Column}})
}
