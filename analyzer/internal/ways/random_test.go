package ways

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

var (
	functions = flag.Int("functions", 2000, "how many functions are written")
	seed      = flag.Uint64("seed", 1, "what they are written from")
)

// writer writes a function that builds a statement in random ways in the variable q, and in what leads to it.
type writer struct {
	*rand.Rand
	b strings.Builder
	// names are expressions that can be added to as a text, lists those that can be appended to, builders those
	// that have WriteString.
	texts, lists, builders []string
	next, depth            int
}

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(&w.b, "%s%s\n", strings.Repeat("\t", w.depth+1), fmt.Sprintf(format, args...))
}

func (w *writer) fresh(prefix string) string {
	w.next++
	return fmt.Sprintf("%s%d", prefix, w.next)
}

func (w *writer) pick(list []string) string { return list[w.IntN(len(list))] }

// word is a piece of a condition that no other function writes.
func (w *writer) word() string {
	w.next++
	return fmt.Sprintf("%q", fmt.Sprintf(" AND c%d = 1", w.next))
}

// condition is one that is true or false, as the arguments of the program say.
func (w *writer) condition() string {
	return w.pick([]string{"n > 0", "n == 1", "n < 2", "len(s) > 1", "yes()", "!yes()"})
}

// statement writes one statement, which may hold others.
func (w *writer) statement() {
	kinds := []func(){
		func() { w.line("%s += %s", w.pick(w.texts), w.word()) },
		func() { w.line("%s += %s", w.pick(w.texts), w.word()) },
		func() { w.line("%s = append(%s, %s)", w.lists[0], w.lists[0], w.word()) },
		func() { w.line("%s.WriteString(%s)", w.pick(w.builders), w.word()) },
		func() { w.line("fmt.Fprintf(%s, \"%%s\", %s)", addressOf(w.pick(w.builders)), w.word()) },
		func() { w.block("if %s", w.condition()) },
		func() { w.line("if %s {", w.condition()); w.inside(1); w.line("} else {"); w.inside(1); w.line("}") },
		func() { w.block("for range %d", 1+w.IntN(2)) },
		func() {
			w.line("for i := range 3 {")
			w.inside(1)
			w.line("\tif i == 1 { %s }", w.pick([]string{"break", "continue"}))
			w.inside(1)
			w.line("}")
		},
		func() {
			w.line("switch n {")
			w.line("case 0:")
			w.inside(1)
			if w.IntN(2) == 0 {
				w.line("\tfallthrough")
			}
			w.line("case 1:")
			w.inside(1)
			w.line("default:")
			w.inside(1)
			w.line("}")
		},
		func() { w.line("func() {"); w.inside(1 + w.IntN(2)); w.line("}()") },
		func() {
			f := w.fresh("f")
			w.line("%s := func() {", f)
			w.inside(1)
			w.line("}")
			w.inside(1)
			w.line("%s()", f)
		},
		func() { w.line("call(func() {"); w.inside(1); w.line("})") },
		func() {
			p := w.fresh("p")
			w.line("%s := &%s", p, w.pick(w.texts))
			w.texts = append(w.texts, "(*"+p+")")
			w.line("*%s += %s", p, w.word())
		},
		func() { w.line("add(&%s, %s)", w.pick(w.texts), w.word()) },
		func() { w.line("addIf(&%s, n, %s)", w.pick(w.texts), w.word()) },
		func() { w.line("%s = plus(%s, %s)", w.pick(w.texts), w.pick(w.texts), w.word()) },
		func() { w.line("write(%s, %s)", addressOf(w.pick(w.builders)), w.word()) },
		func() { w.line("h.add(%s)", w.word()) },
		func() { w.line("h.chain(%s).chain(%s)", w.word(), w.word()) },
		func() { w.line("%s = %s", "h.text", w.pick(w.texts)) },
		func() { w.line("l[0] = %s", w.word()) },
		func() { w.line("set(l, %s)", w.word()) },
		func() { w.line("m[%q] = %s", w.pick([]string{"a", "b"}), w.word()) },
		func() { w.line("%s += m[\"a\"]", w.pick(w.texts)) },
		func() { w.line("%s = strings.Replace(%s, \" AND \", \" OR \", 1)", w.texts[0], w.texts[0]) },
		func() { w.line("%s = fmt.Sprintf(\"%%s%%s\", %s, %s)", w.texts[0], w.texts[0], w.word()) },
	}
	kinds[w.IntN(len(kinds))]()
}

func addressOf(x string) string {
	if strings.HasPrefix(x, "(*") {
		return strings.TrimSuffix(strings.TrimPrefix(x, "(*"), ")")
	}
	return "&" + x
}

func (w *writer) block(format string, args ...any) {
	w.line(format+" {", args...)
	w.inside(1 + w.IntN(2))
	w.line("}")
}

// inside writes some statements in a block: what they declare ends with it.
func (w *writer) inside(n int) {
	texts, lists, builders := len(w.texts), len(w.lists), len(w.builders)
	w.depth++
	for range n {
		if w.depth < 4 {
			w.statement()
		} else {
			w.line("%s += %s", w.pick(w.texts), w.word())
		}
	}
	w.depth--
	w.texts, w.lists, w.builders = w.texts[:texts], w.lists[:lists], w.builders[:builders]
}

// function writes one that sends what it has built.
func (w *writer) function(name string) {
	fmt.Fprintf(&w.b, "func %s(_ context.Context, db *sql.DB, n int) {\n", name)
	w.texts, w.lists, w.builders = []string{"q", "h.text"}, []string{"l"}, []string{"b"}
	w.line("q, s, l, m := base, \"s\", []string{\"\"}, map[string]string{}")
	w.line("h := &held{}")
	w.line("var b strings.Builder")
	for range 2 + w.IntN(5) {
		w.statement()
	}
	w.line("_, _, _, _, _, _ = q, s, l, m, h, b.Len()")
	w.line("db.Exec(q + h.text + b.String() + strings.Join(l, \"\") + m[\"b\"])")
	w.b.WriteString("}\n\n")
}

const randomHead = `package main

import ("context"; "database/sql"; "fmt"; "os"; "strings"; "github.com/schemavet/schemavet/testdata/builders/record")

const base = "SELECT 1 WHERE true"

var _ = fmt.Sprint

type held struct { text string }

func (h *held) add(s string) { h.text += s }
func (h *held) chain(s string) *held { h.text += s; return h }

func add(p *string, s string) { *p += s }
func addIf(p *string, n int, s string) { if n == 1 { *p += s; return }; if n == 2 { *p = s + *p } }
func plus(a, b string) string { return a + b }
func write(b *strings.Builder, s string) { b.WriteString(s) }
func set(l []string, s string) { l[0] = s }
func call(f func()) { f() }
func yes() bool { return len(os.Args) > 0 }

`

// once is a text without the conditions that a loop has written before: how often it turns is not known.
func once(s string) string {
	seen := map[string]bool{}
	return spaced(condition.ReplaceAllStringFunc(s, func(c string) string {
		column := condition.FindStringSubmatch(c)[1]
		if seen[column] {
			return ""
		}
		seen[column] = true
		return c
	}))
}

var condition = regexp.MustCompile(` (?:AND|OR) (c\d+) = 1`)

// Functions that build a statement in random ways send nothing that a site without holes does not have.
func TestRandom(t *testing.T) {
	w := &writer{Rand: rand.New(rand.NewPCG(*seed, 0))}
	w.b.WriteString(randomHead)
	names := make([]string, *functions)
	for i := range names {
		names[i] = fmt.Sprintf("F%d", i)
		w.next = i * 1000
		w.function(names[i])
	}
	fmt.Fprintf(&w.b, "func main() { record.Print([]record.Call{%s}) }\n", strings.Join(names, ", "))
	sent, extracted := runAndExtract(t, map[string]string{"ways/main.go": w.b.String()})
	count := map[Answer]int{}
	for _, name := range names {
		a := Judge(sent[name], extracted[name], once)
		count[a]++
		if a != Lost {
			continue
		}
		texts := textsOf(extracted[name])
		_, code, _ := strings.Cut(w.b.String(), "func "+name+"(")
		code, _, _ = strings.Cut(code, "\n}\n")
		t.Errorf("%s sends %q\nof which one is not among %q\nfunc %s(%s\n}", name, sent[name], texts, name, code)
	}
	t.Logf("%d functions: %d found, %d partial, %d opaque, %d lost", len(names), count[Found], count[Partial], count[Opaque],
		count[Lost])
}
