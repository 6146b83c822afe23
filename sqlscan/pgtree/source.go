package pgtree

import (
	"regexp"
	"strings"
)

// source is a text with what the scanner may be given of it. A scanner made by flex reads a run of
// operator characters again for each token that it takes from it (scan.l: operator, xcstart), so
// that "/*/*/*" and "+-+-+-" cost the square of their length. And the parser's scanner, which keeps
// comments, takes none between the parts of one string, as the server's does (scan.l: quotecontinue).
type source struct {
	// text is what was given. scanned has the same tokens at the same offsets, but for those at
	// stretches, which are too long for any operator.
	text, scanned string
	stretches     []int
}

// longRun is the length of a run of operator characters, in bytes, from which it is looked at:
// 64 is the longest name of an operator.
const longRun = 256

// readable makes a text harmless for the scanner.
func readable(text string) source {
	s := source{text: text, scanned: joined(text)}
	if !hasLongRun(text) {
		return s
	}
	out := []byte(s.scanned)
	for pos := 0; pos < len(text); {
		n := Token(text[pos:])
		switch {
		case strings.HasPrefix(text[pos:], "/*"):
			blankInside(out[pos : pos+n])
		case isOperator(text[pos]) && !strings.HasPrefix(text[pos:], "--"):
			n = operators(text[pos:])
			if n > maxNesting {
				s.stretches = append(s.stretches, pos)
				fill(out[pos : pos+n])
			}
		}
		pos += n
	}
	s.scanned = string(out)
	return s
}

// joined blanks the comments between the parts of strings: 'a' -- why, and on the next line 'b'.
func joined(text string) string {
	if !commentBeforeString.MatchString(text) {
		return text
	}
	out := []byte(text)
	for pos := 0; pos < len(text); {
		rest := text[pos:]
		if opensString.MatchString(rest) {
			pos += stringLiteral(rest, func(from, to int) { fill(out[pos+from : pos+to]) })
		} else {
			pos += Token(rest)
		}
	}
	return string(out)
}

// commentBeforeString matches what stands between a comment and the string on the line below it.
var commentBeforeString = regexp.MustCompile(`--[^\r\n]*[\r\n]\s*'`)

var opensString = regexp.MustCompile(`^[eE]?'`)

// hasLongRun says that there is a run of operator characters, wherever it stands.
func hasLongRun(text string) bool {
	run := 0
	for i := range len(text) {
		if run++; !isOperator(text[i]) {
			run = 0
		}
		if run >= longRun {
			return true
		}
	}
	return false
}

// operators is the length of the operator characters that s starts with, up to a comment.
func operators(s string) int {
	for i := range len(s) {
		if !isOperator(s[i]) || i > 0 && (strings.HasPrefix(s[i:], "/*") || strings.HasPrefix(s[i:], "--")) {
			return i
		}
	}
	return len(s)
}

// isOperator is op_chars of scan.l.
func isOperator(c byte) bool { return strings.IndexByte("~!@#^&|`?+-*/%<>=", c) >= 0 }

// blankInside blanks a block comment that holds others; it is one comment then. One that does not end
// still does not.
func blankInside(comment []byte) {
	switch {
	case len(comment) > 4 && blockComment(string(comment)+" ") == len(comment):
		fill(comment[2 : len(comment)-2])
	case len(comment) > 2:
		fill(comment[2:])
	}
}

// fill puts spaces in the place of bytes and keeps the lines.
func fill(b []byte) {
	for i := range b {
		if b[i] != '\n' && b[i] != '\r' {
			b[i] = ' '
		}
	}
}
