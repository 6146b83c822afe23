// Package project finds what go vet and editors judge a package against: the .schemavet.yaml
// and the migrations of its repository, and the plan compiled from them. It keeps a compiled
// plan under the digest of its inputs; a reader that finds none compiles it.
package project

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/schemavet/schemavet/analyzer/config"
	"github.com/schemavet/schemavet/analyzer/dbapi"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/migration"
	"github.com/schemavet/schemavet/catalog/plan"
	"github.com/schemavet/schemavet/catalog/snapshot"
)

// Project is a compiled plan with the settings of the application.
type Project struct {
	*plan.Compiled
	// Root is the folder that file names are relative to.
	Root       string
	SearchPath []string
	// Elsewhere are the tables that the migration tool makes for itself.
	Elsewhere []string
}

// inputs are the files that decide about a package.
type inputs struct {
	root   string
	cfg    *config.Config
	db     config.Database
	set    *migration.Set
	schema string
}

// Root is the repository that holds dir: the nearest folder above with .git, else the
// outermost with go.mod; "" if there is neither.
func Root(dir string) string {
	root := ""
	for {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			root = dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return root
		}
		dir = up
	}
}

// find reads the config above dir, and what it says of the database of a package. A nil result
// says that there is nothing to judge by.
func find(dir, pkg string) (*inputs, error) {
	root, cfg, err := configOf(dir)
	if err != nil || cfg == nil {
		return nil, err
	}
	db, ok := cfg.Of(pkg, dir)
	if !ok {
		return nil, nil
	}
	return read(root, cfg, db)
}

// configOf is the config above a folder and its repository; nil if there is none.
func configOf(dir string) (root string, cfg *config.Config, err error) {
	if root = Root(dir); root == "" {
		return "", nil, nil
	}
	cfg, err = config.Find(dir, root)
	return root, cfg, err
}

// read reads the migrations and the schema that a database names, or that are recognised.
func read(root string, cfg *config.Config, db config.Database) (*inputs, error) {
	in := &inputs{root: root, cfg: cfg, db: db}
	if db.Schema != "" {
		in.schema = cfg.Path(db.Schema)
	}
	path, format := "", ""
	switch len(db.Migrations) {
	case 0:
		base := root
		if cfg.Dir != "" {
			base = cfg.Dir
		}
		found, err := migration.Find(base)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 && in.schema == "" {
			return nil, nil
		}
		if len(found) > 1 {
			return nil, fmt.Errorf("migrations in %s: name the right ones in %s", strings.Join(found, " and "), config.Name)
		}
		if len(found) == 1 {
			path = filepath.Join(base, filepath.FromSlash(found[0]))
		}
	case 1:
		path, format = migration.SplitFormat(db.Migrations[0])
		if config.InCode(path, format) {
			return nil, nil // Only the whole program tells what they are.
		}
		path = cfg.Path(path)
	default:
		return nil, fmt.Errorf("%s: one list of migrations for one database", filepath.Join(cfg.Dir, config.Name))
	}
	if path == "" {
		return in, nil
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	if migration.HasGo(root, filepath.ToSlash(rel)) {
		return nil, nil // Only the code as a whole tells what they are.
	}
	in.set, err = migration.Read(root, filepath.ToSlash(rel), format)
	return in, err
}

// API is the table of functions that take SQL for the packages of a folder.
func API(dir string) (*dbapi.Table, error) {
	root := ""
	if dir != "" {
		root = Root(dir)
	}
	if root == "" {
		return dbapi.Builtin(), nil
	}
	cfg, err := config.Find(dir, root)
	if err != nil {
		return nil, err
	}
	return cfg.API(), nil
}

var loaded sync.Map // folder and package → func() (*Project, error)

// Load returns the project of a package in a folder; nil if nothing there says what the schema is.
func Load(dir, pkg string) (*Project, error) {
	once, _ := loaded.LoadOrStore(dir+"\x00"+pkg, sync.OnceValues(func() (*Project, error) { return load(dir, pkg) }))
	return once.(func() (*Project, error))()
}

func load(dir, pkg string) (*Project, error) {
	in, err := find(dir, pkg)
	if err != nil || in == nil {
		return nil, err
	}
	p := &Project{Root: in.root}
	if in.set != nil {
		p.Elsewhere = migration.OwnTables(in.set.Format, in.db.VersionTable)
	}
	if data, err := os.ReadFile(cacheFile(in.digest())); err == nil {
		p.Compiled, err = plan.Decode(data)
		if err != nil {
			p.Compiled = nil // a damaged file counts as none
		}
	}
	if p.Compiled == nil {
		if p.Compiled, err = in.compile(); err != nil {
			return nil, err
		}
	}
	p.SearchPath = []string{"public"}
	if path, ok := p.Last.SearchPath(""); ok {
		p.SearchPath = path
	}
	if in.db.SearchPath != "" {
		p.SearchPath = catalog.ParseSearchPath(in.db.SearchPath)
	}
	return p, nil
}

// compile runs the migrations. One that does not parse makes the answer wrong.
func (in *inputs) compile() (*plan.Compiled, error) {
	start := catalog.New(in.db.ServerVersion)
	if in.schema != "" {
		data, err := os.ReadFile(in.schema)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(in.schema, ".json") {
			start, err = snapshot.Read(data)
		} else {
			start, _, err = plan.Load(in.schema, strings.TrimPrefix(string(data), "\ufeff"), in.db.ServerVersion)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", in.schema, err)
		}
	}
	var units []migration.Unit
	if in.set != nil {
		units = in.set.Units
	}
	if err := plan.CheckSyntax(units); err != nil {
		return nil, err
	}
	return plan.CompileLast(start, units), nil
}

// digest identifies the content of the inputs.
func (in *inputs) digest() string {
	h := sha256.New()
	if in.cfg.Dir != "" {
		hashFile(h, filepath.Join(in.cfg.Dir, config.Name))
	}
	fmt.Fprintf(h, "server %d\n", in.db.ServerVersion)
	if in.schema != "" {
		hashFile(h, in.schema)
	}
	if in.set != nil {
		fmt.Fprintf(h, "%s %s\n", in.set.Format, in.set.Path)
		for _, u := range in.set.Units {
			fmt.Fprintf(h, "%s %d\n%s\n", u.File, len(u.Text), u.Text)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

type writer interface{ Write([]byte) (int, error) }

// hashFile adds a file's name and content, or that it cannot be read.
func hashFile(h writer, file string) {
	data, err := os.ReadFile(file)
	fmt.Fprintf(h, "%s %d %v\n", file, len(data), err)
	h.Write(data)
}

func cacheFile(digest string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "schemavet", "plan-"+digest+".json")
}

// Digest is what a vet tool mixes into its identity: it covers every .schemavet.yaml below
// the repository that holds dir, and all that they name. An input that cannot be read goes
// in as such. As a side effect of the vet tool's start, compiled plans are kept for the
// units that follow.
func Digest(dir string) string {
	root := Root(dir)
	if root == "" {
		return "no repository"
	}
	h := sha256.New()
	for _, d := range append([]string{root}, configDirs(root)...) {
		root, cfg, err := configOf(d)
		if err != nil {
			fmt.Fprintf(h, "%s error %v\n", d, err)
			continue
		}
		for _, db := range cfg.All() {
			in, err := read(root, cfg, db)
			switch {
			case err != nil:
				fmt.Fprintf(h, "%s error %v\n", d, err)
			case in == nil:
				fmt.Fprintf(h, "%s nothing\n", d)
			default:
				digest := in.digest()
				fmt.Fprintf(h, "%s %s\n", d, digest)
				keep(in, digest)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// configDirs lists the folders below root that have a .schemavet.yaml.
func configDirs(root string) []string {
	var out []string
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "vendor") {
			return filepath.SkipDir
		}
		if d.Name() == config.Name && filepath.Dir(path) != root {
			out = append(out, filepath.Dir(path))
		}
		return nil
	})
	slices.Sort(out)
	return out
}

// keep writes the compiled plan into the cache, whole or not at all; without a cache the
// units compile it themselves.
func keep(in *inputs, digest string) {
	file := cacheFile(digest)
	if _, err := os.Stat(file); file == "" || !errors.Is(err, fs.ErrNotExist) {
		return
	}
	c, err := in.compile()
	if err != nil {
		return
	}
	data, err := c.Encode()
	if err != nil || os.MkdirAll(filepath.Dir(file), 0o755) != nil {
		return
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".plan-*")
	if err != nil {
		return
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(data); err == nil && tmp.Close() == nil {
		os.Rename(tmp.Name(), file)
	}
}
