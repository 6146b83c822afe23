package deployed

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/module"
)

// Binary is what an executable says of its build (runtime/debug.BuildInfo).
type Binary struct {
	// Module and Version are those of the main module, Package is the main package.
	Module, Version, Package string
	// Revision is the commit; Modified says that the work tree was not as it is there.
	Revision string
	Modified bool
	// Settings are the build's, by their keys.
	Settings map[string]string
}

// ReadBinary reads the build information of an executable that the go command has built.
func ReadBinary(file io.ReaderAt) (*Binary, error) {
	info, err := buildinfo.Read(file)
	if err != nil {
		return nil, errors.New("neither a revision nor a manifest (.json), a file of queries (.sql), a log (.log, " +
			".csv) or a Go executable")
	}
	b := &Binary{Module: info.Main.Path, Version: info.Main.Version, Package: info.Path, Settings: map[string]string{}}
	for _, s := range info.Settings {
		b.Settings[s.Key] = s.Value
	}
	b.Revision, b.Modified = b.Settings["vcs.revision"], b.Settings["vcs.modified"] == "true"
	return b, nil
}

// RevisionOf finds the revision that an executable was built of: by its commit, else by the
// version of its module.
func (r *Repository) RevisionOf(ctx context.Context, b *Binary) (Revision, error) {
	if b.Revision != "" {
		return r.Resolve(ctx, b.Revision)
	}
	version := strings.TrimSuffix(b.Version, "+incompatible")
	switch {
	case version == "" || version == "(devel)":
		return Revision{}, errors.New("the executable does not say of which commit it was built (-buildvcs=false?); " +
			"name the revision instead")
	case module.IsPseudoVersion(version):
		commit, err := module.PseudoVersionRev(version)
		if err != nil {
			return Revision{}, err
		}
		return r.Resolve(ctx, commit)
	}
	tags, err := r.git(ctx, "for-each-ref", "--format=%(refname:strip=2)", "refs/tags/"+version, "refs/tags/*/"+version)
	if err != nil {
		return Revision{}, err
	}
	if list := strings.Fields(tags); len(list) == 1 {
		return r.Resolve(ctx, "refs/tags/"+list[0])
	}
	return Revision{}, fmt.Errorf("the executable is version %s of %s, and this repository has not one tag of that "+
		"name; name the revision instead", version, b.Module)
}

// Build is how the code is loaded that the executable holds: its main package, for its platform.
func (b *Binary) Build(how Build) Build {
	how.Patterns = []string{b.Package}
	how.Tags = b.Settings["-tags"]
	for _, name := range []string{"GOOS", "GOARCH", "CGO_ENABLED"} {
		if value := b.Settings[name]; value != "" {
			how.Env = append(how.Env, name+"="+value)
		}
	}
	return how
}
