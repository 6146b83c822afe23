//go:build ignore

// Command generate makes the package gen of the schema.
package main

import (
	"log"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

// paginate is what projects add to the code of all queries.
const paginate = `{{ define "paginate" }}{{ template "header" $ }}

import "context"

{{ range $n := $.Nodes }}
// Paginate reads a page of the rows, and counts all.
func (q *{{ $n.QueryName }}) Paginate(ctx context.Context, limit, offset int) (rows []*{{ $n.Name }}, total int, err error) {
	if total, err = q.Clone().Count(ctx); err != nil {
		return nil, 0, err
	}
	q.ctx.Limit = &limit
	q.ctx.Offset = &offset
	rows, err = q.All(ctx)
	return rows, total, err
}
{{ end }}{{ end }}`

func main() {
	features := []gen.Feature{gen.FeatureUpsert, gen.FeatureModifier, gen.FeatureLock, gen.FeatureExecQuery}
	config := &gen.Config{Target: "./gen", Package: "github.com/schemavet/schemavet/testdata/builders/ent/gen", Features: features, Templates: []*gen.Template{gen.MustParse(gen.NewTemplate("paginate").Parse(paginate))}}
	if err := entc.Generate("./schema", config); err != nil {
		log.Fatal(err)
	}
}
