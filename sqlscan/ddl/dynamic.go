package ddl

import (
	"regexp"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// extent is how far a statement can go whose text is not all known, the farthest last.
type extent int

const (
	reachNothing   extent = iota // no name, no type, no constraint
	reachRelations               // which relations there are
	reachColumns                 // and which columns they have
	reachAll
)

// reaches are the beginnings of statements, in lower case with single blanks, the first that fits: EXECUTE
// format('GRANT SELECT ON %I TO app', r.relname) makes no table, whatever r.relname is.
var reaches = []struct {
	begins *regexp.Regexp
	reach  extent
}{
	{regexp.MustCompile(`^(grant|revoke|comment|analyze|vacuum|reindex|cluster|lock|insert|update|delete|truncate|` +
		`notify|refresh|set constraints) `), reachNothing},
	{regexp.MustCompile(`^(create|drop|alter)( or replace)?` +
		`( temp| temporary| unlogged| unique| constraint| event| recursive)* (view|materialized view|index|sequence|trigger|policy|rule) `), reachRelations},
	{regexp.MustCompile(`^(create|drop)( temp| temporary| unlogged| foreign)* table `), reachRelations},
	{regexp.MustCompile(`^alter( foreign)? table .*(enable|disable)( replica| always)? (trigger|row level|rule)`),
		reachRelations},
	{regexp.MustCompile(`^alter( foreign)? table .*owner to`), reachNothing},
	{regexp.MustCompile(`^alter( foreign)? table `), reachColumns},
}

// reachOf is how far the statements of a block go, in EXECUTE and as they stand. What is called must not change the
// catalog either.
func (b *block) reachOf(body []pgtree.PLNode) extent {
	far := reachNothing
	for _, n := range body {
		n.Queries(func(sql string, dynamic bool) {
			if dynamic {
				sql = shape(pgtree.Expr(sql))
			}
			far = max(far, b.reachOfText(sql, dynamic))
		})
	}
	return far
}

func (b *block) reachOfText(sql string, dynamic bool) extent {
	sts, err := pgtree.Parse(sql)
	parses := err == nil && !slices.ContainsFunc(sts, func(st pgtree.Statement) bool { return st.Err != nil })
	if parses && !slices.ContainsFunc(sts, b.changes) || !parses && !dynamic {
		return reachNothing // what does not parse is an expression or an assignment
	}
	far := reachNothing
	for _, text := range strings.Split(sql, ";") {
		if words := strings.ToLower(strings.Join(strings.Fields(text), " ")); words != "" {
			far = max(far, beginning(words+" "))
		}
	}
	return far
}

func beginning(words string) extent {
	for _, r := range reaches {
		if r.begins.MatchString(words) {
			return r.reach
		}
	}
	return reachAll
}

// changes says that a statement may change what there is; what is written in rows changes nothing.
func (b *block) changes(st pgtree.Statement) bool {
	kind := st.Kind()
	return !kind.ChangesRows() && !noEffect[kind] && (!kind.IsQuery() || b.changerCalled(st) != "")
}

// changerCalled is a function of the database that a query calls and that may change it.
func (b *block) changerCalled(st pgtree.Statement) string {
	for _, d := range sqlscan.Bind(st, b.env()).Deps {
		if f, ok := b.s.FunctionByID(d.ID); ok && d.Class == catalog.ClassFunction && changesCatalog(f) {
			return f.Name
		}
	}
	return ""
}

// shape is the text that an expression gives, with a name for each part that is not known: "DROP VIEW x.x" for
// format('DROP VIEW %I.%I', r.s, r.v).
func shape(n *pg_query.Node) string {
	if text, ok := constantText(n); ok {
		return text
	}
	if e := n.GetAExpr(); e != nil && slices.Equal(strs(e.Name), []string{"||"}) {
		return shape(e.Lexpr) + shape(e.Rexpr)
	}
	if f := n.GetFuncCall(); f != nil && len(f.Args) > 0 {
		switch name := strs(f.Funcname); name[len(name)-1] {
		case "format":
			return conversions.ReplaceAllStringFunc(shape(f.Args[0]), converted)
		case "quote_literal":
			return "'x'"
		}
	}
	return "x"
}

// conversions are those of format(): %s, %1$I, %-10s, %%.
var conversions = regexp.MustCompile(`%(?:\d+\$)?-?\d*[sILl%]`)

func converted(c string) string {
	switch c[len(c)-1] {
	case '%':
		return "%"
	case 'L':
		return "'x'"
	}
	return "x"
}
