// Package usage holds what code sends to a database, as plain values that can be written
// down at release time and judged later: the texts of each call with the position of every
// byte, and the site. It knows no Go and no schema.
package usage

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Version is what one build of one service sends.
type Version struct {
	// Name is what people call it; Source is git, manifest, sql or worktree.
	Name     string `json:"name"`
	Source   string `json:"source"`
	Revision string `json:"revision,omitempty"`
	Module   string `json:"module,omitempty"`
	Tool     string `json:"tool,omitempty"`
	Go       string `json:"go,omitempty"`
	// Constraints are the build tags, GOOS, GOARCH and CGO_ENABLED of the build.
	Constraints string `json:"constraints,omitempty"`
	// Drivers are those of database/sql that the program brings; empty if that is not known.
	Drivers []string `json:"drivers,omitempty"`
	// PlanMode is how pgx keeps plans, if the code sets one mode for all.
	PlanMode PlanMode `json:"plan_mode,omitempty"`
	// Unlowered are the calls of libraries that are not understood; UsesDatabase says that a package imports one
	// that sends SQL.
	Unlowered    []Unlowered `json:"unlowered,omitempty"`
	UsesDatabase bool        `json:"uses_database,omitempty"`
	// Migrations are those that the version carries, by version and digest.
	Migrations []Migration `json:"migrations,omitempty"`
	// ErrorNames are the names of constraints that the code compares errors with.
	ErrorNames []ErrorName `json:"error_names,omitempty"`
	// Models are the structs that an ORM makes tables of, used or not.
	Models []Model `json:"models,omitempty"`
	// Made is the schema that libraries make of models when the program asks them to;
	// MadeUnknown are the places where they make more.
	Made        []Made    `json:"made,omitempty"`
	MadeUnknown []Problem `json:"made_unknown,omitempty"`
	Queries     []Query   `json:"-"`
	// GoUnits are the migrations that are Go code.
	GoUnits []GoUnit `json:"go_migrations,omitempty"`
	// Errors are problems that make the list of queries incomplete; Notes others.
	Errors []Problem `json:"errors,omitempty"`
	Notes  []Problem `json:"notes,omitempty"`
}

// Unlowered are calls of a library whose SQL is not known.
type Unlowered struct {
	// Library is the path of its packages up to where it differs, Packages counts those that call it.
	Library  string `json:"library"`
	Packages int    `json:"packages"`
	// Calls counts chains of calls, each once.
	Calls int `json:"calls"`
}

// Migration identifies a migration that a version carries.
type Migration struct {
	// Set is the path of the folder, with slashes; Version and Name are as the tool has them.
	Set     string `json:"set"`
	Version string `json:"version"`
	Name    string `json:"name"`
	// Digest is that of the content.
	Digest string `json:"digest"`
	// Text is what runs, where it is known and the migration can be gone or edited in the next version. A manifest
	// keeps that of a migration alone which runs again whenever it has changed, and of a Base: the script beside the
	// migrations that makes a whole schema in an empty database, whose Name is its file.
	Text string `json:"text,omitempty"`
	Base bool   `json:"base,omitempty"`
}

// Problem is something that went wrong at a place; Line is 0 where there is none.
type Problem struct {
	// Message is for people.
	Message string `json:"message"`
	// File is a path in the repository, empty for none; Line is 1-based, 0 for the file as a whole.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// Query is what one call site sends.
type Query struct {
	// Site is the call that sends it.
	Site Site `json:"site"`
	// Texts are the variants that the call can send.
	Texts []sqltext.Text `json:"texts,omitempty"`
	// Combined says that several parts of the text vary by themselves: the texts have all that can
	// stand in each part, and not every combination.
	Combined bool `json:"combined,omitempty"`
	// Guessed says that the call is of a function that is not known, and is taken to send what looks like a statement.
	Guessed bool `json:"guessed,omitempty"`
	// Lowered says that a library makes the texts of calls or declarations: no reader of the
	// code has seen them.
	Lowered bool `json:"lowered,omitempty"`
	// Style is that of the placeholders, if the API fixes one.
	Style sqltext.Style `json:"style,omitempty"`
	// Reason says why nothing is known, when Texts is empty.
	Reason string `json:"reason,omitempty"`
	// Driver is the driver whose own API the call is: pgx5 or pgx4; empty for database/sql.
	Driver string `json:"driver,omitempty"`
	// Args are the values for $1, $2 …; empty if they are not known.
	Args []Arg `json:"args,omitempty"`
	// Consumers are what the code does with the rows, as far as Reading says.
	Reading   Reading    `json:"reading,omitempty"`
	Consumers []Consumer `json:"consumers,omitempty"`
	// Kept says that the call prepares a statement that lives as long as the process, or the
	// connection.
	Kept bool `json:"kept,omitempty"`
	// PlanMode is how the driver keeps the plan, if the call says so.
	PlanMode PlanMode `json:"plan_mode,omitempty"`
	// Live is false for a site that nothing reaches.
	Live bool `json:"live"`
	// Migration is set for sites inside a list of Go migrations: they have run.
	Migration *GoMigration `json:"migration,omitempty"`
}

// ErrorName is the name of a constraint that the code compares the server's errors with.
type ErrorName struct {
	// Name is that of a constraint, as the code has it.
	Name string `json:"name"`
	// Site is where it is compared.
	Site Site `json:"site"`
	// Live is false for code that nothing reaches.
	Live bool `json:"live"`
}

// Model is a struct that an ORM makes a table of.
type Model struct {
	// Type is the name of the struct, Table that of the table with its schema, if it has one.
	Type    string        `json:"type"`
	Table   string        `json:"table"`
	Place   sqltext.Run   `json:"place"`
	Columns []ModelColumn `json:"columns,omitempty"`
}

// ModelColumn is a column that a field declares.
type ModelColumn struct {
	// Name is that of the column, not quoted; Place is the field that declares it.
	Name  string      `json:"name"`
	Place sqltext.Run `json:"place"`
}

// Made is a part of the schema that a library makes of models when the program asks it to: a
// part that is not there yet, by its name.
type Made struct {
	// Library is gorm, ent or bun.
	Library string   `json:"library"`
	Kind    MadeKind `json:"kind"`
	// Schema is that of the table, if it is named; Name is that of the column, constraint or
	// index.
	Schema string `json:"schema,omitempty"`
	Table  string `json:"table"`
	Name   string `json:"name,omitempty"`
	// SQL makes it; that of a table makes its columns too.
	SQL string `json:"sql"`
	// Column is set for a column.
	Column *MadeColumn `json:"column,omitempty"`
	// DropColumns and DropIndexes say of a table that those go that are not declared any more.
	DropColumns bool `json:"drop_columns,omitempty"`
	DropIndexes bool `json:"drop_indexes,omitempty"`
	// Place is where the model declares it; Call is the file of the call that makes it, with the
	// call's line and column.
	Place      sqltext.Run `json:"place"`
	Call       string      `json:"call"`
	CallLine   int         `json:"call_line,omitempty"`
	CallColumn int         `json:"call_column,omitempty"`
}

// IfMissing is SQL that makes the part, and does nothing where it is there already.
func (m Made) IfMissing() string {
	switch m.Kind {
	case MadeTable:
		return ifNotExists.ReplaceAllString(m.SQL, "${1} IF NOT EXISTS ")
	case MadeIndex:
		return ifNotExists.ReplaceAllString(m.SQL, "${1} IF NOT EXISTS ")
	case MadeColumns:
		return "ALTER TABLE " + m.Relation() + " ADD COLUMN IF NOT EXISTS " + Quote(m.Name) + " " + m.Column.Definition()
	case MadeUnique, MadeCheck, MadeForeignKey:
		return "ALTER TABLE " + m.Relation() + " DROP CONSTRAINT IF EXISTS " + Quote(m.Name) + "; " + m.SQL
	}
	return m.SQL
}

var ifNotExists = regexp.MustCompile(`^(CREATE (?:UNIQUE )?(?:TABLE|INDEX(?: CONCURRENTLY)?))(?: IF NOT EXISTS)? `)

// Relation is the name of the table as SQL.
func (m Made) Relation() string {
	if m.Schema == "" {
		return Quote(m.Table)
	}
	return Quote(m.Schema) + "." + Quote(m.Table)
}

// Quote is a name as SQL has it, whatever it holds.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// MadeKind is a kind of parts of a schema.
type MadeKind string

// The kinds, in the order in which they are made.
const (
	MadeTable      MadeKind = "table"
	MadeColumns    MadeKind = "column"
	MadeUnique     MadeKind = "unique"
	MadeCheck      MadeKind = "check"
	MadeForeignKey MadeKind = "foreign key"
	MadeIndex      MadeKind = "index"
	// MadeChange alters what is there, which only migrations do.
	MadeChange MadeKind = "change"
	// MadeElsewhere is what the models read, and the library makes only if it is a table as well.
	MadeElsewhere MadeKind = "elsewhere"
)

// MadeColumn is what a column is defined to be.
type MadeColumn struct {
	// Type is SQL.
	Type string `json:"type"`
	// Default is SQL, empty for none.
	Default string `json:"default,omitempty"`
	NotNull bool   `json:"not_null,omitempty"`
	// Fixed says that the library leaves a column as it is that is there already.
	Fixed bool `json:"fixed,omitempty"`
}

// Definition is the column without its name, as SQL.
func (c MadeColumn) Definition() string {
	sql := c.Type
	if c.NotNull {
		sql += " NOT NULL"
	}
	if c.Default != "" {
		sql += " DEFAULT " + c.Default
	}
	return sql
}

// MadeTypes is the schema, which PostgreSQL does not have, of the types of columns that are not
// known.
const MadeTypes = `"go"`

// GoMigration is the place of a statement in migrations that are Go code.
type GoMigration struct {
	// List and Index are those of its GoUnit; Step, from 1, orders the statements of one.
	List  string `json:"list"`
	Index int    `json:"index"`
	Step  int    `json:"step,omitempty"`
	// Down says that it is no statement of a migration up: it takes one back, or stands in code
	// of which the migrations have copies.
	Down bool `json:"down,omitempty"`
}

// GoUnit is a migration that is Go code. What it sends are the queries with its List and Index.
type GoUnit struct {
	// List is the variable or the package of the migrations, Index the place of one in it.
	List  string `json:"list"`
	Index int    `json:"index"`
	// Tool runs them, empty for the program itself; Version is what it keeps of one, empty for
	// the index.
	Tool    string      `json:"tool,omitempty"`
	Version string      `json:"version,omitempty"`
	Name    string      `json:"name,omitempty"`
	Place   sqltext.Run `json:"place"`
	// Alone says that each statement commits by itself.
	Alone bool `json:"alone,omitempty"`
	// Unknown are the steps of which nothing is known.
	Unknown []UnknownStep `json:"unknown,omitempty"`
}

// UnknownStep is a step of a migration of which nothing is known.
type UnknownStep struct {
	// Step is the number of the step, from 1.
	Step int `json:"step"`
	// Reason is why it is not known.
	Reason string `json:"reason"`
	// Place is where it stands.
	Place sqltext.Run `json:"place"`
}

// Site is where a call stands. File is slash-separated and relative to the repository;
// Line and Column are 1-based, Column in bytes.
type Site struct {
	// File is a path in the repository with slashes.
	File string `json:"file"`
	// Line and Column are 1-based; Column counts bytes.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Function is as people write it: F, T.F or (*T).F.
	Function string `json:"function,omitempty"`
	// API is the full name of the function that is called.
	API string `json:"api"`
	// Package is an import path.
	Package string `json:"package,omitempty"`
	// FunctionKey names the function across packages while liveness is computed.
	FunctionKey string `json:"-"`
}

// Sound says what is wrong with a query that a file holds, which anybody may have written: offsets
// stand in their texts, in order.
func (q Query) Sound() error {
	for i, t := range q.Texts {
		ats := map[string][]int{}
		for _, h := range t.Holes {
			ats["hole"] = append(ats["hole"], h.At)
		}
		for _, r := range t.Runs {
			ats["run"] = append(ats["run"], r.At)
		}
		for what, list := range ats {
			if !slices.IsSorted(list) || list[0] < 0 || list[len(list)-1] > len(t.SQL) {
				return fmt.Errorf("a %s of text %d stands outside of it", what, i+1)
			}
		}
		for _, d := range t.Declared {
			if d.At < 0 || d.At > len(t.SQL) {
				return fmt.Errorf("a declaration of text %d stands outside of it", i+1)
			}
		}
	}
	return nil
}
