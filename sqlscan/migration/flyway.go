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
	last, baseline := "", ""
	ran := map[string]catalog.Ran{} // by version, or by script for repeatable ones
	for _, r := range h.Rows {
		key := canonicalVersion(r.Version)
		if r.Version == "" {
			key = baseFile(r.Name)
		}
		switch {
		case r.Failed:
			return Pending{}, &RefusedError{"flyway",
				"migration " + cmp.Or(r.Version, r.Name) + " is marked failed: mend the database, then flyway repair"}
		case r.Kind == "DELETE":
			delete(ran, key)
		case r.Kind != "SCHEMA":
			ran[key] = r
		}
	}
	for _, r := range ran {
		if r.Version != "" && (last == "" || compareDotted(r.Version, last) > 0) {
			last = r.Version
		}
		if strings.HasSuffix(r.Kind, "BASELINE") && (baseline == "" || compareDotted(r.Version, baseline) > 0) {
			baseline = r.Version
		}
	}
	p := Pending{}
	units := s.Units
	if at := lastCheckpoint(units); len(ran) == 0 && at >= 0 {
		units = behindCheckpoint(units, at)
	}
	for _, u := range units {
		key := canonicalVersion(u.Version)
		if u.Repeatable {
			key = baseFile(u.File)
		}
		r, done := ran[key]
		switch {
		case u.Checkpoint && len(ran) > 0:
		case u.Repeatable && done && len(u.Unknown) > 0:
			p.note(u, "has placeholders: whether it has changed is not known, and it counts as run")
		case u.Repeatable && (!done || r.Digest != u.ToolDigest):
			p.Units = append(p.Units, u)
		case u.Repeatable:
		case done:
			if r.Digest != "" && r.Digest != u.ToolDigest && r.Kind == "SQL" {
				p.note(u, "was edited after it had run: flyway refuses the set until flyway repair")
			}
			if baseFile(r.Name) != baseFile(u.File) && r.Kind == "SQL" {
				p.note(u, "ran under the name "+r.Name)
			}
		case baseline != "" && compareDotted(u.Version, baseline) <= 0:
		case last != "" && compareDotted(u.Version, last) < 0:
			p.note(u, "is older than version "+last+", which has run: flyway refuses the set, or runs it with outOfOrder")
			p.Units = append(p.Units, u)
		default:
			p.Units = append(p.Units, u)
		}
	}
	h.Rows = slices.Collect(maps.Values(ran))
	slices.SortFunc(h.Rows, func(a, b catalog.Ran) int {
		return cmp.Or(compareDotted(a.Version, b.Version), strings.Compare(a.Name, b.Name))
	})
	p.missing(s, h, func(r catalog.Ran) bool {
		for _, u := range s.Units {
			if u.Repeatable && baseFile(u.File) == baseFile(r.Name) ||
				!u.Repeatable && canonicalVersion(u.Version) == canonicalVersion(r.Version) {
				return true
			}
		}
		return r.Kind != "SQL"
	}, "flyway refuses the set unless it is the newest")
	return p, nil
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
