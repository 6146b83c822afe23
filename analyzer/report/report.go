// Package report writes what check found: as text for people, as JSON for programs. The
// field names of the JSON are a contract: fields are added, never renamed.
package report

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/internal/clean"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
)

// Base says what the base schema is.
type Base struct {
	// Source says where the schema comes from, for people.
	Source string `json:"source"`
	// Migrations are the folders, or the Go files, of the migrations in the repository, with the tool whose they are;
	// empty where there are none.
	Migrations []MigrationSet `json:"migrations,omitempty"`
	// Server is the major version.
	Server int `json:"server"`
	// Assumed says that the server's version is not known.
	Assumed bool `json:"server_assumed"`
	// Upgrade is the major version that the server is about to get; 0 if it keeps its own.
	Upgrade    int      `json:"upgrade,omitempty"`
	SearchPath []string `json:"search_path"`
	PathFrom   string   `json:"search_path_from"`
	Applied    int      `json:"applied"`
	Open       []string `json:"open"`
	Digest     string   `json:"digest"`
}

// MigrationSet is a set of migrations.
type MigrationSet struct {
	// Path is that of its folder or file in the repository, Format its tool.
	Path   string `json:"path"`
	Format string `json:"format"`
}

// Candidate is a folder that could be the migrations of the program.
type Candidate struct {
	// Path is that of the folder in the repository. Score is higher the more speaks for it, Reasons say what does;
	// both are empty where nothing had to be weighed. Aside is why it is not taken; empty for one that is.
	Path    string   `json:"path"`
	Score   int      `json:"score"`
	Reasons []string `json:"reasons,omitempty"`
	Aside   string   `json:"aside,omitempty"`
}

// Pending is a migration that is about to run.
type Pending struct {
	// Migration is its name, File its path in the repository.
	Migration string `json:"migration"`
	File      string `json:"file"`
	// Database is empty where there is only one.
	Database string `json:"database,omitempty"`
}

// Database is one of those that were judged.
type Database struct {
	// Name is empty for the only one.
	Name string `json:"name"`
	// Base is the schema before Pending.
	Base    Base      `json:"base"`
	Pending []Pending `json:"pending"`
}

// Drift are facts that hold in the live catalog ("-") or in what the applied migrations would
// make ("+") alone. Unsure counts what of the migrations could not be followed.
type Drift struct {
	// Database is empty where there is only one.
	Database string   `json:"database,omitempty"`
	Facts    []string `json:"facts"`
	Unsure   int      `json:"unsure"`
}

// Evidence counts the statements that a server has seen, and those of them that known code sends.
type Evidence struct {
	// Source is the log or server, Database empty where there is only one.
	Source     string `json:"source"`
	Database   string `json:"database,omitempty"`
	Statements int    `json:"statements"`
	Known      int    `json:"known"`
}

// Accepted is a finding that the config accepts.
type Accepted struct {
	impact.Finding
	// Reason is the config's own.
	Reason string
}

// Relaxed is a key of a config of the checkout that makes the gate wider.
type Relaxed struct {
	// Key is that of the config, File its path.
	Key  string `json:"key"`
	File string `json:"file"`
	// Line is counted from 1.
	Line int `json:"line"`
}

// Result is all that check has to say.
type Result struct {
	// Tool is the version of the program that made it.
	Tool string
	// Relaxed are in the order of the file.
	Relaxed []Relaxed
	// Candidates are what could be the migrations, where nobody named them.
	Candidates []Candidate
	// Databases are all that were judged; one without a name is the only one.
	Databases []Database
	// Deployed and Next have a report for each version and database.
	Deployed []*impact.Report
	Next     []*impact.Report
	Pending  []Pending
	Findings []impact.Finding
	Accepted []Accepted
	Drift    []Drift
	Evidence []Evidence
	Notes    []usage.Problem
	Errors   []usage.Problem
}

// base is that of the first database.
func (r *Result) base() Base {
	if len(r.Databases) == 0 {
		return Base{}
	}
	b := r.Databases[0].Base
	b.SearchPath, b.Open = list(b.SearchPath), list(b.Open)
	return b
}

// The JSON form.
type (
	jsonResult struct {
		Version  int             `json:"version"`
		Tool     string          `json:"tool"`
		Base     Base            `json:"base"`
		Deployed []jsonVersion   `json:"deployed"`
		Next     *jsonVersion    `json:"next"`
		Pending  []Pending       `json:"pending"`
		Findings []jsonFinding   `json:"findings"`
		Accepted []jsonFinding   `json:"accepted"`
		Partial  []jsonPartial   `json:"partial"`
		Opaque   []jsonOpaque    `json:"opaque"`
		Unbound  []jsonUnbound   `json:"unbound"`
		Notes    []usage.Problem `json:"notes"`
		Errors   []usage.Problem `json:"errors"`
		// Databases is there where there are several.
		Databases  []Database  `json:"databases,omitempty"`
		Drift      []Drift     `json:"drift,omitempty"`
		Evidence   []Evidence  `json:"evidence,omitempty"`
		Candidates []Candidate `json:"candidates,omitempty"`
		Relaxed    []Relaxed   `json:"relaxed,omitempty"`
	}
	jsonVersion struct {
		Name        string `json:"name"`
		Source      string `json:"source,omitempty"`
		Revision    string `json:"revision,omitempty"`
		Sites       int    `json:"sites"`
		Resolved    int    `json:"resolved"`
		Partial     int    `json:"partial"`
		Opaque      int    `json:"opaque"`
		Unreachable int    `json:"unreachable"`
		Database    string `json:"database,omitempty"`
		// Seen is there if there is evidence.
		Seen *int `json:"seen,omitempty"`
	}
	jsonFinding struct {
		Rule     impact.Rule    `json:"rule"`
		Verdict  impact.Verdict `json:"verdict"`
		Level    impact.Level   `json:"level"`
		SQLSTATE string         `json:"sqlstate"`
		Message  string         `json:"message"`
		Change   *jsonChange    `json:"change,omitempty"`
		Use      *jsonUse       `json:"use,omitempty"`
		Heals    string         `json:"heals"`
		Advice   string         `json:"advice"`
		Proof    string         `json:"proof,omitempty"`
		Database string         `json:"database,omitempty"`
		Reason   string         `json:"reason,omitempty"`
	}
	jsonChange struct {
		Migration string `json:"migration"`
		File      string `json:"file"`
		Line      int    `json:"line"`
		Column    int    `json:"column"`
		Statement string `json:"statement"`
		Object    string `json:"object"`
	}
	jsonUse struct {
		Deployed string        `json:"deployed"`
		File     string        `json:"file"`
		Line     int           `json:"line"`
		Column   int           `json:"column"`
		Function string        `json:"function"`
		API      string        `json:"api"`
		Query    string        `json:"query"`
		Reader   *jsonReader   `json:"reader,omitempty"`
		Lowered  bool          `json:"lowered,omitempty"`
		Declared *jsonPosition `json:"declared,omitempty"`
		Seen     impact.Seen   `json:"seen,omitempty"`
	}
	jsonPosition struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
	}
	jsonReader struct {
		API    string `json:"api"`
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
	}
	jsonPlace struct {
		Deployed string `json:"deployed"`
		File     string `json:"file"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
	}
	jsonPartial struct {
		jsonPlace
		Hole string `json:"hole"`
	}
	jsonOpaque struct {
		jsonPlace
		Reason string `json:"reason"`
	}
	jsonUnbound struct {
		jsonPlace
		Name     string `json:"name"`
		SQLSTATE string `json:"sqlstate"`
	}
)

// JSON writes the result as one object.
func JSON(w io.Writer, r *Result) error {
	out := jsonResult{Version: 1, Tool: r.Tool, Candidates: r.Candidates, Base: r.base(), Deployed: []jsonVersion{},
		Pending:  list(r.Pending),
		Findings: findings(r.Findings), Accepted: []jsonFinding{}, Partial: []jsonPartial{}, Opaque: []jsonOpaque{},
		Unbound: []jsonUnbound{}, Notes: list(r.Notes), Errors: list(r.Errors), Drift: r.Drift, Evidence: r.Evidence,
		Relaxed: r.Relaxed}
	for _, d := range r.Databases {
		if len(r.Databases) > 1 {
			d.Base.SearchPath, d.Base.Open, d.Pending = list(d.Base.SearchPath), list(d.Base.Open), list(d.Pending)
			out.Databases = append(out.Databases, d)
		}
	}
	for _, a := range r.Accepted {
		f := finding(a.Finding)
		f.Reason = a.Reason
		out.Accepted = append(out.Accepted, f)
	}
	reports := r.Deployed
	for _, d := range r.Deployed {
		out.Deployed = append(out.Deployed, r.version(d))
	}
	for _, d := range r.Next {
		n := r.version(d)
		out.Next = n.with(out.Next)
		reports = append(reports[:len(reports):len(reports)], d)
	}
	for _, d := range reports {
		for _, p := range d.PartialSites {
			out.Partial = append(out.Partial, jsonPartial{place(p), p.What})
		}
		for _, p := range d.OpaqueSites {
			out.Opaque = append(out.Opaque, jsonOpaque{place(p), p.What})
		}
		for _, p := range d.Unbound {
			out.Unbound = append(out.Unbound, jsonUnbound{place(p), p.What, p.SQLSTATE})
		}
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(out); err != nil {
		return err
	}
	_, err := w.Write(clean.JSON(text.Bytes()))
	return err
}

// list makes an empty list of a nil one: readers of the JSON find no null.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func (r *Result) version(d *impact.Report) jsonVersion {
	v := jsonVersion{d.Version.Name, d.Version.Source, d.Version.Revision, d.Sites, d.Resolved, d.Partial, d.Opaque,
		d.Unreachable, d.Database, nil}
	if len(r.Evidence) > 0 {
		v.Seen = &d.Seen
	}
	return v
}

// with adds the sites of another database.
func (v jsonVersion) with(other *jsonVersion) *jsonVersion {
	if other != nil {
		v.Sites, v.Resolved, v.Partial = v.Sites+other.Sites, v.Resolved+other.Resolved, v.Partial+other.Partial
		v.Opaque, v.Unreachable, v.Database = v.Opaque+other.Opaque, v.Unreachable+other.Unreachable, ""
	}
	v.Seen = nil
	return &v
}

func place(p impact.Place) jsonPlace { return jsonPlace{p.Version, p.File, p.Line, p.Column} }

func findings(l []impact.Finding) []jsonFinding {
	out := make([]jsonFinding, 0, len(l))
	for _, f := range l {
		out = append(out, finding(f))
	}
	return out
}

func finding(f impact.Finding) jsonFinding {
	out := jsonFinding{Rule: f.Rule, Verdict: f.Verdict, Level: f.Level, SQLSTATE: f.SQLSTATE, Message: f.Message,
		Heals: f.Heals, Advice: f.Advice, Proof: f.Proof, Database: f.Database}
	if c := f.Change; c != nil {
		out.Change = change(c, f.Object)
	}
	if u := f.Use; u != nil {
		out.Use = &jsonUse{u.Version, u.File, u.Line, u.Column, u.Function, u.API, u.Query, nil, u.Lowered, nil, u.Seen}
		if d := u.Declared; d != nil {
			out.Use.Declared = &jsonPosition{d.File, d.Line, d.Column}
		}
		if r := u.Reader; r != nil {
			out.Use.Reader = &jsonReader{r.API, r.File, r.Line, r.Column}
		}
	}
	return out
}

func change(c *catalog.Origin, object string) *jsonChange {
	return &jsonChange{c.Migration, c.File, c.Line, c.Column, c.Statement, object}
}
