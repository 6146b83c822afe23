package goqu

import (
	"maps"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// function begins an expression.
type function = func(w *writer, c *goval.Call) *expr

// functions are those of goqu and exp that begin an expression.
var functions = map[string]function{}

// aggregates take a column: a string is the name of one.
var aggregates = []string{"COUNT", "MIN", "MAX", "AVG", "SUM", "FIRST", "LAST", "DISTINCT", "FIRST_VALUE", "LAST_VALUE"}

// ranks take values, or nothing.
var ranks = []string{"ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "COALESCE"}

func init() {
	maps.Copy(functions, namesFunctions())
	maps.Copy(functions, textsFunctions())
	maps.Copy(functions, listsFunctions())
	maps.Copy(functions, othersFunctions())
	for _, name := range aggregates {
		functions[name] = func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(orm.At(c, name+"("), w.column(first(c.Args)), goval.Text(")"))}
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
}

// namesFunctions: names are identifiers, by their parts or in one text.
func namesFunctions() map[string]function {
	return map[string]function{
		"C": func(_ *writer, c *goval.Call) *expr { return &expr{isIdentifier: true, column: text(c, 0)} },
		"I": func(_ *writer, c *goval.Call) *expr { return identifier(text(c, 0)) },
		"T": func(_ *writer, c *goval.Call) *expr { return &expr{isIdentifier: true, table: text(c, 0)} },
		"S": func(_ *writer, c *goval.Call) *expr { return &expr{isIdentifier: true, schema: text(c, 0)} },
		"NewIdentifierExpression": func(w *writer, c *goval.Call) *expr {
			return &expr{isIdentifier: true, schema: text(c, 0), table: text(c, 1), column: text(c, 2)}
		},
	}
}

// textsFunctions: texts are literals, values, functions and casts.
func textsFunctions() map[string]function {
	return map[string]function{
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
		"Lateral": func(w *writer, c *goval.Call) *expr {
			return &expr{lateral: true, text: goval.Concat(orm.At(c, "LATERAL "), w.value(c.Args[0]))}
		},
	}
}

// listsFunctions: lists are conditions, and what stands behind ON and BETWEEN.
func listsFunctions() map[string]function {
	return map[string]function{
		"And": func(w *writer, c *goval.Call) *expr { return w.conditionList(" AND ", orm.Variadic(c, 0)) },
		"Or":  func(w *writer, c *goval.Call) *expr { return w.conditionList(" OR ", orm.Variadic(c, 0)) },
		"NewExpressionList": func(w *writer, c *goval.Call) *expr {
			seps := []string{" AND ", " OR "}
			i := number(c, 0, andType)
			if i < 0 || i >= len(seps) {
				return &expr{text: goval.Unknown("conditions")}
			}
			return w.conditionList(seps[i], orm.Variadic(c, 1))
		},
		"NewBooleanExpression": func(w *writer, c *goval.Call) *expr {
			operation := number(c, 0, eqOp)
			if operation < 0 || operation >= len(operations) {
				return &expr{text: goval.Unknown("condition")}
			}
			return compared(w.value(c.Args[1]), orm.At(c, " "+operators[operations[operation]]+" "), w.value(c.Args[2]))
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
	}
}

// othersFunctions: others are windows, orders and conflicts.
func othersFunctions() map[string]function {
	return map[string]function{
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
		"NewOrderedExpression": func(w *writer, c *goval.Call) *expr {
			return &expr{text: goval.Concat(w.value(c.Args[0]), choose(number(c, 1, ascDir), []string{" ASC", " DESC"}),
				choose(number(c, 2, noNulls), []string{"", " NULLS FIRST", " NULLS LAST"}))}
		},
		"DoNothing": func(_ *writer, c *goval.Call) *expr { return &expr{text: orm.At(c, " ON CONFLICT DO NOTHING")} },
		"DoUpdate":  (*writer).doUpdate,
	}
}
