// Package pgtree turns SQL text into PostgreSQL's own parse trees. It is the only caller
// of the C parser and keeps it safe: what could overflow the parser's stack is refused
// before, as a Limit. All offsets are 0-based bytes of the text given to Parse.
//
// The grammar is that of PostgreSQL 16.
package pgtree

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"github.com/pganalyze/pg_query_go/v5/parser"
)

// Statement is one statement of a text.
type Statement struct {
	// Start and End bound the statement without white space, comments and semicolon.
	Start, End int
	// Text is the source between Start and End.
	Text string
	// Node is nil when Err is set.
	Node *pg_query.Node
	// Base is what to add to a location in Node to get an offset in the source.
	Base int
	// Err is an *Error or a *Limit when the statement could not be parsed.
	Err error
	// Newer is the error of the servers up to 16, for a statement that 17 or 18 takes.
	Newer error
}

// On is the statement as a server of a major version takes it; 0 is one that is not known.
func (st Statement) On(server int) Statement {
	if st.Newer != nil && server > 0 && server <= 16 {
		st.Err, st.Node = st.Newer, nil
	}
	return st
}

// Error is a syntax error, as the server would raise it.
type Error struct {
	// SQLSTATE and Message are the server's own.
	SQLSTATE string
	Message  string
	Offset   int
}

func (e *Error) Error() string { return fmt.Sprintf("%s (SQLSTATE %s)", e.Message, e.SQLSTATE) }

// Limit says why a statement was not given to the parser.
type Limit struct {
	// Reason is for people; Offset is the 0-based byte where it was met.
	Reason string
	Offset int
}

func (e *Limit) Error() string { return e.Reason }

// Bytes that cannot be SQL text: the server would not take them either.
const (
	codeSyntax  = "42601"
	codeInvalid = "22021" // character_not_in_repertoire
)

// shortText is a length below which no text can reach maxNesting.
const shortText = 3000

// Parse splits text into its statements and parses each. A statement that cannot be parsed
// has Err set; the others are parsed all the same. The error is set when the text as a
// whole cannot be read: a NUL byte, invalid UTF-8, an unterminated string or comment.
func Parse(text string) ([]Statement, error) {
	if err := checkBytes(text); err != nil {
		return nil, err
	}
	src := readable(text)
	if len(text) < shortText && len(src.stretches) == 0 {
		if tree, err := pg_query.Parse(src.scanned); err == nil {
			return fromTree(text, tree), nil
		}
	}
	parts, err := src.split()
	if err != nil {
		return nil, err
	}
	out := make([]Statement, 0, len(parts))
	for _, p := range parts {
		out = append(out, src.parse(p))
	}
	return out, nil
}

func checkBytes(text string) error {
	if i := strings.IndexByte(text, 0); i >= 0 {
		return &Error{codeInvalid, "NUL byte in SQL text", i}
	}
	if utf8.ValidString(text) {
		return nil
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			return &Error{codeInvalid, fmt.Sprintf("invalid byte sequence for encoding \"UTF8\": 0x%02x", text[i]), i}
		}
		i += size
	}
	return nil
}

func fromTree(text string, tree *pg_query.ParseResult) []Statement {
	out := make([]Statement, 0, len(tree.Stmts))
	for _, raw := range tree.Stmts {
		start, end := int(raw.StmtLocation), int(raw.StmtLocation+raw.StmtLen)
		if raw.StmtLen == 0 {
			end = len(text)
		}
		start, end = trim(text, start, end)
		out = append(out, Statement{Start: start, End: end, Text: text[start:end], Node: raw.Stmt})
	}
	return out
}

// parse gives a part to the parser.
func (s source) parse(p part) Statement {
	st := Statement{Start: p.start, End: p.end, Text: s.text[p.start:p.end], Base: p.start}
	if p.limit != "" {
		st.Err = &Limit{p.limit, p.start}
		return st
	}
	scanned := s.scanned[p.start:p.end]
	tree, err := pg_query.Parse(scanned)
	if err != nil {
		if text, newer := lowered(scanned); newer {
			if t, again := pg_query.Parse(text); again == nil {
				st.Newer, tree, err = syntaxError(err, scanned, p.start), t, nil
			}
		}
	}
	switch {
	case err != nil:
		st.Err = syntaxError(err, scanned, p.start)
	case len(tree.Stmts) != 1:
		st.Err = &Error{codeSyntax, "not one statement", p.start}
	default:
		st.Node = tree.Stmts[0].Stmt
	}
	return st
}

// syntaxError translates the parser's error, whose cursor counts characters from 1.
func syntaxError(err error, text string, base int) error {
	var pe *parser.Error
	if !errors.As(err, &pe) {
		return &Limit{"the parse tree is too deep to be read: " + err.Error(), base}
	}
	return &Error{codeSyntax, pe.Message, base + byteOffset(text, pe.Cursorpos-1)}
}

// byteOffset returns the offset in bytes of the character with that 0-based number.
func byteOffset(text string, chars int) int {
	if chars <= 0 {
		return 0
	}
	for i := range text {
		if chars == 0 {
			return i
		}
		chars--
	}
	return len(text)
}

// LineColumn returns the 1-based line and column (in bytes) of a byte offset.
func LineColumn(text string, offset int) (line, column int) {
	offset = min(max(offset, 0), len(text))
	before := text[:offset]
	return strings.Count(before, "\n") + 1, offset - (strings.LastIndexByte(before, '\n') + 1) + 1
}

// Lines tells the lines of many offsets of one text.
type Lines struct {
	starts []int
	length int
}

// LinesOf reads where the lines of a text begin.
func LinesOf(text string) Lines {
	l := Lines{[]int{0}, len(text)}
	for i := range len(text) {
		if text[i] == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// At is what LineColumn says of an offset.
func (l Lines) At(offset int) (line, column int) {
	offset = min(max(offset, 0), l.length)
	i, found := slices.BinarySearch(l.starts, offset)
	if !found {
		i--
	}
	return i + 1, offset - l.starts[i] + 1
}

// Fingerprint is the same for texts that differ in constants, parameters and white space alone.
func Fingerprint(text string) (string, error) {
	statements, err := Parse(text)
	if err != nil {
		return "", err
	}
	for _, st := range statements {
		if st.Err != nil {
			return "", st.Err
		}
	}
	return pg_query.Fingerprint(text)
}

// Expr parses an expression; the result is nil if it is none.
func Expr(sql string) *pg_query.Node {
	sts, err := Parse("SELECT " + sql)
	if err != nil || len(sts) != 1 || sts[0].Err != nil {
		return nil
	}
	targets := sts[0].Node.GetSelectStmt().GetTargetList()
	if len(targets) != 1 {
		return nil
	}
	return targets[0].GetResTarget().GetVal()
}

// DeparseExpr returns an expression as SQL text; empty if it cannot be written.
func DeparseExpr(n *pg_query.Node) string {
	target := &pg_query.Node{Node: &pg_query.Node_ResTarget{ResTarget: &pg_query.ResTarget{Val: n}}}
	sel := &pg_query.SelectStmt{TargetList: []*pg_query.Node{target},
		LimitOption: pg_query.LimitOption_LIMIT_OPTION_DEFAULT, Op: pg_query.SetOperation_SETOP_NONE}
	text, err := Deparse(&pg_query.Node{Node: &pg_query.Node_SelectStmt{SelectStmt: sel}})
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(text, "SELECT ")
}

// Deparse returns a statement as SQL text.
func Deparse(n *pg_query.Node) (string, error) {
	return pg_query.Deparse(&pg_query.ParseResult{Stmts: []*pg_query.RawStmt{{Stmt: n}}})
}
