package checkout

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The go command has a C compiler read the sources of packages that import "C", and what it reads can
// come back as a constant of Go. So they may include what is in the tree or the system's, and are told
// so by no flag otherwise.

// cgo are the sources of a tree that a C compiler reads.
type cgo struct {
	tree *Root
	// sources are files of C, preambles the text before an import "C", by file.
	sources   []string
	preambles map[string]string
	// odd are the base names of what is no regular file and no folder.
	odd map[string]bool
	// folders are those of -I.
	folders []string
}

// note takes a file of the walk.
func (c *cgo) note(name string, d fs.DirEntry) error {
	switch {
	case !d.Type().IsRegular():
		c.odd[d.Name()] = true
	case path.Ext(name) == ".go":
		return c.noteGo(name)
	case Builds(name):
		c.sources = append(c.sources, name)
	}
	return nil
}

// spelled matches the ways to write the path "C".
var spelled = regexp.MustCompile("\"C\"|`C`|\"\\\\(x43|103|u0043|U00000043)\"")

func (c *cgo) noteGo(name string) error {
	data, err := c.tree.ReadFile(name)
	if err != nil || !spelled.Match(data) {
		return err
	}
	f, _ := parser.ParseFile(token.NewFileSet(), name, data, parser.ImportsOnly|parser.ParseComments)
	if f == nil {
		return nil // The go command says what is wrong.
	}
	for _, i := range f.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err != nil || p != "C" {
			continue
		}
		// Any comment before the import may be its preamble.
		var text strings.Builder
		for _, group := range f.Comments {
			for _, comment := range group.List {
				text.WriteString(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(comment.Text, "//"), "/*"), "*/") + "\n")
			}
		}
		c.preambles[name] = text.String()
	}
	return nil
}

// check refuses what leads out.
func (c *cgo) check() error {
	if len(c.preambles) == 0 {
		return nil
	}
	for name, text := range c.preambles {
		for line := range strings.Lines(text) {
			if err := c.flags(path.Dir(name), line); err != nil {
				return &Source{name, err}
			}
		}
	}
	for name, text := range c.preambles {
		if err := c.includes(path.Dir(name), text); err != nil {
			return &Source{name, err}
		}
	}
	for _, name := range c.sources {
		data, err := c.tree.ReadFile(name)
		if err == nil {
			err = c.includes(path.Dir(name), string(data))
		}
		if err != nil {
			return &Source{name, err}
		}
	}
	return nil
}

// systemFolders are where headers of the system stand.
var systemFolders = regexp.MustCompile(`^(/usr|/opt|/lib|/lib64|/Library|/System|/Applications|/mingw64|/nix)/`)

// flags checks a line #cgo [CONDITION] NAME: FLAGS.
func (c *cgo) flags(folder, line string) error {
	rest, ok := strings.CutPrefix(strings.TrimSpace(line), "#cgo")
	names, list, colon := strings.Cut(rest, ":")
	if !ok || !colon {
		return nil
	}
	words := strings.Fields(strings.NewReplacer(`"`, "", `'`, "", `\`, "", "${SRCDIR}", ".").Replace(list))
	if strings.HasSuffix(strings.TrimSpace(names), "pkg-config") {
		if i := slices.IndexFunc(words,
			func(w string) bool { return strings.Contains(w, "/") || strings.HasSuffix(w, ".pc") }); i >= 0 {
			return fmt.Errorf("pkg-config reads %s, which is a file of its own", words[i])
		}
		return nil
	}
	for i, w := range words {
		var dir string
		switch {
		case strings.HasPrefix(w, "-I"):
			dir = strings.TrimPrefix(w, "-I")
		case strings.HasPrefix(w, "-i"), strings.HasPrefix(w, "--sysroot"), strings.HasPrefix(w, "-B"),
			strings.HasPrefix(w, "@"), strings.HasPrefix(w, "-specs"):
			return fmt.Errorf("the flag %s of cgo names files", w)
		default:
			continue
		}
		if dir == "" && i+1 < len(words) {
			dir = words[i+1]
		}
		if systemFolders.MatchString(path.Clean(dir) + "/") {
			continue
		}
		name := path.Join(folder, dir)
		if _, err := c.tree.Stat(name); path.IsAbs(dir) || !fs.ValidPath(name) || errors.Is(err, ErrOutside) {
			return fmt.Errorf("the flag %s of cgo %w", w, ErrOutside)
		}
		c.folders = append(c.folders, name)
	}
	return nil
}

var (
	spliced   = regexp.MustCompile(`\\[ \t]*\r?\n`)
	inComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	directive = regexp.MustCompile(`(?m)^[ \t\f\v]*#[ \t\f\v]*(?:include|include_next|import|embed)\b(.*)$`)
	included  = regexp.MustCompile(`^\s*(?:"([^"]*)"|<([^>]*)>)`)
	digraphs  = strings.NewReplacer("%:", "#", "??=", "#", "??/", `\`)
)

// includes checks the directives that include files.
func (c *cgo) includes(folder, text string) error {
	text = spliced.ReplaceAllString(digraphs.Replace(text), "")
	for _, without := range []string{text, inComment.ReplaceAllString(text, " ")} {
		for _, m := range directive.FindAllStringSubmatch(without, -1) {
			if err := c.include(folder, m[1]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *cgo) include(folder, argument string) error {
	m := included.FindStringSubmatch(inComment.ReplaceAllString(argument, " "))
	if m == nil {
		return fmt.Errorf("#include of what is no file's name: %s", strings.TrimSpace(argument))
	}
	file := m[1] + m[2]
	if path.IsAbs(file) || strings.Contains(file, `\`) || c.odd[path.Base(file)] {
		return fmt.Errorf("#include %s %w", file, ErrOutside)
	}
	for _, from := range append([]string{folder}, c.folders...) {
		name := path.Join(from, file)
		if !fs.ValidPath(name) {
			return fmt.Errorf("#include %s %w", file, ErrOutside)
		}
		info, err := c.tree.Stat(name)
		if errors.Is(err, ErrOutside) || err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("#include %s %w", file, ErrOutside)
		}
	}
	return nil
}
