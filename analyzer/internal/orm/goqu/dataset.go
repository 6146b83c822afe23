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
