// Package sqltext is the text of a query as far as code tells it: with holes where something is not
// known, with the placeholders of Go libraries, and with where each byte stands in the source.
// Parse makes of it statements that PostgreSQL's grammar takes, and keeps the way back.
//
// Texts come from analyzer/usage; what was parsed goes to sqlscan. It knows no schema, and of a
// hole only what stands around it.
package sqltext

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Text is one text that code can send, with a hole wherever something is not known.
type Text struct {
	// SQL is what is known; a hole has no bytes in it.
	SQL string `json:"sql"`
	// Holes are in the order of their places.
	Holes []Hole `json:"holes,omitempty"`
	// Runs say where bytes stand in the source, in the order of their At.
	Runs []Run `json:"runs,omitempty"`
	// Declared are the places of declarations that names of the text were made of, At the
	// offset of the name.
	Declared []Run `json:"declared,omitempty"`
	// Depends says for which data alone the text is sent; empty for any.
	Depends string `json:"depends,omitempty"`
	// Assumes is what is taken for granted of a text that is one of two ways: where the schema does not have its
	// names it is the other one. Empty for none.
	Assumes string `json:"assumes,omitempty"`
}

// Hole is unknown text at a 0-based byte offset of SQL.
type Hole struct {
	// At is the 0-based byte of the text before which it stands.
	At int `json:"at"`
	// Place is what can stand there, as far as the code tells.
	Place Place `json:"place,omitempty"`
	// Reason is why it is not known, for people.
	Reason string `json:"reason,omitempty"`
	// Type is the Go type of a value, as a driver is given it (usage.Dest); empty if it is not known. Written says that
	// the value stands in the text that is sent, as a library writes it.
	Type    string `json:"type,omitempty"`
	Written bool   `json:"written,omitempty"`
}

// Place says what stands in a hole as far as the Go code tells.
type Place string

// The places: any text, a value, a quoted identifier, text that is more than a value or nothing at all, any number of
// values.
const (
	AnyPlace   Place = ""
	ValuePlace Place = "value"
	IdentPlace Place = "identifier"
	TextPlace  Place = "text"
	ListPlace  Place = "values"
)

// Run says that the byte At (0-based) of SQL stands at Line and Column (1-based, in bytes) of File,
// and that those behind it follow it there, up to the next run.
type Run struct {
	// At is the 0-based byte of the text from which on it holds.
	At int `json:"at"`
	// File is a path in the repository with slashes.
	File string `json:"file"`
	// Line and Column are 1-based; Column counts bytes.
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Declaration returns the declaration that the name at an offset was made of; ok is false if
// the code says the name itself.
func (t Text) Declaration(offset int) (Run, bool) {
	for _, r := range t.Declared {
		if r.At == offset {
			return r, true
		}
	}
	return Run{}, false
}

// Position returns the place of a byte of SQL; ok is false if it has none.
func (t Text) Position(offset int) (file string, line, column int, ok bool) {
	i := sort.Search(len(t.Runs), func(i int) bool { return t.Runs[i].At > offset }) - 1
	if i < 0 {
		return "", 0, 0, false
	}
	run := t.Runs[i]
	between := t.SQL[run.At:min(max(offset, run.At), len(t.SQL))]
	if n := strings.Count(between, "\n"); n > 0 {
		return run.File, run.Line + n, len(between) - strings.LastIndexByte(between, '\n'), true
	}
	return run.File, run.Line, run.Column + len(between), true
}

// Covers says that a byte of SQL stands at a place of the source.
func (t Text) Covers(file string, line, column int) bool {
	for i, run := range t.Runs {
		end := len(t.SQL)
		if i+1 < len(t.Runs) {
			end = t.Runs[i+1].At
		}
		if run.File != file || run.Line > line || run.At >= end {
			continue
		}
		part := t.SQL[run.At:end]
		for range line - run.Line {
			nl := strings.IndexByte(part, '\n')
			if nl < 0 {
				part = ""
				break
			}
			part, run.Column = part[nl+1:], 1
		}
		before, _, _ := strings.Cut(part, "\n")
		if column >= run.Column && column < run.Column+len(before) {
			return true
		}
	}
	return false
}

// numbered finds the parameters that a text has itself.
var numbered = regexp.MustCompile(`\$[0-9]`)

// Shown is the text for people: a value that is sent beside it is a parameter, what else is not known is an ellipsis.
func (t Text) Shown() string {
	var b strings.Builder
	from, parameters, own := 0, 0, numbered.MatchString(t.SQL)
	for _, h := range t.Holes {
		b.WriteString(t.SQL[from:h.At])
		from = h.At
		if h.Place == ValuePlace && !h.Written && !own {
			parameters++
			b.WriteString("$" + strconv.Itoa(parameters))
		} else {
			b.WriteString("…")
		}
	}
	b.WriteString(t.SQL[from:])
	return b.String()
}
