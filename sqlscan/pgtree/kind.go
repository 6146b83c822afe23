package pgtree

import (
	"reflect"
	"strings"
	"unicode"

	pg_query "github.com/pganalyze/pg_query_go/v5"
)

// Kind is what a statement is: the name of its node in PostgreSQL's parsenodes.h without "Stmt",
// as "AlterTable"; SELECT INTO is one of its own. The empty Kind is that of a statement that did
// not parse.
type Kind string

// The kinds that are told apart somewhere.
const (
	Select     Kind = "Select"
	SelectInto Kind = "SelectInto"
	Insert     Kind = "Insert"
	Update     Kind = "Update"
	Delete     Kind = "Delete"
	Merge      Kind = "Merge"

	Copy          Kind = "Copy"
	Call          Kind = "Call"
	Do            Kind = "Do"
	Explain       Kind = "Explain"
	Prepare       Kind = "Prepare"
	Execute       Kind = "Execute"
	Deallocate    Kind = "Deallocate"
	DeclareCursor Kind = "DeclareCursor"
	Fetch         Kind = "Fetch"
	ClosePortal   Kind = "ClosePortal"
	Truncate      Kind = "Truncate"
	Lock          Kind = "Lock"
	CreateTableAs Kind = "CreateTableAs"

	Vacuum         Kind = "Vacuum"
	Cluster        Kind = "Cluster"
	Reindex        Kind = "Reindex"
	RefreshMatView Kind = "RefreshMatView"
	CheckPoint     Kind = "CheckPoint"
	Load           Kind = "Load"

	VariableSet    Kind = "VariableSet"
	VariableShow   Kind = "VariableShow"
	ConstraintsSet Kind = "ConstraintsSet"
	Transaction    Kind = "Transaction"
	Discard        Kind = "Discard"
	Notify         Kind = "Notify"
	Listen         Kind = "Listen"
	Unlisten       Kind = "Unlisten"
)

// Kind is that of the statement.
func (st Statement) Kind() Kind { return KindOf(st.Node) }

// KindOf is the kind of a statement's node.
func KindOf(n *pg_query.Node) Kind {
	if n.GetNode() == nil {
		return ""
	}
	if s := n.GetSelectStmt(); s != nil {
		for s.Larg != nil {
			s = s.Larg
		}
		if s.IntoClause != nil {
			return SelectInto
		}
		return Select
	}
	name := reflect.TypeOf(n.Node).Elem().Name()
	return Kind(strings.TrimSuffix(strings.TrimPrefix(name, "Node_"), "Stmt"))
}

// IsQuery says that PREPARE takes the statement: it reads or writes rows by parse analysis and a
// plan (SELECT, INSERT, UPDATE, DELETE, MERGE).
func (k Kind) IsQuery() bool { return k == Select || k == SelectInto || k.ChangesRows() }

// ChangesRows says that the statement is INSERT, UPDATE, DELETE or MERGE.
func (k Kind) ChangesRows() bool { return k == Insert || k == Update || k == Delete || k == Merge }

// spoken are the words for those kinds whose name does not say them.
var spoken = map[Kind]string{
	SelectInto: "SELECT", VariableSet: "SET", VariableShow: "SHOW", RefreshMatView: "REFRESH", ClosePortal: "CLOSE",
	ConstraintsSet: "SET CONSTRAINTS", DeclareCursor: "DECLARE", CreateTableAs: "CREATE TABLE AS",
	"Create": "CREATE TABLE", "Index": "CREATE INDEX", "View": "CREATE VIEW", "AlterTable": "ALTER TABLE",
	"Rename": "ALTER RENAME", "CreateSeq": "CREATE SEQUENCE", "AlterSeq": "ALTER SEQUENCE",
	"CreateTrig": "CREATE TRIGGER", "CreateEnum": "CREATE TYPE", "CompositeType": "CREATE TYPE",
	"CreateRange": "CREATE TYPE", "AlterEnum": "ALTER TYPE", "Rule": "CREATE RULE",
}

// Words is what people call the statement: SELECT, ALTER TABLE.
func (k Kind) Words() string {
	if w, ok := spoken[k]; ok {
		return w
	}
	var b strings.Builder
	for i, r := range string(k) {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}
