package prove

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/schemavet/schemavet/catalog"
)

//go:embed describe.sql
var describeSQL string

// Describe lists what the server's catalog holds, a line a fact, sorted by bytes.
func Describe(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, describeSQL)
	if err != nil {
		return nil, err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	slices.Sort(lines)
	return lines, err
}

// DescribeSchema says the same of a simulated schema.
func DescribeSchema(s *catalog.Schema) []string {
	d := &describer{schema: s}
	for _, r := range s.Relations() {
		if r.Extension == "" && !r.Temp {
			d.relation(r)
		}
	}
	for _, t := range s.Types() {
		d.typ(t)
	}
	for _, f := range s.AllFunctions() {
		if f.Extension == "" && f.Kind != catalog.Aggregate && f.Language != "internal" {
			d.function(f)
		}
	}
	slices.Sort(d.lines)
	return d.lines
}

type describer struct {
	schema *catalog.Schema
	lines  []string
}

func (d *describer) add(parts ...string) { d.lines = append(d.lines, strings.Join(parts, "")) }

// when returns the text if the condition holds.
func when(cond bool, text string) string {
	if cond {
		return text
	}
	return ""
}

func (d *describer) typeName(id catalog.ID) string {
	t, ok := d.schema.TypeByID(id)
	if !ok {
		return "?"
	}
	return t.Name
}

func (d *describer) relation(r *catalog.Relation) {
	name := r.Schema + "." + r.Name
	d.add("relation ", name, " ", string(r.Kind))
	if r.Index != nil {
		d.index(r, name)
		return
	}
	if r.Kind != catalog.Sequence {
		for _, c := range r.Columns {
			d.add("column ", name, ".", c.Name, " ", d.typeName(c.Type.ID), when(c.NotNull, " notnull"), when(c.Default != nil, " default"),
				when(c.Generated, " generated"), when(c.Identity != 0, " identity "+string(c.Identity)))
		}
	}
	for _, c := range r.Constraints {
		cols := ""
		if c.Kind == catalog.PrimaryKey || c.Kind == catalog.Unique || c.Kind == catalog.ForeignKey {
			cols = " " + strings.Join(columnNames(r, c.Columns), ",")
		}
		ref := ""
		if c.Kind == catalog.ForeignKey {
			if t, ok := d.schema.RelationByID(c.Ref); ok {
				ref = " -> " + pgx.Identifier{t.Name}.Sanitize()
				if plainName(t.Name) {
					ref = " -> " + t.Name
				}
				if t.Schema != "public" {
					ref = " -> " + t.Schema + "." + t.Name
				}
			}
		}
		d.add("constraint ", name, ".", c.Name, " ", string(c.Kind), cols, ref)
	}
	for _, t := range r.Triggers {
		d.add("trigger ", name, ".", t.Name)
	}
}

// plainName says that regclass prints the name without quotes.
func plainName(name string) bool {
	return name != "user" && name != "order" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

func columnNames(r *catalog.Relation, nums []int16) []string {
	var out []string
	for _, n := range nums {
		if c := r.ColumnByNum(n); c != nil {
			out = append(out, c.Name)
		}
	}
	return out
}

func (d *describer) index(r *catalog.Relation, name string) {
	table, ok := d.schema.RelationByID(r.Index.Table)
	if !ok {
		d.add("index ", name, " on nothing")
		return
	}
	var keys []string
	for _, k := range r.Index.Keys {
		if c := table.ColumnByNum(k.Column); k.Expr == nil && c != nil {
			keys = append(keys, c.Name)
		} else {
			keys = append(keys, "(expression)")
		}
	}
	d.add("index ", name, " on ", table.Name, when(r.Index.Unique, " unique"), when(r.Index.Primary, " primary"),
		when(r.Index.Predicate != nil, " partial"), " ", strings.Join(keys, ","))
}

func (d *describer) typ(t *catalog.Type) {
	if t.Extension != "" {
		return
	}
	switch t.Kind {
	case catalog.EnumType:
		d.add("type ", t.Schema, ".", t.Name, " e ", strings.Join(t.Labels, ","))
	case catalog.DomainType, catalog.RangeType, catalog.MultirangeType:
		d.add("type ", t.Schema, ".", t.Name, " ", string(t.Kind))
	}
}

func (d *describer) function(f *catalog.Function) {
	var args []string
	for _, a := range f.Inputs() {
		args = append(args, d.typeName(a.Type.ID))
	}
	d.add("function ", f.Schema, ".", f.Name, "(", strings.Join(args, ","), ") ", string(f.Kind), " ", d.typeName(f.Result.ID))
}

// Differences compares two descriptions: "-" is only the server's, "+" only ours.
func Differences(server, ours []string) []string {
	var out []string
	for _, l := range server {
		if _, ok := slices.BinarySearch(ours, l); !ok {
			out = append(out, fmt.Sprintf("- %s", l))
		}
	}
	for _, l := range ours {
		if _, ok := slices.BinarySearch(server, l); !ok {
			out = append(out, fmt.Sprintf("+ %s", l))
		}
	}
	return out
}
