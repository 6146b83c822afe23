package impact

import (
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
)

// Rule names a kind of finding.
type Rule string

// Verdict says what happens.
type Verdict string

// Level says how bad it is.
type Level string

// The verdicts.
const (
	Breaks         Verdict = "breaks"
	Corrupts       Verdict = "corrupts"
	Transient      Verdict = "transient"
	MayBreak       Verdict = "may-break"
	NeedsMigration Verdict = "needs-migration"
)

// The levels, the worst first.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelInfo    Level = "info"
)

// The rules.
const (
	UndefinedTable     Rule = "undefined-table"
	UndefinedColumn    Rule = "undefined-column"
	UndefinedFunction  Rule = "undefined-function"
	UndefinedType      Rule = "undefined-type"
	UndefinedObject    Rule = "undefined-object"
	AmbiguousColumn    Rule = "ambiguous-column"
	AmbiguousFunction  Rule = "ambiguous-function"
	RequiredColumn     Rule = "required-column"
	GeneratedColumn    Rule = "generated-column"
	NoArbiter          Rule = "no-arbiter"
	ColumnCount        Rule = "column-count"
	TypeMismatch       Rule = "type-mismatch"
	EnumLabel          Rule = "enum-label"
	Rebinds            Rule = "rebinds"
	ResultShape        Rule = "result-shape"
	CachedPlan         Rule = "cached-plan"
	WriteCheck         Rule = "write-check"
	Privilege          Rule = "privilege"
	MigrationFails     Rule = "migration-fails"
	NeedsMigrationRule Rule = "needs-migration"
	NeverRuns          Rule = "never-runs"
)

// rules is the closed table of findings with the safe way to make each change.
var rules = map[Rule]string{
	UndefinedTable: "Deploy code that no longer uses the table, wait until no old version runs, then drop or " +
		"rename it. For a rename, leave a view under the old name in the same transaction.",
	UndefinedColumn: "Deploy code that no longer names the column, wait until no old version runs, then drop " +
		"it. For a rename: add the new column, write both, move readers over, then drop the old one.",
	UndefinedFunction: "Keep the old function beside the new one until no deployed code calls it.",
	UndefinedType:     "Keep the old type until no deployed code names it.",
	UndefinedObject:   "Keep the old object until no deployed code names it.",
	AmbiguousColumn:   "Qualify the column in the deployed code first, then add the new column.",
	AmbiguousFunction: "Give the new function another name, or cast the arguments in the deployed code first.",
	RequiredColumn: "Add the column as nullable or with a default, deploy code that writes it, then set NOT " +
		"NULL and drop the default.",
	GeneratedColumn: "Deploy code that no longer writes the column, then make it generated.",
	NoArbiter: "Create the new unique index before the old one goes, and keep the old one until no " +
		"deployed ON CONFLICT names its columns.",
	ColumnCount:  "List the columns in the deployed code first.",
	TypeMismatch: "Add a column of the new type, write both, move readers over, then drop the old one.",
	EnumLabel:    "Keep the old label until no deployed code sends it.",
	Rebinds:      "Qualify the name in the deployed code first.",
	ResultShape:  "List the columns in the deployed code first, in place of a star.",
	CachedPlan: "Change the type when little is sent, or deploy code first that casts the column to its " +
		"old type; close connections and prepared statements once the migration has run.",
	WriteCheck: "Check that what the deployed code writes passes, before the change; add the constraint " +
		"NOT VALID and validate it once no old version runs.",
	Privilege: "Grant the application's role what it needs in the same transaction as the change.",
	MigrationFails: "Mend the migration: PostgreSQL refuses this statement in the state that the migrations " +
		"before it leave.",
	NeverRuns: "Give the migration a version behind those that deployed versions carry, or say -pending all if none of " +
		"them has run.",
	NeedsMigrationRule: "Run the migration before this code is deployed.",
}

// Rules lists all rules.
func Rules() []Rule {
	out := make([]Rule, 0, len(rules))
	for r := range rules {
		out = append(out, r)
	}
	return out
}

// Advice is the safe way to make the change.
func (r Rule) Advice() string { return rules[r] }

// bySQLSTATE gives the rule of an error whose SQLSTATE says it all.
var bySQLSTATE = map[string]Rule{
	"42P01": UndefinedTable, "42703": UndefinedColumn, "42883": UndefinedFunction, "3F000": UndefinedObject,
	"42702": AmbiguousColumn, "42725": AmbiguousFunction, "23502": RequiredColumn, "428C9": GeneratedColumn,
	"42601": ColumnCount, "42804": TypeMismatch, "42846": TypeMismatch, "22P02": TypeMismatch, "42809": UndefinedObject,
	"23514": WriteCheck, "23505": WriteCheck, "23503": WriteCheck, "23P01": WriteCheck, "P0001": WriteCheck,
	"": WriteCheck, "42501": Privilege, "22003": TypeMismatch, "22007": TypeMismatch, "42P08": TypeMismatch,
	"42P18": TypeMismatch, "42712": AmbiguousColumn, "55000": NoArbiter,
}

func ruleFor(o sqlscan.Outcome) Rule {
	switch {
	case o.Fact == sqlscan.FiredTrigger:
		return WriteCheck // Whatever SQLSTATE it raises.
	case o.SQLSTATE == "42725":
		return AmbiguousFunction
	case o.Kind == catalog.KindOperator:
		return TypeMismatch
	case o.SQLSTATE == "22P02" && o.Enum:
		return EnumLabel
	case o.SQLSTATE == "42704" && o.Kind == catalog.KindType:
		return UndefinedType
	case o.SQLSTATE == "42P10" && o.Kind == catalog.KindConstraint:
		return NoArbiter
	case o.SQLSTATE == "42P10" && o.Fact == sqlscan.GeneratedColumn:
		return GeneratedColumn
	case o.SQLSTATE == "42P10":
		return ColumnCount
	}
	if r, ok := bySQLSTATE[o.SQLSTATE]; ok {
		return r
	}
	return UndefinedObject
}
