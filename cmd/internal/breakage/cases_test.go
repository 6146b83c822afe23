package breakage

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// breakageCase is a change of a schema and a statement of code that was deployed before it.
type breakageCase struct {
	File string
	Line int
	Name string
	// Cell is the row of the facts that the case belongs to.
	Cell string
	// Setup makes the schema, Old is what the code sends, Change what the migration does.
	Setup, Old, Change string
	// Observe is asked behind Old, to see what it wrote.
	Observe string
	// Args are the values of $1, $2 … as text; "\N" is NULL. Copy is the input of COPY FROM.
	Args []string
	Copy string
	Role string
	// Login says that the session starts as the role, with its settings.
	Login bool
	Path  []string
	// Undetectable says why no analysis of names and types can see the difference.
	Undetectable string
	// Expect is how the two answers go together.
	Expect class
}

// place is the 1-based line of the case's name.
func (c breakageCase) place() string { return fmt.Sprintf("%s:%d", c.File, c.Line) }

// readCases reads the files of a folder. A line "-- @word rest" starts a part of a case;
// "-- @common" is a setup that the cases behind it share.
func readCases(dir string) ([]breakageCase, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s: no .sql files (%v)", dir, err)
	}
	var out []breakageCase
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		cases, err := parseCases(f, string(data))
		if err != nil {
			return nil, err
		}
		out = append(out, cases...)
	}
	return out, nil
}

func parseCases(file, text string) ([]breakageCase, error) {
	var out []breakageCase
	var common, cell string
	var part *string
	for i, line := range strings.Split(text, "\n") {
		word, rest, _ := strings.Cut(strings.TrimPrefix(line, "-- @"), " ")
		if !strings.HasPrefix(line, "-- @") {
			if part != nil {
				*part += line + "\n"
			} else if s := strings.TrimSpace(line); s != "" && !strings.HasPrefix(s, "--") {
				return nil, fmt.Errorf("%s:%d: text outside of a part", file, i+1)
			}
			continue
		}
		rest = strings.TrimSpace(rest)
		switch word {
		case "cell":
			cell, part = rest, nil
			continue
		case "common":
			common, part = "", &common
			continue
		case "case":
			out = append(out, breakageCase{File: filepath.Base(file), Line: i + 1, Name: rest, Cell: cell, Setup: common,
				Path: []string{"public"}})
			part = nil
			continue
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("%s:%d: @%s before the first @case", file, i+1, word)
		}
		c := &out[len(out)-1]
		switch word {
		case "setup":
			part = &c.Setup
		case "old":
			part = &c.Old
		case "change":
			part = &c.Change
		case "observe":
			c.Observe = rest
		case "args":
			for _, a := range strings.Split(rest, "|") {
				c.Args = append(c.Args, strings.TrimSpace(a))
			}
		case "copy":
			c.Copy = strings.NewReplacer(`\t`, "\t", `\n`, "\n").Replace(rest)
		case "role":
			c.Role = rest
		case "login":
			c.Login = true
		case "path":
			c.Path = strings.Split(rest, ",")
		case "undetectable":
			c.Undetectable = rest
		case "expect":
			c.Expect, part = class(rest), nil
		default:
			return nil, fmt.Errorf("%s:%d: unknown part @%s", file, i+1, word)
		}
	}
	for _, c := range out {
		if strings.TrimSpace(c.Old) == "" && strings.TrimSpace(c.Change) == "" || c.Cell == "" {
			return nil, fmt.Errorf("%s:%d: case %q has no @cell or neither @old nor @change", c.File, c.Line, c.Name)
		}
	}
	return out, nil
}

// expected starts the line that says how a case turns out.
const expected = "-- @expect "

// writeExpected puts how the cases turned out behind the lines of their names; what did not
// run stays as it is.
func writeExpected(dir string, cases []breakageCase, turned []class) error {
	files := map[string][]string{}
	for i := len(cases) - 1; i >= 0; i-- {
		c, how := cases[i], turned[i]
		if how == "" || how == c.Expect {
			continue
		}
		if files[c.File] == nil {
			data, err := os.ReadFile(filepath.Join(dir, c.File))
			if err != nil {
				return err
			}
			files[c.File] = strings.Split(string(data), "\n")
		}
		lines, at := files[c.File], c.Line
		if strings.HasPrefix(lines[at], expected) {
			lines = slices.Delete(lines, at, at+1)
		}
		files[c.File] = slices.Insert(lines, at, expected+string(how))
	}
	for name, lines := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			return err
		}
	}
	return nil
}
