package sqlscan

import (
	"fmt"
	"reflect"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// relation looks up a relation by the name of a RangeVar and notes the outcome. It returns
// nil if there is none; the error is noted then.
func (b *binder) relation(rv *pg_query.RangeVar) *catalog.Relation {
	parts := 1
	if rv.Schemaname != "" {
		parts = 2
	}
	start := b.at(rv.Location)
	return b.relationNamed(rv.Schemaname, rv.Relname, start, b.nameEnd(start, parts), Key{})
}

// relationNamed looks up a relation and notes the outcome for the span, as the fact of a key.
func (b *binder) relationNamed(schema, name string, start, end int, as Key) *catalog.Relation {
	o := Outcome{
		Start: start, End: end, Kind: catalog.KindRelation, Fact: as.Fact, Text: as.Text, Name: dotted(schema, name),
		Object: catalog.Name{Kind: catalog.KindRelation, Schema: schema, Name: name},
	}
	rel, open := b.lookupRelation(schema, name)
	switch {
	case sqltext.IsHole(name) || sqltext.IsHole(schema):
		o.State = Unknown
	case rel != nil:
		o.Object.Schema, o.Object.Name = rel.Schema, rel.Name
		if rel.ID != 0 {
			o.Ref = catalog.Dep{Class: catalog.ClassRelation, ID: rel.ID}
		}
		b.depend(catalog.Dep{Class: catalog.ClassRelation, ID: rel.ID})
	default:
		o.State, o.SQLSTATE = Failed, "42P01"
		o.Message = fmt.Sprintf("relation %q does not exist", dotted(schema, name))
		if open {
			o.State = Unknown
		}
		if !b.readsOnly && schema != "" && !b.namespaceExists(schema) {
			o.SQLSTATE, o.Message = "3F000", fmt.Sprintf("schema %q does not exist", schema)
		}
		if b.env.Maybe[dotted(schema, name)] || b.env.Temp[name] {
			o.State, o.SQLSTATE, o.Message = Unknown, "", ""
		}
	}
	b.note(o)
	return rel
}

func dotted(schema, name string) string {
	if schema == "" {
		return name
	}
	return schema + "." + name
}

// lookupRelation finds a relation; open says that a place that was searched is open.
func (b *binder) lookupRelation(schema, name string) (rel *catalog.Relation, open bool) {
	if b.env.Temp[name] && (schema == "" || schema == "pg_temp") {
		return nil, true
	}
	for _, ns := range b.schemas(schema) {
		b.looks(catalog.KindRelation, ns, name)
		if r, ok := b.env.Schema.Relation(ns, name); ok {
			return r, open
		}
		open = open || b.open(ns, name)
	}
	return nil, open || schema == "" && b.env.PathUnknown
}

// schemas returns the namespaces in which a name is searched.
func (b *binder) schemas(schema string) []string {
	if schema != "" {
		return []string{schema}
	}
	return b.path
}

// open says that a namespace may hold an object called name that we do not know. What is
// not known of pg_catalog are objects that its servers name pg_… or functions.
func (b *binder) open(schema, name string) bool {
	ns, ok := b.env.Schema.Namespace(schema)
	if !ok || !ns.MayHave(name) {
		return false
	}
	return schema != "pg_catalog" || strings.HasPrefix(name, "pg_")
}

// relationLiteral looks up the text of a regclass literal, such as that of nextval('s').
func (b *binder) relationLiteral(text string, at int) {
	names, ok := splitIdentifiers(text)
	if !ok || len(names) == 0 || len(names) > 2 {
		return
	}
	schema, name := "", names[len(names)-1]
	if len(names) == 2 {
		schema = names[0]
	}
	b.relationNamed(schema, name, at, at+2+len(text), Key{Fact: Literal})
}

// splitIdentifiers parses a dotted name as the server's input functions do
// (stringToQualifiedNameList); a number is an OID and no name.
func splitIdentifiers(text string) ([]string, bool) {
	text = strings.TrimSpace(text)
	if text == "" || text == "-" || strings.Trim(text, "0123456789") == "" {
		return nil, false
	}
	var out []string
	for {
		var word string
		if strings.HasPrefix(text, `"`) {
			end := strings.IndexByte(text[1:], '"')
			if end < 0 {
				return nil, false
			}
			word, text = text[1:1+end], text[end+2:]
		} else {
			word, text = text, ""
			if dot := strings.IndexByte(word, '.'); dot >= 0 {
				word, text = word[:dot], word[dot:]
			}
			word = strings.ToLower(strings.TrimSpace(word))
		}
		out = append(out, word)
		if text == "" {
			return out, true
		}
		if text[0] != '.' {
			return nil, false
		}
		text = text[1:]
	}
}

// strs returns the strings of a list of String nodes.
func strs(nodes []*pg_query.Node) []string {
	out := make([]string, 0, len(nodes))
	for _, n := range nodes {
		if s, ok := n.GetNode().(*pg_query.Node_String_); ok {
			out = append(out, s.String_.Sval)
		}
	}
	return out
}

// qualifiedName splits a list of name parts into schema and name; a database is dropped.
func qualifiedName(parts []string) (schema, name string) {
	if len(parts) == 0 {
		return "", ""
	}
	name = parts[len(parts)-1]
	if len(parts) > 1 {
		schema = parts[len(parts)-2]
	}
	return schema, name
}

// resultName is the name that a result column gets without an alias (FigureColname).
func resultName(n *pg_query.Node) string {
	name, _ := figureName(n)
	if name == "" {
		return "?column?"
	}
	return name
}

// figureName returns the name and how sure the server is of it: 1 for a cast's type, 2 for
// a name in the expression itself.
func figureName(n *pg_query.Node) (string, int) {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_ColumnRef:
		if s := strs(x.ColumnRef.Fields); len(s) > 0 && len(s) == len(x.ColumnRef.Fields) {
			return s[len(s)-1], 2
		}
	case *pg_query.Node_AIndirection:
		if s := strs(x.AIndirection.Indirection); len(s) > 0 {
			return s[len(s)-1], 2
		}
		return figureName(x.AIndirection.Arg)
	case *pg_query.Node_FuncCall:
		_, name := qualifiedName(strs(x.FuncCall.Funcname))
		return name, 2
	case *pg_query.Node_AExpr:
		if x.AExpr.Kind == pg_query.A_Expr_Kind_AEXPR_NULLIF {
			return "nullif", 2
		}
	case *pg_query.Node_TypeCast:
		if name, strength := figureName(x.TypeCast.Arg); strength > 1 {
			return name, strength
		}
		_, name := qualifiedName(strs(x.TypeCast.TypeName.GetNames()))
		return name, 1
	case *pg_query.Node_CollateClause:
		return figureName(x.CollateClause.Arg)
	case *pg_query.Node_CaseExpr:
		if name, strength := figureName(x.CaseExpr.Defresult); strength > 1 {
			return name, strength
		}
		return "case", 1
	case *pg_query.Node_SubLink:
		return sublinkName(x.SubLink)
	}
	if name, ok := nodeNames[nodeKind(n)]; ok {
		return name, 2
	}
	if f, ok := n.GetNode().(*pg_query.Node_SqlvalueFunction); ok {
		return sqlValueFunctions[f.SqlvalueFunction.Op].name, 2
	}
	if f, ok := n.GetNode().(*pg_query.Node_MinMaxExpr); ok {
		return map[pg_query.MinMaxOp]string{pg_query.MinMaxOp_IS_GREATEST: "greatest",
			pg_query.MinMaxOp_IS_LEAST: "least"}[f.MinMaxExpr.Op], 2
	}
	if f, ok := n.GetNode().(*pg_query.Node_XmlExpr); ok {
		return xmlNames[f.XmlExpr.Op], 2
	}
	return "", 0
}

func sublinkName(s *pg_query.SubLink) (string, int) {
	switch s.SubLinkType {
	case pg_query.SubLinkType_EXISTS_SUBLINK:
		return "exists", 2
	case pg_query.SubLinkType_ARRAY_SUBLINK:
		return "array", 2
	case pg_query.SubLinkType_EXPR_SUBLINK:
		sel := s.Subselect.GetSelectStmt()
		for sel.GetLarg() != nil {
			sel = sel.Larg
		}
		if targets := sel.GetTargetList(); len(targets) > 0 {
			if t := targets[0].GetResTarget(); t != nil {
				if t.Name != "" {
					return t.Name, 2
				}
				return figureName(t.Val)
			}
		}
	}
	return "", 0
}

// nodeKind is the Go name of a node's content, such as *pg_query.Node_RowExpr.
func nodeKind(n *pg_query.Node) string {
	if n.GetNode() == nil {
		return ""
	}
	return reflect.TypeOf(n.Node).String()
}

var nodeNames = map[string]string{
	"*pg_query.Node_AArrayExpr":                "array",
	"*pg_query.Node_RowExpr":                   "row",
	"*pg_query.Node_CoalesceExpr":              "coalesce",
	"*pg_query.Node_GroupingFunc":              "grouping",
	"*pg_query.Node_XmlSerialize":              "xmlserialize",
	"*pg_query.Node_JsonObjectConstructor":     "json_object",
	"*pg_query.Node_JsonArrayConstructor":      "json_array",
	"*pg_query.Node_JsonArrayQueryConstructor": "json_array",
	"*pg_query.Node_JsonObjectAgg":             "json_objectagg",
	"*pg_query.Node_JsonArrayAgg":              "json_arrayagg",
}

var xmlNames = map[pg_query.XmlExprOp]string{
	pg_query.XmlExprOp_IS_XMLCONCAT: "xmlconcat", pg_query.XmlExprOp_IS_XMLELEMENT: "xmlelement",
	pg_query.XmlExprOp_IS_XMLFOREST: "xmlforest", pg_query.XmlExprOp_IS_XMLPARSE: "xmlparse",
	pg_query.XmlExprOp_IS_XMLPI: "xmlpi", pg_query.XmlExprOp_IS_XMLROOT: "xmlroot",
}

var sqlValueFunctions = map[pg_query.SQLValueFunctionOp]struct {
	name string
	typ  catalog.ID
}{
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_DATE:        {"current_date", catalog.OIDDate},
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIME:        {"current_time", catalog.OIDTimeTZ},
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIME_N:      {"current_time", catalog.OIDTimeTZ},
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP:   {"current_timestamp", catalog.OIDTimestampTZ},
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP_N: {"current_timestamp", catalog.OIDTimestampTZ},
	pg_query.SQLValueFunctionOp_SVFOP_LOCALTIME:           {"localtime", catalog.OIDTime},
	pg_query.SQLValueFunctionOp_SVFOP_LOCALTIME_N:         {"localtime", catalog.OIDTime},
	pg_query.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP:      {"localtimestamp", catalog.OIDTimestamp},
	pg_query.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP_N:    {"localtimestamp", catalog.OIDTimestamp},
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_ROLE:        {"current_role", catalog.OIDName},
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_USER:        {"current_user", catalog.OIDName},
	pg_query.SQLValueFunctionOp_SVFOP_USER:                {"user", catalog.OIDName},
	pg_query.SQLValueFunctionOp_SVFOP_SESSION_USER:        {"session_user", catalog.OIDName},
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG:     {"current_catalog", catalog.OIDName},
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA:      {"current_schema", catalog.OIDName},
}

// ResultName is the name that the server gives a result column made of the expression.
func ResultName(n *pg_query.Node) string { return resultName(n) }

// SplitIdentifiers parses a dotted name as a literal has it; false for a number.
func SplitIdentifiers(text string) ([]string, bool) { return splitIdentifiers(text) }
