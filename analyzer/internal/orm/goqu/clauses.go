package goqu

import (
	"maps"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// clause is what a method does to a dataset.
type clause = func(w *writer, d *dataset, c *goval.Call)

// clauses are the methods of datasets, by their name behind a dot, with the type before it where it means
// another thing for one.
var clauses = map[string]clause{}

// joinWords are the joins; without a condition those of noCondition.
var joinWords = map[string]string{
	"Join": "INNER JOIN", "InnerJoin": "INNER JOIN", "LeftJoin": "LEFT JOIN", "RightJoin": "RIGHT JOIN",
	"FullJoin": "FULL JOIN", "LeftOuterJoin": "LEFT OUTER JOIN", "RightOuterJoin": "RIGHT OUTER JOIN",
	"FullOuterJoin": "FULL OUTER JOIN", "NaturalJoin": "NATURAL JOIN", "NaturalLeftJoin": "NATURAL LEFT JOIN",
	"NaturalRightJoin": "NATURAL RIGHT JOIN", "NaturalFullJoin": "NATURAL FULL JOIN", "CrossJoin": "CROSS JOIN",
}

var compoundWords = map[string]string{
	"Union": " UNION ", "UnionAll": " UNION ALL ", "Intersect": " INTERSECT ", "IntersectAll": " INTERSECT ALL ",
}

var lockWords = map[string]string{
	"ForUpdate": " FOR UPDATE", "ForNoKeyUpdate": " FOR NO KEY UPDATE", "ForShare": " FOR SHARE",
	"ForKeyShare": " FOR KEY SHARE",
}

// neutral change nothing that is written, or set what newWriter has read.
var neutral = []string{"Prepared", "WithDialect", "SetDialect", "Clone", "Executor", "SetError", "NoCascade",
	"NoRestrict"}

func init() {
	maps.Copy(clauses, selectClauses())
	maps.Copy(clauses, conditionClauses())
	maps.Copy(clauses, orderClauses())
	maps.Copy(clauses, writeClauses())
	maps.Copy(clauses, otherClauses())
	for _, name := range neutral {
		clauses["."+name] = func(*writer, *dataset, *goval.Call) {}
	}
	for name, word := range joinWords {
		clauses["."+name] = func(w *writer, d *dataset, c *goval.Call) {
			join := goval.Concat(orm.At(c, " "+word+" "), w.column(c.Args[0]))
			if len(c.Args) > 1 {
				join = goval.Concat(join, w.value(c.Args[1]))
			}
			d.joins = append(d.joins[:len(d.joins):len(d.joins)], join)
		}
	}
	for name, word := range compoundWords {
		clauses["."+name] = func(w *writer, d *dataset, c *goval.Call) {
			if d.orders != nil || d.limit != nil {
				*d = *w.fromSelf(d, c)
			}
			d.compounds = goval.Concat(d.compounds, orm.At(c, word), goval.Text("("), w.side(c.Args[0]), goval.Text(")"))
		}
	}
	for name, word := range lockWords {
		clauses["."+name] = func(w *writer, d *dataset, c *goval.Call) {
			d.lock = orm.At(c, word)
			if of := orm.Variadic(c, 1); len(of.Elems) > 0 {
				d.lock = goval.Concat(d.lock, goval.Text(" OF "), w.columnList(of))
			}
			d.lock = goval.Concat(d.lock, choose(number(c, 0, wait), []string{"", " NOWAIT", " SKIP LOCKED"}))
		}
	}
}

// list are the arguments of a call.
func list(c *goval.Call) *goval.List { return orm.Variadic(c, 0) }

// selectClauses: the list of columns, sources and what is made of them.
func selectClauses() map[string]clause {
	return map[string]clause{
		".Select": func(w *writer, d *dataset, c *goval.Call) { d.selectColumns(w, list(c)) },
		".SelectAppend": func(w *writer, d *dataset, c *goval.Call) {
			if d.isDefault || len(d.selects) == 0 {
				d.selects = []goval.Value{goval.Text("*")}
			}
			d.isDefault, d.selects = false, append(d.selects[:len(d.selects):len(d.selects)], w.columnList(list(c)))
		},
		".SelectDistinct": func(w *writer, d *dataset, c *goval.Call) { d.selectColumns(w, list(c)); d.isDistinct = true },
		".ClearSelect": func(_ *writer, d *dataset, _ *goval.Call) {
			d.isDefault, d.selects, d.isDistinct, d.distinct = true, nil, false, nil
		},
		".Distinct": func(w *writer, d *dataset, c *goval.Call) {
			d.isDistinct, d.distinct = true, nil
			if len(c.Args) > 0 {
				d.distinct = []goval.Value{w.columnList(list(c))}
			}
		},
		".From":     func(w *writer, d *dataset, c *goval.Call) { d.from = w.sources(list(c)) },
		".FromSelf": func(w *writer, d *dataset, c *goval.Call) { *d = *w.fromSelf(d, c) },
		".As":       func(_ *writer, d *dataset, c *goval.Call) { d.alias = quoted(text(c, 0)) },
	}
}

// conditionClauses: conditions and groups.
func conditionClauses() map[string]clause {
	return map[string]clause{
		".Where":      func(w *writer, d *dataset, c *goval.Call) { d.wheres = d.wheres.with(w.conditions(list(c))) },
		".ClearWhere": func(_ *writer, d *dataset, _ *goval.Call) { d.wheres = and() },
		".Having":     func(w *writer, d *dataset, c *goval.Call) { d.havings = d.havings.with(w.conditions(list(c))) },
		".GroupBy":    func(w *writer, d *dataset, c *goval.Call) { d.groups = w.columnList(list(c)) },
		".GroupByAppend": func(w *writer, d *dataset, c *goval.Call) {
			d.groups = joined(d.groups, w.columnList(list(c)))
		},
	}
}

// orderClauses: orders, limits, CTEs and windows.
func orderClauses() map[string]clause {
	return map[string]clause{
		".Order":        func(w *writer, d *dataset, c *goval.Call) { d.orders = w.columnList(list(c)) },
		".OrderAppend":  func(w *writer, d *dataset, c *goval.Call) { d.orders = joined(d.orders, w.columnList(list(c))) },
		".OrderPrepend": func(w *writer, d *dataset, c *goval.Call) { d.orders = joined(w.columnList(list(c)), d.orders) },
		".ClearOrder":   func(_ *writer, d *dataset, _ *goval.Call) { d.orders = nil },
		".Limit":        func(w *writer, d *dataset, c *goval.Call) { d.limit = w.count(c) },
		".LimitAll":     func(_ *writer, d *dataset, c *goval.Call) { d.limit = orm.At(c, "ALL") },
		".ClearLimit":   func(_ *writer, d *dataset, _ *goval.Call) { d.limit = nil },
		".Offset":       func(w *writer, d *dataset, c *goval.Call) { d.offset = w.count(c) },
		".ClearOffset":  func(_ *writer, d *dataset, _ *goval.Call) { d.offset = nil },
		".With":         func(w *writer, d *dataset, c *goval.Call) { d.with = append(d.with, w.cte(c)) },
		".WithRecursive": func(w *writer, d *dataset, c *goval.Call) {
			d.recursive, d.with = true, append(d.with, w.cte(c))
		},
		".Window":       func(w *writer, d *dataset, c *goval.Call) { d.windows = w.windowList(list(c)) },
		".WindowAppend": func(w *writer, d *dataset, c *goval.Call) { d.windows = joined(d.windows, w.windowList(list(c))) },
		".ClearWindow":  func(_ *writer, d *dataset, _ *goval.Call) { d.windows = nil },
	}
}

// writeClauses: what is inserted, set and returned.
func writeClauses() map[string]clause {
	return map[string]clause{
		".Into": func(w *writer, d *dataset, c *goval.Call) { d.table = w.column(c.Args[0]) },
		".Table": func(w *writer, d *dataset, c *goval.Call) {
			if d.verb == "TRUNCATE" {
				d.table = w.columnList(list(c))
			} else {
				d.table = w.column(c.Args[0])
			}
		},
		"DeleteDataset.From": func(w *writer, d *dataset, c *goval.Call) { d.table = w.column(c.Args[0]) },
		".Cols":              func(w *writer, d *dataset, c *goval.Call) { d.columns = w.columnList(list(c)) },
		".ColsAppend": func(w *writer, d *dataset,
			c *goval.Call) {
			d.columns = joined(d.columns, w.columnList(list(c)))
		},
		".ClearCols": func(_ *writer, d *dataset, _ *goval.Call) { d.columns = nil },
		".Vals": func(w *writer, d *dataset, c *goval.Call) {
			for _, e := range list(c).Elems {
				d.values = append(d.values, goval.Concat(goval.Text("("), w.elements(e.Arg), goval.Text(")")))
			}
			if more := list(c).More(); more != nil {
				d.values = append(d.values, more)
			}
		},
		".ClearVals":       func(_ *writer, d *dataset, _ *goval.Call) { d.values = nil },
		".Rows":            func(w *writer, d *dataset, c *goval.Call) { w.setRows(d, list(c)) },
		".ClearRows":       func(_ *writer, d *dataset, _ *goval.Call) { d.rows = nil },
		".FromQuery":       func(w *writer, d *dataset, c *goval.Call) { d.query = w.query(c.Args[0]) },
		".OnConflict":      func(w *writer, d *dataset, c *goval.Call) { d.conflict = w.conflict(c.Args[0]) },
		".ClearOnConflict": func(_ *writer, d *dataset, _ *goval.Call) { d.conflict = nil },
		".Returning":       func(w *writer, d *dataset, c *goval.Call) { d.returning = w.columnList(list(c)) },
		".Set":             func(w *writer, d *dataset, c *goval.Call) { d.sets = w.assignments(c.Args[0]) },
	}
}

// otherClauses: another statement on the first source, and options of TRUNCATE.
func otherClauses() map[string]clause {
	return map[string]clause{
		"SelectDataset.Update":   func(_ *writer, d *dataset, c *goval.Call) { d.becomes("UPDATE", c) },
		"SelectDataset.Delete":   func(_ *writer, d *dataset, c *goval.Call) { d.becomes("DELETE", c) },
		"SelectDataset.Insert":   func(_ *writer, d *dataset, c *goval.Call) { d.becomes("INSERT", c) },
		"SelectDataset.Truncate": func(_ *writer, d *dataset, c *goval.Call) { d.becomes("TRUNCATE", c) },
		".Cascade": func(_ *writer, d *dataset,
			c *goval.Call) {
			d.options = goval.Concat(d.options, orm.At(c, " CASCADE"))
		},
		".Restrict": func(_ *writer, d *dataset, c *goval.Call) {
			d.options = goval.Concat(d.options, orm.At(c, " RESTRICT"))
		},
		".Identity": func(_ *writer, d *dataset, c *goval.Call) {
			word, _ := text(c, 0).Constant()
			d.options = goval.Concat(orm.At(c, " "+strings.ToUpper(word)+" IDENTITY"), d.options)
		},
	}
}
