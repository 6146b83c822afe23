package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// liveBase is what a server says.
type liveBase struct {
	schema *catalog.Schema
	server live.Server
}

// readLive reads the schema, and lets more be read from the same state.
func readLive(ctx context.Context, dsn string, note func(string), more func(*live.Session) error) (*liveBase,
	error) {
	conn, err := live.Open(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("-db: %w", err)
	}
	defer conn.Close(ctx)
	session, err := live.Begin(ctx, conn)
	if err != nil {
		return nil, fmt.Errorf("-db: %w", err)
	}
	defer session.Close()
	s, err := session.Schema(ctx)
	if err == nil && more != nil {
		err = more(session)
	}
	if err != nil {
		return nil, fmt.Errorf("-db: %w", err)
	}
	if unread := session.Unread(); len(unread) > 0 {
		note("the role of -db may not read all of the catalog (" + strings.Join(unread, ", ") +
			"): everything may hold more than is known")
	}
	if session.Server().Recovery {
		note("the server of -db is a standby: it may be behind its primary")
	}
	if session.Server().Newer() {
		note(fmt.Sprintf("the server is PostgreSQL %d, which is newer than this schemavet: what is new in it is not known",
			session.Server().Major()))
	}
	return &liveBase{ddl.Complete(s), session.Server()}, nil
}

// readServer reads the base from -db. Without -pending the tool's table says what has run.
func (d *database) readServer(ctx context.Context) error {
	if d.is.DB == "" {
		return nil
	}
	if d.is.Schema != "" {
		return errors.New("-db and -schema both name a base; give one")
	}
	d.c.s.step("reading the server's catalog")
	base, err := readLive(ctx, d.is.DB, func(n string) { d.c.note(n, "", 0) }, func(s *live.Session) error {
		if d.is.Pending != "" || d.set == nil {
			return nil
		}
		return d.readHistory(ctx, s)
	})
	d.liveBase = base
	return err
}

// history reads what has run, where the operator says or the tool keeps it.
func (d *database) history(ctx context.Context, s *live.Session, of *migration.Set) (catalog.History, error) {
	if d.is.VersionQuery != "" {
		return s.HistoryOf(ctx, d.is.VersionQuery)
	}
	table, ok := migration.HistoryTable(of.Format)
	if !ok {
		return catalog.History{}, fmt.Errorf("where the migrations that have run are kept is not known for this format "+
			"(%s): name it with -version-query, or say -pending all, none, after:VERSION or since:REV", of.Format)
	}
	if d.is.VersionTable != "" {
		table.Schema, table.Name, table.Given = "", d.is.VersionTable, true
	}
	if schema, name, ok := strings.Cut(d.is.VersionTable, "."); ok {
		table.Schema, table.Name = schema, name
	}
	return s.History(ctx, table)
}

// readHistory asks what the migration tool would run, or each of several.
func (d *database) readHistory(ctx context.Context, s *live.Session) error {
	parts := d.set.Of()
	for i, part := range parts {
		if slices.ContainsFunc(parts[:i], func(o *migration.Set) bool { return o.Format == part.Format }) ||
			len(parts) > 1 && (d.is.VersionTable != "" || d.is.VersionQuery != "") {
			return fmt.Errorf("several sets make the schema (%s), and where each keeps what has run is not known: say -pending "+
				"all, none or since:REV", d.set.Path)
		}
	}
	d.ran = &migration.Pending{}
	for _, part := range parts {
		p, err := d.pendingOf(ctx, s, part)
		if err != nil {
			return err
		}
		d.ran.Units = append(d.ran.Units, p.Units...)
	}
	return nil
}

// pendingOf asks what the tool of one set would run.
func (d *database) pendingOf(ctx context.Context, s *live.Session, of *migration.Set) (*migration.Pending, error) {
	h, err := d.history(ctx, s, of)
	if err != nil {
		return nil, err
	}
	rule := of
	if d.is.VersionQuery != "" {
		own := *of
		own.Format, rule = migration.Own, &own
	}
	p, err := rule.Pending(h)
	var refused *migration.RefusedError
	if errors.As(err, &refused) {
		return nil, fmt.Errorf("%w; -pending all, none, after:VERSION or since:REV says what else is to be taken as pending",
			err)
	} else if err != nil {
		return nil, err
	}
	for _, n := range p.Notes {
		d.c.note(n.Message, n.File, 0)
	}
	if h.Table == "" {
		d.c.note("the database has no table of "+of.Format+" in which migrations are kept: none has run", "", 0)
	}
	return &p, nil
}

// Schema reads the schema of a live database. note is told what the result lacks.
func Schema(ctx context.Context, dsn string, note func(string)) (*catalog.Schema, error) {
	base, err := readLive(ctx, dsn, note, nil)
	if err != nil {
		return nil, err
	}
	return base.schema, nil
}
