package migration

import (
	"os"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/catalog"
)

// TestSqitchNamesChangesByTheirHistory: the ids are those that sqitch 1.3.1 wrote into its registry
// for this plan, and that it lists as deployed.
func TestSqitchNamesChangesByTheirHistory(t *testing.T) {
	plan := strings.Join([]string{
		"%syntax-version=1.0.0", "%project=app", "%uri=https://example.com/app", "",
		"t 2026-11-22T02:01:09Z A B <a@example.com> # the table",
		"@v1 2026-11-22T02:01:09Z A B <a@example.com> # first", "",
		`widen [t] 2026-11-22T02:01:10Z A B <a@example.com> # two\nlines`,
		"other [widen !nothing] 2026-11-22T02:01:10Z A B <a@example.com> # x",
		"t [t@v1] 2026-11-22T02:01:11Z A B <a@example.com> # again", "",
	}, "\n")
	root := write(t, map[string]string{"sqitch.plan": plan, "deploy/t@v1.sql": "SELECT 1;", "deploy/t.sql": "SELECT 2;", "deploy/widen.sql": "SELECT 3;", "deploy/other.sql": "SELECT 4;"})
	set, err := Read(os.DirFS(root), "m", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ id, name, file string }{
		{"06423ccbe451c8081cc87e8e5a176f58e43f7f89", "t", "m/deploy/t@v1.sql"},
		{"2e76c84532a7d755a69d3c9bf58eed030872a18c", "widen", "m/deploy/widen.sql"},
	}
	for i, w := range want {
		if u := set.Units[i]; u.Version != w.id || u.Name != w.name || u.File != w.file {
			t.Errorf("unit %d is %s %s of %s, want %v", i, u.Version, u.Name, u.File, w)
		}
	}
	if len(set.Units) != 4 || set.Units[3].File != "m/deploy/t.sql" {
		t.Errorf("%d units", len(set.Units))
	}
	for row, pending := range map[string]string{"06423ccbe451c8081cc87e8e5a176f58e43f7f89": "widen other t", "2e76c84532a7d755a69d3c9bf58eed030872a18c": "other t"} {
		p, err := set.Pending(catalog.History{Table: "sqitch.changes", Rows: []catalog.Ran{{Version: row, Name: "x", Kind: "app"}, {Version: "0", Name: "of another project", Kind: "else"}}})
		var names []string
		for _, u := range p.Units {
			names = append(names, u.Name)
		}
		if err != nil || strings.Join(names, " ") != pending {
			t.Errorf("behind %s: %v, %v", row, names, err)
		}
	}
	if _, err := set.Pending(catalog.History{Table: "sqitch.changes", Rows: []catalog.Ran{{Version: "1234", Kind: "app"}}}); err == nil {
		t.Error("a change that is not in the plan was taken")
	}
}
