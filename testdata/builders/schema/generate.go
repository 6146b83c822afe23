//go:build ignore

// Command generate writes the package migrate of the entities in the folder schema of a program.
package main

import (
	"log"
	"os"
	"path/filepath"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

func main() {
	target := filepath.Join("generated", os.Args[1])
	defer os.RemoveAll("generated")
	pkg := "github.com/schemavet/schemavet/testdata/builders/schema/" + os.Args[1] + "/generated/" + os.Args[1]
	if err := entc.Generate("./schema", &gen.Config{Target: target, Package: pkg}); err != nil {
		log.Fatal(err)
	}
	if err := os.MkdirAll("migrate", 0o755); err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"migrate.go", "schema.go"} {
		text, err := os.ReadFile(filepath.Join(target, "migrate", name))
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("migrate", name), text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
