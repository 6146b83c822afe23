// Package lowering tests what is said of the calls of query builders and ORMs against what
// the libraries send: the programs of testdata/builders.
package lowering

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/analyzer/internal/orm/libraries"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

const module = "../../../testdata/builders"

var update = flag.Bool("update", false, "write which calls are partly known")

// TestLibraries needs no server: builders make texts, and ORMs have a driver that writes down what it is
// given, and rows for it.
func TestLibraries(t *testing.T) {
	for _, l := range libraries.All {
		t.Run(l.Name, func(t *testing.T) { compare(t, "./"+l.Name) })
	}
}

// compare runs a program of the module and looks each text that a call sends up among those
// that are extracted from the function of the call. The fingerprint of two texts is the same
// when they differ in values and their number alone. Calls of which a part is not known stand
// in the program's folder, in partly-known.txt: one that turns is red, whichever way.
func compare(t *testing.T, program string) {
	sent := run(t, program)
	if len(sent) < 40 {
		t.Errorf("%d calls are too few to know a library by", len(sent))
	}
	extracted := queries(t, program)
	list := filepath.Join(module, program, "partly-known.txt")
	recorded := lines(t, list)
	var partly []string
	for _, call := range slices.Sorted(maps.Keys(sent)) {
		t.Run(call, func(t *testing.T) {
			is := lookUp(t, call, sent[call], extracted[call])
			if is {
				partly = append(partly, call)
			}
			if was := slices.Contains(recorded, call); was != is && !*update {
				t.Errorf("partly known: %v, expected %v", is, was)
			}
		})
	}
	for _, call := range recorded {
		if _, ok := sent[call]; !ok {
			t.Errorf("%s: %s is no call", list, call)
		}
	}
	t.Logf("%d calls, %d partly known", len(sent), len(partly))
	if *update {
		if err := os.WriteFile(list, []byte(strings.Join(append(partly, ""), "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// lookUp finds what a call sends among what is extracted from it, and says whether it was
// found only because a part of that is unknown.
func lookUp(t *testing.T, call string, sent []string, extracted []usage.Query) (partly bool) {
	known, unknown := fingerprints(t, call, extracted)
	if len(sent) == 0 {
		t.Errorf("%s sends nothing", call)
	}
	for _, text := range sent {
		f, err := pgtree.Fingerprint(text)
		switch {
		case err != nil:
			t.Errorf("the library's own text is none: %v in %s", err, text)
		case known[f]:
		case unknown:
			partly = true
			t.Logf("partly known: %s", text)
		default:
			t.Errorf("%s sends\n  %s\nextracted:\n  %s", call, text, strings.Join(all(extracted), "\n  "))
		}
	}
	return partly
}

// fingerprints are those of the texts that are known in full, and whether there are others.
func fingerprints(t *testing.T, call string, extracted []usage.Query) (known map[string]bool, unknown bool) {
	known = map[string]bool{}
	for _, q := range extracted {
		for _, text := range q.Texts {
			p := sqltext.Parse(text, q.Style)
			switch f, err := pgtree.Fingerprint(p.SQL); {
			case p.Err != nil:
				t.Errorf("%s: %v in %s", call, p.Err, p.SQL)
			case p.Partial:
				unknown = true
			case err == nil:
				known[f] = true
			}
		}
	}
	return known, unknown
}

func lines(t *testing.T, file string) []string {
	data, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Fields(string(data))
}

func run(t *testing.T, program string) map[string][]string {
	cmd := exec.Command("go", "run", program)
	cmd.Dir, cmd.Stderr = module, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	sent := map[string][]string{}
	if err := json.Unmarshal(out, &sent); err != nil {
		t.Fatal(err)
	}
	return sent
}

// queries gives the queries of the program by the function that they stand in.
func queries(t *testing.T, program string) map[string][]usage.Query {
	v := versionOf(t, program)
	out := map[string][]usage.Query{}
	for _, q := range v.Queries {
		name := q.Site.Function
		out[name] = append(out[name], q)
	}
	return out
}

func all(queries []usage.Query) []string {
	var out []string
	for _, q := range queries {
		if len(q.Texts) == 0 {
			out = append(out, "nothing: "+q.Reason)
		}
		for _, text := range q.Texts {
			p := sqltext.Parse(text, q.Style)
			if p.Partial {
				out = append(out, "in part: "+p.SQL)
			} else {
				out = append(out, p.SQL)
			}
		}
	}
	return out
}
