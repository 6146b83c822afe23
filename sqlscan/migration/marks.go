package migration

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// The marks by which a file is recognised; how each tool reads them is told by its reader.
var (
	gooseUp      = regexp.MustCompile(`(?m)^\s*--\s*\+goose\s+(?i:up)\b.*$`)
	sqlMigrateUp = regexp.MustCompile(`(?m)^-- \+migrate Up\b.*$`)
	// dbmate wants them at the first column and refuses a file otherwise; one that has run was
	// indented since.
	dbmateUp   = regexp.MustCompile(`(?m)^\s*--\s*migrate:up(\s*$|\s+\S+)`)
	dbmateDown = regexp.MustCompile(`(?m)^\s*--\s*migrate:down(\s*$|\s+\S+)`)
)

// eachLine calls do with every line of a text, without its end, and with its offset.
func eachLine(text string, do func(at int, line string)) {
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		do(at, strings.TrimSuffix(text[at:end], "\r"))
		at = end + 1
	}
}

// blank replaces text[from:to] by spaces and keeps the lines.
func blank(text string, from, to int) string {
	b := []byte(text)
	blankBytes(b[from:to])
	return string(b)
}

func blankBytes(b []byte) {
	for i := range b {
		if b[i] != '\n' && b[i] != '\r' {
			b[i] = ' '
		}
	}
}

// sections keeps the parts of a text that migrate up and blanks the others.
type sections struct {
	text []byte
	up   bool
	from int
}

// turn ends a part at an offset, and begins one that is up or not.
func (s *sections) turn(at int, up bool) {
	if !s.up {
		blankBytes(s.text[s.from:at])
	}
	s.up, s.from = up, at
}

func (s *sections) end() string {
	s.turn(len(s.text), true)
	return string(s.text)
}

// gooseUnit reads annotations as goose does (extractAnnotation): any comment line that has
// +goose in it, in any case.
func gooseUnit(f file) (Unit, bool) {
	u := Unit{Version: leadingNumber(f.name), Name: baseName(f.name), File: f.path}
	s := &sections{text: []byte(f.text)}
	found, substitute := false, false
	var substituted []bool
	eachLine(f.text, func(at int, line string) {
		substituted = append(substituted, substitute && s.up)
		if trimmed := strings.TrimSpace(line); !strings.HasPrefix(trimmed, "--") || !strings.Contains(trimmed, "+goose") {
			return
		}
		command := strings.Join(strings.Fields(strings.Replace(strings.ReplaceAll(line, "--", ""), "+goose", "", 1)), " ")
		switch strings.ToUpper(command) {
		case "UP":
			found = true
			s.turn(at, true)
		case "DOWN":
			s.turn(at, false)
		case "NO TRANSACTION":
			u.NoTransaction = true
		case "ENVSUB ON":
			substitute = true
		case "ENVSUB OFF":
			substitute = false
		}
	})
	u.Text = s.end()
	found = found && gooseName.MatchString(f.name)
	gooseLines.refuses(&u)
	if slices.Contains(substituted, true) {
		u.substitute(substituted, f.variables)
	}
	return u, found
}

// gooseName matches the names of goose's files; others are none of its migrations.
var gooseName = regexp.MustCompile(`^\+?\d+_`)

// variable matches what goose substitutes (github.com/mfridman/interpolate): $$ and \$ for a dollar,
// $NAME, ${NAME}, and ${NAME:-default} or ${NAME-default}; other forms are not understood.
var variable = regexp.MustCompile(`\$\$|\\\$|\$([A-Za-z][A-Za-z0-9_]*)|\$\{([A-Za-z][A-Za-z0-9_]*)(?::?-([^}]*))?\}|\$\{`)

// Variables gives the values of variables of the environment that migrations may know.
type Variables func(name string) (value string, ok bool)

// Put is a value that stands in the text of a unit in the place of what the file says: length bytes
// at an offset of the text.
type Put struct {
	// At and Length are the 0-based bytes that Written took the place of.
	At, Length int
	Written    string
	// shift is how much longer the file is than the text, up to the end of the value.
	shift int
}

// substitute puts variables of the environment into some lines of the text. A value stands only where
// it is part of a name: one that may be anything else is not known, as one that nobody gives.
func (u *Unit) substitute(lines []bool, variables Variables) {
	withheld := map[int]bool{}
	for {
		text, put, unknown := u.filled(lines, variables, withheld)
		again := false
		for i, name := range areNames(text, put) {
			if !withheld[i] && !name {
				withheld[i], again = true, true
			}
		}
		if !again {
			u.Text, u.Put, u.Unknown = text, put, append(u.Unknown, unknown...)
			return
		}
	}
}

// filled is the text with the values of its variables, but for those, by their order, that are
// withheld.
func (u *Unit) filled(lines []bool, variables Variables, withheld map[int]bool) (string, []Put, []Unknown) {
	var out strings.Builder
	var put []Put
	var unknown []Unknown
	n, shift := 0, 0
	eachLine(u.Text, func(at int, line string) {
		pos := 0
		for _, m := range variable.FindAllStringSubmatchIndex(line, -1) {
			if !lines[n] {
				continue
			}
			out.WriteString(line[pos:m[0]])
			name, written := submatch(line, m, 1)+submatch(line, m, 2), line[m[0]:m[1]]
			value, known := "$", written != "${"
			if name != "" {
				value, known = variables.valueOf(name)
			}
			if name == "" && known {
				out.WriteString(value)
				pos = m[1]
				continue
			}
			if !known || withheld[len(put)] {
				value = ""
				unknown = append(unknown, Unknown{out.Len(), "the value of the environment variable " + cmp.Or(name, line[m[0]:])})
				withheld[len(put)] = true
			}
			shift += len(written) - len(value)
			put = append(put, Put{out.Len(), len(value), written, shift})
			out.WriteString(value)
			pos = m[1]
		}
		out.WriteString(line[pos:])
		if end := at + len(line); end < len(u.Text) {
			out.WriteString(u.Text[end : strings.IndexByte(u.Text[end:], '\n')+end+1])
		}
		n++
	})
	return out.String(), put, unknown
}

// valueOf is the value of a variable. One with a line break would move the lines behind it.
func (v Variables) valueOf(name string) (string, bool) {
	if v == nil {
		return "", false
	}
	value, ok := v(name)
	return value, ok && !strings.ContainsAny(value, "\r\n")
}

// areNames says of values in a text, in order, whether they are parts of identifiers, and of no other
// tokens.
func areNames(text string, put []Put) []bool {
	out := make([]bool, len(put))
	next := 0
	for pos := 0; pos < len(text) && next < len(put); {
		n := pgtree.Token(text[pos:])
		for next < len(put) && put[next].At < pos+n && put[next].At+put[next].Length <= pos+n {
			p := put[next]
			out[next] = p.At >= pos && isIdentifier(text[pos:pos+n], p.At-pos, p.At-pos+p.Length)
			next++
		}
		for pos += n; next < len(put) && put[next].At < pos; next++ {
			// It goes on behind the token.
		}
	}
	return out
}

// isIdentifier says that a token is an identifier, and a part of it none of its quotes.
func isIdentifier(token string, from, to int) bool {
	if token[0] == '"' {
		return from > 0 && to < len(token)
	}
	c := token[0] | 0x20
	return (c >= 'a' && c <= 'z' || token[0] == '_' || token[0] >= 0x80) && !strings.Contains(token, "'")
}

// Shown is a part of the text, by offsets, as the file has it: without the values of variables.
func (u Unit) Shown(start, end int) string {
	var out strings.Builder
	first, _ := slices.BinarySearchFunc(u.Put, start, func(p Put, at int) int { return cmp.Compare(p.At, at) })
	for _, p := range u.Put[first:] {
		if p.At+p.Length > end {
			break
		}
		out.WriteString(u.Text[start:p.At])
		out.WriteString(p.Written)
		start = p.At + p.Length
	}
	out.WriteString(u.Text[start:end])
	return out.String()
}

// Offset is where an offset of the text is in the text that the file has.
func (u Unit) Offset(offset int) int {
	i, _ := slices.BinarySearchFunc(u.Put, offset, func(p Put, at int) int { return cmp.Compare(p.At, at) })
	if i == 0 {
		return offset
	}
	last := u.Put[i-1]
	return offset + last.shift - max(0, last.At+last.Length-offset)
}

func submatch(s string, m []int, n int) string {
	if m[2*n] < 0 {
		return ""
	}
	return s[m[2*n]:m[2*n+1]]
}

// sqlMigrateUnit reads commands as sql-migrate does (ParseMigration): at the first column, in
// this case, in any number and order.
func sqlMigrateUnit(f file) (Unit, bool) {
	u := Unit{Version: leadingNumber(f.name), Name: baseName(f.name), File: f.path}
	s := &sections{text: []byte(f.text)}
	found := false
	eachLine(f.text, func(at int, line string) {
		command, ok := strings.CutPrefix(line, "-- +migrate ")
		fields := strings.Fields(command)
		if !ok || len(fields) == 0 {
			return
		}
		switch fields[0] {
		case "Up":
			found = true
			s.turn(at, true)
			u.NoTransaction = u.NoTransaction || len(fields) > 1 && fields[1] == "notransaction"
		case "Down":
			s.turn(at, false)
		}
	})
	u.Text = s.end()
	sqlMigrateLines.refuses(&u)
	return u, found
}

// dbmateUnit reads blocks as dbmate does (parseMigrationContents): pairs of up and down.
func dbmateUnit(f file) (Unit, bool) {
	u := Unit{Version: leadingNumber(f.name), Name: baseName(f.name), File: f.path}
	s := &sections{text: []byte(f.text)}
	found := false
	eachLine(f.text, func(at int, line string) {
		switch {
		case dbmateUp.MatchString(line):
			found = true
			s.turn(at, true)
			u.NoTransaction = u.NoTransaction || dbmateAlone.MatchString(line)
		case dbmateDown.MatchString(line):
			s.turn(at, false)
		}
	})
	u.Text = s.end()
	return u, found && digits.MatchString(f.name)
}

var dbmateAlone = regexp.MustCompile(`\stransaction:false(\s|$)`)

const ternSeparator = "---- create above / drop below ----"

var (
	ternName  = regexp.MustCompile(`^(\d+)_.+\.sql$`)
	ternAlone = regexp.MustCompile(`(?m)^---- tern: disable-tx ----$`)
)

func ternUnit(f file) (Unit, bool) {
	m := ternName.FindStringSubmatch(f.name)
	if m == nil {
		return Unit{}, false
	}
	text := f.text
	if i := strings.Index(text, ternSeparator); i >= 0 {
		text = blank(text, i, len(text))
	}
	return Unit{Version: m[1], Name: baseName(f.name), File: f.path, Text: text,
		NoTransaction: ternAlone.MatchString(text)}, true
}
