// Command proof runs the proofs on real projects: what we say compared with what PostgreSQL, a
// migration tool or a running program says, and what it costs.
//
//	proof NAME [flags] ARGUMENTS
//
// proof without a name lists them. The exit status is 1 where a proof does not hold, 2 where it
// could not be run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/schemavet/schemavet/cmd/internal/proof/bench"
	"github.com/schemavet/schemavet/cmd/internal/proof/coverage"
	"github.com/schemavet/schemavet/cmd/internal/proof/differential"
	"github.com/schemavet/schemavet/cmd/internal/proof/engine"
	"github.com/schemavet/schemavet/cmd/internal/proof/figures"
	"github.com/schemavet/schemavet/cmd/internal/proof/first"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/cmd/internal/proof/migrated"
	"github.com/schemavet/schemavet/cmd/internal/proof/regress"
	"github.com/schemavet/schemavet/cmd/internal/proof/replay"
	"github.com/schemavet/schemavet/cmd/internal/proof/sample"
	"github.com/schemavet/schemavet/cmd/internal/proof/scale"
	"github.com/schemavet/schemavet/cmd/internal/proof/sqlcdata"
	"github.com/schemavet/schemavet/cmd/internal/proof/truth"
)

func proofs() []kit.Proof {
	return []kit.Proof{differential.Proof(), coverage.Proof(), coverage.Table(), sample.Proof(), truth.Prepare(),
		truth.Compare(), truth.Mutate(), replay.Proof(), migrated.Proof(), regress.Proof(), sqlcdata.Proof(),
		engine.Proof(), scale.Proof(), bench.Proof(), figures.Proof(), first.Proof()}
}

func main() {
	if len(os.Args) > 1 {
		for _, p := range proofs() {
			if p.Name == os.Args[1] {
				os.Exit(run(p, os.Args[2:]))
			}
		}
	}
	fmt.Fprintln(os.Stderr, "usage: proof NAME [flags] ARGUMENTS")
	for _, p := range proofs() {
		fmt.Fprintf(os.Stderr, "  %-14s %-28s %s\n", p.Name, p.Args, p.Summary)
	}
	os.Exit(2)
}

// run runs a proof and gives the exit status.
func run(p kit.Proof, args []string) int {
	fs := flag.NewFlagSet(p.Name, flag.ExitOnError)
	fs.Usage = func() {
		fmt.Fprintf(fs.Output(), "usage: proof %s [flags] %s\n%s\n", p.Name, p.Args, p.Summary)
		fs.PrintDefaults()
	}
	var f kit.Flags
	f.Add(fs)
	if p.Own != nil {
		p.Own(fs)
	}
	fs.Parse(args)
	if fs.NArg() < p.Min || p.Max > 0 && fs.NArg() > p.Max {
		fs.Usage()
		return 2
	}
	err := p.Run(context.Background(), f, fs.Args())
	switch {
	case errors.Is(err, kit.ErrDisagrees):
		fmt.Fprintf(os.Stderr, "proof %s: %v\n", p.Name, err)
		return 1
	case err != nil:
		fmt.Fprintf(os.Stderr, "proof %s: %v\n", p.Name, err)
		return 2
	}
	return 0
}
