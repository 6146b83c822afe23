package pgtree

import (
	"regexp"
	"strings"
)

// BlankPsql replaces by spaces what is psql's and not SQL: lines that start with a
// backslash outside of any string or comment (\restrict, \connect, …), and the data
// after COPY … FROM stdin up to the line \. . Offsets and lines stay as they are.
func BlankPsql(text string) string {
	if !strings.Contains(text, "\\") && !stdin.MatchString(text) {
		return text
	}
	b := blanker{text: text, out: []byte(text)}
	b.run()
	return string(b.out)
}

var stdin = regexp.MustCompile(`(?i)\bstdin\b`)

// copiesIn says that a statement is COPY … FROM STDIN: the words stand outside of brackets and strings.
func copiesIn(statement string) bool {
	var words []string
	depth := 0
	for pos := 0; pos < len(statement); {
		n := Token(statement[pos:])
		switch token := statement[pos : pos+n]; {
		case token == "(":
			depth++
		case token == ")":
			depth--
		case depth == 0 && wordByte(token[0]):
			words = append(words, strings.ToLower(token))
			if words[0] != "copy" {
				return false
			}
		}
		pos += n
	}
	for i, w := range words {
		if i > 0 && w == "stdin" && words[i-1] == "from" {
			return true
		}
	}
	return false
}

type blanker struct {
	text string
	out  []byte
	pos  int
}

func (b *blanker) run() {
	statement, lineStart := 0, true
	for b.pos < len(b.text) {
		c := b.text[b.pos]
		switch {
		case c == '\\' && lineStart:
			b.blankLine()
			continue
		case c == '\n':
			lineStart = true
			b.pos++
			continue
		case c == ';':
			b.pos++
			if copiesIn(b.text[statement:b.pos]) {
				b.blankCopyData()
			}
			statement, lineStart = b.pos, false
			continue
		case c == ' ' || c == '\t' || c == '\r':
			b.pos++
			continue
		}
		lineStart = false
		b.pos += Token(b.text[b.pos:])
	}
}

func (b *blanker) blankLine() {
	for b.pos < len(b.text) && b.text[b.pos] != '\n' {
		if b.out[b.pos] != '\r' {
			b.out[b.pos] = ' '
		}
		b.pos++
	}
}

func (b *blanker) blankCopyData() {
	if i := strings.IndexByte(b.text[b.pos:], '\n'); i >= 0 {
		b.pos += i + 1
	} else {
		return
	}
	for b.pos < len(b.text) {
		line, _, _ := strings.Cut(b.text[b.pos:], "\n")
		b.blankLine()
		if b.pos < len(b.text) {
			b.pos++
		}
		if strings.TrimRight(line, "\r") == `\.` {
			return
		}
	}
}
