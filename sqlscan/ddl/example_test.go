package ddl_test

import (
	"fmt"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// A statement is bound to the schema that migrations make, and again after one more of them.
func Example() {
	schema := run(catalog.New(16), `
		CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL);
		CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);`)
	query := `SELECT o.id, email FROM orders o JOIN customers c ON c.id = o.customer_id`

	fmt.Println("before:", answer(query, schema))
	fmt.Println("after: ", answer(query, run(schema, `ALTER TABLE orders ADD COLUMN email text`)))
	// Output:
	// before: 2 columns
	// after:  column reference "email" is ambiguous (SQLSTATE 42702)
}

// run gives the schema after statements; the one before is left as it is.
func run(schema *catalog.Schema, statements string) *catalog.Schema {
	list, err := pgtree.Parse(statements)
	if err != nil {
		panic(err)
	}
	session := ddl.Session{SearchPath: []string{"public"}}
	for _, st := range list {
		result, err := ddl.Apply(schema, session, st)
		if err != nil {
			panic(err)
		}
		schema, session = result.Schema, result.Session
	}
	return schema
}

// answer is what the server would say of a query.
func answer(query string, schema *catalog.Schema) string {
	list, err := pgtree.Parse(query)
	if err != nil {
		return err.Error()
	}
	b := sqlscan.Bind(list[0], &sqlscan.Env{Schema: schema, SearchPath: []string{"public"}})
	if first := b.First(sqlscan.RunPhase); first != nil {
		return fmt.Sprintf("%s (SQLSTATE %s)", first.Message, first.SQLSTATE)
	}
	return fmt.Sprintf("%d columns", len(b.Columns))
}
