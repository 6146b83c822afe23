// Package analyzer is schemavet as a go/analysis Analyzer, for go vet and editors: it
// judges the code of one package in the state that all migrations of its repository leave.
//
// It takes no flags, opens no network and writes nothing. The migrations and settings are
// those of the .schemavet.yaml above the package, or what is recognised.
package analyzer

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/internal/checkout"
	"github.com/schemavet/schemavet/analyzer/internal/clean"
	"github.com/schemavet/schemavet/analyzer/internal/config"
	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/extract"
	"github.com/schemavet/schemavet/analyzer/internal/fact"
	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/project"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// Options are what a driver can give to an Analyzer of its own.
type Options struct {
	// Open opens the repository whose top is a folder, as a fs.FS of its files, where config and
	// migrations are read; nil for the disk. It is where unsaved buffers of an editor, or a sandbox,
	// answer. What it opens is closed if it is an io.Closer.
	Open func(root string) (fs.FS, error)
}

// Analyzer reports SQL in Go code that does not work on the schema that the migrations make.
var Analyzer = New(Options{})

// New makes an Analyzer that shares nothing with others: what it keeps from one package to the next
// are compiled plans, by the content of what they were made of.
func New(o Options) *analysis.Analyzer {
	l := &project.Loader{Open: o.Open}
	return &analysis.Analyzer{
		Name: "schemavet",
		Doc: "report SQL that does not work on the schema that the migrations make\n\nTables and columns that the code " +
			"uses are looked up as PostgreSQL does, in the state that the migrations of the repository leave.",
		URL:        "https://github.com/schemavet/schemavet",
		Run:        func(pass *analysis.Pass) (any, error) { return run(pass, l) },
		ResultType: reflect.TypeFor[*extract.Result](),
		FactTypes:  []analysis.Fact{new(fact.Fact), new(reaches)},
	}
}

// reaches is the fact of a package that can reach a database API.
type reaches struct{}

func (*reaches) AFact()         {}
func (*reaches) String() string { return "reaches a database" }

// passFacts gives extract the facts of the pass, with the types that they name.
type passFacts struct {
	*analysis.Pass
	attacher *goval.Attacher
	known    map[types.Object]*fact.Fact
}

func (p passFacts) Import(obj types.Object) (*fact.Fact, bool) {
	if f, ok := p.known[obj]; ok {
		return f, f != nil
	}
	f := new(fact.Fact)
	if obj.Pkg() == nil || !p.ImportObjectFact(obj, f) {
		p.known[obj] = nil
		return nil, false
	}
	p.known[obj] = f.With(p.attacher.Value)
	return p.known[obj], true
}

func (p passFacts) Reaches(pkg *types.Package) bool { return p.ImportPackageFact(pkg, new(reaches)) }

// run analyses a package. A mistake of ours is a diagnostic of the package that it was made in: drivers
// hide errors, and one package must not end the others.
func run(pass *analysis.Pass, l *project.Loader) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = &extract.Result{}, nil
			pass.Report(analysis.Diagnostic{Pos: startOf(pass), Category: "internal-error",
				Message: clean.Sprintf("internal error in package %s, please report it: %s", pass.Pkg.Path(), extract.Fault(r))})
		}
		if err != nil {
			err = errors.New(clean.Text(err.Error()))
		}
	}()
	dir := ""
	if len(pass.Files) > 0 {
		dir = filepath.Dir(pass.Fset.File(pass.Files[0].Package).Name()) // What //line says opens nothing.
	}
	api, broken := l.API(dir)
	if broken != nil {
		api = dbapi.Builtin()
	}
	files := checkout.NewFiles(cmp.Or(checkout.Above(dir), dir))
	defer files.Close()
	res := extract.Package(&extract.Input{Fset: pass.Fset, Files: pass.Files, Pkg: pass.Pkg, Info: pass.TypesInfo,
		Facts: passFacts{pass, goval.NewAttacher(pass.Pkg, files), map[types.Object]*fact.Fact{}}, API: api, Disk: files})
	for _, p := range res.Problems {
		pass.Report(analysis.Diagnostic{Pos: p.Pos, Category: "directive", Message: clean.Text(p.Message)})
	}
	for obj, f := range res.Facts {
		if obj.Pkg() == pass.Pkg {
			pass.ExportObjectFact(obj, f)
		}
	}
	if !res.Reaches {
		return res, nil
	}
	if broken != nil {
		return nil, broken
	}
	pass.ExportPackageFact(new(reaches))
	if len(res.Queries) == 0 || len(pass.Files) == 0 {
		return res, nil
	}
	p, err := l.Load(dir, pass.Pkg.Path())
	if err != nil || p == nil {
		return res, err
	}
	r := &reporter{pass: pass, project: p, disk: files, files: map[string]*token.File{}}
	if n := len(p.Refused); n > 0 {
		message := p.Refused[0].Error()
		if n > 1 {
			message += fmt.Sprintf(" (and %d more)", n-1)
		}
		pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Package, Category: "config", Message: clean.Text(message)})
	}
	r.report(res.Queries)
	return res, nil
}

// startOf is where a package begins.
func startOf(pass *analysis.Pass) token.Pos {
	if len(pass.Files) == 0 {
		return token.NoPos
	}
	return pass.Files[0].Package
}

// reporter turns findings into diagnostics.
type reporter struct {
	pass    *analysis.Pass
	project *project.Project
	disk    *checkout.Files
	files   map[string]*token.File
}

func (r *reporter) report(queries []usage.Query) {
	v := &usage.Version{Name: "worktree", Queries: queries}
	rep := impact.JudgeNext(impact.Input{Version: v, Base: r.project.Last, SearchPath: r.project.SearchPath,
		Role: r.project.Role, Elsewhere: r.project.Elsewhere})
	accepted := config.Acceptance{Config: r.project.Config, Today: time.Now()}
	for _, f := range rep.Findings {
		if _, ok := accepted.Accepts(r.inRepository(f)); f.Level == impact.LevelError && !ok {
			r.diagnose(f)
		}
	}
}

// inRepository is a finding as check has it: of the named database, with the file's name in the
// repository.
func (r *reporter) inRepository(f impact.Finding) impact.Finding {
	use := *f.Use
	if rel, err := filepath.Rel(r.project.Root, use.File); err == nil && filepath.IsLocal(rel) {
		use.File = filepath.ToSlash(rel)
	}
	f.Use, f.Database = &use, r.project.Database
	return f
}

func (r *reporter) diagnose(f impact.Finding) {
	pos, ok := r.here(f.Use.File, f.Use.Line, f.Use.Column)
	d := analysis.Diagnostic{Category: string(f.Rule), Message: clean.Text(message(f))}
	if !ok {
		// The text stands in another package or file: the call is the place, the text
		// goes with it.
		pos, _ = r.here(f.Site.File, f.Site.Line, f.Site.Column)
		if at, ok := r.elsewhere(f.Use.File, f.Use.Line, f.Use.Column); ok {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: at, Message: "the text is here"})
		}
	}
	if declared := f.Use.Declared; declared != nil {
		if at, ok := r.elsewhere(declared.File, declared.Line, declared.Column); ok {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: at, Message: "declared here"})
		}
	}
	if !pos.IsValid() {
		pos = r.pass.Files[0].Package
	}
	d.Pos = pos
	if o := r.project.Blame(f.Target); o != nil {
		d.Message += clean.Sprintf("; see %s:%d", o.File, o.Line)
		if at, ok := r.elsewhere(filepath.Join(r.project.Root, filepath.FromSlash(o.File)), o.Line, o.Column); ok {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: at,
				Message: clean.Text("changed here: " + strings.Join(strings.Fields(o.Statement), " "))})
		}
	}
	r.pass.Report(d)
}

func message(f impact.Finding) string {
	out := f.Message
	if f.SQLSTATE != "" {
		out = fmt.Sprintf("%s (SQLSTATE %s)", out, f.SQLSTATE)
	}
	if f.Use.Lowered {
		out += " in " + strings.Join(strings.Fields(f.Use.Query), " ")
	}
	return out
}

// here finds a position in the files of the package.
func (r *reporter) here(file string, line, column int) (token.Pos, bool) {
	for _, f := range r.pass.Files {
		tf := r.pass.Fset.File(f.Package)
		if tf != nil && tf.Name() == file && line >= 1 && line <= tf.LineCount() {
			pos := tf.LineStart(line) + token.Pos(column-1)
			return min(pos, token.Pos(tf.Base()+tf.Size())), true
		}
	}
	return token.NoPos, false
}

// elsewhere adds a file to the FileSet, so that related information can point into it.
func (r *reporter) elsewhere(file string, line, column int) (token.Pos, bool) {
	// A driver prints the name as it is.
	if name := filepath.ToSlash(file); clean.Text(name) != name || strings.Contains(name, "::") {
		return token.NoPos, false
	}
	tf, ok := r.files[file]
	if !ok {
		data, err := r.disk.ReadFile(file)
		if err == nil {
			tf = r.pass.Fset.AddFile(file, -1, len(data))
			tf.SetLinesForContent(data)
		}
		r.files[file] = tf
	}
	if tf == nil || line < 1 || line > tf.LineCount() {
		return token.NoPos, false
	}
	return tf.LineStart(line) + token.Pos(column-1), true
}
