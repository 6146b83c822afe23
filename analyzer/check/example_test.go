package check_test

import (
	"context"
	"fmt"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/impact"
)

// The sample application is checked against the manifest of the release that runs.
func Example() {
	result, err := check.Run(context.Background(), check.Options{
		Dir:      "../../testdata/shop",
		Deployed: []string{"deployed/v1.4.2.json"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range result.Findings {
		if f.Use != nil && f.Verdict == impact.Breaks {
			fmt.Printf("%s:%d %s\n", f.Use.File, f.Use.Line, f.Message)
		}
	}
	// Output:
	// testdata/shop/v1.4.2/store/store.go:28 column "email" does not exist
	// testdata/shop/v1.4.2/store/store.go:34 null value in column "currency" of relation "orders" violates not-null constraint
	// testdata/shop/v1.4.2/store/store.go:40 column reference "placed_at" is ambiguous
}
