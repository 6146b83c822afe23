package migration

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// sqitchPlan is the file that says which scripts there are, and in which order.
const sqitchPlan = "sqitch.plan"

// A change line without its note: name, dependencies in brackets, time, planner
// (App::Sqitch::Plan, _parse).
var (
	sqitchChange = regexp.MustCompile(`^([+-]?)\s*([^\s\[\]@#%:\\][^\s\[\]@#:\\]*)\s*(?:\[([^\]]*)\])?\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\s+([^<]+?)\s+<([^>]+)>$`)
	sqitchTag    = regexp.MustCompile(`^@(\S+)\s`)
	sqitchPragma = regexp.MustCompile(`^%\s*([\w-]+)\s*=\s*(.*?)\s*$`)
	// sqitchEscapes are those of a note.
	sqitchEscapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")
)

// change is a line of a plan.
type change struct {
	name, date, planner, email, note string
	requires, conflicts              []string
	line                             int
	// tags are those between the change and the one that reworks it, newest first: its scripts
	// have one of them in their names. Before it is reworked, tagged counts those before it.
	tags     []string
	tagged   int
	reworked bool
	id       string
}

// readSqitch makes units of the changes of a plan.
func readSqitch(d *folder, s *Set) error {
	text := d.named(sqitchPlan).text
	pragmas := map[string]string{}
	var changes []*change
	last := map[string]*change{}
	var tags []string
	var failed error
	n := 0
	eachLine(text, func(_ int, line string) {
		n++
		text, note, _ := strings.Cut(strings.TrimSpace(line), "#")
		text = strings.TrimSpace(text)
		switch m := sqitchPragma.FindStringSubmatch(text); {
		case failed != nil || text == "":
		case m != nil:
			pragmas[m[1]] = m[2]
		case sqitchTag.MatchString(text):
			tags = append(tags, sqitchTag.FindStringSubmatch(text)[1])
		case sqitchChange.MatchString(text):
			c := newChange(sqitchChange.FindStringSubmatch(text), note, n)
			c.tagged = len(tags)
			if old := last[c.name]; old != nil && old.tagged == len(tags) {
				failed = &Error{d.path + "/" + sqitchPlan,
					fmt.Sprintf("line %d: change %q duplicates that of line %d", n, c.name, old.line)}
			} else if old != nil {
				old.reworked, old.tags = true, slices.Clone(tags[old.tagged:])
				slices.Reverse(old.tags)
			}
			last[c.name] = c
			changes = append(changes, c)
		default:
			failed = &Error{d.path + "/" + sqitchPlan,
				fmt.Sprintf("line %d: neither a change nor a tag: %s", n, strings.TrimSpace(line))}
		}
	})
	if failed == nil && pragmas["project"] == "" {
		failed = &Error{d.path + "/" + sqitchPlan, "no %project"}
	}
	if failed != nil {
		return failed
	}
	s.Project = pragmas["project"]
	parent := ""
	for _, c := range changes {
		c.own(s.Project)
		c.id = c.identify(s.Project, pragmas["uri"], parent)
		parent = c.id
		if err := s.addChange(d, c); err != nil {
			return err
		}
	}
	return nil
}

func newChange(m []string, note string, line int) *change {
	c := &change{name: m[2], date: m[4], planner: m[5], email: m[6],
		note: sqitchEscapes.Replace(strings.TrimSpace(note)), line: line}
	for dep := range strings.FieldsSeq(m[3]) {
		if conflict, ok := strings.CutPrefix(dep, "!"); ok {
			c.conflicts = append(c.conflicts, conflict)
		} else {
			c.requires = append(c.requires, dep)
		}
	}
	return c
}

// own takes the project's own name out of dependencies.
func (c *change) own(project string) {
	for _, list := range [][]string{c.requires, c.conflicts} {
		for i := range list {
			list[i] = strings.TrimPrefix(list[i], project+":")
		}
	}
}

// identify is the id of a change, which covers that of the one before it (App::Sqitch::Plan::Change,
// _build_info).
func (c *change) identify(project, uri, parent string) string {
	lines := []string{"project " + project}
	if uri != "" {
		lines = append(lines, "uri "+uri)
	}
	lines = append(lines, "change "+c.name)
	if parent != "" {
		lines = append(lines, "parent "+parent)
	}
	lines = append(lines, fmt.Sprintf("planner %s <%s>", c.planner, c.email), "date "+c.date)
	if len(c.requires) > 0 {
		lines = append(lines, "requires\n  + "+strings.Join(c.requires, "\n  + "))
	}
	if len(c.conflicts) > 0 {
		lines = append(lines, "conflicts\n  - "+strings.Join(c.conflicts, "\n  - "))
	}
	if c.note != "" {
		lines = append(lines, "", c.note)
	}
	info := strings.Join(lines, "\n")
	sum := sha1.Sum([]byte(fmt.Sprintf("change %d\x00%s", len(info), info)))
	return hex.EncodeToString(sum[:])
}

// addChange reads the deploy script of a change.
func (s *Set) addChange(d *folder, c *change) error {
	name := path.Join(d.path, "deploy", c.script(d)+".sql")
	data, err := fs.ReadFile(d.tree, name)
	if err != nil {
		return &Error{name, fmt.Sprintf("the deploy script of change %q (line %d of %s) cannot be read", c.name, c.line,
			sqitchPlan)}
	}
	sum := sha1.Sum(data)
	s.Units = append(s.Units, Unit{Version: c.id, Name: c.name, File: name,
		Text:       strings.TrimPrefix(string(data), "\ufeff"),
		ToolDigest: hex.EncodeToString(sum[:])})
	return nil
}

// script is the name of the scripts: those of a change that was reworked since have the newest tag
// for which there is one (App::Sqitch::Plan::Change, _path_segments).
func (c *change) script(d *folder) string {
	if !c.reworked {
		return c.name
	}
	for _, tag := range c.tags {
		name := c.name + "@" + tag
		if _, err := fs.Stat(d.tree, path.Join(d.path, "deploy", name+".sql")); err == nil {
			return name
		}
	}
	return c.name + "@" + c.tags[0]
}

// sqitchRule: the change that was deployed last has to be in the plan; what stands behind it is
// pending (App::Sqitch::Engine, _sync_plan).
func sqitchRule(s *Set, h catalog.History) (Pending, error) {
	at := -1
	for _, r := range h.Rows {
		if r.Kind != s.Project {
			continue
		}
		i := indexOf(s.Units, func(u Unit) bool { return u.Version == r.Version })
		at = i
		if i < 0 {
			at = -2
		}
	}
	if at == -2 {
		return Pending{}, &RefusedError{"sqitch",
			"the change that was deployed last is not in the plan, or one before it was edited there"}
	}
	p := Pending{Units: s.Units[at+1:]}
	for _, r := range h.Rows {
		if i := indexOf(s.Units, func(u Unit) bool { return u.Version == r.Version }); i >= 0 && r.Digest != "" &&
			r.Digest != s.Units[i].ToolDigest {
			p.note(s.Units[i], "was edited after it had run")
		}
	}
	return p, nil
}
