package goval

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// rewritten says what a loop over the characters of a text has made. One that numbers the placeholders makes the text
// with others; of any other it is a hole: of each character another one.
//
//	for _, c := range query { if c == '?' { n++; b.WriteString("$" + strconv.Itoa(n)) } else { b.WriteRune(c) } }
func (f *Frame) rewritten(before env, s *ast.RangeStmt) {
	var made []place
	for p, v := range f.env {
		if w, ok := before[p]; ok && !same(v, w) && v.List() == nil {
			made = append(made, p)
		}
	}
	others, known := f.changedCharacters(s)
	numbers := len(made) == 1 && known && f.numbersMarks(s)
	for _, p := range made {
		if numbers {
			text := f.text(s.X)
			for _, c := range others {
				text = op("replace", text, Text(c.old), Text(c.new), Text("-1"))
			}
			f.put(p, Concat(before[p], text, Value{&Style{"?"}}))
		} else {
			f.put(p, Concat(before[p], Unknown("text made of the characters of "+types.ExprString(s.X))))
		}
	}
}

// changedCharacter is a character that a loop writes another text for.
type changedCharacter struct{ old, new string }

// changedCharacters are those of a switch over the character, but for the question mark; known is false if one is
// left out, or becomes what is not constant:
//
//	case '`': b.WriteRune('"')
func (f *Frame) changedCharacters(s *ast.RangeStmt) (out []changedCharacter, known bool) {
	known = true
	ast.Inspect(s.Body, func(n ast.Node) bool {
		clause, ok := n.(*ast.CaseClause)
		if !ok || len(clause.List) != 1 {
			return true
		}
		old, isChar := f.character(clause.List[0])
		if !isChar || old == "?" {
			return true
		}
		if writes := f.writesOf(clause); len(writes) != 1 {
			known = false
		} else if with, constant := f.character(writes[0]); constant {
			out = append(out, changedCharacter{old, with})
		} else if id, ok := s.Value.(*ast.Ident); !ok || f.pkg.root(writes[0]) != f.pkg.Info.Defs[id] {
			known = false
		}
		return true
	})
	return out, known
}

// character is a constant character or text.
func (f *Frame) character(e ast.Expr) (string, bool) {
	c := f.pkg.Info.Types[e].Value
	if c == nil {
		return "", false
	}
	if c.Kind() == constant.String {
		return constant.StringVal(c), true
	}
	n, exact := constant.Int64Val(constant.ToInt(c))
	return string(rune(n)), exact && c.Kind() == constant.Int
}

// writesOf are what the calls of a clause are given that write: the last argument of each.
func (f *Frame) writesOf(clause *ast.CaseClause) []ast.Expr {
	var out []ast.Expr
	for _, s := range clause.Body {
		ast.Inspect(s, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			e := call.Args[len(call.Args)-1]
			if conv, ok := e.(*ast.CallExpr); ok && len(conv.Args) == 1 { // string(c), byte(c)
				e = conv.Args[0]
			}
			out = append(out, e)
			return false
		})
	}
	return out
}

// numbersMarks says that a loop over characters compares each with a question mark, writes it as it is otherwise, and
// a dollar.
func (f *Frame) numbersMarks(s *ast.RangeStmt) bool {
	id, ok := s.Value.(*ast.Ident)
	if !ok {
		return false
	}
	char := f.pkg.Info.Defs[id]
	marks, writes, dollar := false, false, false
	ast.Inspect(s.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			marks = marks || n.Value == "'?'"
			dollar = dollar || n.Value == "'$'" || n.Kind == token.STRING && strings.Contains(n.Value, "$")
		case *ast.CallExpr:
			writes = writes || slices.ContainsFunc(n.Args, func(a ast.Expr) bool {
				if conv, ok := a.(*ast.CallExpr); ok && len(conv.Args) == 1 { // string(c), byte(c)
					a = conv.Args[0]
				}
				id, ok := ast.Unparen(a).(*ast.Ident)
				return ok && f.pkg.Info.Uses[id] == char
			})
		}
		return true
	})
	return marks && writes && dollar
}
