package deployed

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// TestLibraries extracts the nested module testdata/libs and compares what each call sends
// with the comment behind it. A call without a comment must send nothing.
func TestLibraries(t *testing.T) {
	root, err := filepath.Abs("../../testdata/libs")
	if err != nil {
		t.Fatal(err)
	}
	v, err := Load(context.Background(), Build{Dir: root, Root: root, Patterns: []string{"./..."}}, "libs", "worktree")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range v.Errors {
		t.Errorf("%s:%d: %s", e.File, e.Line, e.Message)
	}
	got := map[string]map[int]string{}
	for _, q := range v.Queries {
		if got[q.Site.File] == nil {
			got[q.Site.File] = map[int]string{}
		}
		got[q.Site.File][q.Site.Line] = sent(q)
	}
	files, err := filepath.Glob(filepath.Join(root, "*", "*.go"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		rel, _ := filepath.Rel(root, file)
		for line, want := range commented(t, file) {
			if have := got[rel][line]; have != want {
				t.Errorf("%s:%d: sends\n %s\nwant\n %s", rel, line, have, want)
			}
			delete(got[rel], line)
		}
		for line, have := range got[rel] {
			if rel != "queries/queries.go" {
				t.Errorf("%s:%d: sends %s, want nothing", rel, line, have)
			}
		}
	}
}

// sent joins the texts of a query, white space folded, holes as §; a query of which nothing is
// known is "opaque".
func sent(q usage.Query) string {
	if len(q.Texts) == 0 {
		return "opaque"
	}
	var out []string
	for _, t := range q.Texts {
		sql := t.SQL
		for i := len(t.Holes) - 1; i >= 0; i-- {
			sql = sql[:t.Holes[i].At] + "§" + sql[t.Holes[i].At:]
		}
		out = append(out, strings.Join(strings.Fields(sql), " "))
	}
	slices.Sort(out)
	return strings.Join(out, " | ")
}

func commented(t *testing.T, file string) map[int]string {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[int]string{}
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		if _, want, ok := strings.Cut(sc.Text(), "// sends:"); ok {
			want = strings.TrimSpace(want)
			texts := strings.Split(want, " | ")
			slices.Sort(texts)
			out[n] = strings.Join(texts, " | ")
		}
	}
	return out
}
