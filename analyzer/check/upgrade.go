package check

import (
	"fmt"
	"slices"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

// checkUpgrade looks at -upgrade, as far as it can be judged without a base.
func checkUpgrade(version int) error {
	if version != 0 && (version < catalog.OldestServer || version > catalog.NewestServer) {
		return fmt.Errorf("-upgrade %d: the catalogs that are known are those of PostgreSQL %d to %d", version,
			catalog.OldestServer, catalog.NewestServer)
	}
	return nil
}

// upgrade adds an upgrade of the server to what is pending: the catalog and the grammar of another major version, on
// the schema that the last migration leaves. Migrations that are pending too may run before it or after.
func (d *database) upgrade(pending []migration.Unit) error {
	to := d.c.s.opts.Upgrade
	if to == 0 {
		return nil
	}
	last := d.plan.Last()
	switch {
	case last.Server == 0:
		return fmt.Errorf("-upgrade %d: which version runs now is not known; say -server-version, or -db", to)
	case to <= last.Server:
		return fmt.Errorf("-upgrade %d: the server is PostgreSQL %d", to, last.Server)
	}
	step := upgradeStep(last, to)
	d.take(lostViews(step))
	d.take(d.refusedBehind(to, pending))
	d.plan.Steps = append(d.plan.Steps, step)
	return nil
}

// ofUpgrade is the advice where an upgrade is at fault, and no migration.
const ofUpgrade = "Deploy code that both versions of PostgreSQL take, wait until no old version runs, then upgrade."

// upgradeTo is the name of an upgrade among migrations.
func upgradeTo(version int) string { return fmt.Sprintf("upgrade to PostgreSQL %d", version) }

// upgradeStep is what an upgrade changes for an application.
func upgradeStep(last *catalog.Schema, to int) catalog.Step {
	what := upgradeTo(to)
	after := last.As(to)
	change := catalog.Change{Origin: catalog.Origin{Migration: what, Statement: what},
		Effects: []catalog.Effect{{Op: catalog.OpUpgrade}}, Before: last, After: after}
	return catalog.Step{Migration: what, Changes: []catalog.Change{change}, Before: last, After: after}
}

// lostViews are the views whose query the new version refuses: pg_upgrade and pg_restore make each from its text.
func lostViews(step catalog.Step) []impact.Finding {
	var out []impact.Finding
	for _, r := range step.Before.Relations() {
		if r.View == nil || r.Extension != "" || r.ID < catalog.FirstID {
			continue
		}
		was, now := refusals(r, step.Before), refusals(r, step.After)
		for _, o := range now {
			if slices.ContainsFunc(was, func(w sqlscan.Outcome) bool { return w.Message == o.Message }) {
				continue
			}
			name := catalog.Name{Kind: catalog.KindRelation, Schema: r.Schema, Name: r.Name}
			out = append(out, impact.Finding{Rule: impact.MigrationFails, Verdict: impact.Breaks, Level: impact.LevelError,
				SQLSTATE: o.SQLSTATE, Message: fmt.Sprintf("view %s: %s", name, o.Message), Object: name.String(),
				Change: &step.Changes[0].Origin, Advice: "Change the view before the upgrade, which stops at it."})
		}
	}
	return out
}

// refusals are what a server says of a view's query.
func refusals(r *catalog.Relation, on *catalog.Schema) []sqlscan.Outcome {
	statements, err := pgtree.Parse(r.View.SQL)
	if err != nil {
		return nil // a text of which nothing is known
	}
	var out []sqlscan.Outcome
	for _, st := range statements {
		for _, o := range sqlscan.Bind(st, &sqlscan.Env{Schema: on, SearchPath: []string{r.Schema}, Static: true}).Outcomes {
			if o.State == sqlscan.Failed {
				out = append(out, o)
			}
		}
	}
	return out
}

// refusedBehind are the statements of pending migrations that the new version alone refuses.
func (d *database) refusedBehind(to int, pending []migration.Unit) []impact.Finding {
	var out []impact.Finding
	for _, f := range plan.Compile(d.plan.Base.As(to), nil, pending, []string{"public"}).Failures {
		known := func(o plan.Failure) bool { return o.Origin == f.Origin && o.SQLSTATE == f.SQLSTATE }
		if slices.ContainsFunc(d.plan.Failures, known) {
			continue
		}
		origin := f.Origin
		out = append(out, impact.Finding{Rule: impact.MigrationFails, Verdict: impact.MayBreak, Level: impact.LevelWarning,
			SQLSTATE: f.SQLSTATE, Message: fmt.Sprintf("%s (if it runs behind the upgrade to PostgreSQL %d)", f.Message, to),
			Object: f.Object.String(), Change: &origin, Advice: impact.MigrationFails.Advice()})
	}
	return out
}
