// Builtin writes what the built-in catalogs of the versions of PostgreSQL have besides that of one of them, and what
// they have not.
//
//	builtin -base DIR -out DIR VERSION=DIR…
//
// Each DIR has the tables that catalog/builtin/*.sql write. A line of VERSION.tsv is + or -, the name of a table and a
// row of it. Object identifiers that initdb gives differ from one server to the next: those of the base are kept by
// name, and others are given here, the same in all versions.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// tables are those that differ between versions. Names of collations are those of the system.
var tables = []string{"types", "relations", "functions", "operators", "casts", "opclasses"}

// firstGiven is the first identifier that initdb gives, and its pages (FirstGenbkiObjectId); ours begin behind those
// of the base.
const firstGiven, firstOurs = 10000, 15000

func main() {
	base := flag.String("base", "catalog/builtin", "`folder` of the tables of the base")
	out := flag.String("out", "catalog/builtin/delta", "`folder` of the differences")
	flag.Parse()
	if err := run(*base, *out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "builtin:", err)
		os.Exit(1)
	}
}

func run(base, out string, versions []string) error {
	d := &differ{base: map[string][]string{}, given: map[string]string{}}
	for _, table := range tables {
		rows, err := read(base, table)
		if err != nil {
			return err
		}
		d.base[table] = rows
	}
	for _, row := range d.base["types"] {
		oid, rest, _ := strings.Cut(row, "\t")
		d.given[nameOf(rest)] = oid
	}
	for _, v := range versions {
		version, dir, ok := strings.Cut(v, "=")
		if !ok {
			return fmt.Errorf("%s: want VERSION=DIR", v)
		}
		text, err := d.differences(dir)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, version+".tsv"), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// differ compares tables with those of the base. Given are the identifiers of types by their names.
type differ struct {
	base  map[string][]string
	given map[string]string
	ours  int
}

// nameOf is the schema and name of a type, of its row without the identifier.
func nameOf(rest string) string {
	f := strings.SplitN(rest, "\t", 3)
	return f[0] + "." + f[1]
}

func read(dir, table string) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(dir, table+".tsv"))
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n"), nil
}

func (d *differ) differences(dir string) (string, error) {
	var b strings.Builder
	for _, table := range tables {
		rows, err := read(dir, table)
		if err != nil {
			return "", err
		}
		if table == "types" {
			for i, row := range rows {
				rows[i] = d.identified(row)
			}
		}
		for _, row := range without(d.base[table], rows) {
			fmt.Fprintf(&b, "-\t%s\t%s\n", table, row)
		}
		for _, row := range without(rows, d.base[table]) {
			fmt.Fprintf(&b, "+\t%s\t%s\n", table, row)
		}
	}
	return b.String(), nil
}

// identified is the row of a type with an identifier that does not depend on the server.
func (d *differ) identified(row string) string {
	oid, rest, _ := strings.Cut(row, "\t")
	if n, err := strconv.Atoi(oid); err != nil || n < firstGiven {
		return row
	}
	name := nameOf(rest)
	if d.given[name] == "" {
		d.given[name] = strconv.Itoa(firstOurs + d.ours)
		d.ours++
	}
	return d.given[name] + "\t" + rest
}

// without are the rows that others do not have.
func without(rows, others []string) []string {
	has := map[string]bool{}
	for _, row := range others {
		has[row] = true
	}
	return slices.DeleteFunc(slices.Clone(rows), func(row string) bool { return has[row] })
}
