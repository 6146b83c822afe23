package ddl

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

var argModes = map[pg_query.FunctionParameterMode]byte{
	pg_query.FunctionParameterMode_FUNC_PARAM_IN: 'i', pg_query.FunctionParameterMode_FUNC_PARAM_DEFAULT: 'i',
	pg_query.FunctionParameterMode_FUNC_PARAM_OUT: 'o', pg_query.FunctionParameterMode_FUNC_PARAM_INOUT: 'b',
	pg_query.FunctionParameterMode_FUNC_PARAM_VARIADIC: 'v', pg_query.FunctionParameterMode_FUNC_PARAM_TABLE: 't',
}

// isStable says that a volatility is not that of a function whose each call counts.
func isStable(volatility string) bool { return volatility == "stable" || volatility == "immutable" }

// createFunction runs CREATE [OR REPLACE] FUNCTION or PROCEDURE. A SQL-standard body is bound; of a string body a
// session looks at as much as the server does, if it checks bodies.
func (a *applier) createFunction(c *pg_query.CreateFunctionStmt) {
	schema, name := names(c.Funcname)
	f := &catalog.Function{Schema: a.creationSchema(schema), Name: name, Kind: catalog.Plain}
	if c.IsProcedure {
		f.Kind = catalog.Procedure
	}
	for _, n := range c.Parameters {
		p := n.GetFunctionParameter()
		f.Args = append(f.Args, catalog.Arg{Name: p.GetName(), Type: a.typ(p.GetArgType()), Mode: argModes[p.GetMode()],
			HasDefault: p.GetDefexpr() != nil})
	}
	a.functionResult(f, c)
	a.resultsDetermined(f)
	opts := options(c.Options)
	f.Language = strings.ToLower(opts["language"].GetArg().GetString_().GetSval())
	if as := strs(opts["as"].GetArg().GetList().GetItems()); len(as) > 0 {
		f.Body = as[len(as)-1]
	}
	for _, n := range c.Options {
		if d := n.GetDefElem(); d.GetDefname() == "set" && d.Arg.GetVariableSetStmt().GetName() == "search_path" {
			f.SearchPath = settingList(d.Arg.GetVariableSetStmt().Args)
		}
	}
	f.SecurityDefiner = opts["security"].GetArg().GetBoolean().GetBoolval()
	f.Stable = isStable(opts["volatility"].GetArg().GetString_().GetSval())
	f.Strict = opts["strict"].GetArg().GetBoolean().GetBoolval()
	if opts["window"] != nil {
		f.Kind = catalog.WindowFunc
	}
	if c.SqlBody != nil {
		f.Language = "sql"
		f.Deps = append(f.Deps, a.bodyDeps(f, c.SqlBody)...)
	}
	for _, arg := range append(slices.Clone(f.Args), catalog.Arg{Type: f.Result}) {
		if arg.Type.ID >= catalog.FirstID {
			f.Deps = append(f.Deps, catalog.Dep{Class: catalog.ClassType, ID: arg.Type.ID})
		}
	}
	a.putFunction(f, c.Replace)
	if c.SqlBody == nil && a.sess.checksBodies() {
		a.bound(sqlscan.ValidateBody(f, a.st, a.env()))
	}
}

func (a *applier) functionResult(f *catalog.Function, c *pg_query.CreateFunctionStmt) {
	if c.ReturnType != nil {
		f.Result, f.ReturnsSet = a.typ(c.ReturnType), c.ReturnType.Setof
		return
	}
	switch out := f.Outputs(); {
	case len(out) > 0 && f.Kind == catalog.Procedure:
		f.Result = catalog.TypeRef{ID: catalog.OIDRecord}
	case len(out) == 1 && out[0].Mode != 't':
		f.Result = out[0].Type
	case len(out) > 0:
		f.Result = catalog.TypeRef{ID: catalog.OIDRecord}
	default:
		f.Result = catalog.TypeRef{ID: catalog.OIDVoid}
	}
}

// resultsDetermined refuses polymorphic results that no argument settles.
func (a *applier) resultsDetermined(f *catalog.Function) {
	var in []catalog.ID
	for _, arg := range f.Inputs() {
		in = append(in, arg.Type.ID)
	}
	for _, out := range append(slices.Clone(f.Outputs()), catalog.Arg{Type: f.Result}) {
		if !sqltype.Determined(out.Type.ID, in) {
			a.fail(functionName(f), "42P13", "cannot determine result data type")
		}
	}
}

// bodyDeps binds the statements of a SQL-standard body; the arguments are in scope as
// columns of a row that has the function's name.
func (a *applier) bodyDeps(f *catalog.Function, body *pg_query.Node) []catalog.Dep {
	args := &catalog.Relation{Name: f.Name, Kind: catalog.Composite}
	for _, arg := range f.Args {
		if arg.Name != "" {
			args.AddColumn(catalog.Column{Name: arg.Name, Type: arg.Type})
		}
	}
	var deps []catalog.Dep
	var visit func(*pg_query.Node)
	visit = func(n *pg_query.Node) {
		switch x := n.GetNode().(type) {
		case *pg_query.Node_List:
			for _, item := range x.List.Items {
				visit(item)
			}
		case *pg_query.Node_ReturnStmt:
			b, _ := sqlscan.BindExpr(x.ReturnStmt.Returnval, a.st, a.env(), args, catalog.TypeRef{})
			deps = append(deps, a.bound(b).Deps...)
		default:
			b := a.bound(sqlscan.BindBody(n, a.st, a.env(), args))
			deps = append(deps, b.Deps...)
		}
	}
	visit(body)
	return slices.DeleteFunc(deps, func(d catalog.Dep) bool { return d.Class == catalog.ClassRelation && d.ID == 0 })
}

// putFunction adds the function or replaces the one with the same input types.
func (a *applier) putFunction(f *catalog.Function, replace bool) {
	for _, old := range a.s.Functions(f.Schema, f.Name) {
		if !old.SameInputs(f) {
			continue
		}
		switch {
		case !replace:
			a.fail(functionName(f), "42723", "function %q already exists with same argument types", f.Name)
		case old.Kind != f.Kind:
			a.fail(functionName(f), "42809", "cannot change routine kind")
		case old.Result.ID != f.Result.ID || old.ReturnsSet != f.ReturnsSet:
			a.fail(functionName(f), "42P13", "cannot change return type of existing function")
		case defaults(f) < defaults(old):
			a.fail(functionName(f), "42P13", "cannot remove parameter defaults from existing function")
		case renamesOutputs(old, f):
			a.fail(functionName(f), "42P13",
				"cannot change return type of existing function: row type defined by OUT parameters is different")
		case renamesArgument(old, f):
			a.fail(functionName(f), "42P13", "cannot change name of input parameter")
		}
		f.ID, f.ACL = old.ID, old.ACL
		a.s = a.s.WithFunction(f)
		a.changed(functionName(f))
		return
	}
	a.s, f.ID = a.s.NewID()
	f.ACL = a.s.NewACL(a.sess.Role, f.Schema, "function", catalog.PublicFunction)
	a.s = a.s.WithFunction(f)
	a.added(functionName(f))
}

func defaults(f *catalog.Function) int {
	n := 0
	for _, a := range f.Inputs() {
		if a.HasDefault {
			n++
		}
	}
	return n
}

func renamesOutputs(old, f *catalog.Function) bool {
	x, y := old.Outputs(), f.Outputs()
	return len(x) > 0 && f.Result.ID == catalog.OIDRecord && f.Kind != catalog.Procedure &&
		!slices.EqualFunc(x, y, func(a, b catalog.Arg) bool { return a.Name == b.Name && a.Type.ID == b.Type.ID })
}

func renamesArgument(old, f *catalog.Function) bool {
	in := f.Inputs()
	for i, x := range old.Inputs() {
		if x.Name != "" && i < len(in) && in[i].Name != x.Name {
			return true
		}
	}
	return false
}

// Bits of CreateTrigStmt (catalog/pg_trigger.h).
const (
	triggerBefore    = 1 << 1
	triggerInsert    = 1 << 2
	triggerDelete    = 1 << 3
	triggerUpdate    = 1 << 4
	triggerTruncate  = 1 << 5
	triggerInsteadOf = 1 << 6
)

func (a *applier) createTrigger(c *pg_query.CreateTrigStmt) {
	r := a.relation(c.Relation)
	schema, name := names(c.Funcname)
	t := catalog.Trigger{Name: c.Trigname, Row: c.Row, Before: c.Timing&triggerBefore != 0,
		InsteadOf: c.Timing&triggerInsteadOf != 0,
		Columns:   a.keyColumns(r, strs(c.Columns), "column %q of relation does not exist")}
	for _, e := range []struct {
		bit    int32
		letter string
	}{{triggerInsert, "i"}, {triggerUpdate, "u"}, {triggerDelete, "d"}, {triggerTruncate, "t"}} {
		if c.Events&e.bit != 0 {
			t.Events += e.letter
		}
	}
	for _, n := range c.TransitionRels {
		if x := n.GetTriggerTransition(); x.GetIsNew() {
			t.NewTable = x.Name
		} else {
			t.OldTable = x.GetName()
		}
	}
	fn := a.triggerFunction(schema, name)
	if fn != nil {
		t.Function = fn.ID
	}
	if c.WhenClause != nil {
		b := a.bound(sqlscan.BindRule(c.WhenClause, a.st, a.env(), r, "old", "new"))
		t.When = &catalog.Expr{SQL: pgtree.DeparseExpr(c.WhenClause), Deps: b.Deps}
	}
	if hasPart(r, catalog.KindTrigger, t.Name) && !c.Replace {
		a.fail(relationName(r), "42710", "trigger %q for relation %q already exists", t.Name, r.Name)
	}
	a.edit(r.ID, func(r *catalog.Relation) {
		r.Triggers = slices.DeleteFunc(r.Triggers, func(x catalog.Trigger) bool { return x.Name == t.Name })
		r.Triggers = append(r.Triggers, t)
	})
	a.changed(relationName(r))
}

// triggerFunction finds a function without arguments; a built-in one gives nil.
func (a *applier) triggerFunction(schema, name string) *catalog.Function {
	open := false
	for _, ns := range a.path(schema) {
		for _, f := range a.s.Functions(ns, name) {
			if len(f.Inputs()) == 0 {
				if f.ID == 0 {
					return nil
				}
				return f
			}
		}
		n, _ := a.s.Namespace(ns)
		open = open || n.Open && ns != "pg_catalog"
	}
	if !open {
		a.fail(catalog.Name{Kind: catalog.KindFunction, Schema: schema, Name: name}, "42883",
			"function %s() does not exist", dotted(schema, name))
	}
	return nil
}

var ruleEvents = map[pg_query.CmdType]byte{pg_query.CmdType_CMD_SELECT: 's', pg_query.CmdType_CMD_INSERT: 'i',
	pg_query.CmdType_CMD_UPDATE: 'u', pg_query.CmdType_CMD_DELETE: 'd'}

// ruleRows are the rows that the condition of a rule can name.
var ruleRows = map[pg_query.CmdType][]string{pg_query.CmdType_CMD_SELECT: {"old"}, pg_query.CmdType_CMD_INSERT: {"new"},
	pg_query.CmdType_CMD_UPDATE: {"old", "new"}, pg_query.CmdType_CMD_DELETE: {"old"}}

func (a *applier) createRule(c *pg_query.RuleStmt) {
	r := a.relation(c.Relation)
	u := catalog.Rule{Name: c.Rulename, Event: ruleEvents[c.Event], Instead: c.Instead}
	u.Conditional, u.Nothing = c.WhereClause != nil, len(c.Actions) == 0
	if u.Conditional {
		u.Deps = a.bound(sqlscan.BindRule(c.WhereClause, a.st, a.env(), r, ruleRows[c.Event]...)).Deps
	}
	for _, n := range c.Actions {
		u.Deps = append(u.Deps, a.bound(sqlscan.BindRule(n, a.st, a.env(), r, "old", "new")).Deps...)
		u.Returning = u.Returning || len(n.GetInsertStmt().GetReturningList())+len(n.GetUpdateStmt().GetReturningList())+
			len(n.GetDeleteStmt().GetReturningList()) > 0
	}
	if hasPart(r, catalog.KindRule, u.Name) && !c.Replace {
		a.fail(relationName(r), "42710", "rule %q for relation %q already exists", u.Name, r.Name)
	}
	a.edit(r.ID, func(r *catalog.Relation) {
		r.Rules = slices.DeleteFunc(r.Rules, func(x catalog.Rule) bool { return x.Name == u.Name })
		r.Rules = append(r.Rules, u)
	})
	a.changed(relationName(r))
}
