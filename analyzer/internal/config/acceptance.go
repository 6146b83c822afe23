package config

import (
	"time"

	"github.com/schemavet/schemavet/analyzer/impact"
)

// Acceptance tells findings that count from those that the config accepts, and keeps which of its
// entries have matched. Every front has one: check, go vet, editors.
type Acceptance struct {
	Config *Config
	// Today is the day by which an entry may have ended.
	Today time.Time
	used  map[int]bool
}

// Entry is an entry of the config's accept list; Number counts from 1.
type Entry struct {
	Number int
	Accept
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

func matches(a Accept, f impact.Finding) bool {
	if a.Database != "" && a.Database != f.Database || a.Rule != "" && a.Rule != string(f.Rule) ||
		a.Object != "" && a.Object != f.Object {
		return false
	}
	if f.Use == nil {
		return a.File == "" && a.Deployed == ""
	}
	return (a.File == "" || a.File == f.Use.File) && (a.Deployed == "" || a.Deployed == f.Use.Version)
}
