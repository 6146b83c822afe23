package check

import (
	"errors"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

// compareDrift shows where the live catalog differs from what the migrations that have run would
// make. It is no finding: what is judged by is the live catalog.
func (d *database) compareDrift() error {
	if !d.c.s.opts.Drift || d.liveBase == nil {
		return nil
	}
	if d.set == nil {
		return errors.New("-drift compares a database with its migrations, and there are none")
	}
	made := plan.Compile(catalog.New(d.liveBase.server.Major()), d.applied, nil, []string{"public"})
	drift := report.Drift{Database: d.name, Unsure: len(made.Notes)}
	for _, line := range catalog.Differences(catalog.Describe(d.liveBase.schema), catalog.Describe(made.Base)) {
		if !slices.ContainsFunc(d.elsewhere(), func(own string) bool { return strings.Contains(line, "."+own) }) {
			drift.Facts = append(drift.Facts, line)
		}
	}
	d.c.result.Drift = append(d.c.result.Drift, drift)
	return nil
}
