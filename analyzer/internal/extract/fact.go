package extract

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// facts collects what other packages can use: sinks, texts, and results that hold text.
func (x *extractor) facts(res *Result) {
	for fn, sinks := range x.sinks {
		res.Facts[fn] = &fact.Fact{Sinks: sinks, Sent: x.sentBy(fn)}
	}
	for v, sinks := range x.fieldSinks {
		res.Facts[v] = &fact.Fact{Sinks: sinks}
	}
	for _, m := range x.interfaceMethods() {
		if sinks := x.sinksBehind(m); len(sinks) > 0 {
			res.Facts[m] = &fact.Fact{Sinks: sinks}
		}
	}
	x.rowFacts(res)
	for obj, v := range x.pkg.Exported() {
		if looksLikeSQL(v) {
			res.Facts[obj] = &fact.Fact{Text: v}
		}
	}
	for fn := range x.pkg.Functions() {
		if fn.Exported() {
			x.effectFact(res, fn)
		}
		if !fn.Exported() || !x.returnsText(fn) {
			continue
		}
		results := x.pkg.Results(fn)
		if isTableName(fn) || slices.ContainsFunc(results,
			func(v goval.Value) bool { return looksLikeSQL(v) || v.HasParam() }) {
			if res.Facts[fn] == nil {
				res.Facts[fn] = &fact.Fact{}
			}
			res.Facts[fn].Results = results
		}
	}
}

// effectFact keeps what a function does to what it is given.
func (x *extractor) effectFact(res *Result, fn *types.Func) {
	if e := x.pkg.EffectsOf(fn); !e.Empty() {
		if res.Facts[fn] == nil {
			res.Facts[fn] = &fact.Fact{}
		}
		res.Facts[fn].Effects = e
	}
}

// plainFacts are those of a package that reaches no database: texts that it has for others, the
// names of tables among them, and files that it reads. Most packages have none, which the
// signatures of functions and a look at their literals tell.
func (in *Input) plainFacts() map[types.Object]*fact.Fact {
	var functions []*types.Func
	vars, builds, dependency := false, false, in.isDependency()
	for _, file := range in.deployedFiles() {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				fn, ok := in.Info.Defs[d.Name].(*types.Func)
				switch {
				case !ok || !fn.Exported() || d.Body == nil:
				case givesText(fn) && (isTableName(fn) || in.readsFile(d.Body) || hasStatement(d.Body)):
					functions = append(functions, fn)
				case !dependency && buildsText(fn):
					functions, builds = append(functions, fn), true
				}
			case *ast.GenDecl:
				vars = vars || d.Tok == token.VAR && (embedsFile(d) || hasStatement(d) || !dependency && in.exportsText(d))
				builds = builds || d.Tok == token.VAR && !dependency && in.exports(d, isDescription)
			}
		}
	}
	if len(functions) == 0 && !vars {
		return nil
	}
	x := &extractor{Input: in, builders: newBuilders(in.Pkg)}
	x.pkg = &goval.Package{Fset: in.Fset, Files: in.deployedFiles(), Types: in.Pkg, Info: in.Info, Lookup: x,
		Elsewhere: in.Writes, Disk: in.Disk}
	if builds {
		x.pkg.Builders = x.builders
	}
	x.pkg.Prepare()
	out := map[types.Object]*fact.Fact{}
	for _, fn := range functions {
		out[fn] = &fact.Fact{Results: x.pkg.Results(fn)}
		if builds {
			out[fn].Effects = x.pkg.EffectsOf(fn)
		}
	}
	for obj, v := range x.pkg.Exported() {
		if looksLikeSQL(v) {
			out[obj] = &fact.Fact{Text: v}
		}
	}
	return out
}

func isDescription(obj types.Object) bool { return goval.IsDescription(obj.Type()) }

// exportsText says that a declaration has a variable for other packages that is a text:  var Table = prefix + "users".
func (in *Input) exportsText(d *ast.GenDecl) bool {
	return in.exports(d, func(obj types.Object) bool { return isString(obj.Type()) || isDescription(obj) })
}

// exports says that a declaration has an exported variable with a value that is wanted.
func (in *Input) exports(d *ast.GenDecl, wanted func(types.Object) bool) bool {
	return slices.ContainsFunc(d.Specs, func(spec ast.Spec) bool {
		v, ok := spec.(*ast.ValueSpec)
		return ok && len(v.Values) > 0 && slices.ContainsFunc(v.Names, func(name *ast.Ident) bool {
			obj := in.Info.Defs[name]
			return obj != nil && obj.Exported() && wanted(obj)
		})
	})
}

// isDependency says that the package is one that the go command has fetched: what its functions write into what
// they are given is not asked for, and so not known. go vet asks every package that is imported.
func (in *Input) isDependency() bool {
	if len(in.Files) == 0 {
		return false
	}
	return isFetched(in.Fset.Position(in.Files[0].Package).Filename)
}

// buildsText says that a function writes into a text that its caller has: a builder, or a pointer to a text or to
// a list of texts, or a struct of its package that holds a builder; or that it makes such a struct.
func buildsText(fn *types.Func) bool {
	if goval.IsStandard(fn.Pkg()) {
		return false
	}
	sig := fn.Signature()
	if recv := sig.Recv(); recv != nil && holdsBuilder(recv.Type(), fn.Pkg()) {
		return true
	}
	for v := range sig.Params().Variables() {
		if p, ok := v.Type().Underlying().(*types.Pointer); ok && (isTextList(p.Elem()) || isString(p.Elem())) ||
			holdsBuilder(v.Type(), fn.Pkg()) {
			return true
		}
	}
	for v := range sig.Results().Variables() {
		if holdsBuilder(v.Type(), fn.Pkg()) {
			return true
		}
	}
	return false
}

// holdsBuilder says that a type is a strings.Builder or bytes.Buffer, or a struct of a package that holds one.
func holdsBuilder(t types.Type, pkg *types.Package) bool {
	t = structs.Pointee(t)
	if structs.IsNamed(t, "strings", "Builder") || structs.IsNamed(t, "bytes", "Buffer") {
		return true
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != pkg {
		return false
	}
	for f := range structs.Fields(t) {
		if inner := structs.Pointee(f.Var.Type()); structs.IsNamed(inner, "strings", "Builder") ||
			structs.IsNamed(inner, "bytes", "Buffer") {
			return true
		}
	}
	return false
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// isTableName takes the method by which a model names its table.
func isTableName(fn *types.Func) bool {
	return fn.Name() == "TableName" && fn.Signature().Recv() != nil && fn.Signature().Params().Len() == 0
}

// statement matches the beginning of a statement.
var statement = regexp.MustCompile(`(?i)^[\s` + "`" +
	`"(]*(select|insert|update|delete|with|merge|call|copy|truncate|lock|create|alter|drop)\s`)

// embedsFile says that a variable is a file.
func embedsFile(d *ast.GenDecl) bool {
	return d.Doc != nil && slices.ContainsFunc(d.Doc.List,
		func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// hasStatement says that a literal begins like a statement.
func hasStatement(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		found = found || ok && lit.Kind == token.STRING && statement.MatchString(lit.Value)
		return !found
	})
	return found
}

// readsFile says that a body reads a file whole.
func (in *Input) readsFile(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "ReadFile" {
			fn, ok := in.Info.Uses[sel.Sel].(*types.Func)
			found = found || ok && (fn.FullName() == "os.ReadFile" || fn.FullName() == "io/ioutil.ReadFile")
		}
		return !found
	})
	return found
}

// returnsText says that a result of a function is text or a builder.
func (x *extractor) returnsText(fn *types.Func) bool {
	r := fn.Signature().Results()
	for i := range r.Len() {
		if x.builders.Makes(r.At(i).Type()) || isTextList(r.At(i).Type()) {
			return true
		}
	}
	return givesText(fn)
}

// givesText says that a result of a function is text.
func givesText(fn *types.Func) bool {
	r := fn.Signature().Results()
	for i := range r.Len() {
		if b, ok := r.At(i).Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			return true
		}
		if types.Identical(r.At(i).Type(), bytesType) {
			return true
		}
	}
	return false
}

var bytesType = types.NewSlice(types.Typ[types.Byte])

// isTextList takes what columns and values are given in.
func isTextList(t types.Type) bool {
	isText := func(t types.Type) bool {
		b, ok := t.Underlying().(*types.Basic)
		return ok && b.Info()&types.IsString != 0
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return isText(u.Elem())
	case *types.Map:
		return isText(u.Key()) && types.IsInterface(u.Elem())
	}
	return false
}

var sqlWords = regexp.MustCompile(`(?i)\b(select|insert|update|delete|from|where|join|order by|values|returning|with|set|and|or|limit|table)\b|^\s*\w+(\.\w+)?(\s*,\s*\w+(\.\w+)?)+\s*$|^\s*[a-z_]+\s*$`)

// looksLikeSQL keeps facts few: texts that cannot be a part of a query are not exported.
func looksLikeSQL(v goval.Value) bool {
	for _, w := range v.Variants() {
		for _, p := range w {
			switch p := p.(type) {
			case *goval.Call, *goval.Lowered, *goval.Arg:
				return true
			case *goval.List:
				if slices.ContainsFunc(p.Elems, func(e goval.Element) bool { return looksLikeSQL(e.Value) }) {
					return true
				}
			case *goval.Lit:
				if sqlWords.MatchString(p.Text) {
					return true
				}
			}
		}
	}
	return false
}
