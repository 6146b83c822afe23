package sqlscan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// statement binds any statement. What is DDL in code has its verb and the names of the
// relations that it needs; sqlscan/ddl knows what it does.
func (b *binder) statement(n *pg_query.Node) {
	l := &level{}
	b.Command = pgtree.KindOf(n)
	if b.Command.IsQuery() {
		b.Columns, b.ColumnsUnknown = b.query(l, n)
	}
	switch x := n.GetNode().(type) {
	case *pg_query.Node_CopyStmt:
		b.copyStmt(l, x.CopyStmt)
	case *pg_query.Node_ExplainStmt:
		b.statement(x.ExplainStmt.Query)
		b.Command, b.Columns = pgtree.Explain, []Column{{Name: "QUERY PLAN", Type: catalog.TypeRef{ID: catalog.OIDText}}}
	case *pg_query.Node_PrepareStmt:
		b.statement(x.PrepareStmt.Query)
		b.Command, b.Columns = pgtree.Prepare, nil
		for _, n := range x.PrepareStmt.Argtypes {
			b.typeName(n.GetTypeName())
		}
		// What comes behind parse analysis is EXECUTE's.
		for i := range b.Outcomes {
			if b.Outcomes[i].Phase > RewritePhase {
				b.Outcomes[i].Phase = RunPhase
			}
		}
	case *pg_query.Node_DeclareCursorStmt:
		b.statement(x.DeclareCursorStmt.Query)
		b.Command = pgtree.DeclareCursor
	case *pg_query.Node_CreateTableAsStmt:
		b.query(l, x.CreateTableAsStmt.Query)
		b.creates(x.CreateTableAsStmt.Into.GetRel())
	case *pg_query.Node_ViewStmt:
		b.query(l, x.ViewStmt.Query)
		b.creates(x.ViewStmt.View)
	case *pg_query.Node_CreateStmt:
		b.creates(x.CreateStmt.Relation)
	case *pg_query.Node_CallStmt:
		b.call(l, x.CallStmt.Funccall)
	case *pg_query.Node_DoStmt:
		b.block(x.DoStmt)
	default:
		b.relations(n)
	}
	b.eventTriggers()
}

// eventTriggers notes what the event triggers do that a command fires.
func (b *binder) eventTriggers() {
	words := b.Command.Words()
	if verb, _, _ := strings.Cut(words, " "); verb != "CREATE" && verb != "ALTER" && verb != "DROP" {
		return
	}
	for _, o := range b.env.Schema.Objects() {
		if o.Kind != catalog.KindEventTrigger || len(o.Deps) != 1 ||
			o.Tags != nil && !slices.ContainsFunc(o.Tags, func(t string) bool { return strings.EqualFold(t, words) }) {
			continue
		}
		f, ok := b.env.Schema.FunctionByID(o.Deps[0].ID)
		if !ok {
			continue
		}
		b.body(f, b.st.Start, nil)
		if body := strings.ToLower(f.Body); raises(body) {
			b.possible(Key{Start: b.st.Start, Kind: catalog.KindTrigger, Fact: FiredEventTrigger, Text: f.Name}, raised(body),
				fmt.Sprintf("event trigger %q may refuse the command", o.Name),
				catalog.Name{Kind: catalog.KindEventTrigger, Name: o.Name})
		}
	}
}

// block binds the statements of DO.
func (b *binder) block(d *pg_query.DoStmt) {
	f := &catalog.Function{ID: anonymousBlock, Name: "DO", Kind: catalog.Procedure, Language: "plpgsql",
		Result: catalog.TypeRef{ID: catalog.OIDVoid}}
	for _, n := range d.Args {
		switch e := n.GetDefElem(); e.GetDefname() {
		case "as":
			f.Body = e.GetArg().GetString_().GetSval()
		case "language":
			f.Language = e.GetArg().GetString_().GetSval()
		}
	}
	b.body(f, b.st.Start, nil)
}

// anonymousBlock is the ID of a block that no schema holds.
const anonymousBlock catalog.ID = 1<<32 - 1

// relations binds the statements that do nothing but name relations.
func (b *binder) relations(n *pg_query.Node) {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_TruncateStmt:
		b.truncate(x.TruncateStmt)
	case *pg_query.Node_LockStmt:
		for _, r := range x.LockStmt.Relations {
			b.relation(r.GetRangeVar())
		}
	case *pg_query.Node_RefreshMatViewStmt:
		b.refresh(x.RefreshMatViewStmt)
	case *pg_query.Node_VariableSetStmt:
		b.setRole(x.VariableSetStmt)
	case *pg_query.Node_ConstraintsSetStmt:
		b.setConstraints(x.ConstraintsSetStmt)
	case *pg_query.Node_VacuumStmt:
		for _, r := range x.VacuumStmt.Rels {
			v := r.GetVacuumRelation()
			if v.GetRelation() == nil {
				continue
			}
			w := b.target(v.Relation)
			for _, name := range strs(v.VaCols) {
				b.writeColumn(w, name, b.find(w.at, name), "column %q of relation %q does not exist")
			}
		}
	case *pg_query.Node_ClusterStmt:
		if x.ClusterStmt.Relation != nil {
			b.clusterIndex(b.relation(x.ClusterStmt.Relation), x.ClusterStmt.Indexname, b.at(x.ClusterStmt.Relation.Location))
		}
	case *pg_query.Node_ReindexStmt:
		if x.ReindexStmt.Relation != nil {
			b.relation(x.ReindexStmt.Relation)
		}
	case *pg_query.Node_IndexStmt:
		b.relation(x.IndexStmt.Relation)
	case *pg_query.Node_AlterTableStmt:
		if !x.AlterTableStmt.MissingOk {
			b.relation(x.AlterTableStmt.Relation)
		}
	}
}

// refresh binds REFRESH MATERIALIZED VIEW; CONCURRENTLY needs a unique index on all rows.
func (b *binder) refresh(s *pg_query.RefreshMatViewStmt) {
	rel := b.relation(s.Relation)
	if rel == nil {
		return
	}
	at := b.at(s.Relation.Location)
	b.owns(rel, at, "refresh")
	b.refreshed(rel, at)
	o := Outcome{Start: at, End: at, Kind: catalog.KindConstraint, Fact: Unfit, Text: "refresh", Name: rel.Name,
		State:  Failed,
		Phase:  RunPhase,
		Object: catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}}
	switch {
	case rel.Kind != catalog.MatView:
		o.SQLSTATE, o.Message = "42809", fmt.Sprintf("%q is not a table or materialized view", rel.Name)
		if rel.IsTable() {
			o.SQLSTATE, o.Message = "0A000", fmt.Sprintf("%q is not a materialized view", rel.Name)
		}
	case !s.Concurrent || rel.Open:
		return
	case rel.View != nil && !rel.View.Populated:
		o.SQLSTATE, o.Message = "0A000", "CONCURRENTLY cannot be used when the materialized view is not populated"
	case !slices.ContainsFunc(b.env.Schema.Indexes(rel.ID), wholeKey):
		o.SQLSTATE, o.Message = "55000", fmt.Sprintf("cannot refresh materialized view %q concurrently", rel.Name)
	default:
		return
	}
	b.note(o)
}

// refreshed notes what running the query of a materialized view meets.
func (b *binder) refreshed(rel *catalog.Relation, at int) {
	if rel.View == nil {
		return
	}
	for _, d := range rel.View.Deps {
		b.calledBy(d, at)
		if under, ok := b.env.Schema.RelationByID(d.ID); ok && d.Class == catalog.ClassRelation && under.ID != rel.ID {
			b.reads(under, at)
		}
	}
}

// wholeKey says that an index is unique over columns of all rows.
func wholeKey(x *catalog.Relation) bool {
	return x.Index.Unique && !x.Index.Invalid && x.Index.Predicate == nil &&
		!slices.ContainsFunc(x.Index.Keys, func(k catalog.IndexKey) bool { return k.Expr != nil })
}

// setRole looks up the role of SET ROLE.
func (b *binder) setRole(s *pg_query.VariableSetStmt) {
	if s.Name != "role" && s.Name != "session_authorization" || len(s.Args) != 1 {
		return
	}
	name := s.Args[0].GetAConst().GetSval().GetSval()
	at := b.at(s.Args[0].GetAConst().GetLocation())
	b.looks(catalog.KindRole, "", name)
	o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindRole, Name: name,
		Object: catalog.Name{Kind: catalog.KindRole, Name: name}}
	switch {
	case name == "none" || name == "":
	case b.env.Schema.RoleMissing(name):
		o.State, o.SQLSTATE, o.Message = Failed, "22023", fmt.Sprintf("role %q does not exist", name)
	case b.env.Role != "" && s.Name == "role" && !b.env.Schema.MemberOf(b.env.Role, name):
		o.State, o.Phase, o.SQLSTATE, o.Message = Failed, RunPhase, "42501",
			fmt.Sprintf("permission denied to set role %q", name)
	}
	b.note(o)
}

// setConstraints looks up the names of SET CONSTRAINTS.
func (b *binder) setConstraints(s *pg_query.ConstraintsSetStmt) {
	for _, n := range s.Constraints {
		rv := n.GetRangeVar()
		at := b.at(rv.GetLocation())
		o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindConstraint, Name: rv.GetRelname(),
			Object: catalog.Name{Kind: catalog.KindConstraint, Schema: rv.GetSchemaname(), Sub: rv.GetRelname()}}
		rel, con, open := b.constraintNamed(rv.GetSchemaname(), rv.GetRelname())
		switch {
		case con == nil:
			o.State, o.SQLSTATE, o.Message = Failed, "42704", fmt.Sprintf("constraint %q does not exist", rv.GetRelname())
			b.soften(&o, open, false)
		case !con.Deferrable:
			o.State, o.SQLSTATE, o.Message = Failed, "42809", fmt.Sprintf("constraint %q is not deferrable", rv.GetRelname())
			fallthrough
		default:
			o.Object.Schema, o.Object.Name = rel.Schema, rel.Name
		}
		b.note(o)
	}
}

// constraintNamed finds a constraint of any table in the schemas that are searched.
func (b *binder) constraintNamed(schema, name string) (*catalog.Relation, *catalog.Constraint, bool) {
	open := schema == "" && b.env.PathUnknown
	for _, ns := range b.schemas(schema) {
		if n, _ := b.env.Schema.Namespace(ns); n.Open {
			open = true
		}
		for _, r := range b.env.Schema.Relations() {
			if r.Schema != ns {
				continue
			}
			if con := r.Constraint(name); con != nil {
				b.looks(catalog.KindRelation, r.Schema, r.Name)
				return r, con, open
			}
		}
	}
	return nil, nil, open
}

// clusterIndex looks up the index of CLUSTER t USING i.
func (b *binder) clusterIndex(rel *catalog.Relation, name string, at int) {
	if rel == nil || rel.Open {
		return
	}
	if name == "" {
		if _, ok := b.env.Schema.RelationByID(rel.Clustered); !ok {
			b.note(Outcome{Start: at, End: at, Kind: catalog.KindRelation, Fact: Unfit, Text: "clustered", Name: rel.Name,
				State:    Failed,
				SQLSTATE: "42704", Phase: RunPhase,
				Message: fmt.Sprintf("there is no previously clustered index for table %q", rel.Name),
				Object:  catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}})
		}
		return
	}
	b.looks(catalog.KindRelation, rel.Schema, name)
	o := Outcome{Start: at, End: at, Kind: catalog.KindRelation, Fact: Unfit, Text: "index", Name: name,
		Object: catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: name}}
	if !slices.ContainsFunc(b.env.Schema.Indexes(rel.ID), func(x *catalog.Relation) bool { return x.Name == name }) {
		o.State, o.SQLSTATE, o.Message = Failed, "42704", fmt.Sprintf("index %q for table %q does not exist", name, rel.Name)
	}
	b.note(o)
}

// truncate refuses a table that others refer to, unless they are emptied with it.
func (b *binder) truncate(s *pg_query.TruncateStmt) {
	var rels []*catalog.Relation
	for _, r := range s.Relations {
		if rel := b.onlyTable(r.GetRangeVar()); rel != nil {
			at := b.at(r.GetRangeVar().GetLocation())
			b.needs(rel, at, catalog.MayTruncate)
			b.truncates(rel, r.GetRangeVar(), at)
			rels = append(rels, rel)
		}
	}
	if s.Behavior == pg_query.DropBehavior_DROP_CASCADE {
		return
	}
	for i, rel := range rels {
		for _, other := range b.env.Schema.Referencing(rel.ID) {
			if slices.Contains(rels, other) {
				continue
			}
			at := b.at(s.Relations[i].GetRangeVar().GetLocation())
			b.looks(catalog.KindRelation, other.Schema, other.Name)
			b.note(Outcome{Start: at, End: at, Kind: catalog.KindConstraint, Fact: Unfit, Text: "truncate", Name: rel.Name,
				State: Failed,
				Phase: RunPhase, SQLSTATE: "0A000",
				Message: "cannot truncate a table referenced in a foreign key constraint",
				Object:  catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}})
		}
	}
}

// truncates notes what TRUNCATE of one table meets: ONLY on a partitioned one, triggers.
func (b *binder) truncates(rel *catalog.Relation, rv *pg_query.RangeVar, at int) {
	if rel.Kind == catalog.Partitioned && !rv.Inh {
		b.note(Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindRelation, Fact: Unfit, Text: "only",
			Name:  rel.Name,
			State: Failed, Phase: RunPhase, SQLSTATE: "42809",
			Message: "cannot truncate only a partitioned table",
			Object:  catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}})
	}
	b.triggers(change{w: write{rel: rel, at: at}, base: rel, event: 't'})
}

func (b *binder) onlyTable(rv *pg_query.RangeVar) *catalog.Relation {
	rel := b.relation(rv)
	if rel != nil && !rel.IsTable() {
		at := b.at(rv.Location)
		b.note(Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindRelation, Fact: Unfit, Text: "table",
			Name:     rel.Name,
			State:    Failed,
			SQLSTATE: "42809", Message: fmt.Sprintf("%q is not a table", rel.Name)})
	}
	return rel
}

// call binds CALL, which takes procedures only.
func (b *binder) call(l *level, f *pg_query.FuncCall) {
	v := b.callFunction(l, f, true)
	if v.fn != nil && v.fn.Kind != catalog.Procedure {
		b.fail(b.at(f.Location), "procedure", "42809", fmt.Sprintf("%s is not a procedure", v.fn.Name))
	}
}

// withoutRelations are the commands that no relation can stand in.
var withoutRelations = map[pgtree.Kind]bool{pgtree.VariableSet: true, pgtree.VariableShow: true,
	pgtree.Transaction: true, pgtree.Notify: true, pgtree.Listen: true, pgtree.Unlisten: true, pgtree.Discard: true,
	pgtree.ClosePortal: true, pgtree.Fetch: true, pgtree.Deallocate: true, "Createdb": true, "Dropdb": true,
	"AlterDatabase": true, "AlterDatabaseSet": true, "CreateRole": true, "AlterRole": true, "AlterRoleSet": true,
	"DropRole": true, "CreateSchema": true, "CreateExtension": true}

// NamesNoRelation says that the command is one that no relation can stand in.
func (b *Binding) NamesNoRelation() bool { return withoutRelations[b.Command] }

// parseFailed records a statement that has no tree. The grammar is that of PostgreSQL 16:
// a newer server may take what it refuses.
func (b *binder) parseFailed(err error) {
	var syntax *pgtree.Error
	switch {
	case errors.As(err, &syntax) && b.st.Refused(b.env.Schema.Server):
		b.note(Outcome{Start: syntax.Offset, End: syntax.Offset, Kind: KindStatement, Fact: Malformed, Text: "syntax",
			State:    Failed,
			SQLSTATE: syntax.SQLSTATE, Message: syntax.Message})
	case syntax != nil:
		b.Opaque = "newer syntax than PostgreSQL 16: " + syntax.Message
	default:
		b.Opaque = err.Error()
	}
}
