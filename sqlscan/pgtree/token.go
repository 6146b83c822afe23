package pgtree

import (
	"regexp"
	"strings"
)

var dollarTag = regexp.MustCompile(`^\$([A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$`)

// continued matches what stands between the parts of one string (scan.l, quotecontinue).
var continued = regexp.MustCompile(`^[ \t\f\v]*(?:--[^\r\n]*)?[\r\n](?:[ \t\r\n\f\v]|--[^\r\n]*[\r\n])*'`)

// Token returns the length in bytes of the lexical element that s starts with: a string,
// quoted identifier, comment, dollar-quoted string, word, or one character. It is what
// tools that rewrite SQL without parsing it need in order not to look into strings.
func Token(s string) int {
	switch {
	case s[0] == '\'':
		return quoted(s, '\'', false)
	case (s[0] == 'e' || s[0] == 'E') && len(s) > 1 && s[1] == '\'':
		return stringLiteral(s, func(int, int) {})
	case s[0] == '"':
		return quoted(s, '"', false)
	case strings.HasPrefix(s, "--"):
		if i := strings.IndexAny(s, "\r\n"); i >= 0 {
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
		for i < len(s) && (wordByte(s[i]) || s[i] == '$' && !digit(s[0])) {
			i++
		}
		return i
	}
	return 1
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func wordByte(c byte) bool {
	return c == '_' || c >= 0x80 || digit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// stringLiteral returns the length of the string '…' or E'…' that s starts with. What continues it on another line
// has escapes if it has; the gap between two parts is white space and comments.
func stringLiteral(s string, gap func(from, to int)) int {
	n, escapes := 0, s[0] != '\''
	if escapes {
		n = 1
	}
	for {
		n += quoted(s[n:], '\'', escapes)
		more := continued.FindString(s[n:])
		if more == "" {
			return n
		}
		gap(n, n+len(more)-1)
		n += len(more) - 1
	}
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

// blockComment returns the length of the comment that s starts with; comments nest.
func blockComment(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "/*"):
			depth++
			i++
		case strings.HasPrefix(s[i:], "*/"):
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// trim moves start and end over white space and comments.
func trim(text string, start, end int) (int, int) {
	for start < end {
		rest := text[start:end]
		switch {
		case strings.ContainsRune(" \t\r\n\f\v;", rune(rest[0])):
			start++
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "/*"):
			start += Token(rest)
		default:
			return start, trimEnd(text, start, end)
		}
	}
	return start, end
}

// trimEnd drops white space at the end; a comment there stays, since telling it from a
// string takes the scanner.
func trimEnd(text string, start, end int) int {
	return start + len(strings.TrimRight(text[start:end], " \t\r\n\f\v;"))
}
