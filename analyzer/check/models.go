package check

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/internal/config"
	"github.com/schemavet/schemavet/analyzer/internal/gomigration"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

// models says that libraries make the schema of the program's models: there are no migrations
// but what the models of one version lack of another.
type models struct {
	// library is gorm, ent or bun; empty for the one that is found. path is the Go file, or the
	// folder, of the calls that make it.
	library, path string
	// more says that there may be more than the models make, types that those of some columns
	// are not known.
	more, types bool
}

// named says that the user named the library: then it makes all that there is.
func (m *models) named() bool { return m.library != "" }

// parts are those of a version that the models stand for.
func (m *models) parts(made []usage.Made) []usage.Made {
	return slices.DeleteFunc(slices.Clone(made), func(p usage.Made) bool {
		return p.Kind == usage.MadeChange ||
			m.named() && (p.Library != m.library || p.Call != m.path && !strings.HasPrefix(p.Call, m.path+"/") && m.path != ".")
	})
}

// worktree is the code at hand; it is loaded once.
func (c *checker) worktree(ctx context.Context) (*usage.Version, error) {
	if c.atHand != nil {
		return c.atHand, nil
	}
	v, err := c.load(ctx, "worktree", "worktree")
	c.atHand = v
	return v, err
}

// load extracts the code of the work tree.
func (c *checker) load(ctx context.Context, name, source string) (*usage.Version, error) {
	c.s.step("reading the code at hand")
	temp, done, err := c.s.cleanup.folder()
	if err != nil {
		return nil, err
	}
	defer done()
	how := c.s.build(c.s.dir, c.s.root)
	how.Temp = temp
	v, err := deployed.Load(ctx, how, name, source)
	if err != nil || c.s.repo == nil {
		return v, err
	}
	left, err := c.s.repo.LeftOut(ctx)
	if len(left) > 0 {
		v.Errors = append(v.Errors, usage.Problem{File: left[0],
			Message: fmt.Sprintf("this sparse checkout leaves out %d files of code and migrations: git sparse-checkout "+
				"disable brings them", len(left))})
	}
	return v, err
}

// errNoMigrations is that neither files nor code make a schema.
var errNoMigrations = errors.New("no migrations found: name them with -migrations PATH[:FORMAT], or the schema with " +
	"-schema FILE (as pg_dump -s writes) and -pending")

// noMigrations is errNoMigrations with what is known of the code that was not read.
func noMigrations(v *usage.Version) error {
	err := errNoMigrations
	for _, n := range v.Notes[:min(len(v.Notes), maxAsked)] {
		err = fmt.Errorf("%w; %s: %s", err, n.File, n.Message)
	}
	return err
}

// findModels looks for a schema made of models where no migrations were found.
func (d *database) findModels(ctx context.Context) error {
	v, err := d.c.worktree(ctx)
	if err != nil {
		return err
	}
	if found, err := d.findLists(v); found || err != nil {
		d.besides = len(d.madeOf(v)) > 0
		return err
	}
	var libraries []string
	for _, m := range v.Made {
		if m.Kind != usage.MadeChange && !slices.Contains(libraries, m.Library) {
			libraries = append(libraries, m.Library)
		}
	}
	switch len(libraries) {
	case 0:
		if makesSchema(startup(v)) {
			d.startup = true
			return nil
		}
		return noMigrations(v)
	case 1:
		d.models = &models{}
		d.c.note(fmt.Sprintf("no migrations found: the schema is what %s makes of the models, with whatever else "+
			"there may be; -migrations .:%s says that this is all", libraries[0], libraries[0]), "", 0)
		return nil
	}
	return &PasteError{strings.Join(libraries, " and ") +
		" make tables of models: schemavet never makes one schema out of several. Name the right one:",
		[]string{"# " + config.Name, fmt.Sprintf("migrations: [%q]", ".:"+libraries[0])}}
}

// madeOf are the parts of tables that libraries make of models.
func (d *database) madeOf(v *usage.Version) []usage.Made {
	return slices.DeleteFunc(slices.Clone(v.Made), func(m usage.Made) bool {
		return m.Kind == usage.MadeChange || m.Kind == usage.MadeElsewhere
	})
}

// opened is a schema in which there may be more than is known.
func opened(s *catalog.Schema) *catalog.Schema {
	if public, ok := s.Namespace("public"); ok {
		return s.WithNamespace(public.Opened())
	}
	return s
}

// findLists takes the one list of migrations in the code.
func (d *database) findLists(v *usage.Version) (found bool, err error) {
	lists := slices.DeleteFunc(changing(gomigration.Lists(v, ".")),
		func(l gomigration.List) bool { return migration.Engine(l.Units[0].File) != "" })
	if len(lists) == 0 {
		return false, nil
	}
	var files []string
	for _, l := range lists {
		files = append(files, d.c.s.fromHere(l.Units[0].File))
	}
	if len(lists) > 1 {
		out := []string{"# " + config.Name + ": the right one of"}
		for i, f := range files {
			if i < maxAsked {
				out = append(out, "migrations: ["+f+"]")
			}
		}
		return false, &PasteError{fmt.Sprintf("%d lists of migrations in Go could be those of this program (%s): name the right one:",
			len(lists), strings.Join(firstOf(files), ", ")), out}
	}
	return true, d.takeList(lists[0], path.Dir(lists[0].Units[0].File), files[0])
}

// nameModels takes -migrations PATH:gorm, :ent or :bun.
func (d *database) nameModels(ctx context.Context) error {
	shown, library := d.shown(), d.located.Format
	rel := d.c.s.rel(filepath.Clean(d.located.Path))
	if _, err := d.c.s.stat(filepath.Join(d.c.s.root, filepath.FromSlash(rel))); err != nil {
		return fmt.Errorf("-migrations %s:%s: %w", shown, library, reasonOf(err))
	}
	d.models = &models{library: library, path: rel}
	v, err := d.c.worktree(ctx)
	if err != nil {
		return err
	}
	if len(d.models.parts(v.Made)) == 0 {
		return fmt.Errorf("-migrations %s:%s: nothing below it makes tables of models of %s", shown, library, library)
	}
	return nil
}

// splitModels tells what libraries have made from what they will make.
func (d *database) splitModels(ctx context.Context) (applied, pending []migration.Unit, err error) {
	v, err := d.c.worktree(ctx)
	if err != nil {
		return nil, nil, err
	}
	after := d.models.parts(v.Made)
	d.c.result.Notes = append(d.c.result.Notes, v.MadeUnknown...)
	var before []usage.Made
	switch {
	case d.is.Pending == "none":
		applied = gomigration.Models(nil, after)
	case d.is.Pending == "all":
		pending = gomigration.Models(nil, after)
	case strings.HasPrefix(d.is.Pending, "after:"):
		return nil, nil, fmt.Errorf("-pending %s: a schema that is made of models has no versions; want all, none or "+
			"since:REV", d.is.Pending)
	default:
		versions, err := d.versionsBefore(ctx)
		if err != nil {
			return nil, nil, err
		}
		for _, v := range versions {
			made := d.models.parts(v.Made)
			applied = append(applied, gomigration.Models(before, made)...)
			before = gomigration.Merge(before, made)
		}
		if d.liveBase != nil {
			path, _ := impact.ApplicationPath(d.is.SearchPath, d.liveBase.schema, d.is.Role)
			before = existing(d.liveBase.schema, path, gomigration.Merge(after, before))
		}
		pending = gomigration.Models(before, after)
	}
	d.set = &migration.Set{Format: "models", Path: d.models.path, Units: slices.Concat(applied, pending)}
	d.models.more = !d.models.named() || len(v.MadeUnknown) > 0 || d.elsewhereMade(after)
	d.models.types = slices.ContainsFunc(d.set.Units,
		func(u migration.Unit) bool { return strings.Contains(u.Statements[0].Text, usage.MadeTypes+".") })
	return applied, pending, nil
}

// elsewhereMade notes what models read that none of them makes, such as views.
func (d *database) elsewhereMade(made []usage.Made) (some bool) {
	for _, m := range made {
		if m.Kind == usage.MadeElsewhere &&
			!slices.ContainsFunc(made, func(t usage.Made) bool { return t.Kind == usage.MadeTable && t.Table == m.Table }) {
			d.c.result.Notes = append(d.c.result.Notes,
				usage.Problem{Message: fmt.Sprintf("%s does not make %s: there is more than the models say", m.Library, m.Table),
					File: m.Place.File, Line: m.Place.Line})
			some = true
		}
	}
	return some
}

// versionsBefore are those whose schema the database has.
func (d *database) versionsBefore(ctx context.Context) ([]*usage.Version, error) {
	if rev, ok := strings.CutPrefix(d.is.Pending, "since:"); ok {
		v, err := d.c.loadVersion(ctx, rev)
		return []*usage.Version{v}, err
	}
	var versions []*usage.Version
	for _, v := range d.c.versions {
		versions = append(versions, v.Version)
	}
	if len(versions) == 0 && d.liveBase == nil {
		return nil, errors.New("cannot tell what is pending without a deployed version; say -pending all, none or since:REV")
	}
	for _, v := range versions {
		if len(v.Made) == 0 && v.Source != "git" && d.liveBase == nil {
			return nil, fmt.Errorf("cannot tell what is pending: %s does not say what it makes of its models; say "+
				"-pending all, none or since:REV", v.Name)
		}
	}
	return versions, nil
}

// existing are the parts that a database has, by their names.
func existing(s *catalog.Schema, searchPath []string, parts []usage.Made) []usage.Made {
	return slices.DeleteFunc(parts, func(m usage.Made) bool {
		schemas := searchPath
		if m.Schema != "" {
			schemas = []string{m.Schema}
		}
		return !slices.ContainsFunc(schemas, func(schema string) bool { return has(s, schema, m) })
	})
}

func has(s *catalog.Schema, schema string, m usage.Made) bool {
	if m.Kind == usage.MadeIndex {
		_, ok := s.Relation(schema, m.Name)
		return ok
	}
	r, ok := s.Relation(schema, m.Table)
	switch {
	case !ok || m.Kind == usage.MadeTable:
		return ok
	case m.Kind == usage.MadeColumns:
		return r.Column(m.Name) != nil
	}
	return r.Constraint(m.Name) != nil
}

// modelBase opens what the models do not say of the base: the types of columns that are not known
// and, if nothing but the models says what is there, what else there may be.
func (d *database) modelBase(start *catalog.Schema, applied []migration.Unit) (*catalog.Schema, []migration.Unit) {
	if d.models.types {
		start = start.WithNamespace(catalog.Namespace{Name: strings.Trim(usage.MadeTypes, `"`), Open: true})
	}
	if !d.models.more || d.is.Schema != "" || d.liveBase != nil {
		return start, applied
	}
	start = opened(start)
	made := plan.Compile(start, applied, nil, []string{"public"})
	d.planNotes(made)
	return made.Base.OpenedTables((*catalog.Relation).IsTable), nil
}
