// Package config reads .schemavet.yaml. Its keys are the flags of check, by the same names;
// the command line wins.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/schemavet/schemavet/analyzer/dbapi"
)

// Name is the file's name.
const Name = ".schemavet.yaml"

// Config is the content of the file. Paths in it are relative to Dir.
type Config struct {
	// Dir is the folder of the file; empty without one.
	Dir string `yaml:"-"`

	Database `yaml:",inline"`
	// Databases are those of a repository that has several, by name.
	Databases map[string]Named `yaml:"databases"`

	Deployed      []string `yaml:"deployed"`
	Next          string   `yaml:"next"`
	Prove         bool     `yaml:"prove"`
	Shadow        string   `yaml:"shadow"`
	Drift         bool     `yaml:"drift"`
	ManifestLimit int      `yaml:"manifest-limit"`
	Tags          string   `yaml:"tags"`
	Format        string   `yaml:"format"`
	FailOn        string   `yaml:"fail-on"`
	Strict        bool     `yaml:"strict"`
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
		if key := n.Content[i]; !slices.Contains([]string{"package", "receiver", "names", "sql", "role", "placeholders"}, key.Value) {
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

// Find reads the file in dir or the nearest folder above it, up to top. Without one the
// Config is empty.
func Find(dir, top string) (*Config, error) {
	for {
		path := filepath.Join(dir, Name)
		data, err := os.ReadFile(path)
		switch {
		case err == nil:
			return parse(path, data)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		up := filepath.Dir(dir)
		if dir == top || up == dir {
			return &Config{}, nil
		}
		dir = up
	}
}

func parse(path string, data []byte) (*Config, error) {
	c := &Config{Dir: filepath.Dir(path)}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
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
// patterns; ok is false if there is none. Without databases it is what stands beside them.
func (c *Config) Of(pkg, folder string) (db Database, ok bool) {
	if len(c.Databases) == 0 {
		return c.Database, true
	}
	names := slices.Sorted(maps.Keys(c.Databases))
	for _, name := range names {
		if n := c.Databases[name]; c.Matches(n.Packages, pkg, folder) {
			return n.Database, true
		}
	}
	for _, name := range names {
		if n := c.Databases[name]; len(n.Packages) == 0 {
			return n.Database, true
		}
	}
	return Database{}, false
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

// AcceptsPartial says that an error about a package is accepted by name.
func (c *Config) AcceptsPartial(message string) bool {
	for _, p := range c.Partial {
		if strings.HasPrefix(message, "package "+p.Package+":") {
			return true
		}
	}
	return false
}
