package gorm

import (
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

func textOf(s string) goval.Value { return goval.Text(s) }

func join(values ...goval.Value) goval.Value { return goval.Concat(values...) }

// writer makes the names of one statement. What a model makes stands at the call that sends,
// and is declared where the field is.
type writer struct{ sqlbuild.Writer }

// column is the quoted name of a field's column.
func (w writer) column(f *field) goval.Value { return w.name("", f) }

// name is a field's column behind a text that belongs to the same name.
func (w writer) name(qualifier string, f *field) goval.Value {
	return w.Declared(qualifier+`"`+f.column+`"`, f.obj)
}

// of is a column of a table.
func (w writer) of(table goval.Value, f *field) goval.Value {
	if text, ok := table.Constant(); ok {
		return w.name(text+".", f)
	}
	return join(table, textOf("."), w.column(f))
}

// excluded assigns the value that was to be inserted.
func (w writer) excluded(f *field) goval.Value {
	return join(w.column(f), textOf("="), w.name(`"excluded".`, f))
}

// quoted is a name that the code gives, as the dialect quotes it: each of its parts.
func quoted(v goval.Value) goval.Value {
	text, ok := v.Constant()
	if !ok {
		if hole, ok := goval.Only[*goval.Hole](v); ok {
			return goval.UnknownIdent(hole.Reason)
		}
		return v
	}
	if strings.ContainsAny(text, "\"`") || text == "*" {
		return goval.Value(v).ReplaceMarks('`', false, func(*goval.Lit, string) goval.Value { return textOf(`"`) })
	}
	open := goval.Value{&goval.Lit{Text: `"`}}
	dots := v.ReplaceMarks('.', false,
		func(*goval.Lit, string) goval.Value { return join(textOf(`"`), textOf("."), open) })
	return join(open, dots, textOf(`"`))
}

// isName says that a text is one name, which gorm quotes where it takes names or text
// (utils.IsInvalidDBNameChar).
func isName(v goval.Value) bool {
	text, ok := v.Constant()
	return ok && text != "" && strings.IndexFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '$' ||
			r == '@')
	}) < 0
}

func contains(v goval.Value, s string) bool {
	return v.Any(func(p goval.Part) bool {
		lit, ok := p.(*goval.Lit)
		return ok && strings.Contains(lit.Text, s)
	})
}
