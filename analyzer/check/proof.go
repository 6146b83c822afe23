package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// prove asks a PostgreSQL server of our own, or the one that -shadow names, what it says to
// each statement after each migration, and marks the findings.
func (d *database) prove(ctx context.Context) error {
	if !d.c.s.opts.Prove {
		return nil
	}
	if strings.HasSuffix(d.is.Schema, ".json") || d.liveBase != nil && d.set == nil {
		return errors.New("-prove makes the base schema itself: it needs the migrations, or -schema FILE.sql as " +
			"pg_dump -s writes")
	}
	d.c.s.step("asking PostgreSQL")
	p := &proof{d: d, answers: map[string]map[string]pgserver.Answer{}, provables: map[string][]impact.Provable{}}
	if err := p.read(); err != nil {
		return err
	}
	sandbox, err := pgserver.OpenSandbox(ctx,
		pgserver.Settings{DSN: d.c.s.opts.Shadow, Refuse: d.refuseShadow, Needs: p.needs(),
			End: time.Now().Add(d.c.s.opts.Timeout + 10*time.Minute), Limit: statementLimit})
	var power *pgserver.PowerError
	if errors.As(err, &power) {
		return &PasteError{"-shadow: " + err.Error() + ":", []string{pgserver.Remedy}}
	} else if err != nil {
		return fmt.Errorf("-prove: %w", err)
	}
	defer d.c.s.cleanup.add(func() {
		if err := sandbox.Close(ctx); err != nil {
			d.c.s.opts.Warn("-prove: %v", err)
		}
	})()
	p.sandbox = sandbox
	if err := p.run(ctx); err != nil {
		return fmt.Errorf("-prove: %w", err)
	}
	for _, m := range sandbox.Missing {
		d.c.note("-prove: the server lacks something that a migration needs: "+m, "", 0)
	}
	return nil
}

// statementLimit is how long the server may take for one statement.
const statementLimit = time.Minute

// refuseShadow keeps us away from a server that others need.
func (d *database) refuseShadow(id pgserver.Identity) error {
	switch {
	case id.Recovery:
		return errors.New("the server of -shadow is in recovery; name one that can be written to")
	case d.liveBase != nil && mayBe(id, d.liveBase.server):
		return errors.New("-shadow names the database of -db; name another server, or another database of it")
	}
	return nil
}

// mayBe says that two databases may be the same: not every role may ask which cluster it is in.
func mayBe(id pgserver.Identity, server live.Server) bool {
	return id.Database == server.Database && (id.System == server.System || id.System == "" || server.System == "")
}

// proof collects answers: by version and statement, after a migration.
type proof struct {
	d       *database
	sandbox *pgserver.Sandbox
	answers map[string]map[string]pgserver.Answer
	// provables are the statements of each version.
	provables map[string][]impact.Provable
	// base and later are what the migrations run.
	base, later []trial
	// inexact says that something was not run, so that the server may have another schema.
	inexact bool
}

// trial is a unit with its statements, as they are sent.
type trial struct {
	migration.Unit
	statements []trialStatement
	alone      bool
}

type trialStatement struct {
	text    string
	line    int
	file    string
	outward ddl.Outward
	err     error
}

// read finds the statements of all migrations.
func (p *proof) read() error {
	applied := p.d.applied
	if p.d.is.Schema != "" {
		set, err := p.schemaUnit()
		if err != nil {
			return err
		}
		applied = []migration.Unit{set}
	}
	for _, u := range applied {
		p.base = append(p.base, newTrial(u))
	}
	for _, u := range p.d.pendingUnits {
		p.later = append(p.later, newTrial(u))
	}
	return nil
}

// newTrial takes a unit apart.
func newTrial(u migration.Unit) trial {
	t := trial{Unit: u, alone: u.NoTransaction}
	texts := u.Statements
	if texts == nil {
		texts = []migration.Located{{Text: u.Text, File: u.File, Line: 1}}
	}
	for _, located := range texts {
		text := pgtree.BlankPsql(located.Text)
		sts, err := pgtree.Parse(text)
		if err != nil {
			t.statements = append(t.statements, trialStatement{file: located.File, line: located.Line, err: err})
			continue
		}
		lines := pgtree.LinesOf(text)
		for _, st := range sts {
			line, _ := lines.At(st.Start)
			t.statements = append(t.statements, trialStatement{text: st.Text, line: located.Line + line - 1, file: located.File,
				outward: ddl.OutwardOf(st), err: st.Err})
			t.alone = t.alone || ddl.BoundaryOf(st) != ddl.NoBoundary
		}
	}
	return t
}

// needs are the roles and extensions that the migrations name.
func (p *proof) needs() pgserver.Needs {
	var n pgserver.Needs
	for _, t := range slices.Concat(p.base, p.later) {
		for _, st := range t.statements {
			n.Roles = append(n.Roles, st.outward.Roles...)
			e := pgserver.Extension{Name: st.outward.Extension, Schema: st.outward.ExtensionSchema}
			if e.Name != "" && !slices.Contains(n.Extensions, e) {
				n.Extensions = append(n.Extensions, e)
			}
		}
	}
	slices.Sort(n.Roles)
	n.Roles = slices.Compact(n.Roles)
	return n
}

func (p *proof) run(ctx context.Context) error {
	for _, t := range p.base {
		if err := p.apply(ctx, t); err != nil {
			if p.broken(ctx, err) {
				return err
			}
			p.inexact = true
			p.d.c.note(fmt.Sprintf("-prove: the server refuses the applied migration %s: %v", t.Name, err), t.File, 0)
		}
	}
	for _, v := range p.d.c.versions {
		full, err := v.load()
		if err != nil {
			return err
		}
		p.provables[v.Name] = impact.Provables(p.d.part(full))
	}
	if err := p.ask(ctx, ""); err != nil {
		return err
	}
	for _, t := range p.later {
		if err := p.apply(ctx, t); err != nil {
			if p.broken(ctx, err) {
				return err
			}
			p.refused(t.Unit, err)
			break
		}
		if err := p.ask(ctx, t.Name); err != nil {
			return err
		}
	}
	p.mark()
	p.disagreements()
	return nil
}

// broken says that an error is none of the statement's, so that nothing can be asked any more.
func (p *proof) broken(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, pgserver.ErrSlow) || p.sandbox.Gone()
}

// schemaUnit is the schema file as something to run.
func (p *proof) schemaUnit() (migration.Unit, error) {
	text, err := p.d.c.s.readText(p.d.is.Schema)
	if err != nil {
		return migration.Unit{}, fmt.Errorf("-schema %s: %w", p.d.is.Schema, err)
	}
	return migration.Unit{Name: p.d.is.Schema, File: p.d.c.s.rel(p.d.c.s.path(p.d.is.Schema)), Text: text,
		NoTransaction: true}, nil
}

// apply runs a unit statement by statement, in the transactions that its tool would use. What takes
// more rights than a checkout is given is left out, and said.
func (p *proof) apply(ctx context.Context, t trial) error {
	defer p.sandbox.Run(ctx, "discard all")
	defer p.sandbox.Run(ctx, "rollback")
	left := map[int]bool{}
	for {
		at, err := p.attempt(ctx, t, left)
		if err == nil {
			return nil
		}
		message, powerless := pgserver.Powerless(err)
		if lacks, ok := pgserver.Lacks(err); ok {
			message, powerless = lacks, true
		}
		if !powerless || at < 0 || left[at] {
			return err
		}
		left[at] = true
		p.leftOut(t.statements[at], "it takes rights that a checkout is not given: "+message)
		if t.alone {
			// What stands before it has committed.
			t.statements = t.statements[at+1:]
			left = map[int]bool{}
			continue
		}
		if err := p.sandbox.Run(ctx, "rollback"); err != nil {
			return err
		}
	}
}

// attempt runs a unit without those of its statements, by number, that are left out; at is the one
// that fails.
func (p *proof) attempt(ctx context.Context, t trial, left map[int]bool) (at int, err error) {
	if !t.alone {
		if err := p.sandbox.Run(ctx, "begin"); err != nil {
			return -1, err
		}
	}
	for i, st := range t.statements {
		if left[i] || p.done(st, len(left) == 0) {
			continue
		}
		if err := p.sandbox.Run(ctx, st.text); err != nil {
			return i, err
		}
	}
	if !t.alone {
		return -1, p.sandbox.Run(ctx, "commit")
	}
	return -1, nil
}

// done says that a statement is not sent: what it makes is there, or it may not be made. The first
// time that is said.
func (p *proof) done(st trialStatement, say bool) bool {
	o, own := st.outward, p.sandbox.Own()
	switch {
	case st.text == "":
		return true
	case o.Leaves != "":
		if say {
			p.leftOut(st, o.Leaves)
		}
		return true
	case st.err != nil && !own:
		if say {
			p.leftOut(st, "it does not parse, so that what it would do on a server that others share is not known")
		}
		return true
	case o.RolesOnly:
		return true
	case own && (o.Extension != "" && p.sandbox.Made(o.Extension) || o.Schema != "" && p.sandbox.Made("schema "+o.Schema)):
		return true
	}
	return false
}

// leftOut says that a statement is not run.
func (p *proof) leftOut(st trialStatement, why string) {
	p.inexact = true
	p.d.c.note("-prove: not run: "+why, st.file, st.line)
}

// refused checks that a migration which the server refuses is a finding.
func (p *proof) refused(u migration.Unit, err error) {
	for i := range p.d.c.result.Findings {
		f := &p.d.c.result.Findings[i]
		if f.Rule == impact.MigrationFails && f.Change.Migration == u.Name && f.Database == p.d.name {
			f.Proof = "confirmed"
			return
		}
	}
	if p.inexact {
		const message = "-prove: the server refuses migration %s, which may be for what was not run before: %v"
		p.d.c.note(fmt.Sprintf(message, u.Name, err), u.File, 0)
		return
	}
	p.d.c.note(fmt.Sprintf("PostgreSQL disagrees: it refuses migration %s, which schemavet accepts: %v", u.Name, err),
		u.File, 0)
}

func proofKey(version string, s impact.Provable) string {
	return fmt.Sprintf("%s\x00%s:%d:%d\x00%s", version, s.Site.File, s.Site.Line, s.Site.Column, strings.TrimSpace(s.Text))
}

func (p *proof) ask(ctx context.Context, after string) error {
	for _, v := range p.d.c.versions {
		for _, s := range p.provables[v.Name] {
			a, err := p.sandbox.Explain(ctx, p.d.appPath, s.SQL)
			if err != nil {
				return err
			}
			key := proofKey(v.Name, s)
			if p.answers[key] == nil {
				p.answers[key] = map[string]pgserver.Answer{}
			}
			p.answers[key][after] = a
		}
	}
	return nil
}

// mark says of each finding whether the server agrees. What happens only when a statement
// runs cannot be asked.
func (p *proof) mark() {
	for i := range p.d.c.result.Findings {
		f := &p.d.c.result.Findings[i]
		if f.Use == nil || f.Change == nil || f.SQLSTATE == "" || f.Database != p.d.name {
			continue
		}
		s := impact.Provable{Site: f.Site, Text: f.Use.Query}
		a, reached := p.answers[proofKey(f.Use.Version, s)][f.Change.Migration]
		switch {
		case a.SQLSTATE == f.SQLSTATE:
			f.Proof = "confirmed"
		case a.SQLSTATE != "":
			f.Proof = "confirmed: the statement fails, first with SQLSTATE " + a.SQLSTATE
		case strings.HasPrefix(f.SQLSTATE, "23") || f.SQLSTATE == "P0001" || f.SQLSTATE[:2] == "22" ||
			f.Verdict == impact.MayBreak:
			f.Proof = "not asked: only running it would tell"
		case !reached || !a.Asked:
			f.Proof = "not asked: the server has no such statement, or did not come to it (see the notes)"
		case p.inexact:
			f.Proof = "not asked: something before it was not run (see the notes)"
		default:
			f.Proof = "PostgreSQL disagrees: it accepts the statement"
		}
	}
}

// disagreements notes statements that the server refuses after a migration and that no
// finding is about.
func (p *proof) disagreements() {
	if p.inexact {
		return
	}
	found := map[string]bool{}
	for _, f := range p.d.c.result.Findings {
		if f.Use != nil {
			found[proofKey(f.Use.Version, impact.Provable{Site: f.Site, Text: f.Use.Query})] = true
		}
	}
	for _, v := range p.d.c.versions {
		for _, s := range p.provables[v.Name] {
			key := proofKey(v.Name, s)
			if found[key] || p.answers[key][""].SQLSTATE != "" {
				continue
			}
			for _, step := range p.d.plan.Steps {
				if a := p.answers[key][step.Migration]; a.SQLSTATE != "" {
					p.d.c.note(fmt.Sprintf("PostgreSQL disagrees: after %s it says %s (SQLSTATE %s) to this statement of %s",
						step.Migration, a.Message, a.SQLSTATE, v.Name), s.Site.File, s.Site.Line)
					found[key] = true
					break
				}
			}
		}
	}
}
