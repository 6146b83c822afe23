// Package lowering tests what is said of the calls of query builders and ORMs against what
// the libraries send: the programs of testdata/builders.
package lowering

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

const module = "../../../testdata/builders"

// maxPartial is the share of calls of which a part may be unknown.
const maxPartial = 0.05

// TestSquirrel needs no server: the library makes texts.
func TestSquirrel(t *testing.T) { compare(t, "./squirrel", 60) }

// TestGorm has a driver that writes down what it is given, and rows for it.
func TestGorm(t *testing.T) { compare(t, "./gorm", 80) }

// TestGormV1 has the same driver.
func TestGormV1(t *testing.T) { compare(t, "./gormv1", 40) }

// TestBun has the same driver.
func TestBun(t *testing.T) { compare(t, "./bun", 50) }

// TestEnt has the same driver, and a package that ent generated.
func TestEnt(t *testing.T) { compare(t, "./ent", 50) }

// compare runs a program of the module and looks each text that a call sends up among those
// that are extracted from the function of the call. The fingerprint of two texts is the same
// when they differ in values and their number alone.
func compare(t *testing.T, program string, atLeast int, env ...string) {
	sent := run(t, program, env)
	extracted := queries(t, program)
	partial := 0
	for _, call := range slices.Sorted(maps.Keys(sent)) {
		texts, unknown := extracted[call], false
		known := map[string]bool{}
		for _, q := range texts {
			for _, text := range q.Texts {
				p := parsed(q, text)
				if p.Err != nil {
					t.Errorf("%s: %v in %s", call, p.Err, p.SQL)
					continue
				}
				if p.Partial {
					unknown = true
					continue
				}
				if f, err := pgtree.Fingerprint(p.SQL); err == nil {
					known[f] = true
				}
			}
		}
		if len(sent[call]) == 0 {
			t.Errorf("%s sends nothing", call)
		}
		isPartial := false
		for _, text := range sent[call] {
			f, err := pgtree.Fingerprint(text)
			switch {
			case err != nil:
				t.Errorf("%s: the library's own text is none: %v in %s", call, err, text)
			case known[f]:
			case unknown:
				isPartial = true
				t.Logf("%s: partly known: %s", call, text)
			default:
				t.Errorf("%s sends\n  %s\nextracted:\n  %s", call, text, strings.Join(all(texts), "\n  "))
			}
		}
		if isPartial {
			partial++
		}
	}
	if len(sent) < atLeast {
		t.Errorf("%d calls, want %d", len(sent), atLeast)
	}
	if float64(partial) > maxPartial*float64(len(sent)) {
		t.Errorf("%d of %d calls are partly known", partial, len(sent))
	}
	t.Logf("%d calls, %d partly known", len(sent), partial)
}

func run(t *testing.T, program string, env []string) map[string][]string {
	cmd := exec.Command("go", "run", program)
	cmd.Dir, cmd.Stderr, cmd.Env = module, os.Stderr, append(os.Environ(), env...)
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

func parsed(q usage.Query, text usage.Text) *sqlscan.Text {
	var holes []sqlscan.Hole
	for _, h := range text.Holes {
		holes = append(holes, sqlscan.Hole{At: h.At, Value: h.Place == usage.ValuePlace, Ident: h.Place == usage.IdentPlace})
	}
	return sqlscan.Parse(text.SQL, holes, q.Style)
}

func all(queries []usage.Query) []string {
	var out []string
	for _, q := range queries {
		if len(q.Texts) == 0 {
			out = append(out, "nothing: "+q.Reason)
		}
		for _, text := range q.Texts {
			p := parsed(q, text)
			if p.Partial {
				out = append(out, "in part: "+p.SQL)
			} else {
				out = append(out, p.SQL)
			}
		}
	}
	return out
}
