package catalog

import (
	"fmt"
	"testing"
)

// What each version has, as its release notes say; 0 is one that is not known, which has what any has.
func TestBuiltinCatalogs(t *testing.T) {
	function := func(name string) func(*Schema) bool {
		return func(s *Schema) bool { return len(s.Functions("pg_catalog", name)) > 0 }
	}
	relation := func(name string) func(*Schema) bool {
		return func(s *Schema) bool { _, ok := s.Relation("pg_catalog", name); return ok }
	}
	column := func(name, column string) func(*Schema) bool {
		return func(s *Schema) bool { r, ok := s.Relation("pg_catalog", name); return ok && r.Column(column) != nil }
	}
	cast := func(from, to string) func(*Schema) bool {
		return func(s *Schema) bool {
			f, ok1 := s.Type("pg_catalog", from)
			g, ok2 := s.Type("pg_catalog", to)
			_, ok := s.Cast(f.ID, g.ID)
			return ok1 && ok2 && ok
		}
	}
	for _, c := range []struct {
		what        string
		has         func(*Schema) bool
		first, last int
	}{
		{"lower", function("lower"), 12, 18},
		{"gen_random_uuid", function("gen_random_uuid"), 13, 18},
		{"unistr", function("unistr"), 14, 18},
		{"range_agg", function("range_agg"), 14, 18},
		{"regexp_count", function("regexp_count"), 15, 18},
		{"any_value", function("any_value"), 16, 18},
		{"pg_stat_io", relation("pg_stat_io"), 16, 18},
		{"to_bin", function("to_bin"), 17, 18},
		{"uuidv7", function("uuidv7"), 18, 18},
		{"array_sort", function("array_sort"), 18, 18},
		{"int4 to bytea", cast("int4", "bytea"), 18, 18},
		{"pg_start_backup", function("pg_start_backup"), 12, 14},
		{"pg_stat_bgwriter.buffers_backend", column("pg_stat_bgwriter", "buffers_backend"), 12, 16},
	} {
		for _, version := range []int{0, 11, 12, 13, 14, 15, 16, 17, 18, 19} {
			nearest := min(max(version, OldestServer), NewestServer)
			want := version == 0 || nearest >= c.first && nearest <= c.last
			t.Run(fmt.Sprintf("%s in %d", c.what, version), func(t *testing.T) {
				if got := c.has(New(version)); got != want {
					t.Errorf("%v, want %v", got, want)
				}
			})
		}
	}
}
