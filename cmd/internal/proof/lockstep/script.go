package lockstep

import (
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Item is a statement of a psql script with the data that follows a COPY.
type Item struct {
	Text string
	// Line is 1-based.
	Line int
	Data string
}

// Script splits a psql script as psql does: at semicolons outside of parentheses and of
// BEGIN ATOMIC bodies, and at commands such as \gset. It sets variables (\set, \getenv from
// vars) and puts their values into the text; other commands are left out.
func Script(text string, vars map[string]string) []Item {
	s := &scripter{text: text, vars: vars}
	s.run()
	return s.items
}

type scripter struct {
	text  string
	vars  map[string]string
	pos   int
	items []Item
	// buf is the statement so far, start where it began; depth counts brackets, atomic the
	// BEGIN and CASE of a SQL-standard body.
	buf           strings.Builder
	start         int
	depth, atomic int
	create        bool
	last          string
}

func (s *scripter) run() {
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		switch {
		case c == '\\':
			s.command()
			continue
		case c == ';' && s.depth == 0 && s.atomic == 0:
			s.pos++
			s.emit()
			continue
		case c == ':' && s.variable():
			continue
		}
		n := max(1, pgtree.Token(s.text[s.pos:]))
		s.token(s.text[s.pos : s.pos+n])
		s.pos += n
	}
	s.emit()
}

func (s *scripter) token(word string) {
	blank := strings.TrimSpace(word) == "" || strings.HasPrefix(word, "--") || strings.HasPrefix(word, "/*")
	if s.buf.Len() == 0 {
		if blank {
			return
		}
		s.start = s.pos
		s.create = strings.EqualFold(word, "create")
	}
	s.buf.WriteString(word)
	if blank {
		return
	}
	lower := strings.ToLower(word)
	switch {
	case word == "(" || word == "[":
		s.depth++
	case word == ")" || word == "]":
		s.depth = max(0, s.depth-1)
	case s.create && lower == "atomic" && s.last == "begin":
		s.atomic++
	case s.atomic > 0 && lower == "case":
		s.atomic++
	case s.atomic > 0 && lower == "end":
		s.atomic--
	}
	s.last = lower
}

// emit ends a statement. The lines behind a COPY FROM STDIN are its data.
func (s *scripter) emit() {
	text := strings.TrimSpace(s.buf.String())
	s.buf.Reset()
	s.depth, s.atomic, s.create, s.last = 0, 0, false, ""
	if text == "" {
		return
	}
	item := Item{Text: text, Line: 1 + strings.Count(s.text[:s.start], "\n")}
	lower := strings.ToLower(text)
	if strings.HasPrefix(lower, "copy") &&
		(strings.Contains(lower, "from stdin") || strings.Contains(lower, "from stdout")) {
		item.Data = s.data()
	}
	s.items = append(s.items, item)
}

func (s *scripter) data() string {
	nl := strings.IndexByte(s.text[s.pos:], '\n')
	if nl < 0 {
		return ""
	}
	rest := s.text[s.pos+nl+1:]
	var out strings.Builder
	s.pos += nl + 1
	for line := range strings.Lines(rest) {
		s.pos += len(line)
		if strings.TrimRight(line, "\r\n") == `\.` {
			break
		}
		out.WriteString(line)
	}
	return out.String()
}

// command runs a backslash command, which takes the rest of its line.
func (s *scripter) command() {
	line, _, _ := strings.Cut(s.text[s.pos:], "\n")
	if strings.HasPrefix(line, `\;`) {
		s.pos += 2
		s.emit()
		return
	}
	s.pos += len(line)
	fields := strings.Fields(line)
	switch fields[0] {
	case `\getenv`:
		if len(fields) > 2 {
			s.vars[fields[1]] = s.vars[fields[2]]
		}
	case `\set`:
		if len(fields) > 1 {
			value := ""
			for _, f := range fields[2:] {
				value += s.value(f)
			}
			s.vars[fields[1]] = value
		}
	case `\g`, `\gset`, `\gexec`, `\gx`, `\crosstabview`, `\gdesc`:
		s.emit()
	}
}

func (s *scripter) value(arg string) string {
	if name, ok := strings.CutPrefix(arg, ":"); ok {
		return s.vars[strings.Trim(name, `'"`)]
	}
	return strings.Trim(arg, "'")
}

// variable puts the value of :name, :'name' or :"name" in its place.
func (s *scripter) variable() bool {
	rest := s.text[s.pos+1:]
	quote := ""
	if rest != "" && (rest[0] == '\'' || rest[0] == '"') {
		quote, rest = rest[:1], rest[1:]
	}
	n := 0
	for n < len(rest) && (rest[n] == '_' || rest[n] >= 'a' && rest[n] <= 'z' || rest[n] >= 'A' && rest[n] <= 'Z' ||
		n > 0 && rest[n] >= '0' && rest[n] <= '9') {
		n++
	}
	value, known := s.vars[rest[:n]]
	if n == 0 || !known || quote != "" && !strings.HasPrefix(rest[n:], quote) || s.pos > 0 && s.text[s.pos-1] == ':' {
		return false
	}
	if s.buf.Len() == 0 {
		s.start = s.pos
	}
	s.buf.WriteString(quote + strings.ReplaceAll(value, quote+quote, quote+quote+quote) + quote)
	s.pos += 1 + 2*len(quote) + n
	return true
}
