package cli

import (
	stdcontext "context"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// checkoutFlags are those of every command that reads a checkout.
func checkoutFlags(fs *flag.FlagSet, o *check.Options) {
	fs.StringVar(&o.Dir, "C", ".", "run as if started in `DIR`")
	fs.StringVar(&o.Config, "config", "", "a config `FILE` that you trust, in place of the .schemavet.yaml of the "+
		"checkout; its paths are relative to the repository")
	fs.Var((*list)(&o.Env), "env", "`NAME` of an environment variable that migrations may read, as a part of the names "+
		"of objects; repeatable")
	fs.IntVar(&o.FileLimit, "file-limit", check.DefaultFileLimit,
		"the largest file of the repository that is read, in `MiB`")
	fs.DurationVar(&o.Timeout, "timeout", time.Hour, "end after this time")
	fs.StringVar(&o.Tags, "tags", "", "build tags of the release")
}

// versionFlags are those of the commands that read what is deployed.
func versionFlags(fs *flag.FlagSet, o *check.Options) {
	fs.Var((*list)(&o.Deployed), "deployed", "what runs: a git revision, latest:PATTERN[:N] for tags, a manifest (.json, "+
		"or a pattern of them), a Go executable, a file of queries (.sql), none; or evidence of it: a server's log (.log, "+
		".csv), pg_stat_statements; repeatable (default: merge base of HEAD with the remote's default branch)")
	fs.IntVar(&o.ManifestLimit, "manifest-limit", 0,
		"the largest manifest or file of evidence that is read, in `MiB` (default 1024)")
	fs.StringVar(&o.Cache, "cache", "", "`folder` for kept results (default: the user's cache folder)")
}

// databaseFlags are those of the only database.
func databaseFlags(fs *flag.FlagSet, is *check.Settings) {
	fs.StringVar(&is.Schema, "schema", "", "base schema: a snapshot (.json) or SQL (.sql, as pg_dump -s writes)")
	fs.Var((*list)(&is.Migrations), "migrations", "`PATH[:FORMAT]` of the migrations: a folder (formats: "+
		strings.Join(migration.Formats(), ", ")+"), a Go file or folder of migrations that are Go code, or Go code of "+
		"whose models a library makes the schema (formats: "+strings.Join(check.ModelFormats(), ", ")+
		") (default: recognised)")
	fs.StringVar(&is.Pending, "pending", "", "which are pending: all, none, after:VERSION, since:REV (default: with -db "+
		"what the migration tool would run, else what a deployed version lacks)")
	fs.StringVar(&is.VersionTable, "version-table", "",
		"`[SCHEMA.]TABLE` in which the migration tool keeps what has run (default: the tool's)")
	fs.StringVar(&is.VersionQuery, "version-query", "",
		"`SQL` that gives the versions that have run, for tools of your own")
	fs.StringVar(&is.SearchPath, "search-path", "", "the application's search path")
	fs.StringVar(&is.Role, "role", "", "the application's role: its search path, and what it may do")
	fs.IntVar(&is.ServerVersion, "server-version", 0,
		"the server's major version (default: from -db or the schema file, else 16)")
}

// judgeFlags are those of check alone.
func judgeFlags(fs *flag.FlagSet, o *check.Options) {
	fs.StringVar(&o.Next, "next", "", "the code about to be deployed: worktree or none (default worktree)")
	fs.Var((*list)(&o.Servers), "db", "`DSN` of the live database: its schema is the base, and its version table says "+
		"which migrations have run; NAME=DSN, repeatable, where the config names several databases")
	fs.IntVar(&o.Upgrade, "upgrade", 0, "an upgrade of the server to this major `VERSION` is pending too")
	fs.BoolVar(&o.Drift, "drift", false,
		"show where the database of -db differs from what the migrations that have run would make")
	fs.BoolVar(&o.Prove, "prove", false,
		"confirm the findings with a PostgreSQL server: local server programs, or the server of -shadow")
	fs.StringVar(&o.Shadow, "shadow", "", "`DSN` of a server on which -prove makes, and drops, a database of its own")
	fs.StringVar(&o.Format, "format", "", "text or json (default text)")
	fs.StringVar(&o.FailOn, "fail-on", "", "error or warning (default error)")
	fs.Func("coverage", fmt.Sprintf("the least share of live sites understood, in `PERCENT` (default %d)",
		check.DefaultCoverage), func(s string) error {
		n, err := strconv.Atoi(s)
		o.Coverage = &n
		return err
	})
	fs.BoolVar(&o.All, "v", false, "lists whole, and what was recognised and why")
	fs.BoolVar(&o.Verdict, "q", false, "the verdict alone")
	fs.BoolVar(&o.Strict, "strict", false, "opaque sites count as findings when a pending change could touch them")
}

// open parses the command line and opens the checkout; the rest of the arguments stand in Packages.
func (c *context) open(ctx stdcontext.Context, fs *flag.FlagSet, o *check.Options, args []string) (*check.Session,
	error) {
	if err := c.parseFlags(fs, args); err != nil {
		return nil, err
	}
	o.Packages = fs.Args()
	return c.openCheckout(ctx, o)
}

// openCheckout opens the checkout, in which what the run makes goes with it, however it ends.
func (c *context) openCheckout(ctx stdcontext.Context, o *check.Options) (*check.Session, error) {
	switch {
	case o.Timeout <= 0:
		return nil, fmt.Errorf("-timeout %v: want a time, such as 30m", o.Timeout)
	case o.FileLimit <= 0:
		return nil, fmt.Errorf("-file-limit %d: want a size in MiB", o.FileLimit)
	}
	c.end.limit(o.Timeout)
	o.Tool, o.Program, o.Step, o.Warn, o.Later = Version(), Fingerprint(), c.progress.step, c.say, c.end.later
	return check.Open(ctx, *o)
}

func runCheck(ctx stdcontext.Context, c *context, args []string) (int, error) {
	fs := c.flagSet(find("check"))
	var o check.Options
	checkoutFlags(fs, &o)
	versionFlags(fs, &o)
	databaseFlags(fs, &o.Database)
	judgeFlags(fs, &o)
	s, err := c.open(ctx, fs, &o, args)
	if err != nil {
		return exitWrong, err
	}
	defer s.Close()
	result, err := s.Check(ctx)
	if err != nil {
		return exitWrong, err
	}
	c.progress.stop()
	if why := why(ctx); why != nil {
		return exitWrong, why
	}
	if s.Options().Format == "json" {
		err = report.JSON(c.raw, result)
	} else {
		err = report.Text(c.stdout, result, report.How{All: o.All, Verdict: o.Verdict})
	}
	if err != nil {
		return exitWrong, err
	}
	return c.status(result, s.Options().FailOn), nil
}

// status is the exit status that a result means.
func (c *context) status(r *check.Result, failOn string) int {
	for _, e := range r.Errors {
		where := ""
		if e.File != "" {
			where = fmt.Sprintf("%s:%d: ", e.File, e.Line)
		}
		c.say("the answer may be wrong: %s%s", where, e.Message)
	}
	if len(r.Errors) > 0 {
		return exitWrong
	}
	for _, f := range r.Findings {
		if f.Level == impact.LevelError || f.Level == impact.LevelWarning && failOn == "warning" {
			return exitFindings
		}
	}
	return exitOK
}
