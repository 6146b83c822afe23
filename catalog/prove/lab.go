package prove

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Lab is an empty database of our own on some server, to try migrations and statements in.
// It is dropped by Close.
type Lab struct {
	admin, conn *pgx.Conn
	name        string
	cluster     *Cluster
	// Missing lists the roles and extensions that the server does not have.
	Missing []string
}

// Answer is what the server says to a statement: the SQLSTATE of its error, empty for none.
// Asked is false for what PREPARE takes no statement of that kind for.
type Answer struct {
	SQLSTATE, Message string
	Asked             bool
}

// Identity tells one database of one server from another.
type Identity struct {
	System, Database string
	Recovery         bool
}

// OpenLab makes a database on the server that dsn names, or on one of our own if dsn is
// empty. refuse is asked with the identity of the server before anything is made.
func OpenLab(ctx context.Context, dsn string, refuse func(Identity) error) (*Lab, error) {
	l := &Lab{}
	if dsn == "" {
		cluster, err := Start(ctx)
		if err != nil {
			return nil, err
		}
		l.cluster, dsn = cluster, cluster.DSN("postgres")
	}
	if err := l.open(ctx, dsn, refuse); err != nil {
		l.Close(ctx)
		return nil, err
	}
	return l, nil
}

func (l *Lab) open(ctx context.Context, dsn string, refuse func(Identity) error) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return errors.New("not a connection string (postgres://user@host/database or host=… dbname=…)")
	}
	if l.admin, err = pgx.ConnectConfig(ctx, cfg); err != nil {
		return fmt.Errorf("cannot connect to %s:%d, database %q", cfg.Host, cfg.Port, cfg.Database)
	}
	var id Identity
	err = l.admin.QueryRow(ctx, "select (select c.system_identifier::text from pg_control_system() c), current_database(), pg_is_in_recovery()").
		Scan(&id.System, &id.Database, &id.Recovery)
	if err != nil {
		return err
	}
	if err := refuse(id); err != nil {
		return err
	}
	l.name = fmt.Sprintf("schemavet_prove_%d", l.admin.PgConn().PID())
	if _, err := l.admin.Exec(ctx, "create database "+pgx.Identifier{l.name}.Sanitize()+" template template0"); err != nil {
		l.name = ""
		return err
	}
	own := cfg.Copy()
	own.Database = l.name
	l.conn, err = pgx.ConnectConfig(ctx, own)
	return err
}

// Close drops the database and stops a server of our own.
func (l *Lab) Close(ctx context.Context) {
	if l.conn != nil {
		l.conn.Close(ctx)
	}
	if l.admin != nil {
		if l.name != "" {
			l.admin.Exec(ctx, "drop database if exists "+pgx.Identifier{l.name}.Sanitize()+" with (force)")
		}
		l.admin.Close(ctx)
	}
	if l.cluster != nil {
		l.cluster.Stop()
	}
}

// Run runs a statement of a migration outside of a transaction. What it needs that the
// server does not have, a role or an extension, is noted and is no error.
func (l *Lab) Run(ctx context.Context, sql string) error {
	_, err := l.conn.PgConn().Exec(ctx, sql).ReadAll()
	var pe *pgconn.PgError
	if !errors.As(err, &pe) {
		return err
	}
	if strings.HasPrefix(pe.Message, "role ") || strings.Contains(pe.Message, "extension") && (pe.Code == "0A000" || pe.Code == "58P01") {
		l.Missing = append(l.Missing, pe.Message)
		return nil
	}
	return err
}

// Ask prepares a statement and explains it with NULL for its parameters: parse analysis, then
// the planner. Nothing is run.
func (l *Lab) Ask(ctx context.Context, searchPath []string, sql string) (Answer, error) {
	path := make([]string, 0, len(searchPath))
	for _, s := range searchPath {
		path = append(path, pgx.Identifier{s}.Sanitize())
	}
	pc := l.conn.PgConn()
	setting := "'" + strings.ReplaceAll(strings.Join(path, ", "), "'", "''") + "'"
	if _, err := pc.Exec(ctx, "begin read only; select set_config('search_path', "+setting+", true)").ReadAll(); err != nil {
		return Answer{}, err
	}
	defer func() { pc.Exec(ctx, "rollback; deallocate all").ReadAll() }()
	desc, err := pc.Prepare(ctx, "schemavet_probe", sql, nil)
	if err != nil {
		return answer(err)
	}
	args := strings.TrimSuffix(strings.Repeat("null, ", len(desc.ParamOIDs)), ", ")
	if args != "" {
		args = "(" + args + ")"
	}
	_, err = pc.Exec(ctx, "explain execute schemavet_probe"+args).ReadAll()
	return answer(err)
}

func answer(err error) (Answer, error) {
	var pe *pgconn.PgError
	switch {
	case err == nil:
		return Answer{Asked: true}, nil
	case errors.As(err, &pe) && pe.Code != "":
		return Answer{pe.Code, pe.Message, true}, nil
	}
	return Answer{}, err
}
