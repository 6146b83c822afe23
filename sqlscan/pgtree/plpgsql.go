package pgtree

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"
)

// PLNode is a node of a PL/pgSQL tree: Kind is the parser's name for it without the prefix
// PLpgSQL_, such as stmt_if, and Fields its content.
type PLNode struct {
	// Kind is the name that the parser gives it.
	Kind string
	// Fields are what it holds, by the parser's names.
	Fields map[string]any
}

// PLpgSQL parses the body of a PL/pgSQL block and returns its statements.
func PLpgSQL(body string) ([]PLNode, error) {
	f, err := PLpgSQLFunction("schemavet() RETURNS void", body)
	if err != nil {
		return nil, err
	}
	return f.List("action"), nil
}

// maxBody is the size in bytes of the largest body that is parsed.
const maxBody = 4 << 20

// PLpgSQLFunction parses the body of a function with that header: name, arguments, result.
// The node's field datums holds its variables, action its statements.
func PLpgSQLFunction(header, body string) (PLNode, error) {
	if err := checkBytes(header + body); err != nil {
		return PLNode{}, err
	}
	if len(body) > maxBody {
		return PLNode{}, &Limit{"a PL/pgSQL body of more than 4 MiB", 0}
	}
	src := readable(body)
	if len(src.stretches) > 0 {
		return PLNode{}, &Limit{tooDeep, src.stretches[0]}
	}
	quote := "$schemavet_body$"
	for n := 0; strings.Contains(body, quote); n++ {
		quote = fmt.Sprintf("$schemavet_body%d$", n) // A body that ended here would be parsed as more statements.
	}
	text, err := pg_query.ParsePlPgSqlToJSON("CREATE FUNCTION " + header + " LANGUAGE plpgsql AS " + quote +
		src.scanned + quote)
	if err != nil {
		return PLNode{}, err
	}
	var trees []any
	if err := json.Unmarshal([]byte(text), &trees); err != nil {
		return PLNode{}, err
	}
	if len(trees) != 1 {
		return PLNode{}, errors.New("not one block in a PL/pgSQL body")
	}
	return plNode(trees[0]), nil
}

func plNode(v any) PLNode {
	m, _ := v.(map[string]any)
	for kind, fields := range m {
		content, _ := fields.(map[string]any)
		return PLNode{strings.TrimPrefix(kind, "PLpgSQL_"), content}
	}
	return PLNode{}
}

// List returns the nodes of a field; a single node is a list of one.
func (n PLNode) List(field string) []PLNode {
	switch v := n.Fields[field].(type) {
	case []any:
		out := make([]PLNode, 0, len(v))
		for _, e := range v {
			out = append(out, plNode(e))
		}
		return out
	case map[string]any:
		return []PLNode{plNode(v)}
	}
	return nil
}

// Query returns the SQL text of an expression field.
func (n PLNode) Query(field string) string {
	for _, e := range n.List(field) {
		q, _ := e.Fields["query"].(string)
		return q
	}
	return ""
}

// Text and Number return a plain field.
func (n PLNode) Text(field string) string { s, _ := n.Fields[field].(string); return s }

// Number returns a numeric field, 0 if it is not there.
func (n PLNode) Number(field string) int { f, _ := n.Fields[field].(float64); return int(f) }

// Queries calls do with the text of every statement and expression that the block holds, however
// deep; dynamic says that it is the expression whose value EXECUTE runs.
func (n PLNode) Queries(do func(sql string, dynamic bool)) {
	eachQuery(map[string]any{n.Kind: n.Fields}, do)
}

func eachQuery(v any, do func(sql string, dynamic bool)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			eachQuery(e, do)
		}
	case map[string]any:
		for _, kind := range slices.Sorted(maps.Keys(v)) {
			e := v[kind]
			if fields, ok := e.(map[string]any); ok && strings.HasSuffix(kind, "stmt_dynexecute") {
				node := PLNode{Fields: fields}
				do(node.Query("query"), true)
			}
			eachQuery(e, do)
		}
		if sql, ok := v["query"].(string); ok {
			do(sql, false)
		}
	}
}
