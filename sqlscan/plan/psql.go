package plan

import (
	"regexp"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/migration"
)

// What psql does with a text is not known: files that it includes, variables that it puts in.
var (
	included = regexp.MustCompile(`(?m)^[ \t]*\\(i|ir|include|include_relative)[ \t].*$`)
	setting  = regexp.MustCompile(`(?m)^[ \t]*\\(set|gset|getenv|prompt)\b`)
	variable = regexp.MustCompile(`(?m)(?:^|[\s(,.=]):(?:[A-Za-z_]\w*|"[A-Za-z_]\w*"|'[A-Za-z_]\w*')`)
)

// ofPsql are the places of a text that psql fills: variables only where something in the text, or its form, says that
// psql runs it.
func ofPsql(text string) []migration.Unknown {
	var out []migration.Unknown
	for _, m := range included.FindAllStringIndex(text, -1) {
		out = append(out, migration.Unknown{At: m[0], Reason: "what psql includes: " + strings.TrimSpace(text[m[0]:m[1]])})
	}
	quoted := regexp.MustCompile(`(?:^|[\s(,.=]):["']`).MatchString(text)
	if !setting.MatchString(text) && !quoted {
		return out
	}
	for _, m := range variable.FindAllStringIndex(text, -1) {
		out = append(out, migration.Unknown{At: m[0], Reason: "a variable of psql: " + strings.TrimSpace(text[m[0]:m[1]])})
	}
	return out
}

// lineOf is a line of a text, from 1, without what stands around it.
func lineOf(text string, line int) string {
	for l := range strings.Lines(text) {
		if line--; line == 0 {
			return strings.TrimSpace(l)
		}
	}
	return ""
}
