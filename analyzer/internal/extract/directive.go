package extract

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Problem is something about the code that its author should know.
type Problem struct {
	Pos     token.Pos
	Message string
}

// directive is a comment for the analyzer, about the call on its line or on the next:
//
//	//schemavet:sql TEXT        the call can send this text
//	//schemavet:notsql REASON   the call sends no SQL
type directive struct {
	comment *ast.Comment
	kind    string
	text    string
	file    string
	// lines are that of the comment and, if it stands alone, that of the code behind it; 1-based.
	lines [2]int
	used  bool
}

const directivePrefix = "//schemavet:"

// directives collects the comments of files. Several in a row are about the same code.
func (in *Input) directives(files []*ast.File) (list []*directive, problems []Problem) {
	for _, file := range files {
		first := len(list)
		for _, group := range file.Comments {
			next := 0
			for _, c := range slices.Backward(group.List) {
				rest, ok := strings.CutPrefix(c.Text, directivePrefix)
				if !ok {
					continue
				}
				pos := in.Fset.Position(c.Pos())
				if next == 0 {
					next = in.Fset.Position(group.End()).Line + 1
				}
				kind, text, _ := strings.Cut(rest, " ")
				d := &directive{comment: c, kind: kind, text: strings.TrimSpace(text), file: pos.Filename,
					lines: [2]int{pos.Line, next}}
				if message := d.wrong(); message != "" {
					problems = append(problems, Problem{c.Pos(), message})
					continue
				}
				list = append(list, d)
			}
		}
		if first < len(list) {
			in.besideCode(file, list[first:])
		}
	}
	slices.SortFunc(list, func(a, b *directive) int { return int(a.comment.Pos() - b.comment.Pos()) })
	return list, problems
}

// besideCode finds the directives that stand behind code: they are about their own line only.
func (in *Input) besideCode(file *ast.File, list []*directive) {
	code := map[int]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		}
		code[in.Fset.Position(n.Pos()).Line], code[in.Fset.Position(n.End()).Line] = true, true
		return true
	})
	for _, d := range list {
		if code[d.lines[0]] {
			d.lines[1] = 0
		}
	}
}

func (d *directive) wrong() string {
	switch {
	case d.kind != "sql" && d.kind != "notsql":
		return fmt.Sprintf("no directive %s%s; there are %ssql TEXT and %snotsql REASON", directivePrefix, d.kind,
			directivePrefix, directivePrefix)
	case d.text == "" && d.kind == "sql":
		return directivePrefix + "sql needs the text that the call sends"
	case d.text == "":
		return directivePrefix + "notsql needs a reason"
	}
	return ""
}

// directed are the directives about a call.
func (x *extractor) directed(call *ast.CallExpr) []*directive {
	from, to := x.Fset.Position(call.Pos()), x.Fset.Position(call.End())
	opens := x.Fset.Position(call.Lparen).Line
	var out []*directive
	for _, d := range x.comments {
		if d.file == from.Filename && (d.lines[1] == from.Line || d.lines[1] == opens ||
			d.lines[0] >= opens && d.lines[0] <= to.Line) {
			out = append(out, d)
		}
	}
	return out
}

// applyDirectives applies the directives about a call to its query: they give its texts, or say that it
// is no query.
func (x *extractor) applyDirectives(call *ast.CallExpr, q *usage.Query) (given, none bool) {
	var texts []sqltext.Text
	for _, d := range x.directed(call) {
		d.used = true
		if d.kind == "notsql" {
			return false, true
		}
		pos := x.Fset.Position(d.comment.Pos() + token.Pos(strings.Index(d.comment.Text, d.text)))
		texts = append(texts, sqltext.Text{SQL: d.text,
			Runs: []sqltext.Run{{File: pos.Filename, Line: pos.Line, Column: pos.Column}}})
	}
	if len(texts) > 0 {
		q.Texts, q.Reason = texts, ""
	}
	return len(texts) > 0, false
}

// unused are the directives that no call was found for.
func unused(list []*directive) []Problem {
	var out []Problem
	for _, d := range list {
		if !d.used {
			out = append(out, Problem{d.comment.Pos(),
				"this directive has no effect: no call that sends SQL is on its line or the next"})
		}
	}
	return out
}
