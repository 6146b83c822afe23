package pgtree

import (
	"fmt"
	"strings"
	"testing"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// shapes are ways in which a word may chain or nest; K stands for it.
var shapes = []struct{ start, again, end string }{
	{"SELECT a", " K 1", ""},
	{"SELECT a", " K (1)", ""},
	{"SELECT a", " K", ""},
	{"SELECT a", " K a K b", ""},
	{"SELECT a", " K c IS NULL", ""},
	{"SELECT a", " K 1 AND 2 IS NULL", ""},
	{"SELECT a", " IS K", ""},
	{"SELECT a", " IS NOT K", ""},
	{"SELECT a", " IS K FROM b", ""},
	{"SELECT a", " NOT K 'b'", ""},
	{"SELECT a", " K ALL (b)", ""},
	{"SELECT a", " K TO 'b'", ""},
	{"SELECT a", " K TIME ZONE 'x'", ""},
	{"SELECT a", "::K", ""},
	{"SELECT a", " + b.K", ""},
	{"SELECT a", " + K(1)", ""},
	{"SELECT a", " + b K", ""},
	{"SELECT a", ", a K, b + c", ""},
	{"SELECT ", "K ", "a"},
	{"SELECT ", "K(", "a"},
	{"SELECT 1", " K SELECT 1, 2", ""},
	{"SELECT 1", " K ALL SELECT 1 AND 2", ""},
	{"SELECT FROM a", " K b ON a = b AND c", ""},
	{"SELECT FROM a", " CROSS K b", ""},
	{"SELECT FROM a", " NATURAL K b", ""},
	{"SELECT ", "CASE K WHEN a THEN ", "b"},
	{"SELECT ", "CASE WHEN a THEN b.K ELSE ", "b"},
	{"SELECT 1 ", "UNION SELECT a K, b ", ""},
}

// TestDepthIsNeverLess: what is counted bounds the tree that the parser makes, for chains of every
// token in every shape. A chain that is not counted could overflow the parser's stack.
func TestDepthIsNeverLess(t *testing.T) {
	const n = 200
	tried, parsed := 0, 0
	for _, word := range words() {
		for _, shape := range shapes {
			again := strings.ReplaceAll(shape.again, "K", word)
			text := shape.start + strings.Repeat(again, n) + shape.end + closing(again, n)
			tried++
			tree, err := pg_query.Parse(text)
			if err != nil {
				continue
			}
			parsed++
			if real, counted := messages(tree.ProtoReflect()), counted(t, text); real > messagesEach*counted+20 {
				t.Errorf("the tree of %q has %d messages within each other, %d levels were counted", shape.start+again+again+" …", real, counted)
			}
		}
	}
	if parsed < 1000 {
		t.Errorf("only %d of %d texts parse: the test does not test", parsed, tried)
	}
}

// messagesEach are the most messages that a level has: SELECT in SELECT.
const messagesEach = 8

// words are the operators and keywords of the grammar.
func words() []string {
	out := []string{"+", "-", "*", "/", "%", "^", "<", ">", "=", "<=", ">=", "<>", "!=", "||", "->", "OPERATOR(+)", "OPERATOR(pg_catalog.||)"}
	for token, name := range pg_query.Token_name {
		if word(pg_query.Token(token)) {
			out = append(out, strings.ToLower(strings.TrimSuffix(name, "_P")))
		}
	}
	return out
}

func closing(again string, n int) string {
	if strings.HasPrefix(again, "CASE") {
		return strings.Repeat(" END", n)
	}
	return strings.Repeat(")", n*(strings.Count(again, "(")-strings.Count(again, ")")))
}

// messages is how deep messages are within each other.
func messages(m protoreflect.Message) int {
	deepest := 0
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Kind() != protoreflect.MessageKind:
		case f.IsList():
			for i := range v.List().Len() {
				deepest = max(deepest, messages(v.List().Get(i).Message()))
			}
		default:
			deepest = max(deepest, messages(v.Message()))
		}
		return true
	})
	return deepest + 1
}

// counted is the depth that the splitter finds.
func counted(t *testing.T, text string) int {
	t.Helper()
	tokens, err := pg_query.Scan(text)
	if err != nil {
		t.Fatal(err)
	}
	var s splitter
	deepest := 0
	for _, token := range tokens.Tokens {
		s.token(token)
		deepest = max(deepest, s.deepest)
	}
	return deepest
}

// TestLimitIsSafe: trees at the limit of every kind of bracket and chain do not overflow the stack.
func TestLimitIsSafe(t *testing.T) {
	for _, shape := range []struct{ start, open, middle, close string }{
		{"SELECT ", "(SELECT ", "1", ")"},
		{"SELECT ", "(WITH a AS (SELECT 1) SELECT ", "1", ")"},
		{"SELECT 1 WHERE ", "EXISTS (SELECT FROM a WHERE ", "true", ")"},
		{"SELECT ", "f(", "1", ")"},
		{"SELECT ", "ARRAY[", "1", "]"},
		{"SELECT ", "a[", "1", "]"},
		{"SELECT ", "ROW(", "1", ")"},
		{"SELECT ", "CASE WHEN true THEN ", "1", " END"},
		{"SELECT ", "CAST(", "1", " AS int)"},
		{"SELECT ", "COALESCE(", "1", ")"},
		{"SELECT FROM ", "(", "a", " CROSS JOIN b)"},
		{"SELECT FROM ", "(SELECT FROM ", "a", ") b"},
		{"", "(", "SELECT 1", " UNION SELECT 1)"},
		{"SELECT 1", " UNION SELECT 1", "", ""},
		{"SELECT 1", "::int", "", ""},
		{"SELECT 1", " + 1", "", ""},
		{"SELECT ", "NOT ", "true", ""},
		{"SELECT FROM a", " CROSS JOIN b", "", ""},
		{"SELECT 1", " IN (1)", "", ""},
	} {
		t.Run(strings.TrimSpace(shape.open), func(t *testing.T) {
			parsed := 0
			for n := 500; n <= 3500; n += 500 {
				text := shape.start + strings.Repeat(shape.open, n) + shape.middle + strings.Repeat(shape.close, n)
				sts, err := Parse(text)
				if err != nil || len(sts) != 1 {
					t.Fatalf("%d: %d statements, %v", n, len(sts), err)
				}
				if st := sts[0]; st.Err == nil {
					parsed = n
					if _, err := Deparse(st.Node); err != nil {
						t.Logf("%d: deparse: %v", n, err)
					}
					if _, err := Fingerprint(text); err != nil {
						t.Logf("%d: fingerprint: %v", n, err)
					}
				} else if n < 1000 {
					t.Errorf("%d: %v", n, st.Err)
				}
			}
			t.Log(fmt.Sprint(parsed, " levels are parsed"))
		})
	}
}
