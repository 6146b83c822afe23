package sqlbuild

import (
	"testing"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

func TestQuote(t *testing.T) {
	for name, want := range map[string]string{
		"a": `"a"`, "s.t": `"s"."t"`, "t.*": `"t".*`, "*": "*", `a"b`: `"a""b"`,
	} {
		if got := Quote(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		if got, _ := Quoted(goval.Text(name)).Constant(); name != `a"b` && got != want {
			t.Errorf("%s from the code: got %s, want %s", name, got, want)
		}
	}
}

// What is not known stays not known: a hole for a name, and whatever has holes in it.
func TestQuotedHoles(t *testing.T) {
	if hole, ok := goval.Only[*goval.Hole](Quoted(goval.Unknown("why"))); !ok || hole.Place != goval.IdentText ||
		hole.Reason != "why" {
		t.Errorf("%+v", hole)
	}
	part := goval.Concat(goval.Text("a."), goval.Unknown("why"))
	if got := Quoted(part); !goval.Alike(got, part) {
		t.Errorf("%+v", got)
	}
}

// A clause is there in the ways in which something stands in it.
func TestClauses(t *testing.T) {
	word, a := goval.Text(" WHERE "), goval.Text("a")
	if Clause(" WHERE ", nil, " AND ", "") != nil || Optional(" LIMIT ", nil) != nil || Where(word, nil) != nil {
		t.Error("an empty clause is written")
	}
	if got, _ := Where(word, a, goval.Text(";")).Constant(); got != " WHERE a;" {
		t.Errorf("%q", got)
	}
	maybe := goval.Choice([]goval.Value{nil, a})
	choice, ok := goval.Only[*goval.OneOf](Where(word, maybe))
	if !ok || len(choice.Options) != 2 || len(choice.Options[0]) != 0 {
		t.Fatalf("%+v", choice)
	}
	if got, _ := choice.Options[1].Constant(); got != " WHERE a" {
		t.Errorf("%q", got)
	}
}
