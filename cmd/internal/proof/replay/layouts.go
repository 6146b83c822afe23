package replay

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/migration"
)

// folders reads NAME/up.sql or NAME/migration.sql, in the order of the digits of the names.
func folders(dir string) ([]migration.Unit, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.sql"))
	if err != nil {
		return nil, err
	}
	var out []migration.Unit
	for _, f := range files {
		if base := filepath.Base(f); base != "up.sql" && base != "migration.sql" {
			continue
		}
		name := filepath.Base(filepath.Dir(f))
		version, _, _ := strings.Cut(name, "_")
		u, err := unit(f, name, strings.ReplaceAll(version, "-", ""))
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	slices.SortStableFunc(out, func(a, b migration.Unit) int {
		return cmp.Or(strings.Compare(a.Version, b.Version), strings.Compare(a.Name, b.Name))
	})
	return out, nil
}

func unit(file, name, version string) (migration.Unit, error) {
	data, err := os.ReadFile(file)
	text := strings.TrimPrefix(string(data), "\ufeff")
	return migration.Unit{Version: version, Name: name, File: name, Text: text,
		NoTransaction: strings.Contains(strings.ToUpper(text), "CONCURRENTLY")}, err
}
