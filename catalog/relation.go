package catalog

import "slices"

// RelKind is pg_class.relkind.
type RelKind byte

// The kinds of relation, as pg_class has them.
const (
	Table       RelKind = 'r'
	Partitioned RelKind = 'p'
	View        RelKind = 'v'
	MatView     RelKind = 'm'
	Sequence    RelKind = 'S'
	Index       RelKind = 'i'
	Composite   RelKind = 'c'
	Foreign     RelKind = 'f'
)

var relKindNames = map[RelKind]string{
	Table: "table", Partitioned: "table", View: "view", MatView: "materialized view",
	Sequence: "sequence", Index: "index", Composite: "composite type", Foreign: "foreign table",
}

func (k RelKind) String() string { return relKindNames[k] }

// Relation is a row of pg_class with its attributes and what hangs on it. A Relation in a
// Schema is never changed; Clone one, change it, and put it back with WithRelation.
type Relation struct {
	// ID stays when it is renamed or moved.
	ID ID
	// Schema and Name are as pg_class has them, not quoted.
	Schema, Name string
	// Kind is pg_class.relkind.
	Kind RelKind
	// Columns are in the order of their numbers, without those that were dropped.
	Columns []Column
	// Open says that there may be columns that we do not know, but none that has a name of Gone, which statements have
	// dropped since.
	Open bool
	Gone []string
	// RowType is the composite type of its rows; 0 for indexes and sequences.
	RowType ID
	// Temp says that the relation lives in the session's temporary schema, DropOnCommit that
	// it goes with the transaction.
	Temp, DropOnCommit bool
	Extension          string

	Constraints []Constraint
	Triggers    []Trigger
	Rules       []Rule
	Policies    []Policy
	RowSecurity bool
	// ForceRowSecurity says that policies hold for the owner too.
	ForceRowSecurity bool
	ACL              ACL
	// Identity is what replicated changes are known by (relreplident): 'd' the primary key,
	// 'i' an index, 'f' the whole row, 'n' nothing; 0 is 'd'.
	Identity      byte
	IdentityIndex ID
	// Clustered is the index that CLUSTER sorts by when it names none.
	Clustered ID

	// Parents are the relations it inherits from or is a partition of.
	Parents []ID
	// PartitionOf says that the one parent is a partitioned table.
	PartitionOf bool
	// PartitionBound is which rows a partition takes, as text.
	PartitionBound string
	// PartitionKey is set on partitioned tables, and PartitionBy: 'l' (list), 'r' (range) or
	// 'h' (hash).
	PartitionKey []IndexKey
	PartitionBy  byte
	// OfType is the composite type that CREATE TABLE … OF names.
	OfType ID

	Index    *IndexDetail
	Sequence *SequenceDetail
	View     *ViewDetail

	nextAttr int16
}

// Opened is a copy that may have any column besides those that are known.
func (r *Relation) Opened() *Relation {
	c := r.Clone()
	c.Open, c.Gone = true, nil
	return c
}

// MayHave says that a column may be there that we do not know.
func (r *Relation) MayHave(column string) bool { return r.Open && !slices.Contains(r.Gone, column) }

// Column is an attribute.
type Column struct {
	// Num is the attribute number: it counts from 1 and is not used again after a drop.
	Num int16
	// Name is what the server calls it.
	Name string
	// Type is ID 0 where it could not be told.
	Type    TypeRef
	NotNull bool
	// Default is nil where there is none; of a generated column it is the expression.
	Default   *Expr
	Generated bool
	// Identity is 0, 'a' (ALWAYS) or 'd' (BY DEFAULT).
	Identity byte
	// Inherited says that a parent has it; Local that the table itself declared it.
	Inherited, Local bool
	// Grants are on the column alone, beside those on the table.
	Grants []Grant
}

// TypeRef is a type with its modifier. ID 0 is a type that could not be told.
type TypeRef struct {
	// ID is that of the type, or of a domain.
	ID ID
	// Mod is the text of the modifier, such as "10,2"; empty for none.
	Mod string
}

// Expr is an expression kept as text, with what it depends on.
type Expr struct {
	// SQL is the text as the server would print it.
	SQL string
	// Deps are what it needs.
	Deps []Dep
}

// Dep is something that must not go: an object, or a column of a relation.
type Dep struct {
	// Class says what ID is looked up in.
	Class Class
	// ID is the relation, type or function.
	ID ID
	// Column is the attribute number, 0 for the object as a whole.
	Column int16
}

// Class says which catalog an ID is looked up in.
type Class byte

// The classes of dependency.
const (
	ClassRelation Class = 'r'
	ClassType     Class = 't'
	ClassFunction Class = 'f'
)

// ConstraintKind is pg_constraint.contype.
type ConstraintKind byte

// The kinds of constraint, as pg_constraint has them.
const (
	Check      ConstraintKind = 'c'
	ForeignKey ConstraintKind = 'f'
	PrimaryKey ConstraintKind = 'p'
	Unique     ConstraintKind = 'u'
	Exclusion  ConstraintKind = 'x'
)

// Constraint is a constraint of a relation or a domain.
type Constraint struct {
	// Name is unique in its relation, or its domain.
	Name string
	// Kind is pg_constraint.contype.
	Kind ConstraintKind
	// Columns are by their numbers; none of a constraint on expressions.
	Columns []int16
	// Expr is the condition of CHECK; nil for others.
	Expr *Expr
	// Index is the one that keeps a key; 0 for others.
	Index ID
	// Deferrable says that it may be checked at the end of the transaction.
	Deferrable bool
	// NotValid says that rows from before may break it.
	NotValid bool
	// NoInherit says that children do not have it.
	NoInherit bool
	// Inherited says that a parent has it; Local that the table itself declared it.
	Inherited, Local bool
	// Ref and RefColumns are what a foreign key points at, RefIndex the index it needs.
	Ref        ID
	RefColumns []int16
	RefIndex   ID
	// OnDelete and OnUpdate are what a foreign key does: 'a' (no action), 'r' (restrict),
	// 'c' (cascade), 'n' (set null), 'd' (set default).
	OnDelete, OnUpdate byte
}

// IndexDetail is what pg_index says.
type IndexDetail struct {
	// Table is the relation that it is on.
	Table ID
	// Keys are in order; Include are the numbers of columns that are only kept.
	Keys    []IndexKey
	Include []int16
	// Unique says that no two rows have the same keys; Primary that it is the primary key.
	Unique  bool
	Primary bool
	// NullsNotDistinct is PostgreSQL 15's option of unique indexes.
	NullsNotDistinct bool
	// Predicate is nil for an index on all rows.
	Predicate *Expr
	// Method is the access method, as btree; Invalid says that building it failed.
	Method  string
	Invalid bool
	// Extensions are those that its operator classes belong to.
	Extensions []string
	// Constraint says that a constraint owns the index.
	Constraint bool
	// Parent is the partitioned index that it is a part of.
	Parent ID
}

// IndexKey is a column (Column > 0) or an expression.
type IndexKey struct {
	// Column is a number, 0 for an expression.
	Column int16
	// Expr is nil for a column.
	Expr *Expr
}

// SequenceDetail is what pg_sequence and its dependencies say.
type SequenceDetail struct {
	// Owner and OwnerColumn are set by OWNED BY, serial and identity.
	Owner       ID
	OwnerColumn int16
	// Identity says that it belongs to an identity column.
	Identity bool
	// Type is that of its numbers.
	Type TypeRef
	// Set says that a statement has put it to a number, Restarts counts the times that one
	// has let it begin again.
	Set      bool
	Restarts int
}

// DefaultPartition is the bound of the partition for all other rows.
const DefaultPartition = "DEFAULT"

// ViewDetail is the definition of a view or materialized view.
type ViewDetail struct {
	// SQL is the query, Deps what it needs.
	SQL  string
	Deps []Dep
	// Base is the one relation that the query reads, if each row of that is behind one of the view's at most;
	// BaseColumns are the columns of it that the view passes on, 0 for an expression. Updatable says that the view is
	// simple enough for INSERT, UPDATE and DELETE to write to Base, whatever the view below it is (rewriteHandler.c,
	// view_query_is_auto_updatable).
	Updatable   bool
	Base        ID
	BaseColumns []int16
	// CheckOption says that what is written has to be seen by the view; Populated that a materialized view has
	// rows.
	CheckOption bool
	Populated   bool
	// SecurityInvoker says that what lies below is read as the one who reads the view, not
	// as its owner.
	SecurityInvoker bool
}

// Trigger is a trigger on a relation.
type Trigger struct {
	// Name is unique in its relation; Function is what it runs.
	Name     string
	Function ID
	// Events holds the letters i, u, d and t.
	Events string
	// Before and InsteadOf say when it runs: after the change if neither.
	Before    bool
	InsteadOf bool
	// Row says that it runs for each row; Columns are those of UPDATE OF, by number.
	Row     bool
	Columns []int16
	// When is its condition; nil for none.
	When *Expr
	// Disabled says that it does not run.
	Disabled bool
	// OldTable and NewTable are what the body calls the rows before and after.
	OldTable, NewTable string
}

// Rule is a rewrite rule other than a view's own.
type Rule struct {
	// Name is unique in its relation.
	Name string
	// Event is the first letter of the statement: i, u, d, or s.
	Event byte
	// Instead says that the statement itself does not run.
	Instead bool
	// Conditional says that it has a WHERE, Returning that an action gives rows back.
	Conditional, Returning, Disabled bool
	// Nothing says that it has no action.
	Nothing bool
	// Deps are what its actions need.
	Deps []Dep
}

// Policy is a row security policy.
type Policy struct {
	// Name is unique in its relation.
	Name string
	// Command is 'r', 'a', 'w', 'd' or '*' (pg_policy.polcmd).
	Command byte
	// Permissive policies are joined with OR, others with AND.
	Permissive bool
	// Roles are whom it is for; the empty one is PUBLIC.
	Roles []string
	// Using says which rows are seen, Check which may be written; nil is none.
	Using, Check *Expr
	// Deps are what its expressions need.
	Deps []Dep
}

// PartitionColumns are the columns that the partition key reads.
func (r *Relation) PartitionColumns() []int16 {
	var out []int16
	for _, k := range r.PartitionKey {
		if k.Column > 0 {
			out = append(out, k.Column)
		}
		if k.Expr == nil {
			continue
		}
		for _, d := range k.Expr.Deps {
			if d.Class == ClassRelation && d.ID == r.ID && d.Column > 0 {
				out = append(out, d.Column)
			}
		}
	}
	return out
}

// Clone returns a copy whose slices can be changed.
func (r *Relation) Clone() *Relation {
	c := *r
	c.Columns = slices.Clone(r.Columns)
	c.Constraints = slices.Clone(r.Constraints)
	c.Triggers = slices.Clone(r.Triggers)
	c.Rules = slices.Clone(r.Rules)
	c.Policies = slices.Clone(r.Policies)
	c.Parents = slices.Clone(r.Parents)
	c.PartitionKey = slices.Clone(r.PartitionKey)
	return &c
}

// AddColumn appends a column and gives it the next attribute number. It changes r, which
// must not be in a Schema yet.
func (r *Relation) AddColumn(c Column) *Column {
	r.nextAttr = max(r.nextAttr, r.lastNum())
	r.nextAttr++
	c.Num = r.nextAttr
	r.Columns = append(r.Columns, c)
	return &r.Columns[len(r.Columns)-1]
}

// DropColumn removes a column; its attribute number is not used again.
func (r *Relation) DropColumn(num int16) {
	r.nextAttr = max(r.nextAttr, r.lastNum())
	r.Columns = slices.DeleteFunc(r.Columns, func(c Column) bool { return c.Num == num })
}

func (r *Relation) lastNum() int16 {
	if len(r.Columns) == 0 {
		return 0
	}
	return r.Columns[len(r.Columns)-1].Num
}

// LastAttr is the highest attribute number ever used; SetLastAttr restores it.
func (r *Relation) LastAttr() int16 { return max(r.nextAttr, r.lastNum()) }

// SetLastAttr makes AddColumn count from n. It changes r.
func (r *Relation) SetLastAttr(n int16) { r.nextAttr = n }

// Column returns the column of that name, nil if there is none.
func (r *Relation) Column(name string) *Column {
	for i := range r.Columns {
		if r.Columns[i].Name == name {
			return &r.Columns[i]
		}
	}
	return nil
}

// ColumnByNum returns the column with that attribute number, nil if there is none.
func (r *Relation) ColumnByNum(num int16) *Column {
	for i := range r.Columns {
		if r.Columns[i].Num == num {
			return &r.Columns[i]
		}
	}
	return nil
}

// Constraint returns the constraint of that name, nil if there is none.
func (r *Relation) Constraint(name string) *Constraint {
	for i := range r.Constraints {
		if r.Constraints[i].Name == name {
			return &r.Constraints[i]
		}
	}
	return nil
}

// HasRows says that the relation can stand in FROM.
func (r *Relation) HasRows() bool { return r.Kind != Index && r.Kind != Composite }

// IsTable says that the relation stores rows or partitions that do.
func (r *Relation) IsTable() bool {
	return r.Kind == Table || r.Kind == Partitioned || r.Kind == Foreign
}

// SystemColumns are the attributes that every table has (heap.c, SysAtt).
var SystemColumns = map[string]TypeRef{
	"tableoid": {ID: OIDOid}, "ctid": {ID: 27}, "xmin": {ID: 28}, "xmax": {ID: 28},
	"cmin": {ID: 29}, "cmax": {ID: 29},
}

// HasSystemColumns says that the relation has the attributes of SystemColumns.
func (r *Relation) HasSystemColumns() bool {
	return r.Kind == Table || r.Kind == Partitioned || r.Kind == Foreign || r.Kind == MatView || r.Kind == Sequence
}
