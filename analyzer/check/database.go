package check

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/internal/config"
	"github.com/schemavet/schemavet/analyzer/internal/project"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/snapshot"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

// database is one that the code talks to: what its schema is, and what becomes of it.
type database struct {
	c  *checker
	is Settings
	// name is empty where there is one database alone.
	name string
	// packages are the patterns of the packages that talk to it; none for all that belong to no
	// other.
	packages []string
	// located is where the migrations stand, set what they are.
	located project.Location
	set     *migration.Set
	// known are the digests of the set, once they were asked for.
	known map[string]string
	// models is the library that makes the schema of the code's models.
	models *models
	// startup says that the program makes its schema when it starts, and nothing else does.
	startup bool
	// besides says that the tables of models are there besides what the migrations make.
	besides bool
	plan    *plan.Plan
	memo    sqlscan.Memo
	appPath []string
	// ranFor are the versions whose migrations have run. liveBase is what -db says; ran tells what the migration tool
	// would run there.
	liveBase *liveBase
	ranFor   []*usage.Version
	ran      *migration.Pending
	// applied and pending are the migrations as they were told apart.
	applied, pendingUnits []migration.Unit
	base                  report.Base
	pendingList           []report.Pending
}

// openMigrations reads the migrations of each database.
func (c *checker) openMigrations(ctx context.Context) error {
	if len(c.s.config.Databases) == 0 {
		c.databases = []*database{{c: c, is: c.s.opts.Database}}
	}
	for _, name := range slices.Sorted(maps.Keys(c.s.config.Databases)) {
		conf := c.s.config.Databases[name]
		d := &database{c: c, name: name, packages: conf.Packages, is: Settings{}.or(c.s.config, conf.Database)}
		if err := d.is.check(); err != nil {
			return d.named(err)
		}
		c.databases = append(c.databases, d)
	}
	return c.eachDatabase((*database).openMigrations)(ctx)
}

// openServers reads the server of each database.
func (c *checker) openServers(ctx context.Context) error {
	return c.eachDatabase((*database).readServer)(ctx)
}

// named says which database an error is about.
func (d *database) named(err error) error {
	if d.name == "" {
		return err
	}
	return fmt.Errorf("database %s: %w", d.name, err)
}

func (d *database) openMigrations(ctx context.Context) error {
	if err := d.readMigrations(ctx); err != nil {
		return err
	}
	if d.set != nil {
		for i := range d.set.Units {
			d.set.Units[i].NoTransaction = d.set.Units[i].NoTransaction || d.is.Alone
		}
		for _, n := range d.set.Notes {
			d.c.note(n, "", 0)
		}
		if version, ok := strings.CutPrefix(d.is.Pending, "after:"); ok {
			// A mistake here is said before the code is read.
			if _, err := d.pendingAfter(version); err != nil {
				return err
			}
		}
	}
	return nil
}

// simulate makes the states of the database.
func (d *database) simulate(ctx context.Context) (err error) {
	if d.applied, d.pendingUnits, err = d.splitUnits(ctx); err != nil {
		return err
	}
	if err := d.compile(); err != nil {
		return err
	}
	return d.compareDrift()
}

// owns says that a query goes to this database.
func (d *database) owns(q usage.Query) bool {
	if d.name == "" {
		return true
	}
	if len(d.packages) > 0 {
		return d.matches(q.Site)
	}
	return !slices.ContainsFunc(d.c.databases, func(other *database) bool { return other.matches(q.Site) })
}

// matches says that a pattern of the database names the package of a site.
func (d *database) matches(s usage.Site) bool {
	if s.Package == "" {
		return false
	}
	return d.c.s.config.Matches(d.packages, s.Package, filepath.Join(d.c.s.root, filepath.FromSlash(path.Dir(s.File))))
}

// oneForTheRest checks that one database at most is for the packages that belong to no other.
func (c *checker) oneForTheRest(context.Context) error {
	rest := 0
	for _, d := range c.databases {
		if len(d.packages) == 0 {
			rest++
		}
	}
	if len(c.databases) > 1 && rest > 1 {
		return fmt.Errorf("%s: several databases have no packages; one may be left with those that belong to no other",
			config.Name)
	}
	return nil
}

// unowned says what of a version goes to no database: it was not judged.
func (c *checker) unowned(v *usage.Version) {
	said := map[string]bool{}
	for _, q := range v.Queries {
		if q.Migration != nil || said[q.Site.Package] ||
			slices.ContainsFunc(c.databases, func(d *database) bool { return d.owns(q) }) {
			continue
		}
		said[q.Site.Package] = true
		of := "package " + q.Site.Package
		if q.Site.Package == "" {
			of = v.Name
		}
		c.result.Errors = append(c.result.Errors, usage.Problem{File: q.Site.File, Line: q.Site.Line,
			Message: fmt.Sprintf("%s sends SQL and belongs to none of the databases in %s: name it under packages of one", of,
				config.Name)})
	}
}

// part is a version with what it sends to this database.
func (d *database) part(v *usage.Version) *usage.Version {
	if d.name == "" {
		return v
	}
	own := *v
	own.Queries = nil
	for _, q := range v.Queries {
		if d.owns(q) {
			own.Queries = append(own.Queries, q)
		}
	}
	return &own
}

// input is what the part of a version that goes to the database is judged by.
func (d *database) input(v *usage.Version, base *catalog.Schema, steps []catalog.Step) impact.Input {
	return impact.Input{Version: v, Base: base, Steps: steps, SearchPath: d.appPath, PathGiven: d.is.SearchPath != "",
		Role: d.is.Role, Memo: &d.memo, Elsewhere: d.elsewhere(), Excused: d.c.excused,
		Unfollowed: d.plan.Unfollowed}
}

// judge compares a deployed version with the states that it must work in.
func (d *database) judge(v *usage.Version) { d.judgeAll(d.part(v)) }

// judgeAll does so with a version that goes to this database alone.
func (d *database) judgeAll(v *usage.Version) {
	base, steps := d.statesOf(v)
	r := impact.Judge(d.input(v, base, steps))
	r.Version, r.Database = withoutQueries(v), d.name
	d.c.result.Deployed = append(d.c.result.Deployed, r)
	d.take(r.Findings)
	if d.c.s.opts.Strict {
		d.take(impact.OpaqueFindings(r, steps))
	}
}

// judgeNext judges the code at hand.
func (d *database) judgeNext(v *usage.Version) {
	in := d.input(d.part(v), d.plan.Base, d.plan.Steps)
	for _, r := range d.c.result.Deployed {
		if r.Database == d.name {
			in.Unbound = append(in.Unbound, r.Unbound...)
		}
	}
	r := impact.JudgeNext(in)
	r.Version, r.Database = withoutQueries(v), d.name
	d.c.result.Next = append(d.c.result.Next, r)
	d.take(r.Findings)
}

// withoutQueries is what the report needs of a version.
func withoutQueries(v *usage.Version) *usage.Version {
	head := *v
	head.Queries = nil
	return &head
}

func (d *database) take(list []impact.Finding) {
	for _, f := range list {
		f.Database = d.name
		if f.Change != nil && f.Change.Migration == upgradeTo(d.base.Upgrade) && f.Use != nil {
			f.Advice = ofUpgrade
		}
		d.c.result.Findings = append(d.c.result.Findings, f)
	}
}

// compile makes the base and runs the migrations.
func (d *database) compile() error {
	applied, pending := d.applied, d.pendingUnits
	d.c.s.step("simulating migrations")
	start := catalog.New(d.is.ServerVersion)
	source := "migrations"
	if d.is.Schema != "" {
		s, err := d.loadSchema()
		if err != nil {
			return err
		}
		start, applied, source = s, nil, "schema "+d.c.s.rel(d.c.s.path(d.is.Schema))
	} else if d.liveBase != nil {
		start, source = d.liveBase.schema, "database "+d.liveBase.server.Database
		d.base.Applied, applied = len(applied), nil
	} else if d.startup {
		// Others may make more.
		source, start = "what the program makes when it starts", catalog.Unknown(d.is.ServerVersion)
	} else if d.set == nil {
		start, source = catalog.Unknown(d.is.ServerVersion),
			"nothing: no migrations, schema or database are named, so what tables there are is not known"
	}
	if d.besides {
		start = opened(start)
	}
	b := &d.base
	b.Applied = max(b.Applied, len(applied))
	if d.models != nil {
		start, applied = d.modelBase(start, applied)
		if source == "migrations" {
			source = "models"
		}
	}
	applied, pending, err := d.withStartup(start, applied, pending)
	if err != nil {
		return err
	}
	d.plan = plan.Compile(start, applied, pending, []string{"public"})
	if d.set != nil && d.models == nil {
		for _, part := range d.set.Of() {
			b.Migrations = append(b.Migrations,
				report.MigrationSet{Path: cmp.Or(listFile(part), part.Path), Format: part.Format})
		}
	}
	b.Source, b.Server = source, d.plan.Base.Version()
	b.Assumed, b.Upgrade = d.plan.Base.Server == 0, d.c.s.opts.Upgrade
	b.Open, b.Digest = d.plan.Base.OpenPlaces(), snapshot.Digest(d.plan.Base)
	d.appPath, b.PathFrom = impact.ApplicationPath(d.is.SearchPath, d.plan.Base, d.is.Role)
	b.SearchPath = d.appPath
	for _, u := range pending {
		d.pendingList = append(d.pendingList, report.Pending{Migration: u.Name, File: u.File, Database: d.name})
	}
	d.c.result.Pending = append(d.c.result.Pending, d.pendingList...)
	d.c.result.Databases = append(d.c.result.Databases,
		report.Database{Name: d.name, Base: d.base, Pending: d.pendingList})
	d.planNotes(d.plan)
	d.noteAccess()
	for _, fail := range d.plan.Failures {
		verdict, level := impact.Breaks, impact.LevelError
		if fail.May {
			verdict, level = impact.MayBreak, impact.LevelWarning
		}
		d.take([]impact.Finding{{Rule: impact.MigrationFails, Verdict: verdict, Level: level,
			SQLSTATE: fail.SQLSTATE, Message: fail.Message, Change: &fail.Origin, Object: fail.Object.String(),
			Advice: impact.MigrationFails.Advice()}})
	}
	return d.upgrade(pending)
}

// planNotes passes on what the simulator had to say.
func (d *database) planNotes(p *plan.Plan) {
	for _, n := range p.Notes {
		d.c.note(n.Message, n.File, n.Line)
	}
	for _, n := range p.Unread {
		d.c.result.Errors = append(d.c.result.Errors, usage.Problem{Message: n.Message, File: n.File, Line: n.Line})
	}
}

// elsewhere are the tables that the migration tool makes for itself.
func (d *database) elsewhere() []string {
	if d.set == nil {
		return nil
	}
	var out []string
	for _, part := range d.set.Of() {
		out = append(out, migration.OwnTables(part.Format, d.is.VersionTable)...)
	}
	return out
}

// noteAccess says that privileges change and nobody is named whose they are.
func (d *database) noteAccess() {
	if d.is.Role != "" {
		return
	}
	for _, step := range d.plan.Steps {
		for _, c := range step.Changes {
			if slices.ContainsFunc(c.Effects, func(e catalog.Effect) bool { return e.Access }) {
				d.c.note("this takes privileges or rows away from roles; -role NAME says which role the application has, "+
					"and judges it", c.Origin.File, c.Origin.Line)
				return
			}
		}
	}
}

func (d *database) loadSchema() (*catalog.Schema, error) {
	file := d.c.s.path(d.is.Schema)
	data, err := d.c.s.readText(d.is.Schema)
	if err != nil {
		return nil, fmt.Errorf("-schema %s: %w", d.is.Schema, err)
	}
	if strings.HasSuffix(file, ".json") {
		s, err := snapshot.Read([]byte(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.is.Schema, err)
		}
		return s, nil
	}
	s, notes, err := plan.Load(d.c.s.rel(file), data, d.is.ServerVersion)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		d.c.note(n.Message, n.File, n.Line)
	}
	return s, nil
}

// statesOf gives the first state that holds every migration that the version carries, and
// the steps from there.
func (d *database) statesOf(v *usage.Version) (*catalog.Schema, []catalog.Step) {
	if d.set == nil {
		return d.plan.Base, d.plan.Steps
	}
	carried, unit := d.carries(v), d.unitOf()
	if d.liveBase != nil || strings.HasPrefix(d.is.Pending, "after:") {
		// What runs, runs on the schema that is there, whatever it carries.
		for _, s := range d.plan.Steps {
			if u := unit(s); u != nil && carried(*u) {
				d.c.note(fmt.Sprintf("%s carries migration %s, which has not run", v.Name, s.Migration), s.File, 0)
			}
		}
		return d.plan.Base, d.plan.Steps
	}
	first := 0
	for i, s := range d.plan.Steps {
		if u := unit(s); u != nil && carried(*u) {
			first = i + 1
		}
	}
	if first == 0 {
		return d.plan.Base, d.plan.Steps
	}
	return d.plan.Steps[first-1].After, d.plan.Steps[first:]
}

// unitOf finds the migration of a step; nil if it is none of the set.
func (d *database) unitOf() func(catalog.Step) *migration.Unit {
	type key struct{ file, name string }
	units := map[key]*migration.Unit{}
	for i := range d.set.Units {
		u := &d.set.Units[i]
		if k := (key{u.File, u.Name}); units[k] == nil {
			units[k] = u
		}
	}
	return func(s catalog.Step) *migration.Unit { return units[key{s.File, s.Migration}] }
}
