package migration

import (
	"io/fs"
	"os"
	"path/filepath"
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

// Find looks for the folders of PostgreSQL migrations below root. A folder whose files
// PostgreSQL's parser does not take (an sqlite twin) is not among them.
func Find(root string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // a folder that cannot be read holds no migrations that we could name
		}
		if !d.IsDir() {
			return nil
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if rel != "." && (strings.HasPrefix(d.Name(), ".") || slices.Contains(notSearched, d.Name())) {
			return filepath.SkipDir
		}
		if !otherEngines.MatchString(rel) && !seeds.MatchString(rel) && isMigrations(root, rel) {
			found = append(found, rel)
		}
		return nil
	})
	return found, err
}

func isMigrations(root, rel string) bool {
	files, err := readFolder(root, rel)
	if err != nil {
		return false
	}
	fits, err := fitting(rel, files, "")
	if err != nil || fits == plain && !migrationFolder.MatchString(rel) {
		return false
	}
	return isPostgres(fits, files)
}

// isPostgres parses the folder's migrations; one that holds another engine's DDL decides.
func isPostgres(r *reader, files []file) bool {
	units, bad := 0, 0
	for _, f := range files {
		u, ok := r.unit(f)
		if !ok {
			continue
		}
		units++
		sts, err := pgtree.Parse(pgtree.BlankPsql(u.Text))
		if err != nil || slices.ContainsFunc(sts, func(s pgtree.Statement) bool { return s.Err != nil }) {
			bad++
		}
	}
	return units > 0 && bad*4 <= units
}

// Exists says that a folder is there.
func Exists(root, path string) bool {
	info, err := os.Stat(filepath.Join(root, filepath.FromSlash(path)))
	return err == nil && info.IsDir()
}
