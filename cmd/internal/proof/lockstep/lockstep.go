// Package lockstep runs statements on a PostgreSQL server and through the simulator and the
// binder in step, and says of each how the two answers go together. It serves the proofs on
// inputs that others wrote: the server's own regression suite, sqlc's test data, migrations.
package lockstep

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/live"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Class is how the two answers to a statement go together.
type Class string

// The classes. Aborted are statements in a transaction that an earlier error has ended.
const (
	Agree      Class = "agree"
	FalseError Class = "false error"
	Miss       Class = "miss"
	WrongState Class = "wrong SQLSTATE"
	RunTime    Class = "run-time error"
	Grammar    Class = "grammar 15/16"
	Undecided  Class = "undecided"
	Aborted    Class = "aborted transaction"
)

// Classes lists them in the order of reports.
var Classes = []Class{Agree, FalseError, Miss, WrongState, RunTime, Grammar, Undecided, Aborted}

// Category is what a statement is, for counting.
type Category string

// The categories: queries; DDL on relations, types and functions; all else.
const (
	Query Category = "query"
	DDL   Category = "ddl"
	Other Category = "other"
)

// Result is what became of a statement.
type Result struct {
	Category Category
	Class    Class
	// Server and Ours are the SQLSTATEs, empty for success; the messages say more.
	Server, Ours               string
	ServerMessage, OursMessage string
	// Reason is why a statement is undecided.
	Reason string
	// Differences are the facts of the catalog that differ after the statement.
	Differences []string
}

// Runner keeps both sides in step.
type Runner struct {
	conn    *pgx.Conn
	schema  *catalog.Schema
	session ddl.Session
	// saved is the state at BEGIN, savepoints those at SAVEPOINT.
	saved      *frame
	savepoints []frame
}

// frame is a state to go back to.
type frame struct {
	name    string
	schema  *catalog.Schema
	session ddl.Session
}

// timeout bounds a statement on the server.
const timeout = 30 * time.Second

// New starts with what the server has.
func New(ctx context.Context, conn *pgx.Conn) (*Runner, error) {
	r := &Runner{conn: conn, session: ddl.Session{SearchPath: []string{"public"}}}
	var path string
	if err := conn.QueryRow(ctx, "SELECT current_setting('search_path')").Scan(&path); err != nil {
		return nil, err
	}
	r.session.SearchPath = catalog.ParseSearchPath(path)
	_, err := r.sync(ctx)
	return r, err
}

// sync reads our state again from the server and returns how it differed, facts that have
// differed before left out.
func (r *Runner) sync(ctx context.Context) ([]string, error) {
	server, _, err := live.Read(ctx, r.conn)
	if err != nil {
		return nil, err
	}
	server = ddl.Complete(server)
	var differences []string
	if r.schema != nil {
		differences = catalog.Differences(catalog.Describe(server), catalog.Describe(r.schema))
	}
	r.schema = keepDropOnCommit(r.schema, server)
	return differences, nil
}

// keepDropOnCommit carries over what no catalog tells: which temporary tables go with their
// transaction.
func keepDropOnCommit(from, to *catalog.Schema) *catalog.Schema {
	if from == nil {
		return to
	}
	for _, r := range from.Relations() {
		if now, ok := to.Relation(r.Schema, r.Name); ok && r.DropOnCommit {
			c := now.Clone()
			c.DropOnCommit = true
			to = to.WithRelation(c)
		}
	}
	return to
}

// Run runs one statement on both sides.
func (r *Runner) Run(ctx context.Context, item Item) Result {
	sts, err := pgtree.Parse(item.Text)
	if err != nil || len(sts) != 1 {
		return r.unparsed(ctx, item, err)
	}
	st := sts[0]
	if st.Err != nil {
		return r.unparsed(ctx, item, st.Err)
	}
	res := Result{Category: categoryOf(st.Node)}
	if res.Category == Query {
		r.query(ctx, st, item, &res)
	} else {
		r.utility(ctx, st, item, &res)
	}
	return res
}

// unparsed handles what our grammar does not take.
func (r *Runner) unparsed(ctx context.Context, item Item, err error) Result {
	res := Result{Category: Other, Ours: "42601"}
	if err != nil {
		res.OursMessage = err.Error()
	}
	theirs := r.exec(ctx, item)
	res.Server, res.ServerMessage = sqlstate(theirs), message(theirs)
	var limit *pgtree.Limit
	switch {
	case errors.As(err, &limit):
		res.Class, res.Reason = Undecided, limit.Reason
	case res.Server == "25P02":
		res.Class = Aborted
	case res.Server != "":
		res.Class = Agree
	default:
		res.Class = Grammar
		r.sync(ctx)
	}
	return res
}

// query compares what PREPARE and then the run say with the binder's outcomes.
func (r *Runner) query(ctx context.Context, st pgtree.Statement, item Item, res *Result) {
	b := sqlscan.Bind(st, &sqlscan.Env{Schema: r.schema, SearchPath: r.session.SearchPath})
	prepared := r.prepare(ctx, st.Text)
	theirs := prepared
	if prepared == nil {
		theirs = r.exec(ctx, item)
	}
	res.Server, res.ServerMessage = sqlstate(theirs), message(theirs)
	last := sqlscan.RewritePhase
	if prepared == nil {
		last = sqlscan.PlanPhase
	}
	if o := b.First(last); o != nil {
		res.Ours, res.OursMessage = o.SQLSTATE, o.Message
	}
	if res.Server == "" && strings.Contains(st.Text, "set_config") {
		if applied, err := ddl.Apply(r.schema, r.session, st); err == nil {
			r.session = applied.Session
		}
	}
	res.Reason = undecided(b)
	switch {
	case res.Server == "25P02":
		res.Class = Aborted
	case res.Server == res.Ours:
		res.Class = Agree
		if res.Reason != "" && b.Opaque != "" {
			res.Class = Undecided
		}
	case strings.Contains(res.ServerMessage, "syntax error"):
		res.Class = Grammar
	case res.Ours == "" && (atRunTime(res.Server, prepared != nil)):
		res.Class = RunTime
	case res.Ours == "" && res.Reason != "":
		res.Class = Undecided
	case res.Ours == "":
		res.Class = Miss
	case res.Server == "":
		res.Class = FalseError
	default:
		res.Class = WrongState
	}
}

// undecided says why a binding may lack an error; empty if it knows everything.
func undecided(b *sqlscan.Binding) string {
	if b.Opaque != "" {
		return b.Opaque
	}
	for _, o := range b.Outcomes {
		if o.State == sqlscan.Unknown && o.SQLSTATE != "" && o.Phase != sqlscan.RunPhase {
			return "open: " + o.Message
		}
	}
	return ""
}

// atRunTime says that an error comes from data, rights or the state of the session: none of
// it is parse analysis.
func atRunTime(state string, atPrepare bool) bool {
	if state == "" {
		return false
	}
	switch state[:2] {
	case "22", "23", "21", "25", "26", "34", "40", "44", "53", "54", "55", "57", "58", "P0", "XX", "HV", "2F", "38",
		"39", "24", "08", "28":
		return !atPrepare || state[:2] != "22" || state == "22023"
	}
	if state == "42501" {
		return true
	}
	// The executor and the planner use these as well.
	return !atPrepare && (state == "0A000" || strings.HasPrefix(state, "42") && state != "42P10" && state != "428C9")
}

// utility runs what is no query on both sides and compares the catalogs when it could have
// changed them.
func (r *Runner) utility(ctx context.Context, st pgtree.Statement, item Item, res *Result) {
	applied, err := ddl.Apply(r.schema, r.session, st)
	var refusal *ddl.Error
	if errors.As(err, &refusal) {
		res.Ours, res.OursMessage = refusal.SQLSTATE, refusal.Message
	}
	for _, e := range applied.Effects {
		if e.Op == catalog.OpOpaque {
			res.Reason = "opaque: " + e.Tag
		}
	}
	failed := r.conn.PgConn().TxStatus() == 'E'
	theirs := r.exec(ctx, item)
	if failed && r.conn.PgConn().TxStatus() == 'I' {
		// COMMIT of a transaction that has failed is a ROLLBACK.
		st = pgtree.Statement{Node: &pg_query.Node{Node: &pg_query.Node_TransactionStmt{
			TransactionStmt: &pg_query.TransactionStmt{Kind: pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK}}}}
	}
	res.Server, res.ServerMessage = sqlstate(theirs), message(theirs)
	switch {
	case res.Server == "25P02":
		res.Class = Aborted
		return
	case res.Server == "" && res.Ours == "":
		res.Class = Agree
		r.accept(ctx, st, applied, res)
	case res.Server == res.Ours:
		res.Class = Agree
	case strings.Contains(res.ServerMessage, "syntax error"):
		res.Class = Grammar
	case res.Server == "":
		res.Class = FalseError
		if res.Reason != "" {
			res.Class = Undecided
		}
		r.sync(ctx)
	case res.Ours == "" && res.Reason != "":
		res.Class = Undecided
	case res.Ours == "" && atRunTime(res.Server, false) && res.Server[:2] != "42":
		res.Class = RunTime
	case res.Ours == "":
		res.Class = Miss
	default:
		res.Class = WrongState
	}
}

// accept takes over what the statement made of our state and compares it with the server's.
func (r *Runner) accept(ctx context.Context, st pgtree.Statement, applied ddl.Result, res *Result) {
	changed := r.schema != applied.Schema
	r.schema, r.session = applied.Schema, applied.Session
	r.transaction(st)
	if res.Category == Other && !changed {
		return
	}
	differences, err := r.sync(ctx)
	if err == nil && res.Reason == "" {
		res.Differences = differences
	}
	if res.Reason != "" {
		res.Class = Undecided
	}
}

// transaction keeps the states to which ROLLBACK leads.
func (r *Runner) transaction(st pgtree.Statement) {
	t := st.Node.GetTransactionStmt()
	if t == nil {
		if r.saved == nil {
			r.schema = ddl.EndTransaction(r.schema)
		}
		return
	}
	here := frame{t.SavepointName, r.schema, r.session}
	switch t.Kind {
	case pg_query.TransactionStmtKind_TRANS_STMT_BEGIN, pg_query.TransactionStmtKind_TRANS_STMT_START:
		r.saved = &here
	case pg_query.TransactionStmtKind_TRANS_STMT_COMMIT:
		r.saved, r.savepoints = nil, nil
		r.schema = ddl.EndTransaction(r.schema)
	case pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK:
		if r.saved != nil {
			r.schema, r.session = r.saved.schema, r.saved.session
		}
		r.saved, r.savepoints = nil, nil
	case pg_query.TransactionStmtKind_TRANS_STMT_SAVEPOINT:
		r.savepoints = append(r.savepoints, here)
	case pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO:
		for i := len(r.savepoints) - 1; i >= 0; i-- {
			if f := r.savepoints[i]; f.name == t.SavepointName {
				r.schema, r.session, r.savepoints = f.schema, f.session, r.savepoints[:i+1]
				return
			}
		}
	}
}

func (r *Runner) prepare(ctx context.Context, sql string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	// A failing PREPARE must not end the script's transaction.
	inside := r.conn.PgConn().TxStatus() == 'T'
	if inside {
		r.conn.PgConn().Exec(ctx, "SAVEPOINT schemavet_probe").ReadAll()
	}
	_, err := r.conn.PgConn().Prepare(ctx, "", sql, nil)
	if inside {
		r.conn.PgConn().Exec(ctx, "ROLLBACK TO schemavet_probe; RELEASE schemavet_probe").ReadAll()
		if err != nil {
			_, err = r.conn.PgConn().Exec(ctx, sql).ReadAll()
		}
	}
	return err
}

func (r *Runner) exec(ctx context.Context, item Item) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if copiesIn(item.Text) {
		_, err := r.conn.PgConn().CopyFrom(ctx, strings.NewReader(item.Data), item.Text)
		return err
	}
	_, err := r.conn.PgConn().Exec(ctx, item.Text).ReadAll()
	return err
}

// copiesIn says that a statement waits for data from us.
func copiesIn(sql string) bool {
	sts, err := pgtree.Parse(sql)
	if err != nil || len(sts) != 1 {
		return false
	}
	c := sts[0].Node.GetCopyStmt()
	return c != nil && c.IsFrom && c.Filename == ""
}

// Dead says that the connection was lost, which no statement should do.
func (r *Runner) Dead() bool { return r.conn.IsClosed() }

func sqlstate(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	if err != nil {
		return "58000"
	}
	return ""
}

func message(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Message
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
