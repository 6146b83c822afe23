package goqu

import (
	"fmt"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// text writes a statement, in the order of sqlgen.
func (w *writer) text(d *dataset) goval.Value {
	with := goval.Value(nil)
	if len(d.with) > 0 {
		word := "WITH "
		if d.recursive {
			word = "WITH RECURSIVE "
		}
		with = goval.Concat(goval.Text(word), orm.Join(d.with, ", "), goval.Text(" "))
	}
	return goval.Concat(with, w.statement(d))
}

func (w *writer) statement(d *dataset) goval.Value {
	word := func(text string) goval.Value { return orm.At(d.start, text) }
	where := sqlbuild.Where(goval.Text(" WHERE "), d.wheres.written())
	returning := sqlbuild.Where(goval.Text(" RETURNING "), d.returning)
	unknown := sqlbuild.Where(goval.Text(" "), d.unknown)
	switch d.verb {
	case "INSERT":
		return goval.Concat(word("INSERT INTO "), d.table, w.inserted(d), d.conflict, unknown, returning)
	case "UPDATE":
		return goval.Concat(word("UPDATE "), d.table, goval.Text(" SET "), orNone(d.sets, "what is set"),
			sqlbuild.Where(goval.Text(" FROM "), fromText(d.from, false)), where, unknown, returning)
	case "DELETE":
		return goval.Concat(word("DELETE FROM "), d.table, where, unknown, returning)
	case "TRUNCATE":
		return goval.Concat(word("TRUNCATE "), d.table, d.options, unknown)
	}
	columns := orm.Join(d.selects, ", ")
	if len(columns) == 0 {
		columns = goval.Text("*")
	}
	distinct := goval.Value(nil)
	if d.isDistinct {
		distinct = goval.Text("DISTINCT ")
		if d.distinct != nil {
			distinct = goval.Concat(goval.Text("DISTINCT ON ("), orm.Join(d.distinct, ", "), goval.Text(") "))
		}
	}
	return goval.Concat(word("SELECT "), distinct, columns, sqlbuild.Where(goval.Text(" FROM "), fromText(d.from, true)),
		orm.Join(d.joins, ""), where,
		sqlbuild.Where(goval.Text(" GROUP BY "), d.groups), sqlbuild.Where(goval.Text(" HAVING "), d.havings.written()),
		sqlbuild.Where(goval.Text(" WINDOW "), d.windows), d.compounds, unknown,
		sqlbuild.Where(goval.Text(" ORDER BY "), d.orders), sqlbuild.Where(goval.Text(" LIMIT "), d.limit),
		sqlbuild.Where(goval.Text(" OFFSET "), d.offset), d.lock)
}

func orNone(v goval.Value, reason string) goval.Value {
	if len(v) == 0 {
		return goval.Unknown(reason)
	}
	return v
}

// fromText are the sources; in a SELECT datasets without a name are given one.
func fromText(sources []source, alias bool) goval.Value {
	var parts []goval.Value
	n := 0
	for _, s := range sources {
		text := s.text
		if alias && !s.named {
			n++
			text = goval.Concat(text, goval.Text(fmt.Sprintf(` AS "t%d"`, n)))
		}
		parts = append(parts, text)
	}
	return orm.Join(parts, ", ")
}

// inserted is what stands behind the table of INSERT.
func (w *writer) inserted(d *dataset) goval.Value {
	columns := sqlbuild.Where(goval.Text(" ("), d.columns, goval.Text(")"))
	switch {
	case d.rows != nil:
		return d.rows
	case d.columns != nil && d.values != nil:
		return goval.Concat(columns, goval.Text(" VALUES "), orm.Join(d.values, ", "))
	case d.query != nil:
		return goval.Concat(columns, goval.Text(" "), d.query)
	}
	return goval.Text(" DEFAULT VALUES")
}
