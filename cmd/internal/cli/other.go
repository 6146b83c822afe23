package cli

import (
	stdcontext "context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/schemavet/schemavet/analyzer/checkout"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/analyzer/usage"
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

func runUsage(ctx stdcontext.Context, c *context, args []string) (int, error) {
	fs := c.flagSet(find("usage"))
	f := &checkFlags{next: "worktree", format: "text", failOn: "error"}
	var name, revision, out string
	f.commonFlags(fs)
	fs.StringVar(&f.tags, "tags", "", "build tags of the release")
	fs.Var(&f.migrations, "migrations", "`PATH[:FORMAT]` of the migrations that the code carries (default: recognised)")
	fs.StringVar(&name, "name", "", "name of the version (default: the module path)")
	fs.StringVar(&revision, "revision", "", "revision of the version (default: the commit)")
	fs.StringVar(&out, "o", "", "write to `FILE` (default: standard output)")
	if err := c.parseFlags(fs, args); err != nil {
		return exitWrong, err
	}
	f.packages = fs.Args()
	if err := f.finish(ctx, c); err != nil {
		return exitWrong, err
	}
	v, err := c.manifest(ctx, f)
	if err != nil {
		return exitWrong, err
	}
	if v.Name = name; name == "" {
		v.Name = v.Module
	}
	if v.Revision = revision; revision == "" && f.repo != nil {
		if rev, err := f.repo.Resolve(ctx, "HEAD"); err == nil {
			v.Revision = rev.Commit
		}
	}
	if why := why(ctx); why != nil {
		return exitWrong, why
	}
	if out == "" {
		err = deployed.WriteManifest(c.raw, v)
	} else {
		err = checkout.WriteFile(f.path(out), func(w io.Writer) error { return deployed.WriteManifest(w, v) })
	}
	if err != nil {
		return exitWrong, err
	}
	return c.problems(v), nil
}

// manifest extracts the work tree with the migrations that it carries.
func (c *context) manifest(ctx stdcontext.Context, f *checkFlags) (*usage.Version, error) {
	k := &checker{context: c, checkFlags: f, ctx: ctx, result: &report.Result{}}
	v, err := k.load("", "manifest")
	if err != nil {
		return nil, err
	}
	v.Tool = Version()
	k.atHand = v
	found, err := k.findFolders()
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
		c.say("queries may be missing: %s:%d: %s", e.File, e.Line, e.Message)
	}
	if len(v.Errors) > 0 {
		return exitWrong
	}
	return exitOK
}

func runRefs(ctx stdcontext.Context, c *context, args []string) (int, error) {
	f, err := c.checkFlags(ctx, "refs", args)
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
	k := &checker{context: c, checkFlags: f, ctx: ctx}
	var versions []*usage.Version
	if len(f.deployed) == 0 {
		v, err := k.load("worktree", "worktree")
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
			c.printf("%s:%d:%d: %s %s in %s\n", r.File, r.Line, r.Column, r.Verb, r.Name, r.Function)
		}
		code = max(code, c.problems(v))
	}
	return code, nil
}
