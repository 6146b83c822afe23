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

var dollarTag = regexp.MustCompile(`^\$([A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$`)

// Token returns the length in bytes of the lexical element that s starts with: a string,
// quoted identifier, comment, dollar-quoted string, word, or one character. It is what
// tools that rewrite SQL without parsing it need in order not to look into strings.
func Token(s string) int {
	switch {
	case s[0] == '\'':
		return quoted(s, '\'', false)
	case (s[0] == 'e' || s[0] == 'E') && len(s) > 1 && s[1] == '\'':
		return 1 + quoted(s[1:], '\'', true)
	case s[0] == '"':
		return quoted(s, '"', false)
	case strings.HasPrefix(s, "--"):
		if i := strings.IndexByte(s, '\n'); i >= 0 {
			return i
		}
		return len(s)
	case strings.HasPrefix(s, "/*"):
		return blockComment(s)
	case s[0] == '$':
		if tag := dollarTag.FindString(s); tag != "" {
			if i := strings.Index(s[len(tag):], tag); i >= 0 {
				return i + 2*len(tag)
			}
			return len(s)
		}
	case wordByte(s[0]):
		i := 1
		for i < len(s) && (wordByte(s[i]) || s[i] == '$') {
			i++
		}
		return i
	}
	return 1
}

func wordByte(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// quoted returns the length of the quoted text that s starts with. A doubled quote is part
// of it, and with escapes so is what a backslash protects.
func quoted(s string, quote byte, escapes bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] == quote && i+1 < len(s) && s[i+1] == quote:
			i++
		case s[i] == quote:
			return i + 1
		}
	}
	return len(s)
}
