//go:build ignore

// Command generate makes the package gen of the schema.
package main

import (
	"log"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

func main() {
	features := []gen.Feature{gen.FeatureUpsert, gen.FeatureModifier, gen.FeatureLock, gen.FeatureExecQuery}
	config := &gen.Config{Target: "./gen", Package: "github.com/schemavet/schemavet/testdata/builders/ent/gen", Features: features}
	if err := entc.Generate("./schema", config); err != nil {
		log.Fatal(err)
	}
}
