package cli

import (
	"bytes"
	stdcontext "context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
)

// The secrets of an arena: of the environment, of a password, and of a file outside of the checkout.
const (
	envSecret     = "hunter2-env"
	passwdSecret  = "pgpass-7f3"
	outsideSecret = "outside_secret_9d2"
)

// arena is where an attack is run: a checkout that anybody may have written, and around it what it
// must not reach.
type arena struct {
	t   *testing.T
	exe string
	// dir is the checkout, outside a folder beside it, marker a file that nothing may make.
	dir, outside, marker, tmp string
	env                       []string
	// patience is how long a run may take: what hangs takes longer.
	patience time.Duration
	// server takes connections; what it got is in wire.
	server net.Listener
	mu     sync.Mutex
	wire   bytes.Buffer
	before string
}

func newArena(t *testing.T, exe string) *arena {
	top, err := os.MkdirTemp("", "arena")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(top) })
	a := &arena{t: t, exe: exe, patience: 5 * time.Minute, dir: filepath.Join(top, "checkout"), outside: filepath.Join(top, "outside"), marker: filepath.Join(top, "any", "marker"), tmp: filepath.Join(top, "tmp")}
	for _, dir := range []string{a.dir, a.outside, a.tmp, filepath.Join(top, "home"), filepath.Join(top, "any")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// The user that root runs PostgreSQL as has to enter it.
	os.Chmod(top, 0o755)
	os.Chmod(filepath.Join(top, "any"), 0o777)
	a.env = []string{"HOME=" + filepath.Join(top, "home"), "XDG_CACHE_HOME=" + filepath.Join(top, "home", "cache"), "XDG_CONFIG_HOME=" + filepath.Join(top, "home", "config"),
		"TMPDIR=" + a.tmp, "PATH=" + filepath.Dir(exe) + string(filepath.ListSeparator) + os.Getenv("PATH"), "SECRET_TOKEN=" + envSecret, "PGPASSWORD=" + passwdSecret,
		"SCHEMAVET_ARENA=" + top, "GIT_CONFIG_NOSYSTEM=1", "MARKER=" + a.marker,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com"}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY"} {
		a.env = append(a.env, name+"="+goSetting(t, name))
	}
	a.writeOutside("secret.sql", "SELECT "+outsideSecret+" FROM t;\n")
	a.writeOutside("secret.go", "package secret\n\nconst SQL = \"SELECT "+outsideSecret+" FROM t\"\n")
	a.writeOutside("secret.txt", outsideSecret+"\n")
	a.writeOutside("1_a.up.sql", "CREATE TABLE "+outsideSecret+" (a int);\n")
	a.writeOutside("2_b.up.sql", "ALTER TABLE "+outsideSecret+" DROP COLUMN a;\n")
	a.writeOutside("go.mod", "module example.com/secret\n\ngo 1.26\n")
	a.listen()
	return a
}

var goSettings sync.Map

func goSetting(t *testing.T, name string) string {
	if v, ok := goSettings.Load(name); ok {
		return v.(string)
	}
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	goSettings.Store(name, strings.TrimSpace(string(out)))
	return strings.TrimSpace(string(out))
}

// listen makes the server that an attack may have something sent to.
func (a *arena) listen() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		a.t.Fatal(err)
	}
	a.server = l
	a.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(5 * time.Second))
				buf := make([]byte, 1<<12)
				n, _ := conn.Read(buf)
				a.mu.Lock()
				fmt.Fprintf(&a.wire, "%q", buf[:n])
				a.mu.Unlock()
			}()
		}
	}()
}

func (a *arena) writeOutside(name, text string) {
	if err := os.WriteFile(filepath.Join(a.outside, name), []byte(text), 0o644); err != nil {
		a.t.Fatal(err)
	}
}

// write makes files of the checkout. $OUTSIDE, $MARKER and $SERVER in them are the arena's.
func (a *arena) write(files map[string]string) {
	a.t.Helper()
	for name, text := range files {
		file := filepath.Join(a.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			a.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(a.expand(text)), 0o644); err != nil {
			a.t.Fatal(err)
		}
	}
}

func (a *arena) expand(s string) string {
	host, port, _ := net.SplitHostPort(a.server.Addr().String())
	return strings.NewReplacer("$OUTSIDE", a.outside, "$MARKER", a.marker, "$SERVER", "host="+host+" port="+port+" user=u dbname=d sslmode=disable",
		"$HOSTPORT", host+":"+port).Replace(s)
}

// link makes a link in the checkout.
func (a *arena) link(name, target string) {
	a.t.Helper()
	file := filepath.Join(a.dir, filepath.FromSlash(name))
	os.MkdirAll(filepath.Dir(file), 0o755)
	os.RemoveAll(file)
	if err := os.Symlink(a.expand(target), file); err != nil {
		a.t.Fatal(err)
	}
}

// git runs git in the checkout.
func (a *arena) git(args ...string) string {
	a.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = a.dir, a.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		a.t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit commits all of the checkout, as v1, but for the second migration.
func (a *arena) commit() {
	a.t.Helper()
	a.git("init", "-q", "-b", "main")
	a.git("add", "-A", ":!m/2_b.up.sql")
	a.git("commit", "-qm", "one")
	a.git("tag", "v1")
}

// ran is what a run of the program did.
type ran struct {
	status         int
	stdout, stderr string
	took           time.Duration
}

func (r ran) all() string { return r.stdout + r.stderr }

// run runs a command in the checkout.
func (a *arena) run(name string, args ...string) ran {
	return a.runWith(func(*exec.Cmd) {}, name, args...)
}

// runWith lets something happen while the command runs.
func (a *arena) runWith(meanwhile func(*exec.Cmd), name string, args ...string) ran {
	a.t.Helper()
	a.before = treeDigest(a.t, a.outside)
	ctx, cancel := stdcontext.WithTimeout(stdcontext.Background(), a.patience)
	defer cancel()
	for i := range args {
		args[i] = a.expand(args[i])
	}
	cmd := exec.CommandContext(ctx, name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = a.dir, a.env, &stdout, &stderr, time.Second
	start := time.Now()
	if err := cmd.Start(); err != nil {
		a.t.Fatal(err)
	}
	meanwhile(cmd)
	err := cmd.Wait()
	r := ran{stdout: stdout.String(), stderr: stderr.String(), took: time.Since(start)}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.status = exit.ExitCode()
	}
	if ctx.Err() != nil {
		r.status = -2
	}
	return r
}

// awaitChild waits until a command has a child of that name, on a machine however busy.
func awaitChild(t *testing.T, cmd *exec.Cmd, name string) {
	t.Helper()
	for range 6000 {
		children, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", cmd.Process.Pid))
		for _, file := range children {
			pids, _ := os.ReadFile(file)
			for _, pid := range strings.Fields(string(pids)) {
				if comm, _ := os.ReadFile("/proc/" + pid + "/comm"); strings.TrimSpace(string(comm)) == name {
					return
				}
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%v has no child %s", cmd, name)
}

// harm says what an attack did that it must not, whatever it is; empty if nothing.
func (a *arena) harm(r ran) string {
	switch {
	case r.status == -2:
		return "it hangs"
	case r.status < 0 || strings.Contains(r.all(), "goroutine ") || strings.Contains(r.all(), "internal error") || strings.Contains(r.all(), "SIGSEGV"):
		return "it crashes"
	}
	for _, secret := range []string{envSecret, passwdSecret, outsideSecret} {
		if strings.Contains(r.all(), secret) {
			return "it prints a secret: " + secret
		}
	}
	if _, err := os.Lstat(a.marker); err == nil {
		return "it runs a program"
	}
	if now := treeDigest(a.t, a.outside); now != a.before {
		return "it writes outside"
	}
	a.mu.Lock()
	wire := a.wire.String()
	a.mu.Unlock()
	if wire != "" {
		return "it sends to a server of the checkout's: " + wire
	}
	if why := dirty(r.all()); why != "" {
		return why
	}
	if left := a.left(); left != "" {
		return left
	}
	return ""
}

// left says what a run has left behind.
func (a *arena) left() string {
	var left []string
	for range 500 {
		left = nil
		if entries, _ := os.ReadDir(a.tmp); len(entries) > 0 {
			left = append(left, "file "+entries[0].Name())
		}
		left = append(left, a.processes()...)
		if len(left) == 0 {
			return ""
		}
		time.Sleep(20 * time.Millisecond)
	}
	return "it leaves behind: " + strings.Join(left, ", ")
}

// processes are those that were started in the arena, and servers of which the folder is in it.
func (a *arena) processes() []string {
	var out []string
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		environ, _ := os.ReadFile(filepath.Join(dir, "environ"))
		cmdline, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		if len(cmdline) > 0 && (bytes.Contains(environ, []byte("SCHEMAVET_ARENA="+filepath.Dir(a.dir)+"\x00")) || bytes.Contains(environ, []byte("HOME="+a.tmp))) {
			out = append(out, "process "+strings.ReplaceAll(string(cmdline), "\x00", " "))
		}
	}
	return out
}

var commandOfCI = regexp.MustCompile(`(?m)^\s*::|##[A-Za-z]*\[`)

// dirty says what of an output is more than text.
func dirty(out string) string {
	if i := strings.IndexFunc(out, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u2028' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	}); i >= 0 {
		return fmt.Sprintf("it prints a control character: %q", out[max(0, i-20):min(len(out), i+20)])
	}
	if m := commandOfCI.FindString(out); m != "" {
		return fmt.Sprintf("it prints a command: %q", m)
	}
	return ""
}

// treeDigest is of all names and contents below a folder.
func treeDigest(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fmt.Fprintln(h, path, d.Type())
		if d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			h.Write(data)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// app is a small program with two migrations, the second of which breaks it.
var app = map[string]string{
	"go.mod":       "module example.com/app\n\ngo 1.26\n",
	"main.go":      "package main\n\nimport \"database/sql\"\n\nfunc main() {\n\tvar db *sql.DB\n\tdb.Query(\"SELECT id FROM t\")\n}\n",
	"m/1_a.up.sql": "CREATE TABLE t (id int, a text);\n",
	"m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a;\n",
	"q.sql":        "SELECT a FROM t;\n",
}

// sortedKeys are the names of files in one order.
func sortedKeys(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
