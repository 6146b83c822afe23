// Package rowscan tells what the code of one package does with the rows of a query: it
// follows the result of a call through variables, fields, results and functions to the
// calls that read rows, and says which columns those take, into which Go types.
//
// It knows no schema. It does not follow rows through channels, maps or interfaces that
// hold them; such code makes the Reads Open. Its sources for what a library does are that
// library's own code: pgx/rows.go, sqlx/sqlx.go and reflectx/reflect.go, scany/dbscan.
package rowscan

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/fact"
)

// Package is one package whose rows are followed. The exported fields are set by the caller
// and not changed.
type Package struct {
	Fset  *token.FileSet
	Files []*ast.File
	Types *types.Package
	Info  *types.Info
	// Import gives what a function of another package does with rows in its parameters.
	Import func(fn *types.Func) (map[int]fact.Reads, bool)

	root  inspector.Cursor
	uses  map[types.Object][]*ast.Ident
	decls map[*types.Func]*ast.FuncDecl
	given map[given]fact.Reads
	busy  map[any]bool
	// unsafe are the handles of sqlx that ignore columns without a destination.
	unsafe map[types.Object]bool
}

type given struct {
	fn    *types.Func
	index int
}

// Prepare indexes the package; it must be called first.
func (p *Package) Prepare() {
	p.root = inspector.New(p.Files).Root()
	p.uses, p.decls = map[types.Object][]*ast.Ident{}, map[*types.Func]*ast.FuncDecl{}
	p.given, p.busy = map[given]fact.Reads{}, map[any]bool{}
	for id, obj := range p.Info.Uses {
		switch o := obj.(type) {
		case *types.Var:
			p.uses[o.Origin()] = append(p.uses[o.Origin()], id)
		case *types.Func:
			p.uses[o.Origin()] = append(p.uses[o.Origin()], id)
		}
	}
	for _, ids := range p.uses {
		slices.SortFunc(ids, func(a, b *ast.Ident) int { return int(a.Pos() - b.Pos()) })
	}
	for _, file := range p.Files {
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok {
				if fn, ok := p.Info.Defs[fd.Name].(*types.Func); ok {
					p.decls[fn] = fd
				}
			}
		}
	}
	p.findUnsafe()
}

// Of says what is done with the rows of a call that sends a query.
func (p *Package) Of(call *ast.CallExpr) fact.Reads {
	var out fact.Reads
	cur, ok := p.find(call)
	if !ok || p.busy[call] {
		return fact.Reads{Open: true}
	}
	p.busy[call] = true
	defer delete(p.busy, call)
	if fn := p.callee(call); fn != nil {
		if r, ok := p.reads(fn); ok && r.Rows == dbapi.OfCall {
			out.Add(p.read(r, fn, call))
			return out
		}
		if r, ok := dbapi.ReaderShape(fn); ok {
			out.Add(p.read(r, fn, call))
			return out
		}
	}
	if carries(p.Info.TypeOf(call)) {
		out.Add(p.value(cur))
	}
	return out
}

// reads finds what a function does with rows; the Scan of a type of the project counts.
func (p *Package) reads(fn *types.Func) (dbapi.Reader, bool) {
	if r, ok := dbapi.ReaderOf(fn.Origin()); ok {
		return r, true
	}
	if dbapi.ScanShape(fn) {
		return dbapi.Reader{Rows: dbapi.OfReceiver, Form: dbapi.VariadicForm, How: dbapi.Scan}, true
	}
	return dbapi.Reader{}, false
}

// TakesRows says that a function has a parameter that is rows.
func (p *Package) TakesRows(fn *types.Func) bool {
	for v := range fn.Signature().Params().Variables() {
		if isRows(v.Type()) {
			return true
		}
	}
	return false
}

// ReadParams says what a function does with rows in its parameters.
func (p *Package) ReadParams(fn *types.Func) map[int]fact.Reads {
	var out map[int]fact.Reads
	params := fn.Signature().Params()
	for i := range params.Len() {
		if !isRows(params.At(i).Type()) {
			continue
		}
		if out == nil {
			out = map[int]fact.Reads{}
		}
		out[i] = p.parameter(fn, i)
	}
	return out
}

// At says what a function does with rows for a call of it.
func (p *Package) At(call *ast.CallExpr, reads fact.Reads) fact.Reads {
	out := fact.Reads{Open: reads.Open, Kept: reads.Kept, Asks: reads.Asks}
	for _, r := range reads.Readers {
		out.Add(p.resolve(r, call))
	}
	if reads.Returned {
		if cur, ok := p.find(call); ok && carries(p.Info.TypeOf(call)) {
			out.Add(p.value(cur))
		}
	}
	return out
}

// Field says what is done with the rows of a statement that a field is set to.
func (p *Package) Field(v *types.Var) fact.Reads { return p.field(v) }

// receiver is the index of a method's receiver among its parameters.
const receiver = -1

// parameter is what a function of this package, or of another, does with rows in a parameter.
func (p *Package) parameter(fn *types.Func, index int) fact.Reads {
	decl := p.decls[fn.Origin()]
	if decl == nil || decl.Body == nil {
		if p.Import != nil {
			if all, ok := p.Import(fn.Origin()); ok {
				if r, ok := all[index]; ok {
					return r
				}
			}
		}
		return fact.Reads{Open: true}
	}
	k := given{fn.Origin(), index}
	if r, ok := p.given[k]; ok {
		return r
	}
	if p.busy[k] {
		return fact.Reads{}
	}
	p.busy[k] = true
	defer delete(p.busy, k)
	v := fn.Origin().Signature().Recv()
	if index != receiver {
		v = fn.Origin().Signature().Params().At(index)
	}
	r := p.object(v, decl.Body.Pos())
	p.given[k] = r
	return r
}

func (p *Package) find(n ast.Node) (inspector.Cursor, bool) { return p.root.FindNode(n) }

func (p *Package) callee(call *ast.CallExpr) *types.Func { return p.function(call.Fun) }

// function resolves an expression that names a function or method.
func (p *Package) function(e ast.Expr) *types.Func {
	id := nameOf(e)
	if id == nil {
		return nil
	}
	fn, _ := p.Info.Uses[id].(*types.Func)
	return fn
}

// nameOf is the identifier that an expression ends in.
func nameOf(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return nameOf(e.X)
	case *ast.IndexListExpr:
		return nameOf(e.X)
	}
	return nil
}
