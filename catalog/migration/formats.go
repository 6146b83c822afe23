package migration

import (
	"regexp"
	"strings"
)

// reader is what one migration tool makes of a file.
type reader struct {
	name string
	// sure says that the file can only be this tool's.
	sure func(file) bool
	// unit reads the file; false if it is none of the tool's migrations up.
	unit    func(file) (Unit, bool)
	compare func(x, y Unit) int
	// table is where the tool keeps which migrations have run; the tool makes it itself.
	table string
}

// VersionTable is the table in which the tool of a format keeps which migrations have run;
// none for files that a project runs itself.
func VersionTable(format string) []string {
	for _, r := range readers {
		if r.name == format && r.table != "" {
			return []string{r.table}
		}
	}
	return nil
}

var readers = []reader{
	{
		// github.com/golang-migrate/migrate/v4, source/parse.go
		name:    "golang-migrate",
		sure:    func(f file) bool { return golangMigrate.MatchString(f.name) },
		unit:    golangMigrateUnit,
		compare: byNumber,
		table:   "schema_migrations",
	},
	{
		// github.com/pressly/goose/v3, internal/sqlparser/parser.go
		name:    "goose",
		sure:    func(f file) bool { return gooseUp.MatchString(f.text) },
		unit:    func(f file) (Unit, bool) { return marked(f, gooseUp, gooseDown, gooseNoTransaction) },
		compare: byNumber,
		table:   "goose_db_version",
	},
	{
		// github.com/rubenv/sql-migrate, sqlparse/sqlparse.go
		name:    "sql-migrate",
		sure:    func(f file) bool { return sqlMigrateUp.MatchString(f.text) },
		unit:    func(f file) (Unit, bool) { return marked(f, sqlMigrateUp, sqlMigrateDown, sqlMigrateNoTransaction) },
		compare: byNumberThenName,
		table:   "gorp_migrations",
	},
	{
		// github.com/amacneil/dbmate/v2, pkg/dbmate/migration.go
		name:    "dbmate",
		sure:    func(f file) bool { return dbmateUp.MatchString(f.text) },
		unit:    func(f file) (Unit, bool) { return marked(f, dbmateUp, dbmateDown, dbmateNoTransaction) },
		compare: func(x, y Unit) int { return strings.Compare(x.File, y.File) },
		table:   "schema_migrations",
	},
	{
		// github.com/jackc/tern/v2, migrate/migrate.go
		name:    "tern",
		sure:    func(f file) bool { return strings.Contains(f.text, ternSeparator) },
		unit:    ternUnit,
		compare: byNumber,
		table:   "schema_version",
	},
	{
		// github.com/maragudk/migrate, migrate.go: any name, ordered as text; its pattern
		// takes any character before "up".
		name:    "maragudk",
		sure:    func(file) bool { return false },
		unit:    maragudkUnit,
		compare: func(x, y Unit) int { return strings.Compare(x.Name, y.Name) },
		table:   "migrations",
	},
	{
		// Numbered files without marks, run in the order of their numbers.
		name:    "plain",
		sure:    func(file) bool { return false },
		unit:    plainUnit,
		compare: byNumberThenName,
	},
}

var plain = &readers[len(readers)-1]

func byNumber(x, y Unit) int { return compareNumbers(x.Version, y.Version) }

func byNumberThenName(x, y Unit) int {
	if c := byNumber(x, y); c != 0 {
		return c
	}
	return strings.Compare(x.File, y.File)
}

var golangMigrate = regexp.MustCompile(`^([0-9]+)_(.*)\.(up|down)\.sql$`)

func golangMigrateUnit(f file) (Unit, bool) {
	m := golangMigrate.FindStringSubmatch(f.name)
	if m == nil || m[3] != "up" {
		return Unit{}, false
	}
	return Unit{Version: m[1], Name: m[1] + "_" + m[2], File: f.path, Text: f.text}, true
}

var maragudk = regexp.MustCompile(`^([\w-]+).(up|down).sql$`)

func maragudkUnit(f file) (Unit, bool) {
	m := maragudk.FindStringSubmatch(f.name)
	if m == nil || m[2] != "up" {
		return Unit{}, false
	}
	return Unit{Version: m[1], Name: m[1], File: f.path, Text: f.text}, true
}

// likeGolangMigrate says that files which look like golang-migrate's cannot be: that tool
// takes no version twice, and no underscore before "up".
func likeGolangMigrate(files []file) bool {
	seen := map[string]bool{}
	for _, f := range files {
		u, ok := golangMigrateUnit(f)
		if ok && seen[u.Version] || !ok && maragudk.MatchString(f.name) && !golangMigrate.MatchString(f.name) {
			return true
		}
		seen[u.Version] = true
	}
	return false
}

var (
	gooseUp            = regexp.MustCompile(`(?mi)^\s*--\s*\+goose\s+up\b.*$`)
	gooseDown          = regexp.MustCompile(`(?mi)^\s*--\s*\+goose\s+down\b.*$`)
	gooseNoTransaction = regexp.MustCompile(`(?mi)^\s*--\s*\+goose\s+no\s+transaction\b`)

	sqlMigrateUp            = regexp.MustCompile(`(?m)^\s*--\s*\+migrate\s+Up\b.*$`)
	sqlMigrateDown          = regexp.MustCompile(`(?m)^\s*--\s*\+migrate\s+Down\b.*$`)
	sqlMigrateNoTransaction = regexp.MustCompile(`(?m)^\s*--\s*\+migrate\s+Up\b.*\bnotransaction\b`)

	dbmateUp            = regexp.MustCompile(`(?m)^\s*--\s*migrate:up\b.*$`)
	dbmateDown          = regexp.MustCompile(`(?m)^\s*--\s*migrate:down\b.*$`)
	dbmateNoTransaction = regexp.MustCompile(`(?m)^\s*--\s*migrate:up\b.*\btransaction:\s*false\b`)

	numbered = regexp.MustCompile(`^[Vv]?([0-9]+)(?:[_.\-].*)?\.sql$|^[A-Za-z_.\-]*?([0-9]+)\.sql$`)
)

// marked reads a file whose parts are told apart by comments.
func marked(f file, up, down, noTransaction *regexp.Regexp) (Unit, bool) {
	at := up.FindStringIndex(f.text)
	number := leadingNumber(f.name)
	if at == nil {
		return Unit{}, false
	}
	end := len(f.text)
	if d := down.FindStringIndex(f.text); d != nil && d[0] > at[0] {
		end = d[0]
	} else if d != nil { // down stands first
		return Unit{Version: number, Name: baseName(f.name), File: f.path, Text: blank(f.text, 0, at[0]), NoTransaction: noTransaction.MatchString(f.text)}, true
	}
	text := blank(blank(f.text, 0, at[0]), end, len(f.text))
	return Unit{Version: number, Name: baseName(f.name), File: f.path, Text: text, NoTransaction: noTransaction.MatchString(f.text)}, true
}

// blank replaces text[from:to] by spaces and keeps the lines.
func blank(text string, from, to int) string {
	b := []byte(text)
	for i := from; i < to; i++ {
		if b[i] != '\n' && b[i] != '\r' {
			b[i] = ' '
		}
	}
	return string(b)
}

var digits = regexp.MustCompile(`^[0-9]+`)

// leadingNumber is the version in a file name; a name without one is its own version.
func leadingNumber(name string) string {
	if n := digits.FindString(name); n != "" {
		return n
	}
	return baseName(name)
}

func baseName(name string) string { return strings.TrimSuffix(name, ".sql") }

const ternSeparator = "---- create above / drop below ----"

func ternUnit(f file) (Unit, bool) {
	number := digits.FindString(f.name)
	if number == "" {
		return Unit{}, false
	}
	text := f.text
	if i := strings.Index(text, ternSeparator); i >= 0 {
		text = blank(text, i, len(text))
	}
	noTx := strings.Contains(text, "---- tern: disable-tx ----")
	return Unit{Version: number, Name: baseName(f.name), File: f.path, Text: text, NoTransaction: noTx}, true
}

// notUp are the endings of files that go with a plain migration and are none.
var notUp = regexp.MustCompile(`(?i)([._-](down|rollback|undo|revert)|[._-]seeds?|[._-]test)\.sql$`)

func plainUnit(f file) (Unit, bool) {
	m := numbered.FindStringSubmatch(f.name)
	if m == nil || notUp.MatchString(f.name) || sqlcQuery.MatchString(f.text) {
		return Unit{}, false
	}
	return Unit{Version: m[1] + m[2], Name: baseName(f.name), File: f.path, Text: f.text}, true
}

var sqlcQuery = regexp.MustCompile(`(?m)^\s*--\s*name:\s*\w+\s*:(one|many|exec|execrows|execresult|execlastid|copyfrom|batch\w+)\b`)
