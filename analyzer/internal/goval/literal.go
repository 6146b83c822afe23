package goval

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
	"unicode/utf8"
)

// literal makes the Value of a string literal with the position of each byte.
func literal(fset *token.FileSet, lit *ast.BasicLit) Value {
	pos := fset.Position(lit.Pos())
	if strings.HasPrefix(lit.Value, "`") {
		return rawLiteral(pos, lit.Value)
	}
	return quotedLiteral(pos, lit.Value)
}

// rawLiteral drops carriage returns, as Go does; lines stay as they are.
func rawLiteral(pos token.Position, src string) Value {
	text := strings.Trim(src, "`")
	runs := []Run{{0, pos.Filename, pos.Line, pos.Column + 1}}
	return Value{&Lit{Text: strings.ReplaceAll(text, "\r", ""), Runs: runs}}
}

// quotedLiteral starts a run at every escape.
func quotedLiteral(pos token.Position, src string) Value {
	var b strings.Builder
	runs := []Run{{0, pos.Filename, pos.Line, pos.Column + 1}}
	rest := src[1 : len(src)-1]
	column := pos.Column + 1
	for rest != "" {
		if rest[0] != '\\' {
			b.WriteByte(rest[0])
			rest = rest[1:]
			column++
			continue
		}
		r, multibyte, tail, err := strconv.UnquoteChar(rest, '"')
		if err != nil {
			break
		}
		runs = append(runs, Run{b.Len(), pos.Filename, pos.Line, column})
		if r < utf8.RuneSelf || !multibyte {
			b.WriteByte(byte(r))
		} else {
			b.WriteRune(r)
		}
		column += len(rest) - len(tail)
		rest = tail
		runs = append(runs, Run{b.Len(), pos.Filename, pos.Line, column})
	}
	return Value{&Lit{Text: b.String(), Runs: runs}}
}

// Position returns the place of a byte of a literal; ok is false if it has none.
func (p *Lit) Position(offset int) (file string, line, column int, ok bool) {
	i := len(p.Runs) - 1
	for i >= 0 && p.Runs[i].At > offset {
		i--
	}
	if i < 0 {
		return "", 0, 0, false
	}
	run := p.Runs[i]
	between := p.Text[run.At:min(offset, len(p.Text))]
	if n := strings.Count(between, "\n"); n > 0 {
		return run.File, run.Line + n, len(between) - strings.LastIndexByte(between, '\n'), true
	}
	return run.File, run.Line, run.Column + len(between), true
}

// Slice returns the part of a literal between two offsets, with its positions.
func (p *Lit) Slice(from, to int) *Lit {
	q := &Lit{Text: p.Text[from:to]}
	if file, line, column, ok := p.Position(from); ok {
		q.Runs = append(q.Runs, Run{0, file, line, column})
	}
	for _, r := range p.Runs {
		if r.At > from && r.At < to {
			r.At -= from
			q.Runs = append(q.Runs, r)
		}
	}
	return q
}

// FileText makes a Value of a file's content.
func FileText(file, text string) Value {
	return TextAt(text, Run{0, file, 1, 1})
}
