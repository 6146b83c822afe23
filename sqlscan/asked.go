package sqlscan

import (
	"regexp"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// asks says that the statement asks a view for what a function gives there: outside of its list, or in a column that the
// statement names. What of a list nobody reads the planner leaves out (allpaths.c, remove_unused_subquery_outputs).
func (b *binder) asks(view *catalog.Relation, f *catalog.Function) bool {
	s := b.viewQuery(view)
	if s == nil || s.Op != pg_query.SetOperation_SETOP_NONE || len(s.DistinctClause) > 0 || len(s.GroupClause) > 0 {
		return true
	}
	rest := slices.Concat([]*pg_query.Node{s.WhereClause, s.HavingClause}, s.FromClause, s.SortClause)
	if slices.ContainsFunc(rest, func(n *pg_query.Node) bool { return calls(n, f.Name) }) {
		return true
	}
	for i, n := range s.TargetList {
		if i < len(view.Columns) && calls(n, f.Name) && b.mentions(view.Columns[i].Name) {
			return true
		}
	}
	return false
}

// viewQuery is the query of a view; nil if it is none that is understood.
func (b *binder) viewQuery(view *catalog.Relation) *pg_query.SelectStmt {
	statements, err := pgtree.Parse(view.View.SQL)
	if err != nil || len(statements) != 1 {
		return nil
	}
	n := statements[0].Node
	if v := n.GetViewStmt(); v != nil {
		n = v.Query
	}
	return n.GetSelectStmt()
}

// star matches * for all columns, and not that of count(*).
var star = regexp.MustCompile(`(?:^|[^(/])\*(?:$|[^)/])`)

// mentions says that the statement may read a column of a name.
func (b *binder) mentions(name string) bool {
	text := strings.ToLower(b.st.Text)
	return star.MatchString(text) || slices.Contains(words.FindAllString(text, -1), strings.ToLower(name))
}

var words = regexp.MustCompile(`[\pL_][\pL\pN_$]*`)

// calls says that a tree calls a function of a name.
func calls(n *pg_query.Node, name string) bool {
	found := false
	var visit func(f *pg_query.FuncCall)
	visit = func(f *pg_query.FuncCall) {
		found = found || len(f.Funcname) > 0 && f.Funcname[len(f.Funcname)-1].GetString_().GetSval() == name
		for _, a := range f.Args {
			pgtree.Walk(a.ProtoReflect(), visit)
		}
	}
	if n != nil {
		pgtree.Walk(n.ProtoReflect(), visit)
	}
	return found
}
