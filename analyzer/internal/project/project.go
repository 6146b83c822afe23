// Package project finds what go vet and editors judge a package against: the .schemavet.yaml
// and the migrations of its repository, and the plan compiled from them. A compiled plan is kept
// under the digest of its inputs; a reader that finds none compiles it.
//
// The config is that of the checkout: what it may not hold is given back as Refused, and the rest
// holds. No server is asked.
package project

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/internal/cache"
	"github.com/schemavet/schemavet/analyzer/internal/checkout"
	"github.com/schemavet/schemavet/analyzer/internal/config"
	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/snapshot"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/plan"
)

// Project is a compiled plan with the settings of the application.
type Project struct {
	*plan.Compiled
	// Root is the folder that file names are relative to.
	Root string
	// Database is its name, where there are several; Role and SearchPath are the application's.
	Database, Role string
	SearchPath     []string
	// Config is that of the package.
	Config *config.Config
	// Elsewhere are the tables that the migration tool makes for itself.
	Elsewhere []string
	// Refused are the keys that the config may not hold.
	Refused []*config.Refused
}

// inputs are what decides about a package: a config, and what it names or what is recognised.
type inputs struct {
	root string
	cfg  *config.Config
	// text is the config's.
	text []byte
	// name is the database's, where there are several.
	name string
	db   config.Database
	set  *migration.Set
	// schema is the name of the base schema's file, base its content.
	schema string
	base   []byte
}

// Loader finds what packages are judged by. It is its driver's: nothing of it lives longer, and what
// it keeps is kept by content, so that an edited file changes what it gives.
type Loader struct {
	// Open opens the repository whose top is a folder, as a fs.FS of its files; nil for the disk. An
	// editor's unsaved buffers, or a sandbox, answer here. What it opens is closed if it can be.
	Open  func(root string) (fs.FS, error)
	plans plans
}

// open opens the repository of a folder; one without a folder if there is none.
func (l *Loader) open(dir string) (r Repository, done func(), err error) {
	root := checkout.Above(dir)
	done = func() {}
	if dir == "" || root == "" {
		return Repository{}, done, nil
	}
	if l.Open == nil {
		tree, err := checkout.Open(root)
		if err != nil {
			return Repository{}, done, err
		}
		return Repository{tree, root}, func() { tree.Close() }, nil
	}
	tree, err := l.Open(root)
	if closer, ok := tree.(io.Closer); ok {
		done = func() { closer.Close() }
	}
	return Repository{tree, root}, done, err
}

// find reads the config above dir, and what it says of the database of a package. A nil result
// says that there is nothing to judge by.
func (l *Loader) find(dir, pkg string) (*inputs, error) {
	tree, done, err := l.open(dir)
	if err != nil || tree.Dir == "" {
		return nil, err
	}
	defer done()
	cfg, err := config.Find(tree, tree.Dir, dir)
	if err != nil {
		return nil, err
	}
	name, db, ok := cfg.Of(pkg, dir)
	if !ok {
		return nil, nil
	}
	in, err := read(tree, cfg, db)
	if in != nil {
		in.name = name
	}
	return in, err
}

// read reads the migrations and the schema that a database names, or that are recognised.
func read(tree Repository, cfg *config.Config, db config.Database) (*inputs, error) {
	if err := cfg.Escapes(tree.Dir); err != nil {
		return nil, err
	}
	in := &inputs{root: tree.Dir, cfg: cfg, db: db}
	if cfg.File != "" {
		in.text, _ = fs.ReadFile(tree, cfg.File) // It was read a moment ago.
	}
	if db.Schema != "" {
		in.schema, _ = tree.Rel(cfg.Path(db.Schema))
		var err error
		if in.base, err = fs.ReadFile(tree, in.schema); err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
	}
	at, err := Locate(tree, path.Dir(cfg.File), paths(cfg, db.Migrations))
	var several *SeveralError
	switch {
	case errors.As(err, &several):
		return nil, fmt.Errorf("%w: name the right ones in %s", err, config.Name)
	case err != nil:
		return nil, fmt.Errorf("migrations: %w", err)
	case len(at.All) == 0 && in.schema == "":
		return nil, nil
	case len(at.All) == 0:
		return in, nil
	}
	var sets []*migration.Set
	for _, l := range at.All {
		if l.Kind != Files {
			return nil, nil // Only the code as a whole tells what they are.
		}
		set, err := migration.Read(l.Tree, l.Name, l.Format, nil)
		if err != nil {
			return in, err
		}
		sets = append(sets, set)
	}
	in.set = migration.Join(sets)
	return in, nil
}

// paths makes paths of a config absolute.
func paths(cfg *config.Config, list []string) []string {
	var out []string
	for _, p := range list {
		out = append(out, cfg.Path(p))
	}
	return out
}

// API is the table of functions that take SQL for the packages of a folder.
func (l *Loader) API(dir string) (*dbapi.Table, error) {
	tree, done, err := l.open(dir)
	if err != nil || tree.Dir == "" {
		return dbapi.Builtin(), err
	}
	defer done()
	cfg, err := config.Find(tree, tree.Dir, dir)
	if err != nil {
		return nil, err
	}
	return cfg.API(), nil
}

// Load returns the project of a package in a folder; nil if nothing there says what the schema is.
func (l *Loader) Load(dir, pkg string) (*Project, error) {
	in, err := l.find(dir, pkg)
	if err != nil || in == nil {
		return nil, err
	}
	p := &Project{Root: in.root, Refused: in.cfg.Refused, Config: in.cfg, Database: in.name, Role: in.db.Role}
	if in.set != nil {
		for _, s := range in.set.Of() {
			p.Elsewhere = append(p.Elsewhere, migration.OwnTables(s.Format, in.db.VersionTable)...)
		}
	}
	digest := in.digest()
	if p.Compiled = l.plans.get(digest); p.Compiled == nil {
		if p.Compiled, err = in.plan(digest); err != nil {
			return nil, err
		}
		l.plans.put(digest, p.Compiled)
	}
	p.SearchPath, _ = impact.ApplicationPath(in.db.SearchPath, p.Last, p.Role)
	return p, nil
}

// plan is the compiled plan, as it was kept or made anew.
func (in *inputs) plan(digest string) (*plan.Compiled, error) {
	if data, ok := kept(in.root).Get("plan " + digest); ok {
		if compiled, err := plan.Decode(data); err == nil { // A damaged entry counts as none.
			return compiled, nil
		}
	}
	return in.compile()
}

// compile runs the migrations. One that does not parse makes the answer wrong.
func (in *inputs) compile() (*plan.Compiled, error) {
	start := catalog.New(in.db.ServerVersion)
	if in.schema != "" {
		var err error
		if strings.HasSuffix(in.schema, ".json") {
			start, err = snapshot.Read(in.base)
		} else {
			start, _, err = plan.Load(in.schema, strings.TrimPrefix(string(in.base), "\ufeff"), in.db.ServerVersion)
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
	fmt.Fprintf(h, "%s %d\n%s\nserver %d\n%s %d\n", in.cfg.File, len(in.text), in.text, in.db.ServerVersion, in.schema,
		len(in.base))
	h.Write(in.base)
	if in.set != nil {
		fmt.Fprintf(h, "%s %s\n", in.set.Format, in.set.Path)
		for _, u := range in.set.Units {
			fmt.Fprintf(h, "%s %d\n%s\n", u.File, len(u.Text), u.Text)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// program identifies the running program: what it kept is of no use to another build. Each unit of
// go vet asks, so that the file is not read.
var program = sync.OnceValue(func() string {
	exe, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(exe)
	if err != nil {
		return exe
	}
	return fmt.Sprintf("%s %d %d", exe, info.Size(), info.ModTime().UnixNano())
})

// kept is the user's cache for a repository. Without a key nothing is kept.
func kept(root string) *cache.Cache {
	c, err := cache.Open("", program(), root)
	if err != nil {
		return nil
	}
	return c
}

// Digest is what a vet tool mixes into its identity: it covers every .schemavet.yaml below
// the repository that holds dir, and all that they name. An input that cannot be read goes
// in as such. As a side effect of the vet tool's start, compiled plans are kept for the
// units that follow.
func (l *Loader) Digest(dir string) string {
	tree, done, err := l.open(dir)
	if err != nil || tree.Dir == "" {
		return "no repository"
	}
	defer done()
	h := sha256.New()
	for _, d := range append([]string{tree.Dir}, configDirs(tree)...) {
		cfg, err := config.Find(tree, tree.Dir, d)
		if err != nil {
			fmt.Fprintf(h, "%s error %v\n", d, err)
			continue
		}
		for _, db := range cfg.All() {
			in, err := read(tree, cfg, db)
			switch {
			case err != nil:
				fmt.Fprintf(h, "%s error %v\n", d, err)
			case in == nil:
				fmt.Fprintf(h, "%s nothing\n", d)
			default:
				digest := in.digest()
				fmt.Fprintf(h, "%s %s\n", d, digest)
				in.keep(digest)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// configDirs lists the folders below the root that have a .schemavet.yaml.
func configDirs(tree Repository) []string {
	var out []string
	fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if d.IsDir() && name != "." &&
			(strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "vendor") {
			return fs.SkipDir
		}
		if d.Name() == config.Name && path.Dir(name) != "." {
			out = append(out, filepath.Join(tree.Dir, filepath.FromSlash(path.Dir(name))))
		}
		return nil
	})
	slices.Sort(out)
	return out
}

// keep keeps the compiled plan; without a cache the units compile it themselves.
func (in *inputs) keep(digest string) {
	c := kept(in.root)
	if _, ok := c.Get("plan " + digest); c == nil || ok {
		return
	}
	compiled, err := in.compile()
	if err != nil {
		return
	}
	if data, err := compiled.Encode(); err == nil {
		c.Put("plan "+digest, data)
	}
}
