package project

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/config"
	"github.com/schemavet/schemavet/analyzer/internal/recognise"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// Kind is what the migrations of a database are.
type Kind byte

// The kinds: none that are named or recognised, files of a tool, functions in Go, models of which a
// library makes the schema.
const (
	Nowhere Kind = iota
	Files
	GoFunctions
	Models
)

// Location is where the migrations of a database stand.
type Location struct {
	Kind Kind
	// Path is absolute, or what was recognised in the tree; Name is its name in Tree.
	Path, Name string
	Tree       fs.FS
	// Format is the one that is named, or the library of models; empty for one to be recognised.
	Format string
	// Found says that nobody named it.
	Found bool
}

// Places finds the tree that an absolute path is in, and its name there.
type Places interface {
	Place(path string) (tree fs.FS, name string, err error)
	// Checkout is the repository.
	Checkout() Repository
}

// SeveralError is that several sets of migrations were recognised, and that nothing tells which of them are those of
// the program, or that they make one schema.
type SeveralError struct{ Found *recognise.Found }

func (e *SeveralError) Error() string {
	var folders []string
	for _, s := range e.Found.Sets {
		folders = append(folders, s.Path)
	}
	return "migrations in " + strings.Join(folders, " and ")
}

// Locations are where the migrations of a database stand: in one place, or in several that make one schema.
type Locations struct {
	All []Location
	// Found is what was recognised, if nobody named them.
	Found *recognise.Found
}

// Locate finds the migrations that are named, as absolute PATH[:FORMAT], or else recognises those
// below a folder of the repository. Both check and go vet ask here.
func Locate(places Places, top string, named []string) (Locations, error) {
	if len(named) == 0 {
		return recognised(places.Checkout(), top)
	}
	var out Locations
	for _, name := range named {
		at, err := locate(places, name)
		if err != nil {
			return Locations{}, err
		}
		if len(named) > 1 && at.Kind != Files {
			return Locations{}, fmt.Errorf("%s: of several sets that make one schema each is a folder of files", name)
		}
		out.All = append(out.All, at)
	}
	return out, nil
}

// recognised looks for the migrations of the program in the repository.
func recognised(tree Repository, top string) (Locations, error) {
	found, err := recognise.Find(tree, top)
	if err != nil {
		return Locations{}, err
	}
	out := Locations{Found: found}
	if len(found.Sets) > 1 && found.Together == "" {
		return out, &SeveralError{found}
	}
	for _, s := range found.Sets {
		at := Location{Kind: Files, Name: s.Path, Tree: tree, Found: true,
			Path: filepath.Join(tree.Dir, filepath.FromSlash(s.Path))}
		if s.Set == nil && s.Err == nil {
			at.Kind = GoFunctions
		}
		out.All = append(out.All, at)
	}
	return out, nil
}

// locate takes PATH[:FORMAT] apart.
func locate(places Places, named string) (Location, error) {
	path, format := migration.SplitFormat(named)
	at := Location{Kind: Models, Path: path, Format: format}
	if slices.Contains(config.ModelFormats, format) {
		return at, nil
	}
	var err error
	if at.Tree, at.Name, err = places.Place(path); err != nil {
		return Location{}, err
	}
	at.Kind = Files
	if strings.HasSuffix(path, ".go") || migration.HasGo(at.Tree, at.Name) {
		at.Kind = GoFunctions
	}
	return at, nil
}

// Repository are the files of a repository, and the absolute path of its top.
type Repository struct {
	fs.FS
	Dir string
}

// Checkout is the repository itself: a place of its own.
func (r Repository) Checkout() Repository { return r }

// Rel is the name of a path in the repository; ok is false for what lies elsewhere.
func (r Repository) Rel(file string) (name string, ok bool) {
	rel, err := filepath.Rel(r.Dir, file)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// Place finds a path in the repository.
func (r Repository) Place(path string) (fs.FS, string, error) {
	name, ok := r.Rel(path)
	if !ok {
		return nil, "", errors.New(path + " leads out of the repository")
	}
	return r, name, nil
}
