package migration

import "testing"

// TestBehind: what the tool of a set runs behind what a version has run; never counts what it passes over.
func TestBehind(t *testing.T) {
	file := func(version, name, file string) Unit { return Unit{Version: version, Name: name, File: file} }
	for _, tt := range []struct {
		name           string
		set            Set
		ran            []Unit
		pending, never int
	}{
		{"golang-migrate, overtaken", Set{Format: "golang-migrate", Units: []Unit{file("1", "1_a", "m/1_a.up.sql"),
			file("2", "2_b", "m/2_b.up.sql"), file("3", "3_c", "m/3_c.up.sql"), file("4", "4_d", "m/4_d.up.sql")}},
			[]Unit{{Version: "1", Name: "1_a"}, {Version: "3", Name: "3_c"}}, 1, 1},
		{"goose, overtaken", Set{Format: "goose", Units: []Unit{file("1", "1_a", "m/1_a.sql"), file("2", "2_b", "m/2_b.sql"),
			file("3", "3_c", "m/3_c.sql")}}, []Unit{{Version: "1", Name: "1_a"}, {Version: "3", Name: "3_c"}}, 1, 0},
		{"sql-migrate, files", Set{Format: "sql-migrate", Units: []Unit{file("1", "1_a", "m/1_a.sql"),
			file("2", "2_b", "m/2_b.sql")}}, []Unit{{Version: "1", Name: "1_a"}}, 1, 0},
		{"sql-migrate, a list in Go", Set{Format: "sql-migrate", List: "main.migrations", Units: []Unit{
			file("001-a", "001-a", "main.go"), file("002-b", "002-b", "main.go")}},
			[]Unit{{Version: "001-a", Name: "001-a"}}, 1, 0},
		{"nothing has run", Set{Format: "golang-migrate", Units: []Unit{file("1", "1_a", "m/1_a.up.sql")}}, nil, 1, 0},
	} {
		p, never, err := tt.set.Behind(tt.ran)
		if err != nil || len(p.Units) != tt.pending || len(never) != tt.never {
			t.Errorf("%s: %d pending, never %v, %v", tt.name, len(p.Units), never, err)
		}
	}
}
