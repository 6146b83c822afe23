package pgserver

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// folderName is what the folders of our servers begin with.
const folderName = "schemavet-pg-"

// folderAge is from when on a folder was left behind: a run is long over then.
const folderAge = 24 * time.Hour

// sweepFolders removes the folders of servers that a killed run left: those of our name that are old,
// ours or the server user's, and in which no server runs.
func sweepFolders(parent string) {
	dirs, _ := filepath.Glob(filepath.Join(parent, folderName+"*"))
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < folderAge || !mayBeOurs(info) || serves(dir) {
			continue
		}
		os.RemoveAll(dir)
	}
}

// mayBeOurs says that a file is ours, or of the user that root runs servers as.
func mayBeOurs(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (int(stat.Uid) == os.Getuid() || os.Getuid() == 0)
}

// serves says that the server of a folder runs.
func serves(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		return false
	}
	line, _, _ := strings.Cut(string(data), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	return err == nil && pid > 0 && syscall.Kill(pid, 0) != syscall.ESRCH
}

// labPrefix is what the names of our databases begin with: the Unix time of their end, in seconds,
// stands behind it.
const labPrefix = "schemavet_prove_"

// labName names a database that is to be gone at a time.
func labName(end time.Time, random string) string {
	return fmt.Sprintf("%s%d_%s", labPrefix, end.Unix(), random)
}

// expired says that a name is one of ours, of which the time has come.
func expired(name string, now time.Time) bool {
	end, ok := endOf(name)
	return ok && now.Unix() > end
}

// ours says that a name is one of ours.
func ours(name string) bool { _, ok := endOf(name); return ok }

func endOf(name string) (end int64, ok bool) {
	rest, ok := strings.CutPrefix(name, labPrefix)
	seconds, random, cut := strings.Cut(rest, "_")
	end, err := strconv.ParseInt(seconds, 10, 64)
	return end, ok && cut && err == nil && len(random) == randomLength && strings.Trim(random, "0123456789abcdef") == ""
}

// sweepDatabases drops the databases that a killed run left on a server that others share: by name
// and age, and never anything else. What may not be dropped stays.
func sweepDatabases(ctx context.Context, admin *pgx.Conn) error {
	rows, err := admin.Query(ctx, "select datname from pg_database where starts_with(datname, $1)", labPrefix)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if expired(name, time.Now()) {
			dropDatabase(ctx, admin, name) // What may not be dropped is somebody else's.
		}
	}
	return nil
}

// dropDatabase drops a database, also one that a migration has made a template.
func dropDatabase(ctx context.Context, admin *pgx.Conn, name string) error {
	quoted := pgx.Identifier{name}.Sanitize()
	admin.Exec(ctx, "alter database "+quoted+" is_template false")
	_, err := admin.Exec(ctx, "drop database if exists "+quoted+" with (force)")
	return err
}
