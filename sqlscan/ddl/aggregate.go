package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// createAggregate runs CREATE AGGREGATE in its new and its old form, in which the options
// hold the input type. Its result is that of the final function, else the state
// (AggregateCreate).
func (a *applier) createAggregate(d *pg_query.DefineStmt) {
	schema, name := names(d.Defnames)
	f := &catalog.Function{Schema: a.creationSchema(schema), Name: name, Kind: catalog.Aggregate, Language: "internal"}
	opts := options(d.Definition)
	option := func(names ...string) *pg_query.DefElem {
		for _, n := range names {
			if opts[n] != nil {
				return opts[n]
			}
		}
		return nil
	}
	a.aggregateInputs(f, d, option("basetype"))
	state := option("stype", "stype1")
	if state == nil || option("sfunc", "sfunc1") == nil {
		a.fail(functionName(f), "42P13", "aggregate stype and sfunc must be specified")
	}
	f.Result = a.typ(state.Arg.GetTypeName())
	step := []catalog.ID{f.Result.ID}
	for _, arg := range f.Inputs() {
		step = append(step, arg.Type.ID)
	}
	if !sqltype.Determined(f.Result.ID, step[1:]) {
		a.fail(functionName(f), "42P13", "cannot determine transition data type")
	}
	if len(d.Args) < 2 || d.Args[1].GetInteger().GetIval() < 0 {
		a.optionFunction(f, option("sfunc", "sfunc1"), step)
	}
	a.partialFunctions(f, option, f.Result.ID)
	if final := option("finalfunc"); final != nil {
		if fn := a.optionFunction(f, final, []catalog.ID{f.Result.ID}); fn != nil {
			f.Result = catalog.TypeRef{ID: sqltype.CallResult(a.s, fn, []catalog.ID{f.Result.ID}, step[1:])}
		}
	}
	for _, arg := range append(slices.Clone(f.Args), catalog.Arg{Type: f.Result}) {
		f.Deps = append(f.Deps, typeDeps(arg.Type.ID)...)
	}
	a.putFunction(f, d.Replace)
}

// partialFunctions looks up the functions of parallel aggregation.
func (a *applier) partialFunctions(f *catalog.Function, option func(...string) *pg_query.DefElem, state catalog.ID) {
	for _, x := range []struct {
		name string
		args []catalog.ID
	}{{"combinefunc", []catalog.ID{state, state}}, {"serialfunc", []catalog.ID{oidInternal}},
		{"deserialfunc", []catalog.ID{catalog.OIDBytea, oidInternal}}} {
		if o := option(x.name); o != nil {
			a.optionFunction(f, o, x.args)
		}
	}
}

const oidInternal catalog.ID = 2281

func (a *applier) aggregateInputs(f *catalog.Function, d *pg_query.DefineStmt, base *pg_query.DefElem) {
	if base != nil {
		if tn := base.Arg.GetTypeName(); len(tn.GetNames()) > 0 && !isAny(tn) {
			f.Args = append(f.Args, catalog.Arg{Type: a.typ(tn), Mode: 'i'})
		}
		return
	}
	if len(d.Args) == 0 {
		return
	}
	for _, n := range d.Args[0].GetList().GetItems() {
		p := n.GetFunctionParameter()
		f.Args = append(f.Args, catalog.Arg{Name: p.GetName(), Type: a.typ(p.GetArgType()), Mode: argModes[p.GetMode()]})
	}
}

// isAny is basetype = 'ANY': no input.
func isAny(tn *pg_query.TypeName) bool {
	_, name := names(tn.Names)
	return name == "ANY" || name == "any"
}

// optionFunction finds the function that an option names, and notes the dependency. One
// whose arguments are polymorphic or more than those is not looked for.
func (a *applier) optionFunction(f *catalog.Function, d *pg_query.DefElem, args []catalog.ID) *catalog.Function {
	schema, name := listName(d.Arg)
	if tn := d.Arg.GetTypeName(); tn != nil {
		schema, name = names(tn.Names)
	}
	found := sqlscan.FindFunction(a.s, a.path(schema), name, args)
	if found == nil {
		for _, ns := range a.path(schema) {
			if slices.ContainsFunc(args, sqltype.IsPseudo) &&
				slices.ContainsFunc(a.s.Functions(ns, name),
					func(f *catalog.Function) bool { return sqltype.Declares(a.s, f, args) }) {
				return nil
			}
			if n, _ := a.s.Namespace(ns); n.Open && ns != "pg_catalog" {
				return nil
			}
		}
		a.fail(catalog.Name{Kind: catalog.KindFunction, Schema: schema, Name: name}, "42883", "function %s does not exist",
			dotted(schema, name))
	}
	if found.ID != 0 {
		f.Deps = append(f.Deps, catalog.Dep{Class: catalog.ClassFunction, ID: found.ID})
	}
	return found
}
