package impact

import "strings"

// Excerpt is the line of a text that has the name at fault.
type Excerpt struct {
	// Text is the line without its indentation; At and Length are the 0-based bytes of it that are at fault.
	Text       string
	At, Length int
}

// excerpt is the line of a text at an offset; end is behind what is at fault.
func excerpt(text string, start, end int) Excerpt {
	if start < 0 || start >= len(text) {
		return Excerpt{}
	}
	from := strings.LastIndexByte(text[:start], '\n') + 1
	to := len(text)
	if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
		to = start + i
	}
	line := strings.TrimRight(text[from:to], " \t\r")
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	at := start - from - indent
	if at < 0 || indent+at >= len(line) {
		return Excerpt{}
	}
	return Excerpt{line[indent:], at, max(1, min(end, to)-start)}
}
