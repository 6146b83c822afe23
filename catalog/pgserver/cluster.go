// Package pgserver runs a PostgreSQL server of our own, to ask it what it thinks: in tests,
// and in proofs on real projects. The server listens on a private socket in a temporary
// folder, runs as an ordinary user, and is gone when it is stopped.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a running server.
type Cluster struct {
	dir string
	// superuser is the name of the first role.
	superuser string
	cmd       *exec.Cmd
	log       *os.File
	bin       string
	args      []string
	cred      *syscall.SysProcAttr
}

// ErrNoServer says that the server programs are not on this machine.
var ErrNoServer = errors.New("no PostgreSQL server programs found (initdb, postgres); on Debian they are in the " +
	"package postgresql")

// Start makes a cluster and starts its server, which need not survive a crash; settings, such
// as "fsync=on", are for one that must.
func Start(ctx context.Context, settings ...string) (*Cluster, error) {
	return start(ctx, "postgres", settings)
}

// start makes a cluster whose superuser has that name.
func start(ctx context.Context, superuser string, settings []string) (*Cluster, error) {
	bin, err := binDir(ctx)
	if err != nil {
		return nil, err
	}
	parent := folderFor()
	sweepFolders(parent)
	dir, err := os.MkdirTemp(parent, folderName)
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, superuser: superuser}
	if err := c.start(ctx, bin, settings); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// folderFor is where the folder of a server is made: a socket's path is short (sun_path), and the
// ordinary user that root's server runs as may not be able to enter root's own TMPDIR.
func folderFor() string {
	const longest = 107 - len("/"+folderName+"1234567890/.s.PGSQL.5432")
	dir := os.TempDir()
	if len(dir) > longest || os.Getuid() == 0 && !enterable(dir) {
		return "/tmp"
	}
	return dir
}

// enterable says that anybody can enter a folder.
func enterable(dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// binDir finds the folder of the server programs.
func binDir(ctx context.Context) (string, error) {
	var dirs []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	more, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for _, d := range append(dirs, more...) {
		if _, err := os.Stat(filepath.Join(d, "initdb")); err == nil {
			return d, nil
		}
	}
	return "", ErrNoServer
}

func (c *Cluster) start(ctx context.Context, bin string, settings []string) error {
	cred, err := c.ordinaryUser()
	if err != nil {
		return err
	}
	data := filepath.Join(c.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", c.superuser, "-A", "trust", "-E",
		"UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir, initdb.Env, initdb.WaitDelay = cred, c.dir, c.environment(), 5*time.Second
	initdb.Cancel = func() error { return endGroup(initdb.Process.Pid) }
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	if c.log, err = os.Create(filepath.Join(c.dir, "log")); err != nil {
		return err
	}
	args := []string{"-D", data, "-k", c.dir}
	for _, s := range slices.Concat([]string{"listen_addresses=", "fsync=off", "full_page_writes=off",
		"synchronous_commit=off", "max_locks_per_transaction=1024", "log_min_messages=fatal"}, settings) {
		args = append(args, "-c", s)
	}
	c.bin, c.args, c.cred = bin, args, cred
	return c.serve(ctx)
}

// environment is the server's own: nothing of ours reaches what runs in it.
func (c *Cluster) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.dir, "TMPDIR=" + c.dir, "LC_ALL=C", "TZ=UTC"}
}

// serve starts the server.
func (c *Cluster) serve(ctx context.Context) error {
	c.cmd = exec.Command(filepath.Join(c.bin, "postgres"), c.args...)
	c.cmd.SysProcAttr, c.cmd.Dir, c.cmd.Env, c.cmd.Stdout, c.cmd.Stderr = c.cred, c.dir, c.environment(), c.log, c.log
	if err := c.cmd.Start(); err != nil {
		return err
	}
	return c.wait(ctx)
}

// StandBy starts the server again, in recovery without an end, as a standby is.
func (c *Cluster) StandBy(ctx context.Context) error {
	c.cmd.Process.Signal(syscall.SIGINT)
	c.cmd.Wait()
	if err := os.WriteFile(filepath.Join(c.dir, "data", "standby.signal"), nil, 0o644); err != nil {
		return err
	}
	return c.serve(ctx)
}

// Socket is the path of the socket that the server listens on.
func (c *Cluster) Socket() string { return filepath.Join(c.dir, ".s.PGSQL.5432") }

// ordinaryUser picks the user for the server, which refuses to run as root.
func (c *Cluster) ordinaryUser() (*syscall.SysProcAttr, error) {
	attr := processAttributes()
	if os.Getuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2, os.Chown(c.dir, uid, gid), os.Chmod(c.dir, 0o700)); err != nil {
			return nil, err
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attr, nil
	}
	return nil, errors.New("no ordinary user to run PostgreSQL as")
}

func (c *Cluster) wait(ctx context.Context) error {
	var err error
	for range 300 {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(ctx, c.DSN("postgres")); err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("the server does not answer: %w", err)
}

// DSN is the connection string of a database.
func (c *Cluster) DSN(database string) string {
	return fmt.Sprintf("host=%s user=%s dbname=%s sslmode=disable", c.dir, c.superuser, database)
}

// URL is the connection string of a database as a URL.
func (c *Cluster) URL(database string) string {
	return "postgres://" + c.superuser + "@/" + database + "?sslmode=disable&host=" + c.dir
}

// Database makes a new empty database and connects to it.
func (c *Cluster) Database(ctx context.Context, name string) (*pgx.Conn, error) {
	admin, err := pgx.Connect(ctx, c.DSN("postgres"))
	if err != nil {
		return nil, err
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return nil, err
	}
	return pgx.Connect(ctx, c.DSN(name))
}

// end asks the server to stop, and makes it when it does not: what runs in it can be anything.
func (c *Cluster) end() {
	done := make(chan struct{})
	go func() {
		c.cmd.Wait()
		close(done)
	}()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		c.cmd.Process.Signal(s)
		select {
		case <-done:
			return
		case <-time.After(5 * time.Second):
		}
	}
	endGroup(c.cmd.Process.Pid)
	<-done
}

// Stop ends the server and removes its folder.
func (c *Cluster) Stop() {
	if c.cmd != nil && c.cmd.Process != nil {
		c.end()
	}
	if c.log != nil {
		c.log.Close()
	}
	os.RemoveAll(c.dir)
}
