package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/postgres"
)

// revisions keeps atlas's revisions in the table that its command makes (the command's own code
// for it is internal).
type revisions struct{ db *sql.DB }

const atlasTable = `CREATE SCHEMA IF NOT EXISTS atlas_schema_revisions;
CREATE TABLE IF NOT EXISTS atlas_schema_revisions.atlas_schema_revisions (version varchar PRIMARY KEY, description varchar NOT NULL, type bigint NOT NULL DEFAULT 2,
applied bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0, executed_at timestamptz NOT NULL, execution_time bigint NOT NULL, error text, error_stmt text,
hash varchar NOT NULL, partial_hashes jsonb, operator_version varchar NOT NULL)`

func (*revisions) Ident() *migrate.TableIdent {
	return &migrate.TableIdent{Schema: "atlas_schema_revisions", Name: "atlas_schema_revisions"}
}

const atlasColumns = `version, description, type, applied, total, executed_at, execution_time, coalesce(error, ''), coalesce(error_stmt, ''), hash, coalesce(partial_hashes, '[]'), operator_version`

func scan(row interface{ Scan(...any) error }) (*migrate.Revision, error) {
	r := &migrate.Revision{}
	var partial []byte
	err := row.Scan(&r.Version, &r.Description, &r.Type, &r.Applied, &r.Total, &r.ExecutedAt, &r.ExecutionTime, &r.Error, &r.ErrorStmt, &r.Hash, &partial, &r.OperatorVersion)
	if err == nil {
		err = json.Unmarshal(partial, &r.PartialHashes)
	}
	return r, err
}

func (s *revisions) ReadRevisions(ctx context.Context) ([]*migrate.Revision, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+atlasColumns+" FROM atlas_schema_revisions.atlas_schema_revisions ORDER BY version")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*migrate.Revision
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func (s *revisions) ReadRevision(ctx context.Context, version string) (*migrate.Revision, error) {
	r, err := scan(s.db.QueryRowContext(ctx, "SELECT "+atlasColumns+" FROM atlas_schema_revisions.atlas_schema_revisions WHERE version = $1", version))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, migrate.ErrRevisionNotExist
	}
	return r, err
}

func (s *revisions) WriteRevision(ctx context.Context, r *migrate.Revision) error {
	partial, err := json.Marshal(r.PartialHashes)
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, `INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (version) DO UPDATE SET applied = excluded.applied, total = excluded.total, error = excluded.error, error_stmt = excluded.error_stmt,
hash = excluded.hash, partial_hashes = excluded.partial_hashes`,
		r.Version, r.Description, r.Type, r.Applied, r.Total, r.ExecutedAt, r.ExecutionTime, r.Error, r.ErrorStmt, r.Hash, string(partial), r.OperatorVersion)
	return err
}

func (s *revisions) DeleteRevision(ctx context.Context, version string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM atlas_schema_revisions.atlas_schema_revisions WHERE version = $1", version)
	return err
}

func atlasExecutor(dir, dsn string) (*migrate.Executor, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	if _, err := db.Exec(atlasTable); err != nil {
		return nil, err
	}
	local, err := migrate.NewLocalDir(dir)
	if err != nil {
		return nil, err
	}
	sum, err := local.Checksum()
	if err != nil {
		return nil, err
	}
	if err := migrate.WriteSumFile(local, sum); err != nil {
		return nil, err
	}
	drv, err := postgres.Open(db)
	if err != nil {
		return nil, err
	}
	return migrate.NewExecutor(drv, local, &revisions{db}, migrate.WithAllowDirty(true))
}

func atlasApply(n int, dir, dsn, _ string) error {
	ex, err := atlasExecutor(dir, dsn)
	if err != nil || n == 0 {
		return err
	}
	return ex.ExecuteN(context.Background(), n)
}

func atlasPending(dir, dsn, _ string) ([]string, error) {
	ex, err := atlasExecutor(dir, dsn)
	if err != nil {
		return nil, err
	}
	files, err := ex.Pending(context.Background())
	if errors.Is(err, migrate.ErrNoPendingFiles) {
		err = nil
	}
	var out []string
	for _, f := range files {
		out = append(out, f.Name())
	}
	return out, err
}
