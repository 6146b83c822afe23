package migration

import (
	"cmp"
	"regexp"
	"strings"
)

// tool is what one migration tool makes of a folder and of its version table.
type tool struct {
	name string
	// sure says that a file can only be this tool's.
	sure func(file) bool
	// unit reads a file; false if it is none of the tool's migrations up.
	unit func(file) (Unit, bool)
	// plan reads the folder as a whole, where a file by itself does not tell; instead of unit.
	plan    func(*folder, *Set) error
	compare func(x, y Unit) int
	// sent is how the tool sends a unit; nil where that is not known.
	sent func(Unit) Sending
	// session says that all that one run of the tool runs is run in one session, which it does not reset: a connection of
	// its own. Those that write their table without its schema there fail themselves where search_path is changed.
	session bool
	// deep says that the tool reads folders within the folder as well.
	deep bool
	// unique says that the tool takes no folder in which a version stands twice.
	unique bool
	// templates says that the files are templates of text/template.
	templates bool
	history   history
}

// tools are in the order in which they are asked; the last one takes what nobody else takes.
var tools = []tool{
	{
		// github.com/golang-migrate/migrate/v4, source/parse.go
		name:    "golang-migrate",
		sure:    func(f file) bool { return golangMigrate.MatchString(f.name) },
		unit:    golangMigrateUnit,
		sent:    whole,
		session: true,
		compare: byNumber,
		unique:  true,
		history: history{table: "schema_migrations", columns: "version::text, '', '', '', dirty", position: true,
			rule: golangMigrateRule},
	},
	{
		// github.com/pressly/goose/v3, internal/sqlparser/parser.go
		name:    "goose",
		sure:    func(f file) bool { return gooseUp.MatchString(f.text) },
		unit:    gooseUnit,
		sent:    transaction,
		compare: byNumber,
		unique:  true,
		history: history{table: "goose_db_version", columns: "version_id::text, '', '', '', false",
			where: "version_id > 0 order by id", rule: gooseRule},
	},
	{
		// github.com/rubenv/sql-migrate, sqlparse/sqlparse.go
		name:    "sql-migrate",
		sure:    func(f file) bool { return sqlMigrateUp.MatchString(f.text) },
		unit:    sqlMigrateUnit,
		sent:    transaction,
		compare: sqlMigrateOrder,
		history: history{table: "gorp_migrations", columns: "id, id, '', '', false", rule: sqlMigrateRule},
	},
	{
		// github.com/amacneil/dbmate/v2, pkg/dbmate/migration.go
		name:    "dbmate",
		sure:    func(f file) bool { return dbmateUp.MatchString(f.text) },
		unit:    dbmateUnit,
		sent:    transactionOrWhole,
		compare: byFile,
		history: history{table: "schema_migrations", columns: "version::text, '', '', '', false",
			rule: each(byVersion, "dbmate runs it all the same, unless it is told to be strict")},
	},
	{
		// github.com/jackc/tern/v2, migrate/migrate.go
		name:      "tern",
		sure:      func(f file) bool { return strings.Contains(f.text, ternSeparator) },
		unit:      ternUnit,
		sent:      transactionOrWhole,
		compare:   byNumber,
		templates: true,
		history: history{table: "schema_version", columns: "version::text, '', '', '', false", position: true,
			rule: ternRule},
	},
	{
		// ariga.io/atlas/sql/migrate, dir.go; its own naming, not those of the other tools that it
		// can read.
		name:    "atlas",
		sure:    func(f file) bool { return f.name == atlasSum },
		unit:    atlasUnit,
		compare: byFile,
		// It stands in the schema of the URL, if that names one.
		history: history{schema: "atlas_schema_revisions", table: "atlas_schema_revisions", anywhere: true,
			columns: "version, description, hash, applied::text, applied < total",
			where:   `version <> '.atlas_cloud_identifier' order by version collate "C"`, rule: atlasRule},
	},
	{
		// org.flywaydb.core, internal/resource/ResourceNameParser.java
		name:    "flyway",
		sure:    func(f file) bool { return flywayName.MatchString(f.name) },
		unit:    flywayUnit,
		compare: flywayOrder,
		deep:    true,
		history: history{table: "flyway_schema_history",
			columns: "coalesce(version, ''), script, coalesce(checksum::text, ''), type, not success",
			where:   "true order by installed_rank", rule: flywayRule},
	},
	{
		// App::Sqitch::Plan
		name:    "sqitch",
		sure:    func(f file) bool { return f.name == sqitchPlan },
		plan:    readSqitch,
		compare: inOrder,
		history: history{schema: "sqitch", table: "changes",
			columns: "change_id, change, coalesce(script_hash, ''), project, false", where: "true order by committed_at",
			rule: sqitchRule},
	},
	{
		// github.com/uptrace/bun/migrate, migrations.go
		name:    "bun",
		sure:    func(f file) bool { return bunSplit.MatchString(f.text) || strings.HasSuffix(f.name, ".tx.up.sql") },
		unit:    bunUnit,
		sent:    wholeOrTransaction,
		compare: func(x, y Unit) int { return strings.Compare(x.Version, y.Version) },
		deep:    true,
		history: history{table: "bun_migrations", columns: "name, '', '', '', false",
			rule: each(byVersion, "bun runs it all the same")},
	},
	{
		// github.com/go-pg/migrations/v8, collection.go
		name:    "go-pg",
		sure:    func(f file) bool { return gopgSplit.MatchString(f.text) },
		unit:    gopgUnit,
		sent:    wholeOrTransaction,
		compare: byNumber,
		unique:  true,
		history: history{table: "gopg_migrations", columns: "version::text, '', '', '', false",
			where: "true order by id desc limit 1", position: true, rule: afterNumber},
	},
	{
		// github.com/gobuffalo/pop/v6, migrator.go
		name:      "pop",
		sure:      func(f file) bool { return strings.HasSuffix(f.name, ".up.fizz") || popDialect.MatchString(f.name) },
		unit:      popUnit,
		compare:   func(x, y Unit) int { return strings.Compare(x.Version, y.Version) },
		deep:      true,
		templates: true,
		history: history{table: "schema_migration", columns: "version::text, '', '', '', false",
			rule: each(byVersion, "pop runs it all the same")},
	},
	{
		// github.com/maragudk/migrate, migrate.go: any name, ordered as text; its pattern
		// takes any character before "up".
		name:    "maragudk",
		sure:    func(file) bool { return false },
		unit:    maragudkUnit,
		compare: func(x, y Unit) int { return strings.Compare(x.Name, y.Name) },
		history: history{table: "migrations", columns: "version::text, '', '', '', false", position: true, rule: afterName},
	},
	{
		// github.com/go-gormigrate/gormigrate/v2, gormigrate.go: in Go alone.
		name:    "gormigrate",
		sure:    func(file) bool { return false },
		unit:    none,
		compare: inOrder,
		history: history{table: "migrations", columns: "id::text, '', '', '', false",
			rule: each(byVersion, "gormigrate runs it all the same")},
	},
	{
		// Lists of functions that a program runs itself.
		name:    Go,
		sure:    func(file) bool { return false },
		unit:    none,
		compare: inOrder,
		history: history{rule: each(byAny, "whether it will be run is not known")},
	},
	{
		// Folders of versions, each with files.
		name:    Folders,
		sure:    func(file) bool { return false },
		plan:    readVersions,
		compare: inOrder,
		history: history{rule: each(byAny, "whether it will be run is not known")},
	},
	{
		// Numbered files without marks, run in the order of their numbers.
		name:    Own,
		sure:    func(file) bool { return false },
		unit:    plainUnit,
		compare: byNumberThenName,
		history: history{rule: each(byAny, "whether it will be run is not known")},
	},
}

// Own is the format of migrations that a project runs itself.
const Own = "plain"

var plain = &tools[len(tools)-1]

// How tools send: as one text (multiStatementEnabled is off, postgres.go); in a transaction, statement by statement
// without one (goose's provider, sql-migrate's migrate.go); in a transaction, as one text without one (dbmate, tern).
func whole(Unit) Sending { return SentWhole }

func transaction(u Unit) Sending {
	if u.NoTransaction {
		return SentApart
	}
	return SentInTransaction
}

func transactionOrWhole(u Unit) Sending {
	if u.NoTransaction {
		return SentWhole
	}
	return SentInTransaction
}

// wholeOrTransaction is for names with .tx. in them; other texts are sent in parts, each as one text.
func wholeOrTransaction(u Unit) Sending {
	if strings.HasSuffix(u.File, transactional) {
		return SentInTransaction
	}
	return SentApart
}

// none and inOrder are for migrations that are no files.
func none(file) (Unit, bool) { return Unit{}, false }

func inOrder(Unit, Unit) int { return 0 }

func toolNamed(name string) *tool {
	for i := range tools {
		if tools[i].name == name {
			return &tools[i]
		}
	}
	return nil
}

func byFile(x, y Unit) int { return strings.Compare(baseFile(x.File), baseFile(y.File)) }

func byNumber(x, y Unit) int { return compareNumbers(x.Version, y.Version) }

func byNumberThenName(x, y Unit) int { return cmp.Or(byNumber(x, y), strings.Compare(x.File, y.File)) }

// sqlMigrateOrder is that of the numbers that names begin with; names without one come last
// (migrate.go, Migration.Less).
func sqlMigrateOrder(x, y Unit) int {
	a, b := digits.FindString(baseFile(x.File)), digits.FindString(baseFile(y.File))
	switch {
	case a != "" && b != "":
		return cmp.Or(compareNumbers(a, b), byFile(x, y))
	case a != "":
		return -1
	case b != "":
		return 1
	}
	return byFile(x, y)
}

func baseFile(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

var golangMigrate = regexp.MustCompile(`^([0-9]+)_(.*)\.(up|down)\.sql$`)

func golangMigrateUnit(f file) (Unit, bool) {
	m := golangMigrate.FindStringSubmatch(f.name)
	if m == nil || m[3] != "up" {
		return Unit{}, false
	}
	u := Unit{Version: m[1], Name: m[1] + "_" + m[2], File: f.path, Text: f.text}
	if f.raw != f.text {
		u.Refused, u.RefusedLine = "the file begins with a byte order mark, which golang-migrate sends (SQLSTATE 42601)", 1
	}
	return u, true
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
// takes no version more than once, and no underscore before "up".
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

// transactional is what bun's and go-pg's names say: without it every part commits by itself.
const transactional = ".tx.up.sql"

var (
	bunName  = regexp.MustCompile(`^(\d{1,14})_([0-9a-z_\-]+)\.(?:.*\.)?up\.sql$`)
	bunSplit = regexp.MustCompile(`(?m)^--bun:split\r?$`)

	gopgName  = regexp.MustCompile(`^(\d+)_.*\.up\.sql$`)
	gopgSplit = regexp.MustCompile(`(?m)^--gopg:split\r?$`)
)

func bunUnit(f file) (Unit, bool) { return splitUnit(f, bunName, bunSplit) }

func gopgUnit(f file) (Unit, bool) { return splitUnit(f, gopgName, gopgSplit) }

// splitUnit reads a file whose parts are sent, and commit, one by one.
func splitUnit(f file, name, split *regexp.Regexp) (Unit, bool) {
	m := name.FindStringSubmatch(f.name)
	if m == nil {
		return Unit{}, false
	}
	base := strings.TrimSuffix(strings.TrimSuffix(f.name, ".up.sql"), ".tx")
	u := Unit{Version: m[1], Name: base, File: f.path, Text: f.text}
	if !strings.HasSuffix(f.name, transactional) {
		for _, at := range split.FindAllStringIndex(f.text, -1) {
			u.Commits = append(u.Commits, at[0])
		}
	}
	return u, true
}

var (
	popName    = regexp.MustCompile(`^(\d+)_([^.]+)(\.[a-z0-9]+)?\.up\.(sql|fizz)$`)
	popDialect = regexp.MustCompile(`^\d+_[^.]+\.(postgres|postgresql|pg|mysql|mariadb|sqlite3|sqlite|cockroach|cockroachdb|crdb)\.up\.(sql|fizz)$`)
	popOurs    = regexp.MustCompile(`^(|\.all|\.postgres|\.postgresql|\.pg)$`)
)

func popUnit(f file) (Unit, bool) {
	m := popName.FindStringSubmatch(f.name)
	if m == nil || !popOurs.MatchString(m[3]) {
		return Unit{}, false
	}
	u := Unit{Version: m[1], Name: m[1] + "_" + m[2], File: f.path, Text: f.text}
	if m[4] == "fizz" {
		u.Unknown = []Unknown{{0, "migrations in fizz are not understood"}}
		u.Text = blank(u.Text, 0, len(u.Text))
	}
	return u, true
}

var numbered = regexp.MustCompile(`^[Vv]?([0-9]+)(?:[_.\-].*)?\.sql$|^[A-Za-z_.\-]*?([0-9]+)\.sql$`)

// notUp are the endings of files that go with a plain migration and are none.
var notUp = regexp.MustCompile(`(?i)([._-](down|rollback|undo|revert)|[._-]seeds?|[._-]test)\.sql$`)

// otherTwin matches the names of files for another database system beside PostgreSQL's: 2021-01-01-a-sqlite.sql.
var otherTwin = regexp.MustCompile(`(?i)[._-](sqlite3?|mysql|mariadb|mssql|sqlserver)(\.up)?\.sql$`)

func plainUnit(f file) (Unit, bool) {
	m := numbered.FindStringSubmatch(f.name)
	if m == nil || notUp.MatchString(f.name) || otherTwin.MatchString(f.name) || sqlcQuery.MatchString(f.text) {
		return Unit{}, false
	}
	return Unit{Version: m[1] + m[2], Name: baseName(f.name), File: f.path, Text: f.text}, true
}

var sqlcQuery = regexp.MustCompile(`(?m)^\s*--\s*name:\s*\w+\s*:(one|many|exec|execrows|execresult|execlastid|copyfrom|batch\w+)\b`)

var digits = regexp.MustCompile(`^[0-9]+`)

// leadingNumber is the version in a file name; a name without one is its own version.
func leadingNumber(name string) string {
	if n := digits.FindString(name); n != "" {
		return n
	}
	return baseName(name)
}

func baseName(name string) string { return strings.TrimSuffix(name, ".sql") }

// compareNumbers orders texts of digits by value.
func compareNumbers(x, y string) int {
	x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
	if c := cmp.Compare(len(x), len(y)); c != 0 {
		return c
	}
	return strings.Compare(x, y)
}
