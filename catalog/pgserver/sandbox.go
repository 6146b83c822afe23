package pgserver

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/schemavet/schemavet/catalog/live"
)

// Sandbox is an empty database of our own on some server, to try migrations and statements in that
// anybody may have written. They run in a connection that logged in as a role without power: it is
// no superuser, makes no roles, and has no other role of power; after SET ROLE alone a RESET ROLE
// would give the power back. The database is dropped by Close.
type Sandbox struct {
	admin, conn *pgx.Conn
	name        string
	cluster     *Cluster
	limit       time.Duration
	once        sync.Once
	// dsn and settings are those of the role on a server that others share.
	dsn, settings string
	// roles are the one that runs what is tried, and those that it is a member of.
	roles []string
	// made are the extensions and schemas that a superuser made beforehand.
	made map[string]bool
	// Missing lists what the server does not have that is needed: roles and extensions.
	Missing []string
}

// Needs is what the statements that will be tried name and do not make by themselves.
type Needs struct {
	// Roles and Extensions are by name.
	Roles      []string
	Extensions []Extension
	// Schemas are those in which extensions are made.
	Schemas []string
}

// Extension is one that a statement creates; an empty Schema is the first of the search path.
type Extension struct{ Name, Schema string }

// Settings of a sandbox.
type Settings struct {
	// DSN names the server; empty is one of our own.
	DSN string
	// Refuse is asked with the identity of the server before anything is made.
	Refuse func(Identity) error
	Needs  Needs
	// End is when the run is over at the latest: what is left of it then may be swept.
	End time.Time
	// Limit is how long the server may take for one statement.
	Limit time.Duration
}

// Answer is what the server says to a statement: the SQLSTATE of its error, empty for none.
// Asked is false where it gave no answer: it took too long.
type Answer struct {
	SQLSTATE, Message string
	Asked             bool
}

// Identity tells one database of one server from another.
type Identity struct {
	// System and Database are the server's own numbers; Recovery says that it is a standby.
	System, Database string
	Recovery         bool
}

// PowerError says that the role of a server that others share has too much power.
type PowerError struct{ Role, Why string }

func (e *PowerError) Error() string {
	return fmt.Sprintf("the role %s %s: migrations of a checkout must not run with that. "+
		"Make a role that can make databases, and has nothing else, and name it", e.Role, e.Why)
}

// Remedy is the statement that makes a role without power.
const Remedy = "CREATE ROLE schemavet LOGIN PASSWORD '…' CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;"

// randomLength is the length in characters of the random part of names.
const randomLength = 12

func random() string {
	b := make([]byte, randomLength/2)
	rand.Read(b) // It never fails (crypto/rand).
	return hex.EncodeToString(b)
}

// OpenSandbox makes a database on the server that the settings name, or on one of our own.
func OpenSandbox(ctx context.Context, s Settings) (*Sandbox, error) {
	l := &Sandbox{limit: s.Limit, made: map[string]bool{}}
	var err error
	if s.DSN == "" {
		err = l.openOwn(ctx, s)
	} else {
		err = l.openShared(ctx, s)
	}
	if err != nil {
		l.Close(ctx)
		return nil, err
	}
	return l, nil
}

// ownSettings bound what runs on a server of our own.
var ownSettings = []string{"max_connections=10", "unix_socket_permissions=0700", "temp_file_limit=1GB",
	"max_wal_size=256MB"}

// withoutPower are the attributes of every role that a proof makes.
const withoutPower = " nosuperuser nocreatedb nocreaterole noreplication nobypassrls"

// openOwn starts a server. Its superuser has a name that no migration knows, so that each role that
// one names can be there without power.
func (l *Sandbox) openOwn(ctx context.Context, s Settings) (err error) {
	superuser, role := "schemavet_"+random(), "schemavet_"+random()
	if l.cluster, err = start(ctx, superuser, ownSettings); err != nil {
		return err
	}
	if l.admin, err = connect(ctx, l.cluster.DSN("postgres"), "", ""); err != nil {
		return err
	}
	l.name = labName(s.End, random())
	name, owner := pgx.Identifier{l.name}.Sanitize(), pgx.Identifier{role}.Sanitize()
	statements := []string{
		"create role " + owner + " login connection limit 2" + withoutPower,
		"create database " + name + " owner " + owner + " template template0",
		"revoke connect, temporary on database postgres, template1 from public",
	}
	for _, r := range s.Needs.Roles {
		quoted := pgx.Identifier{r}.Sanitize()
		statements = append(statements, "create role "+quoted+" nologin"+withoutPower, "grant "+quoted+" to "+owner)
	}
	l.roles = append([]string{role}, s.Needs.Roles...)
	if err := execute(ctx, l.admin, statements); err != nil {
		return err
	}
	if err := l.prepare(ctx, superuser, owner, s.Needs); err != nil {
		return err
	}
	l.conn, err = connect(ctx, l.cluster.DSN("postgres"), role, l.name)
	return err
}

// prepare makes what takes a superuser, in the database that is still empty.
func (l *Sandbox) prepare(ctx context.Context, superuser, owner string, needs Needs) error {
	conn, err := connect(ctx, l.cluster.DSN("postgres"), superuser, l.name)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	// A new owner of a table needs the right to make tables in its schema; a superuser, as whom a
	// project may migrate, would not ask.
	statements := []string{"alter schema public owner to " + owner, "grant all on schema public to public"}
	for _, r := range l.roles {
		quoted := pgx.Identifier{r}.Sanitize()
		statements = append(statements, "alter default privileges for role "+quoted+" grant all on schemas to public")
	}
	if err := execute(ctx, conn, statements); err != nil {
		return err
	}
	for _, e := range needs.Extensions {
		why, trusted, err := admits(ctx, conn, e.Name)
		switch {
		case err != nil:
			return err
		case trusted:
			continue // The statement itself makes it.
		case why != "":
			l.Missing = append(l.Missing, fmt.Sprintf("the extension %s %s", e.Name, why))
			l.made[e.Name] = true
			continue
		}
		statement := "create extension if not exists " + pgx.Identifier{e.Name}.Sanitize()
		if e.Schema != "" {
			schema := pgx.Identifier{e.Schema}.Sanitize()
			create := "create schema if not exists " + schema + " authorization " + owner
			if err := execute(ctx, conn, []string{create}); err != nil {
				l.Missing = append(l.Missing, fmt.Sprintf("the extension %s cannot be made: %v", e.Name, err))
				l.made[e.Name] = true
				continue
			}
			statement += " schema " + schema
			l.made["schema "+e.Schema] = e.Schema != "public"
		}
		if err := execute(ctx, conn, []string{statement}); err != nil {
			l.Missing = append(l.Missing, fmt.Sprintf("the extension %s cannot be made: %v", e.Name, err))
		}
		l.made[e.Name] = true
	}
	return nil
}

// harmless are extensions of PostgreSQL's own, and well known ones, that are not marked as trusted
// and reach nothing outside of their database. Others are not made: dblink, foreign-data wrappers,
// adminpack, untrusted languages, and what we do not know.
var harmless = strings.Fields(`
	amcheck autoinc bloom dict_xsyn earthdistance insert_username intagg moddatetime pageinspect pg_buffercache
	pg_freespacemap pg_prewarm pg_stat_statements pg_visibility pgrowlocks pgstattuple refint sslinfo xml2
	postgis postgis_raster postgis_topology postgis_sfcgal postgis_tiger_geocoder address_standardizer
	vector pg_partman hypopg hll rum pgroonga timescaledb`)

// admits says whether an extension can be made: trusted is one that any owner of a database may
// make, why is what speaks against it.
func admits(ctx context.Context, conn *pgx.Conn, name string) (why string, trusted bool, err error) {
	var known bool
	// PostgreSQL 12 has no column trusted.
	const query = `
select exists (select from pg_available_extensions where name = $1),
  coalesce((select bool_or(to_jsonb(v) @> '{"trusted": true}')
    from pg_available_extension_versions v where name = $1), false)`
	if err := conn.QueryRow(ctx, query, name).Scan(&known, &trusted); err != nil {
		return "", false, err
	}
	switch {
	case trusted:
		return "", true, nil
	case !slices.Contains(harmless, name):
		return "is not made: it may reach what is outside of its database", false, nil
	case !known:
		return "is not on the server", false, nil
	}
	return "", false, nil
}

// openShared makes a database on a server that others share, as a role without power.
func (l *Sandbox) openShared(ctx context.Context, s Settings) (err error) {
	l.dsn = s.DSN
	if l.admin, err = connect(ctx, s.DSN, "", ""); err != nil {
		return err
	}
	var id Identity
	err = l.admin.QueryRow(ctx, "select current_database(), pg_is_in_recovery()").Scan(&id.Database, &id.Recovery)
	if err != nil {
		return err
	}
	// Who may not ask for the cluster, is not told.
	system := l.admin.QueryRow(ctx, "select system_identifier::text from pg_control_system()")
	if err := system.Scan(&id.System); err != nil && !isDenied(err) {
		return err
	}
	if err := s.Refuse(id); err != nil {
		return err
	}
	if err := powerless(ctx, l.admin); err != nil {
		return err
	}
	if l.settings, err = roleSettings(ctx, l.admin); err != nil {
		return err
	}
	if err := sweepDatabases(ctx, l.admin); err != nil {
		return err
	}
	name := labName(s.End, random())
	create := "create database " + pgx.Identifier{name}.Sanitize() + " template template0"
	if err := execute(ctx, l.admin, []string{create}); err != nil {
		return err
	}
	l.name = name
	for _, r := range s.Needs.Roles {
		var there bool
		row := l.admin.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", r)
		if err := row.Scan(&there); err != nil {
			return err
		}
		if !there {
			l.Missing = append(l.Missing, fmt.Sprintf("role %q does not exist", r))
		}
	}
	l.conn, err = connect(ctx, s.DSN, "", name)
	return err
}

// powerless refuses a role that could do more than make databases: by itself, or as one of the roles
// that it is a member of.
func powerless(ctx context.Context, conn *pgx.Conn) error {
	var role, why string
	err := conn.QueryRow(ctx, `
select current_user,
  case when r.rolname <> current_user then 'is a member of ' || quote_ident(r.rolname) ||
      case when r.rolsuper then ', a superuser' else '' end
    when r.rolsuper then 'is a superuser'
    when r.rolcreaterole then 'can make roles'
    when r.rolreplication then 'can replicate'
    when r.rolbypassrls then 'is not held by row security'
    else 'cannot make databases' end
from pg_roles r
where (r.rolname = current_user or pg_has_role(current_user, r.oid, 'member'))
  and (r.rolsuper or r.rolcreaterole or r.rolreplication or r.rolbypassrls
    or r.rolname like 'pg\_%' and r.rolname <> 'pg_database_owner'
    or r.rolname = current_user and not r.rolcreatedb)
order by r.rolname <> current_user, r.rolsuper desc limit 1`).Scan(&role, &why)
	if errors.Is(err, pgx.ErrNoRows) {
		return ownsNothing(ctx, conn)
	} else if err != nil {
		return err
	}
	return &PowerError{role, why}
}

// ownsNothing refuses a role that has databases of its own: what a migration runs may do with them what
// their owner may.
func ownsNothing(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `
select datname, current_user::text from pg_database where pg_get_userbyid(datdba) = current_user order by datname`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var database, role string
		if err := rows.Scan(&database, &role); err != nil {
			return err
		}
		if !ours(database) {
			return &PowerError{role, "owns the database " + database}
		}
	}
	return rows.Err()
}

// connect opens a connection; an empty role or database is that of the DSN.
func connect(ctx context.Context, dsn, role, database string) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("not a connection string (postgres://user@host/database or host=… dbname=…)")
	}
	live.Bound(cfg)
	if role != "" {
		cfg.User = role
	}
	if database != "" {
		cfg.Database = database
	}
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to %s:%d, database %q", cfg.Host, cfg.Port, cfg.Database)
	}
	return conn, nil
}

func execute(ctx context.Context, conn *pgx.Conn, statements []string) error {
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// closing is how long the end of a sandbox may take.
const closing = 10 * time.Second

// Close drops the database and stops a server of our own, also when the context has ended. The error
// says what is left on a server that others share.
func (l *Sandbox) Close(ctx context.Context) (left error) {
	l.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		if l.conn != nil {
			l.conn.Close(ctx)
		}
		if l.cluster != nil {
			if l.admin != nil {
				l.admin.Close(ctx)
			}
			l.cluster.Stop()
		} else if l.admin != nil {
			left = l.leave(ctx)
		}
	})
	return left
}

// leave drops the database on a server that others share, and takes back what a migration has changed
// of the role: it can end our sessions, make the database a template, and set what holds for the role.
func (l *Sandbox) leave(ctx context.Context) error {
	l.admin.Close(ctx)
	admin, err := connect(ctx, l.dsn, "", "")
	if err != nil {
		return fmt.Errorf("%w: a migration may have changed the role; the database %s is left", err, l.name)
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, "set default_transaction_read_only = off"); err != nil {
		return err
	}
	if l.name != "" {
		if err := dropDatabase(ctx, admin, l.name); err != nil {
			return fmt.Errorf("the database %s is left: %w", l.name, err)
		}
	}
	now, err := roleSettings(ctx, admin)
	if err == nil && now != l.settings && l.settings == "" {
		_, err = admin.Exec(ctx, "alter role current_user reset all")
	} else if err == nil && now != l.settings {
		err = fmt.Errorf("a migration has changed the settings of the role from %s to %s", l.settings, now)
	}
	return err
}

// roleSettings are what ALTER ROLE has set for the role, in words.
func roleSettings(ctx context.Context, conn *pgx.Conn) (out string, err error) {
	err = conn.QueryRow(ctx, `
select coalesce(string_agg(array_to_string(s.setconfig, ', '), '; ' order by s.setdatabase), '')
from pg_db_role_setting s join pg_roles r on r.oid = s.setrole where r.rolname = current_user`).Scan(&out)
	return out, err
}

// Own says that the server is ours alone.
func (l *Sandbox) Own() bool { return l.cluster != nil }

// Made says that an extension, or with "schema " before its name a schema, was made beforehand: the
// statement that makes it counts as done.
func (l *Sandbox) Made(name string) bool { return l.made[name] }

// Gone says that the connection is lost.
func (l *Sandbox) Gone() bool { return l.conn.IsClosed() }

// ErrSlow says that the server did not answer in time.
var ErrSlow = errors.New("the server takes too long")

// Run runs one statement, or a command of a transaction: the extended protocol takes no more than one,
// whatever the server makes of the text. What it sends is not kept.
func (l *Sandbox) Run(ctx context.Context, sql string) error {
	limited, cancel := context.WithTimeoutCause(ctx, l.limit, ErrSlow)
	defer cancel()
	rows := l.conn.PgConn().ExecParams(limited, sql, nil, nil, nil, nil)
	for rows.NextRow() {
		// Discarded: it can be any number of rows.
	}
	_, err := rows.Close()
	if limited.Err() != nil && ctx.Err() == nil {
		return ErrSlow
	}
	return err
}

// Powerless says that a statement failed since the role has not the rights that it needs, in words.
func Powerless(err error) (string, bool) {
	var pe *pgconn.PgError
	if errors.As(err, &pe) && pe.Code == "42501" {
		return pe.Message, true
	}
	return "", false
}

func isDenied(err error) bool { _, denied := Powerless(err); return denied }

// Lacks says that a statement failed since the server does not have a role or an extension.
func Lacks(err error) (string, bool) {
	var pe *pgconn.PgError
	if !errors.As(err, &pe) {
		return "", false
	}
	lacks := pe.Code == "42704" && strings.HasPrefix(pe.Message, "role ") ||
		strings.Contains(pe.Message, "extension") && (pe.Code == "0A000" || pe.Code == "58P01")
	return pe.Message, lacks
}

// Explain prepares a statement and explains it with NULL for its parameters: parse analysis, then
// the planner. Nothing is run but what the planner runs.
func (l *Sandbox) Explain(ctx context.Context, searchPath []string, sql string) (Answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, l.limit, ErrSlow)
	defer cancel()
	path := make([]string, 0, len(searchPath))
	for _, s := range searchPath {
		path = append(path, pgx.Identifier{s}.Sanitize())
	}
	setting := "'" + strings.ReplaceAll(strings.Join(path, ", "), "'", "''") + "'"
	for _, sql := range []string{"begin read only", "select set_config('search_path', " + setting + ", true)"} {
		if err := l.Run(ctx, sql); err != nil {
			return Answer{}, err
		}
	}
	defer l.Run(ctx, "deallocate all")
	defer l.Run(ctx, "rollback")
	desc, err := l.conn.PgConn().Prepare(ctx, "schemavet_probe", sql, nil)
	if err != nil {
		return answer(err)
	}
	args := strings.TrimSuffix(strings.Repeat("null, ", len(desc.ParamOIDs)), ", ")
	if args != "" {
		args = "(" + args + ")"
	}
	return answer(l.Run(ctx, "explain execute schemavet_probe"+args))
}

// canceled is the SQLSTATE of a statement that was ended from outside, as by a time limit that a
// migration has set.
const canceled = "57014"

func answer(err error) (Answer, error) {
	var pe *pgconn.PgError
	switch {
	case err == nil:
		return Answer{Asked: true}, nil
	case errors.As(err, &pe) && pe.Code == canceled:
		return Answer{}, nil
	case errors.As(err, &pe) && pe.Code != "":
		return Answer{pe.Code, pe.Message, true}, nil
	}
	return Answer{}, err
}
