// Package settings holds what other packages set. It sends nothing.
package settings

var Table = "users"

var Columns = []string{"id", "name"}

var Where = func(column string) string { return column + " = $1" }

// Described is what is known of a table.
type Described struct {
	Name    string
	Columns []string
	Big     bool
}

// Rename is called on one of them.
func (t *Described) Rename(name string) { t.Name = name }

var (
	Users   = Described{Name: "users", Columns: []string{"id", "name"}}
	Teams   = Described{Name: "teams", Columns: []string{"id", "title"}, Big: true}
	Changed = Described{Name: "changed"}
	Renamed = Described{Name: "renamed"}
)

// Untouched is set by nobody.
var Untouched = "audit"
