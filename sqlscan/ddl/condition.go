package ddl

import (
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// truth is the answer to a condition of a DO block.
type truth byte

const (
	maybe truth = iota
	yes
	no
)

func (t truth) not() truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return maybe
}

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// condition evaluates what migrations ask the catalog before they change it.
func (a *applier) condition(sql string) truth { return a.truth(pgtree.Expr(sql)) }

func (a *applier) truth(n *pg_query.Node) truth {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_AConst:
		if v, ok := x.AConst.Val.(*pg_query.A_Const_Boolval); ok {
			return truthOf(v.Boolval.GetBoolval())
		}
	case *pg_query.Node_BoolExpr:
		return a.junction(x.BoolExpr)
	case *pg_query.Node_SubLink:
		sel := x.SubLink.Subselect.GetSelectStmt()
		switch x.SubLink.SubLinkType {
		case pg_query.SubLinkType_EXISTS_SUBLINK:
			if count, known := a.countRows(sel); known {
				return truthOf(count > 0)
			}
		case pg_query.SubLinkType_EXPR_SUBLINK:
			if value := valueOf(sel); value != nil {
				return a.truth(value)
			}
		}
	case *pg_query.Node_ColumnRef:
		if n, ok := a.variable(x.ColumnRef); ok {
			return truthOf(n != 0)
		}
	case *pg_query.Node_BooleanTest:
		return a.booleanTest(x.BooleanTest)
	case *pg_query.Node_NullTest:
		return a.nullTest(x.NullTest)
	case *pg_query.Node_AExpr:
		return a.compare(x.AExpr)
	}
	return maybe
}

// valueOf is the one value of (SELECT value), without anything else; nil for any other query.
func valueOf(s *pg_query.SelectStmt) *pg_query.Node {
	if s == nil || len(s.TargetList) != 1 || len(s.FromClause) > 0 || s.WhereClause != nil || s.LimitCount != nil ||
		s.Op != pg_query.SetOperation_SETOP_NONE {
		return nil
	}
	return s.TargetList[0].GetResTarget().GetVal()
}

// variable is what a variable of a DO block holds.
func (a *applier) variable(ref *pg_query.ColumnRef) (int, bool) {
	parts := strs(ref.Fields)
	if len(parts) != 1 {
		return 0, false
	}
	n, ok := a.vars[parts[0]]
	return n, ok
}

// booleanTest evaluates x IS TRUE and its like.
func (a *applier) booleanTest(t *pg_query.BooleanTest) truth {
	is := a.truth(t.Arg)
	switch t.Booltesttype {
	case pg_query.BoolTestType_IS_TRUE, pg_query.BoolTestType_IS_NOT_FALSE:
		return is
	case pg_query.BoolTestType_IS_FALSE, pg_query.BoolTestType_IS_NOT_TRUE:
		return is.not()
	}
	return maybe
}

// number is the number that an expression is: a constant, a variable, or a count of rows of the catalog.
func (a *applier) number(n *pg_query.Node) (int, bool) {
	switch x := stripCast(n).GetNode().(type) {
	case *pg_query.Node_AConst:
		if x.AConst.GetIval() != nil {
			return int(x.AConst.GetIval().GetIval()), true
		}
	case *pg_query.Node_ColumnRef:
		return a.variable(x.ColumnRef)
	case *pg_query.Node_SubLink:
		if x.SubLink.SubLinkType == pg_query.SubLinkType_EXPR_SUBLINK {
			return a.counted(x.SubLink.Subselect.GetSelectStmt())
		}
	}
	return 0, false
}

// counted is the count of SELECT count(*) FROM a catalog.
func (a *applier) counted(sel *pg_query.SelectStmt) (int, bool) {
	if value := valueOf(sel); value != nil {
		return a.number(value)
	}
	if len(sel.GetTargetList()) != 1 {
		return 0, false
	}
	f := sel.TargetList[0].GetResTarget().GetVal().GetFuncCall()
	if _, name := names(f.GetFuncname()); name != "count" || !f.GetAggStar() && !isConstant(f.GetArgs()) {
		return 0, false
	}
	return a.countRows(sel)
}

// isConstant says that count(1) counts all rows.
func isConstant(args []*pg_query.Node) bool { return len(args) == 1 && args[0].GetAConst() != nil }

// compare evaluates a comparison of numbers, or of something with true and false.
func (a *applier) compare(e *pg_query.A_Expr) truth {
	op := strs(e.Name)
	if e.Kind != pg_query.A_Expr_Kind_AEXPR_OP || len(op) != 1 {
		return maybe
	}
	left, ok1 := a.number(e.Lexpr)
	right, ok2 := a.number(e.Rexpr)
	if ok1 && ok2 {
		return compared(left, op[0], right)
	}
	x, y := a.truth(e.Lexpr), a.truth(e.Rexpr)
	switch {
	case x == maybe || y == maybe:
		return maybe
	case op[0] == "=":
		return truthOf(x == y)
	case op[0] == "<>":
		return truthOf(x != y)
	}
	return maybe
}

func compared(left int, op string, right int) truth {
	switch op {
	case "=":
		return truthOf(left == right)
	case "<>":
		return truthOf(left != right)
	case "<":
		return truthOf(left < right)
	case ">":
		return truthOf(left > right)
	case "<=":
		return truthOf(left <= right)
	case ">=":
		return truthOf(left >= right)
	}
	return maybe
}

func (a *applier) junction(e *pg_query.BoolExpr) truth {
	switch e.Boolop {
	case pg_query.BoolExprType_NOT_EXPR:
		return a.truth(e.Args[0]).not()
	case pg_query.BoolExprType_AND_EXPR:
		result := yes
		for _, n := range e.Args {
			switch a.truth(n) {
			case no:
				return no
			case maybe:
				result = maybe
			}
		}
		return result
	}
	result := no
	for _, n := range e.Args {
		switch a.truth(n) {
		case yes:
			return yes
		case maybe:
			result = maybe
		}
	}
	return result
}

// nullTest evaluates to_regclass('t') IS NULL and its like.
func (a *applier) nullTest(t *pg_query.NullTest) truth {
	f := t.Arg.GetFuncCall()
	if f == nil || len(f.Args) != 1 {
		return maybe
	}
	_, name := names(f.Funcname)
	text, ok := constantText(stripCast(f.Args[0]))
	if !ok {
		return maybe
	}
	schema, object, dot := strings.Cut(text, ".")
	if !dot {
		schema, object = "", text
	}
	var found bool
	switch name {
	case "to_regclass":
		found = a.lookup(schema, object) != nil
	case "to_regtype":
		found = a.lookupType(schema, object) != nil
	default:
		return maybe
	}
	return truthOf(found == (t.Nulltesttype == pg_query.NullTestType_IS_NOT_NULL))
}

func stripCast(n *pg_query.Node) *pg_query.Node {
	for n.GetTypeCast() != nil {
		n = n.GetTypeCast().Arg
	}
	return n
}

// row is a row of a system view: its columns as text.
type row map[string]string

// countRows counts the rows of a query on one system catalog, possibly joined with others
// for their names. It knows equality with constants.
func (a *applier) countRows(s *pg_query.SelectStmt) (count int, known bool) {
	if s == nil || len(s.GroupClause) > 0 || s.Op != pg_query.SetOperation_SETOP_NONE || s.LimitOffset != nil {
		return 0, false
	}
	var tables []string
	conds := []*pg_query.Node{s.WhereClause}
	for _, n := range s.FromClause {
		if !fromTables(n, &tables, &conds) {
			return 0, false
		}
	}
	rows, ok := a.systemRows(tables)
	if !ok {
		return 0, false
	}
	known = true
	for _, r := range rows {
		match := yes
		for _, c := range conds {
			if c == nil {
				continue
			}
			switch a.matches(c, r) {
			case no:
				match = no
			case maybe:
				if match == yes {
					match = maybe
				}
			}
		}
		switch match {
		case yes:
			count++
		case maybe:
			known = false
		}
	}
	return count, known
}

func fromTables(n *pg_query.Node, tables *[]string, conds *[]*pg_query.Node) bool {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_RangeVar:
		name := x.RangeVar.Relname
		if x.RangeVar.Schemaname == "information_schema" {
			name = "information_schema." + name
		}
		*tables = append(*tables, name)
		return true
	case *pg_query.Node_JoinExpr:
		*conds = append(*conds, x.JoinExpr.Quals)
		return fromTables(x.JoinExpr.Larg, tables, conds) && fromTables(x.JoinExpr.Rarg, tables, conds)
	}
	return false
}

// matches evaluates a condition on a row. Columns compared with columns are the keys of
// joins, which hold by the way the rows are made.
func (a *applier) matches(n *pg_query.Node, r row) truth {
	if b := n.GetBoolExpr(); b != nil {
		switch b.Boolop {
		case pg_query.BoolExprType_NOT_EXPR:
			return a.matches(b.Args[0], r).not()
		case pg_query.BoolExprType_AND_EXPR:
			result := yes
			for _, arg := range b.Args {
				switch a.matches(arg, r) {
				case no:
					return no
				case maybe:
					result = maybe
				}
			}
			return result
		}
		return maybe
	}
	e := n.GetAExpr()
	if e == nil || len(strs(e.Name)) != 1 {
		return maybe
	}
	left, right := stripCast(e.Lexpr), stripCast(e.Rexpr)
	if left.GetColumnRef() != nil && right.GetColumnRef() != nil {
		return yes
	}
	have, ok := r[columnOf(left)]
	if !ok {
		return maybe
	}
	switch {
	case e.Kind == pg_query.A_Expr_Kind_AEXPR_OP && strs(e.Name)[0] == "=":
		want, ok := a.constantOf(right, columnOf(left))
		if !ok {
			return maybe
		}
		return truthOf(have == want)
	case e.Kind == pg_query.A_Expr_Kind_AEXPR_IN:
		return a.inList(e, have, columnOf(left))
	}
	return maybe
}

func (a *applier) inList(e *pg_query.A_Expr, have, column string) truth {
	for _, n := range e.Rexpr.GetList().GetItems() {
		want, ok := a.constantOf(stripCast(n), column)
		if !ok {
			return maybe
		}
		if have == want {
			return truthOf(strs(e.Name)[0] == "=")
		}
	}
	return truthOf(strs(e.Name)[0] != "=")
}

func columnOf(n *pg_query.Node) string {
	if f := n.GetFuncCall(); f != nil && len(f.Args) == 1 {
		n = f.Args[0] // lower(column)
	}
	parts := strs(n.GetColumnRef().GetFields())
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// constantOf is the value that a column is compared with; a regclass constant stands for
// the relation's name.
func (a *applier) constantOf(n *pg_query.Node, column string) (string, bool) {
	if text, ok := constantText(n); ok {
		if strings.HasSuffix(column, "relid") {
			schema, name, dot := strings.Cut(text, ".")
			if !dot {
				schema, name = "", text
			}
			r := a.lookup(schema, name)
			if r == nil {
				return "", true
			}
			return r.Schema + "." + r.Name, true
		}
		return text, true
	}
	if f := n.GetFuncCall(); f != nil && strs(f.Funcname)[len(f.Funcname)-1] == "current_schema" {
		return a.currentSchema(), true
	}
	if v := n.GetSqlvalueFunction(); v != nil && v.Op == pg_query.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA {
		return a.currentSchema(), true
	}
	if c := n.GetAConst(); c != nil && c.GetBoolval() != nil {
		return strconv.FormatBool(c.GetBoolval().GetBoolval()), true
	}
	return "", false
}

// systemRows makes the rows of a system catalog; other catalogs in the list are joined by
// their keys, and their names are in the row.
func (a *applier) systemRows(tables []string) ([]row, bool) {
	for _, name := range []string{"pg_constraint", "information_schema.table_constraints", "pg_attribute",
		"information_schema.columns", "pg_indexes", "pg_trigger", "pg_policies", "pg_enum", "pg_proc", "pg_type",
		"information_schema.tables", "pg_tables", "pg_class", "pg_views", "pg_matviews", "pg_extension", "pg_roles",
		"pg_user", "pg_namespace", "information_schema.schemata"} {
		for _, t := range tables {
			if t == name {
				return a.rowsOf(name)
			}
		}
	}
	return nil, false
}

func (a *applier) rowsOf(name string) ([]row, bool) {
	var out []row
	switch name {
	case "pg_type":
		for _, t := range a.s.Types() {
			out = append(out, row{"typname": t.Name, "nspname": t.Schema, "typtype": string(t.Kind)})
		}
	case "pg_enum":
		for _, t := range a.s.Types() {
			for _, l := range t.Labels {
				out = append(out, row{"typname": t.Name, "nspname": t.Schema, "enumlabel": l})
			}
		}
	case "pg_extension":
		for _, e := range a.s.Extensions() {
			out = append(out, row{"extname": e.Name})
		}
	case "pg_namespace", "information_schema.schemata":
		for _, n := range a.s.Namespaces() {
			out = append(out, row{"nspname": n.Name, "schema_name": n.Name})
		}
	case "pg_proc":
		for _, f := range a.s.AllFunctions() {
			out = append(out, row{"proname": f.Name, "nspname": f.Schema})
		}
	case "pg_roles", "pg_user":
		return nil, false
	default:
		for _, r := range a.s.Relations() {
			out = append(out, a.relationRows(name, r)...)
		}
	}
	return out, true
}

// relationRows are the rows of a catalog or view that are about a relation.
func (a *applier) relationRows(name string, r *catalog.Relation) []row {
	of := rowsOf[name]
	if of == nil {
		return nil
	}
	out := of(a, r)
	for _, columns := range out {
		for k, v := range relationRow(r) {
			if _, ok := columns[k]; !ok {
				columns[k] = v
			}
		}
	}
	return out
}

// relationRow are the columns by which catalogs and views name a relation.
func relationRow(r *catalog.Relation) row {
	return row{"relname": r.Name, "nspname": r.Schema, "table_schema": r.Schema, "table_name": r.Name,
		"schemaname": r.Schema, "tablename": r.Name, "viewname": r.Name, "matviewname": r.Name, "relkind": string(r.Kind),
		"table_type": "BASE TABLE"}
}

// rowsOf are the catalogs and views that conditions ask, with the rows of each that a relation has, as far as
// they differ from relationRow.
var rowsOf = map[string]func(*applier, *catalog.Relation) []row{
	"pg_class":  func(*applier, *catalog.Relation) []row { return []row{{}} },
	"pg_tables": onlyIf((*catalog.Relation).IsTable),
	"pg_views":  onlyIf(func(r *catalog.Relation) bool { return r.Kind == catalog.View }),
	"pg_matviews": onlyIf(func(r *catalog.Relation) bool {
		return r.Kind == catalog.MatView
	}),
	"information_schema.tables": func(_ *applier, r *catalog.Relation) []row {
		switch {
		case r.IsTable():
			return []row{{}}
		case r.Kind == catalog.View:
			return []row{{"table_type": "VIEW"}}
		}
		return nil
	},
	"information_schema.columns":           columnRows,
	"pg_attribute":                         columnRows,
	"pg_constraint":                        constraintRows,
	"information_schema.table_constraints": constraintRows,
	"pg_indexes": func(a *applier, r *catalog.Relation) []row {
		if r.Index == nil {
			return nil
		}
		table := a.current(r.Index.Table)
		if table == nil {
			return nil
		}
		return []row{{"indexname": r.Name, "tablename": table.Name}}
	},
	"pg_trigger": func(_ *applier, r *catalog.Relation) (out []row) {
		for _, t := range r.Triggers {
			out = append(out, row{"tgname": t.Name, "tgrelid": r.Schema + "." + r.Name})
		}
		return out
	},
	"pg_policies": func(_ *applier, r *catalog.Relation) (out []row) {
		for _, p := range r.Policies {
			out = append(out, row{"policyname": p.Name})
		}
		return out
	},
}

// onlyIf is one row for relations of some kind.
func onlyIf(is func(*catalog.Relation) bool) func(*applier, *catalog.Relation) []row {
	return func(_ *applier, r *catalog.Relation) []row {
		if !is(r) {
			return nil
		}
		return []row{{}}
	}
}

func columnRows(a *applier, r *catalog.Relation) (out []row) {
	if !r.HasRows() || r.Kind == catalog.Sequence {
		return nil
	}
	for _, c := range r.Columns {
		out = append(out, a.columnRow(r, c))
	}
	return out
}

func constraintRows(_ *applier, r *catalog.Relation) (out []row) {
	for _, c := range r.Constraints {
		out = append(out, row{"conname": c.Name, "constraint_name": c.Name, "contype": string(c.Kind),
			"constraint_type": constraintTypes[c.Kind], "conrelid": r.Schema + "." + r.Name})
	}
	return out
}

var constraintTypes = map[catalog.ConstraintKind]string{catalog.Check: "CHECK", catalog.ForeignKey: "FOREIGN KEY",
	catalog.PrimaryKey: "PRIMARY KEY", catalog.Unique: "UNIQUE"}

// dataTypes are names that information_schema gives to types.
var dataTypes = map[catalog.ID]string{catalog.OIDInt4: "integer", catalog.OIDInt8: "bigint",
	catalog.OIDInt2: "smallint",
	catalog.OIDText: "text", catalog.OIDBool: "boolean", catalog.OIDVarchar: "character varying", catalog.OIDUUID: "uuid",
	catalog.OIDJSONB: "jsonb", catalog.OIDJSON: "json", catalog.OIDTimestamp: "timestamp without time zone",
	catalog.OIDTimestampTZ: "timestamp with time zone", catalog.OIDDate: "date", catalog.OIDNumeric: "numeric",
	catalog.OIDFloat8: "double precision", catalog.OIDFloat4: "real", catalog.OIDBytea: "bytea"}

func (a *applier) columnRow(r *catalog.Relation, c catalog.Column) row {
	out := row{"column_name": c.Name, "attname": c.Name, "attrelid": r.Schema + "." + r.Name, "attisdropped": "false",
		"is_nullable": map[bool]string{true: "NO", false: "YES"}[c.NotNull]}
	if t, ok := a.s.TypeByID(c.Type.ID); ok {
		out["udt_name"] = t.Name
		if name, ok := dataTypes[t.ID]; ok {
			out["data_type"] = name
		} else if t.ID >= catalog.FirstID {
			out["data_type"] = "USER-DEFINED"
		}
	}
	return out
}
