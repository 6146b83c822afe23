package scale

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// room is how much more than linear the cost may grow.
const room = 1.2

// growth measures folders of many files and files of many statements.
func (s *scale) growth() error {
	for _, series := range []struct {
		what  string
		sizes []int
		write func(dir string, n int) error
	}{
		{"files", []int{1000, 10_000, 20_000}, writeFiles},
		{"statements", []int{10_000, 40_000, 160_000}, writeStatements},
	} {
		if err := s.series(series.what, series.sizes, series.write); err != nil {
			return err
		}
	}
	return nil
}

func (s *scale) series(what string, sizes []int, write func(dir string, n int) error) error {
	var before cost
	for i, n := range sizes {
		dir := filepath.Join(s.dir, fmt.Sprint(what, n))
		if err := os.MkdirAll(filepath.Join(dir, "migrations"), 0o755); err != nil {
			return err
		}
		queries := "SELECT id, a FROM t1;\nSELECT b FROM t2;\nSELECT id FROM t3;\n"
		if err := os.WriteFile(filepath.Join(dir, "q.sql"), []byte(queries), 0o644); err != nil {
			return err
		}
		if err := write(filepath.Join(dir, "migrations"), n); err != nil {
			return err
		}
		c, err := s.least(dir)
		if err != nil {
			return fmt.Errorf("%d %s: %w", n, what, err)
		}
		fmt.Printf("%-60s %v", fmt.Sprintf("check: %d %s", n, what), c)
		if i == 0 {
			fmt.Println()
		} else {
			times := float64(n) / float64(sizes[i-1])
			cpu, memory := c.cpu.Seconds()/before.cpu.Seconds()/times, float64(c.memory)/float64(before.memory)/times
			fmt.Printf("; of linear growth: cpu %.2f, memory %.2f\n", cpu, memory)
			if cpu > room || memory > room {
				return fmt.Errorf("%d %s cost more than linear growth with 20 %% room", n, what)
			}
		}
		before = c
	}
	return nil
}

// least is the cheapest of some runs: others use the machine too.
func (s *scale) least(dir string) (cost, error) {
	var best cost
	for i := range 3 {
		c, err := s.cost([]string{"check", "-C", dir, "-deployed", "q.sql", "-next", "none", "-pending", "after:1",
			"-migrations", "migrations:golang-migrate"})
		if err != nil {
			return c, err
		}
		if i == 0 || c.cpu < best.cpu {
			best = c
		}
	}
	return best, nil
}

// statement is the n-th of a project that makes and changes tables.
func statement(n int) string {
	const kinds = 12
	t := n / kinds
	return []string{
		fmt.Sprintf("CREATE TABLE t%d (id bigserial PRIMARY KEY, a text, b integer NOT NULL DEFAULT 0, CHECK (b >= 0));", t),
		fmt.Sprintf("CREATE INDEX ON t%d (a);", t),
		fmt.Sprintf("ALTER TABLE t%d ADD COLUMN c text;", t),
		fmt.Sprintf("ALTER TABLE t%d DROP COLUMN b;", t),
		fmt.Sprintf("ALTER TABLE t%d ADD FOREIGN KEY (id) REFERENCES t%d (id);", t, max(t-1, 0)),
		fmt.Sprintf("CREATE VIEW v%d AS SELECT id, a FROM t%d;", t, t),
		fmt.Sprintf("ALTER TABLE t%d RENAME COLUMN c TO d;", t),
		fmt.Sprintf("ALTER TABLE t%d ALTER COLUMN d TYPE varchar(20);", t),
		fmt.Sprintf("COMMENT ON TABLE t%d IS 'x';", t),
		fmt.Sprintf("INSERT INTO t%d (a) VALUES ('x');", t),
		fmt.Sprintf("DROP VIEW v%d;", t),
		fmt.Sprintf("ALTER INDEX t%d_a_idx RENAME TO i%d;", t, t),
	}[n%kinds]
}

func writeFiles(dir string, n int) error {
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d_x.up.sql", i+1)), []byte(statement(i)+"\n"),
			0o644); err != nil {
			return err
		}
	}
	return nil
}

// writeStatements writes a file of one statement, and one of all others.
func writeStatements(dir string, n int) error {
	var b strings.Builder
	for i := 1; i < n; i++ {
		b.WriteString(statement(i) + "\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "1_x.up.sql"), []byte(statement(0)+"\n"), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "2_x.up.sql"), []byte(b.String()), 0o644)
}
