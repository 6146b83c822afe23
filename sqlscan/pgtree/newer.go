package pgtree

import (
	"regexp"
	"strings"
)

// The grammar is that of PostgreSQL 16. What 17 and 18 take besides is lowered to what it takes: every change keeps
// the length of the text, so that offsets stay. What cannot be said in 16 is left out: a lowered statement means a
// little less than it says, never something else.

// lowering rewrites a stretch of a statement. The pattern is matched in the text without what is in strings, quoted
// identifiers and comments; the first group is what is rewritten, or all.
type lowering struct {
	pattern *regexp.Regexp
	to      func(stretch string) string
}

// blank leaves a stretch out.
func blank(string) string { return "" }

func text(s string) func(string) string { return func(string) string { return s } }

const identifier = `(?:"[^"]*"|[\w$]+)`

var lowerings = []lowering{
	// GENERATED ALWAYS AS (…) VIRTUAL (18)
	{regexp.MustCompile(`(?is)\bGENERATED\s+ALWAYS\s+AS\s*\(.*?\)\s*(VIRTUAL)\b`), text("STORED")},
	// ALTER COLUMN c SET EXPRESSION AS (…) (17)
	{regexp.MustCompile(`(?is)\b(SET\s+EXPRESSION\s+AS\s*\(.*\))`), text("SET STATISTICS 100")},
	{regexp.MustCompile(`(?i)\b(SET\s+STATISTICS\s+DEFAULT)\b`), text("SET STATISTICS -1")},
	// ADD CONSTRAINT n NOT NULL c [NOT VALID] (18)
	{regexp.MustCompile(`(?i)\b(ADD\s+CONSTRAINT\s+` + identifier + `\s+NOT\s+NULL\s+` + identifier +
		`(?:\s+NO\s+INHERIT)?(?:\s+NOT\s+VALID)?)`), addNotNull},
	// NOT NULL c among the columns of a table (18)
	{regexp.MustCompile(`(?i)(,\s*(?:CONSTRAINT\s+` + identifier + `\s+)?NOT\s+NULL\s+` + identifier +
		`(?:\s+NO\s+INHERIT)?)\s*[,)]`), blank},
	{regexp.MustCompile(`(?i)\b((?:NOT\s+)?ENFORCED)\b`), blank},
	{regexp.MustCompile(`(?i)\b(WITHOUT\s+OVERLAPS)\b`), blank},
	{regexp.MustCompile(`(?i)[(,]\s*[^()]*\b(PERIOD)\s+` + identifier + `\s*\)`), blank},
	// MERGE (17)
	{regexp.MustCompile(`(?i)\bWHEN\s+(NOT\s+MATCHED\s+BY\s+SOURCE)\b`), text("MATCHED")},
	{regexp.MustCompile(`(?i)\bWHEN\s+NOT\s+MATCHED\s+(BY\s+TARGET)\b`), blank},
	{regexp.MustCompile(`(?is)^\s*(?:WITH\b.*)?\bMERGE\s+INTO\b.*?\b(RETURNING\b.*)$`), blank},
	// RETURNING WITH (OLD AS o, NEW AS n) (18)
	{regexp.MustCompile(`(?i)\bRETURNING\s+(WITH\s*\([^()]*\))`), blank},
	// JSON_TABLE (17), of which the columns are not known
	{regexp.MustCompile(`(?i)\b(JSON_TABLE\s*)\(`), text("JSON_TABLE")},
}

var notNullColumn = regexp.MustCompile(`(?i)NOT\s+NULL\s+(` + identifier + `)`)

// addNotNull is ALTER c SET NOT NULL.
func addNotNull(stretch string) string {
	m := notNullColumn.FindStringSubmatch(stretch)
	if m == nil {
		return stretch
	}
	return "ALTER " + m[1] + " SET NOT NULL"
}

// lowered is a statement in what the grammar takes; false if nothing in it is newer.
func lowered(statement string) (string, bool) {
	b := []byte(statement)
	changed := false
	replace := func(from, to int, with string) {
		if len(with) > to-from {
			return
		}
		for i := from; i < to; i++ {
			if b[i] != '\n' && b[i] != '\r' {
				b[i] = ' '
			}
		}
		copy(b[from:], with)
		changed = true
	}
	for _, l := range lowerings {
		for range maxLowered {
			masked := mask(string(b))
			m := l.pattern.FindStringSubmatchIndex(masked)
			if m == nil {
				break
			}
			stretch := string(b[m[2]:m[3]])
			if strings.HasPrefix(strings.ToUpper(stretch), "JSON_TABLE") {
				if !lowerJSONTable(masked, m[2], replace) {
					break
				}
				continue
			}
			before := string(b)
			replace(m[2], m[3], l.to(stretch))
			if string(b) == before {
				break
			}
		}
	}
	lowerGenerated(mask(string(b)), replace)
	return string(b), changed
}

// maxLowered bounds how often one construct is lowered in a statement.
const maxLowered = 200

// unmarked matches a generated column without STORED or VIRTUAL (18).
var unmarked = regexp.MustCompile(`(?i)\bGENERATED\s+ALWAYS\s+AS\s*\(`)

var stored = regexp.MustCompile(`(?i)^\s*(STORED|VIRTUAL)\b`)

// lowerGenerated leaves the expression of virtual columns out that say nothing else.
func lowerGenerated(masked string, replace func(from, to int, with string)) {
	for _, m := range unmarked.FindAllStringIndex(masked, -1) {
		if end := closingBracket(masked, m[1]-1); end > 0 && !stored.MatchString(masked[end:]) {
			replace(m[0], end, "")
		}
	}
}

// jsonTableHole is a relation of which the columns are not known: its name is that of unknown text in sqltext.
const jsonTableHole = "schemavet_hole_json"

func lowerJSONTable(masked string, at int, replace func(from, to int, with string)) bool {
	open := strings.IndexByte(masked[at:], '(')
	end := closingBracket(masked, at+open)
	if open < 0 || end < 0 || end-at < len(jsonTableHole) {
		return false
	}
	replace(at, end, jsonTableHole)
	return true
}

// closingBracket is the offset behind the bracket that closes one; -1 if there is none.
func closingBracket(masked string, open int) int {
	depth := 0
	for i := open; i >= 0 && i < len(masked); i++ {
		switch masked[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// mask puts x in the place of all that is in strings and quoted identifiers, and blanks in that of comments.
func mask(sql string) string {
	b := []byte(sql)
	for pos := 0; pos < len(sql); {
		n := max(Token(sql[pos:]), 1)
		fill := byte(0)
		switch c := sql[pos]; {
		case strings.HasPrefix(sql[pos:], "--") || strings.HasPrefix(sql[pos:], "/*"):
			fill = ' '
		case c == '\'' || c == '"' || c == '$' && n > 1 || (c == 'e' || c == 'E') && n > 1 && sql[pos+1] == '\'':
			fill = 'x'
		}
		if fill == 'x' {
			for i := pos + 1; i < pos+n-1; i++ {
				b[i] = fill
			}
		} else if fill != 0 {
			for i := pos; i < pos+n; i++ {
				if b[i] != '\n' && b[i] != '\r' {
					b[i] = fill
				}
			}
		}
		pos += n
	}
	return string(b)
}

// newerWords match what 17 and 18 have more of than is lowered.
var newerWords = regexp.MustCompile(`(?i)\b(JSON_(TABLE|QUERY|VALUE|EXISTS|SCALAR|SERIALIZE)|JSON\s*\(|MERGE\s+INTO|` +
	`MERGE_ACTION|VIRTUAL|ENFORCED|OVERLAPS|PERIOD|EXPRESSION\s+AS|SPLIT\s+PARTITION|` +
	`RETURNING\s+WITH|NOT\s+VALID|NOT\s+NULL)\b`)

// Refused says that a server of a major version refuses the statement for its syntax, as far as is known: the grammar
// is that of 16. 0 is a version that is not known.
func (st Statement) Refused(server int) bool {
	if _, ok := st.Err.(*Error); !ok {
		return false
	}
	return RefusesText(st.Text, server)
}

// RefusesText says so of a text that the grammar of 16 does not take.
func RefusesText(text string, server int) bool {
	return server > 0 && server <= 16 || server == 0 && !newerWords.MatchString(mask(text))
}
