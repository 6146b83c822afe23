package pgtree

import (
	"slices"
	"strings"
	"testing"
	"time"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"github.com/pganalyze/pg_query_go/v5/parser"
)

// seeds are texts whose statements, strings and comments are easily taken for something else.
var seeds = []string{
	"SELECT 1", "SELECT ';' -- x\n; /* /* */ */ SELECT $a$;$a$", "\\d\nCOPY t FROM stdin;\n1\n\\.\nSELECT 1",
	"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", "SELECT CASE WHEN a THEN ((1)) END, 'é'", "E'\\'' U&\"x\"",
	"SELECT x.case FROM x; SELECT 1 AS case, 2 AS end; DROP TABLE a", "SELECT 1 case, 2 end; SELECT begin atomic; SELECT a and, b or; SELECT 3",
	"CREATE OR REPLACE PROCEDURE x.end(a int) BEGIN ATOMIC SELECT x.end FROM x; SELECT CASE a WHEN 1 THEN 2 END; ; END; SELECT 2",
	"CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC END; CREATE FUNCTION f() RETURNS int RETURN 1; SELECT 1",
	"CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b; ); SELECT 1",
	"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END; END; SELECT 1",
	"SELECT E'a\\''\n 'b\\';c' ; SELECT 'a' -- b\r\n'c;'; SELECT 1$a$;$a$; -- a\rSELECT 2", "BEGIN; SELECT 1; END; SELECT a$b$ FROM c; SELECT 1 +/* ; */2",
	"SELECT E'a'--;\n'\\'b'; SELECT 'a' -- '\n\n -- ;\n 'b;'",
	"SELECT U&'\\0041;', B'1', X'f', N'a;', 1.5e-3, $1, a[1:2], ARRAY[1], '{}'::int[]; VALUES (1), (2)", "SELECT 1 --a\n; /**/ SELECT //* ; */ 2",
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		blank := BlankPsql(text)
		if len(blank) != len(text) {
			t.Fatal("BlankPsql changed offsets")
		}
		sts, err := Parse(text)
		if err != nil {
			return
		}
		end := 0
		for _, st := range sts {
			if st.Start < end || st.End < st.Start || st.End > len(text) || st.Text != text[st.Start:st.End] {
				t.Fatalf("statement %d..%d after %d of %d bytes", st.Start, st.End, end, len(text))
			}
			if (st.Node == nil) == (st.Err == nil) {
				t.Fatal("a statement has either a tree or an error")
			}
			end = st.End
		}
		if d := time.Since(start); d > 20*time.Second+time.Duration(len(text)/100_000)*time.Second {
			t.Fatalf("%d bytes took %v", len(text), d)
		}
	})
}

// FuzzSplit compares how texts of any length are split with the parser: the scanner alone has to
// find the statements that the grammar finds.
func FuzzSplit(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
		f.Add(strings.Repeat(s+";\n", 80))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if checkBytes(text) != nil || len(readable(text).stretches) > 0 {
			return
		}
		text = joined(text)
		theirs, err := parser.SplitWithParser(text, false)
		if err != nil {
			return
		}
		parts, err := readable(text).split()
		if err != nil {
			t.Fatalf("the parser splits it, the scanner says %v", err)
		}
		theirs = slices.DeleteFunc(theirs, func(s string) bool { return withoutComments(t, s) == "" })
		if len(parts) != len(theirs) {
			t.Fatalf("%d statements, the parser finds %d: %q", len(parts), len(theirs), theirs)
		}
		for i, p := range parts {
			if ours, want := withoutComments(t, text[p.start:p.end]), withoutComments(t, theirs[i]); ours != want {
				t.Errorf("statement %d is %q, the parser's is %q", i, ours, want)
			}
		}
	})
}

// withoutComments is a text from its first token to its last.
func withoutComments(t *testing.T, text string) string {
	t.Helper()
	tokens, err := pg_query.Scan(text)
	if err != nil {
		t.Fatal(err)
	}
	start, end := -1, 0
	for _, token := range tokens.Tokens {
		if token.Token != pg_query.Token_SQL_COMMENT && token.Token != pg_query.Token_C_COMMENT {
			if start < 0 {
				start = int(token.Start)
			}
			end = int(token.End)
		}
	}
	return text[max(start, 0):end]
}

// FuzzToken compares the comments and strings that Token finds with those of the scanner.
func FuzzToken(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if checkBytes(text) != nil {
			return
		}
		text = joined(text)
		tokens, err := pg_query.Scan(text)
		if err != nil {
			return
		}
		ours := map[int]int{}
		for pos := 0; pos < len(text); {
			n := Token(text[pos:])
			ours[pos] = pos + n
			pos += n
		}
		for _, token := range tokens.Tokens {
			switch token.Token {
			case pg_query.Token_SQL_COMMENT, pg_query.Token_C_COMMENT:
				if ours[int(token.Start)] != int(token.End) {
					t.Errorf("the comment at %d..%d is none of ours: %v", token.Start, token.End, ours)
				}
			}
		}
		for from, to := range ours {
			if comment := text[from:to]; !strings.HasPrefix(comment, "--") && !strings.HasPrefix(comment, "/*") {
				continue
			}
			if !slices.ContainsFunc(tokens.Tokens, func(token *pg_query.ScanToken) bool { return int(token.Start) == from }) {
				t.Errorf("our comment at %d..%d is none of the scanner's", from, to)
			}
		}
	})
}
