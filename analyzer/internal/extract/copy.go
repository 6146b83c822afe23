package extract

import (
	"go/ast"
	"go/types"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

// copyText is the COPY that pgx's CopyFrom sends.
func (x *extractor) copyText(call *ast.CallExpr, f *goval.Frame, index int) goval.Value {
	table, ok := f.EvalList(call.Args[index])
	if !ok || index+1 >= len(call.Args) {
		return goval.Unknown("table of CopyFrom")
	}
	columns := x.argument(call, index+1, f).Plain()
	list := x.Info.Uses[identOf(call.Args[index+1])]
	if i, ok := parameter(f.Func, list); ok {
		columns = goval.Value{&goval.Param{Index: i}}
	} else if of, i, ok := x.literalParameter(list); ok {
		columns = goval.Value{&goval.Param{Of: of, Index: i}}
	}
	return goval.Concat(goval.Text("COPY "), quotedParts(table, "."), goval.Text(" ("), columns,
		goval.Text(") FROM STDIN"))
}

// parameter is the index of a parameter of a function.
func parameter(fn *types.Func, obj types.Object) (int, bool) {
	if fn == nil || obj == nil {
		return 0, false
	}
	params := fn.Signature().Params()
	for i := range params.Len() {
		if params.At(i) == obj {
			return i, true
		}
	}
	return 0, false
}

// literalParameter is the position of the function literal that a parameter is one of, and its
// index.
func (x *extractor) literalParameter(obj types.Object) (of, index int, ok bool) {
	if obj == nil {
		return 0, 0, false
	}
	for _, file := range x.pkg.Files {
		if obj.Pos() < file.FileStart || obj.Pos() > file.FileEnd {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, isLit := n.(*ast.FuncLit)
			if !isLit {
				return !ok
			}
			i := 0
			for _, field := range lit.Type.Params.List {
				for _, name := range field.Names {
					if x.Info.Defs[name] == obj {
						of, index, ok = int(lit.Pos()), i, true
					}
					i++
				}
			}
			return !ok
		})
	}
	return of, index, ok
}

// argument is the text of an argument; of a list of names the quoted list.
func (x *extractor) argument(call *ast.CallExpr, i int, f *goval.Frame) goval.Value {
	if i < 0 || i >= len(call.Args) {
		return f.Argument(call, i)
	}
	t := x.Info.TypeOf(call.Args[i])
	if t == nil {
		return f.Argument(call, i)
	}
	if _, isSlice := t.Underlying().(*types.Slice); isSlice {
		if list, known := f.EvalList(call.Args[i]); known {
			return f.Argument(call, i).AsText(quotedParts(list, ", "))
		}
	}
	return textGiven(f.Argument(call, i))
}

// textGiven is the text that a parameter of type any is given, as go-pg takes its queries.
func textGiven(v goval.Value) goval.Value {
	if given, ok := goval.Only[*goval.Arg](v); ok && given.List() == nil && len(given.Text()) > 0 {
		return given.Text()
	}
	return v
}

func quotedParts(parts []goval.Value, sep string) goval.Value {
	var out goval.Value
	for i, p := range parts {
		if i > 0 {
			out = append(out, goval.Text(sep)...)
		}
		out = goval.Concat(out, goval.Text(`"`), p, goval.Text(`"`))
	}
	return out
}
