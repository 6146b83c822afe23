package dbapi

import (
	_ "embed"
	"fmt"
	"go/types"
	"strconv"
	"strings"
	"sync"
)

//go:embed readers.txt
var readersText string

// Reader is a function that takes rows into Go values.
type Reader struct {
	Package, Receiver, Name string
	// Rows is the 0-based argument that holds the rows; OfReceiver and OfCall are other places.
	Rows int
	// Dest is the argument with the destination, -1 for none, and Form what it is.
	Dest int
	Form Form
	// How says by which rules columns find their destinations.
	How How
}

// Places of rows that are no argument.
const (
	OfReceiver = -1
	OfCall     = -2
)

// Form says what a destination is.
type Form string

// The forms of destinations: none, a pointer, all arguments from there on, a slice of
// pointers, the type argument, a function that is given each row.
const (
	NoForm       Form = "-"
	PointerForm  Form = ""
	VariadicForm Form = "..."
	SliceForm    Form = "[]"
	TypeForm     Form = "T"
	FuncForm     Form = "fn"
)

// How names the rules by which a library fills destinations.
type How string

// The rules. Those that end in -all fill a slice.
const (
	Scan        How = "scan"
	One         How = "one"
	Map         How = "map"
	Each        How = "each"
	PgxPosition How = "pgx-position"
	PgxName     How = "pgx-name"
	PgxLax      How = "pgx-lax"
	Sqlx        How = "sqlx"
	SqlxAll     How = "sqlx-all"
	Scany       How = "scany"
	ScanyAll    How = "scany-all"
	ScanyAPI    How = "scany-api"
	ScanyAPIAll How = "scany-api-all"
)

// All says that a rule fills a slice.
func (h How) All() bool { return strings.HasSuffix(string(h), "-all") }

var hows = map[How]bool{Scan: true, One: true, Map: true, Each: true, PgxPosition: true, PgxName: true, PgxLax: true,
	Sqlx: true, SqlxAll: true, Scany: true, ScanyAll: true, ScanyAPI: true, ScanyAPIAll: true}

// readers is the table by function.
var readers = sync.OnceValue(func() map[key]Reader {
	list, err := parseReaders("readers.txt", readersText)
	if err != nil {
		panic(err)
	}
	out := map[key]Reader{}
	for _, r := range list {
		out[key{r.Package, r.Receiver, r.Name}] = r
	}
	return out
})

// ReaderOf finds the row of a function or method.
func ReaderOf(fn *types.Func) (Reader, bool) {
	if fn.Pkg() == nil {
		return Reader{}, false
	}
	r, ok := readers()[key{fn.Pkg().Path(), receiverName(fn), fn.Name()}]
	return r, ok
}

// ScanShape matches the Scan of rows that the project, or another library, declares: it takes
// any number of destinations.
func ScanShape(fn *types.Func) bool {
	sig := fn.Signature()
	return fn.Name() == "Scan" && sig.Recv() != nil && sig.Variadic() && sig.Params().Len() == 1
}

// parseReaders reads a table: packages, receivers, functions, rows, destination, how.
func parseReaders(name, text string) ([]Reader, error) {
	var out []Reader
	err := eachRow(name, text, 6, func(f []string) error {
		r := Reader{How: How(f[5])}
		if !hows[r.How] {
			return fmt.Errorf("no rules %q", f[5])
		}
		var err error
		if r.Rows, err = rowsPlace(f[3]); err != nil {
			return err
		}
		if r.Dest, r.Form, err = destination(f[4]); err != nil {
			return err
		}
		each(f, func(pkg, receiver, fn string) {
			r.Package, r.Receiver, r.Name = pkg, receiver, fn
			out = append(out, r)
		})
		return nil
	})
	return out, err
}

func rowsPlace(word string) (int, error) {
	switch word {
	case "receiver":
		return OfReceiver, nil
	case "call":
		return OfCall, nil
	}
	return index(word)
}

func destination(word string) (int, Form, error) {
	for _, form := range []Form{NoForm, TypeForm} {
		if word == string(form) {
			return -1, form, nil
		}
	}
	for _, form := range []Form{VariadicForm, SliceForm} {
		if n, ok := strings.CutSuffix(word, string(form)); ok {
			i, err := index(n)
			return i, form, err
		}
	}
	n, isFunc := strings.CutPrefix(word, string(FuncForm))
	i, err := index(n)
	if isFunc {
		return i, FuncForm, err
	}
	return i, PointerForm, err
}

func index(word string) (int, error) {
	i, err := strconv.Atoi(word)
	if err != nil || i < 0 {
		return 0, fmt.Errorf("%q is no index of an argument", word)
	}
	return i, nil
}
