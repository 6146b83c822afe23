package migration

import (
	"regexp"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// goose and sql-migrate split a section by lines: a statement ends with a line that ends with a semicolon, unless it
// stands between marks (internal/sqlparser/parser.go; sqlparse/sqlparse.go). What they make of a text that is not
// written for that, they refuse, or the server does.

// byLines are the marks of a tool's statements.
type byLines struct{ begin, end *regexp.Regexp }

var (
	gooseLines = byLines{regexp.MustCompile(`(?i)^\s*--\s*\+goose\s+statementbegin`),
		regexp.MustCompile(`(?i)^\s*--\s*\+goose\s+statementend`)}
	sqlMigrateLines = byLines{regexp.MustCompile(`^-- \+migrate StatementBegin`),
		regexp.MustCompile(`^-- \+migrate StatementEnd`)}
)

// refuses says why a unit is not run, and at which line; empty if it is. The text has blanks in the place of all but
// the section that migrates up.
func (m byLines) refuses(u *Unit) {
	var statement strings.Builder
	first, line, inside := 0, 0, false
	eachLine(u.Text, func(_ int, l string) {
		line++
		if u.Refused != "" {
			return
		}
		trimmed := strings.TrimSpace(l)
		switch {
		case m.begin.MatchString(l):
			inside = true
			return
		case m.end.MatchString(l):
			inside = false
			statement.Reset()
			return
		case strings.HasPrefix(trimmed, "--") && !inside, trimmed == "" && statement.Len() == 0:
			return
		}
		if statement.Len() == 0 {
			first = line
		}
		statement.WriteString(l + "\n")
		if inside || !strings.HasSuffix(strings.TrimSpace(withoutComment(trimmed)), ";") {
			return
		}
		if text := statement.String(); unfinished(text) {
			u.Refused, u.RefusedLine = "the tool ends the statement at the first line that ends with a semicolon, within a "+
				"string or a body: put it between StatementBegin and StatementEnd (SQLSTATE 42601 otherwise)", first
		}
		statement.Reset()
	})
	if u.Refused == "" && strings.TrimSpace(statement.String()) != "" {
		u.Refused, u.RefusedLine = "the tool refuses what has no semicolon at its end: unfinished SQL query", first
	}
}

// withoutComment is a line without a comment at its end.
func withoutComment(line string) string {
	for pos := 0; pos < len(line); {
		if strings.HasPrefix(line[pos:], "--") {
			return line[:pos]
		}
		pos += max(pgtree.Token(line[pos:]), 1)
	}
	return line
}

// unfinished says that a text ends within a string or a body.
func unfinished(text string) bool {
	_, err := pgtree.Parse(text)
	return err != nil
}
