package goval

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"testing"
)

// everyPart has each part once, with something in each of its fields that is encoded.
func everyPart() Value {
	text := TextAt("SELECT", Run{1, "a.go", 2, 3})
	declared := Run{0, "b.go", 4, 5}
	arg := Arg{Value: text, Nil: true, TypedNil: true, Literal: true, Const: "1", Type: "int",
		methods: &List{Elems: []Element{{Key: Text("Table()"), Arg: Arg{Value: text}}}}}
	return Value{
		&Lit{Text: "x", Runs: []Run{{1, "a.go", 2, 3}, {2, "a.go", 3, 4}}, Declared: &declared},
		&Hole{Place: IdentText, Reason: "why", Written: true, Type: "T"},
		&Param{Index: 1, Of: 2, Type: "T", Path: ".f", Else: text},
		&OneOf{Options: []Value{text, {}, nil}, Some: true},
		&Format{Format: text, Index: -1, Of: 2},
		&File{Name: text, Folder: "/src"},
		&Call{Func: "p.F", Name: "F", Args: []Arg{arg}, Spread: true, TypeArgs: []string{"int"}, File: "a.go", Line: 1,
			Column: 2},
		&Lowered{Chain: text},
		&List{Elems: []Element{{Key: text, Arg: arg, Optional: true, Rest: true}}, Open: "more", Type: "[]int",
			given: text, text: text},
		&Func{Result: text, Of: 1},
		&arg,
		&DataDependent{On: "data"},
		&Style{Mark: ":"},
		&Op{Name: "join", Args: []Value{text}},
	}
}

// sent is a value after its way through a fact.
func sent(t *testing.T, v Value) (Value, int) {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		t.Fatal(err)
	}
	size := b.Len()
	var out Value
	if err := gob.NewDecoder(&b).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out, size
}

func TestFactsBringEveryPart(t *testing.T) {
	v := everyPart()
	if len(v) != len(kinds) {
		t.Fatalf("%d parts, %d are encoded", len(v), len(kinds))
	}
	got, _ := sent(t, v)
	for i, want := range v {
		if !reflect.DeepEqual(got[i], want) {
			t.Errorf("%T: got %+v, want %+v", want, got[i], want)
		}
	}
}

// A field that is added to a part and not to its method code is zero after the way through a fact.
func TestEveryFieldIsEncoded(t *testing.T) {
	found := map[string]any{ // typ and the like are found again by an Attacher
		"Hole.typ": nil, "Hole.field": nil, "File.files": nil, "Call.fn": nil, "Call.typeArgs": nil, "List.typ": nil, "List.declared": nil, "Arg.typ": nil,
		"List.made": nil, "List.filled": nil, // of no use behind the function
	}
	for _, p := range everyPart() {
		v := reflect.ValueOf(p).Elem()
		for i := range v.NumField() {
			name := v.Type().Name() + "." + v.Type().Field(i).Name
			if _, ok := found[name]; !ok && v.Field(i).IsZero() {
				t.Errorf("%s is not in everyPart, and so not tested", name)
			}
		}
	}
}

func TestSharedPartsAreEncodedOnce(t *testing.T) {
	v := Text("SELECT")
	for range 40 {
		v = Value{&OneOf{Options: []Value{v, v}}}
	}
	got, size := sent(t, v)
	if size > 1000 {
		t.Errorf("%d bytes for 41 parts", size)
	}
	for len(got) == 1 && !IsPart[*Lit](got[0]) {
		options := Inside(got[0])
		if options[0][0] != options[1][0] {
			t.Fatal("a part that was shared is not")
		}
		got = options[0]
	}
}

// A text with the places of its bytes, as most facts are, takes no more than its bytes, the names of
// its file once, and a few bytes for each line that stands elsewhere.
func TestFactsAreSmall(t *testing.T) {
	var v Value
	for line := range 100 {
		v = append(v, &Lit{Text: "SELECT a FROM t WHERE b = 1 ", Runs: []Run{{0, "store/query.go", line, 10}}},
			&Hole{Place: ValueText, Reason: "number"})
	}
	if _, size := sent(t, v); size > 100*28 {
		t.Errorf("%d bytes for 100 times the same 28", size)
	}
}

func FuzzValueOfAFact(f *testing.F) {
	encoded, err := everyPart().GobEncode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(encoded)
	f.Fuzz(func(t *testing.T, data []byte) {
		var v Value
		if v.GobDecode(data) != nil {
			return
		}
		again, err := v.GobEncode()
		if err != nil {
			t.Fatal(err)
		}
		var w Value
		if err := w.GobDecode(again); err != nil {
			t.Fatalf("what was read is not written so that it can be read: %v", err)
		}
	})
}
