package check

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/config"
	"github.com/schemavet/schemavet/analyzer/internal/recognise"
)

// whichOf asks which of several sets of migrations are the program's, or whether they make one schema: what is known
// of them is filled in.
func (s *Session) whichOf(f *recognise.Found) error {
	var paths []string
	for _, set := range f.Sets {
		paths = append(paths, s.fromHere(set.Path))
	}
	return &PasteError{fmt.Sprintf("%d sets of migrations could be those of this program (%s): name the one, all that make one "+
		"schema, or their databases:", len(paths), strings.Join(firstOf(paths), ", ")), s.blockToPaste(f.Sets, paths)}
}

// maxAsked bounds the sets that a question names.
const maxAsked = 3

func firstOf(paths []string) []string {
	if len(paths) > maxAsked {
		return append(paths[:maxAsked:maxAsked], "…")
	}
	return paths
}

// blockToPaste is a config for several sets of migrations: one schema, or a database for each.
func (s *Session) blockToPaste(sets []*recognise.Set, paths []string) []string {
	out := []string{"# " + config.Name + ": one database, of one set or of several",
		"migrations: [" + strings.Join(paths, ", ") + "]", "# or a database for each", "databases:"}
	top, _ := s.tree.Rel(s.dir)
	for i, set := range sets {
		if i == maxAsked {
			break
		}
		out = append(out, fmt.Sprintf("  %s: {migrations: [%s], packages: [%s]}",
			cmp.Or(set.Name(), fmt.Sprintf("database%d", i+1)), paths[i], strings.Join(set.Packages(top), ", ")))
	}
	return out
}
