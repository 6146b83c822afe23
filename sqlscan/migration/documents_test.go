package migration

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The documents name each format that there is.
func TestFormatsAreListed(t *testing.T) {
	for _, name := range []string{"README.md", "cmd/schemavet/doc/migrations.md"} {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range Formats() {
			if !regexp.MustCompile(`\b` + regexp.QuoteMeta(format) + `\b`).Match(text) {
				t.Errorf("%s does not name %s", name, format)
			}
		}
	}
}
