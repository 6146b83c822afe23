package cli

import (
	stdcontext "context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
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
	o := check.Options{Next: "worktree", Format: "text", FailOn: "error"}
	var name, revision, out string
	checkoutFlags(fs, &o)
	fs.Var((*list)(&o.Database.Migrations), "migrations",
		"`PATH[:FORMAT]` of the migrations that the code carries (default: recognised)")
	fs.StringVar(&name, "name", "", "name of the version (default: the module path)")
	fs.StringVar(&revision, "revision", "", "revision of the version (default: the commit)")
	fs.StringVar(&out, "o", "", "write to `FILE` (default: standard output)")
	s, err := c.open(ctx, fs, &o, args)
	if err != nil {
		return exitWrong, err
	}
	defer s.Close()
	v, err := s.Manifest(ctx, name, revision)
	if err != nil {
		return exitWrong, err
	}
	if why := why(ctx); why != nil {
		return exitWrong, why
	}
	if out == "" {
		err = deployed.WriteManifest(c.raw, v)
	} else {
		err = check.WriteFile(s.Path(out), func(w io.Writer) error { return deployed.WriteManifest(w, v) })
	}
	if err != nil {
		return exitWrong, err
	}
	return c.problems(v), nil
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
	fs := c.flagSet(find("refs"))
	var o check.Options
	checkoutFlags(fs, &o)
	versionFlags(fs, &o)
	if err := c.parseFlags(fs, args); err != nil {
		return exitWrong, err
	}
	if fs.NArg() == 0 || strings.HasPrefix(fs.Arg(0), ".") {
		return exitWrong, errors.New("refs: name a table or table.column")
	}
	o.Packages = fs.Args()[1:]
	s, err := c.openCheckout(ctx, &o)
	if err != nil {
		return exitWrong, err
	}
	defer s.Close()
	versions, err := s.Versions(ctx)
	if err != nil {
		return exitWrong, err
	}
	code := exitOK
	for _, v := range versions {
		for _, r := range impact.References(v, fs.Arg(0)) {
			c.printf("%s:%d:%d: %s %s in %s\n", r.File, r.Line, r.Column, r.Verb, r.Name, r.Function)
		}
		code = max(code, c.problems(v))
	}
	return code, nil
}
