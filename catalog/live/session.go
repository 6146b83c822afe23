package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/schemavet/schemavet/catalog"
)

// The servers whose catalogs the queries are written for: nothing older is read, newer ones are
// read as the newest.
const (
	oldest = 12
	newest = 18
)

// Limits of a session: of a query, and of waiting for a lock that another session holds.
const (
	queryLimit = time.Minute
	lockLimit  = 2 * time.Second
)

// Open connects. An error says which host and database were tried, and never the password. The
// connection prepares no statement under a name: poolers in transaction mode know none.
func Open(ctx context.Context, dsn string) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("not a connection string (postgres://user@host/database or host=… dbname=…, with PG… "+
			"variables and service=NAME as for psql)%s", setting(err))
	}
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
	Bound(cfg)
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to %s:%d, database %q: %w", cfg.Host, cfg.Port, cfg.Database, unwrapped(err))
	}
	if err := supported(conn.PgConn().ParameterStatus); err != nil {
		conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// The bounds of a connection: of connecting, and of what a server may send, in bytes, as one message
// and in all.
const (
	connectLimit = 15 * time.Second
	messageLimit = 256 << 20
	answerLimit  = 4 << 30
)

// Bound has a connection end when the server does not answer, or sends more than fits.
func Bound(cfg *pgx.ConnConfig) {
	cfg.RuntimeParams["application_name"] = "schemavet"
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connectLimit
	}
	cfg.BuildFrontend = func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		f := pgproto3.NewFrontend(&countedReader{r, answerLimit}, w)
		f.SetMaxBodyLen(messageLimit)
		return f
	}
	cfg.OnNotice = func(*pgconn.PgConn, *pgconn.Notice) {}
	cfg.OnNotification = func(*pgconn.PgConn, *pgconn.Notification) {}
}

// countedReader fails when more was read than a server has to say.
type countedReader struct {
	r    io.Reader
	left int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, fmt.Errorf("the server sends more than %d GiB", answerLimit>>30)
	}
	return n, err
}

// setting is what is wrong with a connection string, as far as it cannot hold the password.
func setting(err error) string {
	var pe *pgconn.ParseConfigError
	if !errors.As(err, &pe) {
		return ""
	}
	msg := pe.Error()
	if i := strings.LastIndex(msg, "`: "); i >= 0 {
		for _, known := range []string{"failed to read service", "unable to find service", "failed to read passfile",
			"failed to configure TLS", "sslmode is invalid", "invalid port"} {
			if strings.HasPrefix(msg[i+3:], known) {
				return ": " + msg[i+3:]
			}
		}
	}
	return ""
}

// supported refuses servers whose catalog we cannot read by what they say when one connects.
func supported(parameter func(string) string) error {
	version := parameter("server_version")
	if parameter("crdb_version") != "" {
		return errors.New("the server is CockroachDB; schemavet reads PostgreSQL")
	}
	var major int
	if _, err := fmt.Sscanf(version, "%d", &major); err != nil {
		return fmt.Errorf("the server says that its version is %q; schemavet reads PostgreSQL %d and later", version, oldest)
	}
	if major < oldest {
		return fmt.Errorf("the server is PostgreSQL %s; schemavet reads %d and later", version, oldest)
	}
	return nil
}

// unwrapped is the cause of a failed connection in one line, without the connection string.
func unwrapped(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(line)
}

// Session reads one state of a database.
type Session struct {
	conn   *pgx.Conn
	server Server
	// end gives the connection back as it was.
	end string
	// refused are the files of queries that the role may not run.
	refused map[string]bool
}

// Begin starts to read. In a transaction of the caller's it reads what that sees, and leaves it
// as it was.
func Begin(ctx context.Context, conn *pgx.Conn) (*Session, error) {
	s := &Session{conn: conn, refused: map[string]bool{}, end: "ROLLBACK"}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	if err := s.identify(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// identify asks which server this is, and for its cluster where that is allowed.
func (s *Session) identify(ctx context.Context) error {
	type row struct {
		Version  int
		Database string
		Recovery bool
	}
	list, err := query[row](ctx, s, "server.sql")
	if err != nil {
		return s.failed("server.sql", err)
	}
	for _, r := range list {
		s.server = Server{Version: r.Version, Database: r.Database, Recovery: r.Recovery}
	}
	systems, err := query[string](ctx, s, "system.sql")
	if denied(err) {
		return s.restart(ctx)
	} else if err != nil {
		return s.failed("system.sql", err)
	}
	for _, id := range systems {
		s.server.System = id
	}
	return nil
}

// failed says of what a query was, and whether the server is still there.
func (s *Session) failed(file string, err error) error {
	return &queryError{file, err, s.conn.IsClosed()}
}

// begin opens the transaction, or a savepoint in that of the caller.
func (s *Session) begin(ctx context.Context) error {
	begin := "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	if s.conn.PgConn().TxStatus() == 'T' {
		begin, s.end = "SAVEPOINT schemavet_read", "ROLLBACK TO schemavet_read; RELEASE schemavet_read"
	}
	// With nothing in the path the server writes every name of a definition in full.
	sql := fmt.Sprintf("%s; SET LOCAL search_path = pg_catalog; SET LOCAL statement_timeout = %d; SET LOCAL "+
		"lock_timeout = %d",
		begin, queryLimit.Milliseconds(), lockLimit.Milliseconds())
	if err := s.run(ctx, sql); err != nil {
		return s.failed("BEGIN", err)
	}
	return nil
}

// limited is a context for one answer: the server's own limits are first.
func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, queryLimit+lockLimit+10*time.Second)
}

// restart begins anew after an error.
func (s *Session) restart(ctx context.Context) error {
	s.Close()
	return s.begin(ctx)
}

// closing is how long the end of a reading may take when its context has ended.
const closing = 5 * time.Second

// Close ends the reading. The connection stays the caller's.
func (s *Session) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	s.conn.PgConn().Exec(ctx, s.end).Close()
}

// Server says what is read from.
func (s *Session) Server() Server { return s.server }

// Schema reads the schema.
func (s *Session) Schema(ctx context.Context) (*catalog.Schema, error) {
	for {
		r := &reader{Session: s}
		schema := r.read(ctx)
		var failed *queryError
		if errors.As(r.err, &failed) && denied(failed.err) && !needed[failed.file] && !s.refused[failed.file] {
			s.refused[failed.file] = true
			if err := s.restart(ctx); err != nil {
				return nil, err
			}
			continue
		}
		if r.err != nil {
			return nil, r.err
		}
		return s.opened(schema), nil
	}
}

// needed are the queries without which there is no schema at all.
var needed = map[string]bool{"namespaces.sql": true, "relations.sql": true, "columns.sql": true, "types.sql": true}

// opened opens everything if there was something that the role may not read.
func (s *Session) opened(schema *catalog.Schema) *catalog.Schema {
	if len(s.refused) == 0 {
		return schema
	}
	return schema.Opened()
}

// Unread lists what the role may not read of the catalog, such as "policies".
func (s *Session) Unread() []string {
	var out []string
	for file := range s.refused {
		out = append(out, strings.TrimSuffix(file, ".sql"))
	}
	return sorted(out)
}

// Read reads the schema of the database that conn is connected to.
func Read(ctx context.Context, conn *pgx.Conn) (*catalog.Schema, Server, error) {
	s, err := Begin(ctx, conn)
	if err != nil {
		return nil, Server{}, err
	}
	defer s.Close()
	schema, err := s.Schema(ctx)
	return schema, s.server, err
}

// locking are the queries that lock relations while they look at them; the end of a savepoint
// gives the locks back at once.
var locking = map[string]bool{"relations.sql": true, "rules.sql": true, "columns.sql": true, "constraints.sql": true,
	"indexes.sql": true, "policies.sql": true}

// query runs the query of a file, in the form that it has for the server: NAME.N.sql is for
// servers up to N.
func query[T any](ctx context.Context, s *Session, file string) ([]T, error) {
	sql, err := text(file, s.server.Major())
	if err != nil {
		return nil, err
	}
	if locking[file] {
		if err := s.run(ctx, "SAVEPOINT schemavet_locks"); err != nil {
			return nil, err
		}
	}
	list, err := collect[T](ctx, s, sql)
	if locking[file] && err == nil {
		err = s.run(ctx, "ROLLBACK TO schemavet_locks; RELEASE schemavet_locks")
	}
	return list, err
}

func (s *Session) run(ctx context.Context, sql string) error {
	ctx, cancel := limited(ctx)
	defer cancel()
	_, err := s.conn.PgConn().Exec(ctx, sql).ReadAll()
	return err
}

// collect runs a query and reads its rows by their order.
func collect[T any](ctx context.Context, s *Session, sql string, args ...any) ([]T, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	rows, err := s.conn.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	var zero T
	if _, single := any(zero).(string); single {
		return pgx.CollectRows(rows, pgx.RowTo[T])
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[T])
}

// text is the query of a file for a server.
func text(file string, major int) (string, error) {
	for n := major; major > 0 && n <= newest; n++ {
		if sql, err := queries.ReadFile(fmt.Sprintf("%s.%d.sql", strings.TrimSuffix(file, ".sql"), n)); err == nil {
			return string(sql), nil
		}
	}
	sql, err := queries.ReadFile(file)
	return string(sql), err
}
