package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing/fstest"

	"github.com/amacneil/dbmate/v2/pkg/dbmate"
	_ "github.com/amacneil/dbmate/v2/pkg/driver/postgres"
	"github.com/golang-migrate/migrate/v4"
	_ "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source"
	_ "github.com/golang-migrate/migrate/v4/source/file"
	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	tern "github.com/jackc/tern/v2/migrate"
	"github.com/pressly/goose/v3"
	sqlmigrate "github.com/rubenv/sql-migrate"
)

func open(url string) (*sql.DB, error) { return sql.Open("pgx", url) }

func golangMigrate(dir, dsn, table string) (*migrate.Migrate, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	u.Scheme = "pgx5"
	if schema, name, ok := strings.Cut(table, "."); ok {
		q := u.Query()
		q.Set("x-migrations-table", `"`+schema+`"."`+name+`"`)
		q.Set("x-migrations-table-quoted", "1")
		u.RawQuery = q.Encode()
	} else if table != "" {
		q := u.Query()
		q.Set("x-migrations-table", table)
		u.RawQuery = q.Encode()
	}
	return migrate.New("file://"+dir, u.String())
}

func golangMigrateApply(n int, dir, dsn, table string) error {
	m, err := golangMigrate(dir, dsn, table)
	if err != nil || n == 0 {
		return err
	}
	return m.Steps(n)
}

// golangMigratePending walks as Up does (readUp): from the version of the database, which has
// to be there.
func golangMigratePending(dir, dsn, table string) ([]string, error) {
	m, err := golangMigrate(dir, dsn, table)
	if err != nil {
		return nil, err
	}
	s, err := source.Open("file://" + dir)
	if err != nil {
		return nil, err
	}
	v, dirty, err := m.Version()
	var next uint
	switch {
	case errors.Is(err, migrate.ErrNilVersion):
		next, err = s.First()
	case err != nil:
		return nil, err
	case dirty:
		return nil, migrate.ErrDirty{Version: int(v)}
	default:
		if up, _, errUp := s.ReadUp(v); errUp != nil {
			if down, _, errDown := s.ReadDown(v); errDown != nil {
				return nil, fmt.Errorf("no migration found for version %d", v)
			} else {
				down.Close()
			}
		} else {
			up.Close()
		}
		next, err = s.Next(v)
	}
	var out []string
	for err == nil {
		out = append(out, fmt.Sprint(next))
		next, err = s.Next(next)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return out, err
}

func gooseProvider(dir, dsn, table string) (*goose.Provider, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	var options []goose.ProviderOption
	if table != "" {
		options = append(options, goose.WithTableName(table))
	}
	return goose.NewProvider(goose.DialectPostgres, db, os.DirFS(dir), options...)
}

func gooseApply(n int, dir, dsn, table string) error {
	p, err := gooseProvider(dir, dsn, table)
	for i := 0; err == nil && i < n; i++ {
		_, err = p.UpByOne(context.Background())
	}
	return err
}

func goosePending(dir, dsn, table string) ([]string, error) {
	p, err := gooseProvider(dir, dsn, table)
	if err != nil {
		return nil, err
	}
	list, err := p.Status(context.Background())
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range list {
		if s.State == goose.StatePending {
			out = append(out, s.Source.Path)
		}
	}
	_, err = p.HasPending(context.Background())
	return out, err
}

func sqlMigrate(table string) sqlmigrate.MigrationSet {
	set := sqlmigrate.MigrationSet{}
	if schema, name, ok := strings.Cut(table, "."); ok {
		set.SchemaName, set.TableName = schema, name
	} else {
		set.TableName = table
	}
	return set
}

func sqlMigrateApply(n int, dir, dsn, table string) error {
	db, err := open(dsn)
	if err != nil || n == 0 {
		return err
	}
	_, err = sqlMigrate(table).ExecMax(db, "postgres", sqlmigrate.FileMigrationSource{Dir: dir}, sqlmigrate.Up, n)
	return err
}

func sqlMigratePending(dir, dsn, table string) ([]string, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	plan, _, err := sqlMigrate(table).PlanMigration(db, "postgres", sqlmigrate.FileMigrationSource{Dir: dir}, sqlmigrate.Up, 0)
	var out []string
	for _, p := range plan {
		out = append(out, p.Id)
	}
	return out, err
}

func newDbmate(dir, dsn, table string) (*dbmate.DB, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("socket", q.Get("host"))
	q.Del("host")
	u.RawQuery = q.Encode()
	d := dbmate.New(u)
	d.MigrationsDir, d.AutoDumpSchema, d.Log = []string{dir}, false, os.Stderr
	if table != "" {
		d.MigrationsTableName = table
	}
	return d, nil
}

func dbmateApply(n int, dir, dsn, table string) error {
	d, err := newDbmate(".", dsn, table)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	part := fstest.MapFS{}
	for _, e := range entries[:n] {
		data, err := os.ReadFile(dir + "/" + e.Name())
		if err != nil {
			return err
		}
		part["m/"+e.Name()] = &fstest.MapFile{Data: data}
	}
	if n == 0 {
		return nil
	}
	d.FS, d.MigrationsDir = part, []string{"m"}
	return d.Migrate()
}

func dbmatePending(dir, dsn, table string) ([]string, error) {
	d, err := newDbmate(dir, dsn, table)
	if err != nil {
		return nil, err
	}
	list, err := d.FindMigrations()
	var out []string
	for _, m := range list {
		if !m.Applied {
			out = append(out, m.FileName)
		}
	}
	return out, err
}

func newTern(dir, dsn, table string) (*tern.Migrator, error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if table == "" {
		table = "public.schema_version"
	}
	m, err := tern.NewMigrator(ctx, conn, table)
	if err != nil {
		return nil, err
	}
	return m, m.LoadMigrations(os.DirFS(dir))
}

func ternApply(n int, dir, dsn, table string) error {
	m, err := newTern(dir, dsn, table)
	if err != nil {
		return err
	}
	return m.MigrateTo(context.Background(), int32(n))
}

func ternPending(dir, dsn, table string) ([]string, error) {
	m, err := newTern(dir, dsn, table)
	if err != nil {
		return nil, err
	}
	v, err := m.GetCurrentVersion(context.Background())
	if err != nil {
		return nil, err
	}
	if int(v) > len(m.Migrations) {
		return nil, m.MigrateTo(context.Background(), int32(len(m.Migrations)))
	}
	var out []string
	for _, x := range m.Migrations[v:] {
		out = append(out, strings.TrimSuffix(x.Name, ".sql"))
	}
	return out, nil
}
