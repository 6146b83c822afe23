package sqltext

import (
	"errors"
	"fmt"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// HolePrefix starts the identifiers that stand for unknown text.
const HolePrefix = "schemavet_hole_"

// IsHole says that an identifier stands for unknown text.
func IsHole(name string) bool { return strings.Contains(name, HolePrefix) }

// Parameter is the number of the parameter that the i-th hole (0-based) becomes, if it is a
// value that stands by itself.
func Parameter(i int) int { return 60000 + i }

// Parsed is a text whose holes are filled so that it parses.
type Parsed struct {
	// SQL is what was parsed; offsets of Statements and their outcomes are in it.
	SQL        string
	Statements []pgtree.Statement
	// Err says why nothing could be parsed.
	Err error
	// Partial says that something other than a value is unknown.
	Partial bool
	// Fragments says that the statements are made of pieces of a text that is none.
	Fragments bool
	// Unknown describes the first hole that is no value, for people.
	Unknown string

	fills []fill
	marks Map
}

// fill is what a hole was filled with.
type fill struct {
	at   int // in the text with holes
	text string
}

// Source translates an offset of SQL to one of the text with holes.
func (t *Parsed) Source(offset int) int {
	offset = t.marks.Source(offset)
	shift := 0
	for _, f := range t.fills {
		start := f.at + shift
		if offset < start {
			break
		}
		if offset < start+len(f.text) {
			return f.at
		}
		shift += len(f.text)
	}
	return offset - shift
}

// maxTries bounds how many ways of filling the holes are tried.
const maxTries = 40

// Parse fills the holes by what stands around them and parses. Of the placeholder styles
// the given one is tried first, then those that the text could be in.
func Parse(text Text, style Style) *Parsed {
	var first *Parsed
	for _, s := range stylesFor(text.SQL, style) {
		t := parseStyle(text.SQL, text.Holes, s)
		if t.Err == nil {
			return t
		}
		if first == nil {
			first = t
		}
	}
	return first
}

func stylesFor(text string, style Style) []Style {
	out := []Style{style}
	add := func(s Style, mark string) {
		if s != style && strings.Contains(text, mark) {
			out = append(out, s)
		}
	}
	add(Question, "?")
	add(Colon, ":")
	add(At, "@")
	add(Native, "$")
	return out
}

func parseStyle(text string, holes []Hole, style Style) *Parsed {
	choices := make([][]string, len(holes))
	picked := make([]int, len(holes))
	for i, h := range holes {
		choices[i] = fillings(text, h, i)
	}
	var first *Parsed
	for range maxTries {
		t := attempt(text, holes, choices, picked, style)
		if t.Err == nil {
			t.describe(text, holes)
			return t
		}
		if first == nil {
			first = t
		}
		if !t.advance(choices, picked) {
			break
		}
	}
	return first
}

func attempt(text string, holes []Hole, choices [][]string, picked []int, style Style) *Parsed {
	t := &Parsed{}
	var b strings.Builder
	from := 0
	for i, h := range holes {
		b.WriteString(text[from:h.At])
		f := fill{h.At, choices[i][picked[i]]}
		b.WriteString(f.text)
		t.fills = append(t.fills, f)
		from = h.At
	}
	b.WriteString(text[from:])
	t.SQL, t.marks = Rewrite(b.String(), style)
	t.Statements, t.Err = pgtree.Parse(pgtree.BlankPsql(t.SQL))
	for _, st := range t.Statements {
		if t.Err == nil && st.Err != nil {
			t.Err = st.Err
		}
	}
	return t
}

// advance picks the next filling of the last hole at or before the error, and those after
// it anew; false when every way has been tried.
func (t *Parsed) advance(choices [][]string, picked []int) bool {
	at := len(t.SQL)
	var syntax *pgtree.Error
	if errors.As(t.Err, &syntax) {
		// A hole behind white space at the end is at fault too.
		rest := strings.TrimLeft(t.SQL[min(syntax.Offset, len(t.SQL)):], " \t\r\n")
		at = t.Source(len(t.SQL) - len(rest))
	}
	last := -1
	for i, f := range t.fills {
		if f.at <= at {
			last = i
		}
	}
	for i := last; i >= 0; i-- {
		if picked[i]+1 < len(choices[i]) {
			picked[i]++
			clear(picked[i+1:])
			return true
		}
	}
	return false
}

// describe says which holes are no values.
func (t *Parsed) describe(text string, holes []Hole) {
	for i, f := range t.fills {
		if holes[i].Place != TextPlace && t.isValue(text, holes[i], f) {
			continue
		}
		t.Partial = true
		if t.Unknown == "" {
			t.Unknown = placeName(text, f)
		}
	}
}

// isValue says that a hole was filled by a value, or stands where one can.
func (t *Parsed) isValue(text string, h Hole, f fill) bool {
	return h.Place == ListPlace || h.Place == ValuePlace && !strings.HasPrefix(f.text, HolePrefix) || f.text == "1" && !glued(text, f.at) ||
		f.at > 0 && text[f.at-1] == '$' ||
		strings.HasPrefix(strings.TrimSpace(f.text), "$") || strings.HasPrefix(f.text, "($") || f.text == quotedFill ||
		strings.IndexByte("'-", quoteAround(text, f.at)) >= 0
}

// quotedFill stands where a part of a word does.
const quotedFill = "x"

func placeName(text string, f fill) string {
	word := strings.ToUpper(wordBefore(text, f.at))
	switch {
	case relationWords[word]:
		return "table name"
	case f.text == "":
		return "clause"
	case word == "BY":
		return "ORDER BY or GROUP BY list"
	case word == "WHERE" || word == "AND" || word == "OR" || word == "ON" || word == "HAVING":
		return "condition"
	case word == "SELECT" || word == "RETURNING" || word == "DISTINCT":
		return "column list"
	case word == "SET":
		return "assignment list"
	}
	return "part of the text"
}

var relationWords = map[string]bool{"FROM": true, "JOIN": true, "INTO": true, "UPDATE": true, "TABLE": true,
	"ONLY": true, "USING": true, "TRUNCATE": true, "COPY": true}

// fillings lists what may stand in a hole, the likeliest first.
func fillings(text string, h Hole, i int) []string {
	name := fmt.Sprintf("%s%d", HolePrefix, i)
	parameter := fmt.Sprintf("$%d", Parameter(i))
	if quoteAround(text, h.At) != 0 {
		if h.Place == ValuePlace {
			return []string{"1"}
		}
		return []string{name}
	}
	if h.At > 0 && text[h.At-1] == '$' {
		// Two numbers that are not known are two parameters.
		return []string{fmt.Sprint(50000 + i)}
	}
	if h.Place == ListPlace { // A name stands for any number of values.
		return []string{name, parameter}
	}
	if h.Place == TextPlace { // It is left out most easily, and is never taken for a value.
		return spacedFillings(text, h, " "+name, parameter)
	}
	if glued(text, h.At) {
		return gluedFillings(text, h, name, parameter)
	}
	return spacedFillings(text, h, name, parameter)
}

// gluedFillings are for a hole that touches a word on its left: users_§ is one name, but
// users§ most often a name and what follows it behind a blank.
func gluedFillings(text string, h Hole, name, parameter string) []string {
	word := wordBefore(text, h.At)
	switch {
	case word[0] >= '0' && word[0] <= '9':
		return []string{"1", name, ""}
	case text[h.At-1] == '_' || h.Place == ValuePlace && !spacedWords[strings.ToUpper(word)]:
		return []string{name, "1", ""}
	}
	choices := spacedFillings(text, h, name, parameter)
	for i, c := range choices {
		if c != "" {
			choices[i] = " " + c
		}
	}
	return choices
}

// spacedWords are keywords that a value follows.
var spacedWords = map[string]bool{"LIMIT": true, "OFFSET": true, "IN": true, "AND": true, "OR": true, "SELECT": true,
	"THEN": true, "ELSE": true, "WHEN": true, "BY": true, "FETCH": true}

// likely is what a hole most often is behind a word or sign.
type likely byte

const (
	aName likely = iota + 1
	aValue
	aList
	anAssignment
	aRow
)

// likelyBehind is what stands most often behind a word or sign; behind the words of relations it is a name.
var likelyBehind = map[string]likely{
	"LIMIT": aValue, "OFFSET": aValue, "=": aValue, "<": aValue, ">": aValue,
	"IN": aList, "SET": anAssignment, "VALUES": aRow,
	"BY": aName, "SELECT": aName, "RETURNING": aName, "WHERE": aName, "AND": aName, "OR": aName, "ON": aName,
	"HAVING": aName, "DISTINCT": aName, ",": aName, "(": aName, "NOT": aName, ".": aName,
}

// spacedFillings are for a hole that stands by itself, the likeliest first.
func spacedFillings(text string, h Hole, name, parameter string) []string {
	rest := []string{"", name, parameter, "true", name + " = 1", "=", ",", "AND", "1", "DESC", "SELECT * FROM " + name,
		"(SELECT * FROM " + name + ")"}
	switch h.Place {
	case IdentPlace:
		return append([]string{name}, rest...)
	case ValuePlace:
		return append([]string{parameter, "1", quotedFill}, rest...)
	}
	first := map[likely]string{aName: name, aValue: parameter, aList: "(" + parameter + ")", anAssignment: name + " = 1",
		aRow: "(" + name + ")"}
	word := strings.ToUpper(wordBefore(text, h.At))
	behind := likelyBehind[word]
	switch {
	case relationWords[word]:
		behind = aName
	case word == "(" && listBefore(text, h.At):
		behind = aValue
	}
	if behind != 0 {
		return append([]string{first[behind]}, rest...)
	}
	return rest
}

// glued says that the hole touches a word on its left, as in users_%s.
func glued(text string, at int) bool {
	if at == 0 {
		return false
	}
	c := text[at-1]
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// listBefore says that the bracket before the hole opens a list of values: IN (…), ANY (….
func listBefore(text string, at int) bool {
	before := strings.TrimRight(strings.TrimRight(text[:at], " \t\r\n"), "(")
	switch strings.ToUpper(wordBefore(before, len(before))) {
	case "IN", "ANY", "ALL":
		return true
	}
	return false
}

// wordBefore is the word or sign before an offset.
func wordBefore(text string, at int) string {
	before := strings.TrimRight(text[:at], " \t\r\n")
	end := len(before)
	start := end
	for start > 0 && (glued(before, start)) {
		start--
	}
	if start == end && end > 0 {
		return before[end-1:]
	}
	return before[start:end]
}

// quoteAround is the quote of the string literal ('), quoted identifier (") or comment (-)
// that an offset lies in, 0 if it lies in none.
func quoteAround(text string, at int) byte {
	for pos := 0; pos < at; {
		n := pgtree.Token(text[pos:])
		c := text[pos]
		inside := at > pos && at < pos+n
		switch {
		case !inside:
		case c == '"':
			return '"'
		case c == '\'', n > 2 && c == '$', n > 1 && (c == 'e' || c == 'E') && text[pos+1] == '\'':
			return '\''
		case n > 2 && (c == '-' || c == '/'):
			return '-'
		}
		pos += n
	}
	return 0
}
