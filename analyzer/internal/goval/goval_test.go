package goval

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What a function returns is what its result is shown as:
//
//	SELECT a      literal text
//	{reason}      any text; {=reason} a value, {"reason"} a quoted identifier
//	$0            the parameter of that index, $literal.0 that of a function literal
//	(a|b)         one of several values; (|b) something or nothing
//	[a, b?, …]    a list: b is not always there, … stands for elements that are not known
//	.From(a)      a call of a builder's method
//	func(a)       a function that makes that of its parameters
type valueCase struct{ name, code, want string }

// The code of a function that returns a text and has the parameters (s string, n int, list []string,
// driver string).
var texts = []valueCase{
	// Texts.
	{"a literal", `return "SELECT 1"`, `SELECT 1`},
	{"a raw literal", "return `SELECT 1`", `SELECT 1`},
	{"texts that are joined", `return "SELECT " + "1"`, `SELECT 1`},
	{"a constant", `const q = "SELECT 1"; return q`, `SELECT 1`},
	{"a variable", `q := "SELECT 1"; return q`, `SELECT 1`},
	{"a variable that is added to", `q := "SELECT"; q += " 1"; return q`, `SELECT 1`},
	{"a package variable that is set once", `return table`, `users`},
	{"a package variable that is set again", `return changed`, `(a|b)`},
	{"bytes", `return string([]byte("SELECT 1"))`, `SELECT 1`},
	{"a text that is not known", `return os.Getenv("Q")`, `{os.Getenv("Q")}`},
	{"a number", `return strconv.Itoa(n)`, `{=strconv.Itoa(n)}`},
	{"a parameter", `return "SELECT " + s`, `SELECT $0`},

	// Functions that make text.
	{"Sprintf", `return fmt.Sprintf("SELECT %s FROM %s", "a", table)`, `SELECT a FROM users`},
	{"Sprintf of a list", `args := []any{"a", table}; return fmt.Sprintf("SELECT %s FROM %s", args...)`, `SELECT a FROM users`},
	{"Sprintf of a list that is not known", `var args []any; for _, a := range os.Args { args = append(args, a) }; return fmt.Sprintf("a = %s OR %s", args...)`,
		`a = {argument of a format} OR {argument of a format}`},
	{"Sprintf of a format that is given", `f := func(t string) string { return fmt.Sprintf(t+" FROM %s", "a", table) }; return f("SELECT %s")`,
		`SELECT a FROM users`},
	{"Sprintf of a number", `return fmt.Sprintf("LIMIT %d", n)`, `LIMIT {=n}`},
	{"a switch over the system, of which PostgreSQL is one", `q := "b"; switch dialect(n) { case Postgres: q = "a" }; return q`, `a`},
	{"a switch over the driver, with another one's clause", `q := "b"; engine := s; switch engine { case "postgres": q = "a"; case "timescale": q = "c" }; return q`,
		`(b|a|c)`},
	{"a switch over something else", `q := "b"; switch s { case "pg": q = "a" }; return q`, `(b|a)`},
	{"characters that are written otherwise", "b, k := strings.Builder{}, 0; for _, c := range \"SELECT `a` FROM `t` WHERE b = ?\" " +
		"{ switch c { case '?': k++; b.WriteString(\"$\" + strconv.Itoa(k)); case '`': b.WriteRune('\"'); default: b.WriteRune(c) } }; return b.String()",
		`SELECT "a" FROM "t" WHERE b = ?*goval.Style`},
	{"characters that are left out", "b, k := strings.Builder{}, 0; for _, c := range \"SELECT `a` WHERE b = ?\" " +
		"{ switch c { case '?': k++; b.WriteString(\"$\" + strconv.Itoa(k)); case '`': default: b.WriteRune(c) } }; return b.String()",
		`{text made of the characters of "SELECT ` + "`a`" + ` WHERE b = ?"}`},
	{"a list that is made and filled", `b := make([]string, n); for i := range b { b[i] = fmt.Sprintf("$%d", i+1) }; return "IN (" + strings.Join(b, ",") + ")"`,
		`IN ({values of a loop…})`},
	{"a list that is made and filled with rows", `b := make([]string, len(list)); for i := range list { b[i] = "(?, ?)" }; return "VALUES " + strings.Join(b, ",")`,
		`VALUES ((?, ?)|)`},
	{"a list that is made and set twice", `b := make([]string, n); for i := range b { b[i] = "a"; if n > 1 { b[i] = "b" } }; return strings.Join(b, ",")`,
		`(a{list an element that is set}|{list an element that is set})`},
	{"a list that is made and set once", `b := make([]string, n); b[n-1] = "a"; return strings.Join(b, ",")`, `{list an element that is set}`},
	{"a list of a known length", `b := make([]string, 2); b[0] = "a"; b[1] = "b"; return strings.Join(b, ",")`, `a,b`},
	{"a map with room", `m := make(map[string]string, 4); m["a"] = "A"; return m["a"]`, `A`},
	{"Sprintf of a quoted text", `return fmt.Sprintf("FROM %q", os.Getenv("T"))`, `FROM {"os.Getenv("T")"}`},
	{"Sprintf of a known text, quoted", `q := func(t string) string { return fmt.Sprintf("FROM %q", t) }; return q("t")`, `FROM "t"`},
	{"Sprintf of a number that is known", `return fmt.Sprintf("FROM t_%02d, t_%x LIMIT %v", 7, 255, 10)`, `FROM t_07, t_ff LIMIT 10`},
	{"Sprintf with a precision", `return fmt.Sprintf("%.2s%.2s", "abc", os.Getenv("T"))`, `ab{"quoted text"}`},
	{"Sprintf with a width", `return fmt.Sprintf("%3s|%-3s|%[1]s", "a", "b")`, `  a|b  |a`},
	{"Sprintf of a text in hexadecimal", `return fmt.Sprintf("%x%x", "a", os.Getenv("T"))`, `61{=text in another notation}`},
	{"Sprintf of a list, with a precision", `args := []any{"abc", 7}; return fmt.Sprintf("%.2s_%02d", args...)`, `ab_{=number}`},
	{"Sprint puts blanks between numbers", `return fmt.Sprint("a", 1, 2, "b", true)`, `a1 2btrue`},
	{"Sprintln puts blanks between all", `return fmt.Sprintln("SELECT", 1, "FROM", table)`, "SELECT 1 FROM users\n"},
	{"Fprintln puts blanks between all", `var b strings.Builder; fmt.Fprintln(&b, "SELECT", 1); return b.String()`, "SELECT 1\n"},
	{"Join", `return strings.Join([]string{"a", "b"}, ", ")`, `a, b`},
	{"Repeat", `return "IN (" + strings.Repeat("?,", n) + "?)"`, `IN (?,?)`},
	{"a trailing separator of a loop", `q := "IN ("; for range n { q += "1," }; return q[:len(q)-1] + ")"`, `(IN |IN (1))`},
	{"a trailing separator", `q := "a, "; return q[:len(q)-2]`, `a`},
	{"TrimSuffix", `return strings.TrimSuffix("a, ", ", ")`, `a`},
	{"Replace", `return strings.ReplaceAll("FROM T", "T", table)`, `FROM users`},
	{"a Replacer", `return strings.NewReplacer("{c}", "a", "{t}", table).Replace("SELECT {c} FROM {t}")`, `SELECT a FROM users`},
	{"a pattern", `return mark.ReplaceAllString("SELECT /*x*/ FROM t", "a")`, `SELECT a FROM t`},
	{"Expand", `return os.Expand("SELECT ${c} FROM t", func(string) string { return "a" })`, `SELECT a FROM t`},
	{"Expand by what is not known", `return os.Expand("SELECT ${c}", os.Getenv)`, `SELECT {expanded by os.Getenv}`},
	{"cmp.Or", `return "FROM " + cmp.Or(s, "users")`, `FROM ($0|users)`},
	{"a flag", `return "FROM " + *name + "users"`, `FROM (|{flag.String("name", "", "")})users`},
	{"a field with something unknown in it", `return "FROM " + (&prefixed{os.Getenv("P") + "users"}).t()`,
		`FROM {os.Getenv("P")}users`},
	{"Insert", `return strings.Join(slices.Insert([]string{"a"}, 0, "b"), ",")`, `b,a`},
	{"TrimPrefix", `return strings.TrimPrefix(" AND a", " AND ")`, `a`},
	{"a builder", `var b strings.Builder; b.WriteString("SELECT "); b.WriteByte('1'); return b.String()`, `SELECT 1`},
	{"a buffer", `b := bytes.NewBufferString("SELECT "); fmt.Fprintf(b, "%s", table); return b.String()`, `SELECT users`},
	{"a buffer from elsewhere", `b := pool.Get().(*bytes.Buffer); b.WriteString("1"); return b.String()`,
		`{pool.Get().(*bytes.Buffer)}1`},
	{"a builder that a function writes to", `var b strings.Builder; where(&b, "a"); return b.String()`, ` WHERE a`},
	{"a builder that an unknown function writes to", `var b strings.Builder; write(&b); return b.String()`,
		`{set by write}`},
	{"a writer that is an interface", `var b strings.Builder; b.WriteString("a"); order2(&b, "b"); return b.String()`, `ab`},
	{"a method that prints into a field", `var p printer; p.add("a"); p.add("b%s", "c"); return p.b.String()`, `abc`},
	{"a function that prints into a text", `q := "a"; printTo(&q, "b%s", "c"); return q`, `abc`},
	{"a template", `var b strings.Builder; selects.Execute(&b, n); return b.String()`, `SELECT (b|a)`},

	// Ways through the code.
	{"if", `q := "SELECT a"; if n > 0 { q += ", b" }; return q`, `SELECT a(|, b)`},
	{"if and else", `q := ""; if n > 0 { q = "a" } else { q = "b" }; return q`, `(b|a)`},
	{"two returns", `if n > 0 { return "a" }; return "b"`, `(a|b)`},
	{"a switch", `q := "a"; switch n { case 1: q = "b"; case 2: q = "c" }; return q`, `(a|b|c)`},
	{"a loop over what is known", `q := ""; for _, c := range []string{"a", "b"} { q += c }; return q`, `ab`},
	{"placeholders of a loop", `list = []string{"now()"}; for i := range n { list = append(list, "$"+strconv.Itoa(i+1)) }
		return strings.Join(list, ", ")`, `now(), {values of a loop…}`},
	{"a loop over what is not", `q := "a"; for range n { q += "b" }; return q`, `a(|b)`},
	{"another database system by a method", `var d dialect; if d.IsMySQL() { return "a" }; return "b"`, `b`},
	{"another database system and something else", `var d dialect; if d.IsMySQL() && n > 0 { return "a" }; return "b"`, `b`},
	{"PostgreSQL by a method", `var d dialect; if d.IsPostgres() { return "a" }; return "b"`, `a`},
	{"another database system by a constant", `d := dialect(n); switch d { case MySQL: return "a" }; return "b"`, `b`},
	{"another database system", `if driver == "mysql" { return "a" }; return "b"`, `b`},
	{"a closure that is called", `q := "a"; func() { q = "b" }(); return q`, `b`},
	{"a closure that a variable holds", `q := "a"; add := func(s string) { q += s }; q += "b"; add("c"); return q`, `abc`},
	{"a closure that is given away", `q := "a"; apply(func() { q += "b" }); return q`, `a(|b)`},
	{"a closure with two ends", `q := "a"; func() { if n > 0 { q += "b"; return }; q += "c" }(); return q`, `a(b|c)`},
	{"a goroutine", `q := "a"; go func() { q += "b" }(); return q`, `a(|b)`},
	{"an address", `q := "a"; p := &q; *p += "b"; return q`, `ab`},
	{"an address of one of two", `q, r := "a", "x"; p := &r; if n > 0 { p = &q }; *p += "b"; return q`,
		`a{set through a pointer that is one of several}`},
	{"pointers that are swapped", `p, q := new(string), new(string); *p, *q = "a", "b"; p, q = q, p; return *p`, `b`},
	{"an address that a function is given", `q := "a"; more(&q); return q`, `ab`},
	{"an address as anything", `q := "a"; moreAny(&q); return q`, `a(|b)`},
	{"an address that an unknown function is given",
		`list = []string{"a"}; if err := external2(&list, n); err != nil { return "" }; return strings.Join(list, " AND ")`,
		`(|a{list set by external2})`},
	{"a method that sets a key", `x := mapped{map[string]string{"a": "A"}}; x.add(); return x.m["a"] + x.m["b"]`, `AB`},
	{"an address in a struct", `q := "a"; h := holder{&q}; *h.p += "b"; return q`, `a{kept in a literal}`},
	{"structs that refer to each other", `type node struct { next, prev *node; name string }
		a, b := &node{name: "a"}, &node{name: "b"}; a.next = b; b.prev = a; h := []any{a}; _ = h; return a.next.prev.name`,
		`a{kept in a literal}`},
	{"an address in a field", `q := "a"; var h holder; h.p = &q; h.more(); return q`, `ab`},
	{"a closure that is kept", `var q string; todo := []func(){func() { q += "b" }}; q = "a"; todo[0](); return q`,
		`a{set by a function literal}`},
	{"a deferred closure on a named result", `return deferred()`, `ab`},
	{"a break with something written", `q := "a"; for n > 0 { if s == "" { q += "b"; break } }; return q`, `a(|b)`},
	{"a break out of two loops", `q := "a"
		outer: for n > 0 { for n > 1 { if s == "" { q += "b"; break outer } } }
		return q`, `a(|b)`},
	{"a continue with something written", `q := "a"; for n > 0 { if s == "" { q += "b"; continue }; q += "c" }; return q`,
		`a(|c|b)`},
	{"a loop that is left by break alone", `q := "a"; for { q += "b"; break }; return q`, `ab`},
	{"a loop that numbers placeholders", `var b strings.Builder; for _, c := range s {
		if c == '?' { n++; b.WriteString("$" + strconv.Itoa(n)); continue }; b.WriteRune(c) }; return b.String()`, `$0*goval.Style`},
	{"a loop over characters", `var b strings.Builder; b.WriteString("a"); for _, c := range s { b.WriteRune(c) }; return b.String()`,
		`a{text made of the characters of s}`},
	{"a separator", `q, sep := "", ""; for n > 0 { q += sep + "a"; sep = ", " }; return q`, `(|a|a, a)`},
	{"a switch that falls through", `q := "a"; switch n { case 1: q += "b"; fallthrough; case 2: q += "c" }; return q`,
		`a(|bc|c)`},
	{"a break in a switch", `q := "a"; switch n { case 1: if s == "" { q += "b"; break }; q += "c" }; return q`, `a(|c|b)`},
	{"a goto", `q := "a"; if n > 0 { q += "b"; goto end }; q += "c"; end: return q`, `a(c|b)`},
	{"a goto back", `q := "a"; again: if n > 0 { q += "b"; n--; goto again }; return q`, `a{set before a jump back}`},

	{"a field under a condition", `p := pair{A: "a"}; if n > 0 { p.A = "b" }; return p.A`, `(a|b)`},
	{"a field of what is not known", `p := last(); if n > 0 { p.A = "b" }; return p.A`, `({field A}|b)`},
	{"a struct that is set again", `var p pair; p.A = "a"; p = last(); return p.A`, `{field A}`},

	// Functions of the package.
	{"a function", `return from("users")`, `SELECT * FROM users`},
	{"a function that is picked by a text", `return named("a") + named("b")`, `AB`},
	{"a function without a body", `return external()`, `{external()}`},
	{"a method of the language", `q := "a"; err := apart(&q); if err != nil { _ = err.Error() }; return q`, `a{set by apart}`},
	{"a recursive function", `return again(3)`, `(a|{recursive function again})`},

	// Methods of what an interface holds, or of a type argument.
	{"a method of an interface", `return selectAll(&user{})`, `SELECT id, email FROM users`},
	{"a method of an interface with a field", `return selectAll(other{"grants"})`, `SELECT id FROM grants`},
	{"a method of a local interface", `var m model = other{"grants"}; return m.Table()`, `grants`},
	{"a method of an interface that is not known", `return selectAll(lastModel())`,
		`SELECT {list m.Columns()} FROM {m.Table()}`},
	{"a method of one of several types", `var m model = &user{}; if n > 0 { m = other{"grants"} }; return m.Table()`,
		`{m.Table()}`},
	{"a default of what is given", `given := lastPair(); if given == nil { given = &pair{A: "a"} }; return given.A`, `(a|{field A})`},
	{"a number with a name", `return fmt.Sprintf("ORDER BY %s", order(n)) + fmt.Sprint(order(n))`, `ORDER BY (b|a)(b|a)`},
	{"a map that its method sets", `v := url.Values{}; v.Set("a", s); if len(v) == 0 { return "a" }; return "b"`, `(a|b)`},
	{"a method of a type argument", `return selectZero[*user]()`, `SELECT id, email FROM users`},
	{"a method of a type argument that follows", `return selectAny(&user{})`, `SELECT id, email FROM users`},
	{"a method of a type's argument", `return (&repo[*user]{}).all()`, `SELECT id, email FROM users`},
	{"a method by way of a pointer's constraint", `return selectNew[user]()`, `FROM users`},
	{"a function literal", `f := func(t string) string { return "FROM " + t }; return f("users")`, `FROM users`},

	// More than anyone writes.
	{"a text that doubles", strings.Repeat(`s = s + s; `, 13) + `return s`, `{a text that is too long to be followed}`},
}

// The code of a function that returns a builder and has the parameters (q Q, n int, list []string).
var builders = []valueCase{
	{"a chain", `return q.From("users").Where("a = 1")`, `$0.From(users).Where(a = 1)`},
	{"a chain under a condition", `q = q.From("users"); if n > 0 { q = q.Where("a") }; return q`,
		`$0.From(users)(|.Where(a))`},
	{"a builder of a function", `return scoped(q.From("users"))`, `$0.From(users).Where(deleted)`},
	{"a builder of an unknown function", `return unknown(q.From("users"))`,
		`$0.From(users){unknown(q.From("users"))}`},
	{"a function that is given", `return q.Apply(func(q Q) Q { return q.Where("a") })`,
		`$0.Apply(func($literal.0.Where(a)))`},

	{"a list", `l := []string{"a"}; l = append(l, "b"); return q.In(l)`, `$0.In([a, b])`},
	{"a list under a condition", `l := []string{"a"}; if n > 0 { l = append(l, "b") }; return q.In(l)`, `$0.In([a, b?])`},
	{"a list that is given", `return q.In(append([]string{"a"}, list...))`, `$0.In([a, $2...])`},
	{"a list of structs", `l := []pair{}; for range n { l = append(l, pair{}) }; return q.Set(l)`, `$0.Set([…])`},
	{"a list of anything", `return q.Values(1, "a")`, `$0.Values({=number}, a)`},
	{"a list that is not known", `return q.In(lines())`, `$0.In([…])`},
	{"an element that is set", `l := []string{"a", "b"}; l[1] = "c"; return q.In(l)`, `$0.In([a, c])`},
	{"an element that is set somewhere", `l := []string{"a"}; l[n] = "c"; return q.In(l)`, `$0.In([a, …])`},
	{"a map", `m := map[string]any{"a": "1"}; m["b"] = "2"; delete(m, "a"); return q.Set(m)`, `$0.Set([b: 2])`},
	{"a map that an unknown function is given", `m := map[string]any{"a": "1"}; count(m); return q.Set(m)`, `$0.Set([a: 1, …])`},
	{"a struct", `return q.Set(pair{"x", n})`, `$0.Set([A: x, B: {=number}])`},
	{"a nil", `return q.Set(nil)`, `$0.Set({nil})`},
}

// The declarations around the code of each case.
const around = `package p

import ("bytes"; "cmp"; "flag"; "fmt"; "net/url"; "os"; "regexp"; "slices"; "strconv"; "strings"; "sync"; "text/template")

var _ = url.Values{}

var mark = regexp.MustCompile("/[*]x[*]/")

var _, _ = slices.Insert[[]int, int], cmp.Or[int]

var _, _, _, _, _, _ = bytes.NewBuffer, fmt.Sprint, os.Getenv, strconv.Itoa, strings.Join, template.New

var pool sync.Pool

var selects = template.Must(template.New("").Parse("SELECT {{if .A}}b{{else}}a{{end}}"))

var table = "users"

var changed = "a"

func init() { changed = "b" }

type pair struct { A string; B int }

func lastPair() *pair

func order2(w interface { WriteString(string) (int, error) }, s string) { w.WriteString(s) }

type printer struct { b strings.Builder }

func (p *printer) add(f string, a ...any) { fmt.Fprintf(&p.b, f, a...) }

func printTo(q *string, f string, a ...any) { *q += fmt.Sprintf(f, a...) }

type order int

func (o order) String() string { if o > 0 { return "b" }; return "a" }

type Q struct{}

func (q Q) From(string) Q { return q }
func (q Q) Where(string) Q { return q }
func (q Q) In([]string) Q { return q }
func (q Q) Set(any) Q { return q }
func (q Q) Values(...any) Q { return q }
func (q Q) Apply(func(Q) Q) Q { return q }

var unknown func(Q) Q

func scoped(q Q) Q { return q.Where("deleted") }

func apply(f func())

func more(p *string) { *p += "b" }
func moreAny(v any) { if p, ok := v.(*string); ok { *p += "b" } }

type holder struct { p *string }
func (h holder) more() { *h.p += "b" }

func deferred() (q string) { defer func() { q += "b" }(); return "a" }

func write(b *strings.Builder)
func where(b *strings.Builder, s string) { b.WriteString(" WHERE " + s) }
func lines() []string
func last() pair

func from(t string) string { return "SELECT * FROM " + t }
type mapped struct { m map[string]string }

func (x *mapped) add() { x.m["b"] = "B" }

func count(m map[string]any) int

type model interface { Table() string; Columns() []string }

var name = flag.String("name", "", "")

type prefixed struct { table string }

func (p *prefixed) t() string { return p.table }

type user struct{}

func (*user) Table() string { return "users" }
func (*user) Columns() []string { return []string{"id", "email"} }

type other struct { name string }

func (o other) Table() string { return o.name }
func (other) Columns() []string { return []string{"id"} }

func lastModel() model

func selectAll(m model) string { return "SELECT " + strings.Join(m.Columns(), ", ") + " FROM " + m.Table() }
func selectZero[T model]() string { var zero T; return selectAll(zero) }
func selectAny[T model](m T) string { return "SELECT " + strings.Join(m.Columns(), ", ") + " FROM " + m.Table() }
func selectNew[T any, P interface { *T; Table() string }]() string { return "FROM " + P(new(T)).Table() }

type repo[T model] struct{}

func (r *repo[T]) all() string { return selectZero[T]() }

type dialect int

const (
	MySQL dialect = iota
	Postgres
)

func (d dialect) IsMySQL() bool { return d == MySQL }
func (d dialect) IsPostgres() bool { return d == Postgres }

func apart(*string) error
func external() string
func external2(p *[]string, n int) error
func named(s string) string { if s == "a" { return "A" }; return "B" }
func again(n int) string { if n == 0 { return "a" }; return again(n - 1) }

`

// chains is a library whose builder is Q.
type chains struct{}

func isQ(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Q"
}

func (chains) Makes(t types.Type) bool { return isQ(t) }
func (chains) Mutates(Value) bool      { return false }

func (chains) Call(fn *types.Func) Making {
	if recv := fn.Signature().Recv(); recv != nil && isQ(recv.Type()) {
		return MakesBuilder
	}
	return NotMaking
}

// nowhere knows nothing of other packages.
type nowhere struct{}

func (nowhere) Text(types.Object) (Value, bool)      { return nil, false }
func (nowhere) Results(*types.Func) ([]Value, bool)  { return nil, false }
func (nowhere) Effects(*types.Func) (*Effects, bool) { return nil, false }

func TestTexts(t *testing.T) {
	testValues(t, texts, "func f(s string, n int, list []string, driver string) string")
}

func TestBuilders(t *testing.T) { testValues(t, builders, "func f(q Q, n int, list []string) Q") }

func testValues(t *testing.T, cases []valueCase, signature string) {
	std := importer.Default()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := show(resultOfF(t, std, around+signature+" {\n"+c.code+"\n}\n"))
			if got != c.want {
				t.Errorf("%.300s\n got %.300s\nwant %s", c.code, got, c.want)
			}
		})
	}
}

// Code that does not compile is read as far as it goes.
func TestBrokenCode(t *testing.T) {
	for _, code := range []string{
		`q := "a", "b"; return q`, `q := "a"; q += "b", "c"; return q`, `var b strings.Builder; b.WriteString(); return b.String()`,
		`copy(); return ""`, `return strings.Join(slices.Insert(), "")`, `return string(fmt.Appendf())`,
		`return strings.TrimSpace()`, `p := &missing; *p += "a"; return *p`, `more(nowhere); return s`,
	} {
		resultOfF(t, importer.Default(), around+"func f(s string, n int) string {\n"+code+"\n}\n")
	}
}

// Every option is in a variant, however deep it stands in the middle of others; what is left out is a hole.
func TestVariants(t *testing.T) {
	one := func(names ...string) Value {
		var options []Value
		for _, n := range names {
			options = append(options, Text(n))
		}
		return Value{&OneOf{Options: options}}
	}
	inner := one("b", "c", "d")
	v := Concat(Text("x"), Value{&OneOf{Options: []Value{Text("a"), inner, Text("e")}}})
	var got []string
	for _, w := range v.Variants() {
		got = append(got, show(w))
	}
	slices.Sort(got)
	if want := []string{"xa", "xb", "xc", "xd", "xe"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var many []Value
	for i := range 3 * maxVariants {
		many = append(many, Text(strconv.Itoa(i)))
	}
	all := Value{&OneOf{Options: many}}.Variants()
	if len(all) != maxVariants || !all[len(all)-1].HasHole() {
		t.Errorf("%d variants, the last is %s", len(all), show(all[len(all)-1]))
	}
}

// A few lines can make a value of any size. What they make stays within bounds, and so does the time
// that it takes to ask for it.
func TestValuesAreBounded(t *testing.T) {
	for _, line := range []string{
		`s = s + s`, `if n > 0 { s = s + "," + s }`, `s = twice(s)`, `if n > 0 { s = twice(s) }`,
		`list = append(list, list...); s = strings.Join(list, ",")`,
	} {
		t.Run(line, func(t *testing.T) {
			code := around + `
				func twice(s string) string { if s == os.Args[0] { return s + s }; return s }
				func f(s string, n int, list []string) string {` + strings.Repeat(line+"\n", 60) + `return s }`
			v := resultOfF(t, importer.Default(), code)
			left := size{2 * maxSize.parts, 2 * maxSize.text}
			if !left.take(v) {
				t.Error("a value of more parts than are followed")
			}
			if n := len(v.Variants()); n > maxVariants {
				t.Errorf("%d variants", n)
			}
		})
	}
	nested := strings.Repeat("twice(", 60) + "s" + strings.Repeat(")", 60)
	resultOfF(t, importer.Default(), around+`
		func twice(s string) string { if s == os.Args[0] { return s + s }; return s }
		func f(s string) string { return `+nested+` }`)
}

// Three calls in each of thirty functions are 3^30 calls: with every argument known not each is followed.
func TestContextsAreBounded(t *testing.T) {
	var code strings.Builder
	code.WriteString(around)
	const last = 30
	for i := range last {
		fmt.Fprintf(&code, `
			func c%d(a bool, s string) string {
				if a { return c%[2]d(a, s+"a") }
				return c%[2]d(!a, s+"b") + c%[2]d(a, s+"c")
			}`, i, i+1)
	}
	fmt.Fprintf(&code, `
		func c%d(a bool, s string) string { return s }
		func f() string { return "SELECT " + c0(true, "") }`, last)
	start := time.Now()
	v := resultOfF(t, importer.Default(), code.String())
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
	if _, constant := v.Constant(); constant {
		t.Errorf("the value is %s", show(v))
	}
}

// resultOfF is what the function f of a package returns.
func resultOfF(t *testing.T, std types.Importer, code string) Value {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", code, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Instances: map[*ast.Ident]types.Instance{}}
	config := types.Config{Importer: std, IgnoreFuncBodies: false, Error: func(error) {}}
	pkg, err := config.Check("p", fset, []*ast.File{file}, info)
	if err != nil && !strings.Contains(err.Error(), "missing function body") && t.Name() != "TestBrokenCode" {
		t.Fatal(err)
	}
	p := &Package{Fset: fset, Files: []*ast.File{file}, Types: pkg, Info: info, Lookup: nowhere{}, Builders: chains{}}
	p.Prepare()
	return p.Results(pkg.Scope().Lookup("f").(*types.Func))[0]
}

// show is a value in the notation above.
func show(v Value) string {
	var b strings.Builder
	for _, p := range v {
		b.WriteString(showPart(p))
	}
	return b.String()
}

func showPart(p Part) string {
	switch p := p.(type) {
	case *Lit:
		return p.Text
	case *Hole:
		return fmt.Sprintf([]string{"{%s}", "{=%s}", `{"%s"}`, "{%s}", "{%s…}"}[p.Place], p.Reason)
	case *Param:
		if p.Of != 0 {
			return fmt.Sprintf("$literal.%d", p.Index)
		}
		return fmt.Sprintf("$%d", p.Index)
	case *OneOf:
		return "(" + showAll(p.Options, "|") + ")"
	case *Call:
		var args []Value
		for _, a := range p.Args {
			args = append(args, a.Value)
		}
		return "." + p.Name + "(" + showAll(args, ", ") + ")"
	case *List:
		return showList(p)
	case *Func:
		return "func(" + show(p.Result) + ")"
	case *Arg:
		return show(p.Value)
	}
	return fmt.Sprintf("%T", p)
}

func showAll(values []Value, sep string) string {
	var out []string
	for _, v := range values {
		out = append(out, show(v))
	}
	return strings.Join(out, sep)
}

func showList(l *List) string {
	var out []string
	for _, e := range l.Elems {
		text := show(e.Value)
		if key := show(e.Key); key != "" {
			text = key + ": " + text
		}
		if e.Optional {
			text += "?"
		}
		if e.Rest {
			text += "..."
		}
		out = append(out, text)
	}
	if l.Open != "" {
		out = append(out, "…")
	}
	return "[" + strings.Join(out, ", ") + "]"
}
