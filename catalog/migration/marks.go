package migration

import (
	"cmp"
	"os"
	"regexp"
	"slices"
	"strings"
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
	if slices.Contains(substituted, true) {
		u.substitute(substituted)
	}
	return u, found
}

// gooseName matches the names of goose's files; others are none of its migrations.
var gooseName = regexp.MustCompile(`^\+?\d+_`)

// variable matches what goose substitutes (github.com/mfridman/interpolate): $$ and \$ for a dollar,
// $NAME, ${NAME}, and ${NAME:-default} or ${NAME-default}; other forms are not understood.
var variable = regexp.MustCompile(`\$\$|\\\$|\$([A-Za-z][A-Za-z0-9_]*)|\$\{([A-Za-z][A-Za-z0-9_]*)(?::?-([^}]*))?\}|\$\{`)

// substitute puts the variables of our environment into some lines of the text. One that is not
// set here may be set where the migration runs: it is not known.
func (u *Unit) substitute(lines []bool) {
	var out strings.Builder
	n := 0
	eachLine(u.Text, func(at int, line string) {
		pos := 0
		for _, m := range variable.FindAllStringSubmatchIndex(line, -1) {
			name := submatch(line, m, 1) + submatch(line, m, 2)
			value, set := os.LookupEnv(name)
			if !lines[n] || set && strings.Contains(value, "\n") {
				continue
			}
			out.WriteString(line[pos:m[0]])
			if name == "" && line[m[0]:m[1]] != "${" {
				value, set = "$", true
			}
			if !set {
				u.Unknown = append(u.Unknown, Unknown{out.Len(), "the value of the environment variable " + cmp.Or(name, line[m[0]:])})
			}
			out.WriteString(value)
			pos = m[1]
		}
		out.WriteString(line[pos:])
		if end := at + len(line); end < len(u.Text) {
			out.WriteString(u.Text[end : strings.IndexByte(u.Text[end:], '\n')+end+1])
		}
		n++
	})
	u.Text = out.String()
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
	return Unit{Version: m[1], Name: baseName(f.name), File: f.path, Text: text, NoTransaction: ternAlone.MatchString(text)}, true
}
