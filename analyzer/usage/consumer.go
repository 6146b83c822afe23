package usage

// Reading says how much is known of the code that reads the rows of a query.
type Reading string

// The readings: nothing is known; Consumers are all; Consumers are some of them.
const (
	UnknownReading Reading = ""
	AllReading     Reading = "all"
	SomeReading    Reading = "some"
)

// Consumer is code that takes the rows of a query into Go values.
type Consumer struct {
	// API is the function that reads a row. File, Line and Column are where it is called,
	// as in Site.
	API    string `json:"api"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	// Match says how columns find their destinations.
	Match Match `json:"match"`
	// Extra says what a column without a destination does, Missing what a destination
	// without a column does.
	Extra   Policy `json:"extra,omitempty"`
	Missing Policy `json:"missing,omitempty"`
	Dests   []Dest `json:"dests,omitempty"`
	// Through is the library that reads columns into fields by its own rules: gorm, bun; empty
	// if the driver does.
	Through string `json:"through,omitempty"`
	// Unsure says why the code may behave in another way; empty if it cannot.
	Unsure string `json:"unsure,omitempty"`
}

// Match is how columns find their destinations.
type Match string

// The matches. A map takes any columns, which the code then asks for by name.
const (
	ByPosition Match = "position"
	ByName     Match = "name"
	IntoMap    Match = "map"
)

// Policy is what happens to what has no counterpart.
type Policy string

// The policies.
const (
	Ignored Policy = ""
	Refused Policy = "refused"
)

// Dest is a Go value that takes a column.
type Dest struct {
	// Name is the column's, of a destination that is found by name; Fold says how it is
	// compared.
	Name string `json:"name,omitempty"`
	Fold Fold   `json:"fold,omitempty"`
	// Type is the Go type: basic types and slices of them by their names, whatever they are
	// called in the code; struct for one without methods; else the import path and name.
	Type string `json:"type,omitempty"`
	// Declared is the field of a struct that it is.
	Declared Declared `json:"declared,omitzero"`
}

// Declared is where something is declared: the 1-based Line and the 1-based Column, in bytes,
// of File.
type Declared struct {
	// File is a path in the repository; Line and Column are 1-based, in bytes.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Fold is how names of columns are compared.
type Fold string

// The comparisons: as they are, without case, without case and underscores.
const (
	Exact         Fold = ""
	NoCase        Fold = "case"
	NoUnderscores Fold = "underscores"
)

// PlanMode is how a driver keeps the plans of statements.
type PlanMode string

// The modes of pgx: prepared statements (its default), their descriptions alone, nothing.
const (
	CachesStatements  PlanMode = "statements"
	CachesDescription PlanMode = "descriptions"
	KeepsNothing      PlanMode = "nothing"
)

// Arg is a Go value that is sent as a parameter.
type Arg struct {
	// Type is the Go type, as in Dest; empty if it is not known.
	Type string `json:"type,omitempty"`
	// Values are the texts that it can be, if there are few: all of them if Known, else the
	// constants of its type.
	Values []string `json:"values,omitempty"`
	Known  bool     `json:"known,omitempty"`
}
