package migration

import (
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"gopkg.in/ini.v1"
)

// ternConfig is the file whose section [data] tern gives to its templates.
const ternConfig = "tern.conf"

// render evaluates the units that are templates, with the constants that the tool's
// configuration has. What cannot be evaluated here is not known.
func (d *folder) render(s *Set) error {
	data := d.constants()
	for i := range s.Units {
		u := &s.Units[i]
		if !strings.Contains(u.Text, "{{") {
			continue
		}
		text, err := d.evaluate(u.Text, data)
		if err != nil {
			u.Unknown = append(u.Unknown, Unknown{strings.Index(u.Text, "{{"), "a template that needs more than constants: " + err.Error()})
			continue
		}
		u.Text = text
	}
	return nil
}

// evaluate runs a template. The others of the folder, and of those within, can be called by
// their paths.
func (d *folder) evaluate(text string, data any) (string, error) {
	root := template.New("").Option("missingkey=error")
	err := filepath.WalkDir(filepath.Join(d.root, filepath.FromSlash(d.path)), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".sql") {
			return err
		}
		rel, _ := filepath.Rel(filepath.Join(d.root, filepath.FromSlash(d.path)), path)
		body, err := os.ReadFile(path)
		if err != nil || !strings.Contains(rel, string(filepath.Separator)) {
			return err
		}
		_, err = root.New(filepath.ToSlash(rel)).Parse(string(body))
		return err
	})
	if err != nil {
		return "", err
	}
	t, err := root.New("migration").Parse(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.Execute(&out, data)
	return out.String(), err
}

// constants are the data of tern.conf, in the folder or one of those that hold it.
func (d *folder) constants() map[string]any {
	out := map[string]any{}
	dir := filepath.Join(d.root, filepath.FromSlash(d.path))
	for {
		if f, err := ini.Load(filepath.Join(dir, ternConfig)); err == nil {
			for _, key := range f.Section("data").Keys() {
				out[key.Name()] = key.Value()
			}
			return out
		}
		up := filepath.Dir(dir)
		if rel, err := filepath.Rel(d.root, up); err != nil || !filepath.IsLocal(rel) || up == dir {
			return out
		}
		dir = up
	}
}
