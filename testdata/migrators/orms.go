package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-gormigrate/gormigrate/v2"
	gopgmigrations "github.com/go-pg/migrations/v8"
	"github.com/go-pg/pg/v10"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	bunmigrate "github.com/uptrace/bun/migrate"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

func newBun(dir, dsn, table string, n int) (*bunmigrate.Migrator, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	all := bunmigrate.NewMigrations()
	if err := all.Discover(os.DirFS(dir)); err != nil {
		return nil, err
	}
	part := bunmigrate.NewMigrations()
	for i, m := range all.Sorted() {
		if n < 0 || i < n {
			part.Add(m)
		}
	}
	var options []bunmigrate.MigratorOption
	if table != "" {
		options = append(options, bunmigrate.WithTableName(table))
	}
	return bunmigrate.NewMigrator(bun.NewDB(db, pgdialect.New()), part, options...), nil
}

func bunApply(n int, dir, dsn, table string) error {
	m, err := newBun(dir, dsn, table, n)
	if err != nil {
		return err
	}
	if err := m.Init(context.Background()); err != nil || n == 0 {
		return err
	}
	_, err = m.Migrate(context.Background())
	return err
}

func bunPending(dir, dsn, table string) ([]string, error) {
	m, err := newBun(dir, dsn, table, -1)
	if err != nil {
		return nil, err
	}
	list, err := m.MigrationsWithStatus(context.Background())
	var out []string
	for _, x := range list.Unapplied() {
		out = append(out, x.Name)
	}
	return out, err
}

// newGormigrate makes a migration of each file, by its name: gormigrate itself has none in files.
func newGormigrate(dir, dsn, table string) (*gormigrate.Gormigrate, []string, error) {
	db, err := gorm.Open(postgres.Open(dsn), &gorm.Config{})
	if err != nil {
		return nil, nil, err
	}
	files, err := filepath.Glob(dir + "/*.sql")
	if err != nil {
		return nil, nil, err
	}
	var list []*gormigrate.Migration
	var ids []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, nil, err
		}
		id := strings.TrimSuffix(filepath.Base(f), ".sql")
		ids = append(ids, id)
		list = append(list, &gormigrate.Migration{ID: id, Migrate: func(tx *gorm.DB) error { return tx.Exec(string(text)).Error }})
	}
	options := *gormigrate.DefaultOptions
	if table != "" {
		options.TableName = table
	}
	return gormigrate.New(db, &options, list), ids, nil
}

func gormigrateApply(n int, dir, dsn, table string) error {
	g, ids, err := newGormigrate(dir, dsn, table)
	if err != nil || n == 0 {
		return err
	}
	return g.MigrateTo(ids[n-1])
}

// gormigratePending runs everything in a transaction that is rolled back, and sees what was added.
func gormigratePending(dir, dsn, table string) ([]string, error) {
	db, err := gorm.Open(postgres.Open(dsn), &gorm.Config{})
	if err != nil {
		return nil, err
	}
	_, ids, err := newGormigrate(dir, dsn, table)
	if err != nil {
		return nil, err
	}
	var out []string
	rollback := errors.New("rollback")
	err = db.Transaction(func(tx *gorm.DB) error {
		var list []*gormigrate.Migration
		for _, id := range ids {
			list = append(list, &gormigrate.Migration{ID: id, Migrate: func(*gorm.DB) error {
				out = append(out, id)
				return nil
			}})
		}
		options := *gormigrate.DefaultOptions
		if table != "" {
			options.TableName = table
		}
		if err := gormigrate.New(tx, &options, list).Migrate(); err != nil {
			return err
		}
		return rollback
	})
	if errors.Is(err, rollback) {
		err = nil
	}
	return out, err
}

func newGopg(dir, dsn, table string) (*pg.DB, *gopgmigrations.Collection, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, nil, err
	}
	host, _ := filepath.Glob(u.Query().Get("host") + "/.s.PGSQL.*[0-9]")
	if len(host) != 1 {
		return nil, nil, fmt.Errorf("%d sockets in %s", len(host), u.Query().Get("host"))
	}
	db := pg.Connect(&pg.Options{Network: "unix", Addr: host[0], User: u.User.Username(), Database: strings.TrimPrefix(u.Path, "/")})
	c := gopgmigrations.NewCollection()
	c.DisableSQLAutodiscover(true)
	if table != "" {
		c.SetTableName(table)
	}
	return db, c, c.DiscoverSQLMigrations(dir)
}

func gopgApply(n int, dir, dsn, table string) error {
	db, c, err := newGopg(dir, dsn, table)
	if err != nil {
		return err
	}
	if _, _, err := c.Run(db, "init"); err != nil || n == 0 {
		return err
	}
	list := c.Migrations()
	_, _, err = c.Run(db, "up", fmt.Sprint(list[n-1].Version))
	return err
}

func gopgPending(dir, dsn, table string) ([]string, error) {
	db, c, err := newGopg(dir, dsn, table)
	if err != nil {
		return nil, err
	}
	v, err := c.Version(db)
	var out []string
	for _, m := range c.Migrations() {
		if m.Version > v {
			out = append(out, fmt.Sprint(m.Version))
		}
	}
	return out, err
}
