package extract

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/rowscan"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// arguments are the values for the parameters of a statement. passesOn says that they are the
// last parameter of the function around the call.
type arguments struct {
	list     []usage.Arg
	passesOn bool
}

// arguments are what a call gives in place of args ...any.
func (x *extractor) arguments(t target, call *ast.CallExpr, f *goval.Frame) arguments {
	sig := t.fn.Signature()
	n := sig.Params().Len() - 1 + t.shift
	if !sig.Variadic() || n >= len(call.Args) {
		return arguments{}
	}
	values := call.Args[n:]
	if call.Ellipsis.IsValid() {
		switch v := ast.Unparen(call.Args[n]).(type) {
		case *ast.CompositeLit:
			values = v.Elts
		case *ast.Ident:
			return arguments{passesOn: f.Func != nil && isLast(f.Func, x.Info.Uses[v])}
		default:
			return arguments{}
		}
	}
	var out arguments
	for _, v := range values {
		if x.isOption(v) {
			continue
		}
		if x.isNamed(v) {
			return arguments{}
		}
		out.list = append(out.list, x.arg(v, f))
	}
	return out
}

func isLast(fn *types.Func, obj types.Object) bool {
	params := fn.Signature().Params()
	return fn.Signature().Variadic() && params.At(params.Len()-1) == obj
}

// passedOn are the arguments of a call of a function that sends for its callers.
func (x *extractor) passedOn(s fact.Sink, t target, call *ast.CallExpr, f *goval.Frame) arguments {
	if s.PassesOn {
		return x.arguments(t, call, f)
	}
	return arguments{list: s.Args}
}

// isOption says that pgx takes a leading argument for itself, not as a value.
func (x *extractor) isOption(e ast.Expr) bool {
	n, ok := types.Unalias(x.Info.TypeOf(e)).(*types.Named)
	return ok && slices.Contains([]string{"QueryExecMode", "QueryResultFormats", "QueryResultFormatsByOID"},
		n.Obj().Name())
}

// isNamed says that an argument gives values by name.
func (x *extractor) isNamed(e ast.Expr) bool {
	n, ok := types.Unalias(x.Info.TypeOf(e)).(*types.Named)
	return ok && (strings.HasSuffix(n.Obj().Name(), "NamedArgs") || n.Obj().Name() == "NamedArg" ||
		n.Obj().Name() == "QueryRewriter")
}

// rewrittenBy is a text that one of the arguments may change, a pgx.QueryRewriter that is none of pgx's own:
//
//	conn.Exec(ctx, "DELETE FROM t WHERE id = $1", tenant{})
func (x *extractor) rewrittenBy(t target, call *ast.CallExpr, text goval.Value) goval.Value {
	sig := t.fn.Signature()
	if n := sig.Params().Len() - 1 + t.shift; sig.Variadic() && n < len(call.Args) {
		for _, e := range call.Args[n:] {
			if typ := x.Info.TypeOf(e); rewrites(typ) {
				return goval.Concat(text, goval.Value{&goval.Hole{Place: goval.MoreText,
					Reason: types.TypeString(typ, types.RelativeTo(x.Pkg)) + ".RewriteQuery"}})
			}
		}
	}
	return text
}

// rewrites says that a type has a method RewriteQuery that is not one of pgx, whose own put positions for names alone.
func rewrites(t types.Type) bool {
	if t == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "RewriteQuery")
	fn, ok := obj.(*types.Func)
	return ok && fn.Pkg() != nil && (types.IsInterface(t) || !strings.HasPrefix(fn.Pkg().Path(), "github.com/jackc/pgx/"))
}

func (x *extractor) arg(e ast.Expr, f *goval.Frame) usage.Arg {
	t := x.Info.TypeOf(e)
	if t == nil {
		return usage.Arg{}
	}
	out := usage.Arg{Type: rowscan.GoType(t)}
	if types.IsInterface(t) {
		out.Type = ""
	}
	if b, ok := t.Underlying().(*types.Basic); !ok || b.Info()&types.IsString == 0 {
		return out
	}
	if out.Values, out.Known = constants(f.Eval(e)); out.Known {
		return out
	}
	out.Values = labels(t)
	return out
}

// maxValues bounds the texts that an argument can be.
const maxValues = 32

// constants are the texts that a value can be, if all are known.
func constants(v goval.Value) ([]string, bool) {
	var out []string
	for _, w := range v.Variants() {
		text, ok := w.Constant()
		// An empty text is that of a variable that something else fills.
		if !ok || text == "" || len(out) == maxValues {
			return nil, false
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return slices.Compact(out), true
}

// labels are the constants that a package declares of a string type: an enum.
func labels(t types.Type) []string {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return nil
	}
	var out []string
	scope := n.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if ok && types.Identical(c.Type(), n) && c.Val().Kind() == constant.String {
			out = append(out, constant.StringVal(c.Val()))
		}
	}
	if len(out) > maxValues {
		return nil
	}
	slices.Sort(out)
	return slices.Compact(out)
}
