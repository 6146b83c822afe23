package doc

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../../.."

var link = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)

// Links of the pages, and of what stands at the root, lead somewhere.
func TestLinks(t *testing.T) {
	documents, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range Pages() {
		documents = append(documents, p.Name+".md")
	}
	for _, file := range documents {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// README leads to each page, and is short enough to be read.
func TestReadmeLeadsToThePages(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(readme), "\n"); n >= 150 {
		t.Errorf("README.md has %d lines", n)
	}
	for _, p := range Pages() {
		if !strings.Contains(string(readme), "cmd/schemavet/doc/"+p.Name+".md") {
			t.Errorf("README.md does not lead to %s", p.Name)
		}
		if p.Title == "" || !strings.HasPrefix(p.Text, "# ") {
			t.Errorf("%s has no heading", p.Name)
		}
	}
}
