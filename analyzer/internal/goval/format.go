package goval

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var verb = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*[\d*]*(\.[\d*]+)?[a-zA-Z%]`)

// sprintf is what fmt makes of a format and its arguments; of spread, the last is a list of them. A format that is a
// parameter of the function, with the function's own arguments, is evaluated by its callers.
func (f *Frame) sprintf(args []ast.Expr, spread bool) Value {
	if len(args) == 0 {
		return Value{}
	}
	format := f.text(args[0])
	if param, ok := Only[*Param](format); ok && len(args) == 2 && param.Of == 0 {
		if last, ok := f.variadic(args[1]); ok {
			return Value{&Format{Format: format, Index: last}}
		}
	}
	if format.HasFile() {
		return formattedText(format)
	}
	if spread && len(args) == 2 {
		return op("format", format, Value{f.list(args[1])})
	}
	if format.AnyWithin(IsPart[*Param]) {
		return op("format", format, Value{f.formatArguments(args[1:])})
	}
	return eachWay(format, func(format Value) Value {
		next := 0
		return eachVerb(format, func(verb string) Value { return f.formatVerb(verb, args[1:], &next) })
	})
}

// formatArguments are the values that fmt is given, as a list.
func (f *Frame) formatArguments(args []ast.Expr) *List {
	l := &List{}
	for _, a := range args {
		next := 0
		l.Elems = append(l.Elems, Element{Arg: Arg{Value: f.formatVerb("%v", []ast.Expr{a}, &next)}})
	}
	return l
}

// formattedWith is what fmt makes of a format whose arguments are the elements of a list.
func formattedWith(format Value, args *List) Value {
	return eachWay(format, func(format Value) Value {
		return formatted(format, func(i int) Value {
			switch {
			case i < 0 || args.known() && i >= len(args.Elems):
				return Unknown("missing argument of a format")
			case i < len(args.Elems) && !slices.ContainsFunc(args.Elems[:i+1],
				func(e Element) bool { return e.Optional || e.Rest || len(e.Key) > 0 }):
				return args.Elems[i].Value
			}
			return Unknown("argument of a format")
		})
	})
}

// eachWay applies what is done to a format to each of its alternatives.
func eachWay(format Value, do func(Value) Value) Value {
	if len(format.choices()) == 0 {
		return do(format)
	}
	var out []Value
	for _, way := range format.Variants() {
		out = append(out, do(way))
	}
	return Choice(out)
}

// formattedText is what fmt makes of a format of which a part may be a file that is known later,
// and of arguments that are not followed.
func formattedText(format Value) Value {
	if format.HasFile() {
		return Value{&Format{Format: format, Index: -1}}
	}
	return eachWay(format, func(format Value) Value {
		return formatted(format, func(int) Value { return Unknown("argument of a format") })
	})
}

// HasFile says that a part of the value is a file that callers name.
func (v Value) HasFile() bool {
	return v.Any(IsPart[*File])
}

// variadic says that an expression is the variadic parameter of the declared function, and
// which.
func (f *Frame) variadic(e ast.Expr) (int, bool) {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok || f.Func == nil || !f.Func.Signature().Variadic() {
		return 0, false
	}
	params := f.Func.Signature().Params()
	return params.Len() - 1, params.At(params.Len()-1) == f.pkg.Info.Uses[id]
}

// eachVerb replaces the verbs of a format.
func eachVerb(format Value, replace func(verb string) Value) Value {
	var out Value
	for _, part := range format {
		p, ok := part.(*Lit)
		if !ok {
			out = append(out, part)
			continue
		}
		from := 0
		for _, m := range verb.FindAllStringIndex(p.Text, -1) {
			if m[0] > from {
				out = append(out, p.Slice(from, m[0]))
			}
			out = append(out, replace(p.Text[m[0]:m[1]])...)
			from = m[1]
		}
		if from < len(p.Text) {
			out = append(out, p.Slice(from, len(p.Text)))
		}
	}
	return out
}

// formatted is what fmt makes of a format whose arguments are known as texts alone.
func formatted(format Value, arg func(i int) Value) Value {
	next := 0
	return eachVerb(format, func(v string) Value {
		letter := v[len(v)-1]
		if letter == '%' {
			return Text("%")
		}
		given := arg(verbIndex(v, &next))
		if !strings.ContainsRune(numeric, rune(letter)) {
			return verbOf(v, given)
		}
		if text, ok := given.Constant(); ok {
			if n, err := strconv.ParseInt(text, 10, 64); err == nil && !strings.Contains(v, "*") {
				return Text(fmt.Sprintf(withoutIndex(v), n))
			}
		}
		return UnknownValue("number")
	})
}

// numeric are the verbs that are for numbers and truth values; x and X are for texts too.
const numeric = "bcdeEfFgGotUxX"

// verbOf is what a verb makes of a text: all of it, unless there is a width, a precision or another notation.
func verbOf(v string, text Value) Value {
	v = withoutIndex(v)
	if isPlain(v) && !strings.ContainsAny(v, "123456789") {
		return text
	}
	return op("verb", Text(v), text)
}

// isPlain says that a verb writes all of a text, with blanks beside it at the most.
func isPlain(v string) bool {
	letter := v[len(v)-1]
	return (letter == 's' || letter == 'v') && !strings.ContainsAny(v, "#*.")
}

// inNotation is what a verb that is not plain makes of a text.
func inNotation(v string, text Value) Value {
	return eachWay(text, func(way Value) Value {
		known, ok := way.Constant()
		switch {
		case ok && !strings.Contains(v, "*"):
			return Text(fmt.Sprintf(v, known))
		case isPlain(v):
			return way
		case strings.ContainsAny(v[len(v)-1:], "qsv"):
			return UnknownIdent("quoted text")
		}
		return UnknownValue("text in another notation")
	})
}

// withoutIndex is a verb that takes the next argument:  %-6s  of  %[2]-6s.
func withoutIndex(v string) string {
	if _, rest, ok := strings.Cut(v, "]"); ok && strings.HasPrefix(v, "%[") {
		return "%" + rest
	}
	return v
}

// verbIndex is the argument that a verb takes; next is the one that the next verb takes.
func verbIndex(v string, next *int) int {
	*next += strings.Count(v, "*") // a width or precision takes an argument
	i := *next
	if index, ok := strings.CutPrefix(v, "%["); ok {
		number, _, _ := strings.Cut(index, "]")
		if n, err := strconv.Atoi(number); err == nil {
			i = n - 1
		}
	}
	*next = i + 1
	return i
}

// formatVerb evaluates one verb.
func (f *Frame) formatVerb(v string, args []ast.Expr, next *int) Value {
	letter := v[len(v)-1]
	if letter == '%' {
		return Text("%")
	}
	i := verbIndex(v, next)
	if i < 0 || i >= len(args) {
		return Unknown("missing argument of " + v)
	}
	t := f.pkg.Info.TypeOf(args[i])
	isNumeric := strings.ContainsRune(numeric, rune(letter)) && (t == nil || !isString(t))
	if shown, ok := f.shown(args[i]); ok && !isNumeric {
		return verbOf(v, shown)
	}
	c, isConstant := f.constantOf(args[i])
	switch {
	case isConstant && !strings.Contains(v, "*"):
		return Text(fmt.Sprintf(withoutIndex(v), c))
	case isNumeric || isNumber(t):
		return UnknownValue(types.ExprString(args[i]))
	}
	text := f.text(args[i])
	if letter == 'q' && Is[*Hole](text) {
		return UnknownIdent(types.ExprString(args[i]))
	}
	return verbOf(v, text)
}

// constantOf is a number or truth value that an expression is a constant of.
func (f *Frame) constantOf(e ast.Expr) (any, bool) {
	c := f.pkg.Info.Types[e].Value
	if c == nil {
		return nil, false
	}
	switch c.Kind() {
	case constant.Int:
		n, exact := constant.Int64Val(c)
		return n, exact
	case constant.Float:
		n, _ := constant.Float64Val(c)
		return n, true
	case constant.Bool:
		return constant.BoolVal(c), true
	}
	return nil, false
}

// shown is what fmt writes of a text or a number whose type has a method String or Error: what that gives.
func (f *Frame) shown(e ast.Expr) (Value, bool) {
	t := f.pkg.Info.TypeOf(e)
	if t == nil || types.IsInterface(t) || !isNumber(t) && !isString(t) {
		return nil, false
	}
	for _, name := range []string{"Error", "String"} { // the order of fmt (print.go, handleMethods)
		obj, _, _ := types.LookupFieldOrMethod(t, false, f.pkg.Types, name)
		if fn, ok := obj.(*types.Func); !ok || !isAnswer(fn) {
			continue
		}
		if v, ok := f.answerOf(t, name, f.text(e)); ok {
			return v, true
		}
		return Unknown(types.ExprString(e) + "." + name + "()"), true
	}
	return nil, false
}

// sprint is what fmt.Sprint makes of its arguments: with a space between two of which neither is a text.
func (f *Frame) sprint(args []ast.Expr) Value {
	var out Value
	for i, a := range args {
		if i > 0 && f.isNoText(args[i-1]) && f.isNoText(a) {
			out = Concat(out, Text(" "))
		}
		out = Concat(out, f.printed(a))
	}
	return out
}

// isNoText says that fmt does not take an argument for a text.
func (f *Frame) isNoText(e ast.Expr) bool {
	t := f.pkg.Info.TypeOf(e)
	return t != nil && !isString(t) && !types.IsInterface(t)
}

// sprintln is what fmt.Sprintln makes of its arguments.
func (f *Frame) sprintln(args []ast.Expr) Value {
	var out Value
	for i, a := range args {
		if i > 0 {
			out = Concat(out, Text(" "))
		}
		out = Concat(out, f.printed(a))
	}
	return Concat(out, Text("\n"))
}

// printed is what fmt writes of an argument without a format.
func (f *Frame) printed(e ast.Expr) Value {
	if shown, ok := f.shown(e); ok {
		return shown
	}
	if c, ok := f.constantOf(e); ok {
		return Text(fmt.Sprint(c))
	}
	return f.text(e)
}
