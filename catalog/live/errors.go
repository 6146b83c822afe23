package live

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
)

// queryError is a query on the catalog that failed.
type queryError struct {
	file string
	err  error
	// lost says that the connection is gone.
	lost bool
}

func (e *queryError) Unwrap() error { return e.err }

func (e *queryError) Error() string {
	var pe *pgconn.PgError
	switch {
	case !errors.As(e.err, &pe) && e.lost:
		return fmt.Sprintf("the connection was lost while the catalog was read (%s): %v", e.file, unwrapped(e.err))
	case pe == nil:
		return fmt.Sprintf("reading the catalog (%s): %v", e.file, e.err)
	case reasons[pe.Code] != "":
		return fmt.Sprintf("reading the catalog (%s): %s (SQLSTATE %s)", e.file, reasons[pe.Code], pe.Code)
	}
	return fmt.Sprintf("reading the catalog (%s): %s (SQLSTATE %s)", e.file, pe.Message, pe.Code)
}

// reasons say what an SQLSTATE means here, and what to do.
var reasons = map[string]string{
	"57014": fmt.Sprintf("the server cancelled a query, or it took longer than %v", queryLimit),
	"55P03": "another session holds a lock for long, as a running migration does; try again when it has ended",
	"57P01": "the server is shutting down; try again",
	"57P02": "the server has crashed; try again",
	"40001": "the standby had to give way to what it replays; try again, or name the primary",
	"42501": "the role of -db may not read it, and there is no schema without it",
}

// denied says that the role has not the right.
func denied(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && pe.Code == "42501"
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
