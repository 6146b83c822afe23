package cli

import (
	"cmp"
	stdcontext "context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/schemavet/schemavet/analyzer/checkout"
	"github.com/schemavet/schemavet/analyzer/config"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// checkFlags are the flags of check; the config has the same keys.
type checkFlags struct {
	settings
	dir                      string
	configFile               string
	deployed, env            list
	servers                  list // -db, with the names of databases if there are several
	next, shadow, tags       string
	wantProof, drift         bool
	format, failOn, cache    string
	strict                   bool
	manifestLimit, fileLimit int // in MiB
	timeout                  time.Duration
	packages                 []string
	cfg                      *config.Config
	root                     string // of the repository, or dir
	repo                     *deployed.Repository
	// tree is the repository, files what its code may read.
	tree  *checkout.Root
	files *checkout.Files
}

// settings are those of a database.
type settings struct {
	migrations                 list
	schema, pending, db        string
	searchPath, role           string
	server                     int
	versionTable, versionQuery string
	// alone says that every statement of a migration commits by itself.
	alone bool
}

func (c *context) checkFlags(ctx stdcontext.Context, name string, args []string) (*checkFlags, error) {
	f := &checkFlags{}
	fs := c.flagSet(find(name))
	f.commonFlags(fs)
	fs.Var(&f.deployed, "deployed",
		"what runs: a git revision, latest:PATTERN[:N] for tags, a manifest (.json, or a pattern of them), a Go executable, a file of queries (.sql), none; or evidence of it: a server's log (.log, .csv), pg_stat_statements; repeatable (default: merge base of HEAD with the remote's default branch)")
	fs.StringVar(&f.tags, "tags", "", "build tags of the release")
	fs.IntVar(&f.manifestLimit, "manifest-limit", 0,
		"the largest manifest or file of evidence that is read, in `MiB` (default 1024)")
	fs.StringVar(&f.cache, "cache", "", "`folder` for kept results (default: the user's cache folder)")
	if name == "check" {
		fs.StringVar(&f.next, "next", "", "the code about to be deployed: worktree or none (default worktree)")
		fs.StringVar(&f.schema, "schema", "", "base schema: a snapshot (.json) or SQL (.sql, as pg_dump -s writes)")
		fs.Var(&f.servers, "db", "`DSN` of the live database: its schema is the base, and its version table says which migrations have run; NAME=DSN, repeatable, where the config names several databases")
		fs.Var(&f.migrations, "migrations",
			"`PATH[:FORMAT]` of the migrations: a folder (formats: "+strings.Join(migration.Formats(), ", ")+
				"), a Go file or folder of migrations that are Go code, or Go code of whose models a library makes the schema (formats: "+strings.Join(config.ModelFormats, ", ")+") (default: recognised)")
		fs.StringVar(&f.pending, "pending", "",
			"which are pending: all, none, after:VERSION, since:REV (default: with -db what the migration tool would run, else what a deployed version lacks)")
		fs.StringVar(&f.versionTable, "version-table", "",
			"`[SCHEMA.]TABLE` in which the migration tool keeps what has run (default: the tool's)")
		fs.StringVar(&f.versionQuery, "version-query", "",
			"`SQL` that gives the versions that have run, for tools of your own")
		fs.BoolVar(&f.drift, "drift", false,
			"show where the database of -db differs from what the migrations that have run would make")
		fs.StringVar(&f.searchPath, "search-path", "", "the application's search path")
		fs.StringVar(&f.role, "role", "", "the application's role: its search path, and what it may do")
		fs.IntVar(&f.server, "server-version", 0,
			"the server's major version (default: from -db or the schema file, else 16)")
		fs.BoolVar(&f.wantProof, "prove", false,
			"confirm the findings with a PostgreSQL server: local server programs, or the server of -shadow")
		fs.StringVar(&f.shadow, "shadow", "", "`DSN` of a server on which -prove makes, and drops, a database of its own")
		fs.StringVar(&f.format, "format", "", "text or json (default text)")
		fs.StringVar(&f.failOn, "fail-on", "", "error or warning (default error)")
		fs.BoolVar(&f.strict, "strict", false, "opaque sites count as findings when a pending change could touch them")
	}
	if err := c.parseFlags(fs, args); err != nil {
		return nil, err
	}
	f.packages = fs.Args()
	return f, f.finish(ctx, c)
}

// commonFlags are those of every command that reads a checkout.
func (f *checkFlags) commonFlags(fs *flag.FlagSet) {
	fs.StringVar(&f.dir, "C", ".", "run as if started in `DIR`")
	fs.StringVar(&f.configFile, "config", "",
		"a config `FILE` that you trust, in place of the .schemavet.yaml of the checkout; its paths are relative to the repository")
	fs.Var(&f.env, "env", "`NAME` of an environment variable that migrations may read, as a part of the names of objects; repeatable")
	fs.IntVar(&f.fileLimit, "file-limit", int(checkout.DefaultLimit>>20),
		"the largest file of the repository that is read, in `MiB`")
	fs.DurationVar(&f.timeout, "timeout", time.Hour, "end after this time")
}

// finish opens the repository, reads the config and fills in defaults.
func (f *checkFlags) finish(ctx stdcontext.Context, c *context) error {
	if f.timeout <= 0 {
		return &usageError{fmt.Sprintf("-timeout %v: want a time, such as 30m", f.timeout)}
	}
	if f.fileLimit <= 0 {
		return &usageError{fmt.Sprintf("-file-limit %d: want a size in MiB", f.fileLimit)}
	}
	c.end.limit(f.timeout)
	if err := f.openTree(ctx, c); err != nil {
		return err
	}
	if err := f.readConfig(); err != nil {
		return err
	}
	if err := f.fromConfig(); err != nil {
		return err
	}
	switch {
	case f.next != "worktree" && f.next != "none":
		return &usageError{fmt.Sprintf("-next %s: want worktree or none", f.next)}
	case f.format != "text" && f.format != "json":
		return &usageError{fmt.Sprintf("-format %s: want text or json", f.format)}
	case f.failOn != "error" && f.failOn != "warning":
		return &usageError{fmt.Sprintf("-fail-on %s: want error or warning", f.failOn)}
	case f.manifestLimit < 0:
		return &usageError{fmt.Sprintf("-manifest-limit %d: want a size in MiB", f.manifestLimit)}
	case len(f.cfg.Databases) > 0 && !reflect.DeepEqual(f.settings, settings{}):
		return &usageError{"the config names several databases: what belongs to one of them (-migrations, -schema, -pending, -search-path, -role, -server-version, -version-table, -version-query) stands there"}
	case f.drift && f.db == "" && len(f.servers) == 0 &&
		!slices.ContainsFunc(f.cfg.All(), func(d config.Database) bool { return d.DB != "" }):
		return &usageError{"-drift compares a database with its migrations: it needs -db"}
	}
	return f.settings.check()
}

// check looks for mistakes in what is said of a database.
func (s *settings) check() error {
	switch {
	case !validPending(s.pending):
		return &usageError{fmt.Sprintf("-pending %s: want all, none, after:VERSION or since:REV", s.pending)}
	case s.server != 0 && (s.server < 9 || s.server > 99):
		return &usageError{fmt.Sprintf("-server-version %d: want a major version, such as 16", s.server)}
	}
	return nil
}

func validPending(spec string) bool {
	return spec == "" || spec == "all" || spec == "none" || strings.HasPrefix(spec, "after:") ||
		strings.HasPrefix(spec, "since:")
}

// openTree finds the repository.
func (f *checkFlags) openTree(ctx stdcontext.Context, c *context) error {
	dir, err := absolute(f.dir)
	if err != nil {
		return err
	}
	f.dir, f.root = dir, cmp.Or(checkout.Above(dir), dir)
	if f.repo, err = deployed.OpenRepository(ctx, dir); err != nil {
		return err
	}
	if f.repo != nil {
		f.root = f.repo.Root
	}
	limit := int64(f.fileLimit) << 20
	tree, err := checkout.Open(f.root)
	if err != nil {
		return err
	}
	c.end.later(func() { tree.Close() })
	f.tree = tree.Limited(limit, "-file-limit")
	f.files = checkout.NewFiles(f.root)
	f.files.Limit(limit)
	c.end.later(f.files.Close)
	return nil
}

// readConfig reads the config that the command line names, or the one that is found.
func (f *checkFlags) readConfig() (err error) {
	if f.configFile == "" {
		f.cfg, err = config.Find(f.tree, f.root, f.dir)
	} else {
		var data []byte
		if data, err = checkout.ReadOperator(f.path(f.configFile), f.tree.Limit()); err != nil {
			return fmt.Errorf("-config %s: %w", f.configFile, reasonOf(err))
		}
		f.cfg, err = config.Parse(data, f.configFile, f.root)
	}
	if err != nil {
		return err
	}
	if len(f.cfg.Refused) > 0 {
		return f.cfg.Refused[0]
	}
	if !f.cfg.Trusted {
		return f.cfg.Escapes(f.root)
	}
	return nil
}

// reasonOf is an error without the name of the file, which the message has already.
func reasonOf(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// nameServers takes -db DSN, or NAME=DSN for one of several databases.
func (f *checkFlags) nameServers() (map[string]string, error) {
	named := map[string]string{}
	for _, given := range f.servers {
		name, dsn, ok := strings.Cut(given, "=")
		_, known := f.cfg.Databases[name]
		switch {
		case len(f.cfg.Databases) == 0 && len(f.servers) > 1:
			return nil, &usageError{"one -db, unless the config names several databases (-db NAME=DSN)"}
		case len(f.cfg.Databases) == 0:
			name, dsn = "", given
		case !ok || !known:
			names := slices.Sorted(maps.Keys(f.cfg.Databases))
			return nil, &usageError{fmt.Sprintf("-db: the config names several databases; want NAME=DSN with one of %s",
				strings.Join(names, ", "))}
		}
		if _, twice := named[name]; twice {
			return nil, &usageError{"-db: the database " + name + " is named twice"}
		}
		named[name] = dsn
	}
	return named, nil
}

func (f *checkFlags) fromConfig() error {
	c := f.cfg
	servers, err := f.nameServers()
	if err != nil {
		return err
	}
	if dsn, ok := servers[""]; ok {
		f.db = dsn
	}
	for name, dsn := range servers {
		if d, ok := c.Databases[name]; ok {
			d.DB = dsn
			c.Databases[name] = d
		}
	}
	text := func(flag *string, conf, def string) { *flag = cmp.Or(*flag, conf, def) }
	if len(f.deployed) == 0 {
		for _, d := range c.Deployed {
			if isFile(d) {
				d = c.Path(d)
			}
			f.deployed = append(f.deployed, d)
		}
	}
	if len(c.Databases) == 0 {
		f.settings.fromConfig(c, c.Database)
	}
	text(&f.next, c.Next, "worktree")
	text(&f.shadow, c.Shadow, "")
	if f.cache == "" && c.Cache != "" {
		f.cache = c.Path(c.Cache)
	}
	if len(f.env) == 0 {
		f.env = c.Env
	}
	text(&f.tags, c.Tags, "")
	text(&f.format, c.Format, "text")
	text(&f.failOn, c.FailOn, "error")
	if f.manifestLimit == 0 {
		f.manifestLimit = cmp.Or(c.ManifestLimit, 1024)
	}
	f.drift = f.drift || c.Drift
	f.strict = f.strict || c.Strict
	f.wantProof = f.wantProof || c.Prove || f.shadow != ""
	if len(f.packages) == 0 {
		f.packages = c.Packages
	}
	if len(f.packages) == 0 {
		f.packages = []string{"./..."}
	}
	return nil
}

// variables are those of the environment that -env names.
func (f *checkFlags) variables(name string) (string, bool) {
	if !slices.Contains(f.env, name) {
		return "", false
	}
	return os.LookupEnv(name)
}

// readText reads a file that the command line or the config names, without its byte order mark: within
// the repository as one of its files, elsewhere as the operator's.
func (f *checkFlags) readText(path string) (string, error) {
	file := f.path(path)
	var data []byte
	var err error
	if name, ok := f.tree.Rel(file); ok {
		data, err = f.tree.ReadFile(name)
	} else {
		data, err = checkout.ReadOperator(file, f.tree.Limit())
	}
	if err != nil {
		return "", reasonOf(err)
	}
	return strings.TrimPrefix(string(data), "\ufeff"), nil
}

// fromConfig fills in what the command line does not say.
func (s *settings) fromConfig(c *config.Config, d config.Database) {
	if len(s.migrations) == 0 {
		for _, m := range d.Migrations {
			s.migrations = append(s.migrations, c.Path(m))
		}
	}
	if s.schema == "" && d.Schema != "" {
		s.schema = c.Path(d.Schema)
	}
	s.db, s.pending = cmp.Or(s.db, d.DB), cmp.Or(s.pending, d.Pending)
	s.searchPath, s.role = cmp.Or(s.searchPath, d.SearchPath), cmp.Or(s.role, d.Role)
	s.server = cmp.Or(s.server, d.ServerVersion)
	s.alone = d.Transaction == "statement"
	s.versionTable, s.versionQuery = cmp.Or(s.versionTable, d.VersionTable), cmp.Or(s.versionQuery, d.VersionQuery)
}

// isFile tells the file sources of -deployed from revisions.
func isFile(source string) bool {
	return slices.Contains([]string{".json", ".sql", ".log", ".csv"}, filepath.Ext(source))
}

// path makes a path given on the command line absolute: it is relative to -C.
func (f *checkFlags) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(f.dir, filepath.FromSlash(p))
}

func (f *checkFlags) build(dir, root string) deployed.Build {
	return deployed.Build{Dir: dir, Root: root, Patterns: f.packages, Tags: f.tags, API: f.cfg.API(), Files: f.files}
}

func runCheck(ctx stdcontext.Context, c *context, args []string) (int, error) {
	f, err := c.checkFlags(ctx, "check", args)
	if err != nil {
		return exitWrong, err
	}
	k := &checker{context: c, checkFlags: f, ctx: ctx, result: &report.Result{Tool: Version()}}
	if err := k.run(); err != nil {
		return exitWrong, err
	}
	c.progress.done()
	if why := why(ctx); why != nil {
		return exitWrong, why
	}
	if f.format == "json" {
		err = report.JSON(c.raw, k.result)
	} else {
		err = report.Text(c.stdout, k.result)
	}
	if err != nil {
		return exitWrong, err
	}
	return k.exit(), nil
}

// checker runs one check.
type checker struct {
	*context
	*checkFlags
	ctx         stdcontext.Context
	result      *report.Result
	databases   []*database
	versions    []*version
	nextVersion *usage.Version
	evidence    []*seenRunning
	// atHand is the code of the work tree.
	atHand *usage.Version
}

func (k *checker) run() error {
	k.relaxed()
	if err := k.openMigrations(); err != nil {
		return err
	}
	if err := k.openServers(); err != nil {
		return err
	}
	if err := k.loadVersions(); err != nil {
		return err
	}
	if err := k.oneForTheRest(); err != nil {
		return err
	}
	for _, d := range k.databases {
		if err := d.simulate(); err != nil {
			return d.named(err)
		}
	}
	if err := k.judge(); err != nil {
		return err
	}
	for _, d := range k.databases {
		if err := d.prove(); err != nil {
			return d.named(err)
		}
	}
	k.accept()
	return nil
}

// relaxed says what a config of the checkout makes wider.
func (k *checker) relaxed() {
	for _, r := range k.cfg.Relaxed {
		k.result.Relaxed = append(k.result.Relaxed, report.Relaxed{Key: r.Key, File: r.File, Line: r.Line})
	}
}

// rel makes a path relative to the repository, with slashes.
func (k *checker) rel(path string) string {
	if r, err := filepath.Rel(k.root, path); err == nil && filepath.IsLocal(r) {
		return filepath.ToSlash(r)
	}
	return filepath.ToSlash(path)
}

// judge compares every version with the states that it must work in, one after the other: what
// a manifest holds is in memory while it is judged.
func (k *checker) judge() error {
	k.progress.step("comparing queries")
	for _, v := range k.versions {
		full, err := v.load()
		if err != nil {
			return err
		}
		findings, reports := len(k.result.Findings), len(k.result.Deployed)
		for _, d := range k.databases {
			d.judge(full)
		}
		k.matchEvidence(full, k.result.Findings[findings:], k.result.Deployed[reports:])
		k.unowned(full)
		k.problems(full)
	}
	if k.nextVersion != nil {
		for _, d := range k.databases {
			d.judgeNext(k.nextVersion)
		}
		k.unowned(k.nextVersion)
		k.problems(k.nextVersion)
	}
	k.judgeEvidence()
	impact.Sort(k.result.Findings)
	return nil
}

func (k *checker) problems(v *usage.Version) {
	for _, e := range v.Errors {
		if !k.cfg.AcceptsPartial(e.Message) {
			k.result.Errors = append(k.result.Errors, e)
		}
	}
	k.result.Notes = append(k.result.Notes, v.Notes...)
}

// accept moves the findings that the config accepts out of the list.
func (k *checker) accept() {
	used := make([]bool, len(k.cfg.Accept))
	today := time.Now().Format(time.DateOnly)
	k.result.Findings = slices.DeleteFunc(k.result.Findings, func(f impact.Finding) bool {
		for i, a := range k.cfg.Accept {
			if !matches(a, f) || a.Until != "" && a.Until < today {
				continue
			}
			used[i] = true
			k.result.Accepted = append(k.result.Accepted, report.Accepted{Finding: f, Reason: a.Reason})
			return true
		}
		return false
	})
	for i, a := range k.cfg.Accept {
		if !used[i] {
			k.result.Notes = append(k.result.Notes, usage.Problem{
				Message: fmt.Sprintf("accept entry %d (%s %s) matches no finding or has ended", i+1, a.Rule, a.Object),
				File:    k.rel(filepath.Join(k.cfg.Dir, config.Name))})
		}
	}
}

func matches(a config.Accept, f impact.Finding) bool {
	if a.Database != "" && a.Database != f.Database || a.Rule != "" && a.Rule != string(f.Rule) ||
		a.Object != "" && a.Object != f.Object {
		return false
	}
	if f.Use == nil {
		return a.File == "" && a.Deployed == ""
	}
	return (a.File == "" || a.File == f.Use.File) && (a.Deployed == "" || a.Deployed == f.Use.Version)
}

// exit is the status that the result means.
func (k *checker) exit() int {
	if len(k.result.Errors) > 0 {
		for _, e := range k.result.Errors {
			where := ""
			if e.File != "" {
				where = fmt.Sprintf("%s:%d: ", e.File, e.Line)
			}
			k.say("the answer may be wrong: %s%s", where, e.Message)
		}
		return exitWrong
	}
	for _, f := range k.result.Findings {
		if f.Level == impact.LevelError || f.Level == impact.LevelWarning && k.failOn == "warning" {
			return exitFindings
		}
	}
	return exitOK
}
