package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/schemavet/schemavet/catalog"
)

// History reads which migrations have run, from the same state as the schema.
func (s *Session) History(ctx context.Context, t catalog.HistoryTable) (catalog.History, error) {
	schema, err := s.findTable(ctx, t.Schema, t.Name)
	if err == nil && schema == "" && t.Anywhere && !t.Given {
		schema, err = s.findTable(ctx, "", t.Name)
	}
	if err == nil && schema == "" && t.Given {
		err = fmt.Errorf("there is no table %s%s (-version-table)", strings.TrimPrefix(t.Schema+".", "."), t.Name)
	}
	if err != nil || schema == "" {
		return catalog.History{}, err
	}
	h := catalog.History{Table: schema + "." + t.Name}
	h.Rows, err = collect[catalog.Ran](ctx, s, fmt.Sprintf("select %s from %s where %s", t.Columns,
		pgx.Identifier{schema, t.Name}.Sanitize(), cmp.Or(t.Where, "true")))
	return h, historyError(h.Table+" (of "+t.Tool+")", err)
}

// HistoryOf reads the versions that have run with a query of the user's.
func (s *Session) HistoryOf(ctx context.Context, query string) (catalog.History, error) {
	versions, err := s.versions(ctx, query)
	if err != nil {
		return catalog.History{}, historyError("the query for the versions that have run", err)
	}
	h := catalog.History{Table: "the query"}
	for _, v := range versions {
		h.Rows = append(h.Rows, catalog.Ran{Version: v})
	}
	return h, nil
}

// versions runs a query of the user's, with the search path of the connection. It must leave the
// reading as it was.
func (s *Session) versions(ctx context.Context, sql string) ([]string, error) {
	if err := s.run(ctx, "SAVEPOINT schemavet_versions; SET LOCAL search_path TO DEFAULT"); err != nil {
		return nil, err
	}
	list, err := collect[string](ctx, s, sql)
	if s.conn.PgConn().TxStatus() == 'I' {
		return nil, errors.New("it ends the transaction; give one SELECT")
	}
	if end := s.run(ctx, "ROLLBACK TO schemavet_versions; RELEASE schemavet_versions"); err == nil {
		err = end
	}
	return list, err
}

// findTable finds the schema of the table: the one that is named, else public, else the only
// one that has such a table; empty if there is none. Tools look it up on a search path that we do
// not know.
func (s *Session) findTable(ctx context.Context, schema, name string) (string, error) {
	found, err := collect[string](ctx, s, `
select n.nspname::text
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relname = $1 and c.relkind in ('r', 'p') and n.nspname !~ '^pg_' order by n.nspname <> 'public', 1`, name)
	if err != nil {
		return "", s.failed("pg_class", err)
	}
	switch {
	case schema != "":
		for _, f := range found {
			if f == schema {
				return f, nil
			}
		}
		return "", nil
	case len(found) == 0:
		return "", nil
	case len(found) == 1 || found[0] == "public":
		return found[0], nil
	}
	return "", fmt.Errorf("table %s is in the schemas %s: name the right one with -version-table SCHEMA.%s", name,
		strings.Join(found, ", "), name)
}

func historyError(table string, err error) error {
	var pe *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case denied(err):
		return fmt.Errorf("the role of -db may not read %s: %s; grant SELECT on it, or say -pending all, none, "+
			"after:VERSION or since:REV", table, pe)
	case errors.As(err, &pe) && pe.Code == "42703":
		return fmt.Errorf("%s is not what this tool makes: %s; name the tool with -migrations PATH:FORMAT, or the "+
			"table with -version-table", table, pe.Message)
	case errors.As(err, &pe):
		return fmt.Errorf("reading %s: %s (SQLSTATE %s)", table, pe.Message, pe.Code)
	}
	return fmt.Errorf("reading %s: %w", table, err)
}
