package project

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/config"
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

// SeveralError is that several sets of migrations were recognised: schemavet never makes one schema
// out of several.
type SeveralError struct {
	// Folders are their names in the repository.
	Folders []string
}

func (e *SeveralError) Error() string { return "migrations in " + strings.Join(e.Folders, " and ") }

// Locate finds the migrations that are named, as absolute PATH[:FORMAT], or else recognises those
// below a folder of the repository. Both check and go vet ask here.
func Locate(places Places, top string, named []string) (Location, error) {
	switch len(named) {
	case 0:
		return recognise(places.Checkout(), top)
	case 1:
		return locate(places, named[0])
	}
	return Location{}, errors.New("one set of migrations for one database; several databases need a config with a name " +
		"for each")
}

// recognise looks for a set of migrations in the repository.
func recognise(tree Repository, top string) (Location, error) {
	found, err := migration.Find(tree, top)
	switch {
	case err != nil || len(found) == 0:
		return Location{}, err
	case len(found) > 1:
		return Location{}, &SeveralError{found}
	}
	at := Location{Kind: Files, Name: found[0], Tree: tree, Found: true,
		Path: filepath.Join(tree.Dir, filepath.FromSlash(found[0]))}
	if migration.HasGo(tree, at.Name) {
		at.Kind = GoFunctions
	}
	return at, nil
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
