package sqlscan

import (
	"strings"
	"testing"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/placeholder"
)

// In these texts § marks a hole.
func parseHoles(text string, style placeholder.Style) *Text {
	var holes []Hole
	for {
		i := strings.Index(text, "§")
		if i < 0 {
			return Parse(text, holes, style)
		}
		text = text[:i] + text[i+len("§"):]
		holes = append(holes, Hole{At: i})
	}
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
			got := parseHoles(tt.text, placeholder.Native)
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
	got := parseHoles(text, placeholder.Question)
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
		var holes []Hole
		text := c.text
		for {
			i := strings.Index(text, "§")
			if i < 0 {
				break
			}
			holes = append(holes, Hole{At: i})
			text = text[:i] + text[i+len("§"):]
		}
		p, _ := Pieces(text, holes, placeholder.Native)
		var got []string
		for _, st := range p.Statements {
			for _, o := range Bind(st, &Env{Schema: catalog.New(16)}).Outcomes {
				if at := p.Source(o.Start); o.Kind == catalog.KindRelation && strings.HasPrefix(text[at:], strings.SplitN(st.Text, "TABLE ", 2)[1]) {
					got = append(got, strings.TrimSpace(strings.SplitN(st.Text, "TABLE ", 2)[1]))
				}
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestUnknownSchema: where a schema is unknown text, a qualifier with it may be that of any
// relation of the name.
func TestUnknownSchema(t *testing.T) {
	for _, text := range []string{
		"INSERT INTO §.accounts (a) SELECT 1 RETURNING (SELECT 1 WHERE §.accounts.a = 1)",
		"SELECT §.accounts.a FROM §.accounts WHERE §.accounts.b = 1",
		"SELECT accounts.a FROM §.accounts",
	} {
		p := parseHoles(text, placeholder.Native)
		if p.Err != nil {
			t.Fatal(p.Err)
		}
		for _, st := range p.Statements {
			if first := Bind(st, &Env{Schema: catalog.New(16), SearchPath: []string{"public"}}).First(PlanPhase); first != nil {
				t.Errorf("%s: %s: %s", text, first.SQLSTATE, first.Message)
			}
		}
	}
	p := parseHoles("SELECT other.accounts.a FROM pg_class WHERE §.x = 1", placeholder.Native)
	if first := Bind(p.Statements[0], &Env{Schema: catalog.New(16)}).First(PlanPhase); first == nil || first.SQLSTATE != "42P01" {
		t.Errorf("a known schema: %v, want 42P01", first)
	}
}
