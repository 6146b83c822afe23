package migration

import (
	"regexp"
	"slices"
	"strings"
)

// Joined is the format of several sets that make one schema, each with a version table of its own.
const Joined = "several"

// Join is one set made of several. Their migrations run one set after the other, in the order that is given; where the
// names of all begin with dates, by these.
func Join(sets []*Set) *Set {
	if len(sets) == 1 {
		return sets[0]
	}
	out := &Set{Format: Joined, Parts: sets}
	var paths []string
	for _, s := range sets {
		paths = append(paths, s.Path)
		for _, u := range s.Units {
			u.Set = s.Path
			out.Units = append(out.Units, u)
		}
		out.Down, out.Ignored = append(out.Down, s.Down...), append(out.Ignored, s.Ignored...)
		out.Notes = append(out.Notes, s.Notes...)
	}
	out.Path = strings.Join(paths, ", ")
	if !slices.ContainsFunc(out.Units, func(u Unit) bool { return !beginsWithDate.MatchString(u.Name) }) {
		out.Units = byDates(out.Units)
	}
	return out
}

// byDates merges the units of several sets: the earliest of those that come next in their sets comes first.
func byDates(units []Unit) []Unit {
	var names []string
	rest := map[string][]Unit{}
	for _, u := range units {
		if rest[u.Set] == nil {
			names = append(names, u.Set)
		}
		rest[u.Set] = append(rest[u.Set], u)
	}
	var out []Unit
	for len(out) < len(units) {
		first := ""
		for _, name := range names {
			if len(rest[name]) > 0 && (first == "" || dateOf(rest[name][0].Name) < dateOf(rest[first][0].Name)) {
				first = name
			}
		}
		out, rest[first] = append(out, rest[first][0]), rest[first][1:]
	}
	return out
}

// beginsWithDate matches names such as 20240131_a, 2024-01-31.0-a and 2024_01_31_a.
var beginsWithDate = regexp.MustCompile(`^(19|20)\d\d[-_.]?\d\d[-_.]?\d\d[-_.\dT:]*`)

// dateOf are the digits at the beginning of a name.
func dateOf(name string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, beginsWithDate.FindString(name))
}

// Of are the sets that a set is made of: itself if it is not joined.
func (s *Set) Of() []*Set {
	if len(s.Parts) > 0 {
		return s.Parts
	}
	return []*Set{s}
}

// PathOf is the folder of the set that a unit is of.
func (s *Set) PathOf(u Unit) string {
	if u.Set != "" {
		return u.Set
	}
	return s.Path
}
