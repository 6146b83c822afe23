package gomigration

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Walk says which statements the migrations of a program send, in the order in which they do, as units and
// queries of its version. What stands in them has been sent and is not sent again.
func Walk(p *Program) {
	if len(p.Roots) == 0 {
		return
	}
	w := &walk{Program: p, bodies: map[string]body{}, sites: map[place][]int{}, made: map[place][]int{},
		taken: map[place]walked{}, followed: map[string]bool{}}
	for _, pkg := range p.Packages {
		w.note(pkg)
	}
	for i, q := range p.Version.Queries {
		at := place{q.Site.File, q.Site.Line, q.Site.Column}
		w.sites[at] = append(w.sites[at], i)
	}
	for i, m := range p.Version.Made {
		at := place{m.Call, m.CallLine, m.CallColumn}
		w.made[at] = append(w.made[at], i)
	}
	for _, r := range p.Roots {
		w.root(r)
	}
	w.claim()
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
	pkg  *Package
}

// walk follows what the functions of migrations call.
type walk struct {
	*Program
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
	pkg   *Package
	unit  *usage.GoUnit
	down  bool
	step  int
	stack []string
}

func (w *walk) note(p *Package) {
	for _, file := range p.Files {
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Body != nil {
				if fn, ok := p.Info.Defs[decl.Name].(*types.Func); ok {
					w.bodies[functionKey(fn)] = body{decl, p}
				}
			}
		}
	}
}

// root walks one migration.
func (w *walk) root(r Rooted) {
	if r.Package == nil { // Its package could not be loaded, which is said.
		return
	}
	at := r.Package.Fset.Position(r.At.Pos())
	u := usage.GoUnit{List: r.List, Index: r.Index, Tool: r.Tool, Version: r.Version, Name: r.Name, Alone: r.Alone,
		Place: sqltext.Run{File: w.Rel(at.Filename), Line: at.Line, Column: at.Column}}
	w.pkg, w.unit, w.step = r.Package, &u, 0
	for _, e := range r.Up {
		w.run(e)
	}
	if len(r.Up) == 0 {
		w.unit.Unknown = append(w.unit.Unknown,
			usage.UnknownStep{Step: 0, Reason: "what the migration runs is not known", Place: u.Place})
	}
	w.down = true
	for _, e := range r.Down {
		w.run(e)
	}
	w.down = false
	w.Version.GoUnits = append(w.Version.GoUnits, u)
}

// run follows a function, or takes a text.
func (w *walk) run(e ast.Expr) {
	info := w.pkg.Info
	switch e := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		w.follows(e.Body, w.pkg)
		return
	case *ast.Ident:
		if fn, ok := info.ObjectOf(e).(*types.Func); ok {
			w.migration(fn)
			return
		}
		if v, ok := info.Uses[e].(*types.Var); ok && isFunction(v.Type()) {
			if value := assigned(v, w.pkg); value != nil {
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
func assigned(v *types.Var, p *Package) ast.Expr {
	var out ast.Expr
	for _, file := range p.Files {
		if file.FileStart > v.Pos() || v.Pos() > file.FileEnd {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if id, ok := l.(*ast.Ident); ok && p.Info.Defs[id] == v && len(n.Rhs) == len(n.Lhs) {
						out, _ = n.Rhs[i].(*ast.FuncLit)
					}
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if p.Info.Defs[id] == v && i < len(n.Values) {
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
func (w *walk) text(e ast.Expr) {
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
	file := w.Rel(at.Filename)
	w.add(usage.Query{Site: usage.Site{File: file, Line: at.Line, Column: at.Column, API: "migration",
		Package: w.pkg.Types.Path()},
		Texts: []sqltext.Text{{SQL: sql, Runs: []sqltext.Run{{File: file, Line: at.Line, Column: column}}}}})
}

// migration walks a function that is a migration itself.
func (w *walk) migration(fn *types.Func) {
	if !w.follow(fn) {
		w.unknownAt(w.unit.Place, "the function "+fn.Name()+" is not in these packages")
	}
}

// follow walks a function of the module; false if that cannot be done.
func (w *walk) follow(fn *types.Func) bool {
	key := functionKey(fn)
	b, ok := w.bodies[key]
	if !ok || len(w.stack) > maxCalls {
		return false
	}
	if slices.Contains(w.stack, key) {
		return true
	}
	w.stack = append(w.stack, key)
	w.followed[key] = true
	w.follows(b.decl.Body, b.pkg)
	w.stack = w.stack[:len(w.stack)-1]
	return true
}

// maxCalls bounds how deep calls are followed.
const maxCalls = 8

// walk takes the statements of a body in the order of its text, those that are deferred at its
// end.
func (w *walk) follows(n ast.Node, p *Package) {
	taken := map[place]bool{}
	var deferred []ast.Node
	ast.Inspect(n, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok {
			deferred = append(deferred, d.Call)
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok {
			w.called(call, p, taken)
		}
		return true
	})
	for _, d := range slices.Backward(deferred) {
		w.follows(d, p)
	}
}

// called takes what a call sends, or follows it.
func (w *walk) called(call *ast.CallExpr, p *Package, taken map[place]bool) {
	pos := p.Fset.Position(call.Pos())
	at := place{w.Rel(pos.Filename), pos.Line, pos.Column}
	sends := len(w.sites[at]) > 0 || len(w.made[at]) > 0
	if !taken[at] && sends {
		taken[at] = true
		w.take(at, p)
	}
	fn := calledFunction(call, p)
	switch {
	case fn != nil && changesSchema(fn) && !taken[at]:
		taken[at] = true
		w.unknownAt(w.placeAt(pos), fn.Name()+" of "+fn.Pkg().Name())
	case fn != nil && w.follow(fn), sends, w.literal(call, p), !w.handsOn(call, fn, p):
	default:
		w.unknownAt(w.placeAt(pos), types.ExprString(call.Fun)+" gets the connection, and what it does with it is not known")
	}
}

func (w *walk) placeAt(pos token.Position) sqltext.Run {
	return sqltext.Run{File: w.Rel(pos.Filename), Line: pos.Line, Column: pos.Column}
}

// literal says that a call is of a function literal, which is walked where it stands.
func (w *walk) literal(call *ast.CallExpr, p *Package) bool {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.FuncLit:
		return true
	case *ast.Ident:
		v, ok := p.Info.Uses[f].(*types.Var)
		return ok && v.Parent() != p.Types.Scope() && assigned(v, p) != nil
	}
	return false
}

// handsOn says that a call of something else than a database's API is given a handle of one.
func (w *walk) handsOn(call *ast.CallExpr, fn *types.Func, p *Package) bool {
	if fn != nil && (fn.Pkg() == nil || w.sends(fn.Pkg().Path()) || strings.HasPrefix(fn.FullName(), "fmt.") ||
		strings.HasPrefix(fn.FullName(), "errors.")) {
		return false
	}
	if tv := p.Info.Types[call.Fun]; tv.IsType() || tv.IsBuiltin() {
		return false
	}
	return slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return w.isHandle(p.Info.TypeOf(a)) })
}

func (w *walk) sends(path string) bool {
	return w.IsDatabase(path) || strings.HasPrefix(path, "gorm.io/gorm") ||
		strings.HasPrefix(path, "github.com/uptrace/bun")
}

// handles matches the names of types that statements are sent with.
var handles = regexp.MustCompile(`^(I?DB|I?Tx|TX|I?Conn|Pool|PoolConn|BaseDB|IDB|Handle|Client|Session|Engine)$`)

func (w *walk) isHandle(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return t != nil && ok && n.Obj().Pkg() != nil && w.sends(n.Obj().Pkg().Path()) &&
		handles.MatchString(n.Obj().Name())
}

func calledFunction(call *ast.CallExpr, p *Package) *types.Func {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		fn, _ := p.Info.Uses[f].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := p.Info.Uses[f.Sel].(*types.Func)
		return fn
	}
	return nil
}

// functionKey names a function across packages, whichever types it is given.
func functionKey(fn *types.Func) string { return fn.Origin().FullName() }

// changesSchema says that a function of an ORM changes the schema in a way that is not followed:
// those of gorm's Migrator, bun's queries on tables and columns, go-pg's and xorm's on tables.
func changesSchema(fn *types.Func) bool {
	if fn.Pkg() == nil {
		return false
	}
	if path := fn.Pkg().Path(); strings.HasPrefix(path, "github.com/go-pg/pg/") ||
		strings.HasPrefix(path, "xorm.io/xorm") {
		return slices.Contains([]string{"CreateTable", "DropTable", "CreateComposite", "DropComposite", "Sync", "Sync2",
			"CreateTables", "DropTables", "CreateIndexes"}, fn.Name())
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
		return t == "Migrator" && slices.ContainsFunc([]string{"AutoMigrate", "Create", "Drop", "Add", "Rename", "Alter",
			"Migrate"}, func(p string) bool { return strings.HasPrefix(fn.Name(), p) })
	case "github.com/uptrace/bun":
		t := types.TypeString(recv.Type(), func(*types.Package) string { return "" })
		return fn.Name() == "Exec" && slices.Contains([]string{"*CreateTableQuery", "*DropTableQuery", "*CreateIndexQuery",
			"*DropIndexQuery", "*AddColumnQuery", "*DropColumnQuery", "*TruncateTableQuery"}, t)
	}
	return false
}

// take takes what is sent at a place.
func (w *walk) take(at place, p *Package) {
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
		w.add(w.Version.Queries[i])
	}
	for _, i := range w.made[at] {
		m := w.Version.Made[i]
		w.add(usage.Query{Site: usage.Site{File: at.file, Line: at.line, Column: at.column, API: m.Library,
			Package: p.Types.Path()}, Lowered: true,
			Texts: []sqltext.Text{{SQL: m.IfMissing(), Runs: []sqltext.Run{{File: at.file, Line: at.line, Column: at.column}}}}})
	}
}

// claim takes what stands in migrations alone out of what the code sends: it has run. What other
// code calls as well stays.
func (w *walk) claim() {
	shared := w.shared()
	claimed := map[place]bool{}
	changing := w.changing()
	for at, t := range w.taken {
		if shared[t.function] || !changing[t.unit.List] {
			continue
		}
		claimed[at] = true
		for _, i := range w.sites[at] {
			w.Version.Queries[i].Migration = t.unit
		}
	}
	w.Version.Made = slices.DeleteFunc(w.Version.Made,
		func(m usage.Made) bool { return claimed[place{m.Call, m.CallLine, m.CallColumn}] })
}

// changing are the lists of migrations that change a schema: a list of functions that only has
// the name of migrations is none.
func (w *walk) changing() map[string]bool {
	out := map[string]bool{}
	for _, u := range w.Version.GoUnits {
		out[u.List] = out[u.List] || u.Tool != ""
	}
	for _, q := range w.Version.Queries {
		if q.Migration == nil || q.Migration.Down {
			continue
		}
		for _, t := range q.Texts {
			out[q.Migration.List] = out[q.Migration.List] || definition.MatchString(t.SQL)
		}
	}
	return out
}

// definition matches a statement that defines something.
var definition = regexp.MustCompile(`(?i)(^|;)\s*(--[^\n]*\n\s*)*(create|alter|drop)\b`)

// shared are the followed functions that code besides the migrations mentions.
func (w *walk) shared() map[string]bool {
	mentions := w.mentions()
	out := map[string]bool{}
	for again := true; again; {
		again = false
		for _, m := range mentions {
			if !out[m.function] && (!w.followed[m.from] || out[m.from]) {
				out[m.function], again = true, true
			}
		}
	}
	return out
}

// mention is a place that names a followed function: in another function, or in none.
type mention struct{ function, from string }

// mentions are those of all packages, without those of the migrations themselves. A method may be
// called through an interface.
func (w *walk) mentions() []mention {
	methods := map[string][]string{}
	for key := range w.followed {
		if fn, ok := w.bodies[key].pkg.Info.Defs[w.bodies[key].decl.Name].(*types.Func); ok &&
			fn.Signature().Recv() != nil {
			methods[fn.Name()] = append(methods[fn.Name()], key)
		}
	}
	var out []mention
	for _, p := range w.Packages {
		for _, file := range p.Files {
			for _, d := range file.Decls {
				from := ""
				if decl, ok := d.(*ast.FuncDecl); ok {
					if fn, ok := p.Info.Defs[decl.Name].(*types.Func); ok {
						from = functionKey(fn)
					}
				}
				ast.Inspect(d, func(n ast.Node) bool {
					if n != nil && w.isRoot(n, p) {
						return false
					}
					id, ok := n.(*ast.Ident)
					if !ok {
						return true
					}
					fn, ok := p.Info.Uses[id].(*types.Func)
					if !ok {
						return true
					}
					if key := functionKey(fn); w.followed[key] {
						out = append(out, mention{key, from})
					} else if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
						for _, key := range methods[fn.Name()] {
							out = append(out, mention{key, from})
						}
					}
					return true
				})
			}
		}
	}
	return out
}

// isRoot says that a node is where a migration is listed or registered.
func (w *walk) isRoot(n ast.Node, p *Package) bool {
	return slices.ContainsFunc(w.Roots, func(r Rooted) bool { return r.Package == p && r.At == n })
}

// add appends a statement to the migration.
func (w *walk) add(q usage.Query) {
	w.step++
	q.Migration = &usage.GoMigration{List: w.unit.List, Index: w.unit.Index, Step: w.step}
	q.Consumers, q.Args = nil, nil
	w.Version.Queries = append(w.Version.Queries, q)
}

// unknown notes that something is done of which nothing is known.
func (w *walk) unknown(n ast.Node, reason string) {
	w.unknownAt(w.placeAt(w.pkg.Fset.Position(n.Pos())), reason)
}

func (w *walk) unknownAt(at sqltext.Run, reason string) {
	if w.down {
		return
	}
	w.step++
	w.unit.Unknown = append(w.unit.Unknown, usage.UnknownStep{Step: w.step, Reason: reason, Place: at})
}

// constantText is the value of a constant text.
func constantText(p *Package, e ast.Expr) (string, bool) {
	v := p.Info.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}
