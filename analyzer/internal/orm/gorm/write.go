package gorm

import (
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/strval"
)

func textOf(s string) strval.Value { return strval.Text(s) }

func join(values ...strval.Value) strval.Value { return strval.Concat(values...) }

// writer makes the names of one statement. What a model makes stands at the call that sends,
// and is declared where the field is.
type writer struct {
	at  strval.Run
	env orm.Env
}

// made is text that the library makes.
func (w writer) made(s string) strval.Value {
	return strval.Value{{Kind: strval.Lit, Text: s, Runs: []strval.Run{w.at}}}
}

// column is the quoted name of a field's column.
func (w writer) column(f *field) strval.Value { return w.name("", f) }

// name is a field's column behind a text that belongs to the same name.
func (w writer) name(qualifier string, f *field) strval.Value {
	p := &strval.Piece{Kind: strval.Lit, Text: qualifier + `"` + f.column + `"`, Runs: []strval.Run{w.at}}
	if f.obj != nil {
		run := w.env.Position(f.obj)
		p.Declared = &run
	}
	return strval.Value{p}
}

// of is a column of a table.
func (w writer) of(table strval.Value, f *field) strval.Value {
	if text, ok := table.Constant(); ok {
		return w.name(text+".", f)
	}
	return join(table, textOf("."), w.column(f))
}

// excluded assigns the value that was to be inserted.
func (w writer) excluded(f *field) strval.Value {
	return join(w.column(f), textOf("="), w.name(`"excluded".`, f))
}

// quoted is a name that the code gives, as the dialect quotes it: each of its parts.
func quoted(v strval.Value) strval.Value {
	text, ok := v.Constant()
	if !ok {
		if len(v) == 1 && v[0].Kind == strval.Hole {
			return strval.Value{{Kind: strval.Hole, Place: strval.IdentText, Reason: v[0].Reason}}
		}
		return v
	}
	if strings.ContainsAny(text, "\"`") || text == "*" {
		return strval.Value(v).ReplaceMarks('`', false, func(*strval.Piece, string) strval.Value { return textOf(`"`) })
	}
	open := strval.Value{{Kind: strval.Lit, Text: `"`}}
	dots := v.ReplaceMarks('.', false,
		func(*strval.Piece, string) strval.Value { return join(textOf(`"`), textOf("."), open) })
	return join(open, dots, textOf(`"`))
}

// isName says that a text is one name, which gorm quotes where it takes names or text
// (utils.IsInvalidDBNameChar).
func isName(v strval.Value) bool {
	text, ok := v.Constant()
	return ok && text != "" && strings.IndexFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '$' ||
			r == '@')
	}) < 0
}

func contains(v strval.Value, s string) bool {
	for _, p := range v {
		if p.Kind == strval.Lit && strings.Contains(p.Text, s) {
			return true
		}
		for _, o := range p.Options {
			if contains(o, s) {
				return true
			}
		}
	}
	return false
}

func count(v strval.Value, s string) int {
	n := 0
	for _, p := range v {
		n += strings.Count(p.Text, s)
	}
	return n
}
