package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
)

// result is a check of one version with a finding, an accepted one and a note; names hold what a terminal
// would obey.
func result() *Result {
	change := &catalog.Origin{Migration: "0002", File: "db/0002.sql", Line: 3, Column: 1,
		Statement: "ALTER TABLE users DROP COLUMN email"}
	finding := impact.Finding{Rule: impact.UndefinedColumn, Verdict: impact.Breaks, Level: impact.LevelError, SQLSTATE: "42703",
		Message: "column \"email\" does not exist\x1b[2J", Change: change, Object: "public.users.email",
		Use:    &impact.Use{Version: "v1", File: "store.go", Line: 7, Column: 9, Function: "Find"},
		Advice: "Deploy code that no longer names the column first."}
	return &Result{
		Tool: "test",
		Databases: []Database{{Base: Base{Source: "migrations", Server: 15, SearchPath: []string{"public"},
			PathFrom: "PostgreSQL's default"}, Pending: []Pending{{Migration: "0002", File: "db/0002.sql"}}}},
		Pending:  []Pending{{Migration: "0002", File: "db/0002.sql"}},
		Findings: []impact.Finding{finding},
		Accepted: []Accepted{{finding, "behind a flag"}},
		Deployed: []*impact.Report{{Version: &usage.Version{Name: "v1"}}},
		Notes:    []usage.Problem{{File: "a.go", Line: 2, Message: "odd"}},
		Relaxed:  []Relaxed{{Key: "accept", File: ".schemavet.yaml", Line: 4}},
	}
}

// The text says the base, what relaxed the check, each finding under its change, what was accepted and
// why, the coverage, notes, and a summary; nothing in it can move a cursor.
func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, result(), How{}); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	at := 0
	for _, want := range []string{
		"base: migrations; PostgreSQL 15; search path public (PostgreSQL's default); 1 migration pending\n",
		"relaxed by .schemavet.yaml:4: accept\n",
		"db/0002.sql:3:1: ALTER TABLE users DROP COLUMN email\n",
		"  error: store.go:7:9 in Find, v1: breaks: column \"email\" does not exist",
		"(SQLSTATE 42703) [undefined-column]\n",
		"accepted: undefined-column public.users.email (behind a flag)\n",
		"deployed v1: no site",
		"note: a.go:2: odd\n",
		"1 error, no warning.\n",
	} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("%q is not there, or not in its place:\n%s", want, got)
		}
		at += i
	}
	if strings.ContainsRune(got, '\x1b') {
		t.Errorf("an escape sequence of a message is printed: %q", got)
	}
}

// The JSON has each list, and no null in the place of one.
func TestJSON(t *testing.T) {
	for name, r := range map[string]*Result{"a finding": result(), "nothing": {}} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := JSON(&b, r); err != nil {
				t.Fatal(err)
			}
			var out map[string]any
			if err := json.Unmarshal(b.Bytes(), &out); err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"deployed", "pending", "findings", "accepted", "partial", "opaque", "unbound", "notes",
				"errors"} {
				if list, ok := out[key].([]any); !ok {
					t.Errorf("%s is %v", key, out[key])
				} else if name == "nothing" && len(list) > 0 {
					t.Errorf("%s has %d elements", key, len(list))
				}
			}
		})
	}
}

// A finding keeps the names of its fields: other programs read them.
func TestJSONOfAFinding(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, result()); err != nil {
		t.Fatal(err)
	}
	var out struct {
		Findings []struct {
			Rule, Verdict, Level, SQLSTATE, Message, Heals, Advice string
			Change                                                 struct {
				Migration, File, Statement, Object string
				Line, Column                       int
			}
			Use struct {
				Deployed, File, Function, API, Query string
				Line, Column                         int
			}
		}
		Accepted []struct{ Reason string }
	}
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	f := out.Findings[0]
	if f.Rule != "undefined-column" || f.Verdict != "breaks" || f.Level != "error" || f.SQLSTATE != "42703" ||
		f.Change.Object != "public.users.email" || f.Change.Line != 3 || f.Use.Deployed != "v1" || f.Use.Line != 7 {
		t.Errorf("%+v", f)
	}
	if out.Accepted[0].Reason != "behind a flag" {
		t.Errorf("%+v", out.Accepted)
	}
}

// full is a disk without room after some bytes.
type full struct{ left int }

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, errFull
	}
	f.left -= len(p)
	return len(p), nil
}

// What could not be written is said, wherever the writer fails.
func TestWriteErrors(t *testing.T) {
	for name, write := range map[string]func(*full) error{
		"text": func(w *full) error { return Text(w, result(), How{}) },
		"json": func(w *full) error { return JSON(w, result()) },
	} {
		for _, left := range []int{0, 100, 300} {
			if err := write(&full{left}); !errors.Is(err, errFull) {
				t.Errorf("%s after %d bytes: %v", name, left, err)
			}
		}
	}
}
