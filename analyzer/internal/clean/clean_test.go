package clean

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 漢 👩‍👩‍👧 \\n":  "plain é 漢 👩‍👩‍👧 \\n",
		"a\nb\r\tc":            `a\nb\r\tc`,
		"\x1b[31mred\x07":      `\x1b[31mred\x07`,
		"\u0085\u009b2J":       `\u0085\u009b2J`,
		"a\u202eb\u2066c":      `a\u202eb\u2066c`,
		"\u2028\u2029\ufeff":   `\u2028\u2029\ufeff`,
		"\U000e0041":           `\U000e0041`,
		"\xff\xfe ok":          `\xff\xfe ok`,
		"##[error]x":           `#\x23[error]x`,
		"x ##vso[task.x]y":     `x #\x23vso[task.x]y`,
		"# ## heading [1]":     "# ## heading [1]",
		"##\n[error]":          `##\n[error]`,
		"::error::not by Text": "::error::not by Text",
	} {
		if got := Text(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	for in, want := range map[string]string{
		"a\n::error::x\nb":    "a\n\\x3a:error::x\nb",
		"::set-output name=x": "\\x3a:set-output name=x",
		"  \t::error::x\n":    "  \t\\x3a:error::x\n",
		"a ::error::x\n":      "a ::error::x\n",
		"\u00a0::error::\n":   "\u00a0\\x3a:error::\n",
	} {
		var out strings.Builder
		l := NewLines(&out)
		for i := range len(in) {
			l.Write([]byte{in[i]})
		}
		l.Flush()
		if got := out.String(); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzPrinted: no control character, line break or command comes through, and JSON means the same.
func FuzzPrinted(f *testing.F) {
	for _, s := range []string{"a\nb", "\x1b]0;x\x07", "::error::x", "##[group]", "\u202e", "\xff", "\U000e0041", "a\r\n::x"} {
		f.Add(s)
	}
	commands := regexp.MustCompile(`##[A-Za-z]*\[`)
	f.Fuzz(func(t *testing.T, s string) {
		var out bytes.Buffer
		l := NewLines(&out)
		Fprintf(l, "%s: %s\n", s, s)
		Fprintf(l, "  %s", s)
		l.Flush()
		lines := strings.Split(out.String(), "\n")
		if len(lines) != 2 {
			t.Fatalf("%d lines: %q", len(lines), lines)
		}
		for _, line := range lines {
			if strings.ContainsFunc(line, unicode.IsControl) || commands.MatchString(line) || strings.HasPrefix(strings.TrimSpace(line), "::") {
				t.Errorf("line %q", line)
			}
		}
		encoded, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var before, after string
		if err := json.Unmarshal(encoded, &before); err != nil {
			t.Fatal(err)
		}
		shown := JSON(encoded)
		if err := json.Unmarshal(shown, &after); err != nil || before != after {
			t.Errorf("%v: %q is %q", err, before, after)
		}
		if bytes.ContainsFunc(shown, unicode.IsControl) || commands.Match(shown) {
			t.Errorf("JSON %q", shown)
		}
	})
}
