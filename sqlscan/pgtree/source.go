package pgtree

import "strings"

// source is a text with what the scanner may be given of it. A scanner made by flex reads a run of
// operator characters again for each token that it takes from it (scan.l: operator, xcstart), so
// that "/*/*/*" and "+-+-+-" cost the square of their length.
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
	s := source{text: text, scanned: text}
	if !hasLongRun(text) {
		return s
	}
	out := []byte(text)
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
