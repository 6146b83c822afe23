// Package drivertype tells into which Go types a driver reads a column, from which it sends a
// parameter, and what a CopyFrom does that knows the old type of a column. The tables are
// measured: the programs values and copies of testdata/consumers ask the drivers with a real
// server, and a test keeps the two the same.
package drivertype

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed table.tsv
var tableText string

//go:embed copies.tsv
var copiesText string

// Conversion says whether a value goes over.
type Conversion byte

// The conversions: not measured, always, never, depending on the value.
const (
	Unmeasured Conversion = iota
	Always
	Never
	Depends
)

var fits = map[byte]Conversion{'+': Always, '-': Never, '?': Depends, '.': Unmeasured}

type key struct{ driver, goType, pgType string }

type cell struct {
	value, null, send Conversion
	// holds is the Go type of the value, for the Go type any.
	holds string
}

var table = sync.OnceValue(func() map[key]cell {
	out := map[key]cell{}
	var goTypes []string
	for i, line := range strings.Split(strings.TrimSpace(tableText), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 {
			goTypes = f[3:]
			continue
		}
		for n, c := range f[3:] {
			out[key{f[0], goTypes[n], f[1]}] = cell{fits[c[0]], fits[c[1]], fits[c[2]], f[2]}
		}
	}
	return out
})

// Standard are the measured drivers of database/sql.
var Standard = []string{"pgx5/stdlib", "pgx4/stdlib", "pq"}

// Through is the name of a driver with a library that reads columns into fields.
func Through(driver, library string) string {
	if driver == "pgx5" || driver == "pgx4" {
		driver += "/stdlib"
	}
	return driver + "+" + library
}

// Read says whether values, and NULL, of a type of PostgreSQL are read into a Go type, which
// is named as usage.Dest has it. A pointer takes NULL, and what it points to takes values.
func Read(driver, goType, pgType string) (value, null Conversion) {
	if elem, ok := strings.CutPrefix(goType, "*"); ok {
		value, _ := Read(driver, elem, pgType)
		if value == Unmeasured {
			return Unmeasured, Unmeasured
		}
		return value, Always
	}
	c := table()[key{driver, goType, pgType}]
	return c.value, c.null
}

// Send says whether values of a Go type are sent as a parameter of a type of PostgreSQL.
func Send(driver, goType, pgType string) Conversion {
	return table()[key{driver, strings.TrimLeft(goType, "*"), pgType}].send
}

// Holds is the Go type that a value of any is, for a type of PostgreSQL; empty if that is not
// measured.
func Holds(driver, pgType string) string { return table()[key{driver, "any", pgType}].holds }

// The outcomes of Copy that are no SQLSTATE.
const (
	Copied   = "ok"
	Corrupts = "corrupts"
)

// Copy says what pgx's CopyFrom does on a connection that has copied before the type of a
// column changed: Copied, Corrupts, or an SQLSTATE; empty if it is not measured.
func Copy(from, to string) string { return copies()[[2]string{from, to}] }

var copies = sync.OnceValue(func() map[[2]string]string {
	out := map[[2]string]string{}
	for line := range strings.Lines(copiesText) {
		f := strings.Fields(line)
		out[[2]string{f[0], f[1]}] = f[2]
	}
	return out
})
