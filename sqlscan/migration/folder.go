package migration

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// file is a file of a folder of migrations. Text is without a byte order mark, raw as it is.
type file struct {
	path, name, text, raw string
	// variables are those of the environment that it may know.
	variables Variables
}

// folder are the files that could be migrations, and those by which tools are known. The path is
// that of the folder in the tree.
type folder struct {
	tree  fs.FS
	path  string
	files []file
	// variables are those of the environment that migrations may know.
	variables Variables
	// refused is a file that is there and is not read.
	refused error
}

// readFolder reads what stands in the folder itself.
func readFolder(tree fs.FS, path string, variables Variables) (*folder, error) {
	d := &folder{tree: tree, path: path, variables: variables}
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
	if d.refused != nil {
		return d.refused
	}
	if len(d.files) == 0 {
		return &Error{d.path, "no .sql files in this folder"}
	}
	return nil
}

func (d *folder) read(path string) error {
	entries, err := fs.ReadDir(d.tree, path)
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{path, "no such folder of migrations"}
	} else if err != nil {
		return cannotRead(path, err)
	}
	for _, e := range entries {
		if e.IsDir() || !wanted(e.Name()) {
			continue
		}
		name := within(path, e.Name())
		data, err := fs.ReadFile(d.tree, name)
		switch {
		case errors.Is(err, fs.ErrNotExist): // A link to nothing: no tool can run it.
			continue
		case err != nil:
			d.refused = cmp.Or(d.refused, cannotRead(name, err))
			continue
		}
		d.files = append(d.files, file{name, e.Name(), strings.TrimPrefix(string(data), "\ufeff"), string(data), d.variables})
	}
	return nil
}

// within is the path of a name in a folder.
func within(folder, name string) string { return strings.TrimPrefix(folder+"/"+name, "./") }

// cannotRead says of a path of the tree why it is not read.
func cannotRead(path string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &Error{path, err.Error()}
}

func wanted(name string) bool {
	return strings.HasSuffix(strings.ToLower(name), ".sql") || strings.HasSuffix(name, ".fizz") || name == atlasSum ||
		name == sqitchPlan
}

// deepen reads the folders within as well.
func (d *folder) deepen(path string) error {
	entries, err := fs.ReadDir(d.tree, path)
	if err != nil {
		return cannotRead(path, err)
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		sub := within(path, e.Name())
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

// example is the name of a file that can only be a tool's.
func (d *folder) example(t *tool) string { return d.files[slices.IndexFunc(d.files, t.sure)].name }

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
		return nil, &Error{d.path, "no migrations of a known format here; name it with -migrations PATH:FORMAT (" +
			strings.Join(Formats(), ", ") + ")"}
	case 1:
		t := d.instead(fits[0])
		if t != fits[0] && !d.required(t) {
			if x, y := twiceNamed(d.files); x != "" {
				return nil, &Error{d.path, fmt.Sprintf("%s and %s have the same version, which %s refuses; if another tool runs "+
					"them name it: -migrations %s:%s", x, y, fits[0].name, d.path, t.name)}
			}
		}
		return t, nil
	}
	return nil, &Error{d.path, fmt.Sprintf(
		"files of both %s (%s) and %s (%s) are here; name one with -migrations %s:FORMAT",
		fits[0].name, d.example(fits[0]), fits[1].name, d.example(fits[1]), d.path)}
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

// twiceNamed are two files up of golang-migrate that have one version, where others go in pairs of up and down; empty
// if there are none.
func twiceNamed(files []file) (x, y string) {
	seen, down := map[string]string{}, false
	for _, f := range files {
		m := golangMigrate.FindStringSubmatch(f.name)
		if m == nil {
			continue
		}
		if down = down || m[3] == "down"; m[3] != "up" {
			continue
		}
		if seen[m[1]] != "" && x == "" {
			x, y = seen[m[1]], f.name
		}
		seen[m[1]] = f.name
	}
	if !down {
		return "", ""
	}
	return x, y
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
		return nil, &Error{d.path, fmt.Sprintf("unknown migration format %q; known are %s", format,
			strings.Join(Formats(), ", "))}
	case t.deep:
		return t, nil
	case t.plan != nil && d.named(sqitchPlan).name == "" ||
		t.plan == nil && !d.has(func(f file) bool { _, ok := t.unit(f); return ok }):
		return nil, &Error{d.path, "no " + format + " migrations here"}
	}
	return t, nil
}
