package pgtree

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"github.com/pganalyze/pg_query_go/v5/parser"
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
// The node's field datums holds its variables, action its statements. Of a variable of a row type, a rec among the
// variables, rowtype is the type that the body gives it; empty for an argument.
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
	scanned, records := src.scanned, map[string]string{}
	parse := func(body string) (string, error) {
		return pg_query.ParsePlPgSqlToJSON("CREATE FUNCTION " + header + " LANGUAGE plpgsql AS " + quote + body + quote)
	}
	text, err := parse(scanned)
	for err != nil {
		if scanned = asRecord(scanned, err, records); scanned == "" {
			return PLNode{}, err
		}
		text, err = parse(scanned)
	}
	var trees []any
	if err := json.Unmarshal([]byte(text), &trees); err != nil {
		return PLNode{}, err
	}
	if len(trees) != 1 {
		return PLNode{}, errors.New("not one block in a PL/pgSQL body")
	}
	f := plNode(trees[0])
	for _, d := range f.List("datums") {
		if typ, ok := records[d.Text("refname")]; ok && d.Kind == "rec" {
			d.Fields["rowtype"] = typ
		}
	}
	return f, nil
}

// notRecord matches what the parser says to a field of a variable whose type it does not know to be a row: it looks
// nothing up, and takes the name RECORD alone for one.
var notRecord = regexp.MustCompile(`^"([^".]+)\.[^"]*" is not a known variable$`)

// asRecord is a body in which a variable, which the parser does not take for a row, is declared as a record, or is
// declared at all where it is an argument; records keeps the type that the declaration has. Empty if it cannot be
// told.
func asRecord(body string, err error, records map[string]string) string {
	m := notRecord.FindStringSubmatch(err.Error())
	if m == nil {
		return ""
	}
	name := m[1]
	if _, twice := records[name]; twice {
		return ""
	}
	declared := regexp.MustCompile(`(?im)(?:^|;|\bDECLARE\b)\s*"?` + regexp.QuoteMeta(name) +
		`"?\s+(?:CONSTANT\s+)?([\w".]+(?:%\w+)?)\s*(?:;|:=|=|\bDEFAULT\b|\bNOT\s+NULL\b)`)
	if at := declared.FindStringSubmatchIndex(body); at != nil {
		records[name] = body[at[2]:at[3]]
		return body[:at[2]] + "RECORD" + body[at[3]:]
	}
	records[name] = ""
	return `DECLARE "` + name + `" RECORD; BEGIN ` + strings.TrimRight(body, "; \t\r\n") + ";\nEND"
}

// pgSyntax matches what the grammars of SQL and PL/pgSQL say of a text that they do not take.
var pgSyntax = regexp.MustCompile(
	`^(syntax error at |unterminated |mismatched parentheses at |missing ".*" at end of )`)

// cursorWithArguments matches the declaration of a cursor that takes arguments, of which the parser here knows no more
// than that it is one.
var cursorWithArguments = regexp.MustCompile(`(?i)\bCURSOR\s*\(`)

// RefusedBody is what a server of a major version says to the syntax of a body, 0 for one that is not known; empty if
// it takes it, or if that is not known. A template is not what will be sent.
func RefusedBody(header, body string, server int) string {
	var e *parser.Error
	_, err := PLpgSQLFunction(header, body)
	if !errors.As(err, &e) || !pgSyntax.MatchString(e.Message) || !RefusesText(body, server) ||
		strings.Contains(body, "{{") || cursorWithArguments.MatchString(body) {
		return ""
	}
	const longest = 200 // of a message, in bytes: it quotes a token, whatever its length
	if len(e.Message) > longest {
		return strings.ToValidUTF8(e.Message[:longest], "") + "…"
	}
	return e.Message
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
