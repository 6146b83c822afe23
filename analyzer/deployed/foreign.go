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

// leaveOutOthers takes out the sites of packages that are for another database system, such as
// storage/sqlite3 beside storage/postgres, and says so.
func leaveOutOthers(v *usage.Version) {
	left := map[string]int{}
	var order []string
	v.Queries = slices.DeleteFunc(v.Queries, func(q usage.Query) bool {
		path := strings.TrimPrefix(q.Site.Package, v.Module)
		if !otherDatabase.MatchString(path) || postgres.MatchString(path) {
			return false
		}
		if left[q.Site.Package] == 0 {
			order = append(order, q.Site.Package)
		}
		left[q.Site.Package]++
		return true
	})
	for _, pkg := range order {
		v.Notes = append(v.Notes, usage.Problem{Message: fmt.Sprintf("package %s is for another database system by "+
			"its name: its call sites (%d) are left out", pkg, left[pkg])})
	}
}
