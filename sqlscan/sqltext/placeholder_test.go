package sqltext

import (
	"strings"
	"testing"
)

func TestRewrite(t *testing.T) {
	tests := []struct {
		style    Style
		in, want string
	}{
		{Native, "SELECT $1, '?'", "SELECT $1, '?'"},
		{Question, "a = ? AND b = ? AND c ?? 'k' AND d = '?' -- ?", "a = $1 AND b = $2 AND c ? 'k' AND d = '?' -- ?"},
		{Colon, "x = note::::text AND a = :a", "x = note::text AND a = $1"},
		{Colon, "a = :a AND b = :b.c AND a2 = :a AND x::text = ':n'", "a = $1 AND b = $2 AND a2 = $1 AND x::text = ':n'"},
		{Colon, "arr[1:2]", "arr[1:2]"},
		{At, "a = @a AND b @> @b AND m @@ @a", "a = $1 AND b @> $2 AND m @@ $1"},
	}
	for _, tt := range tests {
		if got, _ := Rewrite(tt.in, tt.style); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.style, tt.in, got, tt.want)
		}
	}
}

func TestMapSource(t *testing.T) {
	in := "SELECT :first, :second, last"
	out, m := Rewrite(in, Colon)
	if got := m.Source(strings.Index(out, "last")); got != strings.Index(in, "last") {
		t.Errorf("last is at %d, want %d", got, strings.Index(in, "last"))
	}
	if got := m.Source(strings.Index(out, "$2")); got != strings.Index(in, ":second") {
		t.Errorf(":second is at %d", got)
	}
}

func FuzzRewrite(f *testing.F) {
	f.Add("SELECT ?, '?' ?? :a ::b @c", "?")
	f.Add("a = :x AND b = $$ :y $$", ":")
	f.Fuzz(func(t *testing.T, text, style string) {
		out, m := Rewrite(text, Style(style))
		last := -1
		for i := range len(out) {
			at := m.Source(i)
			if at < last || at < 0 || at > len(text) {
				t.Fatalf("offset %d maps to %d after %d", i, at, last)
			}
			last = at
		}
	})
}
