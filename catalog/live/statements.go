package live

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Seen is a statement that the server has counted, its constants replaced.
type Seen struct{ ID, Text string }

// ErrNotCounted says that the server does not count statements.
var ErrNotCounted = errors.New("the database has no extension pg_stat_statements: add it to " +
	"shared_preload_libraries, then CREATE EXTENSION")

// Statements are those that pg_stat_statements has of this database, and of a role unless it is
// empty. hidden is how many are there of which the role of the connection may not see the text.
func (s *Session) Statements(ctx context.Context, role string) (list []Seen, hidden int, err error) {
	schemas, err := collect[string](ctx, s,
		"select n.nspname::text from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = "+
			"'pg_stat_statements'")
	if err != nil {
		return nil, 0, s.failed("pg_extension", err)
	}
	if len(schemas) == 0 {
		return nil, 0, ErrNotCounted
	}
	// A statement within a function is not one that a client sends.
	top := ""
	if s.server.Major() >= 14 {
		top = " and s.toplevel"
	}
	all, err := collect[Seen](ctx, s, fmt.Sprintf(`select coalesce(s.queryid::text, ''), coalesce(s.query, '')
from %s s
where s.dbid = (select d.oid from pg_database d where d.datname = current_database())%s
  and ($1 = '' or s.userid = (select r.oid from pg_roles r where r.rolname = $1))
order by s.queryid`, pgx.Identifier{schemas[0], "pg_stat_statements"}.Sanitize(), top), role)
	if err != nil {
		return nil, 0, s.failed("pg_stat_statements", err)
	}
	for _, one := range all {
		if one.Text == "" || one.Text == "<insufficient privilege>" {
			hidden++
			continue
		}
		list = append(list, one)
	}
	return list, hidden, nil
}
