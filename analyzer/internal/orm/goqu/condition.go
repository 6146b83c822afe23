package goqu

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// conditions are those of a list, each of which may write nothing: then it is left out.
type conditions struct {
	sep   string
	elems []goval.Element
	// more stands for those that are not known; nothing if there are none.
	more goval.Value
}

func (l *conditions) with(more *conditions) *conditions {
	return &conditions{sep: l.sep, elems: slices.Concat(l.elems, more.elems), more: slices.Concat(l.more, more.more)}
}

// written is one condition as it is, several in brackets.
func (l *conditions) written() goval.Value {
	list := &goval.List{}
	for _, e := range l.elems {
		condition, maybe := sqlbuild.NotEmpty(e.Value)
		if condition == nil {
			continue
		}
		list.Elems = append(list.Elems, goval.Element{Arg: goval.Arg{Value: condition}, Optional: e.Optional || maybe})
	}
	if l.more != nil {
		list.Elems = append(list.Elems, goval.Element{Arg: goval.Arg{Value: l.more}})
	}
	switch {
	case len(list.Elems) == 0:
		return nil
	case len(list.Elems) == 1 && !list.Elems[0].Optional:
		return list.Elems[0].Value
	}
	return bracketed(list.Join(goval.Text(l.sep)))
}

// bracketed puts brackets around each way that writes something.
func bracketed(v goval.Value) goval.Value { return sqlbuild.Where(goval.Text("("), v, goval.Text(")")) }

// conditions are the arguments of And, Or, Where and the like.
func (w *writer) conditions(l *goval.List) *conditions {
	out := &conditions{more: l.More()}
	for _, e := range l.Elems {
		out.elems = append(out.elems, goval.Element{Arg: goval.Arg{Value: w.condition(e.Arg).written()},
			Optional: e.Optional})
	}
	return out
}

func (w *writer) conditionList(sep string, l *goval.List) *expr {
	out := w.conditions(l)
	out.sep = sep
	return &expr{list: out}
}

// condition is what an argument writes that is a condition.
func (w *writer) condition(a goval.Arg) *expr {
	switch {
	case a.List() != nil:
		return w.mapCondition(a)
	case isBuilt(a):
		return &expr{text: w.each(a, func(n *node) goval.Value { return w.operand(n) })}
	case a.Nil:
		return &expr{text: goval.Text("NULL")}
	}
	return &expr{text: unknown(a, "condition")}
}

// mapCondition is what Ex and ExOr write: their keys in order.
func (w *writer) mapCondition(a goval.Arg) *expr {
	sep := " AND "
	if mapName(a) == "ExOr" {
		sep = " OR "
	}
	out := &conditions{sep: sep, more: a.List().More()}
	for _, e := range sorted(a.List()) {
		key := identifier(e.Key).written()
		out.elems = append(out.elems, goval.Element{Optional: e.Optional, Arg: goval.Arg{Value: w.keyCondition(key, e.Arg)}})
	}
	return &expr{list: out}
}

// keyCondition is what a key of an Ex and its value write.
func (w *writer) keyCondition(key goval.Value, a goval.Arg) goval.Value {
	if mapName(a) != "Op" {
		return w.comparison(key, "Eq", w.At, a).written()
	}
	out := &conditions{sep: " OR ", more: a.List().More()}
	for _, e := range sorted(a.List()) {
		name, _ := e.Key.Constant()
		condition := goval.Unknown("operator")
		if method := methodOf(name); method != "" {
			condition = w.comparison(key, method, w.At, e.Arg).written()
		}
		out.elems = append(out.elems, goval.Element{Optional: e.Optional, Arg: goval.Arg{Value: condition}})
	}
	return out.written()
}

// methodOf is the method that a key of an Op stands for; keys are read in any case.
func methodOf(key string) string {
	for name := range operators {
		if strings.EqualFold(name, key) {
			return name
		}
	}
	return ""
}

// sorted are the elements of a map in the order of their keys; those whose keys are not known stay.
func sorted(l *goval.List) []goval.Element {
	return slices.SortedStableFunc(slices.Values(l.Elems), func(a, b goval.Element) int {
		x, _ := a.Key.Constant()
		y, _ := b.Key.Constant()
		return strings.Compare(x, y)
	})
}

// operators are the methods that compare, with what they write.
var operators = map[string]string{
	"Eq": "=", "Neq": "!=", "Gt": ">", "Gte": ">=", "Lt": "<", "Lte": "<=", "In": "IN", "NotIn": "NOT IN",
	"Is": "IS", "IsNot": "IS NOT", "IsNull": "IS NULL", "IsNotNull": "IS NOT NULL", "IsTrue": "IS TRUE",
	"IsNotTrue": "IS NOT TRUE", "IsFalse": "IS FALSE", "IsNotFalse": "IS NOT FALSE",
	"Like": "LIKE", "NotLike": "NOT LIKE", "ILike": "ILIKE", "NotILike": "NOT ILIKE",
	"RegexpLike": "~", "RegexpNotLike": "!~", "RegexpILike": "~*", "RegexpNotILike": "!~*",
	"Between": "BETWEEN", "NotBetween": "NOT BETWEEN",
}

// operations are the operators that exp.NewBooleanExpression takes, by their numbers.
var operations = []string{"Eq", "Neq", "Is", "IsNot", "Gt", "Gte", "Lt", "Lte", "In", "NotIn", "Like", "NotLike",
	"ILike", "NotILike", "RegexpLike", "RegexpNotLike", "RegexpILike", "RegexpNotILike"}

// regexps are the operators that Like and its kin write for a *regexp.Regexp.
var regexps = map[string]string{
	"Eq": "~", "Neq": "!~", "Like": "~", "NotLike": "!~", "ILike": "~*", "NotILike": "!~*",
}

// comparedWith is what a method compares with: In takes any number of values, which are a slice.
func comparedWith(name string, c *goval.Call) goval.Arg {
	args := orm.Variadic(c, 0)
	switch {
	case len(c.Args) == 0:
		return goval.Arg{}
	case name != "In" && name != "NotIn", len(args.Elems) == 1 && args.Open == "":
		return args.Elems[0].Arg
	}
	return goval.Arg{Value: goval.Value{args}}
}

func compared(left, operator, right goval.Value) *expr {
	return &expr{text: goval.Concat(goval.Text("("), left, operator, right, goval.Text(")"))}
}

// comparison is what a comparison writes, in all the forms that the value can bring.
func (w *writer) comparison(left goval.Value, method string, at goval.Run, a goval.Arg) *expr {
	form := func(operator string, right goval.Value) goval.Value {
		return compared(left, goval.TextAt(" "+operator, at), right).text
	}
	with := func(v goval.Value) goval.Value { return goval.Concat(goval.Text(" "), v) }
	operator := operators[method]
	switch method {
	case "IsNull", "IsNotNull", "IsTrue", "IsNotTrue", "IsFalse", "IsNotFalse":
		return &expr{text: form(operator, nil)}
	case "In", "NotIn":
		return &expr{text: form(operator, with(w.set(a)))}
	case "Eq", "Neq", "Is", "IsNot":
		return &expr{text: w.equals(form, with, method, a)}
	}
	if word, ok := regexps[method]; ok && isRegexp(a) {
		operator = word
	}
	return &expr{text: form(operator, with(w.value(a)))}
}

// set is what stands behind IN.
func (w *writer) set(a goval.Arg) goval.Value {
	if isRow(a) || a.List() != nil && mapName(a) == "" {
		return goval.Concat(goval.Text("("), w.elements(a), goval.Text(")"))
	}
	return goval.Concat(goval.Text("("), w.value(a), goval.Text(")"))
}

// equals is Eq, Neq, Is and IsNot: nothing and truth are compared with IS, several values with IN.
func (w *writer) equals(form func(string, goval.Value) goval.Value, with func(goval.Value) goval.Value, method string,
	a goval.Arg) goval.Value {
	not := method == "Neq" || method == "IsNot"
	is, in := "IS", "IN"
	if not {
		is, in = "IS NOT", "NOT IN"
	}
	value, isBool := a.Bool()
	t := orNothing(a.DynamicType())
	switch {
	case a.Nil:
		return form(is, goval.Text(" NULL"))
	case isBool && value:
		return form(is, goval.Text(" TRUE"))
	case isBool:
		return form(is, goval.Text(" FALSE"))
	case isBoolean(t):
		return goval.Choice([]goval.Value{form(is, goval.Text(" TRUE")), form(is, goval.Text(" FALSE"))})
	case isRow(a):
		return form(in, with(w.set(a)))
	case isRegexp(a):
		return form(regexps[method], with(w.value(a)))
	case isBuilt(a):
		return w.each(a, func(n *node) goval.Value {
			if n.dataset != nil {
				return form(in, with(w.operand(n)))
			}
			return form(operators[method], with(w.operand(n)))
		})
	case types.IsInterface(t) && a.List() == nil:
		// The value decides when the program runs.
		return goval.Choice([]goval.Value{form(operators[method], with(w.value(a))), form(is, goval.Text(" NULL")),
			form(in, with(goval.Concat(goval.Text("("), w.hole(goval.Arg{}), goval.Text(")"))))})
	}
	return form(operators[method], with(w.value(a)))
}

func isBoolean(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

func isRegexp(a goval.Arg) bool {
	return strings.TrimPrefix(a.Type, "*") == "regexp.Regexp" ||
		a.DynamicType() != nil && strings.TrimPrefix(a.DynamicType().String(), "*") == "regexp.Regexp"
}
