// Package replay runs the migrations of public projects on a server of its own and through
// the simulator, and compares the catalogs after each file.
//
// Its argument is a folder of bare git directories OWNER+NAME/repo.
//
// What it prints of each set: files; those that the server refused; those that the simulator
// refused and the server did not; opaque steps; facts that differed after a file that was not
// announced as opaque. After a difference our state is read again from the server.
package replay

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/cmd/internal/scratch"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

//go:embed sets.txt
var setsFile string

// set is a folder of migrations in a repository.
type set struct{ repo, rev, dir, reader, before string }

// Proof is the run.
func Proof() kit.Proof {
	return kit.Proof{Name: "replay", Args: "MIRRORS",
		Summary: "migrations of public projects, the catalogs compared after each file", Min: 1, Max: 1,
		Run: func(ctx context.Context, f kit.Flags, args []string) error {
			scratch.InMemory()
			return run(ctx, args[0], f.Only, f.Verbose)
		}}
}

func run(ctx context.Context, corpora, only string, verbose bool) error {
	// Timed is a server as it runs by default: what it commits survives.
	cluster, err := pgserver.Start(ctx, "fsync=on", "full_page_writes=on", "synchronous_commit=on")
	if err != nil {
		return err
	}
	defer cluster.Stop()
	var total count
	var missing []string
	sets := 0
	for i, s := range readSets() {
		if !strings.Contains(s.repo, only) {
			continue
		}
		if _, err := os.Stat(filepath.Join(corpora, s.repo)); err != nil {
			missing = append(missing, s.repo)
			continue
		}
		c, err := s.replay(ctx, cluster, corpora, fmt.Sprintf("set%d", i), verbose)
		if err != nil {
			return fmt.Errorf("%s: %w", s.repo, err)
		}
		fmt.Printf("%-48s %s\n", s.repo, c)
		total.add(c)
		sets++
	}
	fmt.Printf("%d projects: %s\n", sets, total)
	if len(missing) > 0 {
		fmt.Printf("not at hand, and not run: %s\n", strings.Join(missing, ", "))
	}
	if sets == 0 {
		return fmt.Errorf("%s holds none of the projects", corpora)
	}
	return nil
}

func readSets() []set {
	var out []set
	for line := range strings.Lines(setsFile) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 5)
		if len(f) < 4 || strings.HasPrefix(line, "#") {
			continue
		}
		s := set{repo: f[0], rev: f[1], dir: f[2], reader: f[3]}
		if len(f) == 5 {
			s.before = f[4]
		}
		out = append(out, s)
	}
	return out
}

// count is what became of the files of a set.
type count struct {
	files, refused, falseRefusals, opaque, differences, differing int
	server, ours                                                  time.Duration
}

func (c *count) add(o count) {
	c.files += o.files
	c.refused += o.refused
	c.falseRefusals += o.falseRefusals
	c.opaque += o.opaque
	c.differences += o.differences
	c.differing += o.differing
	c.server += o.server
	c.ours += o.ours
}

func (c count) String() string {
	return fmt.Sprintf("%4d files, %d refused by the server, %d refused by us only, %d opaque, %d facts differ "+
		"after %d files; server %.2fs, ours %.3fs, ratio %.3f",
		c.files, c.refused, c.falseRefusals, c.opaque, c.differences, c.differing, c.server.Seconds(), c.ours.Seconds(),
		c.ours.Seconds()/max(c.server.Seconds(), 0.001))
}

func (s set) replay(ctx context.Context, cluster *pgserver.Cluster, corpora, database string, verbose bool) (count,
	error) {
	var c count
	tree, err := s.checkout(corpora)
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(tree)
	units, err := s.units(tree)
	if err != nil {
		return c, err
	}
	conn, err := cluster.Database(ctx, database)
	if err != nil {
		return c, err
	}
	defer conn.Close(ctx)
	r := &replayer{conn: conn, verbose: verbose, set: s, count: &c}
	if s.before != "" {
		if _, err := conn.Exec(ctx, s.before); err != nil {
			return c, err
		}
	}
	if err := r.sync(ctx); err != nil {
		return c, err
	}
	base := r.schema
	for _, u := range units {
		if err := r.unit(ctx, u); err != nil {
			return c, err
		}
	}
	// Ours is timed by itself: what the comparisons leave behind is not its work.
	runtime.GC()
	start := time.Now()
	plan.Compile(base, nil, units, []string{"public"})
	c.ours = time.Since(start)
	return c, nil
}

// checkout writes the folder of the set into a temporary one.
func (s set) checkout(corpora string) (string, error) {
	tree, err := os.MkdirTemp("", "schemavet-replay-")
	if err != nil {
		return "", err
	}
	git := exec.Command("git", "--git-dir", filepath.Join(corpora, s.repo, "repo"), "archive", s.rev, s.dir)
	tar := exec.Command("tar", "-x", "-C", tree)
	if tar.Stdin, err = git.StdoutPipe(); err != nil {
		return tree, err
	}
	git.Stderr = os.Stderr
	if err := tar.Start(); err != nil {
		return tree, err
	}
	if err := git.Run(); err != nil {
		return tree, fmt.Errorf("git archive %s %s: %w", s.rev, s.dir, err)
	}
	return tree, tar.Wait()
}

func (s set) units(tree string) ([]migration.Unit, error) {
	switch s.reader {
	case "folders":
		return folders(filepath.Join(tree, s.dir))
	}
	m, err := migration.Read(os.DirFS(tree), s.dir, s.reader, nil)
	if err != nil {
		return nil, err
	}
	return m.Units, nil
}

// replayer keeps both sides in step.
type replayer struct {
	*count
	set     set
	conn    *pgx.Conn
	schema  *catalog.Schema
	verbose bool
}

// sync takes the server's catalog over as our state.
func (r *replayer) sync(ctx context.Context) error {
	server, _, err := live.Read(ctx, r.conn)
	r.schema = ddl.Complete(server)
	return err
}

func (r *replayer) unit(ctx context.Context, u migration.Unit) error {
	r.files++
	start := time.Now()
	err := r.apply(ctx, u)
	r.server += time.Since(start)
	if _, rollback := r.conn.Exec(ctx, "ROLLBACK; RESET ALL; RESET SESSION AUTHORIZATION"); rollback != nil {
		return rollback
	}
	if err != nil {
		r.refused++
		r.say("the server refuses %s: %v", u.File, err)
		return r.sync(ctx)
	}
	p := plan.Compile(r.schema, nil, []migration.Unit{u}, []string{"public"})
	r.schema = p.Last()
	opaque := false
	failures := slices.DeleteFunc(p.Failures, func(f plan.Failure) bool { return f.May })
	for _, f := range failures {
		r.falseRefusals++
		r.say("we refuse %s:%d: %s (SQLSTATE %s)", f.Origin.File, f.Origin.Line, f.Message, f.SQLSTATE)
	}
	for _, n := range p.Notes {
		opaque = true
		r.say("opaque: %s:%d: %s", n.File, n.Line, n.Message)
	}
	if opaque {
		r.opaque++
	}
	return r.compare(ctx, u, opaque || len(failures) > 0)
}

func (r *replayer) compare(ctx context.Context, u migration.Unit, announced bool) error {
	server, _, err := live.Read(ctx, r.conn)
	if err != nil {
		return err
	}
	server = ddl.Complete(server)
	diff := catalog.Differences(catalog.Describe(server), catalog.Describe(r.schema))
	if len(diff) == 0 && !announced {
		return nil
	}
	if len(diff) > 0 && !announced {
		r.differences += len(diff)
		r.differing++
		r.say("after %s:", u.File)
		for _, line := range diff {
			r.say("    %s", line)
		}
	}
	r.schema = server
	return nil
}

func (r *replayer) say(format string, args ...any) {
	if r.verbose {
		fmt.Printf("  "+r.set.repo+": "+format+"\n", args...)
	}
}

// apply runs a file on the server as its tool does: in one transaction, unless it says
// otherwise.
func (r *replayer) apply(ctx context.Context, u migration.Unit) error {
	text := pgtree.BlankPsql(u.Text)
	sts, err := pgtree.Parse(text)
	alone := u.NoTransaction
	for _, st := range sts {
		alone = alone || ddl.BoundaryOf(st) != ddl.NoBoundary
	}
	if err != nil || !alone {
		_, err := r.conn.PgConn().Exec(ctx, text).ReadAll()
		return err
	}
	for _, st := range sts {
		if _, err := r.conn.PgConn().Exec(ctx, st.Text).ReadAll(); err != nil {
			return err
		}
	}
	return nil
}
