package goval

import "testing"

// TestMisses: the variants of up to three choices of two are all combinations; of four they are some.
func TestMisses(t *testing.T) {
	either := func() Part { return &OneOf{Options: []Value{Text("a"), Text("b")}} }
	same := either()
	for _, tt := range []struct {
		name   string
		value  Value
		misses bool
	}{
		{"no choice", Text("a"), false},
		{"one", Value{either()}, false},
		{"three", Value{either(), either(), either()}, false},
		{"four", Value{either(), either(), either(), either()}, true},
		{"one in four places", Value{same, same, same, same}, false},
		{"choices in a choice", Value{&OneOf{Options: []Value{{either(), either()}, Text("c")}}, either()}, true},
	} {
		if got := tt.value.Misses(); got != tt.misses {
			t.Errorf("%s: %v of %d variants", tt.name, got, len(tt.value.Variants()))
		}
	}
}
