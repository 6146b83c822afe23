package deployed

import (
	"fmt"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/schemavet/schemavet/analyzer/internal/extract"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// leftOutByTags says which files that use a database the build tags leave out: a release may be built with them.
func (l *loader) leftOutByTags(pkgs []*packages.Package) {
	counts, first := map[string]int{}, map[string]string{}
	for _, file := range l.notLoaded(pkgs) {
		tag, ok := l.tagOf(file)
		if !ok {
			continue
		}
		if counts[tag] == 0 {
			first[tag] = l.rel(file)
		}
		counts[tag]++
		l.version.UsesDatabase = true
	}
	for _, tag := range slices.Sorted(maps.Keys(counts)) {
		l.version.Notes = append(l.version.Notes, usage.Problem{File: first[tag], Message: fmt.Sprintf(
			"the build tag %s leaves out %s with a database: -tags %s has them", tag, plural(counts[tag], "file"), tag)})
	}
}

// notLoaded are the Go files below the folder that no package has: all those of a package may be left out.
func (l *loader) notLoaded(pkgs []*packages.Package) []string {
	loaded := map[string]bool{}
	for _, p := range pkgs {
		for _, f := range p.GoFiles {
			loaded[f] = true
		}
	}
	var out []string
	filepath.WalkDir(l.build.Dir, func(file string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return nil
		case d.IsDir() && file != l.build.Dir && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
			slices.Contains([]string{"vendor", "node_modules", "testdata", "examples"}, name) || l.build.Files.IsModule(file)):
			return fs.SkipDir
		case d.Type().IsRegular() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !loaded[file]:
			out = append(out, file)
		}
		return nil
	})
	return out
}

// tagOf is the build tag that a file needs which uses a database; ok is false for one that needs none but those of the
// system and the toolchain, and for another database system.
func (l *loader) tagOf(file string) (tag string, ok bool) {
	source, err := l.build.Files.ReadFile(file)
	if err != nil {
		return "", false
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return "", false
	}
	uses := false
	for _, spec := range parsed.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			uses = uses || l.build.api().IsDatabase(path) || extract.IsLibrary(path)
		}
	}
	for line := range strings.Lines(string(source)) {
		if !constraint.IsGoBuild(strings.TrimSpace(line)) {
			continue
		}
		expr, err := constraint.Parse(strings.TrimSpace(line))
		if err != nil || !uses {
			return "", false
		}
		tag := neededTag(expr)
		return tag, tag != "" && !otherDatabase.MatchString(tag)
	}
	return "", false
}

// neededTag is a tag that a constraint needs, by which nothing but the program is told apart; empty for none.
func neededTag(e constraint.Expr) string {
	switch e := e.(type) {
	case *constraint.TagExpr:
		if !systemTags[e.Tag] && !strings.HasPrefix(e.Tag, "go1.") {
			return e.Tag
		}
	case *constraint.AndExpr:
		if tag := neededTag(e.X); tag != "" {
			return tag
		}
		return neededTag(e.Y)
	case *constraint.OrExpr:
		return neededTag(e.X)
	}
	return ""
}

// systemTags are those of systems and toolchains, and those of files that are no part of any program.
var systemTags = func() map[string]bool {
	out := map[string]bool{}
	for _, tag := range strings.Fields(`ignore tools tool integration e2e test cgo race unix windows linux darwin freebsd
		netbsd openbsd dragonfly solaris plan9 js wasip1 android ios aix illumos hurd zos nacl amd64 arm64 386 arm ppc64 ppc64le
		mips mipsle mips64 mips64le riscv64 s390x wasm loong64 gc gccgo appengine purego`) {
		out[tag] = true
	}
	return out
}()
