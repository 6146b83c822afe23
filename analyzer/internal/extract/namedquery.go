package extract

import (
	"go/ast"
	"regexp"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// queryName is the line before a query that has a name, as goyesql and dotsql read it.
var queryName = regexp.MustCompile(`(?m)^[ \t]*--[ \t]*name[ \t]*:[ \t]*(\S+)[^\n]*$`)

// load notes the queries of a text.
func (x *extractor) load(text goval.Value) {
	lit, ok := goval.Only[*goval.Lit](text)
	if !ok {
		return
	}
	all := queryName.FindAllStringSubmatchIndex(lit.Text, -1)
	for i, m := range all {
		end := len(lit.Text)
		if i+1 < len(all) {
			end = all[i+1][0]
		}
		x.queries[lit.Text[m[2]:m[3]]] = goval.Value{lit.Slice(m[1], end)}
	}
}

// queryNamed is the text of a query by its name.
func (x *extractor) queryNamed(name goval.Value) goval.Value {
	var out goval.Value
	for i, v := range name.Variants() {
		text := goval.Unknown("a query whose name is not constant")
		if n, ok := v.Constant(); ok {
			if text, ok = x.queries[n]; !ok {
				text = goval.Unknown("query " + n + ", whose file this package does not load")
			}
		}
		if i == 0 {
			out = text
		} else {
			out = goval.Either(out, text)
		}
	}
	return out
}

// filled are the queries that are prepared into the fields of a struct: those whose type is a
// statement, by the name in the tag.
func (x *extractor) filled(dest ast.Expr) []goval.Value {
	t := x.Info.TypeOf(dest)
	if t == nil {
		return []goval.Value{goval.Unknown("queries for a struct that is not known")}
	}
	if !structs.Is(structs.Pointee(t)) {
		return []goval.Value{goval.Unknown("queries for a struct that is not known")}
	}
	var out []goval.Value
	for f := range structs.Fields(t) {
		tag, _ := f.First("query")
		if tag == "" || tag == "-" || !strings.HasSuffix(f.Var.Type().String(), "Stmt") {
			continue
		}
		out = append(out, x.queryNamed(goval.Text(tag)))
	}
	return out
}
