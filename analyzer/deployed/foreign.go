package deployed

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// otherDatabase and postgres match the names of packages that talk to another database system,
// and of those that talk to PostgreSQL too.
var (
	otherDatabase = regexp.MustCompile(`(?i)sqlite|mysql|mariadb|mssql|sqlserver|clickhouse|cassandra|` +
		`(^|[/_])(oracle|snowflake|duckdb|bigquery)([/_.]|$)`)
	postgres = regexp.MustCompile(`(?i)postgres|pgx|pgsql`)
)

// otherFile matches the names of files that are for another database system alone: mysql.go, users_sqlite.go.
var otherFile = regexp.MustCompile(`(?i)(^|/)([^/]*[_.-])?(sqlite3?|mysql|mariadb|mssql|sqlserver)\.go$`)

// leaveOutOthers takes out the sites of packages, and of files, that are for another database system, such as
// storage/sqlite3 beside storage/postgres, and says so.
func leaveOutOthers(v *usage.Version) {
	left := map[string]int{}
	var order []string
	beside := besidePostgres(v)
	v.Queries = slices.DeleteFunc(v.Queries, func(q usage.Query) bool {
		path := strings.TrimPrefix(q.Site.Package, v.Module)
		what := "package " + q.Site.Package
		if !otherDatabase.MatchString(path) && otherFile.MatchString(q.Site.File) {
			path, what = q.Site.File[strings.LastIndexByte(q.Site.File, '/')+1:], "file "+q.Site.File
		}
		if !otherDatabase.MatchString(path) && !beside[q.Site.Package] || postgres.MatchString(path) {
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

// otherDialect matches what no PostgreSQL takes, and another system does.
var otherDialect = regexp.MustCompile(`(?i)\bAUTO_?INCREMENT\b|^\s*PRAGMA\s|\)\s*ENGINE\s*=\s*\w|` +
	`\bON\s+DUPLICATE\s+KEY\b|` +
	`\bINSERT\s+(?:OR\s+(?:IGNORE|REPLACE|ABORT|FAIL)|IGNORE)\s|^\s*REPLACE\s+INTO\s|\bWITHOUT\s+ROWID\b|` +
	`\bMODIFY\s+COLUMN\b`)

// leaveOutDialects takes out the texts that are for another system by their words, and the sites that send no others,
// and says so: a program that has several systems behind it sends each its own.
func leaveOutDialects(v *usage.Version) {
	left := 0
	var first usage.Site
	v.Queries = slices.DeleteFunc(v.Queries, func(q usage.Query) bool {
		if len(q.Texts) == 0 || len(ownTexts(q)) > 0 {
			return false
		}
		if left++; left == 1 {
			first = q.Site
		}
		return true
	})
	for i, q := range v.Queries {
		v.Queries[i].Texts = ownTexts(q)
	}
	if left > 0 {
		v.Notes = append(v.Notes, usage.Problem{File: first.File, Line: first.Line,
			Message: fmt.Sprintf("SQL of another database system: call sites that send no other (%d) are left out", left)})
	}
}

// ownTexts are the texts of a site that are not for another system.
func ownTexts(q usage.Query) []sqltext.Text {
	other := func(t sqltext.Text) bool {
		return otherDialect.MatchString(t.SQL) && sqltext.Parse(t, q.Style).Err != nil
	}
	if !slices.ContainsFunc(q.Texts, other) {
		return q.Texts
	}
	return slices.DeleteFunc(slices.Clone(q.Texts), other)
}

// cockroach matches the packages of a system that takes PostgreSQL's protocol and another SQL. A program for it alone
// may as well run on PostgreSQL; one that has a package for each does not.
var cockroach = regexp.MustCompile(`(?i)(^|/)(crdb|cockroach(db)?)(/|$)`)

// besidePostgres are the packages for such a system that stand beside one for PostgreSQL.
func besidePostgres(v *usage.Version) map[string]bool {
	packages := map[string]bool{}
	for _, q := range v.Queries {
		packages[q.Site.Package] = true
	}
	out := map[string]bool{}
	for p := range packages {
		at := cockroach.FindStringIndex(p)
		if at == nil {
			continue
		}
		parent := p[:at[0]] + "/"
		for other := range packages {
			rest, below := strings.CutPrefix(other, parent)
			first, _, _ := strings.Cut(rest, "/")
			out[p] = out[p] || below && postgres.MatchString("/"+first)
		}
	}
	return out
}
