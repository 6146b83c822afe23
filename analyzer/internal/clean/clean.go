// Package clean makes text from outside harmless where it is printed: names of files, SQL, messages
// of servers and compilers. In it nothing can move a cursor, hide or turn around what a person reads,
// begin another line, or be a command of the CI service that reads the log. It knows no format;
// analyzer/report, the command and the analyzer print through it.
package clean

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// command matches what Azure Pipelines, TeamCity and old runners of GitHub take for a command,
// wherever it stands in a line: ##vso[…], ##teamcity[…], ##[…].
var command = regexp.MustCompile(`##([A-Za-z]*)\[`)

// Text shows control characters, line breaks, invisible characters and bytes that are no UTF-8 as
// escapes, and breaks commands.
func Text(s string) string {
	if harmless(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case shown(r):
			b.WriteString(s[i : i+size])
		default:
			b.WriteString(escape(r))
		}
		i += size
	}
	return command.ReplaceAllString(b.String(), `#\x23$1[`)
}

func harmless(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '#' {
			return false
		}
	}
	return true
}

// shown says that a character is what a person sees of it.
func shown(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return false
	case unicode.Is(unicode.Cf, r):
		return r == '\u200c' || r == '\u200d' // Joiners, which scripts and emoji need.
	}
	return true
}

var escapes = map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`}

func escape(r rune) string {
	switch {
	case escapes[r] != "":
		return escapes[r]
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// Fprintf formats as fmt.Fprintf does. What the arguments say is text from outside; the format is
// ours.
func Fprintf(w io.Writer, format string, args ...any) (int, error) {
	return fmt.Fprintf(w, format, Args(args)...)
}

// Sprintf formats as fmt.Sprintf does, with arguments from outside.
func Sprintf(format string, args ...any) string { return fmt.Sprintf(format, Args(args)...) }

// Args are arguments whose text is clean.
func Args(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch x := a.(type) {
		case nil:
		case error:
			out[i] = Text(x.Error())
		case fmt.Stringer:
			out[i] = Text(x.String())
		default:
			if v := reflect.ValueOf(a); v.Kind() == reflect.String {
				out[i] = Text(v.String())
			} else {
				out[i] = a
			}
		}
	}
	return out
}

// Lines is a writer of lines of which none is a command: GitHub's runner takes a line for one that
// begins, behind white space, with two colons. What is written is passed on by whole lines; Flush
// passes on the rest.
type Lines struct {
	w    io.Writer
	line []byte
}

// NewLines is a Lines that writes to w.
func NewLines(w io.Writer) *Lines { return &Lines{w: w} }

// Write implements io.Writer.
func (l *Lines) Write(p []byte) (int, error) {
	l.line = append(l.line, p...)
	end := bytes.LastIndexByte(l.line, '\n')
	if end < 0 {
		return len(p), nil
	}
	whole := l.line[:end+1]
	var out []byte
	for line := range bytes.Lines(whole) {
		out = append(out, noCommand(line)...)
	}
	l.line = append([]byte(nil), l.line[end+1:]...)
	_, err := l.w.Write(out)
	return len(p), err
}

// Flush writes a line that has not ended.
func (l *Lines) Flush() error {
	if len(l.line) == 0 {
		return nil
	}
	_, err := l.w.Write(noCommand(l.line))
	l.line = nil
	return err
}

func noCommand(line []byte) []byte {
	text := bytes.TrimLeftFunc(line, unicode.IsSpace)
	if !bytes.HasPrefix(text, []byte("::")) {
		return line
	}
	space := line[:len(line)-len(text)]
	return append(append(append([]byte(nil), space...), `\x3a`...), text[1:]...)
}

// JSON escapes in encoded JSON what Text escapes. It means the same.
func JSON(data []byte) []byte {
	if !bytes.ContainsFunc(data, func(r rune) bool { return r >= 0x7f }) && !bytes.Contains(data, []byte("##")) {
		return data
	}
	var out bytes.Buffer
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == '\n' || r < 0x7f || shown(r):
			out.Write(data[i : i+size])
		case r < 0x10000:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			hi, lo := surrogates(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, hi, lo)
		}
		i += size
	}
	return command.ReplaceAll(out.Bytes(), []byte(`#\u0023$1[`))
}

func surrogates(r rune) (hi, lo rune) {
	r -= 0x10000
	return 0xd800 + r>>10, 0xdc00 + r&0x3ff
}
