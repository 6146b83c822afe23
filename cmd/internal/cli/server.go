package cli

import (
	stdcontext "context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schemavet/schemavet/analyzer/checkout"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/snapshot"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// runSnapshot writes the live schema.
func runSnapshot(ctx stdcontext.Context, c *context, args []string) (int, error) {
	fs := c.flagSet(find("snapshot"))
	var db, out string
	fs.StringVar(&db, "db", "", "`DSN` of the database")
	fs.StringVar(&out, "o", "", "write to `FILE` (default: standard output)")
	timeout := fs.Duration("timeout", time.Hour, "end after this time")
	if err := c.parseFlags(fs, args); err != nil {
		return exitWrong, err
	}
	if db == "" {
		return exitWrong, &usageError{"snapshot: name the database with -db DSN"}
	}
	if fs.NArg() > 0 {
		return exitWrong, &usageError{"snapshot takes no arguments but its flags"}
	}
	if *timeout <= 0 {
		return exitWrong, &usageError{fmt.Sprintf("-timeout %v: want a time, such as 30m", *timeout)}
	}
	c.end.limit(*timeout)
	s, err := readLive(ctx, db, func(n string) { c.say("%s", n) }, nil)
	if err != nil {
		return exitWrong, err
	}
	write := func(w io.Writer) error { return snapshot.Write(w, s.schema) }
	if out == "" {
		err = write(c.raw)
	} else {
		err = checkout.WriteFile(out, write)
	}
	if err != nil {
		return exitWrong, err
	}
	return exitOK, nil
}

// liveBase is what a server says.
type liveBase struct {
	schema *catalog.Schema
	server live.Server
}

// readLive reads the schema, and lets more be read from the same state.
func readLive(ctx stdcontext.Context, dsn string, note func(string), more func(*live.Session) error) (*liveBase,
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
	s, err := session.Schema()
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
func (d *database) readServer() error {
	if d.db == "" {
		return nil
	}
	if d.schema != "" {
		return &usageError{"-db and -schema both name a base; give one"}
	}
	d.progress.step("reading the server's catalog")
	base, err := readLive(d.ctx, d.db, func(n string) { d.note(n, "", 0) }, func(s *live.Session) error {
		if d.pending != "" || d.set == nil {
			return nil
		}
		return d.readHistory(s)
	})
	d.liveBase = base
	return err
}

// history reads what has run, where the operator says or the tool keeps it.
func (d *database) history(s *live.Session) (catalog.History, error) {
	if d.versionQuery != "" {
		return s.HistoryOf(d.versionQuery)
	}
	table, ok := migration.HistoryTable(d.set.Format)
	if !ok {
		return catalog.History{}, fmt.Errorf("where the migrations that have run are kept is not known for this format "+
			"(%s): name it with -version-query, or say -pending all, none, after:VERSION or since:REV", d.set.Format)
	}
	if d.versionTable != "" {
		table.Schema, table.Name, table.Given = "", d.versionTable, true
	}
	if schema, name, ok := strings.Cut(d.versionTable, "."); ok {
		table.Schema, table.Name = schema, name
	}
	return s.History(table)
}

// readHistory asks what the migration tool would run.
func (d *database) readHistory(s *live.Session) error {
	h, err := d.history(s)
	if err != nil {
		return err
	}
	rule := d.set
	if d.versionQuery != "" {
		own := *d.set
		own.Format, rule = migration.Own, &own
	}
	p, err := rule.Pending(h)
	var refused *migration.RefusedError
	if errors.As(err, &refused) {
		return fmt.Errorf("%w; -pending all, none, after:VERSION or since:REV says what else is to be taken as pending", err)
	} else if err != nil {
		return err
	}
	for _, n := range p.Notes {
		d.note(n.Message, n.File, 0)
	}
	if h.Table == "" {
		d.note("the database has no table of "+d.set.Format+" in which migrations are kept: none has run", "", 0)
	}
	d.ran = &p
	return nil
}
