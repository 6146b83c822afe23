// Package truth compares what a program sends while its own tests run with what is extracted
// from its code.
//
//	proof truth-prepare DRIVER CHECKOUT OUT   a copy of the driver that records, and OUT/truth.mod
//	proof truth RECORD CHECKOUT       recall, and what is missed
//	proof mutation RECORD CHECKOUT DSN    every column dropped in turn: which recorded statements fail,
//	                                      and which are said to
//
// DSN names a database that has the schema of the project; nothing stays changed in it. After
// the first command the project's tests run, built with -modfile=OUT/truth.mod, with
// TRUTH_RECORD (a file) and TRUTH_MODULE (the prefix of the project's packages) set.
package truth

import (
	"context"
	"flag"
	"regexp"

	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
)

// Prepare makes a copy of a driver that records, and OUT/truth.mod.
func Prepare() kit.Proof {
	return kit.Proof{Name: "truth-prepare", Args: "DRIVER CHECKOUT OUT",
		Summary: "a driver that records what a program sends",
		Min:     3, Max: 3,
		Run: func(_ context.Context, _ kit.Flags, args []string) error { return prepare(args[1], args[0], args[2]) }}
}

// Compare says what of a record is extracted, and what is missed.
func Compare() kit.Proof {
	var t given
	return kit.Proof{Name: "truth", Args: "RECORD CHECKOUT",
		Summary: "what a program sent while its tests ran against what is extracted", Min: 2, Max: 2, Own: t.flags,
		Run: func(_ context.Context, _ kit.Flags, args []string) error {
			o, err := t.options()
			if err != nil {
				return err
			}
			return compare(args[1], args[0], o)
		}}
}

// Mutate drops every column in turn, and compares which recorded statements fail and which are said to.
func Mutate() kit.Proof {
	var t given
	return kit.Proof{Name: "mutation", Args: "RECORD CHECKOUT DSN",
		Summary: "every column dropped: what the server refuses then against what is said", Min: 3, Max: 3, Own: t.flags,
		Run: func(_ context.Context, _ kit.Flags, args []string) error {
			o, err := t.options()
			if err != nil {
				return err
			}
			return mutate(args[1], args[0], args[2], o)
		}}
}

// given are the options as they are given: regular expressions.
type given struct{ notDeployed, generated string }

func (t *given) flags(fs *flag.FlagSet) {
	fs.StringVar(&t.notDeployed, "not-deployed", `(^|/)(migrat|tests?/)`,
		"files that are migrations or are imported by tests alone, as a regular expression")
	fs.StringVar(&t.generated, "generated", `^$`,
		"files whose calls are their callers', as those that ent generates, as a regular expression")
}

// options say which statements count.
type options struct{ notDeployed, generated *regexp.Regexp }

func (t *given) options() (o options, err error) {
	if o.notDeployed, err = regexp.Compile(t.notDeployed); err != nil {
		return o, err
	}
	o.generated, err = regexp.Compile(t.generated)
	return o, err
}
