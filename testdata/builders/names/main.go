// Command names prints which tables and columns gorm and bun make of generated structs.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"sync"

	"github.com/uptrace/bun/dialect/pgdialect"
	"gorm.io/gorm/schema"
)

//go:generate go run generate.go

// Names are those that a library makes of a struct.
type Names struct {
	Table   string
	Columns []string
}

func main() {
	out := map[string]map[string]Names{"gorm": {}, "bun": {}}
	cache := &sync.Map{}
	for _, m := range Models {
		name := reflect.TypeOf(m).Elem().Name()
		s, err := schema.Parse(m, cache, schema.NamingStrategy{})
		if err != nil {
			panic(err)
		}
		out["gorm"][name] = Names{s.Table, s.DBNames}
	}
	tables := pgdialect.New().Tables()
	for _, m := range Models {
		t := tables.Get(reflect.TypeOf(m))
		n := Names{Table: t.Name}
		for _, f := range t.Fields {
			n.Columns = append(n.Columns, f.Name)
		}
		out["bun"][reflect.TypeOf(m).Elem().Name()] = n
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
}
