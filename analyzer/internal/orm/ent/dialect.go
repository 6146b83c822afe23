package ent

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/strval"
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
func ofDialect(fn *types.Func) strval.Making {
	switch {
	case fn.Name() == "C":
		return strval.MakesText
	case fn.Signature().Results().Len() == 1 && isDialect(fn.Signature().Results().At(0).Type()):
		return strval.MakesBuilder
	}
	return strval.NotMaking
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
func (b *builder) written(a strval.Arg, e *entity, alias string) strval.Value {
	if len(a.Text) != 1 || a.Text[0].Kind != strval.Step {
		return strval.Unknown("a predicate")
	}
	c := a.Text[0].Call
	column := func(i int) strval.Value {
		if i < len(c.Args) {
			return b.columnNamed(c.Args[i].Text, e, alias)
		}
		return strval.Unknown("a column")
	}
	switch c.Name {
	case "And", "Or":
		var list []strval.Value
		for _, el := range orm.Variadic(c, 0).Elems {
			list = append(list, b.written(el.Arg, e, alias))
		}
		if orm.Variadic(c, 0).Open != "" || len(list) == 0 {
			return strval.Unknown("predicates")
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
			func(a strval.Arg) bool { return isDialect(a.DynamicType()) || orm.HasSteps(a.Text) }) {
			values = cat(lit("SELECT "), strval.Unknown("a query"))
		}
		return cat(column(0), lit(in), values, lit(")"))
	}
	word, ok := words[c.Name]
	switch {
	case !ok || len(c.Args) < 2:
		return strval.Unknown(c.Name)
	case strings.HasPrefix(c.Name, "Columns"):
		return cat(column(0), lit(word), column(1))
	}
	return cat(column(0), lit(word), orm.Value("value"))
}

// columnNamed is a column by its name, or by what a selector makes of it.
func (b *builder) columnNamed(text strval.Value, e *entity, alias string) strval.Value {
	if name, ok := text.Constant(); ok && !strings.ContainsAny(name, `".`) {
		return b.column("", e, name)
	}
	if len(text) == 1 && text[0].Kind == strval.Build {
		steps := text[0].Options[0]
		last := steps[len(steps)-1]
		if last.Kind == strval.Step && last.Call.Name == "C" && len(last.Call.Args) == 1 {
			if name, ok := last.Call.Args[0].Text.Constant(); ok {
				return b.column(alias, e, name)
			}
		}
	}
	return strval.Unknown("a column")
}

// ofSelector is what a function of a selector adds to its conditions.
func (b *builder) ofSelector(steps strval.Value, e *entity, alias string) strval.Value {
	var out []strval.Value
	for _, p := range steps {
		if p.Kind != strval.Step || p.Call.Name != "Where" || len(p.Call.Args) != 1 {
			return strval.Unknown("a predicate")
		}
		out = append(out, b.written(p.Call.Args[0], e, alias))
	}
	if len(out) == 0 {
		return strval.Unknown("a predicate")
	}
	return orm.Join(out, " AND ")
}

// updateSet are the assignments that a function makes on a conflict.
func (k *conflict) updateSet(b *builder, steps strval.Value) {
	for _, p := range steps {
		if p.Kind != strval.Step || len(p.Call.Args) == 0 {
			k.unknown = strval.Unknown("what to do on conflict")
			return
		}
		column, ok := p.Call.Args[0].Text.Constant()
		if !ok {
			k.unknown = strval.Unknown("what to do on conflict")
			return
		}
		name := b.column("", b.entity, column)
		switch p.Call.Name {
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
