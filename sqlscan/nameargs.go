package sqlscan

import (
	"fmt"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Names stand in string arguments too: of the functions that ask for privileges (acl.c), of
// set_config, of pg_get_serial_sequence. They are looked up when the function runs.

// nameArgs says what the arguments of a function name, without the role that may come first
// and the privilege that comes last: t a table, c a column of it, q a sequence, s a schema,
// f a function, y a type, r a role.
var nameArgs = map[string]string{
	"has_table_privilege": "t", "has_any_column_privilege": "t", "has_column_privilege": "tc",
	"has_sequence_privilege": "t", "has_schema_privilege": "s", "has_function_privilege": "f", "has_type_privilege": "y",
	"pg_has_role": "r",
}

// literalArgs looks up the names in the literals of a call.
func (b *binder) literalArgs(f *pg_query.FuncCall, c call, v value) {
	if v.fn == nil || v.fn.Schema != "pg_catalog" || len(c.args) == 0 {
		return
	}
	a := argument{binder: b, call: f, values: c.args}
	switch {
	case c.name == "to_regclass" && c.args[0].isLiteral:
		b.nullableName(c.args[0].literal, a.at(0))
	case c.name == "pg_get_serial_sequence" && len(c.args) == 2:
		b.atRun(func() {
			a.table(0)
			a.column(0, 1)
		})
		a.serialSequence()
	case c.name == "set_config" && len(c.args) > 1 && c.args[0].literal == "role":
		b.atRun(func() { a.role(1, "22023") })
	case nameArgs[c.name] != "":
		b.atRun(func() { a.privilege(nameArgs[c.name]) })
	}
}

// atRun moves the outcomes of what do binds to the phase in which the statement runs.
func (b *binder) atRun(do func()) {
	seen := len(b.Outcomes)
	do()
	for i := seen; i < len(b.Outcomes); i++ {
		b.Outcomes[i].Phase = RunPhase
	}
}

// argument looks up what the literals of one call name.
type argument struct {
	*binder
	call   *pg_query.FuncCall
	values []value
}

func (a *argument) at(i int) int {
	n := a.call.Args[i]
	if cast := n.GetTypeCast(); cast != nil {
		n = cast.Arg
	}
	return a.binder.at(n.GetAConst().GetLocation())
}

// text is the literal at a position.
func (a *argument) text(i int) (string, bool) {
	if i >= len(a.values) || !a.values[i].isLiteral || strings.Contains(a.values[i].literal, sqltext.HolePrefix) {
		return "", false
	}
	return a.values[i].literal, true
}

// privilege looks up the arguments of has_…_privilege and pg_has_role.
func (a *argument) privilege(kinds string) {
	first := 0
	if len(a.values) == len(kinds)+2 {
		a.role(0, "42704")
		first = 1
	}
	for i, kind := range kinds {
		a.lookup(kind, first+i)
	}
}

func (a *argument) lookup(kind rune, i int) {
	switch kind {
	case 't':
		a.table(i)
	case 'c':
		a.column(i-1, i)
	case 'r':
		a.role(i, "42704")
	case 's', 'f', 'y':
		if text, ok := a.text(i); ok {
			a.nameLiteral(text, map[rune]catalog.ID{'s': oidRegnamespace, 'f': oidRegprocedure, 'y': oidRegtype}[kind], a.at(i))
		}
	}
}

func (a *argument) table(i int) {
	if text, ok := a.text(i); ok {
		a.relationLiteral(text, a.at(i))
	}
}

func (a *argument) column(table, i int) {
	text, ok := a.text(i)
	from, named := a.text(table)
	names, split := splitIdentifiers(from)
	if !ok || !named || !split || len(names) > 2 {
		return
	}
	rel, _ := a.lookupRelation(qualifiedParts(names))
	if rel == nil || rel.Open {
		return
	}
	o := Outcome{Start: a.at(i), End: a.at(i) + len(text) + 2, Kind: catalog.KindColumn, Fact: Literal, Name: text,
		Object: catalog.Name{Kind: catalog.KindColumn, Schema: rel.Schema, Name: rel.Name, Sub: text}}
	if c := rel.Column(text); c != nil {
		o.Ref = catalog.Dep{Class: catalog.ClassRelation, ID: rel.ID, Column: c.Num}
	} else {
		o.State, o.SQLSTATE, o.Message = Failed, "42703",
			fmt.Sprintf("column %q of relation %q does not exist", text, rel.Name)
	}
	a.note(o)
}

func (a *argument) role(i int, sqlstate string) {
	if text, ok := a.text(i); ok && text != "none" && text != "public" {
		a.roleNamed(text, a.at(i), sqlstate)
	}
}

// serialSequence notes which sequence pg_get_serial_sequence gives.
func (a *argument) serialSequence() {
	table, ok := a.text(0)
	column, named := a.text(1)
	names, split := splitIdentifiers(table)
	if !ok || !named || !split || len(names) > 2 {
		return
	}
	rel, _ := a.lookupRelation(qualifiedParts(names))
	if rel == nil || rel.Column(column) == nil {
		return
	}
	o := Outcome{Start: a.at(0), End: a.at(0), Kind: catalog.KindRelation, Fact: SerialSequence, Name: table,
		Phase:  RunPhase,
		Object: catalog.Name{Kind: catalog.KindColumn, Schema: rel.Schema, Name: rel.Name, Sub: column}}
	var owned OwnedSequence
	for _, s := range a.env.Schema.Relations() {
		if s.Sequence != nil && s.Sequence.Owner == rel.ID && s.Sequence.OwnerColumn == rel.Column(column).Num {
			owned = OwnedSequence{s.ID, s.Schema + "." + s.Name}
		}
	}
	o.Meaning = owned
	a.note(o)
}

// roleNamed looks up a role that stands in the text.
func (b *binder) roleNamed(name string, at int, sqlstate string) {
	b.looks(catalog.KindRole, "", name)
	o := Outcome{Start: at, End: at + len(name) + 2, Kind: catalog.KindRole, Name: name,
		Object: catalog.Name{Kind: catalog.KindRole, Name: name}}
	if b.env.Schema.RoleMissing(name) {
		o.State, o.SQLSTATE, o.Message = Failed, sqlstate, fmt.Sprintf("role %q does not exist", name)
	}
	b.note(o)
}

// nullableName looks up a relation for to_regclass, which gives NULL where there is none.
func (b *binder) nullableName(text string, at int) {
	names, ok := splitIdentifiers(text)
	if !ok || len(names) == 0 || len(names) > 2 {
		return
	}
	schema, name := qualifiedParts(names)
	o := Outcome{Start: at, End: at + len(text) + 2, Kind: catalog.KindRelation, Fact: OptionalLiteral, Name: text,
		Phase:  RunPhase,
		Object: catalog.Name{Kind: catalog.KindRelation, Schema: schema, Name: name}}
	rel, open := b.lookupRelation(schema, name)
	switch {
	case rel != nil:
		o.Object = catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}
		o.Ref = catalog.Dep{Class: catalog.ClassRelation, ID: rel.ID}
	case !open:
		o.State, o.Message = Possible, fmt.Sprintf("to_regclass gives NULL for %q", text)
	default:
		o.State = Unknown
	}
	b.note(o)
}

// OIDs of the types whose literals are names (pg_type.dat).
const (
	oidRegprocedure catalog.ID = 2202
	oidRegoper      catalog.ID = 2203
	oidRegoperator  catalog.ID = 2204
	oidRegtype      catalog.ID = 2206
	oidRegnamespace catalog.ID = 4089
	oidRegrole      catalog.ID = 4096
)

// namedObjects are the types whose literals name objects: regconfig, regdictionary,
// regcollation.
var namedObjects = map[catalog.ID]catalog.Kind{3734: catalog.KindTSConfig, 3769: "ts_dictionary",
	4191: catalog.KindCollation}

// nameLiteral looks up the text of a literal of one of the reg… types; false if it is of
// none.
func (b *binder) nameLiteral(text string, id catalog.ID, at int) bool {
	if kind, ok := namedObjects[id]; ok {
		if names, ok := splitIdentifiers(text); ok && len(names) > 0 && len(names) < 3 {
			schema, name := qualifiedParts(names)
			b.object(kind, schema, name, at, "42704", fmt.Sprintf("%s %q does not exist", kind, text))
		}
		return true
	}
	switch id {
	case oidRegnamespace:
		b.schemaLiteral(text, at)
	case oidRegrole:
		if names, ok := splitIdentifiers(text); ok && len(names) == 1 {
			b.roleNamed(names[0], at, "42704")
		}
	case oidRegtype:
		b.typeLiteral(text, at)
	case catalog.OIDRegproc:
		b.functionLiteral(text, "", at)
	case oidRegprocedure:
		if name, args, ok := strings.Cut(text, "("); ok {
			b.functionLiteral(name, "("+args, at)
		}
	case oidRegoper, oidRegoperator:
		b.operatorLiteral(text, id, at)
	default:
		return false
	}
	return true
}

func (b *binder) schemaLiteral(text string, at int) {
	names, ok := splitIdentifiers(text)
	if !ok || len(names) != 1 {
		return
	}
	o := Outcome{Start: at, End: at + len(text) + 2, Kind: catalog.KindSchema, Fact: Literal, Name: text,
		Object: catalog.Name{Kind: catalog.KindSchema, Name: names[0]}}
	b.looks(catalog.KindSchema, "", names[0])
	if !b.namespaceExists(names[0]) {
		o.State, o.SQLSTATE, o.Message = Failed, "3F000", fmt.Sprintf("schema %q does not exist", names[0])
	}
	b.note(o)
}

// typeLiteral looks up a type with all that the grammar allows: double precision, int[].
func (b *binder) typeLiteral(text string, at int) {
	cast := pgtree.Expr("NULL::" + text).GetTypeCast()
	if cast == nil || cast.TypeName.GetPctType() {
		return
	}
	schema, name := qualifiedName(strs(cast.TypeName.Names))
	o := Outcome{Start: at, End: at + len(text) + 2, Kind: catalog.KindType, Fact: Literal, Name: text,
		Object: catalog.Name{Kind: catalog.KindType, Schema: schema, Name: name}}
	if t, open := b.lookupType(schema, name); t == nil {
		o.State, o.SQLSTATE, o.Message = Failed, "42704", fmt.Sprintf("type %q does not exist", text)
		if schema != "" && !b.namespaceExists(schema) {
			o.SQLSTATE, o.Message = "3F000", fmt.Sprintf("schema %q does not exist", schema)
		}
		b.soften(&o, open, false)
	}
	b.note(o)
}

// functionLiteral looks up a function by name alone (regproc), which must be the only one,
// or with the types of its arguments in parentheses (regprocedure).
func (b *binder) functionLiteral(text, args string, at int) {
	names, ok := splitIdentifiers(text)
	if !ok || len(names) == 0 || len(names) > 2 {
		return
	}
	schema, name := qualifiedParts(names)
	o := Outcome{Start: at, End: at + len(text) + len(args) + 2, Kind: catalog.KindFunction, Fact: Literal, Name: text,
		Object: catalog.Name{Kind: catalog.KindFunction, Schema: schema, Name: name}, Phase: ParsePhase}
	open := schema == "" && b.env.PathUnknown
	var found []*catalog.Function
	for _, ns := range b.schemas(schema) {
		b.looks(catalog.KindFunction, ns, name)
		found = append(found, b.env.Schema.Functions(ns, name)...)
		if n, _ := b.env.Schema.Namespace(ns); n.Open {
			open = true
		}
	}
	if args != "" {
		found = b.withArguments(found, args)
	}
	switch {
	case len(found) == 0:
		o.State, o.SQLSTATE, o.Message = Failed, "42883", fmt.Sprintf("function %q does not exist", text+args)
		if schema != "" && !b.namespaceExists(schema) {
			o.SQLSTATE, o.Message = "3F000", fmt.Sprintf("schema %q does not exist", schema)
		}
		b.soften(&o, open, false)
	case len(found) > 1 && args == "":
		o.State, o.SQLSTATE, o.Message = Failed, "42725", fmt.Sprintf("more than one function named %q", text)
	default:
		o.Object.Schema = found[0].Schema
		o.Meaning = Callee(found[0].Signature())
		if found[0].ID != 0 {
			o.Ref = catalog.Dep{Class: catalog.ClassFunction, ID: found[0].ID}
		}
	}
	b.note(o)
}

// withArguments keeps the functions that take exactly the types in the parentheses.
func (b *binder) withArguments(list []*catalog.Function, args string) []*catalog.Function {
	call := pgtree.Expr("f(" + typesAsCasts(args) + ")").GetFuncCall()
	if call == nil {
		return list
	}
	var want []catalog.ID
	for _, n := range call.Args {
		tn := n.GetTypeCast().GetTypeName()
		schema, name := qualifiedName(strs(tn.GetNames()))
		t, _ := b.lookupType(schema, name)
		if t == nil {
			return nil
		}
		id := t.ID
		if len(tn.GetArrayBounds()) > 0 {
			id = t.Array
		}
		want = append(want, id)
	}
	var out []*catalog.Function
	for _, f := range list {
		in := f.Inputs()
		same := len(in) == len(want)
		for i := range in {
			same = same && in[i].Type.ID == want[i]
		}
		if same {
			out = append(out, f)
		}
	}
	return out
}

// typesAsCasts turns "(int, text)" into "NULL::int, NULL::text", which the parser takes.
func typesAsCasts(args string) string {
	args = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(args), "("), ")")
	if strings.TrimSpace(args) == "" {
		return ""
	}
	parts := strings.Split(args, ",")
	for i, p := range parts {
		parts[i] = "NULL::" + p
	}
	return strings.Join(parts, ", ")
}

// operatorLiteral looks up an operator by its name.
func (b *binder) operatorLiteral(text string, id catalog.ID, at int) {
	name, _, _ := strings.Cut(text, "(")
	name = strings.TrimSpace(name)
	schema := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		schema, name = name[:i], name[i+1:]
	}
	if name == "" || strings.Trim(name, "0123456789") == "" {
		return
	}
	open := schema == "" && b.env.PathUnknown
	for _, ns := range b.operatorSchemas(schema) {
		if len(b.env.Schema.Operators(ns, name)) > 0 {
			return
		}
		if n, _ := b.env.Schema.Namespace(ns); n.Open {
			open = true
		}
	}
	o := Outcome{Start: at, End: at + len(text) + 2, Kind: catalog.KindOperator, Fact: Literal, Name: text,
		State: Failed, SQLSTATE: "42883",
		Message: fmt.Sprintf("operator does not exist: %s", text),
		Object:  catalog.Name{Kind: catalog.KindOperator, Schema: schema, Name: name}}
	if id == oidRegoper && schema != "" && !b.namespaceExists(schema) {
		o.SQLSTATE, o.Message = "3F000", fmt.Sprintf("schema %q does not exist", schema)
	}
	b.soften(&o, open, false)
	b.note(o)
}
