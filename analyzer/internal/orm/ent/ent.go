// Package ent lowers the code that entgo.io/ent generates: what its queries, mutations and
// predicates send to PostgreSQL, after dialect/sql, dialect/sql/sqlgraph and the templates of
// version 0.14.
//
// The names come from the generated package of each entity: its constants, its lists of
// columns, and the edges in its predicates. Hooks and interceptors are not followed.
package ent

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// Library is ent.
var Library = &orm.Library{
	Name: "ent", Paths: []string{"entgo.io/ent", dialect, graph},
	Makes: makes, Call: making, Mutates: mutates, Lowers: lowersCall, Lower: lower, Reads: reads, Setting: setting,
	Generator: &orm.Generator{Generates: generates, Describe: describe, Declares: declares, Schema: declaredSchema},
}

const (
	dialect = "entgo.io/ent/dialect/sql"
	graph   = dialect + "/sqlgraph"
)

// generates says that ent generated a package.
func generates(pkg *types.Package) bool {
	// Without an edge an entity needs no graph.
	return pkg != nil && slices.ContainsFunc(pkg.Imports(),
		func(p *types.Package) bool { return p.Path() == graph || p.Path() == dialect }) &&
		(isEntity(pkg) || isRoot(pkg))
}

// isEntity takes the package of one entity: ent/user.
func isEntity(pkg *types.Package) bool {
	return has[*types.Const](pkg, "Label") && has[*types.Const](pkg, "Table") && has[*types.Var](pkg, "Columns")
}

// isRoot takes the package of the client: ent.
func isRoot(pkg *types.Package) bool {
	return has[*types.TypeName](pkg, "Client") && has[*types.Func](pkg, "NewClient")
}

func has[T types.Object](pkg *types.Package, name string) bool {
	_, ok := pkg.Scope().Lookup(name).(T)
	return ok
}

// describe: the edge that a predicate asks for, as its relation,
// whether it is inverse, its table and its columns; of a method that a template adds to queries
// the methods and settings of queries that it uses.
func describe(fn *types.Func, body *ast.BlockStmt, info *types.Info) []goval.Value {
	if isTemplate(fn) {
		return usedOfQueries(fn, body, info)
	}
	if !strings.HasPrefix(fn.Name(), "Has") || fn.Signature().Recv() != nil {
		return nil
	}
	var out []goval.Value
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || out != nil || !isFunc(call.Fun, info, graph+".Edge") {
			return out == nil
		}
		if rel, ok := call.Args[0].(*ast.SelectorExpr); ok {
			out = append(out, goval.Text(rel.Sel.Name))
		}
		for _, a := range call.Args[1:] {
			switch v := info.Types[a].Value; {
			case v == nil:
			case v.Kind() == constant.String:
				out = append(out, goval.Text(constant.StringVal(v)))
			default:
				out = append(out, goval.Text(v.ExactString()))
			}
		}
		return false
	})
	return out
}

// usedOfQueries are the names of what a method uses of queries of its own type, Limit and
// Offset for what it sets them to itself.
func usedOfQueries(fn *types.Func, body *ast.BlockStmt, info *types.Info) []goval.Value {
	var out []goval.Value
	ast.Inspect(body, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of := info.TypeOf(sel.X)
		used, isMethod := info.Uses[sel.Sel].(*types.Func)
		switch {
		case of == nil:
		case sel.Sel.Name == "Limit" || sel.Sel.Name == "Offset":
			if !isMethod || types.Identical(of, fn.Signature().Recv().Type()) {
				out = append(out, goval.Text(sel.Sel.Name))
			}
		case isMethod && used.Exported() && used.Name() != "Clone" && types.Identical(of, fn.Signature().Recv().Type()):
			out = append(out, goval.Text(used.Name()))
		}
		return true
	})
	return out
}

func isFunc(e ast.Expr, info *types.Info, name string) bool {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, ok := info.Uses[sel.Sel].(*types.Func)
	return ok && fn.FullName() == name
}

// kinds are the ends of the names of generated types, the longer first.
var kinds = []string{"CreateBulk", "UpsertOne", "UpsertBulk", "UpdateOne", "DeleteOne", "GroupBy", "Create", "Update",
	"Delete", "Select", "Query", "Client", "Upsert"}

// generated splits the name of a generated type: UserQuery into User and Query.
func generated(t types.Type) (root *types.Package, entity, kind string) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return nil, "", ""
	}
	for _, k := range kinds {
		entity, ok := strings.CutSuffix(n.Obj().Name(), k)
		if ok && entity != "" && has[*types.TypeName](n.Obj().Pkg(), entity+"Client") &&
			has[*types.TypeName](n.Obj().Pkg(), entity+"Query") {
			return n.Obj().Pkg(), entity, k
		}
	}
	return nil, "", ""
}

// entityOf is the entity that a value of a type is, or has the methods of: *ent.User.
func entityOf(t types.Type) (root *types.Package, entity string) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || !has[*types.TypeName](n.Obj().Pkg(), n.Obj().Name()+"Client") {
		return nil, ""
	}
	return n.Obj().Pkg(), n.Obj().Name()
}

// isSelector takes the type that Select and GroupBy of all entities have their methods from.
func isSelector(t types.Type) bool {
	p, ok := t.(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := p.Elem().(*types.Named)
	return ok && n.Obj().Name() == "selector" && n.Obj().Pkg() != nil && isRoot(n.Obj().Pkg())
}

// onSelector takes predicates, orders and aggregates: functions of a selector.
func onSelector(t types.Type) bool {
	sig, ok := types.Unalias(t).Underlying().(*types.Signature)
	return ok && sig.Params().Len() == 1 && sig.Params().At(0).Type().String() == "*"+dialect+".Selector"
}

// isOption takes the types of what changes an order or a conflict.
func isOption(t types.Type) bool {
	name := types.Unalias(t).String()
	return name == dialect+".OrderTermOption" || name == dialect+".ConflictOption"
}

// makes says that values of a type are builders.
func makes(t types.Type) bool {
	_, _, kind := generated(t)
	return kind != "" || onSelector(t) || isOption(t) || isDialect(t)
}

// sends are the methods that send something; each has a twin with an X, which panics.
var sends = []string{"All", "First", "FirstID", "Only", "OnlyID", "IDs", "Count", "Exist", "Scan", "Save", "Exec",
	"Get", "ID", "Strings", "String", "Ints", "Int", "Float64s", "Float64", "Bools", "Bool"}

// making says what a function of the library does.
func making(fn *types.Func) goval.Making {
	recv, results := fn.Signature().Recv(), fn.Signature().Results()
	made := results.Len() == 1 && makes(results.At(0).Type())
	if recv == nil {
		if made && fn.Pkg() != nil && (fn.Pkg().Path() == dialect || isEntity(fn.Pkg()) || isRoot(fn.Pkg())) {
			return goval.MakesBuilder
		}
		return goval.NotMaking
	}
	if isDialect(recv.Type()) {
		return ofDialect(fn)
	}
	_, _, kind := generated(recv.Type())
	_, entity := entityOf(recv.Type())
	if kind == "" && entity == "" && !isSelector(recv.Type()) {
		return goval.NotMaking
	}
	if isOwn(fn.Name()) && entity == "" && (kind != "Client" || method(fn.Name()) == "Get") {
		return goval.Sends
	}
	if made {
		return goval.MakesBuilder
	}
	if isTemplate(fn) {
		return goval.Sends
	}
	return goval.NotMaking
}

// isTemplate takes the methods that a project's own templates add to queries, such as
// Paginate: they take a context, and are none of ent's.
func isTemplate(fn *types.Func) bool {
	recv, params := fn.Signature().Recv(), fn.Signature().Params()
	if recv == nil || isOwn(fn.Name()) || !fn.Exported() || params.Len() == 0 ||
		params.At(0).Type().String() != "context.Context" {
		return false
	}
	_, _, kind := generated(recv.Type())
	return kind == "Query"
}

// isOwn says that a method of that name is ent's and sends something.
func isOwn(name string) bool { return slices.Contains(sends, method(name)) }

// method is the name of a method without the X of those that panic.
func method(name string) string { return strings.TrimSuffix(name, "X") }

// mutates: builders are changed by the calls of their methods.
func mutates(v goval.Value) bool {
	return v.Any(func(p goval.Part) bool {
		switch p := p.(type) {
		case *goval.Call:
			return lowersCall(p)
		case *goval.Param:
			_, kind := kindOf(p.Type)
			return kind != "" || strings.HasPrefix(p.Type, "*"+dialect+".")
		}
		return false
	})
}

// lowersCall says that a call is one of a generated package, or of its dialect.
func lowersCall(c *goval.Call) bool {
	return c.Fn() != nil && making(c.Fn()) != goval.NotMaking
}

// lower gives the texts of a builder.
func lower(v goval.Value, env orm.Env) []goval.Value {
	es := env.Once(graph, func() any { return &entities{env: env, known: map[entityName]*entity{}} }).(*entities)
	var out []goval.Value
	for _, steps := range v.Variants() {
		last := steps.LastCall()
		if last == nil {
			continue
		}
		b := &builder{es: es, Writer: sqlbuild.Writer{At: last.Run(), Env: es.env}}
		b.take(steps[:len(steps)-1])
		for _, text := range b.send(last) {
			if len(text) > 0 {
				out = append(out, text)
			}
		}
	}
	return out
}

// reads: ent names the columns that it reads.
func reads(goval.Value, orm.Env) *orm.Rows { return &orm.Rows{} }
