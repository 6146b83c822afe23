package ent

import (
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// order is an element of ORDER BY: user.ByName(), ent.Asc("name").
func (b *builder) order(a goval.Arg) goval.Value {
	if goval.Is[*goval.Param](a.Text()) {
		return a.Text()
	}
	c, ok := goval.Only[*goval.Call](a.Text())
	if !ok {
		return goval.Unknown("an order")
	}
	if c.Name == "Asc" || c.Name == "Desc" {
		return b.ordered(c)
	}
	field, _ := strings.CutPrefix(c.Name, "By")
	column, ok := b.entity.fields[field]
	if !ok {
		return goval.Unknown(c.Name)
	}
	out := b.column(b.entity.table, b.entity, column)
	var direction, nulls string
	for _, e := range orm.Variadic(c, 0).Elems {
		option, ok := goval.Only[*goval.Call](e.Text())
		if !ok {
			return cat(out, goval.Unknown("options of an order"))
		}
		switch option.Name {
		case "OrderDesc":
			direction = " DESC"
		case "OrderAsc":
			direction = ""
		case "OrderNullsFirst":
			nulls = " NULLS FIRST"
		case "OrderNullsLast":
			nulls = " NULLS LAST"
		default:
			return cat(out, goval.Unknown(option.Name))
		}
	}
	if orm.Variadic(c, 0).Open != "" {
		return cat(out, goval.Choice([]goval.Value{nil, lit(" DESC")}))
	}
	return cat(out, lit(direction+nulls))
}

// ordered are columns that Asc and Desc of the client's package are given.
func (b *builder) ordered(c *goval.Call) goval.Value {
	l := orm.Variadic(c, 0)
	var out []goval.Value
	for _, e := range l.Elems {
		out = append(out, cat(b.given(e.Arg), lit(" "+strings.ToUpper(c.Name))))
	}
	if l.Open != "" {
		out = append(out, l.More())
	}
	return orm.Join(out, ", ")
}

// given is a column that code names.
func (b *builder) given(a goval.Arg) goval.Value {
	if name, ok := a.Text().Constant(); ok {
		return b.column(b.entity.table, b.entity, name)
	}
	return cat(lit(`"`+b.entity.table+`"."`), a.Text(), lit(`"`))
}

// aggregates are the functions of the client's package, as sql.Avg and the like write them.
var aggregates = map[string]string{"Count": "COUNT", "Max": "MAX", "Mean": "AVG", "Min": "MIN", "Sum": "SUM"}

func (b *builder) aggregate(c *goval.Call) {
	l := orm.Variadic(c, 0)
	for _, e := range l.Elems {
		b.aggregates = append(b.aggregates, b.aggregated(e.Arg))
	}
	if l.Open != "" {
		b.aggregates = append(b.aggregates, l.More())
	}
}

func (b *builder) aggregated(a goval.Arg) goval.Value {
	c, ok := goval.Only[*goval.Call](a.Text())
	if !ok {
		return goval.Unknown("an aggregate")
	}
	switch function, ok := aggregates[c.Name]; {
	case c.Name == "As" && len(c.Args) == 2:
		return cat(b.aggregated(c.Args[0]), lit(` AS "`), c.Args[1].Text(), lit(`"`))
	case ok && len(c.Args) == 0:
		return b.Made(function + "(*)")
	case ok:
		return cat(b.Made(function+"("), b.given(c.Args[0]), lit(")"))
	}
	return goval.Unknown(c.Name)
}
