package libraries

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/schemavet/schemavet/analyzer/internal/config"
)

const root = "../../../.."

// What a reader is told of the libraries is what there is.
func TestLibrariesAreListed(t *testing.T) {
	documents := map[string][]byte{}
	for _, name := range []string{"README.md", "cmd/schemavet/doc/understood.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		documents[name] = text
	}
	for _, l := range All {
		word := regexp.MustCompile(`\b` + l.Name + `\b`)
		for name, text := range documents {
			if l.Name != "gormv1" && !word.Match(text) {
				t.Errorf("%s does not name %s", name, l.Name)
			}
		}
		if _, err := os.Stat(filepath.Join(root, "testdata/builders", l.Name)); err != nil {
			t.Errorf("%s is not compared with what it sends: %v", l.Name, err)
		}
	}
}

// Those that make the schema of models can stand for the migrations.
func TestModelFormats(t *testing.T) {
	var formats []string
	for _, l := range All {
		if l.Creator != nil || l.Generator != nil {
			formats = append(formats, l.Name)
		}
	}
	if want := slices.Sorted(slices.Values(config.ModelFormats)); !slices.Equal(slices.Sorted(slices.Values(formats)), want) {
		t.Errorf("%v make schemas, the formats are %v", formats, want)
	}
}
