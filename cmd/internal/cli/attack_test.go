package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// front is a way in which a pull request meets the program.
type front string

const (
	byCheck    front = "check"
	byUsage    front = "usage"
	byVet      front = "vet"
	byProof    front = "prove"
	byDatabase front = "db" // check with -db, at a server that is the arena's
)

// attack is something that a checkout does. What must not happen, whichever it is, is arena.harm.
type attack struct {
	name string
	// files are put over those of app; make does what files cannot.
	files map[string]string
	make  func(a *arena)
	// fronts are those that it is run through; none is check.
	fronts []front
	// args are those of check, in place of the usual ones.
	args []string
	// status is what check ends with, and says a pattern of what it prints.
	status int
	says   string
}

// usual are the flags of check for app.
var usual = []string{"-deployed", "q.sql", "-pending", "after:1", "-migrations", "m"}

var everywhere = []front{byCheck, byUsage, byVet}

var (
	refusedKey = `the key \S+ is the operator's`
	outsideOf  = `leads out of the repository|outside of the repository`
	nests      = `nests too deeply`
)

// goMain is app's program with another text of its query; FILE-level declarations stand before it.
func goMain(imports, declarations, text string) string {
	return "package main\n\nimport (\n\t\"database/sql\"\n" + imports + ")\n\n" + declarations + "\nfunc main() {\n\tvar db *sql.DB\n\tdb.Query(" + text + ")\n}\n"
}

func queryFile(text string) map[string]string { return map[string]string{"q.sql": text} }

func repeated(before, again string, n int, after string) string {
	return before + strings.Repeat(again, n) + after
}

// weird is a name or text with what a terminal and CI services take for more than text.
const weird = "\x1b]0;x\x07\u202e\u009b2J\r::error::x\n::set-output name=a::b\n##vso[task.setvariable variable=x]y ##[group]z\u2028"

var attacks = slices.Concat(configAttacks, fileAttacks, goAttacks, gitAttacks, sqlAttacks, textAttacks, dataAttacks, outputAttacks, proofAttacks)

var configAttacks = []attack{
	{name: "config: prove", fronts: everywhere, status: 2, says: refusedKey,
		files: map[string]string{".schemavet.yaml": "prove: true\n", "m/2_b.up.sql": "COPY t TO PROGRAM 'touch $MARKER';"}},
	{name: "config: shadow", fronts: everywhere, status: 2, says: refusedKey, files: map[string]string{".schemavet.yaml": "shadow: $SERVER\n"}},
	{name: "config: db", fronts: everywhere, status: 2, says: refusedKey, files: map[string]string{".schemavet.yaml": "db: $SERVER\n"}},
	{name: "config: db of one of several", fronts: everywhere, status: 2, says: `databases.a.db`, args: []string{"-deployed", "q.sql"},
		files: map[string]string{".schemavet.yaml": "databases:\n  a: {db: $SERVER, migrations: [m]}\n"}},
	{name: "config: db by an anchor", fronts: everywhere, status: 2, says: refusedKey, args: []string{"-deployed", "q.sql"},
		files: map[string]string{".schemavet.yaml": "databases:\n  a: &a {\"d\\x62\": $SERVER}\n  b: {<<: *a}\n"}},
	{name: "config: version-query", status: 2, says: refusedKey, files: map[string]string{".schemavet.yaml": "version-query: SELECT 1\n"}},
	{name: "config: cache", status: 2, says: refusedKey, files: map[string]string{".schemavet.yaml": "cache: $OUTSIDE\n"}},
	{name: "config: env", status: 2, says: refusedKey, files: map[string]string{".schemavet.yaml": "env: [SECRET_TOKEN]\n"}},
	{name: "config: output file", status: 2, says: `the key o stands on the command line alone`, files: map[string]string{".schemavet.yaml": "o: $OUTSIDE/x\n"}},
	{name: "config: format with a file", status: 2, says: "format", files: map[string]string{".schemavet.yaml": "format: json=$OUTSIDE/x\n"}},
	{name: "config: another config", status: 2, says: `the key config`, files: map[string]string{".schemavet.yaml": "config: $OUTSIDE/x\n"}},
	{name: "config: schema outside", fronts: everywhere, status: 2, says: outsideOf, files: map[string]string{".schemavet.yaml": "schema: ../outside/secret.sql\n"}},
	{name: "config: migrations outside", fronts: everywhere, status: 2, says: outsideOf, args: []string{"-deployed", "q.sql", "-pending", "after:1"},
		files: map[string]string{".schemavet.yaml": "migrations: [$OUTSIDE]\n"}},
	{name: "config: deployed outside", status: 2, says: outsideOf, args: []string{"-pending", "all", "-migrations", "m"},
		files: map[string]string{".schemavet.yaml": "deployed: [../outside/secret.sql]\n"}},
	{name: "config: deployed outside, hidden", status: 2, says: outsideOf, args: []string{"-pending", "all", "-migrations", "m"},
		files: map[string]string{".schemavet.yaml": "deployed: [\"m/../../outside/secret.sql\"]\n"}},
	{name: "config: the folder above", fronts: everywhere, status: 2, says: outsideOf, args: []string{"-deployed", "q.sql", "-pending", "all"},
		files: map[string]string{".schemavet.yaml": "migrations: [\"..:golang-migrate\"]\n"}},
	{name: "config: a key that is no word", fronts: everywhere, status: 2, says: "no plain word", files: map[string]string{".schemavet.yaml": "!!binary YWNjZXB0: [{rule: undefined-column, reason: x}]\n"}},
	{name: "config: in a folder below", fronts: everywhere, status: 2, says: refusedKey, args: []string{"-C", "sub", "-deployed", "none"},
		files: map[string]string{"sub/.schemavet.yaml": "prove: true\n", "sub/x.go": "package sub\n"}},
	{name: "config: a link outside", fronts: everywhere, status: 2, says: outsideOf, make: func(a *arena) {
		a.writeOutside("c.yaml", "strict: "+outsideSecret+"\n")
		a.link(".schemavet.yaml", "../outside/c.yaml")
	}},
	{name: "config: bomb", fronts: everywhere, status: 2, says: `excessive aliasing|cannot unmarshal`, files: map[string]string{".schemavet.yaml": yamlBomb()}},
	{name: "config: nested", fronts: everywhere, status: 2, says: "exceeded max depth|depth", files: map[string]string{".schemavet.yaml": strings.Repeat("[", 200_000)}},
	{name: "config: large", fronts: everywhere, status: 2, says: "larger than the limit", files: map[string]string{".schemavet.yaml": strings.Repeat("# x\n", 1<<19)}},
	{name: "config: a pipe", fronts: everywhere, status: 2, says: "named pipe", make: func(a *arena) { a.pipe(".schemavet.yaml") }},
}

func yamlBomb() string {
	var b strings.Builder
	b.WriteString("accept:\n- &x0 {rule: a, reason: b}\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, "- &x%d [%s]\n", i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*x%d, ", i-1), 9), ", "))
	}
	return b.String()
}

// pipe makes a named pipe in the checkout.
func (a *arena) pipe(name string) {
	a.t.Helper()
	file := filepath.Join(a.dir, filepath.FromSlash(name))
	os.MkdirAll(filepath.Dir(file), 0o755)
	os.Remove(file)
	if err := syscall.Mkfifo(file, 0o644); err != nil {
		a.t.Fatal(err)
	}
}

var fileAttacks = []attack{
	{name: "migrations: a folder that is a link", status: 2, says: outsideOf, fronts: everywhere, make: func(a *arena) { a.link("m", "../outside") }},
	{name: "migrations: a file that is a link", status: 2, says: outsideOf, fronts: everywhere, make: func(a *arena) { a.link("m/2_b.up.sql", "../../outside/secret.sql") }},
	{name: "migrations: an absolute link", status: 2, says: outsideOf, fronts: everywhere, make: func(a *arena) { a.link("m/2_b.up.sql", "$OUTSIDE/secret.sql") }},
	{name: "migrations: a link over a link", status: 2, says: outsideOf, make: func(a *arena) {
		a.link("up", "..")
		a.link("m/2_b.up.sql", "../up/outside/secret.sql")
	}},
	{name: "migrations: a pipe", status: 2, says: "named pipe", fronts: everywhere, make: func(a *arena) { a.pipe("m/2_b.up.sql") }},
	{name: "migrations: a device", status: 2, says: outsideOf, make: func(a *arena) { a.link("m/2_b.up.sql", "/dev/zero") }},
	{name: "migrations: a terminal", status: 2, says: outsideOf, make: func(a *arena) { a.link("m/2_b.up.sql", "/dev/tty") }},
	{name: "migrations: found, with a pipe", status: 2, says: "named pipe", fronts: everywhere, args: []string{"-deployed", "q.sql", "-pending", "none"},
		files: map[string]string{"db/migrations/1_a.up.sql": "CREATE TABLE t (a int);"}, make: func(a *arena) {
			os.RemoveAll(filepath.Join(a.dir, "m"))
			a.pipe("db/migrations/2_b.up.sql")
		}},
	{name: "migrations: too large", status: 2, says: `larger than the limit of 1 MiB \(-file-limit\)`, args: append([]string{"-file-limit", "1"}, usual...),
		make: func(a *arena) { a.sparse("m/2_b.up.sql", 1<<40) }},
	{name: "migrations: sqitch scripts outside", status: 2, says: "cannot be read", args: []string{"-deployed", "q.sql", "-pending", "all", "-migrations", "s"},
		files: map[string]string{"s/sqitch.plan": "%project=a\n\n../../../outside/secret 2026-11-22T02:01:09Z A <a@example.com> # x\n", "s/deploy/x.sql": "SELECT 1;"}},
	{name: "migrations: templates outside", status: 2, says: outsideOf, args: []string{"-deployed", "q.sql", "-pending", "all", "-migrations", "./w:tern"},
		files: map[string]string{"w/001_a.sql": `{{template "in/x.sql"}}`}, make: func(a *arena) { a.link("w/in/x.sql", "../../../outside/secret.sql") }},
	{name: "migrations: tern.conf outside", status: 0, args: []string{"-deployed", "q.sql", "-pending", "all", "-migrations", "./w:tern"},
		files: map[string]string{"w/001_a.sql": "CREATE TABLE {{.x}} (a int);"}, make: func(a *arena) {
			a.writeOutside("tern.conf", "[data]\nx = "+outsideSecret+"\n")
			a.link("w/tern.conf", "../../outside/tern.conf")
		}},
	{name: "deployed: a manifest that is a pipe", status: 2, says: "named pipe", args: []string{"-deployed", "x.json", "-migrations", "m"}, make: func(a *arena) { a.pipe("x.json") }},
	{name: "deployed: a manifest that is a link", status: 2, says: outsideOf, args: []string{"-deployed", "*.json", "-migrations", "m"}, make: func(a *arena) { a.link("x.json", "../outside/secret.sql") }},
	{name: "deployed: queries that are a link", status: 2, says: outsideOf, make: func(a *arena) { a.link("q.sql", "../outside/secret.sql") }},
	{name: "schema: a link", status: 2, says: outsideOf, args: append([]string{"-schema", "s.sql"}, usual...), make: func(a *arena) { a.link("s.sql", "../outside/secret.sql") }},
	{name: "schema: a socket", status: 2, says: "socket|no such device", args: append([]string{"-schema", "s.sql"}, usual...), make: func(a *arena) { a.socket("s.sql") }},
	{name: "log: a pipe", status: 2, says: "named pipe", args: []string{"-deployed", "x.log", "-migrations", "m", "-pending", "none"}, make: func(a *arena) { a.pipe("x.log") }},
	{name: "log: a line without end", status: 2, says: "too long|larger than the limit|token", args: []string{"-deployed", "x.log", "-manifest-limit", "4", "-migrations", "m", "-pending", "none"},
		make: func(a *arena) {
			a.write(map[string]string{"x.log": "2026 LOG:  statement: " + strings.Repeat("x", 5<<20)})
		}},
}

// sparse makes a large file that takes no room.
func (a *arena) sparse(name string, size int64) {
	a.t.Helper()
	if err := os.Truncate(filepath.Join(a.dir, filepath.FromSlash(name)), size); err != nil {
		a.t.Fatal(err)
	}
}

// socket makes a socket in the checkout.
func (a *arena) socket(name string) {
	a.t.Helper()
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: filepath.Join(a.dir, name)}); err != nil {
		a.t.Fatal(err)
	}
}

var goAttacks = []attack{
	{name: "go: a source that is a link", status: 2, says: outsideOf, fronts: []front{byCheck, byUsage}, make: func(a *arena) { a.link("x.go", "../outside/secret.txt") }},
	{name: "go: a source that is a pipe", status: 2, says: "named pipe", fronts: []front{byCheck, byUsage}, make: func(a *arena) { a.pipe("sub/x.go") }},
	{name: "go: a package that is a link", status: 2, says: outsideOf, fronts: []front{byCheck, byUsage},
		files: map[string]string{"main.go": goMain("\t\"example.com/app/x\"\n", "", "x.SQL")}, make: func(a *arena) {
			a.writeOutside("x.go", "package x\n\nconst SQL = \"SELECT "+outsideSecret+" FROM t\"\n")
			os.Remove(filepath.Join(a.outside, "secret.go"))
			os.Remove(filepath.Join(a.outside, "go.mod"))
			a.link("x", "../outside")
		}},
	{name: "go: replace", status: 2, says: outsideOf, fronts: []front{byCheck, byUsage}, files: map[string]string{
		"go.mod":  "module example.com/app\n\ngo 1.26\n\nrequire example.com/secret v0.0.0\n\nreplace example.com/secret => ../outside\n",
		"main.go": goMain("\tsecret \"example.com/secret\"\n", "", "secret.SQL")}},
	{name: "go: a workspace", status: 2, says: outsideOf, fronts: []front{byCheck, byUsage}, files: map[string]string{
		"go.work": "go 1.26\n\nuse .\nuse ../outside\n",
		"main.go": goMain("\tsecret \"example.com/secret\"\n", "", "secret.SQL")}},
	{name: "go: a workspace with other files", status: 2, says: outsideOf, fronts: []front{byCheck, byUsage}, files: map[string]string{"go.work": "go 1.26\n\nuse .\nuse ../outside\n"},
		make: func(a *arena) { a.writeOutside("go.mod", outsideSecret+" in go.mod\n") }},
	{name: "go: a module in git's folder", status: 2, fronts: []front{byCheck, byUsage}, files: map[string]string{
		"go.mod":  "module example.com/app\n\ngo 1.26\n\nrequire example.com/secret v0.0.0\n\nreplace example.com/secret => ./.git/x\n",
		"main.go": goMain("\tsecret \"example.com/secret\"\n", "", "secret.SQL"), ".git/x/go.mod": "module example.com/secret\n\ngo 1.26\n"},
		make: func(a *arena) {
			a.git("init", "-q")
			a.link(".git/x/secret.go", "../../../outside/secret.go")
		}},
	{name: "go: a line that names another file", status: 1, fronts: everywhere, files: map[string]string{
		"main.go": "//line $OUTSIDE/x.go:1\n" + goMain("\t\"os\"\n", "", "read()") + "\nfunc read() string {\n\tb, _ := os.ReadFile(\"secret.sql\")\n\treturn string(b)\n}\n"}},
	{name: "go: a text that doubles", status: 1, fronts: everywhere, files: map[string]string{
		"main.go": "package main\n\nimport \"database/sql\"\n\nfunc main() {\n\tvar db *sql.DB\n\tq := \"x\"\n" + strings.Repeat("\tq = q + q\n", 60) + "\tdb.Query(q)\n}\n"}},
	{name: "go: a text that may double", status: 1, fronts: everywhere, files: map[string]string{
		"main.go": "package main\n\nimport (\n\t\"database/sql\"\n\t\"os\"\n)\n\nfunc main() {\n\tvar db *sql.DB\n\tq := \"x\"\n" +
			strings.Repeat("\tif os.Getenv(q) != \"\" {\n\t\tq = q + q\n\t}\n", 60) + "\tdb.Query(q)\n}\n"}},
	{name: "go: calls in calls", status: 1, fronts: everywhere, files: map[string]string{
		"main.go": "package main\n\nimport \"database/sql\"\n\nfunc one(q string) string {\n\tif q == \"x\" {\n\t\treturn \"y\"\n\t}\n\treturn q\n}\n\n" +
			"func main() {\n\tvar db *sql.DB\n\tdb.Query(" + strings.Repeat("one(", 60) + "\"x\"" + strings.Repeat(")", 60) + ")\n}\n"}},
	{name: "go: a pipe of Fortran", status: 2, says: "named pipe", fronts: []front{byCheck, byUsage}, make: func(a *arena) { a.pipe("x.f90") }},
	{name: "go: an error that says it is harmless", status: 2, says: "cannot convert", fronts: []front{byCheck, byUsage}, files: map[string]string{
		"x.go": "package main\n\nimport \"database/sql\"\n\nvar _ = (*sql.DB)(\"no matching files found\")\n"}},
	{name: "go: a newer toolchain", status: 2, says: "newer Go than this toolchain", fronts: []front{byCheck, byUsage}, files: map[string]string{"go.mod": "module example.com/app\n\ngo 1.99\n\ntoolchain go1.99.1\n"}},
	{name: "go: generate", status: 1, fronts: everywhere, files: map[string]string{"gen.go": "package main\n\n//go:generate touch $MARKER\n"}},
	{name: "go: cgo with a plugin", status: 2, fronts: []front{byCheck, byUsage}, files: map[string]string{"c.go": "package main\n\n// #cgo CFLAGS: -fplugin=./x.so\n// #cgo LDFLAGS: -Wl,--no-undefined -fuse-ld=./ld\nimport \"C\"\n"}},
	{name: "go: C that includes a file", status: 2, says: outsideOf, fronts: []front{byCheck, byUsage}, make: func(a *arena) { a.includeC("#include \"$OUTSIDE/secret.h\"") }},
	{name: "go: C that includes by a flag", status: 2, says: outsideOf, fronts: []front{byCheck, byUsage}, make: func(a *arena) { a.includeC("#cgo CFLAGS: -I$OUTSIDE\n#include <secret.h>") }},
	{name: "go: C that includes by a macro", status: 2, says: "no file's name", fronts: []front{byCheck, byUsage}, make: func(a *arena) { a.includeC("#define X \"$OUTSIDE/secret.h\"\n%:include X") }},
	{name: "go: C that includes a link", status: 2, says: outsideOf, fronts: []front{byCheck, byUsage}, make: func(a *arena) {
		a.link("x.h", "../outside/secret.h")
		a.includeC("#include \"x.h\"")
	}},
	{name: "go: C that includes a pipe", status: 2, says: "named pipe|outside|leads out", fronts: []front{byCheck, byUsage}, make: func(a *arena) {
		a.pipe("x.inc")
		a.includeC("#include \"x.inc\"")
	}},
	{name: "go: a file of the code's", status: 1, fronts: everywhere, files: map[string]string{
		"main.go": goMain("\t\"os\"\n", "", "read()") + "\nfunc read() string {\n\tb, _ := os.ReadFile(\"../../../outside/secret.sql\")\n\treturn string(b)\n}\n"}},
	{name: "go: a file by a link", status: 1, fronts: everywhere, files: map[string]string{
		"main.go": goMain("\t\"os\"\n", "", "read()") + "\nfunc read() string {\n\tb, _ := os.ReadFile(\"x.sql\")\n\treturn string(b)\n}\n"}, make: func(a *arena) { a.link("x.sql", "../outside/secret.sql") }},
	{name: "go: a pipe of the code's", status: 1, fronts: everywhere, files: map[string]string{
		"main.go": goMain("\t\"os\"\n", "", "read()") + "\nfunc read() string {\n\tb, _ := os.ReadFile(\"x.sql\")\n\treturn string(b)\n}\n"}, make: func(a *arena) { a.pipe("x.sql") }},
	{name: "go: embedded through a link", status: 2, fronts: []front{byCheck, byUsage}, files: map[string]string{
		"main.go": goMain("\t_ \"embed\"\n", "//go:embed x.sql\nvar text string\n", "text")}, make: func(a *arena) { a.link("x.sql", "../outside/secret.sql") }},
	{name: "go: embedded through a folder", status: 2, fronts: []front{byCheck, byUsage}, files: map[string]string{
		"main.go": goMain("\t_ \"embed\"\n", "//go:embed d/secret.sql\nvar text string\n", "text")}, make: func(a *arena) { a.link("d", "../outside") }},
	{name: "go: a vendor folder that is a link", status: 2, fronts: []front{byCheck, byUsage}, files: map[string]string{
		"go.mod": "module example.com/app\n\ngo 1.26\n\nrequire example.com/secret v1.0.0\n", "main.go": goMain("\tsecret \"example.com/secret\"\n", "", "secret.SQL"),
	}, make: func(a *arena) {
		a.writeOutside("modules.txt", "# example.com/secret v1.0.0\n## explicit; go 1.26\nexample.com/secret\n")
		a.link("vendor", "../outside")
	}},
	{name: "go: a test that is a pipe", status: 1, fronts: []front{byUsage}, make: func(a *arena) {}},
	{name: "go: a deep expression", status: 1, fronts: everywhere, files: map[string]string{"deep.go": "package main\n\nvar deep = " + repeated("\"a\"", "+\"a\"", 20_000, "") + "\n"}},
}

// includeC has the program send what a header says.
func (a *arena) includeC(preamble string) {
	a.writeOutside("secret.h", "#define SECRET \""+outsideSecret+"\"\n")
	a.write(map[string]string{"main.go": "package main\n\n/*\n" + preamble + "\n*/\nimport \"C\"\n\nimport \"database/sql\"\n\nfunc main() {\n\tvar db *sql.DB\n\tdb.Query(\"SELECT \" + C.SECRET + \" FROM t\")\n}\n"})
}

var gitAttacks = []attack{
	{name: "git: hooks and configuration", status: 0, fronts: []front{byCheck, byUsage}, args: []string{"-deployed", "v1", "-migrations", "m", "-pending", "after:1"}, make: func(a *arena) {
		a.commit()
		script := "#!/bin/sh\ntouch " + a.marker + "\n"
		for _, hook := range []string{"post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"} {
			os.WriteFile(filepath.Join(a.dir, ".git", "hooks", hook), []byte(script), 0o755)
		}
		for _, setting := range []string{"core.fsmonitor", "core.sshCommand", "core.pager", "diff.external", "filter.x.smudge", "filter.x.clean", "filter.x.process", "core.alternateRefsCommand", "credential.helper", "gpg.program", "core.editor", "core.askPass"} {
			a.git("config", setting, "touch "+a.marker)
		}
		a.git("config", "uploadpack.packObjectsHook", "touch "+a.marker)
		a.write(map[string]string{".gitattributes": "* filter=x diff=x text\n", ".gitmodules": "[submodule \"x\"]\n\tpath = x\n\turl = ext::touch% " + a.marker + "\n"})
	}},
	{name: "git: a work tree elsewhere", status: 2, says: "core.worktree", make: func(a *arena) {
		a.commit()
		a.git("config", "core.worktree", "/")
	}},
	{name: "git: a bare repository inside", status: 2, args: []string{"-C", "bare", "-deployed", "v1", "-next", "none"}, make: func(a *arena) {
		a.commit()
		a.git("clone", "-q", "--bare", ".", "bare")
		cmd := exec.Command("git", "--git-dir=bare", "config", "core.fsmonitor", "touch "+a.marker)
		cmd.Dir, cmd.Env = a.dir, a.env
		cmd.Run()
	}},
	{name: "git: a partial clone", status: 2, says: `git fetch --refetch --no-filter origin`, args: []string{"-deployed", "v0", "-migrations", "m", "-pending", "after:1"}, make: func(a *arena) {
		a.promisor("ext::touch% " + a.marker)
	}},
	{name: "git: a promisor that is a server", status: 2, says: `partial clone`, args: []string{"-deployed", "v0", "-migrations", "m", "-pending", "after:1"}, make: func(a *arena) {
		a.promisor("http://$HOSTPORT/x")
	}},
	{name: "git: a tree with ..", status: 2, says: "no path", args: []string{"-deployed", "v0", "-migrations", "m"}, make: func(a *arena) { a.tree("..", "x") }},
	{name: "git: a tree with .git", status: 2, says: "no path", args: []string{"-deployed", "v0", "-migrations", "m"}, make: func(a *arena) { a.tree(".git", "config") }},
	{name: "git: an entry twice", status: 2, says: "twice", args: []string{"-deployed", "v0", "-migrations", "m"}, make: func(a *arena) { a.twice("x.sql", "x.sql") }},
	{name: "git: entries that differ in case", status: 2, says: "differ in case only", args: []string{"-deployed", "v0", "-migrations", "m"}, make: func(a *arena) { a.twice("X.sql", "x.sql") }},
	{name: "git: a link and what is in it", status: 2, says: "twice", args: []string{"-deployed", "v0", "-migrations", "m"}, make: func(a *arena) { a.linkAndFolder() }},
	{name: "git: links in a revision", status: 2, says: outsideOf, args: []string{"-deployed", "v1", "-migrations", "m", "-pending", "after:1", "-next", "none"}, make: func(a *arena) {
		a.write(map[string]string{"main.go": goMain("", "", `"SELECT a FROM t"`)})
		a.link("x.go", "../outside/secret.txt")
		a.link("m/0_x.up.sql", "../../outside/secret.sql")
		a.commit()
		os.Remove(filepath.Join(a.dir, "x.go"))
		os.Remove(filepath.Join(a.dir, "m/0_x.up.sql"))
	}},
	{name: "git: an object that is another", status: 2, says: "not what its name", args: []string{"-deployed", "v1", "-migrations", "m", "-pending", "after:1", "-next", "none"}, make: func(a *arena) {
		a.write(map[string]string{"main.go": goMain("", "", `"SELECT a FROM t"`)})
		a.commit()
		blob := a.git("rev-parse", "v1:main.go")
		other := a.blob("package main\n\nfunc main() {}\n")
		path := func(hash string) string { return filepath.Join(a.dir, ".git", "objects", hash[:2], hash[2:]) }
		os.Remove(path(blob))
		if err := os.Rename(path(other), path(blob)); err != nil {
			a.t.Fatal(err)
		}
	}},
	{name: "git: another's repository", status: 2, says: "does not name it back", args: []string{"-deployed", "v1", "-migrations", "m", "-pending", "after:1"}, make: func(a *arena) {
		a.commit()
		if err := os.Rename(filepath.Join(a.dir, ".git"), filepath.Join(a.outside, "git")); err != nil {
			a.t.Fatal(err)
		}
		a.write(map[string]string{".git": "gitdir: $OUTSIDE/git\n"})
	}},
	{name: "git: its words", status: 2, says: "no such revision|git", args: []string{"-deployed", "latest:v*", "-migrations", "m"}, make: func(a *arena) {
		a.commit()
		a.link(".git/packed-refs", "../../outside/secret.txt")
	}},
	{name: "git: a tree of trees", status: 2, says: "more than the 1000000 entries", args: []string{"-deployed", "v0", "-migrations", "m"}, make: func(a *arena) {
		a.commit()
		tree := a.object("tree", entry("100644", "x", a.blob("x")))
		for range 8 {
			var level []byte
			for i := range 10 {
				level = append(level, entry("40000", string(rune('a'+i)), tree)...)
			}
			tree = a.object("tree", level)
		}
		a.tag(tree)
	}},
	{name: "git: a replaced object", status: 1, args: []string{"-deployed", "v1", "-migrations", "m", "-pending", "after:1", "-next", "none"}, says: `column "a" does not exist`, make: func(a *arena) {
		a.write(map[string]string{"main.go": goMain("", "", `"SELECT a FROM t"`)})
		a.commit()
		blob := a.git("rev-parse", "v1:main.go")
		a.write(map[string]string{"other.go": "package main\n\nfunc main() {}\n"})
		a.git("replace", blob, a.git("hash-object", "-w", "other.go"))
		os.Remove(filepath.Join(a.dir, "other.go"))
	}},
	{name: "git: a sparse checkout", status: 2, says: "sparse checkout leaves out 1 files", make: func(a *arena) {
		a.write(map[string]string{"sub/x.go": "package sub\n"})
		a.commit()
		a.git("sparse-checkout", "set", "--no-cone", "/*", "!/sub")
	}},
	{name: "git: a revision that is an option", status: 2, says: "no such revision", args: []string{"-deployed", "--upload-pack=touch $MARKER", "-migrations", "m"}, make: func(a *arena) { a.commit() }},
	{name: "git: a submodule", status: 1, args: []string{"-deployed", "v0", "-migrations", "m", "-pending", "after:1", "-next", "none"}, make: func(a *arena) {
		a.write(map[string]string{"main.go": goMain("", "", `"SELECT a FROM t"`)})
		a.commit()
		a.git("update-index", "--add", "--cacheinfo", "160000,"+a.git("rev-parse", "HEAD")+",x")
		a.git("config", "submodule.x.url", "ext::touch% "+a.marker)
		a.git("config", "submodule.x.update", "!touch "+a.marker)
		a.git("commit", "-qm", "two")
		a.git("tag", "v0")
	}},
}

// promisor makes v0, of which the clone lacks the files, and names where they could be had.
func (a *arena) promisor(url string) {
	a.commit()
	a.write(map[string]string{"main.go": goMain("", "", `"SELECT a FROM t"`)})
	a.git("commit", "-qm", "two", "main.go")
	a.git("tag", "v0")
	blob := a.git("rev-parse", "v0:main.go")
	os.Remove(filepath.Join(a.dir, ".git", "objects", blob[:2], blob[2:]))
	a.git("config", "core.repositoryFormatVersion", "1")
	a.git("config", "extensions.partialClone", "origin")
	a.git("config", "remote.origin.url", a.expand(url))
	a.git("config", "remote.origin.promisor", "true")
	a.git("config", "protocol.ext.allow", "always")
}

// object writes an object of git's as it is, and returns its name.
func (a *arena) object(kind string, data []byte) string {
	a.t.Helper()
	cmd := exec.Command("git", "hash-object", "-w", "-t", kind, "--literally", "--stdin")
	cmd.Dir, cmd.Env, cmd.Stdin = a.dir, a.env, strings.NewReader(string(data))
	out, err := cmd.Output()
	if err != nil {
		a.t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// entry is one of a tree object: a mode, a name, a hash in binary.
func entry(mode, name, hash string) []byte {
	var raw []byte
	for i := 0; i < len(hash); i += 2 {
		var b byte
		fmt.Sscanf(hash[i:i+2], "%02x", &b)
		raw = append(raw, b)
	}
	return append([]byte(mode+" "+name+"\x00"), raw...)
}

// tag commits a tree object as v0.
func (a *arena) tag(tree string) {
	a.git("tag", "v0", a.git("commit-tree", "-m", "x", tree))
}

func (a *arena) blob(text string) string { return a.object("blob", []byte(text)) }

// tree makes v0 of a file in a folder of a name that no folder has.
func (a *arena) tree(folder, name string) {
	a.commit()
	inner := a.object("tree", entry("100644", name, a.blob("x")))
	a.tag(a.object("tree", entry("40000", folder, inner)))
}

func (a *arena) twice(one, other string) {
	a.commit()
	a.tag(a.object("tree", append(entry("100644", one, a.blob("SELECT 1")), entry("100644", other, a.blob("SELECT 2"))...)))
}

// linkAndFolder makes v0 of a link to the outside and a folder of the same name.
func (a *arena) linkAndFolder() {
	a.commit()
	inner := a.object("tree", entry("100644", "planted", a.blob("x")))
	a.tag(a.object("tree", append(entry("120000", "d", a.blob("../outside")), entry("40000", "d", inner)...)))
}

var sqlAttacks = []attack{
	{name: "sql: operators by name", status: 0, says: nests, files: queryFile(repeated("SELECT 'a'", " OPERATOR(pg_catalog.||) 'a'", 40_000, ""))},
	{name: "sql: IN in a chain", status: 0, says: nests, files: queryFile(repeated("SELECT 1", " IN (1)", 40_000, ""))},
	{name: "sql: ISNULL in a chain", status: 0, says: nests, files: queryFile(repeated("SELECT 1", " ISNULL", 60_000, ""))},
	{name: "sql: unions of lists", status: 0, says: nests, files: queryFile(repeated("SELECT 1, 2", " UNION SELECT 1, 2", 40_000, ""))},
	{name: "sql: joins with AND", status: 0, says: nests, files: queryFile(repeated("SELECT 1 FROM t", " JOIN t ON 1 = 1 AND 2 = 2", 40_000, ""))},
	{name: "sql: BETWEEN in a chain", status: 0, says: nests, files: queryFile(repeated("SELECT 1", " BETWEEN 1 AND 2 IS NULL", 40_000, ""))},
	{name: "sql: queries in queries, as a view", status: 0, files: map[string]string{"m/2_b.up.sql": repeated("CREATE VIEW v AS SELECT ", "(SELECT ", 1400, "1"+strings.Repeat(")", 1400))}},
	{name: "sql: nested comments", status: 1, says: `column "a" does not exist`, files: queryFile(repeated("", "/*", 100_000, strings.Repeat("*/", 100_000)) + " SELECT a FROM t")},
	{name: "sql: comments without end", status: 2, says: "unterminated", files: queryFile("SELECT 1 " + strings.Repeat("/*", 500_000))},
	{name: "sql: signs in a row", status: 0, says: nests, files: queryFile(repeated("SELECT 1", "-+", 100_000, "1"))},
	{name: "sql: brackets", status: 0, says: nests, files: queryFile(repeated("SELECT ", "(", 100_000, "1"))},
	{name: "sql: CASE as a label swallows nothing", status: 1, says: `q.sql:2:8.*column "a" does not exist`, files: queryFile("SELECT x.case FROM (SELECT 1 AS case) x;\nSELECT a FROM t;" + strings.Repeat("\n-- x", 1000))},
	{name: "sql: blocks in blocks", status: 0, files: map[string]string{"m/2_b.up.sql": "DO $$ " + repeated("", "BEGIN ", 20_000, "NULL; "+strings.Repeat("END; ", 20_000)) + "$$"}},
	{name: "sql: conditions in conditions", status: 0, files: map[string]string{"m/2_b.up.sql": "DO $$ BEGIN " + repeated("", "IF true THEN ", 20_000, "NULL; "+strings.Repeat("END IF; ", 20_000)) + "END $$"}},
	{name: "sql: a body that ends itself", status: 1, says: `breaks: syntax error at or near .*…  *.SQLSTATE 42601. .migration-fails.`, files: map[string]string{"m/2_b.up.sql": "DO $y$ BEGIN END $schemavet_body$; SELECT 1" + strings.Repeat("+1", 40_000) + "; SELECT $schemavet_body$ $y$;"}},
	{name: "sql: signs in a body", status: 0, files: map[string]string{"m/2_b.up.sql": "DO $$ BEGIN PERFORM " + strings.Repeat("+-", 200_000) + "1; END $$;"}},
	{name: "sql: comments in a body", status: 0, files: map[string]string{"m/2_b.up.sql": "DO $$ BEGIN PERFORM 1 " + strings.Repeat("/*", 100_000) + strings.Repeat("*/", 100_000) + "; END $$;"}},
	{name: "sql: brackets that close nothing", status: 0, files: queryFile("SELECT " + strings.Repeat("CASE ", 400_000) + strings.Repeat(") ", 400_000))},
	{name: "sql: a rule without end", status: 0, files: queryFile("CREATE RULE " + strings.Repeat("CASE ", 400_000) + "(" + strings.Repeat(";", 400_000))},
	{name: "sql: a copy that is none", status: 1, says: `q.sql:2:8.*column "a" does not exist`, files: queryFile("copy (select ' from stdin ') to stdout;\nSELECT a FROM t;\n")},
	{name: "sql: an escaped text before the end", status: 1, says: `q.sql:2:8.*column "a" does not exist`, files: queryFile("-- " + strings.Repeat("x", 3100) + "\nSELECT a FROM t WHERE a = U&'\\0041';SELECT 1;")},
	{name: "sql: partitions", status: 0, files: map[string]string{"m/2_b.up.sql": partitions(2000)}},
	{name: "sql: constraints", status: 0, files: map[string]string{"m/2_b.up.sql": manyChecks(3000)}},
	{name: "sql: DO in DO", status: 0, files: map[string]string{"m/2_b.up.sql": nestedDO(60)}},
	{name: "sql: a long name", status: 1, files: queryFile("SELECT a FROM t; SELECT " + strings.Repeat("x", 1<<20) + " FROM t")},
	{name: "sql: a long line of words", status: 0, files: queryFile("SELECT " + strings.Repeat("x ", 1<<19))},
}

func partitions(n int) string {
	var b strings.Builder
	b.WriteString("CREATE TABLE p (a int) PARTITION BY RANGE (a);\n")
	for i := range n {
		fmt.Fprintf(&b, "CREATE TABLE p%d PARTITION OF p FOR VALUES FROM (%d) TO (%d);\n", i, i, i+1)
	}
	return b.String()
}

func manyChecks(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "ALTER TABLE t ADD CHECK (id > %d);\n", i)
	}
	return b.String()
}

func nestedDO(n int) string {
	text := "NULL;"
	for i := range n {
		text = fmt.Sprintf("EXECUTE $q%d$DO $b%d$ BEGIN %s END $b%d$$q%d$;", i, i, text, i, i)
	}
	return "DO $out$ BEGIN " + text + " END $out$"
}

var textAttacks = []attack{
	{name: "template: output", status: 0, says: "16 MiB", args: []string{"-deployed", "q.sql", "-pending", "all", "-migrations", "./w:tern"},
		files: map[string]string{"w/001_a.sql": "{{range 1000000000000}}" + strings.Repeat("x", 1000) + "{{end}}"}},
	{name: "template: steps", status: 0, says: "steps", args: []string{"-deployed", "q.sql", "-pending", "all", "-migrations", "./w:tern"},
		files: map[string]string{"w/001_a.sql": "{{range 1000000000000}}{{end}}"}},
	{name: "template: a value", status: 0, args: []string{"-deployed", "q.sql", "-pending", "all", "-migrations", "./w:tern"},
		files: map[string]string{"w/001_a.sql": `{{$x := "xxxxxxxx"}}{{range 60}}{{$x = print $x $x}}{{end}}`}},
	{name: "template: actions in actions", status: 0, says: "actions", args: []string{"-deployed", "q.sql", "-pending", "all", "-migrations", "./w:tern"},
		files: map[string]string{"w/001_a.sql": strings.Repeat("{{if 1}}", 500_000) + strings.Repeat("{{end}}", 500_000)}},
	{name: "template: many values", status: 0, says: "256 MiB", args: []string{"-deployed", "q.sql", "-pending", "all", "-migrations", "./w:tern"},
		files: map[string]string{"w/001_a.sql": `{{$x := "aaaaaaaaaaaaaaaa"}}{{range 15}}{{$x = print $x $x}}{{end}}{{range 190000}}{{$y := urlquery $x}}{{$y = urlquery $x}}{{end}}`}},
	{name: "template: of pop", status: 0, args: []string{"-deployed", "q.sql", "-pending", "all", "-migrations", "./w:pop"},
		files: map[string]string{"w/1_a.up.sql": "{{range 1000000000000}}{{end}}"}},
	{name: "environment: goose", status: 0, says: "the value of the environment variable SECRET_TOKEN", args: []string{"-deployed", "q.sql", "-pending", "after:1", "-migrations", "w", "-next", "none"},
		files: map[string]string{"w/1_a.sql": "-- +goose Up\nCREATE TABLE t (a int);\n", "w/2_b.sql": "-- +goose Up\n-- +goose ENVSUB ON\nALTER TABLE \"${SECRET_TOKEN}\" ADD COLUMN \"$PGPASSWORD\" int;\n"}},
	{name: "environment: a value that is no name", status: 0, says: "the value of the environment variable SECRET_TOKEN", args: []string{"-deployed", "q.sql", "-pending", "after:1", "-migrations", "w", "-next", "none", "-env", "SECRET_TOKEN"},
		files: map[string]string{"w/1_a.sql": "-- +goose Up\nCREATE TABLE t (a int);\n", "w/2_b.sql": "-- +goose Up\n-- +goose ENVSUB ON\nCOMMENT ON TABLE nothing IS '$SECRET_TOKEN';\n"}},
	{name: "environment: a default", status: 0, args: []string{"-deployed", "q.sql", "-pending", "after:1", "-migrations", "w", "-next", "none"},
		files: map[string]string{"w/1_a.sql": "-- +goose Up\nCREATE TABLE t (a int);\n", "w/2_b.sql": "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${SECRET_TOKEN:-x}', '${PGPASSWORD-y}';\n"}},
}

var dataAttacks = []attack{
	{name: "manifest: nested", status: 2, args: []string{"-deployed", "x.json", "-migrations", "m", "-next", "none", "-pending", "none"},
		files: map[string]string{"x.json": `{"format":"schemavet-usage","version":1,"deployed":` + repeated("", `{"x":[`, 1<<20, "") + "\n"}},
	{name: "manifest: two in one file", status: 2, says: "something stands behind the last line", args: []string{"-deployed", "x.json", "-migrations", "m", "-next", "none", "-pending", "none"},
		make: func(a *arena) {
			one := a.manifest()
			a.write(map[string]string{"x.json": one + one})
		}},
	{name: "manifest: something behind it", status: 2, says: "something stands behind the last line", args: []string{"-deployed", "x.json", "-migrations", "m", "-next", "none", "-pending", "none"},
		make: func(a *arena) { a.write(map[string]string{"x.json": a.manifest() + "\n"}) }},
	{name: "manifest: offsets", status: 2, says: "stands outside of it", args: []string{"-deployed", "x.json", "-migrations", "m", "-next", "none", "-pending", "none"},
		make: func(a *arena) {
			header, _, _ := strings.Cut(a.manifest(), "\n")
			body := header + "\n" + `{"site":{"file":"x.go","line":1},"texts":[{"sql":"SELECT 1","holes":[{"at":-1}]}],"live":true}` + "\n"
			a.write(map[string]string{"x.json": body + fmt.Sprintf(`{"count":1,"digest":%q}`, manifestDigest(body)) + "\n"})
		}},
	{name: "manifest: too large", status: 2, says: `-manifest-limit`, args: []string{"-deployed", "x.json", "-manifest-limit", "1", "-migrations", "m", "-next", "none", "-pending", "none"},
		make: func(a *arena) {
			a.write(map[string]string{"x.json": "{"})
			a.sparse("x.json", 1<<40)
		}},
	{name: "snapshot: nested", status: 2, args: []string{"-schema", "x.json", "-deployed", "q.sql", "-next", "none", "-pending", "none", "-migrations", "m"}, files: map[string]string{"x.json": strings.Repeat(`{"a":[`, 1<<20)}},
	{name: "snapshot: a table made of itself", status: 2, says: "made of themselves", args: []string{"-schema", "x.json", "-deployed", "q.sql", "-next", "none", "-pending", "after:1", "-migrations", "m"},
		files: map[string]string{"x.json": snapshotOf(`{"ID":1000001,"Schema":"public","Name":"t","Kind":114,"Columns":[],"Parents":[1000001],"LastAttr":2}`)}},
	{name: "snapshot: a view over itself", status: 2, says: "made of themselves", args: []string{"-schema", "x.json", "-deployed", "q.sql", "-next", "none", "-pending", "after:1", "-migrations", "m"},
		files: map[string]string{"x.json": snapshotOf(`{"ID":1000001,"Schema":"public","Name":"t","Kind":118,"Columns":[],"LastAttr":2,"View":{"SQL":"SELECT 1","Updatable":true,"Base":1000001}}`)}},
	{name: "snapshot: nothing", fronts: everywhere, status: 2, says: "is null", args: []string{"-deployed", "q.sql", "-next", "none", "-pending", "after:1", "-migrations", "m"},
		files: map[string]string{"x.json": snapshotOf("null"), ".schemavet.yaml": "schema: x.json\n"}},
	{name: "cache: a planted entry", status: 1, says: `column "a" does not exist`, args: []string{"-deployed", "v1", "-next", "none", "-migrations", "m", "-pending", "after:1", "-cache", "cache"}, make: func(a *arena) {
		a.write(map[string]string{"main.go": goMain("", "", `"SELECT a FROM t"`)})
		a.commit()
		a.plant()
	}},
	{name: "server: one that says nothing", fronts: []front{byDatabase}, status: 2, says: "cannot connect|lost|timeout"},
}

// snapshotOf is a snapshot of one relation, with the digest that it has.
func snapshotOf(relation string) string {
	schema := `{"server":16,"next":2147483648,"namespaces":[{"Name":"public"}],"relations":[` + relation + `]}`
	sum := sha256.Sum256([]byte(schema))
	return fmt.Sprintf(`{"format":"schemavet-schema","version":1,"digest":%q,"schema":%s}`, hex.EncodeToString(sum[:16]), schema)
}

// manifest is one of app.
func (a *arena) manifest() string {
	r := a.run(a.exe, "usage", "-migrations", "m")
	if r.status != 0 {
		a.t.Fatal(r.all())
	}
	return r.stdout
}

// plant fills a cache of the checkout by a run with a key of somebody else's, in which the program
// sends nothing.
func (a *arena) plant() {
	env := a.env
	a.env = append(slices.Clone(env), KeyOfSomebody)
	r := a.run(a.exe, "check", "-deployed", "v1", "-next", "none", "-migrations", "m", "-pending", "after:1", "-cache", "cache")
	a.env = env
	files, _ := filepath.Glob(filepath.Join(a.dir, "cache", "entry-*"))
	if r.status != 1 || len(files) != 1 {
		a.t.Fatalf("status %d, entries %v: %s", r.status, files, r.all())
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		a.t.Fatal(err)
	}
	// Whoever writes the folder can write a manifest whose own digest is right.
	code, rest, _ := strings.Cut(string(data), "\n")
	header, _, _ := strings.Cut(rest, "\n")
	sum := manifestDigest(header + "\n")
	planted := code + "\n" + header + "\n" + fmt.Sprintf(`{"count":0,"digest":%q}`, sum) + "\n"
	if err := os.WriteFile(files[0], []byte(planted), 0o644); err != nil {
		a.t.Fatal(err)
	}
}

// KeyOfSomebody is a key for the cache that is not the operator's.
const KeyOfSomebody = "SCHEMAVET_CACHE_KEY=0123456789abcdef0123456789abcdef"

var outputAttacks = []attack{
	{name: "output: a statement", status: 1, fronts: everywhere, files: map[string]string{"m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a /* " + weird + " */;", "main.go": goMain("", "", `"SELECT a FROM t"`)}},
	{name: "output: an identifier", status: 1, fronts: everywhere, files: map[string]string{
		"m/1_a.up.sql": "CREATE TABLE t (id int, a text, \"" + weird + "\" int);", "m/2_b.up.sql": "ALTER TABLE t DROP COLUMN \"" + weird + "\";",
		"q.sql": "SELECT \"" + weird + "\" FROM t;", "main.go": goMain("", "", "`SELECT \"`+"+fmt.Sprintf("%q", weird)+"+`\" FROM t`")}},
	{name: "output: json", status: 1, args: append([]string{"-format", "json"}, usual...), files: map[string]string{
		"m/1_a.up.sql": "CREATE TABLE t (id int, \"" + weird + "\" int);", "m/2_b.up.sql": "ALTER TABLE t DROP COLUMN \"" + weird + "\";", "q.sql": "SELECT \"" + weird + "\" FROM t;"}},
	{name: "output: the name of a file", status: 1, args: []string{"-deployed", "::error::x.sql", "-pending", "after:1", "-migrations", "m", "-next", "none"}, files: map[string]string{"::error::x.sql": "SELECT a FROM t;"}},
	{name: "output: the name of a migration", status: 1, files: map[string]string{"m/2_b.up.sql": "SELECT 1;", "m/3_\x1b[2J\u202e##[x].up.sql": "ALTER TABLE t DROP COLUMN a;"}},
	{name: "output: the folder of migrations", status: 1, args: []string{"-deployed", "q.sql", "-pending", "after:1", "-migrations", "./::error::m:golang-migrate", "-next", "none"},
		files: map[string]string{"::error::m/1_a.up.sql": "CREATE TABLE t (id int, a int);", "::error::m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a;"}},
	{name: "output: several folders", status: 2, args: []string{"-deployed", "q.sql", "-pending", "after:1"}, files: map[string]string{
		"\x1b[2J\r::x/migrations/1_a.up.sql": "CREATE TABLE t (id int, a int);"}},
	{name: "output: a config", status: 2, files: map[string]string{".schemavet.yaml": "\"\\e[2J\\n::error::x\": 1\n"}},
	{name: "output: a file beside a finding", status: 1, fronts: everywhere, args: []string{"-deployed", "q.sql", "-pending", "after:1", "-next", "none"}, files: map[string]string{
		".schemavet.yaml": "migrations: [\"::error::x:golang-migrate\"]\n", "::error::x/1_a.up.sql": "CREATE TABLE t (id int, a int);", "::error::x/2_b.up.sql": "ALTER TABLE t DROP COLUMN a;",
		"main.go": goMain("", "", `"SELECT a FROM t"`)}},
	{name: "output: an error of the compiler", status: 2, fronts: []front{byCheck, byUsage}, files: map[string]string{"x.go": "package main\n\nimport \"database/sql\"\n\nvar _ *sql.DB = \"\\u202e\" + undefined\n//line ::error::y.go:1\nvar _ int = \"x\"\n"}},
	{name: "output: a manifest's name", status: 1, args: []string{"-deployed", "x.json", "-migrations", "m", "-next", "none", "-pending", "after:1"}, make: func(a *arena) {
		a.write(map[string]string{"main.go": goMain("", "", `"SELECT a FROM t"`)})
		os.Remove(filepath.Join(a.dir, "m", "2_b.up.sql"))
		r := a.run(a.exe, "usage", "-migrations", "m", "-name", weird)
		a.write(map[string]string{"x.json": r.stdout, "m/2_b.up.sql": app["m/2_b.up.sql"]})
	}},
	{name: "output: who uses it", status: 0, fronts: []front{"refs"}, args: []string{"t.a"}, files: map[string]string{"main.go": "package main\n\nimport \"database/sql\"\n\nfunc main() {\n\tvar db *sql.DB\n//line ::error::\x1b[2Jy.go:1\n\tdb.Query(\"SELECT a FROM t\")\n}\n"}},
	{name: "output: an accept entry", status: 1, files: map[string]string{".schemavet.yaml": "accept:\n- {rule: \"\\e[2J\\n::x\", reason: \"\\e[2J\"}\n"}},
}

var proofAttacks = []attack{
	{name: "proof: a program", fronts: []front{byProof}, status: 1, says: "not run: it runs a program", files: map[string]string{"m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a; COPY t TO PROGRAM 'touch $MARKER';"}},
	{name: "proof: a program by text", fronts: []front{byProof}, status: 1, says: "takes rights that a checkout is not given",
		files: map[string]string{"m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a; DO $$ BEGIN EXECUTE 'copy t to pro' || 'gram ''touch $MARKER'''; END $$;"}},
	{name: "proof: after RESET ROLE", fronts: []front{byProof}, status: 1,
		files: map[string]string{"m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a; RESET ROLE; RESET SESSION AUTHORIZATION; DO $$ BEGIN EXECUTE 'reset role'; EXECUTE 'copy t to pro' || 'gram ''touch $MARKER'''; END $$;"}},
	{name: "proof: what the planner runs", fronts: []front{byProof}, status: 1, files: map[string]string{
		"m/1_a.up.sql": "CREATE TABLE t (id int, a text); CREATE FUNCTION f() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'copy t to pro' || 'gram ''touch $MARKER'''; RETURN 1; END $$;",
		"q.sql":        "SELECT a FROM t WHERE id = f();"}},
	{name: "proof: a file of the server", fronts: []front{byProof}, status: 1, files: map[string]string{"m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a; DO $$ DECLARE x text; BEGIN EXECUTE 'select pg_re' || 'ad_file(''/etc/passwd'')' INTO x; RAISE EXCEPTION '%', x; END $$;"}},
	{name: "proof: our environment", fronts: []front{byProof}, status: 1, files: map[string]string{"m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a; COPY t FROM '/proc/self/environ'; CREATE EXTENSION dblink; CREATE EXTENSION file_fdw;"}},
	{name: "proof: another superuser", fronts: []front{byProof}, status: 1, files: map[string]string{"m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a; ALTER ROLE postgres SUPERUSER; SET ROLE postgres; DO $$ BEGIN EXECUTE 'alter role postgres superuser'; END $$;"}},
	{name: "proof: without end", fronts: []front{byProof}, status: 2, says: "-timeout", args: append([]string{"-timeout", "4s"}, usual...),
		files: map[string]string{"m/2_b.up.sql": "DO $$ BEGIN LOOP RAISE NOTICE 'x'; END LOOP; END $$;"}},
	{name: "proof: rows without end", fronts: []front{byProof}, status: 2, says: "-timeout", args: append([]string{"-timeout", "4s"}, usual...),
		files: map[string]string{"m/2_b.up.sql": "SELECT repeat('x', 1000000) FROM generate_series(1, 100000000);"}},
	{name: "proof: event triggers and libraries", fronts: []front{byProof}, status: 1, files: map[string]string{"m/2_b.up.sql": "ALTER TABLE t DROP COLUMN a; LOAD '$OUTSIDE/x.so'; CREATE FUNCTION g() RETURNS int LANGUAGE c AS '$OUTSIDE/x.so', 'g';"}},
}

// TestAttacks runs each attack through its fronts: nothing of what must not happen does, and what
// is said fits.
func TestAttacks(t *testing.T) {
	if len(attacks) < 60 {
		t.Errorf("%d attacks, want 60", len(attacks))
	}
	exe := built(t, "")
	for _, x := range attacks {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			for _, f := range x.through() {
				a := newArena(t, exe)
				r := a.launch(x, f)
				if harm := a.harm(r); harm != "" {
					t.Errorf("%s: %s\nstatus %d after %v: %s", f, harm, r.status, r.took, shortened(r.all()))
				}
				if (f == byCheck || f == byProof || f == byDatabase) && r.status != x.status {
					t.Errorf("%s: status %d, want %d: %s", f, r.status, x.status, shortened(r.all()))
				}
				if f != byVet && f != byUsage && !regexp.MustCompile(x.says).MatchString(r.all()) {
					t.Errorf("%s: does not say %q: %s", f, x.says, shortened(r.all()))
				}
			}
		})
	}
}

func shortened(s string) string {
	if len(s) > 2000 {
		return s[:1000] + " … " + s[len(s)-1000:]
	}
	return s
}

func (x attack) through() []front {
	if len(x.fronts) == 0 {
		return []front{byCheck}
	}
	return x.fronts
}

// launch prepares the checkout and runs the front.
func (a *arena) launch(x attack, f front) ran {
	a.write(app)
	a.write(x.files)
	if x.make != nil {
		x.make(a)
	}
	args := slices.Clone(x.args)
	if args == nil {
		args = slices.Clone(usual)
	}
	switch f {
	case byUsage:
		return a.run(a.exe, "usage", "-timeout", "50s")
	case byVet:
		return a.run("go", "vet", "-vettool="+a.exe, "./...")
	case byProof:
		args = append(args, "-prove", "-next", "none")
	case byDatabase:
		args = append(args, "-db", "$SERVER connect_timeout=3")
		r := a.run(a.exe, append([]string{"check", "-coverage", "0"}, args...)...)
		a.mu.Lock()
		a.wire.Reset() // The operator has named it.
		a.mu.Unlock()
		return r
	case "refs":
		return a.run(a.exe, append([]string{"refs"}, args...)...)
	}
	if !slices.Contains(args, "-timeout") {
		args = append([]string{"-timeout", "50s"}, args...)
	}
	return a.run(a.exe, append([]string{"check", "-coverage", "0"}, args...)...)
}

// TestEnds: a run that is stopped ends at once, with a status that says so, and leaves nothing.
func TestEnds(t *testing.T) {
	exe := built(t, "")
	slow := repeated("SELECT pg_sleep(100);", "", 0, "")
	tests := []struct {
		name   string
		signal syscall.Signal
		files  map[string]string
		args   []string
		// child is the program that it runs then, since so long: long enough for what it is to do
		// on most machines, and the end is the same on the others.
		child  string
		since  time.Duration
		status int
	}{
		{"INT while code is loaded", syscall.SIGINT, nil, []string{"check", "-deployed", "v1", "-migrations", "m"}, "go", 0, 130},
		{"TERM while code is loaded", syscall.SIGTERM, nil, []string{"check", "-deployed", "v1", "-migrations", "m"}, "go", 0, 143},
		{"TERM while a manifest is made", syscall.SIGTERM, nil, []string{"usage", "-o", "x.json"}, "go", 0, 143},
		{"INT while PostgreSQL is asked", syscall.SIGINT, map[string]string{"m/2_b.up.sql": slow}, append([]string{"check", "-prove", "-next", "none"}, usual...), "postgres", 2 * time.Second, 130},
		{"TERM while PostgreSQL starts", syscall.SIGTERM, nil, append([]string{"check", "-prove", "-next", "none"}, usual...), "initdb", 0, 143},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newArena(t, exe)
			a.env = append(a.env, "GOCACHE="+filepath.Join(filepath.Dir(a.dir), "gocache")) // Everything is compiled.
			a.write(app)
			a.write(tt.files)
			a.commit()
			r := a.runWith(func(cmd *exec.Cmd) {
				awaitChild(t, cmd, tt.child)
				time.Sleep(tt.since)
				cmd.Process.Signal(tt.signal)
			}, a.exe, tt.args...)
			if harm := a.harm(r); harm != "" || r.status != tt.status || r.stdout != "" {
				t.Errorf("%s: status %d, want %d, after %v: %s", harm, r.status, tt.status, r.took, r.all())
			}
			if left, _ := filepath.Glob(filepath.Join(a.dir, "*.json*")); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}
