package pgtree

import (
	"testing"
	"time"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{"SELECT 1", "SELECT ';' -- x\n; /* /* */ */ SELECT $a$;$a$", "\\d\nCOPY t FROM stdin;\n1\n\\.\nSELECT 1",
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", "SELECT CASE WHEN a THEN ((1)) END, 'é'", "E'\\'' U&\"x\""} {
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
		if d := time.Since(start); d > 2*time.Second+time.Duration(len(text)/100_000)*time.Second {
			t.Fatalf("%d bytes took %v", len(text), d)
		}
	})
}
