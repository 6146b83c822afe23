package sqltext

import (
	"slices"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Pieces takes a text that is no statement whichever way its holes are filled, and gives the
// relations that certainly stand in it: each name behind FROM, JOIN, INTO or UPDATE as a
// statement of its own, at its place. ok is false if there are none.
func Pieces(text Text, style Style) (t *Parsed, ok bool) {
	t = &Parsed{Partial: true, Fragments: true, Unknown: "part of the text"}
	var source string
	source, t.marks = Rewrite(text.SQL, style)
	masked := []byte(strings.Repeat(" ", len(source)))
	inHole := func(from, to int) bool {
		return slices.ContainsFunc(text.Holes, func(h Hole) bool { return h.At >= t.Source(from) && h.At <= t.Source(to) })
	}
	free := 0
	for _, n := range relationNames(source) {
		if n.from-len(tableCommand) < free || inHole(n.behind, n.to) {
			continue
		}
		copy(masked[n.from-len(tableCommand):], tableCommand)
		copy(masked[n.from:], source[n.from:n.to])
		if n.to < len(masked) {
			masked[n.to] = ';'
		}
		free = n.to + 1
	}
	t.SQL = string(masked)
	t.Statements, t.Err = pgtree.Parse(t.SQL)
	t.Statements = slices.DeleteFunc(t.Statements, func(st pgtree.Statement) bool { return st.Err != nil })
	return t, t.Err == nil && len(t.Statements) > 0
}

const tableCommand = "TABLE "

// relationName is where a name stands, in bytes, and where the word ends that it is behind.
type relationName struct{ behind, from, to int }

// relationNames are the plain or quoted names, also with a schema, behind the words that a
// relation follows. A function is none.
func relationNames(text string) []relationName {
	var out []relationName
	after, none := false, relationName{0, -1, -1}
	name, behind := none, 0
	end := func(pos int) {
		if name.from >= 0 && (pos >= len(text) || text[pos] != '(') {
			out = append(out, name)
		}
		after, name = false, none
	}
	for pos := 0; pos < len(text); {
		n := max(pgtree.Token(text[pos:]), 1)
		token := text[pos : pos+n]
		switch {
		case strings.TrimSpace(token) == "":
			if name.from >= 0 {
				end(pos)
			}
		case name.from >= 0 && (token == "." || strings.HasSuffix(text[:pos], ".")):
			name.to = pos + n
		case name.from >= 0:
			end(pos)
			after, behind = relationWords[strings.ToUpper(token)], pos+n
		case after && isName(token) && !relationWords[strings.ToUpper(token)] && !strings.EqualFold(token, "LATERAL"):
			name = relationName{behind, pos, pos + n}
		default:
			after, behind = relationWords[strings.ToUpper(token)], pos+n
		}
		pos += n
	}
	end(len(text))
	return out
}

func isName(token string) bool {
	c := token[0]
	return c == '"' || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
