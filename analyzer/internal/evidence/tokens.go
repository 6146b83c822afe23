package evidence

import (
	"regexp"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// What stands in the place of constants and parameters, and of unknown text.
const (
	value = "?"
	hole  = "…"
)

// number matches a number or a parameter.
var number = regexp.MustCompile(`^(\$\d+|\d+(\.\d*)?([eE][+-]?\d+)?)`)

// tokens are those of a text, constants and parameters as one, names and keywords in small
// letters. A value hole is a value, another one any tokens.
func tokens(sql string, holes []sqltext.Hole) []string {
	var out []string
	for pos := 0; pos < len(sql) || len(holes) > 0; {
		if len(holes) > 0 && holes[0].At <= pos {
			if holes[0].Place == sqltext.ValuePlace {
				out = append(out, value)
			} else {
				out = append(out, hole)
			}
			holes = holes[1:]
			continue
		}
		if pos >= len(sql) {
			break
		}
		n := max(pgtree.Token(sql[pos:]), len(number.FindString(sql[pos:])))
		if len(holes) > 0 {
			n = min(n, holes[0].At-pos)
		}
		out = append(out, token(sql[pos:pos+n])...)
		pos += n
	}
	for len(out) > 0 && out[len(out)-1] == ";" {
		out = out[:len(out)-1]
	}
	return out
}

// token is what counts of a token: nothing of space and comments.
func token(t string) []string {
	switch {
	case strings.TrimSpace(t) == "" || strings.HasPrefix(t, "--") || strings.HasPrefix(t, "/*"):
		return nil
	case t[0] >= '0' && t[0] <= '9', strings.HasSuffix(t, "'"), t[0] == '$', t[0] == '?':
		return []string{value}
	case t[0] == '"':
		return []string{strings.Trim(t, `"`)}
	}
	return []string{strings.ToLower(t)}
}

// fits says that the tokens are those of the pattern, in which a hole is any tokens. Lists of
// values are of any length.
func fits(pattern, text []string) bool {
	// back is where to go on when a token does not fit: behind the last hole.
	p, t, backP, backT := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == hole:
			backP, backT = p, t
			p++
		case p < len(pattern) && pattern[p] == text[t]:
			p, t = p+1, t+1
		case backP >= 0:
			backT++
			p, t = backP+1, backT
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == hole {
		p++
	}
	return p == len(pattern)
}
