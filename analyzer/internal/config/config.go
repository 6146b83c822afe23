// Package config reads .schemavet.yaml. Its keys are the flags of check, by the same names;
// the command line wins.
//
// A config is found in the checkout, which anybody may have written, or named by the operator's
// command line. A found one describes the repository, and may not hold what the operator alone says:
// trust.go has the keys.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
)

// Name is the file's name.
const Name = ".schemavet.yaml"

// Config is the content of the file. Paths in it are relative to Dir.
type Config struct {
	// Dir is the folder of the file, or of the repository if the command line names the file; empty
	// without one. Absolute.
	Dir string `yaml:"-"`
	// File is its name for messages. Trusted says that the command line names it.
	File    string `yaml:"-"`
	Trusted bool   `yaml:"-"`
	// Refused are the keys that it may not hold; their values are left out. Relaxed are those that
	// make the gate wider.
	Refused []*Refused `yaml:"-"`
	Relaxed []Relaxed  `yaml:"-"`

	Database `yaml:",inline"`
	// Databases are those of a repository that has several, by name.
	Databases map[string]Named `yaml:"databases"`

	Deployed      []string `yaml:"deployed"`
	Next          string   `yaml:"next"`
	Prove         bool     `yaml:"prove"`
	Shadow        string   `yaml:"shadow"`
	Cache         string   `yaml:"cache"`
	Env           []string `yaml:"env"`
	Drift         bool     `yaml:"drift"`
	ManifestLimit int      `yaml:"manifest-limit"`
	Tags          string   `yaml:"tags"`
	Format        string   `yaml:"format"`
	FailOn        string   `yaml:"fail-on"`
	Strict        bool     `yaml:"strict"`
	Coverage      *int     `yaml:"coverage"`
	Packages      []string `yaml:"packages"`

	Functions []Function `yaml:"functions"`

	Accept  []Accept  `yaml:"accept"`
	Partial []Partial `yaml:"partial"`
}

// Database is where the schema of a database is found, and how its application looks names up.
type Database struct {
	Schema        string   `yaml:"schema"`
	DB            string   `yaml:"db"`
	Migrations    []string `yaml:"migrations"`
	Pending       string   `yaml:"pending"`
	SearchPath    string   `yaml:"search-path"`
	Role          string   `yaml:"role"`
	ServerVersion int      `yaml:"server-version"`
	// VersionTable is where the migration tool keeps what has run, VersionQuery a query for it.
	VersionTable string `yaml:"version-table"`
	VersionQuery string `yaml:"version-query"`
	// Transaction is file (the default) or statement: what commits together where the tool does
	// not say it.
	Transaction string `yaml:"transaction"`
}

// Named is one of several databases, with the patterns of the packages that talk to it; without
// any it has those that belong to no other.
type Named struct {
	Database `yaml:",inline"`
	Packages []string `yaml:"packages"`
}

// Function is an entry of the project's own table of functions that take SQL.
type Function struct {
	Package string `yaml:"package"`
	// Receiver is the name of a type, empty for functions.
	Receiver string   `yaml:"receiver"`
	Names    []string `yaml:"names"`
	// SQL is the 0-based argument that holds the text.
	SQL *int `yaml:"sql"`
	// Role is send (the default), rewrite or file; Placeholders are native (the default), ?,
	// :, @, ?@ or ?name.
	Role         string `yaml:"role"`
	Placeholders string `yaml:"placeholders"`
}

// UnmarshalYAML checks an entry where it stands.
func (f *Function) UnmarshalYAML(n *yaml.Node) error {
	type plain Function
	if err := n.Decode((*plain)(f)); err != nil {
		return err
	}
	fail := func(format string, args ...any) error {
		return fmt.Errorf("line %d: functions: %s", n.Line, fmt.Sprintf(format, args...))
	}
	for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		if key := n.Content[i]; !slices.Contains([]string{"package", "receiver", "names", "sql", "role", "placeholders"},
			key.Value) {
			return fmt.Errorf("line %d: functions: no field %q", key.Line, key.Value)
		}
	}
	switch {
	case f.Package == "" || len(f.Names) == 0 || f.SQL == nil:
		return fail("an entry needs package, names and sql")
	case *f.SQL < 0:
		return fail("sql is the index of an argument, counted from 0")
	}
	if f.Role == "" {
		f.Role = "send"
	}
	if f.Placeholders == "" {
		f.Placeholders = "native"
	}
	for _, name := range f.Names {
		if _, err := dbapi.NewFunction(f.Package, f.Receiver, name, f.Role, *f.SQL, f.Placeholders); err != nil {
			return fail("%v", err)
		}
	}
	return nil
}

// API is the table of the libraries with the project's own functions.
func (c *Config) API() *dbapi.Table {
	if len(c.Functions) == 0 {
		return dbapi.Builtin()
	}
	var own []dbapi.Function
	for _, f := range c.Functions {
		for _, name := range f.Names {
			if fn, err := dbapi.NewFunction(f.Package, f.Receiver, name, f.Role, *f.SQL, f.Placeholders); err == nil {
				own = append(own, fn)
			}
		}
	}
	return dbapi.Builtin().With(own)
}

// Accept accepts findings. Empty fields match all; a reason is required.
type Accept struct {
	Rule     string `yaml:"rule"`
	Object   string `yaml:"object"`
	Deployed string `yaml:"deployed"`
	Database string `yaml:"database"`
	File     string `yaml:"file"`
	Reason   string `yaml:"reason"`
	// Until is the last day on which it holds, as 2006-01-02.
	Until string `yaml:"until"`
}

// Partial accepts an error that makes the answer incomplete: a package that does not
// compile.
type Partial struct {
	Package string `yaml:"package"`
	Reason  string `yaml:"reason"`
}

// ModelFormats are the names, in the place of a format of migrations, of the libraries that make
// the schema of models.
var ModelFormats = []string{"gorm", "ent", "bun"}

// InCode says that migrations are Go code: functions of a file, or models.
func InCode(path, format string) bool {
	return strings.HasSuffix(path, ".go") || slices.Contains(ModelFormats, format)
}

// maxSize is the size in bytes of the largest config.
const maxSize = 1 << 20

// Find reads the file in a folder or the nearest one above it, up to the top of the tree that holds
// it; root is that top and dir the folder, both absolute. Without a file the Config is empty. It is
// not trusted.
func Find(tree fs.FS, root, dir string) (*Config, error) {
	rel, err := filepath.Rel(root, dir)
	if err != nil || !filepath.IsLocal(rel) {
		return &Config{}, nil
	}
	for folder := filepath.ToSlash(rel); ; folder = path.Dir(folder) {
		file := path.Join(folder, Name)
		data, err := fs.ReadFile(tree, file)
		switch {
		case err == nil:
			return parse(&Config{Dir: filepath.Join(root, filepath.FromSlash(folder)), File: file}, data)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: %w", file, reason(err))
		case folder == ".":
			return &Config{}, nil
		}
	}
}

// Parse reads a config that the command line names: its content, its name for messages, and the top
// of the repository, which its paths are relative to.
func Parse(data []byte, name, root string) (*Config, error) {
	return parse(&Config{Dir: root, File: name, Trusted: true}, data)
}

// reason is an error without the name that stands before it.
func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// first is the first of several mistakes.
func first(err error) error {
	var te *yaml.TypeError
	if errors.As(err, &te) && len(te.Errors) > 1 {
		return fmt.Errorf("%s (and %d more)", te.Errors[0], len(te.Errors)-1)
	}
	return err
}

func parse(c *Config, data []byte) (*Config, error) {
	path := c.File
	if len(data) > maxSize {
		return nil, fmt.Errorf("%s: larger than the limit of 1 MiB for a config", path)
	}
	var document yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: more than one document; a config is one", path)
	}
	if err := c.judge(&document); err != nil {
		return nil, err
	}
	dec = yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(len(c.Refused) == 0) // What is refused is no field where it stands.
	if err := dec.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", path, first(err))
	}
	c.forget()
	if len(c.Databases) > 0 && !reflect.DeepEqual(c.Database, Database{}) {
		return nil, fmt.Errorf("%s: what belongs to a database stands under its name in databases, not beside them", path)
	}
	for _, d := range c.All() {
		if d.Transaction != "" && d.Transaction != "file" && d.Transaction != "statement" {
			return nil, fmt.Errorf("%s: transaction: want file or statement", path)
		}
	}
	for i, a := range c.Accept {
		if a.Reason == "" {
			return nil, fmt.Errorf("%s: accept entry %d has no reason", path, i+1)
		}
		if a.Rule == "" && a.Object == "" {
			return nil, fmt.Errorf("%s: accept entry %d names neither a rule nor an object", path, i+1)
		}
		if _, err := time.Parse(time.DateOnly, a.Until); a.Until != "" && err != nil {
			return nil, fmt.Errorf("%s: accept entry %d: until: %w", path, i+1, err)
		}
	}
	for i, p := range c.Partial {
		if p.Package == "" || p.Reason == "" {
			return nil, fmt.Errorf("%s: partial entry %d needs package and reason", path, i+1)
		}
	}
	return c, nil
}

// Matches says that one of some patterns names a package: by its import path, or by its folder,
// an absolute path, where the pattern begins with a dot. Patterns end with /... as the go
// command's do.
func (c *Config) Matches(patterns []string, pkg, folder string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		name := pkg
		if strings.HasPrefix(pattern, ".") {
			name, pattern = filepath.ToSlash(folder), path.Join(filepath.ToSlash(c.Dir), pattern)
		}
		prefix, any := strings.CutSuffix(pattern, "...")
		if !any {
			return name == pattern
		}
		prefix = strings.TrimSuffix(prefix, "/")
		return prefix == "" || name == prefix || strings.HasPrefix(name, prefix+"/")
	})
}

// Of is the database that a package talks to: the one whose patterns name it, else the one without
// patterns; ok is false if there is none. Without databases it is what stands beside them, and has
// no name.
func (c *Config) Of(pkg, folder string) (name string, db Database, ok bool) {
	if len(c.Databases) == 0 {
		return "", c.Database, true
	}
	names := slices.Sorted(maps.Keys(c.Databases))
	for _, name := range names {
		if n := c.Databases[name]; c.Matches(n.Packages, pkg, folder) {
			return name, n.Database, true
		}
	}
	for _, name := range names {
		if n := c.Databases[name]; len(n.Packages) == 0 {
			return name, n.Database, true
		}
	}
	return "", Database{}, false
}

// All are the databases of the file.
func (c *Config) All() []Database {
	if len(c.Databases) == 0 {
		return []Database{c.Database}
	}
	var out []Database
	for _, name := range slices.Sorted(maps.Keys(c.Databases)) {
		out = append(out, c.Databases[name].Database)
	}
	return out
}

// Path makes a path of the file absolute.
func (c *Config) Path(p string) string {
	if filepath.IsAbs(p) || c.Dir == "" {
		return p
	}
	return filepath.Join(c.Dir, filepath.FromSlash(p))
}

// PartialPackage says that what is not known of a package, or of a function of it, is accepted by name.
func (c *Config) PartialPackage(names ...string) bool {
	return slices.ContainsFunc(c.Partial, func(p Partial) bool { return slices.Contains(names, p.Package) })
}

// AcceptsPartial says that an error about a package is accepted by name.
func (c *Config) AcceptsPartial(message string) bool {
	for _, p := range c.Partial {
		if strings.HasPrefix(message, "package "+p.Package+":") {
			return true
		}
	}
	return false
}
