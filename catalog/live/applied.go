package live

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

//go:embed versions/*.sql
var versionQueries embed.FS

// Applied says which migrations have run.
type Applied struct {
	// Versions are those that the tool's table names. With UpTo the one version is the
	// last, and all before it have run as well.
	Versions []string
	UpTo     bool
	// None says that there is no version table: nothing has run.
	None bool
}

// ErrNoTable says that a format has no version table that schemavet knows.
var ErrNoTable = errors.New("no version table is known for these migrations")

// ReadApplied asks the version table of the tool of that migration format.
func ReadApplied(ctx context.Context, conn *pgx.Conn, format string) (Applied, error) {
	sql, err := versionQueries.ReadFile("versions/" + format + ".sql")
	if err != nil {
		return Applied{}, ErrNoTable
	}
	rows, err := conn.Query(ctx, string(sql))
	if err != nil {
		return Applied{}, err
	}
	type row struct {
		Version     string
		Dirty, UpTo bool
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	var pe *pgconn.PgError
	if errors.As(err, &pe) && pe.Code == "42P01" {
		return Applied{None: true}, nil
	}
	if err != nil {
		return Applied{}, err
	}
	a := Applied{None: len(list) == 0}
	for _, r := range list {
		if r.Dirty {
			return Applied{}, fmt.Errorf("migration %s is marked dirty: it failed half way; mend the database first", r.Version)
		}
		a.Versions, a.UpTo = append(a.Versions, r.Version), r.UpTo
	}
	return a, nil
}
