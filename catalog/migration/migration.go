// Package migration reads migration directories of the common tools as ordered units of
// SQL. It knows file names and the marks that the tools put into files, and nothing of
// what the SQL does; catalog/plan runs it. Down sections never count: in a unit's text
// they are blanked, so that offsets and lines are those of the file.
package migration

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Unit is one migration.
type Unit struct {
	// Version orders units and is what the tool's version table holds; Name is for people.
	Version, Name string
	// File is slash-separated, relative to the folder that the set was read for.
	File string
	// Text is the file with all but the part that migrates up blanked by spaces.
	Text string
	// NoTransaction says that every statement commits by itself.
	NoTransaction bool
	// Statements is set for units that are not files: each text is at a place of its own.
	Statements []Located
}

// Located is a statement of a unit that is made of pieces of other files.
type Located struct {
	Text, File   string
	Line, Column int
}

// Set is an ordered list of units.
type Set struct {
	// Format is the name of a reader, Path the folder.
	Format, Path string
	Units        []Unit
	// Ignored are .sql files of the folder that are no migrations.
	Ignored []string
	// Notes say what the reader had to decide.
	Notes []string
}

// Digest identifies the content of a unit: its SQL without comments and white space.
func (u Unit) Digest() string {
	h := sha256.New()
	texts := []string{u.Text}
	for _, s := range u.Statements {
		texts = append(texts, s.Text)
	}
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
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Error says that a folder cannot be read as migrations, and what to do.
type Error struct{ Path, Message string }

func (e *Error) Error() string { return e.Path + ": " + e.Message }

// Formats lists the names of the readers.
func Formats() []string {
	out := make([]string, 0, len(readers))
	for _, r := range readers {
		out = append(out, r.name)
	}
	return out
}

// Read reads the folder root/path. An empty format is recognised; if none or more than one
// fits, the error names them.
func Read(root, path, format string) (*Set, error) {
	files, err := readFolder(root, path)
	if err != nil {
		return nil, err
	}
	fits, err := fitting(path, files, format)
	if err != nil {
		return nil, err
	}
	set := &Set{Format: fits.name, Path: path}
	for _, f := range files {
		u, ok := fits.unit(f)
		if !ok {
			set.Ignored = append(set.Ignored, f.path)
			continue
		}
		set.Units = append(set.Units, u)
	}
	slices.SortStableFunc(set.Units, func(x, y Unit) int { return cmp.Or(fits.compare(x, y), strings.Compare(x.File, y.File)) })
	for i := 1; i < len(set.Units); i++ {
		if x, y := set.Units[i-1], set.Units[i]; fits.compare(x, y) == 0 {
			set.Notes = append(set.Notes, fmt.Sprintf("%s and %s have the same version %s; they are taken in the order of their names", x.File, y.File, x.Version))
		}
	}
	return set, nil
}

// fitting finds the reader for the files.
func fitting(path string, files []file, format string) (*reader, error) {
	if format != "" {
		r := readerNamed(format)
		if r == nil {
			return nil, &Error{path, fmt.Sprintf("unknown migration format %q; known are %s", format, strings.Join(Formats(), ", "))}
		}
		if !slices.ContainsFunc(files, func(f file) bool { _, ok := r.unit(f); return ok }) {
			return nil, &Error{path, "no " + format + " migrations here"}
		}
		return r, nil
	}
	var fits []*reader
	for i := range readers {
		r := &readers[i]
		if slices.ContainsFunc(files, func(f file) bool { return r.sure(f) }) {
			fits = append(fits, r)
		}
	}
	if len(fits) == 0 && slices.ContainsFunc(files, func(f file) bool { _, ok := plain.unit(f); return ok }) {
		fits = append(fits, plain)
	}
	switch len(fits) {
	case 0:
		return nil, &Error{path, "no migrations of a known format here; name it with -migrations PATH:FORMAT (" + strings.Join(Formats(), ", ") + ")"}
	case 1:
		if fits[0].name == "golang-migrate" && likeGolangMigrate(files) {
			return readerNamed("maragudk"), nil
		}
		return fits[0], nil
	}
	return nil, &Error{path, fmt.Sprintf("files of both %s and %s are here; name one with -migrations %s:FORMAT", fits[0].name, fits[1].name, path)}
}

func readerNamed(name string) *reader {
	for i := range readers {
		if readers[i].name == name {
			return &readers[i]
		}
	}
	return nil
}

// file is a .sql file of a folder.
type file struct{ path, name, text string }

func readFolder(root, path string) ([]file, error) {
	entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(path)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{path, "no such folder of migrations"}
	} else if err != nil {
		return nil, &Error{path, err.Error()}
	}
	var out []file
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".sql") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path), e.Name()))
		if err != nil {
			return nil, &Error{path, err.Error()}
		}
		out = append(out, file{strings.TrimPrefix(path+"/"+e.Name(), "./"), e.Name(), strings.TrimPrefix(string(data), "\ufeff")})
	}
	if len(out) == 0 {
		return nil, &Error{path, "no .sql files in this folder"}
	}
	return out, nil
}

// compareNumbers orders texts of digits by value.
func compareNumbers(x, y string) int {
	x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
	if c := cmp.Compare(len(x), len(y)); c != 0 {
		return c
	}
	return strings.Compare(x, y)
}

// SplitFormat takes PATH:FORMAT apart. A colon that a folder name or a drive letter follows
// belongs to the path.
func SplitFormat(s string) (path, format string) {
	if i := strings.LastIndexByte(s, ':'); (i > 1 || i == 1 && s[0] == '.') && !strings.ContainsAny(s[i:], `/\`) {
		return s[:i], s[i+1:]
	}
	return s, ""
}
