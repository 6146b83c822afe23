// Package breakage tests what is said of a change and of a statement that was deployed before
// it against what a PostgreSQL server does. The cases are in testdata/breakage; how each turned
// out on PostgreSQL 15 stands in it as its @expect, so that a case that turns is red, whichever way. On another version
// (make breakage-versions) false errors alone are red.
//
//	go test ./cmd/internal/breakage -run TestCases/all/05-added.sql -v   shows both answers
//	go test ./cmd/internal/breakage -update                              writes what turned
package breakage

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/cmd/internal/scratch"
)

var update = flag.Bool("update", false, "write how the cases turned out into them")

// expectedOn is the version of which @expect speaks.
const expectedOn = 15

const folder = "../../../testdata/breakage"

// servers are as many as cases that run at a time: roles belong to the cluster.
const servers = 2

// leastCases keeps a reader that finds no more cases from passing.
const leastCases = 1700

func TestMain(m *testing.M) {
	scratch.InMemory()
	os.Exit(m.Run())
}

func TestCases(t *testing.T) {
	cases, err := readCases(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < leastCases {
		t.Fatalf("%d cases, want at least %d", len(cases), leastCases)
	}
	idle, on := make(chan *server, servers), 0
	for range servers {
		s, err := startServer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.stop)
		idle <- s
		on = s.version
	}
	turned := make([]class, len(cases))
	t.Run("all", func(t *testing.T) {
		for i, c := range cases {
			t.Run(c.File+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				s := <-idle
				defer func() { idle <- s }()
				turned[i] = try(t, s, c)
			})
		}
	})
	counts := map[class]int{}
	for _, how := range turned {
		counts[how]++
	}
	delete(counts, "")
	t.Logf("PostgreSQL %d: of %d cases: %v", on, len(cases), counts)
	if *update {
		if err := writeExpected(folder, cases, turned); err != nil {
			t.Fatal(err)
		}
	}
}

// try puts a case to the server and to schemavet.
func try(t *testing.T, s *server, c breakageCase) class {
	theirs, err := s.ask(t.Context(), c)
	if err != nil && s.version != expectedOn {
		t.Skipf("%s: not on PostgreSQL %d: %v", c.place(), s.version, err)
	}
	if err != nil {
		t.Fatalf("%s: the case does not work as written: %v", c.place(), err)
	}
	ours, err := judge(c, s.version)
	if err != nil && s.version != expectedOn {
		t.Skipf("%s: not on PostgreSQL %d: %v", c.place(), s.version, err)
	}
	if err != nil {
		t.Fatalf("%s: %v", c.place(), err)
	}
	how := compare(c, theirs, ours)
	t.Logf("%s (%s): the server: %s; ours: %s: %s", c.place(), c.Cell, theirs, ours, how)
	switch {
	case how == falseError:
		t.Errorf("a false error; the server says %s\n%s", strings.TrimSpace(theirs.Message), ours.detail())
	case s.version != expectedOn:
	case how == miss && theirs.Differs && strings.HasPrefix(c.Cell, "5"):
		t.Errorf("another result, and nothing said\n%s", strings.TrimSpace(theirs.Message))
	case how != c.Expect && !*update:
		t.Errorf("%s, expected %q; the server says %s\n%s", how, c.Expect, strings.TrimSpace(theirs.Message), ours.detail())
	}
	return how
}
