package migration

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"text/template"
	"text/template/parse"

	"gopkg.in/ini.v1"
)

// ternConfig is the file whose section [data] tern gives to its templates.
const ternConfig = "tern.conf"

// render evaluates the units that are templates, with the constants that the tool's
// configuration has. What cannot be evaluated here is not known.
func (d *folder) render(s *Set) error {
	var data map[string]any
	var shared *template.Template
	budget := &budget{steps: maxSteps, made: maxMade}
	for i := range s.Units {
		u := &s.Units[i]
		at := strings.Index(u.Text, "{{")
		if at < 0 {
			continue
		}
		if shared == nil {
			data = d.constants()
			var err error
			if shared, err = d.templates(budget); err != nil {
				return err
			}
		}
		text, err := evaluate(shared, budget, u.Text, data)
		if err != nil {
			u.Unknown = append(u.Unknown, Unknown{at, "a template that needs more than constants: " + err.Error()})
			continue
		}
		u.Text = text
	}
	return nil
}

// templates are the files of the folders within, which templates can call by their paths. One that is
// no template is an error where it is called.
func (d *folder) templates(b *budget) (*template.Template, error) {
	root := template.New("").Option("missingkey=error").Funcs(b.functions())
	err := fs.WalkDir(d.tree, d.path, func(name string, e fs.DirEntry, err error) error {
		rel := strings.TrimPrefix(name, strings.TrimPrefix(d.path+"/", "./"))
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".sql") || !strings.Contains(rel, "/") {
			return err
		}
		body, err := fs.ReadFile(d.tree, name)
		if err != nil {
			return cannotRead(name, err)
		}
		if strings.Count(string(body), "{{") > maxActions {
			return nil
		}
		t, err := template.New(rel).Funcs(b.functions()).Parse(string(body))
		if err != nil {
			return nil
		}
		for _, each := range t.Templates() {
			countSteps(each.Tree)
			root.AddParseTree(each.Name(), each.Tree)
		}
		return nil
	})
	return root, err
}

// evaluate runs a template within the budget.
func evaluate(shared *template.Template, b *budget, text string, data any) (string, error) {
	root, err := shared.Clone()
	if err != nil {
		return "", err
	}
	if strings.Count(text, "{{") > maxActions {
		return "", errActions
	}
	counted := map[*parse.Tree]bool{}
	for _, each := range root.Templates() {
		counted[each.Tree] = true
	}
	t, err := root.New("migration").Parse(text)
	if err != nil {
		return "", err
	}
	for _, each := range root.Templates() {
		if !counted[each.Tree] {
			countSteps(each.Tree)
		}
	}
	out := &bounded{left: maxOutput}
	err = t.Execute(out, data)
	return out.text.String(), shorter(err)
}

// shorter is an error of the budget without where the template stood.
func shorter(err error) error {
	for _, limit := range []error{errSteps, errOutput, errMade, errValue} {
		if errors.Is(err, limit) {
			return limit
		}
	}
	return err
}

// constants are the data of tern.conf, in the folder or one of those that hold it.
func (d *folder) constants() map[string]any {
	out := map[string]any{}
	for dir := d.path; ; dir = path.Dir(dir) {
		data, err := fs.ReadFile(d.tree, path.Join(dir, ternConfig))
		if err == nil {
			if f, err := ini.Load(data); err == nil {
				for _, key := range f.Section("data").Keys() {
					out[key.Name()] = key.Value()
				}
				return out
			}
		}
		if dir == "." || dir == "/" {
			return out
		}
	}
}

// The most that the templates of a folder may do: turns of loops and calls of templates, and bytes of
// values, for all together; bytes of output, for each; and bytes of one value. Of actions, which the
// parser of templates follows into each other, a text may hold so many.
const (
	maxSteps   = 200_000
	maxMade    = 256 << 20
	maxOutput  = 16 << 20
	maxValue   = 1 << 20
	maxActions = 50_000
)

var (
	errSteps   = errors.New("it takes more than 200,000 steps")
	errOutput  = errors.New("it writes more than 16 MiB")
	errValue   = errors.New("it makes a value of more than 1 MiB")
	errMade    = errors.New("it makes values of more than 256 MiB")
	errActions = errors.New("it has more than 50,000 actions")
)

// bounded takes output up to a limit.
type bounded struct {
	text strings.Builder
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errOutput
	}
	return b.text.Write(p)
}

// budget counts what templates do.
type budget struct{ steps, made int }

// stepFunction is called at each turn of a loop and each call of a template.
const stepFunction = "schemavetStep"

// functions are those of text/template that make texts, bounded; the others make none.
func (b *budget) functions() template.FuncMap {
	out := template.FuncMap{stepFunction: func() (string, error) {
		if b.steps--; b.steps < 0 {
			return "", errSteps
		}
		return "", nil
	}}
	for name, make := range map[string]func(...any) string{
		"print": sprint, "println": sprintln, "html": template.HTMLEscaper, "js": template.JSEscaper,
		"urlquery": template.URLQueryEscaper,
	} {
		out[name] = func(args ...any) (string, error) { return b.value(make, args) }
	}
	out["printf"] = func(format string, args ...any) (string, error) {
		return b.value(func(args ...any) string { return sprintf(format, args...) }, append([]any{wide(format)}, args...))
	}
	return out
}

// countSteps has each body of a loop and each template call the step function first.
func countSteps(t *parse.Tree) {
	if t == nil || t.Root == nil {
		return
	}
	step, err := parse.Parse("", "{{"+stepFunction+"}}", "", "", map[string]any{stepFunction: func() string { return "" }})
	if err != nil {
		return // The text above is a template.
	}
	action := step[""].Root.Nodes[0]
	stepFirst(t.Root, action)
	eachLoop(t.Root, func(body *parse.ListNode) { stepFirst(body, action) })
}

func stepFirst(list *parse.ListNode, action parse.Node) {
	list.Nodes = append([]parse.Node{action.Copy()}, list.Nodes...)
}

// eachLoop finds the bodies of loops in a list.
func eachLoop(list *parse.ListNode, do func(*parse.ListNode)) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.RangeNode:
			eachLoop(n.List, do)
			eachLoop(n.ElseList, do)
			do(n.List)
		case *parse.IfNode:
			eachLoop(n.List, do)
			eachLoop(n.ElseList, do)
		case *parse.WithNode:
			eachLoop(n.List, do)
			eachLoop(n.ElseList, do)
		}
	}
}
