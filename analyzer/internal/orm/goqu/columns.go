package goqu

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// column is one that a field of a struct is, by its name in rows: with the names of the structs that it
// is in and dots between (internal/util/reflect.go and column_map.go).
type column struct {
	name string
	// path are the names of the fields that lead to it.
	path []string
	typ  types.Type
	obj  *types.Var
	tag  string
	// through is the path to the pointer that leads to it and can be nil; none for most.
	through []string
}

// structOf is the struct behind pointers and slices that is read from or written as columns; nil for
// anything else.
func structOf(t types.Type) types.Type {
	st := structs.Of(t)
	if st == nil || makes(st) || structs.IsTime(st) {
		return nil
	}
	return st
}

// columns are those of a struct, in the order of their names; known is false if the program names
// columns itself.
func (w *writer) columns(t types.Type) (columns []column, known bool) {
	if t == nil {
		return nil, false
	}
	settings := w.Env.Settings("goqu")
	if slices.Contains(settings, renamedSetting) {
		return nil, false
	}
	tagged := slices.Contains(settings, taggedSetting)
	out := fields(t, nil, "", tagged, nil)
	slices.SortFunc(out, func(a, b column) int { return strings.Compare(a.name, b.name) })
	return out, true
}

// fields walks a struct: own fields win over those of embedded ones, the first over later ones.
func fields(t types.Type, path []string, prefix string, tagged bool, within []types.Type) []column {
	if !structs.Is(t) || slices.ContainsFunc(within, func(o types.Type) bool { return types.Identical(o, t) }) {
		return nil
	}
	within = append(within[:len(within):len(within)], t)
	var own, embedded []column
	for f := range structs.Fields(t, path...) {
		name, _ := f.First("db")
		inner := structs.Pointee(f.Var.Type())
		isPointer := inner != f.Var.Type()
		switch {
		case name == "-":
		case f.Var.Embedded() && structs.Is(inner):
			below := prefix
			if name != "" {
				below += name + "."
			}
			embedded = append(embedded, through(fields(inner, f.Path, below, tagged, within), f.Path, isPointer)...)
		case !f.Var.Exported(), name == "" && tagged:
		default:
			name = prefix + cmp.Or(name, strings.ToLower(f.Name()))
			if !isOneColumn(inner) {
				if nested := fields(inner, f.Path, name+".", tagged, within); len(nested) > 0 {
					own = append(own, through(nested, f.Path, isPointer)...)
					continue
				}
			}
			own = append(own, column{name: name, path: f.Path, typ: f.Var.Type(), obj: f.Var, tag: f.Tag.Get("goqu")})
		}
	}
	for _, c := range embedded {
		if !slices.ContainsFunc(own, func(o column) bool { return o.name == c.name }) {
			own = append(own, c)
		}
	}
	return own
}

// isOneColumn says that a field of a type is not taken apart.
func isOneColumn(t types.Type) bool {
	return !structs.Is(t) || structs.IsTime(t) || structs.HasMethod(types.NewPointer(t), "Scan")
}

func through(columns []column, path []string, isPointer bool) []column {
	for i := range columns {
		if isPointer {
			columns[i].through = path
		}
	}
	return columns
}

// identifier is the column, declared where its field is.
func (w *writer) identifier(c column) goval.Value {
	return w.Declared(sqlbuild.Quote(c.name), c.obj)
}

// structColumns are the columns of a struct in a list: those of structs in it with an alias.
func (w *writer) structColumns(t types.Type) goval.Value {
	columns, known := w.columns(t)
	if !known {
		return goval.Unknown("columns of " + t.String())
	}
	var out []goval.Value
	for _, c := range columns {
		v := w.identifier(c)
		if strings.Contains(c.name, ".") {
			v = goval.Concat(v, goval.Text(` AS "`+c.name+`"`))
		}
		out = append(out, v)
	}
	return orm.Join(out, ", ")
}

// structRow is what a struct sets, as its tags say.
func (w *writer) structRow(a goval.Arg, t types.Type, insert bool) (row, bool) {
	columns, known := w.columns(t)
	if !known {
		return nil, false
	}
	var out row
	for _, c := range columns {
		has := func(word string) bool { return slices.Contains(strings.Split(c.tag, ","), word) }
		set := orm.FieldSet(a, c.path)
		value := goval.Value(nil)
		there := orm.IsSet
		if c.through != nil {
			there = orm.FieldSet(a, c.through)
		}
		optional := there == orm.MaybeSet
		switch {
		case insert && has("skipinsert"), !insert && has("skipupdate"), there == orm.NotSet:
			continue
		case (has("omitempty") || has("omitnil") && isNilable(c.typ)) && set == orm.NotSet:
			continue
		case (has("omitempty") || has("omitnil") && isNilable(c.typ)) && set == orm.MaybeSet:
			optional = true
		case has("defaultifempty") && set == orm.NotSet:
			value = goval.Text("DEFAULT")
		}
		if value == nil {
			value = w.hole(goval.Typed(c.typ))
		}
		out = append(out, assignment{w.identifier(c), value, optional})
	}
	return out, true
}

func isNilable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Interface:
		return true
	}
	return false
}

// What a program sets for all that it makes.
const (
	preparedSetting = "prepared"
	taggedSetting   = "tagged fields only"
	renamedSetting  = "columns renamed"
)

var settings = map[string]string{
	"SetDefaultPrepared": preparedSetting, "SetIgnoreUntaggedFields": taggedSetting,
	"SetColumnRenameFunction": renamedSetting,
}

// setting is a call of one of the functions that change what all datasets write.
func setting(n ast.Node, info *types.Info) (library, setting string, ok bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "", "", false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return "", "", false
	}
	fn, ok := info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil || !slices.Contains(roots, fn.Pkg().Path()) || settings[fn.Name()] == "" {
		return "", "", false
	}
	if len(call.Args) == 1 {
		if v := info.Types[call.Args[0]].Value; v != nil && v.ExactString() == "false" {
			return "", "", false
		}
	}
	return "goqu", settings[fn.Name()], true
}
