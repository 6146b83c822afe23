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
var migrationFolder = regexp.MustCompile(`(?i)(^|/)(migrations?|migrate|schema_?migrations?|db_?migrations?)(/|$)`)

// seeds are folders of data.
var seeds = regexp.MustCompile(`(?i)(^|/)(seeds?|seeders?|fixtures?|examples?|testing|tests?|e2e)(/|$)`)

// candidate is a folder of migrations with how many of them PostgreSQL's parser refuses.
type candidate struct {
	path       string
	units, bad int
	// holds are the folders within that the tool reads as well.
	holds []string
}

// belongs says that a folder belongs to one that was found.
func belongs(rel string, found []candidate) bool {
	return slices.ContainsFunc(found, func(c candidate) bool {
		return slices.ContainsFunc(c.holds, func(dir string) bool { return strings.HasPrefix(rel+"/", dir) })
	})
}

// Find looks for the folders of PostgreSQL migrations below a folder of a tree; their paths are
// those in the tree. Where there are several, those that PostgreSQL's parser does not take (an sqlite
// twin) are not among them; a broken migration in the only folder does not hide it.
func Find(tree fs.FS, top string) ([]string, error) {
	var all []candidate
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
		if !otherEngines.MatchString(rel) && !seeds.MatchString(rel) && !belongs(path, all) {
			switch c, ok, err := consider(tree, path, rel); {
			case err != nil:
				return err
			case ok:
				all = append(all, c)
			}
		}
		return nil
	})
	var found []string
	for _, c := range all {
		if c.bad < c.units && (len(all) == 1 || c.bad*4 <= c.units) {
			found = append(found, c.path)
		}
	}
	return found, err
}

// consider reads a folder as migrations; rel is its path below the one that is searched. A file that
// is refused is an error where it stands among migrations.
func consider(tree fs.FS, path, rel string) (candidate, bool, error) {
	if HasGo(tree, path) {
		return candidate{path: path, units: 1}, true, nil
	}
	d, err := readFolder(tree, path, nil)
	if err != nil {
		return candidate{}, false, nil
	}
	named := migrationFolder.MatchString(rel)
	if d.isVersioned() {
		return candidate{path: path, units: len(d.versions()), holds: []string{strings.TrimPrefix(path+"/", "./")}}, true, nil
	}
	t, err := d.tool("")
	if d.refused != nil && (named || err == nil && t != plain) {
		return candidate{}, false, d.refused
	}
	if d.filled(false) != nil || err != nil || t == plain && !named {
		return candidate{}, false, nil
	}
	set, err := Read(tree, path, t.name, nil)
	if err != nil {
		return candidate{path: path, units: 1}, t.plan != nil, nil // Named, so that the mistake is said.
	}
	c := candidate{path: path, units: len(set.Units)}
	below := strings.TrimPrefix(path+"/", "./")
	switch {
	case t.plan != nil:
		c.holds = []string{below + "deploy/", below + "revert/", below + "verify/"}
	case t.deep:
		c.holds = []string{below}
	}
	for _, u := range set.Units {
		sts, err := pgtree.Parse(pgtree.BlankPsql(u.Text))
		if len(u.Unknown) == 0 && (err != nil ||
			slices.ContainsFunc(sts, func(s pgtree.Statement) bool { return s.Err != nil })) {
			c.bad++
		}
	}
	return c, c.units > 0, nil
}

// Exists says that a folder is there.
func Exists(tree fs.FS, path string) bool {
	info, err := fs.Stat(tree, path)
	return err == nil && info.IsDir()
}
