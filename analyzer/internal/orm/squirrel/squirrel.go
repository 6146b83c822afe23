// Package squirrel lowers github.com/Masterminds/squirrel: what its builders write, after
// select.go, insert.go, update.go, delete.go, case.go and expr.go of version 1.5.4.
//
// It does not know how many values a slice holds: IN takes one for all.
package squirrel

import (
	"cmp"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// Library is squirrel.
var Library = &orm.Library{Name: "squirrel", Paths: paths, Makes: makes, Call: making, Lower: lower}

var paths = []string{"github.com/Masterminds/squirrel", "gopkg.in/Masterminds/squirrel.v1"}

// makes says that values of a type are builders.
func makes(t types.Type) bool {
	name := structs.NameIn(t, paths...)
	return strings.HasSuffix(name, "Builder") || slices.Contains(made, name)
}

// made are the types of builders that are not called so.
var made = []string{"StatementBuilderType", "Sqlizer", "aliasExpr", "concatExpr"}

// sending are the functions that run what they are given, with the argument that it is in.
var sending = map[string]int{
	"ExecWith": 1, "QueryWith": 1, "QueryRowWith": 1, "ExecContextWith": 2, "QueryContextWith": 2,
	"QueryRowContextWith": 2,
}

// making says what a function of the library does.
func making(fn *types.Func) goval.Making {
	if fn.Pkg() == nil || !slices.Contains(paths, fn.Pkg().Path()) {
		return goval.NotMaking
	}
	if recv := fn.Signature().Recv(); recv != nil && !makes(recv.Type()) {
		if fn.Name() == "ToSql" || fn.Name() == "MustSql" {
			return goval.MakesText
		}
		return goval.NotMaking
	} else if recv != nil {
		switch fn.Name() {
		case "ToSql", "MustSql":
			return goval.MakesText
		case "Exec", "Query", "QueryRow", "Scan", "ExecContext", "QueryContext", "QueryRowContext", "ScanContext":
			return goval.Sends
		}
		return goval.MakesBuilder
	}
	switch name := fn.Name(); {
	case name == "DebugSqlizer" || name == "Placeholders":
		return goval.NotMaking
	case sending[name] > 0:
		return goval.Sends
	case fn.Signature().Results().Len() == 1:
		return goval.MakesBuilder
	}
	return goval.NotMaking
}

// lower gives the texts of a builder.
func lower(builder goval.Value, _ orm.Env) []goval.Value {
	var out []goval.Value
	for _, steps := range builder.Variants() {
		out = append(out, written(steps))
	}
	return out
}

func written(steps goval.Value) goval.Value {
	style := goval.Value{&goval.Style{Mark: "?"}}
	if last := steps.LastCall(); last != nil {
		if i, ok := sending[last.Name]; ok && orm.Owner(last) == "" && i < len(last.Args) {
			return goval.Concat(style, sqlizer(last.Args[i]))
		}
	}
	return goval.Concat(style, text(steps))
}

// text is what the calls of a builder write.
func text(steps goval.Value) goval.Value {
	s := &statement{}
	for _, p := range steps {
		c := goval.CallOf(p)
		if c == nil {
			if !strings.HasSuffix(goval.TypeOf(p), ".StatementBuilderType") {
				s.unknown = append(s.unknown, p)
			}
			continue
		}
		key := orm.Owner(c) + "." + c.Name
		take, ok := calls[key]
		if !ok {
			take, ok = calls["."+c.Name]
		}
		if ok {
			take(s, c)
		} else {
			s.unknown = append(s.unknown, &goval.Hole{Reason: c.Name})
		}
	}
	return s.text()
}

// sqlizer is what an argument writes that is text or makes text.
func sqlizer(a goval.Arg) goval.Value {
	if name := ownSqlizer(a); name != "" {
		return goval.Unknown(name + ".ToSql()")
	}
	if path, name := orm.TypeName(a); a.List() != nil &&
		(slices.Contains(paths, path) || name == "map[string]interface{}" || name == "map[string]any") {
		return condition(a, name)
	}
	if orm.HasSteps(a.Text()) || len(a.Text()) == 1 && goval.TypeOf(a.Text()[0]) != "" {
		return orm.Each(a.Text(), func(steps goval.Value) []goval.Value { return []goval.Value{text(steps)} })
	}
	return a.Text()
}

// isSqlizer says that an argument is no plain value.
func isSqlizer(a goval.Arg) bool {
	path, name := orm.TypeName(a)
	return orm.HasSteps(a.Text()) || slices.Contains(paths, path) && name != "StatementBuilderType" || ownSqlizer(a) != ""
}

// ownSqlizer is the type of an argument that makes its text itself, and is none of the library; empty for another.
func ownSqlizer(a goval.Arg) string {
	path, name := orm.TypeName(a)
	t := a.DynamicType()
	if t == nil || types.IsInterface(t) || slices.Contains(paths, path) || orm.HasSteps(a.Text()) {
		return ""
	}
	if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "ToSql"); obj == nil {
		return ""
	}
	return cmp.Or(name, "argument")
}

// comparisons are the operators of the map types (expr.go).
var comparisons = map[string]string{
	"Like": "LIKE", "NotLike": "NOT LIKE", "ILike": "ILIKE", "NotILike": "NOT ILIKE",
	"Lt": "<", "LtOrEq": "<=", "Gt": ">", "GtOrEq": ">=",
}

// condition is what a map or a list of conditions writes.
func condition(a goval.Arg, name string) goval.Value {
	switch name {
	case "And", "Or":
		sep, empty := goval.Text(" "+strings.ToUpper(name)+" "), goval.Text(none[name == "And"])
		if len(a.List().Elems) == 0 && a.List().Open == "" {
			return empty
		}
		each := a.List().Map(func(e goval.Element) goval.Value { return sqlizer(e.Arg) })
		all, maybeNone := sqlbuild.NotEmpty(each.Join(sep))
		if maybeNone {
			return goval.Choice([]goval.Value{sqlbuild.Brackets(all), empty})
		}
		return sqlbuild.Brackets(all)
	}
	if len(a.List().Elems) == 0 && a.List().Open == "" {
		if comparisons[name] != "" {
			return nil
		}
		return goval.Text("(1=1)")
	}
	return sorted(a.List()).Map(func(e goval.Element) goval.Value {
		return comparison(e, name)
	}).Join(goval.Text(" AND "))
}

// sorted is a map in the order in which the library writes it, if all keys are known.
func sorted(l *goval.List) *goval.List {
	keys := make(map[string]goval.Element, len(l.Elems))
	for _, e := range l.Elems {
		key, ok := e.Key.Constant()
		if !ok {
			return l
		}
		keys[key] = e
	}
	out := l.With(nil)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		out.Elems = append(out.Elems, keys[key])
	}
	return out
}

// Words of a comparison with nothing, with several values and with none, by whether it is
// negated (expr.go, Eq.toSQL); none is also what an empty Or, or And, writes (conj.join).
var (
	isNull = map[bool]string{false: " IS NULL", true: " IS NOT NULL"}
	equals = map[bool]string{false: " = ?", true: " <> ?"}
	in     = map[bool]string{false: " IN (?)", true: " NOT IN (?)"}
	none   = map[bool]string{false: "(1=0)", true: "(1=1)"}
)

// comparison is what a key and its value write, in all the forms that the value can bring.
func comparison(e goval.Element, name string) goval.Value {
	if operator, ok := comparisons[name]; ok {
		return goval.Concat(e.Key, goval.Text(" "+operator+" ?"))
	}
	not := name == "NotEq"
	form := func(words map[bool]string) goval.Value { return goval.Concat(e.Key, goval.Text(words[not])) }
	switch {
	case e.Nil:
		return form(isNull)
	case orm.IsSequence(e.Arg) && e.Literal && len(e.List().Elems) > 0:
		return form(in)
	case orm.IsSequence(e.Arg):
		return goval.Either(form(in), goval.Text(none[not]))
	case canBeNull(e.Arg):
		return goval.Either(form(equals), form(isNull))
	}
	return form(equals)
}

// canBeNull takes pointers, and types that say what their value is (driver.Valuer).
func canBeNull(a goval.Arg) bool {
	t := a.GoType()
	if t == nil || types.IsInterface(t) {
		return false
	}
	if _, ok := t.Underlying().(*types.Pointer); ok {
		return true
	}
	value, _, _ := types.LookupFieldOrMethod(t, false, nil, "Value")
	fn, ok := value.(*types.Func)
	return ok && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 2
}
