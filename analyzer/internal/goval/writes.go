package goval

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// write is a place in the code where a variable or a field of a struct is set, or may be.
type write struct {
	// obj is the variable or the field; of a generic struct the field of the struct itself.
	obj *types.Var
	// value is what all of it is set to; nil if that is not known, or if only an element is set.
	value ast.Expr
	// element says that no more than elements are set; its address is not taken.
	element bool
	// in is the variable of a package that a field which is set stands in: Users of  Users.Name = x; nil for others.
	in *types.Var
}

// eachWrite visits what a node of the syntax sets, without what stands below it:
//
//	v = x   s.f = x   v[i] = x   s.f[i] = x   T{f: x}   &v   &s.f[i]   v.setByPointer()   for v = range x   copy(v, x)
//	T(x)   json.Unmarshal(data, &v)
func eachWrite(info *types.Info, n ast.Node, visit func(w write)) {
	set := func(e, value ast.Expr, element bool) {
		obj, part := written(info, e)
		if obj == nil {
			return
		}
		if part {
			value = nil
		}
		visit(write{obj, value, element && part, holder(info, e)})
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, lhs := range n.Lhs {
			set(lhs, assignedAt(n, i), true)
		}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			for _, e := range []ast.Expr{n.Key, n.Value} {
				set(e, nil, true)
			}
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			set(n.X, nil, false)
		}
	case *ast.SelectorExpr:
		if sel := info.Selections[n]; sel != nil && (addresses(sel) || byPointer(sel) && holder(info, n.X) != nil) {
			set(n.X, nil, false)
		}
	case *ast.CallExpr:
		if changesElements(info, n) {
			set(&ast.IndexExpr{X: n.Args[0]}, nil, true)
		}
		eachFilled(info, n, func(f *types.Var) { visit(write{obj: f.Origin()}) })
	case *ast.CompositeLit:
		eachFieldOf(info, n, func(f *types.Var, value ast.Expr) { visit(write{obj: f.Origin(), value: value}) })
	}
}

// written is the variable or field that is set by setting what an expression denotes, and whether that is a part of it;
// nil for what a pointer points to.
func written(info *types.Info, e ast.Expr) (obj *types.Var, part bool) {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e, part = x.X, true
		case *ast.SliceExpr:
			e, part = x.X, true
		case *ast.Ident:
			v, _ := info.Uses[x].(*types.Var)
			return v, part
		case *ast.SelectorExpr:
			v, _ := info.Uses[x.Sel].(*types.Var)
			if v != nil && v.IsField() {
				v = v.Origin()
			}
			return v, part
		default:
			return nil, part
		}
	}
}

// holder is the variable of a package that an expression is a field of, without a pointer between; nil for others.
func holder(info *types.Info, e ast.Expr) *types.Var {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			if v, ok := info.Uses[x.Sel].(*types.Var); ok && !v.IsField() {
				return packageVar(v)
			}
			e = x.X
		case *ast.Ident:
			v, _ := info.Uses[x].(*types.Var)
			return packageVar(v)
		default:
			return nil
		}
	}
}

func packageVar(v *types.Var) *types.Var {
	if v == nil || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
		return nil
	}
	return v
}

// addresses says that a method is called on the address of a text or a list that is no pointer itself.
func addresses(sel *types.Selection) bool {
	if !byPointer(sel) {
		return false
	}
	switch sel.Recv().Underlying().(type) {
	case *types.Basic, *types.Slice, *types.Map, *types.Array:
		return true
	}
	return false
}

// byPointer says that a method is called on the address of what is no pointer itself.
func byPointer(sel *types.Selection) bool {
	fn, ok := sel.Obj().(*types.Func)
	if !ok || sel.Kind() != types.MethodVal || fn.Signature().Recv() == nil {
		return false
	}
	_, byPointer := fn.Signature().Recv().Type().(*types.Pointer)
	_, isPointer := sel.Recv().Underlying().(*types.Pointer)
	return byPointer && !isPointer
}

// inPlace are the functions that change the elements of their first argument.
var inPlace = map[string][]string{
	"maps":   {"Copy", "DeleteFunc", "Insert"},
	"slices": {"Reverse", "Sort", "SortFunc", "SortStableFunc"},
	"sort":   {"Slice", "SliceStable", "Strings"},
}

// changesElements says that a call changes the elements of its first argument.
func changesElements(info *types.Info, call *ast.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		b, ok := info.Uses[fun].(*types.Builtin)
		return ok && slices.Contains([]string{"copy", "clear", "delete"}, b.Name())
	case *ast.SelectorExpr:
		fn, ok := info.Uses[fun.Sel].(*types.Func)
		return ok && fn.Pkg() != nil && slices.Contains(inPlace[fn.Pkg().Path()], fn.Name())
	}
	return false
}

// eachFilled visits the fields of structs that a call may set of which it is not said to what: those of the type that
// a struct is converted to, and those that reflection reaches by way of a pointer given as an interface.
func eachFilled(info *types.Info, call *ast.CallExpr, visit func(f *types.Var)) {
	fun := info.Types[call.Fun]
	if fun.IsType() {
		if st := structUnder(fun.Type); st != nil && len(call.Args) == 1 && structUnder(info.TypeOf(call.Args[0])) != nil &&
			!types.Identical(info.TypeOf(call.Args[0]), fun.Type) {
			for f := range st.Fields() {
				visit(f)
			}
		}
		return
	}
	sig, ok := typeUnder[*types.Signature](fun.Type)
	if !ok || readsOnly(info, call) {
		return
	}
	for i, arg := range call.Args {
		ptr, ok := typeUnder[*types.Pointer](info.TypeOf(arg))
		if ok && types.IsInterface(parameterAt(sig, i)) {
			eachReached(ptr.Elem(), map[types.Type]bool{}, visit)
		}
	}
}

func typeUnder[T types.Type](t types.Type) (T, bool) {
	if t == nil {
		var none T
		return none, false
	}
	u, ok := t.Underlying().(T)
	return u, ok
}

// parameterAt is the type of the i-th argument of a call without dots.
func parameterAt(sig *types.Signature, i int) types.Type {
	n := sig.Params().Len() - 1
	if i < n || i == n && !sig.Variadic() {
		return sig.Params().At(i).Type()
	}
	if s, ok := sig.Params().At(n).Type().(*types.Slice); ok && sig.Variadic() {
		return s.Elem()
	}
	return types.Typ[types.Invalid]
}

// readsOnly says that a call is of a function that reads what it is given, and no more: that prints it, or encodes it.
func readsOnly(info *types.Info, call *ast.CallExpr) bool {
	id := identOf(call.Fun)
	if id == nil {
		return false
	}
	fn, ok := info.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "fmt":
		return !strings.Contains(strings.ToLower(fn.Name()), "scan")
	case "log", "log/slog", "testing", "html/template", "text/template", "context":
		return true
	case "encoding/json", "encoding/xml", "gopkg.in/yaml.v3":
		return strings.HasPrefix(fn.Name(), "Marshal") || strings.HasPrefix(fn.Name(), "Encode")
	}
	return false
}

// eachReached visits the exported fields of the structs that a type holds.
func eachReached(t types.Type, seen map[types.Type]bool, visit func(f *types.Var)) {
	if seen[t] {
		return
	}
	seen[t] = true
	if n, ok := types.Unalias(t).(*types.Named); ok && IsStandard(n.Obj().Pkg()) {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if f.Exported() {
				visit(f)
				eachReached(f.Type(), seen, visit)
			}
		}
	case *types.Pointer:
		eachReached(u.Elem(), seen, visit)
	case *types.Slice:
		eachReached(u.Elem(), seen, visit)
	case *types.Array:
		eachReached(u.Elem(), seen, visit)
	case *types.Map:
		eachReached(u.Elem(), seen, visit)
	}
}

// eachFieldOf visits the fields that a literal of a struct sets.
func eachFieldOf(info *types.Info, n *ast.CompositeLit, visit func(f *types.Var, value ast.Expr)) {
	t := info.TypeOf(n)
	if t == nil {
		return
	}
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range n.Elts {
		kv, keyed := e.(*ast.KeyValueExpr)
		if !keyed && i < st.NumFields() {
			visit(st.Field(i), e)
		}
		if !keyed {
			continue
		}
		if id, ok := kv.Key.(*ast.Ident); ok {
			if f, ok := info.Uses[id].(*types.Var); ok {
				visit(f, kv.Value)
			}
		}
	}
}

// Writes are the exported variables and fields of a program that other packages than their own set, by the packages
// that do.
type Writes struct {
	by map[*types.Var]map[*types.Package][]Value
}

// NewWrites has none.
func NewWrites() *Writes { return &Writes{map[*types.Var]map[*types.Package][]Value{}} }

// Note adds what a package sets of others.
func (w *Writes) Note(files []*ast.File, pkg *types.Package, info *types.Info) {
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			eachWrite(info, n, func(set write) {
				if v := set.in; v != nil && v != set.obj && v.Pkg() != pkg {
					w.add(v, pkg, Unknown("variable "+v.Name()+", of which package "+pkg.Name()+" sets a part"))
				}
				if set.obj.Pkg() == nil || set.obj.Pkg() == pkg || !set.obj.Exported() {
					return
				}
				w.add(set.obj, pkg, setElsewhere(set, pkg, info))
			})
			return true
		})
	}
}

func (w *Writes) add(v *types.Var, by *types.Package, value Value) {
	if w.by[v] == nil {
		w.by[v] = map[*types.Package][]Value{}
	}
	w.by[v][by] = append(w.by[v][by], value)
}

// setElsewhere is what a package sets a variable of another to: a constant, or a text that is not known.
func setElsewhere(set write, pkg *types.Package, info *types.Info) Value {
	if set.value != nil {
		if c := info.Types[set.value].Value; c != nil && c.Kind() == constant.String {
			return Text(constant.StringVal(c))
		}
	}
	what := "variable "
	if set.obj.IsField() {
		what = "field "
	}
	return Unknown(what + set.obj.Name() + ", which package " + pkg.Name() + " sets")
}

// of is what other packages than one set a variable or field to; none of nil.
func (w *Writes) of(v *types.Var, pkg *types.Package) []Value {
	if w == nil {
		return nil
	}
	var out []Value
	by := w.by[v.Origin()]
	for _, other := range slices.SortedFunc(maps.Keys(by), byPath) {
		if other != pkg {
			out = append(out, by[other]...)
		}
	}
	return out
}

func byPath(a, b *types.Package) int { return cmp.Compare(a.Path(), b.Path()) }
