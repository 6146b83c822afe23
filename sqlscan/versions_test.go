package sqlscan

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// TestNoVersion: where the version of the server is not known, a statement that some version takes is none that fails.
// Asked of all built-in functions and operators, with values of their types and with literals.
func TestNoVersion(t *testing.T) {
	failures := func(st pgtree.Statement, server int) *Outcome {
		return Bind(st, &Env{Schema: catalog.New(server), SearchPath: []string{"public"}}).First(PlanPhase)
	}
	asked, wrong := 0, 0
	for _, sql := range builtinCalls(t) {
		sts, err := pgtree.Parse(sql)
		if err != nil || len(sts) != 1 || sts[0].Err != nil {
			continue
		}
		asked++
		o := failures(sts[0], 0)
		if o == nil {
			continue
		}
		for v := catalog.OldestServer; v <= catalog.NewestServer; v++ {
			if failures(sts[0], v) == nil {
				if wrong++; wrong < 20 {
					t.Errorf("%s: %s: %s, and %d takes it", sql, o.SQLSTATE, o.Message, v)
				}
				break
			}
		}
	}
	if wrong > 0 || asked < 5000 {
		t.Errorf("%d of %d statements fail without a version alone", wrong, asked)
	}
}

// builtinCalls are calls of what any version has built in.
func builtinCalls(t *testing.T) []string {
	files, err := filepath.Glob("../catalog/builtin/delta/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal("no deltas", err)
	}
	seen := map[string]bool{}
	var out []string
	add := func(format string, args ...any) {
		if sql := fmt.Sprintf(format, args...); !seen[sql] {
			seen[sql] = true
			out = append(out, sql)
		}
	}
	each := func(table string, f []string) {
		switch table {
		case "functions":
			types := strings.Split(f[7], ",")
			if f[7] == "" {
				types = nil
			}
			typed, literals := make([]string, len(types)), make([]string, len(types))
			for i, typ := range types {
				typed[i], literals[i] = nullOf(typ), "'1'"
				if strings.HasSuffix(typ, "array") || strings.HasSuffix(typ, "[]") || strings.HasPrefix(typ, "_") {
					literals[i] = "'{}'"
				}
			}
			add("SELECT %s(%s)", f[1], strings.Join(typed, ", "))
			add("SELECT %s(%s)", f[1], strings.Join(literals, ", "))
			if len(types) > 1 {
				add("SELECT %s(%s)", f[1], strings.Join(append(typed[:1:1], literals[1:]...), ", "))
			}
		case "operators":
			add("SELECT %s %s %s", nullOf(f[1]), f[0], nullOf(f[2]))
			add("SELECT %s %s '1'", nullOf(f[1]), f[0])
			add("SELECT '1' %s %s", f[0], nullOf(f[2]))
		}
	}
	for _, table := range []string{"functions", "operators"} {
		rows(t, "../catalog/builtin/"+table+".tsv", func(f []string) { each(table, f) })
	}
	for _, file := range files {
		rows(t, file, func(f []string) {
			if f[0] == "+" {
				each(f[1], f[2:])
			}
		})
	}
	return out
}

// nullOf is a value of a type; of one that no value has, a literal.
func nullOf(typ string) string {
	if typ == "" {
		return ""
	}
	if strings.HasPrefix(typ, "any") || typ == "internal" || typ == "record" {
		return "1"
	}
	return "NULL::" + typ
}

func rows(t *testing.T, file string, do func([]string)) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		do(strings.Split(s.Text(), "\t"))
	}
}
