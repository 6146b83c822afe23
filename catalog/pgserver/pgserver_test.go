package pgserver_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/schemavet/schemavet/catalog/pgserver"
)

// A server of our own is gone when it is stopped, with its folder.
func TestStop(t *testing.T) {
	ctx := context.Background()
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := cluster.Database(ctx, "one")
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := conn.QueryRow(ctx, "SELECT 1").Scan(&n); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if err := conn.Close(ctx); err != nil {
		t.Error(err)
	}
	folder := filepath.Dir(cluster.Socket())
	cluster.Stop()
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", folder, err)
	}
}

// What is tried in a sandbox runs as a role without power, is asked without being run, and is gone after.
func TestLab(t *testing.T) {
	ctx := context.Background()
	sandbox, err := pgserver.OpenSandbox(ctx, pgserver.Settings{Limit: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := sandbox.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	if !sandbox.Own() {
		t.Error("a sandbox without a DSN is on a server of its own")
	}
	if err := sandbox.Run(ctx, "CREATE TABLE users (id int, email text)"); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]string{
		"SELECT email FROM users WHERE id = $1":       "",
		"SELECT mail FROM users":                      "42703",
		"INSERT INTO users VALUES (1, 'x') RETURNING": "42601",
	} {
		answer, err := sandbox.Explain(ctx, []string{"public"}, sql)
		if err != nil || !answer.Asked || answer.SQLSTATE != want {
			t.Errorf("%s: %+v, %v", sql, answer, err)
		}
	}
	for _, power := range []string{
		"CREATE ROLE mighty SUPERUSER", "COPY (SELECT 1) TO PROGRAM 'true'", "SET SESSION AUTHORIZATION postgres",
		"SELECT pg_read_file('/etc/hostname')",
	} {
		if err := sandbox.Run(ctx, power); err == nil {
			t.Errorf("%s ran", power)
		} else if strings.Contains(err.Error(), "syntax") {
			t.Errorf("%s: %v", power, err)
		}
	}
	if err := sandbox.Run(ctx, "SELECT 1; SELECT 2"); err == nil {
		t.Error("two statements ran as one")
	}
}
