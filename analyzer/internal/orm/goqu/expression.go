package goqu

import (
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// expr is what the calls of an expression have made.
type expr struct {
	// schema, table and column are the parts of an identifier.
	isIdentifier          bool
	schema, table, column goval.Value
	// text is what another expression writes; without any it is left out of lists.
	text goval.Value
	// alias is what stands behind AS, label the name in it without quotes.
	alias, label goval.Value
	// isStar says that it is the list of columns that a dataset has without one.
	isStar bool
	// list are the conditions of And and Or.
	list *conditions
	// cases are the ways of CASE, value what they are compared with, otherwise ELSE.
	cases            []goval.Value
	value, otherwise goval.Value
	// partition, order and parent are those of a window, name its own.
	name, parent, partition, order goval.Value
	isWindow                       bool
	// lateral is the dataset behind LATERAL.
	lateral bool
}

func as(alias goval.Value) goval.Value {
	if alias == nil {
		return nil
	}
	return goval.Concat(goval.Text(" AS "), alias)
}

// written is the expression with its alias.
func (e *expr) written() goval.Value { return goval.Concat(e.bare(), as(e.alias)) }

func (e *expr) bare() goval.Value {
	switch {
	case e.list != nil:
		return e.list.written()
	case e.cases != nil || e.value != nil:
		return e.caseText()
	case e.isWindow:
		return e.windowText()
	case !e.isIdentifier:
		return e.text
	}
	var parts []goval.Value
	for _, p := range []goval.Value{e.schema, e.table, e.column} {
		if name, ok := p.Constant(); !ok || name != "" {
			parts = append(parts, quoted(p))
		}
	}
	return orm.Join(parts, ".")
}

func (e *expr) caseText() goval.Value {
	out := goval.Concat(goval.Text("CASE "), e.value, goval.Text(" "), orm.Join(e.cases, " "))
	if e.otherwise != nil {
		out = goval.Concat(out, goval.Text(" ELSE "), e.otherwise)
	}
	return goval.Concat(out, goval.Text(" END"))
}

// windowText is what stands in the brackets behind OVER, or behind a name in WINDOW.
func (e *expr) windowText() goval.Value {
	var parts []goval.Value
	if e.parent != nil {
		parts = append(parts, e.parent)
	}
	if e.partition != nil {
		parts = append(parts, goval.Concat(goval.Text("PARTITION BY "), e.partition))
	}
	if e.order != nil {
		parts = append(parts, goval.Concat(goval.Text("ORDER BY "), e.order))
	}
	return goval.Concat(goval.Text("("), orm.Join(parts, " "), goval.Text(")"))
}

// text is a text that is an argument of a call.
func text(c *goval.Call, i int) goval.Value {
	if i >= len(c.Args) {
		return goval.Unknown("missing argument")
	}
	return c.Args[i].Text()
}

// brackets are values in brackets.
func (w *writer) brackets(l *goval.List) goval.Value {
	return goval.Concat(goval.Text("("), l.Map(func(e goval.Element) goval.Value { return w.value(e.Arg) }).
		Join(goval.Text(", ")), goval.Text(")"))
}

func cast(v, to goval.Value) *expr {
	return &expr{text: goval.Concat(goval.Text("CAST("), v, goval.Text(" AS "), to, goval.Text(")"))}
}

// parts is the identifier whose parts a method changes: of an alias that is a table.
func (e *expr) parts() *expr {
	if e.alias != nil {
		return &expr{isIdentifier: true, table: e.label}
	}
	out := *e
	out.isIdentifier = true
	return &out
}

// aliased is .As(name): a string, or an identifier.
func (w *writer) aliased(e *expr, c *goval.Call) *expr {
	out := *e
	a := first(c.Args)
	out.alias, out.label = w.column(a), a.Text()
	if isBuilt(a) {
		out.label = w.each(a, func(n *node) goval.Value {
			if n.expr == nil || !n.expr.isIdentifier {
				return goval.Unknown("alias")
			}
			return goval.Concat(n.expr.table, n.expr.column)
		})
	}
	return &out
}

// literal is L(sql, args...): each ? takes the next argument, as far as there are any.
func (w *writer) literal(c *goval.Call) *expr {
	args := orm.Variadic(c, 1)
	sql := text(c, 0)
	constant, _ := sql.Constant()
	if len(args.Elems) == 0 && args.Open == "" {
		return &expr{text: sql, isStar: constant == "*"}
	}
	next := 0
	return &expr{text: sql.ReplaceMarks('?', false, func(mark *goval.Lit, _ string) goval.Value {
		next++
		switch {
		case next <= len(args.Elems):
			return w.value(args.Elems[next-1].Arg)
		case args.Open != "":
			return goval.Unknown("argument of a literal")
		}
		return goval.Value{mark}
	})}
}

func suffix(word string) func(*writer, *expr, *goval.Call) *expr {
	return func(_ *writer, e *expr, c *goval.Call) *expr {
		return &expr{text: goval.Concat(e.written(), orm.At(c, word))}
	}
}

// nulls says where nulls are ordered: the last call wins.
func nulls(word string) func(*writer, *expr, *goval.Call) *expr {
	return func(_ *writer, e *expr, c *goval.Call) *expr {
		out := e.text
		if last, ok := out[len(out)-1].(*goval.Lit); ok && strings.HasPrefix(last.Text, " NULLS ") {
			out = out[:len(out)-1]
		}
		return &expr{text: goval.Concat(out, orm.At(c, word))}
	}
}

// The first of the constants of their types in v9 (exp/exp.go and exp/lock.go).
const (
	wait    = 5
	andType = 6
	noNulls = 22
	ascDir  = 25
	eqOp    = 29
)

// number is which of the constants of its type an argument is, from 0; -1 if that is not known.
func number(c *goval.Call, i, first int) int {
	if i >= len(c.Args) || !strings.Contains(c.Func, roots[0]+".") && !strings.Contains(c.Func, roots[0]+"/") {
		return -1
	}
	n, err := strconv.Atoi(c.Args[i].Const)
	if err != nil {
		return -1
	}
	return n - first
}

// choose is one of several words, any of them if it is not known which.
func choose(number int, words []string) goval.Value {
	if number >= 0 && number < len(words) {
		return goval.Text(words[number])
	}
	var all []goval.Value
	for _, word := range words {
		all = append(all, goval.Text(word))
	}
	return goval.Choice(all)
}
