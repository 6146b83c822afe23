package goval

import (
	"go/ast"
	"go/types"
	"strings"
	"text/template/parse"
)

// isTemplate takes *text/template.Template and its like in html/template: their value is the
// text that they make.
func isTemplate(t types.Type) bool {
	p, ok := t.(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Name() == "Template" &&
		(n.Obj().Pkg().Path() == "text/template" || n.Obj().Pkg().Path() == "html/template")
}

// parseTemplate evaluates t.Parse(text).
func (f *Frame) parseTemplate(call *ast.CallExpr) Value {
	v := f.Argument(call, 0)
	text, ok := v.Constant()
	if !ok {
		return Unknown("template that is not constant")
	}
	left, right := f.delimiters(call.Fun)
	t := parse.New("")
	t.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := t.Parse(text, left, right, trees); err != nil {
		return Unknown("template that does not parse: " + err.Error())
	}
	r := &renderer{source: v, text: text, trees: trees}
	return r.list(t.Root)
}

// delimiters looks for Delims in the chain of calls before Parse.
func (f *Frame) delimiters(fun ast.Expr) (left, right string) {
	for {
		sel, ok := ast.Unparen(fun).(*ast.SelectorExpr)
		if !ok {
			return "", ""
		}
		call, ok := ast.Unparen(sel.X).(*ast.CallExpr)
		if !ok {
			return "", ""
		}
		if inner, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && inner.Sel.Name == "Delims" && len(call.Args) == 2 {
			left, _ = f.text(call.Args[0]).Constant()
			right, _ = f.text(call.Args[1]).Constant()
			return left, right
		}
		fun = call.Fun
	}
}

// renderer turns the nodes of a template into a Value: both ways of a condition, no turn and
// one of a loop, a hole for what is put in.
type renderer struct {
	source Value
	text   string
	trees  map[string]*parse.Tree
	depth  int
}

// maxTemplates bounds how deep templates call each other.
const maxTemplates = 16

func (r *renderer) list(l *parse.ListNode) Value {
	var out Value
	if l == nil {
		return Value{}
	}
	for _, n := range l.Nodes {
		out = append(out, r.node(n)...)
	}
	return out
}

func (r *renderer) node(n parse.Node) Value {
	switch n := n.(type) {
	case *parse.TextNode:
		return r.literal(int(n.Pos), string(n.Text))
	case *parse.ActionNode:
		if len(n.Pipe.Decl) > 0 {
			return Value{}
		}
		return Unknown("template action " + n.String())
	case *parse.IfNode:
		return Either(r.list(n.List), r.list(n.ElseList))
	case *parse.WithNode:
		return Either(r.list(n.List), r.list(n.ElseList))
	case *parse.RangeNode:
		return Either(r.list(n.ElseList), r.list(n.List))
	case *parse.TemplateNode:
		tree := r.trees[n.Name]
		if tree == nil || r.depth >= maxTemplates {
			return Unknown("template " + n.Name)
		}
		r.depth++
		defer func() { r.depth-- }()
		return r.list(tree.Root)
	}
	return Value{}
}

// literal is a stretch of the template's own text, with its place in the source.
func (r *renderer) literal(pos int, text string) Value {
	if text == "" {
		return Value{}
	}
	if source, ok := Only[*Lit](r.source); ok && pos+len(text) <= len(r.text) && r.text[pos:pos+len(text)] == text {
		return Value{source.Slice(pos, pos+len(text))}
	}
	return Text(text)
}

// placeholderStyle is the style of the placeholders that a replacement looks for: a sign, and
// a name that is not known.
func placeholderStyle(old Value) (string, bool) {
	if len(old) < 2 || IsPart[*Lit](old[1]) {
		return "", false
	}
	first, ok := old[0].(*Lit)
	if !ok || first.Text == "" {
		return "", false
	}
	sign := first.Text[:1]
	return sign, strings.Contains(":@", sign)
}
