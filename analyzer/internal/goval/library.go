package goval

import (
	"go/ast"
	"go/types"
	"os"
	"regexp"
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
	// One of two, as a condition has it: lo.Ternary(cond, a, b).
	either := func(f *Frame, call *ast.CallExpr) Value {
		if len(call.Args) < 3 {
			return f.fallback(call)
		}
		return Either(f.text(call.Args[1]), f.text(call.Args[2]))
	}
	library = map[string]func(f *Frame, call *ast.CallExpr) Value{
		"flag.String":                                             flag,
		"(*flag.FlagSet).String":                                  flag,
		"github.com/spf13/pflag.String":                           flag,
		"github.com/spf13/pflag.StringP":                          flag,
		"(*github.com/spf13/pflag.FlagSet).String":                flag,
		"(*github.com/spf13/pflag.FlagSet).StringP":               flag,
		"github.com/samber/lo.Ternary":                            either,
		"github.com/duke-git/lancet/v2/condition.Ternary":         either,
		"github.com/duke-git/lancet/v2/condition.TernaryOperator": either,
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
		"fmt.Appendln": func(f *Frame, call *ast.CallExpr) Value {
			return Concat(f.text(call.Args[0]), f.sprintln(call.Args[1:]))
		},
		"fmt.Sprint": func(f *Frame, call *ast.CallExpr) Value {
			return f.sprint(call.Args)
		},
		"fmt.Sprintln": func(f *Frame, call *ast.CallExpr) Value {
			return f.sprintln(call.Args)
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
