// Package sqlscan binds SQL to a catalog as PostgreSQL's parse analysis does: every name
// of a statement is looked up, and each gets an outcome of its own.
//
// Text comes from analyzer/usage (what code sends) and from sqlscan/ddl (view definitions,
// defaults, checks); Bindings go to analyzer/impact, which compares two of them, and back
// to sqlscan/ddl, which takes the columns and dependencies of views from them.
//
// It does not evaluate anything and does not know data. Where the catalog is open, absence
// is Unknown. The rules are those of src/backend/parser (parse_clause.c, parse_relation.c,
// parse_expr.c, parse_func.c, parse_target.c, analyze.c) and, for what the planner and the
// rewriter raise, plancat.c and rewriteHandler.c.
package sqlscan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// Env is what a statement is bound in.
type Env struct {
	// Schema is what names are looked up in.
	Schema *catalog.Schema
	// SearchPath holds schema names, "$user" already replaced. pg_catalog is searched
	// first unless it is listed, pg_temp before it.
	SearchPath []string
	// PathUnknown makes unqualified names that are not built in Unknown.
	PathUnknown bool
	// Maybe holds unqualified and qualified names of relations that the program may
	// create itself: never undefined.
	Maybe map[string]bool
	// Loose says that the text has parts that vary by themselves: it does not tell how many values there are.
	Loose bool
	// Static leaves out what only happens when the statement runs: constraints, triggers,
	// the bodies of functions.
	Static bool
	// Role is whom the statement runs as; empty for one that may do everything.
	Role string
	// Params are the types of $1, $2 … that are settled before, as for a statement that was
	// prepared earlier.
	Params map[int]catalog.ID
	// Memo keeps what is parsed of the catalog's texts; nil keeps nothing.
	Memo *Memo
	// Temp holds unqualified names of temporary relations that the program creates: they
	// hide what the catalog has.
	Temp map[string]bool
}

// State is what became of a name.
type State byte

// The states of a name.
const (
	Bound State = iota
	Failed
	Unknown
	// Possible is what may happen when the statement runs: it depends on data.
	Possible
)

// Phase says when the server finds an error.
type Phase byte

// The phases, in the order in which the server goes through them: PREPARE reaches
// RewritePhase, EXPLAIN reaches PlanPhase.
const (
	ParsePhase Phase = iota
	RewritePhase
	PlanPhase
	RunPhase
)

// Outcome is what one name of a statement binds to, or why it does not.
type Outcome struct {
	// Start and End are the 0-based byte span of the name in the statement's source.
	Start, End int
	Kind       catalog.Kind
	// Fact, Number, Text, Body and Inner are those of the Key.
	Fact   Fact
	Number int64
	Text   string
	Body   string
	Inner  int
	// Name is the name as the source has it.
	Name  string
	State State
	Phase Phase
	// Object is what the name bound to; of a failed one what was looked for, as far as
	// it is known. Origin is the table column behind a column of a subquery or view.
	Object catalog.Name
	Origin catalog.Name
	// Place is the number of the FROM item that a column resolves to; 0 for other names.
	Place int
	// Ref is the table column by ID, which a rename keeps; the zero Dep if there is none.
	Ref  catalog.Dep
	Type catalog.TypeRef
	// Enum says that a label of an enum is meant.
	Enum bool
	// Access says that it is about what a role may do, which a base seldom knows in full.
	Access bool
	// Operands are the table columns that an operator, function or assignment works on.
	Operands []catalog.Name
	// Meaning is what else there is to it, nil for nothing.
	Meaning Meaning
	// SQLSTATE and Message are those of the server. An Unknown name has them if it would
	// be an error in a closed catalog.
	SQLSTATE, Message string
}

// Column is a column of a statement's result.
type Column struct {
	// Name is what the server calls it.
	Name string
	// Type is ID 0 where it could not be told.
	Type catalog.TypeRef
	// Origin is the table column that it passes on unchanged, if it does.
	Origin catalog.Name
	Ref    catalog.Dep
	// NotNull says that the column is a NOT NULL column of a table that no outer join
	// can blank.
	NotNull bool
	// open is the untyped literal or parameter that the column still is.
	open *value
	// row are the fields of a column that is a row without a named type.
	row []Column
	// populated says that it is a field that a function reads out of JSON.
	populated bool
	// maybeNull says that the expression gives NULL for some input.
	maybeNull bool
	// unexpanded says that * leaves it out.
	unexpanded bool
}

// Binding is the result of Bind. It is not changed afterwards.
type Binding struct {
	// Command is what the statement is; that of EXPLAIN is Explain.
	Command  pgtree.Kind
	Outcomes []Outcome
	// Columns is the result row. ColumnsUnknown says that there may be others.
	Columns        []Column
	ColumnsUnknown bool
	// Lookups are the names that were asked for, found or not, in every schema where
	// they were. A change of none of these leaves the binding as it is.
	Lookups []catalog.Name
	// Deps is what the server would record in pg_depend for a view on this query.
	Deps []catalog.Dep
	// Params are the types that the server settles for $1, $2 …, by number.
	Params map[int]catalog.ID
	// Stores are the columns that $1, $2 … are written to as they are, by number.
	Stores map[int]Column
	// Creates are the relations that the statement makes.
	Creates []catalog.Name
	// Opaque says why the statement was not analysed; empty if it was.
	Opaque string
}

// First returns the error that the server raises first when it gets as far as the given
// phase, nil if it raises none.
func (b *Binding) First(last Phase) *Outcome {
	var first *Outcome
	for i := range b.Outcomes {
		o := &b.Outcomes[i]
		if o.State == Failed && o.Phase <= last && (first == nil || o.Phase < first.Phase) {
			first = o
		}
	}
	return first
}

// Bind binds one parsed statement. A statement with a syntax error has one Failed outcome.
func Bind(st pgtree.Statement, env *Env) *Binding {
	st = st.On(env.Schema.Server)
	b := newBinder(env, st)
	b.Outcomes = make([]Outcome, 0, expected(st))
	if st.Err != nil {
		b.parseFailed(st.Err)
	} else {
		b.statement(st.Node)
	}
	return b.finish()
}

// BindExpr binds an expression of DDL (a default, a check, an index) in which the columns
// of rel can be used; rel may be nil. The value must be assignable to the type want, if that
// is given.
func BindExpr(node *pg_query.Node, st pgtree.Statement, env *Env, rel *catalog.Relation,
	want catalog.TypeRef) (*Binding, catalog.TypeRef) {
	b := newBinder(env, st)
	level := &level{}
	if rel != nil {
		level.items = []*item{b.relationItem(rel, rel.Name)}
	}
	v := b.expr(level, node)
	if want.ID != 0 {
		if _, ok := b.coerce(v, want, sqltype.Assignment); !ok {
			b.mismatch(v.at, "want", "42804",
				fmt.Sprintf("expression must be of type %s, not %s", b.types().Name(want.ID), b.types().Name(v.typ.ID)), v)
		}
	}
	return b.finish(), resolved(v.typ)
}

// BindRule binds a statement of a rule or of a function, or the condition of a rule or
// trigger, in which the row is also called by the names given (old, new). In a condition its
// columns can be named without them.
func BindRule(node *pg_query.Node, st pgtree.Statement, env *Env, rel *catalog.Relation, names ...string) *Binding {
	b := newBinder(env, st)
	level := &level{}
	for _, name := range names {
		level.items = append(level.items, b.relationItem(rel, name))
	}
	if pgtree.KindOf(node).IsQuery() {
		setVisible(level.items, false)
		b.query(level, node)
	} else {
		b.boolean(b.expr(level, node), "WHERE")
	}
	return b.finish()
}

// BindBody binds a statement of a function with an SQL-standard body. The arguments are the
// columns of args: they are found behind those of the statement's own tables, by name or by
// the function's name and theirs (sql_fn_parser_setup).
func BindBody(node *pg_query.Node, st pgtree.Statement, env *Env, args *catalog.Relation) *Binding {
	b := newBinder(env, st)
	it := b.relationItem(args, args.Name)
	it.aliased = true
	b.query(&level{parent: &level{items: []*item{it}}}, node)
	return b.finish()
}

// binder carries the state of one Bind.
type binder struct {
	*Binding
	env  *Env
	st   pgtree.Statement
	rtes int
	// joinedColumns counts the columns of all joins.
	joinedColumns int
	depth         int
	// seen finds the outcomes once they are many.
	seen      map[Key]int
	looked    set[catalog.Name]
	dependsOn set[catalog.Dep]
	path      []string
	// params are the types of parameters that a place has settled.
	params map[int]catalog.ID
	// sqlBody says that the statement stands in the body of a SQL function.
	sqlBody bool
	// refs and calls are what column references are bound to, and which calls aggregate.
	refs          map[*pg_query.ColumnRef]*column
	calls         map[*pg_query.FuncCall]bool
	hasAggregates bool
	// sets are the calls that return sets.
	sets map[*pg_query.FuncCall]bool
	// readsOnly says that a relation is looked up for a query, where a schema that is not
	// there is no error of its own (parserOpenTable).
	readsOnly bool
	// nested counts the function bodies around this one; bodies are those bound already.
	nested int
	// event is the letter of what fires the trigger whose body is bound, doubtful that the body may not run.
	event    byte
	doubtful bool
	bodies   map[catalog.ID]bool
	// idle says that what is called here is not run, spared that a stable function need not be.
	idle, spared bool
	// vars are the variables of the function whose body this is. With shadow a name that is
	// a variable and a column is an error (plpgsql.variable_conflict).
	vars   *level
	shadow bool
	// cascades are the tables that foreign keys have led to.
	cascades map[catalog.ID]bool
	// transitions are the tables of old and new rows that a trigger's body can name; strict
	// says that the statement is SELECT INTO STRICT of one.
	transitions map[string]*catalog.Relation
	strict      bool
	// needed is what the role must be allowed to, named where each relation stands.
	needed []need
	named  map[catalog.ID]int
	// viewsRead are the views whose definitions were followed.
	viewsRead map[catalog.ID]bool
}

// expected is about how many outcomes a statement has: a name in so many bytes.
func expected(st pgtree.Statement) int { return min(max((st.End-st.Start)/14, 8), 256) }

func newBinder(env *Env, st pgtree.Statement) *binder {
	return &binder{
		Binding: &Binding{}, env: env, st: st, path: env.path(),
		params: settled(env.Params), refs: map[*pg_query.ColumnRef]*column{},
	}
}

func settled(params map[int]catalog.ID) map[int]catalog.ID {
	if params == nil {
		return map[int]catalog.ID{}
	}
	return maps.Clone(params)
}

// path returns the schemas in the order in which they are searched.
func (e *Env) path() []string {
	path := e.SearchPath
	if !slices.Contains(path, "pg_catalog") {
		path = append([]string{"pg_catalog"}, path...)
	}
	if !slices.Contains(path, "pg_temp") {
		path = append([]string{"pg_temp"}, path...)
	}
	return path
}

func (b *binder) finish() *Binding {
	b.privileges()
	if len(b.params) > 0 {
		b.Params = b.params
	}
	b.Lookups, b.Deps = b.looked.list, b.dependsOn.list
	slices.SortFunc(b.Lookups, compareNames)
	return b.Binding
}

func compareNames(x, y catalog.Name) int {
	if c := strings.Compare(string(x.Kind), string(y.Kind)); c != 0 {
		return c
	}
	if c := strings.Compare(x.Schema, y.Schema); c != 0 {
		return c
	}
	return strings.Compare(x.Name, y.Name)
}

// note records an outcome. A second one for the same name does not replace the first,
// except that an error is never lost.
func (b *binder) note(o Outcome) {
	key := o.Key()
	if i := b.noted(key); i >= 0 {
		if o.State == Failed && b.Outcomes[i].State != Failed {
			b.Outcomes[i] = o
		}
		return
	}
	b.Outcomes = append(b.Outcomes, o)
	b.remember(key)
}

// fail records an error of the statement at a span that names nothing by itself.
func (b *binder) fail(start int, what, sqlstate, message string) {
	b.note(Outcome{Start: start, End: start, Kind: KindStatement, Fact: Malformed, Text: what, State: Failed,
		SQLSTATE: sqlstate, Message: message})
}

// looksType records that a binding rests on what a type is.
func (b *binder) looksType(id catalog.ID) {
	if id < catalog.FirstID {
		return
	}
	if t, ok := b.env.Schema.TypeByID(id); ok {
		b.looks(catalog.KindType, t.Schema, t.Name)
		if t.Elem != 0 {
			b.looksType(t.Elem)
		}
		if t.Relation != 0 {
			b.looks(catalog.KindRelation, t.Schema, t.Name)
		}
	}
}

func (b *binder) depend(d catalog.Dep) {
	if d.ID != 0 {
		b.dependsOn.add(d)
	}
}

// at translates a location of the parse tree; -1 (unknown) becomes the statement's start.
func (b *binder) at(location int32) int {
	if location < 0 {
		return b.st.Start
	}
	return b.st.Base + int(location)
}

// text returns the source from an offset on.
func (b *binder) text(offset int) string {
	if offset < b.st.Start || offset > b.st.End {
		return ""
	}
	return b.st.Text[offset-b.st.Start:]
}

// nameEnd returns the end of the dotted name of n parts that starts at an offset.
func (b *binder) nameEnd(start, n int) int {
	pos := start
	for ; n > 0; n-- {
		rest := b.text(pos)
		skip := len(rest) - len(strings.TrimLeft(rest, " \t\r\n"))
		if rest = rest[skip:]; rest == "" {
			break
		}
		pos += skip + pgtree.Token(rest)
		if n > 1 {
			dot := strings.IndexByte(b.text(pos), '.')
			if dot < 0 || strings.TrimSpace(b.text(pos)[:dot]) != "" {
				break
			}
			pos += dot + 1
		}
	}
	return pos
}

// find returns the offset of the next word called name at or after from; from if there is
// none. It serves nodes that the parser gives no location.
func (b *binder) find(from int, name string) int {
	for pos := from; pos < b.st.End; {
		rest := b.text(pos)
		n := pgtree.Token(rest)
		word := rest[:n]
		if strings.EqualFold(word, name) || word == `"`+strings.ReplaceAll(name, `"`, `""`)+`"` {
			return pos
		}
		pos += n
	}
	return from
}
