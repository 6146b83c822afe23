package deployed

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/checkout"
)

// maxModules bounds the modules that a message names.
const maxModules = 5

// hasModule refuses a folder that is in no module, and says where the modules of the repository are: the code is asked
// for there.
func hasModule(tree *checkout.Root, dir string) error {
	folder, ok := tree.Rel(dir)
	if !ok || os.Getenv("GOWORK") != "" {
		return nil
	}
	for at := folder; ; at = path.Dir(at) {
		for _, name := range []string{"go.mod", "go.work"} {
			if _, err := tree.Stat(path.Join(at, name)); err == nil {
				return nil
			}
		}
		if at == "." || at == "/" {
			break
		}
	}
	for at := filepath.Dir(tree.Dir()); at != filepath.Dir(at); at = filepath.Dir(at) { // The operator's.
		if _, err := os.Stat(filepath.Join(at, "go.work")); err == nil {
			return nil
		}
	}
	modules := modulesBelow(tree, folder)
	switch len(modules) {
	case 0:
		return fmt.Errorf("no go.mod in %s, above it or below: there is no Go code to read", shown(folder))
	case 1:
		return fmt.Errorf("no go.mod in %s: the code is in %s; run this with -C %s", shown(folder), modules[0], modules[0])
	}
	named := strings.Join(modules[:min(len(modules), maxModules)], ", -C ")
	if len(modules) > maxModules {
		named += fmt.Sprintf(" or %d more", len(modules)-maxModules)
	}
	return fmt.Errorf("no go.mod in %s: the code is in %d modules; run this for each that is deployed: -C %s",
		shown(folder), len(modules), named)
}

func shown(folder string) string {
	if folder == "." {
		return "this folder"
	}
	return folder
}

// modulesBelow are the folders below one that have a go.mod, relative to it, without those of tests and examples.
func modulesBelow(tree *checkout.Root, folder string) []string {
	var out []string
	fs.WalkDir(tree, folder, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir() && name != folder && (strings.HasPrefix(d.Name(), ".") ||
			slices.Contains([]string{"vendor", "node_modules", "testdata", "examples", "example"}, d.Name())):
			return fs.SkipDir
		case d.Name() == "go.mod":
			at := path.Dir(name)
			if folder != "." {
				at = strings.TrimPrefix(at, folder+"/")
			}
			out = append(out, at)
		}
		return nil
	})
	return out
}
