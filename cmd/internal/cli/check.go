package cli

import (
	stdcontext "context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/schemavet/schemavet/analyzer/config"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/migration"
	"github.com/schemavet/schemavet/catalog/plan"
	"github.com/schemavet/schemavet/catalog/snapshot"
)

// checkFlags are the flags of check; the config has the same keys.
type checkFlags struct {
	dir                    string
	deployed, migrations   list
	next, schema, pending  string
	db, shadow             string
	wantProof              bool
	searchPath, role, tags string
	server                 int
	format, failOn, cache  string
	strict                 bool
	packages               []string
	cfg                    *config.Config
	root                   string // of the repository, or dir
	repo                   *deployed.Repository
}

func (c *context) checkFlags(name string, args []string) (*checkFlags, error) {
	f := &checkFlags{}
	fs := c.flagSet(find(name))
	fs.StringVar(&f.dir, "C", ".", "run as if started in `DIR`")
	fs.Var(&f.deployed, "deployed", "what runs: a git revision, a manifest (.json), a file of queries (.sql), none; repeatable (default: merge base of HEAD with the remote's default branch)")
	fs.StringVar(&f.tags, "tags", "", "build tags of the release")
	fs.StringVar(&f.cache, "cache", "", "`folder` for kept results (default: the user's cache folder)")
	if name == "check" {
		fs.StringVar(&f.next, "next", "", "the code about to be deployed: worktree or none (default worktree)")
		fs.StringVar(&f.schema, "schema", "", "base schema: a snapshot (.json) or SQL (.sql, as pg_dump -s writes)")
		fs.StringVar(&f.db, "db", "", "`DSN` of the live database: its schema is the base, and its version table says which migrations have run")
		fs.Var(&f.migrations, "migrations", "`PATH[:FORMAT]` of the migrations: a folder (formats: "+strings.Join(migration.Formats(), ", ")+"), a Go file with a list of functions, or Go code of whose models a library makes the schema (formats: "+strings.Join(config.ModelFormats, ", ")+") (default: recognised)")
		fs.StringVar(&f.pending, "pending", "", "which are pending: all, none, after:VERSION, since:REV (default: what a deployed version lacks)")
		fs.StringVar(&f.searchPath, "search-path", "", "the application's search path")
		fs.StringVar(&f.role, "role", "", "the application's role: its search path, and what it may do")
		fs.IntVar(&f.server, "server-version", 0, "the server's major version (default 16)")
		fs.BoolVar(&f.wantProof, "prove", false, "confirm the findings with a PostgreSQL server: local server programs, or the server of -shadow")
		fs.StringVar(&f.shadow, "shadow", "", "`DSN` of a server on which -prove makes, and drops, a database of its own")
		fs.StringVar(&f.format, "format", "", "text or json (default text)")
		fs.StringVar(&f.failOn, "fail-on", "", "error or warning (default error)")
		fs.BoolVar(&f.strict, "strict", false, "opaque sites count as findings when a pending change could touch them")
	}
	if err := c.parseFlags(fs, args); err != nil {
		return nil, err
	}
	f.packages = fs.Args()
	return f, f.finish()
}

// finish reads the config and fills in defaults.
func (f *checkFlags) finish() error {
	dir, err := absolute(f.dir)
	if err != nil {
		return err
	}
	f.dir, f.root = dir, dir
	if repo, ok := deployed.OpenRepository(dir); ok {
		f.repo, f.root = repo, repo.Root
	}
	f.cfg, err = config.Find(dir, f.root)
	if err != nil {
		return err
	}
	f.fromConfig()
	switch {
	case f.next != "worktree" && f.next != "none":
		return &usageError{fmt.Sprintf("-next %s: want worktree or none", f.next)}
	case f.format != "text" && f.format != "json":
		return &usageError{fmt.Sprintf("-format %s: want text or json", f.format)}
	case f.failOn != "error" && f.failOn != "warning":
		return &usageError{fmt.Sprintf("-fail-on %s: want error or warning", f.failOn)}
	case !validPending(f.pending):
		return &usageError{fmt.Sprintf("-pending %s: want all, none, after:VERSION or since:REV", f.pending)}
	case f.server != 0 && (f.server < 9 || f.server > 99):
		return &usageError{fmt.Sprintf("-server-version %d: want a major version, such as 16", f.server)}
	}
	return nil
}

func validPending(spec string) bool {
	return spec == "" || spec == "all" || spec == "none" || strings.HasPrefix(spec, "after:") || strings.HasPrefix(spec, "since:")
}

func (f *checkFlags) fromConfig() {
	c := f.cfg
	text := func(flag *string, conf, def string) {
		if *flag == "" {
			*flag = conf
		}
		if *flag == "" {
			*flag = def
		}
	}
	if len(f.deployed) == 0 {
		for _, d := range c.Deployed {
			if isFile(d) {
				d = c.Path(d)
			}
			f.deployed = append(f.deployed, d)
		}
	}
	if len(f.migrations) == 0 {
		for _, m := range c.Migrations {
			f.migrations = append(f.migrations, c.Path(m))
		}
	}
	if f.schema == "" && c.Schema != "" {
		f.schema = c.Path(c.Schema)
	}
	text(&f.next, c.Next, "worktree")
	text(&f.db, c.DB, "")
	text(&f.shadow, c.Shadow, "")
	text(&f.pending, c.Pending, "")
	text(&f.searchPath, c.SearchPath, "")
	text(&f.role, c.Role, "")
	text(&f.tags, c.Tags, "")
	text(&f.format, c.Format, "text")
	text(&f.failOn, c.FailOn, "error")
	if f.server == 0 {
		f.server = c.ServerVersion
	}
	f.strict = f.strict || c.Strict
	f.wantProof = f.wantProof || c.Prove || f.shadow != ""
	if len(f.packages) == 0 {
		f.packages = c.Packages
	}
	if len(f.packages) == 0 {
		f.packages = []string{"./..."}
	}
}

// isFile tells the file sources of -deployed from revisions.
func isFile(source string) bool {
	return strings.HasSuffix(source, ".json") || strings.HasSuffix(source, ".sql")
}

// path makes a path given on the command line absolute: it is relative to -C.
func (f *checkFlags) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(f.dir, filepath.FromSlash(p))
}

func (f *checkFlags) build(dir, root string) deployed.Build {
	return deployed.Build{Dir: dir, Root: root, Patterns: f.packages, Tags: f.tags, API: f.cfg.API()}
}

func runCheck(c *context, args []string) (int, error) {
	f, err := c.checkFlags("check", args)
	if err != nil {
		return exitWrong, err
	}
	ctx, stop := signal.NotifyContext(stdcontext.Background(), os.Interrupt)
	defer stop()
	k := &checker{context: c, checkFlags: f, ctx: ctx, result: &report.Result{Tool: Version()}}
	if err := k.run(); err != nil {
		return exitWrong, err
	}
	c.progress.done()
	if f.format == "json" {
		err = report.JSON(c.stdout, k.result)
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
	set         *migration.Set
	versions    []*usage.Version
	nextVersion *usage.Version
	// atHand is the code of the work tree, models the library that makes the schema of it.
	atHand  *usage.Version
	models  *models
	plan    *plan.Plan
	appPath []string
	// liveBase is what -db says; hasRun tells the migrations that its version table names.
	liveBase *liveBase
	hasRun   func(migration.Unit) bool
}

func (k *checker) run() error {
	if err := k.readMigrations(); err != nil {
		return err
	}
	if k.set != nil {
		k.notes(k.set)
		if version, ok := strings.CutPrefix(k.pending, "after:"); ok {
			// A mistake here is said before the code is read.
			if _, err := k.pendingAfter(version); err != nil {
				return err
			}
		}
	}
	if err := k.readServer(); err != nil {
		return err
	}
	if err := k.loadVersions(); err != nil {
		return err
	}
	applied, pending, err := k.splitUnits()
	if err != nil {
		return err
	}
	if err := k.compile(applied, pending); err != nil {
		return err
	}
	k.judge()
	if err := k.prove(applied, pending); err != nil {
		return err
	}
	k.accept()
	return nil
}

// compile makes the base and runs the migrations.
func (k *checker) compile(applied, pending []migration.Unit) error {
	k.progress.step("simulating migrations")
	start := catalog.New(k.server)
	source := "migrations"
	if k.schema != "" {
		s, err := k.loadSchema()
		if err != nil {
			return err
		}
		start, applied, source = s, nil, "schema "+k.rel(k.path(k.schema))
	} else if k.liveBase != nil {
		start, source = k.liveBase.schema, "database "+k.liveBase.server.Database
		k.result.Base.Applied, applied = len(applied), nil
	} else if k.set == nil {
		start, source = catalog.Unknown(k.server), "nothing: no migrations, schema or database are named, so what tables there are is not known"
	}
	b := &k.result.Base
	b.Applied = max(b.Applied, len(applied))
	if k.models != nil {
		start, applied = k.modelBase(start, applied)
		if source == "migrations" {
			source = "models"
		}
	}
	k.plan = plan.Compile(start, applied, pending, []string{"public"})
	b.Source, b.Server = source, k.plan.Base.Version()
	b.Assumed = k.plan.Base.Server == 0
	b.Open, b.Digest = k.plan.Base.OpenPlaces(), snapshot.Digest(k.plan.Base)
	k.appPath, b.PathFrom = k.applicationPath(k.plan.Base)
	b.SearchPath = k.appPath
	for _, u := range pending {
		k.result.Pending = append(k.result.Pending, report.Pending{Migration: u.Name, File: u.File})
	}
	k.planNotes(k.plan)
	k.noteAccess()
	for _, fail := range k.plan.Failures {
		k.result.Findings = append(k.result.Findings, impact.Finding{Rule: impact.MigrationFails, Verdict: impact.Breaks, Level: impact.LevelError,
			SQLSTATE: fail.SQLSTATE, Message: fail.Message, Change: &fail.Origin, Object: fail.Object.String(), Advice: impact.MigrationFails.Advice()})
	}
	return nil
}

// planNotes passes on what the simulator had to say.
func (k *checker) planNotes(p *plan.Plan) {
	for _, n := range p.Notes {
		k.result.Notes = append(k.result.Notes, usage.Problem{Message: n.Message, File: n.File, Line: n.Line})
	}
}

// elsewhere are the tables that the migration tool makes for itself.
func (k *checker) elsewhere() []string {
	if k.set == nil {
		return nil
	}
	return migration.VersionTable(k.set.Format)
}

// applicationPath is the search path of the application and where it is known from.
func (k *checker) applicationPath(base *catalog.Schema) ([]string, string) {
	if k.searchPath != "" {
		return catalog.ParseSearchPath(k.searchPath), "as given"
	}
	return impact.SessionPath(base, k.role)
}

// noteAccess says that privileges change and nobody is named whose they are.
func (k *checker) noteAccess() {
	if k.role != "" {
		return
	}
	for _, step := range k.plan.Steps {
		for _, c := range step.Changes {
			if slices.ContainsFunc(c.Effects, func(e catalog.Effect) bool { return e.Access }) {
				k.result.Notes = append(k.result.Notes, usage.Problem{Message: "this takes privileges or rows away from roles; -role NAME says which role the application has, and judges it",
					File: c.Origin.File, Line: c.Origin.Line})
				return
			}
		}
	}
}

func (k *checker) loadSchema() (*catalog.Schema, error) {
	file := k.path(k.schema)
	data, err := readText(file)
	if err != nil {
		return nil, fmt.Errorf("-schema %s: %w", k.schema, err)
	}
	if strings.HasSuffix(file, ".json") {
		s, err := snapshot.Read([]byte(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.schema, err)
		}
		return s, nil
	}
	s, notes, err := plan.Load(k.rel(file), data, k.server)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		k.result.Notes = append(k.result.Notes, usage.Problem{Message: n.Message, File: n.File, Line: n.Line})
	}
	return s, nil
}

// readText reads a file without its byte order mark.
func readText(file string) (string, error) {
	data, err := os.ReadFile(file)
	return strings.TrimPrefix(string(data), "\ufeff"), err
}

// rel makes a path relative to the repository, with slashes.
func (k *checker) rel(path string) string {
	if r, err := filepath.Rel(k.root, path); err == nil && filepath.IsLocal(r) {
		return filepath.ToSlash(r)
	}
	return filepath.ToSlash(path)
}

// judge compares every version with the states that it must work in.
func (k *checker) judge() {
	k.progress.step("comparing queries")
	for _, v := range k.versions {
		base, steps := k.statesOf(v)
		r := impact.Judge(impact.Input{Version: v, Base: base, Steps: steps, SearchPath: k.appPath, PathGiven: k.searchPath != "", Role: k.role, Elsewhere: k.elsewhere()})
		k.result.Deployed = append(k.result.Deployed, r)
		k.result.Findings = append(k.result.Findings, r.Findings...)
		if k.strict {
			k.result.Findings = append(k.result.Findings, impact.OpaqueFindings(r, steps)...)
		}
		k.problems(v)
	}
	if k.nextVersion != nil {
		r := impact.JudgeNext(impact.Input{Version: k.nextVersion, Base: k.plan.Base, Steps: k.plan.Steps, SearchPath: k.appPath, PathGiven: k.searchPath != "", Role: k.role, Elsewhere: k.elsewhere()})
		k.result.Next = r
		k.result.Findings = append(k.result.Findings, r.Findings...)
		k.problems(k.nextVersion)
	}
	impact.Sort(k.result.Findings)
}

func (k *checker) problems(v *usage.Version) {
	for _, e := range v.Errors {
		if !k.cfg.AcceptsPartial(e.Message) {
			k.result.Errors = append(k.result.Errors, e)
		}
	}
	k.result.Notes = append(k.result.Notes, v.Notes...)
}

// statesOf gives the first state that holds every migration that the version carries, and
// the steps from there.
func (k *checker) statesOf(v *usage.Version) (*catalog.Schema, []catalog.Step) {
	carried := carries(v)
	if k.liveBase != nil {
		// What runs, runs on the live schema, whatever it carries.
		for _, s := range k.plan.Steps {
			if u := k.unit(s.File, s.Migration); u != nil && carried(*u) {
				k.result.Notes = append(k.result.Notes, usage.Problem{Message: fmt.Sprintf("%s carries migration %s, which has not run", v.Name, s.Migration), File: s.File})
			}
		}
		return k.plan.Base, k.plan.Steps
	}
	first := 0
	for i, s := range k.plan.Steps {
		if u := k.unit(s.File, s.Migration); u != nil && carried(*u) {
			first = i + 1
		}
	}
	if first == 0 {
		return k.plan.Base, k.plan.Steps
	}
	return k.plan.Steps[first-1].After, k.plan.Steps[first:]
}

func (k *checker) unit(file, name string) *migration.Unit {
	if k.set == nil {
		return nil
	}
	i := slices.IndexFunc(k.set.Units, func(u migration.Unit) bool { return u.File == file && u.Name == name })
	if i < 0 {
		return nil
	}
	return &k.set.Units[i]
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
				Message: fmt.Sprintf("accept entry %d (%s %s) matches no finding or has ended", i+1, a.Rule, a.Object), File: k.rel(filepath.Join(k.cfg.Dir, config.Name))})
		}
	}
}

func matches(a config.Accept, f impact.Finding) bool {
	if a.Rule != "" && a.Rule != string(f.Rule) || a.Object != "" && a.Object != f.Object {
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
			fmt.Fprintf(k.stderr, "schemavet: the answer may be wrong: %s%s\n", where, e.Message)
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
