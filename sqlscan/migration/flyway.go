package migration

import (
	"cmp"
	"hash/crc32"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// flywayName matches the names of versioned, repeatable and baseline migrations with the
// default prefixes and separator (internal/resource/ResourceNameParser.java).
var flywayName = regexp.MustCompile(`^(?:([VB])([0-9]+(?:[._][0-9]+)*)(?:__(.*))?|R__(.*))\.(?i:sql)$`)

func flywayUnit(f file) (Unit, bool) {
	m := flywayName.FindStringSubmatch(f.name)
	if m == nil {
		return Unit{}, false
	}
	u := Unit{Version: strings.ReplaceAll(m[2], "_", "."), Name: f.name[:len(f.name)-len(".sql")], File: f.path,
		Text:       f.text,
		Repeatable: m[1] == "", Checkpoint: m[1] == "B"}
	u.ToolDigest = flywayChecksum(f.raw)
	u.NoTransaction = outsideTransactions.MatchString(f.text)
	for _, at := range placeholder.FindAllStringIndex(withoutComments(f.text), -1) {
		u.Unknown = append(u.Unknown, Unknown{at[0], "the value of the placeholder " + f.text[at[0]:at[1]]})
	}
	return u, true
}

// withoutComments blanks comments, and keeps offsets.
func withoutComments(text string) string {
	b := []byte(text)
	for pos := 0; pos < len(text); {
		n := pgtree.Token(text[pos:])
		if t := text[pos : pos+n]; strings.HasPrefix(t, "--") || strings.HasPrefix(t, "/*") {
			blankBytes(b[pos : pos+n])
		}
		pos += n
	}
	return string(b)
}

// outsideTransactions matches the statements for which Flyway runs a file without a transaction
// (database/postgresql/PostgreSQLParser.java).
var outsideTransactions = regexp.MustCompile(`(?im)(^|;)\s*((CREATE|DROP)\s+(UNIQUE\s+)?INDEX\s+CONCURRENTLY|(CREATE|DROP)\s+(DATABASE|TABLESPACE|SUBSCRIPTION)|ALTER\s+SYSTEM|REINDEX|VACUUM|DISCARD\s+ALL)\b`)

// placeholder matches ${name}, which Flyway replaces everywhere.
var placeholder = regexp.MustCompile(`\$\{[A-Za-z_][\w:.]*\}`)

// flywayOrder is that of the parts of versions as numbers; repeatable migrations come last, by
// their names.
func flywayOrder(x, y Unit) int {
	if x.Repeatable != y.Repeatable {
		if x.Repeatable {
			return 1
		}
		return -1
	}
	if x.Repeatable {
		return strings.Compare(strings.ReplaceAll(x.Name, "_", " "), strings.ReplaceAll(y.Name, "_", " "))
	}
	if c := compareDotted(x.Version, y.Version); c != 0 || x.Checkpoint == y.Checkpoint {
		return c
	}
	if x.Checkpoint { // It stands for the versions up to its own.
		return 1
	}
	return -1
}

func compareDotted(x, y string) int {
	a, b := strings.Split(x, "."), strings.Split(y, ".")
	for i := range max(len(a), len(b)) {
		part := func(l []string) string {
			if i < len(l) {
				return l[i]
			}
			return "0"
		}
		if c := compareNumbers(part(a), part(b)); c != 0 {
			return c
		}
	}
	return 0
}

// flywayChecksum is that of the lines without their ends (internal/resolver/ChecksumCalculator.java).
func flywayChecksum(raw string) string {
	h := crc32.NewIEEE()
	raw = strings.TrimPrefix(raw, "\ufeff")
	for line := range strings.SplitSeq(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(raw), "\n") {
		h.Write([]byte(line))
	}
	return strconv.Itoa(int(int32(h.Sum32())))
}

// flywayRule: what is older than the last that has run is left out, a repeatable one runs again
// when its content has changed (core/api/CoreMigrationState, ResolvedMigration.getState).
func flywayRule(s *Set, h catalog.History) (Pending, error) {
	f, err := flywayStateOf(h)
	if err != nil {
		return Pending{}, err
	}
	units := s.Units
	if at := lastCheckpoint(units); len(f.ran) == 0 && at >= 0 {
		units = behindCheckpoint(units, at)
	}
	var p Pending
	for _, u := range units {
		if f.runs(u, &p) {
			p.Units = append(p.Units, u)
		}
	}
	p.missing(s, f.history(h), func(r catalog.Ran) bool { return r.Kind != "SQL" || s.hasFlyway(r) },
		"flyway refuses the set unless it is the newest")
	return p, nil
}

// flywayState is what a database says has run.
type flywayState struct {
	// ran is by version, or by script for repeatable ones.
	ran map[string]catalog.Ran
	// last is the newest version that has run, baseline the one that was declared to have.
	last, baseline string
}

func flywayStateOf(h catalog.History) (*flywayState, error) {
	f := &flywayState{ran: map[string]catalog.Ran{}}
	for _, r := range h.Rows {
		switch {
		case r.Failed:
			return nil, &RefusedError{"flyway",
				"migration " + cmp.Or(r.Version, r.Name) + " is marked failed: mend the database, then flyway repair"}
		case r.Kind == "DELETE":
			delete(f.ran, flywayKey(r.Version, r.Name))
		case r.Kind != "SCHEMA":
			f.ran[flywayKey(r.Version, r.Name)] = r
		}
	}
	for _, r := range f.ran {
		if r.Version != "" {
			f.last = newest(f.last, r.Version)
		}
		if strings.HasSuffix(r.Kind, "BASELINE") {
			f.baseline = newest(f.baseline, r.Version)
		}
	}
	return f, nil
}

// flywayKey is what a migration is known by: its version, or a repeatable one's script.
func flywayKey(version, file string) string {
	if version == "" {
		return baseFile(file)
	}
	return canonicalVersion(version)
}

func newest(x, y string) string {
	if x == "" || compareDotted(y, x) > 0 {
		return y
	}
	return x
}

// runs says whether flyway would run a unit, and notes what is odd about it.
func (f *flywayState) runs(u Unit, p *Pending) bool {
	switch {
	case u.Repeatable:
		return f.runsAgain(u, p)
	case u.Checkpoint && len(f.ran) > 0:
		return false
	}
	if r, done := f.ran[flywayKey(u.Version, u.File)]; done {
		if r.Digest != "" && r.Digest != u.ToolDigest && r.Kind == "SQL" {
			p.note(u, "was edited after it had run: flyway refuses the set until flyway repair")
		}
		if baseFile(r.Name) != baseFile(u.File) && r.Kind == "SQL" {
			p.note(u, "ran under the name "+r.Name)
		}
		return false
	}
	if f.baseline != "" && compareDotted(u.Version, f.baseline) <= 0 {
		return false
	}
	if f.last != "" && compareDotted(u.Version, f.last) < 0 {
		p.note(u, "is older than version "+f.last+", which has run: flyway refuses the set, or runs it with outOfOrder")
	}
	return true
}

// runsAgain says whether a repeatable migration would run.
func (f *flywayState) runsAgain(u Unit, p *Pending) bool {
	r, done := f.ran[baseFile(u.File)]
	if u.Checkpoint && len(f.ran) > 0 {
		return false
	}
	if done && len(u.Unknown) > 0 {
		p.note(u, "has placeholders: whether it has changed is not known, and it counts as run")
		return false
	}
	return !done || r.Digest != u.ToolDigest
}

// history is what has run, in the order of its versions.
func (f *flywayState) history(h catalog.History) catalog.History {
	h.Rows = slices.SortedFunc(maps.Values(f.ran), func(a, b catalog.Ran) int {
		return cmp.Or(compareDotted(a.Version, b.Version), strings.Compare(a.Name, b.Name))
	})
	return h
}

// hasFlyway says that a file of the set is what has run.
func (s *Set) hasFlyway(r catalog.Ran) bool {
	return slices.ContainsFunc(s.Units, func(u Unit) bool {
		if u.Repeatable {
			return baseFile(u.File) == baseFile(r.Name)
		}
		return canonicalVersion(u.Version) == canonicalVersion(r.Version)
	})
}

// canonicalVersion is a version without leading zeros of its parts and without trailing ones.
func canonicalVersion(v string) string {
	parts := strings.Split(v, ".")
	for i, p := range parts {
		parts[i] = cmp.Or(strings.TrimLeft(p, "0"), "0")
	}
	for len(parts) > 1 && parts[len(parts)-1] == "0" {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(parts, ".")
}
