package catalog

// HistoryTable is where a migration tool keeps what has run, in the database itself.
type HistoryTable struct {
	// Tool is the tool's name, for messages.
	Tool string
	// Schema is that of the table, empty for one on a search path that is not known; Anywhere says
	// that the table may stand in another schema than that.
	Schema, Name string
	Anywhere     bool
	// Given says that somebody named the table: it must be there.
	Given bool
	// Columns are, as SQL, the fields of Ran; Where is the rest of the query, empty for all rows.
	Columns, Where string
}

// Ran is a row of the table: a migration that has run.
type Ran struct {
	// Version and Name are as the tool writes them; either may be empty.
	Version, Name string
	// Digest is that of the file as the tool computes it, Kind what else the tool notes.
	Digest, Kind string
	// Failed says that it did not end.
	Failed bool
}

// History is what the table says. Without one (Table is empty) nothing has run.
type History struct {
	// Table is its name as SQL.
	Table string
	// Rows are in the order in which they ran, as far as the table tells.
	Rows []Ran
}

// Unfollowed is an object of which a state may say something else than the server does, since an applied migration
// could not be followed.
type Unfollowed struct {
	Object    Name
	Migration string
}
