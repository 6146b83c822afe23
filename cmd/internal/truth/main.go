// Command truth compares what a program sends while its own tests run with what is extracted
// from its code.
//
//	truth prepare DRIVER CHECKOUT OUT   a copy of the driver that records, and OUT/truth.mod
//	truth compare RECORD CHECKOUT       recall, and what is missed
//	truth mutate RECORD CHECKOUT DSN    every column dropped in turn: which recorded statements fail, and which are said to
//
// DSN names a database that has the schema of the project; nothing stays changed in it. After
// the first command the project's tests run, built with -modfile=OUT/truth.mod, with
// TRUTH_RECORD (a file) and TRUTH_MODULE (the prefix of the project's packages) set.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
)

func main() {
	notDeployed := flag.String("not-deployed", `(^|/)(migrat|tests?/)`,
		"files that are migrations or are imported by tests alone, as a regular expression")
	generated := flag.String("generated", `^$`,
		"files whose calls are their callers', as those that ent generates, as a regular expression")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: truth [-not-deployed RE] [-generated RE] prepare DRIVER CHECKOUT OUT | compare RECORD CHECKOUT | mutate RECORD CHECKOUT DSN")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(flag.Args(), *notDeployed, *generated); err != nil {
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(2)
	}
}

// options say which statements count.
type options struct{ notDeployed, generated *regexp.Regexp }

func run(args []string, notDeployed, generated string) error {
	var o options
	var err error
	if o.notDeployed, err = regexp.Compile(notDeployed); err != nil {
		return err
	}
	if o.generated, err = regexp.Compile(generated); err != nil {
		return err
	}
	switch {
	case len(args) == 4 && args[0] == "prepare":
		return prepare(args[2], args[1], args[3])
	case len(args) == 3 && args[0] == "compare":
		return compare(args[2], args[1], o)
	case len(args) == 4 && args[0] == "mutate":
		return mutate(args[2], args[1], args[3], o)
	}
	flag.Usage()
	return fmt.Errorf("no such command")
}
