package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/internal/checkout"
	"github.com/schemavet/schemavet/analyzer/internal/config"
)

// Session is a checkout that is open, with what its config and the operator say.
type Session struct {
	opts   Options
	config *config.Config
	// dir is where the check is run, root the top of the repository, or dir; both absolute.
	dir, root string
	// repo is nil outside of git.
	repo *deployed.Repository
	// tree is the repository, files what its code may read.
	tree    *checkout.Root
	files   *checkout.Files
	cleanup *cleanup
}

// Open finds the repository, reads the config and fills in defaults. Close it.
func Open(ctx context.Context, o Options) (*Session, error) {
	s := &Session{opts: o, cleanup: &cleanup{later: o.Later}}
	for _, step := range []func() error{s.limits, func() error { return s.openTree(ctx) }, s.readConfig, s.fromConfig,
		s.checkOptions} {
		if err := step(); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// Close removes what the session made, and closes the checkout.
func (s *Session) Close() { s.cleanup.all() }

// Options are those that hold: the operator's, with what the config says and the defaults.
func (s *Session) Options() Options { return s.opts }

// step says what is done now.
func (s *Session) step(what string) {
	if s.opts.Step != nil {
		s.opts.Step(what)
	}
}

// limits fills in the limits that stand on the command line alone.
func (s *Session) limits() error {
	o := &s.opts
	o.Timeout = cmp.Or(o.Timeout, time.Hour)
	o.FileLimit = cmp.Or(o.FileLimit, int(checkout.DefaultLimit>>20))
	switch {
	case o.Timeout < 0:
		return fmt.Errorf("-timeout %v: want a time, such as 30m", o.Timeout)
	case o.FileLimit < 0:
		return fmt.Errorf("-file-limit %d: want a size in MiB", o.FileLimit)
	}
	return nil
}

// openTree finds the repository.
func (s *Session) openTree(ctx context.Context) error {
	dir, err := folderOf(cmp.Or(s.opts.Dir, "."))
	if err != nil {
		return err
	}
	s.dir, s.root = dir, cmp.Or(checkout.Above(dir), dir)
	if s.repo, err = deployed.OpenRepository(ctx, dir); err != nil {
		return err
	}
	if s.repo != nil {
		s.root = s.repo.Root
	}
	limit := int64(s.opts.FileLimit) << 20
	tree, err := checkout.Open(s.root)
	if err != nil {
		return err
	}
	s.cleanup.add(func() { tree.Close() })
	s.tree = tree.Limited(limit, "-file-limit")
	s.files = checkout.NewFiles(s.root)
	s.files.Limit(limit)
	s.cleanup.add(s.files.Close)
	return nil
}

// folderOf resolves the folder of -C.
func folderOf(dir string) (string, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("-C %s: no such folder", dir)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("-C %s: not a folder", dir)
	}
	return realPath(dir)
}

// readConfig reads the config that the operator names, or the one that is found.
func (s *Session) readConfig() (err error) {
	if s.opts.Config == "" {
		s.config, err = config.Find(s.tree, s.root, s.dir)
	} else {
		var data []byte
		if data, err = checkout.ReadOperator(s.path(s.opts.Config), s.tree.Limit()); err != nil {
			return fmt.Errorf("-config %s: %w", s.opts.Config, reasonOf(err))
		}
		s.config, err = config.Parse(data, s.opts.Config, s.root)
	}
	if err != nil {
		return err
	}
	if len(s.config.Refused) > 0 {
		return s.config.Refused[0]
	}
	if !s.config.Trusted {
		return s.config.Escapes(s.root)
	}
	return nil
}

// fromConfig fills in what the operator does not say.
func (s *Session) fromConfig() error {
	c, o := s.config, &s.opts
	if err := s.nameServers(); err != nil {
		return err
	}
	if len(o.Deployed) == 0 {
		for _, d := range c.Deployed {
			if isFile(d) {
				d = c.Path(d)
			}
			o.Deployed = append(o.Deployed, d)
		}
	}
	if len(c.Databases) == 0 {
		o.Database = o.Database.or(c, c.Database)
	}
	text := func(option *string, conf, def string) { *option = cmp.Or(*option, conf, def) }
	text(&o.Next, c.Next, "worktree")
	text(&o.Shadow, c.Shadow, "")
	text(&o.Tags, c.Tags, "")
	text(&o.Format, c.Format, "text")
	text(&o.FailOn, c.FailOn, "error")
	if o.Cache == "" && c.Cache != "" {
		o.Cache = c.Path(c.Cache)
	}
	if len(o.Env) == 0 {
		o.Env = c.Env
	}
	o.ManifestLimit = cmp.Or(o.ManifestLimit, c.ManifestLimit, 1024)
	o.Drift, o.Strict = o.Drift || c.Drift, o.Strict || c.Strict
	o.Prove = o.Prove || c.Prove || o.Shadow != ""
	if o.Coverage == nil {
		o.Coverage = c.Coverage
	}
	if len(o.Packages) == 0 {
		o.Packages = c.Packages
	}
	if len(o.Packages) == 0 {
		o.Packages = []string{"./..."}
	}
	return nil
}

// coverage is the least share of live sites that must be understood, in percent.
func (s *Session) coverage() int {
	if s.opts.Coverage == nil {
		return DefaultCoverage
	}
	return *s.opts.Coverage
}

// nameServers takes -db DSN, or NAME=DSN for one of several databases.
func (s *Session) nameServers() error {
	c, named := s.config, map[string]bool{}
	for _, given := range s.opts.Servers {
		name, dsn, ok := strings.Cut(given, "=")
		database, known := c.Databases[name]
		switch {
		case len(c.Databases) == 0 && len(s.opts.Servers) > 1:
			return errors.New("one -db, unless the config names several databases (-db NAME=DSN)")
		case len(c.Databases) == 0:
			s.opts.Database.DB = given
			continue
		case !ok || !known:
			return fmt.Errorf("-db: the config names several databases; want NAME=DSN with one of %s",
				strings.Join(slices.Sorted(maps.Keys(c.Databases)), ", "))
		case named[name]:
			return errors.New("-db: the database " + name + " is named twice")
		}
		named[name], database.DB = true, dsn
		c.Databases[name] = database
	}
	return nil
}

// checkOptions looks for mistakes.
func (s *Session) checkOptions() error {
	o := &s.opts
	switch {
	case o.Next != "worktree" && o.Next != "none":
		return fmt.Errorf("-next %s: want worktree or none", o.Next)
	case o.Format != "text" && o.Format != "json":
		return fmt.Errorf("-format %s: want text or json", o.Format)
	case o.FailOn != "error" && o.FailOn != "warning":
		return fmt.Errorf("-fail-on %s: want error or warning", o.FailOn)
	case o.Coverage != nil && (*o.Coverage < 0 || *o.Coverage > 100):
		return fmt.Errorf("-coverage %d: want a share in percent, 0 to 100", *o.Coverage)
	case o.ManifestLimit < 0:
		return fmt.Errorf("-manifest-limit %d: want a size in MiB", o.ManifestLimit)
	case len(s.config.Databases) > 0 && !reflect.DeepEqual(o.Database, Settings{}):
		return errors.New("the config names several databases: what belongs to one of them (-migrations, -schema, " +
			"-pending, -search-path, -role, -server-version, -version-table, -version-query) stands there")
	case o.Drift && o.Database.DB == "" && len(o.Servers) == 0 &&
		!slices.ContainsFunc(s.config.All(), func(d config.Database) bool { return d.DB != "" }):
		return errors.New("-drift compares a database with its migrations: it needs -db")
	}
	if err := checkUpgrade(o.Upgrade); err != nil {
		return err
	}
	return o.Database.check()
}

// or fills in what the config says of a database and the operator does not.
func (is Settings) or(c *config.Config, d config.Database) Settings {
	if len(is.Migrations) == 0 {
		for _, m := range d.Migrations {
			is.Migrations = append(is.Migrations, c.Path(m))
		}
	}
	if is.Schema == "" && d.Schema != "" {
		is.Schema = c.Path(d.Schema)
	}
	is.DB, is.Pending = cmp.Or(is.DB, d.DB), cmp.Or(is.Pending, d.Pending)
	is.SearchPath, is.Role = cmp.Or(is.SearchPath, d.SearchPath), cmp.Or(is.Role, d.Role)
	is.ServerVersion = cmp.Or(is.ServerVersion, d.ServerVersion)
	is.Alone = d.Transaction == "statement"
	is.VersionTable, is.VersionQuery = cmp.Or(is.VersionTable, d.VersionTable), cmp.Or(is.VersionQuery, d.VersionQuery)
	return is
}

// check looks for mistakes in what is said of a database.
func (is Settings) check() error {
	switch p := is.Pending; {
	case p != "" && p != "all" && p != "none" && !strings.HasPrefix(p, "after:") && !strings.HasPrefix(p, "since:"):
		return fmt.Errorf("-pending %s: want all, none, after:VERSION or since:REV", p)
	case is.ServerVersion != 0 && (is.ServerVersion < 9 || is.ServerVersion > 99):
		return fmt.Errorf("-server-version %d: want a major version, such as 16", is.ServerVersion)
	}
	return nil
}

// variables are those of the environment that -env names.
func (s *Session) variables(name string) (string, bool) {
	if !slices.Contains(s.opts.Env, name) {
		return "", false
	}
	return os.LookupEnv(name)
}

// readText reads a file that the operator or the config names, without its byte order mark: within
// the repository as one of its files, elsewhere as the operator's.
func (s *Session) readText(path string) (string, error) {
	file := s.path(path)
	var data []byte
	var err error
	if name, ok := s.tree.Rel(file); ok {
		data, err = s.tree.ReadFile(name)
	} else {
		data, err = checkout.ReadOperator(file, s.tree.Limit())
	}
	if err != nil {
		return "", reasonOf(err)
	}
	return strings.TrimPrefix(string(data), "\ufeff"), nil
}

// stat looks at a file or folder that the operator or the config names.
func (s *Session) stat(file string) (fs.FileInfo, error) {
	if name, ok := s.tree.Rel(file); ok {
		return s.tree.Stat(name)
	}
	return os.Stat(file)
}

// reasonOf is an error without the name of the file, which the message has already.
func reasonOf(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// isFile tells the file sources of -deployed from revisions.
func isFile(source string) bool {
	return slices.Contains([]string{".json", ".sql", ".log", ".csv"}, filepath.Ext(source))
}

// path makes a path that the operator gives absolute: it is relative to -C.
func (s *Session) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(s.dir, filepath.FromSlash(p))
}

// Path is the absolute path of one that is relative to Options.Dir.
func (s *Session) Path(p string) string { return s.path(p) }

// rel makes a path relative to the repository, with slashes.
func (s *Session) rel(path string) string {
	if r, err := filepath.Rel(s.root, path); err == nil && filepath.IsLocal(r) {
		return filepath.ToSlash(r)
	}
	return filepath.ToSlash(path)
}

// fromHere makes a path in the repository relative to the folder of -C.
func (s *Session) fromHere(name string) string {
	rel, err := filepath.Rel(s.dir, filepath.Join(s.root, filepath.FromSlash(name)))
	if err != nil {
		return name
	}
	return filepath.ToSlash(rel)
}

// build is how code below a folder is loaded.
func (s *Session) build(dir, root string) deployed.Build {
	return deployed.Build{Dir: dir, Root: root, Patterns: s.opts.Packages, Tags: s.opts.Tags, API: s.config.API(),
		Files: s.files, Step: s.step}
}
