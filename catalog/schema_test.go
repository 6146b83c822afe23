package catalog

import (
	"slices"
	"testing"
)

// A schema is never changed: what a change gives is another one, that shares the rest.
func TestSchemasAreImmutable(t *testing.T) {
	base := New(15)
	with, users := base.NewRelation(&Relation{Schema: "public", Name: "users", Kind: Table})
	renamed := *users
	renamed.Name = "people"
	after := with.WithRelation(&renamed)
	gone := after.WithoutRelation(users.ID)

	for _, c := range []struct {
		name          string
		schema        *Schema
		users, people bool
	}{
		{"before", base, false, false}, {"made", with, true, false}, {"renamed", after, false, true}, {"gone", gone, false, false},
	} {
		_, hasUsers := c.schema.Relation("public", "users")
		_, hasPeople := c.schema.Relation("public", "people")
		if hasUsers != c.users || hasPeople != c.people {
			t.Errorf("%s: users %v, people %v", c.name, hasUsers, hasPeople)
		}
	}
	if r, ok := with.RelationByID(users.ID); !ok || r.Name != "users" {
		t.Errorf("the state before the rename has %+v", r)
	}
	if r, ok := after.RelationByID(users.ID); !ok || r.Name != "people" {
		t.Errorf("a renamed relation keeps its ID, and is %+v", r)
	}
}

// IDs are given once, and none of those that built-in objects have.
func TestIDs(t *testing.T) {
	s := New(15)
	seen := map[ID]bool{}
	for range 10 {
		var id ID
		if s, id = s.NewID(); id < FirstID || seen[id] {
			t.Fatalf("ID %d, after %v", id, seen)
		}
		seen[id] = true
	}
	if _, id := s.Reserve(FirstID + 100).NewID(); id < FirstID+100 {
		t.Errorf("ID %d was reserved", id)
	}
}

// A schema that is not known may have anything anywhere; one that is has what is in it.
func TestUnknownSchemas(t *testing.T) {
	if !Unknown(15).IsUnknown() || New(15).IsUnknown() {
		t.Error("IsUnknown")
	}
	if _, ok := New(15).Type("pg_catalog", "int4"); !ok {
		t.Error("built-in types are everywhere")
	}
}

// Descriptions are compared fact by fact, in order.
func TestDifferences(t *testing.T) {
	for _, c := range []struct {
		name                string
		first, second, want []string
	}{
		{"the same", []string{"a", "b"}, []string{"a", "b"}, nil},
		{"only in one", []string{"a", "c"}, []string{"b", "c"}, []string{"- a", "+ b"}},
		{"more of one", nil, []string{"a"}, []string{"+ a"}},
	} {
		if got := Differences(c.first, c.second); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDescribe(t *testing.T) {
	s, _ := New(15).NewRelation(&Relation{Schema: "public", Name: "users", Kind: Table,
		Columns: []Column{{Num: 1, Name: "id", Type: TypeRef{ID: OIDInt4}, NotNull: true}}})
	want := []string{"column public.users.id int4 notnull", "relation public.users r", "schema public"}
	if got := Describe(s); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// guc.c, SplitIdentifierString: folded unless quoted.
func TestParseSearchPath(t *testing.T) {
	for text, want := range map[string][]string{
		`public`:                   {"public"},
		`"$user", public`:          {"public"},
		`App , "Mixed", "a""b"`:    {"app", "Mixed", `a"b`},
		``:                         nil,
		`tenant_1,public,"x, y"`:   {"tenant_1", "public", "x, y"},
		`  public  ,  pg_catalog `: {"public", "pg_catalog"},
	} {
		if got := ParseSearchPath(text); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
