package cli

import (
	stdcontext "context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/ddl"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/catalog/migration"
	"github.com/schemavet/schemavet/catalog/snapshot"
)

// runSnapshot writes the live schema.
func runSnapshot(c *context, args []string) (int, error) {
	fs := c.flagSet(find("snapshot"))
	var db, out string
	fs.StringVar(&db, "db", "", "`DSN` of the database")
	fs.StringVar(&out, "o", "", "write to `FILE` (default: standard output)")
	if err := c.parseFlags(fs, args); err != nil {
		return exitWrong, err
	}
	if db == "" {
		return exitWrong, &usageError{"snapshot: name the database with -db DSN"}
	}
	if fs.NArg() > 0 {
		return exitWrong, &usageError{"snapshot takes no arguments but its flags"}
	}
	ctx, stop := signal.NotifyContext(stdcontext.Background(), os.Interrupt)
	defer stop()
	s, _, err := readLive(ctx, db, "")
	if err != nil {
		return exitWrong, fmt.Errorf("-db: %w", err)
	}
	write := func(w io.Writer) error { return snapshot.Write(w, s.schema) }
	if out == "" {
		err = write(c.stdout)
	} else {
		err = deployed.WriteFile(out, func(w *os.File) error { return write(w) })
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

// readLive reads the schema, and which migrations of a format have run. An empty format is
// not asked for.
func readLive(ctx stdcontext.Context, dsn, format string) (liveBase, live.Applied, error) {
	conn, err := live.Open(ctx, dsn)
	if err != nil {
		return liveBase{}, live.Applied{}, err
	}
	defer conn.Close(ctx)
	session, err := live.Begin(ctx, conn)
	if err != nil {
		return liveBase{}, live.Applied{}, err
	}
	defer session.Close()
	s, err := session.Schema()
	if err != nil {
		return liveBase{}, live.Applied{}, err
	}
	base := liveBase{ddl.Complete(s), session.Server()}
	if format == "" {
		return base, live.Applied{}, nil
	}
	applied, err := live.ReadApplied(ctx, conn, format)
	return base, applied, err
}

// readServer reads the base from -db. Without -pending the tool's version table says what has
// run.
func (k *checker) readServer() error {
	if k.db == "" {
		return nil
	}
	if k.schema != "" {
		return &usageError{"-db and -schema both name a base; give one"}
	}
	k.progress.step("reading the server's catalog")
	format := ""
	if k.pending == "" && k.set != nil {
		format = k.set.Format
	}
	base, applied, err := readLive(k.ctx, k.db, format)
	switch {
	case errors.Is(err, live.ErrNoTable):
		return fmt.Errorf("-db: %w (%s); say -pending all, none, after:VERSION or since:REV", err, format)
	case err != nil:
		return fmt.Errorf("-db: %w", err)
	}
	k.liveBase = &base
	if format != "" {
		k.hasRun = ranBy(applied, k.set.Units)
	}
	return nil
}

// ranBy says of a unit whether it has run.
func ranBy(a live.Applied, units []migration.Unit) func(migration.Unit) bool {
	if a.None {
		return func(migration.Unit) bool { return false }
	}
	same := func(u migration.Unit, version string) bool {
		return u.Version == version || u.Name == version || strings.HasSuffix(u.File, "/"+version) ||
			strings.TrimLeft(u.Version, "0") == strings.TrimLeft(version, "0")
	}
	if !a.UpTo {
		return func(u migration.Unit) bool {
			return slices.ContainsFunc(a.Versions, func(v string) bool { return same(u, v) })
		}
	}
	last := -1
	for i, u := range units {
		if same(u, a.Versions[0]) {
			last = i
		}
	}
	ran := map[string]bool{}
	for i, u := range units {
		if i <= last {
			ran[u.File] = true
		}
	}
	return func(u migration.Unit) bool { return ran[u.File] }
}
