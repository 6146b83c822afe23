package ways

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/analyzer/usage"
)

var update = flag.Bool("update", false, "write answers.txt")

const libraries = "../../../testdata/builders"

// carrier is what holds a statement while it is built.
type carrier struct {
	name string
	// typ is its Go type, makes an expression that makes one with the beginning of the statement, add a statement
	// that adds to X, which can be addressed, send one that sends it.
	typ, makes, add, send string
}

var carriers = []carrier{
	{"Text", "string", `base`, `X += mail`, `db.Exec(X)`},
	{"Builder", "*strings.Builder", `written(base)`, `X.WriteString(mail)`, `db.Exec(X.String())`},
	{"Buffer", "bytes.Buffer", `*bytes.NewBufferString(base)`, `X.WriteString(mail)`, `db.Exec(X.String())`},
	{"Bytes", "[]byte", `[]byte(base)`, `X = append(X, mail...)`, `db.Exec(string(X))`},
	{"List", "[]string", `[]string{base}`, `X = append(X, mail)`, `db.Exec(strings.Join(X, ""))`},
	{"Element", "[]string", `[]string{base, ""}`, `X[1] = mail`, `db.Exec(strings.Join(X, ""))`},
	{"Array", "[2]string", `[2]string{base}`, `X[1] = mail`, `db.Exec(X[0] + X[1])`},
	{"Map", "map[string]string", `map[string]string{"from": base}`, `X["where"] = mail`, `db.Exec(X["from"] + X["where"])`},
	{"Field", "clause", `clause{text: base}`, `X.text += mail`, `db.Exec(X.text)`},
	{"Squirrel", "sq.SelectBuilder", `sq.Select("id").From("users")`, `X = X.Where("email = 'x'")`,
		`X.RunWith(db).Query()`},
	{"Gorm", "*gorm.DB", `open(db).Table("users")`, `X = X.Where("email = 'x'")`, `X.Find(&[]row{})`},
}

// ways are the bodies of functions that build a statement in x, a variable of type T, and send it. MAKE makes one,
// ADD(x) adds to what can be addressed, SEND(x) sends. What they need beside it is in declarations, in which
// C stands for the name of the carrier.
var ways = []struct{ name, body, declarations string }{
	{"Direct", `x := MAKE; ADD(x); SEND(x)`, ``},
	{"If", `x := MAKE; if n > 0 { ADD(x) }; SEND(x)`, ``},
	{"Else", `x := MAKE; if n > 0 { _ = n } else { ADD(x) }; SEND(x)`, ``},
	{"Switch", `x := MAKE; switch n { case 1: ADD(x) }; SEND(x)`, ``},
	{"Fallthrough", `x := MAKE; switch n { case 1: fallthrough; case 2: ADD(x) }; SEND(x)`, ``},
	{"BreakInSwitch", `x := MAKE; switch { case n < 9: ADD(x); if n < 8 { break }; SEND(x) }; SEND(x)`, ``},
	{"Loop", `x := MAKE; for range 1 { ADD(x) }; SEND(x)`, ``},
	{"LoopWithBreak", `x := MAKE; for i := range 3 { if i == 1 { ADD(x); break } }; SEND(x)`, ``},
	{"LoopWithContinue", `x := MAKE; for i := range 3 { if i == 1 { ADD(x); continue }; _ = i }; SEND(x)`, ``},
	{"LabelledBreak", `x := MAKE
outer: for range 2 { for range 2 { ADD(x); break outer } }
SEND(x)`, ``},
	{"Goto", `x := MAKE; if n < 0 { goto end }; ADD(x)
end: SEND(x)`, ``},
	{"GotoBack", `x := MAKE; i := 0
again: if i == 0 { i++; goto add }; SEND(x); return
add: ADD(x); goto again`, ``},
	{"Shadow", `x := MAKE; { x := x; ADD(x); SEND(x) }`, ``},
	{"ShadowInIf", `x := MAKE; if x := x; n >= 0 { ADD(x); SEND(x) }`, ``},
	{"Swap", `x, y := MAKE, MAKE; ADD(y); x, y = y, x; SEND(x)`, ``},
	{"Copy", `x := MAKE; ADD(x); y := x; SEND(y)`, ``},
	{"Pointer", `x := MAKE; p := &x; ADD((*p)); SEND(x)`, ``},
	{"PointerToPointer", `x := MAKE; p := &x; pp := &p; ADD((**pp)); SEND(x)`, ``},
	{"PointerSetLater", `x := MAKE; var p *T; p = &x; ADD((*p)); SEND(x)`, ``},
	{"PointerOfTwo", `x, y := MAKE, MAKE; p := &y; if n >= 0 { p = &x }; ADD((*p)); SEND(x)`, ``},
	{"New", `x := new(T); *x = MAKE; ADD((*x)); SEND((*x))`, ``},
	{"AddressToFunction", `x := MAKE; addC(&x); SEND(x)`, `func addC(p *T) { ADD((*p)) }`},
	{"AddressToFunctionWithReturns", `x := MAKE; addSomeC(&x, n); SEND(x)`,
		`func addSomeC(p *T, n int) { if n == 1 { ADD((*p)); return }; if n == 2 { return }; _ = p }`},
	{"AddressThroughTwo", `x := MAKE; addThroughC(&x); SEND(x)`,
		`func addThroughC(p *T) { addDeepC(p) }
func addDeepC(p *T) { ADD((*p)) }`},
	{"AddressToVariadic", `x := MAKE; addAllC(&x); SEND(x)`, `func addAllC(all ...*T) { for _, p := range all { ADD((*p)) } }`},
	{"AddressInStruct", `x := MAKE; h := holderC{&x}; ADD((*h.p)); SEND(x)`, `type holderC struct { p *T }`},
	{"AddressInField", `x := MAKE; var h keeperC; h.p = &x; h.add(); SEND(x)`,
		`type keeperC struct { p *T }
func (k keeperC) add() { ADD((*k.p)) }`},
	{"AddressInList", `x := MAKE; for _, p := range []*T{&x} { ADD((*p)) }; SEND(x)`, ``},
	{"AddressInMap", `x := MAKE; m := map[string]*T{"x": &x}; ADD((*m["x"])); SEND(x)`, ``},
	{"AddressInChannel", `x := MAKE; ch := make(chan *T, 1); ch <- &x; p := <-ch; ADD((*p)); SEND(x)`, ``},
	{"AddressReturned", `x := MAKE; p := sameC(&x); ADD((*p)); SEND(x)`, `func sameC(p *T) *T { return p }`},
	{"AddressKept", `x := MAKE; keepC(&x); runC(); SEND(x)`,
		`var keptC *T
func keepC(p *T) { keptC = p }
func runC() { ADD((*keptC)) }`},
	{"AddressKeptThenSet", `var x T; keepLateC(&x); x = MAKE; runLateC(); SEND(x)`,
		`var keptLateC *T
func keepLateC(p *T) { keptLateC = p }
func runLateC() { ADD((*keptLateC)) }`},
	{"AddressAsInterface", `x := MAKE; addAnyC(&x); SEND(x)`, `func addAnyC(v any) { if p, ok := v.(*T); ok { ADD((*p)) } }`},
	{"AddressToOtherPackage", `x := MAKE; other.AddC(&x); SEND(x)`, `//other
func AddC(p *T) { ADD((*p)) }`},
	{"ThroughOtherPackage", `x := MAKE; other.CallC(func() { ADD(x) }); SEND(x)`, `//other
func CallC(f func()) { f() }`},
	{"Closure", `x := MAKE; func() { ADD(x) }(); SEND(x)`, ``},
	{"ClosureInVariable", `x := MAKE; add := func() { ADD(x) }; add(); SEND(x)`, ``},
	{"ClosureBeforeValue", `var x T; add := func() { ADD(x) }; x = MAKE; add(); SEND(x)`, ``},
	{"ClosureGivenAway", `x := MAKE; callC(func() { ADD(x) }); SEND(x)`, `func callC(f func()) { f() }`},
	{"ClosureKept", `var x T; var todo []func(); todo = append(todo, func() { ADD(x) }); x = MAKE
for _, f := range todo { f() }
SEND(x)`, ``},
	{"ClosureReturned", `x := MAKE; adderC(&x)(); SEND(x)`, `func adderC(p *T) func() { return func() { ADD((*p)) } }`},
	{"ClosureThatSends", `x := MAKE; send := func() { SEND(x) }; ADD(x); send()`, ``},
	{"DeferredSend", `x := MAKE; defer func() { SEND(x) }(); ADD(x)`, ``},
	{"DeferOnNamedResult", `x := namedC(db); SEND(x)`, `func namedC(db *sql.DB) (x T) { defer func() { ADD(x) }(); return MAKE }`},
	{"DeferInHelper", `x := MAKE; laterC(&x); SEND(x)`, `func laterC(p *T) { defer func() { ADD((*p)) }() }`},
	{"DeferOfFunction", `x := namedTooC(db); SEND(x)`, `func namedTooC(db *sql.DB) (x T) { defer addTooC(&x); return MAKE }
func addTooC(p *T) { ADD((*p)) }`},
	{"NamedResult", `x := bareC(db); SEND(x)`, `func bareC(db *sql.DB) (x T) { x = MAKE; ADD(x); return }`},
	{"SeveralResults", `x, _ := pairC(db); SEND(x)`, `func pairC(db *sql.DB) (T, error) { x := MAKE; ADD(x); return x, nil }`},
	{"ResultOfTwoReturns", `x := eitherC(db, n); SEND(x)`, `func eitherC(db *sql.DB, n int) T { x := MAKE; if n == 1 { return x }; ADD(x); return x }`},
	{"Goroutine", `x := MAKE; done := make(chan bool); go func() { ADD(x); done <- true }(); <-done; SEND(x)`, ``},
	{"WaitGroup", `x := MAKE; var wg sync.WaitGroup; wg.Add(1); go addAndDoneC(&x, &wg); wg.Wait(); SEND(x)`,
		`func addAndDoneC(p *T, wg *sync.WaitGroup) { ADD((*p)); wg.Done() }`},
	{"Once", `x := MAKE; var once sync.Once; once.Do(func() { ADD(x) }); SEND(x)`, ``},
	{"Pool", `pool := sync.Pool{New: func() any { x := MAKE; return &x }}; x := pool.Get().(*T); ADD((*x)); SEND((*x))`, ``},
	{"Method", `x := ownC{MAKE}; x.add(); SEND(x.t)`, `type ownC struct { t T }
func (o *ownC) add() { ADD(o.t) }`},
	{"MethodOfPointer", `x := &ptrC{MAKE}; x.add(); SEND(x.t)`, `type ptrC struct { t T }
func (o *ptrC) add() { ADD(o.t) }`},
	{"Fluent", `x := newFluentC(MAKE).add(); SEND(x.t)`, `type fluentC struct { t T }
func newFluentC(t T) *fluentC { return &fluentC{t: t} }
func (o *fluentC) add() *fluentC { ADD(o.t); return o }`},
	{"FluentInPlace", `x := newPlaceC(MAKE); x.add().add2(n); SEND(x.t)`, `type placeC struct { t T }
func newPlaceC(t T) *placeC { return &placeC{t: t} }
func (o *placeC) add() *placeC { ADD(o.t); return o }
func (o *placeC) add2(n int) *placeC { _ = n; return o }`},
	{"Getter", `x := &getC{}; x.t = MAKE; x.add(); t := x.get(); SEND(t)`, `type getC struct { t T }
func (o *getC) add() { ADD(o.t) }
func (o *getC) get() T { return o.t }`},
	{"MethodValue", `x := valueC{MAKE}; add := x.add; add(); SEND(x.t)`, `type valueC struct { t T }
func (o *valueC) add() { ADD(o.t) }`},
	{"MethodExpression", `x := exprC{MAKE}; (*exprC).add(&x); SEND(x.t)`, `type exprC struct { t T }
func (o *exprC) add() { ADD(o.t) }`},
	{"Interface", `x := &faceC{MAKE}; var a interface{ add() } = x; a.add(); SEND(x.t)`, `type faceC struct { t T }
func (o *faceC) add() { ADD(o.t) }`},
	{"Embedded", `x := outerC{innerC{MAKE}}; x.add(); SEND(x.t)`, `type innerC struct { t T }
type outerC struct { innerC }
func (o *innerC) add() { ADD(o.t) }`},
	{"StructToFunction", `x := wrapC{MAKE}; addWrapC(&x); SEND(x.t)`, `type wrapC struct { t T }
func addWrapC(w *wrapC) { ADD(w.t) }`},
	{"StructByValue", `x := byValueC{MAKE}; x = addByValueC(x); SEND(x.t)`, `type byValueC struct { t T }
func addByValueC(w byValueC) byValueC { ADD(w.t); return w }`},
	{"StructAssigned", `x := assignedC{MAKE}; y := assignedC{MAKE}; ADD(y.t); x = y; SEND(x.t)`, `type assignedC struct { t T }`},
	{"FieldAddress", `x := fieldAddressC{MAKE}; p := &x.t; ADD((*p)); SEND(x.t)`, `type fieldAddressC struct { t T }`},
	{"Nested", `x := &upperC{}; x.lower.t = MAKE; x.lower.add(); SEND(x.lower.t)`, `type lowerC struct { t T }
type upperC struct { lower lowerC }
func (o *lowerC) add() { ADD(o.t) }`},
	{"Options", `x := MAKE; buildC(&x, withC); SEND(x)`, `func buildC(p *T, options ...func(*T)) { for _, o := range options { o(p) } }
func withC(p *T) { ADD((*p)) }`},
	{"OptionsOfValues", `x := MAKE; for _, o := range []func(T) T{plusC} { x = o(x) }; SEND(x)`,
		`func plusC(t T) T { ADD(t); return t }`},
	{"FunctionInField", `x := MAKE; h := hooksC{plusHookC}; x = h.f(x); SEND(x)`, `type hooksC struct { f func(T) T }
func plusHookC(t T) T { ADD(t); return t }`},
	{"Generic", `x := MAKE; changeC(&x, func(p *T) { ADD((*p)) }); SEND(x)`, `func changeC[V any](p *V, f func(*V)) { f(p) }`},
	{"GenericResult", `x := applyC(MAKE, func(t T) T { ADD(t); return t }); SEND(x)`,
		`func applyC[V any](v V, f func(V) V) V { return f(v) }`},
	{"Recursion", `x := MAKE; untilC(&x, 1); SEND(x)`, `func untilC(p *T, n int) { if n > 0 { ADD((*p)); untilC(p, n - 1) } }`},
	{"PackageVariable", `startC(db); moreC(); SEND(globalC)`, `var globalC T
func startC(db *sql.DB) { globalC = MAKE }
func moreC() { ADD(globalC) }`},
	{"AsAny", `x := MAKE; ADD(x); var v any = x; y := v.(T); SEND(y)`, ``},
	{"TypeSwitch", `x := MAKE; ADD(x); var v any = x; switch y := v.(type) { case T: SEND(y) }`, ``},
	{"Channel", `x := MAKE; ADD(x); ch := make(chan T, 1); ch <- x; y := <-ch; SEND(y)`, ``},
	{"Select", `x := MAKE; ch := make(chan int, 1); ch <- 1; select { case <-ch: ADD(x) }; SEND(x)`, ``},
	{"ListOfThem", `x := MAKE; ADD(x); all := []T{x}; SEND(all[0])`, ``},
	{"RangeOverThem", `x := MAKE; ADD(x); for _, y := range []T{x} { SEND(y) }`, ``},
	{"Iterator", `x := MAKE; for range func(yield func(int) bool) { yield(1) } { ADD(x) }; SEND(x)`, ``},
	{"Reflection", `x := MAKE; y := MAKE; ADD(y); reflect.ValueOf(&x).Elem().Set(reflect.ValueOf(&y).Elem()); SEND(x)`, ``},
	{"Unsafe", `x := MAKE; p := (*T)(unsafe.Pointer(&x)); ADD((*p)); SEND(x)`, ``},
}

var operation = regexp.MustCompile(`(ADD|SEND)\((x|y|t|\(\*+[\w.\["\]]+\)|[\w.]+\[0\]|[\w.]+)\)`)

// spell writes a way for a carrier.
func spell(text string, c carrier) string {
	text = operation.ReplaceAllStringFunc(text, func(s string) string {
		m := operation.FindStringSubmatch(s)
		return strings.ReplaceAll(map[string]string{"ADD": c.add, "SEND": c.send}[m[1]], "X", m[2])
	})
	text = regexp.MustCompile(`\bT\b`).ReplaceAllString(text, c.typ)
	text = strings.ReplaceAll(text, "MAKE", c.makes)
	return regexp.MustCompile(`\b(\w+)C\b`).ReplaceAllString(text, "${1}"+c.name)
}

const head = `package main

import (
	"bytes"; "context"; "database/sql"; "reflect"; "strings"; "sync"; "unsafe"

	sq "github.com/Masterminds/squirrel"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/schemavet/schemavet/testdata/builders/record"
	"github.com/schemavet/schemavet/testdata/builders/ways/other"
)

var (
	_ = bytes.NewBuffer
	_ = reflect.TypeOf
	_ = strings.Join
	_ unsafe.Pointer
	_ sync.Once
	_ = other.None
)

const base = "SELECT id FROM users"
const mail = " WHERE email = 'x'"

type clause struct { text string }

type row struct { ID int }

func written(s string) *strings.Builder { b := &strings.Builder{}; b.WriteString(s); return b }

func open(db *sql.DB) *gorm.DB {
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{Logger: logger.Discard})
	if err != nil { panic(err) }
	return g
}
`

const otherHead = `package other

import ("strings"; "bytes"; sq "github.com/Masterminds/squirrel"; "gorm.io/gorm"; "database/sql")

var (
	_ = strings.Join
	_ = bytes.NewBuffer
	_ = sq.Select
	_ *gorm.DB
	_ *sql.DB
	None int
)

const mail = " WHERE email = 'x'"

type clause struct { text string }
`

// skipped are the carriers that Go does not let take a way, and why.
var skipped = map[string]string{
	"Field/AddressToOtherPackage": "the type is of this package",
}

func programs() (main, other string, names []string) {
	var b, o strings.Builder
	b.WriteString(head)
	o.WriteString(otherHead)
	var calls []string
	for _, c := range carriers {
		for _, w := range ways {
			if skipped[c.name+"/"+w.name] != "" {
				continue
			}
			if rest, ok := strings.CutPrefix(w.declarations, "//other"); ok {
				o.WriteString(spell(rest, c) + "\n")
			} else if w.declarations != "" {
				b.WriteString(spell(w.declarations, c) + "\n")
			}
			fmt.Fprintf(&b, "func %s%s(_ context.Context, db *sql.DB, n int) {\n%s\n}\n", c.name, w.name, spell(w.body, c))
			names = append(names, c.name+w.name)
			calls = append(calls, c.name+w.name)
		}
	}
	fmt.Fprintf(&b, "func main() { record.Print([]record.Call{%s}) }\n", strings.Join(calls, ", "))
	return b.String(), o.String(), names
}

// runAndExtract gives what the functions of a program sent, and their queries.
func runAndExtract(t *testing.T, files map[string]string) (map[string][]string, map[string][]usage.Query) {
	dir, ctx := t.TempDir(), context.Background()
	if err := Write(dir, libraries, files); err != nil {
		t.Fatal(err)
	}
	sent, err := Run(ctx, dir, "./ways")
	if err != nil {
		t.Fatal(err)
	}
	extracted, err := Extract(ctx, dir, "./ways")
	if err != nil {
		t.Fatal(err)
	}
	return sent, extracted
}

func textsOf(queries []usage.Query) (texts []string) {
	for _, q := range queries {
		for _, text := range q.Texts {
			texts = append(texts, text.SQL)
		}
	}
	return texts
}

// Each way of building a statement is followed, or it is said that it is not.
func TestWays(t *testing.T) {
	main, other, names := programs()
	sent, extracted := runAndExtract(t, map[string]string{"ways/main.go": main, "ways/other/other.go": other})
	want := answers(t)
	got := map[string]Answer{}
	for _, name := range names {
		got[name] = Judge(sent[name], extracted[name], spaced)
		t.Run(name, func(t *testing.T) {
			switch {
			case len(sent[name]) == 0:
				t.Error("sends nothing")
			case got[name] == Lost:
				t.Errorf("sends %q, which is not among %q", sent[name], textsOf(extracted[name]))
			case !*update && want[name] != string(got[name]):
				t.Errorf("%s, want %s", got[name], want[name])
			}
		})
	}
	count := map[Answer]int{}
	for _, a := range got {
		count[a]++
	}
	t.Logf("%d ways: %d found, %d partial, %d opaque, %d lost", len(got), count[Found], count[Partial], count[Opaque], count[Lost])
	if *update {
		var lines []string
		for _, name := range slices.Sorted(maps.Keys(got)) {
			lines = append(lines, name+" "+string(got[name]))
		}
		if err := os.WriteFile(answerFile, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var answerFile = filepath.Join("testdata", "answers.txt")

func answers(t *testing.T) map[string]string {
	data, err := os.ReadFile(answerFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, answer, _ := strings.Cut(strings.TrimSpace(line), " ")
		out[name] = answer
	}
	return out
}
