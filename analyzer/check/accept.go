package check

import (
	"time"

	"github.com/schemavet/schemavet/analyzer/config"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/report"
)

// Acceptance is what the config accepts, with its reasons.
type Acceptance struct {
	Config *config.Config
	// Today is the day by which an entry may have ended.
	Today time.Time
	used  map[int]bool
}

// Entry is an entry of the config's accept list; Number counts from 1.
type Entry struct {
	Number int
	config.Accept
}

// Accepts says whether a finding is accepted, and why.
func (a *Acceptance) Accepts(f impact.Finding) (reason string, ok bool) {
	today := a.Today.Format(time.DateOnly)
	for i, entry := range a.Config.Accept {
		if !matches(entry, f) || entry.Until != "" && entry.Until < today {
			continue
		}
		if a.used == nil {
			a.used = map[int]bool{}
		}
		a.used[i] = true
		return entry.Reason, true
	}
	return "", false
}

// Sort tells the findings that count from those that are accepted.
func (a *Acceptance) Sort(findings []impact.Finding) (counted []impact.Finding, accepted []report.Accepted) {
	for _, f := range findings {
		if reason, ok := a.Accepts(f); ok {
			accepted = append(accepted, report.Accepted{Finding: f, Reason: reason})
		} else {
			counted = append(counted, f)
		}
	}
	return counted, accepted
}

// Unused are the entries that no finding so far has matched, or that have ended.
func (a *Acceptance) Unused() []Entry {
	var out []Entry
	for i, entry := range a.Config.Accept {
		if !a.used[i] {
			out = append(out, Entry{i + 1, entry})
		}
	}
	return out
}

func matches(a config.Accept, f impact.Finding) bool {
	if a.Database != "" && a.Database != f.Database || a.Rule != "" && a.Rule != string(f.Rule) ||
		a.Object != "" && a.Object != f.Object {
		return false
	}
	if f.Use == nil {
		return a.File == "" && a.Deployed == ""
	}
	return (a.File == "" || a.File == f.Use.File) && (a.Deployed == "" || a.Deployed == f.Use.Version)
}
