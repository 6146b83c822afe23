package extract

import (
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/rowscan"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// query renders a site; false if what it sends is no SQL (the name of a prepared statement).
func (x *extractor) query(st *site) (usage.Query, bool) {
	pos := x.Fset.Position(st.call.Pos())
	q := usage.Query{
		Site: usage.Site{File: pos.Filename, Line: pos.Line, Column: pos.Column, API: st.texts[0].api,
			Package: x.Pkg.Path()},
		Style:  st.texts[0].style,
		Driver: st.texts[0].driver,
		Args:   st.texts[0].args.list,
		Live:   true,
	}
	x.consumers(st, &q)
	if st.fn != nil {
		q.Site.Function, q.Site.FunctionKey = functionName(st.fn), Key(st.fn)
	}
	names := 0
	for _, s := range st.texts {
		q.Lowered, q.Guessed = q.Lowered || s.lowered, s.guessed
		s.value = x.lowered(s.value).Settled()
		if !s.value.Known() {
			q.Reason = reasonOf(s.value, st.fn)
			continue
		}
		variants := s.value.Variants()
		bare := x.withoutPrefixes(variants, st.fn)
		q.Combined = q.Combined || s.value.Combines() || len(bare) > 0
		for i, v := range append(variants, bare...) {
			t := x.render(v, st.call)
			if i >= len(variants) {
				t.Assumes = noPrefix
			}
			if style := styleOf(v); style != sqltext.Native && q.Style == sqltext.Native {
				q.Style = style
			}
			if preparedName.MatchString(t.SQL) && len(t.Holes) == 0 {
				names++
				continue
			}
			if (strings.TrimSpace(t.SQL) != "" || len(t.Holes) > 0) &&
				!slices.ContainsFunc(q.Texts, func(o sqltext.Text) bool { return sameText(o, t) }) {
				q.Texts = append(q.Texts, t)
			}
		}
	}
	if len(q.Texts) > 0 {
		q.Reason = ""
	}
	return q, len(q.Texts) > 0 || q.Reason != "" || names == 0
}

func sameText(a, b sqltext.Text) bool {
	return a.SQL == b.SQL && a.Depends == b.Depends && a.Assumes == b.Assumes && slices.Equal(a.Holes, b.Holes) &&
		slices.Equal(a.Runs, b.Runs)
}

// preparedName is a text that names a prepared statement, as pgx takes one; transaction
// commands look alike.
var preparedName = regexp.MustCompile(`^\w+$`)

// reasonOf says why nothing is known of a text, in words that its author can act on.
func reasonOf(v goval.Value, fn *types.Func) string {
	for _, w := range v.Variants() {
		for _, p := range w {
			switch p := p.(type) {
			case *goval.File:
				return fileGiven
			case *goval.Format:
				if p.Index < 0 {
					return fileGiven
				}
				return parameterGiven(fn, p.Index, p.Of)
			case *goval.Param:
				return parameterGiven(fn, p.Index, p.Of)
			case *goval.Hole:
				return "query comes from " + strings.TrimPrefix(p.Reason, "query comes from ") // that of a builder
			}
		}
	}
	return "query is empty"
}

const fileGiven = "query comes from a file whose name is a parameter, which no call that is seen gives"

// parameterGiven is why nothing is known of a text that a parameter brings.
func parameterGiven(fn *types.Func, index, of int) string {
	if of != 0 {
		return "query comes from a parameter of a function literal that is called in a way not known"
	}
	return "query comes from " + parameterName(fn, index) + ", which no call that is seen gives"
}

// parameterName is a parameter of a function with the function.
func parameterName(fn *types.Func, index int) string {
	if fn == nil || index < 0 || index >= fn.Signature().Params().Len() {
		return "a parameter of a function"
	}
	kind := "function"
	if fn.Exported() {
		kind = "exported function"
	}
	if fn.Signature().Recv() != nil {
		kind = strings.Replace(kind, "function", "method", 1)
	}
	return fmt.Sprintf("parameter %s of the %s %s", fn.Signature().Params().At(index).Name(), kind, fn.Name())
}

// functionName is the name as reports have it: F, T.M or (*T).M.
func functionName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	name := types.TypeString(recv.Type(), func(*types.Package) string { return "" })
	if strings.HasPrefix(name, "*") {
		return fmt.Sprintf("(%s).%s", name, fn.Name())
	}
	return name + "." + fn.Name()
}

// styleOf is the style of placeholders that the code itself replaces.
func styleOf(v goval.Value) sqltext.Style {
	for _, p := range v {
		if style, ok := p.(*goval.Style); ok {
			return sqltext.Style(style.Mark)
		}
	}
	return sqltext.Native
}

// nextLit is the text behind a part; nil if something else stands there.
func nextLit(v goval.Value, i int) *goval.Lit {
	if i+1 >= len(v) {
		return nil
	}
	lit, _ := v[i+1].(*goval.Lit)
	return lit
}

// render makes a text of flat parts.
func (x *extractor) render(v goval.Value, call *ast.CallExpr) sqltext.Text {
	var t sqltext.Text
	var b strings.Builder
	for i, p := range v {
		switch p := p.(type) {
		case *goval.Lit:
			if name := nextLit(v, i); len(p.Runs) == 0 && strings.HasSuffix(p.Text, `"`) && name != nil && len(name.Runs) > 0 {
				// A quote that the library adds stands where the name does.
				r := name.Runs[0]
				t.Runs = append(t.Runs, sqltext.Run{At: b.Len() + len(p.Text) - 1, File: r.File, Line: r.Line, Column: r.Column})
			}
			if d := p.Declared; d != nil && d.File != "" {
				t.Declared = append(t.Declared, sqltext.Run{At: b.Len(), File: d.File, Line: d.Line, Column: d.Column})
			}
			for _, r := range p.Runs {
				t.Runs = append(t.Runs, sqltext.Run{At: b.Len() + r.At, File: r.File, Line: r.Line, Column: r.Column})
			}
			b.WriteString(p.Text)
		case *goval.Param, *goval.Format, *goval.File:
			t.Holes = append(t.Holes, sqltext.Hole{At: b.Len(), Reason: "parameter"})
		case *goval.DataDependent:
			if t.Depends != "" {
				t.Depends += ", "
			}
			t.Depends += p.On
		case *goval.Hole:
			t.Holes = append(t.Holes, sqltext.Hole{At: b.Len(), Place: places[p.Place], Reason: p.Reason,
				Type: rowscan.GoType(p.GoType()), Written: p.Written})
		}
	}
	t.SQL = b.String()
	if len(t.Runs) == 0 {
		pos := x.Fset.Position(call.Pos())
		t.Runs = []sqltext.Run{{At: 0, File: pos.Filename, Line: pos.Line, Column: pos.Column}}
	}
	return t
}

var places = map[goval.Place]sqltext.Place{goval.AnyText: sqltext.AnyPlace, goval.ValueText: sqltext.ValuePlace,
	goval.IdentText: sqltext.IdentPlace, goval.MoreText: sqltext.TextPlace, goval.ListText: sqltext.ListPlace}
