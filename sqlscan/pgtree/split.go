package pgtree

import (
	"errors"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"github.com/pganalyze/pg_query_go/v5/parser"
)

// part is one statement of a text, found by the scanner: bytes start to end, and why it must not
// be given to the parser, empty if it may.
type part struct {
	start, end int
	limit      string
}

// split cuts text at the semicolons that end statements, as the grammar does. It reads tokens
// alone, so that neither length nor depth can harm it.
func (s source) split() ([]part, error) {
	tokens, err := pg_query.Scan(s.scanned)
	if err != nil {
		var pe *parser.Error
		if errors.As(err, &pe) {
			return nil, &Error{codeSyntax, pe.Message, byteOffset(s.scanned, pe.Cursorpos-1)}
		}
		return nil, &Limit{err.Error(), 0}
	}
	sp := splitter{text: s.text, stretches: s.stretches}
	for _, t := range tokens.Tokens {
		if t.Token != pg_query.Token_SQL_COMMENT && t.Token != pg_query.Token_C_COMMENT {
			sp.token(t)
		}
	}
	sp.finish(len(s.scanned))
	return sp.parts, nil
}

// splitter follows where statements end (gram.y, stmtmulti): at each semicolon, but for those
// between the actions of a rule, which stand in parentheses (RuleActionMulti), and those in the
// body of an SQL function, BEGIN ATOMIC … END (routine_body_stmt_list).
type splitter struct {
	text       string
	parts      []part
	start, end int
	// open are the statement and, within it, those of bodies that have not ended; none between
	// statements.
	open     []*statement
	deepest  int
	previous pg_query.Token
	// stretches are the offsets of operators that are too long to be scanned.
	stretches []int
}

// statement is a statement of a text or of a body, while it is read.
type statement struct {
	depth
	tokens int
	// makes is FUNCTION, PROCEDURE or RULE where it creates one: these hold semicolons.
	makes pg_query.Token
	heads bool // CREATE, or CREATE OR REPLACE, is all that was read
}

func (s *splitter) token(t *pg_query.ScanToken) {
	if t.Token == pg_query.Token_ASCII_59 && s.semicolon(int(t.Start)) {
		return
	}
	if len(s.open) == 0 {
		s.start, s.open = int(t.Start), []*statement{{}}
	}
	s.end = int(t.End)
	s.take(t.Token)
	s.previous = t.Token
}

// semicolon says whether a semicolon ends the statement.
func (s *splitter) semicolon(at int) bool {
	if len(s.open) == 0 {
		return true
	}
	current := s.current()
	switch {
	case current.makes == pg_query.Token_RULE && current.inParentheses():
		return false
	case len(s.open) > 1:
		s.open[len(s.open)-1] = &statement{}
		s.end, s.previous = at+1, pg_query.Token_ASCII_59
		return true
	}
	s.finish(at)
	return true
}

func (s *splitter) current() *statement { return s.open[len(s.open)-1] }

// take follows a token of the innermost statement.
func (s *splitter) take(t pg_query.Token) {
	current := s.current()
	switch {
	case t == pg_query.Token_END_P && current.tokens == 0 && len(s.open) > 1:
		s.open = s.open[:len(s.open)-1] // No statement of a body begins with END.
		return
	case t == pg_query.Token_ATOMIC && s.previous == pg_query.Token_BEGIN_P && current.takesBody():
		s.open = append(s.open, &statement{})
		return
	}
	current.head(t)
	current.tokens++
	current.count(t, s.previous)
	s.deepest = max(s.deepest, current.total+len(s.open))
}

// head reads what the statement creates.
func (s *statement) head(t pg_query.Token) {
	switch {
	case s.tokens == 0:
		s.heads = t == pg_query.Token_CREATE
	case s.heads && (t == pg_query.Token_OR || t == pg_query.Token_REPLACE):
	case s.heads:
		s.heads = false
		if t == pg_query.Token_FUNCTION || t == pg_query.Token_PROCEDURE || t == pg_query.Token_RULE {
			s.makes = t
		}
	}
}

// takesBody says that BEGIN ATOMIC begins a body here: elsewhere the two words can be a column and
// its label.
func (s *statement) takesBody() bool {
	return (s.makes == pg_query.Token_FUNCTION || s.makes == pg_query.Token_PROCEDURE) && len(s.frames) <= 1
}

// finish ends the statement that is open; at is where the next one may begin.
func (s *splitter) finish(at int) {
	stretched := false
	for len(s.stretches) > 0 && s.stretches[0] < at {
		stretched, s.stretches = true, s.stretches[1:]
	}
	switch {
	case len(s.open) > 0:
		// A token's own end is not to be had of all: that of U&'…' depends on what follows.
		p := part{start: s.start, end: trimEnd(s.text, s.start, max(at, s.end))}
		if s.deepest > maxNesting || stretched {
			p.limit = tooDeep
		}
		s.parts = append(s.parts, p)
	case stretched:
		s.parts = append(s.parts, part{start: at, end: at, limit: tooDeep})
	}
	s.open, s.deepest, s.previous = nil, 0, 0
}
