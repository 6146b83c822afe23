package check

import (
	"context"
	"errors"
	"fmt"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/internal/evidence"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// seenRunning are statements that the server of a database has seen.
type seenRunning struct {
	*evidence.Evidence
	database *database
}

// readStatements reads pg_stat_statements of every database that -db names.
func (c *checker) readStatements(ctx context.Context) error {
	read := false
	for _, d := range c.databases {
		if d.is.DB == "" {
			continue
		}
		read = true
		if err := d.readStatements(ctx); err != nil {
			return d.named(fmt.Errorf("-deployed %s: %w", statStatements, err))
		}
	}
	if !read {
		return errors.New("-deployed " + statStatements + " needs -db")
	}
	return nil
}

func (d *database) readStatements(ctx context.Context) error {
	conn, err := live.Open(ctx, d.is.DB)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	session, err := live.Begin(ctx, conn)
	if err != nil {
		return err
	}
	defer session.Close()
	list, hidden, err := session.Statements(ctx, d.is.Role)
	if err != nil {
		return err
	}
	e := evidence.New(statStatements)
	for _, s := range list {
		e.Add(evidence.Statement{SQL: s.Text, Name: "query " + s.ID})
	}
	if hidden > 0 {
		d.c.note(fmt.Sprintf("%s hides the text of %d statements from the role of -db: grant it pg_read_all_stats",
			statStatements, hidden), "", 0)
	}
	d.c.evidence = append(d.c.evidence, &seenRunning{e, d})
	return nil
}

// readLog reads the statements in a server's log.
func (c *checker) readLog(source string) error {
	f, err := c.s.openLarge(source)
	if err != nil {
		return fmt.Errorf("-deployed %s: %w", source, reasonOf(err))
	}
	defer f.Close()
	if len(c.databases) > 1 {
		return fmt.Errorf("-deployed %s: a log does not say which of the databases in the config its statements are for",
			source)
	}
	d := c.databases[0]
	name := ""
	if d.liveBase != nil {
		name = d.liveBase.server.Database
	}
	e, err := evidence.ReadLog(c.s.rel(c.s.path(source)), deployed.Limited(f, c.s.limit()), name)
	if err != nil {
		return fmt.Errorf("-deployed %s: %w", source, err)
	}
	c.evidence = append(c.evidence, &seenRunning{e, d})
	return nil
}

// matchEvidence says of the findings in a version, and counts in its reports, whether the statement
// was seen running.
func (c *checker) matchEvidence(v *usage.Version, findings []impact.Finding, reports []*impact.Report) {
	if len(c.evidence) == 0 {
		return
	}
	seen := map[string]map[usage.Site]bool{}
	for _, e := range c.evidence {
		name := e.database.name
		if seen[name] == nil {
			seen[name] = map[usage.Site]bool{}
		}
		for site := range e.Match(e.database.part(v)) {
			seen[name][site] = true
		}
	}
	for i := range findings {
		if use := findings[i].Use; use != nil {
			use.Seen = impact.NeverSeen
			if seen[findings[i].Database][findings[i].Site] {
				use.Seen = impact.SeenRunning
			}
		}
	}
	for _, r := range reports {
		r.Seen = len(seen[r.Database])
	}
}

// judgeEvidence judges what runs and stands in no known code.
func (c *checker) judgeEvidence() {
	for _, e := range c.evidence {
		all, known := e.Counts()
		e.leaveOutMigrations()
		c.result.Evidence = append(c.result.Evidence,
			report.Evidence{Source: e.Source, Database: e.database.name, Statements: all, Known: known})
		unknown := e.Unknown()
		from := len(c.result.Findings)
		e.database.judgeAll(unknown)
		for i := range c.result.Findings[from:] {
			if use := c.result.Findings[from+i].Use; use != nil {
				use.Seen = impact.SeenRunning
			}
		}
	}
}

// leaveOutMigrations takes out what migrations have sent: it is not sent again.
func (e *seenRunning) leaveOutMigrations() {
	for _, u := range e.database.applied {
		for _, text := range u.Texts() {
			sts, _ := pgtree.Parse(text)
			for _, st := range sts {
				e.Mark(st.Text)
			}
		}
	}
}
