package ent

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// dialectTypes are the types of dialect/sql of which values are followed: what predicates are
// functions of, what they add, and what an upsert changes.
var dialectTypes = []string{"Selector", "Predicate", "UpdateSet"}

func isDialect(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == dialect && slices.Contains(dialectTypes, n.Obj().Name())
}

// ofDialect says what a method of such a type does; the others are not followed.
func ofDialect(fn *types.Func) goval.Making {
	switch {
	case fn.Name() == "C":
		return goval.MakesText
	case fn.Signature().Results().Len() == 1 && isDialect(fn.Signature().Results().At(0).Type()):
		return goval.MakesBuilder
	}
	return goval.NotMaking
}

// words stand between a column and a value.
var words = map[string]string{
	"EQ": " = ", "NEQ": " <> ", "GT": " > ", "GTE": " >= ", "LT": " < ", "LTE": " <= ", "Like": " LIKE ",
	"HasPrefix": " LIKE ", "HasSuffix": " LIKE ", "Contains": " LIKE ", "HasPrefixFold": " ILIKE ",
	"HasSuffixFold": " ILIKE ", "ContainsFold": " ILIKE ", "EqualFold": " ILIKE ", "ColumnsEQ": " = ",
	"ColumnsNEQ": " <> ", "ColumnsGT": " > ", "ColumnsGTE": " >= ", "ColumnsLT": " < ", "ColumnsLTE": " <= ",
}

// written is what a predicate of dialect/sql writes; the names of columns that it asks a selector
// for stand behind the alias (builder.go of dialect/sql).
func (b *builder) written(a goval.Arg, e *entity, alias string) goval.Value {
	c, ok := goval.Only[*goval.Call](a.Text())
	if !ok {
		return goval.Unknown("a predicate")
	}
	column := func(i int) goval.Value {
		if i < len(c.Args) {
			return b.columnNamed(c.Args[i].Text(), e, alias)
		}
		return goval.Unknown("a column")
	}
	switch c.Name {
	case "And", "Or":
		var list []goval.Value
		for _, el := range orm.Variadic(c, 0).Elems {
			list = append(list, b.written(el.Arg, e, alias))
		}
		if orm.Variadic(c, 0).Open != "" || len(list) == 0 {
			return goval.Unknown("predicates")
		}
		return cat(lit("("), orm.Join(list, " "+strings.ToUpper(c.Name)+" "), lit(")"))
	case "Not":
		return cat(lit("NOT ("), b.written(c.Args[0], e, alias), lit(")"))
	case "IsNull":
		return cat(column(0), lit(" IS NULL"))
	case "NotNull":
		return cat(column(0), lit(" IS NOT NULL"))
	case "False":
		return lit("FALSE")
	case "IsTrue":
		return column(0)
	case "IsFalse":
		return cat(lit("NOT "), column(0))
	case "In", "NotIn", "InInts", "InValues":
		in, values := " IN (", orm.Value("values")
		if c.Name == "NotIn" {
			in = " NOT IN ("
		}
		if slices.ContainsFunc(c.Args[min(1, len(c.Args)):],
			func(a goval.Arg) bool { return isDialect(a.DynamicType()) || orm.HasSteps(a.Text()) }) {
			values = cat(lit("SELECT "), goval.Unknown("a query"))
		}
		return cat(column(0), lit(in), values, lit(")"))
	}
	word, ok := words[c.Name]
	switch {
	case !ok || len(c.Args) < 2:
		return goval.Unknown(c.Name)
	case strings.HasPrefix(c.Name, "Columns"):
		return cat(column(0), lit(word), column(1))
	}
	return cat(column(0), lit(word), orm.Value("value"))
}

// columnNamed is a column by its name, or by what a selector makes of it.
func (b *builder) columnNamed(text goval.Value, e *entity, alias string) goval.Value {
	if name, ok := text.Constant(); ok && !strings.ContainsAny(name, `".`) {
		return b.column("", e, name)
	}
	if lowered, ok := goval.Only[*goval.Lowered](text); ok {
		steps := lowered.Chain
		last := steps.LastCall()
		if last != nil && last.Name == "C" && len(last.Args) == 1 {
			if name, ok := last.Args[0].Text().Constant(); ok {
				return b.column(alias, e, name)
			}
		}
	}
	return goval.Unknown("a column")
}

// ofSelector is what a function of a selector adds to its conditions.
func (b *builder) ofSelector(steps goval.Value, e *entity, alias string) goval.Value {
	var out []goval.Value
	for _, p := range steps {
		c := goval.CallOf(p)
		if c == nil || c.Name != "Where" || len(c.Args) != 1 {
			return goval.Unknown("a predicate")
		}
		out = append(out, b.written(c.Args[0], e, alias))
	}
	if len(out) == 0 {
		return goval.Unknown("a predicate")
	}
	return orm.Join(out, " AND ")
}

// updateSet are the assignments that a function makes on a conflict.
func (k *conflict) updateSet(b *builder, steps goval.Value) {
	for _, p := range steps {
		c := goval.CallOf(p)
		if c == nil || len(c.Args) == 0 {
			k.unknown = goval.Unknown("what to do on conflict")
			return
		}
		column, ok := c.Args[0].Text().Constant()
		if !ok {
			k.unknown = goval.Unknown("what to do on conflict")
			return
		}
		name := b.column("", b.entity, column)
		switch c.Name {
		case "Set":
			k.sets = append(k.sets, is(name))
		case "SetNull":
			k.sets = append(k.sets, cat(name, lit(" = NULL")))
		case "SetExcluded":
			k.sets = append(k.sets, cat(name, lit(" = "), b.column("excluded", b.entity, column)))
		case "SetIgnore":
			k.sets = append(k.sets, cat(name, lit(" = "), b.column(b.entity.table, b.entity, column)))
		case "Add":
			k.sets = append(k.sets, cat(name, lit(" = COALESCE("), b.column(b.entity.table, b.entity, column), lit(", 0) + "),
				orm.Value("value")))
		}
	}
}
