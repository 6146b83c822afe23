package recognise

import (
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What speaks for a set, each counted once.
const (
	embedded   = 8
	inCode     = 5
	configured = 3
	usesTables = 4
)

// reference is a text of a file that can name a folder.
type reference struct {
	file string
	line int
	// path is what it names as a path in the repository, or the text itself for one that names more or less.
	path, text string
	weight     int
	// about says how it is named: "embedded", "named".
	about string
}

func (r reference) String() string { return fmt.Sprintf("%s in %s:%d", r.about, r.file, r.line) }

// statement is a text of Go code that looks like SQL.
type statement struct {
	file  string
	line  int
	words map[string]bool
}

// evidence is what a repository says besides its migrations.
type evidence struct {
	references []reference
	statements []statement
	// words are those of all texts of Go code, with the folders of the code.
	words map[string][]string
}

// maxFile is the size in bytes of the largest file that is looked at.
const maxFile = 1 << 20

// gather reads the code and the configuration below a folder.
func gather(tree fs.FS, top string) *evidence {
	e := &evidence{words: map[string][]string{}}
	fs.WalkDir(tree, top, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir():
			if name != top && skipped(d.Name()) {
				return fs.SkipDir
			}
			return nil
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			if data := small(tree, name, d); data != nil {
				e.goFile(name, data)
			}
		case isConfig(d.Name()):
			if data := small(tree, name, d); data != nil {
				e.configFile(name, string(data))
			}
		}
		return nil
	})
	return e
}

// skipped are folders with nothing of the program's own.
func skipped(name string) bool {
	return slices.Contains([]string{"vendor", "node_modules", "testdata", "third_party"}, name) ||
		strings.HasPrefix(name, ".") && name != ".github" && name != ".circleci" && name != ".gitlab"
}

func small(tree fs.FS, name string, d fs.DirEntry) []byte {
	if info, err := d.Info(); err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil
	}
	data, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil
	}
	return data
}

// isConfig takes files that say how a program is built, run or deployed.
func isConfig(name string) bool {
	switch path.Ext(name) {
	case ".yml", ".yaml", ".toml", ".hcl", ".mk", ".sh", ".env", ".conf", ".ini":
		return true
	}
	return slices.ContainsFunc([]string{"Makefile", "GNUmakefile", "Justfile", "justfile", "Dockerfile", "Taskfile", "Procfile",
		".goose", "magefile"}, func(known string) bool { return strings.HasPrefix(name, known) })
}

// goFile takes the texts and the embed directives of a file.
func (e *evidence) goFile(name string, data []byte) {
	fset := token.NewFileSet()
	file := fset.AddFile(name, -1, len(data))
	var s scanner.Scanner
	s.Init(file, data, nil, scanner.ScanComments)
	dir := path.Dir(name)
	for {
		pos, tok, lit := s.Scan()
		switch tok {
		case token.EOF:
			return
		case token.COMMENT:
			if patterns, ok := strings.CutPrefix(lit, "//go:embed "); ok {
				e.embeds(name, dir, file.Line(pos), patterns)
			}
		case token.STRING:
			text, err := strconv.Unquote(lit)
			if err != nil {
				continue
			}
			e.text(name, dir, file.Line(pos), text)
		}
	}
}

func (e *evidence) embeds(name, dir string, line int, patterns string) {
	for p := range strings.FieldsSeq(patterns) {
		p = strings.TrimPrefix(strings.Trim(p, "\"`"), "all:")
		e.references = append(e.references, reference{name, line, path.Join(dir, p), p, embedded, "embedded"})
	}
}

// namesPath matches a text that is a path, or a URL of one.
var namesPath = regexp.MustCompile(`^(?:[a-z]+://)?(?:\./|\.\./|/)*([\w.-]+(?:/[\w.*-]+)*)/?$`)

var word = regexp.MustCompile(`[A-Za-z_]\w*`)

var looksLikeSQL = regexp.MustCompile(`(?i)\b(select|insert\s+into|update|delete\s+from|from|join|truncate)\b`)

// text takes a text of Go code: a path, and words that can be names of tables.
func (e *evidence) text(name, dir string, line int, text string) {
	if m := namesPath.FindStringSubmatch(text); m != nil {
		e.references = append(e.references, reference{name, line, path.Join(dir, m[1]), m[1], inCode, "named"})
	}
	var words map[string]bool
	if looksLikeSQL.MatchString(text) {
		words = map[string]bool{}
		e.statements = append(e.statements, statement{name, line, words})
	}
	for _, w := range word.FindAllString(text, -1) {
		w = strings.ToLower(w)
		if words != nil {
			words[w] = true
		}
		if !slices.Contains(e.words[w], dir) {
			e.words[w] = append(e.words[w], dir)
		}
	}
}

// inConfig matches what can be a path in a configuration.
var inConfig = regexp.MustCompile(`[\w.-]+(?:/[\w.-]+)+`)

func (e *evidence) configFile(name, text string) {
	line := 0
	for l := range strings.Lines(text) {
		line++
		for _, p := range inConfig.FindAllString(l, -1) {
			p = strings.TrimPrefix(path.Clean(p), "../")
			e.references = append(e.references, reference{name, line, path.Join(path.Dir(name), p), p, configured, "named"})
		}
	}
}

// names says that a reference names a folder: by its path, by the end of it, or by files in it; a folder around it
// counts for what is embedded.
func (r reference) names(folder string) bool {
	if r.path == folder || path.Dir(r.path) == folder && strings.ContainsAny(path.Base(r.path), "*.") {
		return true
	}
	if r.weight == embedded {
		return strings.HasPrefix(folder, r.path+"/")
	}
	text := r.text
	if strings.ContainsAny(path.Base(text), "*") || strings.HasSuffix(text, ".sql") {
		text = path.Dir(text)
	}
	if text == folder {
		return true
	}
	return strings.Contains(text, "/") && (strings.HasSuffix(folder, "/"+text) || strings.HasSuffix(text, "/"+folder) ||
		strings.Contains(folder, "/") && strings.HasSuffix(text, "/"+lastTwo(folder)))
}

// lastTwo are the last two elements of a path.
func lastTwo(p string) string {
	dir, base := path.Split(p)
	return path.Base(path.Clean(dir)) + "/" + base
}

// weigh counts what speaks for a set.
func (e *evidence) weigh(s *Set) {
	seen := map[int]bool{}
	for _, r := range e.references {
		if seen[r.weight] || strings.HasPrefix(r.file, s.Path+"/") && r.weight != embedded || !r.names(s.Path) {
			continue
		}
		seen[r.weight], s.named = true, true
		s.Score += r.weight
		s.Reasons = append(s.Reasons, r.String())
		if strings.HasSuffix(r.file, ".go") {
			s.addFolder(path.Dir(r.file))
		}
	}
	for _, t := range s.tables {
		if folders := e.words[t]; len(folders) > 0 {
			s.used++
			for _, f := range folders {
				s.addFolder(f)
			}
		}
	}
	if s.used > 0 {
		s.Score += usesTables * s.used / len(s.tables)
		s.Reasons = append(s.Reasons, fmt.Sprintf("the code names %d of its %d tables", s.used, len(s.tables)))
	}
	slices.Sort(s.Folders)
}

func (s *Set) addFolder(dir string) {
	if dir != s.Path && !slices.Contains(s.Folders, dir) {
		s.Folders = append(s.Folders, dir)
	}
}

// together says where a statement names tables of several sets that no other set makes; empty if none does.
func (e *evidence) together(sets []*Set) string {
	own := make([][]string, len(sets))
	for i, s := range sets {
		own[i] = slices.DeleteFunc(slices.Clone(s.tables), func(t string) bool {
			return slices.ContainsFunc(sets, func(o *Set) bool { return o != s && slices.Contains(o.tables, t) })
		})
	}
	joined := make([]bool, len(sets))
	where := ""
	for _, st := range e.statements {
		var of []int
		for i := range sets {
			if slices.ContainsFunc(own[i], func(t string) bool { return st.words[t] }) {
				of = append(of, i)
			}
		}
		if len(of) > 1 {
			if where == "" {
				where = fmt.Sprintf("%s:%d", st.file, st.line)
			}
			for _, i := range of {
				joined[i] = true
			}
		}
	}
	if slices.Contains(joined, false) {
		return ""
	}
	return where
}
