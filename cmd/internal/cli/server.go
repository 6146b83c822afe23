package cli

import (
	stdcontext "context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/catalog/snapshot"
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
		return exitWrong, errors.New("snapshot: name the database with -db DSN")
	}
	if fs.NArg() > 0 {
		return exitWrong, errors.New("snapshot takes no arguments but its flags")
	}
	if *timeout <= 0 {
		return exitWrong, fmt.Errorf("-timeout %v: want a time, such as 30m", *timeout)
	}
	c.end.limit(*timeout)
	s, err := check.Schema(ctx, db, func(n string) { c.say("%s", n) })
	if err != nil {
		return exitWrong, err
	}
	write := func(w io.Writer) error { return snapshot.Write(w, s) }
	if out == "" {
		err = write(c.raw)
	} else {
		err = check.WriteFile(out, write)
	}
	if err != nil {
		return exitWrong, err
	}
	return exitOK, nil
}
