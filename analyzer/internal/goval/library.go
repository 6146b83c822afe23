package goval

import (
	"go/ast"
	"go/types"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// library evaluates the functions of the standard library, and of drivers, that make text.
var library map[string]func(f *Frame, call *ast.CallExpr) Value

func init() {
	first := func(f *Frame, call *ast.CallExpr) Value { return f.text(call.Args[0]) }
	identifier := func(f *Frame, call *ast.CallExpr) Value { return op("quote", f.Argument(call, 0)) }
	on := func(name string) func(f *Frame, call *ast.CallExpr) Value {
		return func(f *Frame, call *ast.CallExpr) Value {
			args := []Value{f.Argument(call, 0)}
			if f.signature(call.Fun) != nil && f.signature(call.Fun).Params().Len() > 1 {
				args = append(args, f.Argument(call, 1))
			}
			return op(name, args...)
		}
	}
	value := func(f *Frame, call *ast.CallExpr) Value {
		return UnknownValue(types.ExprString(call))
	}
	// What a flag is: its default, or what the command line has.
	flag := func(f *Frame, call *ast.CallExpr) Value {
		if len(call.Args) < 3 {
			return f.fallback(call)
		}
		return Choice([]Value{f.text(call.Args[len(call.Args)-2]), Unknown(types.ExprString(call))})
	}
	library = map[string]func(f *Frame, call *ast.CallExpr) Value{
		"flag.String":                               flag,
		"(*flag.FlagSet).String":                    flag,
		"github.com/spf13/pflag.String":             flag,
		"github.com/spf13/pflag.StringP":            flag,
		"(*github.com/spf13/pflag.FlagSet).String":  flag,
		"(*github.com/spf13/pflag.FlagSet).StringP": flag,
		"cmp.Or": (*Frame).firstOf,
		"fmt.Sprintf": func(f *Frame, call *ast.CallExpr) Value {
			return f.sprintf(call.Args, call.Ellipsis.IsValid())
		},
		"fmt.Appendf": func(f *Frame, call *ast.CallExpr) Value {
			return Concat(f.text(call.Args[0]), f.sprintf(call.Args[1:], call.Ellipsis.IsValid()))
		},
		"fmt.Append": func(f *Frame, call *ast.CallExpr) Value {
			return Concat(f.text(call.Args[0]), f.sprint(call.Args[1:]))
		},
		"fmt.Sprint": func(f *Frame, call *ast.CallExpr) Value {
			return f.sprint(call.Args)
		},
		"bytes.NewBuffer":                 (*Frame).newBuffer,
		"bytes.NewBufferString":           first,
		"text/template.Must":              first,
		"html/template.Must":              first,
		"(*text/template.Template).Parse": (*Frame).parseTemplate,
		"(*html/template.Template).Parse": (*Frame).parseTemplate,
		"os.ReadFile": func(f *Frame, call *ast.CallExpr) Value {
			return f.FileNamed(call.Args[0])
		},
		"io/ioutil.ReadFile": func(f *Frame, call *ast.CallExpr) Value {
			return f.FileNamed(call.Args[0])
		},
		"path/filepath.Join":                            (*Frame).joinPath,
		"path.Join":                                     (*Frame).joinPath,
		"strings.Join":                                  (*Frame).joinCall,
		"strings.Repeat":                                (*Frame).repeat,
		"strings.TrimSpace":                             first,
		"strings.ToLower":                               on("lower"),
		"strings.ToUpper":                               on("upper"),
		"strings.Clone":                                 first,
		"strings.TrimSuffix":                            on("trimSuffix"),
		"strings.TrimRight":                             on("trimRight"),
		"(*strings.Replacer).Replace":                   (*Frame).replacer,
		"(*regexp.Regexp).ReplaceAllString":             (*Frame).replacePattern,
		"(*regexp.Regexp).ReplaceAllLiteralString":      (*Frame).replacePattern,
		"os.Expand":                                     (*Frame).expand,
		"strings.TrimPrefix":                            on("trimPrefix"),
		"strings.TrimLeft":                              on("trimLeft"),
		"strings.Trim":                                  on("trim"),
		"strings.Replace":                               (*Frame).replace,
		"strings.ReplaceAll":                            (*Frame).replace,
		"(*strings.Builder).String":                     (*Frame).built,
		"(*bytes.Buffer).String":                        (*Frame).built,
		"(*bytes.Buffer).Bytes":                         (*Frame).built,
		"strconv.Itoa":                                  value,
		"strconv.FormatInt":                             value,
		"strconv.FormatUint":                            value,
		"strconv.FormatBool":                            value,
		"strconv.FormatFloat":                           value,
		"github.com/lib/pq.QuoteIdentifier":             identifier,
		"github.com/lib/pq.QuoteLiteral":                value,
		"(github.com/jackc/pgx/v5.Identifier).Sanitize": (*Frame).sanitize,
		"(github.com/jackc/pgx/v4.Identifier).Sanitize": (*Frame).sanitize,
	}
}

var verb = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*[\d*]*(\.[\d*]+)?[a-zA-Z%]`)

// sprintf evaluates a format and its arguments. A format that is a parameter of the function,
// with the function's own arguments, is evaluated by its callers.
// sprintf is what fmt makes of a format and its arguments; of spread, the last is a list of them.
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
		i := verbIndex(v, &next)
		switch {
		case strings.ContainsRune("dfegbxXot", rune(letter)):
			if text, ok := arg(i).Constant(); ok && letter == 'd' {
				return Text(text)
			}
			return UnknownValue("number")
		case letter == 'q':
			return UnknownIdent("quoted text")
		}
		return arg(i)
	})
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
	switch {
	case strings.ContainsRune("dfegbxXot", rune(letter)) && (t == nil || !isString(t)):
		if c := f.pkg.Info.Types[args[i]].Value; c != nil && letter == 'd' {
			return Text(c.ExactString())
		}
		return UnknownValue(types.ExprString(args[i]))
	case letter == 'q':
		return UnknownIdent(types.ExprString(args[i]))
	}
	if shown, ok := f.shown(args[i]); ok {
		return shown
	}
	if t != nil && isNumber(t) {
		return UnknownValue(types.ExprString(args[i]))
	}
	return f.text(args[i])
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

func (f *Frame) sprint(args []ast.Expr) Value {
	var out Value
	for _, a := range args {
		if shown, ok := f.shown(a); ok {
			out = append(out, shown...)
			continue
		}
		out = append(out, f.text(a)...)
	}
	return out
}

// joinCall evaluates strings.Join.
func (f *Frame) joinCall(call *ast.CallExpr) Value {
	return op("join", Value{f.list(call.Args[0])}, f.Argument(call, 1))
}

func (f *Frame) repeat(call *ast.CallExpr) Value {
	v := f.Argument(call, 0)
	if len(call.Args) < 2 { // both from one call
		return Unknown("repeated text")
	}
	if n, ok := f.intOf(call.Args[1]); ok && n >= 0 && n < 100 {
		var out Value
		for range n {
			out = append(out, v...)
		}
		return out
	}
	return v
}

func mapLiterals(v Value, change func(*Lit) *Lit) Value {
	out := make(Value, 0, len(v))
	for _, p := range v {
		switch q := p.(type) {
		case *Lit:
			p = change(q)
		case *OneOf:
			p = mapInside(q, func(o Value) Value { return mapLiterals(o, change) })
		}
		out = append(out, p)
	}
	return out
}

// ReplaceMarks gives for each mark in the text what a function makes of it, in order; a mark
// that is doubled is none if that is how it is escaped. The function is given the literal text
// before the mark as well.
func (v Value) ReplaceMarks(mark byte, doubled bool, with func(mark *Lit, before string) Value) Value {
	var out Value
	for _, part := range v {
		p, ok := part.(*Lit)
		if !ok {
			out = append(out, part)
			continue
		}
		from := 0
		for i := 0; i < len(p.Text); i++ {
			if p.Text[i] != mark {
				continue
			}
			if doubled && i+1 < len(p.Text) && p.Text[i+1] == mark {
				i++
				continue
			}
			if i > from {
				out = append(out, p.Slice(from, i))
			}
			out = append(out, with(p.Slice(i, i+1), p.Text[:i])...)
			from = i + 1
		}
		if from < len(p.Text) {
			out = append(out, p.Slice(from, len(p.Text)))
		}
	}
	return out
}

// replace evaluates strings.Replace and ReplaceAll.
func (f *Frame) replace(call *ast.CallExpr) Value {
	limit := number(-1)
	if len(call.Args) > 3 {
		limit = Unknown("number")
		if n, ok := f.intOf(call.Args[3]); ok {
			limit = number(n)
		}
	}
	return op("replace", f.Argument(call, 0), f.Argument(call, 1), f.Argument(call, 2), limit)
}

// replacer evaluates strings.NewReplacer(old, new, …).Replace(text) of constants, one after the other: of olds of
// which none is a part of another, or of what one is replaced by.
func (f *Frame) replacer(call *ast.CallExpr) Value {
	made, ok := f.pkg.Declared(selectorOf(call).X).(*ast.CallExpr)
	if !ok || len(made.Args)%2 != 0 || made.Ellipsis.IsValid() {
		return f.fallback(call)
	}
	if fn := f.callee(made); fn == nil || fn.FullName() != "strings.NewReplacer" {
		return f.fallback(call)
	}
	var olds []string
	var withs []Value
	for i := 0; i < len(made.Args); i += 2 {
		old, constant := f.text(made.Args[i]).Constant()
		with := f.text(made.Args[i+1])
		if _, known := with.Constant(); !constant || !known || old == "" {
			return f.fallback(call)
		}
		olds, withs = append(olds, old), append(withs, with)
	}
	out := f.Argument(call, 0)
	for i, old := range olds {
		for k, other := range olds {
			if with, _ := withs[k].Constant(); strings.Contains(with, old) || i != k && strings.Contains(other, old) {
				return f.fallback(call)
			}
		}
		out = op("replace", out, Text(old), withs[i], number(-1))
	}
	return out
}

// replacePattern evaluates the replacement of a pattern that is constant, in a text that is: what stands where the
// pattern did not is where it was.
func (f *Frame) replacePattern(call *ast.CallExpr) Value {
	made, ok := f.pkg.Declared(selectorOf(call).X).(*ast.CallExpr)
	if !ok || len(made.Args) != 1 {
		return f.fallback(call)
	}
	fn := f.callee(made)
	if fn == nil || fn.FullName() != "regexp.MustCompile" {
		return f.fallback(call)
	}
	source, ok1 := f.text(made.Args[0]).Constant()
	pattern, err := regexp.Compile(source)
	with, ok2 := f.Argument(call, 1).Constant()
	if !ok1 || !ok2 || err != nil || strings.Contains(with, "$") {
		return f.fallback(call)
	}
	text := joinedLiterals(f.Argument(call, 0))
	lit, ok := Only[*Lit](text)
	if !ok {
		return f.fallback(call)
	}
	var out Value
	from := 0
	for _, m := range pattern.FindAllStringIndex(lit.Text, -1) {
		out = append(out, lit.Slice(from, m[0]))
		out = append(out, f.Argument(call, 1)...)
		from = m[1]
	}
	return append(out, lit.Slice(from, len(lit.Text)))
}

// expand evaluates os.Expand of a constant text with a function that gives one text whatever it is given, or a
// hole for each name.
func (f *Frame) expand(call *ast.CallExpr) Value {
	text, ok := f.Argument(call, 0).Constant()
	if !ok || len(call.Args) != 2 {
		return f.fallback(call)
	}
	made := f.function(call.Args[1]).Result
	if _, constant := made.Constant(); !constant {
		made = Unknown("expanded by " + types.ExprString(call.Args[1]))
	}
	const mark = "\x00"
	marked := os.Expand(text, func(string) string { return mark })
	var out Value
	for i, part := range strings.Split(marked, mark) {
		if i > 0 {
			out = append(out, made...)
		}
		out = append(out, Text(part)...)
	}
	return out
}

func replaceIn(p *Lit, old string, with Value, limit *int) Value {
	var out Value
	from := 0
	for *limit != 0 {
		i := strings.Index(p.Text[from:], old)
		if i < 0 {
			break
		}
		if i > 0 {
			out = append(out, p.Slice(from, from+i))
		}
		out = append(out, with...)
		from += i + len(old)
		*limit--
	}
	if from < len(p.Text) {
		out = append(out, p.Slice(from, len(p.Text)))
	}
	return out
}

// newBuffer evaluates bytes.NewBuffer(nil), bytes.NewBuffer(make([]byte, 0, n)) and
// bytes.NewBuffer(text).
func (f *Frame) newBuffer(call *ast.CallExpr) Value {
	switch x := ast.Unparen(call.Args[0]).(type) {
	case *ast.Ident:
		if x.Name == "nil" {
			return Value{}
		}
	case *ast.CallExpr:
		if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "make" && len(x.Args) > 1 {
			if n, ok := f.intOf(x.Args[1]); ok && n == 0 {
				return Value{}
			}
		}
	}
	return f.text(call.Args[0])
}

// built is the content of a builder.
func (f *Frame) built(call *ast.CallExpr) Value {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if p, ok := f.placeOf(sel.X); ok {
			if v, ok := f.load(p); ok {
				return v
			}
			if v, ok := f.fieldOfParam(sel.X, p); ok {
				return v
			}
		}
	}
	return Unknown("content of a builder")
}

// firstOf evaluates cmp.Or: any of what it is given.
func (f *Frame) firstOf(call *ast.CallExpr) Value {
	var all []Value
	for _, a := range call.Args {
		all = append(all, f.text(a))
	}
	return Choice(all)
}

// sanitize evaluates pgx.Identifier{…}.Sanitize().
func (f *Frame) sanitize(call *ast.CallExpr) Value {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return UnknownIdent("identifier")
	}
	var parts []string
	for _, e := range f.list(sel.X).Elems {
		s, ok := e.Text().Constant()
		if !ok {
			return UnknownIdent("identifier")
		}
		parts = append(parts, `"`+strings.ReplaceAll(s, `"`, `""`)+`"`)
	}
	if len(parts) == 0 {
		return UnknownIdent("identifier")
	}
	return Text(strings.Join(parts, "."))
}
