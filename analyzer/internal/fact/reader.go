package fact

import (
	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// Reads is what a function, or a stretch of code, does with rows.
type Reads struct {
	Readers []Reader
	// Open says that other code may read them too; Returned that the function gives them
	// back; Kept that a statement is kept for as long as the process lives.
	Open, Returned, Kept bool
	// Asks says that the code looks at the columns of the rows before it reads them.
	Asks bool
}

// Add joins two.
func (r *Reads) Add(more Reads) {
	r.Readers = append(r.Readers, more.Readers...)
	r.Open, r.Returned, r.Kept, r.Asks = r.Open || more.Open, r.Returned || more.Returned, r.Kept || more.Kept, r.Asks ||
		more.Asks
}

// Reader is code that reads rows, as far as the function that it stands in tells.
type Reader struct {
	// Consumer is complete if From is Here; else its destinations depend on the call.
	Consumer usage.Consumer
	How      dbapi.How
	From     From
	// Index is the 0-based argument or type argument that From names; Parameter, of a
	// function that is called with rows, its parameter that they are given in.
	Index, Parameter int
}

// From says what the destinations of a Reader depend on.
type From byte

// The places that destinations come from: the function itself, an argument, a type
// argument, a function given as argument.
const (
	Here From = iota
	Argument
	TypeArgument
	Function
)
