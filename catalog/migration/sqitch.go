package migration

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// sqitchPlan is the file that says which scripts there are, and in which order.
const sqitchPlan = "sqitch.plan"

// A change line: name, dependencies in brackets, time, planner, note (App::Sqitch::Plan, _parse).
var (
	sqitchChange = regexp.MustCompile(`^([+-]?)\s*([^\s\[@#%]\S*)\s*(?:\[([^\]]*)\])?\s+(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\s+([^<]+?)\s+<([^>]+)>\s*(?:#\s?(.*))?$`)
	sqitchTag    = regexp.MustCompile(`^@(\S+)\s`)
	sqitchPragma = regexp.MustCompile(`^%\s*([\w-]+)\s*=\s*(.*?)\s*$`)
)

// change is a line of a plan.
type change struct {
	name, date, planner, email, note string
	requires, conflicts              []string
	line                             int
	// script is the name of its scripts: a change that was reworked since has the tag in it.
	script string
	id     string
}

// readSqitch makes units of the changes of a plan.
func readSqitch(d *folder, s *Set) error {
	text := d.named(sqitchPlan).text
	pragmas := map[string]string{}
	var changes []*change
	last := map[string]*change{}
	var failed error
	n := 0
	eachLine(text, func(_ int, line string) {
		n++
		line = strings.TrimSpace(line)
		switch m := sqitchPragma.FindStringSubmatch(line); {
		case failed != nil || line == "" || strings.HasPrefix(line, "#"):
		case m != nil:
			pragmas[m[1]] = m[2]
		case sqitchTag.MatchString(line):
			tag := sqitchTag.FindStringSubmatch(line)[1]
			for _, c := range last {
				if c.script == c.name {
					c.script = c.name + "@" + tag // If it is reworked later, this is what its script was renamed to.
				}
			}
		case sqitchChange.MatchString(line):
			c := newChange(sqitchChange.FindStringSubmatch(line), n)
			if old := last[c.name]; old != nil && old.script == old.name {
				failed = &Error{d.path + "/" + sqitchPlan, fmt.Sprintf("line %d: change %q duplicates that of line %d", n, c.name, old.line)}
			}
			last[c.name] = c
			changes = append(changes, c)
		default:
			failed = &Error{d.path + "/" + sqitchPlan, fmt.Sprintf("line %d: neither a change nor a tag: %s", n, line)}
		}
	})
	if failed == nil && pragmas["project"] == "" {
		failed = &Error{d.path + "/" + sqitchPlan, "no %project"}
	}
	if failed != nil {
		return failed
	}
	for _, c := range last {
		c.script = c.name
	}
	s.Project = pragmas["project"]
	parent := ""
	for _, c := range changes {
		c.id = c.identify(s.Project, pragmas["uri"], parent)
		parent = c.id
		if err := s.addChange(d, c); err != nil {
			return err
		}
	}
	return nil
}

func newChange(m []string, line int) *change {
	c := &change{name: m[2], date: m[4], planner: m[5], email: m[6], note: strings.ReplaceAll(m[7], `\n`, "\n"), line: line, script: m[2]}
	for dep := range strings.FieldsSeq(m[3]) {
		if conflict, ok := strings.CutPrefix(dep, "!"); ok {
			c.conflicts = append(c.conflicts, conflict)
		} else {
			c.requires = append(c.requires, dep)
		}
	}
	return c
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
	name := path.Join(d.path, "deploy", c.script+".sql")
	data, err := os.ReadFile(filepath.Join(d.root, filepath.FromSlash(name)))
	if err != nil {
		return &Error{name, fmt.Sprintf("the deploy script of change %q (line %d of %s) cannot be read", c.name, c.line, sqitchPlan)}
	}
	sum := sha1.Sum(data)
	s.Units = append(s.Units, Unit{Version: c.id, Name: c.name, File: name, Text: strings.TrimPrefix(string(data), "\ufeff"),
		ToolDigest: hex.EncodeToString(sum[:])})
	return nil
}

// sqitchRule: the change that was deployed last has to be in the plan; what stands behind it is
// pending (App::Sqitch::Engine, _sync_plan).
func sqitchRule(s *Set, h History) (Pending, error) {
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
		return Pending{}, &RefusedError{"sqitch", "the change that was deployed last is not in the plan, or one before it was edited there"}
	}
	p := Pending{Units: s.Units[at+1:]}
	for _, r := range h.Rows {
		if i := indexOf(s.Units, func(u Unit) bool { return u.Version == r.Version }); i >= 0 && r.Digest != "" && r.Digest != s.Units[i].ToolDigest {
			p.note(s.Units[i], "was edited after it had run")
		}
	}
	return p, nil
}
