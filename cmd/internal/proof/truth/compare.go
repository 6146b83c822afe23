package truth

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// sent is a line of the record.
type sent struct {
	SQL     string
	Frames  []frame
	Through []string
	// Again is set for a statement that database/sql prepares on one more connection.
	Again bool
}

type frame struct {
	Function, File string
	Line           int
}

// packageOf is the import path in the name of a function.
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/')
	path, _, _ := strings.Cut(function[slash+1:], ".")
	return function[:slash+1] + path
}

// text is what a call site can send.
type text struct {
	site        *usage.Query
	sql         string
	fingerprint string
	// partial texts are matched by their command, relations and columns.
	partial bool
	names   names
	// places are where its names stand in the source: file, line and column.
	places map[string]bool
}

type names struct {
	command            pgtree.Kind
	relations, columns []string
	// none says that the command names no relation.
	none bool
	// offsets are where names begin, in the statement as it is parsed.
	offsets []int
}

// compare matches what was sent with what is extracted, and prints what is missed.
func compare(checkout, record string, o options) error {
	root, v, err := load(checkout)
	if err != nil {
		return err
	}
	live := 0
	for _, q := range v.Queries {
		if q.Live && q.Migration == nil {
			live++
		}
	}
	lines, err := read(record)
	if err != nil {
		return err
	}
	m := newMatcher(v)
	for _, s := range lines {
		switch {
		case !counts(s, root, o):
		case ofLibrary(s):
			m.libraries[fingerprint(s.SQL)] = true
		default:
			m.match(s)
		}
	}
	m.print(len(lines), live)
	return nil
}

func load(checkout string) (root string, v *usage.Version, err error) {
	root, err = filepath.Abs(checkout)
	if err != nil {
		return "", nil, err
	}
	v, err = deployed.Load(context.Background(), deployed.Build{Dir: root, Root: root, Patterns: []string{"./..."}},
		"truth", "worktree")
	return root, v, err
}

func newMatcher(v *usage.Version) *matcher {
	extracted := map[string][]*text{}
	sites := map[string][]*usage.Query{}
	for i := range v.Queries {
		q := &v.Queries[i]
		key := keyOf(q)
		sites[key] = append(sites[key], q)
		extracted[key] = append(extracted[key], texts(q)...)
	}
	return &matcher{extracted: extracted, sites: sites, missed: map[string]sent{}, all: map[string]bool{},
		libraries: map[string]bool{}, tests: map[string]bool{}, reached: map[*usage.Query]bool{},
		counted: map[string]bool{}, tallies: map[string]tally{}, files: map[string]string{}}
}

func read(file string) ([]sent, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []sent
	sc := bufio.NewScanner(f)
	sc.Buffer(make([]byte, 1<<20), 64<<20)
	for sc.Scan() {
		var s sent
		if err := json.Unmarshal(sc.Bytes(), &s); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out = append(out, s)
	}
	return out, sc.Err()
}

// transaction matches the commands that drivers send by themselves.
var transaction = regexp.MustCompile(`(?i)^\s*(begin|start transaction|commit|rollback|savepoint|release|deallocate|;|$)`)

// handsOn matches methods that are called as those of database/sql are: what they send is
// their caller's.
var handsOn = regexp.MustCompile(`\.(Exec|Query|QueryRow|Prepare)(Context)?$`)

// counts says that a text comes from code that a release holds, and that is no migration.
func counts(s sent, root string, o options) bool {
	frames := s.Frames
	for len(frames) > 1 && (handsOn.MatchString(frames[0].Function) || o.generated.MatchString(frames[0].File)) {
		frames = frames[1:]
	}
	if len(frames) == 0 || transaction.MatchString(s.SQL) {
		return false
	}
	file := frames[0].File
	rel, err := filepath.Rel(root, file)
	return !strings.HasSuffix(file, "_test.go") && err == nil && !o.notDeployed.MatchString(filepath.ToSlash(rel))
}

// drivers are the modules that stand between the call of a program, or of a library whose calls are lowered,
// and the server.
var drivers = []string{
	"github.com/jackc/pgx", "github.com/jackc/pgconn", "github.com/jackc/puddle", "github.com/lib/pq",
	"github.com/XSAM/otelsql", "gorm.io", "github.com/lann",
}

// ofLibrary says that a library which is no API of a database has made the text.
func ofLibrary(s sent) bool {
	return slices.ContainsFunc(s.Through, func(path string) bool {
		first, _, _ := strings.Cut(path, "/")
		own := slices.ContainsFunc(s.Frames, func(f frame) bool { return packageOf(f.Function) == path })
		api := check.TalksToDatabases(path) ||
			slices.ContainsFunc(drivers, func(d string) bool { return path == d || strings.HasPrefix(path, d+"/") })
		return strings.Contains(first, ".") && !own && !api
	})
}

func fingerprint(sql string) string {
	fp, err := pgtree.Fingerprint(sql)
	if err != nil {
		return sql
	}
	return fp
}

type matcher struct {
	// extracted and sites are by function.
	extracted map[string][]*text
	sites     map[string][]*usage.Query
	// libraries are the statements that libraries make by themselves, tests those that tests write and helpers of
	// the program send.
	libraries, tests map[string]bool
	all              map[string]bool
	missed           map[string]sent
	reached          map[*usage.Query]bool
	// tallies are by class; counted are the statements in them, strange those that are no text of their site.
	tallies map[string]tally
	counted map[string]bool
	strange []string
	// files are sources without white space.
	files map[string]string
}

// copied matches what pgx asks for the types of COPY: (Conn).CopyFrom prepares it.
var copied = regexp.MustCompile(`^select ("[^"]+"(?:, "[^"]+")*) from ("[^"]+"(?:\."[^"]+")?)$`)

// copying is the COPY that pgx asks the types for, of which the program gives the names; any other statement itself.
func copying(sql string) string {
	if m := copied.FindStringSubmatch(sql); m != nil {
		return "COPY " + m[2] + " (" + m[1] + ") FROM STDIN"
	}
	return sql
}

// closures are the suffixes of function literals and of instances.
var closures = regexp.MustCompile(`(\.func\d+|\.gowrap\d+|\.\d+|-range\d+|-fm|\[\.\.\.\])`)

func (m *matcher) match(s sent) {
	s.SQL = copying(s.SQL)
	fp := fingerprint(s.SQL)
	of := m.of(s)
	if len(of) == 0 && m.writtenByTest(s) {
		m.tests[fp] = true
		return
	}
	m.all[fp] = true
	m.count(s, of)
	for _, t := range of {
		m.reached[t.site] = true
	}
	if _, ok := m.missed[fp]; !ok && len(of) == 0 {
		m.missed[fp] = s
	}
}

// of are the texts that a statement is: those of the innermost function that has some.
func (m *matcher) of(s sent) []*text {
	fp, names := fingerprint(s.SQL), namesOf(s.SQL)
	among := func(list []*text) (out []*text) {
		for _, t := range list {
			if !t.partial && (t.fingerprint == fp || t.site.Lowered && t.names.same(names)) || t.partial && t.names.within(names) {
				out = append(out, t)
			}
		}
		return out
	}
	for _, f := range s.Frames {
		if found := among(m.extracted[functionOf(f.Function)]); len(found) > 0 {
			return found
		}
	}
	// What is prepared once more was prepared elsewhere in the package before; what an iterator sends, that has no
	// site, was given to it there.
	elsewhere := s.Again || m.siteOf(s) == nil
	for function, list := range m.extracted {
		if elsewhere && slices.ContainsFunc(s.Frames,
			func(f frame) bool { return strings.HasPrefix(f.Function, packageOf(function)+".") }) {
			if found := among(list); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

// bySite are the texts of the call that sent a statement, none of which it is: conditions that
// are added one by one come in more combinations than there are texts. The call is the last of
// its function that begins at or before the line, does the same and names each relation.
func (m *matcher) bySite(s sent) []*text {
	names := namesOf(s.SQL)
	for _, f := range s.Frames {
		var of []*text
		for _, t := range m.extracted[functionOf(f.Function)] {
			switch at := t.site.Site; {
			case filepath.Base(at.File) != filepath.Base(f.File) || at.Line > f.Line ||
				len(of) > 0 && at.Line < of[0].site.Site.Line:
			case len(of) > 0 && at.Line == of[0].site.Site.Line:
				of = append(of, t)
			default:
				of = []*text{t}
			}
		}
		of = slices.DeleteFunc(of, func(t *text) bool { return t.names.command != names.command })
		if len(of) > 0 && !slices.ContainsFunc(names.relations, func(r string) bool {
			return !slices.ContainsFunc(of, func(t *text) bool { return slices.Contains(t.names.relations, r) })
		}) {
			return of
		}
	}
	return nil
}

// within says that the names of a partly known text are all in a statement.
func (n names) within(of names) bool {
	in := func(list []string) func(string) bool {
		return func(name string) bool { return !slices.Contains(list, name) }
	}
	return n.command == of.command && (len(n.relations) > 0 || n.none) &&
		!slices.ContainsFunc(n.relations, in(of.relations)) && !slices.ContainsFunc(n.columns, in(of.columns))
}

// same says that two statements do the same to the same names: those that libraries make differ in which columns
// RETURNING names, in DEFAULT for a value, and in how often a name stands, as the data has it.
func (n names) same(as names) bool {
	set := func(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
	return n.command == as.command && slices.Equal(set(n.relations), set(as.relations)) &&
		slices.Equal(set(n.columns), set(as.columns))
}

func (m *matcher) print(lines, live int) {
	found := len(m.all) - len(m.missed)
	fmt.Printf("%d records; %d distinct statements of deployed code, %d extracted: recall %.1f %%\n", lines, len(m.all),
		found, 100*float64(found)/float64(max(len(m.all), 1)))
	fmt.Printf("%d more are made by libraries, %d written by tests\n", len(m.libraries), len(m.tests))
	fmt.Printf("%d live sites, %d of them reached by the tests: %.1f %%\n", live, len(m.reached),
		100*float64(len(m.reached))/float64(max(live, 1)))
	m.printSites()
	missed := make([]sent, 0, len(m.missed))
	for _, s := range m.missed {
		missed = append(missed, s)
	}
	slices.SortFunc(missed, func(a, b sent) int {
		return cmp.Or(strings.Compare(a.Frames[0].File, b.Frames[0].File), a.Frames[0].Line-b.Frames[0].Line,
			strings.Compare(a.SQL, b.SQL))
	})
	for _, s := range missed {
		fmt.Printf("missed: %s\n\tby: %s\n", strings.Join(strings.Fields(s.SQL), " "), stack(s.Frames))
	}
}

// texts are the texts of a site.
func texts(q *usage.Query) []*text {
	var out []*text
	for _, t := range q.Texts {
		p := sqltext.Parse(t, q.Style)
		if p.Err != nil {
			continue
		}
		x := &text{site: q, sql: strings.TrimSpace(t.SQL), partial: p.Partial, names: bound(p), places: map[string]bool{}}
		for _, offset := range x.names.offsets {
			if file, line, column, ok := t.Position(p.Source(offset)); ok {
				x.places[place(file, line, column)] = true
			}
		}
		fp, err := pgtree.Fingerprint(p.SQL)
		if err != nil {
			continue
		}
		x.fingerprint = fp
		out = append(out, x)
	}
	return out
}

func place(file string, line, column int) string { return fmt.Sprintf("%s:%d:%d", file, line, column) }

func namesOf(sql string) names { return bound(sqltext.Parse(sqltext.Text{SQL: sql}, sqltext.Native)) }

// bound are the names of a text as the binder sees them, without a schema.
func bound(p *sqltext.Parsed) names {
	var n names
	open := catalog.Unknown(16)
	for i, st := range p.Statements {
		b := sqlscan.Bind(st, &sqlscan.Env{Schema: open, SearchPath: []string{"public"}, Static: true})
		if i == 0 {
			n.command, n.none = b.Command, b.NamesNoRelation()
		}
		for _, o := range b.Outcomes {
			n.offsets = append(n.offsets, o.Start)
			switch {
			case o.Name == "" || strings.Contains(strings.ToLower(o.Name), sqltext.HolePrefix):
			case o.Kind == catalog.KindRelation && o.InText():
				n.relations = append(n.relations, o.Name)
			case o.Kind == catalog.KindColumn:
				n.columns = append(n.columns, o.Name)
			}
		}
	}
	return n
}
