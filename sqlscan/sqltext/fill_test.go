package sqltext

import (
	"strings"
	"testing"
)

// In these texts § marks a hole.
func parseHoles(text string, style Style) *Parsed { return Parse(marked(text), style) }

// marked is a text with a hole in the place of each mark.
func marked(text string) Text {
	var t Text
	for i, part := range strings.Split(text, "§") {
		if i > 0 {
			t.Holes = append(t.Holes, Hole{At: len(t.SQL)})
		}
		t.SQL += part
	}
	return t
}

func TestParseFillsHoles(t *testing.T) {
	tests := []struct {
		text    string
		partial bool
		unknown string
	}{
		{"SELECT a FROM t WHERE id IN (§)", false, ""},
		{"SELECT a FROM § WHERE id = 1", true, "table name"},
		{"SELECT a FROM t WHERE x = 1 ORDER BY § DESC LIMIT §", true, "ORDER BY or GROUP BY list"},
		{"SELECT a FROM t §", true, "clause"},
		{"SELECT a FROM t § WHERE b = 1", true, "clause"},
		{"SELECT a FROM t WHERE §", true, "condition"},
		{"SELECT a FROM t WHERE b = 'x§y'", false, ""},
		{"SELECT a FROM t WHERE b > now() - interval '§ days'", false, ""},
		{"UPDATE t SET § WHERE id = $1", true, "assignment list"},
		{"SELECT a FROM t WHERE b § 1", true, "part of the text"},
		{"INSERT INTO t (a) VALUES ($§)", false, ""},
		{"INSERT INTO t (a, b) VALUES ($§, $§)", false, ""},
		{"SELECT a FROM t_§ WHERE b = 1", true, "part of the text"},
		{"SELECT a FROM t§", true, "clause"},
		{"SELECT a FROM t WHERE b = 1 AND§", true, "condition"},
		{"SELECT a FROM t LIMIT§", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := parseHoles(tt.text, Native)
			if got.Err != nil {
				t.Fatalf("%v in %q", got.Err, got.SQL)
			}
			if got.Partial != tt.partial || got.Unknown != tt.unknown {
				t.Errorf("partial %v (%s), want %v (%s); filled %q", got.Partial, got.Unknown, tt.partial, tt.unknown, got.SQL)
			}
		})
	}
}

func TestSourceOffsets(t *testing.T) {
	text := "SELECT a FROM t WHERE id = ? AND § = ? AND email = ?"
	got := parseHoles(text, Question)
	if got.Err != nil {
		t.Fatal(got.Err)
	}
	want := strings.Index(strings.ReplaceAll(text, "§", ""), "email")
	if at := got.Source(strings.Index(got.SQL, "email")); at != want {
		t.Errorf("source offset %d, want %d", at, want)
	}
}

// TestPieces takes what is certain out of texts that are no statements.
func TestPieces(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"SELECT a § FROM users u JOIN public.orders ON ((( §", "users public.orders"},
		{"§ FROM § WHERE ( § UPDATE \"Odd\" SET §) (", "\"Odd\""},
		{"§ FROM f(1) JOIN LATERAL g(§) FROM 'users' -- FROM hidden", ""},
		{"§ INSERT INTO log§ (a, b) §", ""},
		{"§ FROM § users WHERE ((", ""},
	} {
		text := marked(c.text)
		p, _ := Pieces(text, Native)
		var got []string
		for _, st := range p.Statements {
			name := strings.TrimPrefix(st.Text, tableCommand)
			if strings.HasPrefix(text.SQL[p.Source(st.Start+len(tableCommand)):], name) {
				got = append(got, strings.TrimSpace(name))
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}
