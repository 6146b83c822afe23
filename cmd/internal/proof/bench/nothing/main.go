// Command nothing is a vet tool that does nothing: x/tools' unitchecker with one empty
// analyzer that declares one fact type. It is what the bench compares with.
package main

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// Build tells apart builds for the go command's cache; the linker sets it.
var Build string

type fact struct{}

func (*fact) AFact() {}

func main() {
	unitchecker.Main(&analysis.Analyzer{Name: "nothing", Doc: "do nothing " + Build, FactTypes: []analysis.Fact{new(fact)},
		Run: func(*analysis.Pass) (any, error) { return nil, nil }})
}
