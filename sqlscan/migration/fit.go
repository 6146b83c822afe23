package migration

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A folder is not always what its first files look like: names of golang-migrate under a runner of one's own that
// reads other names too, marks of goose in what tern reads now. A file that looks like a migration and that the
// recognised tool does not read is therefore never passed over: another tool reads them all, or it is said.

// modules are the paths of the modules of tools.
var modules = map[string]string{"golang-migrate": "github.com/golang-migrate/migrate", "goose": "github.com/pressly/goose",
	"sql-migrate": "github.com/rubenv/sql-migrate", "dbmate": "github.com/amacneil/dbmate",
	"tern": "github.com/jackc/tern", "atlas": "ariga.io/atlas", "bun": "github.com/uptrace/bun",
	"go-pg": "github.com/go-pg/migrations", "pop": "github.com/gobuffalo/pop", "maragudk": "maragu.dev/migrate"}

// required says that a go.mod of the folder, or above it, requires the module of a tool.
func (d *folder) required(t *tool) bool {
	module := modules[t.name]
	if module == "" {
		return false
	}
	for dir := d.path; ; dir = path.Dir(dir) {
		if data, err := fs.ReadFile(d.tree, within(dir, "go.mod")); err == nil && strings.Contains(string(data), module) {
			return true
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}

// definesSomething matches a statement that changes a schema.
var definesSomething = regexp.MustCompile(`(?im)^\s*(create|alter|drop)\s`)

// passedOver are the files that look like migrations and that a tool does not read.
func (d *folder) passedOver(t *tool) []file {
	return slices.DeleteFunc(slices.Clone(d.files), func(f file) bool {
		_, read := t.unit(f)
		return read || !looksNumbered(f) || !definesSomething.MatchString(f.text)
	})
}

// looksNumbered says that a file has the name of a migration up.
func looksNumbered(f file) bool {
	_, ok := plainUnit(f)
	return ok
}

// readsAll says that a tool reads all files that look like migrations, or that another one reads.
func (d *folder) readsAll(t, other *tool) bool {
	return t.unit != nil && !slices.ContainsFunc(d.files, func(f file) bool {
		_, read := t.unit(f)
		_, known := other.unit(f)
		return !read && (known || looksNumbered(f) && definesSomething.MatchString(f.text))
	})
}

// fitting is the tool that was recognised or, where that passes over migrations, one that reads them all: the one that
// the program uses, or its own. note says what was decided.
func (d *folder) fitting(t *tool) (fits *tool, note string, err error) {
	over := d.passedOver(t)
	if len(over) == 0 && (t != plain || !d.has(looksNumbered)) {
		return t, "", nil
	}
	for i := range tools {
		if other := &tools[i]; other != t && d.required(other) && d.readsAll(other, t) && !d.required(t) {
			return other, fmt.Sprintf("%s: read as %s, which go.mod requires", d.path, other.name), nil
		}
	}
	switch {
	case len(over) == 0:
		return t, "", nil
	case d.required(t):
		return t, fmt.Sprintf("%s: %s does not read %s, which looks like a migration", d.path, t.name, names(over)), nil
	case d.readsAll(plain, t):
		return plain, fmt.Sprintf("%s: read as numbered files, since %s would not read %s", d.path, t.name, names(over)), nil
	}
	return nil, "", &Error{d.path, fmt.Sprintf("%s would not read %s, which looks like a migration; name the format with "+
		"-migrations %s:FORMAT (%s)", t.name, names(over), d.path, strings.Join(Formats(), ", "))}
}

// names are the first of some files.
func names(files []file) string {
	text := files[0].name
	if n := len(files) - 1; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
