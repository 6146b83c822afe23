package ddl

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
)

// data binds a statement that reads or writes rows: it changes no catalog, but the server refuses it when a name is
// missing. One that is pending also meets constraints, triggers and the bodies of functions: it is refused where it
// has rows for certain, and may be where that depends on what is there.
func (a *applier) data() *sqlscan.Binding {
	b := a.bound(sqlscan.Bind(a.st, a.env()))
	if a.sess.Pending {
		a.run(a.st.Node)
	}
	return b
}

func (a *applier) run(n *pg_query.Node) {
	env := a.env()
	env.Static = false
	b := sqlscan.Bind(a.st, env)
	if o := b.First(sqlscan.PlanPhase); o != nil {
		a.refuse(o)
	}
	o := b.First(sqlscan.RunPhase)
	switch {
	case o == nil || o.Body != "" && (a.failedBefore(o) || a.callsChanger(b)):
	case hasRows(n):
		a.refuse(o)
	default:
		a.doubts = append(a.doubts, refusal(o))
	}
}

func (a *applier) refuse(o *sqlscan.Outcome) { panic(refuse{refusal(o)}) }

func refusal(o *sqlscan.Outcome) *Error {
	return &Error{SQLSTATE: o.SQLSTATE, Message: o.Message, Offset: o.Start, Object: o.Object}
}

// failedBefore says that a body fails so in the schema that the pending statements began with: what has worked there
// all the same has something that is not known here.
func (a *applier) failedBefore(o *sqlscan.Outcome) bool {
	if a.sess.Base == nil {
		return false
	}
	env := a.env()
	env.Schema, env.Static = a.sess.Base, false
	return slices.ContainsFunc(sqlscan.Bind(a.st, env).Outcomes, func(was sqlscan.Outcome) bool {
		return was.Key() == o.Key() && was.State == sqlscan.Failed
	})
}

// callsChanger says that a function runs, or may, whose own statements make what its others name.
func (a *applier) callsChanger(b *sqlscan.Binding) bool {
	return slices.ContainsFunc(b.Lookups, func(n catalog.Name) bool {
		return n.Kind == catalog.KindFunction && slices.ContainsFunc(a.s.Functions(n.Schema, n.Name), changesCatalog)
	})
}

// hasRows says that a statement has a row whatever the tables hold: INSERT … VALUES, SELECT f(), CALL.
func hasRows(n *pg_query.Node) bool {
	if i := n.GetInsertStmt(); i != nil {
		s := i.SelectStmt.GetSelectStmt()
		return i.OnConflictClause == nil && (s == nil || len(s.ValuesLists) > 0 || isOneRow(s))
	}
	s := n.GetSelectStmt()
	return n.GetCallStmt() != nil || s != nil && isOneRow(s)
}

// isOneRow says that a SELECT gives one row: it has no FROM and no condition.
func isOneRow(s *pg_query.SelectStmt) bool {
	return len(s.FromClause) == 0 && s.WhereClause == nil && s.HavingClause == nil && s.LimitCount == nil &&
		s.LimitOffset == nil && s.Op == pg_query.SetOperation_SETOP_NONE
}
