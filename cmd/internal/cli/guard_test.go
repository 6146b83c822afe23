package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// manifestDigest is what the last line of a manifest holds.
func manifestDigest(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:16])
}

// guard is what keeps attacks from succeeding: one or more places of the program. Taken away, text for
// text, an attack succeeds: so the attack is one, and the guard is what stops it.
type guard struct {
	name string
	// attack is what succeeds then, through a front; harm is what it does, in the words of arena.harm.
	// Where it is empty, what changes is the status, or what is said.
	attack string
	front  front
	harm   string
	edits  []edit
}

// edit takes a text of a file, which is there once, away.
type edit struct{ file, text, without string }

const (
	trustGo    = "analyzer/internal/config/trust.go"
	checkoutGo = "analyzer/internal/checkout/checkout.go"
	templateGo = "sqlscan/migration/template.go"
	cleanGo    = "analyzer/internal/clean/clean.go"
)

// guards are in groups of which one program is built: those of a group have nothing to do with each
// other.
var guards = [][]guard{
	{
		{"config: keys of the operator", "config: db of one of several", byCheck, "sends to a server", []edit{
			{trustGo, "if o.key == p.key.Value && (!c.Trusted || o.alone) {", "if false {"},
			{trustGo, "	if c.Trusted {\n		return\n	}", "	if true {\n		return\n	}"}}},
		{"files: through a root", "migrations: a file that is a link", byCheck, "prints a secret", []edit{{checkoutGo,
			"r.root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)", "os.OpenFile(filepath.Join(r.dir, filepath.FromSlash(name)), os.O_RDONLY|syscall.O_NONBLOCK, 0)"}}},
		{"go: code outside", "go: replace", byUsage, "prints a secret", []edit{{"analyzer/deployed/gocommand.go",
			"!slices.ContainsFunc(g.modules, in) {", "!slices.ContainsFunc(g.modules, in) && false {"},
			{"analyzer/deployed/gocommand.go", "	if to.Version != \"\" ||", "	if true || to.Version != \"\" ||"}}},
		{"git: trees", "git: entries that differ in case", byCheck, "", []edit{{"analyzer/deployed/tree.go",
			"if err := checkPath(e.path, w.seen); err != nil {", "if err := checkPath(e.path, w.seen); err != nil && false {"}}},
		{"templates: steps", "template: steps", byCheck, "hangs", []edit{{templateGo, "if b.steps--; b.steps < 0 {", "if b.steps--; false {"}}},
		{"sql: depth", "sql: IN in a chain", byCheck, "crashes", []edit{{"sqlscan/pgtree/split.go", "if s.deepest > maxNesting || stretched {", "if false {"}}},
		{"output: text", "output: an identifier", byCheck, "control character", []edit{{cleanGo, "	if harmless(s) {", "	if true {"}}},
		{"proof: the role", "proof: a program by text", byProof, "runs a program", []edit{{"catalog/pgserver/sandbox.go",
			"l.conn, err = connect(ctx, l.cluster.DSN(\"postgres\"), role, l.name)", "l.conn, err = connect(ctx, l.cluster.DSN(\"postgres\"), superuser, l.name)"}}},
		{"cache: the key", "cache: a planted entry", byCheck, "", []edit{{"analyzer/internal/cache/cache.go", "!hmac.Equal(code, []byte(c.code(name, data)))", "len(code) != 64"}}},
	},
	{
		{"config: paths", "config: migrations outside", byCheck, "", []edit{{trustGo, "if p != \"\" && (!c.contains(root, p) || !c.contains(root, path)) {", "if path == \"\\x00\" {"}}},
		{"files: regular ones", "deployed: a manifest that is a pipe", byCheck, "", []edit{{checkoutGo, "	case !info.Mode().IsRegular():\n", "	case false:\n"}}},
		{"go: sources", "go: a source that is a link", byCheck, "prints a secret", []edit{{checkoutGo, "case !d.Type().IsRegular() && Builds(d.Name()):", "case false:"}}},
		{"git: replaced objects", "git: a replaced object", byCheck, "", []edit{{"analyzer/deployed/git.go", "\"GIT_NO_REPLACE_OBJECTS=1\",", ""}}},
		{"environment", "environment: goose", byCheck, "prints a secret", []edit{{"analyzer/check/session.go", "if !slices.Contains(s.opts.Env, name) {", "if false {"}}},
		{"sql: runs of operators", "sql: nested comments", byCheck, "hangs", []edit{{"sqlscan/pgtree/source.go", "	if !hasLongRun(text) {", "	if true {"}}},
		{"output: lines", "output: the folder of migrations", byCheck, "prints a command", []edit{{cleanGo, "	if !bytes.HasPrefix(text, []byte(\"::\")) {", "	if true {"}}},
		{"manifests: nothing behind", "manifest: two in one file", byCheck, "", []edit{{"analyzer/deployed/manifest.go", "if sc.Scan() || sc.Err() != nil {", "if false {"}}},
		{"proof: classification", "proof: a program", byProof, "", []edit{{"analyzer/check/proof.go", "	case o.Leaves != \"\":\n", "	case false:\n"}}},
	},
	{
		{"files: without waiting", "deployed: a manifest that is a pipe", byCheck, "hangs", []edit{{checkoutGo, "os.O_RDONLY|syscall.O_NONBLOCK", "os.O_RDONLY|syscall.O_NONBLOCK&0"}}},
		{"files: limits", "migrations: too large", byCheck, "", []edit{{checkoutGo, "	case info.Size() > r.limit:\n", "	case false:\n"}, {checkoutGo, "l.N <= 0 {", "l.N <= 0 && false {"}}},
		{"environment: names alone", "environment: a value that is no name", byCheck, "", []edit{{"sqlscan/migration/marks.go", "if !withheld[i] && !name {", "if false && !name {"}}},
		{"templates: output", "template: output", byCheck, "", []edit{{templateGo, "if b.left -= len(p); b.left < 0 {", "if b.left -= len(p); false {"}}},
		{"output: json", "output: json", byCheck, "control character", []edit{{cleanGo, "!bytes.Contains(data, []byte(\"##\")) {", "!bytes.Contains(data, []byte(\"##\")) || true {"}}},
		{"git: the work tree", "git: a work tree elsewhere", byCheck, "", []edit{{"analyzer/deployed/git.go", "if top != above && !given {", "if false {"}}},
		{"git: what a clone lacks", "git: a partial clone", byCheck, "", []edit{{"analyzer/deployed/tree.go", "	case errors.Is(err, errLacks), err != nil && lacks(objects.stderr.String()):\n", "	case false:\n"}}},
	},
	{
		{"config: keys that are words", "config: a key that is no word", byCheck, "", []edit{{trustGo, "if p.key.Kind != yaml.ScalarNode || p.key.ShortTag() != \"!!str\" {", "if p.key.Kind != yaml.ScalarNode {"}}},
		{"git: objects are what they are called", "git: an object that is another", byCheck, "", []edit{{"analyzer/deployed/objects.go", "!= e.hash {", "!= e.hash && false {"}}},
		{"git: a work tree's repository", "git: another's repository", byCheck, "", []edit{{"analyzer/deployed/git.go", "err := pointsBack(above); err != nil && !given {", "err := pointsBack(above); err != nil && false {"}}},
		{"go: what C includes", "go: C that includes a file", byCheck, "prints a secret", []edit{{"analyzer/internal/checkout/cgo.go", "	if len(c.preambles) == 0 {", "	if true {"}}},
		{"go: module files", "go: a workspace with other files", byCheck, "prints a secret", []edit{{"analyzer/deployed/gocommand.go", "	if to.Version != \"\" ||", "	if true || to.Version != \"\" ||"}}},
		{"go: kinds of errors", "go: an error that says it is harmless", byCheck, "", []edit{{"analyzer/deployed/load.go",
			"e.Kind == packages.ListError && (strings.HasSuffix(e.Msg, \": no matching files found\") ||", "(strings.Contains(e.Msg, \"no matching files found\") ||"}}},
		{"migrations: a file that is refused", "migrations: found, with a pipe", byCheck, "", []edit{{"sqlscan/migration/find.go", "if d.refused != nil && (named || err == nil && t != plain) {", "if false {"}}},
		{"sql: bodies", "sql: a body that ends itself", byCheck, "crashes", []edit{{"sqlscan/pgtree/plpgsql.go", "strings.Contains(body, quote); n++ {", "false; n++ {"}}},
		{"sql: copies", "sql: a copy that is none", byCheck, "", []edit{{"sqlscan/pgtree/psql.go", "		case depth == 0 && wordByte(token[0]):\n", "		case wordByte(token[0]), token[0] == '\\'':\n"}, {"sqlscan/pgtree/psql.go", "if i > 0 && w == \"stdin\" && words[i-1] == \"from\" {", "if i > 0 && strings.Contains(w, \"stdin\") {"}}},
		{"templates: actions", "template: actions in actions", byCheck, "crashes", []edit{{templateGo, "	if strings.Count(text, \"{{\") > maxActions {", "	if false {"}}},
		{"templates: bytes", "template: many values", byCheck, "hangs", []edit{{"sqlscan/migration/templatetext.go", "if b.made -= len(out) + size; b.made < 0 {", "if b.made -= len(out) + size; false {"}}},
		{"snapshots", "snapshot: nothing", byCheck, "crashes", []edit{{"catalog/snapshot/snapshot.go", "if err := e.Sound(); err != nil {", "if err := e.Sound(); err != nil && false {"}}},
		{"manifests: offsets", "manifest: offsets", byCheck, "crashes", []edit{{"analyzer/deployed/manifest.go", "if err := q.Sound(); err != nil {", "if err := q.Sound(); err != nil && false {"}}},
	},
}

// TestGuards takes each guard away and sees its attack succeed.
func TestGuards(t *testing.T) {
	for i, group := range guards {
		overlay := overlayOf(t, group)
		for _, g := range group {
			t.Run(fmt.Sprint(i+1, " ", g.name), func(t *testing.T) {
				t.Parallel()
				a := newArena(t, built(t, overlay))
				x := attackNamed(t, g.attack)
				if g.harm == "hangs" {
					a.patience = 15 * time.Second
				}
				r := a.launch(x, g.front)
				harm := a.harm(r)
				same := r.status == x.status && regexp.MustCompile(x.says).MatchString(r.all()) && harm == ""
				if g.harm != "" && !strings.Contains(harm, g.harm) || g.harm == "" && same {
					t.Errorf("the attack does not succeed: %q, want %q; status %d: %s", harm, g.harm, r.status, shortened(r.all()))
				}
			})
		}
	}
}

func attackNamed(t *testing.T, name string) attack {
	t.Helper()
	for _, x := range attacks {
		if x.name == name {
			return x
		}
	}
	t.Fatalf("no attack %q", name)
	return attack{}
}

var space = regexp.MustCompile(`\s+`)

// anyLayout matches a text however its lines are broken; the space around it is matched as it is.
func anyLayout(text string) *regexp.Regexp {
	words := strings.TrimSpace(text)
	before, after, _ := strings.Cut(text, words)
	return regexp.MustCompile(regexp.QuoteMeta(before) +
		space.ReplaceAllLiteralString(regexp.QuoteMeta(words), `\s+`) + regexp.QuoteMeta(after))
}

// overlayOf writes the program's files without some guards, and what has the go command take them.
func overlayOf(t *testing.T, group []guard) string {
	t.Helper()
	texts := map[string]string{}
	for _, g := range group {
		for _, e := range g.edits {
			file, err := filepath.Abs(filepath.Join("../../..", e.file))
			if err != nil {
				t.Fatal(err)
			}
			if texts[file] == "" {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				texts[file] = string(data)
			}
			places := anyLayout(e.text).FindAllStringIndex(texts[file], -1)
			if len(places) != 1 {
				t.Fatalf("%s: %s does not hold this once: %s", g.name, e.file, e.text)
			}
			texts[file] = texts[file][:places[0][0]] + e.without + texts[file][places[0][1]:]
		}
	}
	dir := t.TempDir()
	replace := map[string]string{}
	for i, file := range sortedKeys(texts) {
		changed := filepath.Join(dir, fmt.Sprintf("%d_%s", i, filepath.Base(file)))
		if err := os.WriteFile(changed, []byte(texts[file]), 0o644); err != nil {
			t.Fatal(err)
		}
		replace[file] = changed
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, list, 0o644); err != nil {
		t.Fatal(err)
	}
	return overlay
}

// builds keeps the programs of a test run, by overlay.
var builds sync.Map

// cleaning removes those programs when all tests are done.
type cleaning struct{ testscript.TestingM }

func (c cleaning) Run() int {
	defer func() {
		if dir, err := builtIn(); err == nil {
			os.RemoveAll(dir)
		}
	}()
	return c.TestingM.Run()
}

// builtIn is the folder of those programs.
var builtIn = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "schemavet-exe-") })

// built builds the program, with an overlay of its source if one is named.
func built(t *testing.T, overlay string) string {
	t.Helper()
	once, _ := builds.LoadOrStore(overlay, sync.OnceValues(func() (string, error) {
		top, err := builtIn()
		if err != nil {
			return "", err
		}
		dir, err := os.MkdirTemp(top, "")
		if err != nil {
			return "", err
		}
		exe := filepath.Join(dir, "schemavet")
		cmd := exec.Command("go", "build", "-o", exe)
		if overlay != "" {
			cmd.Args = append(cmd.Args, "-overlay", overlay)
		}
		cmd.Args = append(cmd.Args, "../../schemavet")
		out, err := cmd.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, out)
		}
		return exe, err
	}))
	exe, err := once.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return exe
}
