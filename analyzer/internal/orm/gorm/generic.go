package gorm

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// generics are the types of the generic API, which gorm.G begins (generics.go).
var generics = []string{"Interface", "CreateInterface", "ChainInterface", "ExecInterface", "SetUpdateOnlyInterface",
	"SetCreateOrUpdateInterface"}

// helpers are what functions of the generic API are given; their calls change them.
var helpers = []string{"JoinBuilder", "PreloadBuilder"}

// classic writes calls of the generic API as the calls that it makes of them itself.
func classic(steps goval.Value) goval.Value {
	i := slices.IndexFunc(steps, func(p goval.Part) bool {
		c := goval.CallOf(p)
		return c != nil && c.Func == path+".G"
	})
	if i < 0 {
		return steps
	}
	g := goval.CallOf(steps[i])
	out := &rewrite{model: g.TypeArg(0)}
	if len(g.Args) > 1 {
		out.add(g, "Clauses", g.Args[1:]...)
	}
	for _, p := range steps[i+1:] {
		c := goval.CallOf(p)
		if c == nil {
			out.steps = append(out.steps, p)
			continue
		}
		out.call(c)
	}
	return out.steps
}

// rewrite is what calls have become so far.
type rewrite struct {
	model types.Type
	steps goval.Value
	set   *goval.Call
}

// add adds a call of *gorm.DB in the place of another.
func (r *rewrite) add(at *goval.Call, name string, args ...goval.Arg) {
	c := *at
	c.Func, c.Name, c.Args = "(*"+path+".DB)."+name, name, args
	r.steps = append(r.steps, &c)
}

// value is a pointer to a zero value of the model's type, or of another made of it.
func (r *rewrite) value(of func(types.Type) types.Type) goval.Arg {
	if r.model == nil {
		return goval.Arg{Value: goval.Unknown("type argument")}
	}
	a := goval.Typed(types.NewPointer(of(r.model)))
	a.Value, a.Literal = goval.Value{&goval.List{}}, true
	return a
}

func one(t types.Type) types.Type  { return t }
func many(t types.Type) types.Type { return types.NewSlice(t) }

func (r *rewrite) call(c *goval.Call) {
	args := c.Args
	if sendsGeneric(c) && len(args) > 0 {
		args = args[1:] // The context.
	}
	switch c.Name {
	case "First", "Take", "Last":
		r.add(c, c.Name, r.value(one))
	case "Find":
		r.add(c, "Find", r.value(many))
	case "FindInBatches":
		r.add(c, "FindInBatches", append([]goval.Arg{r.value(many)}, args...)...)
	case "Delete":
		r.add(c, "Delete", r.value(one))
	case "Scan":
		r.add(c, "Model", r.value(one))
		r.add(c, "Find", args...)
	case "Update":
		r.add(c, "Model", r.value(one))
		if r.set != nil {
			// A SET clause that is given takes the place of gorm's own, with its times.
			r.add(c, "UpdateColumns", assignments(r.set))
		} else {
			r.add(c, "Update", args...)
		}
	case "Create":
		if r.set != nil {
			r.add(c, "Model", r.value(one))
			args = []goval.Arg{assignments(r.set)}
		}
		r.add(c, "Create", args...)
	case "Count":
		r.add(c, "Model", r.value(one))
		r.add(c, "Select", args...)
		r.add(c, "Count", goval.Typed(types.NewPointer(types.Typ[types.Int64])))
	case "Row", "Rows", "Exec", "Raw":
		r.add(c, "Model", r.value(one))
		r.add(c, c.Name, args...)
	case "Set":
		r.set = c
	case "Joins":
		r.join(c)
	case "MapColumns", "Scopes":
		r.steps = append(r.steps, &goval.Hole{Type: "*" + path + ".DB", Reason: c.Name})
	default:
		r.add(c, c.Name, args...)
	}
}

// join is Joins of a relation, with a function that adds conditions to it.
func (r *rewrite) join(c *goval.Call) {
	target := joinTarget(c.Args[0])
	if target.name == nil || len(c.Args) < 2 {
		r.steps = append(r.steps, &goval.Hole{Type: "*" + path + ".DB", Reason: c.Name})
		return
	}
	name := "Joins"
	if target.kind == "INNER" {
		name = "InnerJoins"
	}
	args := []goval.Arg{{Value: target.name}}
	if on := c.Args[1]; !on.Nil {
		args = append(args, goval.Arg{Value: orm.WithoutRoot(on.Func())})
	}
	r.add(c, name, args...)
}

// target is a clause.JoinTarget; one that is not followed has no name.
type target struct {
	name goval.Value
	kind string
}

// joinTarget reads clause.LeftJoin.Association("X"), clause.Has("X") or a literal.
func joinTarget(a goval.Arg) (t target) {
	if a.List() != nil {
		if a.List().Open != "" || len(a.List().Get("Subquery").Text()) > 0 || len(a.List().Get("Table").Text()) > 0 {
			return target{}
		}
		t.kind, _ = a.List().Get("Type").Text().Constant()
		t.name = a.List().Get("Association").Text()
		return t
	}
	for _, p := range a.Text() {
		c := goval.CallOf(p)
		lit, ok := p.(*goval.Lit)
		switch {
		case ok:
			t.kind = lit.Text
		case c == nil:
			return target{}
		case c.Name == "Association":
			t.name = c.Args[0].Text()
		case c.Name == "Has":
			t.name, t.kind = c.Args[0].Text(), "INNER"
		default:
			return target{}
		}
	}
	return t
}

// sendsGeneric says that a call of the generic API sends something: it takes a context first.
func sendsGeneric(c *goval.Call) bool { return slices.Contains(sends, c.Name) }

// assignments are the columns that Set is given, as a map.
func assignments(set *goval.Call) goval.Arg {
	out := goval.Typed(types.NewMap(types.Typ[types.String], types.NewInterfaceType(nil, nil)))
	list := orm.Variadic(set, 0)
	elems := make([]goval.Element, 0, len(list.Elems))
	for _, e := range list.Elems {
		if e.List() == nil || e.List().Get("Column").List() == nil {
			list = list.With(nil)
			list.Open = "what is set"
			continue
		}
		elems = append(elems, goval.Element{Key: e.List().Get("Column").List().Get("Name").Text(), Arg: e.List().Get("Value"),
			Optional: e.Optional})
	}
	list = list.With(elems)
	list.Type = "map[string]interface{}"
	out.Value = goval.Value{list}
	return out
}

// isGeneric says that a function belongs to the generic API.
func isGeneric(name string) bool {
	name = strings.TrimPrefix(name, "("+path+".")
	return slices.ContainsFunc(generics, func(g string) bool { return strings.HasPrefix(name, g+"[") })
}
