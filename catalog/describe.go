package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Describe lists what a schema holds, a line a fact, sorted by bytes: relations with their
// columns, constraints, indexes, triggers, policies and rules, views, sequences, types,
// functions, operators, casts. Members of extensions and temporary relations are left out.
// Two schemas in which the same statements ran have the same description, whoever ran them.
func Describe(s *Schema) []string {
	d := &describer{schema: s}
	for _, n := range s.Namespaces() {
		d.add("schema ", n.Name)
	}
	for _, r := range s.Relations() {
		if r.Extension == "" && !r.Temp {
			d.relation(r)
		}
	}
	for _, t := range s.Types() {
		d.typ(t)
	}
	for _, f := range s.AllFunctions() {
		if f.Extension == "" && !d.isConstructor(f) {
			d.function(f)
		}
	}
	for _, o := range s.AllOperators() {
		if o.Extension == "" {
			d.add("operator ", o.Schema, ".", o.Name, "(", d.typeName(o.Left), ",", d.typeName(o.Right), ") ",
				d.typeName(o.Result))
		}
	}
	for _, c := range s.Casts() {
		if c.Extension == "" {
			d.add("cast ", d.typeName(c.From), " ", d.typeName(c.To), " ", string(c.Context), string(c.Method))
		}
	}
	slices.Sort(d.lines)
	return d.lines
}

type describer struct {
	schema *Schema
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

func (d *describer) typeName(id ID) string {
	t, ok := d.schema.TypeByID(id)
	if !ok {
		return "-"
	}
	return t.Name
}

// typeText is the type with its modifier. That of an interval names fields and is left out.
func (d *describer) typeText(t TypeRef) string {
	name := d.typeName(t.ID)
	if t.Mod == "" || strings.HasSuffix(name, "interval") {
		return name
	}
	return name + "(" + t.Mod + ")"
}

// isConstructor says that a function came with a range type.
func (d *describer) isConstructor(f *Function) bool {
	t, ok := d.schema.TypeByID(f.Result.ID)
	return ok && f.Language == "internal" && (t.Kind == RangeType || t.Kind == MultirangeType)
}

func (d *describer) relation(r *Relation) {
	name := r.Schema + "." + r.Name
	d.add("relation ", name, " ", string(r.Kind))
	switch {
	case r.Index != nil:
		d.index(r, name)
		return
	case r.Sequence != nil:
		d.sequence(r, name)
		return
	case r.View != nil:
		d.add("view ", name, when(r.View.Updatable, " updatable"), when(r.View.CheckOption, " check option"),
			when(r.Kind == MatView && r.View.Populated, " populated"))
	}
	for _, c := range r.Columns {
		typ := d.typeText(c.Type)
		if r.View != nil {
			typ = d.typeName(c.Type.ID)
		}
		d.add("column ", name, ".", c.Name, " ", typ, when(c.NotNull, " notnull"), when(c.Default != nil, " default"),
			when(c.Generated, " generated"), when(c.Identity != 0, " identity "+string(c.Identity)))
	}
	for _, c := range r.Constraints {
		d.constraint(r, c, name)
	}
	for _, t := range r.Triggers {
		d.add("trigger ", name, ".", t.Name, " ", t.Events, when(t.Before, " before"), when(t.InsteadOf, " instead"),
			when(t.Row, " row"), when(t.Disabled, " disabled"))
	}
	for _, p := range r.Policies {
		d.add("policy ", name, ".", p.Name)
	}
	for _, u := range r.Rules {
		d.add("rule ", name, ".", u.Name, " ", string(u.Event), when(u.Instead, " instead"))
	}
	if r.RowSecurity {
		d.add("row security ", name)
	}
	for _, p := range r.Parents {
		if parent, ok := d.schema.RelationByID(p); ok {
			d.add("parent ", name, " ", parent.Schema, ".", parent.Name, when(r.PartitionOf, " partition"))
		}
	}
}

func (d *describer) sequence(r *Relation, name string) {
	owner := ""
	if t, ok := d.schema.RelationByID(r.Sequence.Owner); ok {
		owner = " owned by " + t.Schema + "." + t.Name
		if c := t.ColumnByNum(r.Sequence.OwnerColumn); c != nil {
			owner += "." + c.Name
		}
	}
	d.add("sequence ", name, " ", d.typeName(r.Sequence.Type.ID), owner, when(r.Sequence.Identity, " identity"))
}

func (d *describer) constraint(r *Relation, c Constraint, name string) {
	cols, ref := "", ""
	if c.Kind != Check && c.Kind != Exclusion {
		cols = " " + strings.Join(columnNames(r, c.Columns), ",")
	}
	if t, ok := d.schema.RelationByID(c.Ref); ok && c.Kind == ForeignKey {
		ref = " -> " + t.Schema + "." + t.Name + " " + strings.Join(columnNames(t, c.RefColumns), ",")
	}
	d.add("constraint ", name, ".", c.Name, " ", string(c.Kind), cols, ref, when(c.Deferrable, " deferrable"),
		when(c.NotValid, " not valid"))
}

func columnNames(r *Relation, nums []int16) []string {
	var out []string
	for _, n := range nums {
		if c := r.ColumnByNum(n); c != nil {
			out = append(out, c.Name)
		}
	}
	return out
}

func (d *describer) index(r *Relation, name string) {
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
	d.add("index ", name, " on ", table.Schema, ".", table.Name, " ", r.Index.Method, when(r.Index.Unique, " unique"),
		when(r.Index.Primary, " primary"),
		when(r.Index.NullsNotDistinct, " nulls not distinct"), when(r.Index.Predicate != nil, " partial"),
		when(r.Index.Invalid, " invalid"),
		" ", strings.Join(keys, ","), when(len(r.Index.Include) > 0,
			" include "+strings.Join(columnNames(table, r.Index.Include), ",")))
}

func (d *describer) typ(t *Type) {
	if t.Extension != "" {
		return
	}
	name := t.Schema + "." + t.Name
	switch t.Kind {
	case EnumType:
		d.add("type ", name, " e ", strings.Join(t.Labels, ","))
	case DomainType:
		d.add("type ", name, " d ", d.typeText(t.Base), when(t.NotNull, " notnull"), when(t.HasDefault, " default"))
		for _, c := range t.Constraints {
			d.add("constraint ", name, ".", c.Name, " ", string(c.Kind), when(c.NotValid, " not valid"))
		}
	case RangeType:
		d.add("type ", name, " r ", d.typeName(t.Subtype))
	case MultirangeType:
		d.add("type ", name, " m ", d.typeName(t.Range))
	case BaseType:
		if t.Elem == 0 {
			d.add("type ", name, " b", when(t.Shell, " shell"))
		}
	}
}

func (d *describer) function(f *Function) {
	var args []string
	for _, a := range f.Inputs() {
		args = append(args, d.typeName(a.Type.ID)+when(a.HasDefault, " default"))
	}
	d.add("function ", f.Schema, ".", f.Name, "(", strings.Join(args, ","), ") ", string(f.Kind),
		when(f.ReturnsSet, " set of"), " ", d.typeName(f.Result.ID))
}

// Differences compares two descriptions: "-" is only in the first, "+" only in the second.
func Differences(first, second []string) []string {
	var out []string
	for _, l := range first {
		if _, ok := slices.BinarySearch(second, l); !ok {
			out = append(out, fmt.Sprintf("- %s", l))
		}
	}
	for _, l := range second {
		if _, ok := slices.BinarySearch(first, l); !ok {
			out = append(out, fmt.Sprintf("+ %s", l))
		}
	}
	return out
}
