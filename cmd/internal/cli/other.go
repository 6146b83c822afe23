package cli

import (
	stdcontext "context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog/migration"
)

// Fingerprint identifies the running program: what it kept is of no use to another build.
var Fingerprint = sync.OnceValue(func() string {
	exe, err := os.Executable()
	if err != nil {
		return Version()
	}
	f, err := os.Open(exe)
	if err != nil {
		return Version()
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return Version()
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
})

func runUsage(c *context, args []string) (int, error) {
	fs := c.flagSet(find("usage"))
	f := &checkFlags{next: "worktree", format: "text", failOn: "error"}
	var name, revision, out string
	fs.StringVar(&f.dir, "C", ".", "run as if started in `DIR`")
	fs.StringVar(&f.tags, "tags", "", "build tags of the release")
	fs.Var(&f.migrations, "migrations", "`PATH[:FORMAT]` of the migrations that the code carries (default: recognised)")
	fs.StringVar(&name, "name", "", "name of the version (default: the module path)")
	fs.StringVar(&revision, "revision", "", "revision of the version (default: the commit)")
	fs.StringVar(&out, "o", "", "write to `FILE` (default: standard output)")
	if err := c.parseFlags(fs, args); err != nil {
		return exitWrong, err
	}
	f.packages = fs.Args()
	if err := f.finish(); err != nil {
		return exitWrong, err
	}
	v, err := c.manifest(f)
	if err != nil {
		return exitWrong, err
	}
	if v.Name = name; name == "" {
		v.Name = v.Module
	}
	if v.Revision = revision; revision == "" && f.repo != nil {
		if rev, err := f.repo.Resolve("HEAD"); err == nil {
			v.Revision = rev.Commit
		}
	}
	if out == "" {
		err = deployed.WriteManifest(c.stdout, v)
	} else {
		err = deployed.WriteFile(f.path(out), func(w *os.File) error { return deployed.WriteManifest(w, v) })
	}
	if err != nil {
		return exitWrong, err
	}
	return c.problems(v), nil
}

// manifest extracts the work tree with the migrations that it carries.
func (c *context) manifest(f *checkFlags) (*usage.Version, error) {
	c.progress.step("reading the code at hand")
	v, err := deployed.Load(stdcontext.Background(), f.build(f.dir, f.root), "", "manifest")
	if err != nil {
		return nil, err
	}
	v.Tool = Version()
	k := &checker{context: c, checkFlags: f, ctx: stdcontext.Background(), result: &report.Result{}}
	k.atHand = v
	found, err := migration.Find(f.dir)
	if len(f.migrations) == 0 && len(k.cfg.Databases) == 0 && (err != nil || len(found) == 0) {
		return v, nil
	}
	if err := k.openMigrations(); err != nil {
		return nil, err
	}
	for _, d := range k.databases {
		if d.set != nil {
			v.Migrations = append(v.Migrations, migrationsOf(d.set)...)
		}
	}
	return v, nil
}

// problems prints what may hide a query and gives the status.
func (c *context) problems(v *usage.Version) int {
	for _, e := range v.Errors {
		fmt.Fprintf(c.stderr, "schemavet: queries may be missing: %s:%d: %s\n", e.File, e.Line, e.Message)
	}
	if len(v.Errors) > 0 {
		return exitWrong
	}
	return exitOK
}

func runRefs(c *context, args []string) (int, error) {
	f, err := c.checkFlags("refs", args)
	if err != nil {
		return exitWrong, err
	}
	if len(f.packages) == 0 || strings.HasPrefix(f.packages[0], ".") {
		return exitWrong, &usageError{"refs: name a table or table.column"}
	}
	object := f.packages[0]
	if f.packages = f.packages[1:]; len(f.packages) == 0 {
		f.packages = []string{"./..."}
	}
	k := &checker{context: c, checkFlags: f, ctx: stdcontext.Background()}
	var versions []*usage.Version
	if len(f.deployed) == 0 {
		v, err := deployed.Load(k.ctx, f.build(f.dir, f.root), "worktree", "worktree")
		if err != nil {
			return exitWrong, err
		}
		versions = append(versions, v)
	}
	for _, source := range f.deployed {
		v, err := k.loadVersion(source)
		if err != nil {
			return exitWrong, err
		}
		versions = append(versions, v)
	}
	code := exitOK
	for _, v := range versions {
		for _, r := range impact.References(v, object) {
			fmt.Fprintf(c.stdout, "%s:%d:%d: %s %s in %s\n", r.File, r.Line, r.Column, r.Verb, r.Name, r.Function)
		}
		code = max(code, c.problems(v))
	}
	return code, nil
}
