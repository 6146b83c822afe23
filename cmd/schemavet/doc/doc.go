// Package doc holds the pages of the command's manual: one for each subject, as Markdown that is read in
// a browser and printed by "schemavet help PAGE".
package doc

import (
	"embed"
	"strings"
)

//go:embed *.md
var files embed.FS

// Page is one page.
type Page struct {
	// Name is how "schemavet help" calls it: the name of its file without .md.
	Name string
	// Title is its heading, Text all of it, heading included.
	Title, Text string
}

// Pages are all pages, by name.
func Pages() []Page {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // an embedded folder is always there
	}
	var out []Page
	for _, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		title, _, _ := strings.Cut(string(text), "\n")
		out = append(out, Page{strings.TrimSuffix(e.Name(), ".md"), strings.TrimPrefix(title, "# "), string(text)})
	}
	return out
}
