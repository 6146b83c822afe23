package deployed

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// otherDatabase and postgres match the names of packages that talk to another database system,
// and of those that talk to PostgreSQL too.
var (
	otherDatabase = regexp.MustCompile(`(?i)sqlite|mysql|mariadb|mssql|sqlserver`)
	postgres      = regexp.MustCompile(`(?i)postgres|pgx|pgsql`)
)

// otherFile matches the names of files that are for another database system alone: mysql.go, users_sqlite.go.
var otherFile = regexp.MustCompile(`(?i)(^|/)([^/]*[_.-])?(sqlite3?|mysql|mariadb|mssql|sqlserver)\.go$`)

// leaveOutOthers takes out the sites of packages, and of files, that are for another database system, such as
// storage/sqlite3 beside storage/postgres, and says so.
func leaveOutOthers(v *usage.Version) {
	left := map[string]int{}
	var order []string
	v.Queries = slices.DeleteFunc(v.Queries, func(q usage.Query) bool {
		path := strings.TrimPrefix(q.Site.Package, v.Module)
		what := "package " + q.Site.Package
		if !otherDatabase.MatchString(path) && otherFile.MatchString(q.Site.File) {
			path, what = q.Site.File[strings.LastIndexByte(q.Site.File, '/')+1:], "file "+q.Site.File
		}
		if !otherDatabase.MatchString(path) || postgres.MatchString(path) {
			return false
		}
		if left[what] == 0 {
			order = append(order, what)
		}
		left[what]++
		return true
	})
	for _, what := range order {
		v.Notes = append(v.Notes, usage.Problem{Message: fmt.Sprintf("%s is for another database system by "+
			"its name: its call sites (%d) are left out", what, left[what])})
	}
}
