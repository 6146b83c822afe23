package sqltext

import (
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Style says how a text marks its parameters. Nothing is looked for in strings, comments and quoted
// identifiers.
type Style string

// The styles. Native is $1; Question is ?, with ?? for a literal ? (database/sql after
// Rebind, squirrel); Colon is :name, with :: left alone (sqlx); At is @name (pgx); QuestionAt
// is ? or @name (gorm); QuestionName is ?, ?0 or ?name, with \? for a literal ? (bun, go-pg).
const (
	Native       Style = ""
	Question     Style = "?"
	Colon        Style = ":"
	At           Style = "@"
	QuestionAt   Style = "?@"
	QuestionName Style = "?name"
)

// Map translates offsets of a rewritten text into offsets of the source. The zero Map
// changes nothing.
type Map struct{ edits []edit }

// edit says that [out, out+outLen) of the new text stands for [in, in+inLen) of the source.
type edit struct{ in, inLen, out, outLen int }

// Source returns the 0-based byte offset in the source for one in the rewritten text.
func (m Map) Source(offset int) int {
	shift := 0
	for _, e := range m.edits {
		if offset < e.out {
			break
		}
		if offset < e.out+e.outLen {
			return e.in
		}
		shift = e.in + e.inLen - e.out - e.outLen
	}
	return offset + shift
}

// Rewrite replaces the parameters of the given style by $n. The same name gets the same
// number; each ? gets its own.
func Rewrite(text string, style Style) (string, Map) {
	if style == Native {
		return text, Map{}
	}
	r := rewriter{text: text, names: map[string]int{}}
	for r.pos < len(text) {
		if !r.parameter(style) {
			n := pgtree.Token(text[r.pos:])
			r.out.WriteString(text[r.pos : r.pos+n])
			r.pos += n
		}
	}
	return r.out.String(), Map{r.edits}
}

type rewriter struct {
	text  string
	pos   int
	out   strings.Builder
	names map[string]int
	count int
	edits []edit
}

// parameter rewrites the parameter at pos, if one is there.
func (r *rewriter) parameter(style Style) bool {
	rest := r.text[r.pos:]
	switch {
	case style == Question && strings.HasPrefix(rest, "??"):
		r.replace(2, "?")
		return true
	case style == QuestionName && strings.HasPrefix(rest, `\?`):
		r.replace(2, "?")
		return true
	case style == QuestionName && rest[0] == '?' && argumentLength(rest[1:]) > 0:
		n := argumentLength(rest[1:])
		r.replace(1+n, "$"+strconv.Itoa(r.number(rest[1:1+n])))
		return true
	case (style == Question || style == QuestionAt || style == QuestionName) && rest[0] == '?':
		r.count++
		r.replace(1, "$"+strconv.Itoa(r.count))
		return true
	case style == Colon && strings.HasPrefix(rest, "::::"): // A cast, as sqlx wants it written.
		r.replace(4, "::")
		return true
	case style == Colon && strings.HasPrefix(rest, "::"):
		// A cast. sqlx reads "::" as an escaped colon only in names; PostgreSQL gets both.
		r.out.WriteString("::")
		r.pos += 2
		return true
	case style == Colon && rest[0] == ':', (style == At || style == QuestionAt) && rest[0] == '@':
		n := nameLength(rest[1:])
		if n == 0 || r.pos > 0 && r.text[r.pos-1] == rest[0] {
			return false
		}
		r.replace(1+n, "$"+strconv.Itoa(r.number(rest[1:1+n])))
		return true
	}
	return false
}

func (r *rewriter) number(name string) int {
	if n, ok := r.names[name]; ok {
		return n
	}
	r.count++
	r.names[name] = r.count
	return r.count
}

func (r *rewriter) replace(length int, with string) {
	r.edits = append(r.edits, edit{r.pos, length, r.out.Len(), len(with)})
	r.out.WriteString(with)
	r.pos += length
}

// argumentLength returns the length of the index or name behind a ?.
func argumentLength(s string) int {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	return max(digits, nameLength(s))
}

// nameLength returns the length of the parameter name that s starts with. Dots belong to
// it: sqlx takes :user.name for a nested field.
func nameLength(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '.')) {
			return i
		}
	}
	return len(s)
}
