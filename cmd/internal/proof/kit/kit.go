// Package kit is what the proofs on real projects have in common: what one is, and the flags that
// mean the same in all.
package kit

import (
	"context"
	"errors"
	"flag"
)

// Proof compares what we say with what is so, on real projects, or measures what it costs.
type Proof struct {
	Name, Args, Summary string
	// Min and Max are how many arguments it takes; Max is 0 for any number.
	Min, Max int
	// Own adds the flags that it has alone; nil for none.
	Own func(*flag.FlagSet)
	Run func(ctx context.Context, f Flags, args []string) error
}

// Flags are those that mean the same in all proofs; not each takes each.
type Flags struct {
	// Verbose prints every case that is not as it should be.
	Verbose bool
	// Rev is a revision of the project, Packages are patterns with commas between them, Schema is a
	// file, as pg_dump -s writes it.
	Rev, Packages, Schema string
	// Only runs what has this text in its name.
	Only string
}

// Add adds the shared flags.
func (f *Flags) Add(fs *flag.FlagSet) {
	fs.BoolVar(&f.Verbose, "v", false, "print every case that is not as it should be")
	fs.StringVar(&f.Rev, "rev", "HEAD", "revision of the project")
	fs.StringVar(&f.Packages, "packages", "./...", "packages of the project, separated by commas")
	fs.StringVar(&f.Schema, "schema", "", "schema `FILE`, as pg_dump -s writes")
	fs.StringVar(&f.Only, "only", "", "run what has this text in its name")
}

// ErrDisagrees is the end of a proof that has run and does not hold.
var ErrDisagrees = errors.New("it does not hold")
