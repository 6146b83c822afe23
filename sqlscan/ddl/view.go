package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// createView runs CREATE [OR REPLACE] VIEW; its columns are those of the bound query.
func (a *applier) createView(v *pg_query.ViewStmt) {
	b := a.bindQuery(v.Query)
	schema := v.View.Schemaname
	if v.View.Relpersistence == "t" || schema == "" && a.needsTemporary(b.Deps) {
		schema = "pg_temp"
		v.View.Relpersistence = "t"
	}
	name := catalog.Name{Kind: catalog.KindRelation, Schema: a.creationSchema(schema), Name: v.View.Relname}
	cols := a.resultColumns(b, strs(v.Aliases), name)
	text, _ := pgtree.Deparse(v.Query)
	detail := &catalog.ViewDetail{SQL: text, Deps: b.Deps,
		CheckOption: v.WithCheckOption != pg_query.ViewCheckOption_NO_CHECK_OPTION}
	a.updatable(detail, v.Query.GetSelectStmt())
	viewOptions(detail, v.Options, true)

	old, exists := a.s.Relation(name.Schema, name.Name)
	if !exists || !v.Replace {
		old = a.newRelation(v.View, catalog.View, false)
	} else {
		a.checkReplace(old, cols)
		a.changed(name)
	}
	a.edit(old.ID, func(r *catalog.Relation) {
		kept := len(r.Columns)
		for i, c := range cols {
			if i < kept {
				r.Columns[i].Type = c.Type
				continue
			}
			r.AddColumn(c)
		}
		r.View, r.Open = detail, b.ColumnsUnknown
	})
}

// needsTemporary says that a view rests on a temporary relation, so that it is one itself
// (isQueryUsingTempRelation).
func (a *applier) needsTemporary(deps []catalog.Dep) bool {
	return slices.ContainsFunc(deps, func(d catalog.Dep) bool {
		r, ok := a.s.RelationByID(d.ID)
		return ok && d.Class == catalog.ClassRelation && r.Temp
	})
}

// checkReplace refuses what CREATE OR REPLACE VIEW may not change (checkViewColumns).
func (a *applier) checkReplace(old *catalog.Relation, cols []catalog.Column) {
	if old.Kind != catalog.View {
		a.fail(relationName(old), "42809", "%q is not a view", old.Name)
	}
	if len(cols) < len(old.Columns) && !old.Open {
		a.fail(relationName(old), "42P16", "cannot drop columns from view")
	}
	for i, c := range old.Columns {
		if i >= len(cols) {
			break
		}
		if c.Name != cols[i].Name {
			a.fail(columnName(old, c.Name), "42P16", "cannot change name of view column %q to %q", c.Name, cols[i].Name)
		}
		if c.Type.ID != 0 && cols[i].Type.ID != 0 && c.Type.ID != cols[i].Type.ID {
			a.fail(columnName(old, c.Name), "42P16", "cannot change data type of view column %q", c.Name)
		}
	}
}

// updatable fills in what a view passes on of the one relation that it reads, and whether the server writes through it
// (view_query_is_auto_updatable).
func (a *applier) updatable(d *catalog.ViewDetail, s *pg_query.SelectStmt) {
	if s == nil || len(s.FromClause) != 1 || s.FromClause[0].GetRangeVar() == nil ||
		s.Op != pg_query.SetOperation_SETOP_NONE || s.WithClause != nil || givesRowsTwice(s) {
		return
	}
	rv := s.FromClause[0].GetRangeVar()
	base := a.lookup(rv.Schemaname, rv.Relname)
	if base == nil || !base.IsTable() && base.Kind != catalog.View {
		return
	}
	for _, n := range s.TargetList {
		d.BaseColumns = append(d.BaseColumns, baseColumns(base, n.GetResTarget().GetVal())...)
	}
	if !slices.ContainsFunc(d.BaseColumns, func(n int16) bool { return n != 0 }) {
		return
	}
	d.Base = base.ID
	d.Updatable = len(s.DistinctClause) == 0 && len(s.GroupClause) == 0 && s.HavingClause == nil && s.LimitCount == nil &&
		s.LimitOffset == nil && !hasAggregate(s)
}

// givesRowsTwice says that a query of one relation may give more rows than that has: functions that return sets, and
// GROUPING SETS.
func givesRowsTwice(s *pg_query.SelectStmt) bool {
	return slices.ContainsFunc(s.GroupClause, func(n *pg_query.Node) bool { return n.GetGroupingSet() != nil }) ||
		slices.ContainsFunc(s.TargetList, func(n *pg_query.Node) bool {
			_, name := names(n.GetResTarget().GetVal().GetFuncCall().GetFuncname())
			return setReturning[name]
		})
}

// Complete fills in what a reader of a server's catalog cannot tell without a parser: which
// columns of the tables below simple views pass on. Views stand in the order of their making,
// so those below come first.
func Complete(s *catalog.Schema) *catalog.Schema {
	for _, r := range s.Relations() {
		if r.View == nil || r.Kind != catalog.View || r.View.Base != 0 {
			continue
		}
		sts, err := pgtree.Parse(r.View.SQL)
		if err != nil || len(sts) != 1 || sts[0].Err != nil {
			continue
		}
		a := &applier{s: s, st: sts[0]}
		c, d := r.Clone(), *r.View
		a.updatable(&d, sts[0].Node.GetSelectStmt())
		c.View = &d
		s = s.WithRelation(c)
	}
	return s
}

// baseColumns are the columns that an entry of a view passes on; 0 stands for an expression.
func baseColumns(base *catalog.Relation, n *pg_query.Node) []int16 {
	ref := n.GetColumnRef()
	if ref == nil {
		return []int16{0}
	}
	if ref.Fields[len(ref.Fields)-1].GetAStar() != nil {
		var out []int16
		for _, c := range base.Columns {
			out = append(out, c.Num)
		}
		return out
	}
	parts := strs(ref.Fields)
	if c := base.Column(parts[len(parts)-1]); c != nil {
		return []int16{c.Num}
	}
	return []int16{0}
}

// hasAggregate looks for calls that make a view not updatable: aggregates, windows and
// functions that return sets are all calls in the target list.
func hasAggregate(s *pg_query.SelectStmt) bool {
	return slices.ContainsFunc(s.TargetList, func(n *pg_query.Node) bool {
		f := n.GetResTarget().GetVal().GetFuncCall()
		if f == nil {
			return false
		}
		_, name := names(f.Funcname)
		return f.AggStar || f.Over != nil || f.AggDistinct || aggregates[name] || setReturning[name]
	})
}

var aggregates = setOf("count", "sum", "avg", "min", "max", "array_agg", "string_agg", "json_agg", "jsonb_agg",
	"json_object_agg", "jsonb_object_agg", "bool_and", "bool_or", "every", "bit_and", "bit_or")

var setReturning = setOf("unnest", "generate_series", "generate_subscripts", "jsonb_array_elements",
	"json_array_elements", "jsonb_array_elements_text", "json_array_elements_text", "jsonb_each", "json_each", "jsonb_each_text",
	"json_each_text", "jsonb_object_keys", "json_object_keys", "jsonb_path_query", "regexp_split_to_table",
	"regexp_matches", "string_to_table")

func setOf(names ...string) map[string]bool {
	out := map[string]bool{}
	for _, name := range names {
		out[name] = true
	}
	return out
}

// refresh runs REFRESH MATERIALIZED VIEW.
func (a *applier) refresh(s *pg_query.RefreshMatViewStmt) {
	r := a.relation(s.Relation)
	if r.Kind != catalog.MatView {
		a.fail(relationName(r), "0A000", "%q is not a materialized view", r.Name)
	}
	if s.Concurrent && !slices.ContainsFunc(a.s.Indexes(r.ID),
		func(x *catalog.Relation) bool { return x.Index.Unique && x.Index.Predicate == nil }) {
		a.fail(relationName(r), "55000", "cannot refresh materialized view %q concurrently", r.Name)
	}
	a.edit(r.ID, func(r *catalog.Relation) {
		d := *r.View
		d.Populated = !s.SkipData
		r.View = &d
	})
	a.changed(relationName(r))
}

func (a *applier) createSequence(c *pg_query.CreateSeqStmt) {
	r := a.newRelation(c.Sequence, catalog.Sequence, c.IfNotExists)
	if r == nil {
		return
	}
	a.edit(r.ID, func(r *catalog.Relation) {
		r.Columns = sequenceColumns()
		r.Sequence = &catalog.SequenceDetail{Type: catalog.TypeRef{ID: catalog.OIDInt8}}
	})
	a.sequenceOptions(r.ID, c.Options)
}

func (a *applier) alterSequence(c *pg_query.AlterSeqStmt) {
	r := a.lookup(c.Sequence.Schemaname, c.Sequence.Relname)
	if r == nil && c.MissingOk {
		return
	}
	r = a.relation(c.Sequence)
	if r.Kind != catalog.Sequence {
		a.fail(relationName(r), "42809", "%q is not a sequence", r.Name)
	}
	a.sequenceOptions(r.ID, c.Options)
	a.changed(relationName(r))
	if table := a.current(r.Sequence.Owner); table != nil {
		a.changed(relationName(table))
	}
}

// positioned applies the options that say where a sequence goes on.
func positioned(d *catalog.SequenceDetail, opts map[string]*pg_query.DefElem) {
	if o := opts["start"]; o != nil {
		d.Set = true
	}
	if o := opts["restart"]; o != nil {
		if o.Arg == nil {
			d.Restarts++
		} else {
			d.Set = true
		}
	}
}

// sequenceOptions applies OWNED BY, AS and where the sequence goes on.
func (a *applier) sequenceOptions(id catalog.ID, list []*pg_query.Node) {
	opts := options(list)
	var typ *catalog.TypeRef
	if o := opts["as"]; o != nil {
		t := a.typ(o.Arg.GetTypeName())
		typ = &t
	}
	var owner catalog.ID
	var num int16
	owned := opts["owned_by"]
	if owned != nil {
		if parts := strs(owned.Arg.GetList().GetItems()); len(parts) > 1 {
			owner, num = a.sequenceOwner(parts)
		}
	}
	a.edit(id, func(r *catalog.Relation) {
		d := *r.Sequence
		positioned(&d, opts)
		if typ != nil {
			d.Type = *typ
		}
		if owned != nil {
			d.Owner, d.OwnerColumn = owner, num
		}
		r.Sequence = &d
	})
}

// setval marks the sequences that a call puts to a number; all of them if it is not known
// which.
func (a *applier) setval(f *pg_query.FuncCall) {
	if _, name := names(f.Funcname); name != "setval" || len(f.Args) == 0 {
		return
	}
	arg := f.Args[0]
	if cast := arg.GetTypeCast(); cast != nil {
		arg = cast.Arg
	}
	var schema, name string
	if parts, ok := sqlscan.SplitIdentifiers(arg.GetAConst().GetSval().GetSval()); ok {
		name = parts[len(parts)-1]
		if len(parts) > 1 {
			schema = parts[len(parts)-2]
		}
	}
	sequences := a.s.Relations
	if one := a.lookup(schema, name); one != nil {
		sequences = func() []*catalog.Relation { return []*catalog.Relation{one} }
	}
	for _, r := range sequences() {
		if r.Sequence == nil || r.Sequence.Set {
			continue
		}
		a.edit(r.ID, func(r *catalog.Relation) {
			d := *r.Sequence
			d.Set = true
			r.Sequence = &d
		})
		a.changed(relationName(r))
		if table := a.current(r.Sequence.Owner); table != nil {
			a.changed(relationName(table))
		}
	}
}

func (a *applier) sequenceOwner(parts []string) (catalog.ID, int16) {
	schema, column := "", parts[len(parts)-1]
	if len(parts) > 2 {
		schema = parts[len(parts)-3]
	}
	r := a.relation(&pg_query.RangeVar{Schemaname: schema, Relname: parts[len(parts)-2]})
	c := r.Column(column)
	if c == nil {
		a.fail(columnName(r, column), "42703", "column %q of relation %q does not exist", column, r.Name)
	}
	return r.ID, c.Num
}
