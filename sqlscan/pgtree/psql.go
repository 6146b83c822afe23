package pgtree

import (
	"regexp"
	"strings"
)

// BlankPsql replaces by spaces what is psql's and not SQL: lines that start with a
// backslash outside of any string or comment (\restrict, \connect, …), and the data
// after COPY … FROM stdin up to the line \. . Offsets and lines stay as they are.
func BlankPsql(text string) string {
	if !strings.Contains(text, "\\") && !copyFromStdin.MatchString(text) {
		return text
	}
	b := blanker{text: text, out: []byte(text)}
	b.run()
	return string(b.out)
}

var copyFromStdin = regexp.MustCompile(`(?is)^\s*copy\s.*\sfrom\s+stdin\b`)

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
			if copyFromStdin.MatchString(stripComments(b.text[statement:b.pos])) {
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

func stripComments(s string) string {
	start, _ := trim(s, 0, len(s))
	return s[start:]
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
