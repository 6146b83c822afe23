// Package sample draws references at random from checkouts of real projects: places of live
// code that name a relation, column, type or function, with what each is bound to. People
// look the drawn ones up and write down which are right (testdata/sample/references.tsv).
package sample

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
)

// Proof draws references, or looks those up that were drawn.
func Proof() kit.Proof {
	var seed uint64
	n, drawn := 200, ""
	return kit.Proof{Name: "sample", Args: "CHECKOUT …",
		Summary: "references drawn at random, to be looked up by people", Min: 1,
		Own: func(fs *flag.FlagSet) {
			fs.Uint64Var(&seed, "seed", 0, "what the choice begins with; printed, so that it can be repeated")
			fs.IntVar(&n, "n", n, "how many references")
			fs.StringVar(&drawn, "check", "",
				"a `FILE` of references that were drawn and looked up: are they still what they were?")
		},
		Run: func(_ context.Context, _ kit.Flags, args []string) error { return run(seed, max(n, 1), drawn, args) }}
}

func run(seed uint64, n int, check string, dirs []string) error {
	var all []string
	for _, dir := range dirs {
		lines, err := references(dir)
		if err != nil {
			return err
		}
		all = append(all, lines...)
	}
	if check != "" {
		return compare(check, all)
	}
	r := rand.New(rand.NewPCG(seed, 0))
	r.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	drawn := all[:min(n, len(all))]
	slices.Sort(drawn)
	fmt.Printf("# seed %d: %d of %d references of %d projects\n", seed, len(drawn), len(all), len(dirs))
	for _, line := range drawn {
		fmt.Println(line)
	}
	return nil
}

// compare looks the references of a file up among those of today. The last field of a line is
// what people found.
func compare(file string, all []string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	now := map[string]bool{}
	for _, line := range all {
		now[line] = true
	}
	right, wrong, changed := 0, 0, 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		i := strings.LastIndexByte(line, '\t')
		switch verdict := strings.TrimSpace(line[i+1:]); {
		case !now[line[:max(i, 0)]]:
			changed++
			fmt.Printf("not found any more: %s\n", line[:max(i, 0)])
		case verdict == "right":
			right++
		default:
			wrong++
			fmt.Print(line)
		}
	}
	fmt.Printf("%d right, %d wrong, %d not as they were\n", right, wrong, changed)
	return nil
}

// references are those of one project: its name, the place, the kind, the name, what it is.
func references(dir string) ([]string, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	p, err := check.PackageOf(root, "")
	if err != nil || p == nil {
		return nil, cmp.Or(err, fmt.Errorf("%s: no migrations are recognised", dir))
	}
	v, err := deployed.Load(context.Background(), deployed.Build{Dir: root, Root: p.Root, Patterns: []string{"./..."}},
		"sample", "worktree")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, n := range impact.Names(impact.Input{Version: v, Base: p.Last, SearchPath: p.SearchPath,
		Elsewhere: p.Elsewhere}) {
		out = append(out, strings.Join([]string{filepath.Base(root), fmt.Sprintf("%s:%d:%d", n.File, n.Line, n.Column),
			string(n.Kind), n.Name, meaning(n)}, "\t"))
	}
	return out, nil
}

func meaning(n impact.Name) string {
	switch {
	case n.Own:
		return "of a relation that the code makes itself"
	case n.Unknown:
		return "unknown"
	case n.SQLSTATE != "":
		return n.SQLSTATE
	case n.Object.Schema == "" && n.Object.Sub != "":
		return "of the query's own " + n.Object.Name
	}
	return n.Object.String()
}
