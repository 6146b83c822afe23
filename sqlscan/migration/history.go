package migration

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// history is where a tool keeps what has run: a catalog.HistoryTable.
type history struct {
	schema, table string
	// columns are, as SQL, the fields of catalog.Ran: version, name, digest, kind and failed. where is a
	// condition, with an ORDER BY if it matters: "true order by …" for all rows.
	columns, where string
	anywhere       bool
	// position says that the table holds the version that the database is at, not a row for each that has run.
	position bool
	// rule tells what the tool would run.
	rule func(*Set, catalog.History) (Pending, error)
}

// HistoryTable is where the tool of a format keeps what has run; false for files that a project
// runs itself.
func HistoryTable(format string) (catalog.HistoryTable, bool) {
	t := toolNamed(format)
	if t == nil || t.history.columns == "" {
		return catalog.HistoryTable{}, false
	}
	h := t.history
	return catalog.HistoryTable{Tool: format, Schema: h.schema, Name: h.table, Anywhere: h.anywhere, Columns: h.columns,
		Where: h.where}, true
}

// Pending is what a tool would run.
type Pending struct {
	// Units would run, in this order; Notes are what the tool would say.
	Units []Unit
	Notes []Note
}

// Note is something to know about a migration.
type Note struct{ File, Message string }

func (p *Pending) note(u Unit, message string) {
	p.Notes = append(p.Notes, Note{u.File, u.Name + " " + message})
}

// missing notes rows without a file.
func (p *Pending) missing(s *Set, h catalog.History, known func(catalog.Ran) bool, consequence string) {
	var names []string
	for _, r := range h.Rows {
		if !known(r) {
			names = append(names, cmp.Or(r.Version, r.Name))
		}
	}
	if len(names) > 0 {
		p.Notes = append(p.Notes, Note{Message: fmt.Sprintf("%s names migrations of which %s has no file: %s; %s", h.Table,
			s.Path, strings.Join(names, ", "), consequence)})
	}
}

// RefusedError says that a tool would run nothing.
type RefusedError struct{ Tool, Message string }

func (e *RefusedError) Error() string { return e.Tool + " would run nothing: " + e.Message }

// Pending tells what the tool of the set would run on a database with this history.
func (s *Set) Pending(h catalog.History) (Pending, error) {
	t := toolNamed(s.Format)
	for i := 1; t.unique && i < len(s.Units); i++ {
		if t.compare(s.Units[i-1], s.Units[i]) == 0 {
			return Pending{}, &RefusedError{t.name,
				fmt.Sprintf("%s and %s have the same version", s.Units[i-1].File, s.Units[i].File)}
		}
	}
	return t.history.rule(s, h)
}

func indexOf(units []Unit, is func(Unit) bool) int { return slices.IndexFunc(units, is) }

func sameVersion(u Unit, r catalog.Ran) bool { return u.Version == r.Version }

// sameNumber compares versions that tools keep as numbers.
func sameNumber(u Unit, r catalog.Ran) bool { return compareNumbers(u.Version, r.Version) == 0 }

// byVersion and byName are what tools find a row by; byAny is for tables of a project's own.
func byVersion(u Unit) []string { return []string{u.Version} }

func byName(u Unit) []string { return []string{idOf(u)} }

// idOf is what sql-migrate calls a migration: the name of its file, or the Id of one in a list of Go code.
func idOf(u Unit) string {
	if strings.HasSuffix(u.File, ".go") {
		return u.Name
	}
	return baseFile(u.File)
}

func byAny(u Unit) []string {
	out := []string{u.Version, u.Name, baseFile(u.File)}
	if n := number(u.Version); n != "" {
		out = append(out, n)
	}
	return out
}

func isNumber(s string) bool { return digits.FindString(s) == s }

// each is the rule of tools that run every migration that has no row. keys are the texts by which
// rows are found; older says what the tool does with one that others, which come behind it, have
// overtaken.
func each(keys func(Unit) []string, older string) func(*Set, catalog.History) (Pending, error) {
	return func(s *Set, h catalog.History) (Pending, error) {
		rows := map[string]bool{}
		for _, r := range h.Rows {
			rows[r.Version], rows[number(r.Version)] = true, true
		}
		p, known := Pending{}, map[string]bool{}
		done := make([]bool, len(s.Units))
		for i, u := range s.Units {
			for _, key := range keys(u) {
				done[i] = done[i] || rows[key]
				known[key] = true
			}
		}
		var notes []Note
		next := -1 // the next one that has run
		for i := len(s.Units) - 1; i >= 0; i-- {
			switch {
			case done[i]:
				next = i
			case next >= 0:
				notes = append(notes, Note{s.Units[i].File,
					fmt.Sprintf("%s comes before %s, which has run: %s", s.Units[i].Name, s.Units[next].Name, older)})
			}
		}
		slices.Reverse(notes)
		p.Notes = notes
		for i, u := range s.Units {
			if !done[i] {
				p.Units = append(p.Units, u)
			}
		}
		p.missing(s, h, func(r catalog.Ran) bool { return known[r.Version] || known[number(r.Version)] }, "they count as run")
		return p, nil
	}
}

// number marks a version as a number, without leading zeros; empty for other texts.
func number(version string) string {
	if version == "" || !isNumber(version) {
		return ""
	}
	return "#" + strings.TrimLeft(version, "0")
}

// gooseRule: every file without a row is pending; those below the highest row only if goose is
// told so.
func gooseRule(s *Set, h catalog.History) (Pending, error) {
	highest := "0"
	for _, r := range h.Rows {
		if compareNumbers(r.Version, highest) > 0 {
			highest = r.Version
		}
	}
	p := Pending{}
	for _, u := range s.Units {
		if slices.ContainsFunc(h.Rows, func(r catalog.Ran) bool { return sameNumber(u, r) }) {
			continue
		}
		if compareNumbers(u.Version, highest) < 0 {
			p.note(u, "is older than version "+highest+", which has run: goose runs nothing unless it allows missing migrations")
		}
		p.Units = append(p.Units, u)
	}
	p.missing(s, h, func(r catalog.Ran) bool {
		return indexOf(s.Units, func(u Unit) bool { return sameNumber(u, r) }) >= 0
	},
		"they count as run")
	return p, nil
}

// golangMigrateRule: the table holds the version that the database is at; what comes behind it
// is pending, and it must be there itself (migrate.go, readUp).
func golangMigrateRule(s *Set, h catalog.History) (Pending, error) {
	if len(h.Rows) == 0 {
		return Pending{Units: s.Units}, nil
	}
	at := h.Rows[0]
	if at.Failed {
		return Pending{}, &RefusedError{"golang-migrate",
			fmt.Sprintf("version %s is marked dirty: it failed half way; mend the database, then migrate force", at.Version)}
	}
	if indexOf(s.Units, func(u Unit) bool { return sameNumber(u, at) }) < 0 &&
		!slices.ContainsFunc(s.Down, func(v string) bool { return compareNumbers(v, at.Version) == 0 }) {
		return Pending{}, &RefusedError{"golang-migrate",
			fmt.Sprintf("the database is at version %s (%s), of which %s has no file", at.Version, h.Table, s.Path)}
	}
	return afterNumber(s, h)
}

// behind are the units after a version.
func behind(s *Set, version string) Pending {
	p := Pending{}
	for _, u := range s.Units {
		if compareNumbers(u.Version, version) > 0 {
			p.Units = append(p.Units, u)
		}
	}
	return p
}

// afterNumber and afterName are the rules of tools whose table tells the version that the
// database is at, and that ask for nothing else.
func afterNumber(s *Set, h catalog.History) (Pending, error) {
	if len(h.Rows) == 0 {
		return Pending{Units: s.Units}, nil
	}
	return behind(s, h.Rows[0].Version), nil
}

func afterName(s *Set, h catalog.History) (Pending, error) {
	p := Pending{}
	for _, u := range s.Units {
		if len(h.Rows) == 0 || u.Version > h.Rows[0].Version {
			p.Units = append(p.Units, u)
		}
	}
	return p, nil
}

// sqlMigrateRule: rows are names of files, and each must be there (migrate.go,
// planMigrationCommon).
func sqlMigrateRule(s *Set, h catalog.History) (Pending, error) {
	files := map[string]bool{}
	for _, u := range s.Units {
		files[idOf(u)] = true
	}
	for _, r := range h.Rows {
		if !files[r.Version] {
			return Pending{}, &RefusedError{"sql-migrate",
				fmt.Sprintf("%s names %s, of which %s has no file (renamed, or deleted)", h.Table, r.Version, s.Path)}
		}
	}
	return each(byName, "sql-migrate runs it first")(s, h)
}

// ternRule: the table holds how many have run, and the numbers have no gaps (migrate.go,
// FindMigrations).
func ternRule(s *Set, h catalog.History) (Pending, error) {
	for i, u := range s.Units {
		if compareNumbers(u.Version, fmt.Sprint(i+1)) != 0 {
			return Pending{}, &RefusedError{"tern",
				fmt.Sprintf("the numbers of its migrations are 1, 2, 3 …; %s stands where %d belongs", u.Name, i+1)}
		}
	}
	if len(h.Rows) > 0 && compareNumbers(h.Rows[0].Version, fmt.Sprint(len(s.Units))) > 0 {
		return Pending{}, &RefusedError{"tern",
			fmt.Sprintf("the database is at version %s (%s), and there are %d migrations", h.Rows[0].Version, h.Table,
				len(s.Units))}
	}
	return afterNumber(s, h)
}

// atlasRule: what comes behind the last row is pending; what lies between rows only in an order
// that atlas is told; what lies before the first never. A row that did not end is gone on with
// (sql/migrate/migrate.go, Executor.Pending).
func atlasRule(s *Set, h catalog.History) (Pending, error) {
	p := Pending{}
	if len(h.Rows) == 0 {
		from := max(0, lastCheckpoint(s.Units))
		return Pending{Units: s.Units[from:]}, nil
	}
	first, last := h.Rows[0], h.Rows[len(h.Rows)-1]
	edited := false
	for _, u := range s.Units {
		i := slices.IndexFunc(h.Rows, func(r catalog.Ran) bool { return r.Version == u.Version })
		switch {
		case i >= 0 && h.Rows[i] == last && last.Failed:
			p.note(u, "stopped behind statement "+last.Kind+": atlas goes on there")
			p.Units = append(p.Units, u.after(last.Kind))
		case i >= 0:
			if d := h.Rows[i].Digest; !edited && d != "" && d != u.ToolDigest {
				edited = true // Each digest covers the files before.
				p.note(u, "or a file before it was edited after it had run")
			}
		case u.Checkpoint:
		case u.Version < first.Version:
			p.note(u, "is older than the first that has run: atlas never runs it")
		case u.Version < last.Version:
			p.note(u, "comes before "+last.Version+", which has run: atlas runs nothing unless -exec-order says otherwise")
			p.Units = append(p.Units, u)
		default:
			p.Units = append(p.Units, u)
		}
	}
	if last.Failed && indexOf(s.Units, func(u Unit) bool { return sameVersion(u, last) }) < 0 {
		return Pending{}, &RefusedError{"atlas",
			fmt.Sprintf("version %s stopped half way, and %s has no file of it", last.Version, s.Path)}
	}
	p.missing(s, h, func(r catalog.Ran) bool {
		return indexOf(s.Units, func(u Unit) bool { return sameVersion(u, r) }) >= 0
	},
		"they count as run")
	return p, nil
}

// lastCheckpoint is the index of the last unit that holds all before it; -1 if there is none.
func lastCheckpoint(units []Unit) int {
	for i := len(units) - 1; i >= 0; i-- {
		if units[i].Checkpoint {
			return i
		}
	}
	return -1
}

// Effective leaves out what a run would not do: those that have run are those from the last
// checkpoint on, and where something has run, no checkpoint is pending.
func Effective(applied, pending []Unit) (from, to []Unit) {
	if at := lastCheckpoint(applied); at >= 0 {
		applied = behindCheckpoint(applied, at)
	}
	if at := lastCheckpoint(pending); len(applied) == 0 && at >= 0 {
		return nil, behindCheckpoint(pending, at)
	}
	return applied, slices.DeleteFunc(slices.Clone(pending), func(u Unit) bool { return u.Checkpoint })
}

// behindCheckpoint are a checkpoint and what comes behind it, without one of the same version, which
// it holds too.
func behindCheckpoint(units []Unit, at int) []Unit {
	c := units[at]
	return slices.DeleteFunc(slices.Clone(units[at:]), func(u Unit) bool {
		return !u.Repeatable && u.File != c.File && canonicalVersion(u.Version) == canonicalVersion(c.Version)
	})
}

// OwnTables are the tables that the tool of a format makes for itself; table is the name that it
// was given instead of its own, if it was.
func OwnTables(format, table string) []string {
	h, _ := HistoryTable(format)
	own := h.Name
	if table != "" {
		own = table[strings.LastIndexByte(table, '.')+1:]
	}
	switch {
	case own == "":
		return nil
	case format == "bun":
		return []string{own, "bun_migration_locks"}
	}
	return []string{own}
}
