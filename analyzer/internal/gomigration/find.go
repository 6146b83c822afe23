package gomigration

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Root is a migration that is Go code: what brings a database one version further.
type Root struct {
	// Tool is that of sqlscan/migration which runs it; empty for a list of the program's own.
	Tool string
	// List is the variable, or the package, in which it stands; Index its place there.
	List  string
	Index int
	// Version is what the tool keeps of it, Name is for people. Empty if that is not known.
	Version, Name string
	// Up and Down are functions, or SQL texts; Up is nil if it is not known.
	Up, Down []ast.Expr
	// Alone says that its statements commit one by one.
	Alone bool
	At    ast.Node
}

// migrationList matches the names of variables and functions that hold migrations.
var migrationList = regexp.MustCompile(`(?i)migrat|schema_?versions?$`)

// Names of the fields of a migration in a list.
var (
	upField      = regexp.MustCompile(`(?i)^(up|migrate|apply|forward|run|func|fn|exec|sql|statements?|stmts?|ddl|commands?|upsql|upfn|query|queries)$`)
	downField    = regexp.MustCompile(`(?i)^(down|rollback|revert|undo|downsql|downfn)$`)
	versionField = regexp.MustCompile(`(?i)^(id|version|name|key)$`)
)

// Find looks for the migrations of a package, in each of the ways in which they are written.
func Find(p *Package) []Root {
	r := &rootFinder{Package: p, initial: map[types.Object]ast.Expr{}, counts: map[string]int{}}
	r.initializers()
	for _, file := range r.Files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				r.lists(d)
			case *ast.FuncDecl:
				r.inFunction(d)
			}
		}
		ast.Inspect(file, r.inspect)
	}
	return r.found
}

// rootFinder carries what roots finds.
type rootFinder struct {
	*Package
	found []Root
	// initial are the values of the package's variables, counts how many migrations a list has.
	initial map[types.Object]ast.Expr
	counts  map[string]int
}

func (r *rootFinder) initializers() {
	for _, init := range r.Info.InitOrder {
		if len(init.Lhs) == 1 {
			r.initial[init.Lhs[0]] = init.Rhs
		}
	}
}

// add notes a migration behind those of its list.
func (r *rootFinder) add(root Root) {
	root.Index = r.counts[root.List]
	r.counts[root.List]++
	r.found = append(r.found, root)
}

// lists looks at package-level lists of functions, texts, or structs that hold them, such as
// var migrations = []func(tx *sql.Tx) error{…}.
func (r *rootFinder) lists(gen *ast.GenDecl) {
	for _, s := range gen.Specs {
		spec, ok := s.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for i, v := range spec.Values {
			if i < len(spec.Names) && (migrationList.MatchString(spec.Names[i].Name) || r.numberedKeys(v)) {
				r.list(r.Types.Path()+"."+spec.Names[i].Name, v)
			}
		}
	}
}

// inFunction looks at the lists that a function gives back, holds in a variable, or appends to a list of the package:
//
//	func migrations() []*Migration { return []*Migration{addKind(), …} }
//	func Migrate(db *sql.DB) error { steps := []func(*sql.DB) error{…}; … }
//	func init() { migrations = append(migrations, Migration{…}) }
func (r *rootFinder) inFunction(fn *ast.FuncDecl) {
	if fn.Body == nil {
		return
	}
	own := migrationList.MatchString(fn.Name.Name)
	name := r.Types.Path() + "." + fn.Name.Name
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if own && len(n.Results) > 0 {
				r.list(name, n.Results[0])
			}
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				id, ok := lhs.(*ast.Ident)
				if !ok || len(n.Lhs) != len(n.Rhs) {
					continue
				}
				v, isVar := r.Info.ObjectOf(id).(*types.Var)
				switch {
				case !isVar:
				case v.Parent() == r.Types.Scope() && migrationList.MatchString(v.Name()):
					r.appended(r.Types.Path()+"."+v.Name(), id, n.Rhs[i])
				case v.Parent() != r.Types.Scope() && (own || migrationList.MatchString(v.Name())):
					r.list(name, n.Rhs[i])
				}
			}
		}
		return true
	})
}

// appended takes what is appended to a list:  migrations = append(migrations, a, b).
func (r *rootFinder) appended(name string, list *ast.Ident, e ast.Expr) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) < 2 || call.Ellipsis.IsValid() {
		r.list(name, e)
		return
	}
	if id, ok := call.Args[0].(*ast.Ident); !ok || r.Info.ObjectOf(id) != r.Info.ObjectOf(list) {
		return
	}
	for _, a := range call.Args[1:] {
		root := Root{List: name, At: a}
		if root.Up, root.Down = r.runs(a, &root); len(root.Up) > 0 {
			r.add(root)
		}
	}
}

func (r *rootFinder) list(name string, v ast.Expr) {
	lit, ok := ast.Unparen(v).(*ast.CompositeLit)
	if !ok || r.Info.TypeOf(lit) == nil || r.toolLiteral(elementType(r.Info.TypeOf(lit))) != "" {
		return
	}
	switch r.Info.TypeOf(lit).Underlying().(type) {
	case *types.Slice, *types.Array, *types.Map:
	default:
		return
	}
	var list []Root
	_, isMap := r.Info.TypeOf(lit).Underlying().(*types.Map)
	for _, e := range lit.Elts {
		root := Root{List: name, At: e}
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if e = kv.Value; isMap {
				key := r.constant(kv.Key)
				root.Version = cmp.Or(lastNumber.FindString(key), key)
			}
		}
		root.Up, root.Down = r.runs(e, &root)
		if len(root.Up) > 0 {
			list = append(list, root)
		}
	}
	if r.onlyOtherTexts(list) {
		return
	}
	if isMap { // It has no order but that of its keys.
		slices.SortStableFunc(list, func(a, b Root) int {
			return cmp.Or(cmp.Compare(len(a.Version), len(b.Version)), strings.Compare(a.Version, b.Version))
		})
	}
	for _, root := range list {
		r.add(root)
	}
}

// onlyOtherTexts says that all that a list runs are constant texts of which none defines anything: names of files.
func (r *rootFinder) onlyOtherTexts(list []Root) bool {
	for _, root := range list {
		for _, e := range root.Up {
			if text := r.constant(e); text == "" || definition.MatchString(text) {
				return false
			}
		}
	}
	return true
}

// lastNumber is the number that a key ends with; versioned matches keys that say what they are.
var (
	lastNumber = regexp.MustCompile(`\d+$`)
	versioned  = regexp.MustCompile(`(?i)(migrat|version|schema)\w*?\d+$`)
)

// numberedKeys says that a literal is a map of texts whose keys are those of migrations, such as
// "schema_version_7".
func (r *rootFinder) numberedKeys(v ast.Expr) bool {
	lit, ok := ast.Unparen(v).(*ast.CompositeLit)
	if !ok || len(lit.Elts) == 0 || r.Info.TypeOf(lit) == nil {
		return false
	}
	m, ok := r.Info.TypeOf(lit).Underlying().(*types.Map)
	if !ok || !isMigrating(m.Elem()) {
		return false
	}
	texts := false
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok || !versioned.MatchString(r.constant(kv.Key)) {
			return false
		}
		_, isFunction := r.Info.TypeOf(kv.Value).Underlying().(*types.Signature)
		texts = texts || isFunction || strings.Contains(r.constant(kv.Value), " ") // No checksum has one.
	}
	return texts
}

// elementType is that of the elements of a list.
func elementType(t types.Type) types.Type {
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Map:
		return t.Elem()
	}
	return nil
}

// runs is what an element of a list runs: a function, a text, or those in a struct.
func (r *rootFinder) runs(e ast.Expr, root *Root) (up, down []ast.Expr) {
	e = r.value(e)
	if lit, ok := e.(*ast.CompositeLit); ok {
		if structType(r.Info.TypeOf(lit)) != nil {
			if up, down = r.fields(lit, root); len(up) > 0 {
				return up, down
			}
			return r.methods(lit, root)
		}
		for _, elt := range lit.Elts {
			u, _ := r.runs(elt, root)
			up = append(up, u...)
		}
		return up, nil
	}
	if t := r.Info.TypeOf(e); t != nil && isMigrating(t) {
		return []ast.Expr{e}, nil
	}
	return nil, nil
}

// isMigrating says that a value of the type can be a migration: a function that gets something
// to send with, or a text.
func isMigrating(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Signature:
		return t.Params().Len() > 0
	case *types.Basic:
		return t.Info()&types.IsString != 0
	}
	return false
}

// structType is the struct of a literal, whose type is a pointer in a list of pointers.
func structType(t types.Type) *types.Struct {
	if t == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, _ := t.Underlying().(*types.Struct)
	return s
}

func (r *rootFinder) fields(lit *ast.CompositeLit, root *Root) (up, down []ast.Expr) {
	s := structType(r.Info.TypeOf(lit))
	for i, e := range lit.Elts {
		name := ""
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				name = id.Name
			}
			e = kv.Value
		} else if s != nil && i < s.NumFields() {
			name = s.Field(i).Name()
		}
		switch {
		case !upField.MatchString(name) && !versionField.MatchString(name) && r.namesOtherSystem(e):
			return nil, nil
		case versionField.MatchString(name):
			root.Version = r.constant(e)
		case upField.MatchString(name):
			u, _ := r.runs(e, root)
			up = append(up, u...)
		case downField.MatchString(name):
			d, _ := r.runs(e, root)
			down = append(down, d...)
		}
	}
	return up, down
}

// otherSystem matches what names another database system: the constant "sqlite3", a variable flavorMySQL.
var otherSystem = regexp.MustCompile(`(?i)^\w*(sqlite3?|mysql|mariadb|mssql|sqlserver|oracle)$`)

// namesOtherSystem says that a field is for another database system alone:  flavor: &flavorSQLite3.
func (r *rootFinder) namesOtherSystem(e ast.Expr) bool {
	if text := r.constant(e); text != "" {
		return otherSystem.MatchString(text)
	}
	if u, ok := ast.Unparen(e).(*ast.UnaryExpr); ok {
		e = u.X
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return otherSystem.MatchString(e.Name)
	case *ast.SelectorExpr:
		return otherSystem.MatchString(e.Sel.Name)
	}
	return false
}

// Names of the methods of a migration that is a type of its own.
var (
	upMethod      = regexp.MustCompile(`(?i)^(up|migrate|apply|forward|run|exec|execute)$`)
	downMethod    = regexp.MustCompile(`(?i)^(down|rollback|revert|undo)$`)
	versionMethod = regexp.MustCompile(`(?i)^(get)?(id|version|name|key)$`)
)

// methods are what a value of a type runs whose methods are the migration:
//
//	type addKind struct{}
//	func (addKind) Version() string { return "2024-01" }
//	func (addKind) Up(tx *sql.Tx) error { … }
func (r *rootFinder) methods(lit *ast.CompositeLit, root *Root) (up, down []ast.Expr) {
	t, ok := types.Unalias(r.Info.TypeOf(lit)).(*types.Named)
	if !ok || t.Obj().Pkg() != r.Types {
		return nil, nil
	}
	for _, file := range r.Files {
		for _, d := range file.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || decl.Body == nil || len(decl.Body.List) == 0 || decl.Recv == nil {
				continue
			}
			fn, ok := r.Info.Defs[decl.Name].(*types.Func)
			if !ok || !isMethodOf(fn, t) {
				continue
			}
			takes := fn.Signature().Params().Len() > 0
			switch name := fn.Name(); {
			case takes && upMethod.MatchString(name):
				up = append(up, decl.Name)
			case takes && downMethod.MatchString(name):
				down = append(down, decl.Name)
			case !takes && versionMethod.MatchString(name):
				if ret, ok := decl.Body.List[len(decl.Body.List)-1].(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
					root.Version = cmp.Or(root.Version, r.constant(ret.Results[0]))
				}
			}
		}
	}
	return up, down
}

func isMethodOf(fn *types.Func, t *types.Named) bool {
	recv := fn.Signature().Recv().Type()
	if p, ok := recv.(*types.Pointer); ok {
		recv = p.Elem()
	}
	n, ok := types.Unalias(recv).(*types.Named)
	return ok && n.Obj() == t.Obj()
}

// value is the expression behind names of variables, references and calls of functions that
// give one literal.
func (r *rootFinder) value(e ast.Expr) ast.Expr {
	for range 5 {
		switch v := ast.Unparen(e).(type) {
		case *ast.UnaryExpr:
			e = v.X
		case *ast.Ident:
			init := r.initial[r.Info.Uses[v]]
			if init == nil {
				return v
			}
			e = init
		case *ast.CallExpr:
			returned := r.returned(v)
			if returned == nil {
				return v
			}
			e = returned
		default:
			return v
		}
	}
	return e
}

// returned is what a function of the package gives back, if that is one expression.
func (r *rootFinder) returned(call *ast.CallExpr) ast.Expr {
	fn := r.callee(call)
	if fn == nil || fn.Pkg() != r.Types {
		return nil
	}
	for _, file := range r.Files {
		for _, d := range file.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || decl.Body == nil || r.Info.Defs[decl.Name] != fn || len(decl.Body.List) == 0 {
				continue
			}
			if ret, ok := decl.Body.List[len(decl.Body.List)-1].(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
				return ret.Results[0]
			}
		}
	}
	return nil
}

func (r *rootFinder) callee(call *ast.CallExpr) *types.Func {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		fn, _ := r.Info.Uses[f].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := r.Info.Uses[f.Sel].(*types.Func)
		return fn
	}
	return nil
}

// constant is the text of a constant; empty for anything else.
func (r *rootFinder) constant(e ast.Expr) string {
	tv := r.Info.Types[e]
	switch {
	case tv.Value == nil:
		return ""
	case tv.Value.Kind() == constant.String:
		return constant.StringVal(tv.Value)
	}
	return tv.Value.ExactString()
}

// inspect looks for migrations that are registered with a tool, or are values of its types.
func (r *rootFinder) inspect(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		if fn := r.callee(n); fn != nil && fn.Pkg() != nil {
			r.registered(n, fn)
		}
	case *ast.CompositeLit:
		r.toolList(n)
	}
	return true
}

// toolLiteral is the tool of which a type is the migrations.
func (r *rootFinder) toolLiteral(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if t == nil || !ok || named.Obj().Name() != "Migration" || named.Obj().Pkg() == nil {
		return ""
	}
	switch path := named.Obj().Pkg().Path(); {
	case strings.HasPrefix(path, "github.com/go-gormigrate/gormigrate"), path == "gopkg.in/gormigrate.v1":
		return "gormigrate"
	case strings.HasPrefix(path, "github.com/rubenv/sql-migrate"):
		return "sql-migrate"
	}
	return ""
}

// toolList takes the migrations of a list of a tool's type, in its order.
func (r *rootFinder) toolList(lit *ast.CompositeLit) {
	if r.Info.TypeOf(lit) == nil {
		return
	}
	tool := r.toolLiteral(elementType(r.Info.TypeOf(lit)))
	if tool == "" {
		return
	}
	list := r.Types.Path()
	for _, e := range lit.Elts {
		root := Root{Tool: tool, List: list, At: e}
		if one, ok := r.value(e).(*ast.CompositeLit); ok {
			root.Up, root.Down = r.fields(one, &root)
		} else if call, ok := r.value(e).(*ast.CallExpr); ok {
			// A helper makes it: what it runs is not known, what it is called may be.
			root.Version = r.firstConstant(call)
		}
		if tool == "sql-migrate" && root.Version != "" {
			root.Name = root.Version
		}
		r.add(root)
	}
}

func (r *rootFinder) firstConstant(call *ast.CallExpr) string {
	for _, a := range call.Args {
		if s := r.constant(a); s != "" {
			return s
		}
	}
	return ""
}

// The functions by which migrations are registered.
var (
	gooseAdd    = regexp.MustCompile(`^Add(Named)?Migration(NoTx)?(Context)?$`)
	bunRegister = regexp.MustCompile(`^(Must)?Register$`)
	gopgAdd     = regexp.MustCompile(`^(Must)?Register(Tx)?$`)
	bunFile     = regexp.MustCompile(`^(\d{1,14})_([0-9a-z_\-]+)\.`)
)

// registered takes a call that registers a migration: its version is in the name of the file.
func (r *rootFinder) registered(call *ast.CallExpr, fn *types.Func) {
	path := fn.Pkg().Path()
	file := filepath.Base(r.Fset.Position(call.Pos()).Filename)
	root := Root{List: r.Types.Path(), At: call, Name: strings.TrimSuffix(file, ".go")}
	args := call.Args
	switch {
	case strings.HasPrefix(path, "github.com/pressly/goose") && gooseAdd.MatchString(fn.Name()):
		root.Tool, root.Alone = "goose", strings.Contains(fn.Name(), "NoTx")
		if strings.Contains(fn.Name(), "Named") && len(args) > 0 {
			file = filepath.Base(r.constant(args[0]))
			root.Name, args = strings.TrimSuffix(strings.TrimSuffix(file, ".go"), ".sql"), args[1:]
		}
		root.Version, _, _ = strings.Cut(file, "_")
	case strings.HasPrefix(path, "github.com/pressly/goose") && fn.Name() == "NewGoMigration" && len(args) == 3:
		root.Tool, root.Version = "goose", r.constant(args[0])
		root.Name = root.Version
		up, alone := r.goFunc(args[1])
		down, _ := r.goFunc(args[2])
		root.Alone, args = alone, []ast.Expr{up, down}
	case path == "github.com/uptrace/bun/migrate" && bunRegister.MatchString(fn.Name()):
		root.Tool, root.Version, root.Alone = "bun", file, true // What is no version is said where it is read.
		if m := bunFile.FindStringSubmatch(file); m != nil {
			root.Version = m[1]
		}
	case strings.HasPrefix(path, "github.com/go-pg/migrations") && gopgAdd.MatchString(fn.Name()):
		root.Tool, root.Alone = "go-pg", !strings.HasSuffix(fn.Name(), "Tx")
		root.Version, _, _ = strings.Cut(file, "_")
	default:
		return
	}
	if len(args) > 0 && args[0] != nil {
		root.Up = args[:1]
	}
	if len(args) > 1 && args[1] != nil {
		root.Down = args[1:2]
	}
	r.add(root)
}

// goFunc is the function in a goose.GoFunc; alone says that it gets no transaction.
func (r *rootFinder) goFunc(e ast.Expr) (fn ast.Expr, alone bool) {
	lit, ok := r.value(e).(*ast.CompositeLit)
	if !ok {
		return nil, false
	}
	for _, f := range lit.Elts {
		if kv, ok := f.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && (id.Name == "RunTx" || id.Name == "RunDB") {
				return kv.Value, id.Name == "RunDB"
			}
		}
	}
	return nil, false
}
