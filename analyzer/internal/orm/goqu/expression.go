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

// functions begin an expression.
var functions map[string]func(w *writer, c *goval.Call) *expr

// methods make another expression of one.
var methods map[string]func(w *writer, e *expr, c *goval.Call) *expr

// aggregates take a column: a string is the name of one.
var aggregates = []string{"COUNT", "MIN", "MAX", "AVG", "SUM", "FIRST", "LAST", "DISTINCT", "FIRST_VALUE", "LAST_VALUE"}

// ranks take values, or nothing.
var ranks = []string{"ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "COALESCE"}

func init() {
	functions = map[string]func(w *writer, c *goval.Call) *expr{
		"C": func(_ *writer, c *goval.Call) *expr { return &expr{isIdentifier: true, column: text(c, 0)} },
		"I": func(_ *writer, c *goval.Call) *expr { return identifier(text(c, 0)) },
		"T": func(_ *writer, c *goval.Call) *expr { return &expr{isIdentifier: true, table: text(c, 0)} },
		"S": func(_ *writer, c *goval.Call) *expr { return &expr{isIdentifier: true, schema: text(c, 0)} },
		"NewIdentifierExpression": func(w *writer, c *goval.Call) *expr {
			return &expr{isIdentifier: true, schema: text(c, 0), table: text(c, 1), column: text(c, 2)}
		},
		"L":       (*writer).literal,
		"V":       func(w *writer, c *goval.Call) *expr { return &expr{text: w.value(c.Args[0])} },
		"Star":    func(_ *writer, c *goval.Call) *expr { return &expr{text: orm.At(c, "*"), isStar: true} },
		"Default": func(_ *writer, c *goval.Call) *expr { return &expr{text: orm.At(c, "DEFAULT")} },
		"Func": func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(text(c, 0), w.brackets(orm.Variadic(c, 1)))}
		},
		"NTH_VALUE": func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, "NTH_VALUE("), w.column(c.Args[0]), goval.Text(", "), w.value(c.Args[1]),
				goval.Text(")"))}
		},
		"Any": func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, "ANY "), w.brackets(orm.Variadic(c, 0)))}
		},
		"All": func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, "ALL "), w.brackets(orm.Variadic(c, 0)))}
		},
		"Cast": func(w *writer, c *goval.Call) *expr { return cast(w.value(c.Args[0]), text(c, 1)) },
		"Case": func(_ *writer, c *goval.Call) *expr { return &expr{cases: []goval.Value{}} },
		"And":  func(w *writer, c *goval.Call) *expr { return w.conditionList(" AND ", orm.Variadic(c, 0)) },
		"Or":   func(w *writer, c *goval.Call) *expr { return w.conditionList(" OR ", orm.Variadic(c, 0)) },
		"NewExpressionList": func(w *writer, c *goval.Call) *expr {
			seps := []string{" AND ", " OR "}
			i := number(c, 0, andType)
			if i < 0 || i >= len(seps) {
				return &expr{text: goval.Unknown("conditions")}
			}
			return w.conditionList(seps[i], orm.Variadic(c, 1))
		},
		"On": func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, " ON "), w.conditionList(" AND ", orm.Variadic(c, 0)).bare())}
		},
		"Using": func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, " USING ("), w.columnList(orm.Variadic(c, 0)), goval.Text(")"))}
		},
		"Range": func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(w.value(c.Args[0]), goval.Text(" AND "), w.value(c.Args[1]))}
		},
		"W": func(w *writer, c *goval.Call) *expr {
			out := &expr{isWindow: true}
			if names := orm.Variadic(c, 0).Elems; len(names) > 0 {
				out.name = quoted(names[0].Text())
				if len(names) > 1 {
					out.parent = quoted(names[1].Text())
				}
			}
			return out
		},
		"Lateral": func(w *writer, c *goval.Call) *expr {
			return &expr{lateral: true, text: goval.Concat(orm.At(c, "LATERAL "), w.value(c.Args[0]))}
		},
		"DoNothing": func(_ *writer, c *goval.Call) *expr { return &expr{text: orm.At(c, " ON CONFLICT DO NOTHING")} },
		"DoUpdate":  (*writer).doUpdate,
		"NewOrderedExpression": func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(w.value(c.Args[0]), choose(number(c, 1, ascDir), []string{" ASC", " DESC"}),
				choose(number(c, 2, noNulls), []string{"", " NULLS FIRST", " NULLS LAST"}))}
		},
		"NewBooleanExpression": func(w *writer, c *goval.Call) *expr {
			operation := number(c, 0, eqOp)
			if operation < 0 || operation >= len(operations) {
				return &expr{text: goval.Unknown("condition")}
			}
			return compared(w.value(c.Args[1]), orm.At(c, " "+operators[operations[operation]]+" "), w.value(c.Args[2]))
		},
	}
	for _, name := range aggregates {
		functions[name] = func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, name+"("), w.column(c.Args[0]), goval.Text(")"))}
		}
	}
	for _, name := range ranks {
		functions[name] = func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, name), w.brackets(orm.Variadic(c, 0)))}
		}
	}
	for name, same := range map[string]string{
		"Literal": "L", "NewLiteralExpression": "L", "ParseIdentifier": "I", "NewSQLFunctionExpression": "Func",
		"NewCastExpression": "Cast", "NewCaseExpression": "Case", "NewRangeVal": "Range", "NewJoinOnCondition": "On",
		"NewJoinUsingCondition": "Using", "NewLateralExpression": "Lateral", "NewDoNothingConflictExpression": "DoNothing",
		"NewDoUpdateConflictExpression": "DoUpdate",
	} {
		functions[name] = functions[same]
	}

	methods = map[string]func(w *writer, e *expr, c *goval.Call) *expr{
		"Schema": func(_ *writer, e *expr, c *goval.Call) *expr { out := e.parts(); out.schema = text(c, 0); return out },
		"Table":  func(_ *writer, e *expr, c *goval.Call) *expr { out := e.parts(); out.table = text(c, 0); return out },
		"Col": func(w *writer, e *expr, c *goval.Call) *expr {
			out := e.parts()
			out.column = text(c, 0)
			return out
		},
		"All": func(_ *writer, e *expr, c *goval.Call) *expr {
			out := e.parts()
			out.column = orm.At(c, "*")
			return out
		},
		"As": (*writer).aliased,
		"Cast": func(_ *writer, e *expr, c *goval.Call) *expr {
			return cast(e.written(), text(c, 0))
		},
		"Distinct": func(_ *writer, e *expr, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, "DISTINCT("), e.written(), goval.Text(")"))}
		},
		"Set": func(w *writer, e *expr, c *goval.Call) *expr {
			return &expr{text: goval.Concat(e.written(), goval.Text("="), w.value(c.Args[0]))}
		},
		"Asc":        suffix(" ASC"),
		"Desc":       suffix(" DESC"),
		"NullsFirst": nulls(" NULLS FIRST"),
		"NullsLast":  nulls(" NULLS LAST"),
		"Append": func(w *writer, e *expr, c *goval.Call) *expr {
			if e.list == nil {
				return &expr{text: goval.Unknown("conditions")}
			}
			return &expr{list: e.list.with(w.conditions(orm.Variadic(c, 0)))}
		},
		"Value": func(w *writer, e *expr, c *goval.Call) *expr { out := *e; out.value = w.value(c.Args[0]); return &out },
		"When": func(w *writer, e *expr, c *goval.Call) *expr {
			out := *e
			out.cases = append(out.cases[:len(out.cases):len(out.cases)], goval.Concat(orm.At(c, "WHEN "), w.value(c.Args[0]),
				goval.Text(" THEN "), w.value(c.Args[1])))
			return &out
		},
		"Else": func(w *writer, e *expr, c *goval.Call) *expr {
			out := *e
			out.otherwise = w.value(c.Args[0])
			return &out
		},
		"PartitionBy": func(w *writer, e *expr, c *goval.Call) *expr {
			out := *e
			out.partition = w.columnList(orm.Variadic(c, 0))
			return &out
		},
		"OrderBy": func(w *writer, e *expr, c *goval.Call) *expr {
			out := *e
			out.order = w.columnList(orm.Variadic(c, 0))
			return &out
		},
		"Inherit": func(_ *writer, e *expr, c *goval.Call) *expr { out := *e; out.parent = quoted(text(c, 0)); return &out },
		"Over": func(w *writer, e *expr, c *goval.Call) *expr {
			return &expr{text: goval.Concat(e.written(), orm.At(c, " OVER "), w.value(c.Args[0]))}
		},
		"OverName": func(w *writer, e *expr, c *goval.Call) *expr {
			return &expr{text: goval.Concat(e.written(), orm.At(c, " OVER "), w.value(c.Args[0]))}
		},
		"BitwiseInversion": func(_ *writer, e *expr, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, "(~ "), e.written(), goval.Text(")"))}
		},
		// Of a conflict.
		"Where": func(w *writer, e *expr, c *goval.Call) *expr {
			return &expr{text: goval.Concat(e.text, prefixed(orm.At(c, " WHERE "),
				w.conditionList(" AND ", orm.Variadic(c, 0)).bare()))}
		},
	}
	for name, operator := range map[string]string{
		"BitwiseOr": " | ", "BitwiseAnd": " & ", "BitwiseXor": " # ", "BitwiseLeftShift": " << ", "BitwiseRightShift": " >> ",
	} {
		methods[name] = func(w *writer, e *expr, c *goval.Call) *expr {
			return compared(e.written(), orm.At(c, operator), w.value(c.Args[0]))
		}
	}
	for name := range operators {
		methods[name] = func(w *writer, e *expr, c *goval.Call) *expr {
			return w.comparison(e.written(), name, c.Run(), comparedWith(name, c))
		}
	}
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
