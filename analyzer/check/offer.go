package check

import (
	"context"
	"io"
	"io/fs"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/checkout"
	"github.com/schemavet/schemavet/analyzer/internal/config"
	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/gomigration"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/libraries"
	"github.com/schemavet/schemavet/analyzer/internal/project"
	"github.com/schemavet/schemavet/analyzer/internal/recognise"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// What programs need of the machinery below analyzer/internal, which they cannot import.

// DefaultFileLimit is the size in MiB of the largest file of a repository that is read.
const DefaultFileLimit = int(checkout.DefaultLimit >> 20)

// ModelFormats are the libraries that make the schema of models, as formats of migrations.
func ModelFormats() []string { return config.ModelFormats }

// WriteFile writes a file as a whole or not at all, by way of a temporary one beside it.
func WriteFile(path string, write func(io.Writer) error) error {
	return checkout.WriteFile(path, write)
}

// Digest is what a vet tool mixes into its identity: it changes with every config below the repository
// that holds a folder, and with all that they name. The compiled plans are kept for the units that
// follow.
func Digest(dir string) string { return new(project.Loader).Digest(dir) }

// Package is what go vet and editors judge a package by; nil where nothing says what the schema is.
type Package = project.Project

// PackageOf is that of a package in a folder, by its import path.
func PackageOf(dir, pkg string) (*Package, error) { return new(project.Loader).Load(dir, pkg) }

// GoMigrations are the lists of migrations in the Go code of a version that stand in a file or folder,
// by its name in the repository.
func GoMigrations(v *usage.Version, in string) []*migration.Set {
	var out []*migration.Set
	for _, l := range gomigration.Lists(v, in) {
		out = append(out, &migration.Set{Format: l.Tool, List: l.Name, Units: l.Units})
	}
	return out
}

// FindMigrations are the folders of the migrations that are recognised in a repository.
func FindMigrations(tree fs.FS) ([]string, error) {
	found, err := recognise.Find(tree, ".")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range found.Sets {
		out = append(out, s.Path)
	}
	return out, nil
}

// TalksToDatabases says that a package is one of a library that sends SQL, or whose calls are lowered to it.
func TalksToDatabases(pkg string) bool {
	return dbapi.Builtin().IsDatabase(pkg) ||
		slices.ContainsFunc(libraries.All, func(l *orm.Library) bool { return l.Owns(pkg) })
}

// Code is what the code of a folder sends, with nothing deployed: the repository is opened, and its
// config holds.
func Code(ctx context.Context, dir string, packages ...string) (*usage.Version, error) {
	s, err := Open(ctx, Options{Dir: dir, Packages: packages})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.checker().worktree(ctx)
}
