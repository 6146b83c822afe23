// Package check is one check as a library: which lines of deployed code stop working when the pending
// migrations run. Options say what is deployed, what is pending and what the base is; what they
// leave open is taken from the checkout's .schemavet.yaml, or recognised. The Result is a value
// that analyzer/report prints.
//
// The command, the vet tool and the proofs are its callers. It reads the checkout, git, manifests
// and, if the options name them, servers; it writes nothing but its cache and temporary folders,
// which are gone when a Session is closed. Nothing of a checkout reaches a server but in a proof
// (catalog/pgserver).
package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/internal/config"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// Result is all that a check has to say.
type Result = report.Result

// Options are what an operator says: the flags of the command by the same names. What is empty is
// taken from the config, and has a default where that does not say it either.
type Options struct {
	// Dir is where the check is run, Config a config that the operator trusts, in place of the one
	// that is found.
	Dir, Config string
	// Deployed are the sources of what runs; Next is worktree or none.
	Deployed []string
	Next     string
	// Database is what is said of the only database; Servers are its DSN, or NAME=DSN where the
	// config names several.
	Database Settings
	Servers  []string
	// Tags are the build tags of the release, Packages the patterns of its packages.
	Tags     string
	Packages []string
	// Env are the variables of the environment that migrations may read.
	Env []string
	// Prove confirms the findings with a server: Shadow, or one of its own. Drift compares the
	// server with its migrations. Strict makes opaque sites findings.
	Prove, Drift, Strict bool
	// Coverage is the least share of live sites that must be understood, in percent; nil for the config's, or
	// DefaultCoverage.
	Coverage *int
	// Upgrade is the major version that the server is about to get, 0 for none.
	Upgrade int
	Shadow  string
	// Cache is the folder for kept results, empty for the user's.
	Cache string
	// ManifestLimit and FileLimit are in MiB.
	ManifestLimit, FileLimit int
	// Timeout is after which time the run is to end: a server's own limits are set by it. The context
	// ends it.
	Timeout time.Duration
	// Format and FailOn are for whoever prints the result: FailOn is error or warning. All has lists whole, Verdict the
	// verdict alone.
	Format, FailOn string
	All, Verdict   bool

	// Tool is the version of this program, Program identifies its build: what another one kept is of
	// no use.
	Tool, Program string
	// Step is told what is done now, Warn what goes wrong when it is too late for the result; nil for
	// nobody.
	Step func(what string)
	Warn func(format string, args ...any)
	// Later has something undone at the end of the process at the latest, also where that comes
	// before Close; done undoes it now. Nil leaves all to Close.
	Later func(undo func()) (done func())
}

// Settings are those of a database.
type Settings struct {
	// Migrations are PATH[:FORMAT] of the sets that make the schema, Schema a file, DB the DSN of a server.
	Migrations []string
	Schema, DB string
	// Pending is all, none, after:VERSION, since:REV, or empty.
	Pending string
	// SearchPath is a list as SET search_path has it; Role is the application's.
	SearchPath, Role string
	// ServerVersion is the major version, 0 if it is not known.
	ServerVersion              int
	VersionTable, VersionQuery string
	// Alone says that every statement of a migration commits by itself.
	Alone bool
}

// PasteError is a mistake that some lines mend.
type PasteError struct {
	// Message says what is wrong, with the block to paste.
	Message string
	// Block are the lines to paste.
	Block []string
}

func (e *PasteError) Error() string { return e.Message }

// Run opens a checkout, checks it and closes it.
func Run(ctx context.Context, o Options) (*Result, error) {
	s, err := Open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.Check(ctx)
}

// Check judges what is deployed, and the next code.
func (s *Session) Check(ctx context.Context) (*Result, error) {
	c := s.checker()
	if err := c.run(ctx); err != nil {
		return nil, err
	}
	return c.result, nil
}

// checker is one check.
type checker struct {
	s         *Session
	result    *Result
	databases []*database
	versions  []*version
	next      *usage.Version
	evidence  []*seenRunning
	// atHand is the code of the work tree.
	atHand *usage.Version
	// heard are the names of the versions whose notes were taken, said these.
	heard []string
	said  []said
}

func (s *Session) checker() *checker { return &checker{s: s, result: &Result{Tool: s.opts.Tool}} }

func (c *checker) run(ctx context.Context) error {
	c.relaxed()
	steps := []func(context.Context) error{c.openMigrations, c.openServers, c.loadVersions, c.oneForTheRest,
		c.eachDatabase((*database).simulate), c.judge, c.eachDatabase((*database).prove)}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	c.accept(time.Now())
	return nil
}

// eachDatabase does something with every database.
func (c *checker) eachDatabase(do func(*database, context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, d := range c.databases {
			if err := do(d, ctx); err != nil {
				return d.named(err)
			}
		}
		return nil
	}
}

// relaxed says what a config of the checkout makes wider.
func (c *checker) relaxed() {
	for _, r := range c.s.config.Relaxed {
		c.result.Relaxed = append(c.result.Relaxed, report.Relaxed{Key: r.Key, File: r.File, Line: r.Line})
	}
}

// judge compares every version with the states that it must work in, one after the other: what
// a manifest holds is in memory while it is judged.
func (c *checker) judge(context.Context) error {
	c.s.step("comparing queries")
	for _, v := range c.versions {
		full, err := v.load()
		if err != nil {
			return err
		}
		findings, reports := len(c.result.Findings), len(c.result.Deployed)
		for _, d := range c.databases {
			d.judge(full)
		}
		c.matchEvidence(full, c.result.Findings[findings:], c.result.Deployed[reports:])
		c.cover(full, c.result.Deployed[reports:])
		c.unowned(full)
		c.problems(full)
	}
	if c.next != nil {
		for _, d := range c.databases {
			d.judgeNext(c.next)
		}
		c.cover(c.next, c.result.Next)
		c.unowned(c.next)
		c.problems(c.next)
	}
	c.judgeEvidence()
	c.versionNotes()
	impact.Sort(c.result.Findings)
	return nil
}

func (c *checker) note(message, file string, line int) {
	c.result.Notes = append(c.result.Notes, usage.Problem{Message: message, File: file, Line: line})
}

func (c *checker) problems(v *usage.Version) {
	for _, e := range v.Errors {
		if !c.s.config.AcceptsPartial(e.Message) {
			c.result.Errors = append(c.result.Errors, e)
		}
	}
	if v.Name != "" {
		c.heard = append(c.heard, v.Name)
	}
	for _, n := range v.Notes {
		i := slices.IndexFunc(c.said, func(s said) bool { return s.note == n })
		if i < 0 {
			i = len(c.said)
			c.said = append(c.said, said{note: n})
		}
		if !slices.Contains(c.said[i].by, v.Name) {
			c.said[i].by = append(c.said[i].by, v.Name)
		}
	}
}

// said is a note with the versions that it is of.
type said struct {
	note usage.Problem
	by   []string
}

// versionNotes takes the notes of the versions, each once: with the versions that it is of, where others were heard
// that do not say it.
func (c *checker) versionNotes() {
	heard := slices.Compact(slices.Sorted(slices.Values(c.heard)))
	for _, s := range c.said {
		if len(s.by) < len(heard) {
			s.note.Message += " (" + strings.Join(s.by, ", ") + ")"
		}
		c.result.Notes = append(c.result.Notes, s.note)
	}
}

// accept moves the findings that the config accepts out of the list.
func (c *checker) accept(today time.Time) {
	a := config.Acceptance{Config: c.s.config, Today: today}
	c.result.Findings = slices.DeleteFunc(c.result.Findings, func(f impact.Finding) bool {
		reason, ok := a.Accepts(f)
		if ok {
			c.result.Accepted = append(c.result.Accepted, report.Accepted{Finding: f, Reason: reason})
		}
		return ok
	})
	for _, unused := range a.Unused() {
		c.note(fmt.Sprintf("accept entry %d (%s %s) matches no finding or has ended", unused.Number, unused.Rule,
			unused.Object), c.s.config.File, 0)
	}
}
