package extract

import "github.com/schemavet/schemavet/analyzer/internal/goval"

// Writes are what the packages of a program set of each other's variables and fields.
type Writes = goval.Writes

// NewWrites has none.
func NewWrites() *Writes { return goval.NewWrites() }
