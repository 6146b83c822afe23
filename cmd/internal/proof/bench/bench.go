// Package bench measures what schemavet costs on a checkout.
//
// It runs go vet over ./... of a copy of the revision with schemavet and with a tool that
// does nothing, alternately, three pairs, each with a tool id never used before, so that no
// vet result is cached; the dependencies are compiled before. CPU is user plus system time
// of the go command with all its children.
package bench

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// Proof is the measurement.
func Proof() kit.Proof {
	pairs := 3
	return kit.Proof{Name: "bench", Args: "CHECKOUT", Summary: "what go vet and check cost, of -rev", Min: 1, Max: 1,
		Own: func(fs *flag.FlagSet) { fs.IntVar(&pairs, "pairs", pairs, "pairs of runs") },
		Run: func(_ context.Context, f kit.Flags, args []string) error {
			return run(args[0], cmp.Or(f.Rev, "HEAD"), pairs)
		}}
}

// usage is what one run of a command took.
type usage struct {
	cpu, wall time.Duration
	peakKB    int64
}

func measure(dir string, args ...string) usage {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	start := time.Now()
	cmd.Run() // findings end with status 1
	u := usage{wall: time.Since(start)}
	if s := cmd.ProcessState; s != nil {
		u.cpu = s.UserTime() + s.SystemTime()
		if ru, ok := s.SysUsage().(*syscall.Rusage); ok {
			u.peakKB = ru.Maxrss
		}
	}
	return u
}

func (u usage) String() string {
	return fmt.Sprintf("cpu %.1f s, wall %.1f s, peak %d MB", u.cpu.Seconds(), u.wall.Seconds(), u.peakKB/1024)
}

// bench is one bench.
type bench struct {
	tmp, tree string
	packages  []string
}

// commit makes the copy a repository of one commit, for check.
func (b *bench) commit() error {
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"},
		{"-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "-q", "-m", "copy"}} {
		if out, err := exec.Command("git", append([]string{"-C", b.tree}, args...)...).CombinedOutput(); err != nil {
			return fmt.Errorf("git %v: %w: %s", args, err, out)
		}
	}
	return nil
}

// list finds the packages of ./... that can be loaded with their tests: go vet stops at
// the first that cannot.
func (b *bench) list() error {
	cmd := exec.Command("go", "list", "-e", "-test", "-f",
		"{{if or .Error .DepsErrors}}-{{else}}+{{end}}{{or .ForTest .ImportPath}}", "./...")
	cmd.Dir = b.tree
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	bad, all := map[string]bool{}, map[string]bool{}
	for _, line := range strings.Fields(string(out)) {
		if strings.HasPrefix(line, "-") {
			bad[line[1:]] = true
		}
		if path := line[1:]; !strings.HasSuffix(path, ".test") && !strings.HasPrefix(path, "[") {
			all[path] = true
		}
	}
	for path := range all {
		if !bad[path] && !bad[path+".test"] {
			b.packages = append(b.packages, path)
		}
	}
	slices.Sort(b.packages)
	fmt.Printf("%d packages, %d left out because they cannot be loaded here\n", len(b.packages), len(all)-len(b.packages))
	return nil
}

func run(dir, revName string, pairs int) error {
	tmp, err := os.MkdirTemp("", "schemavet-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	b := &bench{tmp: tmp, tree: filepath.Join(tmp, "tree")}
	repo := deployed.OpenNamed(dir)
	rev, err := repo.Resolve(context.Background(), revName)
	if err != nil {
		return err
	}
	if err := os.Mkdir(b.tree, 0o755); err != nil {
		return err
	}
	if _, err := repo.Extract(context.Background(), rev, b.tree); err != nil {
		return err
	}
	fmt.Printf("%s at %s\n", filepath.Base(filepath.Dir(dir+"/")), rev.Commit[:12])
	if err := b.commit(); err != nil {
		return err
	}
	if err := b.list(); err != nil {
		return err
	}
	exec.Command("go", append([]string{"-C", b.tree, "build"}, b.packages...)...).Run()
	var ratios []float64
	var last string
	for i := range pairs {
		ours, err := b.build("schemavet", "github.com/schemavet/schemavet/cmd/schemavet",
			"github.com/schemavet/schemavet/cmd/internal/cli.Build", i)
		if err != nil {
			return err
		}
		nothing, err := b.build("nothing", "github.com/schemavet/schemavet/cmd/internal/proof/bench/nothing", "main.Build", i)
		if err != nil {
			return err
		}
		u, v := b.vet(ours), b.vet(nothing)
		ratios = append(ratios, float64(u.cpu)/float64(v.cpu))
		fmt.Printf("pair %d: schemavet %v; nothing %v; ratio %.2f\n", i+1, u, v, ratios[i])
		last = ours
	}
	slices.Sort(ratios)
	fmt.Printf("median ratio of cpu: %.2f\n", ratios[len(ratios)/2])
	fmt.Printf("warm: %v\n", b.vet(last))
	if err := b.editMigration(); err != nil {
		fmt.Printf("after one migration was edited: %v\n", err)
	} else {
		fmt.Printf("after one migration was edited: %v\n", b.vet(last))
	}
	cache := filepath.Join(tmp, "cache")
	for _, name := range []string{"first", "second"} {
		fmt.Printf("check of one deployed revision, %s: %v\n", name,
			measure(b.tree, append([]string{last, "check", "-deployed", "HEAD", "-next", "none", "-pending", "none", "-cache",
				cache}, b.packages...)...))
	}
	return nil
}

func (b *bench) vet(tool string) usage {
	return measure(b.tree, append([]string{"go", "vet", "-vettool=" + tool}, b.packages...)...)
}

// build links a tool under an id that no cache knows.
func (b *bench) build(name, pkg, variable string, i int) (string, error) {
	out := filepath.Join(b.tmp, fmt.Sprintf("%s-%d", name, i))
	cmd := exec.Command("go", "build", "-o", out, "-ldflags", fmt.Sprintf("-X %s=%d", variable, time.Now().UnixNano()),
		pkg)
	cmd.Stderr = os.Stderr
	return out, cmd.Run()
}

// editMigration adds a statement to the last migration of the copy.
func (b *bench) editMigration() error {
	found, err := check.FindMigrations(os.DirFS(b.tree))
	if err != nil {
		return err
	}
	if len(found) != 1 {
		return fmt.Errorf("not measured: %d folders of migrations", len(found))
	}
	set, err := migration.Read(os.DirFS(b.tree), found[0], "", nil)
	if err != nil {
		return err
	}
	last := filepath.Join(b.tree, set.Units[len(set.Units)-1].File)
	data, err := os.ReadFile(last)
	if err != nil {
		return err
	}
	return os.WriteFile(last, append([]byte("-- edited\n"), data...), 0o644)
}
