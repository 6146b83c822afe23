// Package migration reads migration directories of the common tools as ordered units of
// SQL, as each tool itself reads them, and tells from the rows of a tool's table what it would
// run. It knows file names, the marks that the tools put into files, and their rules, and nothing
// of what the SQL does; sqlscan/plan runs it, and catalog/live reads the rows. Down sections never
// count: in a unit's text they are blanked, so that offsets and lines are those of the file.
package migration

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Unit is one migration.
type Unit struct {
	// Version orders units and is what the tool's version table holds; Name is for people.
	Version, Name string
	// Set is the folder of the set that it is of, where several were joined.
	Set string
	// File is slash-separated, relative to the folder that the set was read for.
	File string
	// Text is the file with all but the part that migrates up blanked by spaces. It has the lines
	// of the file.
	Text string
	// NoTransaction says that every statement commits by itself; Commits are the offsets in Text
	// behind which the tool commits.
	NoTransaction bool
	Commits       []int
	// Sent is how the tool sends it; Refused is why the tool does not run it at all, empty if it does, at RefusedLine of
	// the file, which is 1-based.
	Sent        Sending
	Refused     string
	RefusedLine int
	// SameSession says that the tool runs the next unit in the session of this one, with the settings that it leaves.
	SameSession bool
	// Repeatable says that it runs again whenever it has changed, Checkpoint that it holds what
	// those before it make, and runs on an empty database alone.
	Repeatable, Checkpoint bool
	// ToolDigest is the digest of the file as the tool keeps it, if it does.
	ToolDigest string
	// Unknown are the places in Text that are not known, Put what stands there in the place of
	// what the file has, in order.
	Unknown []Unknown
	Put     []Put
	// Statements is set for units that are not files: each text is at a place of its own.
	Statements []Located
}

// Sending is how a tool sends the text of a unit.
type Sending byte

// The ways: one that is not known, or statement by statement; as one text, whose statements are a transaction if they
// are several; in a transaction.
const (
	SentApart Sending = iota
	SentWhole
	SentInTransaction
)

// InBlock says that a unit of a number of statements runs in a transaction block.
func (u Unit) InBlock(statements int) bool {
	return u.Sent == SentInTransaction || u.Sent == SentWhole && statements > 1
}

// Unknown is text that is not known at an offset.
type Unknown struct {
	// At is the 0-based byte of the text; Reason is why it is not known.
	At     int
	Reason string
}

// after is the unit without its first statements, of which the number is given.
func (u Unit) after(statements string) Unit {
	n, _ := strconv.Atoi(statements)
	sts, err := pgtree.Parse(u.Text)
	if err == nil && n > 0 && n <= len(sts) {
		u.Text = blank(u.Text, 0, sts[n-1].End)
	}
	return u
}

// Located is a statement of a unit that is made of pieces of other files.
type Located struct {
	// Text stands in File from Line and Column on, which are 1-based; Column counts bytes.
	Text, File   string
	Line, Column int
	// Unknown are the parts of Text that are not known.
	Unknown []Unknown
}

// Set is an ordered list of units.
type Set struct {
	// Format is the name of a tool, Path the folder, Project what sqitch calls the set, List the
	// variable or package of those that are Go code.
	Format, Path, Project, List string
	Units                       []Unit
	// Parts are the sets that it is made of, where several make one schema.
	Parts []*Set
	// Down are the versions of which the folder has a migration down.
	Down []string
	// Base is the file of the folder that has what all of them make, for an empty database: LATEST.sql, schema.sql;
	// nil if there is none.
	Base *Unit
	// Ignored are .sql files of the folder that are no migrations.
	Ignored []string
	// Notes say what the reader had to decide.
	Notes []string
}

// Empty is the digest of a unit that says nothing.
var Empty = Unit{}.Digest()

// Texts are all that the unit runs, in order.
func (u Unit) Texts() []string {
	texts := []string{u.Text}
	for _, s := range u.Statements {
		texts = append(texts, s.Text)
	}
	return texts
}

// Digest identifies the content of a unit: its SQL without comments and white space.
func (u Unit) Digest() string {
	h := sha256.New()
	texts := u.Texts()
	texts[0] = u.Shown(0, len(u.Text))
	for _, text := range texts {
		for pos := 0; pos < len(text); {
			n := pgtree.Token(text[pos:])
			tok := text[pos : pos+n]
			pos += n
			if strings.TrimSpace(tok) == "" || strings.HasPrefix(tok, "--") || strings.HasPrefix(tok, "/*") {
				continue
			}
			h.Write([]byte(tok))
			h.Write([]byte{0})
		}
	}
	for _, x := range u.Unknown {
		h.Write([]byte(x.Reason))
	}
	for _, s := range u.Statements {
		for _, x := range s.Unknown {
			h.Write([]byte(x.Reason))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Error says that a folder cannot be read as migrations, and what to do.
type Error struct{ Path, Message string }

func (e *Error) Error() string { return e.Path + ": " + e.Message }

// Formats lists the names of the tools.
func Formats() []string {
	out := make([]string, 0, len(tools))
	for _, t := range tools {
		out = append(out, t.name)
	}
	return out
}

// Read reads a folder of a tree. An empty format is recognised; if none or more than one fits, the
// error names them. Variables of the environment that migrations ask for are known as far as
// variables says; nil is none.
func Read(tree fs.FS, path, format string, variables Variables) (*Set, error) {
	d, err := readFolder(tree, path, variables)
	if err != nil {
		return nil, err
	}
	named := toolNamed(format)
	deep := named != nil && named.deep
	if format == Folders || format == "" && d.isVersioned() {
		s := &Set{Format: Folders, Path: path, Base: d.base()}
		return s, readVersions(d, s)
	}
	if err := d.filled(deep); err != nil {
		return nil, err
	}
	t, err := d.tool(format)
	if err != nil {
		return nil, err
	}
	note := ""
	if format == "" && t.unit != nil && !t.deep {
		if t, note, err = d.fitting(t); err != nil {
			return nil, err
		}
	}
	if t.deep && !deep {
		if err := errors.Join(d.deepen(path), d.refused); err != nil {
			return nil, err
		}
	}
	s := &Set{Format: t.name, Path: path, Base: d.base()}
	if t.plan != nil {
		return s, t.plan(d, s)
	}
	d.units(t, s)
	if t.templates {
		if err := d.render(s); err != nil {
			return nil, err
		}
	}
	s.sort(t)
	if note != "" {
		s.Notes = append(s.Notes, note)
	}
	return s, nil
}

// wholeSchema matches the names of files that have a whole schema.
var wholeSchema = regexp.MustCompile(`(?i)^(latest|latest_?schema|schema|structure|full_?schema|init_?schema)\.sql$`)

// base is the file of a whole schema; nil if there is none.
func (d *folder) base() *Unit {
	for _, f := range d.files {
		if wholeSchema.MatchString(f.name) && definesSomething.MatchString(f.text) {
			return &Unit{Name: f.name, File: f.path, Text: f.text}
		}
	}
	return nil
}

// units reads the files one by one.
func (d *folder) units(t *tool, s *Set) {
	hashes := map[string]string{}
	if t.name == "atlas" {
		hashes = atlasHashes(d.files)
	}
	for _, f := range d.files {
		u, ok := t.unit(f)
		if m := golangMigrate.FindStringSubmatch(f.name); m != nil && m[3] == "down" {
			s.Down = append(s.Down, m[1])
		}
		switch {
		case ok && t.name == "pop" && d.overruled(f, u.Version):
			s.Ignored = append(s.Ignored, f.path)
		case ok:
			u.ToolDigest = cmp.Or(u.ToolDigest, hashes[f.path])
			u.SameSession = t.session
			if t.sent != nil {
				u.Sent = t.sent(u)
			}
			s.Units = append(s.Units, u)
		case strings.HasSuffix(f.name, ".sql"):
			s.Ignored = append(s.Ignored, f.path)
		}
	}
}

// overruled says that another file of the version is for PostgreSQL by its name: pop runs that one.
func (d *folder) overruled(f file, version string) bool {
	return !popDialect.MatchString(f.name) && slices.ContainsFunc(d.files, func(o file) bool {
		u, ok := popUnit(o)
		return ok && u.Version == version && popDialect.MatchString(o.name)
	})
}

func (s *Set) sort(t *tool) {
	if t.unit == nil || t.name == "gormigrate" || t.name == Go {
		return // Their order is given.
	}
	slices.SortStableFunc(s.Units, func(x, y Unit) int { return cmp.Or(t.compare(x, y), strings.Compare(x.File, y.File)) })
	for i := 1; i < len(s.Units); i++ {
		if x, y := s.Units[i-1], s.Units[i]; t.compare(x, y) == 0 {
			s.Notes = append(s.Notes, fmt.Sprintf("%s and %s have the same version %s; they are taken in the order of "+
				"their names", x.File, y.File, x.Version))
		}
	}
}

// SplitFormat takes PATH:FORMAT apart. A colon that a folder name or a drive letter follows
// belongs to the path.
func SplitFormat(s string) (path, format string) {
	if i := strings.LastIndexByte(s, ':'); (i > 1 || i == 1 && s[0] == '.') && !strings.ContainsAny(s[i:], `/\`) {
		return s[:i], s[i+1:]
	}
	return s, ""
}
