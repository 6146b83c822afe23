package cli

import (
	"bytes"
	stdcontext "context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/catalog/snapshot"
)

const someTables = `CREATE TABLE a (id bigint PRIMARY KEY, t text); CREATE VIEW v AS SELECT id FROM a;
CREATE TABLE b (id bigint REFERENCES a); CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'`

// startCluster starts a server for a test, with a database "app".
func startCluster(t *testing.T) *pgserver.Cluster {
	t.Helper()
	ctx := stdcontext.Background()
	c, err := pgserver.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	conn, err := c.Database(ctx, "app")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.PgConn().Exec(ctx, someTables).ReadAll(); err != nil {
		t.Fatal(err)
	}
	return c
}

// run runs the command in this process.
func run(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = Main(args, &out, &err)
	return code, out.String(), err.String()
}

// wrong checks that a run ends with status 2 and one message that says what is meant.
func wrong(t *testing.T, want string, args ...string) {
	t.Helper()
	code, stdout, stderr := run(args...)
	if code != exitWrong || !strings.Contains(stderr, want) || strings.Count(strings.TrimSpace(stderr), "\n") > 0 || stdout != "" {
		t.Errorf("status %d, standard error %q; want 2 and %q; standard output %q", code, stderr, want, stdout)
	}
}

// relay stands between the command and a server, and cuts the connection behind a number of
// bytes from the server; a negative one is none. It returns what it passed on.
func relay(t *testing.T, socket string, cut int) (dsn string, passed func() int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var lock sync.Mutex
	total := 0
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", socket)
			if err != nil {
				client.Close()
				continue
			}
			go io.Copy(server, client)
			go func() {
				defer client.Close()
				defer server.Close()
				var from io.Reader = server
				if cut >= 0 {
					from = io.LimitReader(server, int64(cut))
				}
				n, _ := io.Copy(client, from)
				lock.Lock()
				total += int(n)
				lock.Unlock()
			}()
		}
	}()
	return dsnOf(l.Addr()), func() int {
		lock.Lock()
		defer lock.Unlock()
		return total
	}
}

func dsnOf(a net.Addr) string {
	tcp := a.(*net.TCPAddr)
	return fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=app sslmode=disable", tcp.Port)
}

// TestTheServerGoesAway cuts the connection at every part of the reading.
func TestTheServerGoesAway(t *testing.T) {
	c := startCluster(t)
	file := filepath.Join(t.TempDir(), "base.json")
	dsn, passed := relay(t, c.Socket(), -1)
	if code, _, stderr := run("snapshot", "-db", dsn, "-o", file); code != exitOK {
		t.Fatal(stderr)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); passed() == 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	for i := range 12 {
		cut := passed() * i / 12
		if i == 11 {
			cut = passed() * 97 / 100
		}
		other := filepath.Join(t.TempDir(), "other.json")
		dsn, _ := relay(t, c.Socket(), cut)
		want := "the connection was lost while the catalog was read"
		if cut < 500 { // While it logs in.
			want = "-db: "
		}
		wrong(t, want, "snapshot", "-db", dsn, "-o", other)
		if left, _ := filepath.Glob(filepath.Dir(other) + "/*"); len(left) > 0 {
			t.Errorf("cut behind %d bytes: left %v", cut, left)
		}
	}
	if code, stdout, _ := run("snapshot", "-db", c.DSN("app")); code != exitOK || stdout != string(whole) {
		t.Errorf("the next run: status %d", code)
	}
}

// fake is a server that speaks no more than the messages of a start.
func fake(t *testing.T, messages ...pgproto3.BackendMessage) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b := pgproto3.NewBackend(conn, conn)
			start, err := b.ReceiveStartupMessage()
			if _, ok := start.(*pgproto3.SSLRequest); ok {
				conn.Write([]byte("N"))
			} else if err == nil {
				for _, m := range messages {
					b.Send(m)
				}
				b.Flush()
				b.Receive()
			}
			conn.Close()
		}
	}()
	return dsnOf(l.Addr())
}

func greeting(parameters ...string) []pgproto3.BackendMessage {
	out := []pgproto3.BackendMessage{&pgproto3.AuthenticationOk{}}
	for i := 0; i < len(parameters); i += 2 {
		out = append(out, &pgproto3.ParameterStatus{Name: parameters[i], Value: parameters[i+1]})
	}
	return append(out, &pgproto3.BackendKeyData{ProcessID: 1, SecretKey: []byte{0, 0, 0, 1}}, &pgproto3.ReadyForQuery{TxStatus: 'I'})
}

func TestServersThatCannotBeRead(t *testing.T) {
	wrong(t, "the server is PostgreSQL 9.6.24; schemavet reads 12 and later", "snapshot", "-db", fake(t, greeting("server_version", "9.6.24")...))
	wrong(t, "the server is CockroachDB", "snapshot", "-db", fake(t, greeting("server_version", "13.0.0", "crdb_version", "CockroachDB CCL v24.1.0")...))
	wrong(t, `says that its version is "one"`, "snapshot", "-db", fake(t, greeting("server_version", "one")...))
	for _, tt := range []struct{ code, message string }{{"57P03", "the database system is starting up"}, {"57P03", "the database system is in recovery mode"}, {"53300", "sorry, too many clients already"},
		{"28000", "no pg_hba.conf entry"}} {
		wrong(t, tt.message, "snapshot", "-db", fake(t, &pgproto3.ErrorResponse{Severity: "FATAL", Code: tt.code, Message: tt.message}))
	}
	wrong(t, "the connection was lost", "snapshot", "-db", fake(t, greeting("server_version", "16.1")...))
	wrong(t, "server refused TLS connection", "snapshot", "-db", strings.Replace(fake(t), "sslmode=disable", "sslmode=require", 1))
}

// TestAStandby reads a server in recovery, and says that it is one.
func TestAStandby(t *testing.T) {
	c := startCluster(t)
	_, before, _ := run("snapshot", "-db", c.DSN("app"))
	if err := c.StandBy(stdcontext.Background()); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run("snapshot", "-db", c.DSN("app"))
	if code != exitOK || !strings.Contains(stderr, "is a standby") || stdout != before {
		t.Errorf("status %d, standard error %q, same: %v", code, stderr, stdout == before)
	}
	dir := t.TempDir()
	write(t, dir, "q.sql", "SELECT t FROM a;")
	code, stdout, stderr = run("check", "-C", dir, "-deployed", "q.sql", "-next", "none", "-pending", "none", "-db", c.DSN("app"))
	if code != exitOK || !strings.Contains(stdout, "note: the server of -db is a standby") {
		t.Errorf("status %d, %s%s", code, stdout, stderr)
	}
	write(t, dir, "s.sql", "CREATE TABLE a (t text);")
	wrong(t, "is in recovery", "check", "-C", dir, "-deployed", "q.sql", "-next", "none", "-pending", "none", "-schema", "s.sql", "-shadow", c.DSN("app"))
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestTooFewRights: what may not be read is open; without the relations there is nothing.
func TestTooFewRights(t *testing.T) {
	c := startCluster(t)
	ctx := stdcontext.Background()
	conn, err := c.Database(ctx, "rights")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	exec := func(sql string) {
		t.Helper()
		if _, err := conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
			t.Fatal(err)
		}
	}
	exec(someTables + `; CREATE ROLE limited LOGIN; CREATE TABLE schema_migrations (version bigint, dirty boolean); INSERT INTO schema_migrations VALUES (1, false);
		REVOKE SELECT ON pg_catalog.pg_policy, pg_catalog.pg_proc FROM PUBLIC; REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC`)
	limited := strings.Replace(c.DSN("rights"), "user=postgres", "user=limited", 1)
	code, stdout, stderr := run("snapshot", "-db", limited)
	if code != exitOK || !strings.Contains(stderr, "may not read all of the catalog (additions, functions, grants, policies)") || !strings.Contains(stdout, `"Open":true`) {
		t.Errorf("status %d, standard error %q", code, stderr)
	}
	dir := t.TempDir()
	write(t, dir, "q.sql", "SELECT nothing_known FROM a; SELECT g(1);")
	if err := os.Mkdir(filepath.Join(dir, "m"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "m/1_a.up.sql", "CREATE TABLE a (id bigint PRIMARY KEY, t text);")
	write(t, dir, "m/2_a.up.sql", "ALTER TABLE a DROP COLUMN t;")
	check := []string{"check", "-C", dir, "-deployed", "q.sql", "-next", "none", "-migrations", "m", "-db", limited}
	code, stdout, _ = run(append(check, "-pending", "none")...)
	if code != exitOK || !strings.Contains(stdout, "open: public.a may hold more than is known") {
		t.Errorf("status %d: %s", code, stdout)
	}
	wrong(t, "the role of -db may not read public.schema_migrations (of golang-migrate)", check...)
	exec("GRANT SELECT ON schema_migrations TO limited")
	if code, stdout, stderr := run(check...); code != exitOK || !strings.Contains(stdout, "1 migration pending") {
		t.Errorf("status %d: %s%s", code, stdout, stderr)
	}
	exec("REVOKE SELECT ON pg_catalog.pg_attribute FROM PUBLIC")
	wrong(t, "(columns.sql): the role of -db may not read it", "snapshot", "-db", limited)
}

// TestNothingIsWaitedFor: a lock that a migration holds ends the reading soon.
func TestNothingIsWaitedFor(t *testing.T) {
	c := startCluster(t)
	ctx := stdcontext.Background()
	conn, err := c.Database(ctx, "other")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, sql := range []string{someTables, "BEGIN; LOCK TABLE v IN ACCESS EXCLUSIVE MODE"} {
		if _, err := conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
			t.Fatal(err)
		}
	}
	wrong(t, "another session holds a lock for long", "snapshot", "-db", c.DSN("other"))
}

// TestAPooler reads through a pooler in transaction mode with one connection, twice at once.
func TestAPooler(t *testing.T) {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	c := startCluster(t)
	_, want, _ := run("snapshot", "-db", c.DSN("app"))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	dir, err := os.MkdirTemp("/tmp", "schemavet-pooler-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "pooler.ini", fmt.Sprintf("[databases]\napp = host=%s dbname=app user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 1\n",
		filepath.Dir(c.Socket()), port))
	args := []string{"-q", filepath.Join(dir, "pooler.ini")}
	if os.Getuid() == 0 {
		args = append([]string{"-u", "postgres"}, args...)
	}
	pooler := exec.Command(program, args...)
	if err := pooler.Start(); err != nil {
		t.Fatalf("%v (make install installs it)", err)
	}
	t.Cleanup(func() { pooler.Process.Kill(); pooler.Wait() })
	dsn := fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=app sslmode=disable", port)
	for range 1000 {
		if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			conn.Close()
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 3 {
				if code, got, stderr := run("snapshot", "-db", dsn); code != exitOK || got != want {
					t.Errorf("status %d, %s, as without a pooler: %v", code, stderr, got == want)
				}
			}
		})
	}
	group.Wait()
}

// TestKilledWhileItWrites kills the command at many moments. What it wrote is whole or not there.
func TestKilledWhileItWrites(t *testing.T) {
	c := startCluster(t)
	file := filepath.Join(t.TempDir(), "base.json")
	for i := range 30 {
		killed(t, time.Duration(10+5*i)*time.Millisecond, "snapshot", "-db", c.DSN("app"), "-o", file)
		if data, err := os.ReadFile(file); err == nil {
			if _, err := snapshot.Read(data); err != nil {
				t.Fatalf("killed after %d ms: %v", 10+5*i, err)
			}
		}
	}
	if code, _, stderr := run("snapshot", "-db", c.DSN("app"), "-o", file); code != exitOK {
		t.Error(stderr)
	}
}

func killed(t *testing.T, after time.Duration, args ...string) {
	t.Helper()
	cmd := exec.Command("schemavet", args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	cmd.Process.Kill()
	cmd.Wait()
}

// repository is one with a revision v1, and a pending migration that breaks it.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/app\n\ngo 1.26\n")
	write(t, dir, "main.go", "package main\n\nimport \"database/sql\"\n\nfunc main() {\n\tvar h *sql.DB\n\th.Query(\"SELECT t FROM a\")\n}\n")
	if err := os.Mkdir(filepath.Join(dir, "m"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "m/1_a.up.sql", "CREATE TABLE a (id bigint PRIMARY KEY, t text);")
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "."}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "one"}, {"tag", "v1"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
	write(t, dir, "m/2_a.up.sql", "ALTER TABLE a DROP COLUMN t;")
	return dir
}

// entries reads every entry of a cache.
func entries(t *testing.T, cache string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(cache, "entry-*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, manifest, _ := bytes.Cut(data, []byte("\n"))
		if _, err := deployed.ReadManifest(bytes.NewReader(manifest)); err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
	return len(files)
}

// TestTheCache: several runs share it, and one is killed while it fills it.
func TestTheCache(t *testing.T) {
	dir, cache := repository(t), t.TempDir()
	args := []string{"check", "-C", dir, "-deployed", "v1", "-next", "none", "-cache", cache}
	for i := range 12 {
		killed(t, time.Duration(50+60*i)*time.Millisecond, args...)
		entries(t, cache)
	}
	want := ""
	for round := range 2 {
		if round == 0 {
			cache = t.TempDir()
			args[len(args)-1] = cache
		}
		var group sync.WaitGroup
		outputs := make([]string, 4)
		for i := range outputs {
			group.Go(func() {
				out, err := exec.Command("schemavet", args...).CombinedOutput()
				if err == nil || err.Error() != "exit status 1" {
					t.Errorf("%v: %s", err, out)
				}
				outputs[i] = string(out)
			})
		}
		group.Wait()
		if want == "" {
			want = outputs[0]
		}
		for _, out := range outputs {
			if out != want || !strings.Contains(out, "m/2_a.up.sql:1:1: ALTER TABLE a DROP COLUMN t") {
				t.Errorf("round %d: %s", round, out)
			}
		}
		if n := entries(t, cache); n != 1 {
			t.Errorf("%d entries, want 1", n)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(cache, ".*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
