package breakage

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// answer is what became of the old statement.
type answer struct {
	// SQLSTATE is that of the statement's error; Migration that of the change's, which
	// then did not happen.
	SQLSTATE, Migration string
	// Differs says that there was no error but another result.
	Differs bool
	Message string
}

func (a answer) String() string {
	switch {
	case a.Migration != "":
		return "migration " + a.Migration
	case a.SQLSTATE != "":
		return a.SQLSTATE
	case a.Differs:
		return "other result"
	}
	return "same"
}

// server runs cases, each in a database of its own.
type server struct {
	cluster *pgserver.Cluster
	admin   *pgx.Conn
	count   int
	// version is the major version.
	version int
}

// startServer starts a cluster of its own.
func startServer(ctx context.Context) (*server, error) {
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		return nil, err
	}
	admin, err := pgx.Connect(ctx, cluster.DSN("postgres"))
	if err != nil {
		cluster.Stop()
		return nil, err
	}
	s := &server{cluster: cluster, admin: admin}
	err = admin.QueryRow(ctx, "SELECT current_setting('server_version_num')::int / 10000").Scan(&s.version)
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *server) stop() {
	s.admin.Close(context.Background())
	s.cluster.Stop()
}

// ask runs a case: the old statement works, the change is made, the old statement again.
func (s *server) ask(ctx context.Context, c breakageCase) (answer, error) {
	s.count++
	name := fmt.Sprintf("case%d", s.count)
	conn, err := s.cluster.Database(ctx, name)
	if err != nil {
		return answer{}, err
	}
	defer s.forget(ctx, conn, name)
	if err := run(ctx, conn, c.Setup); err != nil {
		return answer{}, fmt.Errorf("setup: %w", err)
	}
	before, err := s.old(ctx, name, c)
	if err != nil {
		return answer{}, fmt.Errorf("the old statement does not work before the change: %w", err)
	}
	if err := run(ctx, conn, c.Change); err != nil {
		return answer{Migration: sqlstate(err), Message: err.Error()}, nil
	}
	after, err := s.old(ctx, name, c)
	if err != nil {
		return answer{SQLSTATE: sqlstate(err), Message: err.Error()}, nil
	}
	return answer{Differs: before != after, Message: before + " -> " + after}, nil
}

// forget drops the database and the roles of a case.
func (s *server) forget(ctx context.Context, conn *pgx.Conn, name string) {
	conn.Close(ctx)
	s.admin.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
	rows, _ := s.admin.Query(ctx, `SELECT rolname FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)'`)
	roles, _ := pgx.CollectRows(rows, pgx.RowTo[string])
	for range 3 {
		for _, r := range roles {
			s.admin.Exec(ctx, "DROP ROLE IF EXISTS "+pgx.Identifier{r}.Sanitize())
		}
	}
}

// run executes the statements of a script one by one, each in its own transaction.
func run(ctx context.Context, conn *pgx.Conn, script string) error {
	sts, err := pgtree.Parse(script)
	if err != nil {
		return err
	}
	for _, st := range sts {
		if _, err := conn.PgConn().Exec(ctx, st.Text).ReadAll(); err != nil {
			return fmt.Errorf("%s: %w", st.Text, err)
		}
	}
	return nil
}

// old sends the old statements on a fresh connection, as the application's role, and takes
// back what they wrote. It returns the rows as text.
func (s *server) old(ctx context.Context, database string, c breakageCase) (string, error) {
	config, err := pgx.ParseConfig(s.cluster.DSN(database))
	if err != nil {
		return "", err
	}
	if c.Login {
		config.User = c.Role
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	pc := conn.PgConn()
	begin := []string{"SET search_path = " + strings.Join(c.Path, ", ")}
	if strings.Join(c.Path, ",") == "public" {
		begin = nil
	}
	if c.Role != "" && !c.Login {
		begin = append(begin, "SET SESSION AUTHORIZATION "+pgx.Identifier{c.Role}.Sanitize())
	}
	for _, sql := range append(begin, "BEGIN") {
		if _, err := pc.Exec(ctx, sql).ReadAll(); err != nil {
			return "", err
		}
	}
	sts, err := pgtree.Parse(c.Old)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, st := range sts {
		if err := send(ctx, pc, st, c, &out); err != nil {
			return "", err
		}
	}
	if c.Observe != "" {
		res := pc.ExecParams(ctx, c.Observe, nil, nil, nil, nil).Read()
		if res.Err != nil {
			return "", fmt.Errorf("observe: %w", res.Err)
		}
		printRows(&out, res)
	}
	_, err = pc.Exec(ctx, "ROLLBACK").ReadAll()
	return out.String(), err
}

func send(ctx context.Context, pc *pgconn.PgConn, st pgtree.Statement, c breakageCase, out *strings.Builder) error {
	if st.Node.GetCopyStmt() != nil && st.Node.GetCopyStmt().IsFrom {
		_, err := pc.CopyFrom(ctx, strings.NewReader(c.Copy), st.Text)
		return err
	}
	desc, err := pc.Prepare(ctx, "", st.Text, nil)
	if err != nil {
		return err
	}
	args := make([][]byte, len(desc.ParamOIDs))
	for i := range args {
		if i < len(c.Args) && c.Args[i] != `\N` {
			args[i] = []byte(c.Args[i])
		}
	}
	if st.Node.GetCopyStmt() != nil {
		_, err := pc.CopyTo(ctx, out, st.Text)
		return err
	}
	res := pc.ExecPrepared(ctx, "", args, nil, nil).Read()
	if res.Err != nil {
		return res.Err
	}
	printRows(out, res)
	return nil
}

func printRows(out *strings.Builder, res *pgconn.Result) {
	for _, f := range res.FieldDescriptions {
		fmt.Fprintf(out, "%s,", f.Name)
	}
	for _, row := range res.Rows {
		fmt.Fprintf(out, "%s;", row)
	}
	fmt.Fprintf(out, "%s\n", res.CommandTag)
}

func sqlstate(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	return err.Error()
}
