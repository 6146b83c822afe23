package catalog

// Kind says what a name names; it separates the name spaces of PostgreSQL.
type Kind string

// The kinds of name that look-ups and effects speak of.
const (
	KindSchema     Kind = "schema"
	KindRelation   Kind = "relation"
	KindColumn     Kind = "column"
	KindType       Kind = "type"
	KindFunction   Kind = "function"
	KindConstraint Kind = "constraint"
	KindTrigger    Kind = "trigger"
	KindPolicy     Kind = "policy"
	KindRule       Kind = "rule"
	KindLabel      Kind = "enum label"
	KindExtension  Kind = "extension"
	KindCollation  Kind = "collation"
	KindOperator   Kind = "operator"
	KindCast       Kind = "cast"
	KindOpClass    Kind = "opclass"
	KindTSConfig   Kind = "ts_config"
	KindRole       Kind = "role"
	KindSetting    Kind = "setting"
)

// Name is the name of an object. Schema is empty for kinds without one; Sub is the column,
// constraint, trigger or label in the object.
type Name struct {
	// Kind says what is named.
	Kind Kind
	// The parts are not quoted.
	Schema, Name, Sub string
}

// Object is the name without its part.
func (n Name) Object() string {
	if n.Schema == "" {
		return n.Name
	}
	return n.Schema + "." + n.Name
}

func (n Name) String() string {
	if n.Sub == "" {
		return n.Object()
	}
	return n.Object() + "." + n.Sub
}

// Op is what an effect does to a name.
type Op byte

// The operations of effects. A rename is a Remove of the old name with To set, and an Add
// of the new one.
const (
	OpAdd    Op = '+'
	OpRemove Op = '-'
	OpChange Op = '~'
	OpOpaque Op = '?'
	// OpUpgrade is another major version of the server, which can answer any look-up differently.
	OpUpgrade Op = '^'
)

// Effect is a thing that a statement did to the catalog: the name it added, removed or
// changed, or that it could not be modelled. A look-up that touches none of a step's
// effects has the same answer after the step.
type Effect struct {
	// Op says what became of Name.
	Op   Op
	Name Name
	// To is the new name of what was renamed or moved.
	To Name
	// Tag is the command tag of an opaque statement, with the reason.
	Tag string
	// Cascade says that the effect is a consequence: CASCADE, an owned sequence, an index.
	Cascade bool
	// Access says that it takes away what roles may do: a privilege, the ownership, rows.
	Access bool
}

// Origin is the statement of a migration that did something.
type Origin struct {
	// Migration is the name of the unit, File its path in the repository.
	Migration string
	File      string
	// Line and Column are 1-based; Column counts bytes.
	Line, Column int
	// Statement is the text without surrounding white space and comments.
	Statement string
}

// Change is one statement with the states around it.
type Change struct {
	// Origin is where the statement stands, Effects what it did.
	Origin  Origin
	Effects []Effect
	// Before and After are the schema around it.
	Before, After *Schema
}

// Step is what commits at once, and so what an application sees: as a rule one migration.
type Step struct {
	// Migration, Version and File are those of the unit; Version is empty for files without one.
	Migration, Version, File string
	// Changes are in the order in which they run.
	Changes []Change
	// Before and After are what an application sees.
	Before, After *Schema
}
