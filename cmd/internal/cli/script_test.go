package cli

import (
	stdcontext "context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/pgserver"
)

func TestMain(m *testing.M) {
	testscript.Main(cleaning{m}, map[string]func(){
		"schemavet": func() { os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs testdata/script: each file is a specification of the command.
func TestScripts(t *testing.T) { runScripts(t, "", nil) }

// TestServerScripts runs the scripts that need a server. Each has a database of its own,
// which the variable DSN names; sql FILE runs statements there.
func TestServerScripts(t *testing.T) {
	ctx := stdcontext.Background()
	cluster, err := pgserver.Start(ctx, "shared_preload_libraries=pg_stat_statements")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	if conn, err := cluster.Database(ctx, "roles"); err != nil {
		t.Fatal(err)
	} else if _, err := conn.Exec(ctx, "create role shadow login createdb"); err != nil {
		t.Fatal(err)
	} else {
		conn.Close(ctx)
	}
	n := 0
	runScripts(t, "server", func(env *testscript.Env) error {
		n++
		name := fmt.Sprintf("script%d", n)
		conn, err := cluster.Database(ctx, name)
		if err != nil {
			return err
		}
		env.Setenv("DSN", cluster.DSN(name))
		env.Setenv("SHADOW", strings.Replace(cluster.DSN(name), "user=postgres", "user=shadow", 1))
		return conn.Close(ctx)
	})
}

func runScripts(t *testing.T, dir string, setup func(*testscript.Env) error) {
	goenv := func(name string) string {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		return name + "=" + strings.TrimSpace(string(out))
	}
	caches := []string{goenv("GOCACHE"), goenv("GOMODCACHE"), goenv("GOPROXY"), goenv("GOFLAGS")}
	repo, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join(repo, "testdata", "script", dir),
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, caches...)
			env.Vars = append(env.Vars, "REPO="+repo, "GIT_CONFIG_NOSYSTEM=1", "XDG_CACHE_HOME="+filepath.Join(env.WorkDir, ".cache"), "XDG_CONFIG_HOME="+filepath.Join(env.WorkDir, ".cache", "config"),
				"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
			if err := os.MkdirAll(filepath.Join(env.WorkDir, ".tmp"), 0o755); err != nil || setup == nil {
				return err
			}
			return setup(env)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exits,
			"govet":  govet,
			"big":    big,
			"binary": binary,
			"sql":    sql,
		},
	})
}

// exits runs a command and checks its exit status: exits N COMMAND …
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND …")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = "?"
		if exit, ok := err.(*exec.ExitError); ok {
			got = exit.ProcessState.String()[len("exit status "):]
		}
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

// sql runs the statements of a file in the database of the script: sql FILE.
func sql(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sql FILE")
	}
	ctx := stdcontext.Background()
	conn, err := live.Open(ctx, ts.Getenv("DSN"))
	ts.Check(err)
	defer conn.Close(ctx)
	_, err = conn.PgConn().Exec(ctx, ts.ReadFile(args[0])).ReadAll()
	ts.Check(err)
}

// govet runs go vet with the program as its tool: govet STATUS PACKAGES …
func govet(ts *testscript.TestScript, neg bool, args []string) {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		tool := filepath.Join(dir, "schemavet")
		if _, err := os.Stat(tool); err == nil {
			exits(ts, neg, append([]string{args[0], "go", "vet", "-vettool=" + tool}, args[1:]...))
			return
		}
	}
	ts.Fatalf("no schemavet in PATH")
}

// big writes a text many times between two others: big FILE COUNT PREFIX TEXT SUFFIX.
func big(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: big FILE COUNT PREFIX TEXT SUFFIX")
	}
	count := map[string]int{"100000": 100_000, "500000": 500_000}[args[1]]
	text := args[2] + strings.Repeat(args[3], count) + args[4]
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// binary writes a file with escapes: binary FILE TEXT.
func binary(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: binary FILE TEXT")
	}
	text := strings.NewReplacer(`\0`, "\x00", `\r`, "\r", `\n`, "\n", `\B`, "\ufeff").Replace(args[1])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}
