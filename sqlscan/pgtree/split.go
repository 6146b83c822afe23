package pgtree

import (
	"errors"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"github.com/pganalyze/pg_query_go/v5/parser"
)

// maxNesting is the deepest chain of operators, set operations, joins and brackets that is
// given to the parser. The C parser's stack holds about 30,000, the Go decoder 5,000.
const maxNesting = 3000

// part is one statement of a text, found by the scanner.
type part struct {
	start, end int
	limit      string
}

// split cuts text at the semicolons that end statements.
func split(text string) ([]part, error) {
	tokens, err := pg_query.Scan(text)
	if err != nil {
		var pe *parser.Error
		if errors.As(err, &pe) {
			return nil, &Error{codeSyntax, pe.Message, byteOffset(text, pe.Cursorpos-1)}
		}
		return nil, &Limit{err.Error(), 0}
	}
	var s splitter
	for _, t := range tokens.Tokens {
		s.token(t)
	}
	s.finish()
	return s.parts, nil
}

// splitter follows brackets, CASE and BEGIN ATOMIC, in which a semicolon ends nothing, and
// counts how deep the parse tree will be.
type splitter struct {
	parts      []part
	start, end int
	started    bool
	closers    []pg_query.Token
	chain      []int // operators since the last separator, for each open bracket
	total      int
	deepest    int
	previous   pg_query.Token
}

func (s *splitter) token(t *pg_query.ScanToken) {
	switch t.Token {
	case pg_query.Token_SQL_COMMENT, pg_query.Token_C_COMMENT:
		return
	case pg_query.Token_ASCII_59:
		if len(s.closers) == 0 {
			s.finish()
			return
		}
	}
	if !s.started {
		s.started, s.start, s.chain = true, int(t.Start), []int{0}
	}
	s.end = int(t.End)
	s.count(t.Token)
	s.previous = t.Token
}

// count updates the depth for one token.
func (s *splitter) count(t pg_query.Token) {
	switch t {
	case pg_query.Token_ASCII_40:
		s.push(pg_query.Token_ASCII_41)
	case pg_query.Token_ASCII_91:
		s.push(pg_query.Token_ASCII_93)
	case pg_query.Token_CASE:
		s.push(pg_query.Token_END_P)
	case pg_query.Token_ATOMIC:
		if s.previous == pg_query.Token_BEGIN_P {
			s.push(pg_query.Token_END_P)
		}
	case pg_query.Token_ASCII_41, pg_query.Token_ASCII_93, pg_query.Token_END_P:
		s.pop(t)
	case pg_query.Token_ASCII_44, pg_query.Token_ASCII_59, pg_query.Token_AND, pg_query.Token_OR:
		top := len(s.chain) - 1
		s.total -= s.chain[top]
		s.chain[top] = 0
	default:
		if nests(t) {
			s.chain[len(s.chain)-1]++
			s.total++
		}
	}
	s.deepest = max(s.deepest, s.total)
}

func (s *splitter) push(closer pg_query.Token) {
	s.closers = append(s.closers, closer)
	s.chain = append(s.chain, 1)
	s.total++
}

func (s *splitter) pop(t pg_query.Token) {
	top := len(s.closers) - 1
	if top < 0 || s.closers[top] != t {
		return
	}
	s.total -= s.chain[top+1]
	s.closers, s.chain = s.closers[:top], s.chain[:top+1]
}

// nests says that each further token of this kind makes the parse tree deeper.
func nests(t pg_query.Token) bool {
	switch t {
	case pg_query.Token_Op, pg_query.Token_TYPECAST, pg_query.Token_NOT, pg_query.Token_JOIN,
		pg_query.Token_UNION, pg_query.Token_EXCEPT, pg_query.Token_INTERSECT, pg_query.Token_IS,
		pg_query.Token_COLLATE, pg_query.Token_LESS_EQUALS, pg_query.Token_GREATER_EQUALS,
		pg_query.Token_NOT_EQUALS, pg_query.Token_LIKE, pg_query.Token_ILIKE, pg_query.Token_AT:
		return true
	}
	return t < 128 && t > 0 && strings.ContainsRune("+-*/<>=%^", rune(t))
}

func (s *splitter) finish() {
	if s.started {
		p := part{start: s.start, end: s.end}
		if s.deepest > maxNesting {
			p.limit = "statement nests too deeply to be parsed (over 3,000 chained operators or brackets)"
		}
		s.parts = append(s.parts, p)
	}
	*s = splitter{parts: s.parts}
}

// trim moves start and end over white space and comments.
func trim(text string, start, end int) (int, int) {
	for start < end {
		rest := text[start:end]
		switch {
		case strings.ContainsRune(" \t\r\n\f\v;", rune(rest[0])):
			start++
		case strings.HasPrefix(rest, "--"):
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				start += i + 1
			} else {
				start = end
			}
		case strings.HasPrefix(rest, "/*"):
			start += blockComment(rest)
		default:
			return start, trimEnd(text, start, end)
		}
	}
	return start, end
}

// trimEnd drops white space at the end; a comment there stays, since telling it from a
// string takes the scanner.
func trimEnd(text string, start, end int) int {
	return start + len(strings.TrimRight(text[start:end], " \t\r\n\f\v;"))
}

// blockComment returns the length of the comment that s starts with; comments nest.
func blockComment(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "/*"):
			depth++
			i++
		case strings.HasPrefix(s[i:], "*/"):
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}
