package migration

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
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
	head, _, ok := strings.Cut(strings.ReplaceAll(f.text, "\r\n", "\n"), "\n\n")
	for line := range strings.SplitSeq(head, "\n") {
		m := atlasDirective.FindStringSubmatch(line)
		if !strings.HasPrefix(line, "--") && !strings.HasPrefix(line, "#") {
			break
		}
		switch {
		case m == nil || !ok:
		case m[1] == "txmode":
			u.NoTransaction = strings.TrimSpace(m[2]) == "none"
		case m[1] == "checkpoint":
			u.Checkpoint = true
		}
	}
	if first, _, _ := strings.Cut(f.text, "\n"); strings.HasPrefix(first, "-- atlas:delimiter ") {
		delimiter := strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t").Replace(strings.TrimSpace(strings.TrimPrefix(first, "-- atlas:delimiter ")))
		u.Text = delimited(f.text, len(first), delimiter)
	}
	return u, true
}

// delimited writes a text whose statements end with another delimiter with semicolons, where a
// statement does not end with one already.
func delimited(text string, from int, delimiter string) string {
	if delimiter == "" || delimiter == ";" {
		return text
	}
	var out strings.Builder
	out.WriteString(text[:from])
	rest := text[from:]
	for {
		i := strings.Index(rest, delimiter)
		if i < 0 {
			out.WriteString(rest)
			return out.String()
		}
		end := ";"
		if strings.HasSuffix(strings.TrimSpace(rest[:i]), ";") {
			end = " "
		}
		out.WriteString(rest[:i])
		// The lines stay those of the file.
		out.WriteString(end + blank(delimiter, 0, len(delimiter))[min(1, len(delimiter)):])
		if delimiter[0] == '\n' {
			out.WriteString("\n")
		}
		rest = rest[i+len(delimiter):]
	}
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
