// Package settings holds what other packages set. It sends nothing.
package settings

var Table = "users"

var Columns = []string{"id", "name"}

var Where = func(column string) string { return column + " = $1" }

// Untouched is set by nobody.
var Untouched = "audit"
