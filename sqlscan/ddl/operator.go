package ddl

import (
	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
)

// createOperator runs CREATE OPERATOR: its result is that of its function.
func (a *applier) createOperator(schema, name string, opts map[string]*pg_query.DefElem) {
	o := catalog.Operator{Schema: schema, Name: name}
	var args []catalog.ID
	for _, side := range []struct {
		option string
		id     *catalog.ID
	}{{"leftarg", &o.Left}, {"rightarg", &o.Right}} {
		if d := opts[side.option]; d != nil {
			*side.id = a.typ(d.Arg.GetTypeName()).ID
			args = append(args, *side.id)
			o.Deps = append(o.Deps, typeDeps(*side.id)...)
		}
	}
	n := catalog.Name{Kind: catalog.KindOperator, Schema: schema, Name: name}
	fn := opts["function"]
	if fn == nil {
		fn = opts["procedure"]
	}
	if fn == nil || o.Right == 0 {
		a.fail(n, "42P13", "operator function and right argument must be specified")
	}
	if _, exists := a.s.Operator(schema, name, o.Left, o.Right); exists {
		a.fail(n, "42723", "operator %s already exists", name)
	}
	fschema, fname := names(fn.Arg.GetTypeName().GetNames())
	if fn.Arg.GetList() != nil {
		fschema, fname = listName(fn.Arg)
	}
	f := a.functionOf(fschema, fname, args)
	o.Result = f.Result.ID
	if f.ID != 0 {
		o.Deps = append(o.Deps, catalog.Dep{Class: catalog.ClassFunction, ID: f.ID})
	}
	a.s = a.s.WithOperator(o)
	a.added(n)
}

func typeDeps(id catalog.ID) []catalog.Dep {
	if id < catalog.FirstID {
		return nil
	}
	return []catalog.Dep{{Class: catalog.ClassType, ID: id}}
}

// functionOf finds the function with exactly those inputs (LookupFuncName).
func (a *applier) functionOf(schema, name string, args []catalog.ID) *catalog.Function {
	for _, ns := range a.path(schema) {
		for _, f := range a.s.Functions(ns, name) {
			if sameTypes(f.Inputs(), args) {
				return f
			}
		}
	}
	a.fail(catalog.Name{Kind: catalog.KindFunction, Schema: schema, Name: name}, "42883", "function %s does not exist",
		dotted(schema, name))
	return nil
}

func sameTypes(in []catalog.Arg, args []catalog.ID) bool {
	if len(in) != len(args) {
		return false
	}
	for i := range in {
		if in[i].Type.ID != args[i] {
			return false
		}
	}
	return true
}

var castContexts = map[pg_query.CoercionContext]byte{
	pg_query.CoercionContext_COERCION_IMPLICIT: 'i', pg_query.CoercionContext_COERCION_ASSIGNMENT: 'a',
	pg_query.CoercionContext_COERCION_EXPLICIT: 'e',
}

// createCast runs CREATE CAST.
func (a *applier) createCast(c *pg_query.CreateCastStmt) {
	cast := catalog.Cast{From: a.typ(c.Sourcetype).ID, To: a.typ(c.Targettype).ID, Context: castContexts[c.Context],
		Method: 'b'}
	switch {
	case c.Func != nil:
		cast.Method = 'f'
		if f := a.objectFunction(c.Func); f != nil && f.ID != 0 {
			cast.Deps = append(cast.Deps, catalog.Dep{Class: catalog.ClassFunction, ID: f.ID})
		}
	case c.Inout:
		cast.Method = 'i'
	}
	cast.Deps = append(cast.Deps, append(typeDeps(cast.From), typeDeps(cast.To)...)...)
	n := catalog.Name{Kind: catalog.KindCast}
	if _, exists := a.s.Cast(cast.From, cast.To); exists {
		a.fail(n, "42710", "cast already exists")
	}
	a.s = a.s.WithCast(cast)
	a.added(n)
}

// objectFunction finds the function that a name with argument types means.
func (a *applier) objectFunction(o *pg_query.ObjectWithArgs) *catalog.Function {
	schema, name := names(o.Objname)
	var args []catalog.ID
	for _, n := range o.Objargs {
		args = append(args, a.typ(n.GetTypeName()).ID)
	}
	return a.functionOf(schema, name, args)
}

// operatorClass checks that an operator class exists; in an open schema it may.
func (a *applier) operatorClass(method string, parts []*pg_query.Node) catalog.OpClass {
	schema, name := names(parts)
	for _, ns := range a.path(schema) {
		if o, ok := a.s.OpClass(method, ns, name); ok {
			return o
		}
		if n, _ := a.s.Namespace(ns); n.Open {
			return catalog.OpClass{}
		}
	}
	a.fail(catalog.Name{Kind: catalog.KindOpClass, Schema: schema, Name: name}, "42704",
		"operator class %q does not exist", name)
	return catalog.OpClass{}
}

// createOperatorClass runs CREATE OPERATOR CLASS.
func (a *applier) createOperatorClass(c *pg_query.CreateOpClassStmt) {
	schema, name := names(c.Opclassname)
	o := catalog.OpClass{Schema: a.creationSchema(schema), Name: name, Method: c.Amname, Type: a.typ(c.Datatype).ID,
		Default: c.IsDefault}
	a.s = a.s.WithOpClass(o)
	a.added(catalog.Name{Kind: catalog.KindOpClass, Schema: o.Schema, Name: name})
}

// dropCast finds what DROP CAST means.
func (a *applier) dropCast(d *pg_query.DropStmt, parts []*pg_query.Node) (target, bool) {
	if len(parts) < 2 {
		return nil, false
	}
	if d.MissingOk && a.missingTypes(parts) {
		return nil, false
	}
	from, to := a.typ(parts[0].GetTypeName()).ID, a.typ(parts[1].GetTypeName()).ID
	c, ok := a.s.Cast(from, to)
	return a.orMissing(d, castTarget{c.From, c.To}, ok, "42704", "cast", "")
}

// dropOperator finds what DROP OPERATOR means.
func (a *applier) dropOperator(d *pg_query.DropStmt, w *pg_query.ObjectWithArgs) (target, bool) {
	schema, name := names(w.GetObjname())
	if d.MissingOk && a.missingTypes(w.GetObjargs()) {
		return nil, false
	}
	var ids [2]catalog.ID
	for i, n := range w.GetObjargs() {
		if tn := n.GetTypeName(); tn != nil && i < 2 {
			ids[i] = a.typ(tn).ID
		}
	}
	for _, ns := range a.path(schema) {
		if o, ok := a.s.Operator(ns, name, ids[0], ids[1]); ok {
			return operatorTargetOf(o), true
		}
	}
	return a.orMissing(d, nil, false, "42883", "operator", name)
}

// dropOperatorClass finds what DROP OPERATOR CLASS means: the method stands first.
func (a *applier) dropOperatorClass(d *pg_query.DropStmt, n *pg_query.Node) (target, bool) {
	parts := n.GetList().GetItems()
	if len(parts) < 2 {
		return nil, false
	}
	method := parts[0].GetString_().GetSval()
	schema, name := names(parts[1:])
	for _, ns := range a.path(schema) {
		if o, ok := a.s.OpClass(method, ns, name); ok {
			return opClassTargetOf(o), true
		}
	}
	return a.orMissing(d, nil, false, "42704", "operator class", name)
}
