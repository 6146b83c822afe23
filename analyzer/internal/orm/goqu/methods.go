package goqu

import (
	"maps"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// method makes another expression of one.
type method = func(w *writer, e *expr, c *goval.Call) *expr

// methods are those of expressions.
var methods = map[string]method{}

func init() {
	maps.Copy(methods, partsMethods())
	maps.Copy(methods, ordersMethods())
	maps.Copy(methods, clausesMethods())
	maps.Copy(methods, windowedMethods())
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

// partsMethods: parts change an identifier, or give an expression a name.
func partsMethods() map[string]method {
	return map[string]method{
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
	}
}

// ordersMethods: orders are directions of ORDER BY.
func ordersMethods() map[string]method {
	return map[string]method{
		"Asc":        suffix(" ASC"),
		"Desc":       suffix(" DESC"),
		"NullsFirst": nulls(" NULLS FIRST"),
		"NullsLast":  nulls(" NULLS LAST"),
	}
}

// clausesMethods: clauses add to CASE, to a list of conditions, or to a conflict.
func clausesMethods() map[string]method {
	return map[string]method{
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
		// Of a conflict.
		"Where": func(w *writer, e *expr, c *goval.Call) *expr {
			return &expr{text: goval.Concat(e.text, sqlbuild.Where(orm.At(c, " WHERE "),
				w.conditionList(" AND ", orm.Variadic(c, 0)).bare()))}
		},
	}
}

// windowedMethods: windowed are methods of windows, and of functions over one.
func windowedMethods() map[string]method {
	return map[string]method{
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
	}
}
