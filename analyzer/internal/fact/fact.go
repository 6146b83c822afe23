// Package fact holds the facts that functions carry from package to package: that a
// parameter is sent as SQL, that a result is this text, that a constant is this text, and what
// is done with rows.
package fact

import (
	"fmt"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Fact is what is known of a function, constant or variable. It is encoded with gob.
type Fact struct {
	Sinks []Sink
	// Sent is what the function does with the rows of what it sends for its callers; Params
	// what it does with rows in a parameter, by the parameter's index.
	Sent    Reads
	Params  map[int]Reads
	Results []goval.Value
	// Effects are what it does to what it is given; nil for nothing.
	Effects *goval.Effects
	// Text is the value of a constant or variable: a text, a builder, or a list of texts.
	Text goval.Value
}

// With is a copy of the fact whose values are changed.
func (f *Fact) With(change func(goval.Value) goval.Value) *Fact {
	out := *f
	out.Text, out.Effects = change(f.Text), f.Effects.With(change)
	out.Sinks, out.Results = nil, nil
	for _, s := range f.Sinks {
		s.Text = change(s.Text)
		out.Sinks = append(out.Sinks, s)
	}
	for _, r := range f.Results {
		out.Results = append(out.Results, change(r))
	}
	return &out
}

// Sink is a text that a function sends, made of its parameters.
type Sink struct {
	Text  goval.Value
	API   string
	Style sqltext.Style
	// Driver is the driver whose own API sends it, if it is not one of database/sql.
	Driver string
	// Args are the values of its parameters; of a function that passes on its own last
	// parameter, PassesOn is set and they are the caller's.
	Args     []usage.Arg
	PassesOn bool
	// Own says that the function is a site itself: a call of it is one only when it gives a
	// builder that has something in it.
	Own bool
	// Reader is what a library does with the rows itself.
	Reader *usage.Consumer
}

// AFact marks Fact as a fact of go/analysis.
func (*Fact) AFact() {}

func (f *Fact) String() string {
	return fmt.Sprintf("schemavet(%d sinks, %d results, %d pieces of text)", len(f.Sinks), len(f.Results), len(f.Text))
}
