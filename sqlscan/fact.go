package sqlscan

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// Fact is what an outcome is about: most are names in the text, others what happens at a place
// when the statement runs. Number and Text of its Key tell several at one place apart.
type Fact byte

// The facts.
const (
	// What stands in the text.

	// Named is a relation, column, function, type or role under its name.
	Named Fact = iota
	// Qualifier is the table in table.column.
	Qualifier
	// Declared is the type of a variable of a function; Text is the type or the variable.
	Declared
	// Field is a field of a row; Text is its name where several are at one place.
	Field
	// Literal is a name in a string: that of a regclass, of an argument of has_table_privilege.
	Literal
	// OptionalLiteral is one that may be missing: the argument of to_regclass.
	OptionalLiteral
	// GroupedBy is a name in GROUP BY that the result has too.
	GroupedBy
	// Using is a column of JOIN … USING on the side Text, or the comparison of two columns Text.
	Using
	// NaturalLeft and NaturalRight are the column Text of one side of a NATURAL JOIN.
	NaturalLeft
	NaturalRight
	// Operated is the operator, or the construct with rules for types, that Text names.
	Operated
	// Compared is how DISTINCT, GROUP BY, ORDER BY … tell values apart or sort them; Text is the
	// clause and the column. Its Meaning is a Comparison.
	Compared
	// Malformed is an error of the statement that no name is at fault for; Text tells them apart.
	Malformed
	// ValueCount is an INSERT with more or fewer values than columns.
	ValueCount
	// Unfit is a relation that the command Text does not take as it is.
	Unfit
	// Refused is what the server refuses of a statement that defines an object. Bind does not
	// apply statements: who does adds it.
	Refused

	// What a statement writes.

	// Written is a column in a list of INSERT, in SET, in COPY; Meaning is OwnType where its
	// value is a column of the same type.
	Written
	// Position is the column that the value at a position (Number, from 1) goes to without a list.
	Position
	// Source is the column of a table that a position (Number, from 1) of INSERT … SELECT takes.
	Source
	// CopyColumns is a COPY without a list; its Meaning is a CopyRow.
	CopyColumns
	// LeftOut is a column (Number) without a value; its Meaning is a Filling.
	LeftOut
	// Assigned is a value that goes to the column or variable Text.
	Assigned
	// GeneratedColumn is a written column Text that the server fills in.
	GeneratedColumn
	// ViewColumn is a written column Text of a view that is none of its table's.
	ViewColumn
	// Arbiter is what ON CONFLICT names, or with the Text "any" what it may be.
	Arbiter
	// Skips is a unique index, by its key Text, for which DO NOTHING skips rows.
	Skips
	// Writable is a view that the rewriter must write through; Ruled a relation whose rules keep
	// a command from being run on it.
	Writable
	Ruled

	// What may happen to rows, and to the statement, when it runs.

	// NullGiven is a column (Number) that gets a value which may be NULL.
	NullGiven
	// Required is a NOT NULL column Text that gets no value; Computed one whose expression may
	// give NULL; Populated one that is read out of JSON; SetNull one (Text) of the relation
	// Number that a foreign key sets to NULL.
	Required
	Computed
	Populated
	SetNull
	// CheckOption, CheckConstraint, UniqueKey, References, DomainCheck and CastCheck are checks,
	// by what they demand (Text), which a rename does not change. Referenced is a foreign key of
	// another table, by what it does.
	CheckOption
	CheckConstraint
	UniqueKey
	References
	Referenced
	DomainCheck
	CastCheck
	// OwnBound is the bound of a partition that is written by name, NoPartition a table without
	// a default partition, Partition one (Number) that rows go to; its Meaning is a
	// PartitionBound.
	OwnBound
	NoPartition
	Partition
	// Child is a table (Number) whose rows show in another.
	Child
	// Unpopulated is a materialized view that has no rows yet.
	Unpopulated
	// FiredTrigger, FiredEventTrigger and FiredRule are by the name of the function or rule.
	FiredTrigger
	FiredEventTrigger
	FiredRule
	// SerialSequence is what pg_get_serial_sequence gives; its Meaning is an OwnedSequence.
	SerialSequence
	// ReplicaIdentity is a published table (Number) whose rows have none.
	ReplicaIdentity
	// Privilege is what a role may not do, RowSecurity what policies hide from it, PolicySetting a
	// setting that a policy reads, ReadOnly a session that only reads.
	Privilege
	RowSecurity
	PolicySetting
	ReadOnly

	// What a unique index makes sure of: one row at most. It is noted while it holds.

	// StatementRow is that of SELECT INTO in a function, StrictRow with STRICT.
	StatementRow
	StrictRow
	// SubqueryRow is that of a subquery that is a value, MergedRow that of MERGE for each row of
	// its target, KeyRow that of INSERT … SELECT for each key, UpsertRow with ON CONFLICT DO UPDATE.
	SubqueryRow
	MergedRow
	KeyRow
	UpsertRow
)

// KindStatement is the Kind of what is about a statement as a whole.
const KindStatement catalog.Kind = "statement"

// Key tells the outcomes of a statement apart, in whatever state it is bound: two bindings of one
// statement are compared outcome by outcome.
type Key struct {
	// Start is the 0-based byte where the name, or what is at fault, begins in the source.
	Start int
	Kind  catalog.Kind
	Fact  Fact
	// Number and Text say which of several; what they are depends on the Fact. Nothing is read
	// out of Text.
	Number int64
	Text   string
	// Body is the statement of the body of a function or trigger in which it happens, empty for the
	// statement itself; Inner is the 0-based byte in the source of that statement. Start is then
	// the call's.
	Body  string
	Inner int
}

// Key is that of the outcome.
func (o *Outcome) Key() Key { return Key{o.Start, o.Kind, o.Fact, o.Number, o.Text, o.Body, o.Inner} }

// InText says that the outcome is of a name that stands in the text as itself.
func (o *Outcome) InText() bool { return o.Fact == Named && o.Body == "" }

// Meaning is what an outcome says beside where a name resolves to: one of Comparison, Callee,
// Filling, PartitionBound, OwnedSequence, CopyRow and OwnType.
type Meaning interface{ meaning() }

// Comparison is how an operator, clause or function treats values where types that all have it do
// so differently.
type Comparison struct {
	// By names the order, equality or arithmetic; types of one name can take each other's place.
	By string
	// Labels are those of an enum, in their order.
	Labels []string
}

// Callee is the signature of the function that a call means; only of the project's own.
type Callee string

// FilledBy says what fills a column that gets no value.
type FilledBy byte

// What fills a column.
const (
	ByNothing FilledBy = iota
	// ByNull is one that takes NULL, ByRefusedNull one that does not.
	ByNull
	ByRefusedNull
	ByGenerated
	ByIdentity
	ByDefault
	ByTrigger
)

// Filling is how a column is filled that an INSERT leaves out, or that SET … = DEFAULT gives.
type Filling struct {
	// By is what fills the column.
	By FilledBy
	// When is the condition of the trigger.
	When string
	// Draws says that the numbers of a unique column come from a sequence: from Sequence, which
	// was made to begin anew Restarts times, unless it was set to a number.
	Draws    bool
	Sequence catalog.ID
	Restarts int
}

// PartitionBound is that of a partition, as pg_get_expr writes it.
type PartitionBound string

// OwnedSequence is a sequence that a column owns; the zero value is none.
type OwnedSequence struct {
	// ID and Name are those of the sequence.
	ID   catalog.ID
	Name string
}

// CopyRow is what the rows of a COPY must look like.
type CopyRow struct {
	// From says that rows come in.
	From    bool
	Columns int
	// Header are the names that the first line must have.
	Header []string
}

// OwnType is what is written to a column that has the value's own type: every value fits.
type OwnType struct{}

func (Comparison) meaning()     {}
func (Callee) meaning()         {}
func (Filling) meaning()        {}
func (PartitionBound) meaning() {}
func (OwnedSequence) meaning()  {}
func (CopyRow) meaning()        {}
func (OwnType) meaning()        {}

// Same says that values are treated alike. Enums sort alike as long as the labels that both have
// come in the same order.
func (c Comparison) Same(other Comparison) bool {
	if c.Labels == nil || other.Labels == nil {
		return c.By == other.By && c.Labels == nil && other.Labels == nil
	}
	return slices.Equal(shared(c.Labels, other.Labels), shared(other.Labels, c.Labels))
}

func shared(labels, other []string) []string {
	return slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return !slices.Contains(other, l) })
}
