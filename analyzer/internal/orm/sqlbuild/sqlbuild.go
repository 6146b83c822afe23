// Package sqlbuild writes statements for lowerings: text that a library makes stands where it is sent and is
// declared where its name is, clauses are written if there is something in them, names are quoted. It
// knows no library.
package sqlbuild

import (
	"go/types"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// Writer makes the text of one statement.
type Writer struct {
	// At is where the statement is sent: what a library makes of itself stands there.
	At  goval.Run
	Env orm.Env
}

// Made is text that the library makes.
func (w Writer) Made(text string) goval.Value { return goval.TextAt(text, w.At) }

// Declared is text that is made of the name of a declaration, a field's most often: nil, or a nil *types.Var,
// is one that is not known.
func (w Writer) Declared(text string, by types.Object) goval.Value {
	lit := &goval.Lit{Text: text, Runs: []goval.Run{w.At}}
	if v, ok := by.(*types.Var); by != nil && !(ok && v == nil) {
		run := w.Env.Position(by)
		lit.Declared = &run
	}
	return goval.Value{lit}
}

// Clause is a keyword with parts and a text behind them; nothing if there are no parts.
func Clause(keyword string, parts []goval.Value, separator, end string) goval.Value {
	if len(parts) == 0 {
		return nil
	}
	return goval.Concat(goval.Text(keyword), orm.Join(parts, separator), goval.Text(end))
}

// Conditions are parts behind a keyword, without those that write nothing.
func Conditions(keyword string, parts []goval.Value, separator string) goval.Value {
	l := &goval.List{}
	for _, p := range parts {
		rest, maybe := NotEmpty(p)
		if len(rest) > 0 {
			l.Elems = append(l.Elems, goval.Element{Arg: goval.Arg{Value: rest}, Optional: maybe})
		}
	}
	return Where(goval.Text(keyword), l.Join(goval.Text(separator)))
}

// Optional is a value behind a keyword; nothing if there is no value.
func Optional(keyword string, v goval.Value) goval.Value {
	if v == nil {
		return nil
	}
	return goval.Concat(goval.Text(keyword), v)
}

// Where is a value behind a word, and before an end, in those of its ways in which it writes something.
func Where(word, v goval.Value, end ...goval.Value) goval.Value {
	if len(v) == 0 {
		return nil
	}
	rest, maybe := NotEmpty(v)
	out := goval.Concat(append([]goval.Value{word, rest}, end...)...)
	if maybe {
		return goval.Choice([]goval.Value{nil, out})
	}
	return out
}

// NotEmpty is a value without the ways in which it writes nothing; maybe says that there are such.
func NotEmpty(v goval.Value) (rest goval.Value, maybe bool) {
	choice, ok := goval.Only[*goval.OneOf](v)
	if !ok {
		return v, len(v) == 0
	}
	var options []goval.Value
	for _, o := range choice.Options {
		if len(o) == 0 {
			maybe = true
		} else {
			options = append(options, o)
		}
	}
	return choice.With(options), maybe
}

// Brackets puts brackets around a value.
func Brackets(v goval.Value) goval.Value { return goval.Concat(goval.Text("("), v, goval.Text(")")) }

// Quote is a name with dots, each of its parts in double quotes; a part that is a star stays one.
func Quote(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		if p != "*" {
			parts[i] = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
		}
	}
	return strings.Join(parts, ".")
}

// Quoted is Quote of a name that the code gives, whose parts stay where they stand. A hole becomes one for a
// quoted identifier; what has holes in it is left as it is.
func Quoted(v goval.Value) goval.Value {
	if hole, ok := goval.Only[*goval.Hole](v); ok {
		return goval.UnknownIdent(hole.Reason)
	}
	text, ok := v.Constant()
	switch {
	case !ok:
		return v
	case strings.HasSuffix(text, "*"):
		return goval.Text(Quote(text))
	}
	dots := v.ReplaceMarks('.', false, func(*goval.Lit, string) goval.Value { return goval.Text(`"."`) })
	return goval.Concat(goval.Text(`"`), dots, goval.Text(`"`))
}
