package goval

import (
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

// asked matches what is asked for the database system.
var asked = regexp.MustCompile(`(?i)dialect|driver|engine|db_?type`)

// postgres matches the name of a constant, or of a type, that stands for PostgreSQL.
var postgres = regexp.MustCompile(`(?i)^(?:postgres(?:ql)?|pgsql|pgx|pg|pq)$|` +
	`(?:^|[a-z_.])Postgres(?:QL|ql)?(?:Dialect|Driver)?$|\.PG$`)

// ofPostgres is the one clause of a switch over the database system that is PostgreSQL's, where all others with a label
// are for other systems: one for timescale, or for a file, runs as well. It is nil for another switch.
func (f *Frame) ofPostgres(list []ast.Stmt, tag string) *ast.CaseClause {
	var own *ast.CaseClause
	asks := asked.MatchString(tag)
	for _, s := range list {
		c, ok := s.(*ast.CaseClause)
		if !ok || fallsThrough(c) {
			return nil
		}
		isPostgres := slices.ContainsFunc(c.List, f.namesPostgres)
		switch {
		case isPostgres && own == nil:
			own = c
		case f.isOtherSystem(c):
			asks = true
		case c.List != nil:
			return nil
		}
	}
	if !asks {
		return nil
	}
	return own
}

// namesPostgres says that a label of a switch stands for PostgreSQL.
func (f *Frame) namesPostgres(e ast.Expr) bool {
	if c := f.pkg.Info.Types[e].Value; c != nil && c.Kind() == constant.String {
		return postgres.MatchString(constant.StringVal(c))
	}
	return postgres.MatchString(types.ExprString(e))
}

// isOtherSystem says that a clause is for other database systems alone.
func (f *Frame) isOtherSystem(s ast.Stmt) bool {
	c, ok := s.(*ast.CaseClause)
	return ok && len(c.List) > 0 && !fallsThrough(c) &&
		!slices.ContainsFunc(c.List, func(e ast.Expr) bool { return !f.namesOtherSystem(e) })
}

// asksSystem matches the name of what says which database system is behind: IsMySQL(), isSqlite, usesPostgres.
var asksSystem = regexp.MustCompile(`(?i)^(?:is|uses?|on|with)_?(?:(sqlite3?|mysql|mariadb|mssql|sqlserver|oracle|clickhouse)|` +
	`(postgres(?:ql)?|pgsql|pg))$`)

// isSystem says whether what a name asks is so, where PostgreSQL is behind; known is false for another name.
func isSystem(name string) (holds, known bool) {
	m := asksSystem.FindStringSubmatch(name)
	if m == nil {
		return false, false
	}
	return m[2] != "", true
}

// otherSystems are the names of database systems that are not PostgreSQL, as drivers and
// settings have them. What runs only with one of them never reaches PostgreSQL.
var otherSystems = map[string]bool{
	"sqlite": true, "sqlite3": true, "sqlite3_extended": true, "mysql": true, "mariadb": true, "mssql": true,
	"sqlserver": true, "azuresql": true, "oracle": true, "godror": true, "clickhouse": true, "spanner": true,
	"duckdb": true, "snowflake": true,
}

// otherSystem matches the name of a constant that is another system.
var otherSystem = regexp.MustCompile(`(?i)(^|[a-z_])(sqlite3?|mysql|mariadb|mssql|sqlserver|clickhouse)(?:dialect|driver)?$`)

// namesOtherSystem says that an expression is a constant with the name of another system.
func (f *Frame) namesOtherSystem(e ast.Expr) bool {
	c := f.pkg.Info.Types[e].Value
	switch {
	case c == nil:
		return false
	case c.Kind() == constant.String:
		return otherSystems[strings.ToLower(constant.StringVal(c))]
	}
	id := named(ast.Unparen(e)) // const ( MySQL System = iota; SQLite; Postgres )
	return id != nil && otherSystem.MatchString(id.Name)
}
