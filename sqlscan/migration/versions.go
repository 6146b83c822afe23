package migration

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// Folders is the format of a folder of folders, one for each version of the program: 0.1, 0.2; v1.0, v1.1;
// 2024-01-01-000000_users.
const Folders = "folders"

// versionFolder matches the name of a folder of one version.
var versionFolder = regexp.MustCompile(`^[vV]?\d+([._-]\d+)*([._-][A-Za-z].*)?$`)

// versions are the folders of versions that have SQL in them, in their order.
func (d *folder) versions() []string {
	entries, err := fs.ReadDir(d.tree, d.path)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() || !versionFolder.MatchString(e.Name()) {
			continue
		}
		files, err := fs.ReadDir(d.tree, within(d.path, e.Name()))
		if err == nil && slices.ContainsFunc(files, func(f fs.DirEntry) bool { return isStep(f.Name()) }) {
			out = append(out, e.Name())
		}
	}
	slices.SortFunc(out, compareVersions)
	return out
}

// isStep says that a file of a version's folder migrates up, by its name.
func isStep(name string) bool {
	return strings.HasSuffix(name, ".sql") && !notUp.MatchString(name) && !onlyDown.MatchString(name)
}

var onlyDown = regexp.MustCompile(`(?i)^(down|rollback|undo|revert)\.sql$`)

// compareVersions orders names by the numbers in them, and by the text between these.
func compareVersions(x, y string) int {
	a, b := versionParts.FindAllString(strings.TrimLeft(x, "vV"), -1), versionParts.FindAllString(strings.TrimLeft(y, "vV"), -1)
	for i := 0; i < len(a) && i < len(b); i++ {
		c := strings.Compare(a[i], b[i])
		if digits.MatchString(a[i]) && digits.MatchString(b[i]) {
			c = compareNumbers(a[i], b[i])
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Or(len(a)-len(b), strings.Compare(x, y))
}

var versionParts = regexp.MustCompile(`\d+|\D+`)

// readVersions reads the files of each folder: those that its manifest.json lists, in its order, else all of them by
// their numbers and names.
func readVersions(d *folder, s *Set) error {
	versions := d.versions()
	if len(versions) == 0 {
		return &Error{d.path, "no folders of versions with .sql files here"}
	}
	for _, version := range versions {
		of, err := readFolder(d.tree, within(d.path, version), d.variables)
		if err != nil {
			return err
		}
		if of.refused != nil {
			return of.refused
		}
		for _, f := range of.steps() {
			name := version + "/" + baseName(f.name)
			s.Units = append(s.Units, Unit{Version: name, Name: name, File: f.path, Text: f.text})
		}
	}
	return nil
}

// steps are the files that migrate up, in their order.
func (d *folder) steps() []file {
	steps := slices.DeleteFunc(slices.Clone(d.files), func(f file) bool { return !isStep(f.name) })
	if listed := d.listed(); len(listed) > 0 {
		steps = slices.DeleteFunc(steps, func(f file) bool { return !slices.Contains(listed, f.name) })
		slices.SortStableFunc(steps, func(x, y file) int { return slices.Index(listed, x.name) - slices.Index(listed, y.name) })
		return steps
	}
	slices.SortStableFunc(steps, func(x, y file) int { return compareVersions(x.name, y.name) })
	return steps
}

// listed are the files that the manifest of a version lists; none if there is no manifest.
func (d *folder) listed() []string {
	data, err := fs.ReadFile(d.tree, within(d.path, "manifest.json"))
	var manifest map[string]any
	if err != nil || json.Unmarshal(data, &manifest) != nil {
		return nil
	}
	for _, value := range manifest {
		list, _ := value.([]any)
		var files []string
		for _, v := range list {
			if name, ok := v.(string); ok && strings.HasSuffix(name, ".sql") {
				files = append(files, name)
			}
		}
		if len(files) > 0 {
			return files
		}
	}
	return nil
}

// isVersioned says that the folder has no migrations itself, and folders of versions that define something.
func (d *folder) isVersioned() bool {
	if d.has(looksNumbered) || d.has(func(f file) bool { return f.name == atlasSum || f.name == sqitchPlan }) {
		return false
	}
	versions := d.versions()
	if len(versions) < 2 {
		return false
	}
	of, err := readFolder(d.tree, within(d.path, versions[0]), nil)
	return err == nil && of.has(func(f file) bool { return isStep(f.name) && definesSomething.MatchString(f.text) })
}
