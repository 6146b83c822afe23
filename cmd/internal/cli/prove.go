package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/catalog/ddl"
	"github.com/schemavet/schemavet/catalog/migration"
	"github.com/schemavet/schemavet/catalog/prove"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// prove asks a PostgreSQL server of our own, or the one that -shadow names, what it says to
// each statement after each migration, and marks the findings.
func (d *database) prove() error {
	if !d.wantProof {
		return nil
	}
	if strings.HasSuffix(d.schema, ".json") || d.liveBase != nil && d.set == nil {
		return &usageError{"-prove makes the base schema itself: it needs the migrations, or -schema FILE.sql as pg_dump -s writes"}
	}
	d.progress.step("asking PostgreSQL")
	lab, err := prove.OpenLab(d.ctx, d.shadow, d.refuseShadow)
	if err != nil {
		return fmt.Errorf("-prove: %w", err)
	}
	defer lab.Close(d.ctx)
	p := &proof{database: d, lab: lab, answers: map[string]map[string]prove.Answer{}, provables: map[string][]impact.Provable{}}
	if err := p.run(); err != nil {
		return fmt.Errorf("-prove: %w", err)
	}
	for _, m := range lab.Missing {
		d.note("-prove: the server lacks something that a migration needs: "+m, "", 0)
	}
	return nil
}

// refuseShadow keeps us away from a server that others need.
func (d *database) refuseShadow(id prove.Identity) error {
	switch {
	case id.Recovery:
		return errors.New("the server of -shadow is in recovery; name one that can be written to")
	case d.liveBase != nil && (id.System == d.liveBase.server.System || d.liveBase.server.System == "") && id.Database == d.liveBase.server.Database:
		return errors.New("-shadow names the database of -db; name another server, or another database of it")
	}
	return nil
}

// proof collects answers: by version and statement, after a migration.
type proof struct {
	*database
	lab     *prove.Lab
	answers map[string]map[string]prove.Answer
	// provables are the statements of each version.
	provables map[string][]impact.Provable
}

func (p *proof) run() error {
	applied, pending := p.applied, p.pendingUnits
	if p.schema != "" {
		set, err := p.schemaUnit()
		if err != nil {
			return err
		}
		applied = []migration.Unit{set}
	}
	for _, u := range applied {
		if err := p.apply(u); err != nil {
			p.note(fmt.Sprintf("-prove: the server refuses the applied migration %s: %v", u.Name, err), u.File, 0)
		}
	}
	for _, v := range p.versions {
		full, err := v.load()
		if err != nil {
			return err
		}
		p.provables[v.Name] = impact.Provables(p.part(full))
	}
	if err := p.ask(""); err != nil {
		return err
	}
	for _, u := range pending {
		if err := p.apply(u); err != nil {
			p.refused(u, err)
			break
		}
		if err := p.ask(u.Name); err != nil {
			return err
		}
	}
	p.mark()
	p.disagreements()
	return nil
}

// schemaUnit is the schema file as something to run.
func (p *proof) schemaUnit() (migration.Unit, error) {
	text, err := p.readText(p.schema)
	return migration.Unit{Name: p.schema, File: p.rel(p.path(p.schema)), Text: text, NoTransaction: true}, err
}

// apply runs a unit statement by statement, in the transactions that its tool would use.
func (p *proof) apply(u migration.Unit) error {
	texts := []string{u.Text}
	for _, s := range u.Statements {
		texts = append(texts, s.Text)
	}
	for _, text := range texts {
		text = pgtree.BlankPsql(text)
		sts, err := pgtree.Parse(text)
		alone := u.NoTransaction
		for _, st := range sts {
			alone = alone || ddl.BoundaryOf(st) != ddl.NoBoundary
		}
		if err != nil || !alone {
			if err := p.lab.Run(p.ctx, text); err != nil {
				return err
			}
			continue
		}
		for _, st := range sts {
			if err := p.lab.Run(p.ctx, st.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

// refused checks that a migration which the server refuses is a finding.
func (p *proof) refused(u migration.Unit, err error) {
	for i := range p.result.Findings {
		f := &p.result.Findings[i]
		if f.Rule == impact.MigrationFails && f.Change.Migration == u.Name && f.Database == p.name {
			f.Proof = "confirmed"
			return
		}
	}
	p.note(fmt.Sprintf("PostgreSQL disagrees: it refuses migration %s, which schemavet accepts: %v", u.Name, err), u.File, 0)
}

func proofKey(version string, s impact.Provable) string {
	return fmt.Sprintf("%s\x00%s:%d:%d\x00%s", version, s.Site.File, s.Site.Line, s.Site.Column, strings.TrimSpace(s.Text))
}

func (p *proof) ask(after string) error {
	for _, v := range p.versions {
		for _, s := range p.provables[v.Name] {
			a, err := p.lab.Ask(p.ctx, p.appPath, s.SQL)
			if err != nil {
				return err
			}
			key := proofKey(v.Name, s)
			if p.answers[key] == nil {
				p.answers[key] = map[string]prove.Answer{}
			}
			p.answers[key][after] = a
		}
	}
	return nil
}

// mark says of each finding whether the server agrees. What happens only when a statement
// runs cannot be asked.
func (p *proof) mark() {
	for i := range p.result.Findings {
		f := &p.result.Findings[i]
		if f.Use == nil || f.Change == nil || f.SQLSTATE == "" || f.Database != p.name {
			continue
		}
		s := impact.Provable{Site: f.Site, Text: f.Use.Query}
		a, asked := p.answers[proofKey(f.Use.Version, s)][f.Change.Migration]
		switch {
		case asked && a.SQLSTATE == f.SQLSTATE:
			f.Proof = "confirmed"
		case asked && a.SQLSTATE != "":
			f.Proof = "confirmed: the statement fails, first with SQLSTATE " + a.SQLSTATE
		case !asked || strings.HasPrefix(f.SQLSTATE, "23") || f.SQLSTATE == "P0001" || f.SQLSTATE[:2] == "22" || f.Verdict == impact.MayBreak:
			f.Proof = "not asked: only running it would tell"
		default:
			f.Proof = "PostgreSQL disagrees: it accepts the statement"
		}
	}
}

// disagreements notes statements that the server refuses after a migration and that no
// finding is about.
func (p *proof) disagreements() {
	found := map[string]bool{}
	for _, f := range p.result.Findings {
		if f.Use != nil {
			found[proofKey(f.Use.Version, impact.Provable{Site: f.Site, Text: f.Use.Query})] = true
		}
	}
	for _, v := range p.versions {
		for _, s := range p.provables[v.Name] {
			key := proofKey(v.Name, s)
			if found[key] || p.answers[key][""].SQLSTATE != "" {
				continue
			}
			for _, step := range p.plan.Steps {
				if a := p.answers[key][step.Migration]; a.SQLSTATE != "" {
					p.note(fmt.Sprintf("PostgreSQL disagrees: after %s it says %s (SQLSTATE %s) to this statement of %s", step.Migration, a.Message, a.SQLSTATE, v.Name), s.Site.File, s.Site.Line)
					found[key] = true
					break
				}
			}
		}
	}
}
