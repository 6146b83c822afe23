package goqu

import (
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// dataset is a statement as far as its calls have made it.
type dataset struct {
	verb  string
	start *goval.Call

	with      []goval.Value
	recursive bool

	// isDefault says that the list of columns is the one that a dataset has without a call.
	isDefault                                bool
	selects, distinct, joins                 []goval.Value
	isDistinct                               bool
	from                                     []source
	wheres, havings                          *conditions
	groups, windows, compounds, orders, lock goval.Value
	limit, offset, alias                     goval.Value

	// Of INSERT, UPDATE, DELETE and TRUNCATE.
	table                        goval.Value
	columns, rows, query, sets   goval.Value
	values                       []goval.Value
	conflict, returning, options goval.Value

	// unknown is what stands for calls that are not known.
	unknown goval.Value
}

// source is what stands behind FROM: a dataset without a name is given one.
type source struct {
	text  goval.Value
	named bool
}

// start is the dataset that a call begins.
func (w *writer) start(c *goval.Call) *dataset {
	d := &dataset{verb: strings.ToUpper(c.Name), start: c, wheres: and(), havings: and()}
	args := orm.Variadic(c, 0)
	switch c.Name {
	case "From":
		d.verb, d.isDefault, d.from = "SELECT", true, w.sources(args)
	case "Select":
		d.selectColumns(w, args)
	case "Truncate":
		d.table = w.columnList(args)
	default:
		d.table = w.column(first(c.Args))
	}
	return d
}

func and() *conditions { return &conditions{sep: " AND "} }

// sources are what From is given; those that are datasets without an alias become t1, t2 and so on.
func (w *writer) sources(l *goval.List) []source {
	var out []source
	for _, e := range l.Elems {
		out = append(out, source{w.column(e.Arg), !w.isUnnamed(e.Arg)})
	}
	if more := l.More(); more != nil {
		out = append(out, source{more, true})
	}
	return out
}

// isUnnamed says that an argument is a dataset without an alias, however it is made.
func (w *writer) isUnnamed(a goval.Arg) bool {
	if !isBuilt(a) {
		return false
	}
	for _, steps := range a.Text().Variants() {
		if n := w.fold(steps); n.dataset != nil && n.dataset.alias == nil {
			return true
		}
	}
	return false
}

// selectColumns replaces the list of columns; without any it is the default again.
func (d *dataset) selectColumns(w *writer, l *goval.List) {
	d.isDefault = len(l.Elems) == 0 && l.Open == "" || len(l.Elems) == 1 && w.isStar(l.Elems[0].Arg)
	d.selects = nil
	if len(l.Elems) > 0 || l.Open != "" {
		d.selects = []goval.Value{w.columnList(l)}
	}
}

// isStar says that an argument is goqu.Star() or goqu.L("*"), which count as no list at all.
func (w *writer) isStar(a goval.Arg) bool {
	if !isBuilt(a) {
		return false
	}
	variants := a.Text().Variants()
	n := w.fold(variants[0])
	return len(variants) == 1 && n.expr != nil && n.expr.isStar
}

// clauses are the methods of datasets: what each does to the statement.
var clauses map[string]func(w *writer, d *dataset, c *goval.Call)

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
	list := func(c *goval.Call) *goval.List { return orm.Variadic(c, 0) }
	clauses = map[string]func(w *writer, d *dataset, c *goval.Call){
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
		".From":       func(w *writer, d *dataset, c *goval.Call) { d.from = w.sources(list(c)) },
		".FromSelf":   func(w *writer, d *dataset, c *goval.Call) { *d = *w.fromSelf(d, c) },
		".Where":      func(w *writer, d *dataset, c *goval.Call) { d.wheres = d.wheres.with(w.conditions(list(c))) },
		".ClearWhere": func(_ *writer, d *dataset, _ *goval.Call) { d.wheres = and() },
		".Having":     func(w *writer, d *dataset, c *goval.Call) { d.havings = d.havings.with(w.conditions(list(c))) },
		".GroupBy":    func(w *writer, d *dataset, c *goval.Call) { d.groups = w.columnList(list(c)) },
		".GroupByAppend": func(w *writer, d *dataset, c *goval.Call) {
			d.groups = joined(d.groups, w.columnList(list(c)))
		},
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
		".As":           func(_ *writer, d *dataset, c *goval.Call) { d.alias = quoted(text(c, 0)) },

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

// joined puts two lists behind each other, each of which may be none.
func joined(x, y goval.Value) goval.Value {
	if len(x) == 0 {
		return y
	}
	if len(y) == 0 {
		return x
	}
	return goval.Concat(x, goval.Text(", "), y)
}

// count is what Limit and Offset write: nothing for 0.
func (w *writer) count(c *goval.Call) goval.Value {
	a := first(c.Args)
	switch {
	case a.Const == "0":
		return nil
	case a.Const != "":
		return w.hole(a)
	}
	return goval.Choice([]goval.Value{nil, w.hole(a)})
}

// fromSelf is a new dataset that selects from this one.
func (w *writer) fromSelf(d *dataset, c *goval.Call) *dataset {
	alias := d.alias
	inner := *d
	inner.alias = nil
	if alias == nil {
		alias = orm.At(c, `"t1"`)
	}
	return &dataset{verb: "SELECT", start: c, isDefault: true, wheres: and(), havings: and(),
		from: []source{{goval.Concat(goval.Text("("), w.text(&inner), goval.Text(")"), as(alias)), true}}}
}

// side is the right side of a UNION.
func (w *writer) side(a goval.Arg) goval.Value {
	return w.each(a, func(n *node) goval.Value {
		if n.dataset == nil {
			return n.unknownText()
		}
		if d := n.dataset; d.orders != nil || d.limit != nil {
			return w.text(w.fromSelf(d, d.start))
		}
		return w.text(n.dataset)
	})
}

// cte is  name AS (statement);  the name is written as it is.
func (w *writer) cte(c *goval.Call) goval.Value {
	return goval.Concat(text(c, 0), orm.At(c, " AS "), w.value(c.Args[1]))
}

// windowList are the named windows of a statement.
func (w *writer) windowList(l *goval.List) goval.Value {
	return l.Map(func(e goval.Element) goval.Value {
		return w.each(e.Arg, func(n *node) goval.Value {
			if n.expr == nil || !n.expr.isWindow || n.expr.name == nil {
				return goval.Unknown("window")
			}
			return goval.Concat(n.expr.name, goval.Text(" AS "), n.expr.written())
		})
	}).Join(goval.Text(", "))
}

// query is a statement that is given as an argument, without brackets.
func (w *writer) query(a goval.Arg) goval.Value {
	return w.each(a, func(n *node) goval.Value {
		if n.dataset == nil {
			return n.unknownText()
		}
		return w.text(n.dataset)
	})
}

// becomes makes a select the start of another statement on its first source.
func (d *dataset) becomes(verb string, c *goval.Call) {
	out := &dataset{verb: verb, start: c, with: d.with, recursive: d.recursive, wheres: and(), havings: and(),
		unknown: d.unknown}
	if verb == "UPDATE" || verb == "DELETE" {
		out.wheres = d.wheres
	}
	switch {
	case len(d.from) == 0:
		out.table = goval.Unknown("table")
	case verb == "TRUNCATE":
		for _, s := range d.from {
			out.table = joined(out.table, s.text)
		}
	default:
		out.table = d.from[0].text
	}
	*d = *out
}
