// Package ways holds the proof that no write is lost: Go programs that build a statement in every way that Go
// has, and in random ones, are run, and what they sent is compared with what is extracted from their code. A
// site that counts as resolved must have the text that was sent. It has no use outside of tests.
package ways

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Answer is how well a statement is known.
type Answer string

// The answers: all that was sent is among the texts of a site without a hole; some text has a hole; nothing is
// known; a text that was sent is none of those of a site without holes, which must not be.
const (
	Found   Answer = "found"
	Partial Answer = "partial"
	Opaque  Answer = "opaque"
	Lost    Answer = "LOST"
)

// Write puts a program into a folder: a module with the libraries of another one, and its packages by their
// folder and file.
func Write(dir, libraries string, files map[string]string) error {
	for _, name := range []string{"go.mod", "go.sum", "record/record.go"} {
		data, err := os.ReadFile(filepath.Join(libraries, name))
		if err != nil {
			return err
		}
		files[name] = string(data)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Run runs the program of a module, and gives what each of its functions sent.
func Run(ctx context.Context, dir, program string) (map[string][]string, error) {
	cmd := exec.CommandContext(ctx, "go", "run", program)
	cmd.Dir = dir
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", program, err, said.String())
	}
	sent := map[string][]string{}
	return sent, json.Unmarshal(out, &sent)
}

// Extract gives the queries of a program by the function that they stand in.
func Extract(ctx context.Context, dir, program string) (map[string][]usage.Query, error) {
	v, err := deployed.Load(ctx, deployed.Build{Dir: dir, Root: dir, Patterns: []string{program}}, "program", "worktree")
	if err != nil {
		return nil, err
	}
	for _, e := range v.Errors {
		return nil, fmt.Errorf("%s:%d: %s", e.File, e.Line, e.Message)
	}
	out := map[string][]usage.Query{}
	for _, q := range v.Queries {
		out[q.Site.Function] = append(out[q.Site.Function], q)
	}
	return out, nil
}

// Judge compares what a function sent with its queries, by a form of the texts in which they are the same.
func Judge(sent []string, queries []usage.Query, form func(string) string) Answer {
	if len(queries) == 0 {
		return Lost
	}
	var texts []string
	holes, combined := false, false
	for _, q := range queries {
		combined = combined || q.Combined
		if len(q.Texts) == 0 {
			return Opaque
		}
		for _, t := range q.Texts {
			p := sqltext.Parse(t, q.Style)
			holes = holes || p.Partial || p.Err != nil
			texts = append(texts, form(t.SQL))
		}
	}
	switch {
	case holes:
		return Partial
	case slices.ContainsFunc(sent, func(s string) bool { return !isAmong(form(s), texts, combined) }):
		return Lost
	}
	return Found
}

// isAmong says that a text is one of those of a site, or of one of which several parts vary by themselves, that all
// that it says is in them.
func isAmong(sent string, texts []string, combined bool) bool {
	if !combined {
		return slices.Contains(texts, sent)
	}
	for _, word := range strings.Fields(sent) {
		if !slices.ContainsFunc(texts, func(t string) bool { return slices.Contains(strings.Fields(t), word) }) {
			return false
		}
	}
	return true
}

// spaced is a text with single spaces.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
