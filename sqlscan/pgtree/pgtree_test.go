package pgtree

import (
	"errors"
	"strings"
	"testing"
)

func TestParseSplits(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"one", "SELECT 1", []string{"SELECT 1"}},
		{"trailing semicolon and comments", "-- a\nSELECT 1; /* b /* c */ */ SELECT 2;\n-- end\n", []string{"SELECT 1", "SELECT 2"}},
		{"semicolon in a string", "SELECT ';'; SELECT $x$;$x$", []string{"SELECT ';'", "SELECT $x$;$x$"}},
		{"atomic body", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3",
			[]string{"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END", "SELECT 3"}},
		{"empty", " ;; -- nothing\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, pad := range []string{"", "\n/*" + strings.Repeat("x", shortText) + "*/"} {
				sts, err := Parse(tt.text + pad)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, st := range sts {
					if st.Err != nil {
						t.Fatal(st.Err)
					}
					got = append(got, strings.TrimSpace(strings.TrimSuffix(st.Text, strings.TrimSpace(pad))))
				}
				if strings.Join(got, "|") != strings.Join(tt.want, "|") {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			}
		})
	}
}

// A string goes on below a comment (scan.l, quotecontinue); psql and the server take each of these.
func TestStringsGoOnBelowComments(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT 'a' -- b;\n  'c'":                 "SELECT 'ac'",
		"SELECT E'a\\'' -- '\n-- '\n '\\'c'; ":    "SELECT 'a''''c'",
		"SELECT '-- b\n' -- it's\n 'c' AS \"--\"": "SELECT '-- b\nc' AS \"--\"",
	} {
		statements, err := Parse(sql)
		if err != nil || len(statements) != 1 || statements[0].Err != nil {
			t.Errorf("%q: %v %+v", sql, err, statements)
			continue
		}
		if got, err := Deparse(statements[0].Node); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", sql, got, err, want)
		}
		if text := strings.TrimRight(sql, " ;"); statements[0].Text != text {
			t.Errorf("the text of %q is %q", sql, statements[0].Text)
		}
	}
}

func TestParseReportsEachStatement(t *testing.T) {
	text := "SELECT 'é'; SELEC 2; SELECT 3"
	sts, err := Parse(text)
	if err != nil || len(sts) != 3 {
		t.Fatalf("%d statements, %v", len(sts), err)
	}
	var se *Error
	if !errors.As(sts[1].Err, &se) || se.SQLSTATE != "42601" || se.Offset != strings.Index(text, "SELEC 2") {
		t.Errorf("second statement: %v", sts[1].Err)
	}
	if sts[0].Node == nil || sts[2].Node == nil {
		t.Error("the other statements were not parsed")
	}
}

func TestParseRefusesWhatCouldCrash(t *testing.T) {
	tests := map[string]string{
		"operators":  "SELECT 1" + strings.Repeat("+1", 100_000),
		"brackets":   "SELECT " + strings.Repeat("(", 50_000) + "1" + strings.Repeat(")", 50_000),
		"unions":     "SELECT 1" + strings.Repeat(" UNION SELECT 1", 20_000),
		"not":        "SELECT " + strings.Repeat("NOT ", 50_000) + "true",
		"cases":      "SELECT " + strings.Repeat("CASE WHEN ", 20_000) + "true" + strings.Repeat(" THEN true END", 20_000),
		"subqueries": "SELECT " + strings.Repeat("(SELECT ", 20_000) + "1" + strings.Repeat(")", 20_000),
		"joins":      "SELECT FROM a" + strings.Repeat(" CROSS JOIN a", 20_000),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			sts, err := Parse(text)
			if err != nil || len(sts) != 1 {
				t.Fatalf("%d statements, %v", len(sts), err)
			}
			var limit *Limit
			if !errors.As(sts[0].Err, &limit) {
				t.Errorf("err = %v, want a Limit", sts[0].Err)
			}
		})
	}
}

func TestParseTakesWhatIsOnlyLong(t *testing.T) {
	tests := map[string]string{
		"and":    "SELECT 1 WHERE true" + strings.Repeat(" AND 1 = 1", 20_000),
		"list":   "SELECT 1 WHERE 1 IN (1" + strings.Repeat(", -1", 20_000) + ")",
		"values": "INSERT INTO t VALUES (1)" + strings.Repeat(", (-1)", 100_000),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if sts, err := Parse(text); err != nil || len(sts) != 1 || sts[0].Err != nil {
				t.Errorf("not parsed: %v", err)
			}
		})
	}
}

func TestParseBadBytes(t *testing.T) {
	for text, offset := range map[string]int{"SELECT 1\x00": 8, "SELECT '\xff'": 8} {
		var e *Error
		if _, err := Parse(text); !errors.As(err, &e) || e.Offset != offset {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestBlankPsql(t *testing.T) {
	text := "\\restrict abc\nSELECT 'a\n\\b';\nCOPY t (a) FROM stdin;\n1\t\\N\n\\.\nSELECT 2;\n"
	got := BlankPsql(text)
	if len(got) != len(text) || strings.Count(got, "\n") != strings.Count(text, "\n") {
		t.Fatal("offsets changed")
	}
	for _, gone := range []string{"restrict", "\\N", "\\."} {
		if strings.Contains(got, gone) {
			t.Errorf("%q is still there", gone)
		}
	}
	for _, kept := range []string{"'a\n\\b'", "COPY t (a) FROM stdin", "SELECT 2"} {
		if !strings.Contains(got, kept) {
			t.Errorf("%q is gone", kept)
		}
	}
}
