// Package orm is the frame of the lowerings, one small package per library: from the calls
// that make a builder, or that an ORM is given, to the texts that the library sends.
//
// A lowering knows its library's functions, what they write, and the names that it makes of
// declarations; it knows no schema. It takes the calls from goval, in the order in which they
// run and with one way through the code chosen, and gives texts with holes. What it does not
// understand is a hole, with what is certain around it.
package orm

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// UnknownType is the name of a type of the database that is not known: that of the Go type, in
// the schema that usage.MadeTypes names.
func UnknownType(t types.Type) string {
	return usage.MadeTypes + "." + usage.Quote(types.TypeString(t, (*types.Package).Name))
}

// Model is a table with its columns, each made of a field.
type Model struct {
	Table   string
	Columns []ModelColumn
}

// ModelColumn is a column with the field that declares it.
type ModelColumn struct {
	Name  string
	Field types.Object
}

// Rows is what becomes of rows. Without Columns they go into a map, or somewhere that is not
// known, by their own names.
type Rows struct {
	Columns []Column
	// ByPosition says that the columns are taken in their order, else they are by their names.
	ByPosition bool
	// Library reads the columns by its own rules; empty if the driver does.
	Library string
	// Strict says that a column which is not among Columns is refused.
	Strict bool
}

// Column is a column of a result with its destination.
type Column struct {
	Name string
	Type types.Type
}

// Scalars are rows that go into variables as they are: pointers, or slices of one column.
func Scalars(dests []goval.Arg) *Rows {
	out := &Rows{ByPosition: true}
	for _, d := range dests {
		p, ok := d.DynamicType().(*types.Pointer)
		if !ok {
			return &Rows{}
		}
		t := p.Elem()
		if s, ok := t.Underlying().(*types.Slice); ok && !isBytes(s) {
			t = s.Elem()
		}
		out.Columns = append(out.Columns, Column{Type: t})
	}
	return out
}

func isBytes(s *types.Slice) bool {
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

// IsScalar takes what a driver reads one column into: no struct but those that read
// themselves, no map.
func IsScalar(t types.Type) bool {
	if t == nil {
		return false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Slice); ok && !isBytes(s) {
		return IsScalar(s.Elem())
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		if n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time" {
			return true
		}
		if scan, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, nil, "Scan"); scan != nil {
			return true
		}
	}
	switch t.Underlying().(type) {
	case *types.Struct, *types.Map, *types.Interface:
		return false
	}
	return true
}

// Env is what a lowering asks of the code around.
type Env interface {
	// Results are the results of a function as texts; nil if they are not known.
	Results(fn *types.Func) []goval.Value
	// List are the elements of a list of texts that a package declares; nil if they are not
	// known.
	List(obj types.Object) []goval.Value
	// Settings are what the program sets for a library, each once; none if it leaves it as it is.
	Settings(library string) []string
	// Position is where something is declared.
	Position(obj types.Object) goval.Run
	// At is a place of the package.
	At(pos token.Pos) goval.Run
	// Once gives what make gives, and calls it once for the library: what it knows of types does
	// not change from call to call.
	Once(library string, make func() any) any
}

// Owner is the name of the type that a method belongs to, without its package; empty for a
// function.
func Owner(c *goval.Call) string {
	recv, ok := strings.CutPrefix(c.Func, "(")
	if !ok {
		return ""
	}
	recv, _, _ = strings.Cut(recv, ")")
	recv, _, _ = strings.Cut(recv, "[")
	return recv[strings.LastIndexByte(recv, '.')+1:]
}

// At is text that a call makes: it stands where the name of the function does.
func At(c *goval.Call, text string) goval.Value {
	return goval.TextAt(text, c.Run())
}

// Join puts a separator between values.
func Join(parts []goval.Value, sep string) goval.Value {
	var out goval.Value
	for i, p := range parts {
		if i > 0 {
			out = append(out, goval.Text(sep)...)
		}
		out = append(out, p...)
	}
	return out
}

// Value is a hole in which a value stands.
func Value(reason string) goval.Value {
	return goval.UnknownValue(reason)
}

// Sent is a hole for a value of a type that is sent as a parameter.
func Sent(reason string, t types.Type) goval.Value { return goval.Sent(reason, t, false) }

// Written is a hole for a value that stands in the text.
func Written(reason string, t types.Type) goval.Value { return goval.Sent(reason, t, true) }

// Variadic are the arguments of a call from an index on, whether they are given one by one or
// as a slice with dots.
func Variadic(c *goval.Call, from int) *goval.List {
	if from > len(c.Args) {
		return &goval.List{Open: "missing arguments"}
	}
	rest := c.Args[from:]
	out := &goval.List{}
	if c.Spread && len(rest) > 0 {
		last := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		switch {
		case last.List() != nil:
			out = last.List().With(slices.Clone(last.List().Elems))
		case !last.Nil:
			out.Open = "arguments given as a slice"
		}
	}
	for i, a := range rest {
		out.Elems = slices.Insert(out.Elems, i, goval.Element{Arg: a})
	}
	return out
}

// IsSequence says that an argument is a slice or an array, but no bytes.
func IsSequence(a goval.Arg) bool {
	t := a.GoType()
	if a.List() != nil && a.List().GoType() != nil {
		t = a.List().GoType()
	}
	if t == nil {
		return false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return !ok || b.Kind() != types.Uint8
	case *types.Array:
		return true
	}
	return false
}

// TypeName is the name of the argument's type, or of what it was set to, without package and
// pointer, and the path of the package.
func TypeName(a goval.Arg) (path, name string) {
	text := a.Type
	if a.List() != nil && a.List().Type != "" {
		text = a.List().Type
	}
	text = strings.TrimLeft(text, "*")
	i := strings.LastIndexByte(text, '.')
	if i < 0 {
		return "", text
	}
	return text[:i], text[i+1:]
}

// HasSteps says that a value is a builder.
func HasSteps(v goval.Value) bool { return v.Any(goval.IsPart[*goval.Call]) }

// Each lowers every way that a builder can be made and gives their texts as alternatives.
func Each(v goval.Value, lower func(goval.Value) []goval.Value) goval.Value {
	var texts []goval.Value
	for _, steps := range v.Variants() {
		texts = append(texts, lower(steps)...)
	}
	return goval.Choice(texts)
}
