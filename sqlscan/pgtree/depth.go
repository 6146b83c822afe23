package pgtree

import (
	pg_query "github.com/pganalyze/pg_query_go/v5"
)

// maxNesting is the deepest chain of operators, set operations, joins and brackets that is
// given to the parser. The C stack holds about 30,000 operators, and 1,000 queries within each
// other when they are written back (Deparse); the Go decoder takes 5,000 operators.
const maxNesting = 3000

// querySize is how many levels a query in brackets counts for, beside its bracket.
const querySize = 3

const tooDeep = "statement nests too deeply to be parsed (over 3,000 chained operators or brackets)"

// depth counts how deep the parse tree of a statement will be, never less than it is. In the
// grammar an operand becomes part of the next operator's, a + b + c; arguments of AND and OR and
// the elements of lists stand side by side.
type depth struct {
	frames []frame
	total  int
	// open counts the frames by what closes them.
	open map[pg_query.Token]int
}

// frame is the statement itself, an open bracket, or a CASE that has not ended.
type frame struct {
	// closer ends the frame; 0 for the statement itself.
	closer pg_query.Token
	// chain are the operators since the last separator, kept the joins and set operations, which
	// go on behind one.
	chain, kept int
	// betweens are those whose AND has not come: it separates nothing.
	betweens int
}

func (f *frame) size() int { return 1 + f.chain + f.kept }

// count adds a token; previous is the one before it. A word behind a dot or AS is a name (gram.y,
// ColLabel).
func (d *depth) count(t, previous pg_query.Token) {
	if len(d.frames) == 0 {
		d.frames, d.total, d.open = append(d.frames, frame{}), 1, map[pg_query.Token]int{}
	}
	if word(t) && (previous == pg_query.Token_ASCII_46 || previous == pg_query.Token_AS) {
		return
	}
	top := &d.frames[len(d.frames)-1]
	switch {
	case closers[t] != 0:
		d.frames, d.total = append(d.frames, frame{closer: closers[t]}), d.total+1
		d.open[closers[t]]++
	case t == pg_query.Token_ASCII_41 || t == pg_query.Token_ASCII_93 || t == pg_query.Token_END_P:
		d.close(t)
	case t == pg_query.Token_ASCII_44:
		if top.closer == pg_query.Token_END_P { // No comma stands in a CASE: the word was a label.
			d.close(pg_query.Token_END_P)
			top = &d.frames[len(d.frames)-1]
		}
		d.separate(top)
	case t == pg_query.Token_AND && top.betweens > 0:
		top.betweens--
	case separators[t] || caseParts[t] && top.closer == pg_query.Token_END_P:
		d.separate(top)
	case previous == pg_query.Token_ASCII_40 && queries[t]:
		top.kept, d.total = top.kept+querySize, d.total+querySize
	case keeps[t]:
		d.separate(top)
		top.kept, d.total = top.kept+1, d.total+1
	case chains[t]:
		if t == pg_query.Token_BETWEEN {
			top.betweens++
		}
		top.chain, d.total = top.chain+1, d.total+1
	}
}

// separate ends a chain: what follows stands beside it.
func (d *depth) separate(top *frame) {
	d.total -= top.chain
	top.chain, top.betweens = 0, 0
}

// close ends the frame that a token closes. A bracket closes each CASE that is open in it as well:
// such a word was a label.
func (d *depth) close(t pg_query.Token) {
	if d.open[t] == 0 {
		return
	}
	at := len(d.frames) - 1
	for at > 0 && d.frames[at].closer != t && d.frames[at].closer == pg_query.Token_END_P {
		at--
	}
	if at == 0 || d.frames[at].closer != t {
		return
	}
	for _, f := range d.frames[at:] {
		d.total -= f.size()
		d.open[f.closer]--
	}
	d.frames = d.frames[:at]
}

// inParentheses says that a parenthesis is open.
func (d *depth) inParentheses() bool { return d.open[pg_query.Token_ASCII_41] > 0 }

// word says that a token is a keyword.
func word(t pg_query.Token) bool { return t >= pg_query.Token_ABORT_P && t <= pg_query.Token_ZONE }

// The kinds of tokens that make a tree deeper, or end that: gram.y, a_expr, b_expr, joined_table,
// simple_select.
var (
	closers = map[pg_query.Token]pg_query.Token{
		pg_query.Token_ASCII_40: pg_query.Token_ASCII_41,
		pg_query.Token_ASCII_91: pg_query.Token_ASCII_93,
		pg_query.Token_CASE:     pg_query.Token_END_P,
	}
	separators = set(pg_query.Token_ASCII_59, pg_query.Token_AND, pg_query.Token_OR)
	caseParts  = set(pg_query.Token_WHEN, pg_query.Token_THEN, pg_query.Token_ELSE)
	queries    = set(pg_query.Token_SELECT, pg_query.Token_WITH, pg_query.Token_VALUES, pg_query.Token_TABLE,
		pg_query.Token_INSERT, pg_query.Token_UPDATE, pg_query.Token_DELETE_P, pg_query.Token_MERGE)
	keeps  = set(pg_query.Token_UNION, pg_query.Token_EXCEPT, pg_query.Token_INTERSECT, pg_query.Token_JOIN)
	chains = set(pg_query.Token_Op, pg_query.Token_OPERATOR, pg_query.Token_TYPECAST, pg_query.Token_COLLATE,
		pg_query.Token_AT, pg_query.Token_NOT, pg_query.Token_LIKE, pg_query.Token_ILIKE, pg_query.Token_SIMILAR,
		pg_query.Token_IN_P, pg_query.Token_IS, pg_query.Token_ISNULL, pg_query.Token_NOTNULL, pg_query.Token_BETWEEN,
		pg_query.Token_OVERLAPS, pg_query.Token_ESCAPE, pg_query.Token_LESS_EQUALS, pg_query.Token_GREATER_EQUALS,
		pg_query.Token_NOT_EQUALS, pg_query.Token_ASCII_43, pg_query.Token_ASCII_45, pg_query.Token_ASCII_42,
		pg_query.Token_ASCII_47, pg_query.Token_ASCII_37, pg_query.Token_ASCII_94, pg_query.Token_ASCII_60,
		pg_query.Token_ASCII_61, pg_query.Token_ASCII_62)
)

func set(tokens ...pg_query.Token) map[pg_query.Token]bool {
	out := map[pg_query.Token]bool{}
	for _, t := range tokens {
		out[t] = true
	}
	return out
}
