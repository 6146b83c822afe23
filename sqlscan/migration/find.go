package migration

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// notSearched are folders in which no migrations of the project's own code live.
var notSearched = []string{"vendor", "node_modules", "testdata", "third_party", "dist", "build"}

// otherEngines are words in a path that say that the SQL is not PostgreSQL's.
var otherEngines = regexp.MustCompile(`(?i)(^|[/_.-])(sqlite3?|mysql|mariadb|mssql|sqlserver|oracle|clickhouse|cockroach(db)?|spanner|duckdb|bigquery|cassandra|cql)([/_.-]|$)`)

// migrationFolder are names of folders in which numbered files without marks are taken for
// migrations.
var migrationFolder = regexp.MustCompile(`(?i)(^|[/_.-])(migrations?|migrate|schema_?migrations?|db_?migrations?)([/_.-]|$)`)

// apart are folders of data, tests and examples.
var apart = regexp.MustCompile(`(?i)(^|/)(seeds?|seeders?|fixtures?|examples?|testing|tests?|e2e|samples?|templates?)(/|$)`)

// Candidate is a folder that can be the migrations of a program.
type Candidate struct {
	// Path is that of the folder in the tree.
	Path string
	// Set is what is in it; nil for migrations in Go, and for a folder that is named as one and cannot be read,
	// which Err says.
	Set *Set
	Err error
	// Refused counts the units that PostgreSQL's parser refuses.
	Refused int
	// Engine is the word in its path that names another database system, Apart the one that says that it is of
	// tests, examples or data; both empty for none.
	Engine, Apart string

	// holds are the folders within that the tool reads as well.
	holds []string
}

// units are how many there are, at least one.
func (c *Candidate) units() int {
	if c.Set == nil {
		return 1
	}
	return len(c.Set.Units)
}

// Foreign says that PostgreSQL's parser refuses so much of it that it is none of its migrations.
func (c *Candidate) Foreign() bool { return c.Refused*4 > c.units() }

// belongs says that a folder belongs to one that was found.
func belongs(path string, found []Candidate) bool {
	return slices.ContainsFunc(found, func(c Candidate) bool {
		return slices.ContainsFunc(c.holds, func(dir string) bool { return strings.HasPrefix(path+"/", dir) })
	})
}

// Candidates looks for folders of migrations below a folder of a tree; their paths are those in the tree. A file that
// is refused is an error where it stands among migrations.
func Candidates(tree fs.FS, top string) ([]Candidate, error) {
	var all []Candidate
	err := fs.WalkDir(tree, top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // a folder that cannot be read holds no migrations that we could name
		}
		if !d.IsDir() {
			return nil
		}
		rel := strings.TrimPrefix(path, top+"/")
		if path == top {
			rel = "."
		}
		if rel != "." && (strings.HasPrefix(d.Name(), ".") || slices.Contains(notSearched, d.Name())) {
			return fs.SkipDir
		}
		if belongs(path, all) {
			return nil
		}
		c, ok, err := consider(tree, path, rel)
		c.Engine = Engine(rel)
		if m := apart.FindStringSubmatch(rel); m != nil {
			c.Apart = strings.ToLower(m[2])
		}
		switch {
		case err != nil && c.Engine == "" && c.Apart == "":
			return err
		case ok:
			all = append(all, c)
		}
		return nil
	})
	return all, err
}

// consider reads a folder as migrations; rel is its path below the one that is searched.
func consider(tree fs.FS, path, rel string) (Candidate, bool, error) {
	c := Candidate{Path: path}
	if HasGo(tree, path) {
		return c, true, nil
	}
	d, err := readFolder(tree, path, nil)
	if err != nil {
		return c, false, nil
	}
	named := migrationFolder.MatchString(rel)
	format := ""
	if d.isVersioned() {
		format = Folders
	} else {
		t, err := d.tool("")
		if d.refused != nil && (named || err == nil && t != plain) {
			return c, false, d.refused
		}
		if d.filled(false) != nil || err != nil || t == plain && !named {
			return c, false, nil
		}
		format = t.name
	}
	t := toolNamed(format)
	if c.Set, c.Err = Read(tree, path, "", nil); c.Err != nil {
		return c, t.plan != nil, nil // Named, so that the mistake is said.
	}
	below := strings.TrimPrefix(path+"/", "./")
	switch {
	case format == Folders || t.deep:
		c.holds = []string{below}
	case t.plan != nil:
		c.holds = []string{below + "deploy/", below + "revert/", below + "verify/"}
	}
	for _, u := range c.Set.Units {
		sts, err := pgtree.Parse(pgtree.BlankPsql(u.Text))
		if len(u.Unknown) == 0 && (err != nil ||
			slices.ContainsFunc(sts, func(s pgtree.Statement) bool { return s.Err != nil })) {
			c.Refused++
		}
	}
	return c, len(c.Set.Units) > 0, nil
}

// Engine is the word in a path that names another database system; empty for none.
func Engine(path string) string {
	if m := otherEngines.FindStringSubmatch(path); m != nil {
		return strings.ToLower(m[2])
	}
	return ""
}

// Exists says that a folder is there.
func Exists(tree fs.FS, path string) bool {
	info, err := fs.Stat(tree, path)
	return err == nil && info.IsDir()
}
