package migration

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// atlasSum is the file in which atlas keeps the digests of a folder.
const atlasSum = "atlas.sum"

// atlasDirective matches a directive of a file; those count that stand in its first comment,
// which a blank line ends (sql/migrate/dir.go, LocalFile.comments).
var atlasDirective = regexp.MustCompile(`^(?:--|#)\s*atlas:(\w+)(?: +(.+))?`)

func atlasUnit(f file) (Unit, bool) {
	if !strings.HasSuffix(f.name, ".sql") {
		return Unit{}, false
	}
	base := baseName(f.name)
	version, _, _ := strings.Cut(base, "_")
	u := Unit{Version: version, Name: base, File: f.path, Text: f.text}
	for _, m := range atlasDirectives(f.text) {
		switch m[1] {
		case "txmode":
			u.NoTransaction = strings.TrimSpace(m[2]) == "none"
		case "checkpoint":
			u.Checkpoint = true
		}
	}
	if first, _, _ := strings.Cut(f.text, "\n"); strings.HasPrefix(first, "-- atlas:delimiter ") {
		delimiter := strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`,
			"\t").Replace(strings.TrimSpace(strings.TrimPrefix(first, "-- atlas:delimiter ")))
		u.Text = delimited(f.text, len(first), delimiter)
	}
	return u, true
}

// atlasDirectives are those of the comment that a file begins with, if nothing but a blank line
// follows it: else it belongs to a statement.
func atlasDirectives(text string) [][]string {
	var out [][]string
	for {
		line, rest, more := strings.Cut(text, "\n")
		line = strings.TrimSuffix(line, "\r")
		if !strings.HasPrefix(line, "--") && !strings.HasPrefix(line, "#") {
			if strings.TrimSpace(line) != "" {
				return nil
			}
			return out
		}
		if m := atlasDirective.FindStringSubmatch(line); m != nil {
			out = append(out, m)
		}
		if !more {
			return out
		}
		text = rest
	}
}

// delimited writes a text whose statements end with another delimiter with semicolons. It is looked
// for outside of quotes and brackets, where a statement does not end with a semicolon already; the
// lines stay those of the file.
func delimited(text string, from int, delimiter string) string {
	if delimiter == "" || delimiter == ";" {
		return text
	}
	out := []byte(text)
	depth, ended, end := 0, true, 0 // end is where the last token of the statement ends
	for pos := from; pos < len(text); {
		if depth == 0 && strings.HasPrefix(text[pos:], delimiter) {
			shift := len(out) - len(text) // as many semicolons were put in
			blankBytes(out[pos+shift : pos+shift+len(delimiter)])
			if !ended {
				out = slices.Insert(out, end+shift, ';')
			}
			ended = true
			pos += len(delimiter)
			continue
		}
		n := pgtree.Token(text[pos:])
		token := text[pos : pos+n]
		space := strings.TrimSpace(token) == ""
		if i := strings.Index(token, delimiter); space && i > 0 {
			n = i
		} else if !space && !strings.HasPrefix(token, "--") && !strings.HasPrefix(token, "/*") {
			ended, end = token == ";", pos+n
		}
		switch token {
		case "(":
			depth++
		case ")":
			depth = max(0, depth-1)
		}
		pos += n
	}
	return string(out)
}

// atlasHashes are the digests that atlas keeps of the files in its revisions: each covers those
// before it (sql/migrate/dir.go, NewHashFile).
func atlasHashes(files []file) map[string]string {
	out := map[string]string{}
	h := sha256.New()
	for _, f := range files {
		if !strings.HasSuffix(f.name, ".sql") {
			continue
		}
		h.Write([]byte(f.name))
		h.Write([]byte(f.raw))
		out[f.path] = base64.StdEncoding.EncodeToString(h.Sum(nil))
	}
	return out
}
