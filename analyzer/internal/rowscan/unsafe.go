package rowscan

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
)

// The rules of sqlx for a handle that Unsafe has made: columns without a destination are
// ignored.
const (
	sqlxUnsafe    dbapi.How = "sqlx-unsafe"
	sqlxUnsafeAll dbapi.How = "sqlx-unsafe-all"
)

const sqlxPath = "github.com/jmoiron/sqlx"

// findUnsafe notes the variables and fields that are set to what sqlx's Unsafe gives, and to
// what sqlx gives for those: transactions, statements, rows.
func (p *Package) findUnsafe() {
	p.unsafe = map[types.Object]bool{}
	for more := p.makesUnsafe(); more; {
		before := len(p.unsafe)
		for _, file := range p.Files {
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.AssignStmt:
					p.spread(n.Lhs[0], n.Rhs[0])
				case *ast.ValueSpec:
					if len(n.Values) > 0 {
						p.spread(n.Names[0], n.Values[0])
					}
				case *ast.KeyValueExpr:
					p.spread(n.Key, n.Value)
				}
				return true
			})
		}
		more = len(p.unsafe) > before
	}
}

// spread notes what is set to an unsafe handle, or to what sqlx gives for one.
func (p *Package) spread(to, from ast.Expr) {
	call, ok := ast.Unparen(from).(*ast.CallExpr)
	if !ok {
		return
	}
	fn := p.callee(call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != sqlxPath || !isUnsafe(fn) && !p.onUnsafe(call) {
		return
	}
	if id := nameOf(to); id != nil && p.Info.ObjectOf(id) != nil && ofSqlx(p.Info.ObjectOf(id).Type()) {
		p.unsafe[p.Info.ObjectOf(id)] = true
	}
}

func ofSqlx(t types.Type) bool {
	n, ok := deref(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == sqlxPath
}

func isUnsafe(fn *types.Func) bool {
	return fn.Name() == "Unsafe" && fn.Pkg() != nil && fn.Pkg().Path() == sqlxPath
}

// makesUnsafe says that sqlx's Unsafe is called.
func (p *Package) makesUnsafe() bool {
	for obj := range p.uses {
		if fn, ok := obj.(*types.Func); ok && isUnsafe(fn) {
			return true
		}
	}
	return false
}

// Unsafe says that handles of sqlx that ignore columns without a destination go from here to
// where they are not followed.
func (p *Package) Unsafe() bool {
	for obj, ids := range p.uses {
		fn, isFunc := obj.(*types.Func)
		if !p.unsafe[obj] && !(isFunc && isUnsafe(fn)) {
			continue
		}
		for _, id := range ids {
			cur, ok := p.find(id)
			switch {
			case !ok:
			case isFunc && isUnsafe(fn):
				if call, ok := p.callOf(id); !ok || p.leaves(call) {
					return true
				}
			case p.unsafe[obj] && p.leaves(cur):
				return true
			}
		}
	}
	return false
}

// leaves says that a handle is given back, given to a function that is not of sqlx, or kept
// where others see it.
func (p *Package) leaves(cur inspector.Cursor) bool {
	switch n := cur.Parent().Node().(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.CallExpr:
		fn := p.callee(n)
		return n.Fun != cur.Node() && (fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != sqlxPath)
	case *ast.AssignStmt:
		id := nameOf(n.Lhs[0])
		v, ok := p.Info.ObjectOf(id).(*types.Var)
		return ok && v.Exported() && (v.IsField() || v.Parent() == p.Types.Scope())
	case *ast.KeyValueExpr:
		id, ok := n.Key.(*ast.Ident)
		return n.Value == cur.Node() && (!ok || id.IsExported())
	}
	return false
}

// howOf takes into account that a handle is unsafe.
func (p *Package) howOf(how dbapi.How, call *ast.CallExpr) dbapi.How {
	if how != dbapi.Sqlx && how != dbapi.SqlxAll || !p.onUnsafe(call) {
		return how
	}
	if how == dbapi.SqlxAll {
		return sqlxUnsafeAll
	}
	return sqlxUnsafe
}

// onUnsafe says that a call is made on an unsafe handle, or that one is its first argument.
func (p *Package) onUnsafe(call *ast.CallExpr) bool {
	handles := call.Args
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		handles = append([]ast.Expr{sel.X}, handles...)
	}
	for _, h := range handles {
		found := false
		ast.Inspect(h, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				fn, isFunc := p.Info.Uses[id].(*types.Func)
				found = found || p.unsafe[p.Info.Uses[id]] || isFunc && isUnsafe(fn)
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// unsure says why a reader may work in another way than its rules say.
func (p *Package) unsure(r dbapi.Reader, fn *types.Func, call *ast.CallExpr) string {
	switch {
	case r.How == dbapi.ScanyAPI || r.How == dbapi.ScanyAPIAll:
		return "the API of scany may have other options"
	case strings.HasPrefix(string(r.How), "sqlx") && (fn.Pkg() == nil || fn.Pkg().Path() != sqlxPath):
		return "called through a type that is not of sqlx"
	}
	return ""
}
