package migration

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// file is a file of a folder of migrations. Text is without a byte order mark, raw as it is.
type file struct{ path, name, text, raw string }

// folder are the files that could be migrations, and those by which tools are known.
type folder struct {
	root, path string
	files      []file
}

// readFolder reads what stands in the folder itself.
func readFolder(root, path string) (*folder, error) {
	d := &folder{root: root, path: path}
	if err := d.read(path); err != nil {
		return nil, err
	}
	return d, nil
}

// filled says that there is something to read; deep is for tools that read folders within.
func (d *folder) filled(deep bool) error {
	if deep {
		if err := d.deepen(d.path); err != nil {
			return err
		}
	}
	if len(d.files) == 0 {
		return &Error{d.path, "no .sql files in this folder"}
	}
	return nil
}

func (d *folder) read(path string) error {
	entries, err := os.ReadDir(filepath.Join(d.root, filepath.FromSlash(path)))
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{path, "no such folder of migrations"}
	} else if err != nil {
		return &Error{path, err.Error()}
	}
	for _, e := range entries {
		if e.IsDir() || !wanted(e.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(d.root, filepath.FromSlash(path), e.Name()))
		if err != nil {
			return &Error{path, err.Error()}
		}
		d.files = append(d.files, file{strings.TrimPrefix(path+"/"+e.Name(), "./"), e.Name(), strings.TrimPrefix(string(data), "\ufeff"), string(data)})
	}
	return nil
}

func wanted(name string) bool {
	return strings.HasSuffix(strings.ToLower(name), ".sql") || strings.HasSuffix(name, ".fizz") || name == atlasSum || name == sqitchPlan
}

// deepen reads the folders within as well.
func (d *folder) deepen(path string) error {
	entries, err := os.ReadDir(filepath.Join(d.root, filepath.FromSlash(path)))
	if err != nil {
		return &Error{path, err.Error()}
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		sub := strings.TrimPrefix(path+"/"+e.Name(), "./")
		if err := errors.Join(d.read(sub), d.deepen(sub)); err != nil {
			return err
		}
	}
	return nil
}

// named is the file of that name in the folder.
func (d *folder) named(name string) file {
	if i := slices.IndexFunc(d.files, func(f file) bool { return f.name == name }); i >= 0 {
		return d.files[i]
	}
	return file{}
}

// has says that the tool takes one of the files.
func (d *folder) has(takes func(file) bool) bool { return slices.ContainsFunc(d.files, takes) }

// tool finds whose migrations the files are.
func (d *folder) tool(format string) (*tool, error) {
	if format != "" {
		return d.toolOf(format)
	}
	var fits []*tool
	for i := range tools {
		if d.has(tools[i].sure) {
			fits = append(fits, &tools[i])
		}
	}
	takesPlain := func(f file) bool { _, ok := plain.unit(f); return ok }
	if len(fits) == 0 && d.has(takesPlain) {
		fits = append(fits, plain)
	}
	fits = closest(fits)
	switch len(fits) {
	case 0:
		return nil, &Error{d.path, "no migrations of a known format here; name it with -migrations PATH:FORMAT (" + strings.Join(Formats(), ", ") + ")"}
	case 1:
		return d.instead(fits[0]), nil
	}
	return nil, &Error{d.path, fmt.Sprintf("files of both %s and %s are here; name one with -migrations %s:FORMAT", fits[0].name, fits[1].name, d.path)}
}

// closer are the tools whose marks stand in files that look like another tool's as well; atlas
// keeps the sums of any tool's files.
var closer = map[string][]string{"golang-migrate": {"bun", "go-pg", "pop"}, "bun": {"go-pg"},
	"atlas": {"golang-migrate", "goose", "sql-migrate", "dbmate", "tern", "flyway", "bun", "go-pg", "pop"}}

// closest leaves out tools where a closer one fits.
func closest(fits []*tool) []*tool {
	return slices.DeleteFunc(slices.Clone(fits), func(t *tool) bool {
		return slices.ContainsFunc(fits, func(other *tool) bool { return slices.Contains(closer[t.name], other.name) })
	})
}

// instead is another tool that takes names which the one that fits does not.
func (d *folder) instead(t *tool) *tool {
	switch {
	case t.name == "golang-migrate" && likeGolangMigrate(d.files):
		return toolNamed("maragudk")
	case t.name == "flyway" && d.has(func(f file) bool { return notUp.MatchString(f.name) }):
		return plain // What migrates down has the same version.
	}
	return t
}

func (d *folder) toolOf(format string) (*tool, error) {
	t := toolNamed(format)
	switch {
	case t == nil:
		return nil, &Error{d.path, fmt.Sprintf("unknown migration format %q; known are %s", format, strings.Join(Formats(), ", "))}
	case t.deep:
		return t, nil
	case t.plan != nil && d.named(sqitchPlan).name == "" || t.plan == nil && !d.has(func(f file) bool { _, ok := t.unit(f); return ok }):
		return nil, &Error{d.path, "no " + format + " migrations here"}
	}
	return t, nil
}
